import { createHash } from 'node:crypto';
import {
  IntOrString, KubeClusterRole, KubeClusterRoleBinding, KubeConfigMap, KubeDaemonSet, KubeNamespace, KubeServiceAccount, type Toleration,
} from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { clusterScoped } from '../manifests/cluster-scoped';
import { podSecurityLabels } from '../manifests/pod-security-labels';
import { checkDnsLabel, checkFields, checkImageDigest } from '../profile/checks';
import { Errors } from '../profile/errors';
import { NetworkPolicyEnforcer, Platform, PlatformKind } from '../profile/platform';
import { checkCloudWatchOutput, type CloudWatchLogOutputProps } from './fluent-bit/cloud-watch-output';
import { configFiles } from './fluent-bit/config';
import { identityOf } from './fluent-bit/identity';
import { layoutOf } from './fluent-bit/layout';
import { LogSource } from './fluent-bit/log-source';
import { FluentBitNetwork } from './fluent-bit/network';
import { podTemplate } from './fluent-bit/pod-template';
import { type FluentBitResources, resourcesOf } from './fluent-bit/resources';
import { checkS3Output, type S3LogOutputProps } from './fluent-bit/s3-output';

export interface FluentBitShipperProps {
  readonly platform: Platform;
  /** Name of the cluster, as container logs bear it. */
  readonly cluster: string;
  /** Fluent Bit's image, by digest. 5.0 or later: an older one gives an upload up after five failures, whatever its configuration says. */
  readonly image: string;
  /** The archive that logs are shipped into. */
  readonly s3: S3LogOutputProps;
  /**
   * What is read.
   * @default - the API server's audit log on a self-managed platform; containers' logs elsewhere, as only the provider has the audit log there
   */
  readonly source?: LogSource;
  /**
   * Namespace of the shipper. Into Kubernetes' own, such as `kube-system`, no network policy is written.
   * @default hipaa-logging
   */
  readonly namespace?: string;
  /**
   * Whether the namespace is made, with its Pod Security labels and its default deny; false where it exists, also by another shipper.
   * @default - true, except for Kubernetes' own namespaces
   */
  readonly createNamespace?: boolean;
  /**
   * Name of the DaemonSet and the ServiceAccount; the ConfigMap's is `<name>-config`.
   * @default fluent-bit
   */
  readonly name?: string;
  /**
   * Role that the pods assume with a token of their service account (IRSA). Required outside EKS.
   * @default - none: on EKS, a Pod Identity association for the namespace and the service account
   */
  readonly serviceAccountRoleArn?: string;
  /**
   * Whether credentials come from EKS Pod Identity.
   * @default - true on EKS without serviceAccountRoleArn
   */
  readonly podIdentity?: boolean;
  /**
   * A log group that gets the logs as well.
   * @default - none
   */
  readonly cloudWatch?: CloudWatchLogOutputProps;
  /** @default - 100m to 500m of a core; 128Mi to what an upload of s3.totalFileSize takes */
  readonly resources?: FluentBitResources;
  /**
   * Taints that are tolerated besides the control plane's (audit log) or all of them (containers).
   * @default - none
   */
  readonly tolerations?: readonly Toleration[];
  /**
   * Pods of lower priority make room on a full node, and the node does not evict the shipper. GKE admits system classes outside of kube-system
   * where a ResourceQuota names them alone.
   * @default - system-node-critical on EKS and self-managed; none elsewhere
   */
  readonly priorityClassName?: string;
  /**
   * SELinux type of the pods, for nodes with SELinux enforcing. With container-selinux, `spc_t` is the type that reads logs and writes
   * positions and buffers below /var/lib/hipaa-fluent-bit without more; SELinux confines it no longer. `container_logreader_t` reads every log, but
   * writes nothing there until the folder is labelled `container_file_t` on each node, and may not be told of changes of files by inotify.
   * @default - the container runtime's choice, such as container_t; without effect where SELinux is off
   */
  readonly seLinuxType?: string;
}

