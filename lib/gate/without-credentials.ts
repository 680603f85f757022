import type { GateViolation } from './gate-result';
import { plainValue } from './report/shown-value';

/** `//user:password@` of an address. A password with a slash in it ends the host for who reads strictly, and is a secret all the same; `//host:5000/` is none. */
const USER_INFO = /\/\/[^\s/?#]*@|\/\/[^\s/:@]+:(?!\d+[/?#])\S{0,500}@/g;

/** A text without the user and the password of the addresses in it. */
export function withoutCredentials(text: string): string {
  return text.includes('@') ? text.replace(USER_INFO, '//…@') : text;
}

/** A violation that shows no password of an address: of an image, of a repository. */
export function withoutCredentialsOf(violation: GateViolation): GateViolation {
  const { value, problem, remedy, message } = violation;
  return {
    ...violation, problem: withoutCredentials(problem), remedy: withoutCredentials(remedy), message: withoutCredentials(message),
    ...(value === undefined ? {} : { value: plainValue(value, withoutCredentials) }),
  };
}
