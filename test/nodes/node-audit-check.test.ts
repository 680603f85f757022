/** The script that a kubelet starts after, with an auditctl and an augenrules of the test. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { nodeAuditGate } from '../../lib/nodes/node-audit-parts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'node-audit-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const RULES = '## a comment\n-D\n-a always,exit -F dir=/a -F perm=wa -F key=hipaa-a\n-a always,exit -F arch=b64 -S mount -F key=hipaa-b\n-e 2\n';
/** As auditctl lists them: watches in a form of their own. */
const LISTED = '-w /a -p wa -k hipaa-a\n-a always,exit -F arch=b64 -S mount -F key=hipaa-b\n';

interface Node { enabled?: string; pid?: string; listed?: string; rules?: string; loaded?: boolean; broken?: boolean; folders?: string; needed?: string }

function check({ enabled = '2', pid = '117', listed = LISTED, rules = RULES, loaded = false, broken = false, folders = '', needed = '/' }: Node): { status: number | null; said: string } {
  const put = (name: string, text: string): string => {
    fs.writeFileSync(path.join(folder, name), text, { mode: 0o755 });
    return path.join(folder, name);
  };
  const rulesFile = put('hipaa.rules', rules);
  const state = put('status', `enabled ${enabled}\nfailure 1\npid ${pid}\n`);
  const list = put('list', listed);
  put('auditctl', `#!/bin/bash\n${broken ? 'exit 1' : `case "$1" in -s) cat ${state} ;; -l) cat ${list} ;; *) exit 2 ;; esac`}\n`);
  put('augenrules', `#!/bin/bash\n[ -d ${needed} ] || exit 1\n${loaded ? `sed -i 's/^enabled .*/enabled 2/' ${state}` : 'exit 1'}\n`);
  const foldersFile = put('tmpfiles.conf', folders);
  // As before systemd 250, which takes no such mode.
  put('systemd-tmpfiles', '#!/bin/bash\nexit 65\n');
  const script = nodeAuditGate().find(({ name }) => name === 'check.sh')!.text
    .replace(/^PATH=.*$/m, `PATH=${folder}:/usr/bin:/bin`).replace(/^RULES=.*$/m, `RULES=${rulesFile}`).replace(/^FOLDERS=.*$/m, `FOLDERS=${foldersFile}`);
  const { status, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  return { status, said: stderr };
}

test('lets a node start whose rules are in force and locked', () => {
  expect(check({})).toEqual({ status: 0, said: '' });
});

test('loads the rules first where they are not, as after a boot that was too early for them', () => {
  expect(check({ enabled: '1', loaded: true })).toEqual({ status: 0, said: '' });
});

test('makes folders that are gone before it loads, as after kubeadm reset and a restart, and leaves others as they are', () => {
  const [gone, there] = ['gone', 'there'].map((name) => path.join(folder, name));
  fs.mkdirSync(there);
  fs.chmodSync(there, 0o750);

  expect(check({ enabled: '1', loaded: true, needed: gone, folders: `# a comment\nd ${gone} :0711 - - -\nd ${there} :0700 - - -\n` })).toEqual({ status: 0, said: '' });
  expect([gone, there].map((one) => (fs.statSync(one).mode & 0o777).toString(8))).toEqual(['711', '750']);
});

test('makes no folder where the rules are locked, as rules of auditd cannot follow', () => {
  const gone = path.join(folder, 'stays-away');

  expect(check({ folders: `d ${gone} :0711 - - -\n` }).status).toBe(0);
  expect(fs.existsSync(gone)).toBe(false);
});

test.each<[string, Node, RegExp]>([
  ['rules that can be changed', { enabled: '1' }, /not locked/],
  ['a kernel that records nothing', { enabled: '0' }, /not locked/],
  ['no answer', { broken: true }, /not locked/],
  ['no auditd', { pid: '0' }, /auditd does not take/],
  ["a distribution's rule that records nothing", { listed: `-a never,task\n${LISTED}` }, /says never/],
  ['an exception to the rules', { listed: `-a never,exit -F dir=/a -F key=hipaa-a\n${LISTED}` }, /says never/],
  ['no rules', { listed: 'No rules\n' }, /not the rules that are ours/],
  ['a rule less', { listed: LISTED.split('\n').slice(1).join('\n') }, /not the rules that are ours/],
  ['another rule in the place of one', { listed: LISTED.replace('hipaa-b', 'other') }, /not the rules that are ours/],
  ['a rule more, without a key', { listed: `${LISTED}-a always,exclude -F msgtype=PATH\n` }, /rules that are not ours/],
  ['no file of rules', { rules: '' }, /has no rules/],
])('keeps a node with %s from starting', (_what, node, said) => {
  const answer = check(node);

  expect(answer.status).not.toBe(0);
  expect(answer.said).toMatch(said);
});
