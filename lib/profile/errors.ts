/** What a refused input was, where, by which rule, and how to mend it. */
export interface HipaaErrorProps {
  /** Path of the construct (or of the profile) that refused. */
  readonly path: string;
  /** What is wrong, in one sentence without a full stop. */
  readonly problem: string;
  /** The value that was refused, as it was given. */
  readonly value: unknown;
  /** The rule or control that refuses it, with its source. */
  readonly rule: string;
  /** What the user does about it. */
  readonly remedy: string;
}

/**
 * The one error of this library: like a good compiler's, it says where, what, which rule, and how to mend it.
 */
export class HipaaError extends Error {
  public readonly path: string;
  public readonly value: unknown;
  public readonly rule: string;
  public readonly remedy: string;

  public constructor(props: HipaaErrorProps) {
    super(describe(props));
    this.name = 'HipaaError';
    this.path = props.path;
    this.value = props.value;
    this.rule = props.rule;
    this.remedy = props.remedy;
  }
}

/** The text of an error; node validations, which return strings, use it too. */
export function describe(props: HipaaErrorProps): string {
  return `[${props.path || '<root>'}] ${props.problem}: ${show(props.value)}\n    rule:   ${props.rule}\n    remedy: ${props.remedy}`;
}

/** Named factories, so that the same mistake reads the same everywhere. */
export const Errors = {
  /** A value that no API would take, or that a safeguard forbids. */
  refused(path: string, problem: string, value: unknown, rule: string, remedy: string): HipaaError {
    return new HipaaError({ path, problem, value, rule, remedy });
  },

  /** A required value that a JavaScript caller left out. */
  missing(path: string, prop: string, remedy: string): HipaaError {
    return new HipaaError({ path, problem: `${prop} is missing`, value: undefined, rule: `${prop} is required`, remedy });
  },

  /** A field that the target does not know: it would be ignored, and a safeguard with it. */
  unknownField(path: string, field: string, known: readonly string[], rule: string): HipaaError {
    return new HipaaError({
      path,
      problem: 'unknown field',
      value: field,
      rule,
      remedy: `use one of: ${known.join(', ')}`,
    });
  },

  /** Something that the platform cannot take. */
  notOnPlatform(path: string, what: string, platform: string, rule: string, remedy: string): HipaaError {
    return new HipaaError({ path, problem: `${what} cannot be used on this platform`, value: platform, rule, remedy });
  },

  /** A Kubernetes version below what the object needs. */
  versionTooOld(path: string, what: string, version: string, needed: string, remedy: string): HipaaError {
    return new HipaaError({ path, problem: `${what} needs Kubernetes ${needed} or later`, value: version, rule: `${what} is served from Kubernetes ${needed}`, remedy });
  },

  /** A value that would weaken what a control demands. */
  weakened(path: string, control: string, problem: string, value: unknown, remedy: string): HipaaError {
    return new HipaaError({ path, problem, value, rule: `control ${control}`, remedy });
  },
};

function show(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    // A construct or another value that refers to itself.
    return Object.prototype.toString.call(value);
  }
}
