import { Attestation } from '../controls/attestation';
import { Control } from '../controls/control';
import { ControlException } from '../controls/exception';
import { AlarmSubscriber } from './alarm-subscriber';
import { dnsSuffixOf, partitionOf } from './aws';
import {
  checkAccount, checkArn, checkBucketName, checkDate, checkFields, checkImageDigest, checkIssuerUrl, checkPartition, checkPrincipalArn, checkRegion, checkRegistry, checkText,
  isTerraformToken,
} from './checks';
import { checkBackups, type BackupSettings } from './backup-settings';
import { checkBreakGlass, type BreakGlassSettings } from './break-glass-settings';
import { ColdStorage } from './cold-storage';
import { DeliveryPath } from './delivery-path';
import { checkDetection, type DetectionSettings } from './detection-settings';
import { Errors } from './errors';
import { frozenCopy, isPlainObject } from './frozen-copy';
import { IdentityGroups, type IdentityGroupsProps } from './identity-groups';
import { checkImageSigning, type ImageSigningSettings } from './image-signing-settings';
import { checkMesh, type MeshSettings } from './mesh-settings';
import { Names } from './names';
import { NetworkPolicyMode } from './network-policy-mode';
import { ObjectLock } from './object-lock';
import { checkPeople, type PeopleSettings } from './people-settings';
import { checkPhiNamespaces, type PhiNamespaceSettings } from './phi-namespace-settings';
import { EksPlatform, Platform, SelfManagedPlatform } from './platform';
import { checkRecovery, type RecoverySettings } from './recovery-settings';
import { Retention } from './retention';
import { checkSessions, type SessionSettings } from './session-settings';

/** The write-once bucket that keeps the audit logs. */
export interface LogArchiveProps {
  /** How the bucket is locked. Only ObjectLock.compliance() meets control AU5. */
  readonly lock: ObjectLock;
  /**
   * Account that owns the bucket; on EKS, the cluster's.
   * @default - the account of Platform.eks; other platforms must name it
   */
  readonly account?: string;
  /**
   * Region of the bucket.
   * @default - the region of Platform.eks; other platforms must name it
   */
  readonly region?: string;
  /**
   * At most 54 characters, as names of the buckets beside it derive from it.
   * @default hipaa-audit-logs-<account>-<region>
   */
  readonly bucketName?: string;
  /**
   * Where what is old moves, before its retention ends.
   * @default - it stays in S3 Standard
   */
  readonly coldStorage?: ColdStorage;
  /** How the API audit log of EKS comes into the bucket. @default DeliveryPath.STAGED */
  readonly delivery?: DeliveryPath;
  /**
   * Day of the first log, YYYY-MM-DD: queries look into no hour before it.
   * @default 2026-01-01: no archive of this library is older
   */
  readonly since?: string;
  /**
   * IAM roles or users, by ARN, that read the archive or ask it questions, beside the auditors of `people`; about five fit into the filter of the alarm on
   * anybody else. What they need besides, `HipaaStack.query.auditorStatements()` says.
   * @default - none
   */
  readonly readers?: readonly string[];
  /**
   * Second region, of the same partition, that keeps a locked copy of everything.
   * @default - no copy
   */
  readonly replicaRegion?: string;
}

/** The agent that ships logs into the archive. */
export interface LogShipperSettings {
  /** Fluent Bit's image, by digest, from a registry that you approve. */
  readonly image: string;
  /**
   * Issuer of the cluster's service account tokens, an https URL that AWS can reach: the shipper exchanges its token for an AWS role. Required
   * outside EKS, where nothing else gives a pod an AWS identity.
   * @default - EKS Pod Identity
   */
  readonly serviceAccountIssuer?: string;
  /**
   * Issuers that the cluster had before, whose tokens are still accepted while pods hold them. Self-managed, Kubernetes 1.31 or later.
   * @default - none: a new cluster, or one that has its issuer already
   */
  readonly formerServiceAccountIssuers?: readonly string[];
  /**
   * SELinux type of the shipper's pods, such as `spc_t`, where the nodes enforce SELinux: a container's own type reads no logs of its node.
   * @default - the container runtime's choice
   */
  readonly seLinuxType?: string;
}

/** Where Terraform keeps its state, which holds names and ARNs but no PHI. */
export interface TerraformStateProps {
  /** An existing, encrypted and versioned bucket. @default hipaa-terraform-state-<account>-<region> */
  readonly bucketName?: string;
  /** ARN of the KMS key that encrypts the state. @default - the bucket's default key */
  readonly kmsKeyArn?: string;
}

