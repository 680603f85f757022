/** How Amazon Data Firehose brings logs into a locked bucket. */
export enum DeliveryPath {
  /**
   * Firehose writes into a landing bucket without a lock, and S3 replication carries each object into the archive, where the default retention locks it.
   * That a replica without a retention of its own gets the default of its destination is documented (Amazon S3, Object Lock considerations).
   */
  STAGED = 'staged',
  /**
   * Firehose writes into the archive. Object Lock demands a checksum of every upload, and whether Firehose sends one is not documented: prove it on a
   * bucket with a GOVERNANCE lock before you rely on it.
   */
  DIRECT = 'direct',
}
