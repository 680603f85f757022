import { OrganizationsPolicy } from '@cdktf/provider-aws/lib/organizations-policy';
import { OrganizationsPolicyAttachment } from '@cdktf/provider-aws/lib/organizations-policy-attachment';
import { Construct } from 'constructs';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect, type PolicyConditionProps, type PolicyStatementProps } from '../iam/policy-statement';
import { partitionOf } from '../profile/aws';
import { checkAccount, checkBucketName, checkFields, checkKeyArn, checkKnownAtSynth, checkPartition, checkPrincipalArn, checkRegion, checkTrailName, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';

/** What the guardrails guard, in one member account. */
export interface AuditGuardrailsDocumentProps {
  /** The member account that holds the archive: service control policies do not bind the management account. */
  readonly account: string;
  /** A region of the account's partition; the archive, the keys and the trail are named with theirs. */
  readonly region: string;
  /** Buckets that keep audit logs. */
  readonly bucketNames: readonly string[];
  /** ARNs of the keys that logs are encrypted with. */
  readonly keyArns: readonly string[];
  /** Trails of the account in `region`. */
  readonly trailNames: readonly string[];
  /**
   * Roles that may change how buckets, keys' policies, the trail and GuardDuty are set up, such as the one that runs Terraform. Nothing else is open to
   * them: nobody deletes a trail, stops it, schedules a key's deletion or leaves the organization.
   * @default - nobody
   */
  readonly exemptRoles?: readonly string[];
}

export interface AuditGuardrailsProps extends AuditGuardrailsDocumentProps {
  /** 1 to 128 characters, unique in the organization. */
  readonly policyName: string;
  /**
   * Accounts, organizational units or the root of the organization (`123456789012`, `ou-ab12-cdefgh34`, `r-ab12`).
   * @default - the policy is made and attached to nothing
   */
  readonly targets?: readonly string[];
}

const DOCUMENT_FIELDS = ['account', 'region', 'bucketNames', 'keyArns', 'trailNames', 'exemptRoles'];
const BUCKET_CHANGES = [
  's3:DeleteBucketPolicy', 's3:PutBucketObjectLockConfiguration', 's3:PutBucketOwnershipControls', 's3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock', 's3:PutBucketRequestPayment',
  's3:PutBucketVersioning', 's3:PutEncryptionConfiguration', 's3:PutLifecycleConfiguration', 's3:PutReplicationConfiguration',
];
/** AWS Organizations, quotas: characters of a service control policy, as it is written. */
const LONGEST_POLICY = 5120;

/**
 * A service control policy that takes from a member account, its root user included, what neither bucket policy nor key policy can: root may rewrite both.
 *
 * Serves 45 CFR 164.316(b)(2)(i) beside the archive's lock, and claims no control, as it applies in the organization's management account, which this
 * stack may not be. Use `AuditGuardrails.document()` where another tool manages the organization. It binds principals of the account alone: no service-linked role and nobody
 * of the management account (AWS Organizations, SCP effects on permissions). What it denies to all it denies to Terraform, too: detach it to take the archive down.
 *
 * @example
 *   new AuditGuardrails(stack, 'Guardrails', {
 *     policyName: 'healthcare-audit-guardrails',
 *     account: '123456789012',
 *     region: 'us-east-1',
 *     bucketNames: ['hipaa-audit-logs-123456789012-us-east-1'],
 *     keyArns: ['arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
 *     trailNames: ['healthcare-cluster-trail'],
 *     exemptRoles: ['arn:aws:iam::123456789012:role/terraform'],
 *     targets: ['123456789012'],
 *   });
 */
export class AuditGuardrails extends Construct {
  /** The policy by itself, without a resource. */
  public static document(props: AuditGuardrailsDocumentProps): PolicyDocument {
    checkFields('AuditGuardrails.document', props, DOCUMENT_FIELDS, 'guardrails take no other field');
    return guardrails('AuditGuardrails.document', props);
  }

  public readonly policy: OrganizationsPolicy;
  public readonly policyDocument: PolicyDocument;

  public constructor(scope: Construct, id: string, props: AuditGuardrailsProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, [...DOCUMENT_FIELDS, 'policyName', 'targets'], 'guardrails take no other field');
    if (typeof props.policyName !== 'string' || props.policyName.trim() === '' || props.policyName.length > 128) {
      throw Errors.refused(path, 'policyName is no name of a policy', props.policyName, 'AWS Organizations, CreatePolicy', 'use 1 to 128 characters');
    }
    for (const target of props.targets ?? []) {
      if (!isTerraformToken(target) && !(typeof target === 'string' && /^([0-9]{12}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$/.test(target))) {
        throw Errors.refused(path, 'targets has an entry that is no target', target, 'AWS Organizations, AttachPolicy', "use an account ('123456789012'), a unit ('ou-ab12-cdefgh34') or the root ('r-ab12')");
      }
    }
    this.policyDocument = guardrails(path, props);
    this.policy = new OrganizationsPolicy(this, 'Resource', {
      name: props.policyName,
      description: 'Keeps audit logs, their keys and the trail, from the root user as well',
      type: 'SERVICE_CONTROL_POLICY',
      content: this.policyDocument.toJson(),
    });
    (props.targets ?? []).forEach((targetId, index) => new OrganizationsPolicyAttachment(this, `Attachment${index + 1}`, { policyId: this.policy.id, targetId }));
  }
}

function guardrails(path: string, props: AuditGuardrailsDocumentProps): PolicyDocument {
  check(path, props);
  const { account, region, keyArns, trailNames, exemptRoles = [] } = props;
  const partition = partitionOf(region);
  const buckets = props.bucketNames.map((name) => `arn:${partition}:s3:::${name}`);
  const objects = buckets.map((arn) => `${arn}/*`);
  const trails = trailNames.map((name) => `arn:${partition}:cloudtrail:${region}:${account}:trail/${name}`);
  const isRoot = when('StringLike', 'aws:PrincipalArn', `arn:${partition}:iam::*:root`);
  const isNotExempt = exemptRoles.length === 0 ? [] : [when('ArnNotEquals', 'aws:PrincipalArn', ...exemptRoles)];
  const document = new PolicyDocument(path, [
    deny('DenyRoot', ['s3:*', 'kms:*', 'cloudtrail:*'], [...buckets, ...objects, ...keyArns, ...trails], isRoot),
    deny('DenyBucketChanges', BUCKET_CHANGES, buckets, ...isNotExempt),
    deny('DenyLockChanges', ['s3:BypassGovernanceRetention', 's3:DeleteBucket', 's3:DeleteObjectVersion'], [...buckets, ...objects]),
    deny('DenyKeyChanges', ['kms:PutKeyPolicy'], keyArns, ...isNotExempt),
    deny('DenyKeyLoss', ['kms:DisableKey', 'kms:ScheduleKeyDeletion'], keyArns),
    deny('DenyTrailLoss', ['cloudtrail:DeleteTrail', 'cloudtrail:StopLogging'], trails),
    deny('DenyTrailChanges', ['cloudtrail:PutEventSelectors', 'cloudtrail:UpdateTrail'], trails, ...isNotExempt),
    // On every detector: its id is only known when it is there, and an account has one a region.
    deny('DenyDetectionLoss', ['guardduty:DeleteDetector', 'guardduty:DisassociateFromAdministratorAccount', 'guardduty:DisassociateFromMasterAccount'], ['*']),
    // A filter or a list of trusted addresses silences findings.
    deny('DenyDetectionChanges', ['guardduty:CreateFilter', 'guardduty:CreateIPSet', 'guardduty:UpdateDetector', 'guardduty:UpdateFilter', 'guardduty:UpdateIPSet'], ['*'], ...isNotExempt),
    deny('DenyLeaving', ['organizations:LeaveOrganization'], ['*']),
  ]);
  const { length } = document.toJson();
  if (length > LONGEST_POLICY) {
    throw Errors.refused(path, 'the policy is too long', length, `AWS Organizations, quotas: a service control policy has at most ${LONGEST_POLICY} characters`, 'guard fewer buckets, keys or trails in one policy');
  }
  return document;
}

function deny(sid: string, actions: readonly string[], resources: readonly string[], ...conditions: PolicyConditionProps[]): PolicyStatementProps {
  return { sid, effect: PolicyEffect.DENY, actions, resources, conditions };
}

function when(operator: string, key: string, ...values: string[]): PolicyConditionProps {
  return { operator, key, values };
}

function check(path: string, props: AuditGuardrailsDocumentProps): void {
  const { account, region } = props;
  checkAccount(path, 'account', account);
  checkKnownAtSynth(path, 'account', account);
  checkRegion(path, 'region', region);
  checkKnownAtSynth(path, 'region', region);
  for (const prop of ['bucketNames', 'keyArns', 'trailNames'] as const) {
    if (!Array.isArray(props[prop]) || props[prop].length === 0) {
      throw Errors.refused(path, `${prop} is empty`, props[prop], 'control AU5, 45 CFR 164.316(b)(2)(i): what nobody names nobody guards', `name at least one of the ${prop}`);
    }
  }
  for (const name of props.bucketNames) {
    checkBucketName(path, 'bucketNames', name);
    checkKnownAtSynth(path, 'bucketNames', name);
  }
  for (const arn of props.keyArns) {
    checkKeyArn(path, 'keyArns', arn, undefined, account);
    // The quota counts what is written, and a reference is longer or shorter than what takes its place.
    checkKnownAtSynth(path, 'keyArns', arn);
    checkPartition(path, 'keyArns', arn, region);
  }
  for (const name of props.trailNames) checkTrailName(path, 'trailNames', name);
  for (const arn of props.exemptRoles ?? []) {
    checkKnownAtSynth(path, 'exemptRoles', arn);
    checkPrincipalArn(path, 'exemptRoles', arn);
    checkPartition(path, 'exemptRoles', arn, region);
  }
}
