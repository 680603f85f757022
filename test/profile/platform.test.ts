import { AuditLevel } from '../../lib/profile/audit-rule';
import { EncryptionMigration, type EncryptionSettings, type KmsProviderProps } from '../../lib/profile/encryption-settings';
import { AgentNamespace, type AgentNamespaceProps } from '../../lib/profile/agent-namespace';
import { EksOrigin } from '../../lib/profile/eks-origin';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { NetworkPolicyMode } from '../../lib/profile/network-policy-mode';
import {
  NetworkPolicyEnforcer, Platform, PlatformKind, type AuditPolicySettings, type EksPlatformProps, type ExternalPlatformProps, type KmsPluginSettings,
  type SelfManagedPlatformProps,
} from '../../lib/profile/platform';
import { IMAGE } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

const version = KubernetesVersion.V1_33;
const eks = (changes: object = {}): EksPlatformProps => ({ region: 'us-east-1', account: '123456789012', version, ...changes });
const selfManaged = (changes: object = {}): SelfManagedPlatformProps => ({
  version, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM, encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED }, ...changes,
});
const external = (changes: object = {}): ExternalPlatformProps => ({ provider: 'AKS', version, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM, ...changes });
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d';
const OIDC = { issuerUrl: 'https://oidc.example.com/people', clientId: 'kubernetes' };
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];
const API_SERVER = ['10.0.0.10/32', '10.96.0.1/32'];
const GROUPS = ['sg-0123456789abcdef0', 'sg-01234567'];
const SUBNETS = ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'];

describe('what a platform cannot take does not compile', () => {
  test('EKS and external platforms have no API server to configure', () => {
    const encryptionConfiguration: EncryptionSettings = { migration: EncryptionMigration.ENCRYPTED };
    const calls = [
      // @ts-expect-error -- AWS fixes the audit policy
      () => Platform.eks({ region: 'us-east-1', account: '123456789012', version, auditPolicy: { rules: [] } }),
      // @ts-expect-error -- AWS runs the API server
      () => Platform.eks({ region: 'us-east-1', account: '123456789012', version, encryptionConfiguration }),
      // @ts-expect-error -- AWS runs the API server
      () => Platform.eks({ region: 'us-east-1', account: '123456789012', version, apiServerFlags: ['--anonymous-auth=false'] }),
      // @ts-expect-error -- the provider fixes the audit policy
      () => Platform.external({ provider: 'AKS', version, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM, auditPolicy: { rules: [] } }),
      // @ts-expect-error -- the provider runs the API server
      () => Platform.external({ provider: 'AKS', version, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM, encryptionConfiguration }),
      // @ts-expect-error -- the provider runs the API server
      () => Platform.external({ provider: 'AKS', version, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM, apiServerFlags: [] }),
    ];

    for (const call of calls) expect(call).toThrow('cannot be used on this platform');
  });

  test('a version and an enforcer are required, and of their types', () => {
    const calls = [
      // @ts-expect-error -- the version selects APIs, and is never guessed
      () => Platform.eks({ region: 'us-east-1', account: '123456789012' }),
      // @ts-expect-error -- a string may be no version
      () => Platform.eks({ region: 'us-east-1', account: '123456789012', version: '1.33' }),
      // @ts-expect-error -- a cluster without an enforcer ignores every policy
      () => Platform.external({ provider: 'AKS', version }),
      // @ts-expect-error -- what is encrypted is said
      () => Platform.selfManaged({ version, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM }),
    ];

    for (const call of calls) expect(call).toThrow();
  });
});

