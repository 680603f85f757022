import * as path from 'node:path';
import {
  KubeClusterRole, KubeClusterRoleBinding, KubeConfigMap, KubeCronJob, KubeResourceQuota, KubeRole, KubeRoleBinding, KubeServiceAccount, Quantity, type PolicyRule, type Subject,
} from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../../controls/control';
import { Safeguard } from '../../controls/safeguard';
import { ApiClientNetwork, apiServerCidrs, closeNamespace } from '../../manifests/api-client-network';
import { clusterScoped } from '../../manifests/cluster-scoped';
import { restrictedNamespace } from '../../manifests/restricted-namespace';
import { scriptJob } from '../../manifests/script-job';
import { shellScript } from '../../manifests/shell-script';
import { hashOf } from '../../manifests/text-file';
import { checkScratchStorageClass } from '../../profile/backup-settings';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkGroup, checkImageDigest, checkInteger } from '../../profile/checks';
import { CronSchedule } from '../../profile/cron-schedule';
import { describe, Errors } from '../../profile/errors';
import { Platform } from '../../profile/platform';
import { checkRecoveryObjectives, type RecoveryObjectives } from '../../profile/recovery-objectives';
import { retainingClasses } from './retaining-classes';
import { unmountablePods } from './unmountable-pods';

export interface RestoreTestProps {
  readonly platform: Platform;
  /** The PHI namespace that is restored. */
  readonly phiNamespace: string;
  /** Name of the PhiBackupSchedule; its newest backup that completed is restored, and has to be within the recovery point objective and an hour, in which the next one is made. */
  readonly backupSchedule: string;
  /** A restore that takes longer than the recovery time objective, and one of a backup from before the recovery point objective, have failed. */
  readonly objectives: RecoveryObjectives;
  /** Image with kubectl, a POSIX shell, date and sleep, by digest. */
  readonly image: string;
  /**
   * When it runs: five cron fields in numbers, in UTC. Velero restores one backup at a time, so that of several tests none may start before the one before has ended.
   * @default 0 3 * * 0: each Sunday
   */
  readonly schedule?: string;
  /** Objects that have to come back at least. @default 1 */
  readonly minimumObjects?: number;
  /** The namespace that is restored into: made here, for this alone. @default <phiNamespace>-restore-test */
  readonly scratchNamespace?: string;
  /** Namespace of the job. @default hipaa-restore-test */
  readonly namespace?: string;
  /** Whether the job's namespace is made; false for a second test in it. @default true */
  readonly createNamespace?: boolean;
  /** Namespace of Velero. @default velero */
  readonly veleroNamespace?: string;
  /**
   * Blocks in which the API server answers, and the address of the Service `kubernetes`.
   * @default - those that the platform names: Platform.eks by its subnets and Services, others by their apiServerCidrs, without which they are refused
   */
  readonly apiServerCidrs?: readonly string[];
  /**
   * Whether the schedule copies files of volumes into the bucket (`fileSystemBackup` of PhiBackupSchedule): those are written back by a container of each pod, so that
   * pods come back, and run, closed in. Without it no pod runs. Where a pod of the PHI namespace with such a volume mounts a Secret, or an inline volume of a CSI driver, it
   * would wait for that: the synthesis is refused.
   * @default false
   */
  readonly fileSystemBackup?: boolean;
  /**
   * StorageClass of the volumes that files are written back into: encrypted, and with the reclaim policy Delete, as a volume that is retained holds PHI and stops every later test.
   * @default - none; required with fileSystemBackup, and refused without
   */
  readonly scratchStorageClass?: string;
  /**
   * Groups, as the cluster knows them, that may read the recorded date, and nothing else: `profile.groups.inCluster(profile.groups.auditors)`.
   * @default - nobody beside those who read ConfigMaps of the job's namespace
   */
  readonly recordReaders?: readonly string[];
}

