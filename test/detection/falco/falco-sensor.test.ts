import { Chart, Testing } from 'cdk8s';
import * as YAML from 'yaml';
import { FalcoSensor, type FalcoSensorProps } from '../../../lib/detection/falco/falco-sensor';
import type { FalcoResources } from '../../../lib/detection/falco/resources';
import type { FalcoKnownExec } from '../../../lib/profile/falco-known-exec';
import { EncryptionMigration } from '../../../lib/profile/encryption-settings';
import { KubernetesVersion } from '../../../lib/profile/kubernetes-version';
import { NetworkPolicyEnforcer, Platform } from '../../../lib/profile/platform';
import { schemaFindings } from '../../support/api-schema';
import { synthChart, type Manifest } from '../../support/chart';
import { claimsBelow } from '../../support/claims';
import { FalcoEvent, FalcoRules, type FalcoProcess } from '../../support/falco-rules';
import { NetworkEvaluator, type Endpoint } from '../../support/network-evaluator';
import { RbacEvaluator, serviceAccount } from '../../support/rbac-evaluator';
import { expectRefusal } from '../../support/refusal';

const eks = (version: KubernetesVersion): Platform => Platform.eks({ region: 'us-east-1', account: '123456789012', version });
const SELF_MANAGED = Platform.selfManaged({
  version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CALICO, encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED },
});
const AKS = Platform.external({ provider: 'AKS', version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM });
const IMAGE = `123456789012.dkr.ecr.us-east-1.amazonaws.com/falco@sha256:${'0123456789abcdef'.repeat(4)}`;
const PROBE: FalcoKnownExec = { namespace: 'patient-data', container: 'postgres', program: '/usr/bin/pg_isready', arguments: ['-U', 'app'] };
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
      knownExecs: [{ ...PROBE, namespace: 'a' }], resources, tolerations: [{ key: 'gpu', operator: 'Exists' }], priorityClassName: 'ours', seLinuxType: 'spc_t',
    };
    const { spec } = podOf(props);
    const lists = filesOf(props)['phi_lists.yaml'];

    expect(only(synth(props), 'DaemonSet').metadata).toMatchObject({ name: 'sensor', namespace: 'falco' });
    expect(spec.containers[0].resources).toEqual({ requests: { cpu: '50m', memory: '100Mi' }, limits: { cpu: '500m', memory: '400Mi' } });
    expect(spec.tolerations).toEqual([{ operator: 'Exists' }, { key: 'gpu', operator: 'Exists' }]);
    expect(spec.priorityClassName).toBe('ours');
    expect(spec.securityContext.seLinuxOptions).toEqual({ type: 'spc_t' });
    expect(spec.volumes).toContainEqual({ name: 'runtime-socket', hostPath: { path: '/run/crio', type: 'Directory' } });
    expect(configOf(props).plugins[0].init_config.engines.cri.sockets).toEqual(['/run/crio/crio.sock']);
    expect(lists).toContain('"203.0.113.0/24"');
    expect(lists).toContain('"/etc/tls"');
    expect(lists).toContain('hipaa_phi_namespaces\n  items: ["a"]');
    expect(YAML.parse(lists).at(-1)).toEqual({ macro: 'hipaa_known_exec', condition: '(k8s.ns.name = "a" and container.name = "postgres" and proc.exepath = "/usr/bin/pg_isready" and proc.args = "-U app")' });
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

      expect(hostPaths.map((volume) => volume.hostPath!.path)).toEqual(['/proc', '/sys/kernel/tracing', '/run/containerd']);
      expect(hostPaths.every((volume) => mounts.find((mount) => mount.name === volume.name)!.readOnly === true)).toBe(true);
    });

    // A file that is mounted is the socket of the runtime that ran then; a restarted one makes another.
    test('sees the socket that a restarted runtime makes, and holds nothing that is unmounted below its folder', () => {
      const mount = podOf().spec.containers[0].volumeMounts.find(({ name }: { name: string }) => name === 'runtime-socket');

      expect(mount).toEqual({ name: 'runtime-socket', mountPath: '/host/run/containerd', readOnly: true, mountPropagation: 'HostToContainer' });
      expect(configOf().plugins[0].init_config.engines.cri.sockets).toEqual(['/run/containerd/containerd.sock']);
    });

    test.each<[string, object, unknown]>([
      ['EKS, where Bottlerocket enforces SELinux', {}, { type: 'spc_t' }],
      ['EKS with another type', { seLinuxType: 'super_t' }, { type: 'super_t' }],
      ['nodes of one\'s own', { platform: SELF_MANAGED }, undefined],
    ])('has a type of SELinux on %s', (_where, changes, options) => {
      expect(podOf(changes).spec.securityContext.seLinuxOptions).toEqual(options);
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

  test.each([['self-managed', SELF_MANAGED], ['AKS', AKS]])('leaves who is told to an owner, on %s', (_where, platform) => {
    const chart = new Chart(Testing.app(), 'Test');
    new FalcoSensor(chart, 'Falco', { ...RIGHT, platform });

    expect(claimsBelow(chart).filter((claim) => claim.includes('AU9'))).toEqual(['Test/Falco/Resource implements AU9', 'Test/Falco/Resource left-open AU9']);
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
    const PHI = { namespace: 'patient-data' } satisfies FalcoProcess;
    const { exec, open, creat, rename, link, symlink, connect, send, connectToSocket } = FalcoEvent;
    /** As a shell in the container starts it. */
    const run = (path: string, process: FalcoProcess = {}): FalcoEvent => exec().by({ ...PHI, path, ...process });
    /** As the runtime executes it into the container. */
    const executed = (path: string, process: FalcoProcess = {}): FalcoEvent => run(path, { parent: 'runc', ...process });
    const byCat = { ...PHI, path: '/usr/bin/cat' };
    const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';
    const [SHELL, EXECUTED, SECRET, INTERNET, METADATA] = ['HIPAA shell in a PHI pod', 'HIPAA program executed into a PHI pod', 'HIPAA secret file read by a tool', 'HIPAA connection to the internet', 'HIPAA metadata service called'];
    const [WRITE, FOREIGN, PACKAGES, NAMELESS] = ['HIPAA write below a folder of programs', 'HIPAA program that is not in the image', 'HIPAA package manager in a PHI pod', 'HIPAA program in a container without a name'];

    test('use nothing that is not defined, and define nothing that is not used', () => {
      expect(rulesOf().unused).toEqual([]);
      expect(rulesOf().ruleNames).toEqual([SHELL, EXECUTED, SECRET, INTERNET, METADATA, WRITE, FOREIGN, PACKAGES, NAMELESS]);
    });

    test('write no command line, which may carry PHI', () => {
      expect(filesOf()['phi_rules.yaml']).not.toMatch(/%proc\.(p?cmdline|args|aargs|env|exeline|acmdline)|%evt\.args/);
    });

    test.each<[string, FalcoEvent, string[]]>([
      ['the application starts', run('/usr/bin/portal', { parent: 'containerd-shim', vpid: 1 }), []],
      ['a shell starts', run('/bin/sh'), [SHELL]],
      ['a shell starts by execveat', exec('execveat').by({ ...PHI, path: '/bin/bash' }), [SHELL]],
      ['a shell starts elsewhere', run('/bin/sh', { namespace: 'default' }), []],
      ['a shell starts on the node', exec().onNode({ path: '/bin/sh' }), []],
      ['a shell looks for a program in vain', exec('execve', { failed: true }).by({ ...PHI, path: '/bin/sh' }), []],
      ['kubectl exec starts a program', executed('/usr/bin/psql'), [EXECUTED]],
      ['kubectl exec starts a shell', executed('/bin/bash'), [SHELL, EXECUTED]],
      ['the application starts a child', run('/usr/bin/worker'), []],
      ['a probe is executed that nobody named', executed('/usr/bin/pg_isready', { container: 'postgres', args: ['-U', 'app'] }), [EXECUTED]],
      ['a probe is executed by a shell', executed('/bin/sh', { args: ['-c', 'pg_isready'] }), [SHELL, EXECUTED]],
      ['the application reads its token', open(TOKEN).by(PHI), []],
      ['cat reads the token', open(TOKEN).by(byCat), [SECRET]],
      ['what a shell started reads a secret of the CSI driver', open('/mnt/secrets-store/db').by({ ...PHI, path: '/usr/bin/python3', parent: 'bash' }), [SECRET]],
      ['cat reads a secret by its own root', open('/proc/self/root/mnt/secrets-store/db').by(byCat), [SECRET]],
      ["cat reads a secret by another process's root", open('/proc/1/root/mnt/secrets-store/db').by(byCat), [SECRET]],
      ['cat reads a secret by its own folder', open('/proc/thread-self/cwd/db').by(byCat), [SECRET]],
      ['the application looks at its own root', open('/proc/self/root/etc/hosts').by(PHI), []],
      ['cat reads a folder whose name begins alike', open('/run/secrets-of-none/x').by(byCat), []],
      ['cat reads something else', open('/etc/hostname').by(byCat), []],
      ['a pod calls the internet', connect('93.184.216.34').by(PHI), [INTERNET]],
      ['a pod calls the internet without waiting', connect('93.184.216.34', 'pending').by(PHI), [INTERNET]],
      // No address, no alert: the rule says so.
      ['a pod waits for the internet in vain', connect('93.184.216.34', 'failed').by(PHI), []],
      ['a pod calls the internet by IPv6', connect('2600:1901::1').by(PHI), [INTERNET]],
      ['a pod sends a datagram to the internet', send('8.8.8.8', 'udp').by(PHI), [INTERNET]],
      ['a pod sends on a connection that was told already', send('8.8.8.8', 'tcp').by(PHI), []],
      ['a pod calls its database', connect('10.0.1.7').by(PHI), []],
      ['a pod calls a pod of the shared block', connect('100.64.3.2').by(PHI), []],
      ['a pod calls itself by IPv6', connect('::1').by(PHI), []],
      ['a pod calls an internal address by IPv6', connect('fd12:3456::1').by(PHI), []],
      ['a pod calls just outside of 172.16.0.0/12', connect('172.32.0.1').by(PHI), [INTERNET]],
      ['a pod calls the metadata service', connect('169.254.169.254').by(PHI), [METADATA]],
      ['a pod calls the metadata service by IPv6', connect('fd00:ec2::254').by(PHI), [METADATA]],
      ['a pod calls the Pod Identity Agent', connect('169.254.170.23').by(PHI), []],
      ['a pod calls a socket of its file system', connectToSocket('/run/x.sock').by(PHI), []],
      ['a pod elsewhere calls the internet', connect('8.8.8.8').by({ namespace: 'default' }), []],
      ['a program is written', open('/usr/local/bin/x', 'write').by(PHI), [WRITE]],
      ['a program is written by its own root', open('/proc/self/root/usr/bin/ls', 'write').by(PHI), [WRITE]],
      ['a program is written by creat', creat('/usr/bin/ls').by(PHI), [WRITE]],
      ['a file is made by creat', creat('/tmp/x').by(PHI), []],
      ['a program is moved into place', rename('/tmp/evil', '/usr/bin/ls').by(PHI), [WRITE]],
      ['a program is moved away', rename('/usr/bin/ls', '/tmp/ls').by(PHI), []],
      ['a program is linked into place', link('/tmp/evil', '/usr/bin/ls').by(PHI), [WRITE]],
      ['a program is linked into place by link', link('/tmp/evil', '/usr/bin/ls', 'link').by(PHI), [WRITE]],
      ['a link into place leads to a program', symlink('/tmp/evil', '/usr/bin/ls').by(PHI), [WRITE]],
      ['a link leads to a program', symlink('/usr/bin/python3', '/tmp/py').by(PHI), []],
      ['another name for a program is made', link('/usr/bin/python3', '/tmp/py').by(PHI), []],
      ['a program is read', open('/usr/bin/ls').by(PHI), []],
      ['a file is written for a while', open('/tmp/x', 'write').by(PHI), []],
      ['a file is written beside programs', open('/binaries/x', 'write').by(PHI), []],
      ['a program that was written starts', run('/usr/bin/x', { place: 'written' }), [FOREIGN]],
      ['a program on an emptyDir starts', run('/tmp/x', { place: 'volume' }), [FOREIGN]],
      ['a program without a file starts', exec('execveat').by({ ...PHI, path: 'memfd:x', place: 'memory' }), [FOREIGN]],
      ["the runtime's own copy starts, before it enters the container", exec().by({ ...PHI, path: 'memfd:runc_cloned:/proc/self/exe', name: 'runc', parent: 'containerd-shim', place: 'memory', onNode: true, vpid: 4711 }), []],
      ['somebody names a program so', exec().by({ ...PHI, path: 'memfd:runc_cloned:/proc/self/exe', name: 'runc', place: 'memory' }), [FOREIGN]],
      ['a package manager starts', run('/sbin/apk'), [PACKAGES]],
      ['a package manager starts elsewhere', run('/sbin/apk', { namespace: 'build' }), []],
      ['a shell starts in a container without a name', run('/bin/sh', { namespace: undefined }), [NAMELESS]],
      ['a container starts before its name is known', run('/pause', { namespace: undefined, vpid: 1, runsFor: 0.2 }), []],
    ])('when %s', (_what, event, alerts) => {
      expect(rulesOf().alerts(event)).toEqual(alerts);
    });

    test.each<[string, FalcoEvent, string[]]>([
      ['a known probe', executed('/usr/bin/pg_isready', { container: 'postgres', args: ['-U', 'app'] }), []],
      ['it with other arguments', executed('/usr/bin/pg_isready', { container: 'postgres', args: ['-U', 'app', '-d', 'x'] }), [EXECUTED]],
      ['it in another container', executed('/usr/bin/pg_isready', { args: ['-U', 'app'] }), [EXECUTED]],
      ['it in another namespace', executed('/usr/bin/pg_isready', { namespace: 'healthcare-prod', container: 'postgres', args: ['-U', 'app'] }), [EXECUTED]],
      ['a program of that name elsewhere', executed('/tmp/pg_isready', { container: 'postgres', args: ['-U', 'app'], place: 'volume' }), [EXECUTED, FOREIGN]],
      ['it from another image layer', executed('/usr/bin/pg_isready', { container: 'postgres', args: ['-U', 'app'], place: 'written' }), [FOREIGN]],
      ['a known hook that is a shell', executed('/bin/sh', { container: 'postgres', args: ['-c', 'sleep 5'] }), []],
      ['that shell by the application', run('/bin/sh', { container: 'postgres', args: ['-c', 'sleep 5'] }), [SHELL]],
      ['what a known shell starts and reads', open('/vault/secrets/db').by({ ...PHI, container: 'postgres', path: '/usr/bin/python3', parent: 'sh' }), [SECRET]],
      ['a known program without arguments', executed('/alive', { container: 'postgres' }), []],
      ['it with one', executed('/alive', { container: 'postgres', args: ['x'] }), [EXECUTED]],
    ])('know probes and hooks: %s', (_what, event, alerts) => {
      const knownExecs: FalcoKnownExec[] = [PROBE, { ...PROBE, program: '/bin/sh', arguments: ['-c', 'sleep 5'] }, { namespace: PROBE.namespace, container: PROBE.container, program: '/alive' }];

      expect(rulesOf({ knownExecs }).alerts(event)).toEqual(alerts);
    });

    test('take further internal addresses and folders of secrets', () => {
      const rules = rulesOf({ internalCidrs: ['203.0.113.0/24'], secretFolders: ['/etc/tls'] });

      expect(rules.alerts(connect('203.0.113.9').by(PHI))).toEqual([]);
      expect(rules.alerts(open('/etc/tls/key').by(byCat))).toEqual([SECRET]);
    });
  });

  test.each<[string, object, unknown, string, string]>([
    ['a PHI namespace of its own', { namespace: 'patient-data' }, 'patient-data', 'controls PS1 and AC13', 'leave namespace out'],
    ['kube-system', { namespace: 'kube-system' }, 'kube-system', 'controls PS1 and AC13', 'leave namespace out'],
    ['no PHI namespaces', { phiNamespaces: [] }, [], 'control AU9', 'profile.phiNamespaces'],
    ['a namespace that is none', { phiNamespaces: ['a"]'] }, 'a"]', 'RFC 1123', 'a-z'],
    ['a tag', { image: 'registry.example.com/falco:1' }, 'registry.example.com/falco:1', 'control PS3', '@sha256'],
    ['a socket that is none', { runtimeSocket: '/run/../etc/x.sock' }, '/run/../etc/x.sock', 'Falco', '/run/crio/crio.sock'],
    ['a socket in the root', { runtimeSocket: '/x.sock' }, '/x.sock', 'Falco', '/run/crio/crio.sock'],
    ['no known program', { knownExecs: [] }, [], 'control AU9', 'leave knownExecs out'],
    ['a known program of a namespace that nobody watches', { knownExecs: [{ ...PROBE, namespace: 'default' }] }, 'default', 'control AU9', 'phiNamespaces'],
    ['a known program by its name', { knownExecs: [{ ...PROBE, program: 'sh' }] }, 'sh', 'control AU9', '/usr/bin/pg_isready'],
    ['a known program that ends the rule', { knownExecs: [{ ...PROBE, arguments: ['" or evt.num != 0 or "'] }] }, ['" or evt.num != 0 or "'], 'quoted strings', 'HTTPS'],
    ['lines of arguments', { knownExecs: [{ ...PROBE, arguments: ['a\nb'] }] }, ['a\nb'], 'quoted strings', 'HTTPS'],
    ['too many arguments', { knownExecs: [{ ...PROBE, arguments: ['x'.repeat(1025)] }] }, ['x'.repeat(1025)], 'quoted strings', 'HTTPS'],
    ['any arguments', { knownExecs: [{ ...PROBE, anyArguments: true }] }, 'anyArguments', 'control AU9', 'arguments'],
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
