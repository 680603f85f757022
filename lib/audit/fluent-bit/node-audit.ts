import { hasNodeAudit } from '../../profile/eks-node-group-settings';
import { Errors } from '../../profile/errors';
import { EksPlatform, type Platform, PlatformKind } from '../../profile/platform';
import { LogSource } from './log-source';

/** Node groups of a platform whose nodes have auditd's rules; undefined where every node is to have them. @internal */
export function nodeAuditGroups(platform: Platform): readonly string[] | undefined {
  if (!(platform instanceof EksPlatform)) return undefined;
  const groups = platform.nodeGroups.filter((group) => hasNodeAudit(group)).map(({ name }) => name);
  // Nodes that the profile does not know, where it knows of none.
  return groups.length > 0 ? groups : undefined;
}

/** Whether a shipper carries auditd's log beside what it reads. @internal */
export function shipsNodeAudit(path: string, platform: Platform, source: LogSource | undefined, given: boolean | undefined): boolean {
  if (given !== undefined && typeof given !== 'boolean') throw Errors.refused(path, 'nodeAudit is no boolean', given, 'control AU10, 45 CFR 164.312(b)', 'use true or false');
  if (given && source === LogSource.NODE_AUDIT) {
    throw Errors.refused(path, 'nodeAudit beside LogSource.NODE_AUDIT', given, 'control AU10, 45 CFR 164.312(b): the log is shipped once', 'leave out nodeAudit or source');
  }
  return given ?? (source === undefined && (platform.kind === PlatformKind.SELF_MANAGED || (platform.kind === PlatformKind.EKS && nodeAuditGroups(platform) !== undefined)));
}