const FIELDS = [
  'platform', 'phiNamespace', 'backupSchedule', 'objectives', 'image', 'schedule', 'minimumObjects', 'scratchNamespace', 'namespace', 'createNamespace', 'veleroNamespace', 'apiServerCidrs', 'fileSystemBackup',
  'scratchStorageClass', 'recordReaders',
];
const SCRIPT = 'restore-test.sh';
/** What has to be there for volumes to come back, and to count. No Secret, no grant of access, no policy, no way in, nothing that starts by itself or has an effect outside. */
const RESTORED = ['persistentvolumes', 'persistentvolumeclaims', 'serviceaccounts', 'configmaps'];
/** What the scratch namespace takes none of, whatever somebody restores into it. */
const NONE_OF = ['count/cronjobs.batch', 'count/ingresses.networking.k8s.io', 'count/jobs.batch', 'secrets', 'services'];
/**
 * A restored volume goes with its claim, also where its class retains volumes. For volumes of the EBS CSI driver alone: those are restored from snapshots, and are copies.
 * A volume that Velero restores as it was, such as one of EFS, is the original (Velero, restore resource modifiers).
 */
const DELETED_WITH_CLAIM = `version: v1
resourceModifierRules:
  - conditions:
      groupResource: persistentvolumes
      matches:
        - path: /spec/csi/driver
          value: ebs.csi.aws.com
    patches:
      - operation: replace
        path: /spec/persistentVolumeReclaimPolicy
        value: Delete
`;
/** How long Velero may take for the next backup, before the newest one counts as too old. */
const BACKUP_MINUTES = 60;
const RBAC = 'rbac.authorization.k8s.io';
const KUBERNETES_OWN = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
const CLEANUP_SECONDS = 900;
/** How long Velero may still write after its time, before it is given up. */
const SETTLE_SECONDS = 3600;
const BIND_SECONDS = 300;
const LONGEST_CRON_JOB = 52;

/**
 * Proves that a backup can be restored: a CronJob that restores the newest one of a PHI namespace into a scratch namespace, waits until each claim has its volume, counts
 * what came back, takes it away, and writes the date into the ConfigMap `restore-test-<phiNamespace>`: `lastSuccess`, `lastFailure` and why, and `remains` as long as
 * restored PHI may be there. Names and numbers, never PHI; `recordReaders` read it.
 *
 * Serves 45 CFR 164.308(a)(7)(ii)(D). What it proves is that Velero completed the restore in time, of a backup as new as the recovery point objective asks for, that volumes
 * were made, and that so many objects are there: nobody logged in or read a record. So control CP3 is left to an owner, who attests it by the date that was recorded.
 *
 * The scratch namespace holds PHI while the test runs, and is labelled so. It is closed in both directions, and its quota takes no pod, Service, Ingress, Secret or
 * Job: what comes back neither runs nor talks, and no name or address outside changes. It always stands, and only its contents are deleted: with the
 * namespace its default deny would go, and Velero would make it anew without one. The job touches no namespace without the label of this test. It waits until Velero is done
 * before it deletes, has hours beyond the recovery time to do so, takes away after a signal, a failure and a run that was killed, and says "PHI may remain" before
 * anything is restored, until all of it is gone.
 *
 * Where files of volumes are written back, every claim is restored with `scratchStorageClass`; volumes of the EBS CSI driver that come from snapshots are restored to go with
 * their claims, also where their class retains them (Velero 1.13 or later). Other volumes that stay fail the test.
 * The job's ServiceAccount makes, reads and deletes Restores, reads Backups (not what is in them), lists and deletes what was restored in the scratch namespace, lists
 * PersistentVolumes (which hold no data), and writes its one ConfigMap. A Restore can name any namespace: whoever gets hold of this ServiceAccount can bring back old data
 * anywhere, and is to be kept out of the job's namespace.
 *
 * @example
 *   new RestoreTest(chart, 'RestoreTest', {
 *     platform: profile.platform,
 *     phiNamespace: 'healthcare-prod',
 *     backupSchedule: 'hipaa-phi',
 *     objectives: { rpoHours: 6, rtoHours: 4 },
 *     image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/kubectl@sha256:...',
 *   });
 */
export class RestoreTest extends Construct {
  public readonly scratchNamespace: string;

