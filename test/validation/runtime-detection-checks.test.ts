import { Control } from '../../lib/controls/control';
import { FalcoSensor } from '../../lib/detection/falco/falco-sensor';
import { eksProfile } from '../support/profiles';
import type { Weakening } from './harness';
import { objectsOf, verdictOf } from './own-objects';

const profile = eksProfile();
const IMAGE = `123456789012.dkr.ecr.us-east-1.amazonaws.com/falco@sha256:${'0123456789abcdef'.repeat(4)}`;
const objects = objectsOf((chart) => {
  new FalcoSensor(chart, 'Falco', { platform: profile.platform, phiNamespaces: ['healthcare-prod', 'patient-data'], image: IMAGE, internalCidrs: ['203.0.113.0/24'] });
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a weakening reaches into every shape
type Change = (value: any) => void;
const inPod = (change: Change): Weakening => (content) => change(content.spec.template.spec);
const inContainer = (change: Change): Weakening => inPod((pod) => change(pod.containers[0]));
const inKind = (kind: string, change: Change): Weakening => (_content, others) => change(others.find((object) => object.reference.kind === kind)!.content);
const inConfig = (change: Change): Weakening => inKind('ConfigMap', ({ data }) => {
  const config = JSON.parse(data['falco.yaml']);
  change(config);
  data['falco.yaml'] = JSON.stringify(config);
});
const inText = (file: string, from: string, to: string): Weakening => inKind('ConfigMap', ({ data }) => {
  expect(data[file]).toContain(from);
  data[file] = data[file].replace(from, to);
});
const without = (kind: string): Weakening => (_content, others) => void others.splice(others.findIndex((object) => object.reference.kind === kind), 1);

describe('checks on Falco', () => {
  test('hold', () => {
    expect(verdictOf(profile, objects, Control.AU9_RUNTIME)).toBeUndefined();
  });

  test('hold for an app whose nodes of Fargate are named, and for more internal networks', () => {
    expect(verdictOf(profile, objects, Control.AU9_RUNTIME, inPod((pod) => delete pod.affinity))).toBeUndefined();
  });

  test.each<[string, Weakening, RegExp]>([
    ['another program', inContainer((container) => (container.command = ['sleep'])), /falco/],
    ['rules that are disabled by an argument', inContainer((container) => (container.args = ['-o', 'rules[0].disable.rule=*'])), /other arguments/],
    ['another configuration', inContainer((container) => (container.command[2] = '/etc/falco/falco.yaml')), /other arguments/],
    ['no taints tolerated', inPod((pod) => delete pod.tolerations), /tainted/],
    ['one taint tolerated', inPod((pod) => (pod.tolerations = [{ key: 'a', operator: 'Exists' }])), /tainted/],
    ['one effect tolerated', inPod((pod) => (pod.tolerations = [{ operator: 'Exists', effect: 'NoSchedule' }])), /tainted/],
    ['some nodes', inPod((pod) => (pod.nodeSelector.pool = 'a')), /pool: a/],
    ['one node', inPod((pod) => (pod.nodeName = 'a')), /one node/],
    ['some nodes by affinity', inPod((pod) => (pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key = 'pool')), /nodeAffinity/],
    ['no ServiceAccount', without('ServiceAccount'), /no pod starts/],
    ['a restricted namespace', inKind('Namespace', (content) => (content.metadata.labels['pod-security.kubernetes.io/enforce'] = 'restricted')), /does not admit/],
    ['no namespace', without('Namespace'), /does not admit/],
    ['a capability less', inContainer((container) => container.securityContext.capabilities.add.pop()), /SYS_RESOURCE/],
    ['no capabilities', inContainer((container) => delete container.securityContext), /BPF/],
    ['no root of the host', inContainer((container) => (container.env = [])), /HOST_ROOT/],
    ['its own processes alone', inContainer((container) => (container.volumeMounts = container.volumeMounts.filter((mount: { name: string }) => mount.name !== 'proc'))), /processes/],
    ['a folder that is not the processes', inPod((pod) => (pod.volumes[1].hostPath.path = '/tmp')), /processes/],
    ['no configuration', without('ConfigMap'), /no ConfigMap/],
    ['an empty folder over the rules', inContainer((container) => container.volumeMounts.push({ name: 'tmp', mountPath: '/etc/hipaa-falco/phi_rules.yaml' })), /no ConfigMap/],
    ['another ConfigMap', inPod((pod) => (pod.volumes[0].configMap.name = 'other')), /no ConfigMap/],
    ['some keys of the ConfigMap', inPod((pod) => (pod.volumes[0].configMap.items = [{ key: 'falco.yaml', path: 'falco.yaml' }])), /no ConfigMap/],
    ['a configuration that is no JSON', inKind('ConfigMap', ({ data }) => (data['falco.yaml'] = 'engine: {}')), /not the JSON/],
    ['no engine', inConfig((config) => (config.engine.kind = 'nodriver')), /modern_ebpf/],
    ['rules that are disabled', inConfig((config) => (config.rules = [{ disable: { rule: '*' } }])), /rules takes/],
    ['fewer system calls', inConfig((config) => (config.base_syscalls = { custom_set: ['!execve'] })), /base_syscalls/],
    ['more files of configuration', inConfig((config) => (config.config_files = ['/tmp'])), /further files/],
    ['more files of rules', inConfig((config) => config.rules_files.push('/tmp/x.yaml')), /files of rules/],
    ['no files of rules', inConfig((config) => (config.rules_files = [])), /files of rules/],
    ['the first rule alone', inConfig((config) => (config.rule_matching = 'first')), /hides the others/],
    ['emergencies alone', inConfig((config) => (config.priority = 'emergency')), /below emergency/],
    ['no output', inConfig((config) => (config.stdout_output.enabled = false)), /standard output/],
    ['an output past the pipeline', inConfig((config) => (config.http_output = { enabled: true, url: 'http://x' })), /http_output/],
    ['no plugin', inConfig((config) => (config.load_plugins = [])), /container plugin/],
    ['another socket', inConfig((config) => (config.plugins[0].init_config.engines.cri.sockets = ['/run/x.sock'])), /socket/],
    ['a socket that is not mounted', inContainer((container) => (container.volumeMounts = container.volumeMounts.filter((mount: { name: string }) => mount.name !== 'runtime-socket'))), /socket/],
    ['a weaker rule', inText('phi_rules.yaml', 'proc.name in (hipaa_shells) and', 'proc.name = never and'), /not the library/],
    ['a rule that is off', inText('phi_rules.yaml', '  priority: CRITICAL', '  enabled: false\n  priority: CRITICAL'), /not the library/],
    ['one PHI namespace less', inText('phi_lists.yaml', '"healthcare-prod",', ''), /lacks healthcare-prod/],
    ['one shell less', inText('phi_lists.yaml', '"bash",', ''), /hipaa_shells lacks bash/],
    ['the internet as internal', inText('phi_lists.yaml', '"10.0.0.0/8"', '"10.0.0.0/8","0.0.0.0/0"'), /0\.0\.0\.0\/0/],
    ['half of the internet as internal', inText('phi_lists.yaml', '"10.0.0.0/8"', '"10.0.0.0/8","128.0.0.0/1"'), /128\.0\.0\.0\/1/],
    ['a list twice', inKind('ConfigMap', ({ data }) => (data['phi_lists.yaml'] += '- list: hipaa_shells\n  items: ["x"]\n')), /not as it was written/],
    ['a list that is overridden', inKind('ConfigMap', ({ data }) => (data['phi_lists.yaml'] += '- list: hipaa_shells\n  items: []\n  override: {items: replace}\n')), /not as it was written/],
    ['nothing', (content) => delete content.spec, /falco/],
  ])('fail with %s', (_what, weaken, message) => {
    expect(verdictOf(profile, objects, Control.AU9_RUNTIME, weaken)).toMatch(message);
  });
});
