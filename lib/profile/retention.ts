import { Errors } from './errors';

/** Days that CloudWatch Logs takes as a retention (AWS: PutRetentionPolicy). Anything else is refused by its API. */
const CLOUDWATCH_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const DAYS_PER_YEAR = 365.25;
/** S3 Object Lock takes at most a hundred years. */
const MOST_DAYS = 36500;

/**
 * How long audit records are kept.
 *
 * Six years is what 45 CFR 164.316(b)(2)(i) demands of documentation. That raw audit logs count as such is
 * a policy decision that most organizations take; it is the default here.
 */
export class Retention {
  /** Six years with their leap days: 2190 would be short by a day or two. */
  public static readonly SIX_YEARS_IN_DAYS = 2192;

  /** Whole years with their leap days, rounded up: six years are 2192 days. */
  public static years(years: number): Retention {
    if (!Number.isInteger(years) || years < 1 || years * DAYS_PER_YEAR > MOST_DAYS) {
      const most = Math.floor(MOST_DAYS / DAYS_PER_YEAR);
      throw Errors.refused('Retention', `years must be a whole number from 1 to ${most}`, years, '45 CFR 164.316(b)(2)(i); AWS S3 Object Lock, default retention', 'use Retention.years(6), or Retention.days() for parts of a year');
    }
    return new Retention(Math.ceil(years * DAYS_PER_YEAR));
  }

  public static days(days: number): Retention {
    return new Retention(days);
  }

  /** Days. */
  public readonly days: number;

  private constructor(days: number) {
    if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) {
      throw Errors.refused('Retention', `a retention is a whole number of days from 1 to ${MOST_DAYS}`, days, 'AWS S3 Object Lock, default retention', 'use Retention.years(6)');
    }
    this.days = days;
    Object.freeze(this);
  }

  /** Whether 45 CFR 164.316(b)(2)(i) is served: six years or more. */
  public get isSixYears(): boolean {
    return this.days >= Retention.SIX_YEARS_IN_DAYS;
  }

  /**
   * The same number of days, as CloudWatch Logs takes it.
   *
   * @throws where CloudWatch does not offer that number.
   */
  public toCloudWatchDays(path: string): number {
    if (!CLOUDWATCH_DAYS.includes(this.days)) {
      const next = CLOUDWATCH_DAYS.find((days) => days > this.days);
      throw Errors.refused(path, 'CloudWatch Logs does not offer this retention', this.days, 'AWS CloudWatch Logs, PutRetentionPolicy: a fixed list of days',
        next ? `use Retention.days(${next}), the next that it offers` : `use Retention.days(${CLOUDWATCH_DAYS[CLOUDWATCH_DAYS.length - 1]}) for the log group and keep longer in the archive`);
    }
    return this.days;
  }

  /** The longest that a CloudWatch log group can keep within this retention; the archive keeps the rest. */
  public forLogGroup(): Retention {
    const within = CLOUDWATCH_DAYS.filter((days) => days <= this.days);
    return within.length === 0 ? this : Retention.days(within[within.length - 1]);
  }
}
