import { Control } from '../../controls/control';
import { judgeResourcePolicy } from './terraform-principals';
import type { TerraformRule } from './terraform-rule';

const REMEDY = 'name in Principal who may assume it';
const TEXTS = { everybody: 'it trusts everybody', everybodyBut: 'it trusts everybody but those that it names', remedy: REMEDY };

/** No role trusts everybody: the principal `*` is every identity of every account of AWS, unless a condition names an organization, an account or a principal. */
export const TERRAFORM_IAM_TRUST: TerraformRule = {
  rule: {
    id: 'terraform-iam-trust', control: Control.AC4_ESCALATION, reference: '45 CFR 164.312(a)(1)',
    purpose: 'IAM roles trust named principals.',
  },
  *judge(document) {
    for (const role of document.ofType('aws_iam_role')) yield* judgeResourcePolicy(role, 'assume_role_policy', TEXTS, document);
  },
};
