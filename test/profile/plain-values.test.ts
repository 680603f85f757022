import { Attestation } from '../../lib/controls/attestation';
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { AuditLevel } from '../../lib/profile/audit-rule';
import { EncryptionMigration } from '../../lib/profile/encryption-settings';
import { Environment } from '../../lib/profile/environment';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { ObjectLock } from '../../lib/profile/object-lock';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import { HipaaProfile } from '../../lib/profile/profile';
import { eksProps, IMAGE, selfManagedProps } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

const lock = ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' });
const TOKEN = '${TfToken[TOKEN.1]}';
const ISSUER = 'https://oidc.example.com/healthcare-cluster';
/** A profile with values that only a JavaScript caller can give. */
const make = (changes: object): HipaaProfile => new HipaaProfile({ ...eksProps(), ...changes });
const external = Platform.external({ provider: 'AKS', version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM });
/** What a cluster outside EKS must say for itself. */
const OUTSIDE = { archive: { lock, account: '123456789012', region: 'us-east-1' }, logShipper: { image: IMAGE, serviceAccountIssuer: ISSUER } };

describe('a Terraform reference is refused', () => {
  const inException = new ControlException({ control: Control.CP1_BACKUP, reason: `see ${TOKEN}`, approver: 'a', expires: '2027-01-31' });
  const inAttestation = new Attestation({ control: Control.EV2_ATTEST, statement: 'a', by: TOKEN, on: '2026-02-01', until: '2027-02-01' });
  const selfManagedWith = (changes: object): object => ({
    ...selfManagedProps(),
    platform: Platform.selfManaged({
      version: KubernetesVersion.V1_33,
      networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM,
      encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED },
      ...changes,
    }),
  });

  test.each<[string, object, string]>([
    ['cluster', { cluster: TOKEN }, TOKEN],
    ['cluster', { cluster: `c-${TOKEN}` }, `c-${TOKEN}`],
    ['phiNamespaces.name', { phiNamespaces: [{ name: TOKEN, environment: Environment.PROD }] }, TOKEN],
    ['phiNamespaces.environment', { phiNamespaces: [{ name: 'a', environment: TOKEN }] }, TOKEN],
    ['groups.auditors', { groups: { ...eksProps().groups, auditors: TOKEN } }, TOKEN],
    ['groups.developers', { groups: { ...eksProps().groups, developers: 'a${var.b}' } }, 'a${var.b}'],
    ['groups.securityAdmins', { groups: { ...eksProps().groups, securityAdmins: TOKEN } }, TOKEN],
    ['groups.groupsPrefix', { groups: { ...eksProps().groups, groupsPrefix: `${TOKEN}:` } }, `${TOKEN}:`],
    ['keyAdministrators', { keyAdministrators: [TOKEN] }, TOKEN],
    ['keyAdministrators', { keyAdministrators: ['#{TfToken[TOKEN.2]}'] }, '#{TfToken[TOKEN.2]}'],
    ['keyAdministrators', { keyAdministrators: [`arn:aws:iam::${TOKEN}:role/keys`] }, `arn:aws:iam::${TOKEN}:role/keys`],
    ['archive.lock.acknowledgedBy', { archive: { lock: ObjectLock.compliance({ acknowledgedBy: TOKEN }) } }, TOKEN],
    ['archive.account', { archive: { lock, account: TOKEN } }, TOKEN],
    ['archive.region', { archive: { lock, region: TOKEN } }, TOKEN],
    ['archive.bucketName', { archive: { lock, bucketName: TOKEN } }, TOKEN],
    ['logShipper.image', { logShipper: { image: `registry.example.com/${TOKEN}@sha256:${'a'.repeat(64)}` } }, `registry.example.com/${TOKEN}@sha256:${'a'.repeat(64)}`],
    ['logShipper.serviceAccountIssuer', { ...OUTSIDE, platform: external, logShipper: { image: IMAGE, serviceAccountIssuer: `https://${TOKEN}` } }, `https://${TOKEN}`],
    ['imageRegistry', { imageRegistry: TOKEN }, TOKEN],
    ['terraformState.bucketName', { terraformState: { bucketName: TOKEN } }, TOKEN],
    ['terraformState.kmsKeyArn', { terraformState: { kmsKeyArn: TOKEN } }, TOKEN],
    ['exceptions.reason', { exceptions: [inException] }, `see ${TOKEN}`],
    ['attestations.by', { attestations: [inAttestation] }, TOKEN],
    ['platform.region', { platform: Platform.eks({ region: TOKEN, account: '123456789012', version: KubernetesVersion.V1_33 }) }, TOKEN],
    ['platform.account', { platform: Platform.eks({ region: 'us-east-1', account: TOKEN, version: KubernetesVersion.V1_33 }), archive: { lock, account: '123456789012' } }, TOKEN],
    ['platform.provider', { platform: Platform.external({ provider: TOKEN, version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM }) }, TOKEN],
    ['platform.encryptionConfiguration.provider.name', selfManagedWith({ encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED, provider: { name: TOKEN } } }), TOKEN],
    ['platform.auditPolicy.rules.users', selfManagedWith({ auditPolicy: { rules: [{ level: AuditLevel.METADATA, users: [TOKEN] }] } }), TOKEN],
  ])('in %s', (field, changes, value) => {
    expectRefusal(() => make(changes), { path: `HipaaProfile.${field}`, value, rule: 'nothing tokenised crosses', remedy: 'write the value itself' });
  });
});
