import { Control } from '../../controls/control';
import { amazonLinuxUserData } from '../../nodes/amazon-linux-user-data';
import { AUDIT_RULES_PATH, nodeAuditRules } from '../../nodes/node-audit-rules';
import type { Check } from '../check';
import { at, listAt } from '../content';
import { unsettled } from '../terraform-settled';

/** What is checked on rules of auditd: for a socket of one's own, they are compared without the line about it. */
export const NODE_AUDIT_CHECKS: readonly Check[] = [
  {
    control: Control.AU10_NODE_AUDIT,
    kind: 'AuditRules',
    check: ({ content }) => {
      if (at(content, 'path') !== AUDIT_RULES_PATH) return `auditd does not read ${String(at(content, 'path'))} last`;
      const lines = listAt(content, 'rules').map(String);
      const missing = [true, false].map((arm) => nodeAuditRules({ arm, runtimeSocket: '' }).trimEnd().split('\n').find((line) => !isAboutSocket(line) && !lines.includes(line)));
      if (!missing.includes(undefined)) return `a rule is missing: ${String(missing[1])}`;
      if (!lines.some(isAboutSocket)) return "no rule is about the container runtime's socket";
      if (lines.at(-1) !== '-e 2') return 'the rules can be changed: -e 2 is not the last of them';
      return undone(lines);
    },
  },
  {
    control: Control.AU10_NODE_AUDIT,
    kind: 'aws_launch_template',
    check: (object) => {
      const text = Buffer.from(String(at(object.content, 'user_data') ?? ''), 'base64').toString('utf8');
      return unsettled(object) ?? ([true, false].some((arm) => text === amazonLinuxUserData(arm)) ? undefined : 'the user data does not load the rules of auditd, or not them alone');
    },
  },
];

function isAboutSocket(line: string): boolean {
  return line.startsWith('-a always,exit') && line.includes('-S connect') && line.includes('key=hipaa-runtime-socket');
}

/** A line that takes back what another one records: rules are tried in their order, and the first that matches decides. */
function undone(lines: readonly string[]): string | undefined {
  const undoing = lines.find((line, index) => /\bnever\b|^-d\b|^-W\b|^-e [01]\b|^-r\b|^-i$|\bexclude\b/.test(line) || (line === '-D' && lines.slice(0, index).some((earlier) => earlier.startsWith('-a'))));
  return undoing && `a line takes rules back: ${undoing}`;
}
