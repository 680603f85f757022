import { TERRAFORM_IAM_ESCALATION } from '../../../lib/gate/terraform/terraform-iam-escalation';
import { configuration, judged, policy, type Body, type Case } from './judged';

const OWNER = 'aws_iam_role_policy.p';
const ACTION = `${OWNER} policy.Statement[0].Action`;

function allowing(statement: Body): Body {
  return configuration({ [OWNER]: { policy: policy({ Effect: 'Allow', Action: 'iam:PassRole', Resource: '*', ...statement }) } });
}

const CASES: readonly Case[] = [
  ['one role', allowing({ Resource: 'arn:aws:iam::123456789012:role/nodes' }), []],
  ['roles of a name', allowing({ Resource: 'arn:aws:iam::123456789012:role/nodes-*' }), []],
  ['a role of the document', allowing({ Resource: '${aws_iam_role.nodes.arn}' }), []],
  ['denied', allowing({ Effect: 'Deny' }), []],
  ['other actions', allowing({ Action: ['iam:GetRole', 'iam:List*', 'sts:GetCallerIdentity'] }), []],
  ['every role', allowing({}), [ACTION]],
  ['every role, to one service', allowing({ Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } } }), [ACTION]],
  ['every role of the account', allowing({ Resource: 'arn:aws:iam::123456789012:role/*' }), [ACTION]],
  ['in another case', allowing({ Action: 'IAM:passrole' }), [ACTION]],
  ['by a wildcard', allowing({ Action: ['iam:P??sR*'] }), [ACTION]],
  ['by a prefix', allowing({ Action: ['iam:Create*'] }), [ACTION]],
  ['assumed, of every account', allowing({ Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/*' }), [ACTION]],
  ['a whole service on everything, which is the wildcard rule\'s', allowing({ Action: 'iam:*' }), []],
  ['a whole service on every role', allowing({ Action: 'iam:*', Resource: 'arn:aws:iam::123456789012:role/*' }), [ACTION]],
  ['everything on every role', allowing({ Action: '*', Resource: 'arn:aws:iam::123456789012:role/*' }), [ACTION]],
  ['everything of STS on every role', allowing({ Action: 'sts:*', Resource: 'arn:aws:iam::*:role/*' }), [ACTION]],
  ['a whole service on one role', allowing({ Action: 'iam:*', Resource: 'arn:aws:iam::123456789012:role/nodes' }), []],
  ['resources by variable', allowing({ Resource: '${var.role_arn}' }), [expect.stringContaining(`? ${OWNER}`)]],
  ['one role or any', allowing({ Resource: '${var.narrow ? aws_iam_role.nodes.arn : "*"}' }), [expect.stringContaining(`? ${OWNER}`)]],
  ['what begins with a variable', allowing({ Resource: '${var.prefix}*' }), [ACTION]],
  ['what begins with nobody knows what', allowing({ Resource: '${var.prefix}/nodes' }), [expect.stringContaining(`? ${OWNER}`)]],
];

test.each(CASES)('escalation: %s', (_, document, expected) => {
  expect(judged(TERRAFORM_IAM_ESCALATION, document)).toEqual(expected);
});

test('a data source whose resources are a variable', () => {
  const document = configuration({ 'data.aws_iam_policy_document.d': { statement: { actions: ['iam:PassRole'], resources: ['${var.role_arn}'] } } });
  expect(judged(TERRAFORM_IAM_ESCALATION, document)).toEqual([expect.stringContaining('? data.aws_iam_policy_document.d')]);
});
