import { AdmissionEngineKind } from '../../lib/profile/admission-engine';
import { AgentNamespace } from '../../lib/profile/agent-namespace';
import { AlarmSubscriber } from '../../lib/profile/alarm-subscriber';
import { Attestation } from '../../lib/controls/attestation';
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { AuditLevel } from '../../lib/profile/audit-rule';
import type { BackupSettings } from '../../lib/profile/backup-settings';
import type { BreakGlassSettings } from '../../lib/profile/break-glass-settings';
import { ColdStorage } from '../../lib/profile/cold-storage';
import { DeliveryPath } from '../../lib/profile/delivery-path';
import { EncryptionMigration } from '../../lib/profile/encryption-settings';
import { Environment } from '../../lib/profile/environment';
import type { ImageSigningSettings } from '../../lib/profile/image-signing-settings';
import { ImageAuthority } from '../../lib/profile/images/image-authority';
import { ImagePolicyMode } from '../../lib/profile/images/image-policy-mode';
import { RequiredAttestation } from '../../lib/profile/images/required-attestation';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { MeshMode } from '../../lib/profile/mesh-mode';
import type { MeshSettings } from '../../lib/profile/mesh-settings';
import { ObjectLock } from '../../lib/profile/object-lock';
import type { PeopleSettings } from '../../lib/profile/people-settings';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import { HipaaProfile, type HipaaProfileProps, type LogArchiveProps, type LogShipperSettings, type TerraformStateProps } from '../../lib/profile/profile';
import { Retention } from '../../lib/profile/retention';
import { SignIn } from '../../lib/profile/sign-in';
import { eksProfile, eksProps, IMAGE, selfManagedProfile, selfManagedProps } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

const lock = ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' });
const exceptionFor = (control: Control): ControlException => new ControlException({ control, reason: 'trial cluster without PHI', approver: 'ciso@company.com', expires: '2027-01-31' });
const attestation = new Attestation({ control: Control.EV2_ATTEST, statement: 'risk analysis RA-7', by: 'ciso@company.com', on: '2026-02-01', until: '2027-02-01' });
const signIn = (permissionSet: string): SignIn => SignIn.identityCenter({ permissionSet });
const PEOPLE: PeopleSettings = { auditors: signIn('Auditor'), developers: signIn('Developer'), securityAdmins: signIn('SecurityAdmin'), breakGlass: signIn('BreakGlass') };
const MESH: Required<MeshSettings> = { mode: MeshMode.SIDECAR, revision: 'stable', trustDomain: 'company.mesh', controlPlaneNamespace: 'istio-system', istiodPodLabels: { app: 'istiod' } };
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const SIGNING: Required<ImageSigningSettings> = { authorities: [ImageAuthority.awsKms(KEY)], attestations: [RequiredAttestation.spdx()], mode: ImagePolicyMode.ENFORCE };
/** Without a group, which is of other platforms. */
const BREAK_GLASS: Required<Omit<BreakGlassSettings, 'group' | 'approver' | 'session'>> = { image: IMAGE, everyMinutes: 10, longestHours: 8 };
/** Of EKS, where recovery makes the bucket. */
const BACKUPS: Required<Omit<BackupSettings, 'bucket' | 'region'>> = {
  schedule: '0 */4 * * *', objectives: { rpoHours: 4, rtoHours: 8 }, ttlHours: 720, snapshotVolumes: true, fileSystemBackup: false, restoreTest: { image: IMAGE },
};
const TOKEN = '${TfToken[TOKEN.1]}';
const ISSUER = 'https://oidc.example.com/healthcare-cluster';
/** A profile with values that only a JavaScript caller can give. */
const make = (changes: object): HipaaProfile => new HipaaProfile({ ...eksProps(), ...changes });
const external = Platform.external({ provider: 'AKS', version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM });
/** What a cluster outside EKS must say for itself. */
const OUTSIDE = { archive: { lock, account: '123456789012', region: 'us-east-1' }, logShipper: { image: IMAGE, serviceAccountIssuer: ISSUER } };

