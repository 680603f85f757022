import * as fs from 'node:fs';
import type { GateObject } from './gate-object';
import type { ObjectOrigin, Unchecked } from './gate-result';
import { findFiles, reasonOf, type FoundFile } from './find-files';
import { readDocuments } from './read-documents';

/** What a user gave the gate to look at. */
export interface ReadInput {
  readonly objects: readonly GateObject[];
  /** Documents that are no objects of Kubernetes: Terraform's, or nobody's. */
  readonly others: readonly { readonly content: unknown; readonly origin: ObjectOrigin }[];
  readonly unchecked: readonly Unchecked[];
  /** Files and folders that were passed over as `ignore` says. */
  readonly passedOver: readonly string[];
}

export interface ReadInputOptions {
  /** From which paths are named. @default - the working directory */
  readonly folder?: string;
  /** What stands for the path `-`. @default - nothing */
  readonly standardInput?: Uint8Array;
  /** Whether a file that is named may hold nothing. @default false */
  readonly mayBeEmpty?: boolean;
  /** Absolute paths that are passed over, and told. @default - none */
  readonly ignore?: readonly string[];
  /** Absolute paths of the gate's own files, which are no input. @default - none */
  readonly own?: readonly string[];
  /** Told before each file. @default - nobody is */
  readonly onProgress?: (done: number, total: number) => void;
}

/** The path of the standard input. */
export const STANDARD_INPUT = '-';

/**
 * Reads files, folders and the standard input (`-`). Of folders the files in YAML and JSON, in order of their names, at any depth; `node_modules` and what begins with
 * a dot is left out, unless it is named. What is named and holds nothing, and what can't be read, is unchecked: nothing is passed over in silence.
 */
export function readInput(paths: readonly string[], options: ReadInputOptions = {}): ReadInput {
  const { folder = process.cwd(), ignore = [], own = [], onProgress } = options;
  const read = { objects: [] as GateObject[], others: [] as { content: unknown; origin: ObjectOrigin }[], unchecked: [] as Unchecked[] };
  const found = findFiles(paths, { folder, ignore, own });
  found.entries.forEach((entry, index) => {
    onProgress?.(index, found.entries.length);
    if ('why' in entry) read.unchecked.push(entry);
    else readFile(entry, options, read);
  });
  return { ...read, passedOver: found.passedOver };
}

type Read = { objects: GateObject[]; others: { content: unknown; origin: ObjectOrigin }[]; unchecked: Unchecked[] };

function readFile(file: FoundFile, { standardInput, mayBeEmpty = false }: ReadInputOptions, read: Read): void {
  const what = file.absolute === undefined ? 'the standard input' : 'a file';
  const before = read.objects.length + read.others.length + read.unchecked.length;
  let text: string;
  try {
    text = textOf(file.absolute === undefined ? standardInput ?? new Uint8Array() : fs.readFileSync(file.absolute));
  } catch (error) {
    read.unchecked.push({ what, why: `it can't be read: ${reasonOf(error)}`, remedy: 'give the gate text in UTF-8 that it may read', origin: { file: file.shown } });
    return;
  }
  const { objects, others, unchecked } = readDocuments(text, file.shown);
  for (const object of objects) read.objects.push(object);
  for (const other of others) if (file.isNamed || !isRecord(other.content)) read.others.push(other);
  for (const flaw of unchecked) read.unchecked.push(flaw);
  if (file.isNamed && !mayBeEmpty && read.objects.length + read.others.length + read.unchecked.length === before) {
    read.unchecked.push({ what, why: 'it holds nothing', remedy: 'see that what writes it did not fail', origin: { file: file.shown } });
  }
}

function textOf(bytes: Uint8Array): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) throw new Error('it is UTF-16');
  if (bytes.includes(0)) throw new Error('it is no text');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error('it is no text in UTF-8');
  }
}

/** What the command lines of cdk8s and cdktf, the gate itself and an app of this library write beside their output: it describes what is read anyway. */
function isRecord(content: unknown): boolean {
  const fields = Object.keys(content as object).sort().join();
  const { version, resources, objects, stacks, controls, ...others } = content as Record<string, unknown>;
  return (fields === 'resources,version' && version === '1.0.0' && isEach(resources, 'path'))
    || (fields === 'objects,version' && version === 1 && isEach(objects, 'constructPath'))
    || (fields === 'stacks,version' && isEach(stacks, 'synthesizedStackPath'))
    // Values of Gatekeeper's chart, which is installed by other means.
    || (Array.isArray(others.additionalValidatingWebhookConfigsToRotateCerts) && typeof others.validatingWebhookFailurePolicy === 'string')
    || (/^(asOf,)?cluster,controls,kubernetesVersion,phiNamespaces,platform,summary$/.test(fields) && ['id', 'title', 'status'].every((field) => isEach(controls, field)));
}

function isEach(records: unknown, field: string): boolean {
  return typeof records === 'object' && records !== null && Object.values(records).every((record) => typeof (record as Record<string, unknown> | null)?.[field] === 'string');
}
