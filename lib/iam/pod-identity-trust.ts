import { partitionOf } from '../profile/aws';
import { PolicyEffect, type PolicyStatementProps } from './policy-statement';

/** The one service account of one cluster that a role trusts. */
export interface PodIdentityTrustProps {
  readonly clusterName: string;
  readonly account: string;
  /** Region of the cluster. */
  readonly region: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/**
 * The statement of a trust policy that lets EKS Pod Identity assume a role for one service account of one namespace of one cluster: Pod Identity tells
 * namespace and service account in tags of its request, and the cluster in aws:SourceArn (Amazon EKS, Pod Identity).
 *
 * @internal
 */
export function podIdentityTrust({ clusterName, account, region, namespace, serviceAccount }: PodIdentityTrustProps): PolicyStatementProps {
  return {
    sid: 'AllowPodIdentity',
    effect: PolicyEffect.ALLOW,
    principals: { services: ['pods.eks.amazonaws.com'] },
    actions: ['sts:AssumeRole', 'sts:TagSession'],
    conditions: [
      { operator: 'ArnEquals', key: 'aws:SourceArn', values: [`arn:${partitionOf(region)}:eks:${region}:${account}:cluster/${clusterName}`] },
      { operator: 'StringEquals', key: 'aws:SourceAccount', values: [account] },
      { operator: 'StringEquals', key: 'aws:RequestTag/kubernetes-namespace', values: [namespace] },
      { operator: 'StringEquals', key: 'aws:RequestTag/kubernetes-service-account', values: [serviceAccount] },
    ],
  };
}
