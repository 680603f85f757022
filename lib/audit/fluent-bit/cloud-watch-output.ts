import { checkFields, checkRegion } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { checkConfigText } from './checks';
import type { ConfigSection } from './config-file';
import type { ShipperLayout } from './layout';

/**
 * A log group that gets the logs as well, for queries and alarms. Fluent Bit cuts an event above 1 MB for it; the bucket gets the event whole.
 */
export interface CloudWatchLogOutputProps {
  /** An existing log group, with its key and its retention: the shipper never creates one, as such a group would have neither. */
  readonly logGroup: string;
  readonly region: string;
  /**
   * First part of the log streams' names; the node's name and the tag follow.
   * @default from-fluent-bit-
   */
  readonly streamPrefix?: string;
}

export function checkCloudWatchOutput(path: string, props: CloudWatchLogOutputProps): void {
  checkFields(path, props, ['logGroup', 'region', 'streamPrefix'], 'a CloudWatch Logs output takes no other field');
  checkConfigText(path, 'logGroup', props.logGroup);
  if (!/^[\w./-]{1,512}$/.test(props.logGroup)) {
    throw Errors.refused(path, 'logGroup is no log group', props.logGroup, 'Amazon CloudWatch Logs, CreateLogGroup: names; # starts a comment in a configuration file',
      "use 1 to 512 of letters, digits, _, -, . and /, such as '/hipaa/healthcare-cluster/audit'");
  }
  checkConfigText(path, 'region', props.region);
  checkRegion(path, 'region', props.region);
  if (props.streamPrefix === undefined) return;
  checkConfigText(path, 'streamPrefix', props.streamPrefix);
  if (!/^[\w./-]{1,128}$/.test(props.streamPrefix)) {
    throw Errors.refused(path, 'streamPrefix is no prefix of a log stream', props.streamPrefix, 'Amazon CloudWatch Logs, CreateLogStream: names of at most 512 characters, the tag included',
      "use 1 to 128 of letters, digits, _, -, . and /, such as 'from-fluent-bit-'");
  }
}

export function cloudWatchOutput(props: CloudWatchLogOutputProps, layout: ShipperLayout): ConfigSection {
  return {
    type: 'OUTPUT',
    entries: [
      ['Name', 'cloudwatch_logs'],
      ['Match', layout.match],
      ['region', props.region],
      ['log_group_name', props.logGroup],
      ['log_stream_prefix', `${props.streamPrefix ?? 'from-fluent-bit-'}\${NODE_NAME}-`],
      ['auto_create_group', 'Off'],
      ['Retry_Limit', 'no_limits'],
    ],
  };
}
