import { Environment, HipaaProfile, KubernetesVersion, ObjectLock, Platform, Retention } from '../../lib/kubernetes';
import { requestedVersion } from '../requested-version';

/** The reference platform on Amazon EKS. */
export const profile = new HipaaProfile({
  cluster: 'healthcare-cluster',
  platform: Platform.eks({ region: 'us-east-1', account: '123456789012', version: requestedVersion(KubernetesVersion.V1_33) }),
  phiNamespaces: [
    { name: 'healthcare-prod', environment: Environment.PROD },
    { name: 'patient-data', environment: Environment.PROD },
  ],
  groups: { auditors: 'auditors@company.com', developers: 'developers@company.com', securityAdmins: 'security-admins@company.com' },
  keyAdministrators: ['arn:aws:iam::123456789012:role/key-administrators'],
  terraformRole: 'arn:aws:iam::123456789012:role/terraform',
  retention: Retention.years(6),
  archive: { lock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }) },
  logShipper: { image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/fluent-bit@sha256:${'5f'.repeat(32)}` },
});
