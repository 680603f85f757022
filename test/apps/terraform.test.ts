/** The whole reference stack on EKS, part by part, as Terraform gets it; policies are shown as documents. */
import { Document, visit, type visitorFn, type YAMLMap, type YAMLSeq } from 'yaml';
import { app } from '../../apps/eks/main';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';

const objects = app.terraform.synthesize().objects;

/** Text that holds a JSON document, as the document. */
function opened(value: unknown): unknown {
  if (typeof value === 'string' && /^[[{]/.test(value)) {
    try {
      return opened(JSON.parse(value) as unknown);
    } catch {
      return value;
    }
  }
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== 'object' || value === null) return value;
  // cdktf's own comment is no argument.
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== '//').map(([name, item]) => [name, opened(item)]));
}

/** Small collections on one line, so that a statement can be read at a glance. */
function readable(object: SynthesizedObject): string {
  const document = new Document({ [object.reference.address!]: opened(object.content) });
  const shorten: visitorFn<YAMLMap | YAMLSeq> = (_key, node) => {
    node.flow = JSON.stringify(node).length < 140;
  };
  visit(document.contents, { Collection: shorten });
  (document.contents as YAMLMap).flow = false;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd();
}

const parts = new Map<string, SynthesizedObject[]>();
for (const object of objects) {
  const part = object.path.split('/')[1];
  parts.set(part, [...(parts.get(part) ?? []), object]);
}

test.each([...parts])('%s', (_part, resources) => {
  expect(`\n${resources.map(readable).join('\n')}\n`).toMatchSnapshot();
});
