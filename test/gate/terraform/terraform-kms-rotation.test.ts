import { TERRAFORM_KMS_ROTATION } from '../../../lib/gate/terraform/terraform-kms-rotation';
import { configuration, judged, plan, references, type Body, type Case } from './judged';

const KEY = 'aws_kms_key.k';
const PATH = `${KEY} enable_key_rotation`;
const key = (body: Body): Body => configuration({ [KEY]: body });
const CASES: readonly Case[] = [
  ['on', key({ enable_key_rotation: true }), []],
  ['on, as a text', key({ enable_key_rotation: 'true' }), []],
  ['by default', key({}), [PATH]],
  ['off', key({ enable_key_rotation: false }), [PATH]],
  ['a text that is no flag', key({ enable_key_rotation: 'yes' }), [PATH]],
  ['a period, and not on', key({ rotation_period_in_days: 90 }), [PATH]],
  ['a variable', key({ enable_key_rotation: '${var.rotate}' }), [`? ${KEY}`]],
  ['asymmetric', key({ customer_master_key_spec: 'RSA_2048', key_usage: 'SIGN_VERIFY' }), []],
  ['HMAC', key({ customer_master_key_spec: 'HMAC_256' }), []],
  ['symmetric by name', key({ customer_master_key_spec: 'SYMMETRIC_DEFAULT' }), [PATH]],
  ['a spec by variable', key({ customer_master_key_spec: '${var.spec}' }), [`? ${KEY}`]],
  ['a usage that is no spec', key({ key_usage: 'SIGN_VERIFY' }), [PATH]],
  ['a custom key store', key({ custom_key_store_id: 'cks-0' }), []],
  ['imported', configuration({ 'aws_kms_external_key.k': {} }), []],
  ['one of some by for_each', key({ for_each: { a: 'a' }, enable_key_rotation: '${each.value.rotates}' }), [`? ${KEY}`]],
  ['planned', plan([{ address: KEY, values: { enable_key_rotation: true } }]), []],
  ['planned off', plan([{ address: KEY, values: { enable_key_rotation: false } }]), [PATH]],
  ['planned, known after apply', plan([{ address: KEY, values: {}, unknown: { enable_key_rotation: true }, expressions: { enable_key_rotation: references('local.x') } }]), [`? ${KEY}`]],
  ['planned to be deleted', plan([{ address: KEY, values: { enable_key_rotation: false }, actions: ['delete'] }]), []],
];

test.each(CASES)('the rotation of a key: %s', (_, document, expected) => {
  expect(judged(TERRAFORM_KMS_ROTATION, document)).toEqual(expected);
});
