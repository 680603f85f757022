import * as path from 'node:path';
import { KubeClusterRole, KubeClusterRoleBinding, KubeConfigMap, KubeCronJob, KubeRole, KubeRoleBinding, KubeServiceAccount, type PolicyRule } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../../controls/control';
import { Safeguard } from '../../controls/safeguard';
import { ApiClientNetwork, apiServerCidrs, closeNamespace } from '../../manifests/api-client-network';
import { clusterScoped } from '../../manifests/cluster-scoped';
import { restrictedNamespace } from '../../manifests/restricted-namespace';
import { scriptJob } from '../../manifests/script-job';
import { hashOf, textFile } from '../../manifests/text-file';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkImageDigest, checkInteger } from '../../profile/checks';
import { CronSchedule } from '../../profile/cron-schedule';
import { Errors } from '../../profile/errors';
import { Platform } from '../../profile/platform';
import { checkRecoveryObjectives, type RecoveryObjectives } from '../../profile/recovery-objectives';

export interface RestoreTestProps {
  readonly platform: Platform;
  /** The PHI namespace that is restored. */
  readonly phiNamespace: string;
  /** Name of the PhiBackupSchedule; its newest backup that completed is restored. */
  readonly backupSchedule: string;
  /** A restore that takes longer than the recovery time objective has failed. */
  readonly objectives: RecoveryObjectives;
  /** Image with kubectl, a POSIX shell, date and sleep, by digest. */
  readonly image: string;
  /** When it runs: five cron fields in numbers, in UTC. @default 0 3 * * 0: each Sunday */
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
   * @default - those of Platform.eks; other platforms must name them
   */
  readonly apiServerCidrs?: readonly string[];
}

const FIELDS = [
  'platform', 'phiNamespace', 'backupSchedule', 'objectives', 'image', 'schedule', 'minimumObjects', 'scratchNamespace', 'namespace', 'createNamespace', 'veleroNamespace', 'apiServerCidrs',
];
const SCRIPT = 'restore-test.sh';
const RBAC = 'rbac.authorization.k8s.io';
const KUBERNETES_OWN = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
const CLEANUP_SECONDS = 900;

