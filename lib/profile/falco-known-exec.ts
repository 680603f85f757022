import { checkDnsLabel, checkFields } from './checks';
import { Errors } from './errors';

/**
 * A program that the kubelet executes in a container from time to time: a probe or a hook by `exec`. Falco cannot tell one from `kubectl exec`, as containerd and CRI-O do not
 * tell it of probes; this very program with these very arguments is no alert there. A probe over HTTPS or TCP needs none.
 */
export interface FalcoKnownExec {
  /** Namespace of the pods. */
  readonly namespace: string;
  /** Name of the container. */
  readonly container: string;
  /** Absolute path of the program in the container, where its links lead: `/bin/busybox` for Alpine's `sh`, `/usr/bin/dash` for Debian's. */
  readonly program: string;
  /**
   * Arguments behind the program's name, all of them: at most 1024 characters of printable ASCII, without quotes and backslashes. What needs others belongs into a file of
   * the image.
   * @default - none
   */
  readonly arguments?: readonly string[];
}

const RULE = 'control AU9, 45 CFR 164.312(b): what is known is one program with its arguments in one container';
const LONGEST = 1024;

/** The arguments as Falco has them: in one line. @internal */
export function argumentsOf(exec: FalcoKnownExec): string {
  return (exec.arguments ?? []).join(' ');
}

/** Whether arguments can be written into a rule so that Falco reads the same. @internal */
export function areWritable(words: readonly unknown[]): boolean {
  return words.every((word) => typeof word === 'string' && /^[\x20-\x7e]*$/.test(word) && !/["'\\]/.test(word)) && words.join(' ').length <= LONGEST;
}

/** @internal */
export function checkKnownExecs(path: string, execs: readonly FalcoKnownExec[] | undefined): void {
  if (execs === undefined) return;
  if (!Array.isArray(execs) || execs.length === 0) throw Errors.refused(path, 'knownExecs is no list, or an empty one', execs, RULE, 'name at least one, or leave knownExecs out');
  for (const exec of execs as readonly FalcoKnownExec[]) {
    checkFields(path, exec, ['namespace', 'container', 'program', 'arguments'], RULE);
    checkDnsLabel(path, 'namespace', exec.namespace);
    checkDnsLabel(path, 'container', exec.container);
    if (typeof exec.program !== 'string' || !/^(\/[\w.+-]+)+$/.test(exec.program) || /\/\.{1,2}(\/|$)/.test(exec.program)) {
      throw Errors.refused(path, 'program is no absolute path', exec.program, RULE, "use the path where its links lead, such as '/usr/bin/pg_isready'");
    }
    if (exec.arguments !== undefined && !(Array.isArray(exec.arguments) && areWritable(exec.arguments))) {
      throw Errors.refused(path, 'arguments has what no rule can hold', exec.arguments, `${RULE}; Falco, conditions: quoted strings`, 'put the command into a file of the image, or probe over HTTPS or TCP');
    }
  }
}
