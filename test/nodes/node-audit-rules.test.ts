import { auditedFolders, nodeAuditRules } from '../../lib/nodes/node-audit-rules';
import { auditRules, type AuditRule } from '../support/auditctl';

const SOCKETS = ['/run/containerd/containerd.sock', '/run/crio/crio.sock'];
const text = (arm: boolean) => nodeAuditRules({ arm, runtimeSockets: SOCKETS, sessionUser: 'ssm-user' });
const read = (arm: boolean) => auditRules(text(arm), arm);

describe.each([['Intel', false], ['Arm', true]])('rules on %s', (_architecture, arm) => {
  test('are taken by auditctl, drop what was there, and are locked last', () => {
    expect(read(arm).controls).toEqual(['-D', '-b 16384', '--backlog_wait_time 60000', '-f 1', '--loginuid-immutable', '-e 2']);
    expect(read(arm).locked).toBe(true);
  });

  test('except nothing, and are the same text each time', () => {
    expect(text(arm)).not.toMatch(/never|exclude|^-[iWd]\b/m);
    expect(text(arm)).toBe(text(arm));
    expect(text(arm).endsWith('\n-e 2\n')).toBe(true);
  });

  const person = { 'auid!=': 'unset' };
  const anyone = ({ fields }: AuditRule): boolean => !('auid' in fields) && !('auid!=' in fields) && !('uid' in fields) && !('euid' in fields);
  const by = (who: Record<string, string>) => ({ fields }: AuditRule): boolean => Object.entries(who).every(([field, value]) => fields[field] === value);
  const calls = (...names: string[]) => (rule: AuditRule): boolean => names.every((name) => rule.calls.includes(name));
  const watches = (field: 'dir' | 'path', value: string, perm: string) => ({ fields }: AuditRule): boolean => fields[field] === value && [...perm].every((one) => fields.perm?.includes(one));

  test.each<[string, ((rule: AuditRule) => boolean)[]]>([
    ['who changes static pods and certificates', [watches('dir', '/etc/kubernetes', 'wa'), anyone]],
    ["who changes the kubelet's certificates", [watches('dir', '/var/lib/kubelet/pki', 'wa'), anyone]],
    ["who changes the kubelet's configuration", [watches('path', '/var/lib/kubelet/config.yaml', 'wa'), anyone]],
    ['who changes plugins of the network', [watches('dir', '/opt/cni/bin', 'wa'), anyone]],
    ["who changes containerd's configuration", [watches('dir', '/etc/containerd', 'wa'), anyone]],
    ['which people read volumes of pods', [watches('dir', '/var/lib/kubelet/pods', 'rwxa'), by(person)]],
    ["which people read containers' files", [watches('dir', '/var/lib/containerd', 'r'), by(person)]],
    ['which people read keys of the cluster', [watches('dir', '/etc/kubernetes', 'r'), by(person)]],
    ['what people open as root, mounted later or not', [calls('openat', 'openat2', 'open_by_handle_at', 'unlinkat', 'renameat2'), by({ ...person, euid: '0' }), ({ fields }) => !('dir' in fields) && !('path' in fields)]],
    ['which commands people start', [calls('execve', 'execveat'), by(person)]],
    ['which commands the user of sessions starts without a login', [calls('execve', 'execveat'), by({ auid: 'unset', uid: 'ssm-user' })]],
    ['which shells root starts without a login', [calls('execve'), by({ auid: 'unset', euid: '0', exe: '/usr/bin/bash' })]],
    ['what people are refused', [calls('openat'), by({ ...person, exit: '-EACCES' })]],
    ['what people mount, and which namespaces they enter', [calls('mount', 'move_mount', 'setns', 'unshare'), by(person)]],
    ["which people read another process' memory", [calls('ptrace', 'process_vm_readv'), by(person)]],
    ...SOCKETS.map((socket): [string, ((rule: AuditRule) => boolean)[]] => [`who calls ${socket}`, [calls('connect'), anyone, ({ fields }) => fields.path === socket]]),
    ...['/usr/bin/crictl', '/usr/local/bin/crictl', '/usr/bin/ctr', '/usr/bin/nsenter', '/usr/bin/kubectl', '/usr/bin/sudo', '/usr/sbin/auditctl']
      .map((path): [string, ((rule: AuditRule) => boolean)[]] => [`who starts ${path}`, [watches('path', path, 'x'), anyone]]),
    ['who changes accounts', [watches('path', '/etc/passwd', 'wa'), anyone]],
    ['who changes who may become root', [watches('dir', '/etc/sudoers.d', 'wa'), anyone]],
    ['who changes services', [watches('dir', '/etc/systemd/system', 'wa'), anyone]],
    ['who sets the clock', [calls('clock_settime', 'settimeofday'), anyone]],
    ['who adjusts the clock as root', [calls('adjtimex', 'clock_adjtime'), by({ euid: '0' })]],
    ['who loads a module', [calls('init_module', 'finit_module', 'delete_module'), anyone]],
    ['who changes the audit itself', [watches('dir', '/etc/audit', 'wa'), anyone]],
    ['who changes what was recorded', [watches('dir', '/var/log/audit', 'wa'), anyone]],
  ])('record %s', (_what, conditions) => {
    expect(read(arm).rules.some((rule) => conditions.every((condition) => condition(rule)) && rule.fields.arch !== 'b32')).toBe(true);
  });

  test('are the same for each table of calls that the kernel has', () => {
    const keysOf = (arch: string) => read(arm).rules.filter(({ fields }) => fields.arch === arch).map(({ fields }) => fields.key);

    expect(keysOf('b64').length).toBeGreaterThan(10);
    expect(keysOf('b32')).toEqual(arm ? [] : keysOf('b64'));
  });

  test('are about folders that are made before: the kernel refuses others, and all rules after', () => {
    const rules = read(arm).rules.map(({ fields }) => fields);
    const needed = [...rules.map(({ dir }) => dir), ...rules.flatMap(({ path, exe }) => [path, exe].map((file) => file?.replace(/\/[^/]+$/, '')))].filter((folder) => folder !== undefined);
    const everywhere = ['/etc', '/usr/bin', '/usr/sbin', '/usr/local/bin'];

    const made = auditedFolders({ arm, runtimeSockets: SOCKETS });

    expect([...new Set(needed)].filter((folder) => !everywhere.includes(folder) && !made.includes(folder))).toEqual([]);
    expect(made).toEqual(expect.arrayContaining(['/run/containerd', '/run/crio', '/var/lib/kubelet', '/var/lib/kubelet/pods']));
  });
});

