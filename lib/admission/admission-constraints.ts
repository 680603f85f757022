import { Construct } from 'constructs';
import { checkFields } from '../profile/checks';
import type { ApprovedBinding } from './approved-binding';
import { DisallowPlaintextSecrets } from './disallow-plaintext-secrets';
import { DisallowPrivilegedContainers } from './disallow-privileged-containers';
import type { EnforcementAction } from './enforcement-action';
import { RequireApprovedImages } from './require-approved-images';
import { RequireBindingApproval } from './require-binding-approval';
import { RequireIngressTls } from './require-ingress-tls';

export interface AdmissionConstraintsProps {
  /** Namespaces that hold PHI: the constraints bind there, and nowhere else but for ClusterRoleBindings. */
  readonly phiNamespaces: readonly string[];
  /**
   * What happens to an object that violates a constraint. Anything but DENY leaves the controls not met.
   * @default EnforcementAction.DENY
   */
  readonly enforcementAction?: EnforcementAction;
  /**
   * Registries that images come from, each a host with an optional path.
   * @default - images are not judged
   */
  readonly approvedRegistries?: readonly string[];
  /**
   * Bindings that give people access for good; others have to end.
   * @default - bindings are not judged
   */
  readonly approvedBindings?: readonly ApprovedBinding[];
  /**
   * Approves the bindings of people that stand in the same app, too; `approvedBindings` may be left out then.
   * @default false
   */
  readonly approveApp?: boolean;
  /**
   * Names of environment variables and keys that look like a secret's and are not: `TLS_SECRET`.
   * @default - none
   */
  readonly allowedEnvNames?: readonly string[];
}

const FIELDS = ['phiNamespaces', 'enforcementAction', 'approvedRegistries', 'approvedBindings', 'approveApp', 'allowedEnvNames'];

/**
 * A constraint of every policy of this library, with its defaults, for a chart that is applied after the templates. Images and bindings are judged where it is said which
 * are approved: without that, every one of them would be refused.
 *
 * @example
 *   new AdmissionConstraints(constraintsChart, 'Constraints', {
 *     phiNamespaces: ['healthcare-prod', 'patient-data'],
 *     approvedRegistries: ['123456789012.dkr.ecr.us-east-1.amazonaws.com'],
 *   });
 */
export class AdmissionConstraints extends Construct {
  public constructor(scope: Construct, id: string, props: AdmissionConstraintsProps) {
    super(scope, id);
    checkFields(this.node.path, props, FIELDS, 'a field that is not known would be lost; what one policy takes is given to its own construct');
    const { phiNamespaces, enforcementAction, approvedRegistries, approvedBindings, approveApp, allowedEnvNames } = props;
    new DisallowPrivilegedContainers(this, 'PrivilegedContainers', { phiNamespaces, enforcementAction });
    new RequireIngressTls(this, 'IngressTls', { phiNamespaces, enforcementAction });
    new DisallowPlaintextSecrets(this, 'PlaintextSecrets', { phiNamespaces, enforcementAction, allowedNames: allowedEnvNames });
    if (approvedRegistries !== undefined) new RequireApprovedImages(this, 'ApprovedImages', { phiNamespaces, enforcementAction, registries: approvedRegistries });
    if (approvedBindings !== undefined || approveApp === true) {
      new RequireBindingApproval(this, 'BindingApproval', { phiNamespaces, enforcementAction, approvedBindings: approvedBindings ?? [], approveApp });
    }
  }
}
