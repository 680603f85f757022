import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { gateRules, runGate } from '../../lib/gate/gate';
import type { GateObject } from '../../lib/gate/gate-object';
import type { GateSettings } from '../../lib/gate/gate-settings';
import { withoutCredentials } from '../../lib/gate/without-credentials';
import { expectRefusal } from '../support/refusal';
import { gateObject, pod, PRIVILEGED } from './gate-objects';

const ONE = ['privileged-containers'];
const judge = (objects: readonly GateObject[], settings: GateSettings = {}) => runGate({ objects }, { phiNamespaces: ['healthcare-prod'], rules: ONE, ...settings });
const namesOf = (objects: readonly GateObject[], settings?: GateSettings): string[] => judge(objects, settings).violations.map(({ object }) => `${object.kind}/${object.namespace ?? ''}/${object.name}`);

const exception = (object: string, changes: object = {}): ControlException => new ControlException({
  control: Control.PS1_PSA, rule: 'privileged-containers', object, reason: 'moves in March', approver: 'ciso@company.com', expires: '2027-03-31', ...changes,
});

describe('the gate', () => {
  test('says of a violation what, where, why and how to mend it', () => {
    const located: GateObject = { ...pod('healthcare-prod', 'a', PRIVILEGED), locate: (path) => (path.endsWith('privileged') ? { line: 9, column: 3 } : undefined) };

    const { notJudged, ...said } = judge([located]);
    expect(notJudged).toHaveLength(gateRules().length - 1);
    expect(said).toEqual({
      violations: [{
        rule: { id: 'privileged-containers', purpose: 'No container of any kind is root on its node.', control: 'PS1', reference: '45 CFR 164.312(a)(1), CIS Kubernetes 5.2.2, 5.2.10' },
        object: { apiVersion: 'v1', kind: 'Pod', namespace: 'healthcare-prod', name: 'a' },
        origin: { file: 'a.yaml', line: 9, column: 3 },
        path: 'spec.containers[0].securityContext.privileged',
        value: true,
        problem: "spec.containers[0].securityContext.privileged gives container 'app' the node",
        remedy: 'remove it',
        message: "Pod 'a': spec.containers[0].securityContext.privileged gives container 'app' the node: remove it (PS1, 45 CFR 164.312(a)(1), CIS Kubernetes 5.2.2, 5.2.10)",
      }],
      excepted: [], unchecked: [], warnings: [], objects: 1, passedOver: 0, phiNamespaces: ['healthcare-prod'],
    });
  });

  test('judges PHI namespaces, and what names none and may come to one', () => {
    const pods = [pod('healthcare-prod', 'a', PRIVILEGED), pod('other', 'b', PRIVILEGED), pod(undefined, 'c', PRIVILEGED), pod('', 'd', PRIVILEGED)];

    expect(namesOf(pods)).toEqual(['Pod/healthcare-prod/a', 'Pod//c', 'Pod//d']);
    expect(namesOf(pods, { defaultNamespace: 'other' })).toEqual(['Pod/healthcare-prod/a']);
    expect(namesOf(pods, { defaultNamespace: 'healthcare-prod' })).toEqual(['Pod/healthcare-prod/a', 'Pod/healthcare-prod/c', 'Pod/healthcare-prod/d']);
    expect(namesOf(pods, { phiNamespaces: ['*'], defaultNamespace: 'other' })).toEqual(['Pod/healthcare-prod/a', 'Pod/other/b', 'Pod/other/c', 'Pod/other/d']);
  });

  test('takes a namespace that is no name for one that nobody knows', () => {
    expect(namesOf([pod(['other'] as unknown as string, 'a', PRIVILEGED)])).toEqual(['Pod//a']);
  });

  test('judges what names no namespace as it will be in its own', () => {
    const deny = gateObject({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'deny' }, spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } });
    const role = gateObject({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'r' }, rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] });
    const judged = judge([deny, pod(undefined, 'a', PRIVILEGED), role], { rules: ['default-deny', 'privileged-containers', 'rbac-wildcards'], defaultNamespace: 'healthcare-prod', exceptions: [exception('Pod/healthcare-prod/a')] });

    expect(judged.excepted).toMatchObject([{ violation: { object: { namespace: 'healthcare-prod', name: 'a' } } }]);
    expect(new Set(judged.violations.map(({ rule, object }) => `${rule.id} ${object.namespace}`))).toEqual(new Set(['rbac-wildcards undefined']));
    expect(judged.warnings).toEqual([]);
  });

  test('counts what it passes over, and is not clean where that is all', () => {
    const role = gateObject({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'r', namespace: 'healthcare-prod' }, rules: [] });
    const other = pod('other', 'b', PRIVILEGED);
    const crd = gateObject({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'a', namespace: 'healthcare-prod' }, spec: {} });

    expect(judge([pod('healthcare-prod', 'a'), other, { ...other }])).toMatchObject({ objects: 3, passedOver: 2, unchecked: [], warnings: [] });
    expect(judge([other, role])).toMatchObject({
      objects: 2, passedOver: 1, unchecked: [{ why: expect.stringContaining('none of the 1 is in a PHI namespace (healthcare-prod)') as string }],
      warnings: ['nothing here is in the PHI namespace healthcare-prod: is it spelt right?'],
    });
    expect(judge([other, crd])).toMatchObject({ passedOver: 1, unchecked: [], warnings: [] });
    expect(judge([role])).toMatchObject({ passedOver: 0, unchecked: [] });
  });

  test('tells each name of which nothing is there', () => {
    const phiNamespaces = ['*', 'healthcare-prod', 'healthcare-prd', 'labelled'];
    const labelled = gateObject({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'labelled' } });

    expect(judge([pod('healthcare-prod', 'a'), pod(undefined, 'b'), labelled], { phiNamespaces }).warnings).toEqual(['nothing here is in the PHI namespace healthcare-prd: is it spelt right?']);
    expect(judge([], { phiNamespaces }).warnings).toEqual([]);
  });

  test('takes the labels of namespaces at their word', () => {
    const labelled = gateObject({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'patient-data', labels: { 'cdk8s-hipaa/data-classification': 'phi' } } });
    const other = gateObject({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web', labels: { 'cdk8s-hipaa/data-classification': 'public' } } });
    const result = judge([pod('patient-data', 'a', PRIVILEGED), pod('web', 'b', PRIVILEGED), labelled, other]);

    expect(result.violations.map(({ object }) => object.name)).toEqual(['a']);
    expect(result.phiNamespaces).toEqual(['healthcare-prod', 'patient-data']);
  });

  test('is not clean where no namespace is known to hold PHI', () => {
    expect(judge([pod('web', 'b', PRIVILEGED)], { phiNamespaces: [] })).toMatchObject({ violations: [], unchecked: [{ why: expect.stringContaining('no namespace is known') as string }] });
    expect(judge([pod(undefined, 'b', PRIVILEGED)], { phiNamespaces: [] })).toMatchObject({ violations: [{ object: { name: 'b' } }], unchecked: [] });
    expect(judge([gateObject({ apiVersion: 'example.com/v1', kind: 'Web', metadata: { name: 'a', namespace: 'web' } })], { phiNamespaces: [] }).unchecked).toEqual([]);
  });

  test('is not clean where a rule fails', () => {
    const broken = gateObject({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'healthcare-prod' }, spec: { containers: 'app' } });
    const { violations, unchecked } = judge([broken]);

    expect(violations).toEqual([]);
    expect(unchecked).toEqual([{ what: 'Pod healthcare-prod/a by privileged-containers', why: expect.stringMatching(/^the rule fails on it: ./) as string, remedy: expect.stringContaining('type of its API') as string, origin: { file: 'a.yaml', line: 1 } }]);
  });

  test('judges nulls as the API server does: as what is absent', () => {
    expect(namesOf([gateObject({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'healthcare-prod', labels: null }, spec: { initContainers: null, containers: [null, { securityContext: { privileged: null } }] } })])).toEqual([]);
  });

  test('tells of kinds that template pods and that no rule knows', () => {
    const rollout = gateObject({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'a', namespace: 'healthcare-prod' }, spec: { template: { spec: { containers: [{ name: 'a' }] } } } });
    const deployment = gateObject({ ...rollout.content, apiVersion: 'apps/v1', kind: 'Deployment' });

    expect(judge([deployment], { rules: ['ingress-tls'] }).warnings).toEqual([]);
    expect(judge([rollout, rollout]).warnings).toEqual(['Rollout of argoproj.io/v1alpha1 templates pods, and no rule knows it: its pods are judged when they are admitted, not here']);
  });

  test('says which rules it could not ask', () => {
    const why = (settings: GateSettings, input: object = {}): Map<string, string> =>
      new Map(runGate({ objects: [], ...input }, settings).notJudged.map((gap) => [gap.rule.id, gap.why]));
    const registries = { approvedRegistries: ['registry.example.com'], storageClasses: ['encrypted'] };

    expect(why({ rules: ['approved-images'] }).get('approved-images')).toContain('--approved-registries');
    expect([...why({ ...registries, rules: ['approved-images'] }).keys()]).toEqual(gateRules().map(({ id }) => id).filter((id) => id !== 'approved-images'));
    expect([...why(registries).keys()]).toEqual([]);
    expect(why({ rules: ONE }).get('ingress-tls')).toBe('rules names others');
    expect(why({ rules: ONE }, { configuration: 'gate.yaml' }).get('terraform-kms-rotation')).toBe('rules of gate.yaml names others');
    expect(why({ rules: ONE }, { configuration: 'gate.yaml', rulesFrom: '--rules' }).get('fail-closed-webhooks')).toBe('--rules names others');
  });

  test('knows its rules, each by one name', () => {
    const ids = gateRules().map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(['privileged-containers', 'ingress-tls']));
    expectRefusal(() => judge([], { rules: ['privileged'] }), { path: 'rules', value: 'privileged', rule: 'would judge nothing', remedy: 'privileged-containers' });
  });
});

