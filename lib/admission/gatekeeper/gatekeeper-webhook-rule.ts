import { checkFields, checkTexts } from '../../profile/checks';
import { Errors } from '../../profile/errors';

/** Requests of one's own constraints that fail closed, beside those of this library's policies. */
export interface GatekeeperWebhookRule {
  /** API groups; the core group is the empty string. No `*`. */
  readonly apiGroups: readonly string[];
  /** Resources in the plural, or subresources: `certificates`, `deployments/scale`. No `*`. */
  readonly resources: readonly string[];
  /**
   * CREATE, UPDATE, DELETE or CONNECT.
   * @default - CREATE and UPDATE
   */
  readonly operations?: readonly string[];
  /**
   * Whether the objects belong to the cluster, and to no namespace.
   * @default false
   */
  readonly clusterScoped?: boolean;
}

const OPERATIONS = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'];

/** What the cluster writes to heal itself, to run pods that are there, and to bring Gatekeeper back. */
const HEALING: readonly string[] = [
  'apiservices', 'certificatesigningrequests', 'componentstatuses', 'csidrivers', 'csinodes', 'csistoragecapacities', 'customresourcedefinitions', 'endpoints', 'endpointslices', 'events',
  'flowschemas', 'leases', 'localsubjectaccessreviews', 'nodes', 'persistentvolumes', 'priorityclasses', 'prioritylevelconfigurations', 'runtimeclasses', 'selfsubjectaccessreviews',
  'selfsubjectreviews', 'selfsubjectrulesreviews', 'subjectaccessreviews', 'tokenreviews', 'volumeattachments',
];
/** People's way to the kubelet, which nothing of the cluster takes. */
const NODE_PROXY = 'nodes/proxy';
const POD_LIFE = ['pods/binding', 'pods/eviction', 'pods/status', 'serviceaccounts/token'];

/** @internal */
export function checkWebhookRule(path: string, rule: GatekeeperWebhookRule): void {
  checkFields(path, rule, ['apiGroups', 'resources', 'operations', 'clusterScoped'], 'Kubernetes, RuleWithOperations: a field that is not known would be lost');
  const { apiGroups, resources, operations, clusterScoped } = rule;
  checkTexts(path, 'moreRules.apiGroups', apiGroups, 'Kubernetes, RuleWithOperations.apiGroups', "name the groups, such as ['cert-manager.io']; '' is the core group");
  checkTexts(path, 'moreRules.resources', resources, 'Kubernetes, RuleWithOperations.resources', "name the resources in the plural, such as ['certificates']");
  if (apiGroups.length === 0 || resources.length === 0) throw Errors.refused(path, 'a rule names no group or no resource', rule, 'Kubernetes, RuleWithOperations: such a rule sends nothing', 'name at least one of each');
  const wild = [...apiGroups, ...resources].find((name) => name.includes('*'));
  if (wild !== undefined) {
    throw Errors.refused(path, 'a rule that fails closed has a wildcard', wild, 'Gatekeeper, Failing Closed: admission deadlock: heartbeats, events and addresses of pods would wait for Gatekeeper', 'name each group and resource');
  }
  const healing = resources.find((resource) => resource !== NODE_PROXY && (HEALING.includes(resource.split('/')[0]) || POD_LIFE.includes(resource)));
  if (healing !== undefined) {
    throw Errors.refused(path, 'a rule that fails closed stops the cluster from healing', healing, 'Gatekeeper, Failing Closed: admission deadlock', "leave it to the chart's own webhook, which fails open");
  }
  if (operations !== undefined) checkTexts(path, 'moreRules.operations', operations, 'Kubernetes, RuleWithOperations.operations', `use ${OPERATIONS.join(', ')}`);
  const other = operations?.find((operation) => !OPERATIONS.includes(operation));
  if (other !== undefined || operations?.length === 0) {
    throw Errors.refused(path, 'a rule names no such operation', other ?? operations, 'Kubernetes, RuleWithOperations.operations', `use ${OPERATIONS.join(', ')}`);
  }
  if (resources.includes('pods') && operations?.includes('DELETE')) {
    throw Errors.refused(path, 'the deletion of pods fails closed', 'pods', 'Kubernetes, pod lifecycle: the kubelet deletes a pod that has ended, and would wait for Gatekeeper', 'leave DELETE of pods out');
  }
  if (clusterScoped !== undefined && typeof clusterScoped !== 'boolean') throw Errors.refused(path, 'moreRules.clusterScoped is no boolean', clusterScoped, 'Kubernetes, RuleWithOperations.scope', 'use true or false');
}
