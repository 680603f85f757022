import { Chart, Testing } from 'cdk8s';
import { FalcoSensor, type FalcoSensorProps } from '../../../lib/detection/falco/falco-sensor';
import type { FalcoResources } from '../../../lib/detection/falco/resources';
import { EncryptionMigration } from '../../../lib/profile/encryption-settings';
import { KubernetesVersion } from '../../../lib/profile/kubernetes-version';
import { NetworkPolicyEnforcer, Platform } from '../../../lib/profile/platform';
import { schemaFindings } from '../../support/api-schema';
import { synthChart, type Manifest } from '../../support/chart';
import { claimsBelow } from '../../support/claims';
import { FalcoRules, type FalcoEvent } from '../../support/falco-rules';
import { NetworkEvaluator, type Endpoint } from '../../support/network-evaluator';
import { RbacEvaluator, serviceAccount } from '../../support/rbac-evaluator';
import { expectRefusal } from '../../support/refusal';

const eks = (version: KubernetesVersion): Platform => Platform.eks({ region: 'us-east-1', account: '123456789012', version });
const SELF_MANAGED = Platform.selfManaged({
  version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CALICO, encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED },
});
const AKS = Platform.external({ provider: 'AKS', version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM });
const IMAGE = `123456789012.dkr.ecr.us-east-1.amazonaws.com/falco@sha256:${'0123456789abcdef'.repeat(4)}`;
const RIGHT: FalcoSensorProps = { platform: eks(KubernetesVersion.V1_33), phiNamespaces: ['healthcare-prod', 'patient-data'], image: IMAGE };

const synth = (changes: object = {}): Manifest[] => synthChart((chart) => new FalcoSensor(chart, 'Falco', { ...RIGHT, ...changes }));
const only = (manifests: Manifest[], kind: string): Manifest => {
  const found = manifests.filter((manifest) => manifest.kind === kind);
  expect(found).toHaveLength(1);
  return found[0];
};
const podOf = (changes: object = {}) => only(synth(changes), 'DaemonSet').spec.template;
const filesOf = (changes: object = {}): Record<string, string> => only(synth(changes), 'ConfigMap').data;
const configOf = (changes: object = {}) => JSON.parse(filesOf(changes)['falco.yaml']);
const rulesOf = (changes: object = {}): FalcoRules => new FalcoRules([filesOf(changes)['phi_lists.yaml'], filesOf(changes)['phi_rules.yaml']]);

