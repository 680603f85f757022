import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import type { TerraformStack } from 'cdktf';
import { BucketReplication, type BucketReplicationProps } from '../../lib/storage/bucket-replication';
import { PrivateBucket } from '../../lib/storage/private-bucket';
import { claimsBelow } from '../support/claims';
import { concrete, decide, type Decision } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const SOURCE = 'arn:aws:s3:::source';
const DESTINATION = 'arn:aws:s3:::destination';
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const REPLICA_KEY = 'arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
const ROLE = 'arn:aws:iam::123456789012:role/replication';
const MORE = { bucketArn: 'arn:aws:s3:::more', kmsKeyArn: REPLICA_KEY.replace('us-west-2', 'eu-west-1'), region: 'eu-west-1' };
const base: Omit<BucketReplicationProps, 'versioning'> = {
  sourceBucketName: 'source', sourceBucketArn: SOURCE, sourceKmsKeyArn: KEY,
  destinationBucketArn: DESTINATION, destinationKmsKeyArn: REPLICA_KEY, destinationRegion: 'us-west-2',
  roleName: 'replication', account: '123456789012', region: 'us-east-1',
};
const make = (changes: object = {}) => (stack: TerraformStack) => {
  const { versioning } = new PrivateBucket(stack, 'Source', { bucketName: 'source', region: 'us-east-1', kmsKeyArn: KEY });
  return new BucketReplication(stack, 'Replication', { ...base, versioning, ...changes });
};
const policiesOf = (changes: object = {}) => {
  const stack = synthStack(make(changes));
  return { trust: concrete(stack.only('aws_iam_role').assume_role_policy as string), permissions: concrete(stack.only('aws_iam_role_policy').policy as string) };
};

/** Leaves a key to IAM, so that the role's own policy decides. */
const toIam = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] });

