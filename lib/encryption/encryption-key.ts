import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { ControlException } from '../controls/exception';
import { Safeguard } from '../controls/safeguard';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect, type PolicyStatementProps } from '../iam/policy-statement';
import { dnsSuffixOf, partitionOf } from '../profile/aws';
import { checkAccount, checkArn, checkFields, checkInteger, checkKnownAtSynth, checkPartition, checkPrincipalArn, checkRegion, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';
import { serviceStatements, type KeyServiceGrantProps } from './key-service-grant';

export interface EncryptionKeyProps {
  /** Alias without `alias/`: letters, digits, `/`, `_` and `-`. */
  readonly alias: string;
  /**
   * IAM roles or users that manage the key and cannot use it. The one that runs Terraform is among them: KMS refuses a policy that
   * shuts out its own caller.
   */
  readonly administrators: readonly string[];
  /** Account of the key. */
  readonly account: string;
  /** Region of the key. */
  readonly region: string;
  /** @default - the alias */
  readonly description?: string;
  /**
   * IAM roles or users that encrypt and decrypt. For a role of the same stack give the resource's `arn`, so that Terraform makes it first:
   * KMS refuses a principal that does not exist.
   * @default - nobody
   */
  readonly users?: readonly string[];
  /**
   * IAM roles or users for which S3 encrypts what they write; they cannot decrypt, and cannot call KMS themselves. None of them is a grantor.
   * @default - nobody
   */
  readonly encrypters?: readonly string[];
  /**
   * IAM roles or users that hand the use of the key on by grants, as who creates an EKS cluster has to. A grantor may be an administrator
   * too. It does not use the key, but can grant that to anybody, itself included: Amazon EKS does not support the condition
   * `kms:GrantIsForAWSResource`, which would keep grants to AWS services. CloudTrail records each grant and each use of one.
   * @default - nobody
   */
  readonly grantors?: readonly string[];
  /**
   * AWS services that use the key by their own principal.
   * @default - none
   */
  readonly services?: readonly KeyServiceGrantProps[];
  /**
   * Denies everyone, root included, to disable the key or to schedule its deletion; control EN5 is met by it alone. Whoever may write the key
   * policy can lift it, in two recorded steps.
   * @default false
   */
  readonly denyDeletion?: boolean;
  /**
   * Days between the request to delete the key and the loss of all that it encrypted; KMS takes 7 to 30.
   * @default 30
   */
  readonly deletionWindowInDays?: number;
  /**
   * Approval of a window below 30 days, for control EN5.
   * @default - none: a shorter window is refused
   */
  readonly shortWindowException?: ControlException;
}

const FIELDS = [
  'alias', 'administrators', 'account', 'region', 'description', 'users', 'encrypters', 'grantors', 'services', 'denyDeletion', 'deletionWindowInDays', 'shortWindowException',
];
const LONGEST_WINDOW = 30;
const ALIAS = /^(?!alias\/|aws\/)[a-zA-Z0-9/_-]{1,250}$/;
const DELETION = ['kms:DisableKey', 'kms:ScheduleKeyDeletion'];
/** Management without use: no cryptographic action, and no kms:CreateGrant, which could hand out decryption; grantors alone have that. */
const MANAGEMENT = [
  'kms:CancelKeyDeletion', 'kms:CreateAlias', 'kms:DeleteAlias', 'kms:DescribeKey', 'kms:EnableKey', 'kms:EnableKeyRotation', 'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus', 'kms:ListGrants', 'kms:ListKeyPolicies', 'kms:ListKeyRotations', 'kms:ListResourceTags', 'kms:PutKeyPolicy', 'kms:RevokeGrant',
  'kms:RotateKeyOnDemand', 'kms:TagResource', 'kms:UntagResource', 'kms:UpdateAlias', 'kms:UpdateKeyDescription',
];
/** kms:ListGrants is what the health check of EKS asks with its cluster's role. */
const USE = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ListGrants', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];
/** A role that AWS alone assumes; nobody of the account can make or change one below this path (AWS IAM, service-linked roles). */
const SERVICE_LINKED_ROLE = /^arn:[^:]+:iam::[0-9]{12}:role\/aws-service-role\/[a-z0-9.-]+\/[\w+=,.@-]{1,64}$/;
/** What Amazon EBS asks of the caller's key beside a grant (Amazon EBS, requirements for encryption). */
const VOLUME_MAKING = ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];
const VOLUME_USE = USE.filter((action) => action !== 'kms:ListGrants');