describe.each(['auditPolicy', 'encryptionConfiguration', 'apiServerFlags'])('%s from a JavaScript caller', (field) => {
  test.each<[unknown]>([[{}], [[]], [undefined], [false]])('is refused on EKS: %j', (value) => {
    expectRefusal(() => Platform.eks(eks({ [field]: value })), { path: 'Platform.eks', value: 'Amazon EKS', rule: `its ${field} cannot be supplied`, remedy: 'EksControlPlaneLogging' });
  });

  test('is refused where it is inherited', () => {
    expectRefusal(() => Platform.eks(Object.assign(Object.create({ [field]: {} }), eks())), { path: 'Platform.eks', value: 'Amazon EKS', rule: `its ${field} cannot be supplied`, remedy: 'remove it' });
  });

  test('is refused on an external platform', () => {
    expectRefusal(() => Platform.external(external({ [field]: {} })), { path: 'Platform.external', value: 'AKS', rule: `its ${field} cannot be supplied`, remedy: "provider's own audit log" });
  });
});

describe.each([
  ['Platform.eks', (changes: object) => Platform.eks(eks(changes))],
  ['Platform.selfManaged', (changes: object) => Platform.selfManaged(selfManaged(changes))],
  ['Platform.external', (changes: object) => Platform.external(external(changes))],
])('%s', (path, make) => {
  test.each<[unknown]>([[undefined], [null], ['1.33'], [1.33], [{ version: '1.33', minor: 33 }]])('refuses the version %j', (value) => {
    expectRefusal(() => make({ version: value }), { path, value, rule: 'version is required', remedy: 'KubernetesVersion.V1_33' });
  });

  test.each<[unknown]>([['flannel'], [''], ['CILIUM'], [false], [['cilium']]])('refuses the network policy enforcer %j', (value) => {
    expectRefusal(() => make({ networkPolicyEnforcer: value }), { path, value, rule: 'control NW2', remedy: 'VPC_CNI, CILIUM, CALICO, ANTREA' });
  });

  test('refuses an unknown field', () => {
    expectRefusal(() => make({ kubernetesVersion: '1.33' }), { path, value: 'kubernetesVersion', rule: `${path} takes no other field`, remedy: 'version' });
  });

  test('is frozen', () => {
    const platform = make({});
    expect(Object.isFrozen(platform)).toBe(true);
    expect(platform).toBeInstanceOf(Platform);
  });
});

test.each<[string, (props: never) => unknown]>([['eks', Platform.eks], ['selfManaged', Platform.selfManaged], ['external', Platform.external]])('Platform.%s refuses what is no object', (name, make) => {
  for (const value of [undefined, null, 'eks', 5, []]) {
    expectRefusal(() => make(value as never), { path: `Platform.${name}`, value, rule: 'takes no other field', remedy: 'an object of' });
  }
});

