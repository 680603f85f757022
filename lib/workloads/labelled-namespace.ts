import { KubeNamespace } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { clusterScoped } from '../manifests/cluster-scoped';
import { podSecurityLabels } from '../manifests/pod-security-labels';
import { checkFields } from '../profile/checks';
import { Environment } from '../profile/environment';
import { Errors } from '../profile/errors';
import { KubernetesVersion } from '../profile/kubernetes-version';
import { checkPhiNamespaceName } from '../profile/phi-namespace-settings';
import { DATA_CLASSIFICATION_LABEL, ENVIRONMENT_LABEL, PHI } from './labels';

export interface LabelledNamespaceProps {
  readonly name: string;
  readonly environment: Environment;
  /** Pins the Pod Security Standards, so that an upgrade of the cluster changes no rule silently. */
  readonly kubernetesVersion: KubernetesVersion;
  /** Labels by which a mesh and other controllers find the namespace. @default - none */
  readonly memberships?: Readonly<Record<string, string>>;
}

/**
 * A namespace for protected health information: it is labelled as such, and takes only pods that meet the restricted Pod Security
 * Standard. It is one part of `PhiNamespace`.
 *
 * Serves 45 CFR 164.308(a)(4)(i) (PHI apart from the rest) and 164.312(a)(1). `restricted` is enforced, audited and warned about in
 * the cluster's own version (Kubernetes, Pod Security Admission; CIS 5.2.2 to 5.2.12). Pods on the node's network, which
 * NetworkPolicies never bind, are refused by it as well. What the
 * other parts of a PHI namespace ask of it are labels too: of a mesh, of verified images.
 */
export class LabelledNamespace extends Construct {
  /** The namespace's name. */
  public readonly name: string;

  public constructor(scope: Construct, id: string, props: LabelledNamespaceProps) {
    super(scope, id);
    checkFields(this.node.path, props, ['name', 'environment', 'kubernetesVersion', 'memberships'], 'control AC13: a PHI namespace takes no other field');
    checkPhiNamespaceName(this.node.path, props.name);
    if (!(props.kubernetesVersion instanceof KubernetesVersion)) {
      throw Errors.refused(this.node.path, 'kubernetesVersion is no KubernetesVersion', props.kubernetesVersion, 'control PS1, 45 CFR 164.312(a)(1): the Pod Security Standard is pinned', "use KubernetesVersion.V1_33, or KubernetesVersion.of('1.33')");
    }
    if (!Object.values(Environment).includes(props.environment)) {
      throw Errors.refused(this.node.path, 'no such environment', props.environment, 'control AC13, 45 CFR 164.308(a)(4)(i): stages are kept apart', 'use Environment.DEV, TEST or PROD');
    }
    this.name = props.name;

    const namespace = new KubeNamespace(this, 'Resource', {
      metadata: {
        name: props.name,
        labels: {
          ...props.memberships,
          [DATA_CLASSIFICATION_LABEL]: PHI,
          [ENVIRONMENT_LABEL]: props.environment,
          ...podSecurityLabels(props.kubernetesVersion, 'restricted'),
        },
      },
    });
    clusterScoped(namespace);
    Safeguard.implement(namespace, Control.AC13_NAMESPACES, 'carries the label that marks it as holding PHI');
    Safeguard.implement(namespace, Control.PS1_PSA, 'enforces the restricted Pod Security Standard in a pinned version');
  }
}
