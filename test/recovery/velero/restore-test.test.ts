import { Chart, Testing } from 'cdk8s';
import { RestoreTest, type RestoreTestProps } from '../../../lib/recovery/velero/restore-test';
import { EncryptionMigration } from '../../../lib/profile/encryption-settings';
import { KubernetesVersion } from '../../../lib/profile/kubernetes-version';
import { NetworkPolicyEnforcer, Platform } from '../../../lib/profile/platform';
import { schemaFindings } from '../../support/api-schema';
import { synthChart, type Manifest } from '../../support/chart';
import { claimsBelow } from '../../support/claims';
import { environmentOf, runScript, scriptFindings, type Cluster, type ScriptRun } from '../../support/fake-kubectl';
import { NetworkEvaluator } from '../../support/network-evaluator';
import { RbacEvaluator, serviceAccount } from '../../support/rbac-evaluator';
import { expectRefusal } from '../../support/refusal';

const VERSION = KubernetesVersion.V1_33;
const EKS = Platform.eks({
  region: 'us-east-1', account: '123456789012', version: VERSION, vpcCidrs: ['10.0.0.0/16'], controlPlaneCidrs: ['10.0.255.0/28'], serviceCidr: '172.20.0.0/16',
});
const SELF_MANAGED = Platform.selfManaged({
  version: VERSION, networkPolicyEnforcer: NetworkPolicyEnforcer.CALICO, encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED },
});
const IMAGE = `123456789012.dkr.ecr.us-east-1.amazonaws.com/kubectl@sha256:${'0123456789abcdef'.repeat(4)}`;
const RIGHT: RestoreTestProps = { platform: EKS, phiNamespace: 'patient-data', backupSchedule: 'hipaa-phi', objectives: { rpoHours: 6, rtoHours: 4 }, image: IMAGE };
const SCRATCH = 'patient-data-restore-test';

