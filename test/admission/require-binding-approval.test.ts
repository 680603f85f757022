import { KubeClusterRoleBinding } from 'cdk8s-plus-28/lib/imports/k8s';
import { BreakGlassBinding } from '../../lib/access/break-glass-binding';
import { GroupBinding } from '../../lib/access/group-binding';
import { TemporaryBinding } from '../../lib/access/temporary-binding';
import * as labels from '../../lib/manifests/break-glass-labels';
import { approvalOf, type ApprovedBinding, type EmittedBinding } from '../../lib/admission/approved-binding';
import { AdmissionEngine } from '../../lib/profile/admission-engine';
import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { BINDING_APPROVAL } from '../../lib/admission/policies/binding-approval/policy';
import { RequireBindingApproval, type RequireBindingApprovalProps } from '../../lib/admission/require-binding-approval';
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { checkTimestamp } from '../../lib/profile/checks';
import { synthChart } from '../support/chart';
import { expectRefusal } from '../support/refusal';
import { evaluatorOf } from '../support/rego';

const AUDITORS = { kind: 'Group', name: 'oidc:auditors@company.com' };
const BINDING: ApprovedBinding = { namespace: 'healthcare-prod', name: 'auditor-binding', roleKind: 'Role', roleName: 'hipaa-auditor', subjects: [AUDITORS] };
const synth = (props: Partial<RequireBindingApprovalProps>) => synthChart((chart) => new RequireBindingApproval(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], approvedBindings: [BINDING], ...props }));
const evaluate = evaluatorOf(BINDING_APPROVAL);
const parameters = { approvedBindings: [], phiNamespaces: ['healthcare-prod'] };
const violations = (object: unknown): string[] => evaluate({ parameters, review: { operation: 'CREATE', object } });

