import type { GateResult } from '../gate-result';
import type { GateRule } from '../gate-rule';
import { humanReport } from './human';
import { jsonReport } from './json';
import { junitReport } from './junit';
import { sarifReport } from './sarif';

/** How the gate reports. */
export enum ReportFormat {
  /** For people, in a terminal. */
  HUMAN = 'human',
  /** For programs: the `JsonReport`. */
  JSON = 'json',
  /** For code scanning: SARIF 2.1.0. */
  SARIF = 'sarif',
  /** For pipelines that show tests: JUnit's XML. */
  JUNIT = 'junit',
}

/** What the formats need besides the result; each takes what it uses. */
export interface ReportOptions {
  /** Version of this library. */
  readonly toolVersion: string;
  /**
   * Whether the terminal shows colours.
   * @default false
   */
  readonly colour?: boolean;
  /**
   * Columns of the terminal.
   * @default lines are as long as what they say
   */
  readonly width?: number;
  /**
   * The rules that were asked.
   * @default the rules that the result names
   */
  readonly rules?: readonly GateRule[];
}

/** The report in a format: a function of the result, to the byte. */
export function reportOf(format: ReportFormat, result: GateResult, options: ReportOptions): string {
  switch (format) {
    case ReportFormat.HUMAN:
      return humanReport(result, { colour: options.colour ?? false, width: options.width });
    case ReportFormat.JSON:
      return jsonReport(result);
    case ReportFormat.SARIF:
      return sarifReport(result, { toolVersion: options.toolVersion, rules: options.rules });
    case ReportFormat.JUNIT:
      return junitReport(result, { rules: options.rules });
  }
}
