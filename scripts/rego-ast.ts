import { execFileSync } from 'node:child_process';

/** What `opa parse` says of a node: where it starts, and its text. */
interface Location {
  readonly row: number;
  readonly col: number;
  /** In base64. */
  readonly text: string;
}

export interface Term {
  readonly location?: Location;
  readonly type: string;
  /** Of a call, the operator and its operands; of an object, pairs; of a comprehension, its parts. */
  readonly value: unknown;
}

export interface Expression {
  readonly location: Location;
  readonly negated?: boolean;
  readonly terms: Term | readonly Term[] | Declaration | Every;
}

/** some ... in ... */
export interface Declaration {
  readonly symbols: readonly Term[];
}

export interface Every {
  readonly key: Term | null;
  readonly value: Term;
  readonly domain: Term;
  readonly body: readonly Expression[];
}

export interface Rule {
  readonly location: Location;
  readonly default?: boolean;
  readonly head: { readonly location: Location; readonly name: string; readonly key?: Term; readonly value?: Term };
  readonly body: readonly Expression[];
  readonly else?: Rule;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A Rego file as Open Policy Agent reads it. */
export class RegoFile {
  public readonly rules: readonly Rule[];
  private readonly lines: readonly number[];

  public constructor(file: string, public readonly text: string) {
    const output = execFileSync('opa', ['parse', '--format', 'json', '--json-include', 'locations', file], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    this.rules = (JSON.parse(output) as { rules: Rule[] }).rules;
    this.lines = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  public slice({ start, end }: Span): string {
    return this.text.slice(start, end);
  }

  public lineOf(start: number): number {
    return this.lines.filter((line) => line <= start).length;
  }

  /** @throws where the text of the node does not stand where the parser says, as a mutant of it would be of something else. */
  public spanOf({ location }: { readonly location?: Location }): Span {
    if (location === undefined) throw new Error('opa: a node without a location');
    const { row, col } = location;
    const text = Buffer.from(location.text, 'base64').toString('utf8');
    const start = this.startOf(text, this.lines[row - 1] + col - 1);
    if (start === undefined) throw new Error(`opa: line ${row}, column ${col} is not '${text}'`);
    return { start, end: start + (text === '-' ? /^-[0-9.]+/.exec(this.text.slice(start))![0].length : extentOf(text)) };
  }

  /** Of what begins with parentheses, the parser names what stands in them. */
  private startOf(text: string, said: number): number | undefined {
    for (let start = said; start >= 0; start--) {
      if (this.text.startsWith(text, start)) return start;
      if (!'( \t\n'.includes(this.text[start - 1])) return undefined;
    }
    return undefined;
  }
}

/** The parser's texts of calls may end with the token behind them: a closing bracket that was never opened, or a comma. */
function extentOf(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const quote = /^(?:"(?:[^"\\]|\\.)*"|`[^`]*`|#.*)/.exec(text.slice(at))?.[0];
    if (quote !== undefined) at += quote.length - 1;
    else if ('([{'.includes(text[at])) depth++;
    else if (')]}'.includes(text[at]) && --depth < 0) return text.slice(0, at).trimEnd().length;
  }
  return text.replace(/[\s,]+$/, '').length;
}