describe('RequireBindingApproval', () => {
  test('takes every prop, and keeps the approvals as they were given', () => {
    const wide = { name: 'system:x', roleKind: 'ClusterRole', roleName: 'hipaa-auditor-cluster', subjects: [AUDITORS, { kind: 'User', name: 'eks:x' }, { kind: 'ServiceAccount', name: 'report', namespace: 'hipaa-report' }] };
    const approvedBindings: ApprovedBinding[] = [BINDING, wide];
    const exception = new ControlException({
      control: Control.AC6_BREAK_GLASS, rule: 'binding-approval', object: 'ClusterRoleBinding//vendor', reason: 'vendor support until the migration', approver: 'CISO', expires: '2027-01-31',
    });
    const props: Required<RequireBindingApprovalProps> = {
      phiNamespaces: ['healthcare-prod'], approvedBindings, approveApp: false, eks: true, enforcementAction: EnforcementAction.DENY, name: 'bindings', exemptions: [exception], engine: AdmissionEngine.gatekeeper(),
    };
    const [inNamespaces, ofCluster] = synth(props);

    expect([inNamespaces.metadata, ofCluster.metadata]).toEqual([{ name: 'bindings' }, { name: 'bindings-cluster' }]);
    const { namespace, ...binding } = BINDING;
    const expected = {
      approvedBindings: [{ namespaces: [namespace], ...binding }, wide], phiNamespaces: ['healthcare-prod'], eks: true, exemptions: [{ kind: 'ClusterRoleBinding', namespace: '', name: 'vendor' }],
    };
    expect([inNamespaces, ofCluster].map(({ spec }) => spec.parameters as unknown)).toEqual([expected, expected]);
    expect(synth({ approvedBindings: [] }).map(({ spec }) => spec.parameters.approvedBindings as unknown)).toEqual([[], []]);
  });

  test('approve what stands in the same app, made before or after them, but what ends and what has no people', () => {
    const approved = (approveApp: boolean): unknown[] => synthChart((chart) => {
      new GroupBinding(chart, 'Before', { namespace: 'healthcare-prod', role: 'hipaa-auditor', group: 'oidc:auditors@company.com', name: 'auditor-binding' });
      new RequireBindingApproval(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], approvedBindings: [{ ...BINDING, roleName: 'named' }], approveApp });
      new GroupBinding(chart, 'After', { namespace: 'healthcare-prod', role: 'own', group: 'oidc:own@company.com' });
      new GroupBinding(chart, 'Elsewhere', { namespace: 'tools', role: 'own', group: 'oidc:own@company.com' });
      new BreakGlassBinding(chart, 'BreakGlass', { group: 'oidc:break-glass@company.com', approver: 'ciso@company.com', session: 'an hour' });
      new TemporaryBinding(chart, 'Ends', { namespace: 'healthcare-prod', role: 'own', group: 'oidc:own@company.com', approver: 'ciso@company.com', ticket: 'INC-1', expires: '2026-11-21T10:00:00Z', name: 'inc-1' });
      new KubeClusterRoleBinding(chart, 'Program', {
        metadata: { name: 'program' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }, subjects: [{ kind: 'ServiceAccount', name: 'program', namespace: 'tools' }],
      });
    }).filter(({ kind }) => kind === 'HipaaBindingApproval').map(({ spec }) => (spec.parameters.approvedBindings as ApprovedBinding[]).map(({ name, roleName }) => `${name} ${roleName}`));

    // What is named stays as it was named.
    const all = ['auditor-binding named', 'own-binding own', 'hipaa-break-glass cluster-admin'];
    expect(approved(true)).toEqual([all, all]);
    expect(approved(false)).toEqual([['auditor-binding named'], ['auditor-binding named']]);
  });

  test('names a binding that stands in several namespaces once, whatever the order of its subjects', () => {
    const [one, other] = [AUDITORS, { kind: 'Group', name: 'oidc:officers@company.com' }];
    const approvedBindings: ApprovedBinding[] = [
      { ...BINDING, subjects: [one, other] },
      { ...BINDING, namespace: 'patient-data', subjects: [other, one] },
      { ...BINDING, namespace: 'claims', subjects: [one] },
      { ...BINDING, namespace: 'research', roleName: 'other', subjects: [one, other] },
    ];
    const [{ spec }] = synth({ phiNamespaces: ['healthcare-prod', 'patient-data', 'claims', 'research'], approvedBindings });

    const { name, roleKind, roleName } = BINDING;
    expect(spec.parameters.approvedBindings).toEqual([
      { namespaces: ['healthcare-prod', 'patient-data'], name, roleKind, roleName, subjects: [one, other] },
      { namespaces: ['claims'], name, roleKind, roleName, subjects: [one] },
      { namespaces: ['research'], name, roleKind, roleName: 'other', subjects: [one, other] },
    ]);
  });

  test('stays below what the API takes with a thousand PHI namespaces, applied by kubectl as well, which keeps a copy in an annotation', () => {
    const phiNamespaces = Array.from({ length: 1000 }, (_, index) => `patient-data-of-clinic-${index}`);
    const approvedBindings = phiNamespaces.flatMap((namespace) => ['auditor', 'developer', 'on-call'].map((role): ApprovedBinding => (
      { namespace, name: `${role}-binding`, roleKind: 'Role', roleName: `hipaa-${role}`, subjects: [{ kind: 'Group', name: `oidc:${role}@company.com` }] })));

    for (const constraint of synth({ phiNamespaces, approvedBindings })) expect(JSON.stringify(constraint).length).toBeLessThan(2 ** 18);
  });

  test('are two constraints, so that no match by namespaces leaves ClusterRoleBindings out', () => {
    const apiGroups = ['rbac.authorization.k8s.io'];
    expect(synth({}).map(({ kind, spec }) => [kind, spec.enforcementAction, spec.match])).toEqual([
      ['HipaaBindingApproval', 'deny', { kinds: [{ apiGroups, kinds: ['RoleBinding'] }], namespaces: ['healthcare-prod'] }],
      ['HipaaBindingApproval', 'deny', { kinds: [{ apiGroups, kinds: ['ClusterRoleBinding'] }] }],
    ]);
  });

  test.each([[{}], [{ eks: false }]])('knows no components of Amazon EKS unless it is told: %j', (props) => {
    expect(synth(props).map(({ spec }) => Object.keys(spec.parameters as object))).toEqual([['approvedBindings', 'phiNamespaces'], ['approvedBindings', 'phiNamespaces']]);
  });

  test('refuses what is no answer', () => {
    expectRefusal(() => synth({ eks: 'yes' as unknown as boolean }), { path: 'Test/Constraint', value: 'yes', rule: 'control AC6', remedy: 'use true or false' });
  });

  test('refuses a name that the second one could not bear', () => {
    const name = 'n'.repeat(250);
    expectRefusal(() => synth({ name }), { path: 'Test/Constraint', value: `${name}-cluster`, rule: 'RFC 1123 subdomain', remedy: 'use at most 253' });
  });

  const RULE = 'control AC6, 45 CFR 164.312(a)(2)(ii)';
  const subject = (fields: object): unknown => [{ ...BINDING, subjects: [{ ...AUDITORS, ...fields }] }];
  test.each<[string, unknown, unknown, string, string]>([
    ['no list', undefined, undefined, RULE, 'give an empty list'],
    ['a field that it does not know', [{ ...BINDING, verbs: ['get'] }], 'verbs', RULE, 'use one of: namespace'],
    ['a binding without a name', [{ ...BINDING, name: undefined }], undefined, 'path segment names', 'the name of the object'],
    ['a name that RBAC does not take', [{ ...BINDING, name: 'a/b' }], 'a/b', 'path segment names', 'without a slash'],
    ['a name with a line break', [{ ...BINDING, name: 'a\nb' }], 'a\nb', 'path segment names', 'without a slash'],
    ['a role without a name', [{ ...BINDING, roleName: '' }], '', 'path segment names', 'the name of the object'],
    ['another kind of role', [{ ...BINDING, roleKind: 'role' }], 'role', 'roleRef.kind', "use 'Role' or 'ClusterRole'"],
    ['a Role for the cluster', [{ ...BINDING, namespace: undefined }], 'Role', 'roleRef.kind', "use 'ClusterRole'"],
    ['a namespace in which it does not bind', [{ ...BINDING, namespace: 'healthcare-pord' }], 'healthcare-pord', RULE, 'use one of healthcare-prod'],
    ['a binding twice', [BINDING, { ...BINDING, roleName: 'hipaa-developer' }], 'auditor-binding', RULE, 'remove one'],
    ['a binding without subjects', [{ ...BINDING, subjects: [] }], [], RULE, 'name who gets access'],
    ['a subject of no known kind', subject({ kind: 'group' }), 'group', 'kinds of subjects', 'use Group, ServiceAccount, User'],
    ['a subject without a name', subject({ name: ' ' }), ' ', 'is required', 'give a non-empty'],
    ['a field of a subject that it does not know', subject({ apiVersion: 'v1' }), 'apiVersion', RULE, 'use one of: kind'],
    ['a ServiceAccount without a namespace', subject({ kind: 'ServiceAccount', name: 'portal' }), undefined, 'RFC 1123 label', 'use at most 63'],
    ['a group of a namespace', subject({ namespace: 'healthcare-prod' }), 'healthcare-prod', 'users and groups', 'leave namespace out'],
    ...['system:anonymous', 'system:authenticated', 'system:unauthenticated', 'system:serviceaccounts', 'system:serviceaccounts:healthcare-prod', 'system:masters'].map(
      (name): [string, unknown, unknown, string, string] => [name, subject({ name }), name, 'control AC4', 'that needs access']),
  ])('refuses to approve %s', (_what, approvedBindings, value, rule, remedy) => {
    expectRefusal(() => synth({ approvedBindings: approvedBindings as ApprovedBinding[] }), { path: 'Test/Constraint', value, rule, remedy });
  });
});

