import * as YAML from 'yaml';

type Fields = Record<string, string | number | boolean>;

interface Entry { list?: string; items?: string[]; macro?: string; rule?: string; condition?: string; desc?: string; output?: string; priority?: string; tags?: string[] }
type Node = (event: Fields) => boolean;

/** Fields of Falco's kernel events and of its container plugin that rules here may use (Falco, supported fields; container plugin, README). */
const FIELDS = [
  'container.duration', 'container.id', 'container.image.repository', 'container.name', 'evt.failed', 'evt.is_open_read', 'evt.is_open_write', 'evt.num', 'evt.type', 'fd.l4proto', 'fd.name', 'fd.sip',
  'fd.snet', 'fd.sport', 'fd.typechar', 'fs.path.source', 'fs.path.target', 'k8s.ns.name', 'k8s.pod.name', 'proc.args', 'proc.exepath', 'proc.is_exe_from_memfd', 'proc.is_exe_lower_layer',
  'proc.is_exe_upper_layer', 'proc.name', 'proc.pid', 'proc.pname', 'proc.tty', 'proc.vpid', 'user.uid',
];
const PRIORITIES = ['EMERGENCY', 'ALERT', 'CRITICAL', 'ERROR', 'WARNING', 'NOTICE', 'INFORMATIONAL', 'DEBUG'];

/** Where the file of a program lies: in the image, written into the container, on a volume (an emptyDir, a tmpfs), in memory alone. */
export type ProgramPlace = 'image' | 'written' | 'volume' | 'memory';

/** Who does it. */
export interface FalcoProcess {
  /** Name as the kernel has it. @default - the last part of the path */
  readonly name?: string;
  readonly path?: string;
  readonly args?: readonly string[];
  readonly parent?: string;
  /** Number in the container's own count. */
  readonly vpid?: number;
  readonly place?: ProgramPlace;
  /** Whether it is in the count of the node still, as what a runtime does before it enters the container. */
  readonly onNode?: boolean;
  /** Namespace of its pod; undefined where the container plugin knows nothing of the container. */
  readonly namespace?: string;
  readonly container?: string;
  /** Seconds since the container started. */
  readonly runsFor?: number;
}

/** What came of a call: a blocking call that is refused or runs into its time has no address in Falco (libs, parse_connect_exit). */
export type Outcome = 'made' | 'pending' | 'failed';

/**
 * What a system call of a process is to Falco (libs, event table and filter checks): the fields are made here and not by who writes a test, as Falco's are not what their names
 * say: a link's source is the new name, and a file that `creat` makes was never opened for writing.
 */
export class FalcoEvent {
  public static exec(syscall: 'execve' | 'execveat' = 'execve', options: { readonly failed?: boolean } = {}): FalcoEvent {
    return new FalcoEvent({ 'evt.type': syscall, 'evt.failed': options.failed ?? false });
  }

  public static open(file: string, mode: 'read' | 'write' = 'read', syscall: 'open' | 'openat' | 'openat2' = 'openat'): FalcoEvent {
    return new FalcoEvent({ ...FalcoEvent.ofFile(file), 'evt.type': syscall, 'evt.is_open_read': mode === 'read', 'evt.is_open_write': mode === 'write' });
  }

  public static creat(file: string): FalcoEvent {
    return new FalcoEvent({ ...FalcoEvent.ofFile(file), 'evt.type': 'creat', 'evt.is_open_read': false, 'evt.is_open_write': false });
  }

  public static rename(from: string, to: string, syscall: 'rename' | 'renameat' | 'renameat2' = 'renameat2'): FalcoEvent {
    return new FalcoEvent({ 'evt.type': syscall, 'fs.path.source': from, 'fs.path.target': to });
  }

  /** The new name is the source (libs, sinsp_filter_check_fspath: newpath). */
  public static link(existing: string, made: string, syscall: 'link' | 'linkat' = 'linkat'): FalcoEvent {
    return new FalcoEvent({ 'evt.type': syscall, 'fs.path.source': made, 'fs.path.target': existing });
  }

  /** The new name is the source (libs, sinsp_filter_check_fspath: linkpath). */
  public static symlink(leadsTo: string, made: string, syscall: 'symlink' | 'symlinkat' = 'symlinkat'): FalcoEvent {
    return new FalcoEvent({ 'evt.type': syscall, 'fs.path.source': made, 'fs.path.target': leadsTo });
  }

  public static connect(address: string, outcome: Outcome = 'made'): FalcoEvent {
    return FalcoEvent.toAddress('connect', address, 'tcp', outcome);
  }

  public static send(address: string, protocol: 'udp' | 'tcp', syscall: 'sendto' | 'sendmsg' | 'sendmmsg' = 'sendto'): FalcoEvent {
    return FalcoEvent.toAddress(syscall, address, protocol, 'made');
  }