export interface HipaaProfileProps {
  /** Name of the cluster: lower case letters, digits and -. */
  readonly cluster: string;
  readonly platform: Platform;
  /** Namespaces that hold PHI; at least one. */
  readonly phiNamespaces: readonly PhiNamespaceSettings[];
  readonly groups: IdentityGroupsProps;
  /** IAM roles or users, by ARN, that administer the KMS keys. They manage keys; they cannot decrypt. */
  readonly keyAdministrators: readonly string[];
  /**
   * IAM role, by ARN, that applies the Terraform half. Every key policy names it, as KMS refuses a policy that shuts out its own caller, and
   * the archive's policy lets it change the bucket's set-up. On EKS it hands the key of the API data to the cluster, which takes
   * kms:CreateGrant: whoever can act as this role can reach what that key protects, so let the pipeline alone assume it.
   */
  readonly terraformRole: string;
  readonly archive: LogArchiveProps;
  readonly logShipper: LogShipperSettings;
  /**
   * How long audit records are kept, in the archive and in log groups.
   * @default - six years, 2192 days (45 CFR 164.316(b)(2)(i)); fewer needs an exception for control AU5
   */
  readonly retention?: Retention;
  /**
   * Registry that images come from.
   * @default - the account's own ECR registry in the archive's region
   */
  readonly imageRegistry?: string;
  /**
   * Registries, or paths below them, that workloads of PHI namespaces may take images from, by digest.
   * @default - imageRegistry alone
   */
  readonly approvedRegistries?: readonly string[];
  /** @default - a bucket by its derived name, which must exist */
  readonly terraformState?: TerraformStateProps;
  /**
   * Whom alarms reach.
   * @default - nobody: control IR1 is not met
   */
  readonly alarms?: readonly AlarmSubscriber[];
  /**
   * How people get the IAM roles of the cluster. EKS alone.
   * @default - no roles for people
   */
  readonly people?: PeopleSettings;
  /** @default - GuardDuty with a detector of its own, no recorder of AWS Config */
  readonly detection?: DetectionSettings;
  /** @default - recorded by the preferences of the account and region, which are made */
  readonly sessions?: SessionSettings;
  /**
   * Backups in a second region. EKS alone.
   * @default - none: controls CP1 and CP4 are not met by the output
   */
  readonly recovery?: RecoverySettings;
  /**
   * Repositories of images in the account's registry, such as `patient-portal`. EKS alone.
   * @default - none
   */
  readonly imageRepositories?: readonly string[];
  /**
   * The Istio mesh that the pods of PHI namespaces are part of.
   * @default - none: control TX2 is not met by the output
   */
  readonly mesh?: MeshSettings;
  /**
   * Who signs the images of PHI namespaces.
   * @default - nobody: control PS3 is not met
   */
  readonly imageSigning?: ImageSigningSettings;
  /**
   * Emergency access in the cluster that ends.
   * @default - bindings made by hand stand until somebody removes them; on EKS, `people.breakGlass` is another way
   */
  readonly breakGlass?: BreakGlassSettings;
  /**
   * Names of environment variables and keys that look like a secret's and are not, such as `TLS_SECRET`, which holds the name of a Secret. Exact, with case.
   * @default - none
   */
  readonly allowedEnvNames?: readonly string[];
  /**
   * Backups of the PHI namespaces by Velero, and the test that they can be restored.
   * @default - none: controls CP1, CP2 and CP3 are not met
   */
  readonly backups?: BackupSettings;
  /** Whether Terraform talks to AWS by its FIPS 140 endpoints, where the region has them. @default false */
  readonly fipsEndpoints?: boolean;
  /** @default - none */
  readonly exceptions?: readonly ControlException[];
  /** @default - none: what nobody attests is not met */
  readonly attestations?: readonly Attestation[];
}

const FIELDS: readonly string[] = [
  'cluster', 'platform', 'phiNamespaces', 'groups', 'keyAdministrators', 'terraformRole', 'archive', 'logShipper', 'retention', 'imageRegistry', 'approvedRegistries', 'terraformState', 'alarms', 'people', 'detection',
  'sessions', 'recovery', 'imageRepositories', 'mesh', 'imageSigning', 'breakGlass', 'backups', 'allowedEnvNames', 'fipsEndpoints', 'exceptions', 'attestations',
];

