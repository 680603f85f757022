import type { Construct } from 'constructs';
import { ConstraintTemplate } from './constraint-template';
import { BINDING_APPROVAL } from './policies/binding-approval/policy';

/**
 * The template of `RequireBindingApproval`: it teaches Gatekeeper the kind HipaaBindingApproval.
 *
 * @example
 *   new BindingApprovalTemplate(templatesChart, 'BindingApproval');
 */
export class BindingApprovalTemplate extends ConstraintTemplate {
  public constructor(scope: Construct, id: string) {
    super(scope, id, BINDING_APPROVAL);
  }
}
