import { checkBucketName, checkFields, checkRegion } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { checkConfigPath, checkConfigText, checkSize, checkSpan } from './checks';
import type { ConfigSection } from './config-file';
import type { ShipperLayout } from './layout';
import { LogSource } from './log-source';

/** The bucket that logs are shipped into. */
export interface S3LogOutputProps {
  readonly bucket: string;
  /** Region of the bucket. */
  readonly region: string;
  /** First part of every key, without slashes at its ends: `audit-logs/healthcare-cluster`. The shipper's role may write there and nowhere else. */
  readonly prefix: string;
  /**
   * Size of the local buffer, before compression, at which an object is uploaded, as Fluent Bit writes sizes (`100M` are 100,000,000 bytes).
   * 1M to 1G: an upload in one piece takes no more. Twice this size is held in memory during an upload.
   * @default 100M
   */
  readonly totalFileSize?: string;
  /**
   * Longest time that a log line waits on the node before its upload: `30s`, `10m`, `1h`. Until then, root on the node can change it.
   * @default 10m
   */
  readonly uploadTimeout?: string;
  /**
   * Whether the image's OpenSSL runs in FIPS mode. It is refused: a bucket with Object Lock demands a Content-MD5 header or an AWS checksum, Fluent
   * Bit's S3 output can send the first alone, and Fluent Bit from 5.1 on refuses it in FIPS mode.
   * @default false
   */
  readonly fips?: boolean;
}

export const DEFAULT_TOTAL_FILE_SIZE = '100M';
const MEGA = 1_000_000;
const GIGA = 1_000_000_000;

/**
 * Failed uploads of one buffer before Fluent Bit sets it aside. "no_limits" would be the word, but out_s3 takes that for five, which
 * an outage of half a minute uses up; a number it takes as it is, and it waits two seconds longer after each try.
 */
const RETRY_LIMIT = '1000000';

export function checkS3Output(path: string, props: S3LogOutputProps): void {
  if (!props) throw Errors.missing(path, 's3', "name the archive: { bucket, region, prefix: 'audit-logs/<cluster>' }");
  checkFields(path, props, ['bucket', 'region', 'prefix', 'totalFileSize', 'uploadTimeout', 'fips'], 'an S3 output takes no other field');
  checkConfigText(path, 'bucket', props.bucket);
  checkBucketName(path, 'bucket', props.bucket);
  checkConfigText(path, 'region', props.region);
  checkRegion(path, 'region', props.region);
  checkConfigPath(path, 'prefix', props.prefix);
  if (props.totalFileSize !== undefined) {
    checkSize(path, 'totalFileSize', props.totalFileSize, MEGA, GIGA, 'Fluent Bit, S3 output: use_put_object takes files of 1M to 1G', `use a size such as '${DEFAULT_TOTAL_FILE_SIZE}'`);
  }
  if (props.uploadTimeout !== undefined) checkSpan(path, 'uploadTimeout', props.uploadTimeout, 10, 86_400);
  if (props.fips !== undefined && typeof props.fips !== 'boolean') {
    throw Errors.refused(path, 'fips is no boolean', props.fips, 'the image runs in FIPS mode or it does not', 'leave fips out');
  }
  if (props.fips) {
    throw Errors.refused(path, 'a locked bucket cannot be written in FIPS mode', props.fips,
      'Amazon S3, Object Lock: an upload carries Content-MD5 or an AWS checksum; Fluent Bit >= 5.1 sends no checksum and refuses send_content_md5 in FIPS mode',
      'use an image whose OpenSSL is not in FIPS mode, or deliver through CloudWatch Logs and Amazon Data Firehose, which writes the checksum itself');
  }
}

/**
 * The S3 output. It asks for no encryption and names no key: the bucket's default key encrypts. `store_dir_limit_size` stays at 0, no limit,
 * because at a limit Fluent Bit discards: a full disk is noticed, a missing log is not.
 */
export function s3Output(props: S3LogOutputProps, source: LogSource, layout: ShipperLayout): ConfigSection {
  // Of a container's tag, cut at _, the second part is its namespace: kube.var.log.containers.<pod>_<namespace>_<container>-<id>.log
  const folder = source === LogSource.CONTAINERS ? '$TAG[1]/' : '';
  return {
    type: 'OUTPUT',
    entries: [
      ['Name', 's3'],
      ['Match', layout.match],
      ['bucket', props.bucket],
      ['region', props.region],
      ['use_put_object', 'On'],
      ['total_file_size', props.totalFileSize ?? DEFAULT_TOTAL_FILE_SIZE],
      ['upload_timeout', props.uploadTimeout ?? '10m'],
      // Object Lock refuses an upload without it.
      ['send_content_md5', 'On'],
      ['compression', 'gzip'],
      ['s3_key_format', `/${props.prefix}/%Y/%m/%d/%H/${folder}\${NODE_NAME}-$UUID.gz`],
      ...(source === LogSource.CONTAINERS ? [['s3_key_format_tag_delimiters', '_'] as const] : []),
      ['store_dir', layout.uploads],
      ['preserve_data_ordering', 'On'],
      // A record has its own times; nothing is added to it.
      ['json_date_key', 'false'],
      ['Retry_Limit', RETRY_LIMIT],
    ],
  };
}
