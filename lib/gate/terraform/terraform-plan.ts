import { TerraformDocument, TerraformForm, withoutInstance, type TerraformGap, type TerraformResource } from './terraform-document';
import { moduleOf, referencesOf, trace, withEach, type Trace } from './terraform-trace';
import { fieldOf, listOf, UnknownValue } from './unknown-value';

type Fields = Readonly<Record<string, unknown>>;
const AFTER_APPLY = 'it is known only after apply';

/** Whether a document is what `terraform show -json` writes of a plan. */
export function isPlan(document: Fields): boolean {
  return typeof document.format_version === 'string' && (document.planned_values !== undefined || document.resource_changes !== undefined);
}

/** Whether a document is what `terraform show -json` writes of a state, which may be empty. */
export function isState(document: Fields): boolean {
  return typeof document.format_version === 'string' && !isPlan(document) && (document.values !== undefined || document.terraform_version !== undefined || Object.keys(document).length === 1);
}

/** The resources that there will be once a plan is applied; those that it deletes are not among them. */
export function readPlan(document: Fields): TerraformDocument {
  const gaps = versionGaps(document);
  if (document.errored === true) gaps.push({ what: 'the plan', why: 'terraform plan failed, and what it wrote is not whole', remedy: 'mend the configuration, and plan again' });
  if (document.complete === false || listOf(document.deferred_changes).length > 0) gaps.push({ what: 'the plan', why: 'it puts changes off to a later one', remedy: 'apply it, and judge the next plan' });
  // What is left of a replaced resource has the address of what took its place.
  const changes = new Map(listOf(document.resource_changes).filter((change) => fieldOf(change, 'deposed') === undefined).map((change) => [String(fieldOf(change, 'address')), change]));
  const planned = [...resourcesOf(fieldOf(document.planned_values, 'root_module'))];
  const addresses = new Set(planned.map((resource) => String(fieldOf(resource, 'address'))));
  // Older versions of the format, and filtered plans, have the changes alone.
  for (const [address, change] of changes) {
    const after = fieldOf(fieldOf(change, 'change'), 'after');
    if (!addresses.has(address) && after !== undefined) planned.push({ ...(change as Fields), values: after, sensitive_values: fieldOf(fieldOf(change, 'change'), 'after_sensitive') });
  }
  for (const read of resourcesOf(fieldOf(fieldOf(document.prior_state, 'values'), 'root_module'))) {
    if (fieldOf(read, 'mode') === 'data' && !addresses.has(String(fieldOf(read, 'address')))) planned.push(read);
  }
  const configuration = fieldOf(document.configuration, 'root_module');
  const declared = new Map<unknown, ReadonlyMap<string, unknown>>();
  return new TerraformDocument(TerraformForm.PLAN, planned.flatMap((resource) => {
    const address = String(fieldOf(resource, 'address'));
    const unknown = fieldOf(fieldOf(changes.get(address), 'change'), 'after_unknown');
    const path = modulePath(address);
    const declaration = declarationOf(moduleOf(configuration, path.modules), path.rest, declared);
    const expressions = fieldOf(declaration, 'expressions');
    const each = [...referencesOf(fieldOf(declaration, 'for_each_expression'))];
    const resolve = (references: readonly string[]): Trace => trace(withEach(references, each), path.modules, configuration);
    // What the provider reads back is of a resource that there is already.
    const isReadBack = fieldOf(resource, 'type') === 'aws_s3_bucket' && fieldOf(fieldOf(changes.get(address), 'change'), 'before') !== undefined;
    return resourceOf(resource, gaps, (values) => configured(known(values, unknown, expressions, resolve), expressions, isReadBack), fieldOf(declaration, 'provider_config_key'));
  }), gaps);
}

/** The resources of a state: all of their values are known. */
export function readState(document: Fields): TerraformDocument {
  const gaps = versionGaps(document);
  const resources = [...resourcesOf(fieldOf(document.values, 'root_module'))];
  return new TerraformDocument(TerraformForm.STATE, resources.flatMap((resource) => resourceOf(resource, gaps, (values) => values)), gaps);
}

function versionGaps(document: Fields): TerraformGap[] {
  const version = String(document.format_version);
  return /^[01]\.\d+$/.test(version) ? [] : [{ what: 'the document', why: `its format_version ${version} is not known here`, remedy: 'use a version of Terraform that writes format 1.x, and report it' }];
}

/** Settings of a bucket that the provider also reads back from resources of their own, of which the plan may delete some. */
const READ_BACK = ['policy', 'acl', 'grant', 'server_side_encryption_configuration', 'versioning', 'object_lock_configuration', 'replication_configuration'];

/** Leaves out what the configuration does not set and the provider will: to the rules it is missing. */
function configured(values: unknown, expressions: unknown, isReadBack: boolean): unknown {
  if (typeof expressions !== 'object' || expressions === null) return values;
  return Object.fromEntries(Object.entries(values as object).filter(([attribute, value]) => Object.hasOwn(expressions, attribute)
    || !(value instanceof UnknownValue || (isReadBack && READ_BACK.includes(attribute)))));
}

