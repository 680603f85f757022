import { Attestation } from '../controls/attestation';
import { Control } from '../controls/control';
import { ControlException } from '../controls/exception';
import { checkAdmission, type AdmissionSettings } from './admission-settings';
import { AlarmSubscriber } from './alarm-subscriber';
import { dnsSuffixOf, partitionOf } from './aws';
import { checkBackups, type BackupSettings } from './backup-settings';
import { checkBreakGlass, type BreakGlassSettings } from './break-glass-settings';
import { checkFields, checkList, checkRegistry, checkText } from './checks';
import type { ColdStorage } from './cold-storage';
import type { DeliveryPath } from './delivery-path';
import { checkDetection, type DetectionSettings } from './detection-settings';
import { Errors } from './errors';
import { frozenCopy } from './frozen-copy';
import { IdentityGroups, type IdentityGroupsProps } from './identity-groups';
import { checkRepositories } from './image-repositories';
import { checkImageSigning, type ImageSigningSettings } from './image-signing-settings';
import { checkKeyAdministrators, checkTerraformRole } from './key-principals';
import { settleArchive, type LogArchiveProps } from './log-archive';
import { checkLogShipper, type LogShipperSettings } from './log-shipper-settings';
import { checkMesh, type MeshSettings } from './mesh-settings';
import { Names } from './names';
import type { ObjectLock } from './object-lock';
import { checkPeople, type PeopleSettings } from './people-settings';
import { checkPhiNamespaces, type PhiNamespaceSettings } from './phi-namespace-settings';
import { refuseTokens } from './plain-values';
import { EksPlatform, Platform } from './platform';
import { checkRecovery, type RecoverySettings } from './recovery-settings';
import { Retention } from './retention';
import { checkSessions, type SessionSettings } from './session-settings';
import { refuseSharedNamespaces } from './shared-namespaces';
import { refuseClosedAgents } from './strict-mode-agents';
import { checkTerraformState, type TerraformStateProps } from './terraform-state';

export { type LogArchiveProps, type LogShipperSettings, type TerraformStateProps };

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
   * What the cluster's admission is told beside.
   * @default - Gatekeeper, and nothing more is let through
   */
  readonly admission?: AdmissionSettings;
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
  'sessions', 'recovery', 'imageRepositories', 'mesh', 'imageSigning', 'breakGlass', 'backups', 'admission', 'allowedEnvNames', 'fipsEndpoints', 'exceptions', 'attestations',
];

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
  public readonly admission: AdmissionSettings;
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

    const archive = settleArchive(`${path}.archive`, props.archive, props.platform);
    this.account = archive.account;
    this.region = archive.region;
    this.objectLock = archive.objectLock;
    this.delivery = archive.delivery;
    this.coldStorage = archive.coldStorage;
    this.archiveReaders = archive.archiveReaders;
    this.archiveSince = archive.archiveSince;
    this.replicaRegion = archive.replicaRegion;

    this.keyAdministrators = checkKeyAdministrators(props.keyAdministrators, this.region);
    this.terraformRole = checkTerraformRole(props.terraformRole, this.region);
    checkLogShipper(`${path}.logShipper`, props.logShipper, props.platform);
    this.logShipper = frozenCopy(props.logShipper);
    this.terraformState = checkTerraformState(this.region, props.terraformState);
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
    if (props.admission !== undefined) checkAdmission(`${path}.admission`, props.admission);
    this.admission = frozenCopy(props.admission ?? {});
    this.allowedEnvNames = frozenCopy(props.allowedEnvNames ?? []);
    checkList(path, 'allowedEnvNames', this.allowedEnvNames, 'control PS4, 45 CFR 164.312(a)(1): a name is allowed as a whole', "name each of them: ['TLS_SECRET']");
    for (const name of this.allowedEnvNames) checkText(path, 'allowedEnvNames', name);
    refuseClosedAgents(this);
    this.refuseLongNodeGroups();
    this.names = new Names({ cluster: this.cluster, account: this.account, region: this.region, archiveBucket: props.archive.bucketName });
    refuseSharedNamespaces(this);
    this.imageRegistry = props.imageRegistry ?? `${this.account}.dkr.ecr.${this.region}.${dnsSuffixOf(this.region)}`;
    checkRegistry(path, 'imageRegistry', this.imageRegistry);
    this.approvedRegistries = frozenCopy(props.approvedRegistries ?? [this.imageRegistry]);
    checkList(path, 'approvedRegistries', this.approvedRegistries, 'control PS3: each registry that images come from is named', 'give a list, also for one');
    for (const registry of this.approvedRegistries) checkRegistry(path, 'approvedRegistries', registry);
    Object.freeze(this);
  }

  /** The exception for a control as a whole, where one was granted. */
  public exceptionFor(control: Control): ControlException | undefined {
    return this.exceptions.find((exception) => exception.control === control && exception.rule === undefined);
  }

  /** Exceptions of single objects from rules of the policy pack. */
  public get exemptions(): readonly ControlException[] {
    return this.exceptions.filter(({ rule }) => rule !== undefined);
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

  private checkAlarms(alarms: readonly AlarmSubscriber[] = []): readonly AlarmSubscriber[] {
    const path = 'HipaaProfile.alarms';
    checkList('HipaaProfile', 'alarms', alarms, 'control IR1, 45 CFR 164.308(a)(6)(ii)', 'give a list, also for one');
    for (const subscriber of alarms) {
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
    const seen = new Set<string>();
    checkList('HipaaProfile', 'exceptions', exceptions, '45 CFR 164.306(d)(3): an exception is documented', 'give a list, also for one');
    for (const exception of exceptions) {
      if (!(exception instanceof ControlException)) throw Errors.refused(path, 'an entry is no ControlException', exception, '45 CFR 164.306(d)(3): an exception is documented', 'use new ControlException({ control, reason, approver, expires })');
      const key = exception.rule === undefined ? exception.control : `${exception.rule} ${exception.object}`;
      if (seen.has(key)) throw Errors.refused(path, 'a control has two exceptions', key, '45 CFR 164.306(d)(3): one record says why a control is not followed', 'keep the one that holds');
      seen.add(key);
    }
    return frozenCopy(exceptions);
  }

  private checkAttestations(attestations: readonly Attestation[] = []): readonly Attestation[] {
    const path = 'HipaaProfile.attestations';
    checkList('HipaaProfile', 'attestations', attestations, '45 CFR 164.316(b)(1): an attestation is a record', 'give a list, also for one');
    for (const attestation of attestations) {
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
}
