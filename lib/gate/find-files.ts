import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Unchecked } from './gate-result';

/** A file that is to be read. */
export interface FoundFile {
  /** As reports name it. */
  readonly shown: string;
  /** Undefined: the standard input. */
  readonly absolute?: string;
  /** Whether the user named it, and not a folder that it is in. */
  readonly isNamed: boolean;
}

export interface FoundFiles {
  /** In the order of the paths, then of names. What can't be read stands where its file would. */
  readonly entries: readonly (FoundFile | Unchecked)[];
  readonly passedOver: readonly string[];
}

export interface FindFilesOptions {
  /** From which paths are named. */
  readonly folder: string;
  /** Absolute paths that are passed over, and told. */
  readonly ignore: readonly string[];
  /** Absolute paths that are no input. */
  readonly own: readonly string[];
}

const EXTENSION = /\.(ya?ml|json)$/i;
const GIVE_INPUT = 'give the gate files of YAML or JSON, or folders that hold some';

/** The files that paths stand for; each once, however it is reached. */
export function findFiles(paths: readonly string[], options: FindFilesOptions): FoundFiles {
  const search = new Search(options);
  for (const given of paths) search.add(given);
  return search;
}

/** What the system says of a failure, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Readonly<Record<string, string>> = { ENOENT: 'there is no such file or folder', EACCES: 'reading is not permitted', EPERM: 'reading is not permitted', ELOOP: 'its links go in a circle' };
  return (code === undefined ? undefined : words[code]) ?? message;
}

class Search implements FoundFiles {
  public readonly entries: (FoundFile | Unchecked)[] = [];
  public readonly passedOver: string[] = [];
  private readonly seen = new Set<string>();
  /** How many files each folder holds, at any depth; a folder that is being read holds none yet, so that links in a circle end. */
  private readonly folders = new Map<string, number>();
  private readonly folder: string;
  private readonly ignore: ReadonlySet<string>;
  private readonly own: ReadonlySet<string>;

  public constructor({ folder, ignore, own }: FindFilesOptions) {
    this.folder = folder;
    this.ignore = new Set(ignore);
    this.own = new Set(own);
  }

  public add(given: string): void {
    if (given === '-') {
      if (!this.seen.has('-')) this.entries.push({ shown: '-', isNamed: true });
      this.seen.add('-');
      return;
    }
    const absolute = path.resolve(this.folder, given);
    const stat = this.attempt(given, () => fs.statSync(absolute));
    if (stat === undefined) return;
    if (stat.isDirectory()) {
      const prefix = given === '.' ? '' : given.replace(/[\\/]*$/, '/');
      if (this.walk(absolute, prefix, given) === 0) this.refuse('a folder', 'it holds no file of YAML or JSON', GIVE_INPUT, given);
    } else if (stat.isFile() || stat.isFIFO()) {
      this.addFile(absolute, given, true);
    } else {
      this.refuse('a path', 'it is neither a file nor a folder', GIVE_INPUT, given);
    }
  }

  /** How many files there are in a folder. */
  private walk(absolute: string, prefix: string, shown: string): number {
    const real = this.attempt(shown, () => fs.realpathSync(absolute));
    // What can't be read is told: it is not empty.
    if (real === undefined) return 1;
    const known = this.folders.get(real);
    if (known !== undefined) return known;
    this.folders.set(real, 0);
    const items = this.attempt(shown, () => fs.readdirSync(absolute, { withFileTypes: true }));
    if (items === undefined) return 1;
    let files = 0;
    for (const item of items.sort((a, b) => (a.name < b.name ? -1 : 1))) files += this.visit(item, path.join(absolute, item.name), `${prefix}${item.name}`);
    this.folders.set(real, files);
    return files;
  }

  private visit(item: fs.Dirent, absolute: string, shown: string): number {
    if (this.own.has(absolute)) return 0;
    const isData = EXTENSION.test(item.name);
    if (this.ignore.has(absolute)) {
      this.passedOver.push(shown);
      return 0;
    }
    if (item.name === 'node_modules' || (item.name.startsWith('.') && !isData)) return 0;
    // A link may lead to a file as well as to a folder; one that leads nowhere is told.
    const target = item.isSymbolicLink() ? this.attempt(shown, () => fs.statSync(absolute)) : item;
    if (target === undefined) return 1;
    if (target.isDirectory()) return item.name.startsWith('.') ? 0 : this.walk(absolute, `${shown}/`, shown);
    if (!isData) return 0;
    if (target.isFile()) this.addFile(absolute, shown, false);
    else this.refuse('a path', 'it is neither a file nor a folder', 'remove it, or name it by itself', shown);
    return 1;
  }

  private addFile(absolute: string, shown: string, isNamed: boolean): void {
    const real = realOf(absolute);
    if (this.seen.has(real)) return;
    this.seen.add(real);
    this.entries.push({ shown, absolute, isNamed });
  }

  private attempt<T>(shown: string, action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.refuse('a path', `it can't be read: ${reasonOf(error)}`, 'name what is there, and may be read', shown);
      return undefined;
    }
  }

  private refuse(what: string, why: string, remedy: string, file: string): void {
    this.entries.push({ what, why, remedy, origin: { file } });
  }
}

/** Of a pipe, such as a shell makes of `<(helm template .)`, there is no other path. */
function realOf(absolute: string): string {
  try {
    return fs.realpathSync(absolute);
  } catch {
    return absolute;
  }
}
