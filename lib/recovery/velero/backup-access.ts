/** What Velero does with a location of backups. */
export enum BackupAccess {
  READ_WRITE = 'ReadWrite',
  /** For a cluster that only restores: nothing is backed up into it. */
  READ_ONLY = 'ReadOnly',
}
