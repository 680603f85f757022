import { Deployment, DeploymentStrategy, LabelSelector, type Container, type ContainerProps, type DeploymentExposeViaServiceOptions, type PodSelectorConfig, type Service } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { Errors } from '../profile/errors';
import type { IHardenedWorkload } from './hardened-workload';
import type { HardenedWorkloadPeer } from './hardened-workload-peer';
import type { HardenedServiceProps } from './hardened-workload-props';
import type { SecretsStoreClass } from './secrets/secrets-store-class';
import { SERVICE_FIELDS, selectorOf, WorkloadHardening } from './workload-hardening';

export interface HardenedDeploymentProps extends HardenedServiceProps {
  /** How pods are replaced. @default - a rolling update by quarters */
  readonly strategy?: DeploymentStrategy;
}

const POD_SPEC = '/spec/template/spec';

/**
 * A Deployment for a PHI namespace, on cdk8s-plus' own, whose helpers all work on it (`exposeViaService`, `scheduling`, autoscalers): with a ServiceAccount of its own and a
 * PodDisruptionBudget that lets nodes be drained.
 *
 * Serves 45 CFR 164.312(a)(1): a program that is taken over reaches no more than it needs. Its containers run as a user that no node knows, can gain no privilege, have no
 * capability, the runtime's seccomp profile and a read-only root file system but for `writablePaths`; they get no token of the API server and no addresses of other
 * Services. Images come by digest, requests and limits are set, and secrets come as files, as the environment is inherited and printed (CIS 5.2.2 to 5.2.12, 5.4.1, 5.7.3).
 *
 * Containers that are added later get the same, and what would weaken them is refused at once; what a patch weakens, synth refuses. The selector names the workload's name and
 * kind, so that it does not change where the construct moves.
 *
 * @example
 *   const api = new HardenedDeployment(chart, 'PatientApi', {
 *     namespace: 'healthcare-prod',
 *     image: Image.of(`123456789012.dkr.ecr.us-east-1.amazonaws.com/patient-api@sha256:${'3c'.repeat(32)}`),
 *     port: 8443,
 *     probes: { readiness: HealthProbe.https('/ready'), liveness: HealthProbe.tcp() },
 *     writablePaths: ['/tmp'],
 *   });
 *   api.exposeViaService({ name: 'patient-api' });
 */
export class HardenedDeployment extends Deployment implements IHardenedWorkload {
  /** The workload as an end of a flow. */
  public readonly workloadPeer: HardenedWorkloadPeer;
  /** Unknown while the constructor of cdk8s-plus runs, which adds the main container. */
  private readonly hardening: WorkloadHardening | undefined;

  public constructor(scope: Construct, id: string, props: HardenedDeploymentProps) {
    const hardening = new WorkloadHardening(scope, id, 'Deployment', props, [...SERVICE_FIELDS, 'strategy']);
    if (props.strategy !== undefined && !(props.strategy instanceof DeploymentStrategy)) {
      throw Errors.refused(hardening.path, 'strategy is no DeploymentStrategy', props.strategy, 'Kubernetes, DeploymentStrategy', 'use DeploymentStrategy.rollingUpdate() or recreate() of cdk8s-plus');
    }
    super(scope, id, { ...hardening.workloadProps(), replicas: props.replicas, strategy: props.strategy });
    this.hardening = hardening;
    this.workloadPeer = hardening.peer;
    this.select(LabelSelector.of({ labels: { ...hardening.peer.podLabels } }));
    hardening.complete(this, POD_SPEC);
    hardening.completeService(this, POD_SPEC, props);
  }

  /** Adds a container, hardened as the main one is. */
  public override addContainer(cont: ContainerProps): Container {
    const container = super.addContainer(this.hardening?.container(cont) ?? cont);
    this.hardening?.boundDisk(this, this.containers, `${POD_SPEC}/containers`, cont.resources?.ephemeralStorage);
    return container;
  }

  /** Adds an init container, hardened as the main one is. */
  public override addInitContainer(cont: ContainerProps): Container {
    const container = super.addInitContainer(this.hardening?.container(cont) ?? cont);
    this.hardening?.boundDisk(this, this.initContainers, `${POD_SPEC}/initContainers`, cont.resources?.ephemeralStorage);
    return container;
  }

  /**
   * Mounts secrets of a store into another container or an init container, read-only: a migration, or a sidecar, that needs what the main one has from `secrets`.
   *
   * @param container what addContainer or addInitContainer returned.
   * @param mountPath absolute path of the folder, such as /var/run/secrets/portal.
   */
  public mountSecrets(container: Container, secrets: SecretsStoreClass, mountPath: string): void {
    this.hardening!.mountSecrets(this, container, secrets, mountPath);
  }

  /** A Service in front of the pods, by the workload's own name unless another is given: a name that cdk8s derives may begin with a digit, which the API server refuses. */
  public override exposeViaService(options: DeploymentExposeViaServiceOptions = {}): Service {
    return super.exposeViaService({ name: this.metadata.name, ...options });
  }

  /** Labels by which Services and network policies find the pods. */
  public override toPodSelectorConfig(): PodSelectorConfig {
    return selectorOf(this);
  }
}
