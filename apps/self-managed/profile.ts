import {
  AlarmSubscriber, Attestation, Control, EncryptionMigration, Environment, HipaaProfile, ImageAuthority, KubernetesVersion, MeshMode, NetworkPolicyEnforcer, ObjectLock, Platform,
} from '../../lib/kubernetes';
import { requestedVersion } from '../requested-version';

const REGISTRY = '210987654321.dkr.ecr.us-east-1.amazonaws.com';

/** The reference platform on a control plane of one's own (kubeadm), with its archive in AWS. */
export const profile = new HipaaProfile({
  cluster: 'healthcare-cluster',
  platform: Platform.selfManaged({
    version: requestedVersion(KubernetesVersion.V1_33),
    networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM,
    apiServerCidrs: ['10.30.0.0/28', '10.96.0.1/32'],
    encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED },
    kmsPlugin: {
      image: `${REGISTRY}/aws-encryption-provider@sha256:${'7a'.repeat(32)}`,
      keyArn: 'arn:aws:kms:us-east-1:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    },
  }),
  phiNamespaces: [
    { name: 'healthcare-prod', environment: Environment.PROD },
    { name: 'patient-data', environment: Environment.PROD },
  ],
  groups: { auditors: 'auditors@company.com', developers: 'developers@company.com', securityAdmins: 'security-admins@company.com' },
  keyAdministrators: ['arn:aws:iam::210987654321:role/key-administrators'],
  terraformRole: 'arn:aws:iam::210987654321:role/terraform',
  archive: { account: '210987654321', region: 'us-east-1', lock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }) },
  logShipper: {
    image: `${REGISTRY}/fluent-bit@sha256:${'5f'.repeat(32)}`,
    serviceAccountIssuer: 'https://oidc.company.com/healthcare-cluster',
  },
  alarms: [AlarmSubscriber.email('security@company.com')],
  mesh: { mode: MeshMode.SIDECAR },
  imageSigning: {
    authorities: [ImageAuthority.keyless({ issuer: 'https://token.actions.githubusercontent.com', subject: 'https://github.com/company/images/.github/workflows/release.yml@refs/heads/main' })],
  },
  detection: { falco: { image: `${REGISTRY}/falco@sha256:${'7c'.repeat(32)}` } },
  breakGlass: {
    image: `${REGISTRY}/kubectl@sha256:${'8b'.repeat(32)}`,
    group: 'break-glass@company.com', approver: 'ciso@company.com', session: 'OIDC token of one hour, after a second person approved in the identity provider',
  },
  backups: {
    bucket: 'healthcare-cluster-backups', region: 'us-west-2', schedule: '15 */6 * * *', objectives: { rpoHours: 6, rtoHours: 4 },
    // The pods of patient-data mount a password that is not restored: that namespace is for drills.
    restoreTest: { image: `${REGISTRY}/kubectl@sha256:${'8b'.repeat(32)}`, phiNamespaces: ['healthcare-prod'], scratchStorageClass: 'encrypted-scratch' },
  },
  attestations: [new Attestation({
    control: Control.NW2_ENFORCER, statement: 'Cilium enforces NetworkPolicies on every node; canary of the runbook NET-4', by: 'platform@company.com', on: '2026-11-02', until: '2027-11-01',
  })],
});
