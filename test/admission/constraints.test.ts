import { Chart, Testing } from 'cdk8s';
import type { Construct } from 'constructs';
import type { AdmissionPolicy } from '../../lib/admission/admission-policy';
import type { ConstraintProps } from '../../lib/admission/constraint';
import { DisallowPlaintextSecrets } from '../../lib/admission/disallow-plaintext-secrets';
import { DisallowPrivilegedContainers } from '../../lib/admission/disallow-privileged-containers';
import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { APPROVED_IMAGES } from '../../lib/admission/policies/approved-images/policy';
import { BINDING_APPROVAL } from '../../lib/admission/policies/binding-approval/policy';
import { INGRESS_TLS } from '../../lib/admission/policies/ingress-tls/policy';
import { PLAINTEXT_SECRETS } from '../../lib/admission/policies/plaintext-secrets/policy';
import { PRIVILEGED_CONTAINERS } from '../../lib/admission/policies/privileged-containers/policy';
import { RequireApprovedImages } from '../../lib/admission/require-approved-images';
import { RequireBindingApproval } from '../../lib/admission/require-binding-approval';
import { RequireIngressTls } from '../../lib/admission/require-ingress-tls';
import { synthChart } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

type Constraint = new (scope: Construct, id: string, props: never) => Construct;

/** What one policy asks for beside the common props, and the parameters that come of it in healthcare-prod and patient-data. */
interface Own {
  readonly props?: object;
  readonly parameters?: object;
  /** Objects beside `Resource`. */
  readonly others?: readonly string[];
}

const APPROVED = [{ namespace: 'patient-data', name: 'auditor-binding', roleKind: 'Role', roleName: 'hipaa-auditor', subjects: [{ kind: 'Group', name: 'oidc:auditors@company.com' }] }];
const POD_KINDS = ['/Pod', '/PodTemplate', '/ReplicationController', 'apps/DaemonSet', 'apps/Deployment', 'apps/ReplicaSet', 'apps/StatefulSet', 'batch/CronJob', 'batch/Job'];

/** Construct, policy, kinds that it must name, claims where it denies, what falls short where it does not, and what is its own. */
const CONSTRAINTS: [string, Constraint, AdmissionPolicy, string[], string[], string, Own][] = [
  ['DisallowPrivilegedContainers', DisallowPrivilegedContainers, PRIVILEGED_CONTAINERS, POD_KINDS, [], 'PS1', {}],
  ['RequireIngressTls', RequireIngressTls, INGRESS_TLS, ['networking.k8s.io/Ingress'], ['Test/Constraint/Resource implements TX1'], 'TX1', {}],
  ['DisallowPlaintextSecrets', DisallowPlaintextSecrets, PLAINTEXT_SECRETS, ['/ConfigMap', ...POD_KINDS], [], 'PS4', {}],
  [
    'RequireApprovedImages', RequireApprovedImages, APPROVED_IMAGES, POD_KINDS, [], 'PS3',
    { props: { registries: ['registry.example.com/app'] }, parameters: { registries: ['registry.example.com/app'] } },
  ],
  [
    'RequireBindingApproval', RequireBindingApproval, BINDING_APPROVAL, ['rbac.authorization.k8s.io/RoleBinding'], [], 'AC6',
    { props: { approvedBindings: APPROVED }, parameters: { approvedBindings: APPROVED }, others: ['Cluster'] },
  ],
];

const NAMESPACES = ['healthcare-prod', 'patient-data'];

