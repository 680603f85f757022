import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import type { Construct } from 'constructs';
import { BreakGlassRole } from '../../access/break-glass-role';
import { EksAccessEntry } from '../../access/eks-access-entry';
import type { SessionRecording } from '../../access/session-recording';
import { WorkforceRole } from '../../access/workforce-role';
import type { EncryptionKey } from '../../encryption/encryption-key';
import type { PolicyStatementProps } from '../../iam/policy-statement';
import { CLUSTER_TAG } from '../../nodes/cluster-tag';
import { partitionOf } from '../../profile/aws';
import type { PeopleSettings } from '../../profile/people-settings';
import type { EksPlatform } from '../../profile/platform';
import type { HipaaProfile } from '../../profile/profile';
import type { Keys } from './keys';

export interface PeopleProps {
  readonly clusterName: string;
  readonly trailLogGroupName: string;
  readonly sessions: SessionRecording;
  readonly sessionsKey: EncryptionKey;
  /** What an auditor may ask the archive. */
  readonly auditorStatements: readonly PolicyStatementProps[];
}

/** Roles of people, which the audit of keys and archives knows by their ARNs. */
export interface People {
  /** The role that asks the archive. */
  readonly auditor: IamRole;
}

/** IAM roles for people, each mapped to the group of its duty in the cluster, and one for emergencies. */
export function addPeople(scope: Construct, profile: HipaaProfile, platform: EksPlatform, people: PeopleSettings, keys: Keys, props: PeopleProps): People {
  const { names, groups, account } = profile;
  const { region } = platform;
  const { trustPolicyQuota } = people;
  const clusterArn = `arn:${partitionOf(region)}:eks:${region}:${account}:cluster/${profile.cluster}`;
  const entry = (id: string, role: WorkforceRole, group: string): EksAccessEntry => new EksAccessEntry(scope, id, {
    clusterName: props.clusterName, principalArn: role.role.arn, kubernetesGroups: [groups.inCluster(group)], region, account,
  });
  const nodes = { tagKey: CLUSTER_TAG, tagValue: profile.cluster };
  const sessions = props.sessions.operatorStatements(nodes);

  const auditor = new WorkforceRole(scope, 'Auditor', {
    roleName: names.auditorRole, description: 'Reads configuration, events and the audit log; never data', signIn: people.auditors, trustPolicyQuota, account, region, clusterArn, statements: props.auditorStatements,
  });
  entry('AuditorEntry', auditor, groups.auditors);
  entry('DeveloperEntry', new WorkforceRole(scope, 'Developer', {
    roleName: names.developerRole, description: 'Reads workloads; deploys through the pipeline', signIn: people.developers, trustPolicyQuota, account, region, clusterArn,
  }), groups.developers);
  const securityAdmin = new WorkforceRole(scope, 'SecurityAdmin', {
    roleName: names.securityAdminRole, description: 'Manages access and policies; opens recorded sessions on nodes', signIn: people.securityAdmins, trustPolicyQuota, account, region, clusterArn, statements: sessions,
  });
  entry('SecurityAdminEntry', securityAdmin, groups.securityAdmins);
  const breakGlass = new BreakGlassRole(scope, 'BreakGlass', {
    roleName: names.breakGlassRole,
    description: 'Administers the cluster in an emergency; each use rings an alarm',
    statements: sessions,
    signIn: people.breakGlass,
    trustPolicyQuota,
    clusterName: props.clusterName,
    account,
    region,
    trailLogGroupName: props.trailLogGroupName,
    topicArn: keys.topicIn(profile.region),
    alarmName: names.of('break-glass-assumed'),
    alarmRegion: profile.region,
  });
  for (const { role } of [securityAdmin, breakGlass]) props.sessionsKey.addUser(role.arn);
  return { auditor: auditor.role };
}
