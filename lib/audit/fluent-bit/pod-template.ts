import { IntOrString, Quantity, type PodTemplateSpec, type Toleration, type Volume, type VolumeMount } from 'cdk8s-plus-28/lib/imports/k8s';
import { CONFIG_FOLDER, GRACE_SECONDS, HEALTH_PORT } from './config';
import { identityParts, type ShipperIdentity } from './identity';
import type { ShipperLayout } from './layout';
import { LogSource } from './log-source';
import type { ResourceQuantities } from './resources';

/** Label that EKS gives the nodes of a managed node group. */
const NODE_GROUP = 'eks.amazonaws.com/nodegroup';
const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';

export interface PodTemplateProps {
  readonly name: string;
  readonly serviceAccount: string;
  readonly labels: Record<string, string>;
  readonly image: string;
  readonly source: LogSource;
  readonly layout: ShipperLayout;
  readonly identity: ShipperIdentity;
  readonly region: string;
  readonly configMap: string;
  /** SHA-256 of the configuration: pods are replaced when it changes. */
  readonly configHash: string;
  readonly onEks: boolean;
  /** Node groups of EKS that have what is read. @default - all nodes */
  readonly nodeGroups?: readonly string[];
  readonly resources: ResourceQuantities;
  readonly tolerations: readonly Toleration[];
  readonly priorityClassName?: string;
  readonly seLinuxType?: string;
}

export function podTemplate(props: PodTemplateProps): PodTemplateSpec {
  const identity = identityParts(props.identity, props.region);
  const isApiAudit = props.source === LogSource.API_AUDIT;
  return {
    metadata: { labels: props.labels, annotations: { 'checksum/config': props.configHash } },
    spec: {
      serviceAccountName: props.serviceAccount,
      // Only the filter that asks the API server for a pod's labels needs a token.
      automountServiceAccountToken: props.source === LogSource.CONTAINERS,
      nodeSelector: { 'kubernetes.io/os': 'linux', ...(isApiAudit ? { [CONTROL_PLANE]: '' } : {}) },
      // Nodes of Fargate run no DaemonSet: a pod for one would wait for ever.
      ...(props.onEks ? {
        affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [
          { matchExpressions: [
            { key: 'eks.amazonaws.com/compute-type', operator: 'NotIn', values: ['fargate'] },
            ...(props.nodeGroups === undefined ? [] : [{ key: NODE_GROUP, operator: 'In', values: [...props.nodeGroups] }]),
          ] },
        ] } } },
      } : {}),
      tolerations: [
        isApiAudit ? { key: CONTROL_PLANE, operator: 'Exists', effect: 'NoSchedule' } : { operator: 'Exists' },
        ...props.tolerations,
      ],
      ...(props.priorityClassName === undefined ? {} : { priorityClassName: props.priorityClassName }),
      hostNetwork: false,
      hostPid: false,
      hostIpc: false,
      enableServiceLinks: false,
      dnsPolicy: 'ClusterFirst',
      terminationGracePeriodSeconds: 2 * GRACE_SECONDS,
      // Logs belong to root, and only root reads them. Root without a capability reads what it owns and nothing else.
      securityContext: {
        runAsUser: 0, runAsGroup: 0, runAsNonRoot: false, seccompProfile: { type: 'RuntimeDefault' },
        ...(props.seLinuxType === undefined ? {} : { seLinuxOptions: { type: props.seLinuxType } }),
      },
      containers: [{
        name: props.name,
        image: props.image,
        command: ['/fluent-bit/bin/fluent-bit', '-c', `${CONFIG_FOLDER}/fluent-bit.conf`],
        env: [
          { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
          ...identity.env,
        ],
        ports: [{ name: 'health', containerPort: HEALTH_PORT, protocol: 'TCP' }],
        // A probe that fails while S3 does not answer must not restart what holds the buffers: the start and the life only ask whether it answers.
        startupProbe: probe('/', 10, 30),
        livenessProbe: probe('/', 20, 6),
        readinessProbe: probe('/api/v1/health', 20, 3),
        resources: { requests: quantities(props.resources.requests), limits: quantities(props.resources.limits) },
        securityContext: {
          allowPrivilegeEscalation: false,
          privileged: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        volumeMounts: [...mounts(props.layout), ...identity.mounts],
      }],
      volumes: [...volumes(props.layout, props.configMap), ...identity.volumes],
    },
  };
}

function mounts(layout: ShipperLayout): VolumeMount[] {
  return [
    { name: 'config', mountPath: CONFIG_FOLDER, readOnly: true },
    { name: 'logs', mountPath: layout.logs, readOnly: true },
    { name: 'state', mountPath: layout.state, readOnly: false },
    // SQLite spills here.
    { name: 'tmp', mountPath: '/tmp', readOnly: false },
  ];
}

function volumes(layout: ShipperLayout, configMap: string): Volume[] {
  return [
    { name: 'config', configMap: { name: configMap } },
    // A folder that is missing keeps the pod from starting; made on the spot, it would stay empty and nobody would notice.
    { name: 'logs', hostPath: { path: layout.logs, type: 'Directory' } },
    { name: 'state', hostPath: { path: layout.state, type: 'DirectoryOrCreate' } },
    { name: 'tmp', emptyDir: { sizeLimit: Quantity.fromString('64Mi') } },
  ];
}

function probe(path: string, periodSeconds: number, failureThreshold: number): object {
  return { httpGet: { path, port: IntOrString.fromString('health') }, periodSeconds, timeoutSeconds: 5, failureThreshold };
}

function quantities(values: Record<string, string>): Record<string, Quantity> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Quantity.fromString(value)]));
}
