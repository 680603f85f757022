import { checkFields, checkGroup, checkImageDigest, checkInteger, checkText } from './checks';
import { Errors } from './errors';
import type { IdentityGroups } from './identity-groups';
import { checkApiServerKnown, PlatformKind, type Platform } from './platform';

/**
 * Emergency access by a session that ends. What was made in it outlives it: bindings that carry the label are removed by the reaper, others are for admission
 * (RequireBindingApproval) to refuse. The reaper's Job fails where a binding still stands, and nothing here tells of that: have whatever watches your Jobs do so.
 */
export interface BreakGlassSettings {
  /** Image of the reaper, with kubectl, a POSIX shell and date, by digest: it removes bindings made by hand when their time is over. */
  readonly image: string;
  /** Minutes between two looks of the reaper. @default 5 */
  readonly everyMinutes?: number;
  /** Hours after which a binding made by hand is over, whatever end it names. @default 24 */
  readonly longestHours?: number;
  /**
   * Group of the identity provider that has the whole cluster, without a prefix. Nobody is in it but while somebody broke the glass. Not on EKS, where `people.breakGlass`
   * is the way in.
   * @default - no standing binding
   */
  readonly group?: string;
  /** Who approved that the group exists. Required with it. @default - none */
  readonly approver?: string;
  /** How somebody comes into the group, and for how long: `OIDC token of one hour, after a second person approved`. Required with the group. @default - none */
  readonly session?: string;
}

const RULE = 'control AC6, 45 CFR 164.312(a)(2)(ii)';
const DIVIDES_AN_HOUR = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];

/** @internal */
export function checkBreakGlass(path: string, settings: BreakGlassSettings, platform: Platform, groups: IdentityGroups): void {
  checkFields(path, settings, ['image', 'everyMinutes', 'longestHours', 'group', 'approver', 'session'], `${RULE}: emergency access takes no other field`);
  checkImageDigest(path, 'image', settings.image);
  const { everyMinutes } = settings;
  if (everyMinutes !== undefined && !DIVIDES_AN_HOUR.includes(everyMinutes)) {
    throw Errors.refused(path, 'everyMinutes divides no hour', everyMinutes, 'cron: a step that does not divide the hour runs unevenly', 'use 1 to 6, 10, 12, 15, 20 or 30');
  }
  if (settings.longestHours !== undefined) checkInteger(path, 'longestHours', settings.longestHours, 1, 168, RULE);
  // The reaper calls the API server.
  checkApiServerKnown(path, platform);
  const { group, approver, session } = settings;
  if (group === undefined) {
    if (approver !== undefined || session !== undefined) throw Errors.missing(path, 'group', 'name the group that approver and session are about, or leave both out');
    return;
  }
  if (platform.kind === PlatformKind.EKS) {
    throw Errors.notOnPlatform(path, 'group', platform.label, `${RULE}: there an IAM role with a session of one hour is the way in`, 'use people.breakGlass');
  }
  for (const prop of ['group', 'approver', 'session'] as const) {
    if (settings[prop] === undefined) throw Errors.missing(path, prop, `say who approved, and how a session ends: ${RULE}`);
    checkText(path, prop, settings[prop]);
  }
  checkGroup(path, 'group', group);
  // Identity providers compare names of groups without regard to case.
  if ([groups.auditors, groups.developers, groups.securityAdmins].some((name) => name.toLowerCase() === group.toLowerCase())) {
    throw Errors.weakened(path, 'AC6, 45 CFR 164.312(a)(2)(ii)', 'the group is one that people are in from day to day, and would have the whole cluster', group, 'name a group of its own, with nobody in it but while somebody broke the glass');
  }
}
