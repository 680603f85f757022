import { partitionOf } from '../profile/aws';
import { checkAccount, checkFields, checkKnownAtSynth, checkPartition, checkRegion, checkTrailName } from '../profile/checks';
import { Errors } from '../profile/errors';
import { checkKeyPrefix } from './key-prefix';

/** An AWS service that delivers into an archive by its own principal, below `<prefix>/AWSLogs/<account>/`. */
export interface ArchiveServiceWriterProps {
  /** The service's principal: `cloudtrail.amazonaws.com`. */
  readonly service: string;
  /** Key prefix that the service was given, without slashes at its ends. */
  readonly prefix: string;
  /**
   * ARN of the one resource that the service delivers for, as text: a reference to a trail would wait for the trail, which waits for the archive's policy.
   * A resource part of `*` stands for all of an account and region, as CloudWatch's log delivery has it.
   */
  readonly sourceArn: string;
  /** Account that owns that resource. */
  readonly account: string;
  /**
   * Whether the service reads the bucket's access list first and gives the bucket's owner full control of each object, as CloudTrail and CloudWatch's log
   * delivery do.
   * @default true
   */
  readonly needsAcl?: boolean;
  /**
   * Full key prefix of what the service encrypts with keys of S3, whatever it was told; below `<prefix>/AWSLogs/<account>/`.
   * @default - none: with the archive's key alone
   */
  readonly digestPrefix?: string;
}

export interface CloudTrailWriterProps {
  readonly trailName: string;
  /** Home region of the trail. */
  readonly region: string;
  /** Account of the trail. */
  readonly account: string;
  /** The trail's `s3_key_prefix`. */
  readonly prefix: string;
}

/** Services as writers into an archive, as their documentation asks. */
export class ArchiveServiceWriter {
  /**
   * A trail, which encrypts its log files with the key that it names. Its digest files, which hold hashes and signatures of those, it encrypts with keys of
   * S3 (AWS CloudTrail, encrypting log files with SSE-KMS).
   *
   * @example
   *   const writer = ArchiveServiceWriter.cloudTrail({ trailName: 'healthcare-cluster', region: 'us-east-1', account: '123456789012', prefix: 'cloudtrail/a' });
   *   archive.addWriter(writer);
   */
  public static cloudTrail(props: CloudTrailWriterProps): ArchiveServiceWriterProps {
    const path = 'ArchiveServiceWriter.cloudTrail';
    const { trailName, region, account, prefix } = props;
    checkFields(path, props, ['trailName', 'region', 'account', 'prefix'], 'a trail that writes takes no other field');
    checkTrailName(path, 'trailName', trailName);
    checkRegion(path, 'region', region);
    checkKnownAtSynth(path, 'region', region);
    checkAccount(path, 'account', account);
    checkKeyPrefix(path, 'prefix', prefix);
    return {
      service: 'cloudtrail.amazonaws.com',
      prefix,
      sourceArn: `arn:${partitionOf(region)}:cloudtrail:${region}:${account}:trail/${trailName}`,
      account,
      digestPrefix: `${prefix}/AWSLogs/${account}/CloudTrail-Digest`,
    };
  }

  private constructor() {}
}

/** @internal Key prefix below which a service delivers. */
export function deliveryPrefix(writer: ArchiveServiceWriterProps): string {
  return `${writer.prefix}/AWSLogs/${writer.account}`;
}

/** @internal */
export function checkServiceWriter(path: string, writer: ArchiveServiceWriterProps, region: string): void {
  checkFields(path, writer, ['service', 'prefix', 'sourceArn', 'account', 'needsAcl', 'digestPrefix'], 'a service that writes takes no other field');
  if (typeof writer.service !== 'string' || !/^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/.test(writer.service)) {
    throw Errors.refused(path, 'service is no service principal', writer.service, 'AWS IAM, JSON policy elements: service principals', "use a name such as 'cloudtrail.amazonaws.com'");
  }
  checkKeyPrefix(path, 'prefix', writer.prefix);
  checkAccount(path, 'account', writer.account);
  checkKnownAtSynth(path, 'account', writer.account);
  const { sourceArn, digestPrefix } = writer;
  if (typeof sourceArn !== 'string' || !/^arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:(\*|[^\s*?]+)$/.test(sourceArn)) {
    throw Errors.refused(path, 'sourceArn is no ARN of one resource', sourceArn, 'AWS IAM, the confused deputy problem: without it the service would deliver for anybody', "write the ARN: 'arn:aws:cloudtrail:us-east-1:123456789012:trail/healthcare-cluster'");
  }
  checkPartition(path, 'sourceArn', sourceArn, region);
  if (sourceArn.split(':')[4] !== writer.account) {
    throw Errors.refused(path, 'sourceArn is of another account', sourceArn, 'AWS IAM, the confused deputy problem', `use a resource of account ${writer.account}`);
  }
  if (digestPrefix !== undefined) {
    checkKeyPrefix(path, 'digestPrefix', digestPrefix);
    if (!digestPrefix.startsWith(`${deliveryPrefix(writer)}/`)) {
      throw Errors.weakened(path, 'EN4, 45 CFR 164.312(a)(2)(iv)', 'digestPrefix is not below what the service delivers', digestPrefix, `use a prefix below ${deliveryPrefix(writer)}/`);
    }
  }
}
