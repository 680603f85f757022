import type { TerraformStack } from 'cdktf';
import { ConfigurationRecorder, type ConfigurationRecorderProps } from '../../lib/detection/configuration-recorder';
import { concrete, decide } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const base: ConfigurationRecorderProps = { bucketName: 'healthcare-config', kmsKeyArn: KEY, roleName: 'config', account: '123456789012', region: 'us-east-1' };
const make = (changes: object = {}) => (stack: TerraformStack) => new ConfigurationRecorder(stack, 'Config', { ...base, ...changes });
const made = synthStack(make());

describe('ConfigurationRecorder', () => {
  test('records every resource into a bucket of its own, which has no lock', () => {
    const [bucket] = Object.keys(made.resources.aws_s3_bucket);

    expect(made.only('aws_config_configuration_recorder')).toMatchObject({ name: 'default', recording_group: { all_supported: true, include_global_resource_types: true } });
    expect(made.only('aws_config_configuration_recorder_status')).toMatchObject({ is_enabled: true });
    expect(made.only('aws_config_delivery_channel')).toMatchObject({ s3_bucket_name: `\${aws_s3_bucket.${bucket}.bucket}`, s3_kms_key_arn: KEY });
    expect(made.only('aws_s3_bucket').object_lock_enabled).toBeUndefined();
    expect(made.resources.aws_s3_bucket_object_lock_configuration).toBeUndefined();
    expect(made.only('aws_config_delivery_channel')).toMatchSnapshot();
  });

  test('starts when it can deliver, and delivers when its role may write', () => {
    const channel = made.only('aws_config_delivery_channel').depends_on as string[];

    expect(channel.map((address) => address.split('.')[0]).sort()).toEqual(['aws_config_configuration_recorder', 'aws_iam_role_policy', 'aws_iam_role_policy_attachment', 'aws_s3_bucket_policy']);
    expect((made.only('aws_config_configuration_recorder_status').depends_on as string[])[0]).toMatch(/^aws_config_delivery_channel\./);
  });

  test('takes every prop', () => {
    const props: Required<ConfigurationRecorderProps> = { ...base, recorderName: 'healthcare', globalResources: false, archiveBucketName: 'hipaa-audit-logs' };
    const stack = synthStack((scope) => new ConfigurationRecorder(scope, 'Config', props));

    expect(stack.only('aws_config_configuration_recorder')).toMatchObject({ name: 'healthcare', recording_group: { include_global_resource_types: false } });
    expect(stack.only('aws_config_delivery_channel').name).toBe('healthcare');
    const recorder = make()(testStack());
    expect(recorder.node.defaultChild).toBe(recorder.recorder);
  });

  test('uses the names of the partition', () => {
    const stack = synthStack(make({ region: 'us-gov-west-1', kmsKeyArn: 'arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/a' }));

    expect(stack.only('aws_iam_role_policy_attachment').policy_arn).toBe('arn:aws-us-gov:iam::aws:policy/service-role/AWS_ConfigRole');
    expect(JSON.stringify(stack.resources)).not.toContain('arn:aws:');
  });

  const BUCKET = 'arn:aws:s3:::healthcare-config';
  test.each<[string, string, string]>([
    ['s3:PutObject', `${BUCKET}/AWSLogs/999999999999/Config/a`, 'ImplicitlyDenied'],
    ['s3:PutObject', 'arn:aws:s3:::hipaa-audit-logs/AWSLogs/123456789012/Config/a', 'ImplicitlyDenied'],
    ['s3:DeleteObject', `${BUCKET}/AWSLogs/123456789012/Config/a`, 'ImplicitlyDenied'],
    ['s3:PutBucketPolicy', BUCKET, 'ImplicitlyDenied'],
    ['s3:PutObject', `${BUCKET}/AWSLogs/123456789012/Config/a`, 'Allowed'],
    ['s3:GetBucketAcl', BUCKET, 'Allowed'],
  ])('answers its role that asks for %s on %s', async (action, resource, decision) => {
    const identityPolicies = [concrete(made.only('aws_iam_role_policy').policy as string)];
    expect(await decide({ principal: 'arn:aws:sts::123456789012:assumed-role/config/x', action, resource, identityPolicies })).toBe(decision);
  });

  test.each<[string, Record<string, string>, string]>([
    ['config.amazonaws.com', { 'aws:SourceAccount': '999999999999' }, 'ImplicitlyDenied'],
    ['ec2.amazonaws.com', { 'aws:SourceAccount': '123456789012' }, 'ImplicitlyDenied'],
    ['config.amazonaws.com', { 'aws:SourceAccount': '123456789012' }, 'Allowed'],
  ])('its role answers %s for %j', async (principal, context, decision) => {
    const resourcePolicy = concrete(made.only('aws_iam_role').assume_role_policy as string);
    expect(await decide({ principal, action: 'sts:AssumeRole', resource: 'arn:aws:iam::123456789012:role/config', context, resourcePolicy })).toBe(decision);
  });

  test.each<[string, object, unknown, string, string]>([
    ['the archive, which it could not deliver into', { archiveBucketName: 'healthcare-config' }, 'healthcare-config', 'AU5', 'of its own'],
    ['a bucket that S3 refuses', { bucketName: 'A' }, 'A', 'naming rules', '3 to 63'],
    ['a key of another region', { kmsKeyArn: KEY.replace('us-east-1', 'us-west-2') }, KEY.replace('us-east-1', 'us-west-2'), 'its own region alone', 'in us-east-1'],
    ['a role name that IAM refuses', { roleName: '' }, '', 'names of roles', '1 to 64'],
    ['no name', { recorderName: '' }, '', 'recorderName is required', 'non-empty'],
    ['a long name', { recorderName: 'a'.repeat(257) }, 'a'.repeat(257), '256 characters', 'shorter'],
    ['an account that is none', { account: 'x' }, 'x', 'twelve digits', 'as a string'],
    ['a region that is none', { region: 'x' }, 'x', 'regions', 'us-east-1'],
    ['an unknown field', { bucket: 'x' }, 'bucket', 'no other field', 'bucketName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => make(changes)(testStack()), { path: 'Test/Config', value, rule, remedy });
  });
});
