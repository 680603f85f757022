import { Construct } from 'constructs';
import { Errors } from '../profile/errors';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { CONTAINER_RESOURCES } from './policies/container-resources/policy';

export interface RequireContainerResourcesProps extends ConstraintProps {
  /**
   * Whether a container has to limit its processor time as well. A limit throttles a container also where its node is idle; without one a container takes what is left over, and no
   * more than its request where others ask for theirs. True by default, as a quota on `limits.cpu`, which this library's namespaces have, refuses pods without one.
   * @default true
   */
  readonly cpuLimit?: boolean;
}

/**
 * Refuses containers and init containers of PHI namespaces that don't say how much processor and memory they need and may take, in Pods and in everything that templates pods: one
 * that takes all memory of its node takes the pods beside it down, and with them the availability of PHI (45 CFR 164.306(a)(1)).
 *
 * Demanded are `requests.cpu`, `requests.memory`, `limits.memory` and, unless `cpuLimit` is false, `limits.cpu`. An amount of nothing ("0", 0, 0m) is none: the kernel takes a
 * limit of 0 for no limit. A container's request that is missing beside its limit is let through, as the API server sets it to the limit; one of 0 is not, as that stays. What
 * the pod as a whole names (`spec.resources`, Kubernetes 1.34 and, behind a feature gate, 1.32) counts for its containers, each amount by itself; an API server that does not
 * know the field drops it before this rule sees it, while a check before deployment can't know. Ephemeral containers have no resources in the API, and pass. Claims of devices
 * are no amounts.
 *
 * A LimitRange fills in Pods, not what templates them: the amounts have to stand in the Deployment itself. The rule can't judge whether an amount is reasonable, nor
 * `ephemeral-storage`.
 *
 * One part of control PS5, which a quota on each namespace claims. The webhook fails open unless it was installed otherwise (Gatekeeper, Failing Closed). An update that leaves the
 * pod specification as it was is let through; the audit still reports it. With Gatekeeper, needs the template of `container-resources` in the cluster first.
 *
 * @example
 *   new RequireContainerResources(constraintsChart, 'ContainerResources', { phiNamespaces: ['healthcare-prod'] });
 */
export class RequireContainerResources extends Construct {
  public constructor(scope: Construct, id: string, props: RequireContainerResourcesProps) {
    super(scope, id);
    const path = this.node.path;
    checkConstraint(path, CONTAINER_RESOURCES, props, ['cpuLimit']);
    const { cpuLimit } = props;
    if (cpuLimit !== undefined && typeof cpuLimit !== 'boolean') {
      throw Errors.refused(path, 'cpuLimit is neither true nor false', cpuLimit, 'control PS5, 45 CFR 164.306(a)(1): a demand is made, or is not', 'use true or false, or leave it out');
    }
    emitConstraint(this, CONTAINER_RESOURCES, props, () => ({ cpuLimit }));
  }
}
