import {
  admissionPatterns, anonymousPatterns, AuditLogAlarmName, breakGlassPatterns, execPatterns, HIGHEST_UNAUTHORIZED_THRESHOLD, rbacPatterns, unauthorizedPatterns,
} from '../detection/audit-log-patterns';
import {
  alarmChangePatterns, archivePatterns, clusterAccessPatterns, evidenceChangePatterns, iamChangePatterns, keyLossPatterns, keyPolicyPatterns, logChangePatterns,
  rootUsePatterns, SIGN_IN_FAILURES, signInFailurePatterns, signInWithoutMfaPatterns, TrailAlarmName, trailChangePatterns,
} from '../detection/trail-patterns';
import type { HipaaProfile } from '../profile/profile';

/** What an alarm of a name has to look for. */
export interface Detection {
  /** How its name ends. */
  readonly name: string;
  /** The log group that it looks into. */
  readonly logGroup: string;
  /** Matching events that ring, at most. */
  readonly highestThreshold: number;
  /** Whether patterns look for all of it; more of them do no harm. */
  isFoundBy(patterns: readonly string[]): boolean;
}

const CONDITION = (selector: string): RegExp => new RegExp(`${selector.replaceAll('.', '\\.').replaceAll('$', '\\$')} = "([^"*]+)"`, 'g');

/** Every detection that this library emits, for a profile; the trail's watched keys are told by their patterns' form. */
export function detectionsOf(profile: HipaaProfile): readonly Detection[] {
  const { names } = profile;
  const fixed = (patterns: readonly string[]) => (given: readonly string[]): boolean => patterns.every((pattern) => given.includes(pattern));
  const inAudit = (name: AuditLogAlarmName, isFoundBy: Detection['isFoundBy'], highestThreshold = 1): Detection => ({ name, logGroup: names.clusterLogGroup, highestThreshold, isFoundBy });
  const inTrail = (name: TrailAlarmName, isFoundBy: Detection['isFoundBy'], highestThreshold = 1): Detection => ({ name, logGroup: names.trailLogGroup, highestThreshold, isFoundBy });
  const nodes = execPatterns([]);
  return [
    inAudit(AuditLogAlarmName.UNAUTHORIZED, fixed(unauthorizedPatterns()), HIGHEST_UNAUTHORIZED_THRESHOLD),
    inAudit(AuditLogAlarmName.ANONYMOUS, fixed(anonymousPatterns())),
    inAudit(AuditLogAlarmName.EXEC, (given) => fixed(nodes)(given) && lists(given, '$.objectRef.namespace', (namespaces) => execPatterns(namespaces)[0], profile.phiNamespaces.map((namespace) => namespace.name))),
    inAudit(AuditLogAlarmName.RBAC, fixed(rbacPatterns())),
    inAudit(AuditLogAlarmName.ADMISSION, fixed(admissionPatterns())),
    inAudit(AuditLogAlarmName.BREAK_GLASS, fixed(breakGlassPatterns(names.breakGlassRole))),
    inTrail(TrailAlarmName.ROOT_USE, fixed(rootUsePatterns())),
    inTrail(TrailAlarmName.ARCHIVE_CHANGES, (given) => lists(given, '$.requestParameters.bucketName', (buckets) => archivePatterns(buckets, [])[0], [names.archiveBucket])),
    inTrail(TrailAlarmName.KEY_POLICIES, fixed(keyPolicyPatterns())),
    inTrail(TrailAlarmName.KEY_LOSS, fixed(keyLossPatterns())),
    inTrail(TrailAlarmName.TRAIL_CHANGES, fixed(trailChangePatterns())),
    inTrail(TrailAlarmName.LOG_CHANGES, (given) => lists(given, '$.requestParameters.logGroupName', (groups) => logChangePatterns(groups)[0], [])),
    inTrail(TrailAlarmName.ALARM_CHANGES, (given) => given.includes(alarmChangePatterns(firstOf(given, /alarmName = "([^"*]+)-\*"/), '')[0]) && given.some(isTopicPattern)),
    inTrail(TrailAlarmName.SIGN_IN_FAILURES, fixed(signInFailurePatterns()), SIGN_IN_FAILURES),
    inTrail(TrailAlarmName.SIGN_IN_WITHOUT_MFA, fixed(signInWithoutMfaPatterns())),
    inTrail(TrailAlarmName.IAM_CHANGES, fixed(iamChangePatterns())),
    inTrail(TrailAlarmName.CLUSTER_ACCESS, fixed(clusterAccessPatterns())),
    inTrail(TrailAlarmName.EVIDENCE_CHANGES, fixed(evidenceChangePatterns())),
    inTrail(TrailAlarmName.DECRYPT, findsStrangers),
  ];
}

/** Whether patterns of one form, as they were emitted, name all of some values between them, and one at least. */
function lists(given: readonly string[], selector: string, form: (values: readonly string[]) => string | undefined, wanted: readonly string[]): boolean {
  const found = new Set<string>();
  for (const pattern of given) {
    const values = [...pattern.matchAll(CONDITION(selector))].map(([, value]) => value);
    if (values.length > 0 && form(values) === pattern) for (const value of values) found.add(value);
  }
  return found.size > 0 && wanted.every((value) => found.has(value));
}

function isTopicPattern(pattern: string): boolean {
  return pattern === alarmChangePatterns('', firstOf([pattern], /topicArn = "([^"*]+)"/))[1];
}

const KEY = /ARN = "([^"*]+)"/;
const AWS_ROLES = 'arn:[a-z-]+:sts::([0-9]{12}|\\$\\{[^}]+\\}):assumed-role/aws:\\*';
/** One session of one role, or one user: a wildcard elsewhere would leave out more than one. */
const LISTED = '(arn:[a-z-]+:sts::[0-9]{12}:assumed-role/[^"*/]+/\\*|arn:[a-z-]+:iam::[0-9]{12}:user/[^"*]+)';
const STRANGERS = new RegExp('^\\{ \\$\\.eventName = "(Decrypt|ReEncrypt)" && \\$\\.resources\\[([01])\\]\\.ARN = "[^"*]+" && \\$\\.userIdentity\\.type != "AWSService"'
  + ` && \\(\\$\\.userIdentity\\.arn NOT EXISTS \\|\\| (\\(\\$\\.userIdentity\\.arn != "${AWS_ROLES}"( && \\$\\.userIdentity\\.arn != "${LISTED}")+\\)|\\$\\.userIdentity\\.arn != "${AWS_ROLES}")\\)`
  + '( && \\(\\$\\.userIdentity\\.sessionContext\\.sessionIssuer\\.arn NOT EXISTS \\|\\| \\(?(\\$\\.userIdentity\\.sessionContext\\.sessionIssuer\\.arn != "\\$\\{[^}"*]+\\}"( && )?)+\\)?\\))? \\}$');

/** Decryption and both orders of re-encryption, with one key, by anybody but roles and users that are named. */
function findsStrangers(given: readonly string[]): boolean {
  const found = given.filter((pattern) => STRANGERS.test(pattern));
  const keys = new Set(found.map((pattern) => firstOf([pattern], KEY)));
  const kinds = new Set(found.map((pattern) => STRANGERS.exec(pattern)!.slice(1, 3).join(' ')));
  return keys.size === 1 && ['Decrypt 0', 'ReEncrypt 0', 'ReEncrypt 1'].every((kind) => kinds.has(kind));
}

function firstOf(patterns: readonly string[], form: RegExp): string {
  return patterns.map((pattern) => form.exec(pattern)?.[1]).find((value) => value !== undefined) ?? '';
}
