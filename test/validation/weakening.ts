/** Objects of a user's own, and ways in which something is weakened: apart from the reference platforms, which take seconds to make. */
import { Tree, type SynthesizedObject } from '../../lib/validation/synthesized-object';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a weakening reaches into every shape
export type Weakening = (content: any, others: SynthesizedObject[]) => void;

/** An object of a user's own, without a claim. */
export function manifest(apiVersion: string, kind: string, namespace: string | undefined, name: string, fields: object): SynthesizedObject {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), ...(fields as { metadata?: object }).metadata };
  return { reference: { tree: Tree.KUBERNETES, apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }, path: `own/${name}`, claims: [], content: { apiVersion, kind, ...fields, metadata } };
}

/** A Terraform resource of a user's own, without a claim, in the stack of the platform. */
export const resource = (address: string, content: object): Weakening => (_content, others) => {
  const { stack } = others.find((object) => object.reference.address !== undefined)!.reference;
  others.push({ reference: { tree: Tree.TERRAFORM, address, stack: stack! }, path: address, claims: [], content: content as Record<string, unknown> });
};

/** Another object in the namespace of the one that is judged, or in the cluster. */
export const beside = (...objects: SynthesizedObject[]): Weakening => (_content, others) => void others.push(...objects);

/** Another policy of the same namespace. */
export const addPolicy = (spec: object): Weakening => (content, others) => void others.push(manifest('networking.k8s.io/v1', 'NetworkPolicy', content.metadata.namespace, 'other', { spec }));

/** A change of a policy document that is written as JSON into an attribute. */
export const inPolicy = (change: (statements: Statement[]) => void, attribute = 'policy'): Weakening => (content) => {
  const policy = JSON.parse(content[attribute]);
  change(policy.Statement);
  content[attribute] = JSON.stringify(policy);
};

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
export type Statement = Record<string, any>;
