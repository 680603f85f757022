import { Construct } from 'constructs';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { HOST_PATH } from './policies/host-path/policy';

/** What every constraint takes, and no more. */
export interface DisallowHostPathProps extends ConstraintProps {}

/**
 * Refuses volumes that are a folder or a disk of the node: `hostPath` in Pods and in everything that templates pods, mounted or not, read-only or not, and inline volumes of CSI
 * drivers that give out folders of the node (`hostpath.csi.k8s.io`, `kubevirt.io.hostpath-provisioner`). A pod with such a volume reads what other pods and the kubelet left
 * there, and may leave the container by it; what it writes stays behind on the node, unencrypted unless the node's disk is.
 *
 * A claim takes the same by another way, as the Pod Security Standards look at pods alone. So PersistentVolumes of `hostPath`, `local` and those drivers are refused, too, whose
 * claim lies in a PHI namespace, or that have no claim yet and may come to a PHI one; the update that gives one to a PHI claim is judged again. PersistentVolumes whose
 * `claimRef` names another namespace are let through, so that provisioners of local storage go on serving it, as they name the claim when they create the volume. A
 * PersistentVolume belongs to no namespace: with Gatekeeper a second constraint judges them all. One that has to stay is exempt by name: `PersistentVolume//scratch`.
 *
 * It can't see what drivers of other names do with a node, nor disks of a node behind block storage (TopoLVM, LVM drivers).
 *
 * CIS Kubernetes Benchmark 1.12, 5.2.11; 45 CFR 164.312(a)(1). It is a part of what the Pod Security level `baseline` demands (control PS1), and claims no control by itself. The
 * webhook fails open unless it was installed otherwise (Gatekeeper, Failing Closed). An update that leaves the specification as it was is let through, so that finalizers go; the
 * audit still reports it. With Gatekeeper, needs the template of `host-path` in the cluster first.
 *
 * @example
 *   new DisallowHostPath(constraintsChart, 'HostPath', { phiNamespaces: ['healthcare-prod'] });
 */
export class DisallowHostPath extends Construct {
  public constructor(scope: Construct, id: string, props: DisallowHostPathProps) {
    super(scope, id);
    checkConstraint(this.node.path, HOST_PATH, props);
    const phiNamespaces = [...props.phiNamespaces];
    emitConstraint(this, HOST_PATH, props, () => ({ phiNamespaces }));
  }
}
