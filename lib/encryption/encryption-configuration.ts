import { posix } from 'node:path';
import type { Construct } from 'constructs';
import { ControlPlaneFile, type ApiServerArguments } from '../control-plane/control-plane-file';
import { ControlPlanePaths } from '../control-plane/paths';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkFields } from '../profile/checks';
import { EncryptionMigration, type EncryptionSettings, type KmsProviderProps } from '../profile/encryption-settings';
import { Errors } from '../profile/errors';
import { KubernetesVersion } from '../profile/kubernetes-version';
import { checkSocketPath } from './socket-path';

export interface EncryptionConfigurationProps extends EncryptionSettings {
  readonly kubernetesVersion: KubernetesVersion;
}

const EN1 = 'control EN1, 45 CFR 164.312(a)(2)(iv)';
const FORMAT = 'apiserver.config.k8s.io/v1, EncryptionConfiguration';
const DEFAULT_PROVIDER: KmsProviderProps = { name: 'aws-kms' };
/** `secrets`, `pandas.awesome.bears.example`, `*.apps`, `*.` (the core group), `*.*`. */
const RESOURCE = /^(\*\.\*|\*\.|(\*|[a-z][a-z0-9-]*)\.[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|[a-z][a-z0-9-]*)$/;
/** Not stored through an API of their own, or under another group (Kubernetes, Encrypting Confidential Data at Rest). */
const UNSTORABLE = /^(apiserveripinfo|serviceipallocations|servicenodeportallocations|.*\.events\.k8s\.io|.*\.extensions)$/;
const DURATION = /^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+$/;

/** A provider with nothing left to default. */
type Provider = Required<KmsProviderProps>;

/**
 * What a self-managed API server encrypts before it writes to etcd, and with which key.
 *
 * Serves 45 CFR 164.312(a)(2)(iv), encryption and decryption: Secrets and ConfigMaps lie in etcd, its snapshots and its disks as ciphertext
 * under a key that a KMS holds. KMS v2 always: v1 is deprecated since Kubernetes 1.28 and off since 1.29; v2 needs no feature gate.
 *
 * The `identity` provider, plaintext, is there for reading alone, last, and only while `migration` says that old objects are not rewritten
 * yet; control EN1 is not met until then. To get there, rewrite every object once all API servers run with this file
 * (`kubectl get secrets,configmaps -A -o json | kubectl replace -f -`), then set EncryptionMigration.ENCRYPTED.
 *
 * The file lies on each control-plane node and is read when the API server starts; kubectl never applies it, and it goes into no ConfigMap.
 * It is not reloaded by itself, as a file that is replaced stays the old one in the container that mounted it: API servers are restarted
 * one by one. For a new key, add its plugin to `formerProviders` first, restart all, and only then swap the two: an API server that does not
 * know a key can't read what another one wrote with it.
 *
 * @example
 *   new EncryptionConfiguration(scope, 'Encryption', { kubernetesVersion: KubernetesVersion.V1_33, migration: EncryptionMigration.ENCRYPTED });
 */
export class EncryptionConfiguration extends ControlPlaneFile {
  public readonly fileName = 'encryption-config.yaml';
  /** Sockets of the plugins that the API server calls, as paths on the node. */
  public readonly socketPaths: readonly string[];
  private readonly resources: readonly string[];
  private readonly providers: readonly Provider[];
  private readonly migration: EncryptionMigration;

  public constructor(scope: Construct, id: string, props: EncryptionConfigurationProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['kubernetesVersion', 'migration', 'provider', 'formerProviders', 'resources'], `${FORMAT}: no other field is known`);
    if (!(props.kubernetesVersion instanceof KubernetesVersion)) throw Errors.missing(path, 'kubernetesVersion', 'use KubernetesVersion.V1_33, or KubernetesVersion.of()');
    if (!Object.values(EncryptionMigration).includes(props.migration)) {
      throw Errors.refused(path, 'migration does not say where the cluster stands', props.migration, `${EN1}: a wrong answer makes old objects unreadable or leaves them plaintext`,
        'use EncryptionMigration.ENCRYPTED for a new cluster, EncryptionMigration.ENCRYPTING while old objects are unencrypted');
    }
    this.migration = props.migration;
    this.resources = this.checkResources(props.resources ?? ['secrets', 'configmaps']);
    this.providers = this.checkProviders(props.provider ?? DEFAULT_PROVIDER, props.formerProviders ?? []);
    this.socketPaths = [...new Set(this.providers.map((provider) => socketPathOf(provider.endpoint)))];

    if (this.migration === EncryptionMigration.ENCRYPTED) {
      Safeguard.implement(this, Control.EN1_API_DATA, `${this.resources.join(', ')} are written with KMS v2 (${this.providers[0].name}); plaintext is not read`);
    } else {
      Safeguard.fallShort(this, Control.EN1_API_DATA, 'objects from before encryption may still be plaintext in etcd: rewrite them all, then set EncryptionMigration.ENCRYPTED');
    }
  }

  public override get apiServer(): ApiServerArguments {
    const file = ControlPlanePaths.ENCRYPTION_CONFIGURATION;
    const directories = [...new Set(this.socketPaths.map((socket) => posix.dirname(socket)))];
    return {
      flags: [{ name: 'encryption-provider-config', value: file }],
      volumes: [
        { name: 'encryption-config', hostPath: file, mountPath: file, readOnly: true, pathType: 'File' },
        // The directory, as a plugin that restarts makes a new socket; a read-only mount still lets the API server connect.
        ...directories.map((directory, index) => ({
          name: index === 0 ? 'kms-plugin' : `kms-plugin-${index + 1}`, hostPath: directory, mountPath: directory, readOnly: true, pathType: 'DirectoryOrCreate',
        })),
      ],
    };
  }

  public toObject(): Record<string, unknown> {
    return {
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'EncryptionConfiguration',
      // No metadata: the type has none, and the API server's strict decoder would refuse the file.
      resources: [{
        resources: [...this.resources],
        providers: [
          ...this.providers.map(({ name, endpoint, timeout }) => ({ kms: { apiVersion: 'v2', name, endpoint, timeout } })),
          ...(this.migration === EncryptionMigration.ENCRYPTING ? [{ identity: {} }] : []),
        ],
      }],
    };
  }

  private checkResources(resources: readonly string[]): readonly string[] {
    const path = this.node.path;
    if (!Array.isArray(resources)) throw Errors.refused(path, 'resources is no list', resources, FORMAT, "give a list: ['secrets', 'configmaps']");
    const names = resources as readonly string[];
    for (const name of names) {
      if (typeof name !== 'string' || !RESOURCE.test(name) || UNSTORABLE.test(name)) {
        throw Errors.refused(path, 'this names no resource that can be encrypted', name, `${FORMAT}: resource or resource.group in lower case`, "use names such as 'secrets' or 'widgets.example.com', '*.' for the core group, or '*.*' for everything");
      }
    }
    const duplicate = names.find((name, index) => names.indexOf(name) !== index);
    if (duplicate !== undefined) throw Errors.refused(path, 'a resource is named twice', duplicate, `${FORMAT}: the API server does not start with it`, 'name it once');
    for (const wildcard of names.filter((name) => name.startsWith('*'))) {
      const masked = names.find((name) => name !== wildcard && (wildcard === '*.*' || groupOf(name) === groupOf(wildcard)));
      if (masked !== undefined) {
        throw Errors.refused(path, 'a wildcard overlaps a resource', [wildcard, masked], `${FORMAT}: the API server does not start with it, as one would be masked`, `leave out '${masked}'`);
      }
    }
    if (!names.some((name) => ['secrets', '*.', '*.*'].includes(name))) {
      throw Errors.refused(path, 'secrets are not encrypted', names, `${EN1}: Secrets hold the credentials to PHI`, "add 'secrets'");
    }
    return [...names];
  }

  private checkProviders(current: KmsProviderProps, former: readonly KmsProviderProps[]): readonly Provider[] {
    if (!Array.isArray(former)) throw Errors.refused(this.node.path, 'formerProviders is no list', former, FORMAT, "give a list: [{ name: 'aws-kms-2024', endpoint: 'unix:///...' }]");
    const providers = [this.checkProvider('provider', current), ...(former as readonly KmsProviderProps[]).map((provider, index) => this.checkProvider(`formerProviders[${index}]`, provider))];
    const twice = providers.find(({ name }, index) => providers.findIndex((other) => other.name === name) !== index);
    if (twice) throw Errors.refused(this.node.path, 'two providers have one name', twice.name, `${FORMAT}: the name says which provider reads an object`, 'give each provider its own name');
    return providers;
  }

  private checkProvider(prop: string, provider: KmsProviderProps): Provider {
    const path = `${this.node.path}.${prop}`;
    if (provider === null || typeof provider !== 'object') throw Errors.refused(path, 'a provider is an object', provider, FORMAT, "give a KmsProviderProps: { name: 'aws-kms' }");
    checkFields(path, provider, ['name', 'endpoint', 'timeout'], `${FORMAT}: KMS v2 has no cachesize, and any other field is unknown to the API server, which then does not start`);
    const { name, endpoint = `unix://${ControlPlanePaths.KMS_SOCKET}`, timeout = '3s' } = provider;
    if (typeof name !== 'string' || !/^[^\s:]+$/.test(name)) {
      throw Errors.refused(path, 'this is no name of a provider', name, `${FORMAT}: the name is part of each stored object's prefix, without colon or space`, "use a name such as 'aws-kms'");
    }
    if (typeof endpoint !== 'string' || !endpoint.startsWith('unix:///')) {
      throw Errors.refused(path, 'endpoint is no socket of the node', endpoint, `${FORMAT}: unix:// and an absolute path`, `use unix://${ControlPlanePaths.KMS_SOCKET}`);
    }
    checkSocketPath(path, 'endpoint', socketPathOf(endpoint));
    if (typeof timeout !== 'string' || !DURATION.test(timeout) || !/[1-9]/.test(timeout)) {
      throw Errors.refused(path, 'timeout is no positive duration', timeout, `${FORMAT}: a Go duration`, "use a number with its unit, such as '3s' or '500ms'");
    }
    return { name, endpoint, timeout };
  }
}

function socketPathOf(endpoint: string): string {
  return endpoint.slice('unix://'.length);
}

/** `secrets` and `*.` are of the core group, which is empty. */
function groupOf(resource: string): string {
  const dot = resource.indexOf('.');
  return dot < 0 ? '' : resource.slice(dot + 1);
}
