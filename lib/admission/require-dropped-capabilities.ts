import { Construct } from 'constructs';
import { checkTexts } from '../profile/checks';
import { Errors } from '../profile/errors';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { DROPPED_CAPABILITIES } from './policies/dropped-capabilities/policy';

export interface RequireDroppedCapabilitiesProps extends ConstraintProps {
  /**
   * Capabilities that a container may add to what it dropped. The standard knows one, by which a program without root takes a port below 1024; an empty list allows none.
   * A workload that needs another is an exemption, with its reason, its approver and its end.
   * @default ['NET_BIND_SERVICE']
   */
  readonly allowedCapabilities?: readonly string[];
}

const RULE = 'PS1, 45 CFR 164.312(a)(1)';
/** What the level `restricted` lets containers add. */
const OF_THE_STANDARD = 'NET_BIND_SERVICE';

/**
 * Refuses containers in PHI namespaces that keep capabilities of root: `capabilities.drop` has to hold `ALL` in each container, init container and ephemeral container,
 * in Pods and in everything that templates pods, and `capabilities.add` nothing but `NET_BIND_SERVICE`. Both are compared letter by letter, as the Pod Security level
 * `restricted` does: containerd and CRI-O take `all` as well, and the standard does not.
 *
 * containerd leaves a container fourteen capabilities unless told otherwise, NET_RAW among them, with which it forges packets in the name of others (CIS Kubernetes
 * Benchmark 1.12, 5.2.8 and 5.2.9; 45 CFR 164.312(a)(1)). It is a part of what that level demands (control PS1), and claims no control by itself. What it can't see are
 * capabilities that the files of an image carry: without `allowPrivilegeEscalation: false`, which DisallowPrivilegeEscalation demands, nothing keeps a program from
 * starting those.
 *
 * Pods of Windows, by `os.name: windows`, are let through: they have no capabilities, and no kubelet of Linux takes such a pod. An update that leaves the pod
 * specification as it was is let through, so that an object of old can be scaled down and removed; the audit still reports it. The webhook fails open unless it was
 * installed otherwise (Gatekeeper, Failing Closed).
 *
 * With Gatekeeper, needs the template of `dropped-capabilities` in the cluster first. The template takes no wider list, either.
 *
 * @example
 *   new RequireDroppedCapabilities(constraintsChart, 'Capabilities', { phiNamespaces: ['healthcare-prod'], allowedCapabilities: [] });
 */
export class RequireDroppedCapabilities extends Construct {
  public constructor(scope: Construct, id: string, props: RequireDroppedCapabilitiesProps) {
    super(scope, id);
    const path = this.node.path;
    checkConstraint(path, DROPPED_CAPABILITIES, props, ['allowedCapabilities']);
    const allowedCapabilities = checked(path, props.allowedCapabilities);
    emitConstraint(this, DROPPED_CAPABILITIES, props, () => ({ allowedCapabilities }));
  }
}

function checked(path: string, allowed: readonly string[] | undefined): string[] | undefined {
  if (allowed === undefined) return undefined;
  const remedy = `use ['${OF_THE_STANDARD}'] or [], and name a workload that needs another in exemptions`;
  checkTexts(path, 'allowedCapabilities', allowed, `control ${RULE}`, remedy);
  const other = allowed.find((capability) => capability !== OF_THE_STANDARD);
  if (other !== undefined) throw Errors.weakened(path, RULE, 'the Pod Security level restricted allows no such capability', other, remedy);
  if (allowed.length > 1) throw Errors.refused(path, 'a capability is named twice', OF_THE_STANDARD, `control ${RULE}`, 'remove one');
  return [...allowed];
}
