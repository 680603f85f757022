import { TerraformDocument, TerraformForm, type TerraformGap, type TerraformResource } from './terraform-document';
import { expressionOf, literalOf, unknownOf } from './terraform-expression';
import { listOf, UnknownValue } from './unknown-value';

/** The blocks that Terraform's JSON has at its top (Terraform, JSON configuration syntax). */
const BLOCKS = new Set(['//', 'terraform', 'provider', 'resource', 'data', 'module', 'variable', 'output', 'locals', 'moved', 'import', 'removed', 'check', 'ephemeral', 'action', 'list']);
/** A type begins with the name of its provider; some data sources are named like it: `http`, `external`. */
const TYPES: Readonly<Record<string, RegExp>> = { resource: /^[a-z][a-z0-9-]*_[a-z0-9_]+$/, data: /^[a-z][a-z0-9_-]*$/ };
const PLAN_REMEDY = 'judge the plan: terraform plan -out=FILE, terraform show -json FILE';

/** Whether a document has nothing but blocks of Terraform, and resources by type where it has some. */
export function isConfiguration(document: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(document).filter((key) => key !== '//');
  if (keys.length === 0 || !keys.every((key) => BLOCKS.has(key))) return false;
  // What Kubernetes and others keep under `data` holds texts.
  const hasNames = (named: unknown): boolean => listOf(named).every((bodies) => typeof bodies === 'object' && bodies !== null && Object.values(bodies).every((body) => typeof body === 'object'));
  return Object.entries(TYPES).every(([key, form]) => parts(document[key]).every(([type, named]) => type === '//' || (form.test(type) && (type.includes('_') || hasNames(named)))))
    && keys.every((key) => listOf(document[key]).every((part) => typeof part === 'object' && part !== null));
}

/** The resources of a JSON configuration. Expressions stay unknown, but for literals, local values and `jsonencode` of what is written there. */
export function readConfiguration(document: Readonly<Record<string, unknown>>): TerraformDocument {
  const gaps: TerraformGap[] = [];
  const locals = new Map(parts(document.locals));
  const resources: TerraformResource[] = [];
  for (const [block, prefix] of [['resource', ''], ['data', 'data.']]) {
    for (const [type, named] of parts(document[block])) {
      if (type === '//') continue;
      for (const [name, bodies] of parts(named)) {
        if (name === '//') continue;
        const address = `${prefix}${type}.${name}`;
        const body = bodyOf(bodies);
        if (!body) gaps.push({ what: address, why: 'its body is no object', remedy: 'correct it as Terraform, JSON configuration syntax, says' });
        else if (!isNever(body.count)) resources.push(resourceOf(address, `${prefix}${type}`, name, body, locals));
      }
    }
    if (listOf(document[block]).some((part) => listOf(Object.values(part as object)).some((named) => listOf(named).some((value) => typeof value !== 'object' || value === null)))) {
      gaps.push({ what: block, why: 'a type in it has no resources by name', remedy: 'correct it as Terraform, JSON configuration syntax, says' });
    }
  }
  for (const [name] of parts(document.module)) {
    if (name !== '//') gaps.push({ what: `module.${name}`, why: 'what a module makes does not stand in the configuration that calls it', remedy: PLAN_REMEDY });
  }
  return new TerraformDocument(TerraformForm.CONFIGURATION, resources, gaps);
}

function resourceOf(address: string, type: string, name: string, body: Readonly<Record<string, unknown>>, locals: ReadonlyMap<string, unknown>): TerraformResource {
  const values = known(body, locals) as Record<string, unknown>;
  const ignored = listOf(values.lifecycle).flatMap((block) => listOf((block as Record<string, unknown>)?.ignore_changes)).map(String);
  for (const change of ignored.includes('all') ? Object.keys(values).filter((key) => key !== 'lifecycle') : ignored) ignore(values, change);
  const condition = conditionOf(body);
  const many = manyOf(body);
  return {
    address, declaration: address, type, name, instance: '', values, sensitive: new Set(), ...(condition === undefined ? {} : { condition }), ...(many === undefined ? {} : { many }),
    // The one that its type begins with is the module's own.
    ...(typeof body.provider === 'string' && body.provider !== type.replace(/^data\./, '').split('_')[0] ? { provider: body.provider } : {}),
  };
}

/** Leaves open what a lifecycle ignores, where it is set: somebody may have changed it. */
function ignore(values: Record<string, unknown>, change: string): void {
  const path = change.match(/[^.[\]"]+/g) ?? [];
  let block: unknown = values;
  for (const [depth, key] of path.entries()) {
    // A block may be written without its list.
    if (key === '0' && !Array.isArray(block)) continue;
    if (typeof block !== 'object' || block === null || !Object.hasOwn(block, key)) return;
    if (depth === path.length - 1) (block as Record<string, unknown>)[key] = new UnknownValue(`its lifecycle ignores changes of ${change}, so that what somebody changed stays`);
    else block = (block as Record<string, unknown>)[key];
  }
}

/** What Terraform makes of a resource is for its count or for_each to say, where they are no plain numbers. */
function conditionOf({ count, for_each: forEach }: Readonly<Record<string, unknown>>): string | undefined {
  if (forEach !== undefined) return `for_each ${JSON.stringify(forEach)}`;
  return count === undefined || Number(count) >= 1 ? undefined : `count ${JSON.stringify(count)}`;
}

/** By what Terraform makes any number of a resource: for_each, or a count that is neither 1 nor a choice between 1 and 0. */
function manyOf({ count, for_each: forEach }: Readonly<Record<string, unknown>>): string | undefined {
  if (forEach !== undefined) return `for_each ${JSON.stringify(forEach)}`;
  const isOne = count === undefined || count === null || count === 1 || (typeof count === 'string' && /^1$|\?\s*(1\s*:\s*0|0\s*:\s*1)$/.test(expressionOf(count) ?? count));
  return isOne ? undefined : `count ${JSON.stringify(count)}`;
}

function isNever(count: unknown): boolean {
  return count === 0 || count === '0' || (typeof count === 'string' && expressionOf(count) === '0');
}

/** A value as far as it stands in the document. */
function known(value: unknown, locals: ReadonlyMap<string, unknown>, depth = 0): unknown {
  if (typeof value === 'string') return knownText(value, locals, depth);
  if (Array.isArray(value)) return value.map((item) => known(item, locals, depth));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== '//').map(([key, field]) => [key, known(field, locals, depth)]));
}

function knownText(text: string, locals: ReadonlyMap<string, unknown>, depth: number): unknown {
  const expression = expressionOf(text);
  if (expression === undefined) return text;
  const local = /^local\.([\w-]+)$/.exec(expression)?.[1];
  // A local value may be of others; one of itself is refused by Terraform.
  if (local !== undefined && locals.has(local) && depth < 8) return known(locals.get(local), locals, depth + 1);
  const literal = literalOf(expression);
  if (literal && typeof literal.value !== 'string') return known(literal.value, locals, depth);
  if (literal && expressionOf(literal.value as string) === undefined) return literal.value;
  return unknownOf(expression, text);
}

/** Entries of an object, or of a list of objects, which Terraform's JSON takes as the same. */
function parts(value: unknown): readonly (readonly [string, unknown])[] {
  return listOf(value).flatMap((part) => (typeof part === 'object' && part !== null ? Object.entries(part) : []));
}

/** The body of a resource, alone or in a list of one. */
function bodyOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const [body, ...more] = listOf(value);
  return typeof body === 'object' && body !== null && !Array.isArray(body) && more.length === 0 ? body as Record<string, unknown> : undefined;
}
