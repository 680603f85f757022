import type { ObjectName, ObjectOrigin } from './gate-result';

/** An object of Kubernetes on its way through the gate. */
export interface GateObject {
  readonly content: KubernetesContent;
  readonly origin: ObjectOrigin;
  /** Where a field stands in its file; undefined where nobody knows. */
  readonly locate?: (path: string) => ObjectOrigin | undefined;
  /** The object of the input in which it stands. @default - it is one itself */
  readonly within?: GateObject;
  /** What its content was made of. @default - the content is the object's own */
  readonly template?: TemplateSource;
}

/** A pod template of an object of a kind that no rule knows. Rules are shown it as a PodTemplate; reports name the object. */
export interface TemplateSource {
  readonly owner: GateObject;
  /** Of the pod specification: `spec.jobTargetRef.template.spec`. */
  readonly specPath: string;
}

export interface KubernetesContent {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name?: string; readonly generateName?: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, unknown>> };
}

export function nameOf({ content }: GateObject): ObjectName {
  const { apiVersion, kind, metadata = {} } = content;
  const { name, generateName, namespace } = metadata ?? {};
  return { apiVersion, kind, ...(isText(namespace) ? { namespace } : {}), name: isText(name) ? name : isText(generateName) ? `${generateName}*` : '(unnamed)' };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** `apps` of `apps/v1`, and the empty string of the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** `apps/Deployment`: group and kind. */
export function groupKindOf({ apiVersion, kind }: KubernetesContent): string {
  return `${groupOf(apiVersion)}/${kind}`;
}