describe('Platform.eks', () => {
  test('has the VPC CNI by default, and asks for subnets at apply', () => {
    expect({ ...Platform.eks(eks()) }).toEqual({
      kind: PlatformKind.EKS, label: 'Amazon EKS', version, region: 'us-east-1', account: '123456789012', networkPolicyEnforcer: NetworkPolicyEnforcer.VPC_CNI, subnetIds: undefined, securityGroupIds: undefined,
      networkPolicyMode: NetworkPolicyMode.STRICT, vpcCidrs: PRIVATE, controlPlaneCidrs: PRIVATE, serviceCidr: undefined, agentNamespaces: [AgentNamespace.gatekeeper()],
      origin: EksOrigin.create(), nodeGroups: [{ name: 'default' }], ebsCsiDriver: false, identityProvider: undefined,
    });
  });

  test.each<[string, Partial<EksPlatformProps>, boolean]>([
    ['standard mode', { networkPolicyMode: NetworkPolicyMode.STANDARD }, true],
    ['another enforcer', { networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM }, true],
    ['strict mode, whose pods start closed', {}, false],
    ['no nodes', { networkPolicyMode: NetworkPolicyMode.STANDARD, nodeGroups: [] }, false],
    ['a cluster that is only observed', { networkPolicyMode: NetworkPolicyMode.STANDARD, origin: EksOrigin.observe() }, false],
    ['strict mode where it is said', { ebsCsiDriver: true }, true],
  ])("has the volumes' driver by default in %s: %#", (_what, changes, expected) => {
    expect(Platform.eks(eks(changes)).ebsCsiDriver).toBe(expected);
  });

  test('has no mode and no agents where another enforcer runs', () => {
    const platform = Platform.eks(eks({ networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM }));
    expect({ mode: platform.networkPolicyMode, agents: platform.agentNamespaces }).toEqual({ mode: undefined, agents: [] });
    expect(Platform.eks(eks({ networkPolicyMode: NetworkPolicyMode.STANDARD })).agentNamespaces).toEqual([]);
  });

  test('copies and freezes its agents', () => {
    const agents: AgentNamespaceProps[] = [{ name: 'falco', webhookPorts: [8443] }];
    const platform = Platform.eks(eks({ agentNamespaces: agents }));
    agents.push(AgentNamespace.velero());
    expect(platform.agentNamespaces).toEqual([{ name: 'falco', webhookPorts: [8443] }]);
    expect(Object.isFrozen(platform.agentNamespaces[0].webhookPorts)).toBe(true);
  });

  test.each<[string, object, string, unknown, string, string]>([
    ['a mode that does not exist', { networkPolicyMode: 'audit' }, 'Platform.eks', 'audit', 'control NW2', 'STRICT or STANDARD'],
    ['a mode in capitals', { networkPolicyMode: 'STRICT' }, 'Platform.eks', 'STRICT', 'control NW2', 'STRICT or STANDARD'],
    ['a mode of another enforcer', { networkPolicyEnforcer: NetworkPolicyEnforcer.CALICO, networkPolicyMode: NetworkPolicyMode.STRICT }, 'Platform.eks', 'strict', 'calico enforces', 'leave networkPolicyMode out'],
    ['agents in standard mode, where nobody reads them', { networkPolicyMode: NetworkPolicyMode.STANDARD, agentNamespaces: [] }, 'Platform.eks', [], 'control NW2', 'NetworkPolicyMode.STRICT'],
    ['agents of another enforcer', { networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM, agentNamespaces: [{ name: 'falco' }] }, 'Platform.eks', [{ name: 'falco' }], 'control NW2', 'leave agentNamespaces out'],
    ['an agent without its pods in kube-system', { agentNamespaces: [{ name: 'kube-system' }] }, 'Platform.eks.agentNamespaces(kube-system)', undefined, 'control NW1', 'podLabels'],
    ['blocks that overlap', { vpcCidrs: ['10.0.0.0/16', '10.0.1.0/24'] }, 'Platform.eks', '10.0.0.0/16 and 10.0.1.0/24', 'Amazon VPC', 'keep one'],
    ['Services in the VPC', { vpcCidrs: ['10.0.0.0/16'], serviceCidr: '10.0.0.0/20' }, 'Platform.eks', '10.0.0.0/20 and 10.0.0.0/16', 'Amazon EKS, CreateCluster', 'correct it'],
    ['a driver that is neither there nor not', { ebsCsiDriver: 'yes' }, 'Platform.eks', 'yes', 'control EN3', 'true or false'],
    ['a driver on a cluster that is only observed', { ebsCsiDriver: true, origin: EksOrigin.observe(), nodeGroups: [{ name: 'a' }] }, 'Platform.eks', true, 'EksOrigin.observe()', 'leave ebsCsiDriver out'],
    ['a driver without nodes', { ebsCsiDriver: true, nodeGroups: [] }, 'Platform.eks', true, 'Amazon EKS, add-ons', 'name a node group'],
    ['a VPC that only Terraform knows', { vpcCidrs: ['${aws_vpc.a.cidr_block}'] }, 'Platform.eks', '${aws_vpc.a.cidr_block}', 'plain blocks', 'the block itself'],
  ])('refuses %s', (_what, changes, path, value, rule, remedy) => {
    expectRefusal(() => Platform.eks(eks(changes)), { path, value, rule, remedy });
  });

  test('takes every prop', () => {
    const props: Required<EksPlatformProps> = {
      region: 'us-gov-west-1', account: '210987654321', version: KubernetesVersion.V1_36, subnetIds: SUBNETS, securityGroupIds: GROUPS, networkPolicyEnforcer: NetworkPolicyEnforcer.VPC_CNI, networkPolicyMode: NetworkPolicyMode.STRICT,
      vpcCidrs: ['10.0.0.0/16', '100.64.0.0/16'], controlPlaneCidrs: ['10.0.255.0/28', '10.0.255.16/28'], serviceCidr: '172.20.0.0/16', agentNamespaces: [AgentNamespace.velero(), { name: 'falco' }],
      origin: EksOrigin.create(), nodeGroups: [{ name: 'phi' }], ebsCsiDriver: true, identityProvider: OIDC,
    };
    expect(Platform.eks(props)).toMatchObject(props);
    expect(Platform.eks(eks({ networkPolicyEnforcer: NetworkPolicyEnforcer.CALICO })).networkPolicyEnforcer).toBe('calico');
  });

  test('copies and freezes the subnets', () => {
    const subnetIds = [...SUBNETS];
    const platform = Platform.eks(eks({ subnetIds }));
    subnetIds.push('subnet-evil');

    expect(platform.subnetIds).toEqual(SUBNETS);
    expect(Object.isFrozen(platform.subnetIds)).toBe(true);
  });

  test('subnets may be references, as they reach Terraform alone', () => {
    expect(Platform.eks(eks({ subnetIds: ['${aws_subnet.a.id}', '${aws_subnet.b.id}'] })).subnetIds).toHaveLength(2);
  });

  test.each<[unknown]>([
    [[]], [['subnet-0123456789abcdef0']], [['subnet-0123456789abcdef0', 'subnet-0123456789abcdef0']], [['subnet-0123456789abcdef0', 'vpc-0123456789abcdef0']], [['subnet-0123456789abcdef0', 'subnet-XYZ']],
    [['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1\n']], [['subnet-0123456789abcdef0', 5]], ['subnet-0123456789abcdef0'], [null], [{ length: 2 }],
  ])('refuses the subnets %j', (subnetIds) => {
    expectRefusal(() => Platform.eks(eks({ subnetIds })), { path: 'Platform.eks', value: subnetIds, rule: 'two availability zones', remedy: 'subnet-0123456789abcdef0' });
  });

  test('copies and freezes the security groups, of which there may be none, and which may be references', () => {
    const securityGroupIds = [...GROUPS];
    const platform = Platform.eks(eks({ securityGroupIds }));
    securityGroupIds.push('sg-evil');

    expect(platform.securityGroupIds).toEqual(GROUPS);
    expect(Object.isFrozen(platform.securityGroupIds)).toBe(true);
    expect(Platform.eks(eks({ securityGroupIds: [] })).securityGroupIds).toEqual([]);
    expect(Platform.eks(eks({ securityGroupIds: ['${aws_security_group.a.id}'] })).securityGroupIds).toHaveLength(1);
  });

  test.each<[unknown]>([
    [['sg-0123456789abcdef0', 'sg-0123456789abcdef0']], [['subnet-0123456789abcdef0']], [['sg-0123456789']], [['sg-0123456789ABCDEF0']], [['sg-01234567\n']], [['default']], [[5]], ['sg-0123456789abcdef0'], [null], [{ length: 1 }],
  ])('refuses the security groups %j', (securityGroupIds) => {
    expectRefusal(() => Platform.eks(eks({ securityGroupIds })), { path: 'Platform.eks', value: securityGroupIds, rule: 'resource ids', remedy: 'sg-0123456789abcdef0' });
  });

  test.each<[unknown]>([['us-east-11'], ['US-EAST-1'], [undefined], ['']])('refuses the region %j', (region) => {
    expectRefusal(() => Platform.eks(eks({ region })), { path: 'Platform.eks', value: region, rule: 'AWS regions', remedy: "'us-east-1'" });
  });

  test.each<[unknown]>([['1234'], [123456789012], [undefined]])('refuses the account %j', (account) => {
    expectRefusal(() => Platform.eks(eks({ account })), { path: 'Platform.eks', value: account, rule: 'twelve digits', remedy: 'as a string' });
  });
});

