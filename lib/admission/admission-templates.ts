import { Construct } from 'constructs';
import { ApprovedImagesTemplate } from './approved-images-template';
import { BindingApprovalTemplate } from './binding-approval-template';
import { IngressTlsTemplate } from './ingress-tls-template';
import { PlaintextSecretsTemplate } from './plaintext-secrets-template';
import { PrivilegedContainersTemplate } from './privileged-containers-template';

/**
 * The templates of every policy of this library, for a chart that is applied before the constraints: Gatekeeper makes a kind of each template,
 * and the API server refuses a constraint of a kind that it doesn't know yet.
 *
 * @example
 *   new AdmissionTemplates(new Chart(app, '10-admission-templates'), 'Templates');
 *   new AdmissionConstraints(new Chart(app, '20-admission-constraints'), 'Constraints', { phiNamespaces: ['healthcare-prod'] });
 */
export class AdmissionTemplates extends Construct {
  public constructor(scope: Construct, id: string) {
    super(scope, id);
    new PrivilegedContainersTemplate(this, 'PrivilegedContainers');
    new IngressTlsTemplate(this, 'IngressTls');
    new PlaintextSecretsTemplate(this, 'PlaintextSecrets');
    new ApprovedImagesTemplate(this, 'ApprovedImages');
    new BindingApprovalTemplate(this, 'BindingApproval');
  }
}