/**
 * Proves that a backup can be restored: a CronJob that restores the newest one of a PHI namespace into a scratch namespace, counts what came back, takes it away, and writes
 * the date into the ConfigMap `restore-test-<phiNamespace>` (`lastSuccess`, `lastFailure` and why, names and numbers, never PHI).
 *
 * Serves 45 CFR 164.308(a)(7)(ii)(D). What it proves is that Velero completed the restore in time and that so many objects are there: nobody logged in or read a
 * record. So control CP3 is left to an owner, who attests it by the date that was recorded.
 *
 * The scratch namespace holds PHI while the test runs. It is closed in both directions and restricted, it always stands, and only its contents are deleted: with the
 * namespace its default deny would go, and Velero would make it anew without one. No Secret, no grant, no policy, no Service and no Job is restored. Volumes
 * have to go with their claims (reclaim policy Delete): one that stays fails the test. The job's ServiceAccount makes, reads and deletes Restores, lists and deletes
 * what was restored in the scratch namespace, lists PersistentVolumes (which hold no data), and writes its one ConfigMap. A Restore can name any namespace: whoever gets hold of
 * this ServiceAccount can bring back old data anywhere, and is to be kept out of the job's namespace.
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
    } = props;
    checkDnsLabel(at, 'phiNamespace', phiNamespace);
    this.scratchNamespace = props.scratchNamespace ?? `${phiNamespace}-restore-test`;
    check(at, props, { schedule, minimumObjects, namespace, createNamespace, veleroNamespace, scratchNamespace: this.scratchNamespace });
    const cidrs = apiServerCidrs(at, platform, props.apiServerCidrs);
    const name = `restore-test-${phiNamespace}`;
    checkDnsLabel(at, 'phiNamespace', name);
    const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'restore-test' };
    const metadata = (object: string, inNamespace = namespace) => ({ name: object, namespace: inNamespace, labels });

    // In the order of the tree, which is that of the file: what is restored into is closed before anything runs.
    if (createNamespace) restrictedNamespace(this, 'Namespace', namespace, platform.version, { 'app.kubernetes.io/component': 'restore-test' });
    restrictedNamespace(this, 'Scratch', this.scratchNamespace, platform.version, { 'app.kubernetes.io/component': 'restore-test', 'cdk8s-hipaa/restored-from': phiNamespace });
    closeNamespace(this, 'ScratchDefaultDeny', this.scratchNamespace);
    new ApiClientNetwork(this, 'Network', { namespace, ownsNamespace: createNamespace, name: `${name}-api-server`, podLabels: labels, platform, cidrs });
    const serviceAccount = new KubeServiceAccount(this, 'ServiceAccount', { metadata: metadata(name), automountServiceAccountToken: false });
    Safeguard.implement(serviceAccount, Control.AC12_SA_TOKENS, 'automount is off; the job that needs a token says so itself');

    this.grant('Restores', metadata(name, veleroNamespace), namespace, [rule('velero.io', ['restores'], ['create', 'delete', 'get'])]);
    this.grant('Contents', metadata(name, this.scratchNamespace), namespace, [
      rule('', ['configmaps', 'persistentvolumeclaims', 'pods', 'serviceaccounts'], ['delete', 'get', 'list']),
      rule('apps', ['deployments', 'replicasets', 'statefulsets'], ['delete', 'get', 'list']),
    ]);
    this.grant('Record', metadata(name), namespace, [{ ...rule('', ['configmaps'], ['get', 'patch']), resourceNames: [name] }]);
    this.grantVolumes(`${namespace}-${name}`, name, namespace);

    const script = textFile(path.join(__dirname, SCRIPT));
    new KubeConfigMap(this, 'Script', { metadata: metadata(`${name}-script`), data: { [SCRIPT]: script } });
    // Without data: what the job writes is not taken back by the next apply.
    new KubeConfigMap(this, 'RecordedDate', { metadata: metadata(name) });
    const restoreSeconds = objectives.rtoHours * 3600;
    const job = new KubeCronJob(this, 'Resource', {
      metadata: metadata(name),
      spec: scriptJob({
        name: 'restore-test', labels, image, schedule, serviceAccount: name, configMap: `${name}-script`, script: SCRIPT, scriptHash: hashOf({ script }),
        deadlineSeconds: restoreSeconds + 3 * CLEANUP_SECONDS,
        env: Object.entries({
          VELERO_NAMESPACE: veleroNamespace, BACKUP_SCHEDULE: backupSchedule, PHI_NAMESPACE: phiNamespace, SCRATCH_NAMESPACE: this.scratchNamespace, RECORD_NAMESPACE: namespace,
          RECORD_NAME: name, MINIMUM_OBJECTS: String(minimumObjects), RESTORE_SECONDS: String(restoreSeconds), CLEANUP_SECONDS: String(CLEANUP_SECONDS),
        }).map(([variable, value]) => ({ name: variable, value })),
      }),
    });
    Safeguard.leaveOpen(job, Control.CP3_TEST, `the job restores and records when; that it succeeded, and that people can work with what came back, is attested by the date in ConfigMap ${namespace}/${name}`);
  }

  private grant(id: string, metadata: { name: string; namespace: string; labels: Record<string, string> }, jobNamespace: string, rules: PolicyRule[]): void {
    new KubeRole(this, `${id}Role`, { metadata, rules });
    new KubeRoleBinding(this, `${id}Binding`, {
      metadata,
      roleRef: { apiGroup: RBAC, kind: 'Role', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: metadata.name, namespace: jobNamespace }],
    });
  }

  private grantVolumes(roleName: string, serviceAccount: string, namespace: string): void {
    clusterScoped(
      new KubeClusterRole(this, 'VolumesRole', { metadata: { name: roleName }, rules: [rule('', ['persistentvolumes'], ['list'])] }),
      new KubeClusterRoleBinding(this, 'VolumesBinding', {
        metadata: { name: roleName },
        roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: roleName },
        subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace }],
      }),
    );
  }
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
}

function check(path: string, props: RestoreTestProps, settled: Settled): void {
  if (!(props.platform instanceof Platform)) throw Errors.missing(path, 'platform', 'use Platform.eks(), Platform.selfManaged() or Platform.external()');
  checkDnsSubdomain(path, 'backupSchedule', props.backupSchedule);
  checkRecoveryObjectives(`${path}.objectives`, props.objectives);
  checkImageDigest(path, 'image', props.image);
  new CronSchedule(path, 'schedule', settled.schedule);
  checkInteger(path, 'minimumObjects', settled.minimumObjects, 1, 100_000, 'control CP3, 45 CFR 164.308(a)(7)(ii)(D): a restore of nothing proves nothing');
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
