import { ColdStorage } from '../../lib/profile/cold-storage';
import { expectRefusal } from '../support/refusal';

test.each<[string, ColdStorage, object]>([
  ['instant retrieval', ColdStorage.instantRetrieval(), { storageClass: 'GLACIER_IR', afterDays: 90 }],
  ['the deep archive', ColdStorage.deepArchive(), { storageClass: 'DEEP_ARCHIVE', afterDays: 365 }],
  ['a day of its own', ColdStorage.instantRetrieval({ afterDays: 1 }), { storageClass: 'GLACIER_IR', afterDays: 1 }],
])('ColdStorage: %s', (_what, storage, expected) => {
  expect({ ...storage }).toEqual(expected);
  expect(Object.isFrozen(storage)).toBe(true);
});

test.each([0, 1.5, -1, 36501, Number.NaN])('ColdStorage refuses %s days', (afterDays) => {
  expectRefusal(() => ColdStorage.deepArchive({ afterDays }), { path: 'ColdStorage', value: afterDays, rule: 'lifecycle', remedy: 'from 1 to 36500' });
});

test('ColdStorage refuses an unknown field', () => {
  expectRefusal(() => ColdStorage.deepArchive({ days: 30 } as object), { path: 'ColdStorage', value: 'days', rule: 'no other field', remedy: 'afterDays' });
});
