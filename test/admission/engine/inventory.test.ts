import { inventoryOf } from '../../../lib/admission/engine/inventory';

const policy = (namespace: string, name: string) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace } });

test('an inventory has the form in which Gatekeeper shows synced objects to Rego', () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } };

  expect(inventoryOf([namespace, policy('a', 'x'), policy('a', 'y'), policy('b', 'x')])).toEqual({
    cluster: { v1: { Namespace: { a: namespace } } },
    namespace: {
      a: { 'networking.k8s.io/v1': { NetworkPolicy: { x: policy('a', 'x'), y: policy('a', 'y') } } },
      b: { 'networking.k8s.io/v1': { NetworkPolicy: { x: policy('b', 'x') } } },
    },
  });
});

test('names of prototypes are names', () => {
  expect(JSON.stringify(inventoryOf([policy('__proto__', 'constructor')]))).toContain('"__proto__":{"networking.k8s.io/v1":{"NetworkPolicy":{"constructor"');
});
