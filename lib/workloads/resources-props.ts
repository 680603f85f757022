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
  /** Mebibytes of the node's disk that are reserved: for logs, for what a container writes, and for its writable paths. @default - 64, or the limit where that is less */
  readonly ephemeralStorageRequestMi?: number;
  /**
   * Mebibytes of the node's disk at most; beyond them the pod is evicted.
   * @default - 128 and what the writable paths hold, or the request where that is more
   */
  readonly ephemeralStorageLimitMi?: number;
}

/** A container's resources, with the disk of its node apart: cdk8s-plus writes that in whole gibibytes only. */
export interface WholeResources {
  readonly container: ContainerResources;
  readonly diskRequestMi: number;
  readonly diskLimitMi: number;
}

const RULE = 'control PS5, 45 CFR 164.306(a)(1): what one workload uses is bounded, in thousandths of a core and mebibytes; a request is at most its limit';

/**
 * The kubelet keeps five log files of 10 MiB a container (containerLogMaxFiles, containerLogMaxSize), which count; as much again is for what a program writes.
 */
const DISK_LIMIT = 128;

/**
 * @param writableMi what the writable paths of the container hold together.
 * @internal
 */
export function resourcesOf(path: string, given: ResourcesProps = {}, writableMi = 0): WholeResources {
  checkFields(path, given, ['cpuRequestMillis', 'cpuLimitMillis', 'memoryRequestMi', 'memoryLimitMi', 'ephemeralStorageRequestMi', 'ephemeralStorageLimitMi'], 'resources take no other field');
  const { cpuRequestMillis = 100, memoryRequestMi = 128 } = given;
  const { cpuLimitMillis = Math.max(500, cpuRequestMillis), memoryLimitMi = Math.max(256, memoryRequestMi) } = given;
  checkInteger(path, 'cpuLimitMillis', cpuLimitMillis, 1, 512_000, RULE);
  checkInteger(path, 'cpuRequestMillis', cpuRequestMillis, 1, cpuLimitMillis, RULE);
  checkInteger(path, 'memoryLimitMi', memoryLimitMi, 4, 16_777_216, RULE);
  checkInteger(path, 'memoryRequestMi', memoryRequestMi, 4, memoryLimitMi, RULE);
  const diskLimitMi = given.ephemeralStorageLimitMi ?? Math.max(DISK_LIMIT + writableMi, given.ephemeralStorageRequestMi ?? 0);
  const diskRequestMi = given.ephemeralStorageRequestMi ?? Math.min(64, diskLimitMi);
  checkInteger(path, 'ephemeralStorageLimitMi', diskLimitMi, Math.max(1, writableMi), 16_777_216, `${RULE}; the limit covers what the writable paths hold, or the pod is evicted before they are full`);
  checkInteger(path, 'ephemeralStorageRequestMi', diskRequestMi, 1, diskLimitMi, RULE);
  const container = {
    cpu: { request: Cpu.millis(cpuRequestMillis), limit: Cpu.millis(cpuLimitMillis) },
    memory: { request: Size.mebibytes(memoryRequestMi), limit: Size.mebibytes(memoryLimitMi) },
  };
  return { container, diskRequestMi, diskLimitMi };
}
