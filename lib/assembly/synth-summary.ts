import type { ControlMatrix } from '../evidence/control-matrix';
import { kindOf } from '../validation/content';
import type { SynthesizedObject } from '../validation/synthesized-object';

/** What a synth wrote, in numbers. */
export class SynthSummary {
  public readonly output: string;
  /** Files written. */
  public readonly files: number;
  /** Objects by kind: Kubernetes kinds, Terraform resource types, kinds of control-plane files. */
  public readonly objectsByKind: Readonly<Record<string, number>>;
  /** Controls by status. */
  public readonly controlsByStatus: Readonly<Record<string, number>>;

  /** @internal */
  public constructor(output: string, files: number, objects: readonly SynthesizedObject[], matrix: ControlMatrix) {
    this.output = output;
    this.files = files;
    this.objectsByKind = countByKind(objects);
    this.controlsByStatus = matrix.summary;
  }

  /** The numbers as a person reads them. */
  public toString(): string {
    const objects = Object.values(this.objectsByKind).reduce((sum, count) => sum + count, 0);
    return [
      `${this.output}: ${this.files} files, ${objects} objects`,
      `  objects   ${list(this.objectsByKind)}`,
      `  controls  ${list(this.controlsByStatus)}`,
    ].join('\n');
  }
}

function countByKind(objects: readonly SynthesizedObject[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of objects.map(kindOf).sort()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).map(([name, count]) => `${count} ${name}`).join(', ');
}
