import { constraintFindings } from '../../../lib/admission/gatekeeper/constraint-findings';

const phiNamespaces = ['phi', 'records'];
const PODS = [{ apiGroups: [''], kinds: ['Pod'] }];
const constraint = (spec: object, match: object = { kinds: PODS, namespaces: phiNamespaces }, kind = 'HipaaRunAsNonRoot') =>
  ({ apiVersion: 'constraints.gatekeeper.sh/v1beta1', kind, metadata: { name: 'x' }, spec: { match, ...spec } });
const found = (object: unknown, others: readonly unknown[] = []): string[] => constraintFindings(object, { phiNamespaces, constraints: [object, ...others] }).map(({ path, problem }) => `${path} ${problem}`);

test.each<[string, object, RegExp[]]>([
  ['counts', constraint({ enforcementAction: 'dryrun' }), [/^spec\.enforcementAction enforcementAction is dryrun: violations are let in$/]],
  ['warns', constraint({ enforcementAction: 'warn' }), [/is warn/]],
  ['denies in the audit alone', constraint({ enforcementAction: 'scoped', scopedEnforcementActions: [{ action: 'deny', enforcementPoints: [{ name: 'audit.gatekeeper.sh' }] }] }), [/is scoped/]],
  ['lacks a PHI namespace', constraint({}, { kinds: PODS, namespaces: ['phi'] }), [/^spec\.match\.namespaces the constraint does not bind in the PHI namespace records$/]],
  ['excludes a PHI namespace', constraint({}, { kinds: PODS, excludedNamespaces: ['kube-system', 'rec*'] }), [/^spec\.match\.excludedNamespaces\[1\] rec\* takes the PHI namespace records from the constraint$/]],
  ['excludes what is of no system', constraint({}, { kinds: PODS, excludedNamespaces: ['staging'] }), [/^spec\.match\.excludedNamespaces\[0\] staging is no system namespace/]],
  ['is narrowed', constraint({}, { kinds: PODS, labelSelector: { matchLabels: { a: 'b' } }, scope: 'Cluster', name: 'p*' }), [/narrowed by labelSelector$/, /narrowed by scope$/, /narrowed by name$/]],
  ['all at once', constraint({ enforcementAction: 'dryrun' }, { excludedNamespaces: ['phi'] }), [/dryrun/, /takes the PHI namespace phi/]],
])('found: a constraint that %s', (_what, object, problems) => {
  const said = found(object);
  expect(said).toHaveLength(problems.length);
  problems.forEach((problem, index) => expect(said[index]).toMatch(problem));
});

const CLOSED: [string, unknown, unknown[]?][] = [
  ['one that denies', constraint({ enforcementAction: 'deny' })],
  ['no action, which denies', constraint({})],
  ['every namespace but those of the system', constraint({}, { kinds: PODS, excludedNamespaces: ['kube-*', 'gatekeeper-system'] })],
  ['namespaces by a pattern', constraint({}, { kinds: PODS, namespaces: ['*'], scope: '*', source: 'All', namespaceSelector: {} })],
  ['a scope that holds for the webhook', constraint({ enforcementAction: 'scoped', scopedEnforcementActions: [{ action: 'deny', enforcementPoints: [{ name: 'validation.gatekeeper.sh' }] }] })],
  ['kinds of the cluster', constraint({}, { kinds: [{ apiGroups: ['rbac.authorization.k8s.io'], kinds: ['ClusterRole'] }], namespaces: ['other'] })],
  ['one that is tried out beside one that denies', constraint({ enforcementAction: 'dryrun' }), [constraint({})]],
  ['two that share the namespaces', constraint({}, { kinds: PODS, namespaces: ['phi'] }), [constraint({}, { kinds: PODS, namespaces: ['records'] })]],
  ['a constraint of somebody else', constraint({ enforcementAction: 'dryrun' }, {}, 'K8sRequiredLabels')],
  ['another group', { ...constraint({ enforcementAction: 'dryrun' }), apiVersion: 'example.com/v1' }],
  ['no object', null],
];
test.each(CLOSED.map(([what, object, others = []]) => [what, object, others] as const))('nothing is open with: %s', (_what, object, others) => {
  expect(found(object, others)).toEqual([]);
});

test.each<[string, unknown]>([
  ['another kind', constraint({}, undefined, 'HipaaHostPath')],
  ['other objects', constraint({}, { kinds: [{ apiGroups: ['apps'], kinds: ['Deployment'] }], namespaces: phiNamespaces })],
  ['another namespace', constraint({}, { kinds: PODS, namespaces: ['phi'] })],
  ['an exclusion', constraint({}, { kinds: PODS, excludedNamespaces: ['records'] })],
  ['a selector', constraint({}, { kinds: PODS, labelSelector: { matchLabels: { a: 'b' } } })],
  ['a dry run', constraint({ enforcementAction: 'dryrun' })],
])('one that lets in is not made good by %s', (_what, other) => {
  expect(found(constraint({ enforcementAction: 'warn' }), [other])).toContain('spec.enforcementAction enforcementAction is warn: violations are let in');
});
