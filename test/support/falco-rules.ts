import * as YAML from 'yaml';

/** An event as Falco sees it: fields by name. */
export type FalcoEvent = Record<string, string | number | boolean>;

interface Entry { list?: string; items?: string[]; macro?: string; rule?: string; condition?: string; desc?: string; output?: string; priority?: string; tags?: string[] }
type Node = (event: FalcoEvent) => boolean;

/** Fields of Falco's kernel events and of its container plugin that rules here may use (Falco, supported fields; container plugin, README). */
const FIELDS = [
  'container.id', 'container.image.repository', 'container.name', 'evt.is_open_read', 'evt.is_open_write', 'evt.type', 'fd.l4proto', 'fd.name', 'fd.sip', 'fd.snet', 'fd.sport', 'fd.typechar',
  'fs.path.target', 'k8s.ns.name', 'k8s.pod.name', 'proc.exepath', 'proc.is_container_healthcheck', 'proc.is_container_liveness_probe', 'proc.is_container_readiness_probe',
  'proc.is_exe_upper_layer', 'proc.name', 'proc.pname', 'proc.tty', 'proc.vpid', 'user.uid',
];
const PRIORITIES = ['EMERGENCY', 'ALERT', 'CRITICAL', 'ERROR', 'WARNING', 'NOTICE', 'INFORMATIONAL', 'DEBUG'];

/**
 * Falco's rules, as far as ours use its language: and, or, not, parentheses, macros, lists, and the operators =, !=, in, pmatch and exists. What it does not know it
 * refuses, so that a rule that Falco would read in another way does not pass here.
 */
export class FalcoRules {
  private readonly lists = new Map<string, string[]>();
  private readonly macros = new Map<string, Node>();
  private readonly rules = new Map<string, Node>();
  private readonly used = new Set<string>();

  /** @throws where a rule is none, or uses what is not defined before it. */
  public constructor(files: readonly string[]) {
    for (const entry of files.flatMap((file) => YAML.parse(file) as Entry[])) this.add(entry);
  }

  /** The rules that an event breaks. */
  public alerts(event: FalcoEvent): string[] {
    for (const field of Object.keys(event)) if (!FIELDS.includes(field)) throw new Error(`no such field: ${field}`);
    return [...this.rules].filter(([, matches]) => matches(event)).map(([name]) => name);
  }

  public get ruleNames(): string[] {
    return [...this.rules.keys()];
  }

  /** Lists and macros that nothing uses: a name that is misspelt somewhere. */
  public get unused(): string[] {
    return [...this.lists.keys(), ...this.macros.keys()].filter((name) => !this.used.has(name));
  }

  private add(entry: Entry): void {
    if (entry.list !== undefined) {
      if (Object.keys(entry).join() !== 'list,items' || this.lists.has(entry.list) || !entry.items?.length) throw new Error(`list ${entry.list} is none`);
      this.lists.set(entry.list, entry.items.map(String));
    } else if (entry.macro !== undefined) {
      if (Object.keys(entry).join() !== 'macro,condition' || this.macros.has(entry.macro)) throw new Error(`macro ${entry.macro} is none`);
      this.macros.set(entry.macro, this.compile(entry.condition!));
    } else {
      if (Object.keys(entry).join() !== 'rule,desc,condition,output,priority,tags' || this.rules.has(entry.rule!)) throw new Error(`rule ${entry.rule} is none`);
      if (!PRIORITIES.includes(entry.priority!)) throw new Error(`no such priority: ${entry.priority}`);
      for (const [, field] of entry.output!.matchAll(/%([a-z0-9_.]+)/g)) if (!FIELDS.includes(field)) throw new Error(`no such field: ${field}`);
      this.rules.set(entry.rule!, this.compile(entry.condition!));
    }
  }

  private compile(condition: string): Node {
    const tokens = condition.match(/[(),]|!=|=|[^\s(),=!]+/g) ?? [];
    const node = this.or(tokens);
    if (tokens.length > 0) throw new Error(`unread: ${tokens.join(' ')}`);
    return node;
  }

  private or(tokens: string[]): Node {
    const nodes = [this.and(tokens)];
    while (tokens[0] === 'or') { tokens.shift(); nodes.push(this.and(tokens)); }
    return (event) => nodes.some((node) => node(event));
  }

  private and(tokens: string[]): Node {
    const nodes = [this.not(tokens)];
    while (tokens[0] === 'and') { tokens.shift(); nodes.push(this.not(tokens)); }
    return (event) => nodes.every((node) => node(event));
  }

  private not(tokens: string[]): Node {
    if (tokens[0] !== 'not') return this.primary(tokens);
    tokens.shift();
    const node = this.primary(tokens);
    return (event) => !node(event);
  }

  private primary(tokens: string[]): Node {
    const token = tokens.shift();
    if (token === undefined) throw new Error('the condition ends early');
    if (token === '(') {
      const node = this.or(tokens);
      if (tokens.shift() !== ')') throw new Error('a parenthesis is open');
      return node;
    }
    if (!token.includes('.')) {
      const macro = this.macros.get(token);
      if (!macro) throw new Error(`no such macro: ${token}`);
      this.used.add(token);
      return macro;
    }
    if (!FIELDS.includes(token)) throw new Error(`no such field: ${token}`);
    return this.comparison(token, tokens);
  }

  private comparison(field: string, tokens: string[]): Node {
    const operator = tokens.shift();
    switch (operator) {
      case 'exists': return (event) => field in event;
      case '=': { const value = tokens.shift()!; return (event) => String(event[field]) === value; }
      case '!=': { const value = tokens.shift()!; return (event) => String(event[field]) !== value; }
      case 'in': { const values = this.values(tokens); return (event) => field in event && (field === 'fd.snet' ? values.some((block) => inBlock(block, String(event['fd.sip']))) : values.includes(String(event[field]))); }
      // The longest path of a list that stands at the beginning, part by part.
      case 'pmatch': { const values = this.values(tokens); return (event) => field in event && values.some((prefix) => `${String(event[field])}/`.startsWith(`${prefix}/`)); }
      default: throw new Error(`no such operator: ${operator}`);
    }
  }

  private values(tokens: string[]): string[] {
    if (tokens.shift() !== '(') throw new Error('a list is expected');
    const values: string[] = [];
    for (let token = tokens.shift(); token !== ')'; token = tokens.shift()) {
      if (token === undefined) throw new Error('a list is open');
      if (token === ',') continue;
      const list = this.lists.get(token);
      if (list) this.used.add(token);
      else if (/^hipaa_/.test(token)) throw new Error(`no such list: ${token}`);
      values.push(...(list ?? [token]));
    }
    return values;
  }
}

function inBlock(block: string, address: string): boolean {
  const [network, prefix] = block.split('/');
  const [bits, own] = [bitsOf(network), bitsOf(address)];
  return bits.length === own.length && own.startsWith(bits.slice(0, Number(prefix)));
}

function bitsOf(address: string): string {
  if (!address.includes(':')) return address.split('.').map((part) => Number(part).toString(2).padStart(8, '0')).join('');
  const [head, tail = ''] = address.split('::').map((part) => part.split(':').filter(Boolean)) as [string[], string[] | undefined];
  const last = tail === '' ? [] : tail;
  return [...head, ...Array<string>(8 - head.length - last.length).fill('0'), ...last].map((group) => parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
