/** The check of recorded sessions on a synthesized stack, and on the same stack weakened or with a way around it. */
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3Backend, TerraformStack } from 'cdktf';
import { SessionRecording } from '../../lib/access/session-recording';
import { HipaaTerraformApp } from '../../lib/assembly/terraform-app';
import { Control } from '../../lib/controls/control';
import { Retention } from '../../lib/profile/retention';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import { kindOf } from '../../lib/validation/content';
import { Tree, type SynthesizedObject } from '../../lib/validation/synthesized-object';
import { eksProfile } from '../support/profiles';
import type { Weakening } from './weakening';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const profile = eksProfile();
const app = new HipaaTerraformApp(profile);
const stack = new TerraformStack(app, 'Stack');
new AwsProvider(stack, 'Aws', { region: 'us-east-1' });
new S3Backend(stack, { bucket: 'terraform-state', key: 'stack', region: 'us-east-1' });
new SessionRecording(stack, 'Sessions', {
  logGroupName: '/hipaa/healthcare-cluster/sessions', region: 'us-east-1', account: '123456789012', logGroupKmsKeyArn: KEY, retention: Retention.years(6), sessionKmsKeyArn: KEY,
});
const { objects: emitted, findings } = app.synthesize();

function verdict(weaken: Weakening): string | undefined {
  const copies = structuredClone([...emitted]);
  const object = copies.find((candidate) => kindOf(candidate) === 'aws_ssm_document')!;
  weaken(object.content, copies);
  return checkFor(Control.AC8_RECORDING, object)!.check(object, new CheckContext(profile, copies));
}

