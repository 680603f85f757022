import * as fs from 'node:fs';
import * as path from 'node:path';
import { checkFields, checkText, checkTexts } from '../profile/checks';
import { Errors } from '../profile/errors';
import { checkSettings, SETTINGS_FIELDS, type WrittenSettings } from './check-settings';
import { EXCEPTIONS_FILE } from './exceptions-file';
import { readYamlFile } from './yaml-file';

/** Name of the file, where nobody gives another. */
export const CONFIG_FILE = 'cdk8s-hipaa.yaml';

/** What the file of the gate's settings says. */
export interface GateConfig {
  /** As it was named; undefined where there is none. */
  readonly file?: string;
  readonly settings: WrittenSettings;
  /** The file of the exceptions, from the working directory; undefined where there is none. */
  readonly exceptions?: string;
  /** Files and folders that are passed over in the folders that are checked, absolute. */
  readonly ignore: readonly string[];
}

const WHY = 'a setting that is not understood would be lost, and less be judged than was meant';

/**
 * The gate's settings: the fields of `GateSettings`, `exceptions` (a file) and `ignore` (files and folders), all named from the file's own folder.
 *
 * @param file as the user named it; undefined: `cdk8s-hipaa.yaml` of the working directory, if it is there.
 * @param folder the working directory.
 * @throws with file and line, where a field is none, or holds what it can't.
 */
export function readConfig(file: string | undefined, folder: string): GateConfig {
  if (file === undefined && !fs.existsSync(path.join(folder, CONFIG_FILE))) return { settings: {}, ignore: [], ...besides(folder, '.') };
  const named = file ?? CONFIG_FILE;
  const { content, at } = readYamlFile(named, folder);
  const home = path.dirname(named);
  if (content === null) return { file: named, settings: {}, ignore: [], ...besides(folder, home) };
  const fields = [...SETTINGS_FIELDS, 'exceptions', 'ignore'];
  if (typeof content === 'object' && !Array.isArray(content)) {
    const unknown = Object.keys(content).find((field) => !fields.includes(field));
    if (unknown !== undefined) throw Errors.unknownField(at(unknown), unknown, fields, WHY);
  }
  checkFields(at(), content as object, fields, WHY);
  const { exceptions, ignore = [], ...settings } = content as { readonly exceptions?: unknown; readonly ignore?: unknown };
  if (exceptions !== undefined) checkText(at('exceptions'), 'exceptions', exceptions);
  checkTexts(at('ignore'), 'ignore', ignore as string[], WHY, 'give a list of files and folders');
  (ignore as string[]).forEach((item, index) => checkIgnored(at('ignore', index), `ignore[${index}]`, item));
  return {
    file: named,
    settings: checkSettings(settings, at),
    ...(exceptions === undefined ? besides(folder, home) : { exceptions: path.join(home, exceptions as string) }),
    ignore: (ignore as string[]).map((item) => path.resolve(folder, home, item)),
  };
}

function checkIgnored(at: string, prop: string, item: string): void {
  checkText(at, prop, item);
  if (/[*?[\]{}!]/.test(item)) throw Errors.refused(at, `${prop} is a pattern`, item, 'ignore names files and folders as they are', 'name the folder itself');
}

function besides(folder: string, home: string): { exceptions?: string } {
  const file = path.join(home, EXCEPTIONS_FILE);
  return fs.existsSync(path.resolve(folder, file)) ? { exceptions: file } : {};
}