/** `-backups`, the longest word behind it, makes 63. */
const LONGEST_ARCHIVE_NAME = 54;
/** EKS: 1 to 100 of letters, digits, - and _; lower case and 40 at most here, as bucket, role and alias names derive from it. */
const CLUSTER = /^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$/;

/**
 * The one input: a healthcare platform, described once. It is checked when it is made, and frozen; every construct of the
 * assembly takes its values from here.
 *
 * @example
 *   const profile = new HipaaProfile({
 *     cluster: 'healthcare-cluster',
 *     platform: Platform.eks({ region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33 }),
 *     phiNamespaces: [{ name: 'healthcare-prod', environment: Environment.PROD }],
 *     groups: { auditors: 'auditors@company.com', developers: 'developers@company.com', securityAdmins: 'security-admins@company.com' },
 *     keyAdministrators: ['arn:aws:iam::123456789012:role/key-administrators'],
 *     terraformRole: 'arn:aws:iam::123456789012:role/terraform',
 *     archive: { lock: ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' }) },
 *     logShipper: { image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/fluent-bit@sha256:...' },
 *   });
 */
export class HipaaProfile {
  public readonly cluster: string;
  public readonly platform: Platform;
  public readonly phiNamespaces: readonly PhiNamespaceSettings[];
  public readonly groups: IdentityGroups;
  public readonly keyAdministrators: readonly string[];
  public readonly terraformRole: string;
  public readonly objectLock: ObjectLock;
  public readonly logShipper: LogShipperSettings;
  public readonly retention: Retention;
  /** Account of the archive and the keys. */
  public readonly account: string;
  /** Region of the archive and the keys. */
  public readonly region: string;
  public readonly imageRegistry: string;
  public readonly approvedRegistries: readonly string[];
  public readonly terraformState: TerraformStateProps;
  public readonly delivery: DeliveryPath;
  public readonly coldStorage: ColdStorage | undefined;
  /** ARNs of who reads the archive, beside the auditors of `people`. */
  public readonly archiveReaders: readonly string[];
  /** Day of the first log. */
  public readonly archiveSince: string;
  /** Region of the archive's locked copy, where there is one. */
  public readonly replicaRegion: string | undefined;
  public readonly alarms: readonly AlarmSubscriber[];
  public readonly people: PeopleSettings | undefined;
  public readonly detection: DetectionSettings;
  public readonly sessions: SessionSettings;
  public readonly recovery: RecoverySettings | undefined;
  public readonly imageRepositories: readonly string[];
  public readonly mesh: MeshSettings | undefined;
  public readonly imageSigning: ImageSigningSettings | undefined;
  public readonly breakGlass: BreakGlassSettings | undefined;
  public readonly backups: BackupSettings | undefined;
  public readonly allowedEnvNames: readonly string[];
  public readonly fipsEndpoints: boolean;
  public readonly exceptions: readonly ControlException[];
  public readonly attestations: readonly Attestation[];
  public readonly names: Names;