  public static connectToSocket(file: string): FalcoEvent {
    return new FalcoEvent({ 'evt.type': 'connect', 'evt.failed': false, 'fd.typechar': 'u', 'fd.name': file });
  }

  private static ofFile(file: string): Fields {
    return { 'evt.failed': false, 'fd.typechar': 'f', 'fd.name': file };
  }

  private static toAddress(syscall: string, address: string, protocol: string, outcome: Outcome): FalcoEvent {
    const tuple: Fields = outcome === 'failed' ? {} : { 'fd.sip': address, 'fd.snet': address, 'fd.sport': 443 };
    return new FalcoEvent({ 'evt.type': syscall, 'evt.failed': outcome !== 'made', 'fd.typechar': address.includes(':') ? 6 : 4, 'fd.l4proto': protocol, ...tuple });
  }

  /** By name. */
  public readonly fields: Readonly<Fields>;

  private constructor(fields: Fields) {
    this.fields = { 'evt.num': 1, ...fields };
  }

  /** Done by a process of the node, outside of every container. */
  public onNode(process: FalcoProcess = {}): FalcoEvent {
    return new FalcoEvent({ ...this.by({ ...process, namespace: undefined, onNode: true }).fields, 'container.id': 'host' });
  }

  /** Done by a process of a container. */
  public by({ path = '/usr/bin/portal', name = path.split('/').at(-1)!, args = [], parent = 'portal', vpid = 40, place = 'image', onNode = false, ...where }: FalcoProcess = {}): FalcoEvent {
    const { namespace, container = 'portal', runsFor = 3600 } = where;
    return new FalcoEvent({
      ...this.fields,
      'proc.name': name.slice(0, 15), 'proc.pname': parent.slice(0, 15), 'proc.exepath': path, 'proc.args': args.join(' '), 'proc.vpid': vpid, 'proc.pid': onNode ? vpid : vpid + 31_000,
      // What is on no overlay file system is in none of its layers.
      'proc.is_exe_lower_layer': place === 'image', 'proc.is_exe_upper_layer': place === 'written', 'proc.is_exe_from_memfd': place === 'memory',
      'container.id': '3ad7b26ded6d', 'container.duration': runsFor * 1e9,
      ...(namespace === undefined ? {} : { 'k8s.ns.name': namespace, 'k8s.pod.name': 'portal-0', 'container.name': container }),
    });
  }
}

/**
 * Falco's rules, as far as ours use its language: and, or, not, parentheses, macros, lists, val(), quoted text, and the operators =, !=, >, in, pmatch, glob and exists. What it
 * does not know it refuses, so that a rule that Falco would read in another way does not pass here. A field that an event does not have answers every comparison with no, `!=` too.
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
  public alerts({ fields }: FalcoEvent): string[] {
    return [...this.rules].filter(([, matches]) => matches(fields)).map(([name]) => name);
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
    const tokens = condition.match(/"[^"\\]*"|val\([^()]*\)|[(),]|!=|=|>|[^\s(),=!>"]+/g) ?? [];
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
      case '=': { const value = this.value(tokens); return (event) => field in event && value(event) === String(event[field]); }
      case '!=': { const value = this.value(tokens); return (event) => field in event && value(event) !== undefined && value(event) !== String(event[field]); }
      case '>': { const value = Number(tokens.shift()); return (event) => field in event && Number(event[field]) > value; }
      // fnmatch without flags: a star takes slashes as well.
      case 'glob': { const pattern = new RegExp(`^${unquoted(tokens.shift()!).split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 's'); return (event) => field in event && pattern.test(String(event[field])); }
      case 'in': { const values = this.values(tokens); return (event) => field in event && (field === 'fd.snet' ? values.some((block) => inBlock(block, String(event['fd.sip']))) : values.includes(String(event[field]))); }
      // The longest path of a list that stands at the beginning, part by part.
      case 'pmatch': { const values = this.values(tokens); return (event) => field in event && values.some((prefix) => `${String(event[field])}/`.startsWith(`${prefix}/`)); }
      default: throw new Error(`no such operator: ${operator}`);
    }
  }

  /** What a field is compared to: a text, or another field. */
  private value(tokens: string[]): (event: Fields) => string | undefined {
    const token = tokens.shift();
    if (token === undefined || /^[(),]$/.test(token)) throw new Error('a value is expected');
    const field = /^val\((.*)\)$/.exec(token)?.[1];
    if (field === undefined) return () => unquoted(token);
    if (!FIELDS.includes(field)) throw new Error(`no such field: ${field}`);
    return (event) => (field in event ? String(event[field]) : undefined);
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

function unquoted(token: string): string {
  return token.replace(/^"(.*)"$/, '$1');
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