function* resourcesOf(module: unknown): Generator<unknown> {
  yield* listOf(fieldOf(module, 'resources'));
  for (const child of listOf(fieldOf(module, 'child_modules'))) yield* resourcesOf(child);
}

function resourceOf(resource: unknown, gaps: TerraformGap[], read: (values: unknown) => unknown, provider?: unknown): readonly TerraformResource[] {
  const [address, type, name] = ['address', 'type', 'name'].map((field) => fieldOf(resource, field));
  // Terraform leaves the values out where it knows none of them yet.
  const values = fieldOf(resource, 'values') ?? {};
  if (typeof address !== 'string' || typeof type !== 'string' || typeof name !== 'string' || typeof values !== 'object') {
    gaps.push({ what: typeof address === 'string' ? address : 'a resource', why: 'it has no address, type or name, or its values are no object', remedy: 'judge what terraform show -json writes, unchanged' });
    return [];
  }
  const declaration = withoutInstance(address);
  const sensitive = Object.entries((fieldOf(resource, 'sensitive_values') ?? {}) as object).filter(([, marks]) => holdsTrue(marks)).map(([attribute]) => attribute);
  return [{
    address, declaration,
    type: fieldOf(resource, 'mode') === 'data' ? `data.${type}` : type,
    name: nameOf(address, declaration, `${fieldOf(resource, 'mode') === 'data' ? 'data.' : ''}${type}.${name}`, name),
    instance: address.slice(declaration.length),
    values: read(values) as Fields,
    sensitive: new Set(sensitive),
    ...(typeof provider === 'string' ? { provider } : {}),
  }];
}

/** The address without its type: `module.logs.this[0]`. */
function nameOf(address: string, declaration: string, own: string, name: string): string {
  return declaration.endsWith(own) ? `${declaration.slice(0, -own.length)}${name}${address.slice(declaration.length)}` : address;
}

function holdsTrue(marks: unknown): boolean {
  return marks === true || (typeof marks === 'object' && marks !== null && Object.values(marks).some(holdsTrue));
}

/**
 * Puts an UnknownValue where Terraform says that it does not know yet.
 *
 * @param isExact whether the expression is of this value, and not of a list or block around it.
 */
function known(value: unknown, unknown: unknown, expressions: unknown, resolve: (references: readonly string[]) => Trace, isExact = true): unknown {
  if (unknown === true) {
    const references = [...referencesOf(expressions)];
    const { targets, attributes } = resolve(references);
    return new UnknownValue(AFTER_APPLY, targets, isExact && attributes?.length === 1 ? attributes[0] : undefined, attributes ?? [], references.length > 0);
  }
  if (Array.isArray(unknown)) {
    const [items, hasOwn] = [listOf(value), Array.isArray(expressions)];
    const own = (index: number): unknown => (hasOwn ? (expressions as unknown[])[index] ?? (expressions as unknown[])[0] : expressions);
    return unknown.map((mark, index) => known(items[index], mark, own(index), resolve, isExact && hasOwn))
      .concat(items.slice(unknown.length));
  }
  if (typeof unknown !== 'object' || unknown === null) return value;
  const block = Array.isArray(expressions) ? expressions[0] as unknown : expressions;
  const fields = Object.entries(unknown).filter(([, mark]) => mark !== false)
    .map(([key, mark]) => [key, known(fieldOf(value, key), mark, fieldOf(block, key) ?? leaf(block), resolve, isExact && fieldOf(block, key) !== undefined)] as const)
    .filter(([, field]) => field !== undefined);
  return fields.length === 0 ? value : { ...(value as object), ...Object.fromEntries(fields) };
}

/** An expression that stands for everything below it. */
function leaf(expressions: unknown): unknown {
  return fieldOf(expressions, 'references') === undefined ? undefined : expressions;
}

interface ModulePath {
  /** `module.a["x"]`, `module.b`, from the root on. */
  readonly modules: readonly string[];
  /** The address in its module, without the instance. */
  readonly rest: string;
}

function modulePath(address: string): ModulePath {
  const modules = [...address.matchAll(/module\.[\w-]+(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?(?=\.)/g)].map(([module]) => module);
  const rest = withoutInstance(modules.length === 0 ? address : address.slice(modules.join('.').length + 1));
  return { modules, rest };
}

/** How a module declares a resource; modules are indexed once. */
function declarationOf(module: unknown, address: string, declared: Map<unknown, ReadonlyMap<string, unknown>>): unknown {
  const index = declared.get(module) ?? new Map(listOf(fieldOf(module, 'resources')).map((resource) => [String(fieldOf(resource, 'address')), resource]));
  declared.set(module, index);
  return index.get(address);
}
