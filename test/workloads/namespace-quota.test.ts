import { Chart, Testing } from 'cdk8s';
import { NamespaceQuota, type NamespaceQuotaProps } from '../../lib/workloads/namespace-quota';
import { schemaFindings } from '../support/api-schema';
import { synthChart } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const quota = (changes: Partial<NamespaceQuotaProps> = {}) => synthChart((chart) => new NamespaceQuota(chart, 'Quota', { namespace: 'healthcare-prod', ...changes }))[0];

describe('NamespaceQuota', () => {
  test('bounds pods, processor time, memory and disk, and keeps Services off the network outside', () => {
    const object = quota();

    expect(object.metadata).toEqual({ name: 'phi-quota', namespace: 'healthcare-prod' });
    expect(object.spec.hard).toMatchObject({ 'pods': '50', 'requests.cpu': '16', 'limits.cpu': '32', 'requests.memory': '32Gi', 'limits.memory': '64Gi', 'services.loadbalancers': '0', 'services.nodeports': '0' });
    expect(schemaFindings(object)).toEqual([]);
    expect(object).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<NamespaceQuotaProps> = {
      namespace: 'patient-data', name: 'own', pods: 100, requestsCpuCores: 7.5, limitsCpuCores: 40, requestsMemoryGib: 0.5, limitsMemoryGib: 80, requestsEphemeralStorageGib: 10,
      limitsEphemeralStorageGib: 20, volumes: 3, volumeStorageGib: 30, services: 4, loadBalancers: 1, nodePorts: 2,
    };
    const { metadata, spec } = quota(props);

    expect(metadata).toEqual({ name: 'own', namespace: 'patient-data' });
    expect(spec).toEqual({
      hard: {
        'pods': '100', 'requests.cpu': '7500m', 'limits.cpu': '40', 'requests.memory': '512Mi', 'limits.memory': '80Gi', 'requests.ephemeral-storage': '10Gi', 'limits.ephemeral-storage': '20Gi',
        'persistentvolumeclaims': '3', 'requests.storage': '30Gi', 'services': '4', 'services.loadbalancers': '1', 'services.nodeports': '2',
      },
    });
  });

  test('claims quotas on the emitted object', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new NamespaceQuota(chart, 'Quota', { namespace: 'healthcare-prod' });

    expect(claimsBelow(chart)).toEqual(['Test/Quota/Resource implements PS5']);
  });

  test.each<[string, Partial<NamespaceQuotaProps>, unknown, string, string]>([
    ['a bad namespace', { namespace: 'a.b' }, 'a.b', 'RFC 1123 label', 'use at most'],
    ['a bad name', { name: 'A' }, 'A', 'RFC 1123 subdomain', 'use at most'],
    ['no pods', { pods: 0 }, 0, 'a count of objects', 'from 1'],
    ['half a Service', { services: 0.5 }, 0.5, 'a count of objects', 'from 0'],
    ['a negative number of load balancers', { loadBalancers: -1 }, -1, 'a count of objects', 'from 0'],
    ['no cores', { requestsCpuCores: 0 }, 0, 'PS5', 'above 0'],
    ['cores without an end', { limitsCpuCores: Infinity }, Infinity, 'PS5', 'above 0'],
    ['memory as text', { limitsMemoryGib: '64Gi' as unknown as number }, '64Gi', 'PS5', 'above 0'],
    ['less than a MiB', { requestsMemoryGib: 0.0001 }, 0.0001, 'PS5', 'a MiB'],
    ['more requested than allowed', { requestsCpuCores: 64 }, '64 > 32', 'a request is no more than its limit', 'raise limitsCpuCores'],
    ['more memory requested than allowed', { requestsMemoryGib: 65 }, '65 > 64', 'a request is no more than its limit', 'raise limitsMemoryGib'],
    ['more disk requested than allowed', { requestsEphemeralStorageGib: 101 }, '101 > 100', 'a request is no more than its limit', 'raise limitsEphemeralStorageGib'],
    ['a scope, which would narrow it', { scopes: ['BestEffort'] } as object, 'scopes', 'PS5', 'use one of'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => expectRefusal(() => quota(changes), { path: 'Test/Quota', value, rule, remedy }));
});
