import { Errors } from './errors';

interface Field {
  /** Values that match. */
  readonly values: readonly number[];
  /** Whether the field is `*`: of day of month and day of week, one that is `*` leaves the other alone to decide. */
  readonly star: boolean;
}

const FIELDS: readonly (readonly [name: string, least: number, most: number])[] = [['minute', 0, 59], ['hour', 0, 23], ['day of month', 1, 31], ['month', 1, 12], ['day of week', 0, 6]];
const RULE = 'cron: minute, hour, day of month, month and day of week, in numbers';
const DAY_MINUTES = 1440;
const DAY_MILLISECONDS = 86_400_000;
/** Dates and days of the week repeat after 28 years, as long as no century ends; a gap of more than years is too long for any objective. */
const CYCLE_DAYS = 2 * 28 * 365.25;
const CYCLE_START = Date.UTC(2001, 0, 1);

/**
 * A schedule of five cron fields, as Velero and Kubernetes read them: `*`, numbers, ranges, lists and steps. What both read and people misread is refused:
 * names, `@every`, time zones, and Sunday as 7, which robfig/cron does not know.
 */
export class CronSchedule {
  private readonly minutes: Field;
  private readonly hours: Field;
  private readonly daysOfMonth: Field;
  private readonly months: Field;
  private readonly daysOfWeek: Field;
  /** The longest time between the starts of two runs, in minutes. */
  public readonly longestGapMinutes: number;

  /** @throws where the expression is no such schedule, or never runs. */
  public constructor(path: string, prop: string, public readonly expression: string) {
    const parts = typeof expression === 'string' ? expression.split(' ') : [];
    if (parts.length !== FIELDS.length) throw refused(path, prop, expression, 'is no cron expression of five fields');
    const fields = parts.map((part, index) => {
      const [name, least, most] = FIELDS[index];
      const field = parse(part, least, most);
      if (!field) throw refused(path, prop, expression, `has no ${name} that is taken`);
      return field;
    });
    [this.minutes, this.hours, this.daysOfMonth, this.months, this.daysOfWeek] = fields;
    const gap = this.longestGap();
    if (gap === undefined) throw refused(path, prop, expression, 'never runs');
    this.longestGapMinutes = gap;
    Object.freeze(this);
  }

  /** Undefined where there are no two runs. */
  private longestGap(): number | undefined {
    const ofDay = this.hours.values.flatMap((hour) => this.minutes.values.map((minute) => hour * 60 + minute));
    const days = this.longestGapDays();
    if (days === undefined) return undefined;
    const within = ofDay.slice(1).map((minute, index) => minute - ofDay[index]);
    return Math.max(days * DAY_MINUTES + ofDay[0] - ofDay[ofDay.length - 1], ...within);
  }

  private longestGapDays(): number | undefined {
    let last: number | undefined;
    let longest: number | undefined;
    for (let day = 0; day < CYCLE_DAYS; day += 1) {
      if (!this.matchesDay(new Date(CYCLE_START + day * DAY_MILLISECONDS))) continue;
      if (last !== undefined) longest = Math.max(longest ?? 0, day - last);
      last = day;
    }
    return longest;
  }

  private matchesDay(date: Date): boolean {
    if (!this.months.values.includes(date.getUTCMonth() + 1)) return false;
    const ofMonth = this.daysOfMonth.values.includes(date.getUTCDate());
    const ofWeek = this.daysOfWeek.values.includes(date.getUTCDay());
    // Two that are restricted are alternatives, as in every cron.
    return this.daysOfMonth.star || this.daysOfWeek.star ? ofMonth && ofWeek : ofMonth || ofWeek;
  }
}

function parse(text: string, least: number, most: number): Field | undefined {
  const values = new Set<number>();
  let star = false;
  for (const item of text.split(',')) {
    const match = /^(?:(\*)|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(item);
    if (!match) return undefined;
    const [, any, from, to, every] = match;
    // A step of one number runs to the end for some crons and once for others.
    if (every !== undefined && any === undefined && to === undefined) return undefined;
    const [first, last, step] = [any ? least : Number(from), any ? most : Number(to ?? from), Number(every ?? 1)];
    if (first < least || last > most || first > last || step < 1) return undefined;
    for (let value = first; value <= last; value += step) values.add(value);
    star ||= any !== undefined && step === 1;
  }
  return { values: [...values].sort((a, b) => a - b), star };
}

function refused(path: string, prop: string, value: string, problem: string): Error {
  return Errors.refused(path, `${prop} ${problem}`, value, RULE, "use an expression such as '0 */6 * * *', in UTC, with one space between fields");
}