  public constructor(scope: Construct, id: string, props: RestoreTestProps) {
    super(scope, id);
    const at = this.node.path;
    checkFields(at, props, FIELDS, 'a restore test takes no other field');
    const {
      platform, phiNamespace, backupSchedule, objectives, image, schedule = '0 3 * * 0', minimumObjects = 1, namespace = 'hipaa-restore-test', createNamespace = true, veleroNamespace = 'velero',
      fileSystemBackup = false, recordReaders = [],
    } = props;
    checkDnsLabel(at, 'phiNamespace', phiNamespace);
    this.scratchNamespace = props.scratchNamespace ?? `${phiNamespace}-restore-test`;
    check(at, props, { schedule, minimumObjects, namespace, createNamespace, veleroNamespace, scratchNamespace: this.scratchNamespace, fileSystemBackup, recordReaders });
    checkScratchStorageClass(at, props.scratchStorageClass, fileSystemBackup);
    const cidrs = apiServerCidrs(at, platform, props.apiServerCidrs);
    const name = `restore-test-${phiNamespace}`;
    if (name.length > LONGEST_CRON_JOB) {
      throw Errors.refused(at, 'phiNamespace is too long for the name of the job', phiNamespace, 'Kubernetes, CronJob: 52 characters, as those of its Jobs are longer', `test a namespace with a name of at most ${LONGEST_CRON_JOB - 'restore-test-'.length} characters`);
    }
    const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'restore-test' };
    const metadata = (object: string, inNamespace = namespace) => ({ name: object, namespace: inNamespace, labels });

    // In the order of the tree, which is that of the file: what is restored into is closed before anything runs.
    if (createNamespace) restrictedNamespace(this, 'Namespace', namespace, platform.version, { 'app.kubernetes.io/component': 'restore-test' });
    restrictedNamespace(this, 'Scratch', this.scratchNamespace, platform.version, {
      'app.kubernetes.io/component': 'restore-test', 'cdk8s-hipaa/data-classification': 'phi', 'cdk8s-hipaa/restored-from': phiNamespace,
    });
    closeNamespace(this, 'ScratchDefaultDeny', this.scratchNamespace);
    new KubeResourceQuota(this, 'ScratchQuota', {
      metadata: { name: 'restore-test', namespace: this.scratchNamespace },
      spec: { hard: Object.fromEntries([...NONE_OF, ...(fileSystemBackup ? [] : ['pods'])].map((what) => [what, Quantity.fromString('0')])) },
    });
    new ApiClientNetwork(this, 'Network', { namespace, ownsNamespace: createNamespace, name: `${name}-api-server`, podLabels: labels, platform, cidrs });
    const serviceAccount = new KubeServiceAccount(this, 'ServiceAccount', { metadata: metadata(name), automountServiceAccountToken: false });
    Safeguard.implement(serviceAccount, Control.AC12_SA_TOKENS, 'automount is off; the job that needs a token says so itself');

    this.grant('Restores', metadata(name, veleroNamespace), namespace, [rule('velero.io', ['restores'], ['create', 'delete', 'get', 'list']), rule('velero.io', ['backups'], ['get'])]);
    this.grant('Contents', metadata(name, this.scratchNamespace), namespace, [
      rule('', ['configmaps', 'persistentvolumeclaims', 'pods', 'serviceaccounts'], ['delete', 'get', 'list']),
      rule('apps', ['deployments', 'replicasets', 'statefulsets'], ['delete', 'get', 'list']),
      { ...rule('networking.k8s.io', ['networkpolicies'], ['get']), resourceNames: ['default-deny'] },
      { ...rule('', ['resourcequotas'], ['get']), resourceNames: ['restore-test'] },
    ]);
    this.grant('Record', metadata(name), namespace, [{ ...rule('', ['configmaps'], ['get', 'patch']), resourceNames: [name] }]);
    this.grantReaders(metadata(`${name}-readers`), name, recordReaders);
    this.grantVolumes(`${namespace}-${name}`, name, namespace);

