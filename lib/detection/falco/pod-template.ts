import * as path from 'node:path';
import { IntOrString, Quantity, type PodTemplateSpec, type Toleration } from 'cdk8s-plus-28/lib/imports/k8s';
import { CAPABILITIES } from './capabilities';
import { HEALTH_PORT, HOST_ROOT } from './config';
import type { FalcoResources } from './resources';
import { FALCO_FOLDER } from './rules';

/** @internal */
export interface FalcoPodProps {
  readonly name: string;
  readonly labels: Record<string, string>;
  /** Annotations of the pods. */
  readonly annotations: Record<string, string>;
  readonly image: string;
  readonly configMap: string;
  readonly runtimeSocket: string;
  readonly onEks: boolean;
  readonly resources: Required<FalcoResources>;
  readonly tolerations: readonly Toleration[];
  readonly priorityClassName?: string;
  readonly seLinuxType?: string;
}

/** @internal */
export function falcoPod(props: FalcoPodProps): PodTemplateSpec {
  const { resources } = props;
  const socketFolder = path.posix.dirname(props.runtimeSocket);
  return {
    metadata: { labels: props.labels, annotations: props.annotations },
    spec: {
      serviceAccountName: props.name,
      // It asks the container runtime, never the API server.
      automountServiceAccountToken: false,
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      // Nodes of Fargate run no DaemonSet: a pod for one would wait for ever.
      ...(props.onEks ? {
        affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [
          { matchExpressions: [{ key: 'eks.amazonaws.com/compute-type', operator: 'NotIn', values: ['fargate'] }] },
        ] } } },
      } : {}),
      // Every node, also one that is tainted: what runs where nobody looks is what an intruder looks for.
      tolerations: [{ operator: 'Exists' }, ...props.tolerations],
      ...(props.priorityClassName === undefined ? {} : { priorityClassName: props.priorityClassName }),
      hostNetwork: false,
      hostPid: false,
      hostIpc: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 30,
      // The kernel gives the probe to root with these capabilities, and the socket of the runtime belongs to root.
      securityContext: {
        runAsUser: 0, runAsGroup: 0, runAsNonRoot: false, seccompProfile: { type: 'RuntimeDefault' },
        ...(props.seLinuxType === undefined ? {} : { seLinuxOptions: { type: props.seLinuxType } }),
      },
      containers: [{
        name: 'falco',
        image: props.image,
        command: ['/usr/bin/falco', '-c', `${FALCO_FOLDER}/falco.yaml`],
        env: [
          { name: 'HOST_ROOT', value: HOST_ROOT },
          { name: 'FALCO_HOSTNAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        ],
        ports: [{ name: 'health', containerPort: HEALTH_PORT, protocol: 'TCP' }],
        startupProbe: probe(10, 30),
        livenessProbe: probe(30, 4),
        readinessProbe: probe(15, 3),
        resources: {
          requests: { cpu: Quantity.fromString(`${resources.cpuRequestMillis}m`), memory: Quantity.fromString(`${resources.memoryRequestMi}Mi`) },
          limits: { cpu: Quantity.fromString(`${resources.cpuLimitMillis}m`), memory: Quantity.fromString(`${resources.memoryLimitMi}Mi`) },
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          privileged: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'], add: [...CAPABILITIES] },
        },
        volumeMounts: [
          { name: 'config', mountPath: FALCO_FOLDER, readOnly: true },
          { name: 'proc', mountPath: `${HOST_ROOT}/proc`, readOnly: true },
          { name: 'tracing', mountPath: '/sys/kernel/tracing', readOnly: true },
          // The folder, as a restarted runtime makes its socket anew; what it mounts below must not be held here when it is unmounted on the node.
          { name: 'runtime-socket', mountPath: `${HOST_ROOT}${socketFolder}`, readOnly: true, mountPropagation: 'HostToContainer' },
          { name: 'tmp', mountPath: '/tmp' },
        ],
      }],
      volumes: [
        { name: 'config', configMap: { name: props.configMap } },
        { name: 'proc', hostPath: { path: '/proc', type: 'Directory' } },
        // Without it a program can change an argument between Falco's look and the kernel's.
        { name: 'tracing', hostPath: { path: '/sys/kernel/tracing', type: 'Directory' } },
        // A node without this folder keeps the pod from starting: without namespaces no rule would ever match.
        { name: 'runtime-socket', hostPath: { path: socketFolder, type: 'Directory' } },
        { name: 'tmp', emptyDir: { sizeLimit: Quantity.fromString('64Mi') } },
      ],
    },
  };
}

function probe(periodSeconds: number, failureThreshold: number): object {
  return { httpGet: { path: '/healthz', port: IntOrString.fromString('health') }, periodSeconds, timeoutSeconds: 5, failureThreshold };
}
