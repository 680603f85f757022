import { KubeValidatingWebhookConfiguration, type RuleWithOperations, type ValidatingWebhook } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../../controls/control';
import { Safeguard } from '../../controls/safeguard';
import { clusterScoped } from '../../manifests/cluster-scoped';
import { checkDnsLabel, checkFields, checkInteger, checkList } from '../../profile/checks';
import { CLUSTER_NEEDS, NAMESPACE_NEEDS, type AdmissionNeed } from './admission-needs';
import { checkWebhookRule, type GatekeeperWebhookRule } from './gatekeeper-webhook-rule';
import { checkPhiNamespaceList, checkWebhookName, GATEKEEPER_NAMESPACE, WEBHOOK_NAME } from './installation';
import { ADMIT_PATH, NAMESPACE_NAME, NOT_THE_API_SERVER } from './webhook-coverage';

export interface GatekeeperWebhookProps {
  /** Namespaces that hold PHI: what is written there waits for Gatekeeper's answer. */
  readonly phiNamespaces: readonly string[];
  /**
   * Name of the configuration, which GatekeeperValues tells Gatekeeper, so that it puts its certificate in.
   * @default hipaa-gatekeeper-fail-closed
   */
  readonly name?: string;
  /**
   * Namespace that Gatekeeper's chart was installed to.
   * @default gatekeeper-system
   */
  readonly gatekeeperNamespace?: string;
  /**
   * Seconds that the API server waits for Gatekeeper before it refuses: 1 to 30.
   * @default 5
   */
  readonly timeoutSeconds?: number;
  /**
   * What one's own constraints judge, beside what the policies of this library do.
   * @default - none
   */
  readonly moreRules?: readonly GatekeeperWebhookRule[];
}

/**
 * Has the API server refuse what it cannot ask Gatekeeper about, in the namespaces that hold PHI: a ValidatingWebhookConfiguration of its own, beside the
 * one of Gatekeeper's Helm chart, which fails open and sees neither CONNECT nor DELETE.
 *
 * It asks about what the policies of this library judge, and no more. In PHI namespaces: pods and what templates them, ephemeral containers,
 * exec, attach, port-forward and proxy, Services, Ingresses, NetworkPolicies, claims, ConfigMaps, ServiceAccounts, Roles, RoleBindings, new Secrets,
 * and the Namespace itself, with the subresources that can change labels or annotations; DELETE of NetworkPolicies and of the Namespace. In the
 * cluster: ClusterRoles, ClusterRoleBindings, StorageClasses and PersistentVolumes. Namespaces are selected by the label that the API server
 * puts on each itself: `admission.gatekeeper.sh/ignore` changes nothing here.
 *
 * While Gatekeeper is down, pods that run go on, and their containers are restarted where they are. The status of pods, endpoints, leases, events and
 * evictions don't wait, and neither do deletions of pods and of bindings, so that access still ends. What waits: new pods of PHI namespaces, changes
 * to them, exec, break-glass among it, and the PersistentVolumes of the whole cluster: new ones, their binding to claims, and their end, for which finalizers are taken off.
 * What is bound stays mounted, and is mounted anew. Nodes, system namespaces and Gatekeeper's own are never asked about, so
 * that it comes back by itself.
 *
 * A Helm upgrade of Gatekeeper writes ClusterRoles, and so needs a Gatekeeper that answers. Where it can't come back without one, or in an emergency:
 * delete this configuration (no webhook is asked about webhook configurations), mend Gatekeeper, and apply it again. The audit log shows both.
 *
 * Apply it when Gatekeeper runs with GatekeeperValues (chart 3.21 or later: an older one puts its certificate into its own configuration alone), and
 * delete it before Gatekeeper is removed: without it, every write of these kinds is refused.
 *
 * Serves control PS2, 45 CFR 164.312(c)(1), against an outage of Gatekeeper, or an attack on it, by which anything gets in (Gatekeeper, Failing
 * Closed; Kubernetes, ValidatingWebhook). It enforces nothing without constraints.
 *
 * @example
 *   new GatekeeperWebhook(chart, 'GatekeeperWebhook', { phiNamespaces: ['healthcare-prod', 'patient-data'] });
 */
