import { Yaml } from 'cdk8s';
import { Errors } from '../../profile/errors';
import { awsFiles, awsObjects, checkAwsSource, type AwsSecretsSourceProps } from './aws-secrets-source';
import { checkVaultSource, VAULT_AUDIENCE, vaultObjects, type VaultSecretsSourceProps } from './vault-secrets-source';

/** Where a `SecretsStoreClass` reads secrets, which ones, and as which files. */
export class SecretsSource {
  /** AWS Secrets Manager and Parameter Store. */
  public static aws(props: AwsSecretsSourceProps): SecretsSource {
    checkAwsSource('SecretsSource.aws', props);
    const { region, failoverRegion, usePodIdentity, objects } = props;
    return new SecretsSource('aws', awsFiles(objects), usePodIdentity === false ? 'sts.amazonaws.com' : 'pods.eks.amazonaws.com', {
      region,
      ...(failoverRegion === undefined ? {} : { failoverRegion }),
      usePodIdentity: String(usePodIdentity ?? true),
      objects: Yaml.stringify(awsObjects(objects)),
    });
  }

  /** HashiCorp Vault. */
  public static vault(props: VaultSecretsSourceProps): SecretsSource {
    checkVaultSource('SecretsSource.vault', props);
    const { address, role, objects, authMountPath, vaultNamespace, caCertPath, tlsServerName, audience = VAULT_AUDIENCE } = props;
    return new SecretsSource('vault', objects.map(({ file }) => file), audience, {
      vaultAddress: address,
      roleName: role,
      ...(authMountPath === undefined ? {} : { vaultAuthMountPath: authMountPath }),
      ...(vaultNamespace === undefined ? {} : { vaultNamespace }),
      ...(caCertPath === undefined ? {} : { vaultCACertPath: caCertPath }),
      ...(tlsServerName === undefined ? {} : { vaultTLSServerName: tlsServerName }),
      audience,
      objects: Yaml.stringify(vaultObjects(objects)),
    });
  }

  /** Name of the provider for the Secrets Store CSI driver. */
  public readonly provider: string;
  /** Names of the files that the volume holds. */
  public readonly files: readonly string[];
  /** Audience of the pod's token by which the provider reads. */
  public readonly audience: string;
  /** Parameters of the SecretProviderClass. */
  public readonly parameters: Readonly<Record<string, string>>;

  private constructor(provider: string, files: readonly string[], audience: string, parameters: Readonly<Record<string, string>>) {
    const path = `SecretsSource.${provider}`;
    files.forEach((file, index) => {
      // Anything else would be written outside of the volume, or not at all.
      if (typeof file !== 'string' || !/^[\w.:+=@-]+$/.test(file) || /^\.+$/.test(file)) throw Errors.refused(path, 'file is no file name', file, 'a file lies in the volume itself', "use a name such as 'db-password'");
      if (files.indexOf(file) !== index) throw Errors.refused(path, 'two secrets have one file', file, 'the second would replace the first', 'give each a file of its own');
    });
    this.provider = provider;
    this.files = Object.freeze([...files]);
    this.audience = audience;
    this.parameters = Object.freeze(parameters);
    Object.freeze(this);
  }
}
