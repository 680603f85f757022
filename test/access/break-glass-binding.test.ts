import { Chart, Testing } from 'cdk8s';
import { BreakGlassBinding, type BreakGlassBindingProps } from '../../lib/access/break-glass-binding';
import { schemaFindings } from '../support/api-schema';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const RIGHT: BreakGlassBindingProps = { group: 'oidc:break-glass@company.com', approver: 'ciso@company.com', session: 'OIDC token of one hour' };
const synth = (changes: Partial<BreakGlassBindingProps> = {}): Manifest[] => synthChart((chart) => new BreakGlassBinding(chart, 'BreakGlass', { ...RIGHT, ...changes }));

describe('BreakGlassBinding', () => {
  test('binds one group, in the whole cluster, without the label of what ends', () => {
    const [binding] = synth();

    expect(binding.subjects).toEqual([{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'oidc:break-glass@company.com' }]);
    expect(Object.keys(binding.metadata.labels!)).not.toContain('cdk8s-hipaa/break-glass');
    expect(schemaFindings(binding)).toEqual([]);
    expect(synth()).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<BreakGlassBindingProps> = { ...RIGHT, namespaces: ['healthcare-prod', 'patient-data'], clusterRole: 'edit', name: 'glass' };
    const manifests = synth(props);

    expect(manifests.map(({ kind, metadata, roleRef }) => [kind, metadata.namespace, metadata.name, roleRef.name])).toEqual([
      ['RoleBinding', 'healthcare-prod', 'glass', 'edit'], ['RoleBinding', 'patient-data', 'glass', 'edit'],
    ]);
    expect(manifests[0].metadata.annotations).toEqual({ 'cdk8s-hipaa/approver': 'ciso@company.com', 'cdk8s-hipaa/session': 'OIDC token of one hour' });
  });

  test('gives admin where namespaces are named, and gets no namespace from its chart where none are', () => {
    const chart = new Chart(Testing.app(), 'Test', { namespace: 'elsewhere' });
    new BreakGlassBinding(chart, 'BreakGlass', RIGHT);

    expect(synth({ namespaces: ['a'] })[0].roleRef.name).toBe('admin');
    expect((Testing.synth(chart) as Manifest[])[0].metadata.namespace).toBeUndefined();
  });

  test('leaves the control to an owner', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new BreakGlassBinding(chart, 'BreakGlass', RIGHT);

    expect(claimsBelow(chart)).toEqual(['Test/BreakGlass/Resource left-open AC6']);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a group of Kubernetes', { group: 'system:masters' }, 'system:masters', 'control AC4', "identity provider's own"],
    ['everybody', { group: 'system:authenticated' }, 'system:authenticated', 'control AC4', "identity provider's own"],
    ['no approver', { approver: '' }, '', 'approver is required', 'approver'],
    ['no session', { session: undefined }, undefined, 'session is required', 'session'],
    ['no namespace', { namespaces: [] }, [], 'control AC6', 'leave namespaces out'],
    ['a namespace twice', { namespaces: ['a', 'a'] }, ['a', 'a'], 'control AC6', 'leave namespaces out'],
    ['a role that is none', { clusterRole: 'A' }, 'A', 'RFC 1123', 'a-z'],
    ['a name that is none', { name: 'A' }, 'A', 'RFC 1123', 'a-z'],
    ['another field', { user: 'x' }, 'user', 'control AC6', 'group'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synth(changes), { path: 'Test/BreakGlass', value, rule, remedy });
  });
});