/** A change of the preferences. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a weakening reaches into every shape
const inDocument = (change: (document: any) => void): Weakening => (content) => {
  const document = JSON.parse(content.content) as unknown;
  change(document);
  content.content = JSON.stringify(document);
};
const input = (setting: string, value: unknown): Weakening => inDocument((document) => (document.inputs[setting] = value));
const beside = (address: string, content: Record<string, unknown>): Weakening => (_content, others) => void others.push({ reference: { tree: Tree.TERRAFORM, stack: 'Stack', address }, path: address, claims: [], content });
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
const inGroup = (change: (content: any) => void): Weakening => (_content, others) => change(others.find((object: SynthesizedObject) => kindOf(object) === 'aws_cloudwatch_log_group')!.content);
const ingress = (rule: object): Weakening => beside('aws_security_group.Own', { ingress: [rule] });
const tcp = (from: unknown, to: unknown): object => ({ protocol: 'tcp', from_port: from, to_port: to, cidr_blocks: ['10.0.0.0/8'] });
const plain = JSON.stringify({ schemaVersion: '1.0', sessionType: 'Standard_Stream', inputs: {} });

describe('recorded sessions', () => {
  test('stand as they are synthesized', () => {
    expect(findings).toEqual([]);
    expect(verdict(() => undefined)).toBeUndefined();
  });

  test.each<[string, Weakening, RegExp]>([
    ['another type of document', (o) => (o.document_type = 'Command'), /type Command/],
    ['no JSON', (o) => (o.content = 'schemaVersion: 1.0'), /no JSON/],
    ['content that only Terraform knows', (o) => (o.content = '${file("x")}'), /no JSON/],
    ['port forwarding', inDocument((d) => (d.sessionType = 'Port')), /type Port are not recorded/],
    ['no inputs', inDocument((d) => delete d.inputs), /cloudWatchEncryptionEnabled/],
    ['a log group that may be plain', input('cloudWatchEncryptionEnabled', false), /cloudWatchEncryptionEnabled/],
    ['encryption as text', input('cloudWatchEncryptionEnabled', 'false'), /cloudWatchEncryptionEnabled/],
    ['a recording at the end alone', input('cloudWatchStreamingEnabled', false), /cloudWatchStreamingEnabled/],
    ['the agent\'s own user', input('runAsEnabled', false), /runAsEnabled/],
    ['root', input('runAsDefaultUser', 'root'), /run as root/],
    ['nobody in particular', input('runAsDefaultUser', ''), /nobody in particular/],
    ['recordings in a bucket', input('s3BucketName', 'anywhere'), /bucket anywhere/],
    ['no key', input('kmsKeyId', ''), /no key of yours/],
    ['an alias', input('kmsKeyId', 'alias/aws/ssm'), /no key of yours/],
    ['a key of another stack', input('kmsKeyId', '${aws_kms_key.Gone.arn}'), /no key of yours/],
    ['no log group', input('cloudWatchLogGroupName', ''), /no log group/],
    ['a log group of others', input('cloudWatchLogGroupName', '/elsewhere'), /no log group of the same stack: \/elsewhere/],
    ['no end of idle sessions', input('idleSessionTimeout', undefined), /idleSessionTimeout/],
    ['idle for two hours', input('idleSessionTimeout', '120'), /idleSessionTimeout/],
    ['a number where text is taken', input('idleSessionTimeout', 15), /idleSessionTimeout/],
    ['no end', input('maxSessionDuration', ''), /maxSessionDuration/],
    ['a plain log group', inGroup((o) => delete o.kms_key_id), /no customer key/],
    ['a log group that is never made', inGroup((o) => (o.count = 0)), /count is 0/],
    ['a log group elsewhere', inGroup((o) => (o.region = 'us-west-2')), /another region/],
    ['changes that Terraform leaves', (o) => (o.lifecycle = { ignore_changes: ['content'] }), /ignores changes of content/],
    ['no document', (o) => (o.count = 0), /count is 0/],
    ['a second document that records nothing', beside('aws_ssm_document.Own', { document_type: 'Session', content: plain }), /aws_ssm_document\.Own opens sessions that are not recorded/],
    ['a document of tunnels', beside('aws_ssm_document.Own', { document_type: 'Session', content: JSON.stringify({ sessionType: 'Port' }) }), /type Port/],
    ['a bastion', beside('aws_instance.Bastion', {}), /aws_instance\.Bastion is a host beside/],
    ['a key for SSH', beside('aws_key_pair.Ssh', {}), /past Session Manager/],
    ['a tunnel', beside('aws_ec2_instance_connect_endpoint.Tunnel', {}), /past Session Manager/],
    ['a key in a template', beside('aws_launch_template.Own', { key_name: 'ssh' }), /key for SSH/],
    ['remote access to a node group', beside('aws_eks_node_group.Own', { remote_access: { ec2_ssh_key: 'ssh' } }), /remote access/],
    ['SSH', ingress(tcp(22, 22)), /lets SSH in: ports 22 to 22/],
    ['SSH as text', ingress(tcp('22', '22')), /SSH/],
    ['a range that holds SSH', ingress(tcp(0, 65535)), /ports 0 to 65535/],
    ['the number of TCP', ingress({ protocol: '6', from_port: 20, to_port: 25 }), /ports 20 to 25/],
    ['every protocol', ingress({ protocol: '-1', from_port: 0, to_port: 0 }), /every protocol/],
    ['every protocol by name', ingress({ protocol: 'All', from_port: 0, to_port: 0 }), /every protocol/],
    ['ports that only Terraform knows', ingress(tcp('${var.from}', '${var.to}')), /nobody can tell/],
    ['rules that only Terraform knows', beside('aws_security_group.Own', { ingress: '${var.rules}' }), /nobody can tell/],
    ['the default group', beside('aws_default_security_group.Own', { ingress: [tcp(22, 22)] }), /SSH/],
    ['a rule', beside('aws_security_group_rule.Own', { type: 'ingress', ...tcp(22, 22) }), /SSH/],
    ['a rule of the newer kind', beside('aws_vpc_security_group_ingress_rule.Own', { ip_protocol: 'tcp', from_port: 22, to_port: 22 }), /SSH/],
    ['nodes among themselves and addresses', ingress({ protocol: '-1', from_port: 0, to_port: 0, self: true, cidr_blocks: ['10.0.0.0/8'] }), /every protocol/],
    ['a group and a list of prefixes', ingress({ protocol: 'tcp', from_port: 22, to_port: 22, security_groups: ['sg-1'], prefix_list_ids: ['pl-1'] }), /SSH/],
    ['a group and addresses by a variable', ingress({ protocol: 'tcp', from_port: 22, to_port: 22, security_groups: ['sg-1'], cidr_blocks: '${var.cidrs}' }), /SSH/],
    ['addresses of IPv6', beside('aws_vpc_security_group_ingress_rule.Own', { ip_protocol: '-1', cidr_ipv6: '::/0' }), /every protocol/],
    ['a rule of the newer kind for every protocol', beside('aws_vpc_security_group_ingress_rule.Own', { ip_protocol: '-1' }), /every protocol/],
  ])('does not stand with: %s', (_what, weaken, finding) => {
    expect(verdict(weaken)).toMatch(finding);
  });

  test.each<[string, Weakening]>([
    ['another document that records', (content, others) => beside('aws_ssm_document.Own', { ...content })(content, others)],
    ['a document of commands', beside('aws_ssm_document.Own', { document_type: 'Command', content: '{}' })],
    ['HTTPS', ingress(tcp(443, 443))],
    ['nodes among themselves', ingress({ protocol: '-1', from_port: 0, to_port: 0, self: true, cidr_blocks: [] })],
    ['a group of an application', beside('aws_vpc_security_group_ingress_rule.Own', { ip_protocol: '-1', referenced_security_group_id: 'sg-1' })],
    ['a group of an application, the older way', beside('aws_security_group_rule.Own', { type: 'ingress', protocol: '-1', from_port: 0, to_port: 0, source_security_group_id: 'sg-1' })],
    ['UDP', ingress({ protocol: 'udp', from_port: 0, to_port: 65535 })],
    ['ICMP', ingress({ protocol: 'icmp', from_port: -1, to_port: -1 })],
    ['a rule outwards', beside('aws_security_group_rule.Own', { type: 'egress', protocol: '-1', from_port: 0, to_port: 0 })],
    ['a group without rules', beside('aws_security_group.Own', {})],
    ['a template without a key', beside('aws_launch_template.Own', {})],
  ])('stands with: %s', (_what, weaken) => {
    expect(verdict(weaken)).toBeUndefined();
  });
});
