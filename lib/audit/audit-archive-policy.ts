import { PolicyEffect, type PolicyConditionProps, type PolicyStatementProps } from '../iam/policy-statement';
import { deliveryPrefix, type ArchiveServiceWriterProps } from './archive-service-writer';

/** What the bucket policy of an archive depends on. */
export interface ArchiveGuards {
  readonly bucketArn: string;
  readonly kmsKeyArn: string;
  readonly lockMode: string;
  readonly retentionDays: number;
  readonly trustedPrefixes: readonly string[];
  readonly policyAdministrators: readonly string[];
  readonly writers: readonly ArchiveServiceWriterProps[];
  /** Roles that write below a prefix, by the prefix. */
  readonly roleWriters: ReadonlyMap<string, readonly string[]>;
  /** Whether nobody writes below a trusted prefix of which no writer was named. */
  readonly onlyNamedWriters: boolean;
  /** Roles that replicate into the archive. */
  readonly replicators: readonly string[];
  /** Those of them that are of another account, where IAM alone does not let them in. */
  readonly foreignReplicators: readonly string[];
}

/** The parts of a bucket's set-up that a safeguard rests on; who changes one could weaken it for what is written next. */
const CONFIGURATION = [
  's3:DeleteBucketPolicy', 's3:PutBucketOwnershipControls', 's3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock', 's3:PutBucketRequestPayment',
  's3:PutEncryptionConfiguration', 's3:PutLifecycleConfiguration', 's3:PutReplicationConfiguration',
];
/** Ways to bring an object in. */
const WRITE = ['s3:PutObject', 's3:ReplicateObject'];
const REPLICATE = ['s3:ObjectOwnerOverrideToBucketOwner', 's3:ReplicateObject', 's3:ReplicateTags'];
const ENCRYPTION = 's3:x-amz-server-side-encryption';
const KEY_ID = 's3:x-amz-server-side-encryption-aws-kms-key-id';
/** Of a request that an AWS service makes by its own principal; a person's or role's has none. */
const SERVICE_NAME = 'aws:PrincipalServiceName';

/**
 * The policy of the archive. Its denials bind every principal but the account's root, who can rewrite the policy, and AWS' own
 * lifecycle actions. It allows only what IAM cannot: services by their own principal, and roles of other accounts.
 */
