import { checkKnownAtSynth } from '../profile/checks';
import { Errors } from '../profile/errors';

/** @internal What names of alarms, filters and metrics may begin with; the rest of a name stays below the 255 characters of an alarm's. */
export function checkNamePrefix(path: string, value: string): void {
  if (typeof value === 'string') checkKnownAtSynth(path, 'namePrefix', value);
  if (typeof value !== 'string' || !/^[A-Za-z0-9][\w./-]{0,127}$/.test(value)) {
    throw Errors.refused(path, 'namePrefix is no name', value, 'Amazon CloudWatch Logs, PutMetricFilter; Amazon CloudWatch, PutMetricAlarm', "use 1 to 128 of letters, digits and ._/-, such as 'healthcare-cluster'");
  }
}
