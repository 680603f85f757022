import { gunzipSync, gzipSync } from 'node:zlib';
import type { S3Objects } from './athena';
import type { ResourceArguments } from './stack';

/** What CloudWatch Logs puts into a stream for a subscription: gzip of this, in base64 on the wire. */
export interface SubscriptionEnvelope {
  messageType: 'DATA_MESSAGE' | 'CONTROL_MESSAGE';
  owner: string;
  logGroup: string;
  logStream: string;
  subscriptionFilters: string[];
  logEvents: { id: string; timestamp: number; message: string }[];
}

export const record = (envelope: SubscriptionEnvelope): string => gzipSync(JSON.stringify(envelope)).toString('base64');

type Processor = (records: readonly Buffer[]) => Buffer[];

/**
 * Carries records through the processors of a delivery stream, as its arguments configure them, to the objects that it writes. A small model: control messages
 * are no events, extraction gives a record for each event without a newline at its end, and records are written one after the other.
 */
export function deliver(stream: ResourceArguments, records: readonly string[], arrival: Date): S3Objects {
  const target = stream.extended_s3_configuration as ResourceArguments;
  const processing = target.processing_configuration as ResourceArguments | undefined;
  const processors = processing?.enabled ? (processing.processors as ResourceArguments[]).map(processorOf) : [];
  const body = Buffer.concat(processors.reduce<Buffer[]>((all, process) => process(all), records.map((data) => Buffer.from(data, 'base64'))));
  if (target.compression_format !== 'GZIP') throw new Error('this compression is not modelled');
  const key = `${prefixOf(target.prefix as string, arrival)}${stream.name}-1-2026-01-31-23-05-00-5f0c7a3e${target.file_extension}`;
  return new Map([[key, gzipSync(body)]]);
}

function processorOf({ type, parameters }: ResourceArguments): Processor {
  const parameter = (name: string): unknown => ((parameters ?? []) as ResourceArguments[]).find((candidate) => candidate.parameter_name === name)?.parameter_value;
  switch (type) {
    case 'Decompression':
      if (parameter('CompressionFormat') !== 'GZIP') throw new Error('CloudWatch Logs compresses with gzip');
      return (records) => records.map((data) => gunzipSync(data));
    case 'CloudWatchLogProcessing':
      if (parameter('DataMessageExtraction') !== 'true') throw new Error('messages are not extracted');
      return (records) => records.map((data) => JSON.parse(data.toString('utf8')) as SubscriptionEnvelope)
        .filter(({ messageType }) => messageType === 'DATA_MESSAGE').flatMap(({ logEvents }) => logEvents.map(({ message }) => Buffer.from(message)));
    case 'AppendDelimiterToRecord':
      return (records) => records.map((data) => Buffer.concat([data, Buffer.from((parameter('Delimiter') as string | undefined) ?? '\n')]));
    default:
      throw new Error(`the processor ${String(type)} is not modelled`);
  }
}

/** A prefix with its expressions evaluated, in UTC. */
export function prefixOf(prefix: string, arrival: Date): string {
  const [year, month, day, hour] = arrival.toISOString().split(/[-T:]/);
  return prefix.replace('!{timestamp:yyyy/MM/dd/HH}', [year, month, day, hour].join('/'));
}
