/** Rules on the nodes and a log that leaves them, judged together and each half alone, on the objects of a platform with nodes of Amazon Linux 2023. */
import { HipaaControlPlane } from '../../lib/assembly/control-plane';
import { HipaaApp } from '../../lib/assembly/hipaa-app';
import { Control } from '../../lib/controls/control';
import { ClaimKind } from '../../lib/controls/safeguard';
import { controlMatrix } from '../../lib/evidence/control-matrix';
import { amazonLinuxUserData } from '../../lib/nodes/amazon-linux-user-data';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { NodeImage } from '../../lib/profile/node-image';
import type { EksNodeGroupSettings } from '../../lib/profile/eks-node-group-settings';
import { Platform } from '../../lib/profile/platform';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import { kindOf } from '../../lib/validation/content';
import { Tree, type SynthesizedObject } from '../../lib/validation/synthesized-object';
import { eksProfile, selfManagedProfile } from '../support/profiles';

const LINUX: EksNodeGroupSettings[] = [{ name: 'linux', image: NodeImage.AMAZON_LINUX_2023 }, { name: 'arm', image: NodeImage.AMAZON_LINUX_2023_ARM }];
const profileOf = (nodeGroups: EksNodeGroupSettings[]) => eksProfile({ platform: Platform.eks({ region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33, nodeGroups }) });
function objectsOf(profile: ReturnType<typeof eksProfile>): { kubernetes: SynthesizedObject[]; terraform: SynthesizedObject[]; findings: readonly string[] } {
  const app = new HipaaApp(profile);
  const [kubernetes, terraform] = [app.kubernetes.synthesize(), app.terraform.synthesize()];
  return { kubernetes: [...kubernetes.objects], terraform: [...terraform.objects], findings: [...kubernetes.findings, ...terraform.findings] };
}
const profile = profileOf(LINUX);
const { kubernetes, terraform, findings } = objectsOf(profile);
const all = [...kubernetes, ...terraform];

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a weakening reaches into every shape
type Weakening = (content: any, others: SynthesizedObject[]) => void;
const implementing = (objects: readonly SynthesizedObject[], kind: string) => objects.find((object) => kindOf(object) === kind
  && object.claims.some((claim) => claim.control === Control.AU10_NODE_AUDIT && claim.kind === ClaimKind.IMPLEMENTS));
function verdict(kind: string, weaken: Weakening = () => undefined, objects = all): string | undefined {
  const copies = structuredClone(objects);
  const object = implementing(copies, kind)!;
  weaken(object.content, copies);
  return checkFor(Control.AU10_NODE_AUDIT, object)!.check(object, new CheckContext(profile, copies));
}
const named = (others: SynthesizedObject[], kind: string, name: string) => others.find((object) => kindOf(object) === kind && object.reference.name === name)!;
const inConfiguration = (change: (conf: string) => string): Weakening => (_content, others) => {
  const data = named(others, 'ConfigMap', 'fluent-bit-node-audit-config').content.data as Record<string, string>;
  data['fluent-bit.conf'] = change(data['fluent-bit.conf']);
};
const remove = (is: (object: SynthesizedObject) => boolean): Weakening => (_content, others) => void others.splice(others.findIndex(is), 1);
const withUserData = (text: string): Weakening => (content) => (content.user_data = Buffer.from(text).toString('base64'));
const NODES = 'aws_launch_template';
const isShipper = (object: SynthesizedObject): boolean => kindOf(object) === 'DaemonSet' && object.reference.name === 'fluent-bit-node-audit';
const unclaim = (others: SynthesizedObject[], is: (object: SynthesizedObject) => boolean): void => others.filter(is).forEach((object) => Object.assign(object, { claims: [] }));
const group = (content: object): Weakening => (_content, others) => {
  const { stack } = others.find((object) => object.reference.address !== undefined)!.reference;
  others.push({ reference: { tree: Tree.TERRAFORM, stack: stack!, address: 'aws_eks_node_group.Own' }, path: 'own', claims: [], content: content as Record<string, unknown> });
};

