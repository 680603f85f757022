import { stringify } from 'yaml';
import { referenceOf, type AdmissionPolicy } from './admission-policy';
import { asStored } from './engine/as-stored';
import { casesOf, type PolicyCase } from './policy-case';
import { templateFields } from './template-fields';

/** What a suite holds, by file name: for `gator verify` of Gatekeeper's own command line. */
export type SuiteFiles = Readonly<Record<string, string>>;

/**
 * The cases of a policy as a suite of `gator verify`: its template, a constraint for each set of parameters, and an object a case. Gatekeeper's CEL reports the
 * findings of an object in one message, its Rego in one each, so that a case asserts what every message contains.
 */
export function gatorSuite(policy: AdmissionPolicy): SuiteFiles {
  // What the API server tells of the namespace itself, gator does not know.
  const cases = casesOf(policy).filter(({ request }) => request?.namespaceObject === undefined);
  const files: Record<string, string> = { 'template.yaml': yaml(templateFields(policy)) };
  const groups = new Map<string, { name: string; cases: { name: string; object: string; inventory?: string[]; assertions: object[] }[] }>();
  cases.forEach((one, index) => {
    const parameters = one.parameters ?? {};
    const key = JSON.stringify(parameters);
    if (!groups.has(key)) {
      const name = `constraint-${groups.size + 1}`;
      groups.set(key, { name, cases: [] });
      files[`${name}.yaml`] = yaml(constraint(policy, name, parameters));
    }
    const object = `case-${index + 1}.yaml`;
    files[object] = quoted(sample(one));
    const inventory = (one.inventory ?? []).map((entry, position) => {
      const file = `case-${index + 1}-inventory-${position + 1}.yaml`;
      files[file] = quoted(entry);
      return file;
    });
    groups.get(key)!.cases.push({ name: one.name, object, ...(inventory.length > 0 ? { inventory } : {}), assertions: assertions(policy, one) });
  });
  files['suite.yaml'] = yaml({
    apiVersion: 'test.gatekeeper.sh/v1alpha1',
    kind: 'Suite',
    metadata: { name: policy.id },
    tests: [...groups.values()].map(({ name, cases: grouped }) => ({ name: `${policy.id} ${name}`, template: 'template.yaml', constraint: `${name}.yaml`, cases: grouped })),
  });
  return files;
}

function constraint(policy: AdmissionPolicy, name: string, parameters: object): object {
  return { apiVersion: 'constraints.gatekeeper.sh/v1beta1', kind: policy.kind, metadata: { name }, spec: { match: { kinds: policy.matches }, parameters } };
}

/** The object by itself, or the request that it comes in. */
function sample({ object, oldObject, operation, request }: PolicyCase): unknown {
  const stored = asStored(object);
  if (operation === undefined && request === undefined) return stored;
  const [version, group] = object.apiVersion.split('/').reverse();
  const metadata = (object as { metadata?: { name?: string; namespace?: string } }).metadata ?? {};
  const about = { object: stored, ...(oldObject === undefined ? {} : { oldObject: asStored(oldObject) }) };
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '00000000-0000-4000-8000-000000000000',
      kind: { group: group ?? '', version, kind: object.kind },
      ...(metadata.name === undefined ? {} : { name: metadata.name }),
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      operation,
      ...(operation === 'DELETE' ? { oldObject: stored } : about),
      ...request,
    },
  };
}

function assertions(policy: AdmissionPolicy, { violations }: PolicyCase): object[] {
  if (violations.length === 0) return [{ violations: 'no' }];
  return violations.map((message) => ({ violations: 'yes', message: escape(coreOf(policy, message)) }));
}

/** A message without the title before it and the reference behind it, which engines put around one finding or around all of them. */
function coreOf(policy: AdmissionPolicy, message: string): string {
  return message.slice(message.indexOf("': ") + 3, -` (${referenceOf(policy)})`.length);
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Texts in quotes: Gatekeeper's reader takes some for dates, and block texts apart. */
function quoted(value: unknown): string {
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', doubleQuotedAsJSON: true, doubleQuotedMinMultiLineLength: Infinity });
}

function yaml(value: unknown): string {
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });
}
