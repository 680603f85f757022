import { Volume as PlusVolume } from 'cdk8s-plus-28';
import type { Volume, VolumeMount } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { SecretProviderClass } from '../../../imports/secrets-store.csi.x-k8s.io';
import { Control } from '../../controls/control';
import { Safeguard } from '../../controls/safeguard';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkText } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { SecretsSource } from './secrets-source';

const DRIVER = 'secrets-store.csi.k8s.io';

/** A file of the volume that is copied into a Kubernetes Secret. */
export interface SyncedKey {
  /** Name of the file. */
  readonly file: string;
  /** Key of the Secret. */
  readonly key: string;
}

/** A Kubernetes Secret that the driver writes while a pod mounts the volume. */
export interface SyncedSecret {
  readonly secretName: string;
  /** @default Opaque */
  readonly type?: string;
  readonly keys: readonly SyncedKey[];
}

/** Copies of secrets in the cluster, and who answers for them. */
export interface SecretSync {
  /** The person who accepts that the secrets lie in etcd, readable to whoever may read Secrets or create pods in the namespace. */
  readonly acknowledgedBy: string;
  readonly secrets: readonly SyncedSecret[];
}

export interface SecretsStoreClassProps {
  /** Namespace of the pods that mount it. */
  readonly namespace: string;
  /** Name of the SecretProviderClass. */
  readonly name: string;
  /** Where the secrets are, and which. */
  readonly source: SecretsSource;
  /** Copies into Kubernetes Secrets. It leaves control PS4 not met. @default - none: secrets are files of the pod alone */
  readonly sync?: SecretSync;
}

/**
 * Secrets of AWS or HashiCorp Vault as files of a pod, by the Secrets Store CSI driver: they lie in the memory of the pod's node while it runs, and
 * never in etcd, in a manifest or in an environment variable.
 *
 * Serves 45 CFR 164.312(a)(1); CIS 5.4.1 and 5.4.2. Who reads is the pod itself: the provider asks with the token of the pod's service account, so
 * the identity is `SecretReaderIdentity` for AWS and the role in Vault that is bound to the service account. The volume is read-only, as the driver takes no
 * other, and no `nodePublishSecretRef` is ever written: it would be a long-lived credential in a Secret.
 *
 * Rotation is a setting of the driver and no field of this object: off unless `enableSecretRotation` is set (`SecretsStoreDriverValues`). The files change
 * then; a program that read them at its start has to be told. A FIPS endpoint is a setting of the AWS provider (`useFipsEndpoint`).
 *
 * @example
 *   const secrets = new SecretsStoreClass(chart, 'Secrets', {
 *     namespace: 'healthcare-prod',
 *     name: 'patient-portal',
 *     source: SecretsSource.aws({ region: 'us-east-1', objects: [{ name: 'healthcare-prod/db', type: AwsSecretType.SECRETS_MANAGER, file: 'db' }] }),
 *   });
 *   const podSpec = { volumes: [secrets.volume()], containers: [{ name: 'portal', volumeMounts: [secrets.mount('/var/run/secrets/portal')] }] };
 */
export class SecretsStoreClass extends Construct {
  /** Name of the SecretProviderClass, and of the volume. */
  public readonly name: string;
  /** Namespace of the SecretProviderClass, and of the pods that mount it. */
  public readonly namespace: string;

  public constructor(scope: Construct, id: string, props: SecretsStoreClassProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['namespace', 'name', 'source', 'sync'], 'Secrets Store CSI driver, SecretProviderClass');
    checkDnsLabel(path, 'namespace', props.namespace);
    // It names a volume too, which takes a label alone.
    checkDnsLabel(path, 'name', props.name);
    if (!(props.source instanceof SecretsSource)) throw Errors.refused(path, 'source is no SecretsSource', props.source, 'control PS4, 45 CFR 164.312(a)(1): secrets come from a store', 'use SecretsSource.aws() or vault()');
    if (props.sync !== undefined) checkSync(path, props.sync, props.source);
    this.name = props.name;
    this.namespace = props.namespace;

    const { provider, parameters } = props.source;
    const resource = new SecretProviderClass(this, 'Resource', {
      metadata: { name: props.name, namespace: props.namespace },
      spec: { provider, parameters: { ...parameters }, ...(props.sync === undefined ? {} : { secretObjects: props.sync.secrets.map(secretObject) }) },
    });
    if (props.sync === undefined) {
      Safeguard.implement(resource, Control.PS4_SECRETS, 'secrets are mounted from their store, and no Secret of the cluster is written');
    } else {
      Safeguard.fallShort(resource, Control.PS4_SECRETS, `copies secrets into Kubernetes Secrets, acknowledged by ${props.sync.acknowledgedBy}`);
    }
  }

  /** The volume, for a pod's plain specification. */
  public volume(): Volume {
    return { name: this.name, csi: { driver: DRIVER, readOnly: true, volumeAttributes: { secretProviderClass: this.name } } };
  }

  /**
   * Where a container of a plain specification finds the files.
   *
   * @param mountPath absolute path of the folder.
   */
  public mount(mountPath: string): VolumeMount {
    checkMountPath(this.node.path, mountPath);
    return { name: this.name, mountPath, readOnly: true };
  }

  /** The volume for classes of cdk8s-plus: `container.mount('/var/run/secrets/portal', secrets.plusVolume(scope, 'Secrets'), { readOnly: true })`. */
  public plusVolume(scope: Construct, id: string): PlusVolume {
    return PlusVolume.fromCsi(scope, id, DRIVER, { name: this.name, readOnly: true, attributes: { secretProviderClass: this.name } });
  }
}

function secretObject({ secretName, type, keys }: SyncedSecret): { secretName: string; type: string; data: { objectName: string; key: string }[] } {
  return { secretName, type: type ?? 'Opaque', data: keys.map(({ file, key }) => ({ objectName: file, key })) };
}

function checkMountPath(path: string, mountPath: string): void {
  if (typeof mountPath !== 'string' || !/^(\/[\w.-]+)+$/.test(mountPath) || /\/\.\.?(\/|$)/.test(mountPath)) {
    throw Errors.refused(path, 'mountPath is no folder', mountPath, 'Kubernetes, VolumeMount.mountPath: an absolute path', "use a path such as '/var/run/secrets/portal'");
  }
}

function checkSync(path: string, sync: SecretSync, source: SecretsSource): void {
  const rule = 'control PS4, 45 CFR 164.312(a)(1): a copy in the cluster is a decision that somebody answers for';
  checkFields(path, sync, ['acknowledgedBy', 'secrets'], rule);
  checkText(path, 'acknowledgedBy', sync.acknowledgedBy);
  if (!Array.isArray(sync.secrets) || sync.secrets.length === 0) throw Errors.refused(path, 'sync names no Secret', sync.secrets, rule, 'name the Secrets, or leave sync out');
  for (const secret of sync.secrets as readonly SyncedSecret[]) {
    checkFields(path, secret, ['secretName', 'type', 'keys'], rule);
    checkDnsSubdomain(path, 'secretName', secret.secretName);
    if (!Array.isArray(secret.keys) || secret.keys.length === 0) throw Errors.refused(path, 'a Secret has no keys', secret.keys, rule, 'name the files that it holds');
    for (const key of secret.keys as readonly SyncedKey[]) {
      checkFields(path, key, ['file', 'key'], rule);
      checkText(path, 'key', key.key);
      if (!source.files.includes(key.file)) throw Errors.refused(path, 'sync names a file that is not mounted', key.file, 'Secrets Store CSI driver: objectName is the name of a file', `use one of: ${source.files.join(', ')}`);
    }
  }
}