describe('a binding that ends', () => {
  const PROPS = { namespace: 'healthcare-prod', role: 'on-call', group: 'oidc:on-call@company.com', name: 'inc-1234', approver: 'ciso@company.com', ticket: 'INC-1234', expires: '2027-03-01T18:00:00Z' };
  const [temporary] = synthChart((chart) => new TemporaryBinding(chart, 'Incident', PROPS));

  test('is let in as TemporaryBinding makes it, and not without any of its marks', () => {
    const { BREAK_GLASS_LABEL, APPROVER_ANNOTATION, TICKET_ANNOTATION, EXPIRES_ANNOTATION } = labels;
    const without = (field: 'labels' | 'annotations', name: string) => {
      const copy = structuredClone(temporary);
      delete copy.metadata[field]![name];
      return copy;
    };

    expect(violations(temporary)).toEqual([]);
    expect(violations(without('labels', BREAK_GLASS_LABEL))).toEqual([expect.stringContaining(`the label ${BREAK_GLASS_LABEL} (AC6`)]);
    expect(violations(without('annotations', APPROVER_ANNOTATION))).toEqual([expect.stringContaining(`: annotation ${APPROVER_ANNOTATION} names nobody and nothing: mend it, or bind it in the profile (AC6`)]);
    expect(violations(without('annotations', TICKET_ANNOTATION))).toEqual([expect.stringContaining(`: annotation ${TICKET_ANNOTATION} names nobody and nothing: mend it, or bind it in the profile (AC6`)]);
    expect(violations(without('annotations', EXPIRES_ANNOTATION))).toEqual([expect.stringContaining(`: annotation ${EXPIRES_ANNOTATION} is no moment in UTC`)]);
  });

  test('ends at a moment that the calendar has: what the policy takes is what the constructs take', () => {
    const isMoment = (value: string): boolean => {
      try {
        checkTimestamp('', 'expires', value);
        return true;
      } catch {
        return false;
      }
    };
    const admits = (expires: string): boolean => {
      const annotations = { ...temporary.metadata.annotations, [labels.EXPIRES_ANNOTATION]: expires };
      return violations({ ...temporary, metadata: { ...temporary.metadata, annotations } }).length === 0;
    };
    const two = (number: number): string => String(number).padStart(2, '0');
    const [years, months, daysOf] = [[1900, 2000, 2026, 2028, 2100, 2104, 2400], [...Array(14).keys()], [0, 1, 28, 29, 30, 31, 32]];
    const days = years.flatMap((year) => months.flatMap((month) => daysOf.map((day) => `${year}-${two(month)}-${two(day)}T18:00:00Z`)));
    const times = ['00:00:00', '23:59:59', '24:00:00', '23:60:00', '23:59:60', '1:00:00', '18:00', '18:00:00.5'].map((time) => `2027-01-31T${time}Z`);
    const odd = [
      '', ' ', '2027-01-31', '2027-01-31T18:00:00', '2027-01-31T18:00:00z', '2027-01-31t18:00:00Z', '2027-01-31 18:00:00Z', '2027-01-31T18:00:00Z\n', ' 2027-01-31T18:00:00Z',
      '3027-01-31T18:00:00Z', '0027-01-31T18:00:00Z', '٢٠٢٧-01-31T18:00:00Z',
    ];
    const moments = [...days, ...times, ...odd];

    expect(moments.filter((moment) => admits(moment) !== isMoment(moment))).toEqual([]);
    // Days 1 and 28 of every month, 29 and 30 but in February, 31 of seven months; four of the years are leap years, and two of the times are any.
    expect(moments.filter(admits)).toHaveLength(7 * (2 * 12 + 11 + 11 + 7) + 4 + 2);
  });

  test.each(['inc-1234\nportal', 'inc 1234', 'INC-1234', '-inc', 'inc-1234*'])('is found by its name, which is not %p', (name) => {
    const flaw = expect.stringContaining(': its name is no DNS subdomain, by which the reaper would find it');
    expect(violations({ ...temporary, metadata: { ...temporary.metadata, name } })).toEqual([flaw]);
    expect(violations({ ...temporary, metadata: { ...temporary.metadata, name: undefined, generateName: name } })).toEqual([flaw]);
  });

  test.each([
    ['a name', 'ciso@company.com', true], ['a digit', '-7-', true], ['another script', '最高情報責任者', true], ['a letter with an accent', 'É', true],
    ['blanks', ' \t\n', false], ['signs', '--..//??', false], ['a space of no width', '\u200b', false], ['a mark of byte order', '\ufeff', false], ['a wide space', '\u3000\u00a0', false], ['dashes of print', '\u2014\u2026', false],
  ])('is approved by somebody: %s', (_what, approver, isSomebody) => {
    const annotations = { ...temporary.metadata.annotations, [labels.APPROVER_ANNOTATION]: approver };
    expect(violations({ ...temporary, metadata: { ...temporary.metadata, annotations } })).toHaveLength(isSomebody ? 0 : 1);
  });

  test('is never one of the whole cluster', () => {
    const { namespace, ...metadata } = temporary.metadata;
    expect(namespace).toBe('healthcare-prod');
    expect(violations({ ...temporary, kind: 'ClusterRoleBinding', metadata })).toEqual([expect.stringContaining('nobody approved it for the cluster')]);
  });
});

test('the approval of an emitted binding is of that binding', () => {
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', ...AUDITORS }, { kind: 'ServiceAccount', name: 'a', namespace: 'b' }];

  expect(approvalOf({ metadata: { name: 'x' }, roleRef, subjects } as EmittedBinding)).toEqual({ name: 'x', roleKind: 'ClusterRole', roleName: 'view', subjects: [AUDITORS, subjects[1]] });
  expect(approvalOf({ metadata: { name: 'x', namespace: 'y' }, roleRef })).toEqual({ namespace: 'y', name: 'x', roleKind: 'ClusterRole', roleName: 'view', subjects: [] });
});
