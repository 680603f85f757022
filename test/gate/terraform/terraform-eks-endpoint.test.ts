import { TERRAFORM_EKS_ENDPOINT } from '../../../lib/gate/terraform/terraform-eks-endpoint';
import { cluster, CLUSTER, plannedCluster } from './clusters';
import { judged, references, type Case } from './judged';

const PUBLIC = `${CLUSTER} vpc_config[0].endpoint_public_access`;
const PRIVATE = `${CLUSTER} vpc_config[0].endpoint_private_access`;
const CLOSED = { endpoint_public_access: false, endpoint_private_access: true };
const CASES: readonly Case[] = [
  ['private', cluster({ vpc_config: CLOSED }), []],
  ['private, in a list and as texts', cluster({ vpc_config: [{ endpoint_public_access: 'false', endpoint_private_access: 'true' }] }), []],
  ['by default', cluster({ vpc_config: {} }), [PUBLIC, PRIVATE]],
  ['without a block', cluster({}), [PUBLIC, PRIVATE]],
  ['public alone', cluster({ vpc_config: { endpoint_public_access: true } }), [PUBLIC, PRIVATE]],
  ['public too', cluster({ vpc_config: { ...CLOSED, endpoint_public_access: true } }), [PUBLIC]],
  ['public for some addresses', cluster({ vpc_config: { ...CLOSED, endpoint_public_access: true, public_access_cidrs: ['203.0.113.0/24'] } }), [PUBLIC]],
  ['null', cluster({ vpc_config: { ...CLOSED, endpoint_public_access: null } }), [PUBLIC]],
  ['a text that is no flag', cluster({ vpc_config: { ...CLOSED, endpoint_public_access: 'False' } }), [PUBLIC]],
  ['a variable', cluster({ vpc_config: { ...CLOSED, endpoint_public_access: '${var.public}' } }), [`? ${CLUSTER}`]],
  ['a local value', cluster({ vpc_config: { ...CLOSED, endpoint_public_access: '${local.public}' } }, { locals: { public: true } }), [PUBLIC]],
  ['a dynamic block', cluster({ dynamic: { vpc_config: { for_each: [1], content: CLOSED } } }), [`? ${CLUSTER}`, `? ${CLUSTER}`]],
  ['changes that are ignored', cluster({ vpc_config: CLOSED, lifecycle: { ignore_changes: ['vpc_config[0].endpoint_public_access'] } }), [`? ${CLUSTER}`]],
  ['all changes ignored', cluster({ vpc_config: [CLOSED], lifecycle: [{ ignore_changes: 'all' }] }), [`? ${CLUSTER}`, `? ${CLUSTER}`]],
  ['other changes ignored', cluster({ vpc_config: [CLOSED], lifecycle: { ignore_changes: ['vpc_config[0].security_group_ids', 'tags', 'version'] } }), []],
  ['planned', plannedCluster({ vpc_config: [CLOSED] }, { vpc_config: [{ public_access_cidrs: true }] }), []],
  ['planned public', plannedCluster({ vpc_config: [{ ...CLOSED, endpoint_public_access: true }] }, {}), [PUBLIC]],
  ['known after apply', plannedCluster({ vpc_config: [{ endpoint_private_access: true }] }, { vpc_config: [{ endpoint_public_access: true }] }, { vpc_config: [{ endpoint_public_access: references('local.x') }] }), [`? ${CLUSTER}`]],
];

test.each(CASES)('the endpoint of a cluster: %s', (_, document, expected) => {
  expect(judged(TERRAFORM_EKS_ENDPOINT, document)).toEqual(expected);
});
