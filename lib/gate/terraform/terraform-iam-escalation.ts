import { Control } from '../../controls/control';
import { actionsPath, identityPolicies, isBroad, isServiceWildcard } from './terraform-iam-policies';
import { includesAction } from './terraform-policy';
import { doubt, finding, type TerraformRule } from './terraform-rule';
import { UnknownValue } from './unknown-value';

/** Actions by which who has them gives itself more, or becomes another (AWS IAM, actions of the permissions management access level; AWS STS). */
const ESCALATIONS = ['iam:PassRole', 'iam:AttachRolePolicy', 'iam:AttachUserPolicy', 'iam:AttachGroupPolicy', 'iam:PutRolePolicy', 'iam:PutUserPolicy', 'iam:PutGroupPolicy',
  'iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion', 'iam:UpdateAssumeRolePolicy', 'iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile', 'iam:AddUserToGroup',
  'iam:DeleteRolePermissionsBoundary', 'iam:DeleteUserPermissionsBoundary', 'sts:AssumeRole'];

/**
 * No policy of an identity allows what makes more of it, on every role, user or policy: whoever may pass every role to a machine has the strongest of them. A condition
 * on the service that a role is passed to does not help, as that service has roles of its own choice.
 */
export const TERRAFORM_IAM_ESCALATION: TerraformRule = {
  rule: {
    id: 'terraform-iam-escalation', control: Control.AC4_ESCALATION, reference: '45 CFR 164.312(a)(1)',
    purpose: 'IAM policies allow nobody to take more than they have: roles are passed and assumed by name.',
  },
  *judge(document) {
    for (const { owner, policy } of identityPolicies(document)) {
      for (const statement of policy.statements) {
        if (!statement.allows) continue;
        // A whole service on everything is the wildcard rule's alone.
        const actions = isBroad(statement) === true ? statement.actions.filter((action) => !isServiceWildcard(action)) : statement.actions;
        const escalation = ESCALATIONS.find((action) => includesAction(actions, action.toLowerCase()));
        const broad = isBroad(statement, true);
        if (escalation === undefined || broad === false) continue;
        const path = actionsPath(statement);
        yield broad instanceof UnknownValue ? doubt(owner, `${statement.path}: resources of ${escalation}`, broad, document)
          : finding(owner, path, escalation, `it allows ${escalation} on everything that it can be about`, 'name the roles, users or policies that it is for');
      }
    }
  },
};
