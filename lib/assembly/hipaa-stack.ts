import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { dependable, S3Backend, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { HipaaEksCluster } from '../access/eks-cluster';
import type { AuditArchive } from '../audit/audit-archive';
import { LogShipperIdentity } from '../audit/log-shipper-identity';
import type { LogShipperRoleProps } from '../audit/log-shipper-role';
import { LogShipperWebIdentity } from '../audit/log-shipper-web-identity';
import { AuditQuery } from '../audit/query/audit-query';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import type { AuditTrail } from '../detection/audit-trail';
import { TrailAlarms } from '../detection/trail-alarms';
import type { EncryptionKey } from '../encryption/encryption-key';
import { DeliveryPath } from '../profile/delivery-path';
import { EksPlatform, PlatformKind } from '../profile/platform';
import type { HipaaProfile } from '../profile/profile';
import { addArchive, letRead, type Archive } from './terraform/archive';
import { addCluster, type Cluster } from './terraform/cluster';
import { Delivery } from './terraform/delivery';
import { addDetection } from './terraform/detection';
import { addImages } from './terraform/images';
import { Keys } from './terraform/keys';
import { addPeople } from './terraform/people';
import { addRecovery } from './terraform/recovery';
import { addSessions } from './terraform/sessions';
import { addTrail } from './terraform/trail';

/**
 * The Terraform half of a profile, one stack a cluster: on every platform the audit archive with its key, the trail of the account that owns it, alarms and
 * queries; on EKS the cluster with its logging, encryption, nodes and access, the delivery of its audit log, recorded sessions, detection, backups and
 * repositories as well.
 *
 * The state lies in an encrypted S3 bucket that exists before the first apply (`profile.terraformState`).
 *
 * @example
 *   const app = new HipaaTerraformApp(profile);
 *   new HipaaStack(app, profile);
 *   app.synth();
 */
export class HipaaStack extends TerraformStack {
  public readonly archiveKey: EncryptionKey;
  public readonly archive: AuditArchive;
  public readonly trail: AuditTrail;
  public readonly query: AuditQuery;
  /** The cluster, on EKS, where this stack makes or imports it. */
  public readonly cluster: HipaaEksCluster | undefined;

  public constructor(scope: Construct, profile: HipaaProfile) {
    super(scope, profile.cluster);
    const { account, region, platform } = profile;
    this.setUpState(profile);
    // A plan with credentials of another account would make everything again there.
    new AwsProvider(this, 'Aws', { region, allowedAccountIds: [account], useFipsEndpoint: profile.fipsEndpoints || undefined });

    const keys = new Keys(this, profile);
    const archive = addArchive(this, profile, keys);
    this.archiveKey = archive.key;
    this.archive = archive.bucket;
    this.trail = addTrail(this, profile, keys, archive);
    const queryKey = keys.make('QueryKey', profile.names.of('audit-queries'), region);
    this.query = this.setUpQuery(profile, archive, queryKey);
    const cluster = platform instanceof EksPlatform ? addCluster(this, profile, platform, keys) : undefined;
    this.cluster = cluster?.owned;
    this.setUpShipper(profile, archive, cluster);
    const auditor = platform instanceof EksPlatform ? this.setUpEks(profile, platform, keys, archive, cluster!) : undefined;
    if (auditor !== undefined) letRead(archive, auditor, profile.names);
    for (const reader of profile.archiveReaders) {
      archive.key.addDecrypter(reader);
      archive.readers.push(reader);
    }
    // Answers are encrypted with a key of their own, for those who may ask.
    for (const reader of [...(auditor === undefined ? [] : [auditor.arn]), ...profile.archiveReaders]) {
      queryKey.addEncrypter(reader);
      queryKey.addDecrypter(reader);
    }
    this.setUpTrailAlarms(profile, keys, archive);
    if (platform.kind === PlatformKind.EXTERNAL) {
      Safeguard.fallShort(this.archive.lockConfiguration, Control.AU5_WORM_6Y, `the archive is locked, but nothing delivers the API audit log of ${platform.label} into it`);
    }
  }

  /** What EKS alone has; the role that asks the archive, where people have roles. */
  private setUpEks(profile: HipaaProfile, platform: EksPlatform, keys: Keys, archive: Archive, cluster: Cluster): IamRole | undefined {
    const { names, people, recovery } = profile;
    const sessions = addSessions(this, profile, platform, keys, cluster.nodeGroups);
    const delivery = new Delivery(this, profile, platform, keys, archive);
    delivery.add({
      id: 'AuditDelivery', name: names.of('audit'), prefix: names.auditLogPrefix, isNeverSilent: true,
      // Of the group, so that its filter waits for it; the group of a cluster that is only observed is there.
      logGroupName: cluster.logGroupName ?? names.clusterLogGroup,
    });
    delivery.add({ id: 'SessionDelivery', name: names.of('sessions'), logGroupName: sessions.recording.logGroup.name, prefix: names.sessionLogPrefix, isNeverSilent: false });
    addDetection(this, profile, platform, keys, cluster);
    if (recovery) addRecovery(this, profile, platform, recovery, keys, cluster);
    addImages(this, profile, platform, keys, cluster);
    if (!people) return undefined;
    return addPeople(this, profile, platform, people, keys, {
      clusterName: cluster.name,
      trailLogGroupName: this.trail.logGroup.logGroupName,
      sessions: sessions.recording,
      sessionsKey: sessions.key,
      auditorStatements: this.query.auditorStatements(),
    }).auditor;
  }

  private setUpQuery({ names, account, region, archiveSince, people }: HipaaProfile, archive: Archive, key: EncryptionKey): AuditQuery {
    return new AuditQuery(this, 'Query', {
      // Glue and Athena know no hyphens in names of databases.
      databaseName: names.of('audit').replace(/-/g, '_'),
      workgroupName: names.of('auditors'),
      archiveBucketName: names.archiveBucket,
      archiveKmsKeyArn: archive.key.arn,
      prefix: names.auditLogPrefix,
      resultsBucketName: names.queryBucket,
      kmsKeyArn: key.arn,
      account,
      region,
      since: archiveSince,
      breakGlassRoleName: people && names.breakGlassRole,
    });
  }

  private setUpTrailAlarms(profile: HipaaProfile, keys: Keys, archive: Archive): void {
    const { account, region, names, cluster, platform } = profile;
    const onEks = platform instanceof EksPlatform;
    const staged = onEks && profile.delivery === DeliveryPath.STAGED;
    new TrailAlarms(this, 'TrailAlarms', {
      namePrefix: cluster,
      logGroupName: this.trail.logGroup.logGroupName,
      topicArn: keys.topicIn(region),
      account,
      region,
      archiveBucketName: names.archiveBucket,
      evidenceBuckets: [...(staged ? [names.landingBucket] : []), ...(profile.replicaRegion === undefined ? [] : [names.replicaBucket])],
      otherBuckets: [
        names.queryBucket,
        ...(onEks && profile.recovery ? [names.backupBucket] : []),
        ...(onEks && profile.detection.configurationRecorder ? [names.configurationBucket] : []),
      ],
      watchedLogGroups: [names.trailLogGroup, ...(onEks ? [names.clusterLogGroup, names.sessionLogGroup, names.flowLogGroup, names.dnsLogGroup] : [])],
      keys: [{ name: 'archive', keyArn: archive.key.arn, decrypters: archive.readers }],
    });
  }

  private setUpShipper(profile: HipaaProfile, archive: Archive, cluster: Cluster | undefined): void {
    const { names, platform } = profile;
    const props: LogShipperRoleProps = {
      account: profile.account,
      region: platform instanceof EksPlatform ? platform.region : profile.region,
      roleName: names.logShipperRole,
      namespace: names.loggingNamespace,
      serviceAccount: names.logShipperServiceAccount,
      bucketArn: archive.bucket.bucketArn,
      bucketRegion: profile.region,
      prefix: names.shippedLogPrefix(platform),
      kmsKeyArn: archive.key.arn,
    };
    const issuer = profile.logShipper.serviceAccountIssuer;
    if (issuer !== undefined) {
      archive.key.addEncrypter(new LogShipperWebIdentity(this, 'LogShipper', { issuer, ...props }).role.arn);
      return;
    }
    // By its plain name: the archive and its key, which know the role, need not wait for the cluster. The association has to.
    const shipper = new LogShipperIdentity(this, 'LogShipper', { clusterName: profile.cluster, ...props });
    if (cluster?.owned) shipper.association.dependsOn = [dependable(cluster.owned.cluster)];
    archive.key.addEncrypter(shipper.role.arn);
  }

  private setUpState(profile: HipaaProfile): void {
    const { bucketName, kmsKeyArn } = profile.terraformState;
    const backend = new S3Backend(this, {
      bucket: bucketName ?? profile.names.terraformStateBucket,
      key: `cdk8s-hipaa/${profile.cluster}/terraform.tfstate`,
      region: profile.region,
      encrypt: true,
      kmsKeyId: kmsKeyArn,
    });
    // Locking by the bucket itself (Terraform 1.10 or later); cdktf's typed backend knows only the older DynamoDB table.
    backend.addOverride('use_lockfile', true);
    // cdktf's typed backend does not know it.
    if (profile.fipsEndpoints) backend.addOverride('use_fips_endpoint', true);
    // cdktf has no typed field for it; an older Terraform would refuse the lock file's argument with a less clear error.
    this.addOverride('terraform.required_version', '>= 1.10');
  }
}
