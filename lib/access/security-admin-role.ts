import type { Construct } from 'constructs';
import { AccessRole } from './access-role';
import type { AccessRule } from './access-rule';
import { READ } from './read-verbs';
import { WORKLOAD_READS } from './workload-reads';

export interface SecurityAdminRoleProps {
  /** Namespace in which incidents are handled. */
  readonly namespace: string;
  /**
   * Name of the Role.
   * @default hipaa-security-admin
   */
  readonly name?: string;
}

const RULES: readonly AccessRule[] = [
  { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: READ },
  {
    apiGroups: [''],
    resources: ['pods', 'services', 'serviceaccounts', 'persistentvolumeclaims', 'resourcequotas', 'limitranges', 'events'],
    verbs: READ,
  },
  ...WORKLOAD_READS,
  // Contain: each of these stops something, and none starts anything new.
  { apiGroups: [''], resources: ['pods'], verbs: ['delete'] },
  { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: ['delete'] },
  { apiGroups: ['apps'], resources: ['deployments/scale', 'statefulsets/scale'], verbs: ['get', 'update', 'patch'] },
  { apiGroups: ['rbac.authorization.k8s.io'], resources: ['rolebindings'], verbs: ['delete'] },
];

/**
 * What a security administrator does in a PHI namespace: investigate and contain. It reads access, policies and workloads; it kills a
 * pod, stops a Job or CronJob, scales a workload (to zero), and deletes a RoleBinding, which revokes at once what an identity token that
 * was already issued still carries.
 *
 * Serves 45 CFR 164.308(a)(4)(ii)(B), and 164.308(a)(6)(ii) by what it leaves possible. Left out on purpose:
 * - Secrets. RBAC has no verb for their names alone. Rotate in the external store, whose own log says who did.
 * - Creating or changing Roles and RoleBindings: who may do that without `escalate` and `bind` has all these permissions already, and
 *   who has those verbs has everything. Grants go through the pipeline.
 * - NetworkPolicies. They add up, so a new one can only open flows, and deleting one can lift the default deny. To isolate a
 *   pod, scale its workload to zero.
 * - deletecollection: containment is one object at a time.
 * - Exec and logs: they are break-glass access.
 *
 * A GitOps engine that heals drift undoes a containment: pause it first. Deleting a pod destroys its memory: take evidence first.
 *
 * RBAC cannot demand MFA; the identity provider does.
 *
 * @example
 *   new SecurityAdminRole(chart, 'SecurityAdmin', { namespace: 'healthcare-prod' });
 */
export class SecurityAdminRole extends AccessRole {
  public constructor(scope: Construct, id: string, props: SecurityAdminRoleProps) {
    super(scope, id, { ...props, name: props.name ?? 'hipaa-security-admin', rules: RULES });
  }
}
