import { EcrLifecyclePolicy } from '@cdktf/provider-aws/lib/ecr-lifecycle-policy';
import { EcrRepository } from '@cdktf/provider-aws/lib/ecr-repository';
import { EcrRepositoryPolicy } from '@cdktf/provider-aws/lib/ecr-repository-policy';
import { Construct } from 'constructs';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect, type PolicyStatementProps } from '../iam/policy-statement';
import { partitionOf } from '../profile/aws';
import { checkAccount, checkFields, checkInteger, checkKeyArn, checkKnownAtSynth, checkPartition, checkPrincipalArn, checkRegion } from '../profile/checks';
import { Errors } from '../profile/errors';

export interface ImageRepositoryProps {
  /** 2 to 256 of a-z, digits and ._-/, such as `healthcare/patient-portal`. */
  readonly repositoryName: string;
  readonly region: string;
  readonly account: string;
  /** ARN of the KMS key that encrypts the images, in the repository's region. Who makes the repository lets ECR use it, by a grant: it is among the key's `grantors`. */
  readonly kmsKeyArn: string;
  /**
   * Days after which an image without a tag expires, such as one whose push never ended.
   * @default 30
   */
  readonly untaggedExpirationDays?: number;
  /**
   * IAM roles or users that may push images, such as the pipeline's; nobody else does.
   * @default - who IAM lets
   */
  readonly pushers?: readonly string[];
  /**
   * IAM roles or users that may delete images and change the repository. The one that runs Terraform is among them.
   * @default - nobody but the account's root user
   */
  readonly repositoryAdministrators?: readonly string[];
}

const FIELDS = ['repositoryName', 'region', 'account', 'kmsKeyArn', 'untaggedExpirationDays', 'pushers', 'repositoryAdministrators'];
const NAME = /^(?=.{2,256}$)[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
/** `sha256-<digest>.sig` and `.att`, which cosign writes anew for each further signature and attestation of an image. */
const SIGNATURE_TAGS = { filter: 'sha256-*', filterType: 'WILDCARD' };
const PUSH = ['ecr:CompleteLayerUpload', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart'];
const CHANGES = [
  'ecr:BatchDeleteImage', 'ecr:DeleteLifecyclePolicy', 'ecr:DeleteRepository', 'ecr:DeleteRepositoryPolicy', 'ecr:PutImageScanningConfiguration', 'ecr:PutImageTagMutability',
  'ecr:PutLifecyclePolicy', 'ecr:SetRepositoryPolicy',
];

/**
 * A repository of images whose tags cannot be moved, scanned when they are pushed, encrypted with a key of yours, and closed to other accounts.
 *
 * Serves 45 CFR 164.308(a)(5)(ii)(B) and claims no control: PS3 is met by a verifier that refuses an image without a valid signature at admission. An immutable
 * tag says that an image did not change since its push, and a scan that flaws are known; neither keeps a wrong image from running.
 * The tags of signatures and attestations (`sha256-<digest>.sig`, `.att`) are left out: cosign adds to them by writing them again, and ECR would refuse the second
 * attestation of an image. What stands under them counts by its signature, and no workload names it. What they held before loses its tag, and expires.
 *
 * Identities of the account pull where their own policies let them, nodes by AmazonEC2ContainerRegistryPullOnly.
 *
 * @example
 *   new ImageRepository(stack, 'PatientPortal', {
 *     repositoryName: 'healthcare/patient-portal', region: 'us-east-1', account: '123456789012',
 *     kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
 *     pushers: ['arn:aws:iam::123456789012:role/pipeline'], repositoryAdministrators: ['arn:aws:iam::123456789012:role/terraform'],
 *   });
 */
export class ImageRepository extends Construct {
  public readonly repository: EcrRepository;
  public readonly repositoryArn: string;
  /** Where images are pulled from, without tag or digest. */
  public readonly repositoryUrl: string;

  public constructor(scope: Construct, id: string, props: ImageRepositoryProps) {
    super(scope, id);
    this.check(props);
    const { region, untaggedExpirationDays = 30 } = props;
    this.repository = new EcrRepository(this, 'Resource', {
      name: props.repositoryName,
      region,
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilter: [SIGNATURE_TAGS],
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: 'KMS', kmsKey: props.kmsKeyArn }],
      forceDelete: false,
      lifecycle: { preventDestroy: true },
    });
    this.repositoryArn = this.repository.arn;
    this.repositoryUrl = this.repository.repositoryUrl;
    const repository = this.repository.name;
    const lifecycle = new EcrLifecyclePolicy(this, 'Lifecycle', {
      repository,
      region,
      policy: JSON.stringify({
        rules: [{
          rulePriority: 1,
          description: 'images without a tag',
          selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: untaggedExpirationDays },
          action: { type: 'expire' },
        }],
      }),
    });
    new EcrRepositoryPolicy(this, 'Policy', { repository, region, policy: new PolicyDocument(this.node.path, repositoryStatements(props)).toJson(), dependsOn: [lifecycle] });
  }

  private check(props: ImageRepositoryProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'a repository takes no other field');
    if (typeof props.repositoryName !== 'string' || !NAME.test(props.repositoryName)) {
      throw Errors.refused(path, 'repositoryName is no name of a repository', props.repositoryName, 'Amazon ECR, CreateRepository', 'use 2 to 256 of a-z, digits and ._-/, each part starting and ending with a letter or digit');
    }
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    checkAccount(path, 'account', props.account);
    checkKeyArn(path, 'kmsKeyArn', props.kmsKeyArn, props.region);
    if (props.untaggedExpirationDays !== undefined) checkInteger(path, 'untaggedExpirationDays', props.untaggedExpirationDays, 1, 36500, 'Amazon ECR, lifecycle policies: whole days');
    for (const prop of ['pushers', 'repositoryAdministrators'] as const) {
      for (const arn of props[prop] ?? []) {
        checkPrincipalArn(path, prop, arn);
        checkPartition(path, prop, arn, props.region);
      }
    }
  }
}

/** A policy of a repository names no resource: it is about its own. */
function repositoryStatements({ account, region, pushers = [], repositoryAdministrators = [] }: ImageRepositoryProps): PolicyStatementProps[] {
  // Root stays free to change the policy, or nobody could ever again where the administrators are gone.
  const administrators = [`arn:${partitionOf(region)}:iam::${account}:root`, ...repositoryAdministrators];
  const but = (arns: readonly string[]): PolicyStatementProps['conditions'] => [{ operator: 'ArnNotEquals', key: 'aws:PrincipalArn', values: arns }];
  const everyone = { effect: PolicyEffect.DENY, principals: { aws: ['*'] } };
  return [
    // ECR itself comes by a service principal: its own replication and scans are of no account.
    {
      ...everyone,
      sid: 'DenyOtherAccounts',
      actions: ['ecr:*'],
      conditions: [{ operator: 'StringNotEquals', key: 'aws:PrincipalAccount', values: [account] }, { operator: 'BoolIfExists', key: 'aws:PrincipalIsAWSService', values: ['false'] }],
    },
    ...(pushers.length === 0 ? [] : [{ ...everyone, sid: 'DenyOtherPushers', actions: PUSH, conditions: but(pushers) }]),
    { ...everyone, sid: 'DenyChanges', actions: CHANGES, conditions: but(administrators) },
  ];
}
