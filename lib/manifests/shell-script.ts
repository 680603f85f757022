import * as path from 'node:path';
import { textFile } from './text-file';

/** A line that stands for another file, by its path from the one it is in: a script is mounted as one file, and pods have no other. */
const INCLUDE = /^# include (\S+)$/gm;

/** The text of a shell script of the library, with what it includes. */
export function shellScript(file: string): string {
  return textFile(file).replace(INCLUDE, (_line, included: string) => textFile(path.join(path.dirname(file), included)).trimEnd());
}