describe('FalcoSensor', () => {
  test('comes in an order in which no pod runs before what bounds it', () => {
    expect(synth().map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`)).toEqual([
      'Namespace -/hipaa-falco', 'NetworkPolicy hipaa-falco/default-deny', 'ServiceAccount hipaa-falco/falco', 'ConfigMap hipaa-falco/falco-config', 'DaemonSet hipaa-falco/falco',
    ]);
  });

  test('its DaemonSet, as a whole', () => {
    expect(only(synth(), 'DaemonSet')).toMatchSnapshot();
  });

  test.each([['1.28', eks(KubernetesVersion.V1_28)], ['self-managed', SELF_MANAGED]])('is what the API server takes: %s', (_what, platform) => {
    expect(synth({ platform }).flatMap((manifest) => schemaFindings(manifest)).filter((finding) => !finding.includes('appArmorProfile'))).toEqual([]);
  });

  test('takes every prop', () => {
    const resources: Required<FalcoResources> = { cpuRequestMillis: 50, cpuLimitMillis: 500, memoryRequestMi: 100, memoryLimitMi: 400 };
    const props: Required<FalcoSensorProps> = {
      platform: SELF_MANAGED, phiNamespaces: ['a'], image: IMAGE, namespace: 'falco', name: 'sensor', runtimeSocket: '/run/crio/crio.sock', internalCidrs: ['203.0.113.0/24'], secretFolders: ['/etc/tls'],
      resources, tolerations: [{ key: 'gpu', operator: 'Exists' }], priorityClassName: 'ours', seLinuxType: 'spc_t',
    };
    const { spec } = podOf(props);
    const lists = filesOf(props)['phi_lists.yaml'];

    expect(only(synth(props), 'DaemonSet').metadata).toMatchObject({ name: 'sensor', namespace: 'falco' });
    expect(spec.containers[0].resources).toEqual({ requests: { cpu: '50m', memory: '100Mi' }, limits: { cpu: '500m', memory: '400Mi' } });
    expect(spec.tolerations).toEqual([{ operator: 'Exists' }, { key: 'gpu', operator: 'Exists' }]);
    expect(spec.priorityClassName).toBe('ours');
    expect(spec.securityContext.seLinuxOptions).toEqual({ type: 'spc_t' });
    expect(spec.volumes).toContainEqual({ name: 'runtime-socket', hostPath: { path: '/run/crio/crio.sock', type: 'Socket' } });
    expect(configOf(props).plugins[0].init_config.engines.cri.sockets).toEqual(['/run/crio/crio.sock']);
    expect(lists).toContain('"203.0.113.0/24"');
    expect(lists).toContain('"/etc/tls"');
    expect(lists).toContain('hipaa_phi_namespaces\n  items: ["a"]');
  });

  describe('the pod', () => {
    test('has the four capabilities and is never privileged', () => {
      const { spec } = podOf();

      expect(spec.containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false, privileged: false, readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'], add: ['BPF', 'PERFMON', 'SYS_PTRACE', 'SYS_RESOURCE'] }, appArmorProfile: { type: 'Unconfined' },
      });
      expect([spec.hostPID, spec.hostNetwork, spec.hostIPC, spec.automountServiceAccountToken]).toEqual([false, false, false, false]);
    });

    test('reads of its node what Falco needs, and writes nothing there', () => {
      const { spec } = podOf();
      const mounts = spec.containers[0].volumeMounts as { name: string; readOnly?: boolean }[];
      const hostPaths = (spec.volumes as { name: string; hostPath?: { path: string } }[]).filter((volume) => volume.hostPath);

      expect(hostPaths.map((volume) => volume.hostPath!.path)).toEqual(['/proc', '/sys/kernel/tracing', '/run/containerd/containerd.sock']);
      expect(hostPaths.every((volume) => mounts.find((mount) => mount.name === volume.name)!.readOnly === true)).toBe(true);
    });

    test('has the annotation of AppArmor where Kubernetes has no field for it', () => {
      const template = podOf({ platform: eks(KubernetesVersion.V1_28) });

      expect(template.metadata.annotations['container.apparmor.security.beta.kubernetes.io/falco']).toBe('unconfined');
      expect(template.spec.containers[0].securityContext.appArmorProfile).toBeUndefined();
      expect(Object.keys(podOf().metadata.annotations)).toEqual(['checksum/config']);
    });

    test('runs on every node but those of Fargate', () => {
      expect(podOf().spec.nodeSelector).toEqual({ 'kubernetes.io/os': 'linux' });
      expect(podOf().spec.tolerations).toEqual([{ operator: 'Exists' }]);
      expect(podOf({ platform: SELF_MANAGED }).spec.affinity).toBeUndefined();
      expect(podOf().spec.priorityClassName).toBe('system-node-critical');
      expect(podOf({ platform: AKS }).spec.priorityClassName).toBeUndefined();
    });

    test('is replaced when its rules change', () => {
      const sum = (changes: object): string => podOf(changes).metadata.annotations['checksum/config'];

      expect(sum({})).toBe(sum({}));
      expect(sum({ phiNamespaces: ['a'] })).not.toBe(sum({}));
    });
  });

  test('says in its namespace why it is privileged, and is warned about at restricted', () => {
    const { metadata } = only(synth(), 'Namespace');

    expect(metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'privileged', 'pod-security.kubernetes.io/audit': 'restricted', 'pod-security.kubernetes.io/warn': 'restricted' });
    expect(metadata.annotations!['cdk8s-hipaa/pod-security-exception']).toContain('host paths');
  });

  test('reaches nobody, and nobody reaches it', () => {
    const evaluator = new NetworkEvaluator(synth());
    const falco = { namespace: 'hipaa-falco', labels: { 'app.kubernetes.io/name': 'falco' }, ip: '10.0.1.1' };
    const others: Endpoint[] = [{ ip: '8.8.8.8' }, { ip: '169.254.169.254' }, { ip: '172.20.0.1' }, { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } }, { namespace: 'hipaa-falco', labels: {} }];

    const meet = (other: Endpoint, port: number): boolean => evaluator.allows({ from: falco, to: other, port }) || evaluator.allows({ from: other, to: falco, port });

    expect(others.filter((other) => [53, 443, 8765].some((port) => meet(other, port)))).toEqual([]);
  });

  test.each([['list', 'pods'], ['get', 'secrets'], ['get', 'nodes'], ['get', 'configmaps']])('may not %s %s, nor anything else', (verb, resource) => {
    const manifests = synth();

    expect(new RbacEvaluator(manifests).can(serviceAccount('hipaa-falco', 'falco'), verb, { group: '', resource, namespace: 'hipaa-falco' })).toBe(false);
    expect(manifests.filter(({ apiVersion }) => apiVersion.startsWith('rbac'))).toEqual([]);
  });

  test('claims what it enforces', () => {
    const chart = new Chart(Testing.app(), 'Test', { namespace: 'elsewhere' });
    new FalcoSensor(chart, 'Falco', RIGHT);

    expect(claimsBelow(chart)).toEqual(['Test/Falco/DefaultDeny implements NW1', 'Test/Falco/ServiceAccount implements AC12', 'Test/Falco/Resource implements AU9']);
    expect(only(Testing.synth(chart) as Manifest[], 'Namespace').metadata.namespace).toBeUndefined();
  });

  describe('the configuration', () => {
    test('writes alerts to the log pipeline and nowhere else, fetches nothing, and hides no rule', () => {
      const config = configOf();

      expect(config.engine.kind).toBe('modern_ebpf');
      expect(config.stdout_output).toEqual({ enabled: true });
      expect(['syslog_output', 'file_output', 'http_output', 'program_output'].map((output) => config[output].enabled)).toEqual([false, false, false, false]);
      expect(config).toMatchObject({ json_output: true, rule_matching: 'all', priority: 'notice', config_files: [], watch_config_files: false, load_plugins: ['container'] });
      expect(config.rules_files).toEqual(['/etc/hipaa-falco/phi_lists.yaml', '/etc/hipaa-falco/phi_rules.yaml']);
    });

    test('answers the probes', () => {
      const [falco] = podOf().spec.containers;

      expect(falco.ports[0].containerPort).toBe(configOf().webserver.listen_port);
      expect(falco.livenessProbe.httpGet.path).toBe(configOf().webserver.k8s_healthz_endpoint);
      expect(falco.command).toEqual(['/usr/bin/falco', '-c', '/etc/hipaa-falco/falco.yaml']);
    });
  });

  describe('the rules', () => {
    const PHI: FalcoEvent = { 'container.id': '3ad7b26ded6d', 'k8s.ns.name': 'patient-data', 'proc.name': 'portal', 'proc.pname': 'containerd-shim', 'proc.vpid': 1, 'proc.is_exe_upper_layer': false };
    const exec = { 'evt.type': 'execve' };
    const open = (name: string): FalcoEvent => ({ 'evt.type': 'openat', 'evt.is_open_read': true, 'evt.is_open_write': false, 'fd.typechar': 'f', 'fd.name': name });
    const write = (name: string): FalcoEvent => ({ ...open(name), 'evt.is_open_read': false, 'evt.is_open_write': true });
    const connect = (ip: string, changes: FalcoEvent = {}): FalcoEvent => ({ 'evt.type': 'connect', 'fd.typechar': ip.includes(':') ? 6 : 4, 'fd.l4proto': 'tcp', 'fd.sip': ip, 'fd.snet': ip, 'fd.sport': 443, ...changes });
    const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

    test('use nothing that is not defined, and define nothing that is not used', () => {
      expect(rulesOf().unused).toEqual([]);
      expect(rulesOf().ruleNames).toHaveLength(8);
    });

    test('write no command line, which may carry PHI', () => {
      expect(filesOf()['phi_rules.yaml']).not.toMatch(/%proc\.(p?cmdline|args|aargs|env|exeline|acmdline)|%evt\.args/);
    });

    test.each<[string, FalcoEvent, string[]]>([
      ['the application starts', exec, []],
      ['a shell starts', { ...exec, 'proc.name': 'sh' }, ['HIPAA shell in a PHI pod']],
      ['a shell starts by execveat', { 'evt.type': 'execveat', 'proc.name': 'bash' }, ['HIPAA shell in a PHI pod']],
      ['a shell starts elsewhere', { ...exec, 'proc.name': 'sh', 'k8s.ns.name': 'default' }, []],
      ['a shell starts on the node', { ...exec, 'proc.name': 'sh', 'container.id': 'host' }, []],
      ['a shell starts as a probe', { ...exec, 'proc.name': 'sh', 'proc.vpid': 7, 'proc.is_container_liveness_probe': true }, []],
      ['kubectl exec starts a program', { ...exec, 'proc.vpid': 40, 'proc.pname': 'runc', 'proc.name': 'psql' }, ['HIPAA program executed into a PHI pod']],
      ['kubectl exec starts a shell', { ...exec, 'proc.vpid': 40, 'proc.name': 'bash' }, ['HIPAA shell in a PHI pod', 'HIPAA program executed into a PHI pod']],
      ['the application starts a child', { ...exec, 'proc.vpid': 40, 'proc.pname': 'portal', 'proc.name': 'worker' }, []],
      ['a readiness probe is executed', { ...exec, 'proc.vpid': 40, 'proc.name': 'pg_isready', 'proc.is_container_readiness_probe': true }, []],
      ['the application reads its token', open(TOKEN), []],
      ['cat reads the token', { ...open(TOKEN), 'proc.name': 'cat' }, ['HIPAA secret file read by a tool']],
      ['what a shell started reads a secret of the CSI driver', { ...open('/mnt/secrets-store/db'), 'proc.name': 'python3', 'proc.pname': 'bash' }, ['HIPAA secret file read by a tool']],
      ['cat reads a folder whose name begins alike', { ...open('/run/secrets-of-none/x'), 'proc.name': 'cat' }, []],
      ['cat reads something else', { ...open('/etc/hostname'), 'proc.name': 'cat' }, []],
      ['a pod calls the internet', connect('93.184.216.34'), ['HIPAA connection to the internet']],
      ['a pod calls the internet by IPv6', connect('2600:1901::1'), ['HIPAA connection to the internet']],
      ['a pod sends a datagram to the internet', connect('8.8.8.8', { 'evt.type': 'sendto', 'fd.l4proto': 'udp' }), ['HIPAA connection to the internet']],
      ['a pod sends on a connection that was told already', connect('8.8.8.8', { 'evt.type': 'sendto' }), []],
      ['a pod calls its database', connect('10.0.1.7'), []],
      ['a pod calls a pod of the shared block', connect('100.64.3.2'), []],
      ['a pod calls itself by IPv6', connect('::1'), []],
      ['a pod calls an internal address by IPv6', connect('fd12:3456::1'), []],
      ['a pod calls just outside of 172.16.0.0/12', connect('172.32.0.1'), ['HIPAA connection to the internet']],
      ['a pod calls the metadata service', connect('169.254.169.254'), ['HIPAA metadata service called']],
      ['a pod calls the metadata service by IPv6', connect('fd00:ec2::254'), ['HIPAA metadata service called']],
      ['a pod calls the Pod Identity Agent', connect('169.254.170.23'), []],
      ['a pod calls a socket of its file system', { 'evt.type': 'connect', 'fd.typechar': 'u', 'fd.name': '/run/x.sock' }, []],
      ['a pod elsewhere calls the internet', { ...connect('8.8.8.8'), 'k8s.ns.name': 'default' }, []],
      ['a program is written', write('/usr/local/bin/x'), ['HIPAA write below a folder of programs']],
      ['a program is moved into place', { 'evt.type': 'renameat2', 'fs.path.target': '/usr/bin/ls' }, ['HIPAA write below a folder of programs']],
      ['a program is read', open('/usr/bin/ls'), []],
      ['a file is written for a while', write('/tmp/x'), []],
      ['a file is written beside programs', write('/binaries/x'), []],
      ['a program that is not in the image starts', { ...exec, 'proc.is_exe_upper_layer': true }, ['HIPAA program that is not in the image']],
      ['a package manager starts', { ...exec, 'proc.name': 'apk' }, ['HIPAA package manager in a PHI pod']],
      ['a package manager starts elsewhere', { ...exec, 'proc.name': 'apk', 'k8s.ns.name': 'build' }, []],
    ])('when %s', (_what, event, alerts) => {
      expect(rulesOf().alerts({ ...PHI, ...event })).toEqual(alerts);
    });

    test('take further internal addresses and folders of secrets', () => {
      const rules = rulesOf({ internalCidrs: ['203.0.113.0/24'], secretFolders: ['/etc/tls'] });

      expect(rules.alerts({ ...PHI, ...connect('203.0.113.9') })).toEqual([]);
      expect(rules.alerts({ ...PHI, ...open('/etc/tls/key'), 'proc.name': 'cat' })).toEqual(['HIPAA secret file read by a tool']);
    });
  });

  test.each<[string, object, unknown, string, string]>([
    ['a PHI namespace of its own', { namespace: 'patient-data' }, 'patient-data', 'controls PS1 and AC13', 'leave namespace out'],
    ['kube-system', { namespace: 'kube-system' }, 'kube-system', 'controls PS1 and AC13', 'leave namespace out'],
    ['no PHI namespaces', { phiNamespaces: [] }, [], 'control AU9', 'profile.phiNamespaces'],
    ['a namespace that is none', { phiNamespaces: ['a"]'] }, 'a"]', 'RFC 1123', 'a-z'],
    ['a tag', { image: 'registry.example.com/falco:1' }, 'registry.example.com/falco:1', 'control PS3', '@sha256'],
    ['a socket that is none', { runtimeSocket: '/run/../etc/x.sock' }, '/run/../etc/x.sock', 'Falco', '/run/crio/crio.sock'],
    ['the internet as internal', { internalCidrs: ['0.0.0.0/0'] }, '0.0.0.0/0', 'control NW1', 'subnets'],
    ['no folders', { secretFolders: [] }, [], 'adds to the defaults', 'leave secretFolders out'],
    ['a folder that is none', { secretFolders: ['etc'] }, 'etc', 'control AU9', '/etc/tls'],
    ['an SELinux type that is none', { seLinuxType: 'spc' }, 'spc', 'SELinuxOptions', 'spc_t'],
    ['too little memory', { resources: { memoryLimitMi: 64 } }, 64, 'control AU9', '256 to 65536'],
    ['no platform', { platform: undefined }, undefined, 'platform is required', 'Platform.eks()'],
    ['a name that is none', { name: 'A' }, 'A', 'RFC 1123', 'a-z'],
    ['another field', { httpOutput: 'x' }, 'httpOutput', 'no other field', 'phiNamespaces'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synth(changes), { path: 'Test/Falco', value, rule, remedy });
  });
});