/**
 * A KMS key of your own, with an alias, yearly rotation and a policy that names who may do what.
 *
 * Serves 45 CFR 164.312(a)(2)(iv). The key policy alone decides: it does not hand the key to IAM, so an administrator of the account with
 * every IAM permission can neither use nor manage the key unless it is named here. The account's root user keeps a way in, so that the key
 * cannot be lost; the statement binds it by `aws:PrincipalType: Account`, as the account's ARN alone would stand for every IAM identity
 * (AWS KMS, default key policy). Two ways lead from management to use, and CloudTrail records both: administrators hold kms:PutKeyPolicy and can
 * make themselves users, grantors hold kms:CreateGrant and can grant use to whom they like.
 *
 * @example
 *   const key = new EncryptionKey(stack, 'LogsKey', {
 *     alias: 'healthcare-logs',
 *     account: '123456789012',
 *     region: 'us-east-1',
 *     administrators: ['arn:aws:iam::123456789012:role/key-administrators'],
 *     services: [KeyServiceGrant.cloudWatchLogs({ region: 'us-east-1', account: '123456789012', logGroupName: '/aws/eks/healthcare-cluster/cluster' })],
 *     denyDeletion: true,
 *   });
 */
export class EncryptionKey extends Construct {
  public readonly key: KmsKey;
  public readonly aliasResource: KmsAlias;
  public readonly arn: string;
  public readonly keyId: string;
  /** With `alias/`. */
  public readonly aliasName: string;
  public readonly account: string;
  public readonly region: string;
  private readonly props: EncryptionKeyProps;
  private readonly administrators: readonly string[];
  private readonly users: string[] = [];
  private readonly encrypters: string[] = [];
  private readonly grantorArns: string[] = [];
  private readonly decrypters: string[] = [];
  private readonly replicators: string[] = [];
  private readonly volumeRoles: string[] = [];
  private readonly vaultMakers: string[] = [];
  private readonly volumeMakers: string[] = [];
  private readonly grants: KeyServiceGrantProps[] = [];

