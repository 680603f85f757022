import { FluentBitSchema } from '@calyptia/fluent-bit-config-parser';

/** A section of a configuration, as Fluent Bit reads it: keys in lower case. */
export interface Section {
  command: string;
  name?: string;
  [key: string]: string | undefined;
}

interface Block { command: string; name?: string; optional?: Record<string, string> }

/** The sections of a configuration file, in its order. */
export function sectionsOf(text: string): Section[] {
  const blocks = new FluentBitSchema(text, '/fluent-bit/etc/fluent-bit.conf').AST as unknown as Block[];
  return blocks.map(({ command, name, optional }) => ({ command, name, ...optional }));
}

/** The one section of a command, and of a plugin where it is named. */
export function sectionOf(text: string, command: string, name?: string): Section {
  const found = sectionsOf(text).filter((section) => section.command === command && (name === undefined || section.name === name));
  if (found.length !== 1) throw new Error(`${found.length} sections ${command} ${name ?? ''}`);
  return found[0];
}