describe('pod templates of kinds that no rule knows', () => {
  const containers = [{ name: 'c', image: 'registry.example.com/c', securityContext: PRIVILEGED }];
  const custom = (kind: string, content: object, namespace = 'healthcare-prod'): GateObject => ({
    ...gateObject({ apiVersion: 'example.com/v1', kind, metadata: { name: 'x', namespace }, ...content }), locate: (path) => ({ column: path.length }),
  });

  test.each<[string, object, string]>([
    ['ScaledJob', { spec: { jobTargetRef: { template: { spec: { containers } } } } }, 'spec.jobTargetRef.template.spec.containers[0]'],
    ['PyTorchJob', { spec: { pytorchReplicaSpecs: { Master: { template: { spec: { containers } } } } } }, 'spec.pytorchReplicaSpecs.Master.template.spec.containers[0]'],
    ['Rollout', { spec: { template: { spec: { initContainers: containers } } } }, 'spec.template.spec.initContainers[0]'],
    ['SidecarSet', { spec: { containers } }, 'spec.containers[0]'],
    ['Listed', { spec: [{ template: { spec: { containers } } }] }, 'spec[0].template.spec.containers[0]'],
  ])('are judged, under the name of their object: %s', (kind, content, container) => {
    const [violation, ...more] = judge([custom(kind, content)]).violations;

    expect(more).toEqual([]);
    expect(violation).toMatchObject({
      object: { apiVersion: 'example.com/v1', kind, namespace: 'healthcare-prod', name: 'x' }, path: `${container}.securityContext.privileged`, value: true,
      origin: { file: 'a.yaml', column: `${container}.securityContext.privileged`.length }, problem: expect.stringContaining(`${container}.securityContext.privileged gives`) as string,
    });
    expect(violation.message).toContain(`${kind} 'x': ${container}.securityContext.privileged gives`);
    expect(judge([custom(kind, content)], { exceptions: [exception(`${kind}/healthcare-prod/x`)] })).toMatchObject({ violations: [], excepted: [{}], warnings: [] });
  });

  test('are of the namespace of their object', () => {
    const content = { spec: { template: { spec: { containers } } } };
    expect(judge([custom('Rollout', content, 'other'), pod('healthcare-prod', 'a')])).toMatchObject({ violations: [], passedOver: 1, objects: 2 });
    expect(namesOf([custom('Rollout', content, '')], { defaultNamespace: 'healthcare-prod' })).toEqual(['Rollout/healthcare-prod/x']);
  });

  test('are named where a rule fails on them', () => {
    expect(judge([custom('Rollout', { spec: { template: { spec: { containers, initContainers: 'x' } } } })]).unchecked).toMatchObject([{ what: 'Rollout healthcare-prod/x by privileged-containers' }]);
  });
});

