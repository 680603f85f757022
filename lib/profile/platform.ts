import { AgentNamespace, checkAgents, type AgentNamespaceProps } from './agent-namespace';
import type { AuditRule } from './audit-rule';
import { checkAccount, checkFields, checkImageDigest, checkKeyArn, checkKnownAtSynth, checkList, checkRegion, checkText, isTerraformToken } from './checks';
import { checkApiServerBlocks, clusterAddresses, EKS_SERVICE_BLOCKS } from './cluster-addresses';
import { checkNodeGroups, type EksNodeGroupSettings } from './eks-node-group-settings';
import { EksOrigin, EksOriginKind } from './eks-origin';
import { EncryptionMigration, type EncryptionSettings } from './encryption-settings';
import { Errors } from './errors';
import { frozenCopy } from './frozen-copy';
import { KubernetesVersion } from './kubernetes-version';
import { NetworkPolicyMode } from './network-policy-mode';
import { checkOidc, type OidcSettings } from './oidc-settings';
import { checkRuntimeSocket, CONTAINERD_SOCKET } from './runtime-socket';

/** Where the cluster's control plane comes from. */
export enum PlatformKind {
  EKS = 'eks',
  SELF_MANAGED = 'self-managed',
  EXTERNAL = 'external',
}

/** What enforces NetworkPolicies. A cluster without one accepts every policy and enforces none. */
export enum NetworkPolicyEnforcer {
  /** Amazon VPC CNI with network policy on. */
  VPC_CNI = 'vpc-cni',
  CILIUM = 'cilium',
  CALICO = 'calico',
  ANTREA = 'antrea',
}

export interface EksPlatformProps {
  /** `us-east-1` */
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
  readonly version: KubernetesVersion;
  /**
   * Private subnets of an existing VPC, in two availability zones or more.
   * @default - a Terraform variable `subnet_ids`, asked for at apply
   */
  readonly subnetIds?: readonly string[];
  /**
   * Security groups of the private endpoint, beside the one that EKS makes; of an imported cluster, those that it has.
   * @default - that one alone; an imported cluster keeps what it has
   */
  readonly securityGroupIds?: readonly string[];
  /** @default NetworkPolicyEnforcer.VPC_CNI */
  readonly networkPolicyEnforcer?: NetworkPolicyEnforcer;
  /**
   * How the VPC CNI treats a pod without policies. Other enforcers have no such choice.
   * @default NetworkPolicyMode.STRICT: no PHI pod is open for a moment, and every agent needs a policy that lets it work; an imported cluster has to say
   */
  readonly networkPolicyMode?: NetworkPolicyMode;
  /**
   * Blocks of the VPC, its secondary ones and those of IPv6 included: nodes, pods, the API server's interfaces and interface endpoints have their addresses there.
   * @default - 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and 100.64.0.0/10, where a VPC of IPv4 lies that nobody described; its own blocks shut out peered networks
   */
  readonly vpcCidrs?: readonly string[];
  /**
   * Blocks of the subnets that the cluster was made with: EKS puts the API server's interfaces there, from which webhooks are called. Small subnets of their own
   * (AWS recommends /28) keep every pod out of the webhooks.
   * @default - vpcCidrs
   */
  readonly controlPlaneCidrs?: readonly string[];
  /**
   * Block of the addresses of Services. The VPC CNI judges a call of the API server by the address of its Service.
   * @default - either of those that EKS chooses from, 10.100.0.0/16 and 172.20.0.0/16
   */
  readonly serviceCidr?: string;
  /**
   * Agents that are installed by other means, which strict mode would keep closed.
   * @default - [AgentNamespace.gatekeeper()] in strict mode, as constraints are emitted for it
   */
  readonly agentNamespaces?: readonly AgentNamespaceProps[];
  /** @default EksOrigin.create() */
  readonly origin?: EksOrigin;
  /**
   * Groups of nodes that EKS manages.
   * @default - one, `default`, with the defaults of EksNodeGroupSettings; none for a cluster that is only observed
   */
  readonly nodeGroups?: readonly EksNodeGroupSettings[];
  /**
   * Whether the Amazon EBS CSI driver is installed as an add-on; with false it comes by other means, or later. The key of the volumes that hold PHI, the driver's identity and
   * the StorageClass that uses both are made anyway, wherever the cluster is made or imported. EKS calls the add-on active once its pods work on nodes, and Terraform waits for
   * that: in strict mode, say true after the charts were applied once, as the pods start closed.
   * @default - true in standard mode where there are node groups; false in strict mode, and where the cluster is only observed
   */
  readonly ebsCsiDriver?: boolean;
  /**
   * The identity provider whose tokens the API server takes, beside those of IAM.
   * @default - none: people come in by IAM roles alone
   */
  readonly identityProvider?: OidcSettings;
}

