import { Construct } from 'constructs';
import { checkDnsSubdomain, checkTexts } from '../profile/checks';
import { Errors } from '../profile/errors';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { STORAGE_ENCRYPTION } from './policies/storage-encryption/policy';

export interface RequireEncryptedStorageProps extends ConstraintProps {
  /** Names of the StorageClasses whose volumes are encrypted with a key of yours, such as `name` of EncryptedStorageClass: `hipaa-encrypted`. */
  readonly storageClasses: readonly string[];
}

const RULE = 'control EN3, 45 CFR 164.312(a)(2)(iv): volumes are encrypted with a key of yours';

/**
 * Refuses volumes in PHI namespaces unless a class of the list makes them: of PersistentVolumeClaims, of the claim templates of a StatefulSet, and of ephemeral volumes with a
 * claim template, in Pods and in everything that templates pods. A claim without a class is refused in a template and in the gate, which know of no default; by the
 * time that the API server asks about a claim itself, it has put the name of the default class there (Kubernetes, DefaultStorageClass), and that name has to be on the list.
 *
 * Refused as well: the empty class and `volumeName`, by which a claim takes a volume that somebody made by hand, unless Kubernetes itself bound them, in an update by
 * its controller (`system:serviceaccount:kube-system:persistent-volume-binder` or `system:kube-controller-manager`) with its mark `pv.kubernetes.io/bound-by-controller`; and an
 * annotation `volume.beta.kubernetes.io/storage-class` that names another class, as it wins over the field. A restore that brings volumes and claims back by name (Velero, of
 * snapshots) needs an exemption for the time of the restore.
 *
 * The classes of the list are judged themselves, wherever they are applied: made by the Amazon EBS driver (`ebs.csi.aws.com`), with `encrypted: "true"` and a `kmsKeyId` that is
 * the ARN of a key, or of an alias, that is not AWS's own. How other drivers encrypt nobody judged, so that their classes are refused under a name of the list.
 *
 * It cannot see PersistentVolumes, which administrators make, nor the key itself; the audit and the gate take that mark for true, as they know no requester. Volumes of pods that
 * need no claim (hostPath, NFS, a disk by its id) are refused by the Pod Security level `restricted`. An update that leaves class, `volumeName` and mark of every claim as they
 * were, such as one by which a claim grows, is let through; the audit still reports it.
 *
 * One part of control EN3 (45 CFR 164.312(a)(2)(iv), encryption at rest), and claims no control by itself. The webhook fails open unless it was installed otherwise (Gatekeeper,
 * Failing Closed). With Gatekeeper, needs the template of `storage-encryption` in the cluster first.
 *
 * @example
 *   new RequireEncryptedStorage(constraintsChart, 'Storage', { phiNamespaces: ['healthcare-prod'], storageClasses: ['hipaa-encrypted'] });
 */
export class RequireEncryptedStorage extends Construct {
  public constructor(scope: Construct, id: string, props: RequireEncryptedStorageProps) {
    super(scope, id);
    checkConstraint(this.node.path, STORAGE_ENCRYPTION, props, ['storageClasses']);
    const storageClasses = checkedClasses(this.node.path, props.storageClasses);
    emitConstraint(this, STORAGE_ENCRYPTION, props, () => ({ storageClasses }));
  }
}

function checkedClasses(path: string, classes: readonly string[]): string[] {
  const remedy = "name at least one, such as ['hipaa-encrypted']";
  checkTexts(path, 'storageClasses', classes, RULE, remedy);
  if (classes.length === 0) throw Errors.refused(path, 'storageClasses names no class', classes, RULE, remedy);
  classes.forEach((name, index) => {
    checkDnsSubdomain(path, 'storageClasses', name);
    if (classes.indexOf(name) !== index) throw Errors.refused(path, 'storageClasses names a class twice', name, RULE, 'remove one');
  });
  return [...classes];
}
