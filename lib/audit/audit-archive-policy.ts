import { PolicyEffect, type PolicyConditionProps, type PolicyStatementProps } from '../iam/policy-statement';

/** What the denials of an archive's bucket policy depend on. */
export interface ArchiveGuards {
  readonly bucketArn: string;
  readonly kmsKeyArn: string;
  readonly lockMode: string;
  readonly retentionDays: number;
  readonly trustedPrefixes: readonly string[];
  readonly policyAdministrators: readonly string[];
}

/** The parts of the bucket's set-up that a safeguard rests on; who changes one could weaken it for what is written next. */
const CONFIGURATION = [
  's3:DeleteBucketPolicy', 's3:PutBucketOwnershipControls', 's3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock', 's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration', 's3:PutReplicationConfiguration',
];

/**
 * The denials of the archive. They bind every principal but the account's root, who can rewrite the policy, and AWS' own
 * lifecycle actions. A missing encryption header is no offence: shippers send none, and the bucket's default encrypts.
 */
export function archiveStatements(guards: ArchiveGuards): PolicyStatementProps[] {
  const { bucketArn, kmsKeyArn } = guards;
  const objects = `${bucketArn}/*`;
  return [
    deny('DenyInsecureTransport', ['s3:*'], [bucketArn, objects], when('Bool', 'aws:SecureTransport', 'false')),
    deny('DenyOldTls', ['s3:*'], [bucketArn, objects], when('NumericLessThan', 's3:TlsVersion', '1.2')),
    // A delete marker removes nothing, but hides what an auditor looks for.
    deny('DenyDeletion', ['s3:BypassGovernanceRetention', 's3:DeleteObject', 's3:DeleteObjectVersion'], [objects]),
    deny('DenyLockChange', ['s3:DeleteBucket', 's3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning'], [bucketArn]),
    // An explicit retention in a request goes before the bucket's default.
    deny('DenyWeakerLock', ['s3:PutObject', 's3:PutObjectRetention'], [objects], when('StringNotEquals', 's3:object-lock-mode', guards.lockMode), given('s3:object-lock-mode')),
    // One day less than the default: S3 counts the whole days that are left when it gets the request, so that a date of exactly the default can count one less.
    deny('DenyShorterLock', ['s3:PutObject', 's3:PutObjectRetention'], [objects], when('NumericLessThan', 's3:object-lock-remaining-retention-days', String(guards.retentionDays - 1))),
    deny('DenyForeignKey', ['s3:PutObject'], [objects], when('StringNotEquals', 's3:x-amz-server-side-encryption-aws-kms-key-id', kmsKeyArn), given('s3:x-amz-server-side-encryption-aws-kms-key-id')),
    deny('DenyOtherEncryption', ['s3:PutObject'], [objects], when('StringNotEquals', 's3:x-amz-server-side-encryption', 'aws:kms'), given('s3:x-amz-server-side-encryption')),
    // aws:kms without a key is the account's aws/s3 key, not the bucket's.
    deny('DenyUnnamedKey', ['s3:PutObject'], [objects], given('s3:x-amz-server-side-encryption'), when('Null', 's3:x-amz-server-side-encryption-aws-kms-key-id', 'true')),
    deny('DenyCustomerProvidedKey', ['s3:PutObject'], [objects], given('s3:x-amz-server-side-encryption-customer-algorithm')),
    // Encrypted anew under a key that is then deleted, a locked object is there and cannot be read.
    deny('DenyChangeOfKey', ['s3:UpdateObjectEncryption'], [objects]),
    deny('DenyConfiguration', CONFIGURATION, [bucketArn],
      ...(guards.policyAdministrators.length > 0 ? [when('ArnNotEquals', 'aws:PrincipalArn', ...guards.policyAdministrators)] : [])),
    ...(guards.trustedPrefixes.length === 0 ? [] : [{
      sid: 'DenyOtherPrefixes',
      effect: PolicyEffect.DENY,
      principals: { aws: ['*'] },
      actions: ['s3:PutObject'],
      notResources: guards.trustedPrefixes.map((prefix) => `${bucketArn}/${prefix}/*`),
      reason: 'what lies outside the known prefixes would be found by no query and belong to no writer',
    }]),
  ];
}

function deny(sid: string, actions: readonly string[], resources: readonly string[], ...conditions: PolicyConditionProps[]): PolicyStatementProps {
  return { sid, effect: PolicyEffect.DENY, principals: { aws: ['*'] }, actions, resources, conditions };
}

function when(operator: string, key: string, ...values: string[]): PolicyConditionProps {
  return { operator, key, values };
}

/** Where the request has the key at all: a negated operator also matches where it is missing. */
function given(key: string): PolicyConditionProps {
  return when('Null', key, 'false');
}
