/** Checks on a cluster, its identity provider and its nodes: on what the constructs write, and on the same weakened. */
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3Backend, TerraformStack } from 'cdktf';
import { HipaaEksCluster } from '../../lib/access/eks-cluster';
import { EksOidcIdentityProvider } from '../../lib/access/eks-oidc-identity-provider';
import { ObservedEksCluster } from '../../lib/access/observed-eks-cluster';
import { HipaaTerraformApp } from '../../lib/assembly/terraform-app';
import { Control } from '../../lib/controls/control';
import { ClaimKind } from '../../lib/controls/safeguard';
import { VpcCniNetworkPolicy } from '../../lib/network/vpc-cni-network-policy';
import { EksNodeGroup } from '../../lib/nodes/eks-node-group';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { NetworkPolicyMode } from '../../lib/profile/network-policy-mode';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import { kindOf } from '../../lib/validation/content';
import { Tree, type SynthesizedObject } from '../../lib/validation/synthesized-object';
import { eksProfile } from '../support/profiles';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a weakening reaches into every shape
type Weakening = (content: any, others: SynthesizedObject[]) => void;

const profile = eksProfile();
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const common = { account: '123456789012', region: 'us-east-1', subnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-1a2b3c4d5e6f70819'] };

function synthesized(build: (stack: TerraformStack) => void): SynthesizedObject[] {
  const app = new HipaaTerraformApp(profile);
  const stack = new TerraformStack(app, 'Own');
  new AwsProvider(stack, 'Aws', { region: 'us-east-1' });
  new S3Backend(stack, { bucket: 'terraform-state', key: 'own', region: 'us-east-1' });
  build(stack);
  const { objects, findings } = app.synthesize();
  expect(findings).toEqual([]);
  return [...objects];
}

let owned: SynthesizedObject[];
let observed: SynthesizedObject[];
beforeAll(() => {
  owned = synthesized((stack) => {
    const { cluster } = new HipaaEksCluster(stack, 'Cluster', {
      ...common, name: 'healthcare-cluster', version: KubernetesVersion.V1_33, importExisting: { roleArn: 'arn:aws:iam::123456789012:role/eks', secretsKeyArn: KEY },
    });
    new EksOidcIdentityProvider(stack, 'People', {
      clusterName: cluster.name, configName: 'company', issuerUrl: 'https://login.example.com', clientId: 'kubernetes', groupsPrefix: 'oidc:', requiredClaims: { acr: 'mfa', hd: 'example.com' }, mfaClaim: 'acr',
      region: 'us-east-1',
    });
    new EksNodeGroup(stack, 'Nodes', { ...common, clusterName: cluster.name, nodeGroupName: 'default', roleName: 'node', volumeKmsKeyArn: KEY });
    new VpcCniNetworkPolicy(stack, 'Enforcer', { clusterName: cluster.name, region: 'us-east-1', mode: NetworkPolicyMode.STRICT });
  });
  observed = synthesized((stack) => void new ObservedEksCluster(stack, 'Cluster', { name: 'healthcare-cluster', region: 'us-east-1', account: '123456789012' }));
});

function verdict(control: Control, kind: string, weaken: Weakening = () => undefined): string | undefined {
  const copies = structuredClone(kind.startsWith('data.') ? observed : owned);
  const object = copies.find((candidate) => kindOf(candidate) === kind && candidate.claims.some((claim) => claim.control === control && claim.kind === ClaimKind.IMPLEMENTS));
  if (!object) throw new Error(`no ${kind} claims ${control}`);
  weaken(object.content, copies);
  return checkFor(control, object)!.check(object, new CheckContext(profile, copies));
}

/** A Terraform resource of a user's own, without a claim, in the same stack. */
const resource = (address: string, content: object): Weakening => (_content, others) =>
  void others.push({ reference: { tree: Tree.TERRAFORM, address, stack: 'Own' }, path: address, claims: [], content: content as Record<string, unknown> });
const ofGroup = (change: Weakening): Weakening => (_content, others) => change(others.find((object) => kindOf(object) === 'aws_eks_node_group')!.content, others);
interface Demand {
  condition: string;
}
const withoutDemand = (text: string): Weakening =>
  ({ lifecycle }) => (lifecycle.postcondition = lifecycle.postcondition.filter(({ condition }: Demand) => !condition.includes(text)));
const weaker = (text: string, other: string): Weakening =>
  ({ lifecycle }) => lifecycle.postcondition.forEach((demand: Demand) => (demand.condition = demand.condition.replace(text, other)));

const DATA = 'data.aws_eks_cluster';
const OIDC = 'aws_eks_identity_provider_config';
const TEMPLATE = 'aws_launch_template';
const CASES: readonly [Control, string, string, Weakening, RegExp][] = [
  [Control.AU1_AUDIT_POLICY, DATA, 'no demand', withoutDemand('log_types'), /no postcondition demands all five log types/],
  [Control.AU1_AUDIT_POLICY, DATA, 'no postcondition at all', (o) => delete o.lifecycle, /no postcondition/],
  [Control.AU1_AUDIT_POLICY, DATA, 'four types', weaker('"audit", ', ''), /all five log types/],
  [Control.AU1_AUDIT_POLICY, DATA, 'a demand that always holds', weaker(' == 0', ' >= 0'), /all five log types/],
  [Control.AU1_AUDIT_POLICY, DATA, 'a precondition instead', (o) => (o.lifecycle = { precondition: o.lifecycle.postcondition }), /no postcondition/],
  [Control.AU1_AUDIT_POLICY, DATA, 'another cluster', (o) => (o.name = 'other'), /the cluster is other/],
  [Control.AU1_AUDIT_POLICY, DATA, 'a cluster of another account', weaker('123456789012', '999999999999'), /the ARN of the cluster/],
  [Control.AU1_AUDIT_POLICY, DATA, 'read at apply', (o) => (o.depends_on = ['aws_eks_cluster.other']), /too late for the plan/],
  [Control.AU1_AUDIT_POLICY, DATA, 'never read', (o) => (o.count = 0), /count is 0/],
  [Control.AU1_AUDIT_POLICY, DATA, 'read with other credentials', (o) => (o.provider = 'aws.other'), /provider aws\.other/],
  [Control.AC9_PRIVATE_API, DATA, 'a public endpoint', withoutDemand('public_access'), /the public endpoint is off/],
  [Control.AC9_PRIVATE_API, DATA, 'a public endpoint that is asked for', weaker('public_access == false', 'public_access == true'), /the public endpoint is off/],
  [Control.AC9_PRIVATE_API, DATA, 'no private endpoint', withoutDemand('private_access'), /the private endpoint is on/],
  [Control.AC9_PRIVATE_API, 'aws_eks_cluster', 'an import whose endpoint is left', (o) => o.lifecycle.ignore_changes.push('vpc_config'), /ignores changes of vpc_config:/],
  [Control.AC9_PRIVATE_API, 'aws_eks_cluster', 'an import that is left as it is', (o) => (o.lifecycle.ignore_changes = 'all'), /ignores changes of all/],
  [Control.AC9_PRIVATE_API, 'aws_eks_cluster', 'an import with a public endpoint', (o) => (o.vpc_config.endpoint_public_access = true), /public endpoint is not off/],
  [Control.EN1_API_DATA, 'aws_eks_cluster', 'an import without a key', (o) => delete o.encryption_config, /not encrypted with a key of yours/],
  [Control.AC1_UNIQUE_ID, OIDC, 'a name that may change', (o) => (o.oidc.username_claim = 'email'), /the claim email/],
  [Control.AC1_UNIQUE_ID, OIDC, 'no claim, which EKS would choose', (o) => delete o.oidc.username_claim, /the claim undefined/],
  [Control.AC1_UNIQUE_ID, OIDC, 'no prefix of users', (o) => delete o.oidc.username_prefix, /username_prefix is undefined/],
  [Control.AC1_UNIQUE_ID, OIDC, 'prefixes that are off', (o) => (o.oidc.groups_prefix = '-'), /groups_prefix is -/],
  [Control.AC1_UNIQUE_ID, OIDC, "groups of Kubernetes' own", (o) => (o.oidc.groups_prefix = 'system:'), /groups_prefix is system:/],
  [Control.AC1_UNIQUE_ID, OIDC, 'another cluster', (o) => (o.cluster_name = 'other'), /of another cluster than healthcare-cluster: other/],
  [Control.AC1_UNIQUE_ID, OIDC, 'a second provider', resource(`${OIDC}.other`, { cluster_name: 'healthcare-cluster' }), /aws_eks_identity_provider_config\.other lets others in/],
  [Control.AC2_MFA, OIDC, 'no claims', (o) => delete o.oidc.required_claims, /tokens need no claim/],
  [Control.AC2_MFA, OIDC, 'another claim alone', (o) => delete o.oidc.required_claims.acr, /tokens need no claim/],
  [Control.AC2_MFA, OIDC, 'the claim of a password', (o) => (o.oidc.required_claims.acr = 'pwd'), /tokens need no claim/],
  [Control.NW4_IMDS, TEMPLATE, 'no options', (o) => delete o.metadata_options, /IMDSv1/],
  [Control.NW4_IMDS, TEMPLATE, 'IMDSv1', (o) => (o.metadata_options.http_tokens = 'optional'), /IMDSv1/],
  [Control.NW4_IMDS, TEMPLATE, 'a hop for pods', (o) => (o.metadata_options.http_put_response_hop_limit = 2), /hop limit of the metadata service is 2/],
  [Control.NW4_IMDS, TEMPLATE, 'no hop limit', (o) => delete o.metadata_options.http_put_response_hop_limit, /hop limit of the metadata service is undefined/],
  [Control.NW4_IMDS, TEMPLATE, 'no group', ofGroup((o) => delete o.launch_template), /no node group of the stack/],
  [Control.NW4_IMDS, TEMPLATE, 'a group of another template', ofGroup((o) => (o.launch_template.id = 'lt-0a1b2c3d4e5f60718')), /no node group of the stack/],
  [Control.NW4_IMDS, TEMPLATE, 'an older version', ofGroup((o) => (o.launch_template.version = '1')), /version 1 of this template/],
  [Control.NW4_IMDS, TEMPLATE, 'a group that is left as it is', ofGroup((o) => o.lifecycle.ignore_changes.push('launch_template')), /ignores changes of launch_template:/],
  [Control.NW4_IMDS, TEMPLATE, 'other nodes', resource('aws_eks_node_group.other', { cluster_name: 'healthcare-cluster' }), /aws_eks_node_group\.other starts from no template/],
  [Control.NW4_IMDS, TEMPLATE, 'other nodes of another template', (o, others) => {
    resource('aws_launch_template.other', { metadata_options: { http_put_response_hop_limit: 2 } })(o, others);
    resource('aws_eks_node_group.other', { launch_template: { id: '${aws_launch_template.other.id}' } })(o, others);
  }, /aws_eks_node_group\.other starts from no template/],
  [Control.PS6_NODES, TEMPLATE, 'a key pair', (o) => (o.key_name = 'ops'), /sets key_name/],
  [Control.PS6_NODES, TEMPLATE, 'an image of its own', (o) => (o.image_id = 'ami-0a1b2c3d4e5f60718'), /sets image_id/],
  [Control.PS6_NODES, TEMPLATE, 'security groups of its own', (o) => (o.vpc_security_group_ids = ['sg-0a1b2c3d4e5f60718']), /sets vpc_security_group_ids/],
  [Control.PS6_NODES, TEMPLATE, 'a public address', (o) => (o.network_interfaces = { associate_public_ip_address: 'true' }), /sets network_interfaces/],
  [Control.PS6_NODES, TEMPLATE, 'a plain volume', (o) => (o.block_device_mappings[1].ebs.encrypted = 'false'), /volume \/dev\/xvdb is not encrypted/],
  [Control.PS6_NODES, TEMPLATE, "AWS' own key", (o) => delete o.block_device_mappings[0].ebs.kms_key_id, /volume \/dev\/xvda is not encrypted/],
  [Control.PS6_NODES, TEMPLATE, 'a volume less', (o) => o.block_device_mappings.pop(), /volume \/dev\/xvdb is not set/],
  [Control.PS6_NODES, TEMPLATE, 'a plain volume more', (o) => o.block_device_mappings.push({ device_name: '/dev/sdf', ebs: {} }), /volume \/dev\/sdf is not encrypted/],
  [Control.PS6_NODES, TEMPLATE, 'no user data', (o) => delete o.user_data, /hardening of Bottlerocket/],
  [Control.PS6_NODES, TEMPLATE, 'SSH by user data', (o) => (o.user_data = Buffer.from('[settings.host-containers.admin]\nenabled = true\n').toString('base64')), /hardening of Bottlerocket/],
  [Control.PS6_NODES, TEMPLATE, 'another system', ofGroup((o) => (o.ami_type = 'AL2023_x86_64_STANDARD')), /runs AL2023_x86_64_STANDARD/],
  [Control.PS6_NODES, TEMPLATE, 'SSH', ofGroup((o) => (o.remote_access = { ec2_ssh_key: 'ops' })), /lets people in by SSH/],
  [Control.NW2_ENFORCER, 'aws_eks_addon', 'a claim of strict mode on a standard enforcer', (o) => (o.configuration_values = '{"enableNetworkPolicy":"true"}'), /in standard mode, and claims another/],
  [Control.NW2_ENFORCER, 'aws_eks_addon', 'a mode that there is not', (o) => (o.configuration_values = '{"enableNetworkPolicy":"true","env":{"NETWORK_POLICY_ENFORCING_MODE":"lax"}}'), /is lax/],
  [Control.NW2_ENFORCER, 'aws_eks_addon', 'other settings of the CNI', resource('aws_eks_addon.other', { addon_name: 'vpc-cni', cluster_name: 'healthcare-cluster' }), /aws_eks_addon\.other sets the CNI, too/],
];

describe('checks on a cluster, its identity provider and its nodes', () => {
  test.each(CASES)('%s on %s fails: %s', (control, kind, _what, weaken, message) => {
    expect(verdict(control, kind)).toBeUndefined();
    expect(verdict(control, kind, weaken)).toMatch(message);
  });

  test.each<[string, Control, string, Weakening]>([
    ['a version that is demanded as well', Control.AU1_AUDIT_POLICY, DATA, (o) => o.lifecycle.postcondition.push({ condition: '${self.version == "1.33"}', error_message: 'No.' })],
    ['a cluster by its name', Control.AC1_UNIQUE_ID, OIDC, (o) => (o.cluster_name = 'healthcare-cluster')],
    ['one more claim', Control.AC2_MFA, OIDC, (o) => (o.oidc.required_claims.tenant = 'a')],
    ['other nodes of the same template', Control.NW4_IMDS, TEMPLATE, ofGroup((o, others) => resource('aws_eks_node_group.other', { launch_template: o.launch_template })(o, others))],
    ['a key of the same stack', Control.PS6_NODES, TEMPLATE, (o, others) => {
      resource('aws_kms_key.volumes', {})(o, others);
      for (const { ebs } of o.block_device_mappings) ebs.kms_key_id = '${aws_kms_key.volumes.arn}';
    }],
    ['another add-on', Control.NW2_ENFORCER, 'aws_eks_addon', resource('aws_eks_addon.other', { addon_name: 'coredns' })],
  ])('holds with %s', (_what, control, kind, change) => {
    expect(verdict(control, kind, change)).toBeUndefined();
  });

  test('every claim of these constructs has a check, and every check is tried above', () => {
    const claimed = new Set([...owned, ...observed].flatMap((object) => object.claims.filter(({ kind }) => kind === ClaimKind.IMPLEMENTS).map(({ control }) => `${control} ${kindOf(object)}`)));
    const tried = new Set(CASES.map(([control, kind]) => `${control} ${kind}`));

    expect([...claimed].sort()).toEqual([...tried].sort());
  });
});