describe('Platform.selfManaged', () => {
  const path = 'Platform.selfManaged.encryptionConfiguration';

  test('has an audit policy without rules of its own by default', () => {
    expect({ ...Platform.selfManaged(selfManaged()) }).toEqual({
      kind: PlatformKind.SELF_MANAGED, label: 'self-managed (kubeadm)', version, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM, encryptionConfiguration: { migration: 'encrypted' }, auditPolicy: {},
      kmsPlugin: undefined, runtimeSocket: '/run/containerd/containerd.sock', apiServerCidrs: undefined,
    });
  });

  test('takes every prop', () => {
    const provider: Required<KmsProviderProps> = { name: 'aws-kms', endpoint: 'unix:///run/kms.sock', timeout: '5s' };
    const encryptionConfiguration: Required<EncryptionSettings> = { migration: EncryptionMigration.ENCRYPTING, provider, formerProviders: [{ ...provider, name: 'old' }], resources: ['secrets'] };
    const auditPolicy: Required<AuditPolicySettings> = { rules: [{ level: AuditLevel.METADATA }] };
    const kmsPlugin: Required<KmsPluginSettings> = { image: IMAGE, keyArn: KEY };
    const networkPolicyEnforcer = NetworkPolicyEnforcer.ANTREA;
    const props: Required<SelfManagedPlatformProps> = { version, networkPolicyEnforcer, encryptionConfiguration, kmsPlugin, auditPolicy, runtimeSocket: '/run/crio/crio.sock', apiServerCidrs: API_SERVER };

    expect(Platform.selfManaged(props)).toMatchObject(props);
  });

  test('copies and freezes what it was given, at every level', () => {
    const verbs = ['get'];
    const resources = ['secrets'];
    const formerProviders = [{ name: 'old' }];
    const platform = Platform.selfManaged(selfManaged({
      encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED, provider: { name: 'aws-kms' }, formerProviders, resources }, auditPolicy: { rules: [{ level: AuditLevel.METADATA, verbs }] },
    }));
    verbs.push('watch');
    resources.pop();
    formerProviders[0].name = 'evil';

    expect(platform.auditPolicy).toEqual({ rules: [{ level: 'Metadata', verbs: ['get'] }] });
    expect(platform.encryptionConfiguration).toMatchObject({ formerProviders: [{ name: 'old' }], resources: ['secrets'] });
    const { encryptionConfiguration: encryption, auditPolicy } = platform;
    const levels = [
      encryption, encryption.provider, encryption.formerProviders, encryption.formerProviders?.[0], encryption.resources,
      auditPolicy, auditPolicy.rules, auditPolicy.rules?.[0], auditPolicy.rules?.[0].verbs,
    ];
    expect(levels.filter((level) => level === undefined || !Object.isFrozen(level))).toEqual([]);
  });

  test.each<[unknown]>([[undefined], [null], ['']])('misses the encryption configuration %j', (encryptionConfiguration) => {
    expectRefusal(() => Platform.selfManaged(selfManaged({ encryptionConfiguration })), { path: 'Platform.selfManaged', value: undefined, rule: 'encryptionConfiguration is required', remedy: 'EncryptionMigration.ENCRYPTED' });
  });

  test.each<[unknown]>([[undefined], ['done'], ['ENCRYPTED'], [null], [true]])('refuses the migration %j', (migration) => {
    expectRefusal(() => Platform.selfManaged(selfManaged({ encryptionConfiguration: { migration } })), { path, value: migration, rule: 'control EN1', remedy: 'EncryptionMigration.ENCRYPTED for a new cluster' });
  });

  test.each<[object, string, string, string]>([
    [{ identity: {} }, path, 'identity', 'no other field'],
    [{ provider: { name: 'a', cachesize: 1000 } }, path, 'cachesize', 'KMS v2'],
    [{ provider: { name: 'a', apiVersion: 'v1' } }, path, 'apiVersion', 'KMS v2'],
    [{ formerProviders: [{ name: 'a' }, { name: 'b', cacheSize: 1 }] }, path, 'cacheSize', 'KMS v2'],
  ])('refuses an unknown field: %j', (changes, at, field, rule) => {
    expectRefusal(() => Platform.selfManaged(selfManaged({ encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED, ...changes } })), { path: at, value: field, rule, remedy: 'use one of' });
  });

  test('copies and freezes the KMS plugin', () => {
    const kmsPlugin = { image: IMAGE, keyArn: KEY };
    const platform = Platform.selfManaged(selfManaged({ kmsPlugin }));
    kmsPlugin.image = 'evil';

    expect(platform.kmsPlugin).toEqual({ image: IMAGE, keyArn: KEY });
    expect(Object.isFrozen(platform.kmsPlugin)).toBe(true);
  });

  test.each<[unknown, unknown, string, string]>([
    [{ image: 'aws-encryption-provider:latest', keyArn: KEY }, 'aws-encryption-provider:latest', 'control PS3', '@sha256:'],
    [{ keyArn: KEY }, undefined, 'control PS3', '@sha256:'],
    [{ image: IMAGE }, undefined, 'without wildcards', 'full ARN'],
    [{ image: IMAGE, keyArn: 'alias/secrets' }, 'alias/secrets', 'without wildcards', 'full ARN'],
    [{ image: IMAGE, keyArn: 'arn:aws:iam::123456789012:role/a' }, 'arn:aws:iam::123456789012:role/a', 'without wildcards', 'full ARN'],
    [{ image: IMAGE, keyArn: '${aws_kms_key.a.arn}' }, '${aws_kms_key.a.arn}', 'at synth', 'write the keyArn itself'],
    [{ image: IMAGE, keyArn: KEY, region: 'us-east-1' }, 'region', 'takes no other field', 'image, keyArn'],
    [null, null, 'takes no other field', 'an object of'],
    ['aws', 'aws', 'takes no other field', 'an object of'],
  ])('refuses the KMS plugin %j', (kmsPlugin, value, rule, remedy) => {
    expectRefusal(() => Platform.selfManaged(selfManaged({ kmsPlugin })), { path: 'Platform.selfManaged.kmsPlugin', value, rule, remedy });
  });

  test('refuses an unknown field of the audit policy', () => {
    expectRefusal(() => Platform.selfManaged(selfManaged({ auditPolicy: { rule: [] } })), { path: 'Platform.selfManaged.auditPolicy', value: 'rule', rule: 'no other field', remedy: 'use one of: rules' });
  });

  test.each<[object, string, unknown, string]>([
    [{ auditPolicy: { rules: {} } }, 'Platform.selfManaged.auditPolicy', {}, 'rules'],
    [{ encryptionConfiguration: { migration: 'encrypted', resources: 'secrets' } }, path, 'secrets', 'resources'],
    [{ encryptionConfiguration: { migration: 'encrypted', formerProviders: { name: 'a' } } }, path, { name: 'a' }, 'formerProviders'],
  ])('refuses what is no list: %j', (changes, at, value, prop) => {
    expectRefusal(() => Platform.selfManaged(selfManaged(changes)), { path: at, value, rule: `${prop} is a list`, remedy: 'as a list' });
  });

  test.each<[unknown]>([['unix:///run/crio/crio.sock'], ['/var/lib/x.sock'], ['/run/../etc/x.sock'], ['/run/a b.sock'], [''], [5]])('refuses what is no socket of a runtime: %j', (runtimeSocket) => {
    expectRefusal(() => Platform.selfManaged(selfManaged({ runtimeSocket })), { path: 'Platform.selfManaged', value: runtimeSocket, rule: 'control AU10', remedy: '/run/crio/crio.sock' });
  });

  test('refuses the VPC CNI, which enforces on EKS alone', () => {
    expectRefusal(() => Platform.selfManaged(selfManaged({ networkPolicyEnforcer: NetworkPolicyEnforcer.VPC_CNI })), { path: 'Platform.selfManaged', value: 'self-managed (kubeadm)', rule: 'control NW2', remedy: 'CILIUM, CALICO or ANTREA' });
  });
});

