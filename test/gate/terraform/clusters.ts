/** Clusters as the tests vary them. */
import { configuration, plan, type Body } from './judged';

export const CLUSTER = 'aws_eks_cluster.c';

export function cluster(body: Body, more: Body = {}): Body {
  return configuration({ [CLUSTER]: { name: 'phi', ...body } }, more);
}

export function plannedCluster(values: Body, unknown: Body, expressions: Body = {}): Body {
  return plan([{ address: CLUSTER, values: { name: 'phi', ...values }, unknown, expressions }]);
}
