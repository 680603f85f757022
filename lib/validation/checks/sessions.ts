import { Control } from '../../controls/control';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { claims } from '../rbac/judged-role';
import { setFindings, type SetFinding } from '../set-findings';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { referenced } from '../terraform-references';
import { unsettled } from '../terraform-settled';

const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;
const SSH = 22;

/** What is checked on the sessions that people open on nodes, and on the ways around them. */
export const SESSION_CHECKS: readonly Check[] = [
  {
    control: Control.AC8_RECORDING,
    kind: 'aws_ssm_document',
    check: (object, context) => unrecorded(object, context)
      ?? setFindings(Control.AC8_RECORDING, object, context, 'other documents', otherDocuments)
      ?? setFindings(Control.AC8_RECORDING, object, context, 'ways around sessions', waysAround),
  },
];

/** Why sessions by a document are not recorded, encrypted and ended. */
function unrecorded(object: SynthesizedObject, context: CheckContext): string | undefined {
  const { content } = object;
  if (at(content, 'document_type') !== 'Session') return `the document is of the type ${String(at(content, 'document_type'))}`;
  const document = parsed(at(content, 'content'));
  if (document === undefined) return 'the content of the document is no JSON that can be read here';
  if (at(document, 'sessionType') !== 'Standard_Stream') return `sessions of the type ${String(at(document, 'sessionType'))} are not recorded`;
  const inputs = at(document, 'inputs');
  for (const setting of ['cloudWatchEncryptionEnabled', 'cloudWatchStreamingEnabled', 'runAsEnabled']) if (at(inputs, setting) !== true) return `${setting} is not true`;
  const user = at(inputs, 'runAsDefaultUser');
  if (typeof user !== 'string' || user === '' || user === 'root') return `sessions run as ${String(user) || 'nobody in particular'}`;
  if (at(inputs, 's3BucketName')) return `recordings go to the bucket ${String(at(inputs, 's3BucketName'))}, too`;
  const key = at(inputs, 'kmsKeyId');
  if (!KEY_ARN.test(String(key)) && !referenced(key, object, 'aws_kms_key', 'arn', context)) return 'no key of yours encrypts the sessions: kmsKeyId';
  return unended(inputs) ?? unkept(at(inputs, 'cloudWatchLogGroupName'), object, context);
}

function unended(inputs: unknown): string | undefined {
  for (const [setting, most] of [['idleSessionTimeout', 60], ['maxSessionDuration', 1440]] as const) {
    const minutes = at(inputs, setting);
    // Systems Manager takes them as text alone.
    if (typeof minutes !== 'string' || !/^[1-9]\d*$/.test(minutes) || Number(minutes) > most) return `${setting} is not from '1' to '${most}' minutes: ${String(minutes)}`;
  }
  return undefined;
}

/** Why recordings are not kept in an encrypted log group of the same stack. */
function unkept(name: unknown, from: SynthesizedObject, context: CheckContext): string | undefined {
  const group = name ? referenced(name, from, 'aws_cloudwatch_log_group', 'name', context) : undefined;
  if (!group) return `recordings go to no log group of the same stack: ${String(name)}`;
  if (at(group.content, 'region') !== at(from.content, 'region')) return 'the log group is in another region than the document';
  return at(group.content, 'kms_key_id') ? unsettled(group) : 'no customer key encrypts the log group of the recordings';
}

/** Documents that claim nothing, and open sessions that are not recorded; those that claim it answer for themselves. */
function* otherDocuments(context: CheckContext): Generator<SetFinding> {
  for (const document of context.ofKind('aws_ssm_document')) {
    if (claims(document, Control.AC8_RECORDING) || at(document.content, 'document_type') !== 'Session') continue;
    const flaw = unrecorded(document, context);
    if (flaw !== undefined) yield { text: `${describeReference(document.reference)} opens sessions that are not recorded: ${flaw}` };
  }
}

/** Ways onto a host that no session records: a host beside the node groups, a key for SSH, a tunnel, an open port. */
function* waysAround(context: CheckContext): Generator<SetFinding> {
  for (const type of ['aws_instance', 'aws_spot_instance_request']) for (const host of context.ofKind(type)) yield { text: `${describeReference(host.reference)} is a host beside the node groups` };
  for (const type of ['aws_key_pair', 'aws_ec2_instance_connect_endpoint']) for (const way of context.ofKind(type)) yield { text: `${describeReference(way.reference)} lets somebody in past Session Manager` };
  for (const template of context.ofKind('aws_launch_template')) if (at(template.content, 'key_name')) yield { text: `${describeReference(template.reference)} puts a key for SSH onto nodes` };
  for (const group of context.ofKind('aws_eks_node_group')) if (listAt(group.content, 'remote_access').length > 0) yield { text: `${describeReference(group.reference)} opens remote access to nodes` };
  for (const { owner, rule } of ingressRules(context)) {
    const flaw = opensSsh(rule);
    if (flaw !== undefined) yield { text: `${describeReference(owner.reference)} ${flaw}` };
  }
}

function* ingressRules(context: CheckContext): Generator<{ owner: SynthesizedObject; rule: unknown }> {
  for (const type of ['aws_security_group', 'aws_default_security_group']) {
    for (const owner of context.ofKind(type)) for (const rule of listAt(owner.content, 'ingress')) yield { owner, rule };
  }
  for (const owner of context.ofKind('aws_security_group_rule')) if (at(owner.content, 'type') !== 'egress') yield { owner, rule: owner.content };
  for (const owner of context.ofKind('aws_vpc_security_group_ingress_rule')) yield { owner, rule: owner.content };
}

/** Addresses that a rule lets in; a variable may be any. */
const ADDRESSES = ['cidr_blocks', 'ipv6_cidr_blocks', 'prefix_list_ids', 'cidr_ipv4', 'cidr_ipv6', 'prefix_list_id'];
/** Security groups that a rule lets in: hosts in them are judged themselves. */
const GROUPS = ['security_groups', 'source_security_group_id', 'referenced_security_group_id'];

/** Whether a rule is about hosts in security groups alone. */
function isBetweenGroups(rule: unknown): boolean {
  return ADDRESSES.every((source) => listAt(rule, source).length === 0) && (at(rule, 'self') === true || GROUPS.some((source) => listAt(rule, source).length > 0));
}

/** Whether a rule lets SSH in from addresses. */
function opensSsh(rule: unknown): string | undefined {
  if (isBetweenGroups(rule)) return undefined;
  const protocol = String(at(rule, 'ip_protocol') ?? at(rule, 'protocol')).toLowerCase();
  if (protocol === '-1' || protocol === 'all') return 'lets every protocol in, SSH among them';
  if (/^(udp|icmp|icmpv6|17|1|58)$/.test(protocol)) return undefined;
  const [from, to] = [at(rule, 'from_port'), at(rule, 'to_port')].map((port) => (port === undefined || port === null || port === '' ? NaN : Number(port)));
  if (Number.isNaN(from) || Number.isNaN(to)) return `lets in nobody can tell here what: ports ${String(at(rule, 'from_port'))} to ${String(at(rule, 'to_port'))} of ${protocol}`;
  return from <= SSH && SSH <= to ? `lets SSH in: ports ${from} to ${to}` : undefined;
}

function parsed(content: unknown): unknown {
  try {
    return JSON.parse(String(content));
  } catch {
    return undefined;
  }
}
