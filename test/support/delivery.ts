import type { TerraformStack } from 'cdktf';
import { AuditLogDelivery, type AuditLogDeliveryProps } from '../../lib/audit/delivery/audit-log-delivery';
import { DeliveryPath } from '../../lib/profile/delivery-path';
import { Retention } from '../../lib/profile/retention';

export const DELIVERY_PROPS: Required<AuditLogDeliveryProps> = {
  deliveryName: 'healthcare-cluster-audit',
  logGroupName: '/aws/eks/healthcare-cluster/cluster',
  account: '123456789012',
  region: 'us-east-1',
  bucketArn: 'arn:aws:s3:::hipaa-audit-landing',
  kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  bucketRegion: 'us-east-1',
  prefix: 'audit-logs/healthcare-cluster',
  errorPrefix: 'delivery-errors/healthcare-cluster',
  path: DeliveryPath.DIRECT,
  after: [],
  errorLogRetention: Retention.days(90),
  logsKmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/5678abcd-12ab-34cd-56ef-1234567890ab',
  streamKmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/9012abcd-12ab-34cd-56ef-1234567890ab',
  bufferSeconds: 900,
  bufferMegabytes: 128,
  silenceSeconds: 900,
  alarmOnSilence: true,
  topicArn: 'arn:aws:sns:us-east-1:123456789012:alarms',
};

/** Without what is optional. */
export const PLAIN_DELIVERY = {
  bucketRegion: undefined, errorPrefix: undefined, path: undefined, streamKmsKeyArn: undefined, bufferSeconds: undefined, bufferMegabytes: undefined, silenceSeconds: undefined,
  alarmOnSilence: undefined,
} satisfies Partial<AuditLogDeliveryProps>;

/** A delivery with defaults, but for changes. */
export const makeDelivery = (changes: object = {}) => (stack: TerraformStack): AuditLogDelivery => new AuditLogDelivery(stack, 'Delivery', { ...DELIVERY_PROPS, ...PLAIN_DELIVERY, ...changes });
