import { ApiObject, Chart, JsonPatch, Lazy, Testing } from 'cdk8s';
import { Control } from '../../lib/controls/control';
import { ClaimKind, type SafeguardClaim } from '../../lib/controls/safeguard';
import { synthesizedManifest } from '../../lib/phi/synthesized-manifest';

const chart = (): Chart => new Chart(Testing.app(), 'Test', { namespace: 'healthcare-prod' });
const CLAIM: SafeguardClaim = { kind: ClaimKind.IMPLEMENTS, control: Control.NW1_DENY_ALL, how: 'closed' };

test('an object is called what is written, patches included', () => {
  const object = new ApiObject(chart(), 'One', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } });
  object.addJsonPatch(JsonPatch.replace('/metadata/name', 'two'), JsonPatch.replace('/metadata/namespace', 'web'), JsonPatch.replace('/apiVersion', 'v2'), JsonPatch.replace('/kind', 'Secret'));

  expect(synthesizedManifest(object, [CLAIM])).toEqual({
    reference: { tree: 'kubernetes', apiVersion: 'v2', kind: 'Secret', namespace: 'web', name: 'two' }, path: 'Test/One', content: object.toJson() as unknown, claims: [CLAIM],
  });
});

test('an object of the cluster has no namespace, and one that claims nothing no claims', () => {
  const object = new ApiObject(new Chart(Testing.app(), 'Test'), 'One', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } });

  expect(Object.keys(synthesizedManifest(object).reference)).not.toContain('namespace');
  expect(synthesizedManifest(object).claims).toEqual([]);
});

test('what cannot be resolved is thrown', () => {
  const fails = (): never => {
    throw new Error('nobody knows');
  };
  const object = new ApiObject(chart(), 'One', { apiVersion: 'v1', kind: 'ConfigMap', data: { a: Lazy.any({ produce: fails }) as string } });

  expect(() => synthesizedManifest(object)).toThrow('nobody knows');
});