  public constructor(props: HipaaProfileProps) {
    const path = 'HipaaProfile';
    checkFields(path, props, FIELDS, 'a profile takes no other field');
    refuseTokens(path, props);
    if (typeof props.cluster !== 'string' || !CLUSTER.test(props.cluster)) {
      throw Errors.refused(path, 'cluster is no usable name', props.cluster, 'Amazon EKS, cluster names; bucket, role and alias names derive from it', 'use 2 to 40 of a-z, 0-9 and -, starting and ending with a letter or digit');
    }
    if (!(props.platform instanceof Platform)) throw Errors.refused(path, 'platform is no Platform', props.platform, 'platform is required', 'use Platform.eks(), Platform.selfManaged() or Platform.external()');
    this.cluster = props.cluster;
    this.platform = props.platform;
    this.phiNamespaces = checkPhiNamespaces(`${path}.phiNamespaces`, props.phiNamespaces);
    if (!props.groups) throw Errors.missing(path, 'groups', 'name the groups of auditors, developers and securityAdmins');
    this.groups = new IdentityGroups(props.groups);
    this.exceptions = this.checkExceptions(props.exceptions);
    this.attestations = this.checkAttestations(props.attestations);
    this.retention = this.checkRetention(props.retention);

    const archive = props.archive;
    if (!archive?.lock) throw Errors.missing(`${path}.archive`, 'lock', "use ObjectLock.compliance({ acknowledgedBy: 'ciso@example.com' })");
    checkFields(`${path}.archive`, archive, ['lock', 'account', 'region', 'bucketName', 'coldStorage', 'delivery', 'since', 'readers', 'replicaRegion'], 'an archive takes no other field');
    if (!(archive.lock instanceof ObjectLock)) throw Errors.refused(`${path}.archive`, 'lock is no ObjectLock', archive.lock, 'control AU5', 'use ObjectLock.compliance() or ObjectLock.governance()');
    const eks = props.platform instanceof EksPlatform ? props.platform : undefined;
    this.account = required(`${path}.archive`, 'account', archive.account ?? eks?.account);
    this.region = required(`${path}.archive`, 'region', archive.region ?? eks?.region);
    checkAccount(`${path}.archive`, 'account', this.account);
    checkRegion(`${path}.archive`, 'region', this.region);
    if (eks && this.account !== eks.account) {
      throw Errors.refused(`${path}.archive`, 'account is another than the cluster\'s', this.account, 'one profile is one Terraform stack, with the credentials of one account', 'leave account out; for an archive in another account, compose AuditArchive and EncryptionKey in a stack of that account');
    }
    if (eks && partitionOf(this.region) !== partitionOf(eks.region)) {
      throw Errors.refused(`${path}.archive`, 'region is in another partition than the cluster', this.region, 'AWS: partitions share no credentials, so nothing could be shipped', `use a region of the partition ${partitionOf(eks.region)}`);
    }
    if (archive.bucketName !== undefined) checkArchiveName(`${path}.archive`, archive.bucketName);
    this.objectLock = archive.lock;
    this.delivery = checkDelivery(`${path}.archive`, archive.delivery, props.platform);
    this.coldStorage = this.checkColdStorage(`${path}.archive`, archive.coldStorage);
    this.archiveReaders = this.checkReaders(archive.readers);
    this.archiveSince = archive.since ?? '2026-01-01';
    checkDate(`${path}.archive`, 'since', this.archiveSince);
    this.replicaRegion = this.checkReplicaRegion(`${path}.archive`, archive.replicaRegion);

    this.keyAdministrators = this.checkKeyAdministrators(props.keyAdministrators);
    this.terraformRole = this.checkTerraformRole(props.terraformRole);
    if (!props.logShipper) throw Errors.missing(path, 'logShipper', "give the image by digest: { image: 'registry/fluent-bit@sha256:...' }");
    checkFields(`${path}.logShipper`, props.logShipper, ['image', 'serviceAccountIssuer', 'formerServiceAccountIssuers', 'seLinuxType'], 'a log shipper takes no other field');
    checkImageDigest(`${path}.logShipper`, 'image', props.logShipper.image);
    this.checkIssuer(`${path}.logShipper`, props.logShipper.serviceAccountIssuer);
    if (props.logShipper.formerServiceAccountIssuers !== undefined && !(props.platform instanceof SelfManagedPlatform)) {
      throw Errors.notOnPlatform(`${path}.logShipper`, 'formerServiceAccountIssuers', props.platform.label, "the provider sets the API server's issuers", 'leave it out');
    }
    if (props.logShipper.seLinuxType !== undefined) checkText(`${path}.logShipper`, 'seLinuxType', props.logShipper.seLinuxType);
    this.logShipper = frozenCopy(props.logShipper);
    this.terraformState = this.checkTerraformState(props.terraformState);
    this.alarms = this.checkAlarms(props.alarms);
    this.people = this.onEks('people', props.people, (region) => checkPeople(`${path}.people`, props.people!, region));
    this.detection = frozenCopy(props.detection ?? {});
    checkDetection(`${path}.detection`, this.detection, props.platform);
    this.sessions = frozenCopy(props.sessions ?? {});
    checkSessions(`${path}.sessions`, this.sessions);
    this.recovery = this.onEks('recovery', props.recovery, (region) => checkRecovery(`${path}.recovery`, props.recovery!, region));
    this.imageRepositories = this.onEks('imageRepositories', props.imageRepositories, () => checkRepositories(path, props.imageRepositories!)) ?? frozenCopy([]);
    if (props.fipsEndpoints !== undefined && typeof props.fipsEndpoints !== 'boolean') throw Errors.refused(path, 'fipsEndpoints is no boolean', props.fipsEndpoints, 'FIPS 140: an endpoint is validated or it is not', 'use true or false');
    this.fipsEndpoints = props.fipsEndpoints ?? false;
    if (this.fipsEndpoints && partitionOf(this.region) === 'aws-cn') throw Errors.refused(path, 'fipsEndpoints is for no region of China', this.region, 'AWS in China has no FIPS 140 endpoints: Terraform refuses to start', 'leave fipsEndpoints out');
    if (props.mesh !== undefined) checkMesh(`${path}.mesh`, props.mesh);
    this.mesh = frozenCopy(props.mesh);
    if (props.imageSigning !== undefined) checkImageSigning(`${path}.imageSigning`, props.imageSigning);
    this.imageSigning = frozenCopy(props.imageSigning);
    if (props.breakGlass !== undefined) checkBreakGlass(`${path}.breakGlass`, props.breakGlass, props.platform, this.groups);
    this.breakGlass = frozenCopy(props.breakGlass);
    if (props.backups !== undefined) checkBackups(`${path}.backups`, props.backups, { platform: props.platform, phiNamespaces: this.phiNamespaces.map(({ name }) => name), recovery: this.recovery });
    this.backups = frozenCopy(props.backups);
    this.allowedEnvNames = frozenCopy(props.allowedEnvNames ?? []);
    for (const name of asList(`${path}.allowedEnvNames`, this.allowedEnvNames) as readonly string[]) checkText(path, 'allowedEnvNames', name);
    this.refuseClosedAgents();
    this.refuseLongNodeGroups();
    this.names = new Names({ cluster: this.cluster, account: this.account, region: this.region, archiveBucket: archive.bucketName });
    this.refuseOwnNamespace();
    this.imageRegistry = props.imageRegistry ?? `${this.account}.dkr.ecr.${this.region}.${dnsSuffixOf(this.region)}`;
    checkRegistry(path, 'imageRegistry', this.imageRegistry);
    this.approvedRegistries = frozenCopy(props.approvedRegistries ?? [this.imageRegistry]);
    for (const registry of asList(`${path}.approvedRegistries`, this.approvedRegistries) as readonly string[]) checkRegistry(path, 'approvedRegistries', registry);
    Object.freeze(this);
  }

