/** Quotas and limits of PHI namespaces that workloads, volumes and Services do not fit into: the pods of such a rollout are refused, and nothing says so. */
import { Cron, Size, type Chart } from 'cdk8s';
import { profile as eks } from '../../apps/eks/profile';
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import type { HipaaProfile } from '../../lib/profile/profile';
import { CheckContext } from '../../lib/validation/check-context';
import { quotaFindings } from '../../lib/validation/quota-fit';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { verifyClaims } from '../../lib/validation/verify';
import { HardenedCronJob } from '../../lib/workloads/hardened-cron-job';
import { HardenedDeployment } from '../../lib/workloads/hardened-deployment';
import { HardenedStatefulSet } from '../../lib/workloads/hardened-stateful-set';
import { HealthProbe } from '../../lib/workloads/health-probe';
import { Image } from '../../lib/workloads/image';
import { NamespaceLimits } from '../../lib/workloads/namespace-limits';
import { NamespaceQuota } from '../../lib/workloads/namespace-quota';
import { VaultAgentAnnotations } from '../../lib/workloads/secrets/vault-agent-annotations';
import { synthChart } from '../support/chart';
import { manifest } from './weakening';

const NAMESPACE = 'healthcare-prod';
const find = (...objects: SynthesizedObject[]): string[] => quotaFindings(new CheckContext(eks, objects));
const values = (findings: readonly string[]): string[] => findings.map((finding) => /: '([^]*)'\n/.exec(finding)![1]);

