import type { SynthesizedObject } from '../validation/synthesized-object';
import type { OutputFile } from './output';

/** One tree, synthesized in memory. */
export interface Synthesis {
  readonly files: readonly OutputFile[];
  readonly objects: readonly SynthesizedObject[];
  /** What is wrong; nothing may be written where there is anything. */
  readonly findings: readonly string[];
}

/** What an action throws becomes a finding, so that it is reported with all others. */
export function attempt<T>(findings: string[], otherwise: T, action: () => T): T {
  try {
    return action();
  } catch (error) {
    findings.push(error instanceof Error ? error.message : String(error));
    return otherwise;
  }
}