  public constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'a key takes no other field');
    if (typeof props.alias !== 'string' || (!isTerraformToken(props.alias) && !ALIAS.test(props.alias))) {
      throw Errors.refused(path, 'alias is no key alias', props.alias, 'AWS KMS, CreateAlias', "use 1 to 250 of letters, digits, /, _ and -, without 'alias/' and not starting 'aws/'");
    }
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    checkAccount(path, 'account', props.account);
    this.props = props;
    this.account = props.account;
    this.region = props.region;
    this.administrators = this.checkAdministrators(props.administrators);
    this.addService(...(props.services ?? []));
    for (const user of props.users ?? []) this.addUser(user);
    for (const encrypter of props.encrypters ?? []) this.addEncrypter(encrypter);
    for (const grantor of props.grantors ?? []) this.addGrantor(grantor);
    const window = this.checkWindow(props.deletionWindowInDays ?? LONGEST_WINDOW, props.shortWindowException);

    this.key = new KmsKey(this, 'Resource', {
      description: props.description ?? props.alias,
      // Where the policy's services and conditions are: a provider of another region would make a key that they do not fit.
      region: props.region,
      enableKeyRotation: true,
      multiRegion: false,
      deletionWindowInDays: window,
      // Lazy: a role that is made after the key, with the key's ARN in its own policy, can still become a user.
      policy: Lazy.stringValue({ produce: () => this.policyDocument().toJson() }),
      lifecycle: { preventDestroy: true },
    });
    this.arn = this.key.arn;
    this.keyId = this.key.keyId;
    this.aliasName = `alias/${props.alias}`;
    this.aliasResource = new KmsAlias(this, 'Alias', { name: this.aliasName, targetKeyId: this.keyId, region: props.region });

    Safeguard.implement(this.key, Control.EN2_KEY_POLICY, 'rotates every year; its policy names who manages it, who uses it and who grants its use, and hands nothing to IAM');
    if (window < LONGEST_WINDOW) {
      Safeguard.fallShort(this.key, Control.EN5_KEY_LOSS, `the key is gone ${window} days after a request to delete it`);
    } else if (props.denyDeletion) {
      Safeguard.implement(this.key, Control.EN5_KEY_LOSS, 'its policy denies everyone to disable or delete it, and a deletion waits 30 days');
    } else {
      Safeguard.fallShort(this.key, Control.EN5_KEY_LOSS, 'an administrator of the key can disable it at once, and have it deleted in 30 days');
    }
  }

  /** Who may hand the use of the key on by grants. */
  public get grantors(): readonly string[] {
    return [...this.grantorArns];
  }

  /** Lets an IAM role or user encrypt and decrypt. */
  public addUser(arn: string): void {
    this.add(this.users, 'users', arn);
  }

  /** Lets S3 encrypt what an IAM role or user writes. */
  public addEncrypter(arn: string): void {
    this.refuseBoth('encrypters', arn, this.grantorArns);
    this.add(this.encrypters, 'encrypters', arn);
  }

  /** Lets an IAM role or user hand the use of the key on by grants; it may be an administrator as well. */
  public addGrantor(arn: string): void {
    this.checkPrincipal('grantors', arn);
    this.refuseBoth('grantors', arn, this.encrypters);
    this.grantorArns.push(arn);
  }

  /** Lets S3 decrypt what an IAM role or user reads: a query, a restore, the source of a replication. It cannot call KMS itself. */
  public addDecrypter(arn: string): void {
    this.add(this.decrypters, 'decrypters', arn);
  }

  /** Lets the role of an S3 replication encrypt replicas with the key. */
  public addReplicator(arn: string): void {
    this.add(this.replicators, 'replicators', arn);
  }

  /**
   * Lets a service-linked role, such as `AWSServiceRoleForAutoScaling`, use the key for volumes. The role is named by a condition and not as the principal, which
   * KMS would refuse while the role does not exist. The principal is everyone and not the account: that would only hand the decision to IAM, and a
   * service-linked role has no permission for keys of yours (Amazon EC2 Auto Scaling, KMS key policy for encrypted volumes).
   *
   * @param arn ARN of a role of the key's account below `role/aws-service-role/`.
   */
  public addVolumeRole(arn: string): void {
    const path = this.node.path;
    checkArn(path, 'volumeRoles', arn, 'iam');
    checkKnownAtSynth(path, 'volumeRoles', arn);
    checkPartition(path, 'volumeRoles', arn, this.region);
    if (!SERVICE_LINKED_ROLE.test(arn)) {
      throw Errors.refused(path, 'volumeRoles names no service-linked role', arn, 'control EN2, 45 CFR 164.312(a)(2)(iv): a role that somebody assumes is a user of the key', 'use addUser(), or the ARN of AWSServiceRoleForAutoScaling');
    }
    if (!isTerraformToken(this.account) && arn.split(':')[4] !== this.account) {
      throw Errors.refused(path, 'volumeRoles names another account', arn, 'control EN2, 45 CFR 164.312(a)(2)(iv): volumes of this account are encrypted with its keys', `use the role of account ${this.account}`);
    }
    this.volumeRoles.push(arn);
  }

  /**
   * Lets an IAM role or user make and attach volumes that Amazon EBS encrypts with the key, such as a CSI driver's. It uses the key by Amazon EC2 alone, and hands it on
   * to AWS' own services alone: it decrypts nothing itself (Amazon EBS, requirements for encryption).
   */
  public addVolumeMaker(arn: string): void {
    this.add(this.volumeMakers, 'volumeMakers', arn);
  }

  /** Lets an AWS service use the key by its own principal, until the stack is synthesized. */
  public addService(...grants: readonly KeyServiceGrantProps[]): void {
    const all = [...this.grants, ...grants];
    serviceStatements(this.node.path, all, this.region);
    this.grants.push(...grants);
  }

  /**
   * Lets an IAM role or user hand the key to AWS Backup, as who makes a vault has to (AWS Backup, create a backup vault); it becomes a grantor. It uses the key by
   * that service alone, and may be an administrator.
   */
  public addVaultMaker(arn: string): void {
    this.addGrantor(arn);
    this.vaultMakers.push(arn);
  }

  /** The key policy as it stands. */
  public policyDocument(): PolicyDocument {
    const { account, region, denyDeletion } = this.props;
    const allow = (sid: string, aws: readonly string[], actions: readonly string[], more: Partial<PolicyStatementProps> = {}): PolicyStatementProps[] =>
      (aws.length === 0 ? [] : [{ sid, effect: PolicyEffect.ALLOW, principals: { aws }, actions, resources: ['*'], ...more }]);
    const viaS3 = { conditions: [{ operator: 'StringEquals', key: 'kms:ViaService', values: [`s3.${region}.${dnsSuffixOf(region)}`] }] };
    const viaEc2 = { conditions: [{ operator: 'StringEquals', key: 'kms:ViaService', values: [`ec2.${region}.${dnsSuffixOf(region)}`] }] };
    return new PolicyDocument(this.node.path, [
      ...allow('AllowRecoveryByRoot', [`arn:${partitionOf(region)}:iam::${account}:root`], ['kms:*'], {
        conditions: [{ operator: 'StringEquals', key: 'aws:PrincipalType', values: ['Account'] }],
        reason: 'without a way in for the root user a key whose administrators are gone is lost, with all that it encrypted',
      }),
      ...allow('AllowManagement', this.administrators, denyDeletion ? MANAGEMENT : [...MANAGEMENT, ...DELETION].sort()),
      ...(denyDeletion ? [{ sid: 'DenyDeletion', effect: PolicyEffect.DENY, principals: { aws: ['*'] }, actions: DELETION, resources: ['*'] }] : []),
      ...allow('AllowUse', this.users, USE),
      ...allow('AllowEncryptionByS3', this.encrypters, ['kms:GenerateDataKey'], viaS3),
      ...allow('AllowDecryptionByS3', this.decrypters, ['kms:Decrypt'], viaS3),
      ...allow('AllowReplication', this.replicators, ['kms:Encrypt', 'kms:GenerateDataKey'], viaS3),
      ...this.volumeStatements(),
      ...allow('AllowVolumesByEc2', this.volumeMakers, VOLUME_MAKING, viaEc2),
      ...allow('AllowVolumeGrantsByEc2', this.volumeMakers, ['kms:CreateGrant'], { conditions: [...viaEc2.conditions, { operator: 'Bool', key: 'kms:GrantIsForAWSResource', values: ['true'] }] }),
      ...allow('AllowVaults', this.vaultMakers, ['kms:Decrypt', 'kms:GenerateDataKey'], { conditions: [{ operator: 'StringEquals', key: 'kms:ViaService', values: [`backup.${region}.${dnsSuffixOf(region)}`] }] }),
      ...allow('AllowDescription', this.grantorArns, ['kms:DescribeKey']),
      // Without kms:GrantIsForAWSResource, for which EKS refuses to create a cluster (Amazon EKS, encrypt Kubernetes secrets with KMS).
      ...allow('AllowGrants', this.grantorArns, ['kms:CreateGrant', 'kms:RetireGrant']),
      ...serviceStatements(this.node.path, this.grants, region),
    ]);
  }

  /** What is asked of a key for volumes in the name of a service-linked role (Amazon EC2 Auto Scaling, KMS key policy for encrypted volumes). */
  private volumeStatements(): PolicyStatementProps[] {
    if (this.volumeRoles.length === 0) return [];
    const common = {
      effect: PolicyEffect.ALLOW,
      principals: { aws: ['*'] },
      resources: ['*'],
      reason: 'KMS refuses a principal that does not exist yet, and an account as principal leaves the decision to IAM: the conditions name the role',
    };
    const byRole = [
      { operator: 'ArnEquals', key: 'aws:PrincipalArn', values: this.volumeRoles },
      { operator: 'StringEquals', key: 'kms:CallerAccount', values: [this.account] },
    ];
    return [
      { ...common, sid: 'AllowVolumes', actions: VOLUME_USE, conditions: byRole },
      { ...common, sid: 'AllowVolumeGrants', actions: ['kms:CreateGrant'], conditions: [...byRole, { operator: 'Bool', key: 'kms:GrantIsForAWSResource', values: ['true'] }] },
    ];
  }

  private checkAdministrators(administrators: readonly string[]): readonly string[] {
    const path = this.node.path;
    if (!Array.isArray(administrators) || administrators.length === 0) {
      throw Errors.refused(path, 'administrators names nobody', administrators, 'control EN2, 45 CFR 164.312(a)(2)(iv): named people administer keys', "name an IAM role: ['arn:aws:iam::123456789012:role/key-administrators']");
    }
    for (const arn of administrators as readonly string[]) this.checkPrincipal('administrators', arn);
    if (partitionOf(this.region) === 'aws-cn' && new Set(administrators).size < 2) {
      throw Errors.weakened(path, 'EN5, 45 CFR 164.308(a)(7)(i)', 'administrators names one alone, and no root user stands behind', administrators, 'name a second role: AWS in China has no root user, so that a key is lost with its last administrator');
    }
    return [...administrators as readonly string[]];
  }

  private add(list: string[], prop: string, arn: string): void {
    this.checkPrincipal(prop, arn);
    if (this.administrators.includes(arn)) {
      throw Errors.weakened(this.node.path, 'EN2, 45 CFR 164.312(a)(2)(iv): who manages a key does not use it', `${prop} names an administrator of the key`, arn, 'give the two duties to two roles');
    }
    list.push(arn);
  }

  /** A grant could hand the decryption that an encrypter is to be without to that encrypter. */
  private refuseBoth(prop: string, arn: string, others: readonly string[]): void {
    if (others.includes(arn)) {
      throw Errors.weakened(this.node.path, 'EN2, 45 CFR 164.312(a)(2)(iv): who may only encrypt gets no way to decrypt', `${prop} names one that both encrypts and grants`, arn, 'give the two duties to two roles');
    }
  }

  private checkPrincipal(prop: string, arn: string): void {
    checkPrincipalArn(this.node.path, prop, arn);
    checkPartition(this.node.path, prop, arn, this.props.region);
  }

  private checkWindow(days: number, exception: ControlException | undefined): number {
    const path = this.node.path;
    checkInteger(path, 'deletionWindowInDays', days, 7, LONGEST_WINDOW, 'AWS KMS, ScheduleKeyDeletion: 7 to 30 days');
    if (days < LONGEST_WINDOW && !(exception instanceof ControlException && exception.control === Control.EN5_KEY_LOSS)) {
      throw Errors.weakened(path, 'EN5, 45 CFR 164.308(a)(7)(i)', 'deletionWindowInDays is below 30', days, 'leave it out, or give a shortWindowException for Control.EN5_KEY_LOSS with reason, approver and expiry');
    }
    return days;
  }
}
