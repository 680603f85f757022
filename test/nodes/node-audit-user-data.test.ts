import { spawnSync } from 'node:child_process';
import { amazonLinuxUserData } from '../../lib/nodes/amazon-linux-user-data';
import { nodeAuditGate } from '../../lib/nodes/node-audit-parts';
import { nodeAuditRules } from '../../lib/nodes/node-audit-rules';
import { NodeAuditUserData } from '../../lib/nodes/node-audit-user-data';

describe.each([['Intel', false], ['Arm', true]])('the node audit of Amazon Linux 2023 on %s', (_architecture, arm) => {
  const script = NodeAuditUserData.script(arm, 'ssm-user');
  const before = (earlier: string, later: string): void => {
    expect(script).toContain(earlier);
    expect(script.indexOf(earlier)).toBeLessThan(script.indexOf(later));
  };

  test('is a script that bash reads, and stops at the first failure', () => {
    expect(spawnSync('bash', ['-n'], { input: script }).status).toBe(0);
    expect(script.startsWith('#!/bin/bash\nset -euo pipefail\n')).toBe(true);
  });

  test('ties the kubelet to the check before anything that can fail', () => {
    const steps = script.split('\n').slice(2);

    expect(steps[0]).toMatch(/^install -D -m 0644 \/dev\/stdin \/etc\/systemd\/system\/kubelet\.service\.d\/99-hipaa-node-audit\.conf /);
    expect(script).toContain('ExecStartPre=/usr/local/sbin/hipaa-node-audit-check\n');
    before('install -D -m 0755 /dev/stdin /usr/local/sbin/hipaa-node-audit-check', 'dnf install');
    // A unit file of the image lies where a mask would, so that a kubelet cannot be masked.
    expect(script).not.toContain('mask');
  });

  test('makes folders, replaces the rules of the distribution, and loads its own', () => {
    const load = '\n/usr/local/sbin/hipaa-node-audit-check\n';

    before('d /var/lib/kubelet/pods :0700 - - -', load);
    before('mv "$rules" "$rules.before-hipaa"', load);
    before('--signal=HUP', load);
    expect(script.endsWith(load)).toBe(true);
  });

  test('holds the files as they are', () => {
    const [kubelet, check] = nodeAuditGate();

    for (const text of [kubelet.text, check.text, nodeAuditRules({ arm, runtimeSockets: ['/run/containerd/containerd.sock'], sessionUser: 'ssm-user' })]) {
      expect(script).toContain(`<<'HIPAA-END'\n${text}HIPAA-END\n`);
    }
    expect(script).toMatch(/\/etc\/tmpfiles\.d\/hipaa-node-audit\.conf <<'HIPAA-END'\n# .*\n(d \/\S+ :0\d{3} - - -\n)+HIPAA-END\n/);
    expect(script).toContain('\nd /run/containerd :0711 - - -\n');
  });

  test('keeps a bounded log that only root reads, and stops no node', () => {
    const settings = new Map([...script.matchAll(/^([a-z_]+) = (\S+)$/gm)].map(([, name, value]) => [name, value]));

    expect(Object.fromEntries(settings)).toMatchObject({
      log_file: '/var/log/audit/audit.log', log_group: 'root', write_logs: 'yes', max_log_file: '64', num_logs: '8', max_log_file_action: 'ROTATE', name_format: 'NONE',
      space_left_action: 'SYSLOG', admin_space_left_action: 'SYSLOG', disk_full_action: 'ROTATE', disk_error_action: 'SYSLOG',
    });
    // Control planes that stop take etcd's quorum along; a log that is suspended stays so.
    expect([...settings.values()].filter((value) => /^(halt|single|suspend|exec)$/i.test(value))).toEqual([]);
    expect(Number(settings.get('space_left'))).toBeGreaterThan(Number(settings.get('admin_space_left')));
    // What a rotation gives back is enough to go on.
    expect(Number(settings.get('admin_space_left'))).toBeLessThanOrEqual(Number(settings.get('max_log_file')));
  });

  test('leaves EKS room for its own part', () => {
    // Amazon EC2: 16 KB of user data before base64; the part of EKS, with the certificate of the cluster, takes about 3 KB of it.
    expect(Buffer.byteLength(amazonLinuxUserData({ arm, nodeAudit: true }))).toBeLessThan(12_500);
  });
});

test('the user of sessions is there before rules name it', () => {
  const text = amazonLinuxUserData({ arm: false, nodeAudit: true });

  expect(text.indexOf('useradd -m -u 55088 ssm-user')).toBeGreaterThan(0);
  expect(text.indexOf('useradd')).toBeLessThan(text.indexOf('-F uid=ssm-user'));
});
