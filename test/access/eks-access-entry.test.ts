import type { TerraformStack } from 'cdktf';
import { EksAccessEntry, type EksAccessEntryProps } from '../../lib/access/eks-access-entry';
import { EksAccessLevel, EksAccessPolicy } from '../../lib/access/eks-access-policy';
import { claimsBelow } from '../support/claims';
import { plainCluster } from '../support/eks';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const ROLE = 'arn:aws:iam::123456789012:role/healthcare-cluster-auditor';
const base: EksAccessEntryProps = { clusterName: 'healthcare-cluster', principalArn: ROLE, kubernetesGroups: ['oidc:auditors@company.com'], account: '123456789012', region: 'us-east-1' };
const make = (changes: object = {}) => (stack: TerraformStack) => new EksAccessEntry(stack, 'Entry', { ...base, ...changes });

describe('EksAccessEntry', () => {
  test("makes the sessions of a role members of groups, under EKS's own names", () => {
    const stack = synthStack(make());

    expect(stack.only('aws_eks_access_entry')).toEqual({
      cluster_name: 'healthcare-cluster', principal_arn: ROLE, type: 'STANDARD', kubernetes_groups: ['oidc:auditors@company.com'], region: 'us-east-1',
    });
    expect(stack.resources.aws_eks_access_policy_association).toBeUndefined();
    expect(stack.only('aws_eks_access_entry')).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<EksAccessEntryProps> = {
      ...base, userName: 'auditor:{{SessionNameRaw}}', accessPolicies: [EksAccessPolicy.inNamespaces(EksAccessLevel.VIEW, ['web', 'tools']), EksAccessPolicy.onCluster(EksAccessLevel.CLUSTER_ADMIN)],
    };
    const stack = synthStack((scope) => new EksAccessEntry(scope, 'Entry', props));
    const entry = Object.keys(stack.resources.aws_eks_access_entry)[0];

    expect(stack.only('aws_eks_access_entry').user_name).toBe('auditor:{{SessionNameRaw}}');
    expect(Object.values(stack.resources.aws_eks_access_policy_association)).toEqual([
      expect.objectContaining({ policy_arn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy', access_scope: { type: 'cluster' } }),
      {
        cluster_name: 'healthcare-cluster', principal_arn: ROLE, policy_arn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
        access_scope: { type: 'namespace', namespaces: ['web', 'tools'] }, region: 'us-east-1', depends_on: [`aws_eks_access_entry.${entry}`],
      },
    ]);
  });

  test('has an id for each level, and the ARN of the partition', () => {
    const stack = testStack();
    const entry = make({
      region: 'us-gov-west-1', principalArn: ROLE.replace('arn:aws:', 'arn:aws-us-gov:'), kubernetesGroups: [], accessPolicies: Object.values(EksAccessLevel).map((level) => EksAccessPolicy.onCluster(level)),
    })(stack);

    expect(entry.node.children.map(({ node }) => node.id)).toEqual(['Resource', 'PolicyClusterAdmin', 'PolicyAdmin', 'PolicyEdit', 'PolicyView', 'PolicyAdminView']);
    expect(synthStack(make({ region: 'cn-north-1', principalArn: ROLE.replace('arn:aws:', 'arn:aws-cn:'), accessPolicies: [EksAccessPolicy.onCluster(EksAccessLevel.VIEW)] })).only('aws_eks_access_policy_association').policy_arn)
      .toBe('arn:aws-cn:eks::aws:cluster-access-policy/AmazonEKSViewPolicy');
  });

  test('waits for a cluster and a role that are given by reference', () => {
    const entry = synthStack((scope) => make({ clusterName: plainCluster(scope).name, principalArn: '${aws_iam_role.Auditor.arn}' })(scope)).only('aws_eks_access_entry');

    expect(entry).toMatchObject({ cluster_name: '${aws_eks_cluster.Cluster.name}', principal_arn: '${aws_iam_role.Auditor.arn}' });
  });

  test('exposes the entry, and claims unique names on it', () => {
    const stack = testStack();
    const entry = make()(stack);

    expect(entry.node.defaultChild).toBe(entry.entry);
    expect(claimsBelow(stack)).toEqual(['Test/Entry/Resource implements AC1']);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a name that EKS refuses', { clusterName: 'my cluster' }, 'my cluster', 'CreateCluster', '1 to 100'],
    ['an account that is none', { account: '1' }, '1', 'twelve digits', 'as a string'],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['an IAM user', { principalArn: 'arn:aws:iam::123456789012:user/alice' }, 'arn:aws:iam::123456789012:user/alice', '312(a)(2)(i)', 'ARN of a role'],
    ['a session', { principalArn: 'arn:aws:sts::123456789012:assumed-role/a/b' }, 'arn:aws:sts::123456789012:assumed-role/a/b', 'without wildcards', 'one role or user'],
    ['a role of Identity Center', { principalArn: 'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_0123456789abcdef' }, 'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_0123456789abcdef', 'by its own ARN', 'ARN of a role'],
    ['every role', { principalArn: 'arn:aws:iam::123456789012:role/*' }, 'arn:aws:iam::123456789012:role/*', 'without wildcards', 'one role or user'],
    ['a role of another account', { principalArn: ROLE.replace('123456789012', '999999999999') }, ROLE.replace('123456789012', '999999999999'), '308(a)(4)(ii)(B)', '123456789012'],
    ['a role of another partition', { principalArn: ROLE.replace('arn:aws:', 'arn:aws-cn:') }, ROLE.replace('arn:aws:', 'arn:aws-cn:'), 'partition aws', 'arn:aws:'],
    ['no list of groups', { kubernetesGroups: 'a' }, 'a', 'CreateAccessEntry', 'in a list'],
    ['a group twice', { kubernetesGroups: ['a', 'a'] }, ['a', 'a'], 'CreateAccessEntry', 'once'],
    ["Kubernetes' own group", { kubernetesGroups: ['system:masters'] }, 'system:masters', 'AC4', "identity provider's own"],
    ...['eks:admins', 'aws:a', 'Amazon:a', 'iam:a'].map((group): [string, object, unknown, string, string] => [`the reserved group ${group}`, { kubernetesGroups: [group] }, group, 'are reserved', 'RoleBindings']),
    ['what is no access policy', { accessPolicies: ['AmazonEKSViewPolicy'] }, 'AmazonEKSViewPolicy', 'access policies', 'EksAccessPolicy.onCluster()'],
    ['one level twice', { accessPolicies: [EksAccessPolicy.onCluster(EksAccessLevel.VIEW), EksAccessPolicy.inNamespaces(EksAccessLevel.VIEW, ['a'])] }, [EksAccessLevel.VIEW, EksAccessLevel.VIEW], 'once', 'all namespaces'],
    ['an entry for nothing', { kubernetesGroups: [] }, [], 'access entries', 'name a group'],
    ['one name for all sessions', { userName: 'auditor' }, 'auditor', '312(a)(2)(i)', '{{SessionName}}'],
    ['a name without the colon', { userName: 'auditor-{{SessionName}}' }, 'auditor-{{SessionName}}', 'a colon before', '{{SessionName}}'],
    ['a name that only begins with that of the session', { userName: 'a:{{SessionName}}:b' }, 'a:{{SessionName}}:b', 'a colon before', '{{SessionName}}'],
    ['a reserved name', { userName: 'system:{{SessionName}}' }, 'system:{{SessionName}}', 'no reserved prefix', '{{SessionName}}'],
    ['an unknown field', { type: 'EC2_LINUX' }, 'type', 'no other field', 'principalArn'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synthStack(make(changes)), { path: 'Test/Entry', value, rule, remedy });
  });
});

describe('EksAccessPolicy', () => {
  test.each<[string, () => unknown, unknown, string, string]>([
    ['no namespace', () => EksAccessPolicy.inNamespaces(EksAccessLevel.EDIT, []), [], 'AccessScope', 'onCluster()'],
    ['every namespace that begins alike', () => EksAccessPolicy.inNamespaces(EksAccessLevel.EDIT, ['web-*']), 'web-*', 'RFC 1123 label', 'at most 63'],
    ['a level that is none', () => EksAccessPolicy.onCluster('cluster-admin' as never), 'cluster-admin', 'access policy permissions', 'EksAccessLevel'],
  ])('refuses %s', (_what, action, value, rule, remedy) => {
    expectRefusal(action, { path: 'EksAccessPolicy', value, rule, remedy });
  });

  test('is frozen', () => {
    expect(Object.isFrozen(EksAccessPolicy.inNamespaces(EksAccessLevel.EDIT, ['a']))).toBe(true);
  });
});
