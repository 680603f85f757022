import { checkFields, checkHttpsAddress, checkText } from '../../profile/checks';
import { Errors } from '../../profile/errors';

/** One secret of Vault that becomes a file. */
export interface VaultSecretObject {
  /** Name of the file. */
  readonly file: string;
  /** Path in Vault: `secret/data/patient-portal/db` for version 2 of the key-value engine. */
  readonly path: string;
  /** Key inside the secret. @default - the whole response, as JSON */
  readonly key?: string;
}

export interface VaultSecretsSourceProps {
  /** Address of Vault, over https. */
  readonly address: string;
  /** Role of Vault's Kubernetes or JWT auth method, bound to the pod's namespace and service account: it is who reads. */
  readonly role: string;
  /** At least one. */
  readonly objects: readonly VaultSecretObject[];
  /** Path of the auth method. @default kubernetes */
  readonly authMountPath?: string;
  /** Namespace of Vault Enterprise. @default - none */
  readonly vaultNamespace?: string;
  /** Path of Vault's CA inside the provider's pods. @default - the CAs of the provider's image */
  readonly caCertPath?: string;
  /** Name that Vault's certificate is checked for. @default - the host of the address */
  readonly tlsServerName?: string;
  /**
   * Audience of the pod's token, that the role in Vault is bound to; the driver has to request it (`SecretsStoreDriverValues.sources`). It is always written: without one
   * the provider sends Vault a token that opens the API server too (HashiCorp Vault CSI provider, audience).
   * @default vault
   */
  readonly audience?: string;
}

const RULE = 'HashiCorp Vault CSI provider, SecretProviderClass';
/** @internal */
export const VAULT_AUDIENCE = 'vault';
/** A path in Vault, without what Vault would read as another path. */
const VAULT_PATH = /^[\w.-]+(\/[\w.-]+)*$/;

/** @internal */
export function checkVaultPath(path: string, prop: string, value: string): void {
  if (typeof value !== 'string' || !VAULT_PATH.test(value) || value.split('/').some((part) => /^\.+$/.test(part))) {
    throw Errors.refused(path, `${prop} is no path in Vault`, value, 'HashiCorp Vault, paths: no slash at either end, no wildcard', "use a path such as 'secret/data/patient-portal/db'");
  }
}

/** @internal */
export function checkVaultSource(path: string, props: VaultSecretsSourceProps): void {
  checkFields(path, props, ['address', 'role', 'objects', 'authMountPath', 'vaultNamespace', 'caCertPath', 'tlsServerName', 'audience'], `${RULE}; the check of Vault's certificate cannot be switched off`);
  checkHttpsAddress(path, 'address', props.address);
  checkText(path, 'role', props.role);
  if (!Array.isArray(props.objects) || props.objects.length === 0) throw Errors.missing(path, 'objects', 'name at least one secret');
  for (const object of props.objects as readonly VaultSecretObject[]) {
    checkFields(path, object, ['file', 'path', 'key'], RULE);
    checkVaultPath(path, 'path', object.path);
    if (object.key !== undefined) checkText(path, 'key', object.key);
  }
  if (props.authMountPath !== undefined) checkVaultPath(path, 'authMountPath', props.authMountPath);
  for (const prop of ['vaultNamespace', 'caCertPath', 'tlsServerName', 'audience'] as const) {
    if (props[prop] !== undefined) checkText(path, prop, props[prop]);
  }
  if (props.audience !== undefined && isApiServer(props.audience)) {
    throw Errors.refused(path, "audience is the API server's own", props.audience, 'control AC12, 45 CFR 164.312(a)(1): whoever gets the token, Vault included, could act as the pod in the cluster', "use one of its own, such as 'vault', and bind the role in Vault to it");
  }
}

function isApiServer(audience: string): boolean {
  return /^(https:\/\/)?kubernetes(\.default(\.svc(\..+)?)?)?$/.test(audience);
}

/** @internal */
export function vaultObjects(objects: readonly VaultSecretObject[]): object[] {
  return objects.map(({ file, path, key }) => ({ objectName: file, secretPath: path, ...(key === undefined ? {} : { secretKey: key }) }));
}
