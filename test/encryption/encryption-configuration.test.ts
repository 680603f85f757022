import { RootConstruct } from 'constructs';
import { EncryptionConfiguration, type EncryptionConfigurationProps } from '../../lib/encryption/encryption-configuration';
import { EncryptionMigration } from '../../lib/profile/encryption-settings';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const make = (changes: Partial<EncryptionConfigurationProps> = {}): EncryptionConfiguration =>
  new EncryptionConfiguration(new RootConstruct('Test'), 'Encryption', { kubernetesVersion: KubernetesVersion.V1_33, migration: EncryptionMigration.ENCRYPTED, ...changes });

interface File { resources: Array<{ resources: string[]; providers: Array<Record<string, Record<string, unknown>>> }> }
const providersOf = (file: EncryptionConfiguration): File['resources'][0]['providers'] => (file.toObject() as unknown as File).resources[0].providers;

describe('EncryptionConfiguration', () => {
  test('encrypts Secrets and ConfigMaps with KMS v2 and reads no plaintext', () => {
    const file = make();

    expect(file.fileName).toBe('encryption-config.yaml');
    expect(file.toObject()).toEqual({
      apiVersion: 'apiserver.config.k8s.io/v1',
      kind: 'EncryptionConfiguration',
      resources: [{
        resources: ['secrets', 'configmaps'],
        providers: [{ kms: { apiVersion: 'v2', name: 'aws-kms', endpoint: 'unix:///var/run/kmsplugin/socket.sock', timeout: '3s' } }],
      }],
    });
    expect(file.toObject()).toMatchSnapshot();
  });

  test('has exactly the fields that the strict decoder of the API server knows', () => {
    const file = make({ migration: EncryptionMigration.ENCRYPTING });

    expect(Object.keys(file.toObject())).toEqual(['apiVersion', 'kind', 'resources']);
    for (const provider of providersOf(file)) {
      expect(Object.keys(provider)).toHaveLength(1);
      if (provider.kms) expect(Object.keys(provider.kms).sort()).toEqual(['apiVersion', 'endpoint', 'name', 'timeout']);
    }
  });

  test('reads plaintext last while old objects are unencrypted, and says that the control is not met', () => {
    const file = make({ migration: EncryptionMigration.ENCRYPTING, formerProviders: [{ name: 'old', endpoint: 'unix:///var/run/old/socket.sock' }] });

    expect(providersOf(file).map((provider) => Object.keys(provider)[0])).toEqual(['kms', 'kms', 'identity']);
    expect(providersOf(file).at(-1)).toEqual({ identity: {} });
    expect(claimsBelow(file.node.root)).toEqual(['Test/Encryption falls-short EN1']);
  });

  test('claims encryption once every object is encrypted', () => {
    expect(claimsBelow(make().node.root)).toEqual(['Test/Encryption implements EN1']);
  });

  test('takes every prop', () => {
    const props: Required<EncryptionConfigurationProps> = {
      kubernetesVersion: KubernetesVersion.V1_28,
      migration: EncryptionMigration.ENCRYPTED,
      provider: { name: 'kms-2026', endpoint: 'unix:///run/kms-2026/kms.sock', timeout: '1m30s' },
      formerProviders: [{ name: 'kms-2024', endpoint: 'unix:///run/kms-2024/kms.sock' }],
      resources: ['secrets', 'widgets.example.com', '*.apps'],
    };
    const file = make(props);

    expect((file.toObject() as unknown as File).resources[0].resources).toEqual(props.resources);
    expect(providersOf(file)).toEqual([
      { kms: { apiVersion: 'v2', name: 'kms-2026', endpoint: 'unix:///run/kms-2026/kms.sock', timeout: '1m30s' } },
      { kms: { apiVersion: 'v2', name: 'kms-2024', endpoint: 'unix:///run/kms-2024/kms.sock', timeout: '3s' } },
    ]);
    expect(file.socketPaths).toEqual(['/run/kms-2026/kms.sock', '/run/kms-2024/kms.sock']);
    expect(file.apiServer.volumes.map((volume) => `${volume.name} ${volume.mountPath}`)).toEqual([
      'encryption-config /etc/kubernetes/encryption-config.yaml', 'kms-plugin /run/kms-2026', 'kms-plugin-2 /run/kms-2024',
    ]);
  });

  test('asks the API server for the flag, the file and the directory of the socket', () => {
    expect(make().apiServer).toEqual({
      flags: [{ name: 'encryption-provider-config', value: '/etc/kubernetes/encryption-config.yaml' }],
      volumes: [
        { name: 'encryption-config', hostPath: '/etc/kubernetes/encryption-config.yaml', mountPath: '/etc/kubernetes/encryption-config.yaml', readOnly: true, pathType: 'File' },
        { name: 'kms-plugin', hostPath: '/var/run/kmsplugin', mountPath: '/var/run/kmsplugin', readOnly: true, pathType: 'DirectoryOrCreate' },
      ],
    });
  });

  test('mounts the directory of two sockets once', () => {
    const file = make({ formerProviders: [{ name: 'old', endpoint: 'unix:///var/run/kmsplugin/old.sock' }] });

    expect(file.apiServer.volumes.filter((volume) => volume.mountPath === '/var/run/kmsplugin')).toHaveLength(1);
  });

  test('lets a provider change its name on the same socket', () => {
    expect(make({ formerProviders: [{ name: 'aws-encryption-provider' }] }).socketPaths).toEqual(['/var/run/kmsplugin/socket.sock']);
  });

  test.each([
    [['secrets']], [['*.']], [['*.*']], [['secrets', 'events', 'deployments.apps']], [['secrets', '*.example.com', 'widgets.other.example.com']],
  ])('encrypts %j', (resources) => {
    expect((make({ resources }).toObject() as unknown as File).resources[0].resources).toEqual(resources);
  });

  test.each<[string, Record<string, unknown>, unknown, string, string]>([
    ['no version', { kubernetesVersion: undefined }, undefined, 'kubernetesVersion is required', 'KubernetesVersion.V1_33'],
    ['no migration', { migration: undefined }, undefined, 'EN1, 45 CFR 164.312(a)(2)(iv)', 'EncryptionMigration.ENCRYPTED'],
    ['a migration with a typing mistake', { migration: 'Encrypted' }, 'Encrypted', 'EN1', 'EncryptionMigration.ENCRYPTED'],
    ['an unknown field', { identity: true }, 'identity', 'EncryptionConfiguration', 'migration'],
    ['metadata', { metadata: { name: 'x' } }, 'metadata', 'EncryptionConfiguration', 'migration'],
    ['cachesize, which KMS v2 has not', { provider: { name: 'aws-kms', cachesize: 1000 } }, 'cachesize', 'KMS v2 has no cachesize', 'timeout'],
    ['cacheSize, which the API server does not know', { provider: { name: 'aws-kms', cacheSize: 1000 } }, 'cacheSize', 'KMS v2 has no cachesize', 'timeout'],
    ['KMS v1', { provider: { name: 'aws-kms', apiVersion: 'v1' } }, 'apiVersion', 'unknown to the API server', 'timeout'],
    ['cachesize of a former provider', { formerProviders: [{ name: 'old', cachesize: 1 }] }, 'cachesize', 'KMS v2 has no cachesize', 'timeout'],
    ['a name with a colon', { provider: { name: 'aws:kms' } }, 'aws:kms', 'prefix', 'aws-kms'],
    ['an empty name', { provider: { name: '' } }, '', 'prefix', 'aws-kms'],
    ['no name', { provider: {} }, undefined, 'prefix', 'aws-kms'],
    ['a provider by its name alone', { provider: 'aws-kms' }, 'aws-kms', 'EncryptionConfiguration', 'aws-kms'],
    ['an endpoint of the network', { provider: { name: 'a', endpoint: 'tcp://127.0.0.1:9000' } }, 'tcp://127.0.0.1:9000', 'unix://', 'unix:///var/run/kmsplugin/socket.sock'],
    ['an endpoint with two slashes', { provider: { name: 'a', endpoint: 'unix://var/run/kmsplugin/socket.sock' } }, 'unix://var/run/kmsplugin/socket.sock', 'unix://', 'unix:///'],
    ['an abstract socket, which no mount carries', { provider: { name: 'a', endpoint: 'unix:///@kms' } }, '/@kms', 'mounted', '/var/run/kmsplugin/socket.sock'],
    ['a socket in a directory that others use', { provider: { name: 'a', endpoint: 'unix:///var/run/kms.sock' } }, '/var/run/kms.sock', 'other sockets', '/var/run/kmsplugin/socket.sock'],
    ['a socket beside the container runtime', { provider: { name: 'a', endpoint: 'unix:///run/containerd/kms.sock' } }, '/run/containerd/kms.sock', 'other sockets', '/var/run/kmsplugin/socket.sock'],
    ['a socket that climbs out', { provider: { name: 'a', endpoint: 'unix:///var/run/kms/../../../etc/kubernetes/x.sock' } }, '/var/run/kms/../../../etc/kubernetes/x.sock', 'mounted', '/var/run'],
    ['a socket path that is too long', { provider: { name: 'a', endpoint: `unix:///run/${'k'.repeat(110)}/s` } }, `/run/${'k'.repeat(110)}/s`, '107 bytes', '/var/run'],
    ['a timeout of zero', { provider: { name: 'a', timeout: '0s' } }, '0s', 'Go duration', '3s'],
    ['a negative timeout', { provider: { name: 'a', timeout: '-3s' } }, '-3s', 'Go duration', '3s'],
    ['a timeout without unit', { provider: { name: 'a', timeout: '3' } }, '3', 'Go duration', '3s'],
    ['a timeout as a number', { provider: { name: 'a', timeout: 3 } }, 3, 'Go duration', '3s'],
    ['two providers of one name', { formerProviders: [{ name: 'aws-kms', endpoint: 'unix:///var/run/old/s.sock' }] }, 'aws-kms', 'which provider reads', 'its own name'],
    ['former providers that are no list', { formerProviders: { name: 'old' } }, { name: 'old' }, 'EncryptionConfiguration', 'a list'],
    ['resources that are no list', { resources: 'secrets' }, 'secrets', 'EncryptionConfiguration', "['secrets', 'configmaps']"],
    ['no secrets', { resources: ['configmaps'] }, ['configmaps'], 'EN1', "add 'secrets'"],
    ['nothing', { resources: [] }, [], 'EN1', "add 'secrets'"],
    ['secrets of another group alone', { resources: ['secrets.example.com'] }, ['secrets.example.com'], 'EN1', "add 'secrets'"],
    ['a resource twice', { resources: ['secrets', 'configmaps', 'secrets'] }, 'secrets', 'does not start', 'once'],
    ['a resource in capitals', { resources: ['Secrets'] }, 'Secrets', 'lower case', "'secrets'"],
    ['a bare wildcard', { resources: ['*'] }, '*', 'resource.group', "'*.*'"],
    ['a resource of any group', { resources: ['secrets', 'deployments.*'] }, 'deployments.*', 'resource.group', "'*.*'"],
    ['a resource with an empty group', { resources: ['secrets.'] }, 'secrets.', 'resource.group', "'*.*'"],
    ['a path', { resources: ['secrets', 'pods/log'] }, 'pods/log', 'resource.group', "'*.*'"],
    ['events by the group they are not stored in', { resources: ['secrets', 'events.events.k8s.io'] }, 'events.events.k8s.io', 'resource.group', "'*.*'"],
    ['what has no API', { resources: ['secrets', 'serviceipallocations'] }, 'serviceipallocations', 'resource.group', "'*.*'"],
    ['a wildcard over everything and a name', { resources: ['secrets', '*.*'] }, ['*.*', 'secrets'], 'masked', "leave out 'secrets'"],
    ['two wildcards', { resources: ['*.', '*.*'] }, ['*.*', '*.'], 'masked', "leave out '*.'"],
    ['a wildcard over the core group and a name', { resources: ['*.', 'configmaps'] }, ['*.', 'configmaps'], 'masked', "leave out 'configmaps'"],
    ['a wildcard over a group and a name', { resources: ['secrets', '*.apps', 'deployments.apps'] }, ['*.apps', 'deployments.apps'], 'masked', "leave out 'deployments.apps'"],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => make(changes), { path: 'Test/Encryption', value, rule, remedy });
  });
});