describe('HipaaProfile', () => {
  test('has safe defaults on EKS', () => {
    const profile = eksProfile();

    expect(profile.retention.days).toBe(2192);
    expect(profile.groups.groupsPrefix).toBe('oidc:');
    expect(profile.account).toBe('123456789012');
    expect(profile.region).toBe('us-east-1');
    expect(profile.imageRegistry).toBe('123456789012.dkr.ecr.us-east-1.amazonaws.com');
    expect(profile.terraformState).toEqual({});
    expect([profile.delivery, profile.archiveSince, profile.replicaRegion]).toEqual([DeliveryPath.STAGED, '2026-01-01', undefined]);
    expect([profile.alarms, profile.detection, profile.imageRepositories, profile.fipsEndpoints]).toEqual([[], {}, [], false]);
    expect([profile.people, profile.recovery]).toEqual([undefined, undefined]);
    expect([profile.mesh, profile.imageSigning, profile.breakGlass, profile.backups, profile.allowedEnvNames]).toEqual([undefined, undefined, undefined, undefined, []]);
    expect(profile.exceptions).toEqual([]);
    expect([profile.exemptions, profile.admission]).toEqual([[], {}]);
    expect(profile.attestations).toEqual([]);
    expect(profile.names.archiveBucket).toBe('hipaa-audit-logs-123456789012-us-east-1');
    expect(profile.names.clusterLogGroup).toBe('/aws/eks/healthcare-cluster/cluster');
  });

  test('takes every prop', () => {
    const archive: Required<LogArchiveProps> = {
      lock, account: '210987654321', region: 'us-west-2', bucketName: 'my-archive', coldStorage: ColdStorage.deepArchive(), delivery: DeliveryPath.DIRECT, since: '2026-11-01', readers: ['arn:aws:iam::210987654321:role/reader'], replicaRegion: 'us-east-2',
    };
    // An issuer is for clusters outside EKS alone, and is taken there below.
    const logShipper: Required<Omit<LogShipperSettings, 'serviceAccountIssuer' | 'formerServiceAccountIssuers'>> = { image: IMAGE, seLinuxType: 'spc_t' };
    const terraformState: Required<TerraformStateProps> = { bucketName: 'my-state', kmsKeyArn: 'arn:aws:kms:us-west-2:210987654321:key/0a1b2c3d' };
    const props: Required<HipaaProfileProps> = {
      cluster: 'c2',
      platform: Platform.eks({
        region: 'us-west-2', account: '210987654321', version: KubernetesVersion.V1_36, agentNamespaces: [AgentNamespace.gatekeeper(), AgentNamespace.istio(), AgentNamespace.policyController(), { ...AgentNamespace.velero(), egressCidrs: ['0.0.0.0/0'] }],
      }),
      phiNamespaces: [{ name: 'phi', environment: Environment.DEV, quota: { pods: 10 }, limits: { maxCpuCores: 2 } }],
      groups: { auditors: 'a', developers: 'b', securityAdmins: 'c', groupsPrefix: 'sso:' },
      keyAdministrators: ['arn:aws:iam::210987654321:role/keys', 'arn:aws:iam::210987654321:user/jane'],
      terraformRole: 'arn:aws:iam::210987654321:role/terraform',
      archive,
      logShipper,
      retention: Retention.years(7),
      imageRegistry: 'registry.example.com/approved',
      approvedRegistries: ['registry.example.com/approved', 'ghcr.io/company'],
      terraformState,
      alarms: [AlarmSubscriber.email('security@company.com')],
      people: PEOPLE,
      detection: { configurationRecorder: true },
      sessions: { documentName: 'care-session' },
      recovery: { region: 'us-east-1', vaultLock: lock },
      imageRepositories: ['patient-portal'],
      mesh: MESH,
      imageSigning: SIGNING,
      breakGlass: BREAK_GLASS,
      backups: BACKUPS,
      admission: { engine: AdmissionEngineKind.GATEKEEPER, apiClients: [{ namespace: 'phi', name: 'operator' }], tlsPorts: [8443], storageClasses: ['encrypted'], interactiveUsers: ['system:serviceaccount:velero:velero'] },
      allowedEnvNames: ['TLS_SECRET'],
      fipsEndpoints: true,
      exceptions: [exceptionFor(Control.CP1_BACKUP)],
      attestations: [attestation],
    };
    const profile = new HipaaProfile(props);

    expect(profile.cluster).toBe('c2');
    expect(profile.platform).toBe(props.platform);
    expect(profile.phiNamespaces).toEqual(props.phiNamespaces);
    expect({ ...profile.groups }).toEqual(props.groups);
    expect(profile.keyAdministrators).toEqual(props.keyAdministrators);
    expect(profile.objectLock).toBe(lock);
    expect([profile.account, profile.region]).toEqual(['210987654321', 'us-west-2']);
    expect(profile.names).toMatchObject({ archiveBucket: 'my-archive', archiveBucketArn: 'arn:aws:s3:::my-archive' });
    expect(profile.logShipper).toEqual(logShipper);
    expect(profile.retention.days).toBe(2557);
    expect(profile.imageRegistry).toBe('registry.example.com/approved');
    expect(profile.approvedRegistries).toEqual(props.approvedRegistries);
    expect(profile.terraformState).toEqual(terraformState);
    expect(profile.coldStorage).toBe(archive.coldStorage);
    expect(profile.archiveReaders).toEqual(archive.readers);
    expect([profile.delivery, profile.archiveSince, profile.replicaRegion]).toEqual([DeliveryPath.DIRECT, '2026-11-01', 'us-east-2']);
    expect(profile).toMatchObject({
      alarms: props.alarms, people: props.people, detection: props.detection, recovery: props.recovery,
      imageRepositories: props.imageRepositories, fipsEndpoints: true, sessions: props.sessions, mesh: MESH, breakGlass: BREAK_GLASS, allowedEnvNames: ['TLS_SECRET'],
      backups: BACKUPS,
    });
    expect(profile.imageSigning).toEqual(SIGNING);
    expect(profile.imageSigning!.authorities[0]).toBe(SIGNING.authorities[0]);
    expect(profile.exceptions).toEqual(props.exceptions);
    expect(profile.attestations).toEqual([attestation]);
    expect(profile.exceptionFor(Control.CP1_BACKUP)).toBe(props.exceptions[0]);
    expect(profile.exceptionFor(Control.CP2_DR)).toBeUndefined();
  });

  test('names the archive itself where the cluster is not on EKS', () => {
    const profile = selfManagedProfile();

    expect([profile.account, profile.region, profile.names.archiveBucket]).toEqual(['123456789012', 'us-east-1', 'hipaa-audit-logs-123456789012-us-east-1']);
    expect(make({ ...OUTSIDE, platform: external }).names.archiveBucket).toBe('hipaa-audit-logs-123456789012-us-east-1');
  });

  test.each([
    ['us-east-1', 'aws', 'amazonaws.com'], ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'], ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
  ])('derives names of the partition of %s', (region, partition, suffix) => {
    const profile = make({
      platform: Platform.eks({ region, account: '123456789012', version: KubernetesVersion.V1_33 }), keyAdministrators: [`arn:${partition}:iam::123456789012:role/keys`], terraformRole: `arn:${partition}:iam::123456789012:role/terraform`,
      terraformState: { kmsKeyArn: `arn:${partition}:kms:${region}:123456789012:alias/state` },
    });

    expect(profile.names.archiveBucketArn).toBe(`arn:${partition}:s3:::hipaa-audit-logs-123456789012-${region}`);
    expect(profile.names.logShipperRoleArn).toBe(`arn:${partition}:iam::123456789012:role/healthcare-cluster-log-shipper`);
    expect(profile.imageRegistry).toBe(`123456789012.dkr.ecr.${region}.${suffix}`);
  });
});

