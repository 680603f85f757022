import { QUOTA_FIELDS, type QuotaSettings } from '../../lib/profile/quota-settings';
import { NamespaceQuota } from '../../lib/workloads/namespace-quota';
import { synthChart } from '../support/chart';

/** Each unlike its default. */
const all: Required<QuotaSettings> = {
  pods: 10, requestsCpuCores: 4, limitsCpuCores: 40, requestsMemoryGib: 8, limitsMemoryGib: 128, requestsEphemeralStorageGib: 5, limitsEphemeralStorageGib: 200,
  volumes: 5, volumeStorageGib: 50, services: 5, loadBalancers: 1, nodePorts: 1,
};
const hard = (settings: QuotaSettings): object => synthChart((chart) => new NamespaceQuota(chart, 'Quota', { namespace: 'phi', ...settings }))[0].spec.hard;

test('every field is known', () => expect([...QUOTA_FIELDS].sort()).toEqual(Object.keys(all).sort()));

test.each(Object.entries(all))('%s bounds one thing', (field, value) => {
  const [before, after] = [hard({}), hard({ [field]: value })];
  const changed = Object.keys(after).filter((key) => after[key as never] !== before[key as never]);

  expect(changed).toHaveLength(1);
  expect(String(after[changed[0] as never])).toMatch(new RegExp(`^${value}(Gi)?$`));
});