/** The KMS plugin that runs beside each API server. */
export interface KmsPluginSettings {
  /** Image of aws-encryption-provider, by digest. */
  readonly image: string;
  /** ARN of the KMS key; the control-plane nodes' role may encrypt and decrypt with it. */
  readonly keyArn: string;
}

export interface SelfManagedPlatformProps {
  readonly version: KubernetesVersion;
  /** What enforces NetworkPolicies on this cluster. Declared, as no output of ours installs it. */
  readonly networkPolicyEnforcer: NetworkPolicyEnforcer;
  /** What the API server encrypts in etcd. */
  readonly encryptionConfiguration: EncryptionSettings;
  /**
   * The AWS KMS plugin, as a static pod of the control plane.
   * @default - none is emitted: what answers on the plugin's socket is installed otherwise
   */
  readonly kmsPlugin?: KmsPluginSettings;
  /**
   * Audit rules of one's own, asked before the default ones where those allow it.
   * @default - the default policy alone
   */
  readonly auditPolicy?: AuditPolicySettings;
  /**
   * Socket of the container runtime of the nodes: auditd records who calls it, and Falco asks it whose a process is. CRI-O has /run/crio/crio.sock.
   * @default - containerd's, /run/containerd/containerd.sock
   */
  readonly runtimeSocket?: string;
  /**
   * Blocks in which the API server answers, and the address of the Service `kubernetes`: `['10.0.0.10/32', '10.96.0.1/32']`. What calls it reaches them on 443 and 6443.
   * @default - none, and what calls the API server is refused: breakGlass, backups.restoreTest and detection.falco of a profile
   */
  readonly apiServerCidrs?: readonly string[];
}

export interface AuditPolicySettings {
  /**
   * Rules that go before the default ones. They cannot silence what the default policy must record.
   * @default - none
   */
  readonly rules?: readonly AuditRule[];
}

export interface ExternalPlatformProps {
  /** Who runs the control plane, as the evidence shows it: `AKS`, `GKE`. */
  readonly provider: string;
  readonly version: KubernetesVersion;
  readonly networkPolicyEnforcer: NetworkPolicyEnforcer;
  /**
   * Blocks in which the API server answers, and the address of the Service `kubernetes`: `['10.0.0.10/32', '10.96.0.1/32']`. What calls it reaches them on 443 and 6443.
   * @default - none, and what calls the API server is refused: breakGlass and backups.restoreTest of a profile
   */
  readonly apiServerCidrs?: readonly string[];
}

/**
 * Where the cluster runs. Audit policy, EncryptionConfiguration and API-server flags exist on a self-managed control plane
 * alone, so only its props have them: a mistake does not compile.
 */
export abstract class Platform {
  /** Amazon EKS. AWS fixes the audit policy and runs the API server. */
  public static eks(props: EksPlatformProps): EksPlatform {
    return new EksPlatform(props);
  }

  /** A control plane of one's own (kubeadm). */
  public static selfManaged(props: SelfManagedPlatformProps): SelfManagedPlatform {
    return new SelfManagedPlatform(props);
  }

  /** A control plane that another provider runs (AKS, GKE): the Kubernetes half only. */
  public static external(props: ExternalPlatformProps): ExternalPlatform {
    return new ExternalPlatform(props);
  }

