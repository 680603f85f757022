import { EncryptionMigration } from '../../lib/profile/encryption-settings';
import { Environment } from '../../lib/profile/environment';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { ObjectLock } from '../../lib/profile/object-lock';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import { HipaaProfile, type HipaaProfileProps } from '../../lib/profile/profile';

export const IMAGE = `123456789012.dkr.ecr.us-east-1.amazonaws.com/fluent-bit@sha256:${'0123456789abcdef'.repeat(4)}`;

/** Props of a valid profile on EKS; a test changes what it is about. */
export const eksProps = (changes: Partial<HipaaProfileProps> = {}): HipaaProfileProps => ({
  cluster: 'healthcare-cluster',
  platform: Platform.eks({ region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33 }),
  phiNamespaces: [
    { name: 'healthcare-prod', environment: Environment.PROD },
    { name: 'patient-data', environment: Environment.PROD },
  ],
  groups: { auditors: 'auditors@company.com', developers: 'developers@company.com', securityAdmins: 'security-admins@company.com' },
  keyAdministrators: ['arn:aws:iam::123456789012:role/key-administrators'],
  terraformRole: 'arn:aws:iam::123456789012:role/terraform',
  archive: { lock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }) },
  logShipper: { image: IMAGE },
  ...changes,
});

/** Props of a valid profile on a self-managed cluster. */
export const selfManagedProps = (changes: Partial<HipaaProfileProps> = {}): HipaaProfileProps => eksProps({
  platform: Platform.selfManaged({
    version: KubernetesVersion.V1_33,
    networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM,
    encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED },
    apiServerCidrs: ['10.30.0.0/28', '10.96.0.1/32'],
  }),
  archive: { lock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }), account: '123456789012', region: 'us-east-1' },
  logShipper: { image: IMAGE, serviceAccountIssuer: 'https://oidc.example.com/healthcare-cluster' },
  ...changes,
});

export const eksProfile = (changes: Partial<HipaaProfileProps> = {}): HipaaProfile => new HipaaProfile(eksProps(changes));
export const selfManagedProfile = (changes: Partial<HipaaProfileProps> = {}): HipaaProfile => new HipaaProfile(selfManagedProps(changes));
