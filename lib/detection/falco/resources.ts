import { checkFields, checkInteger } from '../../profile/checks';

/** What Falco may use of its node. */
export interface FalcoResources {
  /** Thousandths of a core that are reserved. @default 100 */
  readonly cpuRequestMillis?: number;
  /** Thousandths of a core at most: below what a busy node needs, events are dropped, and Falco alerts on it. @default 1000 */
  readonly cpuLimitMillis?: number;
  /** Mebibytes that are reserved. @default 512 */
  readonly memoryRequestMi?: number;
  /** Mebibytes at most. @default 1024 */
  readonly memoryLimitMi?: number;
}

/** @internal */
export function falcoResources(path: string, given: FalcoResources = {}): Required<FalcoResources> {
  checkFields(path, given, ['cpuRequestMillis', 'cpuLimitMillis', 'memoryRequestMi', 'memoryLimitMi'], 'resources take no other field');
  const { cpuRequestMillis = 100, cpuLimitMillis = 1000, memoryRequestMi = 512, memoryLimitMi = 1024 } = given;
  checkInteger(path, 'cpuLimitMillis', cpuLimitMillis, 200, 64_000, 'Kubernetes, resource units in thousandths of a core');
  checkInteger(path, 'cpuRequestMillis', cpuRequestMillis, 1, cpuLimitMillis, 'Kubernetes: a request is at most its limit');
  checkInteger(path, 'memoryLimitMi', memoryLimitMi, 256, 65_536, 'control AU9, 45 CFR 164.312(b): with less, Falco is killed while it reads the processes of its node');
  checkInteger(path, 'memoryRequestMi', memoryRequestMi, 64, memoryLimitMi, 'Kubernetes: a request is at most its limit');
  return { cpuRequestMillis, cpuLimitMillis, memoryRequestMi, memoryLimitMi };
}
