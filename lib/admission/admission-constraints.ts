import { Construct } from 'constructs';
import { checkFields } from '../profile/checks';
import { DisallowPlaintextSecrets } from './disallow-plaintext-secrets';
import { DisallowPrivilegedContainers } from './disallow-privileged-containers';
import type { EnforcementAction } from './enforcement-action';
import { RequireIngressTls } from './require-ingress-tls';

export interface AdmissionConstraintsProps {
  /** Namespaces that hold PHI: the constraints bind there, and nowhere else. */
  readonly phiNamespaces: readonly string[];
  /**
   * What happens to an object that violates a constraint. Anything but DENY leaves the controls not met.
   * @default EnforcementAction.DENY
   */
  readonly enforcementAction?: EnforcementAction;
}

/**
 * A constraint of every policy of this library, with its defaults, for a chart that is applied after the templates.
 *
 * @example
 *   new AdmissionConstraints(constraintsChart, 'Constraints', { phiNamespaces: ['healthcare-prod', 'patient-data'] });
 */
export class AdmissionConstraints extends Construct {
  public constructor(scope: Construct, id: string, props: AdmissionConstraintsProps) {
    super(scope, id);
    checkFields(this.node.path, props, ['phiNamespaces', 'enforcementAction'], 'a field that is not known would be lost; what one policy takes is given to its own construct');
    const { phiNamespaces, enforcementAction } = props;
    new DisallowPrivilegedContainers(this, 'PrivilegedContainers', { phiNamespaces, enforcementAction });
    new RequireIngressTls(this, 'IngressTls', { phiNamespaces, enforcementAction });
    new DisallowPlaintextSecrets(this, 'PlaintextSecrets', { phiNamespaces, enforcementAction });
  }
}
