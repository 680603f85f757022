import { Construct } from 'constructs';
import { Errors } from '../profile/errors';
import { KubernetesVersion } from '../profile/kubernetes-version';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { NAMESPACE_LABELS } from './policies/namespace-labels/policy';

export interface RequirePhiNamespaceLabelsProps extends ConstraintProps {
  /**
   * Version to which the Pod Security Standard has to be pinned: the cluster's. After an upgrade of the cluster, change it together with the labels.
   * @default - any one from 1.28 to 1.36, the newest that this library knows: a version that the cluster does not have yet is its latest one (Kubernetes, Pod Security Admission)
   */
  readonly kubernetesVersion?: KubernetesVersion;
  /**
   * Whether each namespace opts in to the verification of its images (`policy.sigstore.dev/include: "true"`), as SignedImages needs it.
   * @default false
   */
  readonly verifiedImages?: boolean;
}

/**
 * Refuses a PHI namespace unless it carries the labels by which it is guarded: `pod-security.kubernetes.io/enforce`, `audit` and `warn` with `restricted`, each with its
 * `-version` pinned, as `latest` changes the rule with an upgrade of the cluster and is what a missing version, or one that is yet to come, means (Kubernetes, Pod Security
 * Admission), so that without `kubernetesVersion` one that is newer than the cluster still passes up to 1.36; and
 * `cdk8s-hipaa/data-classification: phi`, by which tools find it. An update that takes one of them away, or changes it, is refused.
 *
 * Refused as well: `admission.gatekeeper.sh/ignore`, with any value, by which Gatekeeper's own webhook passes over the namespace. Gatekeeper refuses that label itself but on
 * namespaces that its installation exempts. Where the label is there already, that webhook is asked no more about the namespace, and the audit alone tells.
 *
 * A namespace is one of these by its name, and has no labels to choose by (Gatekeeper matches a Namespace by its own name). It cannot see labels of a mesh, nor a
 * namespace that is missing from `phiNamespaces`. Deleting a namespace is let through, as is an update that leaves all labels as they were; the audit still reports it.
 *
 * One part of control AC13 (45 CFR 164.308(a)(4)(i), PHI apart from the rest) and of PS1, and claims no control by itself. The webhook fails open unless it was installed
 * otherwise (Gatekeeper, Failing Closed). With Gatekeeper, needs the template of `namespace-labels` in the cluster first.
 *
 * @example
 *   new RequirePhiNamespaceLabels(constraintsChart, 'NamespaceLabels', { phiNamespaces: ['healthcare-prod'], kubernetesVersion: KubernetesVersion.V1_33 });
 */
export class RequirePhiNamespaceLabels extends Construct {
  public constructor(scope: Construct, id: string, props: RequirePhiNamespaceLabelsProps) {
    super(scope, id);
    const path = this.node.path;
    const { kubernetesVersion, verifiedImages } = props;
    checkConstraint(path, NAMESPACE_LABELS, props, ['kubernetesVersion', 'verifiedImages']);
    if (kubernetesVersion !== undefined && !(kubernetesVersion instanceof KubernetesVersion)) {
      throw Errors.refused(path, 'kubernetesVersion is no KubernetesVersion', kubernetesVersion, 'control PS1, 45 CFR 164.312(a)(1): the Pod Security Standard is pinned', "use KubernetesVersion.V1_33, or KubernetesVersion.of('1.33')");
    }
    if (verifiedImages !== undefined && typeof verifiedImages !== 'boolean') {
      throw Errors.refused(path, 'verifiedImages is no boolean', verifiedImages, 'control PS3, 45 CFR 164.308(a)(5)(ii)(B): images are verified, or not', 'use true or false');
    }
    const podSecurityVersion = kubernetesVersion === undefined ? undefined : `v${kubernetesVersion.version}`;
    emitConstraint(this, NAMESPACE_LABELS, props, () => ({ podSecurityVersion, verifiedImages }));
  }
}
