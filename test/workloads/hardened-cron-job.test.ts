import { ApiObject, Chart, Cron, Duration, JsonPatch, Size, Testing } from 'cdk8s';
import { CronJob } from 'cdk8s-plus-28';
import type { WorkloadPeer } from '../../lib/network/workload-peer';
import { HardenedCronJob, type HardenedCronJobProps } from '../../lib/workloads/hardened-cron-job';
import { Image } from '../../lib/workloads/image';
import { AwsSecretType } from '../../lib/workloads/secrets/aws-secrets-source';
import { SecretsSource } from '../../lib/workloads/secrets/secrets-source';
import { SecretsStoreClass } from '../../lib/workloads/secrets/secrets-store-class';
import { VaultAgentAnnotations } from '../../lib/workloads/secrets/vault-agent-annotations';
import { schemaFindings } from '../support/api-schema';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const image = Image.digest(`${REGISTRY}/export`, `sha256:${'3c'.repeat(32)}`);
const vaultAgent = (prePopulateOnly: boolean): VaultAgentAnnotations => new VaultAgentAnnotations({ address: 'https://vault.example.com', role: 'export', image: image.reference, secrets: [{ file: 'db', path: 'secret/data/db' }], prePopulateOnly });
const base: HardenedCronJobProps = { namespace: 'healthcare-prod', image, schedule: Cron.schedule({ minute: '30', hour: '2' }) };
const synth = (changes: object = {}, more: (own: HardenedCronJob) => void = () => undefined): Manifest[] => synthChart((chart) => more(new HardenedCronJob(chart, 'NightlyExport', { ...base, ...changes })));