export function archiveStatements(guards: ArchiveGuards): PolicyStatementProps[] {
  const { bucketArn, writers, replicators } = guards;
  const objects = `${bucketArn}/*`;
  return [
    deny('DenyInsecureTransport', ['s3:*'], [bucketArn, objects], when('Bool', 'aws:SecureTransport', 'false')),
    deny('DenyOldTls', ['s3:*'], [bucketArn, objects], when('NumericLessThan', 's3:TlsVersion', '1.2')),
    // A delete marker removes nothing, but hides what an auditor looks for; so does one that is replicated.
    deny('DenyDeletion', ['s3:BypassGovernanceRetention', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:ReplicateDelete'], [objects]),
    deny('DenyLockChange', ['s3:DeleteBucket', 's3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning'], [bucketArn]),
    // An explicit retention in a request goes before the bucket's default.
    deny('DenyWeakerLock', ['s3:PutObject', 's3:PutObjectRetention'], [objects], when('StringNotEquals', 's3:object-lock-mode', guards.lockMode), given('s3:object-lock-mode')),
    // One day less than the default: S3 counts the whole days that are left when it gets the request, so that a date of exactly the default can count one less.
    deny('DenyShorterLock', ['s3:PutObject', 's3:PutObjectRetention'], [objects], when('NumericLessThan', 's3:object-lock-remaining-retention-days', String(guards.retentionDays - 1))),
    ...encryptionDenials(bucketArn, guards.kmsKeyArn, writers),
    configurationDenial(bucketArn, CONFIGURATION, guards.policyAdministrators),
    // Without a replicator nobody replicates. The retention of a source's object would go before the archive's default.
    deny('DenyOtherReplicators', REPLICATE, [objects], ...unless(replicators)),
    ...prefixDenial(guards),
    ...writerDenials(guards),
    ...replicationAllowance(guards),
    ...writers.flatMap((writer, index) => writerAllowances(bucketArn, writer, index + 1)),
    ...forgeryDenials(bucketArn, writers),
  ];
}

/**
 * Denies every key but the bucket's own. A missing encryption header is no offence: shippers send none, and the bucket's default encrypts. What a writer
 * encrypts with keys of S3 is excepted for that service alone, and below its one prefix.
 */
export function encryptionDenials(bucketArn: string, kmsKeyArn: string, writers: readonly ArchiveServiceWriterProps[] = []): PolicyStatementProps[] {
  const objects = `${bucketArn}/*`;
  const digests = writers.filter((writer) => writer.digestPrefix !== undefined);
  const otherEncryption = [when('StringNotEquals', ENCRYPTION, 'aws:kms'), given(ENCRYPTION)];
  const digestObjects = unique(digests.map((writer) => `${bucketArn}/${writer.digestPrefix}/*`));
  return [
    deny('DenyForeignKey', WRITE, [objects], when('StringNotEquals', KEY_ID, kmsKeyArn), given(KEY_ID)),
    ...(digests.length === 0 ? [deny('DenyOtherEncryption', ['s3:PutObject'], [objects], ...otherEncryption)] : [
      {
        sid: 'DenyOtherEncryption',
        effect: PolicyEffect.DENY,
        principals: { aws: ['*'] },
        actions: ['s3:PutObject'],
        notResources: digestObjects,
        conditions: otherEncryption,
        reason: 'everything but the digests of a service, which the next statement is about',
      },
      // Of a request that no service made, the name is missing: a negated operator matches, and the denial holds.
      deny('DenyOtherDigestEncryption', ['s3:PutObject'], digestObjects, ...otherEncryption, when('StringNotEquals', SERVICE_NAME, ...unique(digests.map(({ service }) => service)))),
    ]),
    // aws:kms without a key is the account's aws/s3 key, not the bucket's.
    deny('DenyUnnamedKey', ['s3:PutObject'], [objects], when('StringEquals', ENCRYPTION, 'aws:kms'), when('Null', KEY_ID, 'true')),
    deny('DenyCustomerProvidedKey', WRITE, [objects], given('s3:x-amz-server-side-encryption-customer-algorithm')),
    // Encrypted anew under a key that is then deleted, an object is there and cannot be read.
    // S3 refuses a whole policy for an action that it does not know, as partitions that have it later do not.
    ...(bucketArn.startsWith('arn:aws:') ? [deny('DenyChangeOfKey', ['s3:UpdateObjectEncryption'], [objects])] : []),
  ];
}

/** Denies changes of a bucket's set-up to everyone but its administrators. */
export function configurationDenial(bucketArn: string, actions: readonly string[], administrators: readonly string[]): PolicyStatementProps {
  return deny('DenyConfiguration', actions, [bucketArn], ...unless(administrators));
}

export function deny(sid: string, actions: readonly string[], resources: readonly string[], ...conditions: PolicyConditionProps[]): PolicyStatementProps {
  return { sid, effect: PolicyEffect.DENY, principals: { aws: ['*'] }, actions, resources, conditions };
}

/** All but these principals; everyone where there are none. A service that acts by its own principal has no ARN, and so is never among them. */
export function unless(arns: readonly string[]): PolicyConditionProps[] {
  return arns.length === 0 ? [] : [when('ArnNotEquals', 'aws:PrincipalArn', ...arns)];
}

function prefixDenial({ bucketArn, trustedPrefixes, writers }: ArchiveGuards): PolicyStatementProps[] {
  if (trustedPrefixes.length === 0) return [];
  return [{
    sid: 'DenyOtherPrefixes',
    effect: PolicyEffect.DENY,
    principals: { aws: ['*'] },
    actions: WRITE,
    notResources: unique([...trustedPrefixes, ...writers.map(deliveryPrefix)]).map((prefix) => `${bucketArn}/${prefix}/*`),
    reason: 'what lies outside the known prefixes would be found by no query and belong to no writer',
  }];
}

/**
 * Below a prefix nobody puts objects but its writers: IAM alone would let everybody who may write somewhere in the archive forge what another writes. What is
 * replicated is no PutObject, and has its own denial.
 */
function writerDenials({ bucketArn, trustedPrefixes, writers, roleWriters, onlyNamedWriters }: ArchiveGuards): PolicyStatementProps[] {
  const guarded = unique([...roleWriters.keys(), ...(onlyNamedWriters ? trustedPrefixes : [])]).map((prefix) => ({
    objects: `${bucketArn}/${prefix}/*`,
    roles: roleWriters.get(prefix) ?? [],
    // Services that deliver below it.
    services: unique(writers.filter((writer) => `${deliveryPrefix(writer)}/`.startsWith(`${prefix}/`)).map(({ service }) => service)),
  }));
  const closed = guarded.filter(({ roles, services }) => roles.length + services.length === 0);
  return [
    ...(closed.length === 0 ? [] : [deny('DenyDirectWriting', ['s3:PutObject'], closed.map(({ objects }) => objects))]),
    ...guarded.filter((prefix) => !closed.includes(prefix)).map(({ objects, roles, services }, index) => deny(`DenyOtherWriters${index + 1}`, ['s3:PutObject'], [objects],
      ...unless(roles), ...(services.length === 0 ? [] : [when('StringNotEquals', SERVICE_NAME, ...services)]))),
  ];
}

/** What a role of another account needs of the bucket (Amazon S3, replication between accounts); deletions are not among it. */
function replicationAllowance({ bucketArn, foreignReplicators }: ArchiveGuards): PolicyStatementProps[] {
  if (foreignReplicators.length === 0) return [];
  const principals = { aws: foreignReplicators };
  return [
    { sid: 'AllowReplicators', effect: PolicyEffect.ALLOW, principals, actions: REPLICATE, resources: [`${bucketArn}/*`] },
    { sid: 'AllowReplicatorsToLook', effect: PolicyEffect.ALLOW, principals, actions: ['s3:GetBucketVersioning'], resources: [bucketArn] },
  ];
}

/** What a service needs of the bucket (AWS CloudTrail, bucket policy; Amazon CloudWatch Logs, logs sent to S3). */
function writerAllowances(bucketArn: string, writer: ArchiveServiceWriterProps, number: number): PolicyStatementProps[] {
  const { needsAcl = true } = writer;
  const allow = { effect: PolicyEffect.ALLOW, principals: { services: [writer.service] } };
  const forSource = [
    when('ArnLike', 'aws:SourceArn', writer.sourceArn),
    // The ARN names the account already. CloudTrail's documentation asks for the ARN alone, and nothing says that it always sends the account.
    when('StringEqualsIfExists', 'aws:SourceAccount', writer.account),
  ];
  return [
    ...(needsAcl ? [{ ...allow, sid: `AllowAccessListCheck${number}`, actions: ['s3:GetBucketAcl'], resources: [bucketArn], conditions: forSource }] : []),
    {
      ...allow,
      sid: `AllowDelivery${number}`,
      actions: ['s3:PutObject'],
      resources: [`${bucketArn}/${deliveryPrefix(writer)}/*`],
      conditions: [...forSource, ...(needsAcl ? [when('StringEquals', 's3:x-amz-acl', 'bucket-owner-full-control')] : [])],
    },
  ];
}

/** Nobody but the service writes where it delivers: what lies there would pass for its word. */
function forgeryDenials(bucketArn: string, writers: readonly ArchiveServiceWriterProps[]): PolicyStatementProps[] {
  return unique(writers.map(deliveryPrefix)).map((prefix, index) => deny(`DenyForgery${index + 1}`, WRITE, [`${bucketArn}/${prefix}/*`],
    when('StringNotEquals', SERVICE_NAME, ...unique(writers.filter((writer) => deliveryPrefix(writer) === prefix).map(({ service }) => service)))));
}

function when(operator: string, key: string, ...values: string[]): PolicyConditionProps {
  return { operator, key, values };
}

/** Where the request has the key at all: a negated operator also matches where it is missing. */
function given(key: string): PolicyConditionProps {
  return when('Null', key, 'false');
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
