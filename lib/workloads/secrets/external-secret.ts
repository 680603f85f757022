import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import {
  ExternalSecretSpecRefreshPolicy, ExternalSecretSpecSecretStoreRefKind, ExternalSecretSpecTargetCreationPolicy, ExternalSecretSpecTargetDeletionPolicy,
  ExternalSecret as Resource,
} from '../../../imports/external-secrets.io';
import { Control } from '../../controls/control';
import { Safeguard } from '../../controls/safeguard';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkInteger, checkText } from '../../profile/checks';
import { Errors } from '../../profile/errors';

/** What happens to the Kubernetes Secret when the secret is deleted in its store. */
export enum ExternalSecretDeletion {
  /** The last value stays: a mistake in the store stops no workload. */
  RETAIN = 'Retain',
  /** The Secret goes too. */
  DELETE = 'Delete',
}

/** One key of the Kubernetes Secret. */
export interface ExternalSecretKey {
  readonly key: string;
  /** Name of the secret in its store. */
  readonly remoteName: string;
  /** Property of a JSON document. @default - the whole value */
  readonly property?: string;
  /** Version. @default - the current one */
  readonly version?: string;
}

export interface ExternalSecretProps {
  readonly namespace: string;
  /** Name of the ExternalSecret. */
  readonly name: string;
  /** Name of a `SecretStore` of the same namespace. */
  readonly store: string;
  /** The keys of the Secret, at least one. */
  readonly keys: readonly ExternalSecretKey[];
  /** Name of the Kubernetes Secret. @default - the name of the ExternalSecret */
  readonly secretName?: string;
  /** Type of the Kubernetes Secret. @default Opaque */
  readonly secretType?: string;
  /** How often the store is read: a minute to a day. @default - an hour */
  readonly refreshInterval?: Duration;
  /** @default ExternalSecretDeletion.RETAIN */
  readonly deletion?: ExternalSecretDeletion;
}

/**
 * A Kubernetes Secret that the External Secrets Operator writes from a store, and writes again when the secret rotates.
 *
 * It leaves control PS4 (45 CFR 164.312(a)(1)) not met, which asks for secrets that never reach etcd: this one does, and whoever may read Secrets or create pods
 * in the namespace has it. The encryption of API data (control EN1) is then what protects it at rest. `SecretsStoreClass` needs no Secret; where one is needed,
 * as for an Ingress, a ControlException says why.
 *
 * The Secret belongs to this object and goes with it. It is never immutable, which would end rotation, and no other Secret is taken over. The store is one of
 * the namespace: a ClusterSecretStore would read for all of them. API external-secrets.io/v1 (External Secrets Operator 0.16 and later).
 *
 * @example
 *   new ExternalSecret(chart, 'Database', {
 *     namespace: 'healthcare-prod', name: 'db', store: 'aws',
 *     keys: [{ key: 'password', remoteName: 'healthcare-prod/db', property: 'password' }],
 *   });
 */
export class ExternalSecret extends Construct {
  /** Name of the Kubernetes Secret. */
  public readonly secretName: string;

  public constructor(scope: Construct, id: string, props: ExternalSecretProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['namespace', 'name', 'store', 'keys', 'secretName', 'secretType', 'refreshInterval', 'deletion'], 'External Secrets Operator, ExternalSecret');
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'name', props.name);
    checkDnsSubdomain(path, 'store', props.store);
    this.secretName = props.secretName ?? props.name;
    checkDnsSubdomain(path, 'secretName', this.secretName);
    if (props.secretType !== undefined) checkText(path, 'secretType', props.secretType);
    checkKeys(path, props.keys);
    const deletion = props.deletion ?? ExternalSecretDeletion.RETAIN;
    if (!Object.values(ExternalSecretDeletion).includes(deletion)) throw Errors.refused(path, 'no such deletion', deletion, 'External Secrets Operator, deletionPolicy', 'use ExternalSecretDeletion.RETAIN or DELETE');

    const resource = new Resource(this, 'Resource', {
      metadata: { name: props.name, namespace: props.namespace },
      spec: {
        refreshPolicy: ExternalSecretSpecRefreshPolicy.PERIODIC,
        refreshInterval: refreshInterval(path, props.refreshInterval ?? Duration.hours(1)),
        secretStoreRef: { kind: ExternalSecretSpecSecretStoreRefKind.SECRET_STORE, name: props.store },
        target: {
          name: this.secretName,
          creationPolicy: ExternalSecretSpecTargetCreationPolicy.OWNER,
          deletionPolicy: deletion === ExternalSecretDeletion.DELETE ? ExternalSecretSpecTargetDeletionPolicy.DELETE : ExternalSecretSpecTargetDeletionPolicy.RETAIN,
          ...(props.secretType === undefined ? {} : { template: { type: props.secretType } }),
        },
        data: props.keys.map(({ key, remoteName, property, version }) => ({
          secretKey: key,
          remoteRef: { key: remoteName, ...(property === undefined ? {} : { property }), ...(version === undefined ? {} : { version }) },
        })),
      },
    });
    Safeguard.fallShort(resource, Control.PS4_SECRETS, `writes the Kubernetes Secret ${props.namespace}/${this.secretName}`);
  }
}

function checkKeys(path: string, keys: readonly ExternalSecretKey[]): void {
  const rule = 'External Secrets Operator, ExternalSecret: data';
  if (!Array.isArray(keys) || keys.length === 0) throw Errors.missing(path, 'keys', 'name at least one key');
  const seen = new Set<string>();
  for (const entry of keys as readonly ExternalSecretKey[]) {
    checkFields(path, entry, ['key', 'remoteName', 'property', 'version'], rule);
    if (typeof entry.key !== 'string' || !/^[-._a-zA-Z0-9]+$/.test(entry.key)) throw Errors.refused(path, 'key is no key of a Secret', entry.key, 'Kubernetes, Secret.data', 'use letters, digits, -, _ and .');
    if (seen.has(entry.key)) throw Errors.refused(path, 'two entries have one key', entry.key, rule, 'name each key once');
    seen.add(entry.key);
    checkText(path, 'remoteName', entry.remoteName);
    for (const prop of ['property', 'version'] as const) if (entry[prop] !== undefined) checkText(path, prop, entry[prop]);
  }
}

/** As Go writes durations. 0 would read the store once. */
function refreshInterval(path: string, interval: Duration): string {
  if (!(interval instanceof Duration)) throw Errors.refused(path, 'refreshInterval is no Duration', interval, 'cdk8s, Duration', 'use Duration.hours(1)');
  checkInteger(path, 'refreshInterval in seconds', interval.toSeconds(), 60, 86400, 'control PS4, 45 CFR 164.312(a)(1): a rotated secret reaches the cluster within a day; each read is a paid request');
  return `${interval.toSeconds()}s`;
}
