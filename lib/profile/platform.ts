import type { AuditRule } from './audit-rule';
import { checkAccount, checkFields, checkImageDigest, checkKeyArn, checkKnownAtSynth, checkRegion, checkText, isTerraformToken } from './checks';
import { EncryptionMigration, type EncryptionSettings } from './encryption-settings';
import { Errors } from './errors';
import { frozenCopy } from './frozen-copy';
import { KubernetesVersion } from './kubernetes-version';

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
  /** @default NetworkPolicyEnforcer.VPC_CNI */
  readonly networkPolicyEnforcer?: NetworkPolicyEnforcer;
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

export class EksPlatform extends Platform {
  public readonly kind = PlatformKind.EKS;
  public readonly label = 'Amazon EKS';
  public readonly region: string;
  public readonly account: string;
  public readonly subnetIds: readonly string[] | undefined;

  /** @internal */
  public constructor(props: EksPlatformProps) {
    const path = 'Platform.eks';
    refuseControlPlaneFields(path, props, 'Amazon EKS', 'remove it: EksControlPlaneLogging turns on the audit log, EksSecretsEncryption encrypts with your key');
    checkFields(path, props, ['region', 'account', 'version', 'subnetIds', 'networkPolicyEnforcer'], 'Platform.eks takes no other field');
    super(path, props.version, props.networkPolicyEnforcer ?? NetworkPolicyEnforcer.VPC_CNI);
    checkRegion(path, 'region', props.region);
    checkAccount(path, 'account', props.account);
    if (props.subnetIds !== undefined && !areSubnets(props.subnetIds)) {
      throw Errors.refused(path, 'subnetIds are no two subnets', props.subnetIds, 'Amazon EKS: subnets in at least two availability zones', "use ids such as 'subnet-0123456789abcdef0', or leave subnetIds out to be asked at apply");
    }
    this.region = props.region;
    this.account = props.account;
    this.subnetIds = frozenCopy(props.subnetIds);
    Object.freeze(this);
  }
}

/** Two or more different ids, or references that Terraform resolves: subnets are in no manifest. */
function areSubnets(ids: readonly string[]): boolean {
  return Array.isArray(ids) && new Set(ids).size === ids.length && ids.length >= 2
    && ids.every((id: unknown) => isTerraformToken(id) || (typeof id === 'string' && /^subnet-[0-9a-f]{8,17}$/.test(id)));
}

export class SelfManagedPlatform extends Platform {
  public readonly kind = PlatformKind.SELF_MANAGED;
  public readonly label = 'self-managed (kubeadm)';
  public readonly encryptionConfiguration: EncryptionSettings;
  public readonly auditPolicy: AuditPolicySettings;
  public readonly kmsPlugin: KmsPluginSettings | undefined;

  /** @internal */
  public constructor(props: SelfManagedPlatformProps) {
    const path = 'Platform.selfManaged';
    checkFields(path, props, ['version', 'networkPolicyEnforcer', 'encryptionConfiguration', 'kmsPlugin', 'auditPolicy'], 'Platform.selfManaged takes no other field');
    super(path, props.version, props.networkPolicyEnforcer);
    if (!props.encryptionConfiguration) {
      throw Errors.missing(path, 'encryptionConfiguration', 'say where the cluster stands: { migration: EncryptionMigration.ENCRYPTED } for a new one');
    }
    refuseVpcCni(path, props.networkPolicyEnforcer, this.label);
    checkEncryption(`${path}.encryptionConfiguration`, props.encryptionConfiguration);
    checkFields(`${path}.auditPolicy`, props.auditPolicy ?? {}, ['rules'], 'no other field is known');
    checkList(`${path}.auditPolicy`, 'rules', props.auditPolicy?.rules);
    if (props.kmsPlugin !== undefined) {
      checkFields(`${path}.kmsPlugin`, props.kmsPlugin, ['image', 'keyArn'], 'a KMS plugin takes no other field');
      checkImageDigest(`${path}.kmsPlugin`, 'image', props.kmsPlugin.image);
      checkKeyArn(`${path}.kmsPlugin`, 'keyArn', props.kmsPlugin.keyArn);
      checkKnownAtSynth(`${path}.kmsPlugin`, 'keyArn', props.kmsPlugin.keyArn);
    }
    this.kmsPlugin = frozenCopy(props.kmsPlugin);
    this.encryptionConfiguration = frozenCopy(props.encryptionConfiguration);
    this.auditPolicy = frozenCopy(props.auditPolicy ?? {});
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
  checkList(path, 'formerProviders', settings.formerProviders);
  checkList(path, 'resources', settings.resources);
  const providers = [...(settings.provider === undefined ? [] : [settings.provider]), ...(settings.formerProviders ?? [])];
  for (const provider of providers) checkFields(`${path}.provider`, provider, ['name', 'endpoint', 'timeout'], 'Kubernetes, KMS v2 provider: cachesize is none of its fields');
}

function checkList(path: string, prop: string, value: readonly unknown[] | undefined): void {
  if (value !== undefined && !Array.isArray(value)) throw Errors.refused(path, `${prop} is no list`, value, `${prop} is a list`, `give ${prop} as a list`);
}

export class ExternalPlatform extends Platform {
  public readonly kind = PlatformKind.EXTERNAL;
  public readonly label: string;

  /** @internal */
  public constructor(props: ExternalPlatformProps) {
    const path = 'Platform.external';
    refuseControlPlaneFields(path, props, String(props?.provider), 'remove it, and set up the provider\'s own audit log and encryption');
    checkFields(path, props, ['provider', 'version', 'networkPolicyEnforcer'], 'Platform.external takes no other field');
    super(path, props.version, props.networkPolicyEnforcer);
    checkText(path, 'provider', props.provider);
    refuseVpcCni(path, props.networkPolicyEnforcer, props.provider);
    this.label = props.provider;
    Object.freeze(this);
  }
}
