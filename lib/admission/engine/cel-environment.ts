import { isDeepStrictEqual } from 'node:util';
import type * as Cel from '@marcbachmann/cel-js';

type Environment = Cel.Environment;

let made: Environment | undefined;

/**
 * The CEL that Kubernetes 1.28 evaluates, as far as policies of the pack may use it: cel-js, and the functions of Kubernetes' own libraries that it
 * lacks (Kubernetes, Common Expression Language in Kubernetes). Made when it is first needed.
 */
export function celEnvironment(): Environment {
  if (made !== undefined) return made;
  // Most programs that import the library ask no rule.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { Environment } = require('@marcbachmann/cel-js') as typeof Cel;
  made = new Environment({ unlistedVariablesAreDyn: true, enableOptionalTypes: true })
    .registerFunction('list.indexOf(dyn): int', (list: unknown[], element: unknown) => BigInt(list.findIndex((one) => one === element || isDeepStrictEqual(one, element))))
    .registerFunction('string.replace(string, string): string', (text: string, old: string, by: string) => text.replaceAll(old, () => by));
  return made;
}