test('hold on the platform, and leave nothing to find', () => {
  expect(findings).toEqual([]);
  expect(verdict(NODES)).toBeUndefined();
  expect(verdict('DaemonSet')).toBeUndefined();
});

test('hold for each half where it is judged alone', () => {
  expect(verdict(NODES, undefined, terraform)).toBeUndefined();
  expect(verdict('DaemonSet', undefined, kubernetes)).toBeUndefined();
});

test.each<[string, Weakening, RegExp]>([
  ['no user data', (o) => delete o.user_data, /does not load the rules/],
  ['other user data', withUserData('#!/bin/bash\n'), /does not load the rules/],
  ['the user data without the audit', withUserData(amazonLinuxUserData({ arm: false, nodeAudit: false })), /does not load the rules/],
  ['the user data of the other architecture', withUserData(amazonLinuxUserData({ arm: true, nodeAudit: true })), /does not load the rules/],
  ['rules that are not locked', withUserData(amazonLinuxUserData({ arm: false, nodeAudit: true }).replace('\n-e 2\n', '\n')), /does not load the rules/],
  ['a kubelet that starts anyhow', withUserData(amazonLinuxUserData({ arm: false, nodeAudit: true }).replace('ExecStartPre=', 'ExecStartPre=-')), /does not load the rules/],
  ['another image', (o) => (o.image_id = 'ami-0a1b2c3d'), /image_id/],
  ['no node', (o) => (o.count = 0), /count/],
  ['a group of Bottlerocket', (_o, others) => ((others.find((object) => kindOf(object) === 'aws_eks_node_group')!.content as { ami_type: string }).ami_type = 'BOTTLEROCKET_x86_64'), /takes no script/],
  ['no group', remove((object) => kindOf(object) === 'aws_eks_node_group'), /no node group of the stack/],
  ['no shipper', remove(isShipper), /no log shipper carries/],
  ['a shipper that claims nothing any more', (_o, others) => unclaim(others, isShipper), /no log shipper carries/],
  ['a shipper that does not read the log', inConfiguration((conf) => conf.replace('/var/log/audit/audit.log,', '/var/log/other.log,')), /stays on the nodes: .*does not read/],
])('the template fails with %s', (_what, weaken, message) => {
  expect(verdict(NODES, weaken)).toMatch(message);
});

test.each<[string, string, SynthesizedObject[]]>([
  ['the shipper', 'DaemonSet', all], ['the template, alone', NODES, terraform],
])('a group without a template is told by %s', (_what, kind, objects) => {
  expect(verdict(kind, group({ node_group_name: 'own' }), objects)).toMatch(/aws_eks_node_group\.Own starts from no template that loads the rules/);
});

const pod = (change: (spec: Record<string, never>) => unknown): Weakening => (content) => void change(content.spec.template.spec);
const terms = (...matchExpressions: object[]): Weakening => pod((spec) => Object.assign(spec, {
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } } },
}));

