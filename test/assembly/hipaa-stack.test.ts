/** The Terraform half as a whole: every origin of a cluster, every partition, every option of the profile. */
import { HipaaStack } from '../../lib/assembly/hipaa-stack';
import { HipaaTerraformApp } from '../../lib/assembly/terraform-app';
import { partitionOf } from '../../lib/profile/aws';
import { AlarmSubscriber } from '../../lib/profile/alarm-subscriber';
import { DeliveryPath } from '../../lib/profile/delivery-path';
import { EksOrigin } from '../../lib/profile/eks-origin';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { NetworkPolicyMode } from '../../lib/profile/network-policy-mode';
import { ObjectLock } from '../../lib/profile/object-lock';
import { Platform, type EksPlatformProps } from '../../lib/profile/platform';
import type { HipaaProfile, HipaaProfileProps } from '../../lib/profile/profile';
import { SignIn } from '../../lib/profile/sign-in';
import type { Synthesis } from '../../lib/assembly/synthesis';
import { kindOf } from '../../lib/validation/content';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { eksProfile, selfManagedProfile } from '../support/profiles';
import { ancestors, circle, dependencies, sharedNames } from '../support/terraform-graph';

const OTHER: Record<string, string> = { 'us-east-1': 'us-west-2', 'us-gov-west-1': 'us-gov-east-1', 'cn-north-1': 'cn-northwest-1' };
const lock = ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' });

const platform = (region: string, changes: Partial<EksPlatformProps> = {}): Platform => Platform.eks({ region, account: '123456789012', version: KubernetesVersion.V1_33, ...changes });

/** A profile in a region that uses everything. */
function full(region: string, changes: Partial<HipaaProfileProps> = {}): HipaaProfile {
  const arn = `arn:${partitionOf(region)}:iam::123456789012`;
  return eksProfile({
    platform: platform(region),
    keyAdministrators: [`${arn}:role/key-administrators`],
    terraformRole: `${arn}:role/terraform`,
    archive: { lock, replicaRegion: OTHER[region] },
    alarms: [AlarmSubscriber.email('security@company.com')],
    people: {
      auditors: SignIn.identityCenter({ permissionSet: 'Auditor' }), developers: SignIn.identityCenter({ permissionSet: 'Developer' }),
      securityAdmins: SignIn.identityCenter({ permissionSet: 'SecurityAdmin' }), breakGlass: SignIn.iamUsers({ userArns: [`${arn}:user/alice`] }),
    },
    detection: { configurationRecorder: true },
    recovery: { region: OTHER[region], vaultLock: lock },
    imageRepositories: ['patient-portal', 'team/api'],
    fipsEndpoints: true,
    ...changes,
  });
}

function synthesize(profile: HipaaProfile): Synthesis {
  const app = new HipaaTerraformApp(profile);
  new HipaaStack(app, profile);
  return app.synthesize();
}

