import { Chart, Testing } from 'cdk8s';
import { BreakGlassBinding } from '../../lib/access/break-glass-binding';
import { BreakGlassReaper, type BreakGlassReaperProps } from '../../lib/access/break-glass-reaper';
import { TemporaryBinding } from '../../lib/access/temporary-binding';
import { EncryptionMigration } from '../../lib/profile/encryption-settings';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import { schemaFindings } from '../support/api-schema';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { environmentOf, runScript, scriptFindings, type Cluster, type ScriptRun } from '../support/fake-kubectl';
import { NetworkEvaluator } from '../support/network-evaluator';
import { RbacEvaluator, serviceAccount } from '../support/rbac-evaluator';
import { expectRefusal } from '../support/refusal';

const VERSION = KubernetesVersion.V1_33;
const EKS = Platform.eks({
  region: 'us-east-1', account: '123456789012', version: VERSION, vpcCidrs: ['10.0.0.0/16'], controlPlaneCidrs: ['10.0.255.0/28'], serviceCidr: '172.20.0.0/16',
});
const CILIUM = Platform.selfManaged({
  version: VERSION, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM, encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED },
});
const IMAGE = `123456789012.dkr.ecr.us-east-1.amazonaws.com/kubectl@sha256:${'0123456789abcdef'.repeat(4)}`;
const RIGHT: BreakGlassReaperProps = { platform: EKS, namespaces: ['healthcare-prod', 'patient-data'], image: IMAGE };

const synth = (changes: Partial<BreakGlassReaperProps> = {}): Manifest[] => synthChart((chart) => new BreakGlassReaper(chart, 'Reaper', { ...RIGHT, ...changes }));
const of = (manifests: Manifest[], kind: string): Manifest[] => manifests.filter((manifest) => manifest.kind === kind);
const [cronJob] = of(synth(), 'CronJob');
const [config] = of(synth(), 'ConfigMap');
const script = config.data['break-glass-reaper.sh'] as string;

const NOW = '2026-03-01T12:00:00Z';
const LABEL = 'cdk8s-hipaa/break-glass';
interface Times { expires?: string; created?: string; label?: string | false; namespace?: string; kind?: string }
const binding = (name: string, { expires, created = '2026-03-01T08:00:00Z', label = 'temporary', namespace = 'healthcare-prod', kind = 'RoleBinding' }: Times): Manifest => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: {
    name,
    ...(kind === 'RoleBinding' ? { namespace } : {}),
    ...(label === false ? {} : { labels: { [LABEL]: label } }),
    annotations: expires === undefined ? {} : { 'cdk8s-hipaa/expires': expires },
    creationTimestamp: created,
  } as Manifest['metadata'],
});
const run = (objects: Manifest[], cluster: Partial<Cluster> = {}, env: Record<string, string> = {}): ScriptRun =>
  runScript(script, { ...environmentOf(cronJob), ...env }, { objects, now: NOW, ...cluster });
const left = (result: ScriptRun): string[] => result.objects.map((object) => object.metadata.name);

