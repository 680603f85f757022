import type { SafeguardClaim } from '../controls/safeguard';

/** Which of the three trees an object came from. */
export enum Tree {
  KUBERNETES = 'kubernetes',
  TERRAFORM = 'terraform',
  CONTROL_PLANE = 'control-plane',
}

/** What an emitted object is called where it is emitted. */
export interface ObjectReference {
  readonly tree: Tree;
  /** Kubernetes objects and control-plane files. */
  readonly apiVersion?: string;
  /** Kubernetes objects and control-plane files. */
  readonly kind?: string;
  /** Namespaced Kubernetes objects. */
  readonly namespace?: string;
  /** Kubernetes objects. */
  readonly name?: string;
  /** Terraform resources: `aws_kms_key.Secrets_Resource`. */
  readonly address?: string;
  /** Terraform resources: the stack. */
  readonly stack?: string;
  /** Control-plane files: the file's name. */
  readonly file?: string;
}

/**
 * An object as it was synthesized, patches and overrides included, with what its construct claims. Validation and evidence
 * read these and never the classes, so that they judge what is written and not what was meant.
 */
export interface SynthesizedObject {
  readonly reference: ObjectReference;
  /** Path of the construct. */
  readonly path: string;
  /** The manifest, the Terraform resource's attributes, or the file's document. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly claims: readonly SafeguardClaim[];
}

/** A reference as people write it: `NetworkPolicy healthcare-prod/default-deny`. */
export function describeReference(reference: ObjectReference): string {
  if (reference.address !== undefined) return reference.address;
  if (reference.file !== undefined) return reference.file;
  return `${reference.kind} ${reference.namespace !== undefined ? `${reference.namespace}/` : ''}${reference.name}`;
}
