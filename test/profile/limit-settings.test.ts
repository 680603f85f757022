import { LIMIT_FIELDS, type LimitSettings } from '../../lib/profile/limit-settings';
import { NamespaceLimits } from '../../lib/workloads/namespace-limits';
import { synthChart } from '../support/chart';

/** Each unlike its default. */
const all: Required<LimitSettings> = {
  defaultRequestCpuCores: 0.2, defaultLimitCpuCores: 1, defaultRequestMemoryGib: 0.25, defaultLimitMemoryGib: 1,
  defaultRequestEphemeralStorageGib: 0.25, defaultLimitEphemeralStorageGib: 2, maxCpuCores: 2, maxMemoryGib: 4, maxEphemeralStorageGib: 5, maxVolumeGib: 20,
};
/** What is bounded, as lines of text. */
const lines = (settings: LimitSettings): string[] => (synthChart((chart) => new NamespaceLimits(chart, 'Limits', { namespace: 'phi', ...settings }))[0].spec.limits as Record<string, Record<string, unknown>>[])
  .flatMap(({ type, ...bounds }) => Object.entries(bounds).flatMap(([bound, values]) => Object.entries(values).map(([resource, value]) => `${String(type)} ${bound} ${resource} ${String(value)}`)));

test('every field is known', () => expect([...LIMIT_FIELDS].sort()).toEqual(Object.keys(all).sort()));

test.each(Object.keys(all))('%s bounds one thing', (field) => {
  const before = lines({});
  const changed = lines({ [field]: all[field as never] }).filter((line) => !before.includes(line));

  expect(changed).toHaveLength(1);
  expect(changed[0]).toMatch(field.startsWith('max') ? / max / : field.startsWith('defaultRequest') ? / defaultRequest / : / default /);
});
