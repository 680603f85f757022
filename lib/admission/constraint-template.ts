import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { clusterScoped } from '../manifests/cluster-scoped';
import { checkFields } from '../profile/checks';
import { policyOf } from './policy-pack';
import { templateFields } from './template-fields';

export interface ConstraintTemplateProps {
  /** The rule, by its name: `ingress-tls`. */
  readonly rule: string;
}

/**
 * A Gatekeeper ConstraintTemplate with a rule of the pack. Gatekeeper makes a kind of it, so that it must stand in the cluster
 * before a constraint of that kind is applied; by itself it enforces nothing.
 *
 * It holds the rule twice: in CEL, which Gatekeeper takes where it can (K8sNativeValidation, on by default from 3.18), and in Rego. Where Rego finds more, it stands alone.
 * The Rego is v1, which Gatekeeper takes from 3.19 (its documentation, "Enable OPA Rego v1 syntax"): an older one takes the text for v0 and
 * says that it does not compile in the template's status only, while the API server accepts the template. CEL that fails refuses the object.
 *
 * @example
 *   new ConstraintTemplate(templatesChart, 'IngressTls', { rule: 'ingress-tls' });
 */
export class ConstraintTemplate extends Construct {
  public constructor(scope: Construct, id: string, props: ConstraintTemplateProps) {
    super(scope, id);
    checkFields(this.node.path, props, ['rule'], 'a template holds one rule of the pack');
    clusterScoped(new ApiObject(this, 'Resource', templateFields(policyOf(this.node.path, props.rule))));
  }
}