const FIELDS = [
  'platform', 'cluster', 'image', 's3', 'source', 'namespace', 'createNamespace', 'name', 'serviceAccountRoleArn', 'podIdentity', 'cloudWatch', 'resources', 'tolerations',
  'priorityClassName', 'seLinuxType',
];
/** Namespaces that every cluster has. */
const KUBERNETES_OWN = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/**
 * Ships logs off their node into the locked archive, with Fluent Bit on every node that has them: a Namespace, a ServiceAccount, the
 * configuration, and a DaemonSet.
 *
 * Serves 45 CFR 164.312(b): an audit log that stays on the node is gone with the node, and root there can change it. On a self-managed
 * platform the API server's audit log is shipped, from the control-plane nodes, with what was rotated while no pod ran. Lines are delivered at least once:
 * a restart ships files again that were rotated since the one before (`auditID` and `stage` tell), and no line is given up, also
 * when S3 does not answer for days. There is no limit on the buffer, as Fluent Bit discards at a limit: watch the node's disk.
 *
 * The pods run as root without any capability, as logs belong to root, on a read-only root file system; of the node they write
 * /var/lib/hipaa-fluent-bit/<name> alone. The Pod Security Standards allow host paths at the level `privileged` only, so the namespace
 * enforces that one, and audits and warns at `restricted`: keep people and other workloads out of it.
 *
 * Container logs carry what the applications write, PHI included where they do. Those of a file that was rotated while no pod ran on
 * the node are not found again.
 *
 * Policies close the shipper's pods but for DNS, TLS to addresses outside of the node, and the services that they ask. Where the platform declares Cilium,
 * a CiliumNetworkPolicy adds the EKS Pod Identity Agent and the API server, which are entities to Cilium; its CRD must be in the cluster.
 *
 * On nodes with SELinux enforcing, a container's own type reads no logs and writes nothing below /var/lib, and `seLinuxType` names another.
 *
 * @example
 *   new FluentBitShipper(chart, 'LogShipper', {
 *     platform: profile.platform,
 *     cluster: 'healthcare-cluster',
 *     image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/fluent-bit@sha256:...',
 *     s3: { bucket: 'hipaa-audit-logs-123456789012-us-east-1', region: 'us-east-1', prefix: 'audit-logs/healthcare-cluster' },
 *     serviceAccountRoleArn: 'arn:aws:iam::123456789012:role/healthcare-cluster-log-shipper',
 *   });
 */
export class FluentBitShipper extends Construct {
  /** What is read. */
  public readonly source: LogSource;
  public readonly namespace: string;
  public readonly serviceAccount: string;

  public constructor(scope: Construct, id: string, props: FluentBitShipperProps) {
    super(scope, id);
    const path = this.node.path;
    check(path, props);
    const { platform, cluster, image, s3, cloudWatch } = props;
    const name = props.name ?? 'fluent-bit';
    this.source = sourceOf(path, platform, props.source);
    this.namespace = props.namespace ?? 'hipaa-logging';
    this.serviceAccount = name;
    checkDnsLabel(path, 'name', name);
    checkDnsLabel(path, 'namespace', this.namespace);
    const identity = identityOf(path, platform, s3.region, props.serviceAccountRoleArn, props.podIdentity);
    const resources = resourcesOf(`${path}.resources`, s3, props.resources);
    const ownsNamespace = ownsNamespaceOf(path, this.namespace, props.createNamespace);
    const layout = layoutOf(this.source, name, this.namespace);
    const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'log-shipper' };
    const namespaced = (object: string) => ({ name: object, namespace: this.namespace, labels });

    // In the order of the tree, which is that of the file: where it is applied from its top, no pod runs before what bounds it.
    if (ownsNamespace) this.addNamespace(platform, labels);
    if (!KUBERNETES_OWN.includes(this.namespace)) {
      new FluentBitNetwork(this, 'Network', {
        namespace: this.namespace, ownsNamespace, name, podLabels: labels, podIdentity: identity.roleArn === undefined,
        apiServerPort: this.source === LogSource.CONTAINERS ? apiServerPort(platform) : undefined,
        cilium: platform.networkPolicyEnforcer === NetworkPolicyEnforcer.CILIUM,
      });
    }
    const serviceAccount = new KubeServiceAccount(this, 'ServiceAccount', {
      metadata: { ...namespaced(name), ...(identity.roleArn === undefined ? {} : { annotations: { 'eks.amazonaws.com/role-arn': identity.roleArn } }) },
      automountServiceAccountToken: false,
    });
    Safeguard.implement(serviceAccount, Control.AC12_SA_TOKENS, 'automount is off; a pod that needs a token says so itself');
    if (this.source === LogSource.CONTAINERS) this.addPodReader(name);

    const files = configFiles({ cluster, source: this.source, layout, s3, cloudWatch });
    const configMap = `${name}-config`;
    new KubeConfigMap(this, 'Config', { metadata: namespaced(configMap), data: files });

