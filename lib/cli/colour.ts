import type { CliIo } from './cli-io';

/** Whether a report has colours, as picocolors decides it: by the flag, then NO_COLOR, then FORCE_COLOR, then by what it is written to; pipelines show colours. */
export function hasColour(flag: boolean | undefined, { env, stdout }: Pick<CliIo, 'env' | 'stdout'>): boolean {
  if (flag === false || isSet(env.NO_COLOR)) return false;
  if (flag === true || isSet(env.FORCE_COLOR)) return true;
  return (stdout.isTTY === true && env.TERM !== 'dumb') || isSet(env.CI);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
