import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import type { TerraformStack } from 'cdktf';
import { AuditTrail, type AuditTrailProps } from '../../lib/detection/audit-trail';
import { Retention } from '../../lib/profile/retention';
import { claimsBelow } from '../support/claims';
import { concrete, decide } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const base: AuditTrailProps = {
  trailName: 'healthcare-trail', bucketName: 'hipaa-audit-logs', prefix: 'cloudtrail/healthcare', kmsKeyArn: KEY, logGroupName: '/hipaa/healthcare/cloudtrail', logGroupKmsKeyArn: KEY,
  logGroupRetention: Retention.years(6), logsRoleName: 'healthcare-trail', account: '123456789012', region: 'us-east-1',
};
const make = (changes: object = {}) => (stack: TerraformStack) => new AuditTrail(stack, 'Trail', { ...base, ...changes });
const GROUP = 'arn:aws:logs:us-east-1:123456789012:log-group:/hipaa/healthcare/cloudtrail';

describe('AuditTrail', () => {
  test('records everything, everywhere, with digests, into the archive and a log group', () => {
    const stack = synthStack(make());
    const trail = stack.only('aws_cloudtrail');

    expect(trail).toMatchObject({
      is_multi_region_trail: true, include_global_service_events: true, enable_logging: true, enable_log_file_validation: true, kms_key_id: KEY, s3_bucket_name: 'hipaa-audit-logs',
      s3_key_prefix: 'cloudtrail/healthcare', lifecycle: { prevent_destroy: true },
    });
    expect(trail.event_selector).toBeUndefined();
    expect(trail.cloud_watch_logs_group_arn).toMatch(/^\$\{aws_cloudwatch_log_group\.\w+\.arn\}:\*$/);
    // The role can write before the trail is made.
    expect(trail.depends_on).toEqual([`aws_iam_role_policy.${Object.keys(stack.resources.aws_iam_role_policy)[0]}`]);
    expect(stack.only('aws_cloudwatch_log_group')).toMatchObject({ name: '/hipaa/healthcare/cloudtrail', retention_in_days: 2192, kms_key_id: KEY });
    expect(trail).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const stack = synthStack((scope) => {
      const bucketPolicy = new S3BucketPolicy(scope, 'Policy', { bucket: 'hipaa-audit-logs', policy: '{}' });
      const props: Required<AuditTrailProps> = { ...base, dataEventBucketArns: ['arn:aws:s3:::backups'], bucketPolicy };
      new AuditTrail(scope, 'Trail', props);
    });
    const trail = stack.only('aws_cloudtrail');

    expect(trail.depends_on).toContain('aws_s3_bucket_policy.Policy');
    expect(trail.advanced_event_selector[1].field_selector[2].starts_with).toEqual(['arn:aws:s3:::hipaa-audit-logs/', 'arn:aws:s3:::backups/']);
  });

  test('exposes what others need of it, and claims the control on the trail', () => {
    const stack = testStack();
    const trail = make()(stack);

    expect(trail.node.defaultChild).toBe(trail.trail);
    expect(trail.trailArn).toBe('arn:aws:cloudtrail:us-east-1:123456789012:trail/healthcare-trail');
    expect(AuditTrail.trailArn('us-gov-west-1', '123456789012', 'healthcare-trail')).toBe('arn:aws-us-gov:cloudtrail:us-gov-west-1:123456789012:trail/healthcare-trail');
    expect(claimsBelow(stack)).toEqual(['Test/Trail/Resource implements AU11']);
  });

  test('uses the names of the partition', () => {
    const key = 'arn:aws-cn:kms:cn-north-1:123456789012:key/a';
    const stack = synthStack(make({ region: 'cn-north-1', kmsKeyArn: key, logGroupKmsKeyArn: key }));

    expect(JSON.stringify(stack.resources)).not.toContain('arn:aws:');
  });

  const stack = synthStack(make());
  const permissions = concrete(stack.only('aws_iam_role_policy').policy as string);
  test.each<[string, string, string]>([
    ['logs:PutLogEvents', `${GROUP}:log-stream:999999999999_CloudTrail_us-east-1`, 'ImplicitlyDenied'],
    ['logs:PutLogEvents', `${GROUP}:log-stream:other`, 'ImplicitlyDenied'],
    ['logs:PutLogEvents', `${GROUP}-2:log-stream:123456789012_CloudTrail_us-east-1`, 'ImplicitlyDenied'],
    ['logs:DeleteLogStream', `${GROUP}:log-stream:123456789012_CloudTrail_us-east-1`, 'ImplicitlyDenied'],
    ['logs:DeleteLogGroup', GROUP, 'ImplicitlyDenied'],
    ['logs:PutRetentionPolicy', GROUP, 'ImplicitlyDenied'],
    ['logs:GetLogEvents', `${GROUP}:log-stream:123456789012_CloudTrail_us-east-1`, 'ImplicitlyDenied'],
    ['logs:PutLogEvents', `${GROUP}:log-stream:123456789012_CloudTrail_us-east-1`, 'Allowed'],
    ['logs:PutLogEvents', `${GROUP}:log-stream:123456789012_CloudTrail_us-east-1_2`, 'Allowed'],
  ])('answers its role that asks for %s on %s', async (action, resource, decision) => {
    expect(await decide({ principal: 'arn:aws:sts::123456789012:assumed-role/healthcare-trail/x', action, resource, identityPolicies: [permissions] })).toBe(decision);
  });

  test.each<[string, string]>([['arn:aws:iam::123456789012:role/admin', 'ImplicitlyDenied'], ['ec2.amazonaws.com', 'ImplicitlyDenied'], ['cloudtrail.amazonaws.com', 'Allowed']])('its role answers %s', async (principal, decision) => {
    const resourcePolicy = concrete(stack.only('aws_iam_role').assume_role_policy as string);
    expect(await decide({ principal, action: 'sts:AssumeRole', resource: 'arn:aws:iam::123456789012:role/healthcare-trail', resourcePolicy })).toBe(decision);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a name with a blank', { trailName: 'a b' }, 'a b', 'naming requirements', '3 to 128'],
    ['an address for a name', { trailName: '192.168.5.4' }, '192.168.5.4', 'no address', '3 to 128'],
    ['a bucket that S3 refuses', { bucketName: 'A' }, 'A', 'naming rules', '3 to 63'],
    ['no prefix', { prefix: '' }, '', 'CreateTrail', 'cloudtrail/healthcare-cluster'],
    ['a prefix with a slash at its end', { prefix: 'a/' }, 'a/', 'CreateTrail', 'cloudtrail/'],
    ['a prefix that is too long', { prefix: 'a'.repeat(201) }, 'a'.repeat(201), '200 characters', 'cloudtrail/'],
    ['an alias for a key', { kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:alias/a' }, 'arn:aws:kms:us-east-1:123456789012:alias/a', 'an alias can move', ':key/'],
    ['a key of another region', { kmsKeyArn: KEY.replace('us-east-1', 'us-west-2') }, KEY.replace('us-east-1', 'us-west-2'), 'its own region alone', 'in us-east-1'],
    ['a role name that IAM refuses', { logsRoleName: 'a/b' }, 'a/b', 'names of roles', '1 to 64'],
    ['an account that is none', { account: '1' }, '1', 'twelve digits', 'as a string'],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
    ['every bucket', { dataEventBucketArns: ['arn:aws:s3:::*'] }, 'arn:aws:s3:::*', 'without wildcards', 'full ARN'],
    ['objects of a bucket', { dataEventBucketArns: ['arn:aws:s3:::a/b'] }, 'arn:aws:s3:::a/b', 'a bucket has no key', 'all of its objects'],
    ['a bucket of another partition', { dataEventBucketArns: ['arn:aws-cn:s3:::a'] }, 'arn:aws-cn:s3:::a', 'partition aws', "'arn:aws:'"],
    ['a retention that is none', { logGroupRetention: 2192 }, 2192, '316(b)(2)(i)', 'Retention.years(6)'],
    ['an unknown field', { multiRegion: false }, 'multiRegion', 'no other field', 'trailName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => make(changes)(testStack()), { path: 'Test/Trail', value, rule, remedy });
  });
});
