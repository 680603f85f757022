import { Chart, Testing } from 'cdk8s';
import { NamespaceLimits, type NamespaceLimitsProps } from '../../lib/workloads/namespace-limits';
import { NamespaceQuota } from '../../lib/workloads/namespace-quota';
import { schemaFindings } from '../support/api-schema';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const limits = (changes: Partial<NamespaceLimitsProps> = {}) => synthChart((chart) => new NamespaceLimits(chart, 'Limits', { namespace: 'healthcare-prod', ...changes }))[0];

interface Resources { requests?: Record<string, string>; limits?: Record<string, string> }
const UNITS: Record<string, number> = { '': 1, 'm': 0.001, 'Mi': 2 ** 20, 'Gi': 2 ** 30 };
const quantity = (text: string): number => {
  const [, number, unit] = /^([0-9.]+)(m|Mi|Gi)?$/.exec(text)!;
  return Number(number) * UNITS[unit ?? ''];
};

/** Why the API server refuses a pod of one container: LimitRanger fills in and bounds, then the quota wants every bounded resource said and counts (Kubernetes, admission). */
function refusal(range: Manifest, quota: Manifest, given: Resources, pods = 1): string | undefined {
  const [{ defaultRequest, default: defaults, max }] = range.spec.limits.filter((limit: { type: string }) => limit.type === 'Container');
  const effective = { limits: { ...defaults, ...given.limits }, requests: { ...defaultRequest, ...given.limits, ...given.requests } } as Required<Resources>;
  for (const [resource, most] of Object.entries(max as Record<string, string>)) if (quantity(effective.limits[resource] ?? 'none') > quantity(most)) return `max ${resource}`;
  for (const [bound, hard] of Object.entries(quota.spec.hard as Record<string, string>)) {
    const [kind, resource] = bound.split('.');
    if (kind !== 'requests' && kind !== 'limits' || resource === 'storage') continue;
    const value = effective[kind][resource];
    if (value === undefined) return `must specify ${bound}`;
    if (quantity(value) * pods > quantity(hard)) return `exceeded ${bound}`;
  }
  return undefined;
}

describe('NamespaceLimits', () => {
  test('gives containers what they do not say, and bounds the largest', () => {
    const object = limits();

    expect(object.metadata).toEqual({ name: 'phi-limits', namespace: 'healthcare-prod' });
    expect(object.spec.limits.map(({ type }: { type: string }) => type)).toEqual(['Container', 'PersistentVolumeClaim']);
    expect(schemaFindings(object)).toEqual([]);
    expect(object).toMatchSnapshot();
  });

  test.each<[string, Resources, number, string | undefined]>([
    ['a pod that says nothing', {}, 1, undefined],
    ['fifty pods that say nothing', {}, 50, undefined],
    ['a pod that says its limits', { limits: { cpu: '2', memory: '4Gi' } }, 1, undefined],
    ['a container above the most', { limits: { cpu: '5' } }, 1, 'max cpu'],
    ['a container with too much memory', { limits: { memory: '9Gi' } }, 1, 'max memory'],
    ['too many at the most', { limits: { cpu: '4' } }, 9, 'exceeded limits.cpu'],
  ])('beside the quota, admission of %s', (_what, given, pods, refused) => {
    const [quota] = synthChart((chart) => new NamespaceQuota(chart, 'Quota', { namespace: 'healthcare-prod' }));

    expect(refusal(limits(), quota, given, pods)).toBe(refused);
  });

  test('without the defaults, the quota refuses a pod that says nothing', () => {
    const [quota] = synthChart((chart) => new NamespaceQuota(chart, 'Quota', { namespace: 'healthcare-prod' }));

    expect(refusal({ ...limits(), spec: { limits: [{ type: 'Container', max: {} }] } }, quota, {})).toBe('must specify limits.cpu');
  });

  test('takes every prop', () => {
    const props: Required<NamespaceLimitsProps> = {
      namespace: 'patient-data', name: 'own', defaultRequestCpuCores: 0.25, defaultLimitCpuCores: 1, maxCpuCores: 2, defaultRequestMemoryGib: 0.25, defaultLimitMemoryGib: 1, maxMemoryGib: 16,
      defaultRequestEphemeralStorageGib: 0.5, defaultLimitEphemeralStorageGib: 2, maxEphemeralStorageGib: 3, maxVolumeGib: 7,
    };
    const { metadata, spec } = limits(props);

    expect(metadata).toEqual({ name: 'own', namespace: 'patient-data' });
    expect(spec.limits).toEqual([
      {
        type: 'Container', defaultRequest: { 'cpu': '250m', 'memory': '256Mi', 'ephemeral-storage': '512Mi' }, default: { 'cpu': '1', 'memory': '1Gi', 'ephemeral-storage': '2Gi' },
        max: { 'cpu': '2', 'memory': '16Gi', 'ephemeral-storage': '3Gi' },
      },
      { type: 'PersistentVolumeClaim', max: { storage: '7Gi' } },
    ]);
  });

  test('claims quotas on the emitted object', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new NamespaceLimits(chart, 'Limits', { namespace: 'healthcare-prod' });

    expect(claimsBelow(chart)).toEqual(['Test/Limits/Resource implements PS5']);
  });

  test.each<[string, Partial<NamespaceLimitsProps>, unknown, string, string]>([
    ['a bad namespace', { namespace: 'a.b' }, 'a.b', 'RFC 1123 label', 'use at most'],
    ['a bad name', { name: 'A' }, 'A', 'RFC 1123 subdomain', 'use at most'],
    ['no request', { defaultRequestCpuCores: 0 }, 0, 'PS5', 'above 0'],
    ['a request above the limit', { defaultRequestCpuCores: 1 }, '1 > 0.5', 'no more than its limit', 'raise defaultLimitCpuCores'],
    ['a limit above the most', { defaultLimitMemoryGib: 9 }, '9 > 8', 'no more than its limit', 'raise maxMemoryGib'],
    ['a memory request above the limit', { defaultRequestMemoryGib: 1 }, '1 > 0.5', 'no more than its limit', 'raise defaultLimitMemoryGib'],
    ['a processor limit above the most', { maxCpuCores: 0.25 }, '0.5 > 0.25', 'no more than its limit', 'raise maxCpuCores'],
    ['a disk request above the limit', { defaultRequestEphemeralStorageGib: 2 }, '2 > 1', 'no more than its limit', 'raise defaultLimitEphemeralStorageGib'],
    ['a disk limit above the most', { maxEphemeralStorageGib: 0.5 }, '1 > 0.5', 'no more than its limit', 'raise maxEphemeralStorageGib'],
    ['an unknown field', { min: {} } as object, 'min', 'PS5', 'use one of'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => expectRefusal(() => limits(changes), { path: 'Test/Limits', value, rule, remedy }));
});