describe.each(CONSTRAINTS)('%s', (_name, Constraint, policy, kinds, claims, control, own) => {
  const synth = (props: ConstraintProps) => synthChart((chart) => new Constraint(chart, 'Constraint', { ...own.props, ...props } as never))[0];
  const claimsOf = (props: ConstraintProps): string[] => {
    const chart = new Chart(Testing.app(), 'Test');
    new Constraint(chart, 'Constraint', { ...own.props, ...props } as never);
    return claimsBelow(chart);
  };

  test('denies in the PHI namespaces, and excludes nothing', () => {
    const constraint = synth({ phiNamespaces: NAMESPACES });

    expect(constraint).toMatchObject({ apiVersion: 'constraints.gatekeeper.sh/v1beta1', kind: policy.kind, metadata: { name: policy.defaultName } });
    expect(constraint.spec.enforcementAction).toBe('deny');
    expect(constraint.spec.match.namespaces).toEqual(NAMESPACES);
    expect(Object.keys(constraint.spec.match).sort()).toEqual(['kinds', 'namespaces']);
    expect(constraint.spec.parameters).toEqual(own.parameters);
    expect(constraint).toMatchSnapshot();
  });

  test('names every kind that its rule judges, each in its group', () => {
    const { match } = synth({ phiNamespaces: NAMESPACES }).spec as { match: { kinds: { apiGroups: string[]; kinds: string[] }[] } };
    const named = match.kinds.flatMap((entry) => entry.apiGroups.flatMap((group) => entry.kinds.map((kind) => `${group}/${kind}`)));

    expect(named.sort()).toEqual(kinds);
  });

  test('takes every common prop', () => {
    const props: Required<ConstraintProps> = { phiNamespaces: ['patient-data'], enforcementAction: EnforcementAction.WARN, name: 'warned' };
    const constraint = synth(props);

    expect(constraint.metadata).toEqual({ name: 'warned' });
    expect(constraint.spec.enforcementAction).toBe('warn');
    expect(constraint.spec.match.namespaces).toEqual(['patient-data']);
  });

  test('claims what it enforces where it denies', () => {
    expect(claimsOf({ phiNamespaces: NAMESPACES })).toEqual(claims);
    expect(claimsOf({ phiNamespaces: NAMESPACES, enforcementAction: EnforcementAction.DENY })).toEqual(claims);
  });

  test.each([EnforcementAction.WARN, EnforcementAction.DRYRUN])('falls short with %s', (enforcementAction) => {
    expect(claimsOf({ phiNamespaces: NAMESPACES, enforcementAction })).toEqual(['Resource', ...own.others ?? []].map((id) => `Test/Constraint/${id} falls-short ${control}`));
  });

  test('keeps a list of its own', () => {
    const phiNamespaces = [...NAMESPACES];
    const chart = new Chart(Testing.app(), 'Test');
    new Constraint(chart, 'Constraint', { ...own.props, phiNamespaces } as never);
    phiNamespaces.pop();

    const [constraint] = Testing.synth(chart) as { spec: { match: { namespaces: string[] }; parameters?: object } }[];
    expect(constraint.spec.match.namespaces).toEqual(NAMESPACES);
    expect(constraint.spec.parameters).toEqual(own.parameters);
  });

  test.each([
    ['an empty list of namespaces, which Gatekeeper takes for all', { phiNamespaces: [] }, [], 'control AC13', 'name at least one'],
    ['no list of namespaces', {} as ConstraintProps, undefined, 'control AC13', 'name at least one'],
    ['a wildcard', { phiNamespaces: ['patient-*'] }, 'patient-*', 'RFC 1123 label', 'use at most 63'],
    ['a namespace named twice', { phiNamespaces: ['a', 'b', 'a'] }, 'a', 'control AC13', 'remove one'],
    ['an unknown action', { phiNamespaces: NAMESPACES, enforcementAction: 'audit' as EnforcementAction }, 'audit', 'enforcementAction', 'EnforcementAction.DENY'],
    ['a bad name', { phiNamespaces: NAMESPACES, name: 'Not Here' }, 'Not Here', 'RFC 1123 subdomain', 'use at most 253'],
    ['an unknown field', { phiNamespaces: NAMESPACES, excludedNamespaces: ['x'] } as ConstraintProps, 'excludedNamespaces', policy.kind, 'use one of: phiNamespaces'],
  ])('refuses %s', (_what, props, value, rule, remedy) => {
    expectRefusal(() => synth(props), { path: 'Test/Constraint', value, rule, remedy });
  });
});