describe('BreakGlassReaper', () => {
  test('makes a namespace of its own, and a Role in each named one', () => {
    expect(synth().map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`)).toMatchSnapshot();
  });

  test.each([['EKS', {}], ['Cilium', { platform: CILIUM, apiServerCidrs: ['10.1.0.10/32', '10.96.0.1/32'] }]])('is what the API server takes, on %s', (_platform, changes) => {
    expect(synth(changes).flatMap((manifest) => schemaFindings(manifest, ['cilium.io/v2/CiliumNetworkPolicy']))).toEqual([]);
  });

  test('deletes nothing without the label, which the API server judges from 1.30 on', () => {
    const manifests = synth();
    const [policy] = of(manifests, 'ValidatingAdmissionPolicy');
    const [bound] = of(manifests, 'ValidatingAdmissionPolicyBinding');
    const labelsOf = (build: (chart: Chart) => void): string[] => synthChart(build).flatMap(({ metadata }) => Object.keys(metadata.labels ?? {}));

    expect(policy.spec).toEqual({
      failurePolicy: 'Fail',
      matchConstraints: { resourceRules: [{ apiGroups: ['rbac.authorization.k8s.io'], apiVersions: ['*'], operations: ['DELETE'], resources: ['rolebindings', 'clusterrolebindings'] }] },
      matchConditions: [{ name: 'reaper', expression: "request.userInfo.username == 'system:serviceaccount:hipaa-break-glass:break-glass-reaper'" }],
      validations: [{ expression: "has(oldObject.metadata.labels) && 'cdk8s-hipaa/break-glass' in oldObject.metadata.labels", message: expect.stringContaining('AC6'), reason: 'Forbidden' }],
    });
    expect(bound.spec).toEqual({ policyName: policy.metadata.name, validationActions: ['Deny'] });
    // The label that the expression names is the one that bindings which end bear, and the standing one does not.
    expect(labelsOf((chart) => new TemporaryBinding(chart, 'Ends', {
      namespace: 'healthcare-prod', role: 'own', group: 'oidc:own@company.com', approver: 'ciso@company.com', ticket: 'INC-1', expires: '2026-11-21T10:00:00Z', name: 'inc-1',
    }))).toContain(LABEL);
    expect(labelsOf((chart) => new BreakGlassBinding(chart, 'Stays', { group: 'oidc:break-glass@company.com', approver: 'ciso@company.com', session: 'an hour' }))).not.toContain(LABEL);
    expect(of(synth({ platform: Platform.eks({ region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_29 }) }), 'ValidatingAdmissionPolicy')).toEqual([]);
  });

  test('takes every prop', () => {
    const props: Required<BreakGlassReaperProps> = {
      platform: CILIUM, namespaces: ['a'], image: IMAGE, clusterBindings: false, everyMinutes: 1, longestHours: 2, namespace: 'reaper', apiServerCidrs: ['10.1.0.10/32'],
    };
    const manifests = synth(props);
    const [job] = of(manifests, 'CronJob');

    expect(job.spec.schedule).toBe('* * * * *');
    expect(environmentOf(job)).toMatchObject({ LONGEST_MINUTES: '120', CLUSTER_BINDINGS: 'false', NAMESPACES: 'a' });
    expect(of(manifests, 'ClusterRole')).toEqual([]);
    expect(job.metadata.namespace).toBe('reaper');
    expect(of(manifests, 'CiliumNetworkPolicy')[0].spec.egress[0].toEntities).toEqual(['kube-apiserver']);
    expect(job.spec.jobTemplate.spec.template.spec.containers[0].image).toBe(IMAGE);
  });

  test('runs as the restricted Pod Security Standard demands it, and two never at a time', () => {
    const pod = cronJob.spec.jobTemplate.spec.template.spec;

    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod.containers[0].securityContext).toEqual({ allowPrivilegeEscalation: false, privileged: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    expect(pod.containers[0].resources.limits).toEqual({ cpu: '500m', memory: '256Mi' });
    expect([pod.hostNetwork, pod.hostPID, pod.automountServiceAccountToken]).toEqual([undefined, undefined, true]);
    expect(cronJob.spec).toMatchObject({ concurrencyPolicy: 'Forbid', schedule: '*/5 * * * *', timeZone: 'Etc/UTC' });
    expect(of(synth(), 'Namespace')[0].metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/enforce-version': 'v1.33' });
  });

  test('claims what it enforces, and nothing on emergency access', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new BreakGlassReaper(chart, 'Reaper', RIGHT);

    expect(claimsBelow(chart)).toEqual(['Test/Reaper/Network/DefaultDeny implements NW1', 'Test/Reaper/ServiceAccount implements AC12']);
  });

  const reaper = serviceAccount('hipaa-break-glass', 'break-glass-reaper');
  const RBAC = 'rbac.authorization.k8s.io';
  test.each<[string, string, string, string | undefined, boolean]>([
    ['list', RBAC, 'rolebindings', 'healthcare-prod', true],
    ['get', RBAC, 'rolebindings', 'patient-data', true],
    ['delete', RBAC, 'rolebindings', 'patient-data', true],
    ['delete', RBAC, 'rolebindings', 'kube-system', false],
    ['list', RBAC, 'rolebindings', undefined, false],
    ['deletecollection', RBAC, 'rolebindings', 'healthcare-prod', false],
    ['create', RBAC, 'rolebindings', 'healthcare-prod', false],
    ['update', RBAC, 'rolebindings', 'healthcare-prod', false],
    ['patch', RBAC, 'rolebindings', 'healthcare-prod', false],
    ['bind', RBAC, 'roles', 'healthcare-prod', false],
    ['escalate', RBAC, 'roles', 'healthcare-prod', false],
    ['delete', RBAC, 'roles', 'healthcare-prod', false],
    ['delete', RBAC, 'clusterrolebindings', undefined, true],
    ['create', RBAC, 'clusterrolebindings', undefined, false],
    ['get', '', 'secrets', 'healthcare-prod', false],
    ['list', '', 'pods', 'healthcare-prod', false],
    ['get', '', 'configmaps', 'hipaa-break-glass', false],
    ['create', 'batch', 'jobs', 'hipaa-break-glass', false],
  ])('may %s %s/%s in %s: %s', (verb, group, resource, namespace, allowed) => {
    expect(new RbacEvaluator(synth()).can(reaper, verb, { group, resource, namespace })).toBe(allowed);
  });

  test('without bindings of the cluster, deletes none', () => {
    expect(new RbacEvaluator(synth({ clusterBindings: false })).can(reaper, 'delete', { group: RBAC, resource: 'clusterrolebindings' })).toBe(false);
  });

  test.each<[string, number, boolean]>([
    ['10.0.255.10', 443, true], ['172.20.0.1', 443, true], ['10.0.255.10', 22, false], ['10.0.1.10', 443, false], ['8.8.8.8', 443, false], ['169.254.169.254', 80, false],
  ])('calls %s:%d: %s', (ip, port, allowed) => {
    const from = { namespace: 'hipaa-break-glass', labels: { 'app.kubernetes.io/name': 'break-glass-reaper', 'app.kubernetes.io/component': 'break-glass' } };
    const evaluator = new NetworkEvaluator(synth());

    expect(evaluator.allows({ from, to: { ip }, port })).toBe(allowed);
    expect(evaluator.allows({ from: { ...from, labels: { app: 'other' } }, to: { ip }, port })).toBe(false);
    expect(evaluator.allows({ from: { namespace: 'other', labels: {} }, to: from, port })).toBe(false);
  });

  describe('its script', () => {
    test('is a shell script that ends at errors', () => {
      expect(scriptFindings(script)).toEqual([]);
    });

    test.each<[string, Times, boolean]>([
      ['an end that is over', { expires: '2026-03-01T11:59:00Z' }, true],
      ['an end at this very minute', { expires: NOW }, true],
      ['an end to come', { expires: '2026-03-01T12:01:00Z' }, false],
      ['an end after midnight, the month and the leap day', { expires: '2026-03-02T00:30:00Z', created: '2026-03-01T11:00:00Z' }, false],
      ['no end', {}, true],
      ['an empty end', { expires: '' }, true],
      ['an end without a time', { expires: '2026-03-02' }, true],
      ['an end in another zone', { expires: '2026-03-01T18:00:00+01:00' }, true],
      ['an end with fractions', { expires: '2026-03-01T18:00:00.5Z' }, true],
      ['an end in a month that is none', { expires: '2026-19-01T18:00:00Z' }, true],
      ['an end at an hour that is none', { expires: '2026-03-01T29:00:00Z' }, true],
      ['text that a shell would run', { expires: '$(kubectl delete all)' }, true],
      ['text that looks like another answer', { expires: '2026-03-01T18:00:00Z|labelled' }, true],
      ['two lines', { expires: '2026-03-01T18:00:00Z\n2026-03-01T18:00:00Z' }, true],
      ['an end in a hundred years, made an hour ago', { expires: '2126-01-01T00:00:00Z', created: '2026-03-01T11:00:00Z' }, false],
      ['an end in a hundred years, made a day ago', { expires: '2126-01-01T00:00:00Z', created: '2026-02-28T12:00:00Z' }, true],
      ['another value of the label', { label: 'standing' }, true],
      ['an empty label', { label: '' }, true],
      ['no label', { label: false, expires: '2020-01-01T00:00:00Z' }, false],
      ['another namespace', { namespace: 'kube-system', expires: '2020-01-01T00:00:00Z' }, false],
      ['the second namespace', { namespace: 'patient-data', expires: '2020-01-01T00:00:00Z' }, true],
      ['the cluster', { kind: 'ClusterRoleBinding', expires: '2026-03-01T11:59:00Z' }, true],
      ['the cluster, to come', { kind: 'ClusterRoleBinding', expires: '2026-03-01T13:00:00Z' }, false],
    ])('takes a binding with %s: %o', (_what, times, taken) => {
      const result = run([binding('inc-1', times)]);

      expect(result.stderr).toBe('');
      expect(result.status).toBe(0);
      expect(left(result)).toEqual(taken ? [] : ['inc-1']);
    });

    test('leaves bindings of the cluster where it is told to', () => {
      expect(left(run([binding('inc-1', { kind: 'ClusterRoleBinding' })], {}, { CLUSTER_BINDINGS: 'false' }))).toEqual(['inc-1']);
    });

    test('takes no binding without the label for a name that holds it', () => {
      const result = run([binding('portal\nrolebinding', { expires: '2020-01-01T00:00:00Z' }), binding('portal', { label: false })]);

      expect(left(result)).toContain('portal');
      expect(result.status).toBe(1);
      expect(result.stderr).toContain('not judged, for its name: rolebinding.rbac.authorization.k8s.io "portal\\nrolebinding" --namespace=healthcare-prod');
    });

    test.each<[string, string[], string[], number]>([
      ['a line break at its end', ['inc-1\n'], ['inc-1\n'], 1],
      ['a line break at its end, behind another', ['a', 'inc-1\n'], ['inc-1\n'], 1],
      ['a line break at its end, before another', ['inc-1\n', 'z'], ['inc-1\n'], 1],
      ['nothing but a line break', ['\n'], ['\n'], 1],
      ['a line that is another binding', ['a\nb', 'b'], ['a\nb'], 1],
      ['a line that looks like the count', ['1\n1'], ['1\n1'], 1],
      ['a comma', ['x,y'], ['x,y'], 1],
      ['a blank', ['a b'], ['a b'], 1],
      ['a quotation mark', ['a"b'], ['a"b'], 1],
      ['a backslash', ['a\\b'], ['a\\b'], 1],
      ['a percent sign', ['a%0a'], ['a%0a'], 1],
      ['another script', ['\u0441'], ['\u0441'], 1],
      ['a star', ['*'], ['*'], 1],
      ['a name that begins like a flag', ['-n'], [], 0],
      ['a name as RBAC allows it', ['system:Inc_1@x'], [], 0],
    ])('overlooks no binding whose name has %s', (_what, names, stay, status) => {
      const result = run(names.map((name) => binding(name, { expires: '2020-01-01T00:00:00Z' })));

      expect(left(result)).toEqual(stay);
      expect(result.status).toBe(status);
      expect(result.stdout.split('\n').filter(Boolean)).toHaveLength(names.length - stay.length);
    });

    test.each(['RoleBinding', 'ClusterRoleBinding'])('says of no %s with finalizers that it is gone, and fails until it is', (kind) => {
      const made = binding('inc-1', { kind, expires: '2020-01-01T00:00:00Z' });
      const held: Manifest = { ...made, metadata: { ...made.metadata, finalizers: ['example.com/keep'] } as Manifest['metadata'] };
      const first = run([held, binding('inc-2', {})]);
      const second = run(first.objects);

      for (const result of [first, second]) {
        expect(left(result)).toEqual(['inc-1']);
        expect(result.status).toBe(1);
        expect(result.stderr).toMatch(/still stands \w+\.rbac\.authorization\.k8s\.io\/inc-1 .*finalizers/);
        expect(result.stdout).not.toContain('inc-1');
      }
      expect(run([made])).toMatchObject({ status: 0, objects: [] });
    });

    test('fails where it reads fewer names than there are', () => {
      const result = run([binding('a', {}), binding('b', {})], { cut: ['list rolebindings'] });

      expect(left(result)).toEqual(['b']);
      expect(result.status).toBe(1);
      expect(result.stderr).toContain('not every name was read: rolebinding.rbac.authorization.k8s.io --namespace=healthcare-prod');
    });

    test('goes on where one namespace does not answer, and fails', () => {
      const result = run([binding('a', {}), binding('b', { kind: 'ClusterRoleBinding' })], { broken: ['list rolebindings'] });

      expect(left(result)).toEqual(['a']);
      expect(result.status).toBe(1);
    });

    test('reads the clock and takes nothing where it has none', () => {
      expect(left(run([binding('a', { expires: '2026-03-01T13:00:00Z' })], { now: 'yesterday' }))).toEqual(['a']);
    });

    test('does what its ServiceAccount may, and nothing else', () => {
      const evaluator = new RbacEvaluator(synth());
      const { calls } = run([binding('a', {}), binding('b', { kind: 'ClusterRoleBinding' }), binding('c', { namespace: 'patient-data', expires: '2026-03-01T13:00:00Z' })]);

      expect(new Set(calls.map(({ verb }) => verb))).toEqual(new Set(['list', 'get', 'delete']));
      expect(calls.filter(({ verb, ...request }) => !evaluator.can(reaper, verb, request))).toEqual([]);
    });
  });

  test.each<[string, object, unknown, string, string]>([
    ['no namespaces', { namespaces: [] }, [], 'control AC6', 'each once'],
    ['one twice', { namespaces: ['a', 'a'] }, ['a', 'a'], 'control AC6', 'each once'],
    ['a namespace that is none', { namespaces: ['a b'] }, 'a b', 'RFC 1123', 'a-z'],
    ['a PHI namespace of its own', { namespace: 'patient-data' }, 'patient-data', 'control AC3', 'leave namespace out'],
    ['kube-system', { namespace: 'kube-system' }, 'kube-system', 'control AC3', 'leave namespace out'],
    ['a tag', { image: 'registry.example.com/kubectl:1' }, 'registry.example.com/kubectl:1', 'control PS3', '@sha256'],
    ['seven minutes', { everyMinutes: 7 }, 7, 'cron', '1 to 6'],
    ['a month', { longestHours: 720 }, 720, 'control AC6', '1 to 168'],
    ['a word', { clusterBindings: 'yes' }, 'yes', 'control AC6', 'true or false'],
    ['no platform', { platform: undefined }, undefined, 'platform is required', 'Platform.eks()'],
    ['no addresses', { platform: CILIUM }, undefined, 'apiServerCidrs is required', '10.96.0.1/32'],
    ['an empty list of addresses', { apiServerCidrs: [] }, [], 'allows all', '10.0.0.10/32'],
    ['the internet', { apiServerCidrs: ['0.0.0.0/0'] }, '0.0.0.0/0', 'control NW1', 'subnets'],
    ['another field', { role: 'x' }, 'role', 'no other field', 'namespaces'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synth(changes), { path: 'Test/Reaper', value, rule, remedy });
  });
});
