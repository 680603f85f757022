import * as fs from 'node:fs';
import * as path from 'node:path';
import { readConfig, type GateConfig } from '../gate/config-file';
import { readExceptions } from '../gate/exceptions-file';
import { gateRules, runGate } from '../gate/gate';
import type { GateResult } from '../gate/gate-result';
import type { GateSettings } from '../gate/gate-settings';
import { libraryVersion } from '../gate/library-version';
import { readInput, STANDARD_INPUT } from '../gate/read-input';
import { reportOf, type ReportFormat } from '../gate/report/report';
import { count, isClean, verdictOf } from '../gate/report/summary';
import { checkDate, checkDnsLabel } from '../profile/checks';
import { Errors } from '../profile/errors';
import type { CliIo } from './cli-io';
import { hasColour } from './colour';
import { ExitCode } from './exit-code';
import { Progress } from './progress';

const STANDARD_OUTPUT = '-';

/** As Commander reads the flags of `check`. */
export interface CheckOptions {
  readonly phiNamespaces?: readonly string[];
  readonly approvedRegistries?: readonly string[];
  readonly namespace?: string;
  readonly storageClasses?: readonly string[];
  readonly rules?: readonly string[];
  readonly config?: string;
  readonly exceptions?: string;
  readonly asOf?: string;
  readonly format: string;
  readonly output?: string;
  readonly color?: boolean;
}

/**
 * Judges what paths stand for, and reports it.
 *
 * @returns the exit status.
 */
export async function check(paths: readonly string[], options: CheckOptions, io: CliIo): Promise<number> {
  const config = readConfig(options.config, io.folder);
  const exceptions = options.exceptions ?? config.exceptions;
  const settings = settingsOf(options, config, exceptions, io);
  // What is wrong with the settings shows before a long input is read.
  runGate({ objects: [] }, settings);
  const output = options.output === STANDARD_OUTPUT ? undefined : options.output;
  if (output !== undefined) checkOutput(output, io.folder);
  const progress = new Progress(io.stderr);
  const input = readInput(paths, {
    folder: io.folder,
    ignore: config.ignore,
    own: [config.file, exceptions, output].filter((file) => file !== undefined).map((file) => path.resolve(io.folder, file)),
    onProgress: (done, total) => progress.reading(done, total),
    ...(paths.includes(STANDARD_INPUT) ? { standardInput: await everything(io.stdin) } : {}),
  });
  progress.judging(input.objects.length);
  const judged = runGate({ ...input, configuration: config.file, ...(options.rules === undefined ? {} : { rulesFrom: '--rules' }) }, settings);
  progress.end();
  const { passedOver } = input;
  const result: GateResult = passedOver.length === 0 ? judged
    : { ...judged, warnings: [...judged.warnings, `${config.file} says to ignore ${count(passedOver.length, 'path')}: ${passedOver.join(', ')}`] };
  report(result, settings, { ...options, output }, io);
  return exitCodeOf(result);
}

function settingsOf(options: CheckOptions, config: GateConfig, exceptions: string | undefined, io: CliIo): GateSettings {
  const { phiNamespaces, approvedRegistries, namespace, storageClasses, rules, asOf = io.today() } = options;
  checkDate('--as-of', 'the day', asOf);
  if (namespace !== undefined) checkDnsLabel('--namespace', 'the namespace', namespace);
  return {
    ...config.settings,
    ...(phiNamespaces === undefined ? {} : { phiNamespaces }),
    ...(approvedRegistries === undefined ? {} : { approvedRegistries }),
    ...(namespace === undefined ? {} : { defaultNamespace: namespace }),
    ...(storageClasses === undefined ? {} : { storageClasses }),
    ...(rules === undefined ? {} : { rules }),
    ...(exceptions === undefined ? {} : { exceptions: readExceptions(exceptions, io.folder, gateRules()) }),
    asOf,
  };
}

/** A report replaces a report, and no manifest: that would be lost, and was not judged either. */
function checkOutput(output: string, folder: string): void {
  const file = path.resolve(folder, output);
  if (!/\.(ya?ml|json)$/i.test(output) || !fs.existsSync(file)) return;
  try {
    const earlier = JSON.parse(fs.readFileSync(file, 'utf8')) as object;
    if ('runs' in earlier || ('clean' in earlier && 'counts' in earlier)) return;
  } catch {
    // It is no JSON, and so no report.
  }
  throw Errors.refused('--output', 'the file is there, and is no report', output, 'files that may be input are not written over', 'name another file');
}

async function everything(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function report(result: GateResult, settings: GateSettings, { format, output, color }: CheckOptions, io: CliIo): void {
  const isFile = output !== undefined;
  const text = reportOf(format as ReportFormat, result, {
    toolVersion: libraryVersion(),
    // A file is no terminal, and keeps what a later reader sees.
    colour: isFile ? color === true : hasColour(color, io),
    ...(isFile || io.stdout.isTTY !== true || io.stdout.columns === undefined ? {} : { width: io.stdout.columns }),
    rules: gateRules().filter(({ id }) => settings.rules === undefined || settings.rules.includes(id)),
  });
  if (!isFile) {
    io.stdout.write(text);
    return;
  }
  try {
    fs.writeFileSync(path.resolve(io.folder, output), text);
  } catch (error) {
    throw Errors.refused('--output', "the report can't be written", output, (error as Error).message, 'name a file in a folder that is there');
  }
  io.stderr.write(`${verdictOf(result).toLowerCase()}: ${count(result.violations.length, 'violation')}, ${result.unchecked.length} could not be checked; the report is in ${output}\n`);
}

/** What could not be checked weighs more than what was found: the finding may be one of many. */
function exitCodeOf(result: GateResult): ExitCode {
  if (result.unchecked.length > 0) return ExitCode.COULD_NOT_CHECK;
  if (result.violations.length > 0) return ExitCode.VIOLATIONS;
  return isClean(result) ? ExitCode.CLEAN : ExitCode.COULD_NOT_CHECK;
}
