import { spawnSync } from 'node:child_process';
import { RootConstruct } from 'constructs';
import { HipaaControlPlane } from '../../lib/assembly/control-plane';
import { ControlPlaneFile } from '../../lib/control-plane/control-plane-file';
import { NodeAuditFiles, type NodeAuditFilesProps } from '../../lib/nodes/node-audit-files';
import { nodeAuditRules } from '../../lib/nodes/node-audit-rules';
import { EncryptionMigration } from '../../lib/profile/encryption-settings';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import { claimsBelow } from '../support/claims';
import { selfManagedProfile } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

const make = (props: object = {}): NodeAuditFiles => new NodeAuditFiles(new RootConstruct('Test'), 'NodeAudit', props as NodeAuditFilesProps);
const textsOf = (props: object = {}): Record<string, string> => Object.fromEntries(ControlPlaneFile.filesOf(make(props)).map((file) => [file.fileName, file.toText()!]));
const CONTAINERD = ['/run/containerd/containerd.sock'];
const KMS = ['/run/kmsplugin/socket.sock'];

describe('NodeAuditFiles', () => {
  const texts = textsOf();
  const install = texts['node-audit/install.sh'];

  test('are a script and what it installs', () => {
    expect(Object.keys(texts).sort()).toEqual(['auditd.conf', 'check.sh', 'hipaa.aarch64.rules', 'hipaa.x86_64.rules', 'install.sh', 'kubelet.conf', 'tmpfiles.conf'].map((name) => `node-audit/${name}`));
    expect(texts['node-audit/hipaa.x86_64.rules']).toBe(nodeAuditRules({ arm: false, runtimeSockets: CONTAINERD, kmsSockets: KMS }));
    expect(texts['node-audit/hipaa.aarch64.rules']).toBe(nodeAuditRules({ arm: true, runtimeSockets: CONTAINERD, kmsSockets: KMS }));
    expect(install).toMatchSnapshot();
  });

  test('are read by bash, and copied from beside the script alone', () => {
    for (const name of ['install.sh', 'check.sh']) expect(spawnSync('bash', ['-n'], { input: texts[`node-audit/${name}`] }).status).toBe(0);
    const copied = [...install.matchAll(/"\$here\/([^"]+)"/g)].map(([, name]) => name);

    expect(copied.flatMap((name) => ['x86_64', 'aarch64'].map((machine) => `node-audit/${name.replace('$(uname -m)', machine)}`)).filter((name) => !(name in texts))).toEqual([]);
    expect(copied[0]).toBe('kubelet.conf');
    expect(copied).toHaveLength(5);
  });

  test('say how they are run, and what to do after a reset', () => {
    expect(install).toContain('`bash install.sh`');
    expect(install).toMatch(/After `kubeadm reset` restart the node/);
  });

  test('make every folder that is missing, and leave the others', () => {
    const lines = texts['node-audit/tmpfiles.conf'].trimEnd().split('\n').slice(1);

    expect(lines.filter((line) => !/^d \/\S+ :0(700|711|755) - - -$/.test(line))).toEqual([]);
    expect(lines).toEqual(expect.arrayContaining(['d /var/lib/etcd :0700 - - -', 'd /var/lib/kubelet/pods :0700 - - -', 'd /run/kmsplugin :0700 - - -', 'd /opt/cni/bin :0755 - - -', 'd /run/containerd :0711 - - -']));
  });

  test('are about the runtimes and the KMS plugins that are named', () => {
    const props: Required<NodeAuditFilesProps> = { runtimeSockets: ['/run/crio/crio.sock'], kmsSockets: ['/var/run/kms/a.sock'] };
    const own = textsOf(props);

    expect(own['node-audit/hipaa.x86_64.rules']).toContain('path=/run/crio/crio.sock');
    expect(own['node-audit/hipaa.x86_64.rules']).not.toContain('containerd.sock');
    expect(own['node-audit/hipaa.x86_64.rules']).toContain('path=/run/kms/a.sock');
    expect(own['node-audit/hipaa.x86_64.rules']).not.toContain('kmsplugin');
    expect(own['node-audit/tmpfiles.conf']).toContain('d /run/crio :0711 - - -\nd /run/kms :0700 - - -\n');
  });

  test('leave it to those who make the nodes', () => {
    expect(claimsBelow(make())).toEqual(['Test/NodeAudit/Resource left-open AU10']);
    expect(make().node.defaultChild).toBeInstanceOf(ControlPlaneFile);
  });

  test('are written as they are, on every self-managed platform', () => {
    const { files, findings } = new HipaaControlPlane(selfManagedProfile()).synthesize();
    const written = Object.fromEntries(files.map(({ path, content }) => [path, content]));

    expect(findings).toEqual([]);
    expect(written).toMatchObject(texts);
    expect(Object.keys(written)).toEqual(expect.arrayContaining(['audit-policy.yaml', 'kubeadm-api-server.yaml']));
  });

  test('take the sockets of the platform: its runtime, its KMS plugin and the former one', () => {
    const platform = Platform.selfManaged({
      version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM, runtimeSocket: '/run/crio/crio.sock',
      encryptionConfiguration: {
        migration: EncryptionMigration.ENCRYPTED, provider: { name: 'new', endpoint: 'unix:///run/kms-new/socket.sock' }, formerProviders: [{ name: 'old' }],
      },
    });
    const { files, findings } = new HipaaControlPlane(selfManagedProfile({ platform })).synthesize();
    const rules = files.find(({ path }) => path === 'node-audit/hipaa.x86_64.rules')!.content;

    expect(findings).toEqual([]);
    for (const socket of ['/run/crio/crio.sock', '/run/kms-new/socket.sock', '/run/kmsplugin/socket.sock']) expect(rules).toContain(`-S connect -F path=${socket} `);
    expect(rules).not.toContain('containerd.sock');
  });

  test.each<[object, unknown, string, string]>([
    [{ runtimeSockets: [] }, [], 'control AU10', '/run/crio/crio.sock'],
    [{ runtimeSockets: ['/run/x y.sock'] }, '/run/x y.sock', 'control AU10', '/run/crio/crio.sock'],
    [{ runtimeSockets: ['/run/../etc/a.sock'] }, '/run/../etc/a.sock', 'control AU10', 'below /run'],
    [{ runtimeSockets: '/run/a.sock' }, '/run/a.sock', 'control AU10', '/run/crio/crio.sock'],
    [{ kmsSockets: [] }, [], 'control AU10', '/var/run/kmsplugin/socket.sock'],
    [{ kmsSockets: ['/run/a b/c.sock'] }, '/run/a b/c.sock', 'control AU10', 'EncryptionConfiguration'],
    [{ kmsSockets: ['/run/../etc/c.sock'] }, '/run/../etc/c.sock', 'control AU10', 'EncryptionConfiguration'],
    [{ kmsSockets: ['/run/c.sock'] }, '/run/c.sock', 'control AU10', 'EncryptionConfiguration'],
    [{ rules: [] }, 'rules', 'no other field', 'runtimeSockets'],
  ])('refuse %j', (props, value, rule, remedy) => {
    expectRefusal(() => make(props), { path: 'Test/NodeAudit', value, rule, remedy });
  });
});
