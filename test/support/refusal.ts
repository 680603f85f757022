import { HipaaError } from '../../lib/profile/errors';

/** What a refusal must name; every part is compared. */
export interface Refusal {
  /** Path of the construct, or a part of it. */
  path: string;
  value: unknown;
  /** A part of the rule or control. */
  rule: string;
  /** A part of the remedy. */
  remedy: string;
}

/** Runs `action`, which must throw a HipaaError that names path, value, rule and remedy. */
export function expectRefusal(action: () => unknown, refusal: Refusal): void {
  let thrown: unknown;
  try {
    action();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(HipaaError);
  const error = thrown as HipaaError;
  expect(error.path).toContain(refusal.path);
  expect(error.value).toEqual(refusal.value);
  expect(error.rule).toContain(refusal.rule);
  expect(error.remedy).toContain(refusal.remedy);
}
