/** Whether services of PHI namespaces are there when they are needed: watched, apart from each other, and never drained all at once. */
import { profile as eks } from '../../apps/eks/profile';
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import type { HipaaProfile } from '../../lib/profile/profile';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { verifyClaims } from '../../lib/validation/verify';
import { manifest } from './weakening';

const LABELS = { app: 'api' };
const PROBES = { readinessProbe: { httpGet: { port: 8443 } }, livenessProbe: { tcpSocket: { port: 8443 } } };
const hardened = {
  name: 'app', image: `${eks.imageRegistry}/${eks.imageRepositories[0]}@sha256:${'3c'.repeat(32)}`, resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } },
  securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } },
};
const serving = { ...hardened, ports: [{ containerPort: 8443 }], ...PROBES };
const spread = (matchLabels: object = LABELS): object => ({ topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels } }] });
const own = (kind: string, spec: object, pod: object = { containers: [serving] }, metadata: object = {}): SynthesizedObject => manifest(kind === 'ReplicationController' ? 'v1' : 'apps/v1', kind, 'healthcare-prod', 'api', {
  metadata, spec: { ...spec, template: { metadata: { labels: LABELS }, spec: { automountServiceAccountToken: false, ...pod } } },
});
const budget = (selector: unknown = { matchLabels: LABELS }, name = 'api', namespace = 'healthcare-prod', apiVersion = 'policy/v1'): SynthesizedObject => manifest(apiVersion, 'PodDisruptionBudget', namespace, name, { spec: { selector, maxUnavailable: 1 } });
const scaler = (maxReplicas: number): SynthesizedObject => manifest('autoscaling/v2', 'HorizontalPodAutoscaler', 'healthcare-prod', 'api', { spec: { maxReplicas, scaleTargetRef: { kind: 'Deployment', name: 'api' } } });
const find = (...objects: SynthesizedObject[]): string[] => verifyClaims(objects, eks);
const TWO = { replicas: 2 };
const SPREAD = { containers: [serving], ...spread() };
const NO_BUDGET = /no PodDisruptionBudget selects its pods/;
const TOGETHER = /neither topologySpreadConstraints nor podAntiAffinity/;

describe('probes', () => {
  test.each(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController'])('a %s with ports has them', (kind) => {
    expect(find(own(kind, {}))).toEqual([]);
    const [finding, ...more] = find(own(kind, {}, { containers: [{ ...serving, readinessProbe: undefined, livenessProbe: undefined }] }));
    expect(more).toEqual([]);
    expect(finding).toContain(`[own/api] ${kind} healthcare-prod/api is not hardened as a PHI namespace demands: 'containers[0] (app) has ports and no readinessProbe and no livenessProbe`);
    expect(finding).toMatch(/rule: {3}control PS5.*164\.306\(a\)\(1\)[^]*remedy: .*probes where it has ports.*ControlException/);
  });

  test.each<[string, object, RegExp | undefined]>([
    ['without ports', { containers: [hardened] }, undefined],
    ['that is alive by a command, and ready by gRPC', { containers: [{ ...serving, readinessProbe: { grpc: { port: 1 } }, livenessProbe: { exec: { command: ['/alive'] } } }] }, undefined],
    ['that nobody asks whether it is ready', { containers: [{ ...serving, readinessProbe: undefined }] }, /no readinessProbe,/],
    ['that nobody asks whether it lives', { containers: [{ ...serving, livenessProbe: null }] }, /no livenessProbe,/],
    ['evasion: with a probe that asks nothing', { containers: [{ ...serving, livenessProbe: { periodSeconds: 10 } }] }, /no livenessProbe,/],
    ['evasion: with a startup probe alone', { containers: [{ ...hardened, ports: serving.ports, startupProbe: PROBES.livenessProbe }] }, /no readinessProbe and no livenessProbe/],
    ['evasion: a second one', { containers: [serving, { ...hardened, name: 'proxy', ports: serving.ports }] }, /containers\[1\] \(proxy\) has ports/],
    ['evasion: a sidecar among the init containers', { containers: [serving], initContainers: [{ ...hardened, ports: serving.ports, restartPolicy: 'Always' }] }, /initContainers\[0\] \(app\) has ports/],
    ['that ends before the others start', { containers: [serving], initContainers: [{ ...hardened, ports: serving.ports }] }, undefined],
  ])('a container %s', (_what, pod, finding) => {
    const found = find(own('Deployment', {}, pod));
    expect(found).toHaveLength(finding ? 1 : 0);
    if (finding) expect(found[0]).toMatch(finding);
  });

  test.each<[string, unknown, number]>([['a reason', 'the queue sees what is not done', 0], ['no reason', ' ', 1], ['a reason that is no text', true, 1]])('are left out for %s', (_what, reason, count) => {
    expect(find(own('Deployment', {}, { containers: [{ ...hardened, ports: serving.ports }] }, { annotations: { 'cdk8s-hipaa/without-probes': reason } }))).toHaveLength(count);
  });

  test('of what ends are no matter', () => {
    const pod = { spec: { automountServiceAccountToken: false, containers: [{ ...hardened, ports: serving.ports }] } };
    expect(find(manifest('v1', 'Pod', 'healthcare-prod', 'own', pod), manifest('batch/v1', 'Job', 'healthcare-prod', 'own', { spec: { template: pod } }))).toEqual([]);
  });
});

