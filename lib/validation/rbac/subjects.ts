import { at, listAt } from '../content';

/** Whom a binding gives its role to. */
export interface Subjects {
  /** Groups and users of the identity provider, and `system:masters`. */
  readonly people: readonly string[];
  /** Groups that everyone is in, or every workload. */
  readonly everyone: readonly string[];
  /** ServiceAccounts, and components of Kubernetes. */
  readonly workloads: readonly string[];
}

const EVERYONE = ['system:authenticated', 'system:unauthenticated', 'system:anonymous', 'system:serviceaccounts'];

export function subjectsOf(binding: unknown): Subjects {
  const people: string[] = [];
  const everyone: string[] = [];
  const workloads: string[] = [];
  for (const subject of listAt(binding, 'subjects')) {
    const name = String(at(subject, 'name'));
    if (at(subject, 'kind') === 'ServiceAccount') workloads.push(`${String(at(subject, 'namespace') ?? '')}/${name}`);
    else if (EVERYONE.includes(name)) everyone.push(name);
    else if (name.startsWith('system:') && name !== 'system:masters') workloads.push(name);
    else people.push(name);
  }
  return { people, everyone, workloads };
}
