import { podIdentityTrust } from '../../lib/iam/pod-identity-trust';
import { PolicyDocument } from '../../lib/iam/policy-document';
import { decide } from '../support/iam';

const props = { clusterName: 'healthcare-cluster', account: '123456789012', region: 'us-east-1', namespace: 'apps', serviceAccount: 'reader' };
const trustOf = (changes: object = {}): string => new PolicyDocument('Trust', [podIdentityTrust({ ...props, ...changes })]).toJson();
const request = {
  'aws:SourceArn': 'arn:aws:eks:us-east-1:123456789012:cluster/healthcare-cluster', 'aws:SourceAccount': '123456789012',
  'aws:RequestTag/kubernetes-namespace': 'apps', 'aws:RequestTag/kubernetes-service-account': 'reader',
};

describe('podIdentityTrust', () => {
  test('names the cluster in its partition', () => {
    expect(trustOf({ region: 'us-gov-west-1' })).toContain('arn:aws-us-gov:eks:us-gov-west-1:123456789012:cluster/healthcare-cluster');
    expect(JSON.parse(trustOf())).toMatchSnapshot();
  });

  test.each<[string, string, Record<string, string>, string]>([
    ['another cluster', 'sts:AssumeRole', { 'aws:SourceArn': 'arn:aws:eks:us-east-1:123456789012:cluster/healthcare-cluster-2' }, 'ImplicitlyDenied'],
    ['another account', 'sts:AssumeRole', { 'aws:SourceAccount': '210987654321' }, 'ImplicitlyDenied'],
    ['another namespace', 'sts:AssumeRole', { 'aws:RequestTag/kubernetes-namespace': 'apps2' }, 'ImplicitlyDenied'],
    ['another service account', 'sts:AssumeRole', { 'aws:RequestTag/kubernetes-service-account': 'default' }, 'ImplicitlyDenied'],
    ['the service account', 'sts:AssumeRole', {}, 'Allowed'],
    ['its tags', 'sts:TagSession', {}, 'Allowed'],
  ])('%s', async (_what, action, changes, expected) => {
    expect(await decide({
      principal: 'pods.eks.amazonaws.com', action, resource: 'arn:aws:iam::123456789012:role/reader', context: { ...request, ...changes }, resourcePolicy: trustOf(),
    })).toBe(expected);
  });
});