  /** The exception for a control, where one was granted. */
  public exceptionFor(control: Control): ControlException | undefined {
    return this.exceptions.find((exception) => exception.control === control);
  }

  /** What the account of an EKS cluster holds; elsewhere its field would be ignored. */
  private onEks<T>(field: string, value: T | undefined, check: (region: string) => void): T | undefined {
    if (value === undefined) return undefined;
    if (!(this.platform instanceof EksPlatform)) {
      throw Errors.notOnPlatform('HipaaProfile', field, this.platform.label, `${field} is about the AWS account that an EKS cluster runs in`, 'leave it out, or compose the constructs in a stack of your own');
    }
    check(this.platform.region);
    return frozenCopy(value);
  }

  private checkReaders(readers: readonly string[] = []): readonly string[] {
    const path = 'HipaaProfile.archive';
    for (const arn of asList(`${path}.readers`, readers) as readonly string[]) {
      checkPrincipalArn(path, 'readers', arn);
      checkPartition(path, 'readers', arn, this.region);
    }
    return frozenCopy(readers);
  }

  private checkColdStorage(path: string, coldStorage: ColdStorage | undefined): ColdStorage | undefined {
    if (coldStorage !== undefined && !(coldStorage instanceof ColdStorage)) {
      throw Errors.refused(path, 'coldStorage is no ColdStorage', coldStorage, 'Amazon S3, lifecycle', 'use ColdStorage.instantRetrieval() or ColdStorage.deepArchive()');
    }
    return coldStorage;
  }

  private checkReplicaRegion(path: string, region: string | undefined): string | undefined {
    if (region === undefined) return undefined;
    checkRegion(path, 'replicaRegion', region);
    if (region === this.region || partitionOf(region) !== partitionOf(this.region)) {
      throw Errors.refused(path, 'replicaRegion is no second region of the same partition', region, 'control CP4, 45 CFR 164.310(d)(2)(iv): a copy outlives the region of the original, and replication crosses no partition', `use another region of the partition ${partitionOf(this.region)}`);
    }
    return region;
  }

