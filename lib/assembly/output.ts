import * as fs from 'node:fs';
import * as path from 'node:path';
import { Errors } from '../profile/errors';

/** One file of the output. */
export interface OutputFile {
  /** Relative to the output folder, with `/`. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** A folder and what is to be in it. */
export interface FolderOutput {
  readonly folder: string;
  readonly files: readonly OutputFile[];
  /** What the folder may hold at its top when it is replaced; anything else is somebody's, and is not deleted. */
  readonly owns: readonly string[];
}

/**
 * Replaces folders by the given files, all of them or none: everything is written into sibling folders first, and these are renamed when
 * all are whole. Where anything fails, every folder is as it was. What a killed run left behind is put back or swept away first.
 * A link to a folder stays a link.
 *
 * @throws where a file would lie outside its folder or in the place of another, and where a folder is a file, holds the working directory or
 * another of the folders, or something that is not of an earlier output.
 */
export function replaceFolders(outputs: readonly FolderOutput[]): void {
  const replacements = outputs.map((output): Replacement => {
    checkFiles(output.folder, output.files);
    const target = resolveTarget(output.folder);
    recover(target);
    checkReplaceable(output, target);
    return { ...output, target, next: '' };
  });
  checkApart(replacements);
  const prepared: Replacement[] = [];
  try {
    for (const replacement of replacements) {
      const { target } = replacement;
      fs.mkdirSync(path.dirname(target), { recursive: true });
      const next = fs.mkdtempSync(`${nextPrefix(target)}${process.pid}-`);
      prepared.push({ ...replacement, next });
      write(next, replacement.files);
      fs.chmodSync(next, 0o755);
    }
    swapAll(prepared);
  } finally {
    for (const { next } of prepared) fs.rmSync(next, { recursive: true, force: true });
  }
}

/**
 * Writes files into a folder, over those of the same names. Nothing is written where a file would lie outside the folder, or in the
 * place of another.
 */
export function writeFiles(folder: string, files: readonly OutputFile[]): void {
  checkFiles(folder, files);
  write(folder, files);
}

/** Every file below a folder, by its relative path, in a stable order. */
export function readFiles(folder: string): OutputFile[] {
  return fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => fs.lstatSync(path.join(folder, name)).isFile())
    .map((name) => name.split(path.sep).join('/'))
    .sort()
    .map((name) => ({ path: name, content: fs.readFileSync(path.join(folder, name)) }));
}

function write(folder: string, files: readonly OutputFile[]): void {
  for (const file of files) {
    const target = path.join(folder, file.path);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, file.content);
  }
}

function checkFiles(folder: string, files: readonly OutputFile[]): void {
  const names = new Set<string>();
  for (const file of files) {
    checkRelative(folder, file.path);
    const name = comparable(file.path);
    if (names.has(name)) throw Errors.refused(folder, 'two files of the output have one name', file.path, 'nothing is lost: the second would replace the first, by case alone on some file systems', 'rename one of them');
    names.add(name);
  }
  for (const file of files) {
    const parents = file.path.split('/').slice(0, -1).map((_, index, all) => all.slice(0, index + 1).join('/'));
    const taken = parents.find((parent) => names.has(comparable(parent)));
    if (taken !== undefined) throw Errors.refused(folder, 'a file of the output has the name of a folder', taken, `a path is a file or a folder, and ${file.path} needs the folder`, 'rename one of them');
  }
}

/** Some file systems tell names apart neither by case nor by how Unicode composes them. */
function comparable(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function checkRelative(folder: string, name: string): void {
  const segments = typeof name === 'string' ? name.split('/') : [];
  const unsafe = /[\u0000-\u001f\u007f\\]/;
  if (segments.length === 0 || segments.some((segment) => segment === '' || segment === '.' || segment === '..' || unsafe.test(segment))) {
    throw Errors.refused(folder, 'a file of the output has no plain relative path', name, 'the output lies within its folder', "use a path such as 'k8s/00-namespaces.k8s.yaml'");
  }
}

interface Replacement extends FolderOutput {
  /** The folder itself, links resolved. */
  readonly target: string;
  /** The sibling that is to become the folder. */
  readonly next: string;
}

function resolveTarget(folder: string): string {
  return fs.existsSync(folder) ? fs.realpathSync(folder) : path.resolve(folder);
}

function checkReplaceable({ folder, owns }: FolderOutput, target: string): void {
  const rule = 'a synth replaces its output folder, and what is in it goes';
  if (fs.existsSync(target) && !fs.statSync(target).isDirectory()) throw Errors.refused(folder, 'the output folder is a file', folder, rule, 'name a folder');
  if (isWithin(fs.realpathSync(process.cwd()), target)) {
    throw Errors.refused(folder, 'the output folder holds the working directory', folder, rule, "name a folder of the output's own, such as 'dist/healthcare-cluster'");
  }
  const foreign = fs.existsSync(target) ? fs.readdirSync(target).filter((name) => !owns.includes(name)) : [];
  if (foreign.length > 0) {
    throw Errors.refused(folder, 'the output folder holds what no synth wrote', foreign.sort(), rule, "name a folder of the output's own, or move that away");
  }
}

/** Folders of which one holds another would delete each other. */
function checkApart(replacements: readonly Replacement[]): void {
  for (const one of replacements) {
    const other = replacements.find((candidate) => candidate !== one && isWithin(candidate.target, one.target));
    if (other) throw Errors.refused(one.folder, 'an output folder holds another', other.folder, 'each output folder is replaced whole', 'give each output a folder beside the others');
  }
}

function isWithin(inner: string, outer: string): boolean {
  const relative = path.relative(outer, inner);
  return relative === '' || (relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative));
}

function nextPrefix(target: string): string {
  return path.join(path.dirname(target), `.${path.basename(target)}-next-`);
}

/** Puts back what a killed run had moved aside, and removes what it had prepared. A run that still lives is left alone. */
function recover(target: string): void {
  const parent = path.dirname(target);
  if (!fs.existsSync(parent)) return;
  const prefix = path.basename(nextPrefix(target));
  for (const name of fs.readdirSync(parent)) {
    const pid = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid === undefined || isRunning(Number(pid))) continue;
    const left = path.join(parent, name);
    if (name.endsWith(PREVIOUS) && !fs.existsSync(target)) fs.renameSync(left, target);
    else fs.rmSync(left, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const PREVIOUS = '-previous';

function swapAll(replacements: readonly Replacement[]): void {
  const undo: (() => void)[] = [];
  try {
    for (const { next, target } of replacements) {
      const previous = `${next}${PREVIOUS}`;
      if (fs.existsSync(target)) {
        fs.renameSync(target, previous);
        undo.push(() => fs.renameSync(previous, target));
      }
      fs.renameSync(next, target);
      undo.push(() => fs.renameSync(target, next));
    }
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  }
  for (const { next } of replacements) fs.rmSync(`${next}${PREVIOUS}`, { recursive: true, force: true });
}