  public abstract readonly kind: PlatformKind;
  /** How errors and the evidence name it. */
  public abstract readonly label: string;
  public readonly version: KubernetesVersion;
  public readonly networkPolicyEnforcer: NetworkPolicyEnforcer;

  protected constructor(path: string, version: KubernetesVersion, networkPolicyEnforcer: NetworkPolicyEnforcer) {
    if (!(version instanceof KubernetesVersion)) throw Errors.refused(path, 'version is no KubernetesVersion', version, 'version is required', "use KubernetesVersion.V1_33, or KubernetesVersion.of('1.33')");
    if (!Object.values(NetworkPolicyEnforcer).includes(networkPolicyEnforcer)) {
      throw Errors.refused(path, 'networkPolicyEnforcer is not declared', networkPolicyEnforcer, 'control NW2, 45 CFR 164.312(a)(1): a cluster without an enforcer accepts NetworkPolicies and ignores them',
        `use one of NetworkPolicyEnforcer.${Object.keys(NetworkPolicyEnforcer).join(', ')}`);
    }
    this.version = version;
    this.networkPolicyEnforcer = networkPolicyEnforcer;
  }
}

const OURS_ALONE = ['auditPolicy', 'encryptionConfiguration', 'apiServerFlags'];

function refuseControlPlaneFields(path: string, props: object, platform: string, instead: string): void {
  for (const field of OURS_ALONE) {
    if (Object(props) === props && field in props) throw Errors.notOnPlatform(path, field, platform, `the provider runs the API server; its ${field} cannot be supplied`, instead);
  }
}

const EKS_FIELDS: readonly string[] = [
  'region', 'account', 'version', 'subnetIds', 'securityGroupIds', 'networkPolicyEnforcer', 'networkPolicyMode', 'vpcCidrs', 'controlPlaneCidrs', 'serviceCidr', 'agentNamespaces', 'origin', 'nodeGroups', 'ebsCsiDriver', 'identityProvider',
];

export class EksPlatform extends Platform {
  public readonly kind = PlatformKind.EKS;
  public readonly label = 'Amazon EKS';
  public readonly region: string;
  public readonly account: string;
  public readonly subnetIds: readonly string[] | undefined;
  /** None where another enforcer runs. */
  public readonly networkPolicyMode: NetworkPolicyMode | undefined;
  public readonly vpcCidrs: readonly string[];
  public readonly controlPlaneCidrs: readonly string[];
  public readonly serviceCidr: string | undefined;
  public readonly agentNamespaces: readonly AgentNamespaceProps[];
  /** Undefined where nobody named them. */
  public readonly securityGroupIds: readonly string[] | undefined;
  public readonly origin: EksOrigin;
  public readonly nodeGroups: readonly EksNodeGroupSettings[];
  public readonly ebsCsiDriver: boolean;
  public readonly identityProvider: OidcSettings | undefined;

