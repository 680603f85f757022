import { ApiObject, Chart, Cron, Duration, JsonPatch, Size, Testing } from 'cdk8s';
import { CronJob } from 'cdk8s-plus-28';
import type { WorkloadPeer } from '../../lib/network/workload-peer';
import { HardenedCronJob, type HardenedCronJobProps } from '../../lib/workloads/hardened-cron-job';
import { Image } from '../../lib/workloads/image';
import { schemaFindings } from '../support/api-schema';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const image = Image.digest(`${REGISTRY}/export`, `sha256:${'3c'.repeat(32)}`);
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
      resources: { memoryRequestMi: 64 }, writablePaths: ['/tmp'], writablePathSize: Size.mebibytes(8), user: 30000, serviceAccountName: 'export', podLabels: { tier: 'batch' },
      annotations: { a: 'b' }, terminationGracePeriod: Duration.seconds(5), schedule: Cron.hourly(), timeZone: 'America/New_York', startingDeadline: Duration.minutes(1),
      activeDeadline: Duration.minutes(10), backoffLimit: 0, successfulJobsRetained: 1, failedJobsRetained: 5,
    };
    const [{ metadata, spec }, ...rest] = synth(props);

    expect(rest).toEqual([]);
    expect(metadata.name).toBe('export');
    expect(spec).toMatchObject({ schedule: '0 * * * *', timeZone: 'America/New_York', startingDeadlineSeconds: 60, successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 5 });
    expect(spec.jobTemplate.spec).toMatchObject({ activeDeadlineSeconds: 600, backoffLimit: 0 });
    expect(spec.jobTemplate.spec.template).toMatchObject({
      metadata: { labels: { tier: 'batch' }, annotations: { a: 'b' } },
      spec: {
        serviceAccountName: 'export', terminationGracePeriodSeconds: 5, volumes: [{ name: 'writable-tmp', emptyDir: { sizeLimit: '8Mi' } }],
        containers: [{ command: ['/export'], args: ['--all'], ports: [{ containerPort: 8443 }], env: [{ name: 'LOG', value: 'info' }], resources: { requests: { memory: '64Mi' } } }],
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
    for (const container of [pod.containers[1], pod.initContainers[0]]) expect(container.securityContext).toEqual(pod.containers[0].securityContext);
  });

  test('fails the synth when it is weakened later', () => {
    const POD = '/spec/jobTemplate/spec/template/spec';
    expect(() => synth({}, (own) => ApiObject.of(own).addJsonPatch(JsonPatch.remove(`${POD}/securityContext`), JsonPatch.remove(`${POD}/containers/0/securityContext`)))).toThrow(/CronJob nightly-export is no longer hardened.*may run as root.*has no seccomp profile/s);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a schedule as a text', { schedule: '0 2 * * *' }, '0 2 * * *', 'a run has a time', 'Cron.schedule'],
    ['no time zone', { timeZone: '' }, '', 'timeZone is required', 'non-empty'],
    ['a deadline that the controller misses', { startingDeadline: Duration.seconds(5) }, 5, 'every 10 seconds', 'from 10'],
    ['a run without an end', { activeDeadline: Duration.days(30) }, 2_592_000, 'PS5', 'from 1'],
    ['half a retry', { backoffLimit: 0.5 }, 0.5, 'tried again', 'from 0'],
    ['a history below none', { failedJobsRetained: -1 }, -1, 'history', 'from 0'],
    ['a long history', { successfulJobsRetained: 1000 }, 1000, 'history', 'to 100'],
    ['probes, which nothing asks', { probes: {} }, 'probes', 'no other field', 'use one of'],
    ['several runs at once', { concurrencyPolicy: 'Allow' }, 'concurrencyPolicy', 'no other field', 'use one of'],
    ['a password', { env: { API_TOKEN: 'correct-horse' } }, "env[0].value gives 'API_TOKEN' a literal value", 'PS4', 'mount the secret'],
  ])('refuses %s, and makes nothing', (_what, changes, value, rule, remedy) => {
    const chart = Testing.chart();
    expectRefusal(() => new HardenedCronJob(chart, 'NightlyExport', { ...base, ...changes }), { path: 'NightlyExport', value, rule, remedy });
    expect(chart.node.children).toEqual([]);
  });
});
