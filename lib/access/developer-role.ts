import type { Construct } from 'constructs';
import { AccessRole } from './access-role';
import type { AccessRule } from './access-rule';
import { READ } from './read-verbs';
import { WORKLOAD_READS } from './workload-reads';

export interface DeveloperRoleProps {
  /** Namespace whose workloads the developers look after. */
  readonly namespace: string;
  /**
   * Name of the Role.
   * @default hipaa-developer
   */
  readonly name?: string;
}

const RULES: readonly AccessRule[] = [
  { apiGroups: [''], resources: ['pods', 'services', 'persistentvolumeclaims', 'resourcequotas', 'limitranges', 'events'], verbs: READ },
  ...WORKLOAD_READS,
];

/**
 * What a developer does in a PHI namespace: see how a rollout goes. Deploying is the pipeline's, because whoever may create a pod or
 * anything that templates one reads every Secret and volume of the namespace (Kubernetes, RBAC Good Practices).
 *
 * Serves 45 CFR 164.308(a)(4)(ii)(B). ConfigMaps and logs are left out, as the workloads of a PHI namespace put PHI there sooner
 * or later: read logs where they are filtered, or add an AccessRole with `get` on `pods/log` in a namespace that holds synthetic
 * data. Restarts and evictions are left out too: a rollback through the pipeline is a restart with a review. Pods show their literal
 * environment, so credentials go there by reference only.
 *
 * @example
 *   new DeveloperRole(chart, 'Developer', { namespace: 'healthcare-prod' });
 */
export class DeveloperRole extends AccessRole {
  public constructor(scope: Construct, id: string, props: DeveloperRoleProps) {
    super(scope, id, { ...props, name: props.name ?? 'hipaa-developer', rules: RULES });
  }
}
