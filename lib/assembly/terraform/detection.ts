import type { Construct } from 'constructs';
import { AuditLogAlarms } from '../../detection/audit-log-alarms';
import { ConfigurationRecorder } from '../../detection/configuration-recorder';
import { GuardDutyDetection } from '../../detection/guard-duty';
import { ResolverQueryLogs } from '../../detection/resolver-query-logs';
import { VpcFlowLogs } from '../../detection/vpc-flow-logs';
import type { EksPlatform } from '../../profile/platform';
import type { HipaaProfile } from '../../profile/profile';
import type { Cluster } from './cluster';
import type { Keys } from './keys';

/** What watches the cluster and its network. */
export function addDetection(scope: Construct, profile: HipaaProfile, platform: EksPlatform, keys: Keys, { vpcId, logGroupName }: Cluster): void {
  const { account, names, detection } = profile;
  const { region } = platform;
  const topicArn = keys.topicIn(region);
  const retention = profile.retention.forLogGroup();

  new AuditLogAlarms(scope, 'AuditLogAlarms', {
    namePrefix: profile.cluster,
    logGroupName: logGroupName ?? names.clusterLogGroup,
    phiNamespaces: profile.phiNamespaces.map((namespace) => namespace.name),
    breakGlassRoleName: profile.people && names.breakGlassRole,
    topicArn,
    region,
  });
  new GuardDutyDetection(scope, 'GuardDuty', { region, ruleName: names.of('guardduty'), topicArn, existingDetectorId: detection.guardDutyDetectorId });
  new VpcFlowLogs(scope, 'FlowLogs', {
    vpcId, logGroupName: names.flowLogGroup, retention, kmsKeyArn: keys.forLogGroup(names.flowLogGroup, region), roleName: names.of('flow-logs'), account, region,
  });
  new ResolverQueryLogs(scope, 'DnsQueries', {
    configName: names.of('dns-queries'), vpcId, logGroupName: names.dnsLogGroup, retention, kmsKeyArn: keys.forLogGroup(names.dnsLogGroup, region), account, region,
  });
  if (!detection.configurationRecorder) return;
  const key = keys.make('ConfigurationKey', names.of('configuration'), region);
  const recorder = new ConfigurationRecorder(scope, 'Configuration', {
    bucketName: names.configurationBucket, kmsKeyArn: key.arn, roleName: names.of('configuration'), account, region, archiveBucketName: names.archiveBucket,
  });
  key.addUser(recorder.role.arn);
}
