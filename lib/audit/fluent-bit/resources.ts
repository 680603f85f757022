import { checkFields, checkInteger } from '../../profile/checks';
import { bytesOf } from './checks';
import { DEFAULT_TOTAL_FILE_SIZE, type S3LogOutputProps } from './s3-output';

/** What a shipper's container may use of its node. */
export interface FluentBitResources {
  /** Thousandths of a core that are reserved. @default 100 */
  readonly cpuRequestMillis?: number;
  /** Thousandths of a core at most. @default 500 */
  readonly cpuLimitMillis?: number;
  /** Mebibytes that are reserved. @default 128 */
  readonly memoryRequestMi?: number;
  /**
   * Mebibytes at most. An upload holds its file twice, and what compression makes of it.
   * @default - 256 and three for each megabyte of s3.totalFileSize
   */
  readonly memoryLimitMi?: number;
}

const BASE_MI = 256;
const FIELDS = ['cpuRequestMillis', 'cpuLimitMillis', 'memoryRequestMi', 'memoryLimitMi'];

/** Quantities of a container's `resources`. */
export interface ResourceQuantities {
  readonly requests: Record<string, string>;
  readonly limits: Record<string, string>;
}

export function resourcesOf(path: string, s3: S3LogOutputProps, given: FluentBitResources = {}): ResourceQuantities {
  checkFields(path, given, FIELDS, 'resources take no other field');
  const megabytes = Math.ceil((bytesOf(s3.totalFileSize ?? DEFAULT_TOTAL_FILE_SIZE) ?? 0) / 1_000_000);
  const { cpuRequestMillis = 100, cpuLimitMillis = 500, memoryRequestMi = 128, memoryLimitMi = BASE_MI + 3 * megabytes } = given;
  checkInteger(path, 'cpuLimitMillis', cpuLimitMillis, 50, 64_000, 'Kubernetes, resource units in thousandths of a core');
  checkInteger(path, 'cpuRequestMillis', cpuRequestMillis, 1, cpuLimitMillis, 'Kubernetes: a request is at most its limit');
  const needed = BASE_MI / 2 + 2 * megabytes;
  checkInteger(path, 'memoryLimitMi', memoryLimitMi, needed, 65_536, `control AU4, 45 CFR 164.312(b): below this an upload of ${megabytes} MB is killed, and tried again, without end`);
  checkInteger(path, 'memoryRequestMi', memoryRequestMi, 32, memoryLimitMi, 'Kubernetes: a request is at most its limit');
  return {
    requests: { cpu: `${cpuRequestMillis}m`, memory: `${memoryRequestMi}Mi` },
    limits: { cpu: `${cpuLimitMillis}m`, memory: `${memoryLimitMi}Mi` },
  };
}
