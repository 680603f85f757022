import type { GateRule } from './gate-rule';

/** Where an object came from, as far as it is known. */
export interface ObjectOrigin {
  /** Of the file, as the caller named it; `-` is the standard input. */
  readonly file?: string;
  /** First line of the object in its file, from 1. */
  readonly line?: number;
  readonly column?: number;
  /** Of the construct that made it: `App/chart/Api`. */
  readonly constructPath?: string;
  /** Where the construct was created: `apps/main.ts:12:5`. */
  readonly createdAt?: string;
}

/** An object as reports and exceptions name it. */
export interface ObjectName {
  /** Of Kubernetes; absent for resources of Terraform. */
  readonly apiVersion?: string;
  /** `Deployment`, or the type of Terraform: `aws_s3_bucket`. */
  readonly kind: string;
  readonly namespace?: string;
  /** Of Terraform the rest of the address: `module.logs.archive`. */
  readonly name: string;
}

/** One thing that is wrong with one object. */
export interface GateViolation {
  readonly rule: GateRule;
  readonly object: ObjectName;
  /** Of the offending field where a line of its own is known, else of the object. */
  readonly origin: ObjectOrigin;
  /** The offending field. */
  readonly path: string;
  /** What it holds; undefined where it holds nothing, or holds what no report may show. */
  readonly value?: unknown;
  readonly problem: string;
  readonly remedy: string;
  /** All of it in one sentence, as the cluster's admission says it. */
  readonly message: string;
}

/** An exception as it was applied. */
export interface AppliedException {
  readonly reason: string;
  readonly approver: string;
  readonly expires: string;
}

export interface ExceptedViolation {
  readonly violation: GateViolation;
  readonly exception: AppliedException;
}

/** What could not be judged, and is clean to nobody: a document that can't be read, a rule that fails. */
export interface Unchecked {
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  readonly origin: ObjectOrigin;
}

/** A rule that was not asked: it was not told what it needs, or `rules` names others. */
export interface NotJudged {
  readonly rule: GateRule;
  readonly why: string;
}

/** What the gate says of its input. All lists are in the order of the input, then of the rules. */
export interface GateResult {
  readonly violations: readonly GateViolation[];
  readonly excepted: readonly ExceptedViolation[];
  readonly unchecked: readonly Unchecked[];
  readonly notJudged: readonly NotJudged[];
  /** What somebody should look at, and that fails nothing: an exception that excepts nothing. */
  readonly warnings: readonly string[];
  /** Objects that were looked at. */
  readonly objects: number;
  /** How many of them were not judged, as rules are about them and they are of namespaces that hold no PHI. */
  readonly passedOver: number;
  /** The file that the settings come from. @default - there is none */
  readonly configuration?: string;
  /** PHI namespaces, as they were named or found. */
  readonly phiNamespaces: readonly string[];
}
