import { ConfigConfigurationRecorder } from '@cdktf/provider-aws/lib/config-configuration-recorder';
import { ConfigConfigurationRecorderStatus } from '@cdktf/provider-aws/lib/config-configuration-recorder-status';
import { ConfigDeliveryChannel } from '@cdktf/provider-aws/lib/config-delivery-channel';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect } from '../iam/policy-statement';
import { partitionOf } from '../profile/aws';
import { checkAccount, checkFields, checkKeyArn, checkKnownAtSynth, checkRegion, checkRoleName, checkText } from '../profile/checks';
import { Errors } from '../profile/errors';
import { PrivateBucket } from '../storage/private-bucket';

export interface ConfigurationRecorderProps {
  /** Name of the bucket that is made for AWS Config alone. */
  readonly bucketName: string;
  /** ARN of the key that encrypts the bucket, in its region; its policy names the role among the `users`. */
  readonly kmsKeyArn: string;
  /** Name of the role with which AWS Config reads resources and writes into the bucket. */
  readonly roleName: string;
  readonly account: string;
  readonly region: string;
  /**
   * Name of the recorder and its channel. An account has one recorder a region.
   * @default default
   */
  readonly recorderName?: string;
  /**
   * Whether this region records IAM and other resources that belong to no region; one region of an account is enough.
   * @default true
   */
  readonly globalResources?: boolean;
  /**
   * Bucket of the archive, which must not be this one.
   * @default - not compared
   */
  readonly archiveBucketName?: string;
}

const FIELDS = ['bucketName', 'kmsKeyArn', 'roleName', 'account', 'region', 'recorderName', 'globalResources', 'archiveBucketName'];

/**
 * Records by AWS Config how every resource of the account is set up, and each change, into a bucket of its own.
 *
 * Serves 45 CFR 164.308(a)(8), evaluation, and claims no control. Its bucket has no lock: AWS Config does not deliver into a bucket with default retention (AWS
 * Config, delivery channel), so the archive is refused. It is a record for operations; what must last is what CloudTrail writes into the archive.
 *
 * @example
 *   const recorder = new ConfigurationRecorder(stack, 'Config', {
 *     bucketName: 'healthcare-cluster-config', kmsKeyArn: logsKey.arn, roleName: 'healthcare-cluster-config', account: '123456789012', region: 'us-east-1',
 *   });
 *   logsKey.addUser(recorder.role.arn);
 */
export class ConfigurationRecorder extends Construct {
  public readonly recorder: ConfigConfigurationRecorder;
  public readonly status: ConfigConfigurationRecorderStatus;
  public readonly deliveryChannel: ConfigDeliveryChannel;
  public readonly bucket: PrivateBucket;
  public readonly role: IamRole;

  public constructor(scope: Construct, id: string, props: ConfigurationRecorderProps) {
    super(scope, id);
    this.check(props);
    const path = this.node.path;
    const { region, account, kmsKeyArn, recorderName: name = 'default' } = props;
    const partition = partitionOf(region);

    this.role = new IamRole(this, 'Role', {
      name: props.roleName,
      assumeRolePolicy: new PolicyDocument(path, [{
        sid: 'AllowConfig',
        effect: PolicyEffect.ALLOW,
        principals: { services: ['config.amazonaws.com'] },
        actions: ['sts:AssumeRole'],
        conditions: [{ operator: 'StringEquals', key: 'aws:SourceAccount', values: [account] }],
      }]).toJson(),
    });
    const reading = new IamRolePolicyAttachment(this, 'Reading', { role: this.role.name, policyArn: `arn:${partition}:iam::aws:policy/service-role/AWS_ConfigRole` });
    this.bucket = new PrivateBucket(this, 'Bucket', { bucketName: props.bucketName, region, kmsKeyArn });
    const bucketArn = `arn:${partition}:s3:::${props.bucketName}`;
    const delivery = new IamRolePolicy(this, 'Delivery', {
      name: 'deliver',
      role: this.role.name,
      policy: new PolicyDocument(path, [
        { sid: 'AllowPut', effect: PolicyEffect.ALLOW, actions: ['s3:PutObject'], resources: [`${bucketArn}/AWSLogs/${account}/*`] },
        { sid: 'AllowLook', effect: PolicyEffect.ALLOW, actions: ['s3:GetBucketAcl', 's3:ListBucket'], resources: [bucketArn] },
        { sid: 'AllowEncryption', effect: PolicyEffect.ALLOW, actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [kmsKeyArn] },
      ]).toJson(),
    });
    this.recorder = new ConfigConfigurationRecorder(this, 'Resource', {
      name,
      region,
      roleArn: this.role.arn,
      recordingGroup: { allSupported: true, includeGlobalResourceTypes: props.globalResources ?? true },
    });
    this.deliveryChannel = new ConfigDeliveryChannel(this, 'Channel', {
      name,
      region,
      s3BucketName: this.bucket.bucketName,
      s3KmsKeyArn: kmsKeyArn,
      snapshotDeliveryProperties: { deliveryFrequency: 'TwentyFour_Hours' },
      // AWS Config tries to write before it takes the channel, and takes none without a recorder.
      dependsOn: [this.recorder, reading, delivery, this.bucket.bucketPolicy],
    });
    this.status = new ConfigConfigurationRecorderStatus(this, 'Status', { name: this.recorder.name, isEnabled: true, region, dependsOn: [this.deliveryChannel] });
  }

  private check(props: ConfigurationRecorderProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'a recorder takes no other field');
    checkAccount(path, 'account', props.account);
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    checkRoleName(path, 'roleName', props.roleName);
    checkKeyArn(path, 'kmsKeyArn', props.kmsKeyArn, props.region);
    if (props.recorderName !== undefined) {
      checkText(path, 'recorderName', props.recorderName);
      if (props.recorderName.length > 256) throw Errors.refused(path, 'recorderName is too long', props.recorderName, 'AWS Config, PutConfigurationRecorder: 256 characters', 'use a shorter name');
    }
    if (props.archiveBucketName !== undefined && props.archiveBucketName === props.bucketName) {
      throw Errors.weakened(path, 'AU5, 45 CFR 164.316(b)(2)(i)', 'AWS Config would write into the archive', props.bucketName, 'give it a bucket of its own: it delivers into none with default retention');
    }
  }
}
