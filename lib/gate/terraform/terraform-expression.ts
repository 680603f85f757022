import { UnknownValue } from './unknown-value';

/** Literals of Terraform's own language, as far as JSON can hold them; a reference stays the text `${reference}`. */
export function literalOf(expression: string): { readonly value: unknown } | undefined {
  const reader = new Reader(expression);
  try {
    const value = reader.value();
    return reader.atEnd() ? { value } : undefined;
  } catch {
    return undefined;
  }
}

/** The expression of a text that is nothing but one: of `${var.days}` it is `var.days`. */
export function expressionOf(text: string): string | undefined {
  if (!text.startsWith('${') || !text.endsWith('}')) return undefined;
  const end = endOfTemplate(text, 2);
  return end === text.length ? text.slice(2, -1).trim() : undefined;
}

/** Where the template that begins at an index ends, behind its brace; texts and templates inside it are passed over. */
function endOfTemplate(text: string, from: number): number {
  let depth = 1;
  for (let index = from; index < text.length; index++) {
    const character = text[index];
    if (character === '"') index = endOfText(text, index + 1) - 1;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return index + 1;
  }
  return -1;
}

function endOfText(text: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === '"') return index + 1;
    else if (text.startsWith('${', index) && text[index - 1] !== '$') {
      const end = endOfTemplate(text, index + 2);
      if (end < 0) break;
      index = end - 1;
    }
  }
  return text.length + 1;
}

const REFERENCE = /[A-Za-z_][\w-]*(\.[\w*-]+|\[(\d+|"[^"\\]*"|\*|[A-Za-z_][\w.]*)\])*/y;
const NUMBER = /-?\d+(\.\d+)?/y;
const SPACE = /(\s|#[^\n]*|\/\/[^\n]*)*/y;

class Reader {
  private index = 0;

  public constructor(private readonly text: string) {}

  public atEnd(): boolean {
    this.skip();
    return this.index === this.text.length;
  }

  public value(): unknown {
    this.skip();
    const next = this.text[this.index];
    if (next === '{') return this.object();
    if (next === '[') return this.list();
    if (next === '"') return this.string();
    const number = this.match(NUMBER);
    if (number !== undefined) return Number(number);
    const word = this.match(REFERENCE);
    if (word === undefined) throw new Error('no literal');
    if (word === 'jsonencode' && this.take('(')) {
      const value = this.value();
      if (!this.take(')')) throw new Error('no literal');
      return JSON.stringify(value);
    }
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    if (!word.includes('.') || this.peeks(/[(?+*/%<>=!&|-]/y)) throw new Error('no literal');
    return `\${${word}}`;
  }

  private object(): unknown {
    this.take('{');
    // A policy could name a field after a prototype's.
    const fields = new Map<string, unknown>();
    while (!this.take('}')) {
      this.skip();
      const key = this.text[this.index] === '"' ? this.string() : this.match(/[A-Za-z_][\w-]*/y);
      if (key === undefined || !(this.take('=') || this.take(':'))) throw new Error('no literal');
      fields.set(key, this.value());
      this.take(',');
    }
    return Object.fromEntries(fields);
  }

  private list(): unknown {
    this.take('[');
    const items: unknown[] = [];
    while (!this.take(']')) {
      items.push(this.value());
      if (!this.take(',') && !this.peeks(/\]/y)) throw new Error('no literal');
    }
    return items;
  }

  private string(): string {
    const end = endOfText(this.text, this.index + 1);
    const quoted = this.text.slice(this.index, end);
    this.index = end;
    // Quotes inside a template are not escaped: what JSON cannot read is no literal.
    return JSON.parse(quoted) as string;
  }

  private skip(): void {
    this.match(SPACE, false);
  }

  private take(character: string): boolean {
    this.skip();
    if (this.text[this.index] !== character) return false;
    this.index++;
    return true;
  }

  private peeks(form: RegExp): boolean {
    this.skip();
    form.lastIndex = this.index;
    return form.test(this.text);
  }

  private match(form: RegExp, skips = true): string | undefined {
    if (skips) this.skip();
    form.lastIndex = this.index;
    const found = form.exec(this.text);
    if (!found) return undefined;
    this.index = form.lastIndex;
    return found[0];
  }
}

/** The addresses of resources that an expression names: of `aws_s3_bucket.logs[0].id` it is `aws_s3_bucket.logs[0]`. */
export function referencesIn(expression: string): readonly string[] {
  const text = expression.replace(/"(?:[^"\\$]|\\.)*"/g, (quoted) => (/^"[\w-]+"$/.test(quoted) ? quoted : '""'));
  return [...text.matchAll(/(?<![\w.-])((?:data\.)?[a-z][a-z0-9]*_[a-z0-9_]+\.[A-Za-z_][\w-]*)(\[(?:\d+|"[^"\\]*")\])?/g)].map(([, address, instance]) => `${address}${instance ?? ''}`);
}

const ATTRIBUTE = /^(?:data\.)?[a-z][a-z0-9]*_\w+\.[\w-]+(?:\[(?:\d+|"[^"\\]*"|count\.index|each\.key)\])?\.(\w+)$/;

/** What is known of a value that an expression makes. It may hold anything, but where it is nothing but an attribute of a resource. */
export function unknownOf(expression: string, text = `\${${expression}}`): UnknownValue {
  return new UnknownValue(`it is ${text.length > 120 ? `${text.slice(0, 120)}...` : text}`, referencesIn(expression), ATTRIBUTE.exec(expression)?.[1]);
}

/** A value with its expression, where it is nothing but one, as an UnknownValue. */
export function withoutExpression(value: unknown): unknown {
  const expression = typeof value === 'string' ? expressionOf(value) : undefined;
  return expression === undefined ? value : unknownOf(expression);
}

/** A text with something else in the place of each reference to an ARN or identifier of a resource; other expressions stay. */
export function withoutNames(text: string, name: string): string {
  return text.replace(/\$\{((?:[^{}"]|"[^"\\{}]*")*)\}/g, (template, expression: string) => (unknownOf(expression.trim()).isNamed ? name : template));
}

/** Whether a text begins with an expression that may hold anything, a wildcard too. */
export function beginsUnknown(text: string): boolean {
  return /^[$%]\{/.test(withoutNames(text, 'one'));
}
