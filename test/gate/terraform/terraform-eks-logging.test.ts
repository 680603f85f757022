import { TERRAFORM_EKS_LOGGING } from '../../../lib/gate/terraform/terraform-eks-logging';
import { cluster, CLUSTER, plannedCluster } from './clusters';
import { judged, type Case } from './judged';

const ALL = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];
const PATH = `${CLUSTER} enabled_cluster_log_types`;
const CASES: readonly Case[] = [
  ['all', cluster({ enabled_cluster_log_types: ALL }), []],
  ['all, in another order', cluster({ enabled_cluster_log_types: [...ALL].reverse() }), []],
  ['none', cluster({}), [PATH]],
  ['an empty list', cluster({ enabled_cluster_log_types: [] }), [PATH]],
  ['the audit log alone', cluster({ enabled_cluster_log_types: ['audit'] }), [PATH]],
  ['all but the audit log', cluster({ enabled_cluster_log_types: ALL.filter((type) => type !== 'audit') }), [PATH]],
  ['in another case', cluster({ enabled_cluster_log_types: ALL.map((type) => type.toLowerCase()) }), [PATH]],
  ['a variable', cluster({ enabled_cluster_log_types: '${var.types}' }), [`? ${CLUSTER}`]],
  ['one by variable', cluster({ enabled_cluster_log_types: [...ALL.slice(1), '${var.type}'] }), [`? ${CLUSTER}`]],
  ['a local value', cluster({ enabled_cluster_log_types: '${local.types}' }, { locals: { types: ALL } }), []],
  ['a literal expression', cluster({ enabled_cluster_log_types: '${["api", "audit"]}' }), [PATH]],
  ['planned', plannedCluster({ enabled_cluster_log_types: ALL }, {}), []],
  ['planned as null', plannedCluster({ enabled_cluster_log_types: null }, {}), [PATH]],
];

test.each(CASES)('the logs of a cluster: %s', (_, document, expected) => {
  expect(judged(TERRAFORM_EKS_LOGGING, document)).toEqual(expected);
});