  private checkAlarms(alarms: readonly AlarmSubscriber[] = []): readonly AlarmSubscriber[] {
    const path = 'HipaaProfile.alarms';
    for (const subscriber of asList(path, alarms)) {
      if (!(subscriber instanceof AlarmSubscriber)) throw Errors.refused(path, 'an entry is no AlarmSubscriber', subscriber, 'control IR1, 45 CFR 164.308(a)(6)(ii)', "use AlarmSubscriber.email('security@company.com')");
    }
    return frozenCopy(alarms);
  }

  private checkRetention(retention: Retention = Retention.days(Retention.SIX_YEARS_IN_DAYS)): Retention {
    if (!(retention instanceof Retention)) throw Errors.refused('HipaaProfile', 'retention is no Retention', retention, 'control AU5', 'use Retention.years(6)');
    if (!retention.isSixYears && !this.exceptionFor(Control.AU5_WORM_6Y)) {
      throw Errors.weakened('HipaaProfile', 'AU5, 45 CFR 164.316(b)(2)(i)', 'retention is below six years (2192 days)', retention.days,
        'use Retention.years(6), or add a ControlException for Control.AU5_WORM_6Y with reason, approver and expiry');
    }
    return retention;
  }

  /** A second exception for a control would be approved, and never read. */
  private checkExceptions(exceptions: readonly ControlException[] = []): readonly ControlException[] {
    const path = 'HipaaProfile.exceptions';
    const seen = new Set<Control>();
    for (const exception of asList(path, exceptions)) {
      if (!(exception instanceof ControlException)) throw Errors.refused(path, 'an entry is no ControlException', exception, '45 CFR 164.306(d)(3): an exception is documented', 'use new ControlException({ control, reason, approver, expires })');
      if (seen.has(exception.control)) throw Errors.refused(path, 'a control has two exceptions', exception.control, '45 CFR 164.306(d)(3): one record says why a control is not followed', 'keep the one that holds');
      seen.add(exception.control);
    }
    return frozenCopy(exceptions);
  }

  private checkAttestations(attestations: readonly Attestation[] = []): readonly Attestation[] {
    const path = 'HipaaProfile.attestations';
    for (const attestation of asList(path, attestations)) {
      if (!(attestation instanceof Attestation)) throw Errors.refused(path, 'an entry is no Attestation', attestation, '45 CFR 164.316(b)(1): an attestation is a record', 'use new Attestation({ control, statement, by, on, until })');
    }
    return frozenCopy(attestations);
  }

  /** The role of a node group is named after the cluster and the group. */
  private refuseLongNodeGroups(): void {
    const { platform, cluster } = this;
    const long = platform instanceof EksPlatform ? platform.nodeGroups.find(({ name }) => `${cluster}-node-${name}`.length > 64) : undefined;
    if (long) throw Errors.refused('HipaaProfile.platform', "a node group's name is too long beside the cluster's", long.name, 'AWS IAM, quotas: 64 characters for the name of a role', `use at most ${64 - cluster.length - '-node-'.length} characters`);
  }

  /** The log shipper reads the nodes' files, which the restricted Pod Security Standard of a PHI namespace forbids. */
  private refuseOwnNamespace(): void {
    const own = this.phiNamespaces.find((namespace) => namespace.name === this.names.loggingNamespace);
    if (own) throw Errors.refused('HipaaProfile.phiNamespaces', "the log shipper's namespace cannot hold PHI", own.name, 'control AC13, 45 CFR 164.308(a)(4)(i)', 'use a namespace of its own');
    const platform = this.platform;
    if (!(platform instanceof EksPlatform)) return;
    const closed = [...this.phiNamespaces.map((namespace) => namespace.name), this.names.loggingNamespace];
    const agent = platform.agentNamespaces.find(({ name }) => closed.includes(name));
    if (agent) {
      throw Errors.refused('HipaaProfile.platform.agentNamespaces', 'an agent stands in a namespace that is closed on its own', agent.name,
        "controls NW1 and AC13, 45 CFR 164.312(a)(1): an agent's policy would open what holds PHI, or ships its logs", 'install the agent in a namespace of its own, and open single flows with AllowFlow');
    }
  }

