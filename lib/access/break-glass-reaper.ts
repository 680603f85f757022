import * as path from 'node:path';
import { KubeClusterRole, KubeClusterRoleBinding, KubeConfigMap, KubeCronJob, KubeRole, KubeRoleBinding, KubeServiceAccount } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { ApiClientNetwork, apiServerCidrs } from '../manifests/api-client-network';
import { BREAK_GLASS_LABEL, EXPIRES_ANNOTATION } from '../manifests/break-glass-labels';
import { clusterScoped } from '../manifests/cluster-scoped';
import { restrictedNamespace } from '../manifests/restricted-namespace';
import { scriptJob } from '../manifests/script-job';
import { shellScript } from '../manifests/shell-script';
import { hashOf } from '../manifests/text-file';
import { checkDnsLabel, checkFields, checkImageDigest, checkInteger } from '../profile/checks';
import { Errors } from '../profile/errors';
import { KubernetesVersion } from '../profile/kubernetes-version';
import { Platform } from '../profile/platform';
import { ReaperBounds } from './reaper-bounds';

export interface BreakGlassReaperProps {
  readonly platform: Platform;
  /** Namespaces in which bindings that ended are removed: every one that holds PHI. */
  readonly namespaces: readonly string[];
  /** Image with kubectl, a POSIX shell and date, by digest. */
  readonly image: string;
  /** Whether ClusterRoleBindings that ended are removed, too. @default true */
  readonly clusterBindings?: boolean;
  /** Minutes between two looks: so much longer than its end a binding stands at most. @default 5 */
  readonly everyMinutes?: number;
  /** Hours after which a binding is over, whatever end it names. @default 24 */
  readonly longestHours?: number;
  /** Namespace of the job, and of nothing else. @default hipaa-break-glass */
  readonly namespace?: string;
  /**
   * Blocks in which the API server answers, and the address of the Service `kubernetes`.
   * @default - those that the platform names: Platform.eks by its subnets and Services, others by their apiServerCidrs, without which they are refused
   */
  readonly apiServerCidrs?: readonly string[];
}

const FIELDS = ['platform', 'namespaces', 'image', 'clusterBindings', 'everyMinutes', 'longestHours', 'namespace', 'apiServerCidrs'];
const KUBERNETES_OWN = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
const NAME = 'break-glass-reaper';
const SCRIPT = 'break-glass-reaper.sh';
const RBAC = 'rbac.authorization.k8s.io';

/**
 * Ends access that was given for a while: a CronJob that removes bindings with the label `cdk8s-hipaa/break-glass` whose annotation `cdk8s-hipaa/expires` is over, cannot be
 * read, or is missing, and those that stood for `longestHours`.
 *
 * Serves 45 CFR 164.312(a)(2)(ii). A binding without the label is not found: that nobody makes one by hand without a label, an approver, a ticket and an end is admission's part
 * (RequireBindingApproval), and where it is not in the cluster, what somebody binds during an emergency outlives it. The job's ServiceAccount
 * gets, lists and deletes RoleBindings in the named namespaces, and ClusterRoleBindings. RBAC selects by no label; from Kubernetes 1.30 a ValidatingAdmissionPolicy lets it
 * delete bindings with the label alone. Before that it could take access away from everybody, and can give none: keep others out of its namespace. It makes no claim on
 * control AC6, as it neither opens a session nor tells anybody.
 *
 * It says of a binding that it is removed where the API server no longer has it. One with finalizers is only marked, and gives access on: the job names it, fails, and tries
 * again, as for a name that is none of letters, digits and `.:@_-`, and where the API server did not answer. Nothing here tells of a Job that fails: its exit code is 1 and its Job
 * stays, so have whatever watches your Jobs tell somebody (with kube-state-metrics, `kube_job_status_failed` of the namespace, and
 * `kube_cronjob_status_last_successful_time` for runs that never started).
 *
 * @example
 *   new BreakGlassReaper(chart, 'Reaper', {
 *     platform: profile.platform,
 *     namespaces: profile.phiNamespaces.map((namespace) => namespace.name),
 *     image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/kubectl@sha256:...',
 *   });
 */
