import { ApiObject, Chart, Duration, JsonPatch, Size, Testing } from 'cdk8s';
import { PodManagementPolicy, Service, StatefulSet } from 'cdk8s-plus-28';
import type { WorkloadPeer } from '../../lib/network/workload-peer';
import { HardenedStatefulSet, type HardenedStatefulSetProps } from '../../lib/workloads/hardened-stateful-set';
import { HealthProbe } from '../../lib/workloads/health-probe';
import { Image } from '../../lib/workloads/image';
import { SecretsSource } from '../../lib/workloads/secrets/secrets-source';
import { SecretsStoreClass } from '../../lib/workloads/secrets/secrets-store-class';
import { VaultAgentAnnotations } from '../../lib/workloads/secrets/vault-agent-annotations';
import { TopologySpread } from '../../lib/workloads/topology-spread';
import type { VolumeClaimTemplateProps } from '../../lib/workloads/volume-claim-template-props';
import { schemaFindings } from '../support/api-schema';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const image = Image.digest(`${REGISTRY}/records`, `sha256:${'3c'.repeat(32)}`);
const data: Required<VolumeClaimTemplateProps> = { name: 'data', mountPath: '/var/lib/records', storageClassName: 'hipaa-encrypted', size: Size.gibibytes(50) };
const base: HardenedStatefulSetProps = {
  namespace: 'patient-data', image, port: 5432, probes: { readiness: HealthProbe.exec(['/ready']), liveness: HealthProbe.tcp() }, volumeClaimTemplates: [data],
};
const SELECTOR = { 'app.kubernetes.io/name': 'records', 'cdk8s-hipaa/workload-kind': 'StatefulSet' };
const synth = (changes: object = {}, more: (own: HardenedStatefulSet) => void = () => undefined): Manifest[] => synthChart((chart) => more(new HardenedStatefulSet(chart, 'Records', { ...base, ...changes })));
const ofKind = (manifests: Manifest[], kind: string): Manifest => manifests.find((manifest) => manifest.kind === kind)!;