const ofKind = (objects: readonly SynthesizedObject[], kind: string): SynthesizedObject[] => objects.filter((object) => kindOf(object) === kind);
const roleArn = 'arn:aws:iam::123456789012:role/control-plane';
const STANDARD = { networkPolicyMode: NetworkPolicyMode.STANDARD };
/** A cluster that has everything already. */
const EXISTING = { roleArn, secretsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d', importLogGroup: true, managedAddOns: ['vpc-cni', 'eks-pod-identity-agent'], importTerraformEntry: true };

describe.each<[string, HipaaProfile]>([
  ['EKS with the defaults', eksProfile()],
  ['EKS with everything', full('us-east-1')],
  ['EKS in us-gov', full('us-gov-west-1')],
  ['EKS in China', full('cn-north-1', { fipsEndpoints: false })],
  ['EKS with the archive in another region', full('us-east-1', { archive: { lock, region: 'us-west-2', replicaRegion: 'us-east-2' } })],
  ['EKS with a direct delivery', full('us-east-1', { archive: { lock, delivery: DeliveryPath.DIRECT } })],
  ['EKS in standard mode', full('us-east-1', { platform: platform('us-east-1', { networkPolicyMode: NetworkPolicyMode.STANDARD }) })],
  ['EKS without nodes', full('us-east-1', { platform: platform('us-east-1', { nodeGroups: [] }) })],
  ['EKS with two node groups', full('us-east-1', { platform: platform('us-east-1', { nodeGroups: [{ name: 'system' }, { name: 'phi', instanceTypes: ['m7i.xlarge'], maxSize: 20 }] }) })],
  ['an imported cluster', full('us-east-1', { platform: platform('us-east-1', { ...STANDARD, origin: EksOrigin.import({ roleArn }) }) })],
  ['an imported cluster with a key', full('us-east-1', { platform: platform('us-east-1', { securityGroupIds: ['sg-0123456789abcdef0'], networkPolicyMode: NetworkPolicyMode.STRICT, origin: EksOrigin.import(EXISTING) }) })],
  ['an observed cluster', full('us-east-1', { platform: platform('us-east-1', { origin: EksOrigin.observe() }) })],
  ['a self-managed cluster', selfManagedProfile()],
])('%s', (_name, profile) => {
  const { objects, findings, files } = synthesize(profile);
  const text = files.map((file) => String(file.content)).join('\n');

  test('has no finding', () => expect(findings).toEqual([]));

  test('has no circle, which Terraform would refuse', () => expect(circle(dependencies(objects))).toBeUndefined());

  test('waits for the cluster, and nodes for what enforces their policies', () => {
    const graph = dependencies(objects);
    const [cluster] = ofKind(objects, 'aws_eks_cluster');
    const early = objects.filter(({ reference }) => /^aws_eks_/.test(reference.address!) && cluster && reference.address !== cluster.reference.address && !ancestors(graph, reference.address!).has(cluster.reference.address!));
    expect(early.map(({ reference }) => reference.address)).toEqual([]);
    for (const group of ofKind(objects, 'aws_eks_node_group')) {
      for (const addOn of ofKind(objects, 'aws_eks_addon')) {
        // The volumes' driver is a Deployment, which EKS calls active once nodes run it; the others are on each node before its pods.
        const [first, then] = addOn.content.addon_name === 'aws-ebs-csi-driver' ? [group, addOn] : [addOn, group];
        expect(ancestors(graph, then.reference.address!)).toContain(first.reference.address);
      }
    }
  });

  test('makes nothing twice', () => expect(sharedNames(objects)).toEqual([]));

  test('names no other partition', () => {
    const partitions = [...new Set([...text.matchAll(/arn:(aws[a-z-]*):/g)].map(([, partition]) => partition))];
    expect(partitions).toEqual([partitionOf(profile.region)]);
  });

  test('says the region of everything that has one', () => {
    const regions = new Set(objects.map((object) => object.content.region).filter((region) => region !== undefined));
    expect([...regions].every((region) => /^[a-z-]+-\d$/.test(String(region)))).toBe(true);
    const regional = objects.filter((object) => !/^(data\.)?aws_(iam|organizations)_/.test(object.reference.address!) && object.content.region === undefined);
    expect(regional.map((object) => object.reference.address)).toEqual([]);
  });

  test('holds no path of the machine, and keeps its state encrypted and locked', () => {
    expect(text).not.toContain(process.cwd());
    expect(text).toMatch(/"backend":\s*{\s*"s3"/);
    expect(text).toMatch(/"encrypt":\s*true/);
    expect(text).toMatch(/"use_lockfile":\s*true/);
  });
});

test('FIPS endpoints are an option, of the provider and of the state', () => {
  const text = String(synthesize(full('us-gov-west-1')).files.find((file) => file.path.endsWith('cdk.tf.json'))!.content);
  expect(JSON.parse(text)).toMatchObject({ provider: { aws: [{ use_fips_endpoint: true }] }, terraform: { backend: { s3: { use_fips_endpoint: true } } } });
  expect(String(synthesize(eksProfile()).files.find((file) => file.path.endsWith('cdk.tf.json'))!.content)).not.toContain('fips');
});

test('each origin makes, imports or reads the cluster, and no two of them', () => {
  const kinds = (origin: EksOrigin): number[] => {
    const synthesized = synthesize(full('us-east-1', { platform: platform('us-east-1', { ...STANDARD, origin }) }));
    const json = JSON.parse(String(synthesized.files.find((file) => file.path.endsWith('cdk.tf.json'))!.content)) as { resource: Record<string, object>; import?: object[]; data?: Record<string, object> };
    return [Object.keys(json.resource.aws_eks_cluster ?? {}).length, json.import?.length ?? 0, Object.keys(json.data?.aws_eks_cluster ?? {}).length];
  };
  expect([EksOrigin.create(), EksOrigin.import({ roleArn }), EksOrigin.observe()].map(kinds)).toEqual([[1, 0, 0], [1, 1, 0], [0, 0, 1]]);
});

test('no order is left to node.addDependency, which cdktf ignores', () => {
  const app = new HipaaTerraformApp(full('us-east-1'));
  const stack = new HipaaStack(app, full('us-east-1'));
  expect(stack.node.findAll().filter((construct) => construct.node.dependencies.length > 0).map((construct) => construct.node.path)).toEqual([]);
});

test('what an imported cluster has already is imported with it', () => {
  const imports = (changes: Partial<EksPlatformProps>): string[] => {
    const synthesized = synthesize(full('us-east-1', { platform: platform('us-east-1', changes), sessions: { importDocument: true } }));
    return (JSON.parse(String(synthesized.files.find((file) => file.path.endsWith('cdk.tf.json'))!.content)) as { import: { id: string; to: string }[] }).import.map(({ id, to }) => `${to.split('.')[0]} ${id}`).sort();
  };
  const document = 'aws_ssm_document SSM-SessionManagerRunShell@us-east-1';
  const entry = 'aws_eks_access_entry healthcare-cluster:arn:aws:iam::123456789012:role/terraform@us-east-1';
  expect(imports({ ...STANDARD, origin: EksOrigin.import(EXISTING) })).toEqual([
    entry, 'aws_eks_addon healthcare-cluster:eks-pod-identity-agent@us-east-1', 'aws_eks_addon healthcare-cluster:vpc-cni@us-east-1', 'aws_eks_cluster healthcare-cluster@us-east-1',
    'aws_cloudwatch_log_group /aws/eks/healthcare-cluster/cluster@us-east-1', document,
  ].sort());
  expect(imports({ ...STANDARD, origin: EksOrigin.import({ roleArn }) })).toEqual(['aws_eks_cluster healthcare-cluster@us-east-1', document]);
  expect(imports({ origin: EksOrigin.observe({ importTerraformEntry: true }) })).toEqual([entry, document]);
});

test('an import keeps the security groups of the endpoint, or takes those that are named', () => {
  const clusterOf = (changes: Partial<EksPlatformProps>): Record<string, unknown> => ofKind(synthesize(full('us-east-1', { platform: platform('us-east-1', { ...STANDARD, origin: EksOrigin.import({ roleArn }), ...changes }) })).objects, 'aws_eks_cluster')[0].content as Record<string, unknown>;
  expect(JSON.stringify(clusterOf({}).lifecycle)).toContain('vpc_config[0].security_group_ids');
  const named = clusterOf({ securityGroupIds: ['sg-0123456789abcdef0'] });
  expect(JSON.stringify(named.lifecycle)).not.toContain('security_group_ids');
  expect(named.vpc_config).toMatchObject({ security_group_ids: ['sg-0123456789abcdef0'] });
});

test('readers of the archive may ask it, and ring no alarm', () => {
  const reader = 'arn:aws:iam::123456789012:role/reader';
  const { objects } = synthesize(selfManagedProfile({ archive: { lock, account: '123456789012', region: 'us-east-1', readers: [reader] } }));
  const allowed = ofKind(objects, 'aws_kms_key').filter((key) => String(key.content.policy).includes(reader)).map((key) => key.content.description);
  expect(allowed).toEqual(['healthcare-cluster-audit-archive', 'healthcare-cluster-audit-queries']);
  const decrypt = ofKind(objects, 'aws_cloudwatch_log_metric_filter').find((filter) => String(filter.content.name).endsWith('decrypt-archive'))!;
  expect(decrypt.content.pattern).toContain('assumed-role/reader/*');
});

test('FIPS endpoints are refused in China, which has none', () => {
  expect(() => full('cn-north-1')).toThrow(/fipsEndpoints is for no region of China/);
});

test('an imported cluster says how its network policies are enforced', () => {
  expect(() => platform('us-east-1', { origin: EksOrigin.import({ roleArn }) })).toThrow(/networkPolicyMode is missing[\s\S]*STANDARD/);
});

test('an observed cluster keeps the delivery, the alarms and the access of ours', () => {
  const { objects } = synthesize(full('us-east-1', { platform: platform('us-east-1', { origin: EksOrigin.observe() }) }));
  expect(ofKind(objects, 'aws_cloudwatch_log_subscription_filter').map((filter) => filter.content.log_group_name)).toContain('/aws/eks/healthcare-cluster/cluster');
  expect(ofKind(objects, 'aws_eks_access_entry')).toHaveLength(5);
  expect(ofKind(objects, 'aws_eks_node_group')).toHaveLength(0);
});

test('nobody reads the archive but the auditor, and the roles that carry it elsewhere', () => {
  const { objects } = synthesize(full('us-east-1'));
  const [policy] = ofKind(objects, 'aws_kms_key').filter((key) => key.content.description === 'healthcare-cluster-audit-archive' && key.content.region === 'us-east-1')
    .map((key) => JSON.parse(String(key.content.policy)) as { Statement: { Sid: string; Principal: { AWS: string[] } }[] });
  const decrypting = policy.Statement.filter((statement) => JSON.stringify(statement).includes('kms:Decrypt'));
  expect(decrypting.map((statement) => statement.Sid)).toEqual(['AllowDecryptionByS3', 'AllowService1']);
  expect(decrypting[0].Principal.AWS.map((arn) => /aws_iam_role\.([A-Za-z]+)_/.exec(arn)![1])).toEqual(['Replication', 'Auditor']);
});

test('modules, which nobody here reads, are a finding', () => {
  const profile = eksProfile();
  const app = new HipaaTerraformApp(profile);
  new HipaaStack(app, profile).addOverride('module.own', { source: './own' });
  expect(app.synthesize().findings).toEqual([expect.stringMatching(/modules are not judged.*module\.own/)]);
});
