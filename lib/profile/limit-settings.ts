/** What one container asks for and may use where it does not say so itself, and what is the most. */
export interface LimitSettings {
  /** Cores that a container asks for which says nothing. @default 0.1 */
  readonly defaultRequestCpuCores?: number;
  /** Cores that a container may use which says nothing. @default 0.5 */
  readonly defaultLimitCpuCores?: number;
  /** Memory that a container asks for which says nothing, in GiB. @default 0.125 */
  readonly defaultRequestMemoryGib?: number;
  /** Memory that a container may use which says nothing, in GiB. @default 0.5 */
  readonly defaultLimitMemoryGib?: number;
  /** Disk of the node that a container asks for which says nothing, in GiB. @default 0.125 */
  readonly defaultRequestEphemeralStorageGib?: number;
  /** Disk of the node that a container may use which says nothing, in GiB. @default 1 */
  readonly defaultLimitEphemeralStorageGib?: number;
  /** Most cores of one container. @default 4 */
  readonly maxCpuCores?: number;
  /** Most memory of one container, in GiB. @default 8 */
  readonly maxMemoryGib?: number;
  /** Most disk of the node of one container, in GiB. @default 10 */
  readonly maxEphemeralStorageGib?: number;
  /** Largest volume, in GiB. @default 100 */
  readonly maxVolumeGib?: number;
}

/** @internal */
export const LIMIT_FIELDS: readonly string[] = [
  'defaultRequestCpuCores', 'defaultLimitCpuCores', 'defaultRequestMemoryGib', 'defaultLimitMemoryGib', 'defaultRequestEphemeralStorageGib', 'defaultLimitEphemeralStorageGib',
  'maxCpuCores', 'maxMemoryGib', 'maxEphemeralStorageGib', 'maxVolumeGib',
];
