import { Duration } from 'cdk8s';
import { checkFields, checkInteger } from '../../profile/checks';
import { Errors } from '../../profile/errors';

export interface SecretsStoreDriverValuesProps {
  /**
   * How long a mounted secret is kept before it is read again: 2 minutes to a day. Each read is a paid request of AWS for each pod, and kubelet's own
   * rhythm comes on top (driver 1.6 and later, which keep it as a minimum).
   * @default - an hour
   */
  readonly rotationPollInterval?: Duration;
  /**
   * Audiences of pods' tokens that the driver requests for its providers.
   * @default - sts.amazonaws.com and pods.eks.amazonaws.com, which the AWS provider needs; Vault's own is `vault`
   */
  readonly tokenAudiences?: readonly string[];
}

/**
 * Values of the Helm chart of the Secrets Store CSI driver, which is where rotation is declared: a SecretProviderClass has no field for it, and the
 * driver rotates nothing unless it is told to. The copying of secrets into Kubernetes Secrets stays off, with the permission that it would need.
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
    checkFields(path, props, ['rotationPollInterval', 'tokenAudiences'], 'Secrets Store CSI driver, values of the chart');
    const interval = props.rotationPollInterval ?? Duration.hours(1);
    if (!(interval instanceof Duration)) throw Errors.refused(path, 'rotationPollInterval is no Duration', interval, 'cdk8s, Duration', 'use Duration.minutes(30)');
    checkInteger(path, 'rotationPollInterval in seconds', interval.toSeconds(), 120, 86400, 'control PS4, 45 CFR 164.312(a)(1): a rotated secret reaches its pods within a day');
    const audiences = props.tokenAudiences ?? ['sts.amazonaws.com', 'pods.eks.amazonaws.com'];
    if (!Array.isArray(audiences) || audiences.length === 0 || audiences.some((audience) => typeof audience !== 'string' || audience === '')) {
      throw Errors.refused(path, 'tokenAudiences names no audience', audiences, "Kubernetes, CSIDriver.spec.tokenRequests: an empty audience means the API server's own, whose tokens open the cluster", "name each one, such as 'vault'");
    }
    this.values = Object.freeze({
      enableSecretRotation: true,
      rotationPollInterval: `${interval.toSeconds()}s`,
      syncSecret: { enabled: false },
      tokenRequests: audiences.map((audience) => ({ audience })),
    });
  }
}
