import { at, listAt } from './content';
import { containersOf } from './pod-containers';

/*
 * The same judgement as the admission policy plaintext-secrets makes in the cluster, so that synth refuses what the webhook would. A test holds the two together: every
 * case of the policy is judged here as well. Expressions differ where JavaScript's backtracking would take long on large values.
 */

/** Values that are secret material whatever they are called. */
const FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ['a private key', /-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----/],
  ['an AWS access key', /\b(AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a GitHub token', /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})/],
  ['a Slack token', /\bxox[abeprs]-[A-Za-z0-9-]{10,}/],
  ['a Google API key', /\bAIza[0-9A-Za-z_-]{35}/],
  ['a Stripe key', /\b[rs]k_live_[0-9A-Za-z]{16,}/],
  ['a signed token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  ['a URL with a password', /[A-Za-z][A-Za-z0-9+.-]{0,40}:\/\/[^/\s:@"']*:[^/\s@"'$<{*][^/\s@"']*@/],
  ['a connection string with a password', /(^|;)\s*(password|pwd)\s*=\s*[^;\s"'$<{*]/i],
];

/** Names whose last word is a secret, but for words that tell copies and encodings apart. */
const SECRET_WORDS = '(?:passw(?:or)?d|passphrase|passcode|(?:^|[^A-Za-z0-9])pass|pwd|secret|token|credentials?|creds'
  + '|(?:access|account|api|auth|encryption|master|private|secret|shared|signing|ssh)[-_.]?key)'
  + '(?:[-_.]?(?:value|text|txt|plain|b64|base64|dev|test|stage|staging|prod|production|live|old|new|previous|current|primary|secondary|[0-9]))*';
const SECRET_NAME = new RegExp(`${SECRET_WORDS}$`, 'i');

/** Values that are no secret, though their name says so: nothing, a switch, a path, a reference that something else resolves. */
const HARMLESS = [
  /^\s*(true|false|yes|no|on|off|none|null|nil|~)?\s*$/i,
  /^(\/[a-z0-9._-]+)*\/?$/,
  /^\/(etc|home|mnt|opt|run|secrets|srv|tmp|usr|var|vault)\/\S+$/,
  /^\*+$/,
  /^<[^<>]+>$/,
  /^\$\([A-Za-z_][A-Za-z0-9_.-]*\)$/,
  /^\$[A-Za-z_][A-Za-z0-9_]*$/,
  /^\$\{(env:|file:)?[A-Za-z0-9_./-]+(:-?)?\}$/,
  /^\{\{[^{}"']+\}\}$/,
  /^arn:aws[a-z-]*:(secretsmanager|ssm):\S+$/,
  /^vault:[^#\s]+#\S+$/,
];

/** Files whose lines give names to values; scripts are left out, as they compute what they assign. */
const CONFIG_FILE = /\.(properties|env|ini|conf|cfg|cnf|toml|yaml|yml|json)$/;
const SECRET_LINE = new RegExp(`^.*${SECRET_WORDS}["']?[ \\t]*[:=].*$`, 'gim');
const COMMENT = /^\s*(#|;|\/\/)/;
const ASSIGNMENT = /(?<![A-Za-z0-9_.-])([A-Za-z0-9_.-]+)["']?[ \t]*[:=][ \t]*("[^"]*"|'[^']*'|[^\s,;#"'{}[\]|>&!][^\s,;]*)/g;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What the constraint in the cluster takes as parameters. */
export interface LiteralSecretRules {
  /** Names that look like a secret's and are not; exact, with case. */
  readonly allowedNames?: readonly string[];
  /** Forms of secrets of one's own. */
  readonly extraPatterns?: readonly RegExp[];
}

/** Secrets that stand in clear in a ConfigMap, each as `data[key] gives 'name' a literal value`. */
export function literalSecretsOfConfigMap(content: unknown, rules: LiteralSecretRules = {}): string[] {
  return ['data', 'binaryData'].flatMap((list) => Object.entries((at(content, list) ?? {}) as object).flatMap(([key, value]) => {
    const text = textOf(value);
    return [...flaws(`${list}[${key}]`, text, [[key, text], ...assignmentsOf(key, text)], rules)];
  }));
}

/** Secrets that stand in clear in the environment or on the command line of a container. */
export function literalSecretsOfPod(spec: unknown, rules: LiteralSecretRules = {}): string[] {
  return containersOf(spec).flatMap(({ place, content }) => [
    ...listAt(content, 'env').flatMap((variable, index) => {
      const value = at(variable, 'value');
      return value === undefined ? [] : [...flaws(`${place}.env[${index}].value`, textOf(value), [[textOf(at(variable, 'name')), textOf(value)]], rules)];
    }),
    ...['command', 'args'].flatMap((list) => {
      const words = listAt(content, list).map(textOf);
      return words.flatMap((word, index) => [...flaws(`${place}.${list}[${index}]`, word, namedByFlag(words, index), rules)]);
    }),
  ]);
}

type Named = readonly [name: string, text: string];

function* flaws(path: string, text: string, named: readonly Named[], { allowedNames = [], extraPatterns = [] }: LiteralSecretRules): Generator<string> {
  const decoded = decode(text);
  const shows = (form: RegExp): boolean => form.test(text) || (decoded !== undefined && form.test(decoded));
  for (const [what, form] of FORMS) if (shows(form)) yield `${path} holds ${what}`;
  if (extraPatterns.some(shows)) yield `${path} holds what an extra pattern of the constraint names`;
  const literal = named.filter(([name, value]) => SECRET_NAME.test(name) && !allowedNames.includes(name) && !HARMLESS.some((form) => form.test(value)));
  for (const name of new Set(literal.map(([name]) => name))) yield `${path} gives '${name}' a literal value`;
}

/** What a flag gives a name to: --db-password=..., or the word after --db-password. */
function namedByFlag(words: readonly string[], index: number): Named[] {
  const assigned = /^--?([A-Za-z0-9_.-]+)=([\s\S]*)$/.exec(words[index]);
  const before = index > 0 && !words[index].startsWith('-') ? /^--?([A-Za-z0-9_.-]+)$/.exec(words[index - 1]) : null;
  return [...(assigned ? [[assigned[1], assigned[2]] as const] : []), ...(before ? [[before[1], words[index]] as const] : [])];
}

function assignmentsOf(file: string, text: string): Named[] {
  if (!CONFIG_FILE.test(file.toLowerCase())) return [];
  return [...text.matchAll(SECRET_LINE)].filter(([line]) => !COMMENT.test(line))
    .flatMap(([line]) => [...line.matchAll(ASSIGNMENT)].map(([, name, value]) => [name, value.replace(/^["']+|["']+$/g, '')] as const));
}

/** Encoding hides nothing: kubectl itself writes binaryData in base64. */
function decode(text: string): string | undefined {
  const joined = text.replace(/[\r\n]/g, '');
  return joined !== '' && BASE64.test(joined) ? Buffer.from(joined, 'base64').toString('utf8') : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value) ?? '';
}
