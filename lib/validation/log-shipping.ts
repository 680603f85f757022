import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { PolicySet } from './network/policy-set';
import type { Labels } from './network/selector';
import type { SynthesizedObject } from './synthesized-object';

/** Filters that add to a record and drop none. */
const HARMLESS_FILTERS = ['kubernetes', 'record_modifier'];

/** A log that is shipped off its node. */
export interface CarriedLog {
  /** What it is called in a sentence. */
  readonly what: string;
  /** Its folder on the node. */
  readonly folder: string;
  readonly file: string;
  /** Prefix of its keys in the archive; any where it is left out. */
  readonly prefix?: string;
  /** A file that no input may leave out, where others may be; nothing may be left out without it. */
  readonly sample?: string;
}

/** What keeps a shipper from carrying a log into the archive, on the nodes that it runs on. */
export function carried(shipper: SynthesizedObject, context: CheckContext, { what, folder, file, prefix, sample }: CarriedLog): string | undefined {
  const { content } = shipper;
  const pod = at(content, 'spec', 'template', 'spec');
  const account = String(at(pod, 'serviceAccountName'));
  if (!context.find('ServiceAccount', shipper.reference.namespace, account)) return `the ServiceAccount ${account} is not among the objects: no pod starts`;
  const volumes = listAt(pod, 'volumes');
  const logs = volumes.find((volume) => at(volume, 'hostPath', 'path') === folder);
  if (!logs || !listAt(pod, 'containers').some((container) => listAt(container, 'volumeMounts').some((mount) => showsLogs(mount, at(logs, 'name'), folder)))) return `the shipper does not see the folder of ${what}`;
  const configuration = volumes.map((volume) => at(volume, 'configMap', 'name')).find((name) => name !== undefined);
  const text = at(context.find('ConfigMap', String(at(content, 'metadata', 'namespace')), String(configuration))?.content, 'data', 'fluent-bit.conf');
  if (text === undefined) return 'the shipper has no configuration';
  if (/^\s*@INCLUDE\b/im.test(String(text))) return 'the configuration includes another file, which nobody read';
  const inputs = sectionsOf(String(text), 'INPUT').filter((input) => input.get('name') === 'tail' && (input.get('path') ?? '').split(',').includes(file));
  if (inputs.length === 0) return `the shipper does not read ${what}`;
  const narrowing = inputs.flatMap((input) => ['exclude_path', 'ignore_older'].filter((key) => input.get(key) && !(key === 'exclude_path' && keeps(input.get(key)!, sample))))[0];
  if (narrowing !== undefined) return `the input leaves files out: ${narrowing}`;
  if (sectionsOf(String(text), 'FILTER').some((section) => /^(on|true|yes)$/i.test(section.get('k8s-logging.exclude') ?? ''))) return 'a pod may take itself out of the record by an annotation';
  const filter = sectionsOf(String(text), 'FILTER').map((section) => String(section.get('name'))).find((name) => !HARMLESS_FILTERS.includes(name));
  if (filter !== undefined) return `the filter ${filter} may drop what was logged`;
  const bucket = context.profile.names.archiveBucket;
  const outputs = sectionsOf(String(text), 'OUTPUT').filter((output) => output.get('name') === 's3' && output.get('bucket') === bucket && (prefix === undefined || output.get('s3_key_format')?.startsWith(`/${prefix}/`)));
  if (outputs.length === 0) return `the shipper does not write into the archive ${bucket}${prefix === undefined ? '' : ` below ${prefix}`}`;
  const lost = inputs.find((input) => !outputs.some((output) => matches(output.get('match'), input.get('tag'))));
  if (lost) return `no output into the archive matches the tag ${String(lost.get('tag'))}`;
  return closedIn(shipper, context);
}

/** Whether a pattern of Fluent Bit takes a tag: `*` stands for any text. */
function matches(pattern: string | undefined, tag: string | undefined): boolean {
  if (pattern === undefined || tag === undefined) return false;
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(tag);
}

/** Whether patterns of files that are left out leave a file in. Of the shell's patterns, only `*` is read here. */
function keeps(patterns: string, sample: string | undefined): boolean {
  return sample !== undefined && patterns.split(',').every((pattern) => !/[?[{\\]/.test(pattern) && !matches(pattern.trim(), sample));
}

/** Whether a container has the folder of a log where the configuration reads it. */
function showsLogs(mount: unknown, volume: unknown, folder: string): boolean {
  return at(mount, 'name') === volume && at(mount, 'mountPath') === folder && at(mount, 'subPath') === undefined && at(mount, 'subPathExpr') === undefined;
}

/** What a default deny keeps from the shipper: names, and TLS to addresses outside of the cluster. */
function closedIn({ content, reference }: SynthesizedObject, context: CheckContext): string | undefined {
  const policies = PolicySet.of(context, reference.namespace);
  const labels = (at(content, 'spec', 'template', 'metadata', 'labels') ?? {}) as Labels;
  if (!policies.allowsEgress(labels, 53, 'UDP', () => true)) return 'no NetworkPolicy lets the shipper ask for names (UDP 53)';
  return policies.allowsEgress(labels, 443, 'TCP', (peer) => at(peer, 'ipBlock') !== undefined) ? undefined : 'no NetworkPolicy lets the shipper reach S3 (TCP 443)';
}

/** Sections of a classic Fluent Bit configuration by their type; keys in lower case, as Fluent Bit compares them. */
function sectionsOf(text: string, type: string): ReadonlyMap<string, string>[] {
  return text.split(/^(?=\[)/m).filter((section) => section.toUpperCase().startsWith(`[${type}]`)).map((section) => new Map(
    section.split('\n').slice(1).map((line) => /^\s+(\S+)\s+(.*)$/.exec(line)).filter((match) => match !== null).map(([, key, value]) => [key.toLowerCase(), value.trim()]),
  ));
}
