import { createHash } from 'node:crypto';
import {
  IntOrString, KubeClusterRole, KubeClusterRoleBinding, KubeConfigMap, KubeDaemonSet, KubeNamespace, KubeServiceAccount, type Toleration,
} from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { apiServerPorts } from '../manifests/api-client-network';
import { clusterScoped } from '../manifests/cluster-scoped';
import { podSecurityLabels } from '../manifests/pod-security-labels';
import { checkDnsLabel, checkFields, checkImageDigest } from '../profile/checks';
import { Errors } from '../profile/errors';
import { apiServerBlocksOf, checkApiServerKnown, NetworkPolicyEnforcer, Platform, PlatformKind } from '../profile/platform';
import { checkCloudWatchOutput, type CloudWatchLogOutputProps } from './fluent-bit/cloud-watch-output';
import { configFiles } from './fluent-bit/config';
import { identityOf, type ShipperIdentity } from './fluent-bit/identity';
import { layoutOf } from './fluent-bit/layout';
import { LogSource } from './fluent-bit/log-source';
import { nodeAuditGroups, shipsNodeAudit } from './fluent-bit/node-audit';
import { FluentBitNetwork, type FluentBitNetworkProps } from './fluent-bit/network';
import { podTemplate } from './fluent-bit/pod-template';
import { type FluentBitResources, resourcesOf, type ResourceQuantities } from './fluent-bit/resources';
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
   * Whether auditd's log is shipped as well, by a DaemonSet `<name>-node-audit` on every node that has it, below `<s3.prefix>/node-audit`.
   * @default - without `source`: true on a self-managed platform (NodeAuditFiles), and on EKS for the platform's node groups of Amazon Linux 2023 (EksNodeGroup)
   */
  readonly nodeAudit?: boolean;
  /**
   * Whether containers' logs are shipped as well where the source is the API server's audit log, by a DaemonSet `<name>-containers` on every node, below `<s3.prefix>/containers`.
   * @default false
   */
  readonly containerLogs?: boolean;
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
  'platform', 'cluster', 'image', 's3', 'source', 'nodeAudit', 'containerLogs', 'namespace', 'createNamespace', 'name', 'serviceAccountRoleArn', 'podIdentity', 'cloudWatch', 'resources', 'tolerations',
  'priorityClassName', 'seLinuxType',
];
/** Records of a node are few, and wait for no large object. */
const NODE_AUDIT_FILE_SIZE = '10M';
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
 * Where nodes have auditd, its log leaves them too, by pods of their own below the prefix `node-audit`: of its lines each record has its type, time and serial number.
 *
 * Container logs carry what the applications write, PHI included where they do. Those of a file that was rotated while no pod ran on
 * the node are not found again.
 *
 * Policies close the shipper's pods but for DNS, TLS to addresses outside of the node, and the services that they ask: the API server where containers' logs are read,
 * by the addresses that the platform names (refused on a self-managed platform that names none). Where the platform declares Cilium,
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
    const { platform, s3 } = props;
    const name = props.name ?? 'fluent-bit';
    this.source = sourceOf(path, platform, props.source);
    this.namespace = props.namespace ?? 'hipaa-logging';
    this.serviceAccount = name;
    checkDnsLabel(path, 'name', name);
    checkDnsLabel(path, 'namespace', this.namespace);
    const identity = identityOf(path, platform, s3.region, props.serviceAccountRoleArn, props.podIdentity);
    const resources = resourcesOf(`${path}.resources`, s3, props.resources);
    const ownsNamespace = ownsNamespaceOf(path, this.namespace, props.createNamespace);
    const labels = labelsOf(name);
    const nodeAudit = shipsNodeAudit(path, platform, props.source, props.nodeAudit);
    const auditName = `${name}-node-audit`;
    if (nodeAudit) checkDnsLabel(path, 'name', auditName);
    const containersName = `${name}-containers`;
    const containerLogs = shipsContainers(path, this.source, props.containerLogs);
    if (containerLogs) checkDnsLabel(path, 'name', containersName);

    const writesPolicies = !KUBERNETES_OWN.includes(this.namespace);
    const apiServer = writesPolicies && (containerLogs || this.source === LogSource.CONTAINERS) ? apiServerOf(path, platform) : {};

    // In the order of the tree, which is that of the file: where it is applied from its top, no pod runs before what bounds it.
    if (ownsNamespace) this.addNamespace(platform, labels);
    if (writesPolicies) {
      const network = { namespace: this.namespace, podIdentity: identity.roleArn === undefined, cilium: platform.networkPolicyEnforcer === NetworkPolicyEnforcer.CILIUM };
      new FluentBitNetwork(this, 'Network', { ...network, ownsNamespace, name, podLabels: labels, ...(this.source === LogSource.CONTAINERS ? apiServer : {}) });
      if (nodeAudit) new FluentBitNetwork(this, 'NodeAuditNetwork', { ...network, ownsNamespace: false, name: auditName, podLabels: labelsOf(auditName) });
      if (containerLogs) new FluentBitNetwork(this, 'ContainersNetwork', { ...network, ownsNamespace: false, name: containersName, podLabels: labelsOf(containersName), ...apiServer });
    }
    const serviceAccount = new KubeServiceAccount(this, 'ServiceAccount', {
      metadata: { name, namespace: this.namespace, labels, ...(identity.roleArn === undefined ? {} : { annotations: { 'eks.amazonaws.com/role-arn': identity.roleArn } }) },
      automountServiceAccountToken: false,
    });
    Safeguard.implement(serviceAccount, Control.AC12_SA_TOKENS, 'automount is off; a pod that needs a token says so itself');
    if (this.source === LogSource.CONTAINERS || containerLogs) this.addPodReader(name);

    const shipper = { props, namespace: this.namespace, identity, resources, serviceAccount: name };
    addDaemonSet(this, { ...shipper, name, source: this.source, labels, s3 });
    if (nodeAudit) {
      const auditS3: S3LogOutputProps = { ...s3, prefix: `${s3.prefix}/node-audit`, totalFileSize: NODE_AUDIT_FILE_SIZE };
      addDaemonSet(new Construct(this, 'NodeAudit'), { ...shipper, resources: resourcesOf(`${path}.resources`, auditS3, props.resources), name: auditName, source: LogSource.NODE_AUDIT, labels: labelsOf(auditName), s3: auditS3 });
    }
    if (containerLogs) {
      addDaemonSet(new Construct(this, 'Containers'), { ...shipper, name: containersName, source: LogSource.CONTAINERS, labels: labelsOf(containersName), s3: { ...s3, prefix: `${s3.prefix}/containers` } });
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

interface DaemonSetProps {
  readonly props: FluentBitShipperProps;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly identity: ShipperIdentity;
  readonly resources: ResourceQuantities;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly source: LogSource;
  readonly s3: S3LogOutputProps;
}

/** The configuration of what is read, and the pods that read it. */
function addDaemonSet(scope: Construct, { props, namespace, serviceAccount, identity, resources, name, labels, source, s3 }: DaemonSetProps): void {
  const { platform, cluster, image, cloudWatch } = props;
  const layout = layoutOf(source, name, namespace);
  const files = configFiles({ cluster, source, layout, s3, cloudWatch });
  const configMap = `${name}-config`;
  new KubeConfigMap(scope, 'Config', { metadata: { name: configMap, namespace, labels }, data: files });
  const daemonSet = new KubeDaemonSet(scope, 'Resource', {
    metadata: { name, namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      // Two pods of a node would write the same positions: the old one goes first.
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: source === LogSource.API_AUDIT ? IntOrString.fromNumber(1) : IntOrString.fromString('10%') } },
      template: podTemplate({
        name, serviceAccount, labels, image, source, layout, identity, region: s3.region, configMap, configHash: hashOf(files), resources,
        onEks: platform.kind === PlatformKind.EKS,
        nodeGroups: source === LogSource.NODE_AUDIT ? nodeAuditGroups(platform) : undefined,
        tolerations: props.tolerations ?? [],
        seLinuxType: props.seLinuxType,
        priorityClassName: props.priorityClassName ?? (platform.kind === PlatformKind.EXTERNAL ? undefined : 'system-node-critical'),
      }),
    },
  });
  if (source === LogSource.API_AUDIT) Safeguard.implement(daemonSet, Control.AU4_OFF_CLUSTER, 'tails the API server\'s audit log on every control-plane node and uploads it to a bucket');
  if (source === LogSource.NODE_AUDIT) Safeguard.implement(daemonSet, Control.AU10_NODE_AUDIT, 'carries what auditd records off every node that has its rules, into the archive');
}

