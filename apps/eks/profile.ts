import {
  AgentNamespace, AlarmSubscriber, Environment, HipaaProfile, ImageAuthority, KubernetesVersion, MeshMode, ObjectLock, Platform, RequiredAttestation, Retention, SignIn,
} from '../../lib/kubernetes';
import { requestedVersion } from '../requested-version';

const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';

/** The reference platform on Amazon EKS. */
export const profile = new HipaaProfile({
  cluster: 'healthcare-cluster',
  platform: Platform.eks({
    region: 'us-east-1',
    account: '123456789012',
    version: requestedVersion(KubernetesVersion.V1_33),
    vpcCidrs: ['10.20.0.0/16'],
    // Subnets of the control plane alone: no pod counts as the API server.
    controlPlaneCidrs: ['10.20.255.0/28', '10.20.255.16/28'],
    agentNamespaces: [
      // policy-controller and the drivers call AWS by interface endpoints of the VPC: ECR, EC2, KMS, Secrets Manager, and S3 with private names, out of which ECR hands layers.
      AgentNamespace.gatekeeper(), AgentNamespace.istio(), AgentNamespace.policyController(), AgentNamespace.certManager(), AgentNamespace.guardDuty(),
      // Its bucket is in another region, for which no endpoint of the VPC answers.
      { ...AgentNamespace.velero(), egressCidrs: ['0.0.0.0/0'] },
      AgentNamespace.ebsCsiController(), AgentNamespace.ebsCsiNode(), AgentNamespace.secretsStoreDriver(), AgentNamespace.secretsStoreAwsProvider(),
      // In the ambient mesh: it calls workloads by the tunnel.
      AgentNamespace.ingressNginx([15008]),
    ],
    // In strict mode once the charts were applied: the driver's pods start closed, and Terraform waits for them.
    ebsCsiDriver: true,
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
  mesh: { mode: MeshMode.AMBIENT },
  imageSigning: {
    authorities: [ImageAuthority.awsKms('arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab')],
    attestations: [RequiredAttestation.cycloneDx(), RequiredAttestation.vulnerabilityReport({ maxAgeDays: 30 })],
  },
  detection: { falco: { image: `${REGISTRY}/falco@sha256:${'7a'.repeat(32)}` } },
  breakGlass: { image: `${REGISTRY}/kubectl@sha256:${'8b'.repeat(32)}` },
  recovery: { region: 'us-west-2', vaultLock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }), volumeEveryHours: 6 },
  backups: {
    schedule: '15 */6 * * *', objectives: { rpoHours: 6, rtoHours: 4 },
    restoreTest: { image: `${REGISTRY}/kubectl@sha256:${'8b'.repeat(32)}` },
  },
  imageRepositories: ['patient-portal', 'patient-records', 'fluent-bit', 'falco', 'kubectl'],
  logShipper: { image: `${REGISTRY}/fluent-bit@sha256:${'5f'.repeat(32)}` },
});