  /** @internal */
  public constructor(props: EksPlatformProps) {
    const path = 'Platform.eks';
    refuseControlPlaneFields(path, props, 'Amazon EKS', 'remove it: EksControlPlaneLogging turns on the audit log, EksSecretsEncryption encrypts with your key');
    checkFields(path, props, EKS_FIELDS, 'Platform.eks takes no other field');
    super(path, props.version, props.networkPolicyEnforcer ?? NetworkPolicyEnforcer.VPC_CNI);
    checkRegion(path, 'region', props.region);
    checkAccount(path, 'account', props.account);
    if (props.subnetIds !== undefined && !areSubnets(props.subnetIds)) {
      throw Errors.refused(path, 'subnetIds are no two subnets', props.subnetIds, 'Amazon EKS: subnets in at least two availability zones', "use ids such as 'subnet-0123456789abcdef0', or leave subnetIds out to be asked at apply");
    }
    this.region = props.region;
    this.account = props.account;
    this.subnetIds = frozenCopy(props.subnetIds);
    if (props.securityGroupIds !== undefined && !areSecurityGroups(props.securityGroupIds)) {
      throw Errors.refused(path, 'securityGroupIds are no security groups', props.securityGroupIds, 'Amazon EC2, resource ids', "use ids such as 'sg-0123456789abcdef0'");
    }
    this.securityGroupIds = frozenCopy(props.securityGroupIds);
    this.networkPolicyMode = checkMode(path, this.networkPolicyEnforcer, props.networkPolicyMode);
    const { vpcCidrs, controlPlaneCidrs, serviceCidr } = clusterAddresses(path, props);
    this.vpcCidrs = vpcCidrs;
    this.controlPlaneCidrs = controlPlaneCidrs;
    this.serviceCidr = serviceCidr;
    this.agentNamespaces = agentsOf(path, this.networkPolicyMode, props.agentNamespaces);
    this.origin = checkOrigin(path, props.origin);
    if (this.origin.kind === EksOriginKind.IMPORT && this.networkPolicyEnforcer === NetworkPolicyEnforcer.VPC_CNI && props.networkPolicyMode === undefined) {
      // Strict mode would close what runs there, from the first restart of a pod on.
      throw Errors.missing(path, 'networkPolicyMode', 'say NetworkPolicyMode.STANDARD for a cluster that is imported; apply the charts; then NetworkPolicyMode.STRICT');
    }
    const observed = this.origin.kind === EksOriginKind.OBSERVE;
    this.nodeGroups = frozenCopy(props.nodeGroups ?? (observed ? [] : [{ name: 'default' }]));
    checkNodeGroups(`${path}.nodeGroups`, this.nodeGroups);
    this.ebsCsiDriver = this.checkDriver(path, props.ebsCsiDriver, observed);
    if (props.identityProvider !== undefined) checkOidc(`${path}.identityProvider`, props.identityProvider);
    this.identityProvider = frozenCopy(props.identityProvider);
    Object.freeze(this);
  }

  /** EKS calls the add-on active once its pods work, and Terraform waits for that. */
  private checkDriver(path: string, wanted: boolean | undefined, observed: boolean): boolean {
    if (wanted !== undefined && typeof wanted !== 'boolean') throw Errors.refused(path, 'ebsCsiDriver is no boolean', wanted, 'control EN3, 45 CFR 164.312(a)(2)(iv): the driver is installed or it is not', 'use true or false');
    if (wanted === true && observed) throw Errors.refused(path, 'ebsCsiDriver is another configuration\'s on a cluster that is only observed', wanted, 'EksOrigin.observe(): nothing of the cluster is changed', 'leave ebsCsiDriver out');
    const nowhere = this.nodeGroups.length === 0;
    if (wanted === true && nowhere) throw Errors.refused(path, 'ebsCsiDriver has no nodes to run on', wanted, 'Amazon EKS, add-ons: Terraform would wait for pods that nothing runs', 'name a node group, or install the driver by other means');
    return wanted ?? !(observed || nowhere || this.networkPolicyMode === NetworkPolicyMode.STRICT);
  }
}

function checkMode(path: string, enforcer: NetworkPolicyEnforcer, mode: NetworkPolicyMode | undefined): NetworkPolicyMode | undefined {
  if (enforcer !== NetworkPolicyEnforcer.VPC_CNI) {
    if (mode === undefined) return undefined;
    throw Errors.refused(path, 'networkPolicyMode is not read by this enforcer', mode, `control NW2, 45 CFR 164.312(a)(1): the mode is one of the Amazon VPC CNI, and ${enforcer} enforces`, 'leave networkPolicyMode out');
  }
  if (mode !== undefined && !Object.values(NetworkPolicyMode).includes(mode)) {
    throw Errors.refused(path, 'no such networkPolicyMode', mode, 'control NW2, 45 CFR 164.312(a)(1): Amazon VPC CNI, NETWORK_POLICY_ENFORCING_MODE', 'use NetworkPolicyMode.STRICT or STANDARD');
  }
  return mode ?? NetworkPolicyMode.STRICT;
}

