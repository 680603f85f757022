import { createRequire } from 'node:module';

interface SchemaError { instancePath: string; message?: string }
interface Model { validate(): void }
type ModelClass = { new(data: object): Model; apiVersion?: string; kind?: string };
type Path = (string | number)[];

const load = createRequire(__filename);
/** A value that no schema with a type takes; a field that the schema does not know may hold it. */
const NO_TYPE = () => undefined;
/** Fields with a port number, which the API takes from 1 to 65535; the schemas say int32. */
const PORT_FIELDS = ['port', 'containerPort', 'targetPort', 'endPort', 'number'];

/**
 * What the Kubernetes API would refuse in a manifest: unknown fields, missing fields, wrong types and values, ports out of range. Empty
 * where it is right.
 *
 * The validators take unknown fields, as a lenient API server does. Each field is therefore tried with a value of no type: where the
 * validator has no objection, it does not know the field.
 *
 * @param customResources kinds that are not Kubernetes' own and are not judged, as apiVersion/kind.
 */
export function schemaFindings(manifest: object, customResources: readonly string[] = []): string[] {
  const { apiVersion, kind } = manifest as { apiVersion?: unknown; kind?: unknown };
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return ['apiVersion or kind is missing'];
  if (customResources.includes(`${apiVersion}/${kind}`)) return [];
  const model = modelOf(apiVersion, kind);
  if (!model) return [`${apiVersion}/${kind} is no kind of Kubernetes`];

  const findings = errorsOf(model, manifest).map((error) => `${error.instancePath || '/'}: ${error.message}`);
  const { metadata } = manifest as { metadata?: { name?: unknown; generateName?: unknown } };
  if (!metadata?.name && !metadata?.generateName) findings.push('/metadata/name: is missing');
  // Unknown fields are only told from wrong ones in a manifest whose known fields are right.
  if (findings.length === 0) findings.push(...unknownFields(model, manifest));
  return [...findings, ...portsOutOfRange(manifest)];
}

function modelOf(apiVersion: string, kind: string): ModelClass | undefined {
  if (!/^([a-z0-9.]+\/)?v[a-z0-9]+$/.test(apiVersion) || !/^[A-Za-z]+$/.test(kind)) return undefined;
  try {
    const exported = load(`kubernetes-models/${apiVersion}/${kind}`) as Record<string, ModelClass | undefined>;
    const model = exported[kind];
    return model?.apiVersion === apiVersion && model.kind === kind ? model : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

function errorsOf(model: ModelClass, manifest: object): SchemaError[] {
  try {
    new model(manifest).validate();
    return [];
  } catch (error) {
    const { errors } = error as { errors?: SchemaError[] };
    if (!errors) throw error;
    return errors;
  }
}

function unknownFields(model: ModelClass, manifest: object): string[] {
  const findings: string[] = [];
  const visit = (value: unknown, path: Path) => {
    for (const [key, child] of Object.entries(value as object)) {
      const childPath = [...path, Array.isArray(value) ? Number(key) : key];
      if (errorsOf(model, withValue(manifest, childPath, NO_TYPE) as object).length === 0) findings.push(`/${childPath.join('/')}: unknown field`);
      else if (typeof child === 'object' && child !== null) visit(child, childPath);
    }
  };
  visit(manifest, []);
  return findings;
}

/** A copy of the value in which the field at the path is another. */
function withValue(value: unknown, [key, ...rest]: Path, replacement: unknown): unknown {
  const copy = (Array.isArray(value) ? [...value as unknown[]] : { ...value as object }) as Record<string | number, unknown>;
  copy[key] = rest.length === 0 ? replacement : withValue(copy[key], rest, replacement);
  return copy;
}

function portsOutOfRange(value: unknown, path: Path = []): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const childPath = [...path, key];
    const wrong = PORT_FIELDS.includes(key) && typeof child === 'number' && !(Number.isInteger(child) && child >= 1 && child <= 65535);
    return wrong ? [`/${childPath.join('/')}: ${child} is no port`] : portsOutOfRange(child, childPath);
  });
}
