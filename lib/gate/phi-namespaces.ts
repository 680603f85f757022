import { DATA_CLASSIFICATION_LABEL, PHI } from '../manifests/data-classification';
import type { GateObject } from './gate-object';
import type { GateSettings } from './gate-settings';

/** Which namespaces hold PHI, as far as the gate knows. */
export class PhiNamespaces {
  public readonly names: readonly string[];
  private readonly known: ReadonlySet<string>;
  private readonly all: boolean;

  public constructor({ phiNamespaces = [] }: GateSettings, objects: readonly GateObject[]) {
    const labelled = objects.filter(({ content }) => content.kind === 'Namespace' && content.metadata?.labels?.[DATA_CLASSIFICATION_LABEL] === PHI).map(({ content }) => String(content.metadata!.name));
    this.all = phiNamespaces.includes('*');
    this.known = new Set([...phiNamespaces, ...labelled]);
    this.names = [...this.known].sort();
  }

  public get areKnown(): boolean {
    return this.known.size > 0;
  }

  public has(namespace: string): boolean {
    return this.all || this.known.has(namespace);
  }

  /** Whether an object that names this namespace may come to hold PHI: one that names none may be applied to any, and what is no name is taken for none. */
  public mayHold(namespace: unknown): boolean {
    return typeof namespace !== 'string' || namespace === '' || this.has(namespace);
  }
}
