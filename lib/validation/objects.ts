import { withListItems } from './list-items';
import { isNamespaced } from './namespaced-kinds';
import { describeReference, type SynthesizedObject } from './synthesized-object';
import { describe } from '../profile/errors';

/** A cdktf token that was put into a manifest: it would be applied as this text. `${...}` itself is legal there (Fluent Bit). */
export const TERRAFORM_TOKEN_START = '${TfToken[';
const TERRAFORM_TOKEN = /\$\{TfToken\[[^\]]*\]\}/;

/** What no manifest may hold, whatever declared it. `files` are the names that the objects are written under. */
export function checkObjects(objects: readonly SynthesizedObject[], files: readonly string[]): string[] {
  return [...checkNotEmpty(objects), ...checkFileNames(files), ...checkIdentities(objects), ...checkNamespaces(objects), ...checkServiceNames(objects)];
}

function checkNotEmpty(objects: readonly SynthesizedObject[]): string[] {
  if (objects.length > 0) return [];
  return [describe({ path: '', problem: 'the app declares no object', value: 0, rule: 'an empty output looks like a success to a pipeline', remedy: 'declare charts before synth: new HipaaCharts(app, profile)' })];
}

function checkFileNames(files: readonly string[]): string[] {
  return duplicates(files).map((name) => describe({
    path: '', problem: 'two charts write one file', value: name, rule: 'nothing is lost: the second would replace the first', remedy: 'give the charts different ids',
  }));
}

function checkIdentities(objects: readonly SynthesizedObject[]): string[] {
  const first = new Map<string, SynthesizedObject>();
  const findings: string[] = [];
  for (const object of objects) {
    const { apiVersion, kind, namespace, name } = object.reference;
    // The API server tells objects apart by group, not by version.
    const key = JSON.stringify([apiVersion?.includes('/') ? apiVersion.split('/')[0] : '', kind, namespace, name]);
    const other = first.get(key);
    if (other) {
      findings.push(describe({
        path: object.path, problem: 'two objects have one group, kind, namespace and name', value: describeReference(object.reference),
        rule: 'Kubernetes, object names: the second replaces the first when it is applied', remedy: `rename one; the other is at ${other.path}`,
      }));
    } else {
      first.set(key, object);
    }
  }
  return findings;
}

/** `kubectl apply` puts an object without a namespace where its context points: what holds for PHI namespaces would never have looked at it. */
function checkNamespaces(objects: readonly SynthesizedObject[]): string[] {
  return [...withListItems(objects)].filter(({ reference }) => isNamespaced(reference) && (reference.namespace ?? '') === '').map(({ reference, path }) => describe({
    path, problem: 'an object names no namespace', value: describeReference(reference),
    rule: 'control AC13, 45 CFR 164.308(a)(4)(i): it would be applied to the namespace of whoever applies it, and no check has judged it there',
    remedy: 'give metadata.namespace, or the namespace of the chart',
  }));
}

/** Names of Services begin with a letter; cdk8s derives names from paths, which begin with digits in charts that are ordered by their names. */
const SERVICE_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

function checkServiceNames(objects: readonly SynthesizedObject[]): string[] {
  return [...withListItems(objects)].filter(({ reference: { apiVersion, kind, name } }) => apiVersion === 'v1' && kind === 'Service' && !SERVICE_NAME.test(String(name))).map(({ reference, path }) => describe({
    path, problem: 'a Service has a name that API servers below 1.36 refuse', value: describeReference(reference),
    rule: 'Kubernetes, Service: a name is an RFC 1035 label (relaxed by RelaxedServiceNameValidation)',
    remedy: 'give metadata.name: at most 63 of a-z, 0-9 and -, beginning with a letter',
  }));
}

/** Objects that hold a token of Terraform. */
export function checkTokens(objects: readonly SynthesizedObject[]): string[] {
  return objects.flatMap((object) => {
    const token = findString(object.content, (text) => TERRAFORM_TOKEN.exec(text)?.[0]);
    return token === undefined ? [] : [describe({
      path: object.path, problem: `${describeReference(object.reference)} holds a Terraform token`, value: token,
      rule: 'nothing tokenised crosses between Terraform and Kubernetes: it would be applied as this text', remedy: 'use a plain name that derives from the profile: profile.names',
    })];
  });
}

/** The first answer of `probe` to a string anywhere in a value, keys included. */
function findString(value: unknown, probe: (text: string) => string | undefined): string | undefined {
  if (typeof value === 'string') return value.includes('${') ? probe(value) : undefined;
  if (value === null || typeof value !== 'object') return undefined;
  for (const [key, item] of Object.entries(value)) {
    const found = findString(key, probe) ?? findString(item, probe);
    if (found !== undefined) return found;
  }
  return undefined;
}

function duplicates(values: readonly string[]): string[] {
  const seen = new Set<string>();
  return [...new Set(values.filter((value) => seen.size === seen.add(value).size))];
}