const quota = (hard: object, more: object = {}, namespace = NAMESPACE): SynthesizedObject => manifest('v1', 'ResourceQuota', namespace, 'quota', { spec: { hard, ...more } });
const range = (...limits: object[]): SynthesizedObject => manifest('v1', 'LimitRange', NAMESPACE, 'limits', { spec: { limits } });
const claim = (storage: string, name = 'data'): SynthesizedObject => manifest('v1', 'PersistentVolumeClaim', NAMESPACE, name, { spec: { storageClassName: 'gp3', resources: { requests: { storage } } } });
const service = (spec: object): SynthesizedObject => manifest('v1', 'Service', NAMESPACE, 'api', { spec });
const container = (requests: object, limits: object = requests, more: object = {}): object => ({ name: 'app', resources: { requests, limits }, ...more });
const pods = (spec: object): object => ({ template: { spec } });
const deployment = (requests: object, spec: object = {}, more: object = {}): SynthesizedObject => manifest('apps/v1', 'Deployment', NAMESPACE, 'api', { spec: { ...pods({ containers: [container(requests)], ...more }), ...spec } });
const scaler = (maxReplicas: number, apiVersion = 'autoscaling/v2'): SynthesizedObject => manifest(apiVersion, 'HorizontalPodAutoscaler', NAMESPACE, 'api', { spec: { maxReplicas, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' } } });

const CPU = { cpu: '1' };
const RECREATE = { strategy: { type: 'Recreate' } };

describe('a quota', () => {
  test('says what does not fit, what takes the most, which rule and how to mend it', () => {
    const other = manifest('batch/v1', 'Job', NAMESPACE, 'import', { spec: pods({ containers: [container({ cpu: '500m' })] }) });
    const [finding, ...more] = find(quota({ 'requests.cpu': '4' }), deployment(CPU, { replicas: 4 }), other);

    expect(more).toEqual([]);
    expect(finding).toContain("[own/quota] what is emitted does not fit into ResourceQuota healthcare-prod/quota: 'requests.cpu: 5500m of 4, most by Deployment healthcare-prod/api (5), Job healthcare-prod/import (500m)'");
    expect(finding).toMatch(/rule: {3}control PS5.*164\.306\(a\)\(1\)[^]*remedy: raise the quota, or lower replicas/);
  });

  test.each<[string, SynthesizedObject[], object, string[]]>([
    ['as many as fit', [deployment(CPU, { replicas: 3, ...RECREATE })], { 'requests.cpu': '3' }, []],
    ['one replica where none is said, and its surge', [deployment(CPU)], { 'requests.cpu': '1' }, ['requests.cpu: 2 of 1']],
    ['a surge of a quarter, rounded up', [deployment(CPU, { replicas: 5 })], { cpu: '6' }, ['cpu: 7 of 6']],
    ['a surge as a number', [deployment(CPU, { replicas: 5, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3 } } })], { pods: '7' }, ['pods: 8 of 7']],
    ['a surge in percent', [deployment(CPU, { replicas: 5, strategy: { rollingUpdate: { maxSurge: '100%' } } })], { 'count/pods': '9' }, ['count/pods: 10 of 9']],
    ['no surge', [deployment(CPU, { replicas: 5, strategy: { rollingUpdate: { maxSurge: 0 } } })], { pods: '5' }, []],
    ['what an autoscaler may make of it', [deployment(CPU, RECREATE), scaler(10)], { 'requests.cpu': '9' }, ['requests.cpu: 10 of 9']],
    ['what an autoscaler may make of it, and the surge', [deployment(CPU), scaler(10)], { pods: '12' }, ['pods: 13 of 12']],
    ['an autoscaler of another group, which is none', [deployment(CPU, { replicas: 10, ...RECREATE }), scaler(1, 'example.com/v1')], { pods: '9' }, ['pods: 10 of 9']],
    ['limits', [deployment(CPU, { replicas: 2, ...RECREATE })], { 'limits.cpu': '1500m' }, ['limits.cpu: 2 of 1500m']],
    ['limits, which are requests where those are not said', [manifest('v1', 'Pod', NAMESPACE, 'one', { spec: { containers: [{ name: 'app', resources: { limits: { cpu: '2' } } }] } })], { 'requests.cpu': '1' }, ['requests.cpu: 2 of 1']],
    ['disk', [deployment({ ...CPU, 'ephemeral-storage': '2Gi' }, RECREATE)], { 'requests.ephemeral-storage': '1Gi' }, ['requests.ephemeral-storage: 2Gi of 1Gi']],
    ['disk, of which a container need not speak', [deployment(CPU, RECREATE)], { 'limits.ephemeral-storage': '1Gi' }, []],
    ['decimal units as such', [deployment({ memory: '1Gi' }, RECREATE)], { memory: '1G' }, ['memory: 1Gi of 1000000000']],
    ['containers together', [deployment(CPU, RECREATE, { containers: [container(CPU), container(CPU)] })], { 'requests.cpu': '1' }, ['requests.cpu: 2 of 1']],
    ['an init container that needs more', [deployment(CPU, RECREATE, { initContainers: [container({ cpu: '3' })] })], { 'requests.cpu': '2' }, ['requests.cpu: 3 of 2']],
    ['an init container that needs less', [deployment(CPU, RECREATE, { initContainers: [container(CPU)] })], { 'requests.cpu': '1' }, []],
    ['a sidecar among the init containers, beside those after it', [deployment(CPU, RECREATE, { initContainers: [container(CPU, CPU, { restartPolicy: 'Always' }), container({ cpu: '2' })] })], { 'requests.cpu': '2' }, ['requests.cpu: 3 of 2']],
    ['a pod that speaks for itself', [deployment(CPU, RECREATE, { resources: { requests: { cpu: '3' } } })], { 'requests.cpu': '2' }, ['requests.cpu: 3 of 2']],
    ['a StatefulSet, which updates in place', [manifest('apps/v1', 'StatefulSet', NAMESPACE, 'db', { spec: { replicas: 3, ...pods({ containers: [container(CPU)] }) } })], { pods: '2' }, ['pods: 3 of 2']],
    ['a DaemonSet, once', [manifest('apps/v1', 'DaemonSet', NAMESPACE, 'agent', { spec: pods({ containers: [container(CPU)] }) })], { pods: '0' }, ['pods: 1 of 0']],
    ['a Job with parallel pods', [manifest('batch/v1', 'Job', NAMESPACE, 'one', { spec: { parallelism: 5, completions: 3, ...pods({ containers: [container(CPU)] }) } })], { pods: '2' }, ['pods: 3 of 2']],
    ['a CronJob', [manifest('batch/v1', 'CronJob', NAMESPACE, 'one', { spec: { jobTemplate: { spec: { parallelism: 2, ...pods({ containers: [container(CPU)] }) } } } })], { pods: '1' }, ['pods: 2 of 1']],
    ['a template alone, which starts nothing', [manifest('v1', 'PodTemplate', NAMESPACE, 'one', pods({ containers: [container(CPU)] }))], { pods: '0' }, []],
    ['volumes, by number and size', [claim('3Gi'), claim('2Gi', 'more')], { persistentvolumeclaims: '1', 'requests.storage': '4Gi' }, ['persistentvolumeclaims: 2 of 1', 'requests.storage: 5Gi of 4Gi']],
    ['volumes of a class', [claim('3Gi')], { 'gp3.storageclass.storage.k8s.io/requests.storage': '1Gi', 'other.storageclass.storage.k8s.io/persistentvolumeclaims': '0' }, ['gp3.storageclass.storage.k8s.io/requests.storage: 3Gi of 1Gi']],
    ['volumes of each pod', [manifest('apps/v1', 'StatefulSet', NAMESPACE, 'db', { spec: { replicas: 3, volumeClaimTemplates: [{ spec: claim('2Gi').content.spec }], ...pods({ containers: [] }) } })], { 'requests.storage': '5Gi' }, ['requests.storage: 6Gi of 5Gi']],
    ['volumes that end with their pod', [deployment(CPU, { replicas: 1 }, { volumes: [{ name: 'tmp', ephemeral: { volumeClaimTemplate: { spec: claim('2Gi').content.spec } } }] })], { persistentvolumeclaims: '1' }, ['persistentvolumeclaims: 2 of 1']],
    ['Services', [service({ ports: [{ port: 1 }] })], { services: '0' }, ['services: 1 of 0']],
    ['Services on ports of the nodes', [service({ type: 'NodePort', ports: [{ port: 1 }, { port: 2 }] })], { 'services.nodeports': '1', 'services.loadbalancers': '0' }, ['services.nodeports: 2 of 1']],
    ['Services with a load balancer', [service({ type: 'LoadBalancer', ports: [{ port: 1 }] })], { 'services.loadbalancers': '0', 'services.nodeports': '0' }, ['services.loadbalancers: 1 of 0', 'services.nodeports: 1 of 0']],
    ['Services with a load balancer alone', [service({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [{ port: 1 }] })], { 'services.nodeports': '0' }, []],
    ['what it cannot read, not at all', [deployment(CPU, RECREATE)], { pods: 'many' }, []],
  ])('counts %s', (_what, objects, hard, expected) => {
    const found = values(find(quota(hard), ...objects));
    expect(found.map((value) => value.split(', most by')[0])).toEqual(expected);
  });

  test.each<[string, object, object, string[]]>([
    ['no request', { 'requests.cpu': '4' }, {}, ['the container app has no requests.cpu, which a quota counts and no LimitRange gives it']],
    ['no limit', { 'limits.memory': '4Gi', cpu: '4' }, CPU, ['the container app has no limits.memory, which a quota counts and no LimitRange gives it']],
  ])('with %s, the pod is refused', (_what, hard, requests, expected) => {
    expect(values(find(quota(hard), deployment(requests)))).toEqual(expected);
  });

  test('what a LimitRange gives a container is counted', () => {
    const defaults = range({ type: 'Container', default: { cpu: '2' }, defaultRequest: { cpu: '1' } });
    expect(find(quota({ 'requests.cpu': '2', 'limits.cpu': '4' }), defaults, deployment({}, {}, { containers: [{ name: 'app' }] }))).toEqual([]);
    expect(values(find(quota({ 'limits.cpu': '3' }), defaults, deployment({}, {}, { containers: [{ name: 'app' }] })))).toEqual([expect.stringContaining('limits.cpu: 4 of 3')]);
  });

  test('of some pods alone, of another namespace, or where no PHI is, is not judged', () => {
    const own = deployment(CPU, { replicas: 9 });
    expect(find(quota({ pods: '1' }, { scopes: ['BestEffort'] }), own)).toEqual([]);
    expect(find(quota({ pods: '1' }, { scopeSelector: { matchExpressions: [] } }), own)).toEqual([]);
    expect(find(quota({ pods: '1' }, {}, 'patient-data'), own)).toEqual([]);
    expect(find(quota({ pods: '0' }, {}, 'shop'), manifest('v1', 'Pod', 'shop', 'own', { spec: {} }))).toEqual([]);
    expect(find(own)).toEqual([]);
  });

  test('evasion: pods in a List count', () => {
    const list = manifest('v1', 'List', undefined, 'list', { items: [deployment(CPU, { replicas: 9 }).content] });
    expect(find(quota({ pods: '1' }), list)).toHaveLength(1);
  });

  test('each of two is judged for itself', () => {
    expect(find(quota({ pods: '1' }), { ...quota({ pods: '2' }), path: 'own/other' }, deployment(CPU, { replicas: 9 }))).toHaveLength(2);
  });
});

describe('a LimitRange', () => {
  test.each<[string, object[], object, object, string[]]>([
    ['as much as allowed', [{ type: 'Container', max: { cpu: '2' } }], { cpu: '1' }, { cpu: '2' }, []],
    ['more', [{ type: 'Container', max: { cpu: '2' } }], { cpu: '1' }, { cpu: '2001m' }, ['the container app may use 2001m of cpu, of which 2 is the most']],
    ['nothing of what has a most, which is then its limit', [{ type: 'Container', max: { memory: '1Gi' } }], {}, {}, []],
    ['a request above a limit that it was given', [{ type: 'Container', default: { memory: '1Gi' } }], { memory: '2Gi' }, {}, ['the container app requests 2Gi of memory, above the limit of 1Gi']],
    ['a request above its own limit', [{ type: 'Container', max: { cpu: '9' } }], { cpu: '3' }, { cpu: '2' }, ['the container app requests 3 of cpu, above the limit of 2']],
    ['less than the least', [{ type: 'Container', min: { cpu: '100m' } }], { cpu: '50m' }, { cpu: '1' }, ['the container app requests 50m of cpu, of which 100m is the least']],
    ['nothing of what has a least, which is then its request', [{ type: 'Container', min: { cpu: '100m' } }], {}, {}, []],
    ['a wide limit', [{ type: 'Container', maxLimitRequestRatio: { cpu: '4' } }], { cpu: '100m' }, { cpu: '401m' }, ['the container app may use more than 4 times of the cpu that it requests']],
    ['a limit as wide as allowed', [{ type: 'Container', maxLimitRequestRatio: { cpu: '4' } }], { cpu: '100m' }, { cpu: '400m' }, []],
    ['too much of all containers', [{ type: 'Pod', max: { cpu: '1' } }], { cpu: '1' }, { cpu: '2' }, ['the pod may use 2 of cpu, of which 1 is the most']],
    ['no limit of all containers', [{ type: 'Pod', max: { memory: '1Gi' } }], { cpu: '1' }, { cpu: '2' }, ['the pod has no limit of memory, of which 1Gi is the most']],
    ['no request of all containers', [{ type: 'Pod', min: { memory: '1Gi' } }], { cpu: '1' }, { cpu: '2' }, ['the pod requests no memory, of which 1Gi is the least']],
  ])('with a container that asks for %s', (_what, limits, requests, own, expected) => {
    const found = find(range(...limits), manifest('v1', 'Pod', NAMESPACE, 'own', { spec: { containers: [container(requests, own)] } }));
    expect(values(found)).toEqual(expected);
    for (const finding of found) expect(finding).toMatch(/\[own\/own\] Pod healthcare-prod\/own will not be let into its namespace[^]*rule: {3}control PS5[^]*remedy: lower it/);
  });

  test('of claims bounds those of PersistentVolumeClaims, of StatefulSets and of pods', () => {
    const limits = range({ type: 'PersistentVolumeClaim', max: { storage: '10Gi' }, min: { storage: '1Gi' } });
    const templates = [{ metadata: { name: 'data' }, spec: claim('11Gi').content.spec }];
    expect(values(find(limits, claim('11Gi'), claim('1Mi', 'small'), claim('10Gi', 'right')))).toEqual(['a claim asks for 11Gi, of which 10Gi is the most', 'a claim asks for 1Mi, of which 1Gi is the least']);
    expect(values(find(limits, manifest('apps/v1', 'StatefulSet', NAMESPACE, 'db', { spec: { volumeClaimTemplates: templates, ...pods({ containers: [] }) } })))).toEqual(['a claim asks for 11Gi, of which 10Gi is the most']);
    expect(values(find(limits, deployment(CPU, {}, { volumes: [{ name: 'x', ephemeral: { volumeClaimTemplate: templates[0] } }] })))).toEqual(['a claim asks for 11Gi, of which 10Gi is the most']);
  });
});

describe('hardened workloads', () => {
  const image = Image.of(`${eks.imageRegistry}/own@sha256:${'3c'.repeat(32)}`);
  const probes = { readiness: HealthProbe.tcp(), liveness: HealthProbe.tcp() };
  const vault = new VaultAgentAnnotations({ address: 'https://vault.example.com', role: 'api', image: image.reference, secrets: [{ file: 'db', path: 'secret/data/db' }] });
  const objectsOf = (build: (chart: Chart) => void): SynthesizedObject[] => synthChart(build)
    .map(({ apiVersion, kind, metadata: { namespace, name }, ...fields }) => manifest(apiVersion, kind, namespace, name, fields));

  test('fit into the defaults of NamespaceQuota and NamespaceLimits, as a service with its database', () => {
    expect(find(...objectsOf((chart) => {
      new NamespaceQuota(chart, 'Quota', { namespace: NAMESPACE });
      new NamespaceLimits(chart, 'Limits', { namespace: NAMESPACE });
      new HardenedDeployment(chart, 'Api', { namespace: NAMESPACE, image, port: 8443, probes, writablePaths: ['/tmp'], vault, replicas: 6 }).exposeViaService();
      new HardenedStatefulSet(chart, 'Db', {
        namespace: NAMESPACE, image, port: 5432, probes, replicas: 3, resources: { cpuRequestMillis: 1000, memoryRequestMi: 4096 },
        volumeClaimTemplates: [{ name: 'data', mountPath: '/data', storageClassName: 'encrypted', size: Size.gibibytes(100) }],
      });
      new HardenedCronJob(chart, 'Export', { namespace: NAMESPACE, image, schedule: Cron.daily() });
    }))).toEqual([]);
  });

  test('that are above them are told at synth, each by what refuses it', () => {
    const found = find(...objectsOf((chart) => {
      new NamespaceQuota(chart, 'Quota', { namespace: NAMESPACE });
      new NamespaceLimits(chart, 'Limits', { namespace: NAMESPACE });
      new HardenedDeployment(chart, 'Api', { namespace: NAMESPACE, image, port: 8443, probes, resources: { cpuRequestMillis: 5000, memoryLimitMi: 9216 } });
      new HardenedDeployment(chart, 'Many', { namespace: NAMESPACE, image, port: 8443, probes, replicas: 60, writablePaths: ['/tmp'], writablePathSize: Size.gibibytes(2) });
      const volumeClaimTemplates = [{ name: 'data', mountPath: '/data', storageClassName: 'encrypted', size: Size.gibibytes(101) }];
      new HardenedStatefulSet(chart, 'Db', { namespace: NAMESPACE, image, port: 5432, probes, volumeClaimTemplates });
    }));
    expect(found.map((finding) => /^\[[^\]]*\] (.*?):/.exec(finding)![1])).toEqual([
      'Deployment healthcare-prod/api will not be let into its namespace', 'StatefulSet healthcare-prod/db will not be let into its namespace',
      ...Array<string>(4).fill('what is emitted does not fit into ResourceQuota healthcare-prod/phi-quota'),
    ]);
    expect(values(found).slice(0, 2)).toEqual([
      'the container api may use 5 of cpu, of which 4 is the most; the container api may use 9Gi of memory, of which 8Gi is the most', 'a claim asks for 101Gi, of which 100Gi is the most',
    ]);
    expect(values(found).slice(2).map((value) => value.split(':')[0]).sort()).toEqual(['limits.cpu', 'limits.ephemeral-storage', 'pods', 'requests.cpu']);
  });

  test('the agent of Vault counts, which is in no template', () => {
    const own = (agent: VaultAgentAnnotations | undefined) => objectsOf((chart) => new HardenedDeployment(chart, 'Api', { namespace: NAMESPACE, image, port: 8443, probes, vault: agent, replicas: 1 }));
    expect(find(quota({ 'requests.cpu': '200m' }), ...own(undefined))).toEqual([]);
    expect(values(find(quota({ 'requests.cpu': '200m' }), ...own(vault)))).toEqual([expect.stringContaining('requests.cpu: 300m of 200m')]);
  });
});

test('synth tells it, but for an exception of the control', () => {
  const objects = [quota({ pods: '0' }), range({ type: 'Container', max: { cpu: '1' } }), manifest('v1', 'Pod', NAMESPACE, 'own', { spec: { containers: [container({ cpu: '2' })] } })];
  const excepted = Object.create(eks, { exceptions: { value: [new ControlException({ control: Control.PS5_QUOTAS, reason: 'x', approver: 'ciso@company.com', expires: '2027-01-31' })] } }) as HipaaProfile;
  const told = (profile: HipaaProfile): number => verifyClaims(objects, profile).filter((finding) => /does not fit|will not be let/.test(finding)).length;
  expect(told(eks)).toBe(2);
  expect(told(excepted)).toBe(0);
});
