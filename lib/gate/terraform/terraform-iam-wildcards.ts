import { Control } from '../../controls/control';
import { TerraformForm, type TerraformDocument, type TerraformResource } from './terraform-document';
import { actionsPath, identityPolicies, isBroad, isServiceWildcard } from './terraform-iam-policies';
import { doubt, finding, type TerraformAnswer, type TerraformRule } from './terraform-rule';
import { listOf, UnknownValue } from './unknown-value';

const REMEDY = 'name the actions, and the ARNs that they are for';
/** Policies of AWS that allow everything, or everything of a service (AWS managed policy reference). */
const BROAD_POLICY = /(^|\/)(AdministratorAccess(-[\w-]+)?|PowerUserAccess|[\w-]*FullAccess[\w-]*)$/i;
/** Others that do, and whose names do not say so. */
const BROAD_POLICIES = ['SecretsManagerReadWrite', 'AmazonElasticMapReduceforEC2Role', 'AmazonAPIGatewayAdministrator', 'AWSAppSyncAdministrator', 'AWSLambdaExecute', 'SystemAdministrator',
  'DatabaseAdministrator', 'DataScientist'];
/** One that does not, and whose name says so: it lets mount file systems and write into them, as their own policies allow. */
const NARROW_POLICIES = ['AmazonElasticFileSystemClientFullAccess'];

/**
 * No policy of an identity allows every action, or every action of a service, on everything or on everything of a type; none allows what it does not name
 * (NotAction, NotResource); and none of AWS' policies that do is attached. A policy of the account that is attached by its ARN alone is not read: it stands elsewhere.
 */
export const TERRAFORM_IAM_WILDCARDS: TerraformRule = {
  rule: {
    id: 'terraform-iam-wildcards', control: Control.AC3_LEAST_PRIVILEGE, reference: '45 CFR 164.308(a)(4)(ii)(B), CIS AWS Foundations 3.0 1.16',
    purpose: 'IAM policies name the actions and the resources that they allow.',
  },
  *judge(document) {
    for (const { owner, path, policy } of identityPolicies(document)) {
      if (policy.unknown) yield doubt(owner, path, policy.unknown, document);
      for (const statement of policy.statements) {
        if (statement.denies) continue;
        const where = actionsPath(statement);
        const broad = isBroad(statement, true);
        const wildcard = statement.actions.find(isServiceWildcard);
        if (statement.unknown) yield doubt(owner, where, statement.unknown, document);
        else if (statement.notActions.length > 0) yield finding(owner, where, statement.notActions, 'it allows every action but those that it names', REMEDY);
        else if (statement.hasNotResource) yield finding(owner, statement.path, undefined, 'it allows its actions on everything but what it names', REMEDY);
        else if (wildcard !== undefined && broad instanceof UnknownValue) yield doubt(owner, `${statement.path}: resources of ${wildcard}`, broad, document);
        else if (wildcard !== undefined && broad) yield finding(owner, where, wildcard, wildcard.includes(':') ? 'it allows every action of a service on everything, or on everything of a type' : 'it allows everything', REMEDY);
      }
    }
    yield* judgeAttachments(document);
  },
};

const ATTACHMENTS: readonly (readonly [type: string, attribute: string])[] = [
  ['aws_iam_role_policy_attachment', 'policy_arn'], ['aws_iam_user_policy_attachment', 'policy_arn'], ['aws_iam_group_policy_attachment', 'policy_arn'], ['aws_iam_policy_attachment', 'policy_arn'],
  ['aws_iam_role', 'managed_policy_arns'], ['aws_iam_role_policy_attachments_exclusive', 'policy_arns'], ['aws_iam_user_policy_attachments_exclusive', 'policy_arns'],
  ['aws_iam_group_policy_attachments_exclusive', 'policy_arns'], ['aws_ssoadmin_managed_policy_attachment', 'managed_policy_arn'],
];

function* judgeAttachments(document: TerraformDocument): Generator<TerraformAnswer> {
  for (const [type, attribute] of ATTACHMENTS) {
    for (const owner of document.ofType(type)) {
      const list = owner.values[attribute];
      for (const [index, value] of listOf(list).entries()) {
        const path = Array.isArray(list) ? `${attribute}[${index}]` : attribute;
        const arn = attachedPolicy(value, owner, document);
        if (arn instanceof UnknownValue) yield doubt(owner, path, arn, document);
        else if (arn !== undefined && isBroadPolicy(arn)) yield finding(owner, path, arn, 'the policy allows everything, or everything of a service', REMEDY);
      }
    }
  }
}

function isBroadPolicy(arn: string): boolean {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  return BROAD_POLICIES.includes(name) || (BROAD_POLICY.test(arn) && !NARROW_POLICIES.includes(name));
}

/** The ARN or name of what is attached; undefined where it is a policy of the same document, which is judged there. */
function attachedPolicy(value: unknown, owner: TerraformResource, document: TerraformDocument): string | UnknownValue | undefined {
  if (!(value instanceof UnknownValue)) {
    const text = String(value);
    return /[$%]\{[^/]*$/.test(text) ? new UnknownValue(`it is ${text}`) : text;
  }
  const targets = document.targetsOf(value, owner);
  // A policy of AWS has an ARN that a plan knows: what it does not know is of those that it makes. A configuration may choose another.
  const isPlain = value.attribute !== undefined;
  if ((isPlain || document.form !== TerraformForm.CONFIGURATION) && targets.length > 0 && targets.every(({ type }) => type === 'aws_iam_policy')) return undefined;
  if (!isPlain || targets.length !== 1) return value;
  const [named] = [targets[0].values.arn, targets[0].values.name].filter((part) => typeof part === 'string');
  return targets[0].type === 'data.aws_iam_policy' && named !== undefined ? named as string : value;
}
