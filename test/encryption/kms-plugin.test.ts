import { RootConstruct } from 'constructs';
import { EncryptionConfiguration } from '../../lib/encryption/encryption-configuration';
import { KmsPlugin, type KmsPluginProps } from '../../lib/encryption/kms-plugin';
import { EncryptionMigration } from '../../lib/profile/encryption-settings';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import type { Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const IMAGE = `123456789012.dkr.ecr.us-east-1.amazonaws.com/aws-encryption-provider@sha256:${'0123456789abcdef'.repeat(4)}`;
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const make = (changes: Partial<KmsPluginProps> = {}, root = new RootConstruct('Test')): KmsPlugin => new KmsPlugin(root, 'KmsPlugin', { image: IMAGE, keyArn: KEY, region: 'us-east-1', ...changes });
const pod = (changes: Partial<KmsPluginProps> = {}): Manifest => make(changes).toObject() as Manifest;

describe('KmsPlugin', () => {
  test('is a static pod that listens where the API server calls', () => {
    const plugin = make();
    const { apiVersion, kind, metadata, spec } = plugin.toObject() as Manifest;
    const [container] = spec.containers;

    expect(plugin.fileName).toBe('aws-encryption-provider.yaml');
    expect(`${apiVersion} ${kind} ${metadata.namespace}/${metadata.name}`).toBe('v1 Pod kube-system/aws-encryption-provider');
    expect(container.command).toEqual(['/aws-encryption-provider', `--key=${KEY}`, '--region=us-east-1', '--listen=/var/run/kmsplugin/socket.sock', '--health-port=127.0.0.1:8083']);
    expect(spec.volumes).toEqual([{ name: 'socket', hostPath: { path: '/var/run/kmsplugin', type: 'DirectoryOrCreate' } }]);
    expect(container.volumeMounts).toEqual([{ name: 'socket', mountPath: '/var/run/kmsplugin' }]);
    expect(plugin.toObject()).toMatchSnapshot();
  });

  test('runs with no more than it needs', () => {
    const { spec } = pod();
    const [container] = spec.containers;

    expect(container.securityContext).toMatchObject({ allowPrivilegeEscalation: false, privileged: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    expect(container.securityContext.capabilities.add).toBeUndefined();
    expect(spec.securityContext.seccompProfile).toEqual({ type: 'RuntimeDefault' });
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(spec.hostPID ?? false).toBe(false);
    expect(spec.priorityClassName).toBe('system-node-critical');
    // The node's network: it runs before any network plugin. Its health port is then the node's own, so loopback alone.
    expect(spec.hostNetwork).toBe(true);
    for (const probe of [container.livenessProbe, container.readinessProbe]) expect(probe.httpGet).toMatchObject({ host: '127.0.0.1', port: 8083 });
    // The deep check would restart the plugin whenever KMS throttles.
    expect(container.livenessProbe.httpGet.path).toBe('/livez');
  });

  test('takes every prop', () => {
    const props: Required<KmsPluginProps> = {
      image: IMAGE.replace('us-east-1', 'us-west-2'),
      keyArn: 'arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab',
      region: 'us-gov-west-1',
      name: 'kms-2026',
      socketPath: '/run/kms-2026/kms.sock',
      healthPort: 8084,
    };
    const plugin = make(props);
    const { metadata, spec } = plugin.toObject() as Manifest;

    expect(plugin.fileName).toBe('kms-2026.yaml');
    expect(plugin.socketPath).toBe('/run/kms-2026/kms.sock');
    expect(metadata.name).toBe('kms-2026');
    expect(spec.containers[0].image).toBe(props.image);
    expect(spec.containers[0].command).toEqual([
      '/aws-encryption-provider', `--key=${props.keyArn}`, '--region=us-gov-west-1', '--listen=/run/kms-2026/kms.sock', '--health-port=127.0.0.1:8084',
    ]);
    expect(spec.volumes[0].hostPath.path).toBe('/run/kms-2026');
  });

  test('claims nothing: the EncryptionConfiguration does', () => {
    expect(claimsBelow(make().node.root)).toEqual([]);
  });

  describe('beside an EncryptionConfiguration', () => {
    const validate = (socketPath?: string): string[] => {
      const root = new RootConstruct('Test');
      make({ socketPath }, root);
      new EncryptionConfiguration(root, 'Encryption', {
        kubernetesVersion: KubernetesVersion.V1_33, migration: EncryptionMigration.ENCRYPTED,
        formerProviders: [{ name: 'old', endpoint: 'unix:///run/old/kms.sock' }],
      });
      return root.node.findAll().flatMap((construct) => construct.node.validate());
    };

    test('listens on a socket that one of its providers calls', () => {
      expect(validate()).toEqual([]);
      expect(validate('/run/old/kms.sock')).toEqual([]);
    });

    test('refuses a socket that nobody calls', () => {
      expect(validate('/run/kms/kms.sock')).toEqual([
        "[Test/KmsPlugin] no provider of the EncryptionConfiguration calls this socket: '/run/kms/kms.sock'\n    rule:   control EN1, 45 CFR 164.312(a)(2)(iv)\n"
        + "    remedy: listen on one of /var/run/kmsplugin/socket.sock, /run/old/kms.sock, or name this socket as a provider's endpoint",
      ]);
    });

    test('is not needed in the same tree', () => {
      expect(make({ socketPath: '/run/kms/kms.sock' }).node.validate()).toEqual([]);
    });
  });

  test.each<[string, Record<string, unknown>, unknown, string, string]>([
    ['an image by tag', { image: 'registry.example.com/aws-encryption-provider:v1' }, 'registry.example.com/aws-encryption-provider:v1', 'PS3', 'sha256'],
    ['an alias for a key', { keyArn: 'arn:aws:kms:us-east-1:123456789012:alias/secrets' }, 'arn:aws:kms:us-east-1:123456789012:alias/secrets', 'EN1', "key's own ARN"],
    ['a key of another service', { keyArn: 'arn:aws:iam::123456789012:role/x' }, 'arn:aws:iam::123456789012:role/x', 'arn:partition', 'full ARN'],
    ['a key id', { keyArn: '1234abcd-12ab-34cd-56ef-1234567890ab' }, '1234abcd-12ab-34cd-56ef-1234567890ab', 'arn:partition', 'full ARN'],
    ['a Terraform reference for a key', { keyArn: '${aws_kms_key.secrets.arn}' }, '${aws_kms_key.secrets.arn}', 'nothing tokenised', 'write the value itself'],
    ['a Terraform reference for a region', { region: '${var.region}' }, '${var.region}', 'nothing tokenised', 'write the value itself'],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'AWS regions', 'us-east-1'],
    ['a key of another region', { region: 'us-west-2' }, 'us-west-2', 'its own region, us-east-1', "region 'us-east-1'"],
    ['a name that is none', { name: 'KMS' }, 'KMS', 'RFC 1123 label', 'use at most'],
    ['a socket of the container runtime', { socketPath: '/run/containerd/containerd.sock' }, '/run/containerd/containerd.sock', 'other sockets', '/var/run/kmsplugin/socket.sock'],
    ['a socket among static pods', { socketPath: '/etc/kubernetes/manifests/kms.sock' }, '/etc/kubernetes/manifests/kms.sock', 'other sockets', '/var/run/kmsplugin/socket.sock'],
    ['a socket with more than a path', { socketPath: '/run/kms/a.sock,/run/kms/b.sock' }, '/run/kms/a.sock,/run/kms/b.sock', 'other sockets', '/var/run/kmsplugin/socket.sock'],
    ['an endpoint for a socket', { socketPath: 'unix:///run/kms/kms.sock' }, 'unix:///run/kms/kms.sock', 'other sockets', '/var/run/kmsplugin/socket.sock'],
    ['a privileged port', { healthPort: 80 }, 80, 'no capability', '1024'],
    ['a port as the flag has it', { healthPort: ':8083' }, ':8083', 'no capability', '1024'],
    ['an unknown field', { encryptionContext: 'a=b' }, 'encryptionContext', 'no other field', 'keyArn'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => make(changes), { path: 'Test/KmsPlugin', value, rule, remedy });
  });
});
