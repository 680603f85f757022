import { TERRAFORM_KMS_DELETION } from '../../../lib/gate/terraform/terraform-kms-deletion';
import { configuration, judged, plan, references, type Case } from './judged';

const PATH = 'deletion_window_in_days';
const CASES: readonly Case[] = [
  ['30 days', configuration({ 'aws_kms_key.k': { [PATH]: 30 } }), []],
  ['by default', configuration({ 'aws_kms_key.k': {} }), []],
  ['30 days as a text', configuration({ 'aws_kms_key.k': { [PATH]: '30' } }), []],
  ['7 days', configuration({ 'aws_kms_key.k': { [PATH]: 7 } }), [`aws_kms_key.k ${PATH}`]],
  ['7 days as a text', configuration({ 'aws_kms_key.k': { [PATH]: '7' } }), [`aws_kms_key.k ${PATH}`]],
  ['no number', configuration({ 'aws_kms_key.k': { [PATH]: 'P30D' } }), [`aws_kms_key.k ${PATH}`]],
  ['of a replica', configuration({ 'aws_kms_replica_key.k': { [PATH]: 29 } }), [`aws_kms_replica_key.k ${PATH}`]],
  ['of an imported key', configuration({ 'aws_kms_external_key.k': { [PATH]: 7 } }), [`aws_kms_external_key.k ${PATH}`]],
  ['a variable', configuration({ 'aws_kms_key.k': { [PATH]: '${var.days}' } }), ['? aws_kms_key.k']],
  ['planned, known after apply', plan([{ address: 'aws_kms_key.k', values: {}, unknown: { [PATH]: true }, expressions: { [PATH]: references('local.x') } }]), ['? aws_kms_key.k']],
];

test.each(CASES)('the deletion of a key: %s', (_, document, expected) => {
  expect(judged(TERRAFORM_KMS_DELETION, document)).toEqual(expected);
});