describe('HardenedCronJob', () => {
  test('is a CronJob with a ServiceAccount of its own: one run at a time, none for ever', () => {
    const manifests = synth();
    const [{ spec }] = manifests;

    expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual(['CronJob healthcare-prod/nightly-export', 'ServiceAccount healthcare-prod/nightly-export']);
    expect(spec).toMatchObject({ schedule: '30 2 * * *', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 300, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 3 });
    expect(spec.jobTemplate.spec).toMatchObject({ activeDeadlineSeconds: 3600, backoffLimit: 2, template: { spec: { restartPolicy: 'Never' } } });
    expect(spec.jobTemplate.spec.selector).toBeUndefined();
    expect(manifests.flatMap((manifest) => schemaFindings(manifest))).toEqual([]);
    expect(manifests[0]).toMatchSnapshot();
  });

  test('holds its pod and its container down', () => {
    const pod = synth()[0].spec.jobTemplate.spec.template.spec;

    expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false, securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } } });
    expect(pod.containers[0].securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
    expect(pod.topologySpreadConstraints).toBeUndefined();
  });

  test('takes every prop', () => {
    const props: Required<HardenedCronJobProps> = {
      namespace: 'patient-data', image, name: 'export', approvedRegistries: [REGISTRY], port: 8443, command: ['/export'], args: ['--all'], env: { LOG: 'info' }, allowedEnvNames: [],
      resources: { memoryRequestMi: 64 }, writablePaths: ['/tmp'], writablePathSize: Size.mebibytes(8), secrets: [], vault: vaultAgent(true), user: 30000, serviceAccountName: 'export', podLabels: { tier: 'batch' },
      annotations: { a: 'b' }, terminationGracePeriod: Duration.seconds(5), schedule: Cron.hourly(), timeZone: 'America/New_York', startingDeadline: Duration.minutes(1),
      activeDeadline: Duration.minutes(10), backoffLimit: 0, successfulJobsRetained: 1, failedJobsRetained: 5,
    };
    const [{ metadata, spec }, ...rest] = synth(props);

    expect(rest).toEqual([]);
    expect(metadata.name).toBe('export');
    expect(spec).toMatchObject({ schedule: '0 * * * *', timeZone: 'America/New_York', startingDeadlineSeconds: 60, successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 5 });
    expect(spec.jobTemplate.spec).toMatchObject({ activeDeadlineSeconds: 600, backoffLimit: 0 });
    expect(spec.jobTemplate.spec.template).toMatchObject({
      metadata: { labels: { tier: 'batch' }, annotations: { 'a': 'b', 'vault.hashicorp.com/agent-pre-populate-only': 'true' } },
      spec: {
        serviceAccountName: 'export', terminationGracePeriodSeconds: 5, volumes: [{ name: 'writable-tmp', emptyDir: { sizeLimit: '8Mi' } }, vaultAgent(true).tokenVolume()],
        containers: [{ command: ['/export'], args: ['--all'], ports: [{ containerPort: 8443 }], env: [{ name: 'LOG', value: 'info' }], resources: { requests: { 'memory': '64Mi', 'ephemeral-storage': '64Mi' }, limits: { 'ephemeral-storage': '136Mi' } } }],
      },
    });
  });

  test('is a CronJob of cdk8s-plus, the start of a flow, and claims what its ServiceAccount does', () => {
    const chart = new Chart(Testing.app(), 'Test');
    const own = new HardenedCronJob(chart, 'NightlyExport', base);
    const peer: WorkloadPeer = own.workloadPeer;

    expect(own).toBeInstanceOf(CronJob);
    expect(peer).toEqual({ namespace: 'healthcare-prod', podLabels: { 'app.kubernetes.io/name': 'nightly-export', 'cdk8s-hipaa/workload-kind': 'CronJob' }, serviceAccount: 'nightly-export' });
    expect(claimsBelow(chart)).toEqual(['Test/NightlyExport/ServiceAccount/Resource implements AC12']);
  });

  test('its other containers are hardened as the first, and a weaker one is refused', () => {
    const [{ spec }] = synth({}, (own) => {
      own.addContainer({ name: 'proxy', image: image.reference });
      own.addInitContainer({ name: 'init', image: image.reference });
      expectRefusal(() => own.addContainer({ name: 'x', image: 'nginx' }), { path: 'NightlyExport(x)', value: 'nginx', rule: 'PS3', remedy: '@sha256' });
      expectRefusal(() => own.addInitContainer({ name: 'x', image: image.reference, securityContext: { user: 0 } }), { path: 'NightlyExport(x)', value: 0, rule: 'PS1', remedy: 'leave user out' });
    });
    const pod = spec.jobTemplate.spec.template.spec;
    for (const container of [pod.containers[1], pod.initContainers[0]]) {
      expect(container.securityContext).toEqual(pod.containers[0].securityContext);
      expect(container.resources).toEqual(pod.containers[0].resources);
    }
  });

  test.each(['UTC', 'Etc/UTC', 'Europe/Berlin', 'Asia/Kolkata', 'US/Eastern', 'America/Argentina/Buenos_Aires'])('takes the time zone %s', (timeZone) => {
    expect(synth({ timeZone })[0].spec.timeZone).toBe(timeZone);
  });

  test('an init container mounts secrets of a store', () => {
    const secrets = new SecretsStoreClass(Testing.chart(), 'Store', { namespace: 'healthcare-prod', name: 'export', source: SecretsSource.aws({ region: 'us-east-1', objects: [{ name: 'x', type: AwsSecretType.SECRETS_MANAGER, file: 'x' }] }) });
    const pod = synth({}, (own) => own.mountSecrets(own.addInitContainer({ name: 'init', image: image.reference }), secrets, '/secrets'))[0].spec.jobTemplate.spec.template.spec;
    expect([pod.volumes, pod.initContainers[0].volumeMounts]).toEqual([[secrets.volume()], [secrets.mount('/secrets')]]);
  });

  test('fails the synth when it is weakened later', () => {
    const POD = '/spec/jobTemplate/spec/template/spec';
    expect(() => synth({}, (own) => ApiObject.of(own).addJsonPatch(JsonPatch.remove(`${POD}/securityContext`), JsonPatch.remove(`${POD}/containers/0/securityContext`)))).toThrow(/CronJob nightly-export is no longer hardened.*may run as root.*has no seccomp profile/s);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a schedule as a text', { schedule: '0 2 * * *' }, '0 2 * * *', 'a run has a time', 'Cron.schedule'],
    ['a schedule out of the clock', { schedule: Cron.schedule({ minute: '99' }) }, '99 * * * *', 'cron: minute', 'use an expression'],
    ['a schedule that never comes', { schedule: Cron.schedule({ minute: '0', hour: '0', day: '30', month: '2' }) }, '0 0 30 2 *', 'cron: minute', 'use an expression'],
    ['a time zone that is none', { timeZone: 'Nowhere/Land' }, 'Nowhere/Land', 'IANA', 'Etc/UTC'],
    ['a time zone in small letters', { timeZone: 'america/new_york' }, 'america/new_york', 'IANA', 'Etc/UTC'],
    ['an offset', { timeZone: '+02:00' }, '+02:00', 'IANA', 'Etc/UTC'],
    ['the zone of whoever runs it', { timeZone: 'Local' }, 'Local', 'IANA', 'Etc/UTC'],
    ['a start in seconds', { startingDeadline: 60 }, 60, 'every 10 seconds', 'Duration.minutes'],
    ['a run in words', { activeDeadline: '1h' }, '1h', 'PS5', 'Duration.minutes'],
    ['no time zone', { timeZone: '' }, '', 'timeZone is required', 'non-empty'],
    ['a deadline that the controller misses', { startingDeadline: Duration.seconds(5) }, 5, 'every 10 seconds', 'from 10'],
    ['a run without an end', { activeDeadline: Duration.days(30) }, 2_592_000, 'PS5', 'from 1'],
    ['half a retry', { backoffLimit: 0.5 }, 0.5, 'tried again', 'from 0'],
    ['a history below none', { failedJobsRetained: -1 }, -1, 'history', 'from 0'],
    ['a long history', { successfulJobsRetained: 1000 }, 1000, 'history', 'to 100'],
    ['probes, which nothing asks', { probes: {} }, 'probes', 'no other field', 'use one of'],
    ['several runs at once', { concurrencyPolicy: 'Allow' }, 'concurrencyPolicy', 'no other field', 'use one of'],
    ['an agent of Vault that never ends', { vault: vaultAgent(false) }, 'prePopulateOnly: false', 'a run ends when all its containers have', 'set prePopulateOnly'],
    ['a password', { env: { API_TOKEN: 'correct-horse' } }, "env[0].value gives 'API_TOKEN' a literal value", 'PS4', 'mount the secret'],
  ])('refuses %s, and makes nothing', (_what, changes, value, rule, remedy) => {
    const chart = Testing.chart();
    expectRefusal(() => new HardenedCronJob(chart, 'NightlyExport', { ...base, ...changes }), { path: 'NightlyExport', value, rule, remedy });
    expect(chart.node.children).toEqual([]);
  });
});