  /** Strict mode starts every pod closed: what the profile declares beside the cluster needs policies of its own, or stands still without a word. */
  private refuseClosedAgents(): void {
    const { platform, mesh, imageSigning, backups } = this;
    if (!(platform instanceof EksPlatform) || platform.networkPolicyMode !== NetworkPolicyMode.STRICT) return;
    const needed: { what: string; namespace: string; app?: string; remedy: string }[] = [
      ...(mesh === undefined ? [] : [{ what: 'mesh', namespace: mesh.controlPlaneNamespace ?? 'istio-system', remedy: 'AgentNamespace.istio()' }]),
      ...(platform.ebsCsiDriver ? [{ what: 'platform.ebsCsiDriver', namespace: 'kube-system', app: 'ebs-csi-controller', remedy: 'AgentNamespace.ebsCsiController() and ebsCsiNode()' }] : []),
      ...(backups === undefined ? [] : [{ what: 'backups', namespace: 'velero', remedy: 'AgentNamespace.velero()' }]),
      ...(imageSigning === undefined ? [] : [{ what: 'imageSigning', namespace: 'cosign-system', remedy: 'AgentNamespace.policyController()' }]),
    ];
    const { agentNamespaces: agents } = platform;
    const missing = needed.find(({ namespace, app }) => agents.every(({ name, podLabels }) => name !== namespace || (app !== undefined && podLabels?.app !== app)));
    if (missing) {
      throw Errors.refused(`HipaaProfile.${missing.what}`, 'strict mode keeps the pods closed that it rests on', missing.namespace,
        'control NW2, 45 CFR 164.312(a)(1): Amazon VPC CNI, NETWORK_POLICY_ENFORCING_MODE', `add ${missing.remedy} to agentNamespaces of Platform.eks, beside AgentNamespace.gatekeeper()`);
    }
    this.refuseUnreachedBucket(platform);
  }

  /** Interface endpoints answer for their own region: Velero would reach no bucket of another one, and no backup would ever be written. */
  private refuseUnreachedBucket(platform: EksPlatform): void {
    const region = this.backups?.region ?? this.recovery?.region;
    const velero = platform.agentNamespaces.filter(({ name }) => name === 'velero');
    if (this.backups === undefined || region === platform.region || velero.some(({ egressCidrs }) => egressCidrs !== undefined)) return;
    throw Errors.refused('HipaaProfile.backups', "strict mode opens the VPC alone to Velero, and the backups' bucket is in another region", region, 'control CP1, 45 CFR 164.308(a)(7)(ii)(A): Amazon VPC, interface endpoints',
      "say how Velero reaches S3 there: { ...AgentNamespace.velero(), egressCidrs: ['0.0.0.0/0'] }, the addresses of S3 in that region, or the block of the VPC where cross-region PrivateLink leads there");
  }

  private checkKeyAdministrators(administrators: readonly string[]): readonly string[] {
    if (!Array.isArray(administrators) || administrators.length === 0) {
      throw Errors.refused('HipaaProfile', 'keyAdministrators names nobody', administrators, 'control EN2, 45 CFR 164.312(a)(2)(iv): named people administer keys', "name an IAM role: ['arn:aws:iam::123456789012:role/key-administrators']");
    }
    for (const arn of administrators as readonly string[]) {
      checkPrincipalArn('HipaaProfile', 'keyAdministrators', arn);
      checkPartition('HipaaProfile', 'keyAdministrators', arn, this.region);
    }
    return frozenCopy(administrators as readonly string[]);
  }

  private checkTerraformRole(arn: string): string {
    checkPrincipalArn('HipaaProfile', 'terraformRole', arn);
    checkPartition('HipaaProfile', 'terraformRole', arn, this.region);
    if (!/:role\//.test(arn)) {
      throw Errors.refused('HipaaProfile', 'terraformRole is no role', arn, 'control EN2, 45 CFR 164.312(a)(2)(iv): a pipeline has no long-lived key', "use the ARN of a role, such as 'arn:aws:iam::123456789012:role/terraform'");
    }
    return arn;
  }

  private checkIssuer(path: string, issuer: string | undefined): void {
    const onEks = this.platform instanceof EksPlatform;
    if (onEks && issuer !== undefined) {
      throw Errors.notOnPlatform(path, 'serviceAccountIssuer', this.platform.label, 'control AC11, 45 CFR 164.312(a)(1): a pod has one AWS identity, and on EKS it is Pod Identity', 'leave it out');
    }
    if (!onEks && issuer === undefined) {
      throw Errors.missing(path, 'serviceAccountIssuer', "give the API server's --service-account-issuer, published where AWS can read its keys: without it nothing is shipped");
    }
    if (issuer !== undefined) checkIssuerUrl(path, 'serviceAccountIssuer', issuer);
  }