    const script = shellScript(path.join(__dirname, SCRIPT));
    new KubeConfigMap(this, 'Script', { metadata: metadata(`${name}-script`), data: { [SCRIPT]: script } });
    // Without data: what the job writes is not taken back by the next apply.
    new KubeConfigMap(this, 'RecordedDate', { metadata: metadata(name) });
    const modifiers = `${name}-volumes`;
    new KubeConfigMap(this, 'Volumes', {
      metadata: metadata(modifiers, veleroNamespace), data: { 'volumes.yaml': props.scratchStorageClass === undefined ? DELETED_WITH_CLAIM : ofClass(props.scratchStorageClass) },
    });
    const restoreSeconds = objectives.rtoHours * 3600;
    const job = new KubeCronJob(this, 'Resource', {
      metadata: metadata(name),
      spec: scriptJob({
        name: 'restore-test', labels, image, schedule, serviceAccount: name, configMap: `${name}-script`, script: SCRIPT, scriptHash: hashOf({ script }),
        // Every limit of the script, and some for the answers: what was restored is taken away whatever happened before.
        deadlineSeconds: restoreSeconds + 3 * SETTLE_SECONDS + 3 * CLEANUP_SECONDS + BIND_SECONDS,
        graceSeconds: CLEANUP_SECONDS + 60,
        env: Object.entries({
          VELERO_NAMESPACE: veleroNamespace, BACKUP_SCHEDULE: backupSchedule, PHI_NAMESPACE: phiNamespace, SCRATCH_NAMESPACE: this.scratchNamespace, RECORD_NAMESPACE: namespace,
          RECORD_NAME: name, MINIMUM_OBJECTS: String(minimumObjects),
          BACKUP_AGE_MINUTES: String(objectives.rpoHours * 60 + BACKUP_MINUTES), RESTORE_SECONDS: String(restoreSeconds),
          SETTLE_SECONDS: String(SETTLE_SECONDS), BIND_SECONDS: String(BIND_SECONDS), CLEANUP_SECONDS: String(CLEANUP_SECONDS),
          RESTORED_KINDS: JSON.stringify([...RESTORED, ...(fileSystemBackup ? ['pods'] : ['deployments.apps', 'statefulsets.apps'])]),
          RESTORE_OPTIONS: `"resourceModifier": { "kind": "ConfigMap", "name": "${modifiers}" },`,
        }).map(([variable, value]) => ({ name: variable, value })),
      }),
    });
    Safeguard.leaveOpen(job, Control.CP3_TEST, `the job restores and records when; that it succeeded, and that people can work with what came back, is attested by the date in ConfigMap ${namespace}/${name}`);
    if (fileSystemBackup) this.node.addValidation({ validate: () => [...this.unmountable(phiNamespace), ...this.retained(props.scratchStorageClass!)] });
  }

  /** What keeps a restore of files from ever ending: known when every workload is there. */
  private unmountable(phiNamespace: string): string[] {
    return unmountablePods(this.node.root, phiNamespace).map((pod) => describe({
      path: this.node.path, problem: `${phiNamespace} can't be restored with the files of its volumes: a pod would wait for what is not restored`, value: pod,
      rule: 'control CP3, 45 CFR 164.308(a)(7)(ii)(D); Velero writes files back when every volume of a pod is mounted, and a restore test brings no Secret',
      remedy: `leave ${phiNamespace} out of the tested namespaces (backups.restoreTest.phiNamespaces) and attest a drill of your own, or give the pod its secrets by Vault's agent or an environment variable`,
    }));
  }

  private retained(name: string): string[] {
    return retainingClasses(this.node.root, name).map((policy) => describe({
      path: this.node.path, problem: `volumes of the StorageClass ${name} stay when their claims go`, value: policy,
      rule: 'control CP3, 45 CFR 164.308(a)(7)(ii)(D): what a test restored is taken away', remedy: 'name one with reclaimPolicy: Delete in scratchStorageClass',
    }));
  }

  private grant(id: string, metadata: Metadata, jobNamespace: string, rules: PolicyRule[]): void {
    this.bind(id, metadata, rules, [{ kind: 'ServiceAccount', name: metadata.name, namespace: jobNamespace }]);
  }

  private grantReaders(metadata: Metadata, record: string, groups: readonly string[]): void {
    if (groups.length === 0) return;
    this.bind('Readers', metadata, [{ ...rule('', ['configmaps'], ['get']), resourceNames: [record] }], groups.map((name) => ({ kind: 'Group', apiGroup: RBAC, name })));
  }

  private bind(id: string, metadata: Metadata, rules: PolicyRule[], subjects: Subject[]): void {
    new KubeRole(this, `${id}Role`, { metadata, rules });
    new KubeRoleBinding(this, `${id}Binding`, { metadata, roleRef: { apiGroup: RBAC, kind: 'Role', name: metadata.name }, subjects });
  }

  private grantVolumes(roleName: string, serviceAccount: string, namespace: string): void {
    clusterScoped(
      new KubeClusterRole(this, 'VolumesRole', {
        metadata: { name: roleName },
        rules: [rule('', ['persistentvolumes'], ['list']), { ...rule('', ['namespaces'], ['get']), resourceNames: [this.scratchNamespace] }],
      }),
      new KubeClusterRoleBinding(this, 'VolumesBinding', {
        metadata: { name: roleName },
        roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: roleName },
        subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace }],
      }),
    );
  }
}

interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
}

/** A merge patch, as it sets a class where there is none, and keeps a name such as `1` text. The annotation is what older claims have before the field. */
function ofClass(storageClassName: string): string {
  const patch = JSON.stringify({ metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': null } }, spec: { storageClassName } });
  return `version: v1
resourceModifierRules:
  - conditions:
      groupResource: persistentvolumeclaims
    mergePatches:
      - patchData: '${patch}'
`;
}

function rule(apiGroup: string, resources: string[], verbs: string[]): PolicyRule {
  return { apiGroups: [apiGroup], resources, verbs };
}

interface Settled {
  readonly schedule: string;
  readonly minimumObjects: number;
  readonly namespace: string;
  readonly createNamespace: boolean;
  readonly veleroNamespace: string;
  readonly scratchNamespace: string;
  readonly fileSystemBackup: boolean;
  readonly recordReaders: readonly string[];
}

function check(path: string, props: RestoreTestProps, settled: Settled): void {
  if (!(props.platform instanceof Platform)) throw Errors.missing(path, 'platform', 'use Platform.eks(), Platform.selfManaged() or Platform.external()');
  checkDnsSubdomain(path, 'backupSchedule', props.backupSchedule);
  checkRecoveryObjectives(`${path}.objectives`, props.objectives);
  checkImageDigest(path, 'image', props.image);
  new CronSchedule(path, 'schedule', settled.schedule);
  checkInteger(path, 'minimumObjects', settled.minimumObjects, 1, 100_000, 'control CP3, 45 CFR 164.308(a)(7)(ii)(D): a restore of nothing proves nothing');
  if (typeof settled.fileSystemBackup !== 'boolean') throw Errors.refused(path, 'fileSystemBackup is no boolean', settled.fileSystemBackup, 'Velero, file system backup: pods come back, or they do not', 'use true or false');
  if (!Array.isArray(settled.recordReaders)) throw Errors.refused(path, 'recordReaders is no list', settled.recordReaders, 'control AC3, 45 CFR 164.308(a)(4)(ii)(B): access goes to named groups', 'give a list of groups');
  for (const group of settled.recordReaders as readonly string[]) checkGroup(path, 'recordReaders', group);
  if (typeof settled.createNamespace !== 'boolean') throw Errors.refused(path, 'createNamespace is no boolean', settled.createNamespace, 'the namespace is made or it exists', 'use true or false');
  for (const prop of ['namespace', 'veleroNamespace', 'scratchNamespace'] as const) checkDnsLabel(path, prop, settled[prop]);
  const { namespace, veleroNamespace, scratchNamespace } = settled;
  if ([props.phiNamespace, namespace, veleroNamespace, ...KUBERNETES_OWN].includes(scratchNamespace)) {
    throw Errors.refused(path, 'scratchNamespace is a namespace that others use', scratchNamespace, 'control CP3, 45 CFR 164.308(a)(7)(ii)(D): everything in it is deleted', 'name one that is for the test alone');
  }
  if ([props.phiNamespace, veleroNamespace, ...KUBERNETES_OWN].includes(namespace)) {
    throw Errors.refused(path, "the job's namespace is one that others use", namespace, 'control AC3, 45 CFR 164.308(a)(4)(ii)(B): whoever runs pods beside the job can act as it', 'leave namespace out, or name one of its own');
  }
}
