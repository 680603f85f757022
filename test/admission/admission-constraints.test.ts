import { Chart, Testing } from 'cdk8s';
import { AdmissionConstraints, type AdmissionConstraintsProps } from '../../lib/admission/admission-constraints';
import { AdmissionTemplates } from '../../lib/admission/admission-templates';
import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const KINDS = ['HipaaApprovedImages', 'HipaaBindingApproval', 'HipaaIngressTls', 'HipaaPlaintextSecrets', 'HipaaPrivilegedContainers'];
const APPROVALS = { approvedRegistries: ['registry.example.com/app'], approvedBindings: [] };

describe('AdmissionTemplates', () => {
  test('are the templates of every policy', () => {
    const templates = synthChart((chart) => new AdmissionTemplates(chart, 'Templates'));

    expect(templates.map((template) => template.spec.crd.spec.names.kind as string).sort()).toEqual(KINDS);
  });
});

describe('AdmissionConstraints', () => {
  test('are a constraint of every template, in the PHI namespaces', () => {
    const constraints = synthChart((chart) => new AdmissionConstraints(chart, 'Constraints', { phiNamespaces: ['healthcare-prod', 'patient-data'], ...APPROVALS }));

    expect([...new Set(constraints.map((constraint) => constraint.kind))].sort()).toEqual(KINDS);
    for (const { spec } of constraints) expect(spec.enforcementAction).toBe('deny');
    const bound = constraints.filter(({ spec }) => JSON.stringify(spec.match.namespaces) === JSON.stringify(['healthcare-prod', 'patient-data']));
    expect(constraints.filter((constraint) => !bound.includes(constraint)).map(({ metadata, spec }) => [metadata.name, spec.match])).toEqual([
      ['hipaa-binding-approval-cluster', { kinds: [{ apiGroups: ['rbac.authorization.k8s.io'], kinds: ['ClusterRoleBinding'] }] }],
    ]);
  });

  test.each<[string, Partial<AdmissionConstraintsProps>, string[]]>([
    ['nothing', {}, ['HipaaIngressTls', 'HipaaPlaintextSecrets', 'HipaaPrivilegedContainers']],
    ['registries', { approvedRegistries: APPROVALS.approvedRegistries }, ['HipaaApprovedImages', 'HipaaIngressTls', 'HipaaPlaintextSecrets', 'HipaaPrivilegedContainers']],
    ['bindings, though none', { approvedBindings: [] }, ['HipaaBindingApproval', 'HipaaBindingApproval', 'HipaaIngressTls', 'HipaaPlaintextSecrets', 'HipaaPrivilegedContainers']],
  ])('judge no more than what something is approved of: %s', (_what, approvals, kinds) => {
    const constraints = synthChart((chart) => new AdmissionConstraints(chart, 'Constraints', { phiNamespaces: ['healthcare-prod'], ...approvals }));

    expect(constraints.map((constraint) => constraint.kind).sort()).toEqual(kinds);
  });

  test('take every prop, and fall short where they do not deny', () => {
    const binding = { namespace: 'patient-data', name: 'auditor-binding', roleKind: 'Role', roleName: 'hipaa-auditor', subjects: [{ kind: 'Group', name: 'oidc:auditors@company.com' }] };
    const props: Required<AdmissionConstraintsProps> = {
      phiNamespaces: ['patient-data'], enforcementAction: EnforcementAction.DRYRUN, approvedRegistries: ['registry.example.com/app'], approvedBindings: [binding], approveApp: false, allowedEnvNames: ['TLS_SECRET'],
    };
    const chart = new Chart(Testing.app(), 'Test');
    new AdmissionConstraints(chart, 'Constraints', props);
    const constraints = Testing.synth(chart) as Manifest[];

    expect(constraints.map(({ kind, spec }) => [kind, spec.enforcementAction, spec.parameters])).toEqual([
      ['HipaaPrivilegedContainers', 'dryrun', undefined],
      ['HipaaIngressTls', 'dryrun', undefined],
      ['HipaaPlaintextSecrets', 'dryrun', { allowedNames: ['TLS_SECRET'] }],
      ['HipaaApprovedImages', 'dryrun', { registries: ['registry.example.com/app'] }],
      ['HipaaBindingApproval', 'dryrun', { approvedBindings: [binding] }],
      ['HipaaBindingApproval', 'dryrun', { approvedBindings: [], phiNamespaces: ['patient-data'] }],
    ]);
    expect(claimsBelow(chart)).toEqual([
      'Test/Constraints/PrivilegedContainers/Resource falls-short PS1',
      'Test/Constraints/IngressTls/Resource falls-short TX1',
      'Test/Constraints/PlaintextSecrets/Resource falls-short PS4',
      'Test/Constraints/ApprovedImages/Resource falls-short PS3',
      'Test/Constraints/BindingApproval/Resource falls-short AC6',
      'Test/Constraints/BindingApproval/Cluster falls-short AC6',
    ]);
  });

  test.each([
    ['an empty list', { phiNamespaces: [] }, [], 'control AC13', 'name at least one'],
    ['an unknown field', { phiNamespaces: ['a'], excluded: ['b'] } as AdmissionConstraintsProps, 'excluded', 'would be lost', 'use one of: phiNamespaces'],
  ])('refuse %s', (_what, props, value, rule, remedy) => {
    expectRefusal(() => synthChart((chart) => new AdmissionConstraints(chart, 'Constraints', props)), { path: 'Test/Constraints', value, rule, remedy });
  });
});