describe('BucketReplication', () => {
  const stack = synthStack(make());

  test('replicates every object and no deletion, under the key of the destination, once versioning is on', () => {
    const [role] = Object.keys(stack.resources.aws_iam_role);
    const [versioning] = Object.keys(stack.resources.aws_s3_bucket_versioning);
    expect(stack.only('aws_s3_bucket_replication_configuration')).toEqual({
      bucket: 'source',
      region: 'us-east-1',
      role: `\${aws_iam_role.${role}.arn}`,
      // S3 tries a failed object no more: nothing is replicated before the role may.
      depends_on: [`aws_s3_bucket_versioning.${versioning}`, `aws_iam_role_policy.${Object.keys(stack.resources.aws_iam_role_policy)[0]}`],
      rule: [{
        id: 'everything',
        status: 'Enabled',
        filter: {},
        delete_marker_replication: { status: 'Disabled' },
        source_selection_criteria: { sse_kms_encrypted_objects: { status: 'Enabled' } },
        destination: { bucket: DESTINATION, encryption_configuration: { replica_kms_key_id: REPLICA_KEY }, metrics: { status: 'Enabled' } },
      }],
    });
    expect(stack.resources.aws_cloudwatch_metric_alarm).toBeUndefined();
    expect(JSON.parse(stack.only('aws_iam_role_policy').policy as string)).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const made = synthStack((scope) => {
      const { versioning } = new PrivateBucket(scope, 'Source', { bucketName: 'source', region: 'us-east-1', kmsKeyArn: KEY });
      const policy = (id: string) => new S3BucketPolicy(scope, id, { bucket: id, policy: '{}' });
      const props: Required<BucketReplicationProps> = {
        ...base, versioning, sourceIsLocked: true, sourceExpires: true, destinationAccount: '999999999999', topicArn: TOPIC, alarmName: 'lost', moreDestinations: [],
        destinationPolicy: policy('DestinationPolicy'), sourcePolicy: policy('SourcePolicy'),
      };
      new BucketReplication(scope, 'Replication', props);
    });
    const { Statement } = JSON.parse(made.only('aws_iam_role_policy').policy as string) as { Statement: { Sid: string; Action: string[] }[] };
    const actionsOf = (sid: string) => Statement.find(({ Sid }) => Sid === sid)!.Action;

    expect(made.only('aws_s3_bucket_replication_configuration').rule[0].destination).toMatchObject({ account: '999999999999', access_control_translation: { owner: 'Destination' } });
    expect(actionsOf('AllowReplicate')).toEqual(['s3:ObjectOwnerOverrideToBucketOwner', 's3:ReplicateObject', 's3:ReplicateTags']);
    expect(actionsOf('AllowRead')).toEqual(['s3:GetObjectLegalHold', 's3:GetObjectRetention', 's3:GetObjectVersionAcl', 's3:GetObjectVersionForReplication', 's3:GetObjectVersionTagging']);
    expect(made.only('aws_cloudwatch_metric_alarm')).toMatchObject({
      alarm_name: 'lost', namespace: 'AWS/S3', metric_name: 'OperationsFailedReplication', statistic: 'Sum', threshold: 1, comparison_operator: 'GreaterThanOrEqualToThreshold',
      dimensions: { SourceBucket: 'source', DestinationBucket: 'destination', RuleId: 'everything' }, alarm_actions: [TOPIC], region: 'us-east-1',
    });
  });

  test('waits for the policy of each destination, and the policy of the source waits for it', () => {
    const made = synthStack((scope) => {
      const policy = (id: string) => new S3BucketPolicy(scope, id, { bucket: id, policy: '{}' });
      make({ destinationPolicy: policy('First'), moreDestinations: [{ ...MORE, bucketPolicy: policy('Second') }], sourcePolicy: policy('Own') })(scope);
    });
    expect(made.only('aws_s3_bucket_replication_configuration').depends_on).toEqual(expect.arrayContaining(['aws_s3_bucket_policy.First', 'aws_s3_bucket_policy.Second']));
    expect(made.resources.aws_s3_bucket_policy.Own.depends_on).toEqual([`aws_s3_bucket_replication_configuration.${Object.keys(made.resources.aws_s3_bucket_replication_configuration)[0]}`]);
  });

  test('replicates into several destinations, by a rule, a permission and an alarm each', async () => {
    const more = { ...MORE, account: '999999999999' };
    const made = synthStack(make({ topicArn: TOPIC, moreDestinations: [more] }));
    const [first, second] = made.only('aws_s3_bucket_replication_configuration').rule as { id: string; priority: number; filter: object; destination: object }[];
    const alarms = Object.values(made.resources.aws_cloudwatch_metric_alarm)
      .map(({ alarm_name: name, dimensions }) => [name, dimensions.DestinationBucket, dimensions.RuleId].map(String)).sort();

    expect([first, second]).toMatchObject([
      { id: 'everything', priority: 1, status: 'Enabled', filter: {}, destination: { bucket: DESTINATION, encryption_configuration: { replica_kms_key_id: REPLICA_KEY } } },
      {
        id: 'everything-2', priority: 2, status: 'Enabled', filter: {}, delete_marker_replication: { status: 'Disabled' },
        source_selection_criteria: { sse_kms_encrypted_objects: { status: 'Enabled' } },
        destination: { bucket: MORE.bucketArn, account: '999999999999', access_control_translation: { owner: 'Destination' }, encryption_configuration: { replica_kms_key_id: MORE.kmsKeyArn } },
      },
    ]);
    expect(first.destination).not.toHaveProperty('account');
    expect(alarms).toEqual([['replication-failed', 'destination', 'everything'], ['replication-failed-2', 'more', 'everything-2']].sort());
    const { permissions } = policiesOf({ moreDestinations: [more] });
    for (const [action, resource, region, decision] of [
      ['s3:ReplicateObject', `${DESTINATION}/a`, undefined, 'Allowed'], ['s3:ReplicateObject', `${MORE.bucketArn}/a`, undefined, 'Allowed'],
      ['s3:ObjectOwnerOverrideToBucketOwner', `${MORE.bucketArn}/a`, undefined, 'Allowed'], ['s3:ObjectOwnerOverrideToBucketOwner', `${DESTINATION}/a`, undefined, 'ImplicitlyDenied'],
      ['kms:Encrypt', MORE.kmsKeyArn, 'eu-west-1', 'Allowed'], ['kms:Encrypt', MORE.kmsKeyArn, 'us-west-2', 'ImplicitlyDenied'], ['kms:Decrypt', MORE.kmsKeyArn, 'eu-west-1', 'ImplicitlyDenied'],
    ] as const) {
      const context: Record<string, string> = region === undefined ? {} : { 'kms:ViaService': `s3.${region}.amazonaws.com` };
      const resourcePolicy = region === undefined ? undefined : toIam;
      expect([action, resource, await decide({ principal: ROLE, action, resource, context,
        identityPolicies: [permissions], resourcePolicy })]).toEqual([action, resource, decision]);
    }
  });

  test.each<[string, (stack: TerraformStack) => string, RegExp]>([
    ['a reference of cdktf', (scope) => new S3Bucket(scope, 'Archive', { bucket: 'archive' }).arn, /^\$\{element\(split\(":", aws_s3_bucket\.Archive\.arn\), 5\)\}$/],
    ['a reference by hand', () => '${aws_s3_bucket.Archive.arn}', /^\$\{element\(split\(":", aws_s3_bucket\.Archive\.arn\), 5\)\}$/],
    ['a name by reference', () => 'arn:aws:s3:::${var.name}', /^\$\{var\.name\}$/],
  ])('names the destination of its alarm from %s, and the alarm after its role', (_what, arn, name) => {
    const alarm = synthStack((scope) => void make({ destinationBucketArn: arn(scope), topicArn: TOPIC })(scope)).only('aws_cloudwatch_metric_alarm');
    expect(alarm.dimensions.DestinationBucket).toMatch(name);
    expect(alarm.alarm_name).toBe('replication-failed');
  });

  test('says nothing of another account where the destination is of the same', () => {
    expect(synthStack(make({ destinationAccount: '123456789012' })).only('aws_s3_bucket_replication_configuration')).toEqual(stack.only('aws_s3_bucket_replication_configuration'));
  });

  test.each<[string, object, string[]]>([
    ['another region', {}, ['Test/Replication/Resource implements CP4']],
    ['the same region', { destinationRegion: 'us-east-1', destinationKmsKeyArn: KEY }, []],
    ['another region, from where objects expire', { sourceExpires: true }, []],
    ['another region, beside one in the same', { destinationRegion: 'us-east-1', destinationKmsKeyArn: KEY, moreDestinations: [MORE] }, ['Test/Replication/Resource implements CP4']],
  ])('claims of a replica in %s what it is', (_what, changes, claims) => {
    const scope = testStack();
    const replication = make(changes)(scope);
    expect(claimsBelow(scope)).toEqual(claims);
    expect(replication.node.defaultChild).toBe(replication.configuration);
    expect(replication.failureAlarm).toBeUndefined();
  });

  test.each<[string, string, string, string]>([['us-gov-west-1', 'us-gov-east-1', 'aws-us-gov', 'amazonaws.com'], ['cn-north-1', 'cn-northwest-1', 'aws-cn', 'amazonaws.com.cn']])('uses the names of the partition: %s', (region, destinationRegion, partition, suffix) => {
    const { permissions, trust } = policiesOf({
      region, destinationRegion, sourceBucketArn: `arn:${partition}:s3:::source`, destinationBucketArn: `arn:${partition}:s3:::destination`,
      sourceKmsKeyArn: `arn:${partition}:kms:${region}:123456789012:key/a`, destinationKmsKeyArn: `arn:${partition}:kms:${destinationRegion}:123456789012:key/a`,
    });
    for (const where of [region, destinationRegion]) expect(permissions).toContain(`"kms:ViaService":"s3.${where}.${suffix}"`);
    expect(permissions + trust).not.toContain('arn:aws:');
  });

  const { trust: TRUST, permissions: PERMISSIONS } = policiesOf();
  test.each<[string, string, string, Record<string, string>, Decision]>([
    ['a person', 'arn:aws:iam::123456789012:user/alice', 'sts:AssumeRole', {}, 'ImplicitlyDenied'],
    ['another service', 'ec2.amazonaws.com', 'sts:AssumeRole', {}, 'ImplicitlyDenied'],
    ['S3 for another account', 's3.amazonaws.com', 'sts:AssumeRole', { 'aws:SourceAccount': '999999999999', 'aws:SourceArn': SOURCE }, 'ImplicitlyDenied'],
    ['S3 for another bucket', 's3.amazonaws.com', 'sts:AssumeRole', { 'aws:SourceAccount': '123456789012', 'aws:SourceArn': 'arn:aws:s3:::other' }, 'ImplicitlyDenied'],
    ['S3 for the source', 's3.amazonaws.com', 'sts:AssumeRole', { 'aws:SourceAccount': '123456789012', 'aws:SourceArn': SOURCE }, 'Allowed'],
    ['S3 that does not tell for what', 's3.amazonaws.com', 'sts:AssumeRole', {}, 'Allowed'],
  ])('answers %s that wants the role', async (_who, principal, action, context, decision) => {
    expect(await decide({ principal, action, resource: ROLE, context, resourcePolicy: TRUST })).toBe(decision);
  });

  const via = (region: string) => ({ 'kms:ViaService': `s3.${region}.amazonaws.com` });
  test.each<[string, string, Record<string, string>, Decision]>([
    ['s3:GetObject', `${SOURCE}/a`, {}, 'ImplicitlyDenied'],
    ['s3:PutObject', `${DESTINATION}/a`, {}, 'ImplicitlyDenied'],
    ['s3:ReplicateDelete', `${DESTINATION}/a`, {}, 'ImplicitlyDenied'],
    ['s3:ReplicateObject', `${SOURCE}/a`, {}, 'ImplicitlyDenied'],
    ['s3:ReplicateObject', 'arn:aws:s3:::destination-2/a', {}, 'ImplicitlyDenied'],
    ['s3:ObjectOwnerOverrideToBucketOwner', `${DESTINATION}/a`, {}, 'ImplicitlyDenied'],
    ['s3:GetObjectVersionForReplication', `${DESTINATION}/a`, {}, 'ImplicitlyDenied'],
    ['s3:GetObjectRetention', `${SOURCE}/a`, {}, 'ImplicitlyDenied'],
    ['s3:DeleteObjectVersion', `${SOURCE}/a`, {}, 'ImplicitlyDenied'],
    ['s3:ListBucket', DESTINATION, {}, 'ImplicitlyDenied'],
    ['kms:Decrypt', KEY, {}, 'ImplicitlyDenied'],
    ['kms:Decrypt', KEY, via('us-west-2'), 'ImplicitlyDenied'],
    ['kms:Decrypt', REPLICA_KEY, via('us-west-2'), 'ImplicitlyDenied'],
    ['kms:Encrypt', KEY, via('us-east-1'), 'ImplicitlyDenied'],
    ['kms:Encrypt', REPLICA_KEY, via('us-east-1'), 'ImplicitlyDenied'],
    ['s3:GetReplicationConfiguration', SOURCE, {}, 'Allowed'],
    ['s3:ListBucket', SOURCE, {}, 'Allowed'],
    ['s3:GetObjectVersionForReplication', `${SOURCE}/a`, {}, 'Allowed'],
    ['s3:ReplicateObject', `${DESTINATION}/a`, {}, 'Allowed'],
    ['s3:ReplicateTags', `${DESTINATION}/a`, {}, 'Allowed'],
    ['kms:Decrypt', KEY, via('us-east-1'), 'Allowed'],
    ['kms:Encrypt', REPLICA_KEY, via('us-west-2'), 'Allowed'],
    ['kms:GenerateDataKey', REPLICA_KEY, via('us-west-2'), 'Allowed'],
  ])('answers the role that asks for %s on %s with %j', async (action, resource, context, decision) => {
    const resourcePolicy = action.startsWith('kms:') ? toIam : undefined;
    expect(await decide({ principal: 'arn:aws:sts::123456789012:assumed-role/replication/s3', action, resource, context, identityPolicies: [PERMISSIONS], resourcePolicy })).toBe(decision);
  });

  test('reads retention and holds of a locked source', async () => {
    const { permissions } = policiesOf({ sourceIsLocked: true });
    for (const action of ['s3:GetObjectRetention', 's3:GetObjectLegalHold']) {
      expect(await decide({ principal: ROLE, action, resource: `${SOURCE}/a`, identityPolicies: [permissions] })).toBe('Allowed');
    }
  });

  test.each<[string, object, unknown, string, string]>([
    ['a bucket name that S3 refuses', { sourceBucketName: 'Source' }, 'Source', 'naming rules', '3 to 63'],
    ['every source', { sourceBucketArn: 'arn:aws:s3:::*' }, 'arn:aws:s3:::*', 'without wildcards', 'full ARN'],
    ['the ARN of an object', { sourceBucketArn: `${SOURCE}/a` }, `${SOURCE}/a`, 'a bucket has no key', "bucket's ARN"],
    ['a destination of another partition', { destinationBucketArn: 'arn:aws-cn:s3:::destination' }, 'arn:aws-cn:s3:::destination', 'partition aws', "'arn:aws:'"],
    ['a destination in a region of another partition', { destinationRegion: 'cn-north-1', destinationKmsKeyArn: 'arn:aws-cn:kms:cn-north-1:123456789012:key/a' }, DESTINATION, 'partition aws-cn', "'arn:aws-cn:'"],
    ['itself as destination', { destinationBucketArn: SOURCE }, SOURCE, 'replication', 'another bucket'],
    ['a key of the source from another region', { sourceKmsKeyArn: REPLICA_KEY }, REPLICA_KEY, 'its own region alone', 'in us-east-1'],
    ['a key of the destination from another region', { destinationKmsKeyArn: KEY }, KEY, 'its own region alone', 'in us-west-2'],
    ['an alias for the key', { destinationKmsKeyArn: 'arn:aws:kms:us-west-2:123456789012:alias/a' }, 'arn:aws:kms:us-west-2:123456789012:alias/a', 'an alias can move', ':key/'],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['a region that only Terraform knows', { destinationRegion: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
    ['an account that is none', { account: '1' }, '1', 'twelve digits', 'as a string'],
    ['an account of the destination that is none', { destinationAccount: '1' }, '1', 'twelve digits', 'as a string'],
    ['a role name that IAM refuses', { roleName: 'a/b' }, 'a/b', 'names of roles', '1 to 64'],
    ['no versioning', { versioning: undefined }, undefined, 'required', 'archive.versioning'],
    ['a topic that is none', { topicArn: 'arn:aws:sqs:us-east-1:123456789012:a' }, 'arn:aws:sqs:us-east-1:123456789012:a', 'AWS: arn:', 'full ARN'],
    ['a topic of another region', { topicArn: TOPIC.replace('us-east-1', 'us-west-2') }, TOPIC.replace('us-east-1', 'us-west-2'), 'its own region', 'in us-east-1'],
    ['a destination twice', { moreDestinations: [{ ...MORE, bucketArn: DESTINATION }] }, DESTINATION, 'higher priority', 'once'],
    ['itself among more destinations', { moreDestinations: [{ ...MORE, bucketArn: SOURCE }] }, SOURCE, 'replication', 'another bucket'],
    ['a key of another region among more destinations', { moreDestinations: [{ ...MORE, kmsKeyArn: KEY }] }, KEY, 'its own region alone', 'in eu-west-1'],
    ['a region among more destinations that only Terraform knows', { moreDestinations: [{ ...MORE, region: '${var.region}' }] }, '${var.region}', 'at synth', 'itself'],
    ['an account among more destinations that is none', { moreDestinations: [{ ...MORE, account: '1' }] }, '1', 'twelve digits', 'as a string'],
    ['the ARN of an object among more destinations', { moreDestinations: [{ ...MORE, bucketArn: 'arn:aws:s3:::more/a' }] }, 'arn:aws:s3:::more/a', 'a bucket has no key', "bucket's ARN"],
    ['an unknown field of a destination', { moreDestinations: [{ ...MORE, prefix: 'a' }] }, 'prefix', 'no other field', 'bucketArn'],
    ['one destination in place of a list', { moreDestinations: MORE }, MORE, 'at most 1000', 'list'],
    ['an unknown field', { deleteMarkers: true }, 'deleteMarkers', 'no other field', 'roleName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Replication', value, rule, remedy });
  });
});
