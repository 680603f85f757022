import { checkFields, checkInteger } from './checks';

/** How much may be lost, and how long it may take (NIST SP 800-34: recovery point and recovery time objectives). */
export interface RecoveryObjectives {
  /** Hours of data that may be lost at most: no two backups start further apart. */
  readonly rpoHours: number;
  /** Hours after which service is restored: a restore test that takes longer has failed. */
  readonly rtoHours: number;
}

/** Two weeks: what loses or waits longer is no plan for records of patients. */
const MOST_HOURS = 336;

/** @internal */
export function checkRecoveryObjectives(path: string, objectives: RecoveryObjectives): void {
  checkFields(path, objectives, ['rpoHours', 'rtoHours'], 'control CP2, 45 CFR 164.308(a)(7)(ii)(B): objectives are a recovery point and a recovery time');
  checkInteger(path, 'rpoHours', objectives.rpoHours, 1, MOST_HOURS, 'control CP2, 45 CFR 164.308(a)(7)(ii)(B): any loss of data is restored');
  checkInteger(path, 'rtoHours', objectives.rtoHours, 1, MOST_HOURS, 'control CP2, 45 CFR 164.308(a)(7)(ii)(B): any loss of data is restored');
}
