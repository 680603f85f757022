import type { CheckContext } from './check-context';
import { at } from './content';
import type { SynthesizedObject } from './synthesized-object';

/**
 * The resource of a type that an attribute refers to, in the same stack: `${aws_s3_bucket.Archive.id}`, or its name as text. Undefined where it
 * refers to something else, which nobody can judge here.
 */
export function referenced(value: unknown, from: SynthesizedObject, type: string, nameAttribute: string, context: CheckContext): SynthesizedObject | undefined {
  const address = /^\$\{([a-z0-9_]+\.[A-Za-z0-9_-]+)\.[a-z_]+\}$/.exec(String(value))?.[1];
  if (address !== undefined) return address.startsWith(`${type}.`) ? context.resource(from.reference.stack, address) : undefined;
  return context.once(`${type} by ${nameAttribute}`, () => new Map(context.ofKind(type).filter((resource) => at(resource.content, nameAttribute) !== undefined).map((resource) => [`${resource.reference.stack} ${String(at(resource.content, nameAttribute))}`, resource])))
    .get(`${from.reference.stack} ${String(value)}`);
}

/** The reference that Terraform writes for an attribute of a resource. */
export function referenceTo(resource: SynthesizedObject, attribute: string): string {
  return `\${${resource.reference.address}.${attribute}}`;
}