function labelsOf(name: string): Record<string, string> {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'log-shipper' };
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
    throw Errors.refused(path, 'no such source', given, 'a shipper reads the API server\'s audit log or containers\' logs, or auditd\'s', 'use LogSource.API_AUDIT, CONTAINERS or NODE_AUDIT');
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

function shipsContainers(path: string, source: LogSource, given = false): boolean {
  if (typeof given !== 'boolean') throw Errors.refused(path, 'containerLogs is no boolean', given, 'control AU9, 45 CFR 164.312(b)', 'use true or false');
  if (given && source !== LogSource.API_AUDIT) throw Errors.refused(path, `containerLogs beside LogSource ${source}`, given, 'control AU9, 45 CFR 164.312(b): a log is shipped once', 'leave out containerLogs, or source');
  return given;
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

/** How the pods that read containers' logs find whose they are. A provider's API server may answer on 443 alone, as that of EKS does; kubeadm's does not. */
function apiServerOf(path: string, platform: Platform): Pick<FluentBitNetworkProps, 'apiServerPorts' | 'apiServerCidrs'> {
  if (platform.kind === PlatformKind.SELF_MANAGED) checkApiServerKnown(path, platform);
  return { apiServerPorts: apiServerPorts(platform), apiServerCidrs: apiServerBlocksOf(platform) };
}

function hashOf(files: Record<string, string>): string {
  return createHash('sha256').update(JSON.stringify(files)).digest('hex');
}
