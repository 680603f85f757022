import { checkFields } from './checks';
import { Errors } from './errors';
import { checkFalco, type FalcoSettings } from './falco-settings';
import { checkApiServerKnown, PlatformKind, type Platform } from './platform';

/** What watches the account and the cluster, beside the trail and the alarms that are always there. */
export interface DetectionSettings {
  /**
   * The GuardDuty detector that the account has in the cluster's region: there is one at most.
   * @default - one is made
   */
  readonly guardDutyDetectorId?: string;
  /** Whether AWS Config records how resources are set up, into a bucket of its own. An account has one recorder a region. @default false */
  readonly configurationRecorder?: boolean;
  /** What watches the processes of pods. @default - none: GuardDuty alone on EKS, and control AU9 is not met elsewhere */
  readonly falco?: FalcoSettings;
}

/** @internal */
export function checkDetection(path: string, settings: DetectionSettings, platform: Platform): void {
  checkFields(path, settings, ['guardDutyDetectorId', 'configurationRecorder', 'falco'], 'detection takes no other field');
  const { guardDutyDetectorId: id, configurationRecorder: recorder } = settings;
  if (id !== undefined && !(typeof id === 'string' && /^[0-9a-f]{32}$/.test(id))) {
    throw Errors.refused(path, 'guardDutyDetectorId is no id of a detector', id, 'Amazon GuardDuty, detectors: 32 hex digits', "use the id that 'aws guardduty list-detectors' shows");
  }
  if (recorder !== undefined && typeof recorder !== 'boolean') throw Errors.refused(path, 'configurationRecorder is no boolean', recorder, 'AWS Config, recorder', 'use true or false');
  if (settings.falco === undefined) return;
  checkFalco(`${path}.falco`, settings.falco);
  // What ships its alerts asks the API server whose they are; elsewhere that is on 443, which goes to AWS anyway.
  if (platform.kind === PlatformKind.SELF_MANAGED) checkApiServerKnown(`${path}.falco`, platform);
}
