import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { Names, type NamesProps } from '../../lib/profile/names';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import { selfManagedProfile } from '../support/profiles';

const names = (changes: Partial<NamesProps> = {}): Names => new Names({ cluster: 'healthcare-cluster', account: '123456789012', region: 'us-east-1', ...changes });
const rolesOf = (derived: Names): string[] => [
  derived.clusterRole, derived.logShipperRole, derived.auditorRole, derived.developerRole, derived.securityAdminRole, derived.breakGlassRole,
];
const bucketsOf = (derived: Names): string[] => [
  derived.archiveBucket, derived.terraformStateBucket, derived.landingBucket, derived.replicaBucket, derived.queryBucket, derived.configurationBucket, derived.backupBucket,
];
const logGroupsOf = (derived: Names): string[] => [derived.clusterLogGroup, derived.sessionLogGroup, derived.flowLogGroup, derived.dnsLogGroup, derived.trailLogGroup];

describe('Names', () => {
  test('derive from cluster, account and region', () => {
    expect({ ...names() }).toEqual({
      cluster: 'healthcare-cluster',
      account: '123456789012',
      partition: 'aws',
      phiVolumesKeyAlias: 'healthcare-cluster-phi-volumes',
      clusterLogGroup: '/aws/eks/healthcare-cluster/cluster',
      archiveBucket: 'hipaa-audit-logs-123456789012-us-east-1',
      archiveBucketArn: 'arn:aws:s3:::hipaa-audit-logs-123456789012-us-east-1',
      auditLogPrefix: 'audit-logs/healthcare-cluster',
      containerLogPrefix: 'container-logs/healthcare-cluster',
      terraformStateBucket: 'hipaa-terraform-state-123456789012-us-east-1',
      secretsKeyAlias: 'healthcare-cluster-secrets',
      logsKeyAlias: 'healthcare-cluster-logs',
      archiveKeyAlias: 'healthcare-cluster-audit-archive',
      clusterRole: 'healthcare-cluster-control-plane',
      logShipperRole: 'healthcare-cluster-log-shipper',
      logShipperRoleArn: 'arn:aws:iam::123456789012:role/healthcare-cluster-log-shipper',
      sessionLogPrefix: 'sessions/healthcare-cluster',
      deliveryErrorPrefix: 'delivery-errors/healthcare-cluster',
      landingBucket: 'hipaa-audit-logs-123456789012-us-east-1-landing',
      replicaBucket: 'hipaa-audit-logs-123456789012-us-east-1-replica',
      queryBucket: 'hipaa-audit-logs-123456789012-us-east-1-queries',
      configurationBucket: 'hipaa-audit-logs-123456789012-us-east-1-config',
      backupBucket: 'hipaa-audit-logs-123456789012-us-east-1-backups',
      sessionLogGroup: '/hipaa/healthcare-cluster/sessions',
      flowLogGroup: '/hipaa/healthcare-cluster/vpc-flow',
      dnsLogGroup: '/hipaa/healthcare-cluster/dns-queries',
      trail: 'healthcare-cluster-trail',
      trailLogGroup: '/hipaa/healthcare-cluster/cloudtrail',
      trailPrefix: 'cloudtrail/healthcare-cluster',
      auditorRole: 'healthcare-cluster-auditor',
      developerRole: 'healthcare-cluster-developer',
      securityAdminRole: 'healthcare-cluster-security-admin',
      breakGlassRole: 'healthcare-cluster-break-glass',
      breakGlassRoleArn: 'arn:aws:iam::123456789012:role/healthcare-cluster-break-glass',
      alarmTopic: 'healthcare-cluster-alarms',
      loggingNamespace: 'hipaa-logging',
      logShipperServiceAccount: 'fluent-bit',
    });
  });

  test.each([
    ['us-east-1', 'aws'], ['us-gov-west-1', 'aws-us-gov'], ['cn-north-1', 'aws-cn'],
  ])('ARNs of %s are in the partition %s', (region, partition) => {
    const derived = names({ region });

    expect(derived.archiveBucketArn).toBe(`arn:${partition}:s3:::hipaa-audit-logs-123456789012-${region}`);
    expect(derived.logShipperRoleArn).toBe(`arn:${partition}:iam::123456789012:role/healthcare-cluster-log-shipper`);
  });

  test('take every prop', () => {
    const props: Required<NamesProps> = { cluster: 'c2', account: '210987654321', region: 'eu-west-1', archiveBucket: 'my-logs', loggingNamespace: 'agents' };

    expect(names(props)).toMatchObject({
      cluster: 'c2', archiveBucket: 'my-logs', archiveBucketArn: 'arn:aws:s3:::my-logs', loggingNamespace: 'agents', terraformStateBucket: 'hipaa-terraform-state-210987654321-eu-west-1',
      logShipperRoleArn: 'arn:aws:iam::210987654321:role/c2-log-shipper', clusterLogGroup: '/aws/eks/c2/cluster',
    });
  });

  test('of the longest cluster and region fit into what AWS takes', () => {
    const derived = names({ cluster: 'c'.repeat(40), region: 'ap-northeast-1' });

    for (const role of rolesOf(derived)) expect(role).toMatch(/^[\w+=,.@-]{1,64}$/);
    for (const bucket of bucketsOf(derived)) expect(bucket).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
    // KMS: 256 characters with `alias/`, which is not part of the name here.
    for (const alias of [derived.secretsKeyAlias, derived.logsKeyAlias, derived.archiveKeyAlias]) expect(alias).toMatch(/^(?!aws\/)[a-zA-Z0-9/_-]{1,250}$/);
    for (const group of logGroupsOf(derived)) expect(group).toMatch(/^[a-zA-Z0-9_/.#-]{1,512}$/);
    expect(derived.trail).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]$/);
    expect(derived.alarmTopic).toMatch(/^[\w-]{1,256}$/);
    expect(derived.loggingNamespace).toMatch(/^[a-z0-9-]{1,63}$/);
  });

  test('no two keys, roles, buckets or prefixes share a name', () => {
    const derived = names();
    const groups = [
      [derived.secretsKeyAlias, derived.logsKeyAlias, derived.archiveKeyAlias],
      rolesOf(derived), bucketsOf(derived), logGroupsOf(derived),
      [derived.auditLogPrefix, derived.containerLogPrefix, derived.sessionLogPrefix, derived.trailPrefix, derived.deliveryErrorPrefix],
    ];
    for (const group of groups) expect(new Set(group).size).toBe(group.length);
  });

  test('the shipper ships the audit log where it lies on the nodes, container logs elsewhere', () => {
    const platforms = [
      selfManagedProfile().platform,
      Platform.eks({ region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33 }),
      Platform.external({ provider: 'AKS', version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM }),
    ];

    expect(platforms.map((platform) => names().shippedLogPrefix(platform))).toEqual(['audit-logs/healthcare-cluster', 'container-logs/healthcare-cluster', 'container-logs/healthcare-cluster']);
  });

  test('are frozen', () => {
    expect(Object.isFrozen(names())).toBe(true);
  });
});
