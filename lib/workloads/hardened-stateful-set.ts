import { ApiObject, JsonPatch } from 'cdk8s';
import {
  LabelSelector, PersistentVolumeClaim, StatefulSet, Volume, PodManagementPolicy, type Container, type ContainerProps, type PodSelectorConfig, Service,
} from 'cdk8s-plus-28';
import { Quantity } from 'cdk8s-plus-28/lib/imports/k8s';
import type { Construct } from 'constructs';
import { checkPort } from '../profile/checks';
import { Errors } from '../profile/errors';
import type { IHardenedWorkload } from './hardened-workload';
import type { HardenedWorkloadPeer } from './hardened-workload-peer';
import type { HardenedServiceProps } from './hardened-workload-props';
import type { SecretsStoreClass } from './secrets/secrets-store-class';
import { checkClaims, type VolumeClaimTemplateProps } from './volume-claim-template-props';
import { SERVICE_FIELDS, selectorOf, WorkloadHardening } from './workload-hardening';

export interface HardenedStatefulSetProps extends HardenedServiceProps {
  /** Port that the container listens on, which the headless Service names. */
  readonly port: number;
  /** Volumes of each pod. @default - none: what the pods hold ends with them */
  readonly volumeClaimTemplates?: readonly VolumeClaimTemplateProps[];
  /** The Service that names the pods. @default - a headless one */
  readonly service?: Service;
  /** @default PodManagementPolicy.ORDERED_READY */
  readonly podManagementPolicy?: PodManagementPolicy;
}

const POD_SPEC = '/spec/template/spec';

/**
 * A StatefulSet for a PHI namespace, on cdk8s-plus' own and hardened as a HardenedDeployment is: with a headless Service, a ServiceAccount of its own, a
 * PodDisruptionBudget that lets nodes be drained, and volumes of a StorageClass that is named.
 *
 * Serves 45 CFR 164.312(a)(1). Volumes belong to the group of the containers (fsGroup), so that no container has to be root to write them. Claims outlive the StatefulSet:
 * deleting PHI is a decision of its own (45 CFR 164.310(d)(2)(i)).
 *
 * @example
 *   new HardenedStatefulSet(chart, 'Records', {
 *     namespace: 'patient-data',
 *     image: Image.of(`123456789012.dkr.ecr.us-east-1.amazonaws.com/records@sha256:${'3c'.repeat(32)}`),
 *     port: 5432,
 *     probes: { readiness: HealthProbe.tcp(), liveness: HealthProbe.tcp() },
 *     volumeClaimTemplates: [{ name: 'data', mountPath: '/var/lib/postgresql', storageClassName: 'hipaa-encrypted', size: Size.gibibytes(50) }],
 *   });
 */
export class HardenedStatefulSet extends StatefulSet implements IHardenedWorkload {
  /** The workload as an end of a flow. */
  public readonly workloadPeer: HardenedWorkloadPeer;
  /** Unknown while the constructor of cdk8s-plus runs, which adds the main container. */
  private readonly hardening: WorkloadHardening | undefined;

  public constructor(scope: Construct, id: string, props: HardenedStatefulSetProps) {
    const hardening = new WorkloadHardening(scope, id, 'StatefulSet', props, [...SERVICE_FIELDS, 'volumeClaimTemplates', 'service', 'podManagementPolicy']);
    const { path } = hardening;
    checkPort(path, 'port', props.port);
    const claims = props.volumeClaimTemplates ?? [];
    checkClaims(path, claims);
    const { service: given, podManagementPolicy } = props;
    if (given !== undefined && !(given instanceof Service)) throw Errors.refused(path, 'service is no Service', given, 'Kubernetes, StatefulSetSpec.serviceName: the Service that names the pods', 'give a Service of cdk8s-plus, or leave service out');
    if (podManagementPolicy !== undefined && !Object.values(PodManagementPolicy).includes(podManagementPolicy)) {
      throw Errors.refused(path, 'no such podManagementPolicy', podManagementPolicy, 'Kubernetes, StatefulSet: pod management policies', 'use PodManagementPolicy.ORDERED_READY or PARALLEL');
    }
    // By the workload's own name: one that cdk8s derives from the path may begin with a digit, which the API server refuses in a Service, and changes where the construct moves.
    const service = given ?? new Service(scope, `${id}-service`, {
      metadata: { name: hardening.name, namespace: props.namespace }, clusterIP: 'None', ports: [{ port: props.port! }],
    });
    super(scope, id, { ...hardening.workloadProps(), replicas: props.replicas, service, podManagementPolicy });
    this.hardening = hardening;
    this.workloadPeer = hardening.peer;
    this.select(LabelSelector.of({ labels: { ...hardening.peer.podLabels } }));
    if (claims.length > 0) this.addClaims(claims);
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

  /** Labels by which Services and network policies find the pods. */
  public override toPodSelectorConfig(): PodSelectorConfig {
    return selectorOf(this);
  }

  /**
   * cdk8s-plus knows no claim templates, and mounts what it knows as a volume. So each claim is mounted first, as the volume that its mount needs, and that volume is
   * taken out again: the pod gets the one of the template. A test before each removal fails the synth where anything else stands in its place.
   */
  private addClaims(claims: readonly VolumeClaimTemplateProps[]): void {
    const object = ApiObject.of(this);
    for (const { name, mountPath } of claims) {
      const claim = PersistentVolumeClaim.fromClaimName(this, `Claim-${name}`, name);
      this.containers[0].mount(mountPath, Volume.fromPersistentVolumeClaim(this, `Volume-${name}`, claim, { name }));
      object.addJsonPatch(JsonPatch.test(`${POD_SPEC}/volumes/0/name`, name), JsonPatch.remove(`${POD_SPEC}/volumes/0`));
    }
    // A patch is read as props are: a quantity that is written as plain text would be lost.
    object.addJsonPatch(JsonPatch.add('/spec/volumeClaimTemplates', claims.map(({ name, storageClassName, size }) => ({
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: Quantity.fromString(`${size.toMebibytes()}Mi`) } } },
    }))));
  }
}
