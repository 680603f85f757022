import type { Construct } from 'constructs';
import { AccessRole } from './access-role';
import type { AccessRule } from './access-rule';
import { READ } from './read-verbs';

export interface AuditorRoleProps {
  /** Namespace that is audited. */
  readonly namespace: string;
  /**
   * Name of the Role.
   * @default hipaa-auditor
   */
  readonly name?: string;
}

const RULES: readonly AccessRule[] = [
  { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: READ },
  { apiGroups: [''], resources: ['serviceaccounts', 'services', 'resourcequotas', 'limitranges', 'persistentvolumeclaims', 'events'], verbs: READ },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: READ },
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies', 'ingresses'], verbs: READ },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: READ },
  // Policies of a mesh, and who issues certificates: kinds that are there where their agents are.
  { apiGroups: ['security.istio.io'], resources: ['peerauthentications', 'authorizationpolicies'], verbs: READ },
  { apiGroups: ['cert-manager.io'], resources: ['certificates', 'issuers'], verbs: READ },
];

/**
 * What an auditor reads in a PHI namespace: who has access, which policies and limits apply, what is published, which volumes are
 * claimed, and the events. No data.
 *
 * Serves 45 CFR 164.308(a)(4)(ii)(B). ConfigMaps, Secrets and logs can hold PHI, so they are left out. So are pods and the workloads that
 * template them: a literal in an environment variable, an argument or an annotation would show, and what an auditor asks of workloads
 * is in the admission policies' reports and the evidence. Where admission refuses such literals, an AccessRole with read verbs
 * on `pods` and `deployments` adds them. Events carry what a failed probe printed: keep PHI out of probes.
 * ServiceAccounts show names and annotations, never tokens.
 *
 * @example
 *   new AuditorRole(chart, 'Auditor', { namespace: 'healthcare-prod' });
 */
export class AuditorRole extends AccessRole {
  public constructor(scope: Construct, id: string, props: AuditorRoleProps) {
    super(scope, id, { ...props, name: props.name ?? 'hipaa-auditor', rules: RULES });
  }
}