export class GatekeeperWebhook extends Construct {
  public constructor(scope: Construct, id: string, props: GatekeeperWebhookProps) {
    super(scope, id);
    const { path } = this.node;
    checkFields(path, props, ['phiNamespaces', 'name', 'gatekeeperNamespace', 'timeoutSeconds', 'moreRules'], 'control PS2: a field that is not known would be lost');
    const { phiNamespaces, name = WEBHOOK_NAME, gatekeeperNamespace = GATEKEEPER_NAMESPACE, timeoutSeconds = 5, moreRules = [] } = props;
    checkDnsLabel(path, 'gatekeeperNamespace', gatekeeperNamespace);
    checkPhiNamespaceList(path, phiNamespaces, gatekeeperNamespace);
    checkWebhookName(path, 'name', name);
    checkInteger(path, 'timeoutSeconds', timeoutSeconds, 1, 30, 'Kubernetes, ValidatingWebhook.timeoutSeconds');
    checkList(path, 'moreRules', moreRules, 'Kubernetes, ValidatingWebhook.rules', "give a list, such as [{ apiGroups: ['cert-manager.io'], resources: ['certificates'] }]");
    moreRules.forEach((rule) => checkWebhookRule(path, rule));

    const common = {
      admissionReviewVersions: ['v1'],
      clientConfig: { service: { namespace: gatekeeperNamespace, name: 'gatekeeper-webhook-service', path: ADMIT_PATH, port: 443 } },
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      sideEffects: 'None',
      timeoutSeconds,
    };
    const webhooks: ValidatingWebhook[] = [
      {
        ...common,
        name: 'phi-namespaces.validation.gatekeeper.sh',
        namespaceSelector: { matchExpressions: [{ key: NAMESPACE_NAME, operator: 'In', values: [...phiNamespaces] }] },
        rules: [...rulesOf(NAMESPACE_NEEDS), ...moreRules.filter((rule) => rule.clusterScoped !== true).map(ownRule)],
      },
      {
        ...common,
        name: 'cluster.validation.gatekeeper.sh',
        // The API server makes the built-in roles itself when it starts, and ends where it is refused: Gatekeeper may not run yet.
        matchConditions: [{ name: 'not-the-api-server', expression: NOT_THE_API_SERVER }],
        rules: [...rulesOf(CLUSTER_NEEDS), ...moreRules.filter((rule) => rule.clusterScoped === true).map(ownRule)],
      },
    ];
    const resource = new KubeValidatingWebhookConfiguration(this, 'Resource', { metadata: { name }, webhooks });
    clusterScoped(resource);
    Safeguard.implement(resource, Control.PS2_FAIL_CLOSED, 'the API server refuses what it cannot ask Gatekeeper about, in PHI namespaces and of roles that reach into them');
  }
}

/** Needs as rules: one for the resources of a group that the same operations are judged of. */
function rulesOf(needs: readonly AdmissionNeed[]): RuleWithOperations[] {
  const operations = new Map<string, { readonly need: AdmissionNeed; readonly operations: string[] }>();
  for (const need of needs) {
    const key = `${need.group}/${need.resource}`;
    operations.set(key, { need, operations: [...(operations.get(key)?.operations ?? []), need.operation] });
  }
  const rules = new Map<string, RuleWithOperations & { readonly resources: string[] }>();
  for (const { need, operations: names } of operations.values()) {
    const scope = need.clusterScoped ? 'Cluster' : 'Namespaced';
    const key = [need.group, scope, ...names].join(' ');
    const rule = rules.get(key) ?? { apiGroups: [need.group], apiVersions: ['*'], operations: names, resources: [], scope };
    rule.resources.push(need.resource);
    rules.set(key, rule);
  }
  return [...rules.values()];
}

function ownRule({ apiGroups, resources, operations = ['CREATE', 'UPDATE'], clusterScoped: ofCluster }: GatekeeperWebhookRule): RuleWithOperations {
  return { apiGroups: [...apiGroups], apiVersions: ['*'], operations: [...operations], resources: [...resources], scope: ofCluster === true ? 'Cluster' : 'Namespaced' };
}
