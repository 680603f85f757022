import { TERRAFORM_KMS_POLICY } from '../../../lib/gate/terraform/terraform-kms-policy';
import { configuration, judged, plan, policy, references, type Body, type Case } from './judged';

const KEY = 'aws_kms_key.k';
const allowing = (statement: Body): string => policy({ Effect: 'Allow', Action: 'kms:*', Resource: '*', ...statement });
const key = (statement: Body): Body => configuration({ [KEY]: { policy: allowing(statement) } });
const PRINCIPAL = `${KEY} policy.Statement[0].Principal`;
const ROOT = { AWS: 'arn:aws:iam::123456789012:root' };
const CASES: readonly Case[] = [
  ['none, which is that of its account', configuration({ [KEY]: {} }), []],
  ['its account', key({ Principal: ROOT }), []],
  ['a service', key({ Principal: { Service: 'logs.us-east-1.amazonaws.com' } }), []],
  ['everybody', key({ Principal: '*' }), [PRINCIPAL]],
  ['everybody among others', key({ Principal: { AWS: [ROOT.AWS, '*'] } }), [PRINCIPAL]],
  ['everybody through a service', key({ Principal: { AWS: '*' }, Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } } }), [PRINCIPAL]],
  ['everybody of an account through a service', key({ Principal: { AWS: '*' }, Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com', 'kms:CallerAccount': '123456789012' } } }), []],
  ['everybody of an account by variable', key({ Principal: { AWS: '*' }, Condition: { StringEquals: { 'kms:CallerAccount': '${var.account}' } } }), [`? ${KEY}`]],
  ['everybody but', key({ NotPrincipal: ROOT }), [`${KEY} policy.Statement[0].NotPrincipal`]],
  ['a denial', key({ Effect: 'Deny', Principal: '*' }), []],
  ['nobody knows what', configuration({ [KEY]: { policy: '${file("key.json")}' } }), [`? ${KEY}`]],
  ...['aws_kms_key_policy', 'aws_kms_replica_key', 'aws_kms_external_key', 'aws_kms_replica_external_key']
    .map((type): Case => [`everybody, of ${type}`, configuration({ [`${type}.k`]: { policy: allowing({ Principal: '*' }) } }), [`${type}.k policy.Statement[0].Principal`]]),
  ['everybody, by a data source', configuration({
    [KEY]: { policy: '${data.aws_iam_policy_document.d.json}' }, 'data.aws_iam_policy_document.d': { statement: { actions: ['kms:*'], resources: ['*'], principals: { type: 'AWS', identifiers: ['*'] } } },
  }), [`${KEY} policy.Principal`]],
  ['planned for everybody', plan([{ address: KEY, values: { policy: allowing({ Principal: '*' }) } }]), [PRINCIPAL]],
  ['planned, that of its account', plan([{ address: KEY, values: {}, unknown: { policy: true } }]), []],
  ['planned, known after apply', plan([{ address: KEY, values: {}, unknown: { policy: true }, expressions: { policy: references('local.policy') } }]), [`? ${KEY}`]],
];

test.each(CASES)('the policy of a key: %s', (_, document, expected) => {
  expect(judged(TERRAFORM_KMS_POLICY, document)).toEqual(expected);
});
