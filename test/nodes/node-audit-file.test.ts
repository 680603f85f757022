import { spawnSync } from 'node:child_process';
import { RootConstruct } from 'constructs';
import { NodeAuditFile, type NodeAuditFileProps } from '../../lib/nodes/node-audit-file';
import { amazonLinuxUserData } from '../../lib/nodes/amazon-linux-user-data';
import { AUDITED_FOLDERS, nodeAuditRules, nodeAuditScript } from '../../lib/nodes/node-audit-rules';
import { auditRules } from '../support/auditctl';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const file = (props: object = {}): NodeAuditFile => new NodeAuditFile(new RootConstruct('Test'), 'Audit', props as NodeAuditFileProps);
const read = (arm: boolean) => auditRules(nodeAuditRules({ arm, runtimeSocket: '/run/containerd/containerd.sock' }), arm);

describe.each([['Intel', false], ['Arm', true]])('rules on %s', (_architecture, arm) => {
  test('are taken by auditctl, drop what was there, and are locked', () => {
    expect(read(arm).controls).toEqual(['-D', '-b 16384', '-f 1', '-e 2']);
    expect(read(arm).locked).toBe(true);
  });

  test.each<[string, (fields: Record<string, string>, calls: string[]) => boolean]>([
    ["who changes the kubelet's folders, those of pods included", ({ dir, perm }) => dir === '/var/lib/kubelet' && perm === 'wa'],
    ['who reads what pods have', ({ dir, 'auid>=': from }, calls) => dir === '/var/lib/kubelet/pods' && calls.includes('openat') && from === '1000'],
    ["who reads Kubernetes' credentials", ({ dir, perm }) => dir === '/etc/kubernetes' && perm.includes('r')],
    ["who calls the runtime's socket", ({ path }, calls) => path === '/run/containerd/containerd.sock' && calls.includes('connect')],
    ['who reads the hashes of passwords', ({ path, perm }) => path === '/etc/shadow' && perm.includes('r')],
    ['who changes accounts', ({ path, perm }) => path === '/etc/passwd' && perm.includes('w')],
    ['who sets the clock', (_fields, calls) => calls.includes('clock_settime') && calls.includes('settimeofday')],
    ['who loads a module', (_fields, calls) => calls.includes('finit_module')],
    ['what people do as root', ({ euid }, calls) => euid === '0' && calls.includes('execve')],
    ['who changes the audit itself', ({ dir, perm }) => dir === '/var/log/audit' && perm === 'wa'],
  ])('record %s', (_what, matches) => {
    expect(read(arm).rules.some(({ fields, calls }) => fields.arch === 'b64' && matches(fields, calls))).toBe(true);
  });

  test('are the same for each table of calls that the kernel has', () => {
    const keysOf = (arch: string) => read(arm).rules.filter(({ fields }) => fields.arch === arch).map(({ fields }) => fields.key);

    expect(keysOf('b32')).toEqual(arm ? [] : keysOf('b64'));
  });

  test('name folders that are made before', () => {
    const folders = read(arm).rules.map(({ fields }) => fields.dir).filter((dir) => dir !== undefined);

    expect([...new Set(folders)].filter((folder) => !AUDITED_FOLDERS.includes(folder))).toEqual([]);
  });
});

describe('user data of Amazon Linux 2023', () => {
  const text = amazonLinuxUserData(false);
  const script = nodeAuditScript(false);

  test('holds a script that a shell reads', () => {
    expect(text).toContain(script);
    expect(spawnSync('bash', ['-n'], { input: script }).status).toBe(0);
    // Amazon EC2, user data: 16 KB.
    expect(Buffer.byteLength(text)).toBeLessThan(16_384);
  });

  test('holds the rules as they are, and keeps a node without them from joining', () => {
    expect(script).toContain(`<<'RULES'\n${nodeAuditRules({ arm: false, runtimeSocket: '/run/containerd/containerd.sock' })}RULES\n`);
    expect(script.indexOf("trap 'systemctl mask kubelet' ERR")).toBeLessThan(script.indexOf('augenrules --load'));
    expect(script).toContain('set -euo pipefail');
  });
});

describe('NodeAuditFile', () => {
  test('is text, and no YAML', () => {
    expect(file().toText()).toMatchSnapshot();
    expect(file().toObject()).toMatchObject({ kind: 'AuditRules', path: '/etc/audit/rules.d/99-hipaa.rules' });
    expect((file().toObject().rules as string[]).join('\n')).toBe(file().toText().trimEnd());
  });

  test('takes every prop', () => {
    const props: Required<NodeAuditFileProps> = { arm: true, runtimeSocket: '/run/crio/crio.sock', fileName: 'arm.rules' };

    expect(file(props).fileName).toBe('arm.rules');
    expect(file(props).toText()).toContain('path=/run/crio/crio.sock');
    expect(file(props).toText()).not.toContain('b32');
  });

  test('claims what it enforces', () => {
    expect(claimsBelow(file())).toEqual(['Test/Audit implements AU10']);
  });

  test.each<[object, unknown, string, string]>([
    [{ arm: 'yes' }, 'yes', 'architecture', 'true or false'],
    [{ runtimeSocket: '/run/x y.sock' }, '/run/x y.sock', 'control AU10', '/run/crio/crio.sock'],
    [{ fileName: 'audit.yaml' }, 'audit.yaml', 'augenrules', 'node-audit.rules'],
    [{ rules: [] }, 'rules', 'no other field', 'runtimeSocket'],
  ])('refuses %j', (props, value, rule, remedy) => {
    expectRefusal(() => file(props), { path: 'Test/Audit', value, rule, remedy });
  });
});
