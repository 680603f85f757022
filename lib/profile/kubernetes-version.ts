import { Errors } from './errors';

const OLDEST = 28;
/** Newest minor whose APIs and defaults this release was checked against. */
const NEWEST_CHECKED = 36;
/** Minors that can exist before this release is replaced; a later one is taken for a typing mistake. */
const NEWEST_ACCEPTED = NEWEST_CHECKED + 4;

/**
 * A Kubernetes minor version. It selects API versions, the Pod Security version that is pinned, the CIS
 * benchmark and the form of kubeadm's configuration, so it is always given and never guessed.
 */
export class KubernetesVersion {
  /** One object a version, so that `===` compares versions. */
  private static readonly made = new Map<number, KubernetesVersion>();

  public static readonly V1_28 = new KubernetesVersion(28);
  public static readonly V1_29 = new KubernetesVersion(29);
  public static readonly V1_30 = new KubernetesVersion(30);
  public static readonly V1_31 = new KubernetesVersion(31);
  public static readonly V1_32 = new KubernetesVersion(32);
  public static readonly V1_33 = new KubernetesVersion(33);
  public static readonly V1_34 = new KubernetesVersion(34);
  public static readonly V1_35 = new KubernetesVersion(35);
  public static readonly V1_36 = new KubernetesVersion(36);

  /**
   * A version by its name, for releases that have no constant here yet.
   *
   * @param version `1.<minor>`, without patch level: `1.37`.
   * @throws where it is no such version, is older than 1.28, or is too far in the future to exist.
   */
  public static of(version: string): KubernetesVersion {
    // A number is refused: 1.30 is 1.3 to JavaScript and YAML.
    const match = typeof version === 'string' ? /^1\.([1-9][0-9]?)$/.exec(version) : null;
    const minor = match ? Number(match[1]) : undefined;
    if (minor === undefined || minor > NEWEST_ACCEPTED) {
      throw Errors.refused('KubernetesVersion', 'no such Kubernetes version', version,
        `a Kubernetes version is 1.${OLDEST} to 1.${NEWEST_ACCEPTED}, major and minor only`, `use KubernetesVersion.V1_${NEWEST_CHECKED} or KubernetesVersion.of('1.${NEWEST_CHECKED}')`);
    }
    if (minor < OLDEST) {
      throw Errors.versionTooOld('KubernetesVersion', 'this library', version, `1.${OLDEST}`, 'upgrade the cluster: versions this old get no security fixes');
    }
    return KubernetesVersion.made.get(minor) ?? new KubernetesVersion(minor);
  }

  /** `1.33` */
  public readonly version: string;

  private constructor(private readonly minorVersion: number) {
    this.version = `1.${minorVersion}`;
    KubernetesVersion.made.set(minorVersion, this);
    Object.freeze(this);
  }

  /** 33 for 1.33. */
  public get minor(): number {
    return this.minorVersion;
  }

  /** Whether this version is the given one or a later one. */
  public isAtLeast(other: KubernetesVersion): boolean {
    return this.minorVersion >= other.minorVersion;
  }

  public toString(): string {
    return this.version;
  }
}