/** Agents need policies where pods start closed; elsewhere a list of them would be ignored. */
function agentsOf(path: string, mode: NetworkPolicyMode | undefined, agents: readonly AgentNamespaceProps[] | undefined): readonly AgentNamespaceProps[] {
  if (mode !== NetworkPolicyMode.STRICT) {
    if (agents === undefined) return frozenCopy([]);
    throw Errors.refused(path, 'agentNamespaces is read in strict mode alone', agents, 'control NW2: no policy is emitted for agents where pods start open', 'leave agentNamespaces out, or use NetworkPolicyMode.STRICT');
  }
  const declared = agents ?? [AgentNamespace.gatekeeper()];
  checkAgents(`${path}.agentNamespaces`, declared);
  return frozenCopy(declared);
}

function checkOrigin(path: string, origin: EksOrigin = EksOrigin.create()): EksOrigin {
  if (!(origin instanceof EksOrigin)) throw Errors.refused(path, 'origin is no EksOrigin', origin, 'Amazon EKS: a cluster is made, imported or observed', 'use EksOrigin.create(), EksOrigin.import() or EksOrigin.observe()');
  return origin;
}

/** Two or more different ids, or references that Terraform resolves: subnets are in no manifest. */
function areSubnets(ids: readonly string[]): boolean {
  return Array.isArray(ids) && new Set(ids).size === ids.length && ids.length >= 2
    && ids.every((id: unknown) => isTerraformToken(id) || (typeof id === 'string' && /^subnet-[0-9a-f]{8,17}$/.test(id)));
}

function areSecurityGroups(ids: readonly string[]): boolean {
  return Array.isArray(ids) && new Set(ids).size === ids.length && ids.every((id: unknown) => isTerraformToken(id) || (typeof id === 'string' && /^sg-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)));
}

export class SelfManagedPlatform extends Platform {
  public readonly kind = PlatformKind.SELF_MANAGED;
  public readonly label = 'self-managed (kubeadm)';
  public readonly encryptionConfiguration: EncryptionSettings;
  public readonly auditPolicy: AuditPolicySettings;
  public readonly kmsPlugin: KmsPluginSettings | undefined;
  public readonly runtimeSocket: string;
  /** Undefined where nobody named them. */
  public readonly apiServerCidrs: readonly string[] | undefined;

  /** @internal */
  public constructor(props: SelfManagedPlatformProps) {
    const path = 'Platform.selfManaged';
    checkFields(path, props, ['version', 'networkPolicyEnforcer', 'encryptionConfiguration', 'kmsPlugin', 'auditPolicy', 'runtimeSocket', 'apiServerCidrs'], 'Platform.selfManaged takes no other field');
    super(path, props.version, props.networkPolicyEnforcer);
    if (!props.encryptionConfiguration) {
      throw Errors.missing(path, 'encryptionConfiguration', 'say where the cluster stands: { migration: EncryptionMigration.ENCRYPTED } for a new one');
    }
    refuseVpcCni(path, props.networkPolicyEnforcer, this.label);
    checkEncryption(`${path}.encryptionConfiguration`, props.encryptionConfiguration);
    checkFields(`${path}.auditPolicy`, props.auditPolicy ?? {}, ['rules'], 'no other field is known');
    checkOptionalList(`${path}.auditPolicy`, 'rules', props.auditPolicy?.rules);
    if (props.kmsPlugin !== undefined) {
      checkFields(`${path}.kmsPlugin`, props.kmsPlugin, ['image', 'keyArn'], 'a KMS plugin takes no other field');
      checkImageDigest(`${path}.kmsPlugin`, 'image', props.kmsPlugin.image);
      checkKeyArn(`${path}.kmsPlugin`, 'keyArn', props.kmsPlugin.keyArn);
      checkKnownAtSynth(`${path}.kmsPlugin`, 'keyArn', props.kmsPlugin.keyArn);
    }
    this.kmsPlugin = frozenCopy(props.kmsPlugin);
    this.encryptionConfiguration = frozenCopy(props.encryptionConfiguration);
    this.auditPolicy = frozenCopy(props.auditPolicy ?? {});
    this.runtimeSocket = props.runtimeSocket ?? CONTAINERD_SOCKET;
    checkRuntimeSocket(path, 'runtimeSocket', this.runtimeSocket);
    if (props.apiServerCidrs !== undefined) checkApiServerBlocks(path, props.apiServerCidrs);
    this.apiServerCidrs = frozenCopy(props.apiServerCidrs);
    Object.freeze(this);
  }
}

