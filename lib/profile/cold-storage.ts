import { checkFields, checkInteger } from './checks';

export interface ColdStorageProps {
  /**
   * Days after which an object moves.
   * @default - 90 for instant retrieval, 365 for the deep archive
   */
  readonly afterDays?: number;
}

/**
 * Where what is old moves, at less cost; its lock and its key stay as they are. Objects below 128 KB stay where they are: moving them costs more than it saves
 * (Amazon S3, transition constraints).
 *
 * @example
 *   ColdStorage.instantRetrieval({ afterDays: 90 });
 */
export class ColdStorage {
  /** S3 Glacier Instant Retrieval: a third of the cost or less, and still readable at once, by queries too. */
  public static instantRetrieval(props: ColdStorageProps = {}): ColdStorage {
    return ColdStorage.of('GLACIER_IR', props, 90);
  }

  /** S3 Glacier Deep Archive: the least cost. An object is restored before it can be read, which takes 12 to 48 hours; queries do not see it until then. */
  public static deepArchive(props: ColdStorageProps = {}): ColdStorage {
    return ColdStorage.of('DEEP_ARCHIVE', props, 365);
  }

  private static of(storageClass: string, props: ColdStorageProps, afterDays: number): ColdStorage {
    checkFields('ColdStorage', props, ['afterDays'], 'cold storage takes no other field');
    return new ColdStorage(storageClass, props.afterDays ?? afterDays);
  }

  private constructor(
    /** S3's name of the storage class. */
    public readonly storageClass: string,
    /** Days. */
    public readonly afterDays: number,
  ) {
    checkInteger('ColdStorage', 'afterDays', afterDays, 1, 36500, 'Amazon S3, lifecycle: whole days');
    Object.freeze(this);
  }
}