describe('Platform.external', () => {
  test('takes every prop', () => {
    const props: Required<ExternalPlatformProps> = { provider: 'GKE', version, networkPolicyEnforcer: NetworkPolicyEnforcer.CALICO, apiServerCidrs: API_SERVER };
    expect({ ...Platform.external(props) }).toEqual({ kind: PlatformKind.EXTERNAL, label: 'GKE', version, networkPolicyEnforcer: NetworkPolicyEnforcer.CALICO, apiServerCidrs: API_SERVER });
    expect(Platform.external(external()).apiServerCidrs).toBeUndefined();
  });

  test('refuses a provider without a name', () => {
    expectRefusal(() => Platform.external(external({ provider: ' ' })), { path: 'Platform.external', value: ' ', rule: 'provider is required', remedy: 'non-empty provider' });
    expectRefusal(() => Platform.external(external({ provider: undefined })), { path: 'Platform.external', value: undefined, rule: 'provider is required', remedy: 'non-empty provider' });
  });

  test('refuses the VPC CNI, which enforces on EKS alone', () => {
    expectRefusal(() => Platform.external(external({ networkPolicyEnforcer: NetworkPolicyEnforcer.VPC_CNI })), { path: 'Platform.external', value: 'AKS', rule: 'control NW2', remedy: 'CILIUM, CALICO or ANTREA' });
  });
});

