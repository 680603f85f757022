import { KubeStorageClass } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { clusterScoped } from '../manifests/cluster-scoped';
import { checkAccount, checkArn, checkDnsSubdomain, checkFields, checkPartition, checkRegion, isTerraformToken } from '../profile/checks';
import { Errors } from '../profile/errors';

/** Name of the class where its user gives none. */
export const ENCRYPTED_STORAGE_CLASS = 'hipaa-encrypted';

export interface EncryptedStorageClassProps {
  /**
   * ARN of a key of yours, or of its alias, which Amazon EC2 takes as well: the ARN of a key that Terraform makes is known to Terraform alone, and
   * `profile.names.keyAliasArn(profile.names.phiVolumesKeyAlias, region)` to both.
   */
  readonly kmsKeyArn: string;
  /** Region of the cluster. */
  readonly region: string;
  /** Account of the cluster. */
  readonly account: string;
  /** @default hipaa-encrypted */
  readonly name?: string;
  /** Whether a claim that names no class gets this one. @default true */
  readonly isDefault?: boolean;
  /**
   * Tags of each volume beside `cdk8s-hipaa/data-classification: phi`.
   * @default - none
   */
  readonly tags?: Readonly<Record<string, string>>;
}

const FIELDS = ['kmsKeyArn', 'region', 'account', 'name', 'isDefault', 'tags'];
const RULE = 'control EN3, 45 CFR 164.312(a)(2)(iv)';
const KEY = /^(key\/(mrk-)?[0-9a-f][0-9a-f-]*|alias\/(?!aws\/)[\w/-]{1,250})$/;
/** Tags that the driver or AWS writes itself, and those that select the volumes of PHI (aws-ebs-csi-driver, tagging). */
const RESERVED_TAG = /^(aws:|ebs\.csi\.aws\.com\/|kubernetes\.io\/|CSIVolumeName$|CSIVolumeSnapshotName$|KubernetesCluster$|Name$|cdk8s-hipaa\/)/;

/**
 * A class of volumes that Amazon EBS encrypts with a key of your own: gp3, in the zone of the pod, kept when their claim is deleted.
 *
 * Serves 45 CFR 164.312(a)(2)(iv). The class is the default, so that a claim without a class is encrypted, too; of two defaults Kubernetes takes the newer one (1.26 and later),
 * so take the annotation off a `gp2` that an older EKS cluster came with. Each volume carries the tag by which AWS Backup finds it (VolumeBackup). `Retain` keeps the
 * volume of a claim that somebody deletes by mistake: it is deleted by hand, when its records may go (45 CFR 164.310(d)(2)(i)).
 *
 * The driver passes the key on to EC2 as it is written here, and EC2 resolves an alias when it makes a volume (Amazon EC2, CreateVolume): a key that does not exist makes none.
 * Who may move the alias, an administrator of both keys, decides which key encrypts new volumes. Clones of claims compare the key by its text, and are refused with an alias.
 *
 * @example
 *   new EncryptedStorageClass(chart, 'Volumes', {
 *     kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:alias/healthcare-cluster-phi-volumes', region: 'us-east-1', account: '123456789012',
 *   });
 */
export class EncryptedStorageClass extends Construct {
  /** Name for `storageClassName`. */
  public readonly name: string;

  public constructor(scope: Construct, id: string, props: EncryptedStorageClassProps) {
    super(scope, id);
    const path = this.node.path;
    const { kmsKeyArn, region, account, name = ENCRYPTED_STORAGE_CLASS, isDefault = true, tags = {} } = props;
    checkFields(path, props, FIELDS, 'a class of encrypted volumes takes no other field');
    checkRegion(path, 'region', region);
    checkAccount(path, 'account', account);
    checkKey(path, kmsKeyArn, region, account);
    checkDnsSubdomain(path, 'name', name);
    if (typeof isDefault !== 'boolean') throw Errors.refused(path, 'isDefault is no boolean', isDefault, 'Kubernetes, default StorageClass', 'use true or false');
    checkTags(path, tags);
    this.name = name;

    const specifications = Object.entries({ 'cdk8s-hipaa/data-classification': 'phi', ...tags }).map(([key, value], index) => [`tagSpecification_${index + 1}`, `${key}=${value}`]);
    const storageClass = new KubeStorageClass(this, 'Resource', {
      metadata: { name, annotations: { 'storageclass.kubernetes.io/is-default-class': String(isDefault) } },
      provisioner: 'ebs.csi.aws.com',
      parameters: { type: 'gp3', encrypted: 'true', kmsKeyId: kmsKeyArn, ...Object.fromEntries(specifications) as Record<string, string> },
      reclaimPolicy: 'Retain',
      allowVolumeExpansion: true,
      volumeBindingMode: 'WaitForFirstConsumer',
    });
    clusterScoped(storageClass);
    Safeguard.implement(storageClass, Control.EN3_VOLUMES, 'its volumes are encrypted with a key of yours');
  }
}

function checkKey(path: string, arn: string, region: string, account: string): void {
  checkArn(path, 'kmsKeyArn', arn, 'kms');
  if (isTerraformToken(arn)) {
    throw Errors.refused(path, 'kmsKeyArn is only known when Terraform applies', arn, 'nothing tokenised crosses between Terraform and Kubernetes', "use the ARN of the key's alias, as text");
  }
  checkPartition(path, 'kmsKeyArn', arn, region);
  const [, , , keyRegion, keyAccount, ...resource] = arn.split(':');
  if (!KEY.test(resource.join(':'))) {
    throw Errors.refused(path, 'kmsKeyArn is no key of yours', arn, `${RULE}: with a key of AWS nobody but AWS decides who decrypts`, "use the ARN of a key or of its alias: 'arn:aws:kms:us-east-1:123456789012:alias/healthcare-cluster-phi-volumes'");
  }
  if (keyRegion !== region) throw Errors.refused(path, 'kmsKeyArn is of another region', arn, 'Amazon EBS: a volume is encrypted with a key of its own region', `use a key in ${region}`);
  if (keyAccount !== account) throw Errors.refused(path, 'kmsKeyArn is of another account', arn, `${RULE}: the key belongs to account ${account}, as what it encrypts does`, `use a key of account ${account}`);
}

function checkTags(path: string, tags: Readonly<Record<string, string>>): void {
  if (tags === null || typeof tags !== 'object' || Array.isArray(tags)) throw Errors.refused(path, 'tags is no map', tags, 'Amazon EC2, tags', "give tags such as { 'cost-center': 'records' }");
  for (const [key, value] of Object.entries(tags)) {
    // No braces: the driver reads a value as a template.
    if (!/^[\w .:/+@-]{1,128}$/.test(key) || typeof value !== 'string' || !/^[\w .:/=+@-]{0,256}$/.test(value)) {
      throw Errors.refused(path, 'tags has one that is not taken', `${key}=${String(value)}`, 'Amazon EC2, tags: letters, digits and _.:/=+-@', "use tags such as { 'cost-center': 'records' }");
    }
    if (RESERVED_TAG.test(key)) throw Errors.refused(path, 'tags has one that is written here, by the driver or by AWS', key, `${RULE}: volumes are found by their tags`, 'use another name for the tag');
  }
}