describe('a profile never changes', () => {
  /** Every object that can be reached, getters left out. */
  function reachable(value: unknown, seen = new Set<object>()): Set<object> {
    if (typeof value !== 'object' || value === null || seen.has(value)) return seen;
    seen.add(value);
    for (const item of Object.values(value)) reachable(item, seen);
    return seen;
  }

  test.each([
    ['EKS', () => eksProfile({
      platform: Platform.eks({ region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33, subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'] }),
      terraformState: { bucketName: 'my-state' }, exceptions: [exceptionFor(Control.CP1_BACKUP)], attestations: [attestation], allowedEnvNames: ['TLS_SECRET'],
    }), 15],
    ['self-managed', () => selfManagedProfile({
      platform: Platform.selfManaged({
        version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM,
        encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED, provider: { name: 'aws-kms' }, formerProviders: [{ name: 'old' }], resources: ['secrets'] },
        auditPolicy: { rules: [{ level: AuditLevel.METADATA, verbs: ['get'], resources: [{ resources: ['pods'] }] }] }, apiServerCidrs: ['10.0.0.0/24'],
      }),
      mesh: MESH, imageSigning: SIGNING, breakGlass: BREAK_GLASS, detection: { falco: { image: IMAGE, internalCidrs: ['203.0.113.0/24'] } },
      phiNamespaces: [{ name: 'phi', environment: Environment.PROD, quota: { pods: 10 }, limits: { maxCpuCores: 2 } }],
    }), 40],
  ])('%s: every object in it is frozen', (_name, build, least) => {
    const objects = [...reachable(build())];

    expect(objects.length).toBeGreaterThanOrEqual(least);
    expect(objects.filter((object) => !Object.isFrozen(object))).toEqual([]);
  });

  test('not through what was given either', () => {
    const phiNamespaces = [{ name: 'healthcare-prod', environment: Environment.PROD }];
    const groups = { auditors: 'a', developers: 'b', securityAdmins: 'c' };
    const keyAdministrators = ['arn:aws:iam::123456789012:role/keys'];
    const archive = { lock, bucketName: 'my-archive' };
    const logShipper = { image: IMAGE };
    const terraformState = { bucketName: 'my-state' };
    const exceptions = [exceptionFor(Control.CP1_BACKUP)];
    const attestations = [attestation];
    const props = { ...eksProps(), phiNamespaces, groups, keyAdministrators, archive, logShipper, terraformState, exceptions, attestations };
    const profile = new HipaaProfile(props);
    const before = JSON.stringify(profile);

    phiNamespaces[0].name = 'default';
    phiNamespaces.pop();
    groups.auditors = 'system:masters';
    keyAdministrators.push('*');
    archive.bucketName = 'evil';
    archive.lock = ObjectLock.governance();
    logShipper.image = 'nginx';
    terraformState.bucketName = 'evil';
    exceptions.push(exceptionFor(Control.AU5_WORM_6Y));
    attestations.pop();
    Object.assign(props, { cluster: 'evil', retention: Retention.days(1) });

    expect(JSON.stringify(profile)).toBe(before);
    expect(profile.objectLock).toBe(lock);
    expect(profile.exceptionFor(Control.AU5_WORM_6Y)).toBeUndefined();
  });

  test('nor by assignment', () => {
    const profile = eksProfile();
    expect(() => Object.assign(profile, { cluster: 'evil' })).toThrow(TypeError);
    expect(() => (profile.phiNamespaces as unknown[]).push({})).toThrow(TypeError);
    expect(() => Object.assign(profile.phiNamespaces[0], { environment: Environment.DEV })).toThrow(TypeError);
    expect(() => Object.assign(profile.names, { archiveBucket: 'evil' })).toThrow(TypeError);
    expect(() => (profile.keyAdministrators as string[]).push('*')).toThrow(TypeError);
  });
});

describe('a profile is refused', () => {
  test.each<[unknown]>([[undefined], [null], ['profile'], [[]]])('that is %j', (props) => {
    expectRefusal(() => new HipaaProfile(props as never), { path: 'HipaaProfile', value: props, rule: 'takes no other field', remedy: 'an object of: cluster' });
  });

  test.each<[string, object, string, string]>([
    ['HipaaProfile', { phiNamespace: [] }, 'phiNamespace', 'takes no other field'],
    ['HipaaProfile', { retentionDays: 30 }, 'retentionDays', 'takes no other field'],
    ['HipaaProfile.groups', { groups: { ...eksProps().groups, admins: 'x' } }, 'admins', 'no other group'],
    ['HipaaProfile.phiNamespaces', { phiNamespaces: [{ name: 'a', environment: 'prod', podSecurity: 'baseline' }] }, 'podSecurity', 'a name, an environment'],
    ['HipaaProfile.archive', { archive: { lock, retention: 30 } }, 'retention', 'takes no other field'],
    ['HipaaProfile.logShipper', { logShipper: { image: IMAGE, namespace: 'kube-system' } }, 'namespace', 'takes no other field'],
    ['HipaaProfile.terraformState', { terraformState: { bucket: 'my-state' } }, 'bucket', 'takes no other field'],
  ])('for an unknown field of %s', (path, changes, field, rule) => {
    expectRefusal(() => make(changes), { path, value: field, rule, remedy: 'use one of' });
  });

  test.each<[unknown]>([[''], ['a'], ['Healthcare'], ['-cluster'], ['cluster-'], ['a_b'], ['a.b'], ['a b'], ['cluster\n'], ['c'.repeat(41)], [undefined], [null], [5], [['cluster']]])('for the cluster name %j', (cluster) => {
    expectRefusal(() => make({ cluster }), { path: 'HipaaProfile', value: cluster, rule: 'Amazon EKS, cluster names', remedy: 'use 2 to 40' });
  });

  test.each<[unknown]>([[undefined], [null], ['eks'], [{ kind: 'eks', region: 'us-east-1' }]])('for the platform %j', (platform) => {
    expectRefusal(() => make({ platform }), { path: 'HipaaProfile', value: platform, rule: 'platform is required', remedy: 'Platform.eks()' });
  });

  test.each<[unknown]>([[[]], [undefined], [null], [{ name: 'a' }], ['a']])('without PHI namespaces: %j', (phiNamespaces) => {
    expectRefusal(() => make({ phiNamespaces }), { path: 'HipaaProfile.phiNamespaces', value: phiNamespaces, rule: 'control AC13', remedy: 'at least one' });
  });

  test.each(['default', 'kube-system', 'gatekeeper-system'])('for PHI in the system namespace %s', (name) => {
    expectRefusal(() => make({ phiNamespaces: [{ name, environment: Environment.PROD }] }), { path: 'HipaaProfile.phiNamespaces', value: name, rule: 'control AC13', remedy: 'of its own' });
  });

  test('for a PHI namespace that is named twice', () => {
    const twice = { name: 'a', environment: Environment.PROD };
    expectRefusal(() => make({ phiNamespaces: [twice, twice] }), { path: 'HipaaProfile.phiNamespaces', value: 'a', rule: 'control AC13', remedy: 'remove one' });
  });

  test.each<[unknown]>([[undefined], [null]])('without groups: %j', (groups) => {
    expectRefusal(() => make({ groups }), { path: 'HipaaProfile', value: undefined, rule: 'groups is required', remedy: 'auditors, developers and securityAdmins' });
  });

  test('for a group of Kubernetes itself', () => {
    expectRefusal(() => make({ groups: { ...eksProps().groups, developers: 'system:masters' } }), { path: 'HipaaProfile.groups', value: 'system:masters', rule: 'control AC4', remedy: "identity provider's own" });
  });
});

describe('retention', () => {
  test.each([[1], [90], [2190], [2191]])('of %d days needs an exception', (days) => {
    expectRefusal(() => make({ retention: Retention.days(days) }), { path: 'HipaaProfile', value: days, rule: 'AU5, 45 CFR 164.316(b)(2)(i)', remedy: 'ControlException for Control.AU5_WORM_6Y' });
    expect(make({ retention: Retention.days(days), exceptions: [exceptionFor(Control.AU5_WORM_6Y)] }).retention.days).toBe(days);
  });

  test('is not shortened by an exception for another control', () => {
    expectRefusal(() => make({ retention: Retention.days(2190), exceptions: [exceptionFor(Control.AU6_LOG_GROUP)] }), { path: 'HipaaProfile', value: 2190, rule: 'AU5', remedy: 'Retention.years(6)' });
  });

  test('may be longer', () => {
    expect(make({ retention: Retention.years(10) }).retention.days).toBe(3653);
  });

  test.each<[unknown]>([[null], [2192], ['6 years'], [{ days: 2192, isSixYears: true }]])('is a Retention, not %j', (retention) => {
    expectRefusal(() => make({ retention }), { path: 'HipaaProfile', value: retention, rule: 'control AU5', remedy: 'Retention.years(6)' });
  });
});

describe('what the account of the cluster holds', () => {
  const recovery = { region: 'us-west-2', vaultLock: lock };

  test.each([['people', PEOPLE], ['recovery', recovery], ['imageRepositories', ['patient-portal']]])('is of EKS alone: %s', (field, value) => {
    expectRefusal(() => new HipaaProfile(selfManagedProps({ [field]: value })), { path: 'HipaaProfile', value: 'self-managed (kubeadm)', rule: 'the AWS account', remedy: 'leave it out' });
  });

  test.each<[object, string, unknown, string, string]>([
    [{ alarms: ['security@company.com'] }, 'HipaaProfile.alarms', 'security@company.com', 'control IR1', 'AlarmSubscriber.email'],
    [{ people: { ...PEOPLE, nurses: PEOPLE.auditors } }, 'HipaaProfile.people', 'nurses', '', 'auditors'],
    [{ detection: { macie: true } }, 'HipaaProfile.detection', 'macie', 'no other field', 'configurationRecorder'],
    [{ recovery: { ...recovery, region: 'us-east-1' } }, 'HipaaProfile.recovery', 'us-east-1', 'control CP4', 'another region'],
    [{ approvedRegistries: ['ghcr'] }, 'HipaaProfile', 'ghcr', 'control PS3', 'a host and'],
    [{ imageRepositories: ['Portal'] }, 'HipaaProfile', 'Portal', 'Amazon ECR', 'patient-portal'],
    [{ imageRepositories: ['a/b', 'a/b'] }, 'HipaaProfile', 'a/b', 'unique in a registry', 'once'],
    [{ sessions: { documentName: '' } }, 'HipaaProfile.sessions', '', 'documentName is required', 'non-empty'],
    [{ platform: Platform.eks({ region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33, nodeGroups: [{ name: 'n'.repeat(41) }] }) }, 'HipaaProfile.platform', 'n'.repeat(41), '64 characters', 'at most 40'],
    [{ fipsEndpoints: 'yes' }, 'HipaaProfile', 'yes', 'FIPS 140', 'true or false'],
  ])('is refused: %j', (changes, path, value, rule, remedy) => {
    expectRefusal(() => make(changes), { path, value, rule, remedy });
  });
});

describe('what lives beside PHI', () => {
  test.each<[object, string, unknown, string, string]>([
    [{ mesh: { mode: 'linkerd' } }, 'HipaaProfile.mesh', 'linkerd', 'data plane modes', 'MeshMode.SIDECAR'],
    [{ mesh: MeshMode.AMBIENT }, 'HipaaProfile.mesh', 'ambient', 'no other field', 'an object of: mode'],
    [{ imageSigning: {} }, 'HipaaProfile.imageSigning', undefined, 'control PS3', 'ImageAuthority.awsKms()'],
    [{ backups: {} }, 'HipaaProfile.backups.objectives', undefined, 'control CP2', 'rpoHours'],
    [{ breakGlass: {} }, 'HipaaProfile.breakGlass', undefined, 'control PS3', '@sha256:'],
    [{ detection: { falco: {} } }, 'HipaaProfile.detection.falco', undefined, 'control PS3', '@sha256:'],
    [{ phiNamespaces: [{ name: 'phi', environment: Environment.PROD, quota: { cpu: 1 } }] }, 'HipaaProfile.phiNamespaces(phi).quota', 'cpu', 'control PS5', 'requestsCpuCores'],
    [{ allowedEnvNames: [''] }, 'HipaaProfile', '', 'allowedEnvNames is required', 'non-empty'],
    [{ mesh: { mode: MeshMode.SIDECAR, trustDomain: TOKEN } }, 'HipaaProfile.mesh.trustDomain', TOKEN, 'nothing tokenised crosses', 'the value itself'],
  ])('is refused: %j', (changes, path, value, rule, remedy) => {
    expectRefusal(() => make(changes), { path, value, rule, remedy });
  });

  test('emergency access goes to a group that is nobody\'s from day to day', () => {
    const breakGlass = { ...BREAK_GLASS, group: 'Security-Admins@company.com', approver: 'ciso@company.com', session: 'one hour' };
    expectRefusal(() => new HipaaProfile(selfManagedProps({ breakGlass })), { path: 'HipaaProfile.breakGlass', value: 'Security-Admins@company.com', rule: 'AC6', remedy: 'a group of its own' });
    expect(new HipaaProfile(selfManagedProps({ breakGlass: { ...breakGlass, group: 'break-glass@company.com' } })).breakGlass!.group).toBe('break-glass@company.com');
  });
});

describe('the image registry', () => {
  test.each<[unknown]>([['docker'], [''], ['https://registry.example.com'], ['registry.example.com/'], ['Registry.example.com'], ['registry..example.com'], ['registry.example.com\n'], ['*.example.com'], [5], [{}]])('is a host, not %j', (imageRegistry) => {
    expectRefusal(() => make({ imageRegistry }), { path: 'HipaaProfile', value: imageRegistry, rule: 'control PS3', remedy: 'a host and an optional path' });
  });
});

describe('a list is no single value', () => {
  const arn = 'arn:aws:iam::123456789012:role/reader';

  test.each<[string, object, string, unknown, string, string]>([
    ['allowedEnvNames', { allowedEnvNames: 'TLS_SECRET' }, 'HipaaProfile', 'TLS_SECRET', 'control PS4', "['TLS_SECRET']"],
    ['approvedRegistries', { approvedRegistries: 'registry.example.com' }, 'HipaaProfile', 'registry.example.com', 'control PS3', 'give a list'],
    ['alarms', { alarms: 'security@company.com' }, 'HipaaProfile', 'security@company.com', 'control IR1', 'give a list'],
    ['imageRepositories', { imageRepositories: 'portal' }, 'HipaaProfile', 'portal', 'Amazon ECR', "['patient-portal']"],
    ['readers', { archive: { lock, readers: arn } }, 'HipaaProfile.archive', arn, 'control AC3', 'give a list'],
  ])('%s', (prop, changes, path, value, rule, remedy) => {
    expectRefusal(() => make(changes), { path, value, rule, remedy });
    expect(() => make(changes)).toThrow(`[${path}] ${prop} is no list`);
  });
});

describe('exceptions and attestations', () => {
  const plainException = { control: 'AU5', reason: 'x', approver: 'y', expires: '2099-01-01' };
  const plainAttestation = { control: 'EV2', statement: 'x', by: 'y', on: '2026-01-01', until: '2099-01-01' };

  test('are instances: a plain object was never checked', () => {
    expectRefusal(() => make({ exceptions: [plainException] }), { path: 'HipaaProfile.exceptions', value: plainException, rule: '164.306(d)(3)', remedy: 'new ControlException' });
    expectRefusal(() => make({ attestations: [plainAttestation] }), { path: 'HipaaProfile.attestations', value: plainAttestation, rule: '164.316(b)(1)', remedy: 'new Attestation' });
  });

  test.each<[unknown]>([[null], [undefined], ['AU5'], [attestation]])('an exception is not %j', (entry) => {
    expectRefusal(() => make({ exceptions: [entry] }), { path: 'HipaaProfile.exceptions', value: entry, rule: '164.306(d)(3)', remedy: 'new ControlException' });
  });

  test.each<[string, unknown, string]>([
    ['exceptions', null, '164.306(d)(3)'], ['exceptions', 'AU5', '164.306(d)(3)'], ['exceptions', exceptionFor(Control.AU5_WORM_6Y), '164.306(d)(3)'], ['attestations', null, '164.316(b)(1)'],
    ['attestations', {}, '164.316(b)(1)'],
  ])('%s are a list, not %j', (prop, value, rule) => {
    expectRefusal(() => make({ [prop]: value }), { path: 'HipaaProfile', value, rule, remedy: 'give a list' });
    expect(() => make({ [prop]: value })).toThrow(`${prop} is no list`);
  });

  test('a plain object buys no shorter retention', () => {
    expect(() => make({ retention: Retention.days(30), exceptions: [plainException] })).toThrow('no ControlException');
  });

  test('a control has one exception', () => {
    const exceptions = [exceptionFor(Control.CP1_BACKUP), exceptionFor(Control.CP2_DR), exceptionFor(Control.CP1_BACKUP)];
    expectRefusal(() => make({ exceptions }), { path: 'HipaaProfile.exceptions', value: 'CP1', rule: '164.306(d)(3)', remedy: 'keep the one that holds' });
  });
});
