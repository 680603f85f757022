import { KubeClusterRole, KubeClusterRoleBinding } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { clusterScoped } from '../manifests/cluster-scoped';
import { checkDnsSubdomain, checkFields, checkGroup } from '../profile/checks';
import { Errors } from '../profile/errors';
import { READ } from './read-verbs';

export interface AuditorClusterRoleProps {
  /** The auditors as the cluster knows them, the prefix included: `IdentityGroups.inCluster()`. */
  readonly group: string;
  /**
   * Gatekeeper's constraints that auditors read: the lower-case kind of each template, which is the resource's name.
   * @default - none: the group has no fixed resources, and a wildcard would also grant what is installed later
   */
  readonly constraintResources?: readonly string[];
  /**
   * Name of the ClusterRole; its binding's is `<name>-binding`.
   * @default hipaa-auditor-cluster
   */
  readonly name?: string;
}

const RBAC = 'rbac.authorization.k8s.io';

/**
 * What an auditor reads of the cluster itself: namespaces and their Pod Security labels, ClusterRoles and their bindings, admission
 * webhooks and policies, Gatekeeper's templates and constraints, policies of signed images, storage classes. All are cluster-scoped kinds: a ClusterRole that
 * named a namespaced one would open it in every namespace.
 *
 * Serves 45 CFR 164.308(a)(4)(ii)(B) and 164.312(a)(1). It reads and never writes.
 *
 * @example
 *   new AuditorClusterRole(chart, 'AuditorClusterRole', { group: 'oidc:auditors@company.com', constraintResources: ['hipaaprivilegedcontainers'] });
 */
export class AuditorClusterRole extends Construct {
  public constructor(scope: Construct, id: string, props: AuditorClusterRoleProps) {
    super(scope, id);
    const path = this.node.path;
    const name = props.name ?? 'hipaa-auditor-cluster';
    const constraints = props.constraintResources ?? [];
    checkFields(path, props, ['group', 'constraintResources', 'name'], 'control AC3: an auditor reads named resources');
    checkGroup(path, 'group', props.group);
    checkDnsSubdomain(path, 'name', name);
    checkConstraints(path, constraints);

    const role = new KubeClusterRole(this, 'Resource', {
      metadata: { name },
      rules: [
        rule('', ['namespaces']),
        rule(RBAC, ['clusterroles', 'clusterrolebindings']),
        rule('admissionregistration.k8s.io', [
          'validatingwebhookconfigurations', 'mutatingwebhookconfigurations', 'validatingadmissionpolicies', 'validatingadmissionpolicybindings',
        ]),
        rule('storage.k8s.io', ['storageclasses']),
        rule('templates.gatekeeper.sh', ['constrainttemplates']),
        rule('policy.sigstore.dev', ['clusterimagepolicies']),
        ...(constraints.length === 0 ? [] : [rule('constraints.gatekeeper.sh', constraints)]),
      ],
    });
    Safeguard.implement(role, Control.AC4_ESCALATION, 'reads named cluster-scoped resources, and grants no other verb');

    const binding = new KubeClusterRoleBinding(this, 'Binding', {
      metadata: { name: `${name}-binding` },
      subjects: [{ kind: 'Group', name: props.group, apiGroup: RBAC }],
      roleRef: { kind: 'ClusterRole', name, apiGroup: RBAC },
    });
    clusterScoped(role, binding);
  }
}

function rule(apiGroup: string, resources: readonly string[]): { apiGroups: string[]; resources: string[]; verbs: string[] } {
  return { apiGroups: [apiGroup], resources: [...resources], verbs: [...READ] };
}

function checkConstraints(path: string, resources: readonly string[]): void {
  if (!Array.isArray(resources)) {
    throw Errors.refused(path, 'constraintResources is no list', resources, 'control AC3: resources are named', "give a list: ['hipaaprivilegedcontainers']");
  }
  resources.forEach((resource: string, index) => {
    if (typeof resource !== 'string' || !/^[a-z][a-z0-9]*$/.test(resource) || resources.indexOf(resource) !== index) {
      throw Errors.refused(path, 'constraintResources holds no name of a constraint, or one twice', resource, "control AC3, 45 CFR 164.308(a)(4)(ii)(B): no wildcard; Gatekeeper names the resource by the template's lower-case kind", "use each template's kind in lower case, such as 'hipaaprivilegedcontainers'");
    }
  });
}