function refuseVpcCni(path: string, enforcer: NetworkPolicyEnforcer, platform: string): void {
  if (enforcer === NetworkPolicyEnforcer.VPC_CNI) {
    throw Errors.notOnPlatform(path, 'NetworkPolicyEnforcer.VPC_CNI', platform, 'control NW2: the VPC CNI enforces NetworkPolicies on Amazon EKS only', 'declare the enforcer that runs on the cluster: CILIUM, CALICO or ANTREA');
  }
}

function checkEncryption(path: string, settings: EncryptionSettings): void {
  checkFields(path, settings, ['migration', 'provider', 'formerProviders', 'resources'], 'no other field is known');
  if (!Object.values(EncryptionMigration).includes(settings.migration)) {
    throw Errors.refused(path, 'no such migration', settings.migration, 'control EN1, 45 CFR 164.312(a)(2)(iv): a wrong state leaves plaintext or makes objects unreadable', 'use EncryptionMigration.ENCRYPTED for a new cluster, ENCRYPTING until every object is rewritten');
  }
  checkOptionalList(path, 'formerProviders', settings.formerProviders);
  checkOptionalList(path, 'resources', settings.resources);
  const providers = [...(settings.provider === undefined ? [] : [settings.provider]), ...(settings.formerProviders ?? [])];
  for (const provider of providers) checkFields(`${path}.provider`, provider, ['name', 'endpoint', 'timeout'], 'Kubernetes, KMS v2 provider: cachesize is none of its fields');
}

function checkOptionalList(path: string, prop: string, value: readonly unknown[] | undefined): void {
  if (value !== undefined) checkList(path, prop, value, `${prop} is a list`, `give ${prop} as a list`);
}

export class ExternalPlatform extends Platform {
  public readonly kind = PlatformKind.EXTERNAL;
  public readonly label: string;
  /** Undefined where nobody named them. */
  public readonly apiServerCidrs: readonly string[] | undefined;

  /** @internal */
  public constructor(props: ExternalPlatformProps) {
    const path = 'Platform.external';
    refuseControlPlaneFields(path, props, String(props?.provider), 'remove it, and set up the provider\'s own audit log and encryption');
    checkFields(path, props, ['provider', 'version', 'networkPolicyEnforcer', 'apiServerCidrs'], 'Platform.external takes no other field');
    super(path, props.version, props.networkPolicyEnforcer);
    checkText(path, 'provider', props.provider);
    refuseVpcCni(path, props.networkPolicyEnforcer, props.provider);
    this.label = props.provider;
    if (props.apiServerCidrs !== undefined) checkApiServerBlocks(path, props.apiServerCidrs);
    this.apiServerCidrs = frozenCopy(props.apiServerCidrs);
    Object.freeze(this);
  }
}

/** Where the API server answers, as the platform knows it; undefined where nobody said. @internal */
export function apiServerBlocksOf(platform: Platform): readonly string[] | undefined {
  if (platform instanceof EksPlatform) return [...platform.controlPlaneCidrs, ...(platform.serviceCidr === undefined ? EKS_SERVICE_BLOCKS : [platform.serviceCidr])];
  return platform instanceof SelfManagedPlatform || platform instanceof ExternalPlatform ? platform.apiServerCidrs : undefined;
}

/** Refuses a platform whose API server nobody can be let through to. @internal */
export function checkApiServerKnown(path: string, platform: Platform): void {
  if (apiServerBlocksOf(platform) !== undefined) return;
  throw Errors.missing(path, 'platform.apiServerCidrs',
    "name the API server's addresses and that of the Service 'kubernetes' where the platform is declared: Platform.selfManaged({ apiServerCidrs: ['10.0.0.10/32', '10.96.0.1/32'], ... }), or Platform.external()");
}
