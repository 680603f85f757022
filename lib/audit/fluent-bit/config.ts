import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CloudWatchLogOutputProps, cloudWatchOutput } from './cloud-watch-output';
import { type ConfigSection, renderConfig } from './config-file';
import type { ShipperLayout } from './layout';
import { LogSource } from './log-source';
import { type S3LogOutputProps, s3Output } from './s3-output';

/** Folder of the configuration in the container: where Fluent Bit's images look for it. */
export const CONFIG_FOLDER = '/fluent-bit/etc';
export const HEALTH_PORT = 2020;
/** Seconds that Fluent Bit takes at most to hand over what it holds, once it is told to stop. */
export const GRACE_SECONDS = 30;

export interface FluentBitConfigProps {
  readonly cluster: string;
  readonly source: LogSource;
  readonly layout: ShipperLayout;
  readonly s3: S3LogOutputProps;
  readonly cloudWatch?: CloudWatchLogOutputProps;
}

/** The files of a shipper's ConfigMap, by name. */
export function configFiles(props: FluentBitConfigProps): Record<string, string> {
  const sections = [
    service(props.layout),
    ...inputOf(props),
    s3Output(props.s3, props.source, props.layout),
    ...(props.cloudWatch ? [cloudWatchOutput(props.cloudWatch, props.layout)] : []),
  ];
  return {
    'fluent-bit.conf': renderConfig(sections),
    'parsers.conf': readFileSync(join(__dirname, 'parsers.conf'), 'utf8'),
  };
}

function service(layout: ShipperLayout): ConfigSection {
  return {
    type: 'SERVICE',
    entries: [
      ['Flush', '5'],
      ['Grace', String(GRACE_SECONDS)],
      ['Log_Level', 'info'],
      ['Parsers_File', `${CONFIG_FOLDER}/parsers.conf`],
      ['HTTP_Server', 'On'],
      ['HTTP_Listen', '${POD_IP}'],
      ['HTTP_Port', String(HEALTH_PORT)],
      ['Health_Check', 'On'],
      ['HC_Errors_Count', '5'],
      ['HC_Retry_Failure_Count', '5'],
      ['HC_Period', '60'],
      ['scheduler.base', '5'],
      ['scheduler.cap', '60'],
      ['storage.path', layout.buffer],
      // A position must not outlive the record it stands for: records are synced at once, positions when SQLite sees fit.
      ['storage.sync', 'full'],
      ['storage.metrics', 'On'],
      ['storage.max_chunks_up', '64'],
      ['storage.backlog.mem_limit', '32M'],
    ],
  };
}

function inputOf({ source, layout, cluster }: FluentBitConfigProps): ConfigSection[] {
  if (source === LogSource.API_AUDIT) return [auditInput(layout, 'kube-audit')];
  if (source === LogSource.NODE_AUDIT) return [auditInput(layout, 'node-audit'), ...nodeFilters(layout, cluster)];
  return [containerInput(layout), ...containerFilters(layout, cluster)];
}

function auditInput(layout: ShipperLayout, parser: string): ConfigSection {
  return {
    type: 'INPUT',
    entries: [
      ...tail(layout),
      ['Parser', parser],
      // Fluent Bit forgets the position of a rotated file after this time, finds the file again and ships it once more. So the time is
      // longer than any API server keeps one (--audit-log-maxage), or auditd; a file that is deleted is let go of at once.
      ['Rotate_Wait', '400d'],
      ['Buffer_Chunk_Size', '256K'],
      ['Buffer_Max_Size', '16M'],
    ],
  };
}

function containerInput(layout: ShipperLayout): ConfigSection {
  return {
    type: 'INPUT',
    entries: [
      ...tail(layout),
      ['Exclude_Path', layout.excludePath ?? ''],
      ['multiline.parser', 'docker, cri'],
      ['Rotate_Wait', '30'],
      ['Buffer_Chunk_Size', '64K'],
      ['Buffer_Max_Size', '2M'],
    ],
  };
}

function tail(layout: ShipperLayout): (readonly [string, string])[] {
  return [
    ['Name', 'tail'],
    ['Path', layout.path],
    ['Tag', layout.tag],
    ['DB', layout.positions],
    ['DB.Sync', 'Normal'],
    ['DB.Locking', 'On'],
    ['Read_From_Head', 'On'],
    ['Refresh_Interval', '5'],
    // A longer line than the buffer would end the reading of its file. It is cut, as its first part says who did what.
    ['Skip_Long_Lines', 'Off'],
    ['Truncate_Long_Lines', 'On'],
    ['storage.type', 'filesystem'],
  ];
}

function containerFilters(layout: ShipperLayout, cluster: string): ConfigSection[] {
  return [
    {
      type: 'FILTER',
      entries: [
        ['Name', 'kubernetes'],
        ['Match', layout.match],
        ['Kube_Tag_Prefix', 'kube.var.log.containers.'],
        ['Kube_URL', 'https://kubernetes.default.svc:443'],
        ['tls.verify', 'On'],
        ['tls.verify_hostname', 'On'],
        ['Buffer_Size', '0'],
        ['Labels', 'On'],
        ['Annotations', 'Off'],
        ['Merge_Log', 'Off'],
        // No pod takes itself out of the record.
        ['K8S-Logging.Parser', 'Off'],
        ['K8S-Logging.Exclude', 'Off'],
      ],
    },
    { type: 'FILTER', entries: [['Name', 'record_modifier'], ['Match', layout.match], ['Record', `cluster ${cluster}`]] },
  ];
}

/** A record of auditd does not say which node it is of. */
function nodeFilters(layout: ShipperLayout, cluster: string): ConfigSection[] {
  return [{ type: 'FILTER', entries: [['Name', 'record_modifier'], ['Match', layout.match], ['Record', `cluster ${cluster}`], ['Record', 'node ${NODE_NAME}']] }];
}
