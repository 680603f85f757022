import { AdmissionEngine } from '../../lib/profile/admission-engine';
import { DisallowInteractiveAccess, type DisallowInteractiveAccessProps } from '../../lib/admission/disallow-interactive-access';
import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { INTERACTIVE_ACCESS } from '../../lib/admission/policies/interactive-access/policy';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { synthChart } from '../support/chart';
import { regoVerdict } from '../support/policy-engines';
import { expectRefusal } from '../support/refusal';

const synth = (props: Partial<DisallowInteractiveAccessProps>) => synthChart((chart) => new DisallowInteractiveAccess(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], groups: ['oidc:break-glass'], ...props }));
const ROLE = 'arn:aws-us-gov:iam::123456789012:role/people/break-glass';

describe('DisallowInteractiveAccess, its parameters', () => {
  test('takes every prop', () => {
    const props: Required<DisallowInteractiveAccessProps> = {
      phiNamespaces: ['healthcare-prod'],
      enforcementAction: EnforcementAction.DENY,
      name: 'no-exec',
      exemptions: [],
      engine: AdmissionEngine.gatekeeper(),
      groups: ['oidc:break-glass'],
      users: ['system:serviceaccount:velero:velero', 'oidc:alice@company.com'],
      roleArns: [ROLE],
    };
    const [constraint] = synth(props);

    expect(constraint.metadata).toEqual({ name: 'no-exec' });
    expect(constraint.spec.parameters).toEqual({
      groups: ['oidc:break-glass'],
      users: ['system:serviceaccount:velero:velero', 'oidc:alice@company.com'],
      sessions: ['arn:aws-us-gov:sts::123456789012:assumed-role/break-glass/'],
    });
  });

  test('an empty list of groups is nobody', () => {
    expect(synth({ groups: [] })[0].spec.parameters).toEqual({ groups: [] });
  });

  test('keeps lists of its own', () => {
    const lists = { groups: ['a'], users: ['b'], roleArns: [ROLE] };
    const [constraint] = synthChart((chart) => {
      new DisallowInteractiveAccess(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], ...lists });
      for (const list of Object.values(lists)) list.push('c');
    });

    expect(constraint.spec.parameters).toEqual({ groups: ['a'], users: ['b'], sessions: ['arn:aws-us-gov:sts::123456789012:assumed-role/break-glass/'] });
  });

  test('a policy of the API server asks about connections and debugging containers', () => {
    const [policy] = synth({ engine: AdmissionEngine.apiServer(KubernetesVersion.V1_30) });

    expect(policy.spec.matchConstraints.resourceRules).toEqual([{
      apiGroups: [''], apiVersions: ['*'], operations: ['CONNECT', 'UPDATE'],
      resources: ['pods/attach', 'pods/exec', 'pods/portforward', 'pods/proxy', 'services/proxy', 'pods', 'pods/ephemeralcontainers', 'pods/resize'],
    }]);
  });

  const verdict = regoVerdict(INTERACTIVE_ACCESS);

  test.each([
    ['a session of the role', 'arn:aws-us-gov:sts::123456789012:assumed-role/break-glass/alice', 0],
    ['evasion: a session of another role', 'arn:aws-us-gov:sts::123456789012:assumed-role/break-glass-2/alice', 1],
    ['evasion: another partition', 'arn:aws:sts::123456789012:assumed-role/break-glass/alice', 1],
    ['evasion: the role itself', ROLE, 1],
  ])('names sessions as EKS does: %s', (_what, username, violations) => {
    const { parameters } = synth({ roleArns: [ROLE] })[0].spec as { parameters: Record<string, unknown> };
    const request = { name: 'portal-0', namespace: 'healthcare-prod', userInfo: { username, groups: ['system:authenticated'] } };

    expect(verdict({ name: '', parameters, operation: 'CONNECT', request, object: { apiVersion: 'v1', kind: 'PodExecOptions' }, violations: [] })).toHaveLength(violations);
  });

  test.each<[string, object, unknown, string, string]>([
    ['no groups', { groups: undefined }, undefined, 'groups is required', 'name the break-glass group'],
    ['groups that are no list', { groups: 'oidc:break-glass' }, 'oidc:break-glass', 'control AC5', 'name each of groups'],
    ['a group that is no text', { groups: [7] }, 7, 'control AC5', 'name each of groups'],
    ['a group named twice', { groups: ['a', 'a'] }, 'a', 'control AC5', 'remove one'],
    ['a group with a wildcard', { groups: ['oidc:*'] }, 'oidc:*', 'control AC3', 'use the identity provider'],
    ['everybody', { groups: ['system:authenticated'] }, 'system:authenticated', 'control AC4', 'use the identity provider'],
    ['everybody, in upper case', { groups: ['SYSTEM:authenticated'] }, 'SYSTEM:authenticated', 'control AC4', 'use the identity provider'],
    ['every program', { groups: ['system:serviceaccounts'] }, 'system:serviceaccounts', 'control AC4', 'use the identity provider'],
    ['every program of a namespace', { groups: ['system:serviceaccounts:ci'] }, 'system:serviceaccounts:ci', 'control AC4', 'use the identity provider'],
    ['who passes every authorizer', { groups: ['system:masters'] }, 'system:masters', 'control AC4', 'use the identity provider'],
    ['users that are no list', { users: 'alice' }, 'alice', 'control AC5', 'name each of users'],
    ['a user named twice', { users: ['alice', 'alice'] }, 'alice', 'control AC5', 'remove one'],
    ['an empty user', { users: [''] }, '', 'users is required', 'give a non-empty'],
    ['a user with a wildcard', { users: ['system:serviceaccount:velero:*'] }, 'system:serviceaccount:velero:*', 'compared as they are', 'audit log'],
    ['nobody', { users: ['system:anonymous'] }, 'system:anonymous', 'control AC4', 'system:serviceaccount:'],
    ['a node', { users: ['system:node:ip-10-0-1-7'] }, 'system:node:ip-10-0-1-7', 'control AC4', 'system:serviceaccount:'],
    ['every program of a namespace as a user', { users: ['system:serviceaccount:velero'] }, 'system:serviceaccount:velero', 'control AC4', 'system:serviceaccount:'],
    ['a ServiceAccount of no namespace', { users: ['system:serviceaccount::velero'] }, '', 'RFC 1123 label', 'use at most 63'],
    ['a ServiceAccount without a name', { users: ['system:serviceaccount:velero:'] }, '', 'RFC 1123 subdomain', 'use at most 253'],
    ['the ServiceAccount of every pod', { users: ['system:serviceaccount:ci:default'] }, 'system:serviceaccount:ci:default', 'control AC5', 'ServiceAccount of its own'],
    ['a ServiceAccount beside PHI', { users: ['system:serviceaccount:healthcare-prod:portal'] }, 'system:serviceaccount:healthcare-prod:portal', 'create a pod there', 'namespace of its own'],
    ['roles that are no list', { roleArns: ROLE }, ROLE, 'control AC5', 'name each of roleArns'],
    ['a role named twice', { roleArns: [ROLE, ROLE] }, ROLE, 'control AC5', 'remove one'],
    ['an IAM user', { roleArns: ['arn:aws:iam::123456789012:user/alice'] }, 'arn:aws:iam::123456789012:user/alice', 'session that ends', 'ARN of a role'],
    ['an account', { roleArns: ['arn:aws:iam::123456789012:root'] }, 'arn:aws:iam::123456789012:root', 'control EN2', 'one role'],
    ['a session', { roleArns: ['arn:aws:sts::123456789012:assumed-role/break-glass/alice'] }, 'arn:aws:sts::123456789012:assumed-role/break-glass/alice', 'AWS', 'full ARN'],
    ['a role that only Terraform knows', { roleArns: ['${aws_iam_role.break-glass.arn}'] }, '${aws_iam_role.break-glass.arn}', 'derived', 'write the roleArns itself'],
  ])('refuses %s', (_what, props, value, rule, remedy) => {
    expectRefusal(() => synth(props), { path: 'Test/Constraint', value, rule, remedy });
  });
});
