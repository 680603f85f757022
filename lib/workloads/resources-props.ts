import { Size } from 'cdk8s';
import { Cpu, type ContainerResources } from 'cdk8s-plus-28';
import { checkFields, checkInteger } from '../profile/checks';

/** What a container reserves of its node, and what it may use at most. */
export interface ResourcesProps {
  /** Thousandths of a core that are reserved. @default 100 */
  readonly cpuRequestMillis?: number;
  /** Thousandths of a core at most. @default - 500, or the request where that is more */
  readonly cpuLimitMillis?: number;
  /** Mebibytes that are reserved. @default 128 */
  readonly memoryRequestMi?: number;
  /** Mebibytes at most. @default - 256, or the request where that is more */
  readonly memoryLimitMi?: number;
}

const RULE = 'control PS5, 45 CFR 164.306(a)(1): what one workload uses is bounded, in thousandths of a core and mebibytes; a request is at most its limit';

/** @internal */
export function resourcesOf(path: string, given: ResourcesProps = {}): ContainerResources {
  checkFields(path, given, ['cpuRequestMillis', 'cpuLimitMillis', 'memoryRequestMi', 'memoryLimitMi'], 'resources take no other field');
  const { cpuRequestMillis = 100, memoryRequestMi = 128 } = given;
  const { cpuLimitMillis = Math.max(500, cpuRequestMillis), memoryLimitMi = Math.max(256, memoryRequestMi) } = given;
  checkInteger(path, 'cpuLimitMillis', cpuLimitMillis, 1, 512_000, RULE);
  checkInteger(path, 'cpuRequestMillis', cpuRequestMillis, 1, cpuLimitMillis, RULE);
  checkInteger(path, 'memoryLimitMi', memoryLimitMi, 4, 16_777_216, RULE);
  checkInteger(path, 'memoryRequestMi', memoryRequestMi, 4, memoryLimitMi, RULE);
  return {
    cpu: { request: Cpu.millis(cpuRequestMillis), limit: Cpu.millis(cpuLimitMillis) },
    memory: { request: Size.mebibytes(memoryRequestMi), limit: Size.mebibytes(memoryLimitMi) },
  };
}
