import { ControlPlanePaths } from '../../control-plane/paths';
import { Control } from '../../controls/control';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { PolicySet } from '../network/policy-set';
import type { Labels } from '../network/selector';
import type { SynthesizedObject } from '../synthesized-object';

const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';
const OS = 'kubernetes.io/os';
/** Filters that add to a record and drop none. */
const HARMLESS_FILTERS = ['kubernetes', 'record_modifier'];

/** What is checked on what carries logs off their node. */
export const SHIPPING_CHECKS: readonly Check[] = [
  {
    control: Control.AU4_OFF_CLUSTER,
    kind: 'DaemonSet',
    check: (object, context) => {
      const { content } = object;
      const pod = at(content, 'spec', 'template', 'spec');
      if (at(pod, 'nodeSelector', CONTROL_PLANE) === undefined || !listAt(pod, 'tolerations').some((toleration) => at(toleration, 'key') === CONTROL_PLANE)) {
        return 'the shipper does not run on the control-plane nodes, where the audit log lies';
      }
      const narrowed = narrowedTo(pod);
      if (narrowed !== undefined) return `the shipper runs on some control-plane nodes only: ${narrowed}`;
      const account = String(at(pod, 'serviceAccountName'));
      if (!context.find('ServiceAccount', object.reference.namespace, account)) return `the ServiceAccount ${account} is not among the objects: no pod starts`;
      const volumes = listAt(pod, 'volumes');
      const logs = volumes.find((volume) => at(volume, 'hostPath', 'path') === ControlPlanePaths.AUDIT_LOG_DIRECTORY);
      if (!logs || !listAt(pod, 'containers').some((container) => listAt(container, 'volumeMounts').some((mount) => showsLogs(mount, at(logs, 'name'))))) return 'the shipper does not see the folder of the audit log';
      const configuration = volumes.map((volume) => at(volume, 'configMap', 'name')).find((name) => name !== undefined);
      const text = at(context.find('ConfigMap', String(at(content, 'metadata', 'namespace')), String(configuration))?.content, 'data', 'fluent-bit.conf');
      if (text === undefined) return 'the shipper has no configuration';
      if (/^\s*@INCLUDE\b/im.test(String(text))) return 'the configuration includes another file, which nobody read';
      const inputs = sectionsOf(String(text), 'INPUT').filter((input) => input.get('name') === 'tail' && (input.get('path') ?? '').split(',').includes(ControlPlanePaths.AUDIT_LOG));
      if (inputs.length === 0) return 'the shipper does not read the audit log';
      const filter = sectionsOf(String(text), 'FILTER').map((section) => String(section.get('name'))).find((name) => !HARMLESS_FILTERS.includes(name));
      if (filter !== undefined) return `the filter ${filter} may drop what was logged`;
      const bucket = context.profile.names.archiveBucket;
      const outputs = sectionsOf(String(text), 'OUTPUT').filter((output) => output.get('name') === 's3' && output.get('bucket') === bucket);
      if (outputs.length === 0) return `the shipper does not write into the archive ${bucket}`;
      const lost = inputs.find((input) => !outputs.some((output) => matches(output.get('match'), input.get('tag'))));
      if (lost) return `no output into the archive matches the tag ${String(lost.get('tag'))}`;
      return closedIn(object, context);
    },
  },
];

/** What keeps pods from some of the nodes that have an audit log. */
function narrowedTo(pod: unknown): string | undefined {
  const labels = (at(pod, 'nodeSelector') ?? {}) as Labels;
  const other = Object.keys(labels).find((key) => !(key === CONTROL_PLANE && labels[key] === '') && !(key === OS && labels[key] === 'linux'));
  if (other !== undefined) return `nodeSelector ${other}: ${labels[other]}`;
  return at(pod, 'affinity', 'nodeAffinity') === undefined ? undefined : 'nodeAffinity';
}

/** Whether a pattern of Fluent Bit takes a tag: `*` stands for any text. */
function matches(pattern: string | undefined, tag: string | undefined): boolean {
  if (pattern === undefined || tag === undefined) return false;
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(tag);
}

/** Whether a container has the folder of the audit log where the configuration reads it. */
function showsLogs(mount: unknown, volume: unknown): boolean {
  return at(mount, 'name') === volume && at(mount, 'mountPath') === ControlPlanePaths.AUDIT_LOG_DIRECTORY && at(mount, 'subPath') === undefined && at(mount, 'subPathExpr') === undefined;
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
