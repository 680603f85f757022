import { AlarmSubscriber, Environment, HipaaProfile, KubernetesVersion, ObjectLock, Platform, Retention, SignIn } from '../../lib/kubernetes';
import { requestedVersion } from '../requested-version';

/** The reference platform on Amazon EKS. */
export const profile = new HipaaProfile({
  cluster: 'healthcare-cluster',
  platform: Platform.eks({
    region: 'us-east-1',
    account: '123456789012',
    version: requestedVersion(KubernetesVersion.V1_33),
    vpcCidrs: ['10.20.0.0/16'],
    identityProvider: { issuerUrl: 'https://login.company.com/healthcare', clientId: 'healthcare-cluster', requiredClaims: { acr: 'mfa' }, mfaClaim: 'acr' },
  }),
  phiNamespaces: [
    { name: 'healthcare-prod', environment: Environment.PROD },
    { name: 'patient-data', environment: Environment.PROD },
  ],
  groups: { auditors: 'auditors@company.com', developers: 'developers@company.com', securityAdmins: 'security-admins@company.com' },
  keyAdministrators: ['arn:aws:iam::123456789012:role/key-administrators'],
  terraformRole: 'arn:aws:iam::123456789012:role/terraform',
  retention: Retention.years(6),
  archive: { lock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }), since: '2026-11-01', replicaRegion: 'us-west-2' },
  alarms: [AlarmSubscriber.email('security@company.com'), AlarmSubscriber.https('https://events.company.com/aws')],
  people: {
    auditors: SignIn.saml({ providerArn: 'arn:aws:iam::123456789012:saml-provider/company', mfaTag: { key: 'mfa', value: 'true' } }),
    developers: SignIn.saml({ providerArn: 'arn:aws:iam::123456789012:saml-provider/company', mfaTag: { key: 'mfa', value: 'true' } }),
    securityAdmins: SignIn.saml({ providerArn: 'arn:aws:iam::123456789012:saml-provider/company', mfaTag: { key: 'mfa', value: 'true' } }),
    // Works when the identity provider does not.
    breakGlass: SignIn.iamUsers({ userArns: ['arn:aws:iam::123456789012:user/break-glass/alice', 'arn:aws:iam::123456789012:user/break-glass/bob'] }),
  },
  recovery: { region: 'us-west-2', vaultLock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }) },
  imageRepositories: ['patient-portal', 'fluent-bit'],
  logShipper: { image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/fluent-bit@sha256:${'5f'.repeat(32)}` },
});
