/** The last step of both scripts, with a df, a du and a systemctl of the test. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { auditdConfiguration, loadRules } from '../../lib/nodes/node-audit-parts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'node-audit-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** What happens on a node with so many MB free, of which the log has taken others; its distribution has rules of its own. */
function load({ free, taken = 0, check = 0 }: { free: number; taken?: number; check?: number }): { status: number | null; said: string; did: string[]; rules: string[] } {
  fs.rmSync(folder, { recursive: true, force: true });
  const rules = path.join(folder, 'rules.d');
  fs.mkdirSync(rules, { recursive: true });
  for (const name of ['99-hipaa.rules', '10-no-audit.rules']) fs.writeFileSync(path.join(rules, name), '');
  const put = (name: string, text: string): void => fs.writeFileSync(path.join(folder, name), text, { mode: 0o755 });
  const did = path.join(folder, 'did');
  put('auditd.conf', auditdConfiguration().text);
  put('df', `#!/bin/bash\nprintf 'Avail\\n  ${free}\\n'\n`);
  put('du', `#!/bin/bash\nprintf '${taken}\\t/var/log/audit\\n'\n`);
  put('systemctl', `#!/bin/bash\necho "$*" >> ${did}\n`);
  put('check', `#!/bin/bash\necho check >> ${did}\nexit ${check}\n`);
  const script = loadRules().replaceAll('/etc/audit/rules.d', rules).replaceAll('/etc/audit/auditd.conf', `${folder}/auditd.conf`)
    .replaceAll('/usr/local/sbin/hipaa-node-audit-check', `${folder}/check`).replaceAll('/var/log/audit', folder);
  const { status, stderr } = spawnSync('bash', ['-c', `set -euo pipefail\n${script}`], { encoding: 'utf8', env: { ...process.env, PATH: `${folder}:${process.env.PATH}` } });
  return { status, said: stderr, did: fs.readFileSync(did, 'utf8').trim().split('\n'), rules: fs.readdirSync(rules).sort() };
}

test('starts auditd, puts the rules of the distribution aside, and has the check load its own', () => {
  expect(load({ free: 10_000 })).toEqual({
    status: 0, said: '', rules: ['10-no-audit.rules.before-hipaa', '99-hipaa.rules'],
    did: ['daemon-reload', 'enable auditd.service', 'start auditd.service', 'kill --signal=HUP --kill-who=main auditd.service', 'check'],
  });
});

test.each([{ free: 640 }, { free: 128, taken: 512 }])('takes a node with room for the whole log, what it holds already among it: %j', (node) => {
  expect(load(node).status).toBe(0);
});

test.each([{ free: 639 }, { free: 100, taken: 512 }, { free: 0 }])('refuses a node without, before it changes rules: %j', (node) => {
  const { status, said, did, rules } = load(node);

  expect(status).toBe(1);
  expect(said).toMatch(/^node audit: the file system of \S+ has room for \d+ MB of records, and they need 640 MB\n$/);
  expect(did).toEqual(['daemon-reload']);
  expect(rules).toContain('10-no-audit.rules');
});

test('fails where the check does', () => {
  expect(load({ free: 10_000, check: 1 }).status).toBe(1);
});
