import { Duration } from 'cdk8s';
import { checkFields, checkInteger } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { SecretsSource } from './secrets-source';

export interface SecretsStoreDriverValuesProps {
  /**
   * How long a mounted secret is kept before it is read again: 2 minutes to a day. Each read is a paid request of AWS for each pod, and kubelet's own
   * rhythm comes on top (driver 1.6 and later, which keep it as a minimum).
   * @default - an hour
   */
  readonly rotationPollInterval?: Duration;
  /**
   * Sources that volumes of the cluster read: the audience of each is requested.
   * @default - those that the AWS provider needs
   */
  readonly sources?: readonly SecretsSource[];
  /**
   * Audiences of pods' tokens that the driver requests for its providers. Every source's is among them.
   * @default - those of `sources`; without any, sts.amazonaws.com and pods.eks.amazonaws.com
   */
  readonly tokenAudiences?: readonly string[];
}

/**
 * Values of the Helm chart of the Secrets Store CSI driver, which is where rotation is declared: a SecretProviderClass has no field for it, and the
 * driver rotates nothing unless it is told to. The copying of secrets into Kubernetes Secrets stays off, with the permission that it would need.
 *
 * Where Vault is used, name its sources: a token whose audience nobody requests is made by Vault's provider itself, which then needs to create tokens of every ServiceAccount.
 *
 * Serves control PS4, 45 CFR 164.312(a)(1) (Secrets Store CSI driver, auto rotation of mounted contents; values of the chart 1.4 and later). The
 * installation itself is judged nowhere here.
 *
 * @example
 *   const { values } = new SecretsStoreDriverValues({ rotationPollInterval: Duration.minutes(30) });
 */
export class SecretsStoreDriverValues {
  /** For `--values`, for cdk8s' Helm construct, or below `secrets-store-csi-driver` where the provider's chart installs the driver. */
  public readonly values: Readonly<Record<string, unknown>>;

  public constructor(props: SecretsStoreDriverValuesProps = {}) {
    const path = 'SecretsStoreDriverValues';
    checkFields(path, props, ['rotationPollInterval', 'sources', 'tokenAudiences'], 'Secrets Store CSI driver, values of the chart');
    const interval = props.rotationPollInterval ?? Duration.hours(1);
    if (!(interval instanceof Duration)) throw Errors.refused(path, 'rotationPollInterval is no Duration', interval, 'cdk8s, Duration', 'use Duration.minutes(30)');
    checkInteger(path, 'rotationPollInterval in seconds', interval.toSeconds(), 120, 86400, 'control PS4, 45 CFR 164.312(a)(1): a rotated secret reaches its pods within a day');
    const needed = audiencesOf(path, props.sources);
    const audiences = props.tokenAudiences ?? needed ?? ['sts.amazonaws.com', 'pods.eks.amazonaws.com'];
    if (!Array.isArray(audiences) || audiences.length === 0 || audiences.some((audience) => typeof audience !== 'string' || audience === '')) {
      throw Errors.refused(path, 'tokenAudiences names no audience', audiences, "Kubernetes, CSIDriver.spec.tokenRequests: an empty audience means the API server's own, whose tokens open the cluster", "name each one, such as 'vault'");
    }
    const missing = needed?.find((audience) => !audiences.includes(audience));
    if (missing !== undefined) throw Errors.refused(path, "tokenAudiences lacks a source's", missing, 'Kubernetes, CSIDriver.spec.tokenRequests: the provider gets no other token', `add '${missing}', or leave tokenAudiences out`);
    this.values = Object.freeze({
      enableSecretRotation: true,
      rotationPollInterval: `${interval.toSeconds()}s`,
      syncSecret: { enabled: false },
      tokenRequests: audiences.map((audience) => ({ audience })),
    });
  }
}

function audiencesOf(path: string, sources: readonly SecretsSource[] | undefined): readonly string[] | undefined {
  if (sources === undefined) return undefined;
  if (!Array.isArray(sources) || sources.length === 0 || sources.some((source) => !(source instanceof SecretsSource))) {
    throw Errors.refused(path, 'sources are no list of SecretsSource', sources, 'Kubernetes, CSIDriver.spec.tokenRequests: each provider gets tokens of its own audience', 'give those of every SecretsStoreClass, or leave sources out');
  }
  return [...new Set((sources as readonly SecretsSource[]).map(({ audience }) => audience))];
}
