import { Chart, Testing } from 'cdk8s';
import { KubePod, KubeStatefulSet, KubeStorageClass, Quantity, type Volume } from 'cdk8s-plus-28/lib/imports/k8s';
import { parse } from 'yaml';
import { RestoreTest, type RestoreTestProps } from '../../../lib/recovery/velero/restore-test';
import { EncryptionMigration } from '../../../lib/profile/encryption-settings';
import { KubernetesVersion } from '../../../lib/profile/kubernetes-version';
import { NetworkPolicyEnforcer, Platform } from '../../../lib/profile/platform';
import { restoreTestHours } from '../../../lib/profile/staggered-schedules';
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
const FILES = { fileSystemBackup: true, scratchStorageClass: 'scratch' };

const synth = (changes: Partial<RestoreTestProps> = {}): Manifest[] => synthChart((chart) => new RestoreTest(chart, 'RestoreTest', { ...RIGHT, ...changes }));
const only = (manifests: Manifest[], kind: string, name?: string): Manifest => {
  const found = manifests.filter((manifest) => manifest.kind === kind && (name === undefined || manifest.metadata.name === name));
  expect(found).toHaveLength(1);
  return found[0];
};
const namesOf = (manifests: Manifest[]): string[] => manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`);
const script = only(synth(), 'ConfigMap', 'restore-test-patient-data-script').data['restore-test.sh'] as string;

const object = (apiVersion: string, kind: string, name: string, spec: object = {}): Manifest => ({ apiVersion, kind, metadata: { name, ...(kind === 'PersistentVolume' ? {} : { namespace: SCRATCH }) }, spec });
const RESTORED = [
  object('apps/v1', 'Deployment', 'portal'), object('apps/v1', 'ReplicaSet', 'portal-1'), object('v1', 'ServiceAccount', 'portal'), { ...object('v1', 'PersistentVolumeClaim', 'records'), status: { phase: 'Bound' } }, object('v1', 'PersistentVolume', 'pv-1', { claimRef: { namespace: SCRATCH } }),
];
const CLOSED: Manifest[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SCRATCH, labels: { 'cdk8s-hipaa/restored-from': 'patient-data' } } },
  object('networking.k8s.io/v1', 'NetworkPolicy', 'default-deny'), object('v1', 'ResourceQuota', 'restore-test'),
];
const STANDING = [
  ...CLOSED,
  object('v1', 'ConfigMap', 'kube-root-ca.crt'), object('v1', 'ServiceAccount', 'default'), object('v1', 'PersistentVolume', 'pv-of-others', { claimRef: { namespace: 'patient-data' } }),
  { apiVersion: 'velero.io/v1', kind: 'Backup', metadata: { name: 'hipaa-phi-20260101000000', namespace: 'velero' }, status: { phase: 'Completed', startTimestamp: '2026-02-28T20:00:00Z' } } as Manifest,
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'restore-test-patient-data', namespace: 'hipaa-restore-test' } } as Manifest,
];
/** What stands, with another backup. */
const withBackup = (status: object): Manifest[] => STANDING.map((standing) => (standing.kind === 'Backup' ? { ...standing, status } : standing));
/** Hours are for clusters. */
const SHORT = { SETTLE_SECONDS: '60', BIND_SECONDS: '30', CLEANUP_SECONDS: '30' };
const run = (cluster: Partial<Cluster> = {}, env: Record<string, string> = {}): ScriptRun => runScript(script, { ...environmentOf(only(synth(), 'CronJob')), ...SHORT, ...env }, {
  objects: STANDING, now: '2026-03-01T03:00:00Z', velero: { phase: 'Completed', restored: RESTORED }, ...cluster,
});
const recordOf = (result: ScriptRun): Record<string, string> => result.objects.find(({ metadata }) => metadata.name === 'restore-test-patient-data')!.data;
const remainsOf = (result: ScriptRun): string | undefined => recordOf(result).remains;
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
      namespace: 'jobs', createNamespace: false, veleroNamespace: 'backups', apiServerCidrs: ['10.1.0.10/32'], fileSystemBackup: true, scratchStorageClass: 'scratch', recordReaders: ['oidc:auditors'],
    };
    const manifests = synth(props);
    const job = only(manifests, 'CronJob');

    expect(job.spec.schedule).toBe('0 1 1 * *');
    expect(job.metadata.namespace).toBe('jobs');
    expect(job.spec.jobTemplate.spec.template.spec.containers[0].image).toBe(IMAGE);
    expect(environmentOf(job)).toMatchObject({
      VELERO_NAMESPACE: 'backups', BACKUP_SCHEDULE: 'b', PHI_NAMESPACE: 'a', SCRATCH_NAMESPACE: 'scratch', RECORD_NAMESPACE: 'jobs', RECORD_NAME: 'restore-test-a', MINIMUM_OBJECTS: '7', RESTORE_SECONDS: '7200', BACKUP_AGE_MINUTES: '120',
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
    ['delete', '', 'resourcequotas', SCRATCH, false],
    ['patch', '', 'persistentvolumes', undefined, false],
    ['get', 'velero.io', 'backups', 'velero', true],
    ['get', 'velero.io', 'backups', 'patient-data', false],
    ['list', 'velero.io', 'backups', 'velero', false],
    ['get', 'velero.io', 'downloadrequests', 'velero', false],
    ['create', 'velero.io', 'downloadrequests', 'velero', false],
    ['get', '', 'configmaps', 'velero', false],
  ])('may %s %s/%s in %s: %s', (verb, group, resource, namespace, allowed) => {
    expect(new RbacEvaluator(synth()).can(tester, verb, { group, resource: resource.split('/')[0], subresource: resource.split('/')[1], namespace })).toBe(allowed);
  });

  test('lets the readers of the record read that, and nothing else', () => {
    const evaluator = new RbacEvaluator(synth({ recordReaders: ['oidc:auditors'] }));
    const auditor = { user: 'somebody', groups: ['oidc:auditors', 'system:authenticated'] };
    const may = (verb: string, name: string): boolean => evaluator.can(auditor, verb, { group: '', resource: 'configmaps', namespace: 'hipaa-restore-test', name });

    expect([may('get', 'restore-test-patient-data'), may('patch', 'restore-test-patient-data'), may('get', 'restore-test-patient-data-script'), may('list', 'restore-test-patient-data')]).toEqual([true, false, false, false]);
    expect(new RbacEvaluator(synth()).can(auditor, 'get', { group: '', resource: 'configmaps', namespace: 'hipaa-restore-test', name: 'restore-test-patient-data' })).toBe(false);
  });

  test('neither runs nor talks: the scratch namespace is labelled, restricted, and takes no pod', () => {
    const scratch = only(synth(), 'Namespace', SCRATCH);

    expect(scratch.metadata.labels).toMatchObject({
      'cdk8s-hipaa/data-classification': 'phi', 'cdk8s-hipaa/restored-from': 'patient-data', 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/enforce-version': 'v1.33',
    });
    expect(only(synth(), 'ResourceQuota').spec.hard).toEqual({ 'count/cronjobs.batch': '0', 'count/ingresses.networking.k8s.io': '0', 'count/jobs.batch': '0', pods: '0', secrets: '0', services: '0' });
    expect(only(synth(FILES), 'ResourceQuota').spec.hard.pods).toBeUndefined();
  });

  test('volumes of the EBS CSI driver go with their claims, and no others', () => {
    expect(parse(only(synth(), 'ConfigMap', 'restore-test-patient-data-volumes').data['volumes.yaml'] as string)).toEqual({
      version: 'v1',
      resourceModifierRules: [{
        conditions: { groupResource: 'persistentvolumes', matches: [{ path: '/spec/csi/driver', value: 'ebs.csi.aws.com' }] },
        patches: [{ operation: 'replace', path: '/spec/persistentVolumeReclaimPolicy', value: 'Delete' }],
      }],
    });
  });

  test('files of volumes come back by pods, which nothing multiplies', () => {
    const manifests = synth(FILES);
    const { RESTORED_KINDS, RESTORE_OPTIONS } = environmentOf(only(manifests, 'CronJob'));

    expect(JSON.parse(RESTORED_KINDS)).toEqual(['persistentvolumes', 'persistentvolumeclaims', 'serviceaccounts', 'configmaps', 'pods']);
    expect(RESTORE_OPTIONS).toBe('"resourceModifier": { "kind": "ConfigMap", "name": "restore-test-patient-data-volumes" },');
  });

  test.each([['scratch'], ['1'], ['true'], ['a.b-c']])('files come back into volumes of the class %s, and of no volume that is restored as it was', (scratchStorageClass) => {
    const { data } = only(synth({ ...FILES, scratchStorageClass }), 'ConfigMap', 'restore-test-patient-data-volumes');
    const { version, resourceModifierRules } = parse(Object.values(data as Record<string, string>)[0]) as {
      version: string; resourceModifierRules: { conditions: object; mergePatches: { patchData: string }[] }[];
    };
    const [{ conditions, mergePatches, ...otherPatches }, ...otherRules] = resourceModifierRules;

    expect(version).toBe('v1');
    expect([otherRules, otherPatches, conditions]).toEqual([[], {}, { groupResource: 'persistentvolumeclaims' }]);
    expect(mergePatches.map(({ patchData }) => parse(patchData) as unknown)).toEqual([
      { metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': null } }, spec: { storageClassName: scratchStorageClass } },
    ]);
  });

  const CLAIM: Volume = { name: 'data', persistentVolumeClaim: { claimName: 'data' } };
  const SECRET: Volume = { name: 'password', secret: { secretName: 'password' } };
  const problems = (volumes: Volume[], { props = FILES as object, namespace = 'patient-data', annotations = {} } = {}): string[] => {
    const chart = new Chart(Testing.app(), 'Test');
    const test = new RestoreTest(chart, 'RestoreTest', { ...RIGHT, ...props });
    new KubePod(chart, 'Pod', { metadata: { name: 'records', namespace, annotations }, spec: { containers: [{ name: 'records', image: IMAGE }], volumes } });
    return test.node.validate();
  };

  test.each<[string, Volume]>([
    ['a Secret', SECRET],
    ['the Secrets Store', { name: 'password', csi: { driver: 'secrets-store.csi.k8s.io', volumeAttributes: { secretProviderClass: 'x' } } }],
    ['another CSI driver for a pod', { name: 'password', csi: { driver: 'csi.cert-manager.io' } }],
    ['a Secret among other sources', { name: 'password', projected: { sources: [{ serviceAccountToken: { path: 'token' } }, { secret: { name: 'password' } }] } }],
  ])('refuses files of a pod that mounts a volume of %s', (_what, volume) => {
    const [problem, ...others] = problems([CLAIM, volume]);

    expect(others).toEqual([]);
    expect(problem).toMatch(/\[Test\/RestoreTest\] patient-data can't be restored.*Pod records: volume password[^]*CP3[^]*Vault's agent/);
    expect(problems([volume, { ...CLAIM, persistentVolumeClaim: undefined, ephemeral: {} }])).toHaveLength(1);
  });

  test.each<[string, string[]]>([
    ['nothing of what is not restored', problems([CLAIM, { name: 'tmp', emptyDir: {} }, { name: 'settings', configMap: { name: 'settings' } }, { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }])],
    ['a Secret that may be missing', problems([CLAIM, { name: 'password', secret: { secretName: 'password', optional: true } }])],
    ['a Secret without files', problems([SECRET, { name: 'tmp', emptyDir: {} }])],
    ['a Secret in another namespace', problems([CLAIM, SECRET], { namespace: 'healthcare-prod' })],
    ['a Secret, where no pod comes back', problems([CLAIM, SECRET], { props: {} })],
  ])('takes pods that mount %s', (_what, found) => {
    expect(found).toEqual([]);
  });

  test('finds pods by their makers, and what an injector mounts', () => {
    const chart = new Chart(Testing.app(), 'Test');
    const test = new RestoreTest(chart, 'RestoreTest', { ...RIGHT, ...FILES });
    new KubeStatefulSet(chart, 'Records', {
      metadata: { name: 'records', namespace: 'patient-data' },
      spec: {
        serviceName: 'records', selector: { matchLabels: { app: 'records' } }, volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage: Quantity.fromString('1Gi') } } } }],
        template: { metadata: { labels: { app: 'records' } }, spec: { containers: [{ name: 'records', image: IMAGE }], volumes: [SECRET] } },
      },
    });

    expect(test.node.validate()).toEqual([expect.stringContaining('StatefulSet records: volume password')]);
    expect(problems([CLAIM], { annotations: { 'vault.hashicorp.com/tls-secret': 'vault-ca' } })).toEqual([expect.stringContaining('annotation vault.hashicorp.com/tls-secret')]);
  });

  test.each<[string, string | undefined, number]>([['scratch', 'Retain', 1], ['scratch', 'Delete', 0], ['scratch', undefined, 0], ['other', 'Retain', 0]])('looks at the class %s with the policy %s: %d findings', (name, reclaimPolicy, count) => {
    const chart = new Chart(Testing.app(), 'Test');
    const test = new RestoreTest(chart, 'RestoreTest', { ...RIGHT, ...FILES });
    new KubeStorageClass(chart, 'Class', { metadata: { name }, provisioner: 'csi.example.com', reclaimPolicy });

    expect(test.node.validate()).toEqual(Array(count).fill(expect.stringMatching(/StorageClass scratch stay.*Retain[^]*reclaimPolicy: Delete/)));
  });

  test('has ended before the next may start', () => {
    const { spec } = only(synth(), 'CronJob');
    const { activeDeadlineSeconds, template } = spec.jobTemplate.spec;

    expect(spec.startingDeadlineSeconds + activeDeadlineSeconds + template.spec.terminationGracePeriodSeconds).toBeLessThanOrEqual(restoreTestHours(RIGHT.objectives) * 3600);
  });

  test('has time to take away, after its deadline and after a signal', () => {
    const { spec } = only(synth(), 'CronJob');
    const env = environmentOf(only(synth(), 'CronJob'));
    const [restore, settle, bind, cleanup] = ['RESTORE_SECONDS', 'SETTLE_SECONDS', 'BIND_SECONDS', 'CLEANUP_SECONDS'].map((name) => Number(env[name]));

    // Left over from a run before, the restore itself, and what it brought.
    expect(spec.jobTemplate.spec.activeDeadlineSeconds).toBeGreaterThanOrEqual(settle + cleanup + restore + settle + bind + settle + cleanup);
    expect(spec.jobTemplate.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(cleanup);
    expect(spec.concurrencyPolicy).toBe('Forbid');
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
      expect(restore.spec.includedResources).toEqual(['persistentvolumes', 'persistentvolumeclaims', 'serviceaccounts', 'configmaps', 'deployments.apps', 'statefulsets.apps']);
      expect(restore.metadata).toEqual({ name: 'restore-test-patient-data-20260301030000', namespace: 'velero', labels: { 'cdk8s-hipaa/restore-test': 'patient-data' } });
      expect(restore.spec.resourceModifier).toEqual({ kind: 'ConfigMap', name: 'restore-test-patient-data-volumes' });
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
      ['a restore that takes too long', { velero: { phase: 'Completed', restored: RESTORED, after: 50 } }, { RESTORE_SECONDS: '30' }, /took 50 seconds, and 30/],
      ['a claim without a volume', { velero: { phase: 'Completed', restored: [...RESTORED, object('v1', 'PersistentVolumeClaim', 'pending')] } }, {}, /a claim got no volume/],
      ['too few objects', {}, { MINIMUM_OBJECTS: '4' }, /3 objects came back/],
      ['nothing that came back', { velero: { phase: 'Completed', restored: [] } }, {}, /0 objects came back/],
      ['a backup that is too old', { objects: withBackup({ phase: 'Completed', startTimestamp: '2026-02-28T19:59:00Z' }) }, {}, /was 421 minutes old, and 420 are the most/],
      ['a backup of last year', { objects: withBackup({ phase: 'Completed', startTimestamp: '2025-02-28T20:00:00Z' }) }, {}, /was 526020 minutes old/],
      ['a backup in part', { objects: withBackup({ phase: 'PartiallyFailed', startTimestamp: '2026-02-28T20:00:00Z' }) }, {}, /the backup is PartiallyFailed/],
      ['a backup without a date', { objects: withBackup({ phase: 'Completed' }) }, {}, /does not say when/],
      ['a backup of a month that there is not', { objects: withBackup({ phase: 'Completed', startTimestamp: '2026-13-28T20:00:00Z' }) }, {}, /does not say when/],
      ['a backup that is gone', { objects: STANDING.filter(({ kind }) => kind !== 'Backup') }, {}, /ended early/],
      ['no answer on the backup', { broken: ['get backups'] }, {}, /ended early/],
      ['no right to restore', { broken: ['create restores'] }, {}, /ended early/],
    ])('fails with %s, says so, takes away, and records no success', (_what, cluster, env, reason) => {
      const result = run(cluster, env);

      expect(result.status).toBe(1);
      expect(result.stderr).toMatch(reason);
      expect(recordOf(result)).toEqual({ lastFailure: '2026-03-01T03:00:00Z', lastFailureReason: expect.stringMatching(reason) as string });
      expect(leftOf(result).filter((name) => !name.startsWith('Restore'))).toEqual([]);
    });

    test.each<[string, Partial<Cluster>, RegExp]>([
      ['a volume stays', { velero: { phase: 'Completed', restored: RESTORED, keepVolumes: true } }, /could not be taken away/],
      ['the API server does not answer', { broken: ['list configmaps'] }, /was not empty/],
      ['nobody may list volumes', { broken: ['list persistentvolumes'] }, /was not empty/],
      ['nobody may list restores', { broken: ['list restores'] }, /was not empty/],
      ['a deletion is refused', { broken: ['delete serviceaccounts'] }, /could not be taken away/],
      ['Velero never ends', { velero: { phase: 'InProgress', restored: RESTORED } }, /was not over 60 seconds after its time/],
    ])('says that PHI may remain where %s', (_what, cluster, reason) => {
      const result = run(cluster, { RESTORE_SECONDS: '30' });

      expect(result.status).toBe(1);
      expect(result.stderr).toMatch(reason);
      expect(result.stderr).toContain(`PHI may remain in ${SCRATCH}`);
      expect(recordOf(result)).toEqual({ lastFailure: '2026-03-01T03:00:00Z', lastFailureReason: expect.stringMatching(reason) as string, remains: `PHI may remain in ${SCRATCH}` });
    });

    test('waits for Velero before it takes away: what is deleted before would come after', () => {
      const result = run({ velero: { phase: 'Completed', restored: RESTORED, after: 50 } }, { RESTORE_SECONDS: '20', SETTLE_SECONDS: '100' });
      const firstDeletion = result.calls.findIndex(({ verb, resource }) => verb === 'delete' && resource !== 'restores');

      expect(result.stderr).toMatch(/took 50 seconds/);
      expect(leftOf(result).filter((name) => !name.startsWith('Restore'))).toEqual([]);
      expect(result.calls.slice(firstDeletion).filter(({ verb, resource }) => verb === 'get' && resource === 'restores')).toEqual([]);
    });

    test.each([[1], [3]])('ends in order at a signal in rest %d: takes away what Velero still brought', (terminateAt) => {
      const result = run({ velero: { phase: 'Completed', restored: RESTORED, after: 40 }, terminateAt }, { CLEANUP_SECONDS: '200' });

      expect(result.status).toBe(1);
      expect(result.calls.some(({ verb, resource }) => verb === 'create' && resource === 'restores')).toBe(true);
      expect(recordOf(result)).toEqual({ lastFailure: '2026-03-01T03:00:00Z', lastFailureReason: 'the job was told to end' });
      expect(leftOf(result).filter((name) => !name.startsWith('Restore'))).toEqual([]);
    });

    test('says that PHI may remain where the signal leaves no time for Velero', () => {
      const result = run({ velero: { phase: 'Completed', restored: RESTORED, after: 500 }, terminateAt: 2 });

      expect(recordOf(result)).toMatchObject({ lastFailureReason: 'the job was told to end', remains: `PHI may remain in ${SCRATCH}` });
    });

    test('after a run that was killed waits for its restore, calls off one that has not begun, and tells the record', () => {
      const restore = (name: string, more: object): Manifest => ({ apiVersion: 'velero.io/v1', kind: 'Restore', metadata: { name, namespace: 'velero', labels: { 'cdk8s-hipaa/restore-test': 'patient-data' } }, spec: {}, ...more });
      const before = structuredClone(STANDING);
      before.at(-1)!.data = { remains: `PHI may remain in ${SCRATCH}` };
      const result = run({
        objects: [
          ...before, object('v1', 'ConfigMap', 'of-the-killed'), restore('running', { status: { phase: 'InProgress' }, due: 30, reaches: 'Completed', late: [object('v1', 'ConfigMap', 'late')] }), restore('new', { status: { phase: 'New' } }),
        ],
      });
      const of = (verb: string, name?: string): number => result.calls.findIndex((call) => call.verb === verb && call.resource === 'restores' && (name === undefined || call.name === name));

      expect(result.status).toBe(0);
      expect(remainsOf(result)).toBeUndefined();
      expect(recordOf(result).objects).toBe('3');
      expect(of('delete', 'new')).toBeGreaterThan(-1);
      expect(of('delete', 'running')).toBe(-1);
      expect(leftOf(result)).toEqual(['Restore velero/running']);
      expect(result.calls.findIndex(({ verb, name }) => verb === 'delete' && name === 'late')).toBeLessThan(of('create'));
    });

    test.each<[string, Manifest[], RegExp]>([
      ['is not there', STANDING.slice(1), /not the one that was made/],
      ['was made for another test', [{ ...CLOSED[0], metadata: { name: SCRATCH, labels: { 'cdk8s-hipaa/restored-from': 'healthcare-prod' } } }, ...STANDING.slice(1)], /not the one that was made/],
      ['has no label', [{ ...CLOSED[0], metadata: { name: SCRATCH } }, ...STANDING.slice(1)], /not the one that was made/],
      ['has no default deny', STANDING.filter(({ kind }) => kind !== 'NetworkPolicy'), /is not closed/],
      ['takes pods', STANDING.filter(({ kind }) => kind !== 'ResourceQuota'), /is not closed/],
    ])('restores nothing and deletes nothing where the scratch namespace %s', (_what, objects, reason) => {
      const result = run({ objects: [...objects, object('v1', 'ConfigMap', 'of-somebody')] });

      expect(result.status).toBe(1);
      expect(result.stderr).toMatch(reason);
      expect(recordOf(result)).toMatchObject({ lastFailureReason: expect.stringMatching(reason) as string });
      expect(result.calls.filter(({ verb }) => ['create', 'delete'].includes(verb))).toEqual([]);
    });

    test('restores nothing where nothing can be recorded', () => {
      const { calls, stderr } = run({ broken: ['patch configmaps'] });

      expect(stderr).toMatch(/nothing can be recorded/);
      expect(calls.filter(({ verb }) => ['create', 'delete'].includes(verb))).toEqual([]);
    });

    test('does not lose the date of the last success when it fails', () => {
      const before = structuredClone(STANDING);
      before.at(-1)!.data = { lastSuccess: '2026-02-22T03:00:00Z' };

      expect(recordOf(run({ objects: before, velero: { phase: 'Failed', restored: [] } }))).toMatchObject({ lastSuccess: '2026-02-22T03:00:00Z', lastFailure: '2026-03-01T03:00:00Z' });
    });

    test('does what its ServiceAccount may, and nothing else', () => {
      const evaluator = new RbacEvaluator(synth());
      const { calls } = run({ terminateAt: 4, velero: { phase: 'Completed', restored: RESTORED, after: 40 }, objects: [...STANDING, object('apps/v1', 'StatefulSet', 'old'), object('v1', 'ConfigMap', 'old')] });

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
    ['a name too long for a CronJob', { phiNamespace: 'a'.repeat(40) }, 'a'.repeat(40), '52 characters', 'at most 39'],
    ['a word for pods', { fileSystemBackup: 'yes' }, 'yes', 'file system backup', 'true or false'],
    ['files without a class', { fileSystemBackup: true }, undefined, 'scratchStorageClass is required', 'reclaim policy Delete'],
    ['a class without files', { scratchStorageClass: 'scratch' }, 'scratch', 'the class that it had', 'leave scratchStorageClass out'],
    ['a class that is none', { ...FILES, scratchStorageClass: "a'" }, "a'", 'RFC 1123', 'a-z'],
    ['a group of Kubernetes', { recordReaders: ['system:authenticated'] }, 'system:authenticated', 'control AC4', "identity provider's own"],
    ['one group for a list', { recordReaders: 'auditors' }, 'auditors', 'control AC3', 'a list of groups'],
    ['another field', { secret: 'x' }, 'secret', 'no other field', 'phiNamespace'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synth(changes), { path: 'Test/RestoreTest', value, rule, remedy });
  });
});
