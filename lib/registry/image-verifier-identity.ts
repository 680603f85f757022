import { EksPodIdentityAssociation } from '@cdktf/provider-aws/lib/eks-pod-identity-association';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { podIdentityTrust } from '../iam/pod-identity-trust';
import { PolicyDocument } from '../iam/policy-document';
import { PolicyEffect, type PolicyStatementProps } from '../iam/policy-statement';
import { dnsSuffixOf, partitionOf } from '../profile/aws';
import { checkAccount, checkClusterName, checkDnsLabel, checkDnsSubdomain, checkFields, checkKeyArn, checkKnownAtSynth, checkPartition, checkRegion, checkRoleName } from '../profile/checks';
import { Errors } from '../profile/errors';
import { ecrRegistryOf } from './ecr-registry';

export interface ImageVerifierIdentityProps {
  /** Cluster whose pods may have the identity; it needs the EKS Pod Identity Agent (`EksPodIdentityAgent`). */
  readonly clusterName: string;
  readonly account: string;
  /** Region of the cluster. */
  readonly region: string;
  readonly roleName: string;
  /** Namespace of policy-controller. @default cosign-system */
  readonly namespace?: string;
  /** Service account of policy-controller's webhook. @default policy-controller-webhook, as its chart names it */
  readonly serviceAccount?: string;
  /**
   * Registries of Amazon ECR, or paths below them, whose images are verified: `123456789012.dkr.ecr.us-east-1.amazonaws.com/healthcare`. Those of another account have to let
   * the role in as well.
   * @default - every repository of the account in the cluster's region
   */
  readonly registries?: readonly string[];
  /**
   * ARNs of the KMS keys that sign (`ImageAuthority.awsKms`); each key's policy lets the role ask for its public half, or leaves that to IAM.
   * @default - none: public keys and identities sign
   */
  readonly kmsKeyArns?: readonly string[];
}

const FIELDS = ['clusterName', 'account', 'region', 'roleName', 'namespace', 'serviceAccount', 'registries', 'kmsKeyArns'];

/**
 * The AWS identity of Sigstore's policy-controller, by EKS Pod Identity: it pulls what lies beside an image in ECR, its signatures and attestations, and reads the public half of
 * the keys that sign. It pushes nothing, and it signs nothing.
 *
 * Serves 45 CFR 164.312(a)(1) and 308(a)(5)(ii)(B). Without it the verifier reads no signature: strict network policies keep it from the credentials of its node, and it
 * refuses each image of a PHI namespace.
 *
 * @example
 *   new ImageVerifierIdentity(stack, 'ImageVerifier', {
 *     clusterName: 'healthcare-cluster', account: '123456789012', region: 'us-east-1', roleName: 'healthcare-cluster-image-verifier',
 *     kmsKeyArns: ['arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
 *   });
 */
export class ImageVerifierIdentity extends Construct {
  public readonly role: IamRole;
  public readonly association: EksPodIdentityAssociation;

  public constructor(scope: Construct, id: string, props: ImageVerifierIdentityProps) {
    super(scope, id);
    const path = this.node.path;
    const { clusterName, account, region, roleName, namespace = 'cosign-system', serviceAccount = 'policy-controller-webhook', kmsKeyArns = [] } = props;
    checkFields(path, props, FIELDS, 'the identity of an image verifier takes no other field');
    checkClusterName(path, 'clusterName', clusterName);
    checkAccount(path, 'account', account);
    checkRegion(path, 'region', region);
    checkKnownAtSynth(path, 'region', region);
    checkRoleName(path, 'roleName', roleName);
    checkDnsLabel(path, 'namespace', namespace);
    checkDnsSubdomain(path, 'serviceAccount', serviceAccount);
    const { registries = [`${account}.dkr.ecr.${region}.${dnsSuffixOf(region)}`] } = props;
    const repositories = registries.map((registry) => repositoriesOf(path, registry, region));
    for (const arn of kmsKeyArns) {
      checkKeyArn(path, 'kmsKeyArns', arn);
      checkPartition(path, 'kmsKeyArns', arn, region);
    }

    const trust = podIdentityTrust({ clusterName, account, region, namespace, serviceAccount });
    this.role = new IamRole(this, 'Role', { name: roleName, assumeRolePolicy: new PolicyDocument(path, [trust]).toJson() });
    const statements = [...pullStatements(repositories), ...keyStatements(kmsKeyArns)];
    if (statements.length > 0) new IamRolePolicy(this, 'RolePolicy', { name: 'verify-images', role: this.role.name, policy: new PolicyDocument(path, statements).toJson() });
    this.association = new EksPodIdentityAssociation(this, 'Resource', { clusterName, namespace, serviceAccount, roleArn: this.role.arn, region });

    Safeguard.implement(this.association, Control.AC11_WORKLOAD_ID, "the verifier's service account alone gets the role, which pulls images, reads public keys and trusts no other");
  }
}

function repositoriesOf(path: string, registry: string, region: string): string {
  const ecr = typeof registry === 'string' ? ecrRegistryOf(registry) : undefined;
  if (!ecr) {
    throw Errors.refused(path, 'registries has one that is no registry of Amazon ECR', registry, 'control PS3, 45 CFR 164.308(a)(5)(ii)(B): an AWS identity reads registries of AWS', "use a host and an optional path, such as '123456789012.dkr.ecr.us-east-1.amazonaws.com'");
  }
  const arn = `arn:${partitionOf(ecr.region)}:ecr:${ecr.region}:${ecr.account}:repository/${ecr.below === '' ? '' : `${ecr.below}/`}*`;
  checkPartition(path, 'registries', arn, region);
  return arn;
}

function pullStatements(repositories: readonly string[]): PolicyStatementProps[] {
  if (repositories.length === 0) return [];
  return [
    {
      sid: 'AllowRegistryToken',
      effect: PolicyEffect.ALLOW,
      actions: ['ecr:GetAuthorizationToken'],
      resources: ['*'],
      reason: 'ECR takes no resource for it (Service Authorization Reference); the token opens what the other statements name, and nothing else',
    },
    // Referrers of an image are listed with ecr:BatchGetImage as well (Amazon ECR, ListImageReferrers).
    { sid: 'AllowPull', effect: PolicyEffect.ALLOW, actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], resources: repositories },
  ];
}

function keyStatements(kmsKeyArns: readonly string[]): PolicyStatementProps[] {
  return kmsKeyArns.length === 0 ? [] : [{ sid: 'AllowPublicKeys', effect: PolicyEffect.ALLOW, actions: ['kms:DescribeKey', 'kms:GetPublicKey'], resources: kmsKeyArns }];
}
