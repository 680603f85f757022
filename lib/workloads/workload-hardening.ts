import { ApiObject, Duration, JsonPatch, Size } from 'cdk8s';
import {
  EnvValue, FsGroupChangePolicy, LabelSelector, ServiceAccount, Volume, type AbstractPod, type ContainerProps, type PodSelectorConfig, type Workload, type WorkloadProps,
} from 'cdk8s-plus-28';
import { IntOrString, KubePodDisruptionBudget } from 'cdk8s-plus-28/lib/imports/k8s';
import type { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { at } from '../manifests/content';
import { hardenedPodFlaws } from '../manifests/hardened-pod';
import { checkDnsLabel, checkFields, checkInteger, checkPort, checkRegistry, checkSelector, checkText } from '../profile/checks';
import { describe, Errors } from '../profile/errors';
import { hardenedContainer, LEAST_USER } from './container-hardening';
import type { HardenedWorkloadPeer } from './hardened-workload-peer';
import type { HardenedServiceProps, HardenedWorkloadProps, ProbesProps } from './hardened-workload-props';
import { HealthProbe } from './health-probe';
import { Image } from './image';
import { WITHOUT_PROBES_ANNOTATION, WORKLOAD_KIND_LABEL, WORKLOAD_NAME_LABEL } from './labels';
import { resourcesOf } from './resources-props';
import { TopologySpread } from './topology-spread';

/** Fields of HardenedWorkloadProps. */
export const WORKLOAD_FIELDS = [
  'namespace', 'image', 'name', 'approvedRegistries', 'port', 'command', 'args', 'env', 'allowedEnvNames', 'resources', 'writablePaths', 'writablePathSize', 'user',
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
    const { namespace, podLabels, annotations, terminationGracePeriod } = this.props;
    const { withoutProbes } = this.props as HardenedServiceProps;
    return {
      metadata: {
        name: this.name, namespace, labels: { [WORKLOAD_NAME_LABEL]: this.name },
        ...(withoutProbes === undefined ? {} : { annotations: { [WITHOUT_PROBES_ANNOTATION]: withoutProbes } }),
      },
      podMetadata: { labels: { ...podLabels, ...this.peer.podLabels }, ...(annotations === undefined ? {} : { annotations: { ...annotations } }) },
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
    const { approvedRegistries, allowedEnvNames, resources } = this.props;
    return hardenedContainer({ path: this.path, user: this.user, resources: resourcesOf(this.path, resources), approvedRegistries, allowedEnvNames }, props);
  }

  /**
   * What needs the workload itself.
   * @param podSpec where the pod's specification stands in the object, as a JSON pointer.
   */
  public complete(workload: Workload, podSpec: string): void {
    const object = ApiObject.of(workload);
    this.addServiceAccount(workload);
    for (const folder of this.props.writablePaths ?? []) {
      const name = volumeName(this.path, folder);
      workload.containers[0].mount(folder, Volume.fromEmptyDir(workload, pascal(name), name, { sizeLimit: this.props.writablePathSize ?? Size.mebibytes(64) }));
    }
    // cdk8s-plus knows seccomp for containers only, and neither service links nor topology spread constraints.
    object.addJsonPatch(
      JsonPatch.add(`${podSpec}/securityContext/seccompProfile`, { type: 'RuntimeDefault' }),
      JsonPatch.add(`${podSpec}/enableServiceLinks`, false),
    );
    workload.node.addValidation({ validate: () => this.weakenings(object, podSpec) });
  }

  /** What a workload has that runs until it is deleted. */
  public completeService(workload: Workload, podSpec: string, props: HardenedServiceProps): void {
    const { minAvailable, maxUnavailable = 1, topologySpread = TopologySpread.PREFERRED } = props;
    new KubePodDisruptionBudget(workload, 'DisruptionBudget', {
      metadata: { name: this.name, namespace: this.peer.namespace, labels: { [WORKLOAD_NAME_LABEL]: this.name } },
      spec: {
        selector: { matchLabels: { ...this.peer.podLabels } },
        ...(minAvailable === undefined ? { maxUnavailable: IntOrString.fromNumber(maxUnavailable) } : { minAvailable: IntOrString.fromNumber(minAvailable) }),
        // A pod that never became ready would keep its node from being drained for ever.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
    if (topologySpread === TopologySpread.NONE) return;
    ApiObject.of(workload).addJsonPatch(JsonPatch.add(`${podSpec}/topologySpreadConstraints`, ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
      maxSkew: 1, topologyKey, whenUnsatisfiable: topologySpread, labelSelector: { matchLabels: { ...this.peer.podLabels } },
    }))));
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
    if (at(template, 'spec', 'automountServiceAccountToken') !== false) flaws.push('the pod gets a token of its ServiceAccount (AC12)');
    return flaws.length === 0 ? [] : [describe({
      path: this.path, problem: `${this.kind} ${this.name} is no longer hardened`, value: flaws.join('; '),
      rule: 'controls PS1, PS3, PS4, PS5 and AC12, 45 CFR 164.312(a)(1)',
      remedy: 'remove the patch or the call that weakens it, or use a workload of cdk8s-plus with a ControlException for the control',
    })];
  }

  private check(fields: readonly string[]): void {
    const { path, props } = this;
    if (['envFrom', 'envFromSecret', 'envFromSecrets'].some((field) => Object.keys(props ?? {}).includes(field))) {
      throw Errors.weakened(path, 'PS4, 45 CFR 164.312(a)(1)', 'the environment is taken from a Secret', 'envFrom', 'mount the secret as a file: every child process inherits the environment, and crash reports print it');
    }
    checkFields(path, props, fields, 'a hardened workload takes no other field');
    const { namespace, image, approvedRegistries, port, env, writablePaths, serviceAccountName, podLabels, annotations } = props;
    checkDnsLabel(path, 'namespace', namespace);
    if (!(image instanceof Image)) {
      throw Errors.refused(path, 'image is no Image', image, 'control PS3, 45 CFR 164.308(a)(5)(ii)(B): a tag can be moved to another image', "use Image.of('registry.example.com/repository@sha256:<64 hex digits>')");
    }
    if (approvedRegistries !== undefined) {
      if (!Array.isArray(approvedRegistries) || approvedRegistries.length === 0) throw Errors.refused(path, 'approvedRegistries names no registry', approvedRegistries, 'control PS3, 45 CFR 164.308(a)(5)(ii)(B)', 'name at least one, or leave approvedRegistries out');
      for (const registry of approvedRegistries as readonly string[]) checkRegistry(path, 'approvedRegistries', registry);
    }
    if (port !== undefined) checkPort(path, 'port', port);
    for (const [name, value] of Object.entries(env ?? {})) {
      if (typeof value !== 'string' || !/^[A-Za-z_.-][\w.-]*$/.test(name)) throw Errors.refused(path, 'env has an entry that is no name with a text', name, 'Kubernetes, EnvVar', "write { LOG_LEVEL: 'info' }");
    }
    checkWritable(path, writablePaths);
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

function checkWritable(path: string, folders: readonly string[] | undefined): void {
  const seen = new Set<string>();
  for (const folder of folders ?? []) {
    if (typeof folder !== 'string' || !WRITABLE_PATH.test(folder) || RESERVED_FOLDERS.test(folder)) {
      throw Errors.refused(path, 'writablePaths has an entry that is no folder of the application', folder, 'control PS1, 45 CFR 164.312(a)(1): the root file system is read-only, but for what is named', "use an absolute path such as '/tmp' or '/var/cache/nginx'");
    }
    const name = volumeName(path, folder);
    if (seen.has(name)) throw Errors.refused(path, 'writablePaths has two entries of one name', folder, 'a volume is named after its path', 'name each folder once');
    seen.add(name);
  }
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
