import { Control } from '../../controls/control';
import { enforcementIn } from '../../network/enforcing-mode';
import { NetworkPolicyMode } from '../../profile/network-policy-mode';
import { Retention } from '../../profile/retention';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { accessPolicies } from '../eks-access-policies';
import { claims } from '../rbac/judged-role';
import { setFindings, type SetFinding } from '../set-findings';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { referenced } from '../terraform-references';
import { unsettled } from '../terraform-settled';

const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;
const ENFORCING_MODE = 'NETWORK_POLICY_ENFORCING_MODE';
const LOG_TYPES = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

/** What is checked on an EKS control plane, its log group and its network. */
export const EKS_CHECKS: readonly Check[] = [
  {
    control: Control.AU1_AUDIT_POLICY,
    kind: 'aws_eks_cluster',
    check: ({ content }, { profile }) => {
      if (at(content, 'name') !== profile.cluster) return `the cluster is ${String(at(content, 'name'))}, not ${profile.cluster}`;
      const missing = LOG_TYPES.filter((type) => !listAt(content, 'enabled_cluster_log_types').includes(type));
      return missing.length > 0 ? `log types are off: ${missing.join(', ')}` : undefined;
    },
  },
  {
    control: Control.EN1_API_DATA,
    kind: 'aws_eks_cluster',
    check: (object, context) => {
      const config = listAt(object.content, 'encryption_config')[0];
      if (!listAt(config, 'resources').includes('secrets')) return 'Secrets are not encrypted with a key of yours';
      const key = at(listAt(config, 'provider')[0], 'key_arn');
      if (!key) return 'the encryption names no key';
      return KEY_ARN.test(String(key)) || referenced(key, object, 'aws_kms_key', 'arn', context) ? undefined : `the encryption names no KMS key by its ARN, and none of the same stack: ${String(key)}`;
    },
  },
  {
    control: Control.AC9_PRIVATE_API,
    kind: 'aws_eks_cluster',
    check: (object, context) => {
      if (hasPublicEndpoint(object)) return 'the public endpoint is not off';
      if (at(listAt(object.content, 'vpc_config')[0], 'endpoint_private_access') !== true) return 'the private endpoint is not on';
      return setFindings(Control.AC9_PRIVATE_API, object, context, 'other clusters', otherPublicClusters);
    },
  },
  {
    control: Control.AC10_API_AUTH_MODE,
    kind: 'aws_eks_cluster',
    check: (object, context) => {
      const access = listAt(object.content, 'access_config')[0];
      if (at(access, 'authentication_mode') !== 'API') return 'the authentication mode is not API';
      if (at(access, 'bootstrap_cluster_creator_admin_permissions') !== false) return 'who creates the cluster becomes its administrator';
      return accessPolicies(Control.AC10_API_AUTH_MODE, object, context);
    },
  },
  {
    control: Control.AU4_OFF_CLUSTER,
    kind: 'aws_cloudwatch_log_group',
    check: ({ content }, context) => {
      const { cluster, names } = context.profile;
      if (at(content, 'name') !== names.clusterLogGroup) return `EKS writes to ${names.clusterLogGroup}, not to this log group`;
      const audited = context.ofKind('aws_eks_cluster').some((candidate) => at(candidate.content, 'name') === cluster && listAt(candidate.content, 'enabled_cluster_log_types').includes('audit') && unsettled(candidate) === undefined);
      return audited ? weakClass(content) : `no aws_eks_cluster ${cluster} writes its audit log there: enabled_cluster_log_types`;
    },
  },
  {
    control: Control.AU6_LOG_GROUP,
    kind: 'aws_cloudwatch_log_group',
    check: ({ content }) => {
      if (!at(content, 'kms_key_id')) return 'no customer key encrypts the log group';
      const days = at(content, 'retention_in_days');
      return typeof days === 'number' && days >= Retention.SIX_YEARS_IN_DAYS ? weakClass(content) : `the log group keeps ${String(days)} days`;
    },
  },
  {
    control: Control.NW2_ENFORCER,
    kind: 'aws_eks_addon',
    check: (object, context) => {
      const { content } = object;
      if (at(content, 'addon_name') !== 'vpc-cni') return `the add-on ${String(at(content, 'addon_name'))} enforces no NetworkPolicy`;
      const values = configurationOf(content);
      // The add-on takes the switch as text: a boolean is refused by its schema.
      if (at(values, 'enableNetworkPolicy') !== 'true') return "configuration_values do not say enableNetworkPolicy: 'true'";
      const mode = (at(values, 'env', ENFORCING_MODE) ?? NetworkPolicyMode.STANDARD) as NetworkPolicyMode;
      if (!Object.values(NetworkPolicyMode).includes(mode)) return `${ENFORCING_MODE} is ${String(mode)}, which the CNI does not know`;
      if (!object.claims.some(({ how }) => how === enforcementIn(mode))) return `the enforcer is in ${mode} mode, and claims another`;
      return setFindings(Control.NW2_ENFORCER, object, context, 'other settings of the CNI', otherSettings);
    },
  },
];

function hasPublicEndpoint({ content }: SynthesizedObject): boolean {
  return at(listAt(content, 'vpc_config')[0], 'endpoint_public_access') !== false;
}

/** Clusters that claim nothing on their endpoint; those that do answer for themselves. */
function* otherPublicClusters(context: CheckContext): Generator<SetFinding> {
  for (const cluster of context.ofKind('aws_eks_cluster')) {
    if (!claims(cluster, Control.AC9_PRIVATE_API) && hasPublicEndpoint(cluster)) yield { text: `the public endpoint of ${describeReference(cluster.reference)} is not off` };
  }
}

/** Other classes of log groups have no metric filters, and so no alarms (Amazon CloudWatch Logs, log classes). */
function weakClass(content: unknown): string | undefined {
  const logClass = at(content, 'log_group_class') ?? 'STANDARD';
  return logClass === 'STANDARD' ? undefined : `the class of the log group is ${String(logClass)}`;
}

/** Add-ons that set the same CNI, and claim nothing: the one that is applied last wins. */
function* otherSettings(context: CheckContext): Generator<SetFinding> {
  for (const addon of context.ofKind('aws_eks_addon')) {
    if (at(addon.content, 'addon_name') === 'vpc-cni' && !claims(addon, Control.NW2_ENFORCER)) yield { text: `${describeReference(addon.reference)} sets the CNI, too` };
  }
}

function configurationOf(content: unknown): unknown {
  try {
    return JSON.parse(String(at(content, 'configuration_values')));
  } catch {
    return undefined;
  }
}
