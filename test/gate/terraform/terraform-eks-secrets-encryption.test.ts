import { TERRAFORM_EKS_SECRETS_ENCRYPTION } from '../../../lib/gate/terraform/terraform-eks-secrets-encryption';
import { cluster, CLUSTER, plannedCluster } from './clusters';
import { judged, references, type Case } from './judged';

const CONFIG = { resources: ['secrets'], provider: { key_arn: '${aws_kms_key.k.arn}' } };
const PATH = `${CLUSTER} encryption_config`;
const CASES: readonly Case[] = [
  ['under a key', cluster({ encryption_config: CONFIG }), []],
  ['in lists', cluster({ encryption_config: [{ ...CONFIG, provider: [CONFIG.provider] }] }), []],
  ['none', cluster({}), [PATH]],
  ['an empty list', cluster({ encryption_config: [] }), [PATH]],
  ['of other resources', cluster({ encryption_config: { ...CONFIG, resources: ['configmaps'] } }), [`${PATH}[0].resources`]],
  ['of no resources', cluster({ encryption_config: { ...CONFIG, resources: undefined } }), [`${PATH}[0].resources`]],
  ['without a provider', cluster({ encryption_config: { ...CONFIG, provider: undefined } }), [`${PATH}[0].provider[0].key_arn`]],
  ['with an empty key', cluster({ encryption_config: { ...CONFIG, provider: { key_arn: '' } } }), [`${PATH}[0].provider[0].key_arn`]],
  ['a dynamic block', cluster({ dynamic: [{ encryption_config: { for_each: '${var.x}', content: CONFIG } }] }), [`? ${CLUSTER}`]],
  ['resources by variable', cluster({ encryption_config: { ...CONFIG, resources: '${var.resources}' } }), [`? ${CLUSTER}`]],
  ['planned, with a key known after apply', plannedCluster({ encryption_config: [{ resources: ['secrets'], provider: [{}] }] }, { encryption_config: [{ resources: [false], provider: [{ key_arn: true }] }] }), []],
  ['planned as a whole after apply', plannedCluster({}, { encryption_config: true }, { encryption_config: references('local.x') }), [`? ${CLUSTER}`]],
];

test.each(CASES)('the Secrets of a cluster: %s', (_, document, expected) => {
  expect(judged(TERRAFORM_EKS_SECRETS_ENCRYPTION, document)).toEqual(expected);
});