describe('more than one replica', () => {
  test.each<[string, SynthesizedObject[], RegExp[]]>([
    ['with a budget and a spread', [own('Deployment', TWO, SPREAD), budget()], []],
    ['of which there is one', [own('Deployment', { replicas: 1 })], []],
    ['of which nobody says how many there are', [own('StatefulSet', {})], []],
    ['of a DaemonSet, one a node', [own('DaemonSet', TWO)], []],
    ['without either', [own('StatefulSet', TWO)], [NO_BUDGET, TOGETHER]],
    ['of an autoscaler', [own('Deployment', {}), scaler(2)], [NO_BUDGET, TOGETHER]],
    ['of an autoscaler that makes no more', [own('Deployment', {}), scaler(1)], []],
    ['of a ReplicaSet', [own('ReplicaSet', TWO)], [NO_BUDGET, TOGETHER]],
    ['with a budget that takes all pods', [own('Deployment', TWO, SPREAD), budget({})], []],
    ['with a budget by an expression', [own('Deployment', TWO, SPREAD), budget({ matchExpressions: [{ key: 'app', operator: 'In', values: ['api'] }] })], []],
    ['with a budget of others', [own('Deployment', TWO, SPREAD), budget({ matchLabels: { app: 'db' } })], [NO_BUDGET]],
    ['with a budget of none', [own('Deployment', TWO, SPREAD), budget(null)], [NO_BUDGET]],
    ['with a budget of another namespace', [own('Deployment', TWO, SPREAD), budget(undefined, 'api', 'patient-data')], [NO_BUDGET]],
    ['with a budget of another group', [own('Deployment', TWO, SPREAD), budget(undefined, 'api', 'healthcare-prod', 'example.com/v1')], [NO_BUDGET]],
    ['with two budgets, which the eviction API refuses', [own('Deployment', TWO, SPREAD), budget(), budget({}, 'all')], [/2 PodDisruptionBudgets select its pods, which then cannot be evicted: api, all/]],
    ['spread by the labels of others', [own('Deployment', TWO, { containers: [serving], ...spread({ app: 'db' }) }), budget()], [TOGETHER]],
    ['spread by no labels', [own('Deployment', TWO, { containers: [serving], topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'x' }] }), budget()], [TOGETHER]],
    ['that are kept apart', [own('Deployment', TWO, { containers: [serving], affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: LABELS }, topologyKey: 'kubernetes.io/hostname' }] } } }), budget()], []],
    ['that would rather be apart', [own('Deployment', TWO, { containers: [serving], affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { labelSelector: { matchLabels: LABELS }, topologyKey: 'x' } }] } } }), budget()], []],
    ['that are kept together', [own('Deployment', TWO, { containers: [serving], affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: LABELS }, topologyKey: 'x' }] } } }), budget()], [TOGETHER]],
  ])('%s', (_what, objects, texts) => {
    const found = find(...objects);
    expect(found).toHaveLength(texts.length > 0 ? 1 : 0);
    for (const text of texts) expect(found[0]).toMatch(text);
  });

  test('an exception for PS5 takes it out', () => {
    const exception = new ControlException({ control: Control.PS5_QUOTAS, reason: 'x', approver: 'ciso@company.com', expires: '2027-01-31' });
    expect(verifyClaims([own('Deployment', TWO)], Object.create(eks, { exceptions: { value: [exception] } }) as HipaaProfile)).toEqual([]);
  });
});
