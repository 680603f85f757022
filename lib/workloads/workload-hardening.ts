import { ApiObject, Duration, JsonPatch, Size } from 'cdk8s';
import {
  EnvValue, FsGroupChangePolicy, LabelSelector, ServiceAccount, Volume,
  type AbstractPod, type Container, type ContainerProps, type EphemeralStorageResources, type PodSelectorConfig, type Workload, type WorkloadProps,
} from 'cdk8s-plus-28';
import { IntOrString, KubePodDisruptionBudget, Quantity, type Volume as KubeVolume } from 'cdk8s-plus-28/lib/imports/k8s';
import type { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { at } from '../manifests/content';
import { hardenedPodFlaws } from '../manifests/hardened-pod';
import { checkDnsLabel, checkDuration, checkFields, checkInteger, checkList, checkPort, checkRegistry, checkSelector, checkText, checkTexts } from '../profile/checks';
import { describe, Errors } from '../profile/errors';
import { checkApprovedImage, hardenedContainer, LEAST_USER } from './container-hardening';
import type { HardenedWorkloadPeer } from './hardened-workload-peer';
import type { HardenedServiceProps, HardenedWorkloadProps, ProbesProps } from './hardened-workload-props';
import { HealthProbe } from './health-probe';
import { Image } from './image';
import { WITHOUT_PROBES_ANNOTATION, WORKLOAD_KIND_LABEL, WORKLOAD_NAME_LABEL } from './labels';
import { resourcesOf, type WholeResources } from './resources-props';
import { brokenBudget, brokenPromises } from './promises';
import type { SecretsMount } from './secrets/secrets-mount';
import { SecretsStoreClass } from './secrets/secrets-store-class';
import { VaultAgentAnnotations } from './secrets/vault-agent-annotations';
import { TopologySpread } from './topology-spread';

/** Fields of HardenedWorkloadProps. */
export const WORKLOAD_FIELDS = [
  'namespace', 'image', 'name', 'approvedRegistries', 'port', 'command', 'args', 'env', 'allowedEnvNames', 'resources', 'writablePaths', 'writablePathSize', 'secrets', 'vault', 'user',
  'serviceAccountName', 'podLabels', 'annotations', 'terminationGracePeriod',
];
/** Fields of HardenedServiceProps. */
export const SERVICE_FIELDS = [...WORKLOAD_FIELDS, 'probes', 'withoutProbes', 'replicas', 'minAvailable', 'maxUnavailable', 'topologySpread'];

/** Kubernetes adds up to 11 characters where it names a Job or a revision, and a name becomes a label. */
const LONGEST_NAME = 52;
const WRITABLE_PATH = /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/;
/** Folders that the kernel, the kubelet or the runtime fill: an emptyDir over them breaks the container, or hides what it must see. */
const RESERVED_FOLDERS = /^\/(proc|sys|dev|var\/run\/secrets|run\/secrets)(\/|$)/;

/**
 * What the three hardened workloads share: they extend cdk8s-plus' classes, so that this holds what has to be known before and after their constructor.
 *
 * @internal
 */
export class WorkloadHardening {
  /** Where the workload will stand in the tree. */
  public readonly path: string;
  public readonly peer: HardenedWorkloadPeer;
  private readonly kind: string;
  public readonly name: string;
  private readonly user: number;
  private readonly props: HardenedWorkloadProps;
  private readonly main: ContainerProps;
  private readonly resources: WholeResources;
  /** Volumes of the secrets that containers mount, by the name of their class. */
  private readonly secretVolumes = new Map<string, Volume>();

  public constructor(scope: Construct, id: string, kind: string, props: HardenedWorkloadProps, fields: readonly string[]) {
    this.path = [scope.node.path, id].filter((part) => part !== '').join('/');
    this.kind = kind;
    this.props = props;
    this.check(fields);
    this.name = nameOf(this.path, id, props.name);
    this.user = props.user ?? 10_001;
    checkInteger(this.path, 'user', this.user, LEAST_USER, 2_147_483_647, 'control PS1, 45 CFR 164.312(a)(1): a container has no user of its node');
    this.peer = Object.freeze({
      namespace: props.namespace,
      podLabels: Object.freeze({ [WORKLOAD_NAME_LABEL]: this.name, [WORKLOAD_KIND_LABEL]: kind }),
      ...(props.port === undefined ? {} : { port: props.port }),
      serviceAccount: props.serviceAccountName ?? this.name,
    });
    this.resources = resourcesOf(this.path, props.resources, this.writableMi());
    this.main = this.container({
      name: this.name,
      image: props.image.reference,
      command: props.command && [...props.command],
      args: props.args && [...props.args],
      // Not portNumber, which brings a startup probe of its own with half a minute of patience.
      ports: props.port === undefined ? [] : [{ number: props.port }],
      envVariables: Object.fromEntries(Object.entries(props.env ?? {}).map(([variable, value]) => [variable, EnvValue.fromValue(value)])),
      ...this.probes(fields),
    });
    for (const folder of props.writablePaths ?? []) volumeName(this.path, folder);
  }

  /** What cdk8s-plus takes before the workload exists. */
  public workloadProps(): WorkloadProps {
    const { namespace, podLabels, annotations, vault, terminationGracePeriod } = this.props;
    const { withoutProbes } = this.props as HardenedServiceProps;
    return {
      metadata: {
        name: this.name, namespace, labels: { [WORKLOAD_NAME_LABEL]: this.name },
        ...(withoutProbes === undefined ? {} : { annotations: { [WITHOUT_PROBES_ANNOTATION]: withoutProbes } }),
      },
      podMetadata: {
        labels: { ...podLabels, ...this.peer.podLabels },
        ...(annotations === undefined && vault === undefined ? {} : { annotations: { ...annotations, ...vault?.annotations() } }),
      },
      // The labels that name the workload select its pods, not the label of cdk8s, which changes with the construct's path: selectors cannot be changed later.
      select: false,
      containers: [this.main],
      automountServiceAccountToken: false,
      terminationGracePeriod: terminationGracePeriod ?? Duration.seconds(30),
      securityContext: { ensureNonRoot: true, user: this.user, group: this.user, fsGroup: this.user, fsGroupChangePolicy: FsGroupChangePolicy.ON_ROOT_MISMATCH },
    };
  }

  /** Another container, hardened as the main one is. */
  public container(props: ContainerProps): ContainerProps {
    const { approvedRegistries, allowedEnvNames } = this.props;
    return hardenedContainer({ path: this.path, user: this.user, resources: this.resources.container, approvedRegistries, allowedEnvNames }, props);
  }

  /**
   * What a container that was added has of the node's disk: what it says itself, or else as much as a main one without writable paths.
   * @param added the list that it was added to last.
   * @param place where that list stands in the object, as a JSON pointer.
   */
  public boundDisk(workload: Workload, added: readonly Container[], place: string, own: EphemeralStorageResources = {}): void {
    const [request, limit] = [own.request, own.limit].map((size) => size && mebibytes(size));
    const disk = { ...(request === undefined ? {} : { ephemeralStorageRequestMi: request }), ...(limit === undefined ? {} : { ephemeralStorageLimitMi: limit }) };
    patchDisk(ApiObject.of(workload), `${place}/${added.length - 1}`, resourcesOf(this.path, disk));
  }

  /**
   * What needs the workload itself.
   * @param podSpec where the pod's specification stands in the object, as a JSON pointer.
   */
  public complete(workload: Workload, podSpec: string): void {
    const object = ApiObject.of(workload);
    patchDisk(object, `${podSpec}/containers/0`, this.resources);
    this.addServiceAccount(workload);
    for (const folder of this.props.writablePaths ?? []) {
      const name = volumeName(this.path, folder);
      workload.containers[0].mount(folder, Volume.fromEmptyDir(workload, pascal(name), name, { sizeLimit: this.props.writablePathSize ?? Size.mebibytes(64) }));
    }
    for (const { secrets, mountPath } of this.props.secrets ?? []) this.mountSecrets(workload, workload.containers[0], secrets, mountPath);
    if (this.props.vault !== undefined) workload.addVolume(plainVolume(workload, 'VaultToken', this.props.vault.tokenVolume()));
    // cdk8s-plus knows seccomp for containers only, and neither service links nor topology spread constraints.
    object.addJsonPatch(
      JsonPatch.add(`${podSpec}/securityContext/seccompProfile`, { type: 'RuntimeDefault' }),
      JsonPatch.add(`${podSpec}/enableServiceLinks`, false),
    );
    workload.node.addValidation({ validate: () => this.weakenings(object, podSpec) });
  }

  /** Secrets of a store as files of one container, read-only: a class is one volume of the pod, however many containers mount it. */
  public mountSecrets(workload: Workload, container: Container, secrets: SecretsStoreClass, mountPath: string): void {
    const { path } = this;
    if (![...workload.containers, ...workload.initContainers].includes(container)) {
      throw Errors.refused(path, 'the container is none of this workload', container?.name, 'Kubernetes, VolumeMount: a container sees the volumes of its own pod', 'give what addContainer or addInitContainer returned');
    }
    this.checkSecretsClass(secrets, mountPath);
    if (container.mounts.some((mount) => mount.path === mountPath)) throw Errors.refused(path, 'two mounts have one path', mountPath, 'Kubernetes, VolumeMount.mountPath: unique in a container', 'give each a folder of its own');
    const volume = this.secretVolumes.get(secrets.name) ?? secrets.plusVolume(workload, pascal(`secrets-${secrets.name}`));
    this.secretVolumes.set(secrets.name, volume);
    container.mount(mountPath, volume, { readOnly: true });
  }

  /** What a workload has that runs until it is deleted. */
  public completeService(workload: Workload, podSpec: string, props: HardenedServiceProps): void {
    const { minAvailable, maxUnavailable = 1, topologySpread = TopologySpread.PREFERRED } = props;
    const budget = new KubePodDisruptionBudget(workload, 'DisruptionBudget', {
      metadata: { name: this.name, namespace: this.peer.namespace, labels: { [WORKLOAD_NAME_LABEL]: this.name } },
      spec: {
        selector: { matchLabels: { ...this.peer.podLabels } },
        ...(minAvailable === undefined ? { maxUnavailable: IntOrString.fromNumber(maxUnavailable) } : { minAvailable: IntOrString.fromNumber(minAvailable) }),
        // A pod that never became ready would keep its node from being drained for ever.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
    const promised: unknown = budget.toJson();
    workload.node.addValidation({ validate: () => this.tell(brokenBudget(promised, manifestOf(budget))) });
    if (topologySpread === TopologySpread.NONE) return;
    ApiObject.of(workload).addJsonPatch(JsonPatch.add(`${podSpec}/topologySpreadConstraints`, ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
      maxSkew: 1, topologyKey, whenUnsatisfiable: topologySpread, labelSelector: { matchLabels: { ...this.peer.podLabels } },
    }))));
  }

  /** What the writable paths hold together, in whole mebibytes. */
  private writableMi(): number {
    const { writablePaths, writablePathSize } = this.props;
    return (writablePaths?.length ?? 0) * (writablePathSize === undefined ? 64 : mebibytes(writablePathSize));
  }

  private addServiceAccount(workload: AbstractPod): void {
    const { serviceAccountName: name, namespace } = this.props;
    const serviceAccount = name === undefined
      ? new ServiceAccount(workload, 'ServiceAccount', { metadata: { name: this.name, namespace, labels: { [WORKLOAD_NAME_LABEL]: this.name } }, automountToken: false })
      : ServiceAccount.fromServiceAccountName(workload, 'ServiceAccount', name, { namespaceName: namespace });
    if (serviceAccount instanceof ServiceAccount) Safeguard.implement(ApiObject.of(serviceAccount), Control.AC12_SA_TOKENS, 'automount is off; no other workload has this ServiceAccount');
    // cdk8s-plus takes it before the workload exists that it is to be a child of.
    Object.assign(workload, { serviceAccount });
  }

  /** What patches, escape hatches and later calls left of it. */
  private weakenings(object: ApiObject, podSpec: string): string[] {
    const manifest = manifestOf(object);
    if (manifest === undefined) return [];
    const template = at(manifest, ...podSpec.split('/').slice(1, -1));
    const flaws = hardenedPodFlaws(template, { registries: this.props.approvedRegistries, allowedNames: this.props.allowedEnvNames }).map(({ control, text }) => `${text} (${control})`);
    return this.tell([...flaws, ...brokenPromises(template, { leastUser: LEAST_USER, serviceAccount: this.peer.serviceAccount, podLabels: this.peer.podLabels })]);
  }

  private tell(flaws: readonly string[]): string[] {
    return flaws.length === 0 ? [] : [describe({
      path: this.path, problem: `${this.kind} ${this.name} is no longer hardened`, value: flaws.join('; '),
      rule: 'controls PS1, PS3, PS4, PS5, PS6 and AC12, 45 CFR 164.312(a)(1)',
      remedy: 'remove the patch or the call that weakens it, or use a workload of cdk8s-plus with a ControlException for the control',
    })];
  }

  private check(fields: readonly string[]): void {
    const { path, props } = this;
    if (['envFrom', 'envFromSecret', 'envFromSecrets'].some((field) => Object.keys(props ?? {}).includes(field))) {
      throw Errors.weakened(path, 'PS4, 45 CFR 164.312(a)(1)', 'the environment is taken from a Secret', 'envFrom', 'mount the secret as a file: every child process inherits the environment, and crash reports print it');
    }
    checkFields(path, props, fields, 'a hardened workload takes no other field');
    const { namespace, image, approvedRegistries, port, env, serviceAccountName, podLabels, annotations } = props;
    checkDnsLabel(path, 'namespace', namespace);
    if (!(image instanceof Image)) {
      throw Errors.refused(path, 'image is no Image', image, 'control PS3, 45 CFR 164.308(a)(5)(ii)(B): a tag can be moved to another image', "use Image.of('registry.example.com/repository@sha256:<64 hex digits>')");
    }
    if (approvedRegistries !== undefined) {
      if (!Array.isArray(approvedRegistries) || approvedRegistries.length === 0) throw Errors.refused(path, 'approvedRegistries names no registry', approvedRegistries, 'control PS3, 45 CFR 164.308(a)(5)(ii)(B)', 'name at least one, or leave approvedRegistries out');
      for (const registry of approvedRegistries as readonly string[]) checkRegistry(path, 'approvedRegistries', registry);
    }
    if (port !== undefined) checkPort(path, 'port', port);
    for (const list of ['command', 'args'] as const) if (props[list] !== undefined) checkTexts(path, list, props[list], 'Kubernetes, Container: a command line is a list of words', "write ['/bin/api', '--port=8443']");
    if (props.allowedEnvNames !== undefined) {
      checkTexts(path, 'allowedEnvNames', props.allowedEnvNames, 'control PS4, 45 CFR 164.312(a)(1): a name is allowed as a whole, never by a part of it', "name each of them: ['TLS_SECRET']");
    }
    if (props.terminationGracePeriod !== undefined) checkDuration(path, 'terminationGracePeriod', props.terminationGracePeriod, 0, 86_400, 'Kubernetes, PodSpec.terminationGracePeriodSeconds, here up to a day in seconds');
    if (env !== undefined && (typeof env !== 'object' || env === null || Array.isArray(env))) throw Errors.refused(path, 'env is no object', env, 'Kubernetes, EnvVar', "write { LOG_LEVEL: 'info' }");
    for (const [name, value] of Object.entries(env ?? {})) {
      if (typeof value !== 'string' || !/^[A-Za-z_.-][\w.-]*$/.test(name)) throw Errors.refused(path, 'env has an entry that is no name with a text', name, 'Kubernetes, EnvVar', "write { LOG_LEVEL: 'info' }");
    }
    const writablePaths = checkWritable(path, props.writablePaths);
    if (serviceAccountName !== undefined) {
      checkDnsLabel(path, 'serviceAccountName', serviceAccountName);
      if (serviceAccountName === 'default') throw Errors.weakened(path, 'AC12, 45 CFR 164.312(a)(1)', 'every pod without a ServiceAccount has this one', serviceAccountName, 'leave serviceAccountName out: the workload gets one of its own');
    }
    if (podLabels !== undefined) {
      checkSelector(path, 'podLabels', podLabels);
      const taken = [WORKLOAD_NAME_LABEL, WORKLOAD_KIND_LABEL].find((label) => label in podLabels);
      if (taken) throw Errors.refused(path, 'podLabels names a label that tells workloads apart', taken, 'control NW1, 45 CFR 164.312(a)(1): network policies and Services select by it', 'leave it out, and use name for the workload');
    }
    for (const [name, value] of Object.entries(annotations ?? {})) checkText(path, `annotations['${name}']`, value);
    const { writablePathSize } = props;
    if (writablePathSize !== undefined && (!(writablePathSize instanceof Size) || writablePathSize.toKibibytes() % 1024 !== 0)) {
      throw Errors.refused(path, 'writablePathSize is no Size of whole mebibytes', writablePathSize, 'Kubernetes, EmptyDirVolumeSource.sizeLimit', 'use Size.mebibytes(64)');
    }
    this.checkSecrets(props.secrets ?? [], writablePaths);
    if (props.vault !== undefined) this.checkVault(props.vault);
  }

  private checkSecrets(secrets: readonly SecretsMount[], folders: readonly string[]): void {
    const { path } = this;
    checkList(path, 'secrets', secrets, 'control PS4, 45 CFR 164.312(a)(1): secrets come from a store', 'give [{ secrets: new SecretsStoreClass(...), mountPath }]');
    const taken = new Set(folders);
    const names = new Set<string>();
    for (const mount of secrets) {
      checkFields(`${path}.secrets`, mount, ['secrets', 'mountPath'], 'a mount of secrets takes no other field');
      this.checkSecretsClass(mount.secrets, mount.mountPath);
      if (taken.has(mount.mountPath)) throw Errors.refused(path, 'two mounts have one path', mount.mountPath, 'Kubernetes, VolumeMount.mountPath: unique in a container', 'give each a folder of its own');
      if (names.has(mount.secrets.name)) throw Errors.refused(path, 'one SecretsStoreClass is mounted twice', mount.secrets.name, 'Kubernetes, Volume.name: unique in a pod', 'mount it once');
      taken.add(mount.mountPath);
      names.add(mount.secrets.name);
    }
  }

  private checkSecretsClass(secrets: SecretsStoreClass, mountPath: string): void {
    const { path, props: { namespace } } = this;
    if (!(secrets instanceof SecretsStoreClass)) throw Errors.refused(path, 'secrets has an entry without a SecretsStoreClass', secrets, 'control PS4, 45 CFR 164.312(a)(1): secrets come from a store', 'give { secrets: new SecretsStoreClass(...), mountPath }');
    secrets.mount(mountPath);
    if (secrets.namespace !== namespace) {
      throw Errors.refused(path, 'the secrets are of another namespace', secrets.namespace, "Secrets Store CSI driver: a SecretProviderClass is looked up in the pod's namespace", `make the SecretsStoreClass in ${namespace}`);
    }
  }

  private checkVault(vault: VaultAgentAnnotations): void {
    const { path, props: { annotations, approvedRegistries } } = this;
    if (!(vault instanceof VaultAgentAnnotations)) throw Errors.refused(path, 'vault is no VaultAgentAnnotations', vault, 'control PS4, 45 CFR 164.312(a)(1): the agent is hardened by its annotations', 'use new VaultAgentAnnotations({ address, role, image, secrets })');
    checkApprovedImage(path, vault.image, approvedRegistries);
    const written = vault.annotations();
    const twice = Object.keys(annotations ?? {}).find((name) => name in written);
    if (twice !== undefined) throw Errors.refused(path, 'annotations has one that vault writes', twice, 'control PS1, 45 CFR 164.312(a)(1): the agent is hardened by its annotations', 'leave it out of annotations');
    if (this.kind === 'CronJob' && !vault.prePopulateOnly) {
      throw Errors.refused(path, 'vault keeps an agent running beside the job', 'prePopulateOnly: false', 'Kubernetes, Job: a run ends when all its containers have', 'set prePopulateOnly on the VaultAgentAnnotations');
    }
  }

  private probes(fields: readonly string[]): Partial<ContainerProps> {
    if (!fields.includes('probes')) return {};
    const { path } = this;
    const props = this.props as HardenedServiceProps;
    checkBudget(path, props, this.kind === 'Deployment' ? 2 : 1);
    if (props.topologySpread !== undefined && !Object.values(TopologySpread).includes(props.topologySpread)) {
      throw Errors.refused(path, 'no such topologySpread', props.topologySpread, 'Kubernetes, pod topology spread constraints', 'use TopologySpread.PREFERRED, REQUIRED or NONE');
    }
    if (props.withoutProbes !== undefined) {
      checkText(path, 'withoutProbes', props.withoutProbes);
      if (props.probes !== undefined) throw Errors.refused(path, 'withoutProbes stands beside probes', props.withoutProbes, 'a container has probes, or a reason for none', 'leave one of them out');
      return {};
    }
    const { readiness, liveness, startup = liveness } = checkedProbes(path, props.probes);
    return { readiness: readiness._toProbe(path, props.port), liveness: liveness._toProbe(path, props.port), startup: startup._toProbe(path, props.port, true) };
  }
}

/**
 * How Services, network policies and disruption budgets find the pods: by the labels that name the workload, which are there before its constructor is done.
 *
 * @internal
 */
export function selectorOf(workload: Workload): PodSelectorConfig {
  const labels = Object.fromEntries([WORKLOAD_NAME_LABEL, WORKLOAD_KIND_LABEL].map((label) => [label, String(workload.podMetadata.getLabel(label))]));
  return { labelSelector: LabelSelector.of({ labels }), namespaces: { names: [String(workload.metadata.namespace)] } };
}

function checkedProbes(path: string, probes: ProbesProps | undefined): ProbesProps {
  if (probes === undefined) throw Errors.missing(path, 'probes', "give probes: { readiness: HealthProbe.https('/ready'), liveness: HealthProbe.tcp() }, or withoutProbes with the reason");
  checkFields(`${path}.probes`, probes, ['readiness', 'liveness', 'startup'], 'probes are these three');
  for (const name of ['readiness', 'liveness', 'startup'] as const) {
    if (name === 'startup' && probes.startup === undefined) continue;
    if (!(probes[name] instanceof HealthProbe)) throw Errors.refused(`${path}.probes`, `${name} is no HealthProbe`, probes[name], 'a service is watched for whether it can serve and whether it lives', 'use HealthProbe.https(), HealthProbe.tcp() or HealthProbe.exec()');
  }
  return probes;
}

/** An eviction that is never allowed keeps a node from being drained, and so from being patched. */
function checkBudget(path: string, props: HardenedServiceProps, defaultReplicas: number): void {
  const rule = 'Kubernetes, disruptions: a node can be drained only where an eviction is allowed (control PS6, 45 CFR 164.306(a): nodes are patched)';
  const { replicas = defaultReplicas, minAvailable, maxUnavailable } = props;
  checkInteger(path, 'replicas', replicas, 1, 10_000, 'Kubernetes: how many pods run');
  if (minAvailable !== undefined && maxUnavailable !== undefined) throw Errors.refused(path, 'minAvailable stands beside maxUnavailable', minAvailable, 'Kubernetes, PodDisruptionBudget: one of the two', 'leave one of them out');
  if (minAvailable !== undefined && !(Number.isInteger(minAvailable) && minAvailable >= 1 && minAvailable < replicas)) {
    throw Errors.refused(path, 'minAvailable leaves no pod to evict', minAvailable, rule, `use a number from 1 to ${replicas - 1}, more replicas, or maxUnavailable`);
  }
  if (maxUnavailable !== undefined) checkInteger(path, 'maxUnavailable', maxUnavailable, 1, 10_000, rule);
}

function checkWritable(path: string, folders: readonly string[] = []): readonly string[] {
  checkList(path, 'writablePaths', folders, 'control PS1, 45 CFR 164.312(a)(1): the root file system is read-only, but for what is named', "name each folder: ['/tmp']");
  const seen = new Set<string>();
  for (const folder of folders) {
    if (typeof folder !== 'string' || !WRITABLE_PATH.test(folder) || RESERVED_FOLDERS.test(folder)) {
      throw Errors.refused(path, 'writablePaths has an entry that is no folder of the application', folder, 'control PS1, 45 CFR 164.312(a)(1): the root file system is read-only, but for what is named', "use an absolute path such as '/tmp' or '/var/cache/nginx'");
    }
    const name = volumeName(path, folder);
    if (seen.has(name)) throw Errors.refused(path, 'writablePaths has two entries of one name', folder, 'a volume is named after its path', 'name each folder once');
    seen.add(name);
  }
  return folders;
}

function volumeName(path: string, folder: string): string {
  const name = `writable-${folder.slice(1).toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '')}`;
  checkDnsLabel(path, 'writablePaths', name);
  return name;
}

function nameOf(path: string, id: string, given: string | undefined): string {
  const name = given ?? id.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replace(/[^A-Za-z0-9]+/g, '-').toLowerCase();
  checkDnsLabel(path, 'name', name);
  if (!/^[a-z]/.test(name)) throw Errors.refused(path, 'name begins with a digit', name, 'Kubernetes, Service: names are RFC 1035 labels before 1.36', 'begin it with a letter');
  if (name.length > LONGEST_NAME) throw Errors.refused(path, `name is longer than ${LONGEST_NAME} characters`, name, 'Kubernetes, CronJob and StatefulSet: names of Jobs and pods derive from it and become labels', `use at most ${LONGEST_NAME} characters`);
  return name;
}

/** A volume of a kind that cdk8s-plus does not know: what it would be made of is put in the place of its own. */
function plainVolume(scope: Construct, id: string, { name, ...config }: KubeVolume): Volume {
  return Object.assign(Volume.fromEmptyDir(scope, id, name), { config });
}

/** cdk8s-plus writes disk in whole gibibytes only, and fails on less. */
function patchDisk(object: ApiObject, container: string, { diskRequestMi, diskLimitMi }: WholeResources): void {
  for (const [kind, amount] of [['requests', diskRequestMi], ['limits', diskLimitMi]] as const) {
    object.addJsonPatch(JsonPatch.add(`${container}/resources/${kind}/ephemeral-storage`, Quantity.fromString(`${amount}Mi`)));
  }
}

function mebibytes(size: Size): number {
  return Math.ceil(size.toKibibytes() / 1024);
}

function pascal(name: string): string {
  return name.replace(/(^|-)([a-z0-9])/g, (_match, _dash, letter: string) => letter.toUpperCase());
}

/** Nothing where it cannot be resolved: synthesis itself says why. */
function manifestOf(object: ApiObject): unknown {
  try {
    return object.toJson();
  } catch {
    return undefined;
  }
}
