import { RootConstruct } from 'constructs';
import { Control } from '../../lib/controls/control';
import { NodeAuditFile } from '../../lib/nodes/node-audit-file';
import { amazonLinuxUserData } from '../../lib/nodes/amazon-linux-user-data';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import { Tree, type ObjectReference } from '../../lib/validation/synthesized-object';
import { selfManagedProfile } from '../support/profiles';

const profile = selfManagedProfile();
const verdict = (reference: ObjectReference, content: Record<string, unknown>): string | undefined => {
  const object = { reference, path: 'Test', content, claims: [] };
  return checkFor(Control.AU10_NODE_AUDIT, object)!.check(object, new CheckContext(profile, [object]));
};
type Document = Record<string, unknown> & { path: string; rules: string[] };
const ofFile = (change: (document: Document) => unknown = () => undefined, props = {}): string | undefined => {
  const document = new NodeAuditFile(new RootConstruct('Test'), 'Audit', props).toObject() as Document;
  change(document);
  return verdict({ tree: Tree.CONTROL_PLANE, apiVersion: 'auditd/v1', kind: 'AuditRules', file: 'node-audit.rules' }, document);
};
const ofNodes = (text: string | undefined): string | undefined =>
  verdict({ tree: Tree.TERRAFORM, stack: 'main', address: 'aws_launch_template.Nodes' }, text === undefined ? {} : { user_data: Buffer.from(text).toString('base64') });

describe('checks on rules of auditd', () => {
  test.each([[{}], [{ arm: true }], [{ runtimeSocket: '/run/crio/crio.sock' }]])('hold for %j', (props) => {
    expect(ofFile(undefined, props)).toBeUndefined();
  });

  test.each<[string, (document: Document) => unknown, RegExp]>([
    ['a rule less', ({ rules }) => rules.splice(rules.findIndex((rule) => rule.includes('/etc/shadow')), 1), /rule is missing: .*shadow/],
    ['rules that can be changed', ({ rules }) => rules.pop(), /rule is missing: -e 2/],
    ['a lock that does not come last', ({ rules }) => rules.push('-a always,exit -F arch=b64 -S mount -F key=x'), /not the last/],
    ['a lock that is taken back', ({ rules }) => rules.splice(-1, 0, '-e 0'), /takes rules back: -e 0/],
    ['an exception at the top', ({ rules }) => rules.splice(4, 0, '-a never,exit -F dir=/var/lib/kubelet'), /takes rules back/],
    ['an excluded kind of record', ({ rules }) => rules.splice(4, 0, '-a always,exclude -F msgtype=PATH'), /takes rules back/],
    ['rules that are dropped', ({ rules }) => rules.splice(-1, 0, '-D'), /takes rules back: -D/],
    ['errors that are ignored', ({ rules }) => rules.splice(4, 0, '-i'), /takes rules back: -i/],
    ['no socket', (document) => (document.rules = document.rules.filter((rule) => !rule.includes('runtime-socket'))), /socket/],
    ['another place', (document) => (document.path = '/etc/audit/rules.d/00-hipaa.rules'), /00-hipaa/],
    ['no rules', (document) => (document.rules = []), /rule is missing/],
  ])('fail with %s', (_what, change, message) => {
    expect(ofFile(change)).toMatch(message);
  });

  test.each([[true], [false]])('hold for nodes of Amazon Linux, Arm: %s', (arm) => {
    expect(ofNodes(amazonLinuxUserData(arm))).toBeUndefined();
  });

  test.each<[string, string | undefined]>([
    ['no user data', undefined],
    ['other user data', '#!/bin/bash\n'],
    ['rules that are unloaded', amazonLinuxUserData(false).replace('augenrules --load', 'augenrules --load || true')],
  ])('fail for nodes with %s', (_what, text) => {
    expect(ofNodes(text)).toMatch(/does not load the rules/);
  });
});
