import type { EksCluster } from '@cdktf/provider-aws/lib/eks-cluster';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { TerraformVariable, Testing } from 'cdktf';
import { EksControlPlaneLogging, type EksControlPlaneLoggingProps } from '../../lib/audit/eks-control-plane-logging';
import { Retention } from '../../lib/profile/retention';
import { claimsBelow } from '../support/claims';
import { plainCluster } from '../support/eks';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const base = { retention: Retention.years(6), kmsKeyArn: KEY };

describe('EksControlPlaneLogging', () => {
  test('makes the log group first, encrypted and kept, and turns every log type on', () => {
    const stack = synthStack((scope) => {
      const props: Required<EksControlPlaneLoggingProps> = { ...base, cluster: plainCluster(scope), importLogGroup: false };
      new EksControlPlaneLogging(scope, 'Logging', props);
    });
    const [groupName] = Object.keys(stack.resources.aws_cloudwatch_log_group);

    expect(stack.only('aws_cloudwatch_log_group')).toEqual({
      name: '/aws/eks/healthcare-cluster/cluster', retention_in_days: 2192, kms_key_id: KEY, skip_destroy: true, lifecycle: { prevent_destroy: true },
    });
    expect((stack.only('aws_eks_cluster').enabled_cluster_log_types as string[]).sort()).toEqual(['api', 'audit', 'authenticator', 'controllerManager', 'scheduler']);
    expect(stack.only('aws_eks_cluster').depends_on).toEqual([`aws_cloudwatch_log_group.${groupName}`]);
    expect(stack.resources).toMatchSnapshot();
  });

  test('keeps what the cluster waited for, and adds to the log types it had', () => {
    const cluster = synthStack((scope) => {
      const bucket = new S3Bucket(scope, 'Other', {});
      new EksControlPlaneLogging(scope, 'Logging', { ...base, cluster: plainCluster(scope, { dependsOn: [bucket], enabledClusterLogTypes: ['api'] }) });
    }).only('aws_eks_cluster');

    expect(cluster.depends_on).toHaveLength(2);
    expect(cluster.depends_on).toContain('aws_s3_bucket.Other');
    expect(cluster.enabled_cluster_log_types).toHaveLength(5);
  });

  test.each([[undefined, '/aws/eks/healthcare-cluster/cluster'], ['us-east-1', '/aws/eks/healthcare-cluster/cluster@us-east-1']])('takes over a log group that exists, in region %s', (region, id) => {
    const stack = testStack();
    new EksControlPlaneLogging(stack, 'Logging', { ...base, cluster: plainCluster(stack, { region }), importLogGroup: true });
    expect(JSON.parse(Testing.synth(stack, true))).toMatchObject({ import: [{ id, to: expect.stringMatching(/^aws_cloudwatch_log_group\./) }] });
  });

  test('follows a name that only Terraform knows, and the region of the cluster, without waiting for the cluster', () => {
    const group = synthStack((scope) => {
      const name = new TerraformVariable(scope, 'name', { type: 'string' });
      new EksControlPlaneLogging(scope, 'Logging', { ...base, cluster: plainCluster(scope, { name: name.stringValue, region: 'eu-west-1' }), kmsKeyArn: KEY.replace('us-east-1', 'eu-west-1') });
    }).only('aws_cloudwatch_log_group');

    expect(group).toMatchObject({ name: '/aws/eks/${var.name}/cluster', region: 'eu-west-1' });
    expect(JSON.stringify(group)).not.toContain('aws_eks_cluster');
  });

  test.each([
    [2192, ['Test/Cluster implements AU1', 'Test/Logging/Resource implements AU4', 'Test/Logging/Resource implements AU6']],
    [365, ['Test/Cluster implements AU1', 'Test/Logging/Resource implements AU4', 'Test/Logging/Resource falls-short AU6']],
  ])('claims what %d days enforce', (days, claims) => {
    const stack = testStack();
    new EksControlPlaneLogging(stack, 'Logging', { ...base, retention: Retention.days(days), cluster: plainCluster(stack) });

    expect(claimsBelow(stack)).toEqual(claims);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a retention that CloudWatch does not offer', { retention: Retention.days(2190) }, 2190, 'PutRetentionPolicy', 'Retention.days(2192)'],
    ['a number of days', { retention: 2192 }, 2192, 'AU6', 'Retention.years(6)'],
    ['no key', { kmsKeyArn: undefined }, undefined, 'AWS: arn:', 'full ARN'],
    ['an alias for the key', { kmsKeyArn: 'alias/logs' }, 'alias/logs', 'AWS: arn:', 'full ARN'],
    ['the ARN of an alias', { kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:alias/logs' }, 'arn:aws:kms:us-east-1:123456789012:alias/logs', 'an alias can move', ':key/'],
    ['the ARN of something else', { kmsKeyArn: 'arn:aws:s3:::logs' }, 'arn:aws:s3:::logs', 'AWS: arn:', 'full ARN'],
    ['the name of a cluster', { cluster: 'healthcare-cluster' }, 'healthcare-cluster', 'attribute of the cluster alone', 'EksCluster resource'],
    ['an import that is neither true nor false', { importLogGroup: 'yes' }, 'yes', 'import blocks', 'leave it out'],
    ['an unknown field', { logTypes: ['audit'] }, 'logTypes', 'no other field', 'kmsKeyArn'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack((scope) => new EksControlPlaneLogging(scope, 'Logging', { ...base, cluster: plainCluster(scope), ...changes })),
      { path: 'Test/Logging', value, rule, remedy });
  });

  test('refuses a key of another region than the cluster, where that is known', () => {
    const make = (region: string) => () => synthStack((scope) => new EksControlPlaneLogging(scope, 'Logging', { ...base, cluster: plainCluster(scope, { region }) }));

    expectRefusal(make('eu-west-1'), { path: 'Test/Logging', value: KEY, rule: 'its own region alone', remedy: 'in eu-west-1' });
    expect(make('${var.region}')).not.toThrow();
  });

  test('refuses another resource for the cluster', () => {
    const stack = testStack();
    const role = new IamRole(stack, 'Role', { assumeRolePolicy: '{}' });

    expectRefusal(() => new EksControlPlaneLogging(stack, 'Logging', { ...base, cluster: role as unknown as EksCluster }),
      { path: 'Test/Logging', value: role, rule: 'AU1', remedy: 'EksCluster resource' });
  });
});