test.each<[string, Weakening, RegExp]>([
  ['another file', inConfiguration((conf) => conf.replace('/var/log/audit/audit.log,', '/var/log/other.log,')), /does not read auditd's log/],
  ['files left out', inConfiguration((conf) => conf.replace('Parser  ', 'Exclude_Path  /var/log/audit/*\n    Parser  ')), /leaves files out: exclude_path/],
  ['a filter that drops', inConfiguration((conf) => `${conf}\n[FILTER]\n    Name  grep\n    Match *\n    Exclude record hipaa\n`), /filter grep may drop/],
  ['an included file', inConfiguration((conf) => `${conf}\n@INCLUDE more.conf\n`), /includes another file/],
  ['another bucket', inConfiguration((conf) => conf.replace(/hipaa-audit-logs-[0-9]+-us-east-1/, 'elsewhere')), /into the archive/],
  ['the prefix of containers', inConfiguration((conf) => conf.replace('/node-audit/%Y', '/%Y')), /below container-logs\/healthcare-cluster\/node-audit/],
  ['an output that matches nothing', inConfiguration((conf) => conf.replace(/(\[OUTPUT\][^[]*Match +)node\.\*/, '$1kube.*')), /matches the tag node\.audit/],
  ['no configuration', remove((object) => kindOf(object) === 'ConfigMap' && object.reference.name === 'fluent-bit-node-audit-config'), /no configuration/],
  ['no account', remove((object) => kindOf(object) === 'ServiceAccount' && object.reference.name === 'fluent-bit'), /ServiceAccount fluent-bit/],
  ['no folder', pod((spec) => Object.assign(spec, { volumes: [] })), /folder of auditd's log/],
  ['nodes with a label', pod((spec) => Object.assign(spec.nodeSelector, { tier: 'a' })), /some nodes only: nodeSelector tier/],
  ['nodes without taints', pod((spec) => Object.assign(spec, { tolerations: [] })), /keeps off nodes with taints/],
  ['taints of one key', pod((spec) => Object.assign(spec, { tolerations: [{ key: 'a', operator: 'Exists' }] })), /keeps off nodes with taints/],
  ['one of two groups', terms({ key: 'eks.amazonaws.com/nodegroup', operator: 'In', values: ['linux'] }), /some nodes only: eks\.amazonaws\.com\/nodegroup In linux/],
  ['no group', terms({ key: 'eks.amazonaws.com/nodegroup', operator: 'DoesNotExist' }), /some nodes only/],
  ['nodes of a zone', terms({ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['a'] }), /some nodes only: topology/],
  ['no way out', remove((object) => kindOf(object) === 'NetworkPolicy' && object.reference.name === 'fluent-bit-node-audit-flows'), /no NetworkPolicy lets the shipper/],
  ['no template with rules', (_o, others) => unclaim(others, (object) => kindOf(object) === NODES), /no launch template loads/],
])('the shipper fails with %s', (_what, weaken, message) => {
  expect(verdict('DaemonSet', weaken)).toMatch(message);
});

describe('in the evidence', () => {
  const row = (of: ReturnType<typeof eksProfile>, objects: readonly SynthesizedObject[]) =>
    controlMatrix({ profile: of, objects }).controls.find(({ id }) => id === Control.AU10_NODE_AUDIT)!;

  test('nodes with rules whose log leaves them are enforced', () => {
    expect(row(profile, all)).toMatchObject({ status: 'enforced', reasons: [] });
    expect(row(profile, all).objects.map(({ kind, address }) => kind ?? address?.split('.')[0]).sort()).toEqual(['DaemonSet', NODES, NODES]);
  });

  test.each<[string, readonly SynthesizedObject[], RegExp]>([
    ['the rules alone', all.filter((object) => !isShipper(object)), /no log shipper/],
    ['the shipper alone', all.filter((object) => kindOf(object) !== NODES), /no launch template/],
  ])('%s are not', (_what, objects, reason) => {
    expect(row(profile, objects).status).toBe('not met');
    expect(row(profile, objects).reasons.join()).toMatch(reason);
  });

  test.each<[string, EksNodeGroupSettings[], RegExp]>([
    ['Bottlerocket', [{ name: 'default' }], /no auditd/],
    ['Bottlerocket beside Amazon Linux', [...LINUX, { name: 'default' }], /no auditd/],
    ['a group where it is off', [LINUX[0], { name: 'off', image: NodeImage.AMAZON_LINUX_2023, nodeAudit: false }], /nodeAudit is off/],
  ])('%s is not met, and no finding', (_what, groups, reason) => {
    const other = profileOf(groups);
    const made = objectsOf(other);

    expect(made.findings).toEqual([]);
    expect(row(other, [...made.kubernetes, ...made.terraform])).toMatchObject({ status: 'not met', reasons: [expect.stringMatching(reason) as string] });
  });

  test('a self-managed cluster is left to those who make its nodes', () => {
    const own = selfManagedProfile();
    const app = new HipaaApp(own);
    const objects = [...app.kubernetes.synthesize().objects, ...app.terraform.synthesize().objects, ...new HipaaControlPlane(own).synthesize().objects];

    expect(row(own, objects)).toMatchObject({ status: 'not met', reasons: [expect.stringMatching(/install\.sh: .*nobody attests it/) as string] });
  });
});