export class BreakGlassReaper extends Construct {
  public constructor(scope: Construct, id: string, props: BreakGlassReaperProps) {
    super(scope, id);
    const at = this.node.path;
    checkFields(at, props, FIELDS, 'the reaper takes no other field');
    const { platform, namespaces, image, clusterBindings = true, everyMinutes = 5, longestHours = 24, namespace = 'hipaa-break-glass' } = props;
    if (!(platform instanceof Platform)) throw Errors.missing(at, 'platform', 'use Platform.eks(), Platform.selfManaged() or Platform.external()');
    checkNamespaces(at, namespaces, namespace);
    checkImageDigest(at, 'image', image);
    if (typeof clusterBindings !== 'boolean') throw Errors.refused(at, 'clusterBindings is no boolean', clusterBindings, 'control AC6: bindings of the cluster end, or they do not', 'use true or false');
    checkInteger(at, 'longestHours', longestHours, 1, 168, 'control AC6, 45 CFR 164.312(a)(2)(ii): emergency access ends');
    if (![1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30].includes(everyMinutes)) {
      throw Errors.refused(at, 'everyMinutes divides no hour', everyMinutes, 'cron: a step that does not divide the hour runs unevenly', 'use 1 to 6, 10, 12, 15, 20 or 30');
    }
    const cidrs = apiServerCidrs(at, platform, props.apiServerCidrs);
    const labels = { 'app.kubernetes.io/name': NAME, 'app.kubernetes.io/component': 'break-glass' };
    const metadata = { name: NAME, namespace, labels };

    restrictedNamespace(this, 'Namespace', namespace, platform.version, { 'app.kubernetes.io/component': 'break-glass' });
    new ApiClientNetwork(this, 'Network', { namespace, ownsNamespace: true, name: `${NAME}-api-server`, podLabels: labels, platform, cidrs });
    const serviceAccount = new KubeServiceAccount(this, 'ServiceAccount', { metadata, automountServiceAccountToken: false });
    Safeguard.implement(serviceAccount, Control.AC12_SA_TOKENS, 'automount is off; the job that needs a token says so itself');
    const subjects = [{ kind: 'ServiceAccount', name: NAME, namespace }];
    for (const phi of namespaces) {
      const local = { name: NAME, namespace: phi, labels };
      new KubeRole(this, `${phi}-role`, { metadata: local, rules: [removes('rolebindings')] });
      new KubeRoleBinding(this, `${phi}-binding`, { metadata: local, roleRef: { apiGroup: RBAC, kind: 'Role', name: NAME }, subjects });
    }
    if (clusterBindings) {
      const name = `${namespace}-${NAME}`;
      clusterScoped(
        new KubeClusterRole(this, 'ClusterRole', { metadata: { name, labels }, rules: [removes('clusterrolebindings')] }),
        new KubeClusterRoleBinding(this, 'ClusterRoleBinding', { metadata: { name, labels }, roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name }, subjects }),
      );
    }
    if (platform.version.isAtLeast(KubernetesVersion.V1_30)) new ReaperBounds(this, 'Bounds', { name: `${namespace}-${NAME}`, serviceAccount: NAME, namespace });
    const script = shellScript(path.join(__dirname, SCRIPT));
    new KubeConfigMap(this, 'Script', { metadata: { ...metadata, name: `${NAME}-script` }, data: { [SCRIPT]: script } });
    new KubeCronJob(this, 'Resource', {
      metadata,
      spec: scriptJob({
        name: NAME, labels, image, schedule: everyMinutes === 1 ? '* * * * *' : `*/${everyMinutes} * * * *`, serviceAccount: NAME, configMap: `${NAME}-script`, script: SCRIPT, scriptHash: hashOf({ script }),
        deadlineSeconds: 600,
        env: Object.entries({
          BREAK_GLASS_LABEL, EXPIRES_ANNOTATION, LONGEST_MINUTES: String(longestHours * 60), CLUSTER_BINDINGS: String(clusterBindings), NAMESPACES: namespaces.join(' '),
        }).map(([name, value]) => ({ name, value })),
      }),
    });
  }
}

function removes(resource: string): { apiGroups: string[]; resources: string[]; verbs: string[] } {
  return { apiGroups: [RBAC], resources: [resource], verbs: ['delete', 'get', 'list'] };
}

function checkNamespaces(path: string, namespaces: readonly string[], own: string): void {
  if (!Array.isArray(namespaces) || namespaces.length === 0 || new Set(namespaces).size !== namespaces.length) {
    throw Errors.refused(path, 'namespaces names nothing, or one twice', namespaces, 'control AC6, 45 CFR 164.312(a)(2)(ii): what nobody ends stays', 'name every namespace that holds PHI, each once');
  }
  for (const namespace of namespaces as readonly string[]) checkDnsLabel(path, 'namespaces', namespace);
  checkDnsLabel(path, 'namespace', own);
  if (namespaces.includes(own) || KUBERNETES_OWN.includes(own)) {
    throw Errors.refused(path, "the reaper's namespace is one that others use", own, 'control AC3, 45 CFR 164.308(a)(4)(ii)(B): whoever runs pods beside the reaper can act as it', 'leave namespace out, or name one of its own');
  }
}
