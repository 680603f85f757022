import { Size } from 'cdk8s';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkList } from '../profile/checks';
import { Errors } from '../profile/errors';

/** A volume that each pod of a StatefulSet has for itself, and that outlives it. */
export interface VolumeClaimTemplateProps {
  /** Name of the claims: <name>-<workload>-<ordinal>. */
  readonly name: string;
  /** Where the container sees it. */
  readonly mountPath: string;
  /** A StorageClass that encrypts (control EN3). There is no default, as the cluster's own class may not. */
  readonly storageClassName: string;
  readonly size: Size;
}

/** @internal */
export function checkClaims(path: string, claims: readonly VolumeClaimTemplateProps[]): void {
  checkList(path, 'volumeClaimTemplates', claims, 'Kubernetes, StatefulSetSpec.volumeClaimTemplates', "give [{ name: 'data', mountPath, storageClassName, size }]");
  const seen = new Set<string>();
  for (const claim of claims) {
    checkFields(`${path}.volumeClaimTemplates`, claim, ['name', 'mountPath', 'storageClassName', 'size'], 'a claim takes no other field');
    const own = `${path}.volumeClaimTemplates(${String(claim.name)})`;
    checkDnsLabel(own, 'name', claim.name);
    if (claim.storageClassName === undefined) throw Errors.missing(own, 'storageClassName', 'name a StorageClass that encrypts with your own key (control EN3, 45 CFR 164.312(a)(2)(iv))');
    checkDnsSubdomain(own, 'storageClassName', claim.storageClassName);
    if (typeof claim.mountPath !== 'string' || !/^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/.test(claim.mountPath)) {
      throw Errors.refused(own, 'mountPath is no folder', claim.mountPath, 'Kubernetes, VolumeMount', "use an absolute path such as '/var/lib/postgresql'");
    }
    if (!(claim.size instanceof Size)) throw Errors.refused(own, 'size is no Size', claim.size, 'Kubernetes, PersistentVolumeClaim: how much is asked for', 'use Size.gibibytes(20)');
    if (seen.has(claim.name)) throw Errors.refused(own, 'two claims have one name', claim.name, 'Kubernetes, StatefulSet: claims are told apart by their names', 'rename one');
    seen.add(claim.name);
  }
}
