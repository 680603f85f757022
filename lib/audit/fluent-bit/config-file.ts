/** One entry of a section: key and value. */
export type ConfigEntry = readonly [string, string];

/** A section of a classic configuration file of Fluent Bit. */
export interface ConfigSection {
  readonly type: 'SERVICE' | 'INPUT' | 'FILTER' | 'OUTPUT';
  readonly entries: readonly ConfigEntry[];
}

/** The text of a classic configuration file. Values are checked where they come from; none of them may hold a line end. */
export function renderConfig(sections: readonly ConfigSection[]): string {
  return sections.map(renderSection).join('\n');
}

function renderSection(section: ConfigSection): string {
  const width = Math.max(...section.entries.map(([key]) => key.length)) + 2;
  const lines = section.entries.map(([key, value]) => `    ${key.padEnd(width)}${value}`);
  return [`[${section.type}]`, ...lines, ''].join('\n');
}
