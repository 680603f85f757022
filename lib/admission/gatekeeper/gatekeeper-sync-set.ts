import { Construct } from 'constructs';
import { SyncSet } from '../../../imports/syncset.gatekeeper.sh';
import { clusterScoped } from '../../manifests/cluster-scoped';
import { checkDnsSubdomain, checkFields, checkList, checkText } from '../../profile/checks';
import { Errors } from '../../profile/errors';

/** A kind of which Gatekeeper keeps every object at hand. */
export interface SyncedKind {
  /** @default - the core group */
  readonly group?: string;
  readonly version: string;
  readonly kind: string;
}

export interface GatekeeperSyncSetProps {
  /** @default hipaa */
  readonly name?: string;
  /**
   * Kinds that one's own constraints look up, beside those of this library. No Secrets: what is synced is readable by every template.
   * @default - none
   */
  readonly moreKinds?: readonly SyncedKind[];
}

/** What the referential policies of this library look up. */
const KINDS: readonly SyncedKind[] = [
  { group: '', version: 'v1', kind: 'Namespace' },
  { group: 'networking.k8s.io', version: 'v1', kind: 'NetworkPolicy' },
];

/**
 * Has Gatekeeper keep Namespaces and NetworkPolicies at hand, for the policies that look up other objects than the one that is written, such as the
 * one that wants a default-deny NetworkPolicy: where a kind isn't synced, such a policy finds nothing of it, and judges by that.
 *
 * Serves control NW1, 45 CFR 164.312(a)(1), as a part of the policy that needs it (Gatekeeper, Replicating Data). Every SyncSet adds to the others.
 *
 * @example
 *   new GatekeeperSyncSet(chart, 'GatekeeperSyncSet', { moreKinds: [{ group: 'storage.k8s.io', version: 'v1', kind: 'StorageClass' }] });
 */
export class GatekeeperSyncSet extends Construct {
  public constructor(scope: Construct, id: string, props: GatekeeperSyncSetProps = {}) {
    super(scope, id);
    const { path } = this.node;
    checkFields(path, props, ['name', 'moreKinds'], 'a field that is not known would be lost');
    const { name = 'hipaa', moreKinds = [] } = props;
    checkDnsSubdomain(path, 'name', name);
    checkList(path, 'moreKinds', moreKinds, 'Gatekeeper, Replicating Data', "give a list, such as [{ version: 'v1', kind: 'Service' }]");
    moreKinds.forEach((kind) => checkKind(path, kind));
    const gvks = [...KINDS, ...moreKinds].map(({ group = '', version, kind }) => ({ group, version, kind }));
    const unique = [...new Map(gvks.map((gvk) => [`${gvk.group}/${gvk.version}/${gvk.kind}`, gvk])).values()];
    clusterScoped(new SyncSet(this, 'Resource', { metadata: { name }, spec: { gvks: unique } }));
  }
}

function checkKind(path: string, entry: SyncedKind): void {
  checkFields(path, entry, ['group', 'version', 'kind'], 'Gatekeeper, SyncSet.spec.gvks');
  const { group = '', version, kind } = entry;
  if (typeof group !== 'string') throw Errors.refused(path, 'moreKinds.group is no text', group, 'Gatekeeper, SyncSet.spec.gvks', "use the group without a version, such as 'storage.k8s.io'");
  checkText(path, 'moreKinds.version', version);
  checkText(path, 'moreKinds.kind', kind);
  const wild = [group, version, kind].find((part) => part.includes('*'));
  if (wild !== undefined) throw Errors.refused(path, 'moreKinds has a wildcard', wild, 'Gatekeeper, SyncSet.spec.gvks takes full names', 'name each kind');
  if (group === '' && kind === 'Secret') {
    throw Errors.refused(path, 'Secrets are synced', kind, 'control PS4, 45 CFR 164.312(a)(1): Gatekeeper would hold every Secret in its memory, readable by every template', 'sync no Secrets');
  }
}