describe('passwords of addresses', () => {
  test.each(['https://user:Hunter2@r.io/a', 'https://user:Hunter2/x@r.io/a', 'https://Hunter2@r.io/a', 'https://user:a@Hunter2@r.io/a'])('are in no report: %s', (image) => {
    const object = gateObject({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'healthcare-prod' }, spec: { containers: [{ name: 'c', image }] } });
    const { violations } = judge([object], { rules: ['approved-images', 'image-digests'], approvedRegistries: ['registry.example.com'] });

    expect(violations.length).toBeGreaterThan(0);
    expect(JSON.stringify(violations)).not.toContain('Hunter2');
    expect(violations[0].value).toBe('https://…@r.io/a');
  });

  test.each(['r.io/a@sha256:12', 'https://r.io:5000/a@sha256:12', 'https://r.io/a@sha256:12', 'a b@c'])('are told from digests and ports: %s', (text) => {
    expect(withoutCredentials(text)).toBe(text);
  });
});

describe('exceptions', () => {
  const [bad, worse] = [pod('healthcare-prod', 'a', PRIVILEGED), pod('healthcare-prod', 'b', PRIVILEGED)];

  test('take out what they name, and no more', () => {
    const result = judge([bad, worse], { exceptions: [exception('Pod/healthcare-prod/a')] });

    expect(result.violations.map(({ object }) => object.name)).toEqual(['b']);
    expect(result.excepted).toMatchObject([{ violation: { object: { name: 'a' } }, exception: { reason: 'moves in March', approver: 'ciso@company.com', expires: '2027-03-31' } }]);
    expect(result.warnings).toEqual([]);
  });

  test.each([['2027-03-31', ['b']], ['2027-04-01', ['a', 'b']]])('hold through their last day: on %s', (asOf, names) => {
    const { violations } = judge([bad, worse], { exceptions: [exception('Pod/healthcare-prod/a')], asOf });

    expect(violations.map(({ object }) => object.name)).toEqual(names);
    if (names.length === 2) expect(violations[0].remedy).toBe('remove it; its exception ended on 2027-03-31');
  });

  test.each([['another name', 'Pod/healthcare-prod/c'], ['another namespace', 'Pod/patient-data/a'], ['another kind', 'Deployment/healthcare-prod/a'], ['no namespace', 'Pod//a']])('are of no other object: %s', (_what, object) => {
    const { violations, warnings } = judge([bad], { exceptions: [exception(object)] });

    expect(violations).toHaveLength(1);
    expect(warnings).toEqual([`the exception of ${object} from privileged-containers excepts nothing here: remove it`]);
  });

  test.each([
    ['that is none', [{ rule: 'privileged-containers' } as ControlException], { rule: 'privileged-containers' }, 'new ControlException'],
    ['of a whole control', [exception('Pod/a/b', { rule: undefined, object: undefined })], 'PS1', 'give it rule and object'],
    ['from no rule', [exception('Pod/a/b', { rule: 'privileged' })], 'privileged', 'use one of: '],
    ['that stands twice', [exception('Pod/a/b'), exception('Pod/a/b', { reason: 'other' })], 'privileged-containers', 'keep the one'],
  ])('refuse one %s', (_what, exceptions, value, remedy) => {
    expectRefusal(() => judge([], { exceptions }), { path: 'exceptions', value, rule: '164.306(d)(3)', remedy });
  });

  test('are judged by a date', () => {
    expectRefusal(() => judge([], { asOf: 'today' }), { path: 'gate', value: 'today', rule: 'ISO 8601', remedy: 'YYYY-MM-DD' });
  });
});
