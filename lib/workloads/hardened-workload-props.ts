import type { Duration, Size } from 'cdk8s';
import type { HealthProbe } from './health-probe';
import type { Image } from './image';
import type { ResourcesProps } from './resources-props';
import type { SecretsMount } from './secrets/secrets-mount';
import type { VaultAgentAnnotations } from './secrets/vault-agent-annotations';
import type { TopologySpread } from './topology-spread';

/** What every hardened workload takes. */
export interface HardenedWorkloadProps {
  /** The PHI namespace that the workload runs in, by name. */
  readonly namespace: string;
  readonly image: Image;
  /**
   * Name of the workload, its ServiceAccount and its label `app.kubernetes.io/name`, at most 52 characters: names of Jobs and pods derive from it.
   * @default - the construct's id in kebab case: PatientApi is patient-api
   */
  readonly name?: string;
  /**
   * Registries that images may come from, each a host with an optional path.
   * @default - not judged here; HipaaKubernetesApp judges every image of a PHI namespace by the profile's imageRegistry
   */
  readonly approvedRegistries?: readonly string[];
  /** Port that the container listens on. @default - none: the workload only sends */
  readonly port?: number;
  /** @default - the image's entry point */
  readonly command?: readonly string[];
  /** @default - the image's arguments */
  readonly args?: readonly string[];
  /**
   * Plain values for the environment. What looks like a secret, by its name or by its form, is refused: mount secrets as files.
   * @default - none
   */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Names that look like a secret's and are not, such as `TLS_SECRET`, which holds the name of a Secret. The cluster has to allow them too: HipaaKubernetesApp refuses a name
   * that the profile's allowedEnvNames lacks, and elsewhere DisallowPlaintextSecrets takes the same list.
   * @default - none
   */
  readonly allowedEnvNames?: readonly string[];
  /** @default - 100m to 500m of a core, 128Mi to 256Mi, 64Mi of the node's disk to 128Mi and what the writable paths hold */
  readonly resources?: ResourcesProps;
  /**
   * Folders that the container may write, each an emptyDir that ends with the pod; the rest of the file system is read-only.
   * @default - none
   */
  readonly writablePaths?: readonly string[];
  /** How much each of the writable paths holds at most; beyond it the pod is evicted. @default - 64Mi */
  readonly writablePathSize?: Size;
  /**
   * Secrets of a store as files of the main container, read-only; `mountSecrets` gives them to others.
   * @default - none
   */
  readonly secrets?: readonly SecretsMount[];
  /**
   * Secrets of HashiCorp Vault by its injector: its annotations on the pod, and the token that its agent shows to Vault as a volume of the pod. A CronJob takes one
   * with prePopulateOnly alone: a run ends when all its containers have, and the agent never does.
   * @default - none
   */
  readonly vault?: VaultAgentAnnotations;
  /** User, group and fsGroup of the containers, 10000 or more: below lie the users of nodes. @default 10001 */
  readonly user?: number;
  /** An existing ServiceAccount. @default - one of the workload's own, which gives out no token */
  readonly serviceAccountName?: string;
  /** Labels of the pods beside those that name the workload. @default - none */
  readonly podLabels?: Readonly<Record<string, string>>;
  /** Annotations of the pods. @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** How long a container may take to end after it was asked to. @default - 30 seconds */
  readonly terminationGracePeriod?: Duration;
}

/** How the kubelet watches a container. */
export interface ProbesProps {
  /** Whether it can serve: without it, it gets no traffic. */
  readonly readiness: HealthProbe;
  /** Whether it works at all: without it, it is restarted. It should not ask for what other services do. */
  readonly liveness: HealthProbe;
  /** Whether it has started. @default - the liveness probe, with thirty periods of patience */
  readonly startup?: HealthProbe;
}

/** What a hardened workload takes that runs until it is deleted. */
export interface HardenedServiceProps extends HardenedWorkloadProps {
  /** Required, unless withoutProbes says why there are none. @default - none */
  readonly probes?: ProbesProps;
  /** Why the container has no probes. It stands as an annotation on the workload. @default - it has probes */
  readonly withoutProbes?: string;
  /** How many pods run; fewer than minAvailable and one more is refused. @default - 2 for a Deployment, 1 for a StatefulSet */
  readonly replicas?: number;
  /** How many pods an eviction leaves; less than replicas, or no node could ever be drained. @default - maxUnavailable counts */
  readonly minAvailable?: number;
  /** How many pods an eviction takes at once. @default 1 */
  readonly maxUnavailable?: number;
  /** @default TopologySpread.PREFERRED */
  readonly topologySpread?: TopologySpread;
}
