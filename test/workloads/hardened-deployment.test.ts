import { ApiObject, Chart, Duration, JsonPatch, Size, Testing } from 'cdk8s';
import {
  Capability, ContainerRestartPolicy, Cpu, Deployment, DeploymentStrategy, Env, EnvValue, HorizontalPodAutoscaler, Probe, SeccompProfileType, Secret, Volume, type ContainerProps,
} from 'cdk8s-plus-28';
import { IntOrString } from 'cdk8s-plus-28/lib/imports/k8s';
import { AllowFlow } from '../../lib/network/allow-flow';
import type { WorkloadPeer } from '../../lib/network/workload-peer';
import { HardenedDeployment, type HardenedDeploymentProps } from '../../lib/workloads/hardened-deployment';
import { HealthProbe, type HealthProbeOptions } from '../../lib/workloads/health-probe';
import { Image } from '../../lib/workloads/image';
import type { ProbesProps } from '../../lib/workloads/hardened-workload-props';
import type { ResourcesProps } from '../../lib/workloads/resources-props';
import { AwsSecretType } from '../../lib/workloads/secrets/aws-secrets-source';
import type { SecretsMount } from '../../lib/workloads/secrets/secrets-mount';
import { SecretsSource } from '../../lib/workloads/secrets/secrets-source';
import { SecretsStoreClass } from '../../lib/workloads/secrets/secrets-store-class';
import { VaultAgentAnnotations } from '../../lib/workloads/secrets/vault-agent-annotations';
import { TopologySpread } from '../../lib/workloads/topology-spread';
import { schemaFindings } from '../support/api-schema';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const DIGEST = `sha256:${'3c'.repeat(32)}`;
const image = Image.digest(`${REGISTRY}/patient-api`, DIGEST);
const probes: ProbesProps = { readiness: HealthProbe.https('/ready'), liveness: HealthProbe.tcp() };
const base: HardenedDeploymentProps = { namespace: 'healthcare-prod', image, port: 8443, probes };

const vaultAgent = (): VaultAgentAnnotations => new VaultAgentAnnotations({ address: 'https://vault.example.com:8200', role: 'portal', image: `${REGISTRY}/vault@${DIGEST}`, secrets: [{ file: 'db', path: 'secret/data/db' }] });
const storeClass = (scope: Chart = Testing.chart(), namespace = 'healthcare-prod'): SecretsStoreClass => new SecretsStoreClass(scope, 'Store', {
  namespace, name: 'portal', source: SecretsSource.aws({ region: 'us-east-1', objects: [{ name: 'healthcare-prod/db', type: AwsSecretType.SECRETS_MANAGER, file: 'db' }] }),
});
const shared = storeClass();
const make = (changes: object = {}): HardenedDeployment => new HardenedDeployment(Testing.chart(), 'PatientApi', { ...base, ...changes });
const synth = (changes: object = {}, more: (deployment: HardenedDeployment, chart: Chart) => void = () => undefined): Manifest[] => synthChart((chart) => more(new HardenedDeployment(chart, 'PatientApi', { ...base, ...changes }), chart));
const podOf = (manifests: Manifest[]): Manifest['spec'] => manifests.find(({ kind }) => kind === 'Deployment')!.spec.template.spec;
const REMEDIES: Record<string, string> = { PS1: 'out, ', PS3: '@sha256:', PS4: 'mount the secret as a file', PS5: 'give cpu and memory', 'a list of words': "['/bin/api'" };
const SELECTOR = { 'app.kubernetes.io/name': 'patient-api', 'cdk8s-hipaa/workload-kind': 'Deployment' };

