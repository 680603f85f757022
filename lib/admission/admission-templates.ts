import { Construct } from 'constructs';
import { ConstraintTemplate } from './constraint-template';
import { POLICY_PACK } from './policy-pack';

/**
 * The templates of every rule of the policy pack, for a chart that is applied before the constraints: Gatekeeper makes a kind of each template,
 * and the API server refuses a constraint of a kind that it doesn't know yet.
 *
 * @example
 *   new AdmissionTemplates(new Chart(app, '10-admission-templates'), 'Templates');
 *   new AdmissionConstraints(new Chart(app, '20-admission-constraints'), 'Constraints', { phiNamespaces: ['healthcare-prod'] });
 */
export class AdmissionTemplates extends Construct {
  public constructor(scope: Construct, id: string) {
    super(scope, id);
    for (const { id: rule, kind } of POLICY_PACK) new ConstraintTemplate(this, kind.slice('Hipaa'.length), { rule });
  }
}