    const daemonSet = new KubeDaemonSet(this, 'Resource', {
      metadata: namespaced(name),
      spec: {
        selector: { matchLabels: labels },
        // Two pods of a node would write the same positions: the old one goes first.
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: this.source === LogSource.API_AUDIT ? IntOrString.fromNumber(1) : IntOrString.fromString('10%') } },
        template: podTemplate({
          name, labels, image, source: this.source, layout, identity, region: s3.region, configMap, configHash: hashOf(files), resources,
          onEks: platform.kind === PlatformKind.EKS,
          tolerations: props.tolerations ?? [],
          seLinuxType: props.seLinuxType,
          priorityClassName: props.priorityClassName ?? (platform.kind === PlatformKind.EXTERNAL ? undefined : 'system-node-critical'),
        }),
      },
    });
    if (this.source === LogSource.API_AUDIT) {
      Safeguard.implement(daemonSet, Control.AU4_OFF_CLUSTER, 'tails the API server\'s audit log on every control-plane node and uploads it to a bucket');
    }
  }

  private addNamespace(platform: Platform, labels: Record<string, string>): void {
    clusterScoped(new KubeNamespace(this, 'Namespace', {
      metadata: {
        name: this.namespace,
        labels: {
          'app.kubernetes.io/component': labels['app.kubernetes.io/component'],
          ...podSecurityLabels(platform.version, 'privileged'),
        },
      },
    }));
  }

  /** The kubernetes filter gets the pod that a line came from, and asks for nothing else. */
  private addPodReader(serviceAccount: string): void {
    const metadata = { name: `${this.namespace}-${serviceAccount}` };
    clusterScoped(
      new KubeClusterRole(this, 'PodReader', { metadata, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }),
      new KubeClusterRoleBinding(this, 'PodReaderBinding', {
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name },
        subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace: this.namespace }],
      }),
    );
  }
}

function check(path: string, props: FluentBitShipperProps): void {
  checkFields(path, props, FIELDS, 'a log shipper takes no other field');
  if (!(props.platform instanceof Platform)) throw Errors.missing(path, 'platform', 'use Platform.eks(), Platform.selfManaged() or Platform.external()');
  if (typeof props.cluster !== 'string' || !/^[A-Za-z0-9][\w-]{0,99}$/.test(props.cluster)) {
    throw Errors.refused(path, 'cluster is no cluster name', props.cluster, 'Amazon EKS, cluster names; the name goes into every record', 'use 1 to 100 of letters, digits, - and _, starting with a letter or digit');
  }
  checkImageDigest(path, 'image', props.image);
  checkS3Output(`${path}.s3`, props.s3);
  if (props.seLinuxType !== undefined && (typeof props.seLinuxType !== 'string' || !/^[a-z][a-z0-9_]{0,60}_t$/.test(props.seLinuxType))) {
    throw Errors.refused(path, 'seLinuxType is no type', props.seLinuxType, 'Kubernetes, SELinuxOptions.type: a type of the policy of the nodes, without user, role and level', "use a type such as 'spc_t', or leave seLinuxType out");
  }
  if (props.cloudWatch !== undefined) checkCloudWatchOutput(`${path}.cloudWatch`, props.cloudWatch);
}

function sourceOf(path: string, platform: Platform, given: LogSource | undefined): LogSource {
  if (given !== undefined && !Object.values(LogSource).includes(given)) {
    throw Errors.refused(path, 'no such source', given, 'a shipper reads the audit log or containers\' logs', 'use LogSource.API_AUDIT or CONTAINERS');
  }
  if (given === LogSource.API_AUDIT && platform.kind === PlatformKind.EKS) {
    throw Errors.notOnPlatform(path, 'LogSource.API_AUDIT', platform.label,
      'AWS runs the API server: no node of EKS has an audit.log, which goes to CloudWatch Logs, /aws/eks/<cluster>/cluster, alone',
      'turn the audit log on with EksControlPlaneLogging, and deliver its log group to the archive');
  }
  if (given === LogSource.API_AUDIT && platform.kind === PlatformKind.EXTERNAL) {
    throw Errors.notOnPlatform(path, 'LogSource.API_AUDIT', platform.label, 'the provider runs the API server: no node of yours has its audit log',
      'export it with the provider\'s own means (AKS: diagnostic settings; GKE: Cloud Logging sinks), and ship containers here');
  }
  return given ?? (platform.kind === PlatformKind.SELF_MANAGED ? LogSource.API_AUDIT : LogSource.CONTAINERS);
}

function ownsNamespaceOf(path: string, namespace: string, given: boolean | undefined): boolean {
  const isKubernetesOwn = KUBERNETES_OWN.includes(namespace);
  if (given !== undefined && typeof given !== 'boolean') {
    throw Errors.refused(path, 'createNamespace is no boolean', given, 'the namespace is made or it exists', 'use true or false');
  }
  if (given && isKubernetesOwn) {
    throw Errors.refused(path, 'createNamespace for a namespace of Kubernetes', namespace, 'the namespace exists, and its labels and policies are not the shipper\'s', 'leave out createNamespace');
  }
  return given ?? !isKubernetesOwn;
}

/** Where the API server listens behind its Service, which is what most enforcers of NetworkPolicies see. */
function apiServerPort(platform: Platform): number {
  return platform.kind === PlatformKind.SELF_MANAGED ? 6443 : 443;
}

function hashOf(files: Record<string, string>): string {
  return createHash('sha256').update(JSON.stringify(files)).digest('hex');
}
