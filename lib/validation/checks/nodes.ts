import { Control } from '../../controls/control';
import { BOTTLEROCKET_SETTINGS } from '../../nodes/bottlerocket-settings';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { groupsOf, unused } from '../node-templates';
import { claims } from '../rbac/judged-role';
import { setFindings, type SetFinding } from '../set-findings';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { referenced } from '../terraform-references';

const KIND = 'aws_launch_template';
const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;
/** The volumes of a Bottlerocket node: its system, and what it writes. */
const VOLUMES = ['/dev/xvda', '/dev/xvdb'];
/** What opens a way onto a node, or starts another system than the one that was judged. */
const OPENINGS = ['key_name', 'image_id', 'vpc_security_group_ids', 'security_group_names', 'network_interfaces'];

/** What is checked on the template of an EKS cluster's nodes. */
export const NODE_CHECKS: readonly Check[] = [
  {
    control: Control.NW4_IMDS,
    kind: KIND,
    check: (object, context) => {
      const options = listAt(object.content, 'metadata_options')[0];
      if (at(options, 'http_tokens') !== 'required') return 'the metadata service answers without a token (IMDSv1)';
      if (Number(at(options, 'http_put_response_hop_limit')) !== 1) return `the hop limit of the metadata service is ${String(at(options, 'http_put_response_hop_limit'))}: pods reach it`;
      return unused(object, context) ?? setFindings(Control.NW4_IMDS, object, context, 'other nodes', otherNodes);
    },
  },
  {
    control: Control.PS6_NODES,
    kind: KIND,
    check: (object, context) => {
      const { content } = object;
      const opening = OPENINGS.find((argument) => at(content, argument) !== undefined);
      if (opening !== undefined) return `it sets ${opening}: nobody judged who gets onto the nodes, or what they run`;
      const volumes = listAt(content, 'block_device_mappings');
      const missing = VOLUMES.find((device) => !volumes.some((volume) => at(volume, 'device_name') === device));
      if (missing !== undefined) return `the volume ${missing} is not set`;
      const plain = volumes.find((volume) => !isEncrypted(volume, object, context));
      if (plain !== undefined) return `the volume ${String(at(plain, 'device_name'))} is not encrypted with a key of yours`;
      if (Buffer.from(String(at(content, 'user_data')), 'base64').toString() !== BOTTLEROCKET_SETTINGS) return 'the user data is not the hardening of Bottlerocket';
      const flaw = unused(object, context);
      if (flaw !== undefined) return flaw;
      return groupsOf(object, context).map(flawOfGroup).find((found) => found !== undefined);
    },
  },
];

function isEncrypted(volume: unknown, template: SynthesizedObject, context: CheckContext): boolean {
  const ebs = listAt(volume, 'ebs')[0];
  const key = at(ebs, 'kms_key_id');
  return String(at(ebs, 'encrypted')) === 'true' && at(ebs, 'snapshot_id') === undefined
    && (KEY_ARN.test(String(key)) || referenced(key, template, 'aws_kms_key', 'arn', context) !== undefined);
}

function flawOfGroup({ content, reference }: SynthesizedObject): string | undefined {
  const type = String(at(content, 'ami_type'));
  if (!type.startsWith('BOTTLEROCKET_')) return `${describeReference(reference)} runs ${type}, no minimal system`;
  return at(content, 'remote_access') === undefined ? undefined : `${describeReference(reference)} lets people in by SSH`;
}

/** Node groups that start from no template that answers for its metadata service: EKS gives theirs a hop limit of 2. */
function* otherNodes(context: CheckContext): Generator<SetFinding> {
  const judged = context.ofKind(KIND).filter((template) => claims(template, Control.NW4_IMDS));
  const covered = new Set(judged.flatMap((template) => groupsOf(template, context)));
  for (const group of context.ofKind('aws_eks_node_group')) {
    if (!covered.has(group)) yield { text: `${describeReference(group.reference)} starts from no template that keeps pods from the metadata service` };
  }
}
