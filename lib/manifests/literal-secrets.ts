import { at, listAt } from './content';
import { containersOf } from './pod-containers';

/*
 * The same judgement as the admission policy plaintext-secrets makes in the cluster, so that synth refuses what the webhook would. Tests hold the two together: every
 * case of the policy is judged here as well, and generated names and values by both. So white space is what RE2 takes for it, and letters fold as Unicode's do (`iu`).
 * Repetitions are bounded where JavaScript's backtracking would take long on large values.
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
  ['a URL with a password', /[A-Za-z][A-Za-z0-9+.-]{0,40}:\/\/[^/ \t\r\n\f:@"']*:[^/ \t\r\n\f@"'$<{*][^/ \t\r\n\f@"']*@/],
  // Not what is computed or filled in, nor a path.
  ['a connection string with a password', /(^|[;?&])[ \t\r\n\f]{0,20}(password|passwd|pwd)[ \t\r\n\f]{0,20}=[ \t\r\n\f]{0,20}["']?([^;& \t\r\n\f"'$<{*\/%=\x60]|\/[^a-z]|%[0-9a-f])/iu],
  ['a password in quotes', /[ \t\r\n\f](password|passwd|pwd)[ \t]{0,20}=[ \t]{0,20}["']([^; \t\r\n\f"'$<{*\/%\x60]|\/[^a-z]|%[0-9a-f])/iu],
  ['a connection string with an account key', /(^|[;?&"' \t\r\n\f])(accountkey|sharedaccesskey)[ \t]{0,20}=[ \t]{0,20}["']?([A-Za-z0-9+]|\/[A-Za-z0-9+/]{20})/iu],
  ['a data source name with a password', /[^ \t\r\n\f:@"'=]:([^ \t\r\n\f@"'$<{*%\x60]|%[0-9a-f])[^ \t\r\n\f@]{0,128}@(tcp|unix)\(/],
  ['a bearer token', /(^|authorization["']?[ \t]{0,20}[:=][ \t]{0,20}["']?)bearer[ \t]{1,20}[A-Za-z0-9+/=._~-]{8}/iu],
  // In quads, as base64 is: 'Basic authentication' is none.
  ['the credentials of a request', /(^|authorization["']?[ \t]{0,20}[:=][ \t]{0,20}["']?)basic[ \t]{1,20}([A-Za-z0-9+/]{4}){1,250}([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)($|[ \t\r\n\f"'])/iu],
];

/** Names whose last word is a secret, but for words that tell copies and encodings apart. COMPASS and BYPASS are none, PASS_THROUGH neither. */
const STEMS = 'passw(?:or)?d|passphrase|passcode|(?:admin|bind|db|ldap|mail|pg|redis|root|smtp|sql|ssh|user)pass|pwd|secret|token|credentials?|creds'
  + '|(?:access|account|aes|api|auth|cookie|encryption|hmac|master|private|secret|session|shared|signing|ssh)[-_.]?key';
const SUFFIXES = '(?:[-_.]?(?:value|text|txt|plain|b64|base64|dev|test|stage|staging|prod|production|live|old|new|previous|current|primary|secondary|[0-9]))*';
const SECRET_NAMES = [new RegExp(`(?:${STEMS}|(?:^|[^A-Za-z0-9])pass)${SUFFIXES}$`, 'iu'), /[a-z]Pass[0-9]*$/];

