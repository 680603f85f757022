import { Environment } from '../../lib/profile/environment';
import { checkPhiNamespaces, type PhiNamespaceSettings } from '../../lib/profile/phi-namespace-settings';
import { expectRefusal } from '../support/refusal';

const path = 'HipaaProfile.phiNamespaces';
const check = (...namespaces: unknown[]): readonly PhiNamespaceSettings[] => checkPhiNamespaces(path, namespaces as PhiNamespaceSettings[]);
const prod = (name: unknown): object => ({ name, environment: Environment.PROD });

describe('PHI namespaces', () => {
  test('take every prop, copied and frozen', () => {
    const every: Required<PhiNamespaceSettings> = { name: 'healthcare-prod', environment: Environment.TEST };
    const checked = check(every);

    expect(checked).toEqual([every]);
    expect(checked[0]).not.toBe(every);
    expect(Object.isFrozen(checked) && Object.isFrozen(checked[0])).toBe(true);
  });

  test('keep their order', () => {
    expect(check(prod('b'), prod('a')).map((namespace) => namespace.name)).toEqual(['b', 'a']);
  });

  test.each<[unknown]>([[[]], [undefined], [null], ['healthcare-prod'], [{}]])('are at least one: %j', (namespaces) => {
    expectRefusal(() => checkPhiNamespaces(path, namespaces as never), { path, value: namespaces, rule: 'control AC13', remedy: 'at least one' });
  });

  test.each(['default', 'kube-system', 'kube-public', 'kube-node-lease', 'kube-phi', 'gatekeeper-system', 'istio-system', 'cert-manager', 'velero', 'falco'])('are not the system namespace %s', (name) => {
    expectRefusal(() => check(prod(name)), { path, value: name, rule: 'control AC13', remedy: 'a namespace of its own' });
  });

  test.each(['default-phi', 'kubernetes', 'my-kube-system', 'velero-restore'])('may be %s', (name) => {
    expect(check(prod(name))[0].name).toBe(name);
  });

  test.each<[unknown]>([['Healthcare'], [''], ['kube-system\n'], ['a.b'], [undefined], [5], ['*'], ['a'.repeat(64)]])('are DNS labels, not %j', (name) => {
    expectRefusal(() => check(prod(name)), { path, value: name, rule: 'RFC 1123 label', remedy: 'at most 63' });
  });

  test('are named once, in whatever environment', () => {
    expectRefusal(() => check(prod('a'), prod('b'), { name: 'a', environment: Environment.DEV }), { path, value: 'a', rule: 'one entry a namespace', remedy: 'remove one' });
  });

  test.each<[unknown]>([['staging'], ['PROD'], [''], [undefined], [null], [['prod']]])('have an environment, not %j', (environment) => {
    expectRefusal(() => check({ name: 'a', environment }), { path: `${path}(a)`, value: environment, rule: 'control AC13', remedy: 'Environment.DEV, TEST or PROD' });
  });

  test('have no other field', () => {
    expectRefusal(() => check({ ...prod('a'), labels: {} }), { path, value: 'labels', rule: 'a name and an environment', remedy: 'name, environment' });
  });

  test.each<[unknown]>([['healthcare-prod'], [null], [undefined], [['a', 'prod']]])('are objects, not %j', (entry) => {
    expectRefusal(() => check(entry), { path, value: entry, rule: 'a name and an environment', remedy: 'an object of: name, environment' });
  });
});