test('without a user of sessions, no rule names one', () => {
  expect(nodeAuditRules({ arm: false, runtimeSockets: SOCKETS })).not.toMatch(/-F uid=|ssm-user/);
});

test('of what 32-bit programs of x86 have beside, none is left out', () => {
  const names = read(false).rules.filter(({ fields }) => fields.arch === 'b32').flatMap((rule) => rule.calls);

  expect(names).toEqual(expect.arrayContaining(['socketcall', 'umount', 'clock_settime64', 'stime', 'clock_adjtime64']));
});

describe('where the control plane is one\'s own', () => {
  const props = { arm: false, runtimeSockets: SOCKETS, kmsSockets: ['/var/run/kmsplugin/socket.sock', '/run/kmsplugin/socket.sock', '/opt/kms/former.sock'] };
  const own = auditRules(nodeAuditRules(props), false).rules;
  const has = (fields: Record<string, string>, calls: readonly string[]): boolean => own.some((rule) =>
    Object.entries(fields).every(([field, value]) => rule.fields[field] === value) && calls.every((call) => rule.calls.includes(call)));

  test.each<[string, Record<string, string>, string[]]>([
    ['who calls the KMS plugin', { path: '/run/kmsplugin/socket.sock', arch: 'b64' }, ['connect']],
    ['who calls it in 32-bit mode', { path: '/run/kmsplugin/socket.sock', arch: 'b32' }, ['socketcall']],
    ['who calls the former KMS plugin', { path: '/opt/kms/former.sock', arch: 'b64' }, ['connect']],
    ["who changes the API server's audit log", { dir: '/var/log/kubernetes', perm: 'wa' }, []],
    ['which people read etcd', { 'dir': '/var/lib/etcd', 'perm': 'rwxa', 'auid!=': 'unset' }, []],
    ['who starts etcdctl', { path: '/usr/local/bin/etcdctl', perm: 'wxa' }, []],
    ['who changes the sources of the clock', { dir: '/etc/chrony', perm: 'wa' }, []],
    ["who changes those of systemd's clock", { path: '/etc/systemd/timesyncd.conf', perm: 'wa' }, []],
  ])('rules record %s', (_what, fields, calls) => {
    expect(has(fields, calls)).toBe(true);
  });

  test('a socket is named once, by no link', () => {
    expect(own.filter(({ fields }) => fields.path === '/run/kmsplugin/socket.sock' && fields.arch === 'b64')).toHaveLength(1);
    expect(nodeAuditRules(props)).not.toContain('/var/run/');
  });

  test('folders that workers have not are made on every node', () => {
    const rules = own.flatMap(({ fields }) => (fields.dir === undefined ? [] : [fields.dir]));
    const made = auditedFolders(props);

    expect(rules.filter((folder) => !made.includes(folder))).toEqual([]);
    expect(made).toEqual(expect.arrayContaining(['/var/lib/etcd', '/var/log/kubernetes', '/run/kmsplugin', '/opt/kms', '/etc/chrony']));
  });

  test('and nowhere else: a node of EKS has none of them', () => {
    expect(text(false)).not.toMatch(/etcd|kms|chrony\b(?!\.conf)|\/var\/log\/kubernetes|timesyncd/);
  });
});

test.each([['/run/cri-dockerd.sock'], ['/run/crio/crio.sock']])('no folder of the system is made for %s', (socket) => {
  expect(auditedFolders({ arm: false, runtimeSockets: [socket] })).not.toContain('/run');
});