const synth = (changes: Partial<RestoreTestProps> = {}): Manifest[] => synthChart((chart) => new RestoreTest(chart, 'RestoreTest', { ...RIGHT, ...changes }));
const only = (manifests: Manifest[], kind: string, name?: string): Manifest => {
  const found = manifests.filter((manifest) => manifest.kind === kind && (name === undefined || manifest.metadata.name === name));
  expect(found).toHaveLength(1);
  return found[0];
};
const namesOf = (manifests: Manifest[]): string[] => manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`);
const script = only(synth(), 'ConfigMap', 'restore-test-patient-data-script').data['restore-test.sh'] as string;

const object = (apiVersion: string, kind: string, name: string, spec: object = {}): Manifest => ({ apiVersion, kind, metadata: { name, namespace: kind === 'PersistentVolume' ? undefined : SCRATCH }, spec });
const RESTORED = [
  object('apps/v1', 'Deployment', 'portal'), object('v1', 'Pod', 'portal-1'), object('v1', 'PersistentVolumeClaim', 'records'), object('v1', 'PersistentVolume', 'pv-1', { claimRef: { namespace: SCRATCH } }),
];
const STANDING = [
  object('v1', 'ConfigMap', 'kube-root-ca.crt'), object('v1', 'ServiceAccount', 'default'), object('v1', 'PersistentVolume', 'pv-of-others', { claimRef: { namespace: 'patient-data' } }),
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'restore-test-patient-data', namespace: 'hipaa-restore-test' } } as Manifest,
];
const run = (cluster: Partial<Cluster> = {}, env: Record<string, string> = {}): ScriptRun => runScript(script, { ...environmentOf(only(synth(), 'CronJob')), ...env }, {
  objects: STANDING, now: '2026-03-01T03:00:00Z', velero: { phase: 'Completed', restored: RESTORED }, ...cluster,
});
const recordOf = (result: ScriptRun): Record<string, string> => result.objects.find(({ metadata }) => metadata.name === 'restore-test-patient-data')!.data;
const leftOf = (result: ScriptRun): string[] => namesOf(result.objects).filter((name) => !namesOf(STANDING).includes(name));

describe('RestoreTest', () => {
  test('closes what is restored into before anything runs', () => {
    expect(namesOf(synth())).toMatchSnapshot();
    expect(namesOf(synth()).at(-1)).toBe('CronJob hipaa-restore-test/restore-test-patient-data');
  });

  test('is what the API server takes', () => {
    expect(synth().flatMap((manifest) => schemaFindings(manifest))).toEqual([]);
  });

  test('takes every prop', () => {
    const props: Required<RestoreTestProps> = {
      platform: SELF_MANAGED, phiNamespace: 'a', backupSchedule: 'b', objectives: { rpoHours: 1, rtoHours: 2 }, image: IMAGE, schedule: '0 1 1 * *', minimumObjects: 7, scratchNamespace: 'scratch',
      namespace: 'jobs', createNamespace: false, veleroNamespace: 'backups', apiServerCidrs: ['10.1.0.10/32'],
    };
    const manifests = synth(props);
    const job = only(manifests, 'CronJob');

    expect(job.spec.schedule).toBe('0 1 1 * *');
    expect(job.metadata.namespace).toBe('jobs');
    expect(job.spec.jobTemplate.spec.template.spec.containers[0].image).toBe(IMAGE);
    expect(environmentOf(job)).toMatchObject({
      VELERO_NAMESPACE: 'backups', BACKUP_SCHEDULE: 'b', PHI_NAMESPACE: 'a', SCRATCH_NAMESPACE: 'scratch', RECORD_NAMESPACE: 'jobs', RECORD_NAME: 'restore-test-a', MINIMUM_OBJECTS: '7', RESTORE_SECONDS: '7200',
    });
    expect(namesOf(manifests).filter((name) => name.startsWith('Namespace') || name.includes('default-deny'))).toEqual(['Namespace -/scratch', 'NetworkPolicy scratch/default-deny']);
    expect(manifests.find(({ metadata }) => metadata.name === 'restore-test-a-api-server')!.spec.egress[0].to).toEqual([{ ipBlock: { cidr: '10.1.0.10/32' } }]);
  });

  test('leaves the control to an owner, who has the date that is recorded', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new RestoreTest(chart, 'RestoreTest', RIGHT);

    expect(claimsBelow(chart)).toEqual([
      'Test/RestoreTest/ScratchDefaultDeny implements NW1', 'Test/RestoreTest/Network/DefaultDeny implements NW1', 'Test/RestoreTest/ServiceAccount implements AC12', 'Test/RestoreTest/Resource left-open CP3',
    ]);
  });

  test.each([[{ ip: '8.8.8.8' }], [{ ip: '10.0.255.10' }], [{ ip: '169.254.169.254' }], [{ namespace: 'patient-data', labels: { app: 'db' }, ip: '10.0.1.1' }], [{ namespace: SCRATCH, labels: { app: 'db' }, ip: '10.0.1.2' }]])('what is restored reaches nobody: %o', (to) => {
    const evaluator = new NetworkEvaluator(synth());
    const from = { namespace: SCRATCH, labels: { app: 'portal' }, ip: '10.0.1.3' };

    expect([443, 80, 5432].some((port) => evaluator.allows({ from, to, port }) || evaluator.allows({ from: to, to: from, port }))).toBe(false);
  });

  const tester = serviceAccount('hipaa-restore-test', 'restore-test-patient-data');
  test.each<[string, string, string, string | undefined, boolean]>([
    ['create', 'velero.io', 'restores', 'velero', true],
    ['delete', 'velero.io', 'restores', 'velero', true],
    ['create', 'velero.io', 'restores', 'patient-data', false],
    ['create', 'velero.io', 'backups', 'velero', false],
    ['delete', 'velero.io', 'backups', 'velero', false],
    ['list', '', 'pods', SCRATCH, true],
    ['delete', '', 'persistentvolumeclaims', SCRATCH, true],
    ['delete', '', 'persistentvolumeclaims', 'patient-data', false],
    ['list', '', 'secrets', SCRATCH, false],
    ['get', '', 'secrets', 'velero', false],
    ['list', '', 'configmaps', 'patient-data', false],
    ['create', '', 'pods', SCRATCH, false],
    ['create', '', 'pods/exec', SCRATCH, false],
    ['delete', '', 'namespaces', undefined, false],
    ['create', '', 'namespaces', undefined, false],
    ['list', '', 'persistentvolumes', undefined, true],
    ['delete', '', 'persistentvolumes', undefined, false],
    ['delete', 'networking.k8s.io', 'networkpolicies', SCRATCH, false],
  ])('may %s %s/%s in %s: %s', (verb, group, resource, namespace, allowed) => {
    expect(new RbacEvaluator(synth()).can(tester, verb, { group, resource: resource.split('/')[0], subresource: resource.split('/')[1], namespace })).toBe(allowed);
  });

  test('writes its own record alone', () => {
    const evaluator = new RbacEvaluator(synth());
    const may = (name: string): boolean => evaluator.can(tester, 'patch', { group: '', resource: 'configmaps', namespace: 'hipaa-restore-test', name });

    expect([may('restore-test-patient-data'), may('restore-test-patient-data-script'), may('kube-root-ca.crt')]).toEqual([true, false, false]);
  });

  describe('its script', () => {
    test('is a shell script that ends at errors', () => {
      expect(scriptFindings(script)).toEqual([]);
    });

    test('restores, counts, takes away, and records the date', () => {
      const result = run();

      expect(result.stderr).toBe('');
      expect(result.status).toBe(0);
      expect(recordOf(result)).toEqual({ lastSuccess: '2026-03-01T03:00:00Z', namespace: 'patient-data', backup: 'hipaa-phi-20260101000000', objects: '3', seconds: '0' });
      expect(leftOf(result)).toEqual([]);
    });

    test('restores no Secret, no access, no policy, no way in and nothing that runs once', () => {
      const { objects } = run({ broken: ['delete restores'] });
      const restore = objects.find(({ kind }) => kind === 'Restore')!;

      expect(restore.spec).toMatchObject({ scheduleName: 'hipaa-phi', includedNamespaces: ['patient-data'], namespaceMapping: { 'patient-data': SCRATCH } });
      expect(restore.spec.includedResources).toEqual(['persistentvolumes', 'persistentvolumeclaims', 'serviceaccounts', 'configmaps', 'deployments.apps', 'replicasets.apps', 'statefulsets.apps', 'pods']);
      expect(restore.metadata).toEqual({ name: 'restore-test-patient-data-20260301030000', namespace: 'velero' });
    });

    test('takes away what an earlier test left', () => {
      const result = run({ objects: [...STANDING, object('v1', 'Pod', 'old')] });

      expect(result.status).toBe(0);
      expect(recordOf(result).objects).toBe('3');
      expect(leftOf(result)).toEqual([]);
    });

    test.each<[string, Partial<Cluster>, Record<string, string>, RegExp]>([
      ['a restore that failed', { velero: { phase: 'Failed', restored: [] } }, {}, /ended as Failed/],
      ['a restore in part', { velero: { phase: 'PartiallyFailed', restored: RESTORED } }, {}, /ended as PartiallyFailed/],
      ['no backup', { velero: { phase: 'FailedValidation', restored: [] } }, {}, /FailedValidation/],
      ['a restore that takes too long', { velero: { phase: 'InProgress', restored: RESTORED } }, { RESTORE_SECONDS: '30' }, /not done in 30 seconds/],
      ['too few objects', {}, { MINIMUM_OBJECTS: '4' }, /3 objects came back/],
      ['nothing that came back', { velero: { phase: 'Completed', restored: [] } }, {}, /0 objects came back/],
      ['a volume that stays', { velero: { phase: 'Completed', restored: RESTORED, keepVolumes: true } }, { CLEANUP_SECONDS: '30' }, /could not be taken away/],
      ['an API server that does not answer', { broken: ['list pods'] }, {}, /was not empty/],
      ['volumes that nobody may list', { broken: ['list persistentvolumes'] }, {}, /was not empty/],
      ['no right to restore', { broken: ['create restores'] }, {}, /ended early/],
      ['a deletion that is refused', { broken: ['delete pods'] }, {}, /could not be taken away/],
    ])('fails with %s, says so, and records no success', (_what, cluster, env, reason) => {
      const result = run(cluster, env);

      expect(result.status).toBe(1);
      expect(result.stderr).toMatch(reason);
      expect(recordOf(result)).toEqual({ lastFailure: '2026-03-01T03:00:00Z', lastFailureReason: expect.stringMatching(reason) as string });
    });

    test('does not lose the date of the last success when it fails', () => {
      const before = structuredClone(STANDING);
      before[3].data = { lastSuccess: '2026-02-22T03:00:00Z' };

      expect(recordOf(run({ objects: before, velero: { phase: 'Failed', restored: [] } }))).toMatchObject({ lastSuccess: '2026-02-22T03:00:00Z', lastFailure: '2026-03-01T03:00:00Z' });
    });

    test('takes away also after a failure', () => {
      expect(leftOf(run({ velero: { phase: 'PartiallyFailed', restored: RESTORED } })).filter((name) => !name.startsWith('Restore'))).toEqual([]);
    });

    test('does what its ServiceAccount may, and nothing else', () => {
      const evaluator = new RbacEvaluator(synth());
      const { calls } = run({ objects: [...STANDING, object('apps/v1', 'StatefulSet', 'old'), object('v1', 'ConfigMap', 'old')] });

      expect(calls.length).toBeGreaterThan(20);
      expect(calls.filter(({ verb, ...request }) => !evaluator.can(tester, verb, request))).toEqual([]);
    });
  });

  test.each<[string, object, unknown, string, string]>([
    ['a PHI namespace for scratch', { scratchNamespace: 'patient-data' }, 'patient-data', 'everything in it is deleted', 'for the test alone'],
    ['kube-system for scratch', { scratchNamespace: 'kube-system' }, 'kube-system', 'everything in it is deleted', 'for the test alone'],
    ["the job's namespace for scratch", { scratchNamespace: 'hipaa-restore-test' }, 'hipaa-restore-test', 'everything in it is deleted', 'for the test alone'],
    ["Velero's namespace for the job", { namespace: 'velero' }, 'velero', 'control AC3', 'leave namespace out'],
    ['a namespace that is none', { phiNamespace: 'A' }, 'A', 'RFC 1123', 'a-z'],
    ['a tag', { image: 'registry.example.com/kubectl:1' }, 'registry.example.com/kubectl:1', 'control PS3', '@sha256'],
    ['a schedule that is none', { schedule: '@weekly' }, '@weekly', 'cron', 'in UTC'],
    ['a restore of nothing', { minimumObjects: 0 }, 0, 'control CP3', '1 to 100000'],
    ['no objectives', { objectives: { rpoHours: 1 } }, undefined, 'control CP2', '1 to 336'],
    ['a word', { createNamespace: 'yes' }, 'yes', 'made or it exists', 'true or false'],
    ['no platform', { platform: undefined }, undefined, 'platform is required', 'Platform.eks()'],
    ['no addresses', { platform: SELF_MANAGED }, undefined, 'apiServerCidrs is required', '10.96.0.1/32'],
    ['a schedule of backups that is none', { backupSchedule: 'A"' }, 'A"', 'RFC 1123', 'a-z'],
    ['another field', { secret: 'x' }, 'secret', 'no other field', 'phiNamespace'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synth(changes), { path: 'Test/RestoreTest', value, rule, remedy });
  });
});