  private checkTerraformState(state: TerraformStateProps = {}): TerraformStateProps {
    const path = 'HipaaProfile.terraformState';
    checkFields(path, state, ['bucketName', 'kmsKeyArn'], 'a Terraform state takes no other field');
    if (state.bucketName !== undefined) checkBucketName(path, 'bucketName', state.bucketName);
    if (state.kmsKeyArn !== undefined) {
      checkArn(path, 'kmsKeyArn', state.kmsKeyArn, 'kms');
      checkPartition(path, 'kmsKeyArn', state.kmsKeyArn, this.region);
    }
    return frozenCopy(state);
  }
}

/** Names of the buckets beside the archive are its own with a word behind it. */
function checkArchiveName(path: string, name: string): void {
  checkBucketName(path, 'bucketName', name);
  if (name.length > LONGEST_ARCHIVE_NAME) {
    throw Errors.refused(path, 'bucketName leaves no room for the buckets beside the archive', name, 'AWS S3, general purpose bucket naming rules: 63 characters', `use at most ${LONGEST_ARCHIVE_NAME} characters`);
  }
}

function checkDelivery(path: string, delivery: DeliveryPath | undefined, platform: Platform): DeliveryPath {
  if (delivery === undefined) return DeliveryPath.STAGED;
  if (!(platform instanceof EksPlatform)) throw Errors.notOnPlatform(path, 'delivery', platform.label, 'on EKS alone the API audit log is in CloudWatch', 'leave it out');
  if (!Object.values(DeliveryPath).includes(delivery)) throw Errors.refused(path, 'no such delivery', delivery, 'control AU5, 45 CFR 164.316(b)(2)(i)', 'use DeliveryPath.STAGED or DeliveryPath.DIRECT');
  return delivery;
}

const REPOSITORY = /^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/;

function checkRepositories(path: string, names: readonly string[]): void {
  const seen = new Set<unknown>();
  for (const name of asList(`${path}.imageRepositories`, names)) {
    if (typeof name !== 'string' || name.length < 2 || name.length > 256 || !REPOSITORY.test(name)) {
      throw Errors.refused(path, 'imageRepositories has an entry that is no repository', name, 'Amazon ECR, CreateRepository', "use a name such as 'patient-portal'");
    }
    if (seen.has(name)) throw Errors.refused(path, 'imageRepositories names one twice', name, 'Amazon ECR, CreateRepository: unique in a registry', 'name each once');
    seen.add(name);
  }
}

/**
 * Values of a profile go into file names and YAML: a token of either tool would be written there as text. Only the platform's subnets
 * may be references, which reach Terraform alone.
 */
function refuseTokens(path: string, value: unknown): void {
  if (typeof value === 'string' && (isTerraformToken(value) || value.includes('#{TfToken['))) {
    throw Errors.refused(path, 'a profile takes plain values, no Terraform reference', value, 'nothing tokenised crosses between Terraform and Kubernetes', 'write the value itself, or compose the Terraform construct in a stack of your own');
  }
  for (const [key, item] of Object.entries(stringsWithin(value))) refuseTokens(Array.isArray(value) ? path : `${path}.${key}`, item);
}

function stringsWithin(value: unknown): object {
  if (value instanceof EksPlatform) {
    const { region, account, vpcCidrs, controlPlaneCidrs, serviceCidr, agentNamespaces } = value;
    return { region, account, vpcCidrs, controlPlaneCidrs, serviceCidr, agentNamespaces };
  }
  if (value instanceof SelfManagedPlatform) return { encryptionConfiguration: value.encryptionConfiguration, auditPolicy: value.auditPolicy };
  if (value instanceof Platform) return { provider: value.label };
  if (Array.isArray(value) || isPlainObject(value)) return value;
  return value instanceof ControlException || value instanceof Attestation || value instanceof ObjectLock || value instanceof AlarmSubscriber ? value : {};
}

function asList(path: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw Errors.refused(path, 'the value is no list', value, `${path} is a list`, 'give a list, also for one');
  return value;
}

function required(path: string, prop: string, value: string | undefined): string {
  if (value === undefined) throw Errors.missing(path, prop, `give ${prop}: the archive is an S3 bucket, whatever runs the cluster`);
  return value;
}
