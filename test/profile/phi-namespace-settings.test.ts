import { Environment } from '../../lib/profile/environment';
import type { LimitSettings } from '../../lib/profile/limit-settings';
import { checkPhiNamespaces, type PhiNamespaceSettings } from '../../lib/profile/phi-namespace-settings';
import type { QuotaSettings } from '../../lib/profile/quota-settings';
import { expectRefusal } from '../support/refusal';

const path = 'HipaaProfile.phiNamespaces';
const check = (...namespaces: unknown[]): readonly PhiNamespaceSettings[] => checkPhiNamespaces(path, namespaces as PhiNamespaceSettings[]);
const prod = (name: unknown): object => ({ name, environment: Environment.PROD });

const quota: Required<QuotaSettings> = {
  pods: 10, requestsCpuCores: 4, limitsCpuCores: 8, requestsMemoryGib: 8, limitsMemoryGib: 16, requestsEphemeralStorageGib: 5, limitsEphemeralStorageGib: 10,
  volumes: 5, volumeStorageGib: 50, services: 5, loadBalancers: 1, nodePorts: 1,
};
const limits: Required<LimitSettings> = {
  defaultRequestCpuCores: 0.2, defaultLimitCpuCores: 1, defaultRequestMemoryGib: 0.25, defaultLimitMemoryGib: 1,
  defaultRequestEphemeralStorageGib: 0.25, defaultLimitEphemeralStorageGib: 2, maxCpuCores: 2, maxMemoryGib: 4, maxEphemeralStorageGib: 5, maxVolumeGib: 20,
};

describe('PHI namespaces', () => {
  test('take every prop, copied and frozen', () => {
    const every: Required<PhiNamespaceSettings> = { name: 'healthcare-prod', environment: Environment.TEST, quota, limits };
    const checked = check(every);

    expect(checked).toEqual([every]);
    expect(checked[0]).not.toBe(every);
    expect([checked, checked[0], checked[0].quota, checked[0].limits].every(Object.isFrozen)).toBe(true);
    expect(checked[0].quota).not.toBe(quota);
  });

  test('keep their order', () => {
    expect(check(prod('b'), prod('a')).map((namespace) => namespace.name)).toEqual(['b', 'a']);
  });

  test.each<[unknown]>([[[]], [undefined], [null], ['healthcare-prod'], [{}]])('are at least one: %j', (namespaces) => {
    expectRefusal(() => checkPhiNamespaces(path, namespaces as never), { path, value: namespaces, rule: 'control AC13', remedy: 'at least one' });
  });

  test.each(['default', 'kube-system', 'kube-public', 'kube-node-lease', 'kube-phi', 'gatekeeper-system', 'istio-system', 'cert-manager', 'cosign-system', 'velero', 'falco', 'hipaa-falco', 'hipaa-break-glass', 'hipaa-restore-test'])('are not the system namespace %s', (name) => {
    expectRefusal(() => check(prod(name)), { path, value: name, rule: 'control AC13', remedy: 'a namespace of its own' });
  });

  test.each(['default-phi', 'kubernetes', 'my-kube-system', 'velero-restore', 'hipaa-falcon', 'cosign-systems'])('may be %s', (name) => {
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
    expectRefusal(() => check({ ...prod('a'), labels: {} }), { path, value: 'labels', rule: 'a name, an environment, a quota and limits', remedy: 'name, environment, quota, limits' });
  });

  test.each<[unknown]>([['healthcare-prod'], [null], [undefined], [['a', 'prod']]])('are objects, not %j', (entry) => {
    expectRefusal(() => check(entry), { path, value: entry, rule: 'a name, an environment, a quota and limits', remedy: 'an object of: name, environment' });
  });

  test.each<[string, object, unknown, string]>([
    ['quota', { quota: { namespace: 'default' } }, 'namespace', 'pods, requestsCpuCores'],
    ['quota', { quota: 'large' }, 'large', 'an object of: pods'],
    ['quota', { quota: null }, null, 'an object of: pods'],
    ['limits', { limits: { name: 'own' } }, 'name', 'defaultRequestCpuCores'],
    ['limits', { limits: [] }, [], 'an object of: defaultRequestCpuCores'],
  ])('have no other bounds: %s %j', (part, changes, value, remedy) => {
    expectRefusal(() => check({ ...prod('a'), ...changes }), { path: `${path}(a).${part}`, value, rule: 'control PS5', remedy });
  });

});