describe('HardenedDeployment', () => {
  test('is a Deployment with a ServiceAccount and a disruption budget of its own', () => {
    const manifests = synth();

    expect(manifests.map(({ kind, metadata }) => [kind, metadata.namespace, metadata.name])).toEqual(['Deployment', 'ServiceAccount', 'PodDisruptionBudget'].map((kind) => [kind, 'healthcare-prod', 'patient-api']));
    expect(manifests.flatMap((manifest) => schemaFindings(manifest))).toEqual([]);
    expect(manifests).toMatchSnapshot();
  });

  test('holds its pod and its container down', () => {
    const pod = podOf(synth());

    expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false, hostNetwork: false, serviceAccountName: 'patient-api' });
    expect([pod.hostPID, pod.hostIPC, pod.volumes]).toEqual([undefined, undefined, undefined]);
    expect(pod.securityContext).toEqual({ runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001, fsGroupChangePolicy: 'OnRootMismatch', seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod.containers).toHaveLength(1);
    expect(pod.containers[0].securityContext).toEqual({
      runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, privileged: false, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod.containers[0].image).toBe(`${REGISTRY}/patient-api@${DIGEST}`);
    expect(pod.containers[0].resources).toEqual({ requests: { 'cpu': '100m', 'memory': '128Mi', 'ephemeral-storage': '64Mi' }, limits: { 'cpu': '500m', 'memory': '256Mi', 'ephemeral-storage': '128Mi' } });
  });

  test('one selector for the Deployment, the budget, the spread and its Services, which does not change where the construct moves', () => {
    const [deployment, , budget, service] = synth({}, (own) => own.exposeViaService({ name: 'patient-api' }));

    expect(deployment.spec.selector.matchLabels).toEqual(SELECTOR);
    expect(deployment.spec.template.metadata.labels).toMatchObject(SELECTOR);
    expect(budget.spec).toEqual({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: SELECTOR } });
    expect(service.spec.selector).toEqual(SELECTOR);
    expect(deployment.spec.template.spec.topologySpreadConstraints).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
      maxSkew: 1, topologyKey, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: SELECTOR },
    })));
  });

  test('its Service has its own name, which no path decides', () => {
    const service = synth({}, (own) => own.exposeViaService()).find(({ kind }) => kind === 'Service')!;
    expect(service.metadata.name).toBe('patient-api');
  });

  test('takes every prop', () => {
    const options: Required<HealthProbeOptions> = { port: 9443, periodSeconds: 7, timeoutSeconds: 3, failureThreshold: 40 };
    const all: Required<ProbesProps> = { readiness: HealthProbe.https('/ready', options), liveness: HealthProbe.exec(['/alive']), startup: HealthProbe.tcp(options) };
    const resources: Required<ResourcesProps> = {
      cpuRequestMillis: 1000, cpuLimitMillis: 2000, memoryRequestMi: 512, memoryLimitMi: 1024, ephemeralStorageRequestMi: 100, ephemeralStorageLimitMi: 200,
    };
    const vault = vaultAgent();
    const secrets: Required<SecretsMount>[] = [{ secrets: storeClass(new Chart(Testing.app(), 'Secrets'), 'patient-data'), mountPath: '/var/run/secrets/api' }];
    const props: Required<Omit<HardenedDeploymentProps, 'withoutProbes' | 'maxUnavailable'>> = {
      namespace: 'patient-data', image, name: 'api', approvedRegistries: [REGISTRY], port: 8443, command: ['/api'], args: ['--verbose'],
      env: { LOG_LEVEL: 'info', TLS_SECRET: 'portal-tls' }, allowedEnvNames: ['TLS_SECRET'], resources, writablePaths: ['/tmp', '/var/cache/api'], writablePathSize: Size.mebibytes(16),
      secrets, vault, user: 20000, serviceAccountName: 'shared', podLabels: { tier: 'web' }, annotations: { 'example.com/note': 'x' }, terminationGracePeriod: Duration.seconds(60),
      probes: all, replicas: 3, minAvailable: 2, topologySpread: TopologySpread.REQUIRED, strategy: DeploymentStrategy.recreate(),
    };
    const [deployment, budget, ...rest] = synth(props);
    const { template, replicas, strategy } = deployment.spec;
    const [container] = template.spec.containers;

    expect(rest).toEqual([]);
    expect([deployment.metadata.name, deployment.metadata.namespace, replicas, strategy]).toEqual(['api', 'patient-data', 3, { type: 'Recreate' }]);
    expect(budget.spec).toMatchObject({ minAvailable: 2 });
    expect(budget.spec.maxUnavailable).toBeUndefined();
    expect(template.metadata.labels).toMatchObject({ tier: 'web', 'app.kubernetes.io/name': 'api' });
    expect(template.metadata.annotations).toEqual({ 'example.com/note': 'x', ...vault.annotations() });
    expect(template.spec).toMatchObject({ serviceAccountName: 'shared', terminationGracePeriodSeconds: 60, securityContext: { runAsUser: 20000, runAsGroup: 20000, fsGroup: 20000 } });
    expect(template.spec.topologySpreadConstraints[0].whenUnsatisfiable).toBe('DoNotSchedule');
    expect(template.spec.volumes).toEqual([{ name: 'writable-tmp', emptyDir: { sizeLimit: '16Mi' } }, { name: 'writable-var-cache-api', emptyDir: { sizeLimit: '16Mi' } }, secrets[0].secrets.volume(), vault.tokenVolume()]);
    expect(container).toMatchObject({
      name: 'api', command: ['/api'], args: ['--verbose'], ports: [{ containerPort: 8443 }],
      env: [{ name: 'LOG_LEVEL', value: 'info' }, { name: 'TLS_SECRET', value: 'portal-tls' }],
      resources: { requests: { 'cpu': '1000m', 'memory': '512Mi', 'ephemeral-storage': '100Mi' }, limits: { 'cpu': '2000m', 'memory': '1024Mi', 'ephemeral-storage': '200Mi' } },
      volumeMounts: [{ name: 'writable-tmp', mountPath: '/tmp' }, { name: 'writable-var-cache-api', mountPath: '/var/cache/api' }, { name: 'portal', mountPath: '/var/run/secrets/api', readOnly: true }],
      securityContext: { runAsUser: 20000, runAsGroup: 20000 },
      readinessProbe: { httpGet: { path: '/ready', port: 9443, scheme: 'HTTPS' }, periodSeconds: 7, timeoutSeconds: 3, failureThreshold: 40 },
      livenessProbe: { exec: { command: ['/alive'] }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
      startupProbe: { tcpSocket: { port: 9443 }, periodSeconds: 7, failureThreshold: 40 },
    });
  });

  test('takes an eviction of several pods, no spread, and a reason for no probes', () => {
    const [deployment, , budget] = synth({ probes: undefined, withoutProbes: 'a batch worker: the queue sees what is not done', maxUnavailable: 2, topologySpread: TopologySpread.NONE });
    const [container] = deployment.spec.template.spec.containers;

    expect(deployment.metadata.annotations).toEqual({ 'cdk8s-hipaa/without-probes': 'a batch worker: the queue sees what is not done' });
    expect([container.readinessProbe, container.livenessProbe, container.startupProbe]).toEqual([undefined, undefined, undefined]);
    expect(budget.spec.maxUnavailable).toBe(2);
    expect(deployment.spec.template.spec.topologySpreadConstraints).toBeUndefined();
  });

  test('a request above the default limit raises the limit', () => {
    expect(podOf(synth({ resources: { cpuRequestMillis: 900, memoryRequestMi: 300 } })).containers[0].resources.limits).toEqual({ 'cpu': '900m', 'memory': '300Mi', 'ephemeral-storage': '128Mi' });
  });

  test.each<[string, object, string, string]>([
    ['by itself', {}, '64Mi', '128Mi'],
    ['with writable paths, which count', { writablePaths: ['/tmp', '/cache'] }, '64Mi', '256Mi'],
    ['with large ones', { writablePaths: ['/tmp'], writablePathSize: Size.gibibytes(1) }, '64Mi', '1152Mi'],
    ['with a request above the default limit', { resources: { ephemeralStorageRequestMi: 500 } }, '500Mi', '500Mi'],
    ['with a low limit', { resources: { ephemeralStorageLimitMi: 32 } }, '32Mi', '32Mi'],
  ])('has disk of its node %s', (_how, changes, request, limit) => {
    const { requests, limits } = podOf(synth(changes)).containers[0].resources;
    expect([requests['ephemeral-storage'], limits['ephemeral-storage']]).toEqual([request, limit]);
  });

  test('mounts the secrets of a store, read-only, and asks for an agent of Vault that has its token', () => {
    const chart = new Chart(Testing.app(), 'Test');
    const secrets = storeClass(chart, 'healthcare-prod');
    const own = new HardenedDeployment(chart, 'PatientApi', { ...base, secrets: [{ secrets, mountPath: '/secrets' }], vault: vaultAgent(), approvedRegistries: [REGISTRY] });
    own.containers[0].mount('/late', Volume.fromEmptyDir(chart, 'Late', 'late'));
    const manifests = Testing.synth(chart) as Manifest[];
    const pod = podOf(manifests);

    expect(pod.volumes).toEqual(expect.arrayContaining([
      { name: 'portal', csi: { driver: 'secrets-store.csi.k8s.io', readOnly: true, volumeAttributes: { secretProviderClass: 'portal' } } },
      { name: 'vault-token', projected: { sources: [{ serviceAccountToken: { audience: 'vault', expirationSeconds: 3600, path: 'token' } }] } },
      { name: 'late', emptyDir: {} },
    ]));
    expect(pod.volumes).toHaveLength(3);
    expect(pod.containers[0].volumeMounts).toEqual([{ name: 'portal', mountPath: '/secrets', readOnly: true }, { name: 'late', mountPath: '/late' }]);
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(manifests.filter(({ kind }) => kind === 'Deployment').flatMap((manifest) => schemaFindings(manifest))).toEqual([]);
  });

  test('starts for as long as thirty periods of its liveness probe', () => {
    expect(podOf(synth()).containers[0].startupProbe).toEqual({ tcpSocket: { port: 8443 }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 30 });
  });

  test('is an end of a flow', () => {
    const deployment = make();
    const peer: WorkloadPeer = deployment.workloadPeer;
    expect(peer).toEqual({ namespace: 'healthcare-prod', podLabels: SELECTOR, port: 8443, serviceAccount: 'patient-api' });

    const policies = synth({}, (own, chart) => new AllowFlow(chart, 'Flow', { from: own.workloadPeer, to: { namespace: 'patient-data', podLabels: { app: 'db' } }, port: 5432 })).filter(({ kind }) => kind === 'NetworkPolicy');
    expect(policies[0].spec.podSelector.matchLabels).toEqual(SELECTOR);
  });

  test('claims that its ServiceAccount gives out no token, and nothing that a cluster has to enforce', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new HardenedDeployment(chart, 'PatientApi', base);
    expect(claimsBelow(chart)).toEqual(['Test/PatientApi/ServiceAccount/Resource implements AC12']);

    const shared = new Chart(Testing.app(), 'Test');
    new HardenedDeployment(shared, 'PatientApi', { ...base, serviceAccountName: 'shared' });
    expect(claimsBelow(shared)).toEqual([]);
  });

  describe('is a Deployment of cdk8s-plus', () => {
    test('which an autoscaler scales and others connect to', () => {
      const manifests = synth({}, (own, chart) => {
        expect(own).toBeInstanceOf(Deployment);
        new HorizontalPodAutoscaler(chart, 'Scaler', { target: own, maxReplicas: 5 });
        own.exposeViaIngress('/', { name: 'api' });
        own.scheduling.colocate(own);
      });
      expect(manifests.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['Service', 'Ingress', 'HorizontalPodAutoscaler']));
      expect(manifests[0].spec.replicas).toBeUndefined();
      expect(manifests.flatMap((manifest) => schemaFindings(manifest))).toEqual([]);
    });

    test('which files are mounted into', () => {
      const pod = podOf(synth({ writablePaths: ['/tmp'] }, (own, chart) => own.containers[0].mount('/secrets', Volume.fromSecret(chart, 'Db', Secret.fromSecretName(chart, 'Secret', 'db')))));
      expect(pod.containers[0].volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual(['/tmp', '/secrets']);
    });

    test('whose other containers are hardened as the first', () => {
      const pod = podOf(synth({}, (own) => {
        own.addContainer({ name: 'proxy', image: image.reference, securityContext: { user: 30000, capabilities: { add: [Capability.NET_BIND_SERVICE] }, seccompProfile: { type: SeccompProfileType.LOCALHOST, localhostProfile: 'p.json' } } });
        own.addInitContainer({ name: 'init', image: image.reference, restartPolicy: ContainerRestartPolicy.ALWAYS, resources: { cpu: { request: Cpu.millis(1), limit: Cpu.millis(2) }, memory: { request: Size.mebibytes(8), limit: Size.mebibytes(16) } } });
      }));
      expect(pod.containers[1].securityContext).toEqual({
        runAsNonRoot: true, runAsUser: 30000, runAsGroup: 10001, privileged: false, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true,
        capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] }, seccompProfile: { type: 'Localhost', localhostProfile: 'p.json' },
      });
      expect(pod.initContainers[0].securityContext).toEqual(pod.containers[0].securityContext);
      expect(pod.initContainers[0].resources.limits).toEqual({ 'cpu': '2m', 'memory': '16Mi', 'ephemeral-storage': '128Mi' });
      expect(pod.containers[1].resources).toEqual(pod.containers[0].resources);
    });
  });

  test('whose other containers say themselves how much disk they take, in less than a gibibyte too', () => {
    const resources = { cpu: { request: Cpu.millis(1), limit: Cpu.millis(2) }, memory: { request: Size.mebibytes(8), limit: Size.mebibytes(16) } };
    const pod = podOf(synth({ writablePaths: ['/tmp'], resources: { ephemeralStorageLimitMi: 999 } }, (own) => {
      own.addContainer({ name: 'proxy', image: image.reference, resources: { ...resources, ephemeralStorage: { request: Size.mebibytes(10), limit: Size.mebibytes(20) } } });
      own.addContainer({ name: 'large', image: image.reference, resources: { ...resources, ephemeralStorage: { request: Size.gibibytes(2) } } });
      own.addInitContainer({ name: 'init', image: image.reference, resources: { ...resources, ephemeralStorage: { limit: Size.mebibytes(30) } } });
    }));
    const disk = [...pod.containers, ...pod.initContainers].map(({ resources: { requests, limits } }: Manifest) => [requests['ephemeral-storage'], limits['ephemeral-storage']]);
    expect(disk).toEqual([['64Mi', '999Mi'], ['10Mi', '20Mi'], ['2048Mi', '2048Mi'], ['30Mi', '30Mi']]);
  });

  test('whose other containers see its secrets too: one volume a class', () => {
    const chart = new Chart(Testing.app(), 'Test');
    const [secrets, more] = [storeClass(new Chart(Testing.app(), 'A')), new SecretsStoreClass(new Chart(Testing.app(), 'B'), 'More', {
      namespace: 'healthcare-prod', name: 'more', source: SecretsSource.aws({ region: 'us-east-1', objects: [{ name: 'x', type: AwsSecretType.SECRETS_MANAGER, file: 'x' }] }),
    })];
    const own = new HardenedDeployment(chart, 'PatientApi', { ...base, secrets: [{ secrets, mountPath: '/secrets' }] });
    own.mountSecrets(own.addInitContainer({ name: 'migrate', image: image.reference }), secrets, '/var/run/secrets/db');
    const sidecar = own.addContainer({ name: 'side', image: image.reference });
    own.mountSecrets(sidecar, more, '/more');
    const manifests = Testing.synth(chart) as Manifest[];
    const pod = podOf(manifests);

    expect(pod.volumes).toEqual([secrets.volume(), more.volume()]);
    expect([pod.containers[0], pod.initContainers[0], pod.containers[1]].map(({ volumeMounts }: Manifest) => volumeMounts)).toEqual([
      [secrets.mount('/secrets')], [secrets.mount('/var/run/secrets/db')], [more.mount('/more')],
    ].map((mounts) => mounts.map((mount) => expect.objectContaining(mount))));
    expect(manifests.flatMap((manifest) => schemaFindings(manifest))).toEqual([]);

    for (const [refused, value, rule, remedy] of [
      [() => own.mountSecrets(sidecar, secrets, '/more'), '/more', 'unique in a container', 'of its own'],
      [() => own.mountSecrets(sidecar, storeClass(Testing.chart(), 'patient-data'), '/x'), 'patient-data', "in the pod's namespace", 'in healthcare-prod'],
      [() => own.mountSecrets(sidecar, 'portal' as never, '/x'), 'portal', 'PS4', 'new SecretsStoreClass'],
      [() => own.mountSecrets(make().containers[0], secrets, '/x'), 'patient-api', 'of its own pod', 'addInitContainer'],
    ] as const) expectRefusal(refused, { path: 'Test/PatientApi', value, rule, remedy });
    expectRefusal(() => own.mountSecrets(sidecar, secrets, 'x'), { path: secrets.node.path, value: 'x', rule: 'an absolute path', remedy: 'use a path' });
  });

  test.each<[string, Partial<ContainerProps>, unknown, string]>([
    ['privileged', { securityContext: { privileged: true } }, true, 'PS1'],
    ['that gains privileges', { securityContext: { allowPrivilegeEscalation: true } }, true, 'PS1'],
    ['that may be root', { securityContext: { ensureNonRoot: false } }, false, 'PS1'],
    ['that writes its root', { securityContext: { readOnlyRootFilesystem: false } }, false, 'PS1'],
    ['as root', { securityContext: { user: 0 } }, 0, 'PS1'],
    ['as a user of the node', { securityContext: { user: 1000 } }, 1000, 'PS1'],
    ['in a group of the node', { securityContext: { group: 0 } }, 0, 'PS1'],
    ['with a capability', { securityContext: { capabilities: { add: [Capability.SYS_ADMIN], drop: [Capability.ALL] } } }, ['SYS_ADMIN'], 'PS1'],
    ['without seccomp', { securityContext: { seccompProfile: { type: SeccompProfileType.UNCONFINED } } }, 'Unconfined', 'PS1'],
    ['on a port of the node', { ports: [{ number: 9443, hostPort: 9443 }] }, 9443, 'PS1'],
    ['by tag', { image: `${REGISTRY}/proxy:1` }, `${REGISTRY}/proxy:1`, 'PS3'],
    ['of another registry', { image: `registry.example.com/proxy@${DIGEST}` }, `registry.example.com/proxy@${DIGEST}`, 'PS3'],
    ['with a literal', { envVariables: { API_TOKEN: EnvValue.fromValue('correct-horse') } }, "env[0].value gives 'API_TOKEN' a literal value", 'PS4'],
    ['with a Secret in its environment', { envVariables: { X: EnvValue.fromSecretValue({ secret: Secret.fromSecretName(Testing.chart(), 'S', 'db'), key: 'x' }) } }, 'X', 'PS4'],
    ['with a secret on its command line', { args: ['--db-password=correct-horse'] }, "args[0] gives 'db-password' a literal value", 'PS4'],
    ['with a command as a text', { command: 'sh -c run' as never }, 'sh -c run', 'a list of words'],
    ['without limits', { resources: { cpu: { request: Cpu.millis(1) } } }, ['cpu'], 'PS5'],
  ])('refuses another container %s', (_what, container, value, rule) => {
    const own = make({ approvedRegistries: [REGISTRY] });
    for (const add of [(props: ContainerProps) => own.addContainer(props), (props: ContainerProps) => own.addInitContainer(props)]) {
      expectRefusal(() => add({ name: 'proxy', image: image.reference, ...container }), { path: 'PatientApi(proxy)', value, rule, remedy: typeof value === 'string' && value.includes('registry.example.com') ? 'push it to one of' : REMEDIES[rule] });
    }
    expect(own.containers).toHaveLength(1);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a namespace that is none', { namespace: 'Prod' }, 'Prod', 'RFC 1123', 'use at most 63'],
    ['an image as a text', { image: image.reference }, image.reference, 'PS3', 'Image.of'],
    ['an image of another registry', { approvedRegistries: ['registry.example.com'] }, image.reference, 'PS3', 'push it to one of: registry.example.com'],
    ['no registry', { approvedRegistries: [] }, [], 'PS3', 'at least one'],
    ['a registry that is none', { approvedRegistries: ['docker'] }, 'docker', 'PS3', 'use a host'],
    ['a name that no Service may have', { name: '3scale' }, '3scale', 'RFC 1035', 'with a letter'],
    ['a name that is none', { name: 'Patient_API' }, 'Patient_API', 'RFC 1123', 'use at most'],
    ['a long name', { name: 'a'.repeat(53) }, 'a'.repeat(53), 'become labels', 'at most 52'],
    ['the port 0', { port: 0 }, 0, '1 to 65535', 'use a number'],
    ['a variable that is no text', { env: { PORT: 8443 } }, 'PORT', 'EnvVar', 'LOG_LEVEL'],
    ['a variable without a name', { env: { 'a=b': 'x' } }, 'a=b', 'EnvVar', 'LOG_LEVEL'],
    ['a password', { env: { DB_PASSWORD: 'correct-horse' } }, "env[0].value gives 'DB_PASSWORD' a literal value", 'PS4', 'mount the secret as a file'],
    ['a URL with a password', { env: { DB: 'postgres://me:correct-horse@db' } }, 'env[0].value holds a URL with a password', 'PS4', 'mount the secret'],
    ['a secret form under an allowed name', { env: { TLS_SECRET: 'AKIAIOSFODNN7EXAMPLE' }, allowedEnvNames: ['TLS_SECRET'] }, 'env[0].value holds an AWS access key', 'PS4', 'mount the secret'],
    ['a secret on the command line', { command: ['api', '--api-key', 'correct-horse'] }, "command[2] gives 'api-key' a literal value", 'PS4', 'mount the secret'],
    ['a Secret as environment', { envFromSecret: 'db' }, 'envFrom', 'PS4', 'mount the secret as a file'],
    ['an unknown field', { privileged: true }, 'privileged', 'no other field', 'use one of'],
    ['a request above its limit', { resources: { cpuRequestMillis: 2, cpuLimitMillis: 1 } }, 2, 'PS5', 'from 1 to 1'],
    ['no memory', { resources: { memoryLimitMi: 0 } }, 0, 'PS5', 'from 4'],
    ['a disk that its writable paths do not fit in', { writablePaths: ['/tmp'], resources: { ephemeralStorageLimitMi: 63 } }, 63, 'the limit covers what the writable paths hold', 'from 64'],
    ['a disk request above its limit', { resources: { ephemeralStorageRequestMi: 2, ephemeralStorageLimitMi: 1 } }, 2, 'PS5', 'from 1 to 1'],
    ['a size of part of a mebibyte', { writablePathSize: Size.kibibytes(100) }, expect.anything(), 'sizeLimit', 'Size.mebibytes(64)'],
    ['a size that is none', { writablePaths: ['/tmp'], writablePathSize: '64Mi' }, '64Mi', 'sizeLimit', 'Size.mebibytes(64)'],
    ['secrets of another namespace', { secrets: [{ secrets: storeClass(Testing.chart(), 'patient-data'), mountPath: '/s' }] }, 'patient-data', "in the pod's namespace", 'in healthcare-prod'],
    ['secrets that are none', { secrets: [{ secrets: 'portal', mountPath: '/s' }] }, 'portal', 'PS4', 'new SecretsStoreClass'],
    ['secrets with another field', { secrets: [{ secrets: storeClass(), mountPath: '/s', readOnly: false }] }, 'readOnly', 'no other field', 'use one of'],
    ['secrets over a writable folder', { writablePaths: ['/s'], secrets: [{ secrets: storeClass(), mountPath: '/s' }] }, '/s', 'unique in a container', 'of its own'],
    ['secrets twice', { secrets: [{ secrets: shared, mountPath: '/a' }, { secrets: shared, mountPath: '/b' }] }, 'portal', 'unique in a pod', 'once'],
    ['annotations instead of vault', { vault: { annotations: () => ({}) } }, expect.anything(), 'PS4', 'new VaultAgentAnnotations'],
    ['an agent of another registry', { vault: vaultAgent(), image: Image.digest('registry.example.com/api', DIGEST), approvedRegistries: ['registry.example.com'] }, `${REGISTRY}/vault@${DIGEST}`, 'PS3', 'push it'],
    ['an annotation that vault writes', { vault: vaultAgent(), annotations: { 'vault.hashicorp.com/agent-run-as-user': '0' } }, 'vault.hashicorp.com/agent-run-as-user', 'PS1', 'leave it out'],
    ['an unknown resource', { resources: { gpu: 1 } }, 'gpu', 'no other field', 'use one of'],
    ['a user of the node', { user: 1000 }, 1000, 'PS1', 'from 10000'],
    ['root', { user: 0 }, 0, 'PS1', 'from 10000'],
    ['one writable folder, which is no list', { writablePaths: '/tmp' }, '/tmp', 'PS1', "['/tmp']"],
    ['a command as a text', { command: 'sh -c run' }, 'sh -c run', 'a list of words', "['/bin/api'"],
    ['an argument that is no text', { args: ['--port', 8443] }, 8443, 'a list of words', "['/bin/api'"],
    ['an allowed name as a text, in which others lie', { allowedEnvNames: 'DB_PASSWORD_FILE', env: { DB_PASSWORD: 'correct-horse' } }, 'DB_PASSWORD_FILE', 'PS4', "['TLS_SECRET']"],
    ['an allowed name that is no text', { allowedEnvNames: [/./] }, expect.anything(), 'PS4', "['TLS_SECRET']"],
    ['an environment as a list', { env: [{ name: 'A', value: 'b' }] }, expect.anything(), 'EnvVar', 'LOG_LEVEL'],
    ['secrets that are no list', { secrets: shared }, expect.anything(), 'PS4', 'new SecretsStoreClass'],
    ['a grace period in seconds', { terminationGracePeriod: 30 }, 30, 'terminationGracePeriodSeconds', 'Duration.seconds'],
    ['half a second of grace', { terminationGracePeriod: Duration.millis(500) }, 0.5, 'terminationGracePeriodSeconds', 'from 0'],
    ['a strategy by its name', { strategy: 'Recreate' }, 'Recreate', 'DeploymentStrategy', 'DeploymentStrategy.rollingUpdate'],
    ['the root folder', { writablePaths: ['/'] }, '/', 'PS1', "'/tmp'"],
    ['a relative folder', { writablePaths: ['tmp'] }, 'tmp', 'PS1', "'/tmp'"],
    ['a way out', { writablePaths: ['/tmp/../etc'] }, '/tmp/../etc', 'PS1', "'/tmp'"],
    ['a folder of the kernel', { writablePaths: ['/proc/sys'] }, '/proc/sys', 'PS1', "'/tmp'"],
    ['the folder of tokens', { writablePaths: ['/var/run/secrets/eks'] }, '/var/run/secrets/eks', 'PS1', "'/tmp'"],
    ['a folder twice', { writablePaths: ['/tmp', '/tmp'] }, '/tmp', 'named after its path', 'once'],
    ['everybody\'s ServiceAccount', { serviceAccountName: 'default' }, 'default', 'AC12', 'one of its own'],
    ['a label that tells workloads apart', { podLabels: { 'app.kubernetes.io/name': 'other' } }, 'app.kubernetes.io/name', 'NW1', 'leave it out'],
    ['no labels', { podLabels: {} }, {}, 'empty selector', 'at least one'],
    ['an annotation that is no text', { annotations: { a: '' } }, '', 'is required', 'non-empty'],
    ['no probes', { probes: undefined }, undefined, 'probes is required', 'withoutProbes with the reason'],
    ['half of the probes', { probes: { readiness: HealthProbe.tcp() } }, undefined, 'watched', 'HealthProbe.https'],
    ['a probe of cdk8s-plus, which may be plain HTTP', { probes: { ...probes, liveness: Probe.fromHttpGet('/') } }, expect.anything(), 'watched', 'HealthProbe.https'],
    ['probes and a reason for none', { withoutProbes: 'x' }, 'x', 'or a reason', 'leave one'],
    ['no reason', { probes: undefined, withoutProbes: ' ' }, ' ', 'required', 'non-empty'],
    ['a probe without a port', { port: undefined }, undefined, 'port is required', 'HealthProbe.tcp({ port'],
    ['no replica', { replicas: 0 }, 0, 'pods run', 'from 1'],
    ['a budget that lets no pod go', { minAvailable: 2 }, 2, 'drained', 'from 1 to 1'],
    ['a budget for one pod', { replicas: 1, minAvailable: 1 }, 1, 'drained', 'maxUnavailable'],
    ['an eviction of none', { maxUnavailable: 0 }, 0, 'drained', 'from 1'],
    ['two budgets', { minAvailable: 1, maxUnavailable: 1 }, 1, 'one of the two', 'leave one'],
    ['an unknown spread', { topologySpread: 'zone' }, 'zone', 'topology spread', 'TopologySpread.PREFERRED'],
  ])('refuses %s, and makes nothing', (_what, changes, value, rule, remedy) => {
    const chart = Testing.chart();
    expectRefusal(() => new HardenedDeployment(chart, 'PatientApi', { ...base, ...changes }), { path: 'PatientApi', value, rule, remedy });
    expect(chart.node.children).toEqual([]);
  });

  test('an error never tells the secret', () => {
    expect(() => make({ env: { DB_PASSWORD: 'correct-horse' } })).toThrow(/^(?!.*correct-horse)/s);
  });

  describe('fails the synth when it is weakened later', () => {
    const patch = (...ops: JsonPatch[]) => (own: HardenedDeployment): void => ApiObject.of(own).addJsonPatch(...ops);
    const POD = '/spec/template/spec';

    test.each<[string, (own: HardenedDeployment, chart: Chart) => void, RegExp]>([
      ['root', patch(JsonPatch.replace(`${POD}/containers/0/securityContext/runAsUser`, 0)), /runs as the user 0 \(PS1\)/],
      ['no seccomp', patch(JsonPatch.replace(`${POD}/securityContext/seccompProfile/type`, 'Unconfined')), /seccomp profile Unconfined/],
      ['the network of the node', patch(JsonPatch.replace(`${POD}/hostNetwork`, true)), /hostNetwork/],
      ['a host path', (own, chart) => own.containers[0].mount('/host', Volume.fromHostPath(chart, 'Host', 'host', { path: '/' })), /type hostPath/],
      ['a tag', patch(JsonPatch.replace(`${POD}/containers/0/image`, `${REGISTRY}/patient-api:latest`)), /\(PS3\)/],
      ['another registry', patch(JsonPatch.replace(`${POD}/containers/0/image`, `registry.example.com/api@${DIGEST}`)), /another registry/],
      ['a literal', (own) => own.containers[0].env.addVariable('DB_PASSWORD', EnvValue.fromValue('correct-horse')), /DB_PASSWORD' a literal value \(PS4\)/],
      ['a Secret in the environment', (own, chart) => own.containers[0].env.addVariable('X', EnvValue.fromSecretValue({ secret: Secret.fromSecretName(chart, 'S', 'db'), key: 'x' })), /Secret db in its environment/],
      ['a whole Secret in the environment', (own, chart) => own.containers[0].env.copyFrom(Env.fromSecret(Secret.fromSecretName(chart, 'S', 'db'))), /whole Secret db/],
      ['no limits', patch(JsonPatch.remove(`${POD}/containers/0/resources/limits`)), /no limits\.cpu, limits\.memory \(PS5\)/],
      ['a token', patch(JsonPatch.replace(`${POD}/automountServiceAccountToken`, true)), /\(AC12\)/],
      ['a container past all helpers', patch(JsonPatch.add(`${POD}/containers/-`, { name: 'x', image: 'nginx' })), /containers\[1\] \(x\) may gain privileges/],
      ['a user of the node', patch(JsonPatch.replace(`${POD}/containers/0/securityContext/runAsUser`, 1)), /\(patient-api\) has the runAsUser 1, which is below 10000 \(PS1\)/],
      ['no user', patch(JsonPatch.remove(`${POD}/containers/0/securityContext/runAsUser`), JsonPatch.remove(`${POD}/securityContext/runAsUser`)), /has the runAsUser undefined/],
      ['a group of the node', patch(JsonPatch.replace(`${POD}/containers/0/securityContext/runAsGroup`, 0)), /has the runAsGroup 0/],
      ['volumes of a group of the node', patch(JsonPatch.replace(`${POD}/securityContext/fsGroup`, 0)), /the group 0.*fsGroup \(PS1\)/],
      ['a supplemental group of the node', patch(JsonPatch.add(`${POD}/securityContext/supplementalGroups`, [20000, 999])), /in the groups 999,.*\(PS1\)/],
      ['everybody\'s ServiceAccount', patch(JsonPatch.replace(`${POD}/serviceAccountName`, 'default')), /ServiceAccount default instead of patient-api \(AC12\)/],
      ['everybody\'s ServiceAccount by the older field', patch(JsonPatch.add(`${POD}/serviceAccount`, 'default')), /ServiceAccount default instead of patient-api \(AC12\)/],
      ['addresses of other Services', patch(JsonPatch.replace(`${POD}/enableServiceLinks`, true)), /enableServiceLinks \(PS1\)/],
      ['addresses of other Services by default', patch(JsonPatch.remove(`${POD}/enableServiceLinks`)), /enableServiceLinks \(PS1\)/],
      ['one table of processes', patch(JsonPatch.add(`${POD}/shareProcessNamespace`, true)), /shareProcessNamespace \(PS1\)/],
      ['the priority of the cluster\'s own', patch(JsonPatch.add(`${POD}/priorityClassName`, 'system-node-critical')), /priorityClassName system-node-critical \(PS5\)/],
      ['no bound on its disk', patch(JsonPatch.remove(`${POD}/containers/0/resources/limits/ephemeral-storage`)), /no limits\.ephemeral-storage \(PS5\)/],
      ['a label that policies select by', patch(JsonPatch.replace('/spec/template/metadata/labels/app.kubernetes.io~1name', 'other')), /lost the label app\.kubernetes\.io\/name.*\(NW1\)/],
      ['a budget that lets no pod go', (own) => ApiObject.of(own.node.findChild('DisruptionBudget')).addJsonPatch(JsonPatch.replace('/spec/maxUnavailable', 0)), /PodDisruptionBudget was changed to .*\(PS6\)/],
      ['a budget that keeps every pod', (own) => ApiObject.of(own.node.findChild('DisruptionBudget')).addJsonPatch(JsonPatch.replace('/spec/maxUnavailable', IntOrString.fromString('0%'))), /PodDisruptionBudget was changed to .*0%.*\(PS6\)/],
      ['a budget of other pods', (own) => ApiObject.of(own.node.findChild('DisruptionBudget')).addJsonPatch(JsonPatch.replace('/spec/selector', {})), /PodDisruptionBudget was changed/],
      ['another proxy of Istio', (own) => own.podMetadata.addAnnotation('sidecar.istio.io/proxyImage', 'evil/proxy:latest'), /Istio's proxy: proxyImage has no registry and digest.*\(PS3\)/],
      ['an agent of Vault weakened', (own) => own.podMetadata.addAnnotation('vault.hashicorp.com/agent-inject', 'true'), /the Vault agent has whatever image.*\(PS3\)/],
      ['AppArmor taken away', (own) => own.podMetadata.addAnnotation('container.apparmor.security.beta.kubernetes.io/patient-api', 'unconfined'), /AppArmor/],
    ])('%s', (_what, weaken, finding) => {
      const weakened = (): unknown => synth({ approvedRegistries: [REGISTRY] }, weaken);
      expect(weakened).toThrow(/\[Test\/PatientApi\] Deployment patient-api is no longer hardened/);
      expect(weakened).toThrow(finding);
    });
  });
});