describe('HardenedStatefulSet', () => {
  test('is a StatefulSet with a headless Service, a ServiceAccount and a disruption budget', () => {
    const manifests = synth();

    expect(manifests.map(({ kind }) => kind).sort()).toEqual(['PodDisruptionBudget', 'Service', 'ServiceAccount', 'StatefulSet']);
    expect(manifests.map(({ metadata }) => metadata.namespace)).toEqual(Array(4).fill('patient-data'));
    expect(manifests.flatMap((manifest) => schemaFindings(manifest))).toEqual([]);
    expect(ofKind(manifests, 'StatefulSet')).toMatchSnapshot();
  });

  test('its Service finds its pods, and is the one that names them', () => {
    const manifests = synth();
    const [service, stateful] = [ofKind(manifests, 'Service'), ofKind(manifests, 'StatefulSet')];

    expect(service.spec).toMatchObject({ clusterIP: 'None', selector: SELECTOR, ports: [{ port: 5432 }] });
    expect([service.metadata.name, stateful.spec.serviceName]).toEqual(['records', 'records']);
    expect(stateful.spec.selector.matchLabels).toEqual(SELECTOR);
    expect(ofKind(manifests, 'PodDisruptionBudget').spec.selector.matchLabels).toEqual(SELECTOR);
  });

  test('each pod has its own volumes, of the class that is named, beside the folders that end with it', () => {
    const wal = { ...data, name: 'wal', mountPath: '/var/lib/wal', size: Size.mebibytes(512) };
    const { spec } = ofKind(synth({ volumeClaimTemplates: [data, wal], writablePaths: ['/tmp'] }), 'StatefulSet');

    expect(spec.volumeClaimTemplates).toEqual([['data', '51200Mi'], ['wal', '512Mi']].map(([name, storage]) => ({
      metadata: { name }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'hipaa-encrypted', resources: { requests: { storage } } },
    })));
    expect(spec.template.spec.volumes).toEqual([{ name: 'writable-tmp', emptyDir: { sizeLimit: '64Mi' } }]);
    expect(spec.template.spec.containers[0].volumeMounts).toEqual([
      { name: 'data', mountPath: '/var/lib/records' }, { name: 'wal', mountPath: '/var/lib/wal' }, { name: 'writable-tmp', mountPath: '/tmp' },
    ].map((mount) => expect.objectContaining(mount)));
    expect(ofKind(synth({ volumeClaimTemplates: undefined }), 'StatefulSet').spec.volumeClaimTemplates).toBeUndefined();
  });

  test('a volume that something puts before the claims fails the synth, and is never taken out in their place', () => {
    expect(() => synth({ writablePaths: ['/tmp'] }, (own) => void own.containers[0].mounts.reverse())).toThrow(/TEST_OPERATION_FAILED|Test operation failed/);
  });

  test('takes every prop', () => {
    const chart = new Chart(Testing.app(), 'Test');
    const service = new Service(chart, 'Names', { metadata: { name: 'records', namespace: 'patient-data' }, clusterIP: 'None', ports: [{ port: 5432 }] });
    const secrets = new SecretsStoreClass(chart, 'Store', { namespace: 'patient-data', name: 'db', source: SecretsSource.vault({ address: 'https://vault.example.com', role: 'db', objects: [{ path: 'secret/data/db', key: 'password', file: 'db' }] }) });
    const vault = new VaultAgentAnnotations({ address: 'https://vault.example.com', role: 'db', image: image.reference, secrets: [{ file: 'db', path: 'secret/data/db' }] });
    const props: Required<Omit<HardenedStatefulSetProps, 'withoutProbes' | 'minAvailable'>> = {
      namespace: 'patient-data', image, name: 'db', approvedRegistries: [REGISTRY], port: 5433, command: ['/db'], args: ['-v'], env: { LOG: 'info' }, allowedEnvNames: [],
      resources: {}, writablePaths: [], writablePathSize: Size.mebibytes(1), secrets: [{ secrets, mountPath: '/secrets' }], vault, user: 30000, serviceAccountName: 'db', podLabels: { tier: 'data' }, annotations: { a: 'b' },
      terminationGracePeriod: Duration.minutes(5), probes: base.probes!, replicas: 3, maxUnavailable: 1, topologySpread: TopologySpread.NONE,
      volumeClaimTemplates: [data], service, podManagementPolicy: PodManagementPolicy.PARALLEL,
    };
    const own = new HardenedStatefulSet(chart, 'Db', props);
    const manifests = Testing.synth(chart) as Manifest[];
    const { spec, metadata } = ofKind(manifests, 'StatefulSet');

    expect(own.service).toBe(service);
    expect(metadata.name).toBe('db');
    expect(spec).toMatchObject({ replicas: 3, serviceName: 'records', podManagementPolicy: 'Parallel' });
    expect(spec.template.spec).toMatchObject({ serviceAccountName: 'db', terminationGracePeriodSeconds: 300, securityContext: { fsGroup: 30000 }, containers: [{ command: ['/db'], args: ['-v'], env: [{ name: 'LOG', value: 'info' }], ports: [{ containerPort: 5433 }] }] });
    expect(spec.template.spec.volumes).toEqual([secrets.volume(), vault.tokenVolume()]);
    expect(spec.template.metadata).toMatchObject({ labels: { tier: 'data', 'app.kubernetes.io/name': 'db' }, annotations: { a: 'b' } });
    expect(ofKind(manifests, 'Service').spec.selector).toEqual({ ...SELECTOR, 'app.kubernetes.io/name': 'db' });
  });

  test('is a StatefulSet of cdk8s-plus, an end of a flow, and claims what its ServiceAccount does', () => {
    const chart = new Chart(Testing.app(), 'Test');
    const own = new HardenedStatefulSet(chart, 'Records', base);
    const peer: WorkloadPeer = own.workloadPeer;

    expect(own).toBeInstanceOf(StatefulSet);
    expect(peer).toEqual({ namespace: 'patient-data', podLabels: SELECTOR, port: 5432, serviceAccount: 'records' });
    expect(claimsBelow(chart)).toEqual(['Test/Records/ServiceAccount/Resource implements AC12']);
  });

  test('its other containers are hardened as the first, and a weaker one is refused', () => {
    const manifests = synth({}, (own) => {
      own.addContainer({ name: 'exporter', image: image.reference });
      own.addInitContainer({ name: 'init', image: image.reference });
      expectRefusal(() => own.addContainer({ name: 'x', image: image.reference, securityContext: { privileged: true } }), { path: 'Records(x)', value: true, rule: 'PS1', remedy: 'leave privileged out' });
      expectRefusal(() => own.addInitContainer({ name: 'x', image: 'nginx' }), { path: 'Records(x)', value: 'nginx', rule: 'PS3', remedy: '@sha256' });
    });
    const pod = ofKind(manifests, 'StatefulSet').spec.template.spec;
    for (const container of [pod.containers[1], pod.initContainers[0]]) expect(container.securityContext).toEqual(pod.containers[0].securityContext);
  });

  test('its other containers mount its secrets', () => {
    const secrets = new SecretsStoreClass(Testing.chart(), 'Store', { namespace: 'patient-data', name: 'db', source: SecretsSource.vault({ address: 'https://vault.example.com', role: 'db', objects: [{ path: 'secret/data/db', key: 'password', file: 'db' }] }) });
    const pod = ofKind(synth({}, (own) => own.mountSecrets(own.addInitContainer({ name: 'init', image: image.reference }), secrets, '/secrets')), 'StatefulSet').spec.template.spec;
    expect([pod.volumes, pod.initContainers[0].volumeMounts]).toEqual([[secrets.volume()], [secrets.mount('/secrets')]]);
  });

  test('fails the synth when it is weakened later', () => {
    expect(() => synth({}, (own) => ApiObject.of(own).addJsonPatch(JsonPatch.replace('/spec/template/spec/containers/0/securityContext/privileged', true)))).toThrow(/StatefulSet records is no longer hardened.*is privileged \(PS1\)/s);
  });

  test.each<[string, object, unknown, string, string]>([
    ['no port', { port: undefined }, undefined, 'port is required', 'name the port'],
    ['no StorageClass', { volumeClaimTemplates: [{ ...data, storageClassName: undefined }] }, undefined, 'storageClassName is required', 'EN3'],
    ['a StorageClass that is none', { volumeClaimTemplates: [{ ...data, storageClassName: 'GP3!' }] }, 'GP3!', 'RFC 1123', 'use at most'],
    ['a claim without a name', { volumeClaimTemplates: [{ ...data, name: '' }] }, '', 'RFC 1123', 'use at most'],
    ['a mount that is no folder', { volumeClaimTemplates: [{ ...data, mountPath: 'data' }] }, 'data', 'VolumeMount', 'absolute path'],
    ['a size as a text', { volumeClaimTemplates: [{ ...data, size: '5Gi' }] }, '5Gi', 'PersistentVolumeClaim', 'Size.gibibytes'],
    ['a claim that is no list', { volumeClaimTemplates: data }, expect.anything(), 'volumeClaimTemplates', "[{ name: 'data'"],
    ['a Service by its name', { service: 'db' }, 'db', 'serviceName', 'give a Service'],
    ['a policy that is none', { podManagementPolicy: 'parallel' }, 'parallel', 'pod management policies', 'PARALLEL'],
    ['an unknown field', { volumeClaimTemplates: [{ ...data, accessMode: 'x' }] }, 'accessMode', 'no other field', 'use one of'],
    ['two claims of one name', { volumeClaimTemplates: [data, data] }, 'data', 'told apart', 'rename'],
    ['a budget for one pod', { minAvailable: 1 }, 1, 'drained', 'maxUnavailable'],
    ['a password', { env: { PGPASSWORD: 'correct-horse' } }, "env[0].value gives 'PGPASSWORD' a literal value", 'PS4', 'mount the secret'],
  ])('refuses %s, and makes nothing', (_what, changes, value, rule, remedy) => {
    const chart = Testing.chart();
    expectRefusal(() => new HardenedStatefulSet(chart, 'Records', { ...base, ...changes }), { path: 'Records', value, rule, remedy });
    expect(chart.node.children).toEqual([]);
  });
});
