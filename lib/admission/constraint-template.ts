import { Construct } from 'constructs';
import { ConstraintTemplate as TemplateResource } from '../../imports/templates.gatekeeper.sh';
import type { AdmissionPolicy } from './admission-policy';
import { readRego, regoFiles } from './rego-source';

/**
 * A Gatekeeper ConstraintTemplate with the rule of a policy's folder. Gatekeeper makes a kind of it, so that it must stand in the cluster
 * before a constraint of that kind is applied; by itself it enforces nothing.
 *
 * The rule is Rego v1, which Gatekeeper takes from 3.19 (its documentation, "Enable OPA Rego v1 syntax"): an older one takes the text for v0 and
 * says that it does not compile in the template's status only, while the API server accepts the template.
 *
 * @example
 *   new IngressTlsTemplate(templatesChart, 'IngressTls');
 */
export abstract class ConstraintTemplate extends Construct {
  protected constructor(scope: Construct, id: string, policy: AdmissionPolicy) {
    super(scope, id);
    const [rego, ...libs] = regoFiles(policy).map(readRego);
    new TemplateResource(this, 'Resource', {
      metadata: { name: policy.kind.toLowerCase() },
      spec: {
        crd: {
          spec: {
            names: { kind: policy.kind },
            // `type: object` makes the schema structural, and Gatekeeper then refuses a parameter of a wrong type.
            validation: { openApiv3Schema: { type: 'object', properties: policy.parameters } },
          },
        },
        targets: [{ target: 'admission.k8s.gatekeeper.sh', code: [{ engine: 'Rego', source: { version: 'v1', rego, libs } }] }],
      },
    });
  }
}
