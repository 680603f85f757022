import { NODE_AUDIT_LOG, NODE_AUDIT_LOGS } from '../../audit/fluent-bit/layout';
import { nodeAuditGroups } from '../../audit/fluent-bit/node-audit';
import { Control } from '../../controls/control';
import { ClaimKind } from '../../controls/safeguard';
import { amazonLinuxUserData } from '../../nodes/amazon-linux-user-data';
import { PlatformKind } from '../../profile/platform';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { carried } from '../log-shipping';
import { groupsOf, unused } from '../node-templates';
import { claims } from '../rbac/judged-role';
import { setFindings, type SetFinding } from '../set-findings';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { unsettled } from '../terraform-settled';

const TEMPLATE = 'aws_launch_template';
const SHIPPER = 'DaemonSet';
const NODE_GROUP = 'eks.amazonaws.com/nodegroup';
const OS = 'kubernetes.io/os';

/**
 * What is checked on the audit of nodes: rules that are locked, and a log that leaves the node. The one is Terraform's and the other Kubernetes': each half answers for itself
 * where it is judged alone, and asks for the other where both are known, as in the evidence.
 */
export const NODE_AUDIT_CHECKS: readonly Check[] = [
  {
    control: Control.AU10_NODE_AUDIT,
    kind: TEMPLATE,
    check: (object, context) => unsettled(object) ?? unloaded(object, context) ?? unshipped(context) ?? onOtherNodes(object, context),
  },
  {
    control: Control.AU10_NODE_AUDIT,
    kind: SHIPPER,
    check: (object, context) => shippingFlaw(object, context) ?? unruled(context) ?? onOtherNodes(object, context),
  },
];

/** Told by the first object that claims the control, whichever half it is of. */
function onOtherNodes(object: SynthesizedObject, context: CheckContext): string | undefined {
  return setFindings(Control.AU10_NODE_AUDIT, object, context, 'other nodes', otherNodes);
}

/** Why nodes of a template may run without the rules. */
function unloaded(template: SynthesizedObject, context: CheckContext): string | undefined {
  const image = at(template.content, 'image_id');
  if (image !== undefined) return `it sets image_id: nobody judged what ${String(image)} does with user data`;
  const flaw = unused(template, context);
  if (flaw !== undefined) return flaw;
  const text = Buffer.from(String(at(template.content, 'user_data') ?? ''), 'base64').toString('utf8');
  for (const group of groupsOf(template, context)) {
    const type = String(at(group.content, 'ami_type'));
    if (!type.startsWith('AL2023_')) return `${describeReference(group.reference)} runs ${type}, which takes no script as its user data`;
    if (text !== amazonLinuxUserData({ arm: type.includes('_ARM_'), nodeAudit: true })) return 'the user data does not load the rules of auditd, or not them alone';
  }
  return undefined;
}

/** Whether the Kubernetes half is known and carries the log off no node. */
function unshipped(context: CheckContext): string | undefined {
  if (context.ofKind('Namespace').length === 0) return undefined;
  return context.once('shipping of the node audit', () => {
    const flaws = context.ofKind(SHIPPER).filter((shipper) => claims(shipper, Control.AU10_NODE_AUDIT)).map((shipper) => shippingFlaw(shipper, context));
    if (flaws.includes(undefined)) return undefined;
    return flaws[0] === undefined ? 'no log shipper carries what auditd records off the nodes' : `what auditd records stays on the nodes: ${flaws[0]}`;
  });
}

/** Whether the Terraform half is known and has no node with rules: on EKS, user data alone brings them. */
function unruled(context: CheckContext): string | undefined {
  if (context.profile.platform.kind !== PlatformKind.EKS || context.ofKind('aws_s3_bucket').length === 0) return undefined;
  return context.ofKind(TEMPLATE).some((template) => claims(template, Control.AU10_NODE_AUDIT)) ? undefined : 'no launch template loads the rules of auditd: there is no log to carry';
}

function shippingFlaw(shipper: SynthesizedObject, context: CheckContext): string | undefined {
  return missedNodes(at(shipper.content, 'spec', 'template', 'spec'), context)
    ?? carried(shipper, context, { what: "auditd's log", folder: NODE_AUDIT_LOGS, file: NODE_AUDIT_LOG, prefix: `${context.profile.names.shippedLogPrefix(context.profile.platform)}/node-audit` });
}

/** What keeps pods from some of the nodes that have the log. */
function missedNodes(pod: unknown, context: CheckContext): string | undefined {
  const selector = at(pod, 'nodeSelector') as Readonly<Record<string, unknown>> | undefined;
  const other = Object.keys(selector ?? {}).find((key) => !(key === OS && selector![key] === 'linux'));
  if (other !== undefined) return `the shipper runs on some nodes only: nodeSelector ${other}`;
  const everywhere = listAt(pod, 'tolerations').some((toleration) => at(toleration, 'operator') === 'Exists' && at(toleration, 'key') === undefined && at(toleration, 'effect') === undefined);
  if (!everywhere) return 'the shipper keeps off nodes with taints';
  const terms = listAt(pod, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms');
  const audited = nodeAuditGroups(context.profile.platform) ?? [];
  for (const expression of terms.flatMap((term) => [...listAt(term, 'matchExpressions'), ...listAt(term, 'matchFields')])) {
    const values = listAt(expression, 'values').map(String);
    const [key, operator] = [at(expression, 'key'), at(expression, 'operator')];
    const harmless = (key === 'eks.amazonaws.com/compute-type' && operator === 'NotIn' && values.every((value) => value === 'fargate'))
      || (key === NODE_GROUP && operator === 'In' && audited.length > 0 && audited.every((group) => values.includes(group)));
    if (!harmless) return `the shipper runs on some nodes only: ${String(key)} ${String(operator)} ${values.join(', ')}`;
  }
  return undefined;
}

/** Node groups that start from no template that says anything of their audit. */
function* otherNodes(context: CheckContext): Generator<SetFinding> {
  const judged = context.ofKind(TEMPLATE).filter((template) => template.claims.some(({ control, kind }) => control === Control.AU10_NODE_AUDIT && kind !== ClaimKind.LEFT_OPEN));
  const covered = new Set(judged.flatMap((template) => groupsOf(template, context)));
  for (const group of context.ofKind('aws_eks_node_group')) {
    if (!covered.has(group)) yield { text: `${describeReference(group.reference)} starts from no template that loads the rules of auditd` };
  }
}
