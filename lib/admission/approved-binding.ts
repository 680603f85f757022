import { BREAK_GLASS_LABEL } from '../manifests/break-glass-labels';

/** Who gets something by an approved binding. */
export interface ApprovedSubject {
  /** `User`, `Group` or `ServiceAccount`. */
  readonly kind: string;
  /** As the cluster knows it, a prefix included: `oidc:auditors@company.com`. */
  readonly name: string;
  /**
   * Namespace of a ServiceAccount.
   * @default - none: a User or a Group
   */
  readonly namespace?: string;
}

/** One binding that admission lets in, to the letter. */
export interface ApprovedBinding {
  /**
   * Namespace of a RoleBinding.
   * @default - none: a ClusterRoleBinding
   */
  readonly namespace?: string;
  readonly name: string;
  /** `Role` or `ClusterRole`. */
  readonly roleKind: string;
  readonly roleName: string;
  /** All of them, in any order. */
  readonly subjects: readonly ApprovedSubject[];
}

/**
 * The approval of a RoleBinding or ClusterRoleBinding as it is emitted: of this object, and of no other.
 *
 * @internal
 */
export function approvalOf(binding: EmittedBinding): ApprovedBinding {
  const { metadata, roleRef, subjects = [] } = binding;
  return {
    ...placeOf(metadata), name: metadata.name, roleKind: roleRef.kind, roleName: roleRef.name,
    subjects: subjects.map((subject) => ({ kind: subject.kind, name: subject.name, ...placeOf(subject) })),
  };
}

/**
 * Approvals as the constraint has them: those that are alike but for their namespaces in one entry, so that a thousand namespaces with the same bindings fit into an
 * object of the API. An entry without namespaces is of the whole cluster.
 *
 * @internal
 */
export function groupedByContent(bindings: readonly ApprovedBinding[]): GroupedBinding[] {
  const groups = new Map<string, { readonly entry: Omit<ApprovedBinding, 'namespace'>; readonly namespaces: string[] }>();
  for (const { namespace, name, roleKind, roleName, subjects } of bindings) {
    const entry = { name, roleKind, roleName, subjects };
    const people = subjects.map((subject) => JSON.stringify([subject.kind, subject.name, subject.namespace])).sort();
    const key = JSON.stringify([namespace === undefined, name, roleKind, roleName, people]);
    if (!groups.has(key)) groups.set(key, { entry, namespaces: [] });
    if (namespace !== undefined) groups.get(key)!.namespaces.push(namespace);
  }
  return [...groups.values()].map(({ entry, namespaces }) => (namespaces.length > 0 ? { namespaces, ...entry } : entry));
}

/** @internal */
export interface GroupedBinding extends Omit<ApprovedBinding, 'namespace'> {
  readonly namespaces?: readonly string[];
}

/**
 * Whether a binding gives people something for good; one that ends has the label by which the reaper knows it.
 *
 * @internal
 */
export function isOfPeople({ metadata, subjects = [] }: EmittedBinding): boolean {
  return metadata.labels?.[BREAK_GLASS_LABEL] === undefined && subjects.some(({ kind }) => kind !== 'ServiceAccount');
}

/**
 * What is read of an emitted binding.
 *
 * @internal
 */
export interface EmittedBinding {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

function placeOf({ namespace }: { readonly namespace?: string }): { namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}