/** Values that are no secret, though their name says so: nothing, a switch, a path, a reference that something else resolves. */
const HARMLESS = [
  /^[ \t\r\n\f]*(true|false|yes|no|on|off|none|null|nil|~)?[ \t\r\n\f]*$/iu,
  // Switches, and what browsers take for the credentials of a request (Fetch, credentials mode); whole words that are nobody's default password.
  /^[ \t\r\n\f]*(enabled|disabled|required|optional|omit|include|same-origin)[ \t\r\n\f]*$/iu,
  /^(\/[a-z0-9._-]+)*\/?$/,
  /^\/(etc|home|mnt|opt|run|secrets|srv|tmp|usr|var|vault)\/[^ \t\r\n\f]+$/,
  /^\*+$/,
  /^<[^<>]+>$/,
  /^\$\([A-Za-z_][A-Za-z0-9_.-]*\)$/,
  /^\$[A-Za-z_][A-Za-z0-9_]*$/,
  /^\$\{(env:|file:)?[A-Za-z0-9_./-]+(:-?)?\}$/,
  /^\{\{[^{}"']+\}\}$/,
  /^arn:aws[a-z-]*:(secretsmanager|ssm):[^ \t\r\n\f]+$/,
  /^vault:[^# \t\r\n\f]+#[^ \t\r\n\f]+$/,
];

/** Files whose lines give names to values; scripts are left out, as they compute what they assign. */
const CONFIG_FILE = /\.(properties|env|ini|conf|cfg|cnf|toml|yaml|yml|json)$/;
const SECRET_LINE = new RegExp(`(?:${STEMS}|pass)${SUFFIXES}["']?[ \\t]*[:=]`, 'iu');
const COMMENT = /^[ \t\r\n\f]*(#|;|\/\/)/;
const ASSIGNMENT = /(?<![A-Za-z0-9_.-])([A-Za-z0-9_.-]+)["']?[ \t]*[:=][ \t]*("[^"]*"|'[^']*'|[^ \t\r\n\f,;#"'{}[\]|>&!][^ \t\r\n\f,;]*)/g;
/** NAME=value in a command line, a list of options or a query; what a shell computes is none. */
const INLINE = /(?:^|[ \t\r\n\f;&|(,?"'])(?:--?)?([A-Za-z0-9_.-]+)=("[^"$\x60]+"|'[^']+'|[^ \t\r\n\f;&|(),"'$<{*=\x60][^ \t\r\n\f;&|(),"'\x60]*)/g;
const ONE_LINE = /^[^\r\n]*[\r\n]*$/;
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
    return [...flaws(`${list}[${key}]`, text, [[key, text], ...flagged(text), ...(ONE_LINE.test(text) ? inline(text) : []), ...assignmentsOf(key, text)], rules)];
  }));
}

/** Secrets that stand in clear in the environment of a container, on its command line, or in what its probes and hooks run and ask. */
export function literalSecretsOfPod(spec: unknown, rules: LiteralSecretRules = {}): string[] {
  return containersOf(spec).flatMap(({ place, content }) => [
    ...ofVariables(`${place}.env`, listAt(content, 'env'), rules),
    ...['command', 'args'].flatMap((list) => ofCommand(`${place}.${list}`, listAt(content, list), rules)),
    ...HANDLERS.flatMap((path) => ofHandler(`${place}.${path.join('.')}`, at(content, ...path), rules)),
  ]);
}

/** What the kubelet runs or asks besides. */
const HANDLERS = [['livenessProbe'], ['readinessProbe'], ['startupProbe'], ['lifecycle', 'postStart'], ['lifecycle', 'preStop']];

function ofHandler(place: string, handler: unknown, rules: LiteralSecretRules): string[] {
  const address = at(handler, 'httpGet', 'path');
  const text = textOf(address);
  return [
    ...ofCommand(`${place}.exec.command`, listAt(handler, 'exec', 'command'), rules),
    ...ofVariables(`${place}.httpGet.httpHeaders`, listAt(handler, 'httpGet', 'httpHeaders'), rules),
    // It may end in a query.
    ...(address === undefined ? [] : flaws(`${place}.httpGet.path`, text, [...flagged(text), ...inline(text)], rules)),
  ];
}

/** Variables and headers: each has a name and a value. */
function ofVariables(place: string, variables: readonly unknown[], rules: LiteralSecretRules): string[] {
  return variables.flatMap((variable, index) => {
    const value = at(variable, 'value');
    const [name, text] = [textOf(at(variable, 'name')), textOf(value)];
    return value === undefined ? [] : [...flaws(`${place}[${index}].value`, text, [[name, text], ...flagged(text), ...inline(text), ...assignmentsOf(name, text)], rules)];
  });
}

function ofCommand(place: string, command: readonly unknown[], rules: LiteralSecretRules): string[] {
  const words = command.map(textOf);
  return words.flatMap((word, index) => [...flaws(`${place}[${index}]`, word, [...flagged(word), ...inline(word), ...namedBefore(words, index)], rules)]);
}

type Named = readonly [name: string, text: string];

function* flaws(path: string, text: string, named: readonly Named[], { allowedNames = [], extraPatterns = [] }: LiteralSecretRules): Generator<string> {
  const decoded = decode(text);
  const shows = (form: RegExp): boolean => form.test(text) || (decoded !== undefined && form.test(decoded));
  for (const [what, form] of FORMS) if (shows(form)) yield `${path} holds ${what}`;
  if (extraPatterns.some(shows)) yield `${path} holds what an extra pattern of the constraint names`;
  const literal = named.filter(([name, value]) => SECRET_NAMES.some((form) => form.test(name)) && !allowedNames.includes(name) && !HARMLESS.some((form) => form.test(value)));
  for (const name of new Set(literal.map(([name]) => name))) yield `${path} gives '${name}' a literal value`;
}

/** --db-password=..., whatever follows. */
function flagged(text: string): Named[] {
  const assigned = /^--?([A-Za-z0-9_.-]+)=([^]*)$/.exec(text);
  return assigned ? [[assigned[1], assigned[2]]] : [];
}

/** The word after --db-password. */
function namedBefore(words: readonly string[], index: number): Named[] {
  const flag = index > 0 && !words[index].startsWith('-') ? /^--?([A-Za-z0-9_.-]+)$/.exec(words[index - 1]) : null;
  return flag ? [[flag[1], words[index]]] : [];
}

function inline(text: string): Named[] {
  return [...text.matchAll(INLINE)].map(([, name, value]) => [name, unquoted(value)]);
}

function assignmentsOf(file: string, text: string): Named[] {
  if (!CONFIG_FILE.test(file.toLowerCase())) return [];
  return text.split(/[\r\n]/).filter((line) => SECRET_LINE.test(line) && !COMMENT.test(line))
    .flatMap((line) => [...line.matchAll(ASSIGNMENT)].map(([, name, value]) => [name, unquoted(value)] as const));
}

function unquoted(value: string): string {
  return value.replace(/^["']+|["']+$/g, '');
}

/** Encoding hides nothing: kubectl itself writes binaryData in base64. Four letters are a word of any kind. */
function decode(text: string): string | undefined {
  const joined = text.replace(/[\r\n]/g, '');
  return joined.length >= 8 && BASE64.test(joined) ? Buffer.from(joined, 'base64').toString('utf8') : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value) ?? '';
}
