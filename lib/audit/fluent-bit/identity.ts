import type { EnvVar, Volume, VolumeMount } from 'cdk8s-plus-28/lib/imports/k8s';
import { checkArn, checkPartition } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { type Platform, PlatformKind } from '../../profile/platform';
import { checkConfigText } from './checks';

/** How a shipper's pods prove to AWS who they are. Never by the role of their node, which every pod of the node would share. */
export interface ShipperIdentity {
  /** Role that a token of the service account is exchanged for; undefined with EKS Pod Identity. */
  readonly roleArn?: string;
}

export function identityOf(path: string, platform: Platform, region: string, roleArn: string | undefined, podIdentity: boolean | undefined): ShipperIdentity {
  if (podIdentity !== undefined && typeof podIdentity !== 'boolean') {
    throw Errors.refused(path, 'podIdentity is no boolean', podIdentity, 'EKS Pod Identity is used or it is not', 'use true or false');
  }
  const usesPodIdentity = podIdentity ?? (platform.kind === PlatformKind.EKS && roleArn === undefined);
  if (usesPodIdentity && platform.kind !== PlatformKind.EKS) {
    throw Errors.notOnPlatform(path, 'podIdentity', platform.label, 'EKS Pod Identity has its agent on the nodes of Amazon EKS alone', 'give serviceAccountRoleArn: a role that trusts the cluster\'s service account issuer');
  }
  if (usesPodIdentity && roleArn !== undefined) {
    throw Errors.refused(path, 'two identities for one service account', roleArn, 'Amazon EKS: a pod has a Pod Identity association or a role for its service account', 'leave out podIdentity or serviceAccountRoleArn');
  }
  if (usesPodIdentity) return {};
  if (roleArn === undefined) {
    throw Errors.missing(path, 'serviceAccountRoleArn', 'register the cluster\'s service account issuer with IAM as an OIDC provider, and give the role that trusts it: without one nothing is shipped');
  }
  checkConfigText(path, 'serviceAccountRoleArn', roleArn);
  checkArn(path, 'serviceAccountRoleArn', roleArn, 'iam');
  if (!/^arn:[^:]+:iam::[0-9]{12}:role\//.test(roleArn)) {
    throw Errors.refused(path, 'serviceAccountRoleArn is no role', roleArn, 'control AC11, 45 CFR 164.312(a)(1): workloads assume roles', "use the ARN of a role, such as 'arn:aws:iam::123456789012:role/healthcare-cluster-log-shipper'");
  }
  checkPartition(path, 'serviceAccountRoleArn', roleArn, region);
  return { roleArn };
}

const TOKENS = '/var/run/secrets/eks.amazonaws.com/serviceaccount';
const VOLUME = 'aws-iam-token';
/** Seconds; kubelet renews the token before it ends. */
const TOKEN_SECONDS = 3600;

export interface IdentityParts {
  readonly env: EnvVar[];
  readonly volumes: Volume[];
  readonly mounts: VolumeMount[];
}

/**
 * What a pod needs to exchange a token of its service account for the role. On EKS a webhook would add the same, under the same names, and
 * so leaves it alone; elsewhere nobody else does. With Pod Identity, the webhook of EKS adds a token of its own, whatever automountServiceAccountToken says.
 */
export function identityParts(identity: ShipperIdentity, region: string): IdentityParts {
  if (identity.roleArn === undefined) return { env: [], volumes: [], mounts: [] };
  return {
    env: [
      { name: 'AWS_REGION', value: region },
      { name: 'AWS_ROLE_ARN', value: identity.roleArn },
      { name: 'AWS_WEB_IDENTITY_TOKEN_FILE', value: `${TOKENS}/token` },
    ],
    volumes: [{ name: VOLUME, projected: { sources: [{ serviceAccountToken: { audience: 'sts.amazonaws.com', expirationSeconds: TOKEN_SECONDS, path: 'token' } }] } }],
    mounts: [{ name: VOLUME, mountPath: TOKENS, readOnly: true }],
  };
}
