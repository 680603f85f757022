import { checkArn, checkFields } from './checks';
import { Errors } from './errors';
import { frozenCopy } from './frozen-copy';

/** Where an EKS cluster comes from. */
export enum EksOriginKind {
  CREATE = 'create',
  IMPORT = 'import',
  OBSERVE = 'observe',
}

/** What has to be known of an EKS cluster that exists, so that Terraform takes it over as it is. */
export interface EksImportSettings {
  /** ARN of the control plane's IAM role (`aws eks describe-cluster`): another one would replace the cluster. */
  readonly roleArn: string;
  /**
   * ARN of the KMS key that the cluster encrypts Secrets with. It cannot be changed; its rotation and policy are yours to attest (control EN2).
   * @default - the cluster has no key of yours yet: one is associated
   */
  readonly secretsKeyArn?: string;
  /**
   * Keeps the ConfigMap aws-auth beside access entries, on the way from it. EKS takes one step at a time, from CONFIG_MAP over API_AND_CONFIG_MAP to API, and
   * none back: a cluster in CONFIG_MAP mode needs this first, then an access entry for everyone in aws-auth. Leaves control AC10 not met.
   * @default false
   */
  readonly keepConfigMap?: boolean;
  /**
   * Whether the cluster logged anything before, so that its log group exists and is imported, too.
   * @default false
   */
  readonly importLogGroup?: boolean;
  /**
   * Which of the add-ons `vpc-cni`, `eks-pod-identity-agent` and `aws-ebs-csi-driver` EKS manages already: they are imported, as EKS refuses to add them again.
   * @default - none
   */
  readonly managedAddOns?: readonly string[];
  /**
   * Whether the role that runs Terraform has an access entry already, as who created a cluster with EKS' own defaults has: it is imported, too.
   * @default false
   */
  readonly importTerraformEntry?: boolean;
  /**
   * The cluster's tags as they are: Terraform removes those that are not written here.
   * @default - none
   */
  readonly tags?: { readonly [key: string]: string };
}

/** What has to be known of an EKS cluster that another configuration owns. */
export interface EksObserveSettings {
  /**
   * Whether the role that runs Terraform has an access entry already: it is imported.
   * @default false
   */
  readonly importTerraformEntry?: boolean;
}

const ADD_ONS = ['vpc-cni', 'eks-pod-identity-agent', 'aws-ebs-csi-driver'];

/** Whether Terraform makes the cluster, takes over one that exists, or only looks at one. */
export class EksOrigin {
  /** Terraform makes the cluster. */
  public static create(): EksOrigin {
    return new EksOrigin(EksOriginKind.CREATE);
  }

  /**
   * Terraform takes over a cluster that exists, by an import block, and sets its log types, its encryption, its endpoints and its access mode. Read the plan
   * before the first apply: it must replace nothing.
   */
  public static import(settings: EksImportSettings): EksOrigin {
    const path = 'EksOrigin.import';
    checkFields(path, settings, ['roleArn', 'secretsKeyArn', 'keepConfigMap', 'importLogGroup', 'managedAddOns', 'importTerraformEntry', 'tags'], 'an import takes no other field');
    checkArn(path, 'roleArn', settings.roleArn, 'iam');
    const { managedAddOns = [] } = settings;
    const unknown = Array.isArray(managedAddOns) ? (managedAddOns as readonly string[]).find((name) => !ADD_ONS.includes(name)) : managedAddOns;
    if (unknown !== undefined) {
      throw Errors.refused(path, 'managedAddOns names one that is not ours', unknown, 'an add-on that nothing here manages stays as it is', `use some of: ${ADD_ONS.join(', ')}`);
    }
    checkFlag(path, 'importLogGroup', settings.importLogGroup);
    checkFlag(path, 'importTerraformEntry', settings.importTerraformEntry);
    return new EksOrigin(EksOriginKind.IMPORT, frozenCopy(settings));
  }

  /**
   * Another configuration owns the cluster. Terraform reads it and stops where its log types, access mode or endpoints are not as they have to be; what it
   * cannot read, such as the encryption of Secrets, is attested or not met.
   */
  public static observe(settings: EksObserveSettings = {}): EksOrigin {
    checkFields('EksOrigin.observe', settings, ['importTerraformEntry'], 'an observed cluster takes no other field');
    checkFlag('EksOrigin.observe', 'importTerraformEntry', settings.importTerraformEntry);
    return new EksOrigin(EksOriginKind.OBSERVE, undefined, settings.importTerraformEntry);
  }

  public readonly kind: EksOriginKind;
  /** What an imported cluster is like. */
  public readonly existing: EksImportSettings | undefined;

  /** Whether the role that runs Terraform has an access entry already. */
  public readonly importsTerraformEntry: boolean;

  private constructor(kind: EksOriginKind, existing?: EksImportSettings, importTerraformEntry = existing?.importTerraformEntry) {
    this.kind = kind;
    this.existing = existing;
    this.importsTerraformEntry = importTerraformEntry ?? false;
    Object.freeze(this);
  }
}

function checkFlag(path: string, prop: string, value: boolean | undefined): void {
  if (value !== undefined && typeof value !== 'boolean') throw Errors.refused(path, `${prop} is no boolean`, value, 'Terraform, import blocks: what is imported exists', 'use true where it exists, otherwise leave it out');
}