describe.each<[string, (changes: object) => { readonly apiServerCidrs: readonly string[] | undefined }]>([
  ['Platform.selfManaged', (changes) => Platform.selfManaged(selfManaged(changes))],
  ['Platform.external', (changes) => Platform.external(external(changes))],
])('where the API server of %s answers', (path, make) => {
  test('is copied and frozen', () => {
    const apiServerCidrs = [...API_SERVER, '10.0.0.0/8', '2001:db8::/32'];
    const platform = make({ apiServerCidrs });
    apiServerCidrs.push('0.0.0.0/0');

    expect(platform.apiServerCidrs).toEqual([...API_SERVER, '10.0.0.0/8', '2001:db8::/32']);
    expect(Object.isFrozen(platform.apiServerCidrs)).toBe(true);
  });

  test.each<[unknown, unknown, string, string]>([
    [[], [], 'a rule without peers', '10.0.0.10/32'],
    ['10.0.0.10/32', '10.0.0.10/32', 'a rule without peers', '10.0.0.10/32'],
    [null, null, 'a rule without peers', '10.0.0.10/32'],
    [['0.0.0.0/0'], '0.0.0.0/0', 'control NW1', 'the subnets themselves'],
    [['10.0.0.10/32', '8.0.0.0/7'], '8.0.0.0/7', 'control NW1', 'the subnets themselves'],
    [['2000::/3'], '2000::/3', 'control NW1', 'the subnets themselves'],
    [['api.example.com'], 'api.example.com', 'RFC 4632', "'10.0.1.0/24'"],
    [['10.0.0.10'], '10.0.0.10', 'RFC 4632', "'10.0.1.0/24'"],
    [['${var.api_server}'], '${var.api_server}', 'plain blocks', 'the block itself'],
    [['169.254.169.254/32'], '169.254.169.254/32', 'control NW3', 'name the blocks'],
    [['fd00:ec2::254/128'], 'fd00:ec2::254/128', 'control NW3', 'name the blocks'],
  ])('is refused: %j', (apiServerCidrs, value, rule, remedy) => {
    expectRefusal(() => make({ apiServerCidrs }), { path, value, rule, remedy });
  });
});
