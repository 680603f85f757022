import { TERRAFORM_IAM_TRUST } from '../../../lib/gate/terraform/terraform-iam-trust';
import { configuration, judged, plan, policy, references, type Body, type Case } from './judged';

const ROLE = 'aws_iam_role.r';
const PRINCIPAL = `${ROLE} assume_role_policy.Statement[0].Principal`;

function trusting(statement: Body): Body {
  return configuration({ [ROLE]: { assume_role_policy: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }) } });
}

const CASES: readonly Case[] = [
  ['a service', trusting({ Principal: { Service: 'ec2.amazonaws.com' } }), []],
  ['a role', trusting({ Principal: { AWS: 'arn:aws:iam::123456789012:role/ci' } }), []],
  ['everybody', trusting({ Principal: '*' }), [PRINCIPAL]],
  ['everybody of AWS', trusting({ Principal: { AWS: '*' } }), [PRINCIPAL]],
  ['everybody among others', trusting({ Principal: { Service: 'ec2.amazonaws.com', AWS: ['arn:aws:iam::123456789012:root', '*'] } }), [PRINCIPAL]],
  ['everybody with an external id', trusting({ Principal: '*', Condition: { StringEquals: { 'sts:ExternalId': 'x' } } }), [PRINCIPAL]],
  ['everybody of an organization', trusting({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-0123456789' } } }), []],
  ['everybody of an organization, if they have one', trusting({ Principal: '*', Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-0123456789' } } }), [PRINCIPAL]],
  ['everybody below an organization', trusting({ Principal: { AWS: '*' }, Condition: { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': ['o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*'] } } }), []],
  ['everybody below any organization', trusting({ Principal: { AWS: '*' }, Condition: { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': ['o-*/r-ab12/*'] } } }), [PRINCIPAL]],
  ['everybody that a variable names', trusting({ Principal: '*', Condition: { StringLike: { 'aws:PrincipalArn': ['${var.who}'] } } }), [`? ${ROLE}`]],
  ['everybody of accounts that a variable names', trusting({ Principal: '*', Condition: { ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::${var.account}:role/ci'] } } }), [`? ${ROLE}`]],
  ['everybody that a variable names, and an organization', trusting({ Principal: '*', Condition: { StringLike: { 'aws:PrincipalArn': '${var.who}' }, StringEquals: { 'aws:PrincipalOrgID': 'o-0123456789' } } }), []],
  ['everybody, as one of two values is anybody', trusting({ Principal: '*', Condition: { StringLike: { 'aws:PrincipalArn': ['${var.who}', '*'] } } }), [PRINCIPAL]],
  ['everybody of an organization that is read', trusting({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': '${data.aws_organizations_organization.o.id}' } } }), []],
  ['roles of an account that is read', trusting({ Principal: '*', Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:${data.aws_partition.p.partition}:iam::${data.aws_caller_identity.me.account_id}:role/ci-*' } } }), []],
  ['everybody or one', trusting({ Principal: { AWS: '${aws_iam_role.ci.arn == "" ? "*" : aws_iam_role.ci.arn}' } }), [`? ${ROLE}`]],
  ['whom a parameter names', trusting({ Principal: { AWS: '${data.aws_ssm_parameter.p.value}' } }), [`? ${ROLE}`]],
  ['everybody but', trusting({ NotPrincipal: { AWS: 'arn:aws:iam::123456789012:root' } }), [`${ROLE} assume_role_policy.Statement[0].NotPrincipal`]],
  ['nobody', trusting({ Effect: 'Deny', Principal: '*' }), []],
  ['nobody knows whom', configuration({ [ROLE]: { assume_role_policy: '${var.trust}' } }), [`? ${ROLE}`]],
  ['whom a variable names', trusting({ Principal: { AWS: '${var.principal}' } }), [`? ${ROLE}`]],
  ['whom a variable names, without a type', trusting({ Principal: '${var.principal}' }), [`? ${ROLE}`]],
  ['a role of the document', trusting({ Principal: { AWS: '${aws_iam_role.ci.arn}' } }), []],
  ['whom a variable of a data source names', configuration({
    [ROLE]: { assume_role_policy: '${data.aws_iam_policy_document.t.json}' }, 'data.aws_iam_policy_document.t': { statement: { actions: ['sts:AssumeRole'], principals: { type: 'AWS', identifiers: ['${var.p}'] } } },
  }), [`? ${ROLE}`]],
  ['everybody by a data source', configuration({
    [ROLE]: { assume_role_policy: '${data.aws_iam_policy_document.t.json}' }, 'data.aws_iam_policy_document.t': { statement: { actions: ['sts:AssumeRole'], principals: { type: 'AWS', identifiers: ['*'] } } },
  }), [`${ROLE} assume_role_policy.Principal`]],
  ['principals that are made dynamically', configuration({
    [ROLE]: { assume_role_policy: '${data.aws_iam_policy_document.t.json}' }, 'data.aws_iam_policy_document.t': { statement: { actions: ['sts:AssumeRole'], dynamic: { principals: { for_each: '${var.p}', content: {} } } } },
  }), [`? ${ROLE}`]],
];

test.each(CASES)('a role that trusts %s', (_, document, expected) => {
  expect(judged(TERRAFORM_IAM_TRUST, document)).toEqual(expected);
});

const DOCUMENT = 'data.aws_iam_policy_document.t';
const written = (statement: Body): Body => configuration({ [ROLE]: { assume_role_policy: '${data.aws_iam_policy_document.t.json}' }, [DOCUMENT]: { statement: { actions: ['sts:AssumeRole'], ...statement } } });
const bounded = (...values: string[]): Body => written({ principals: { type: 'AWS', identifiers: ['*'] }, condition: { test: 'StringLike', variable: 'aws:PrincipalArn', values } });

test.each([
  ['a role of the document', written({ principals: { type: 'AWS', identifiers: ['${aws_iam_role.ci.arn}'] } }), []],
  ['a role or everybody', written({ principals: { type: 'AWS', identifiers: ['${var.open ? "*" : aws_iam_role.ci.arn}'] } }), [`? ${ROLE}`]],
  ['everybody that a role bounds', bounded('${aws_iam_role.ci.arn}'), []],
  ['everybody that a variable bounds', bounded('${var.who}'), [`? ${ROLE}`]],
])('a data source that trusts %s', (_, document, expected) => {
  expect(judged(TERRAFORM_IAM_TRUST, document)).toEqual(expected);
});

test.each([
  ['two roles', references('aws_iam_role.a.arn', 'aws_iam_role.a', 'aws_iam_role.b.arn', 'aws_iam_role.b'), []],
  ['a role and more', references('aws_iam_role.a.arn', 'aws_iam_role.a', 'var.more'), [`? ${ROLE}`]],
])('a planned data source that trusts %s', (_, identifiers, expected) => {
  const document = plan([
    { address: ROLE, values: {}, unknown: { assume_role_policy: true }, expressions: { assume_role_policy: references('data.aws_iam_policy_document.t.json', 'data.aws_iam_policy_document.t') } },
    {
      address: DOCUMENT, values: { statement: [{ actions: ['sts:AssumeRole'], principals: [{ type: 'AWS' }] }] }, unknown: { json: true, statement: [{ principals: [{ identifiers: true }] }] }, actions: ['read'],
      expressions: { statement: [{ actions: {}, principals: [{ type: {}, identifiers }] }] },
    },
  ]);
  expect(judged(TERRAFORM_IAM_TRUST, document)).toEqual(expected);
});
