import { Chart, Testing } from 'cdk8s';
import { FluentBitShipper, type FluentBitShipperProps } from '../../lib/audit/fluent-bit-shipper';
import type { CloudWatchLogOutputProps } from '../../lib/audit/fluent-bit/cloud-watch-output';
import { LogSource } from '../../lib/audit/fluent-bit/log-source';
import type { FluentBitResources } from '../../lib/audit/fluent-bit/resources';
import type { S3LogOutputProps } from '../../lib/audit/fluent-bit/s3-output';
import { EncryptionMigration } from '../../lib/profile/encryption-settings';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { NodeImage } from '../../lib/profile/node-image';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import { schemaFindings } from '../support/api-schema';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { sectionOf, sectionsOf } from '../support/fluent-bit-config';
import { NetworkEvaluator } from '../support/network-evaluator';
import { IMAGE } from '../support/profiles';
import { RbacEvaluator, serviceAccount } from '../support/rbac-evaluator';
import { expectRefusal } from '../support/refusal';

const VERSION = KubernetesVersion.V1_33;
const EKS = Platform.eks({ region: 'us-east-1', account: '123456789012', version: VERSION });
const API_SERVER = ['10.30.0.0/28', '10.96.0.1/32'];
const UNADDRESSED = { version: VERSION, networkPolicyEnforcer: NetworkPolicyEnforcer.CALICO, encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED } };
const SELF_MANAGED = Platform.selfManaged({ ...UNADDRESSED, apiServerCidrs: API_SERVER });
const CILIUM_EKS = Platform.eks({ region: 'us-east-1', account: '123456789012', version: VERSION, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM });
const CILIUM_SELF_MANAGED = Platform.selfManaged({
  version: VERSION, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM, encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED }, apiServerCidrs: API_SERVER,
});
const AKS = Platform.external({ provider: 'AKS', version: VERSION, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM });
const ROLE = 'arn:aws:iam::123456789012:role/healthcare-cluster-log-shipper';
const S3: S3LogOutputProps = { bucket: 'hipaa-audit-logs-123456789012-us-east-1', region: 'us-east-1', prefix: 'audit-logs/healthcare-cluster' };
const CLOUD_WATCH: CloudWatchLogOutputProps = { logGroup: '/hipaa/healthcare-cluster/audit', region: 'us-east-1' };

const onEks = (changes: Partial<FluentBitShipperProps> = {}): FluentBitShipperProps =>
  ({ platform: EKS, cluster: 'healthcare-cluster', image: IMAGE, s3: S3, ...changes });
const selfManaged = (changes: Partial<FluentBitShipperProps> = {}): FluentBitShipperProps =>
  onEks({ platform: SELF_MANAGED, serviceAccountRoleArn: ROLE, nodeAudit: false, ...changes });
const nodeAudit = (changes: Partial<FluentBitShipperProps> = {}): FluentBitShipperProps => selfManaged({ source: LogSource.NODE_AUDIT, nodeAudit: undefined, ...changes });

const synth = (props: FluentBitShipperProps): Manifest[] => synthChart((chart) => new FluentBitShipper(chart, 'LogShipper', props));
const refuse = (props: object) => () => synth(props as FluentBitShipperProps);

function kind(manifests: Manifest[], name: string): Manifest {
  const found = manifests.filter((manifest) => manifest.kind === name);
  expect(found).toHaveLength(1);
  return found[0];
}
const conf = (props: FluentBitShipperProps): string => kind(synth(props), 'ConfigMap').data['fluent-bit.conf'] as string;
const podSpec = (props: FluentBitShipperProps) => kind(synth(props), 'DaemonSet').spec.template.spec;

const namesOf = (manifests: Manifest[]): string[] => manifests.map(({ kind: of, metadata }) => `${of} ${metadata.namespace ?? '-'}/${metadata.name}`);
const hostPath = (pod: { volumes: { name: string; hostPath?: { path: string } }[] }, name: string) =>
  pod.volumes.find((volume) => volume.name === name)?.hostPath?.path;

const ALL: [string, FluentBitShipperProps][] = [['the audit log', selfManaged()], ['containers', onEks()], ["auditd's log", nodeAudit()]];

const FOLDERS = { [LogSource.API_AUDIT]: '/var/log/kubernetes', [LogSource.CONTAINERS]: '/var/log', [LogSource.NODE_AUDIT]: '/var/log/audit' };

describe('FluentBitShipper', () => {
  describe('the objects', () => {
    test('bear the names of the sources, in a namespace of their own', () => {
      expect(namesOf(synth(selfManaged()))).toEqual([
        'Namespace -/hipaa-logging', 'NetworkPolicy hipaa-logging/default-deny', 'NetworkPolicy hipaa-logging/fluent-bit-flows',
        'ServiceAccount hipaa-logging/fluent-bit', 'ConfigMap hipaa-logging/fluent-bit-config', 'DaemonSet hipaa-logging/fluent-bit',
      ]);
    });

    test.each([['containers', onEks({ platform: CILIUM_EKS })], ...ALL])('come in an order in which no pod runs before what bounds it and what it needs, for %s', (_source, props) => {
      const names = namesOf(synth(props));

      expect(names[0]).toBe('Namespace -/hipaa-logging');
      expect(names.at(-1)).toBe('DaemonSet hipaa-logging/fluent-bit');
      expect(names.filter((name) => name.includes('NetworkPolicy')).length).toBeGreaterThanOrEqual(2);
    });

    test.each(ALL)('are what the API server takes, for %s', (_source, props) => {
      expect(synth({ ...props, cloudWatch: CLOUD_WATCH }).flatMap((manifest) => schemaFindings(manifest))).toEqual([]);
    });

    test('of the cluster get no namespace from a chart that has one', () => {
      const chart = new Chart(Testing.app(), 'Test', { namespace: 'elsewhere' });
      new FluentBitShipper(chart, 'LogShipper', onEks());

      expect(namesOf(Testing.synth(chart) as Manifest[]).filter((name) => name.includes(' -/') || name.includes('elsewhere'))).toEqual([
        'Namespace -/hipaa-logging', 'ClusterRole -/hipaa-logging-fluent-bit', 'ClusterRoleBinding -/hipaa-logging-fluent-bit',
      ]);
    });

    test('in kube-system are no Namespace and no network policy of it', () => {
      expect(namesOf(synth(selfManaged({ namespace: 'kube-system' })))).toEqual([
        'ServiceAccount kube-system/fluent-bit', 'ConfigMap kube-system/fluent-bit-config', 'DaemonSet kube-system/fluent-bit',
      ]);
    });

    test('of two shippers share a namespace and nothing else', () => {
      const manifests = synthChart((chart) => {
        new FluentBitShipper(chart, 'Audit', selfManaged());
        new FluentBitShipper(chart, 'Containers', selfManaged({ source: LogSource.CONTAINERS, name: 'fluent-bit-containers', createNamespace: false }));
      });
      const names = namesOf(manifests);
      const states = manifests.filter((manifest) => manifest.kind === 'DaemonSet').map((manifest) => hostPath(manifest.spec.template.spec, 'state'));

      expect(new Set(names).size).toBe(names.length);
      expect(names.filter((name) => name.startsWith('Namespace') || name.includes('default-deny'))).toHaveLength(2);
      expect(names).toContain('NetworkPolicy hipaa-logging/fluent-bit-containers-flows');
      expect(states).toEqual(['/var/lib/hipaa-fluent-bit/fluent-bit', '/var/lib/hipaa-fluent-bit/fluent-bit-containers']);
    });

    test('are the same bytes each time', () => {
      expect(JSON.stringify(synth(onEks()))).toBe(JSON.stringify(synth(onEks())));
    });

    test('take every prop', () => {
      const s3: Required<S3LogOutputProps> = { bucket: 'logs-of-ours', region: 'us-west-2', prefix: 'a/b', totalFileSize: '50M', uploadTimeout: '1m', fips: false };
      const cloudWatch: Required<CloudWatchLogOutputProps> = { logGroup: '/a/b', region: 'us-east-2', streamPrefix: 'node-' };
      const resources: Required<FluentBitResources> = { cpuRequestMillis: 50, cpuLimitMillis: 1000, memoryRequestMi: 200, memoryLimitMi: 600 };
      const props: Required<FluentBitShipperProps> = {
        platform: SELF_MANAGED, cluster: 'other', image: IMAGE, s3, source: LogSource.CONTAINERS, nodeAudit: false, containerLogs: false, namespace: 'logging', createNamespace: false, name: 'shipper',
        serviceAccountRoleArn: ROLE, podIdentity: false, cloudWatch, resources, tolerations: [{ key: 'gpu', operator: 'Exists' }], priorityClassName: 'ours',
        seLinuxType: 'spc_t',
      };
      const text = conf(props);
      const pod = podSpec(props);

      expect(namesOf(synth(props))).toEqual([
        'NetworkPolicy logging/shipper-flows', 'ServiceAccount logging/shipper', 'ClusterRole -/logging-shipper', 'ClusterRoleBinding -/logging-shipper',
        'ConfigMap logging/shipper-config', 'DaemonSet logging/shipper',
      ]);
      expect(sectionOf(text, 'OUTPUT', 's3')).toMatchObject({ bucket: 'logs-of-ours', region: 'us-west-2', total_file_size: '50M', upload_timeout: '1m' });
      expect(sectionOf(text, 'OUTPUT', 's3').s3_key_format).toMatch(/^\/a\/b\/%Y/);
      expect(sectionOf(text, 'OUTPUT', 'cloudwatch_logs')).toMatchObject({ log_group_name: '/a/b', region: 'us-east-2', log_stream_prefix: 'node-${NODE_NAME}-' });
      expect(sectionOf(text, 'FILTER', 'record_modifier').record).toBe('cluster other');
      expect(pod.containers[0].resources).toEqual({ requests: { cpu: '50m', memory: '200Mi' }, limits: { cpu: '1000m', memory: '600Mi' } });
      expect(pod.tolerations).toEqual([{ operator: 'Exists' }, { key: 'gpu', operator: 'Exists' }]);
      expect(pod.priorityClassName).toBe('ours');
      expect(pod.securityContext.seLinuxOptions).toEqual({ type: 'spc_t' });
      expect(pod.serviceAccountName).toBe('shipper');
    });
  });

  describe('what is read', () => {
    test.each([
      ['a self-managed platform', selfManaged(), LogSource.API_AUDIT],
      ['EKS', onEks(), LogSource.CONTAINERS],
      ['another provider', onEks({ platform: AKS, serviceAccountRoleArn: ROLE }), LogSource.CONTAINERS],
    ])('on %s by default', (_platform, props, source) => {
      const chart = new Chart(Testing.app(), 'Test');

      expect(new FluentBitShipper(chart, 'LogShipper', props).source).toBe(source);
    });

    test.each([
      ['EKS', onEks({ source: LogSource.API_AUDIT }), 'Amazon EKS', '/aws/eks/<cluster>/cluster', 'EksControlPlaneLogging'],
      ['another provider', onEks({ source: LogSource.API_AUDIT, platform: AKS, serviceAccountRoleArn: ROLE }), 'AKS', 'the provider runs the API server', 'diagnostic settings'],
    ])('is never the audit log on %s', (_platform, props, value, rule, remedy) => {
      expectRefusal(refuse(props), { path: 'Test/LogShipper', value, rule, remedy });
    });

    test('is the audit log on control-plane nodes alone', () => {
      const pod = podSpec(selfManaged());

      expect(pod.nodeSelector).toEqual({ 'kubernetes.io/os': 'linux', 'node-role.kubernetes.io/control-plane': '' });
      expect(pod.tolerations).toEqual([{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }]);
    });

    test('is every node\'s containers, but for nodes of Fargate, which run no DaemonSet', () => {
      const pod = podSpec(onEks());

      expect(pod.nodeSelector).toEqual({ 'kubernetes.io/os': 'linux' });
      expect(pod.tolerations).toEqual([{ operator: 'Exists' }]);
      expect(pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms).toEqual([
        { matchExpressions: [{ key: 'eks.amazonaws.com/compute-type', operator: 'NotIn', values: ['fargate'] }] },
      ]);
      expect(podSpec(onEks({ platform: AKS, serviceAccountRoleArn: ROLE })).affinity).toBeUndefined();
    });
  });

  describe('the configuration', () => {
    test('of the audit log, section by section', () => {
      const text = conf(selfManaged({ cloudWatch: CLOUD_WATCH }));

      expect(sectionsOf(text).map(({ command, name }) => `${command} ${name ?? '-'}`)).toEqual(['SERVICE -', 'INPUT tail', 'OUTPUT s3', 'OUTPUT cloudwatch_logs']);
      expect(sectionOf(text, 'INPUT')).toMatchObject({ tag: 'audit.apiserver', parser: 'kube-audit' });
      expect(sectionOf(text, 'OUTPUT', 's3').match).toBe('audit.*');
      expect(sectionOf(text, 'OUTPUT', 'cloudwatch_logs').match).toBe('audit.*');
      expect(text).toMatchSnapshot();
    });

    test('of containers, section by section', () => {
      const text = conf(onEks());

      expect(sectionsOf(text).map(({ command, name }) => `${command} ${name ?? '-'}`)).toEqual([
        'SERVICE -', 'INPUT tail', 'FILTER kubernetes', 'FILTER record_modifier', 'OUTPUT s3',
      ]);
      expect(sectionOf(text, 'INPUT')).toMatchObject({ path: '/var/log/containers/*.log', tag: 'kube.*', 'multiline.parser': 'docker, cri' });
      expect(sectionOf(text, 'FILTER', 'kubernetes')).toMatchObject({ match: 'kube.*', kube_tag_prefix: 'kube.var.log.containers.' });
      expect(text).toMatchSnapshot();
    });

    test.each(ALL)('names no parser that is not defined, for %s (trap 16)', (_source, props) => {
      const config = kind(synth(props), 'ConfigMap').data;
      const defined = sectionsOf(config['parsers.conf']).filter(({ command }) => command === 'PARSER').map(({ name }) => name);
      const named = sectionsOf(config['fluent-bit.conf']).flatMap((section) => [section.parser, section.merge_parser]).filter((name) => name !== undefined);
      const multiline = sectionsOf(config['fluent-bit.conf']).flatMap((section) => section['multiline.parser']?.split(', ') ?? []);

      expect(defined).toEqual(['kube-audit', 'node-audit']);
      expect(defined).toEqual(expect.arrayContaining(named));
      // Fluent Bit has these without a file.
      expect(['docker', 'cri', 'go', 'java', 'python', 'ruby']).toEqual(expect.arrayContaining(multiline));
      expect(named.length + multiline.length).toBeGreaterThan(0);
      expect(sectionOf(config['fluent-bit.conf'], 'SERVICE').parsers_file).toBe('/fluent-bit/etc/parsers.conf');
    });

    test('reads microseconds, and keeps the times of an event as they are', () => {
      const parser = sectionOf(kind(synth(selfManaged()), 'ConfigMap').data['parsers.conf'], 'PARSER', 'kube-audit');

      expect(parser).toMatchObject({ format: 'json', time_key: 'stageTimestamp', time_format: '%Y-%m-%dT%H:%M:%S.%LZ', time_keep: 'On' });
      expect(sectionOf(conf(selfManaged()), 'OUTPUT', 's3').json_date_key).toBe('false');
    });

    test.each(ALL)('loses no line over a restart, a rotation or a long line, for %s (trap 16)', (_source, props) => {
      const input = sectionOf(conf(props), 'INPUT');

      expect(input).toMatchObject({ read_from_head: 'On', 'storage.type': 'filesystem', skip_long_lines: 'Off', truncate_long_lines: 'On' });
      expect(input.db).toMatch(/^\/var\/lib\/hipaa-fluent-bit\//);
      expect(input.mem_buf_limit).toBeUndefined();
    });

    test('takes an audit event of 16 MB, five times the API server\'s largest request', () => {
      expect(sectionOf(conf(selfManaged()), 'INPUT').buffer_max_size).toBe('16M');
    });

    test('finds what was rotated while no pod ran, and does not forget it while it lies there', () => {
      const input = sectionOf(conf(selfManaged()), 'INPUT');

      expect(input.path?.split(',')).toEqual(['/var/log/kubernetes/audit.log', '/var/log/kubernetes/audit-*.log']);
      expect(input.rotate_wait).toBe('400d');
    });

    test('leaves its own lines out', () => {
      const [pattern] = [sectionOf(conf(onEks()), 'INPUT').exclude_path ?? ''];
      const excluded = new RegExp(`^${pattern.replace(/\./g, '\\.').replace(/\*/g, '.*')}$`);
      const id = '0'.repeat(64);

      expect(`/var/log/containers/fluent-bit-x7k2p_hipaa-logging_fluent-bit-${id}.log`).toMatch(excluded);
      expect(`/var/log/containers/fluent-bit-x7k2p_healthcare-prod_fluent-bit-${id}.log`).not.toMatch(excluded);
      expect(`/var/log/containers/patient-portal-5d_healthcare-prod_portal-${id}.log`).not.toMatch(excluded);
    });

    test.each(ALL)('writes into a locked bucket, for %s (trap 17)', (_source, props) => {
      const output = sectionOf(conf(props), 'OUTPUT', 's3');

      expect(output).toMatchObject({ send_content_md5: 'On', compression: 'gzip', use_put_object: 'On', preserve_data_ordering: 'On' });
      expect(output.s3_key_format).toMatch(/^\/audit-logs\/healthcare-cluster\/%Y\/%m\/%d\/%H\/(\$TAG\[1\]\/)?\$\{NODE_NAME\}-\$UUID\.gz$/);
    });

    test('files containers under their namespace', () => {
      const output = sectionOf(conf(onEks()), 'OUTPUT', 's3');
      const tag = `kube.var.log.containers.etcd-ip-10-0-0-1.ec2.internal_kube-system_etcd-${'0'.repeat(64)}.log`;

      expect(output.s3_key_format).toContain('/$TAG[1]/');
      expect(tag.split(output.s3_key_format_tag_delimiters ?? '')[1]).toBe('kube-system');
    });

    test.each(ALL)('discards nothing, for %s (trap 17)', (_source, props) => {
      const sections = sectionsOf(conf({ ...props, cloudWatch: CLOUD_WATCH }));

      for (const limit of ['store_dir_limit_size', 'storage.total_limit_size', 'mem_buf_limit', 'ignore_older']) {
        expect(sections.filter((section) => section[limit] !== undefined)).toEqual([]);
      }
      // out_s3 takes "no_limits" for five.
      expect(Number(sectionOf(conf(props), 'OUTPUT', 's3').retry_limit)).toBeGreaterThanOrEqual(1_000_000);
      expect(sections.find(({ name }) => name === 'cloudwatch_logs')?.retry_limit).toBe('no_limits');
    });

    test('filters no audit event (trap 18)', () => {
      expect(sectionsOf(conf(selfManaged())).filter(({ command }) => command === 'FILTER')).toEqual([]);
    });

    test('lets no pod take itself out of the record', () => {
      expect(sectionOf(conf(onEks()), 'FILTER', 'kubernetes')).toMatchObject({
        'k8s-logging.exclude': 'Off', 'k8s-logging.parser': 'Off', annotations: 'Off', 'tls.verify': 'On', 'tls.verify_hostname': 'On',
      });
    });

    test.each(ALL)('asks S3 for no key and no access list of its own, for %s (trap 18)', (_source, props) => {
      const output = sectionOf(conf(props), 'OUTPUT', 's3');

      expect(Object.keys(output).filter((key) => /sse|kms|acl|endpoint|tls|profile|role_arn/.test(key))).toEqual([]);
    });

    test('creates no log group, which would have no key and no retention', () => {
      const output = sectionOf(conf(selfManaged({ cloudWatch: CLOUD_WATCH })), 'OUTPUT', 'cloudwatch_logs');

      expect(output).toMatchObject({ auto_create_group: 'Off', log_group_name: '/hipaa/healthcare-cluster/audit', log_stream_prefix: 'from-fluent-bit-${NODE_NAME}-' });
      expect(sectionsOf(conf(selfManaged())).map(({ name }) => name)).not.toContain('cloudwatch_logs');
    });

    test.each(ALL)('takes no variable that the pod does not set, for %s', (_source, props) => {
      const used = [...conf({ ...props, cloudWatch: CLOUD_WATCH }).matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
      const set = podSpec(props).containers[0].env.map((variable: { name: string }) => variable.name);

      expect(new Set(used)).toEqual(new Set(['POD_IP', 'NODE_NAME']));
      expect(set).toEqual(expect.arrayContaining(used));
    });
  });

  describe('the pods', () => {
    test.each(ALL)('read and write where the configuration says, and nowhere else, for %s', (_source, props) => {
      const text = conf(props);
      const service = sectionOf(text, 'SERVICE');
      const input = sectionOf(text, 'INPUT');
      const written = [service['storage.path'], input.db, sectionOf(text, 'OUTPUT', 's3').store_dir].map(String);
      const read = [...(input.path ?? '').split(','), String(service.parsers_file)];
      const mounts: { mountPath: string; readOnly: boolean }[] = podSpec(props).containers[0].volumeMounts;
      const mountOf = (path: string) => mounts.filter(({ mountPath }) => path.startsWith(`${mountPath}/`)).sort((a, b) => b.mountPath.length - a.mountPath.length)[0];

      expect(written.map((path) => mountOf(path)?.readOnly)).toEqual([false, false, false]);
      expect(new Set(written).size).toBe(3);
      expect(read.map((path) => mountOf(path)?.readOnly)).toEqual(read.map(() => true));
      expect(mounts.filter(({ readOnly }) => !readOnly).map(({ mountPath }) => mountPath)).toEqual(['/var/lib/hipaa-fluent-bit/fluent-bit', '/tmp']);
    });

    test.each(ALL)('keep positions and buffers on the node, and do not start without logs, for %s', (_source, props) => {
      const volumes: { name: string; hostPath?: { path: string; type: string } }[] = podSpec(props).volumes;
      const host = volumes.filter((volume) => volume.hostPath).map((volume) => volume.hostPath);

      expect(host).toEqual([
        { path: FOLDERS[props.source ?? (props.platform === SELF_MANAGED ? LogSource.API_AUDIT : LogSource.CONTAINERS)], type: 'Directory' },
        { path: '/var/lib/hipaa-fluent-bit/fluent-bit', type: 'DirectoryOrCreate' },
      ]);
    });

    test.each(ALL)('are root without a capability, and share nothing else with the node, for %s', (_source, props) => {
      const pod = podSpec(props);
      const [container, ...others] = pod.containers;

      expect(others).toEqual([]);
      expect(pod.initContainers).toBeUndefined();
      expect(pod).toMatchObject({ hostNetwork: false, hostPID: false, hostIPC: false, dnsPolicy: 'ClusterFirst', enableServiceLinks: false });
      expect(pod.securityContext).toEqual({ runAsUser: 0, runAsGroup: 0, runAsNonRoot: false, seccompProfile: { type: 'RuntimeDefault' } });
      expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, privileged: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
      expect(container.image).toBe(IMAGE);
      expect(container.ports.filter((port: { hostPort?: number }) => port.hostPort !== undefined)).toEqual([]);
    });

    test('are probed on the port that the configuration opens; only readiness asks for health', () => {
      const [container] = podSpec(selfManaged()).containers;
      const service = sectionOf(conf(selfManaged()), 'SERVICE');

      expect(container.ports).toEqual([{ name: 'health', containerPort: Number(service.http_port), protocol: 'TCP' }]);
      expect(service).toMatchObject({ http_server: 'On', http_listen: '${POD_IP}', health_check: 'On' });
      expect(container.startupProbe.httpGet).toEqual({ path: '/', port: 'health' });
      expect(container.livenessProbe.httpGet).toEqual({ path: '/', port: 'health' });
      expect(container.readinessProbe.httpGet).toEqual({ path: '/api/v1/health', port: 'health' });
    });

    test('get twice the time that Fluent Bit takes to hand over what it holds', () => {
      expect(podSpec(selfManaged()).terminationGracePeriodSeconds).toBe(2 * Number(sectionOf(conf(selfManaged()), 'SERVICE').grace));
    });

    test.each([[undefined, '556Mi'], ['1G', '3256Mi'], ['10M', '286Mi']])('get memory for an upload of %s', (totalFileSize, memory) => {
      expect(podSpec(selfManaged({ s3: { ...S3, totalFileSize } })).containers[0].resources).toEqual({
        requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory },
      });
    });

    test('are not evicted, where the platform lets a pod say so', () => {
      expect(podSpec(selfManaged()).priorityClassName).toBe('system-node-critical');
      expect(podSpec(onEks()).priorityClassName).toBe('system-node-critical');
      expect(podSpec(onEks({ platform: AKS, serviceAccountRoleArn: ROLE })).priorityClassName).toBeUndefined();
    });

    test('are replaced one after the other when the configuration changes, and only then', () => {
      const template = (props: FluentBitShipperProps) => kind(synth(props), 'DaemonSet').spec.template.metadata.annotations['checksum/config'] as string;

      expect(template(selfManaged())).toMatch(/^[0-9a-f]{64}$/);
      expect(template(selfManaged())).toBe(template(selfManaged({ resources: { cpuLimitMillis: 600 } })));
      expect(template(selfManaged())).not.toBe(template(selfManaged({ s3: { ...S3, uploadTimeout: '5m' } })));
      expect(kind(synth(selfManaged()), 'DaemonSet').spec.updateStrategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } });
      expect(kind(synth(onEks()), 'DaemonSet').spec.updateStrategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } });
    });

    test('of the audit log, as a whole', () => {
      expect(kind(synth(selfManaged()), 'DaemonSet').spec.template.spec).toMatchSnapshot();
    });
  });

  describe("containers' logs beside the audit log", () => {
    const both = (): Manifest[] => synth(selfManaged({ containerLogs: true }));
    const named = (of: string, name: string): Manifest => both().find((manifest) => manifest.kind === of && manifest.metadata.name === name)!;

    test('leave every node by a DaemonSet of their own, below a prefix of their own, by the identity of the shipper', () => {
      const { spec } = named('DaemonSet', 'fluent-bit-containers').spec.template as { spec: Record<string, unknown> };
      const text = named('ConfigMap', 'fluent-bit-containers-config').data['fluent-bit.conf'] as string;

      expect(spec).toMatchObject({ serviceAccountName: 'fluent-bit', tolerations: [{ operator: 'Exists' }], nodeSelector: { 'kubernetes.io/os': 'linux' } });
      expect(sectionOf(text, 'OUTPUT', 's3')).toMatchObject({ match: 'kube.*', s3_key_format: '/audit-logs/healthcare-cluster/containers/%Y/%m/%d/%H/$TAG[1]/${NODE_NAME}-$UUID.gz' });
      expect(sectionOf(text, 'INPUT', 'tail')).toMatchObject({ path: '/var/log/containers/*.log', exclude_path: '/var/log/containers/fluent-bit-containers-*_hipaa-logging_fluent-bit-containers-*.log' });
    });

    test('ask the API server of whom they are, and the audit log asks nobody', () => {
      const network = new NetworkEvaluator(both());
      const pod = (name: string) => ({ namespace: 'hipaa-logging', labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'log-shipper' } });
      const asks = (name: string): boolean => network.allows({ from: pod(name), to: { ip: '10.30.0.10' }, port: 6443 });

      expect(both().filter(({ kind: of }) => of === 'ClusterRoleBinding')).toHaveLength(1);
      expect([asks('fluent-bit-containers'), asks('fluent-bit')]).toEqual([true, false]);
      expect(synth(selfManaged({ platform: Platform.selfManaged(UNADDRESSED) })).map(({ kind: of }) => of)).toContain('DaemonSet');
    });

    test('are shipped once', () => {
      expectRefusal(() => synth(selfManaged({ source: LogSource.CONTAINERS, containerLogs: true })), { path: 'Test/LogShipper', value: true, rule: 'control AU9', remedy: 'leave out containerLogs' });
      expectRefusal(() => synth(selfManaged({ containerLogs: 'yes' as never })), { path: 'Test/LogShipper', value: 'yes', rule: 'control AU9', remedy: 'true or false' });
    });
  });

  describe("auditd's log", () => {
    const AUDITED = Platform.eks({
      region: 'us-east-1', account: '123456789012', version: VERSION,
      nodeGroups: [{ name: 'default' }, { name: 'linux', image: NodeImage.AMAZON_LINUX_2023 }, { name: 'off', image: NodeImage.AMAZON_LINUX_2023_ARM, nodeAudit: false }],
    });
    const daemonSets = (props: FluentBitShipperProps) => synth(props).filter((manifest) => manifest.kind === 'DaemonSet');
    const own = (props: FluentBitShipperProps) => daemonSets(props).find(({ metadata }) => metadata.name === 'fluent-bit-node-audit')!;

    test.each<[string, FluentBitShipperProps, boolean]>([
      ['a self-managed platform', selfManaged({ nodeAudit: undefined }), true],
      ['EKS with nodes of Amazon Linux', onEks({ platform: AUDITED }), true],
      ['EKS with nodes of Bottlerocket', onEks(), false],
      ['another provider', onEks({ platform: AKS, serviceAccountRoleArn: ROLE }), false],
      ['a self-managed platform where it is off', selfManaged({ nodeAudit: false }), false],
      ['EKS where it is on for nodes that the profile does not know', onEks({ nodeAudit: true }), true],
      ['a second shipper, which reads something else', selfManaged({ nodeAudit: undefined, source: LogSource.CONTAINERS }), false],
    ])('leaves the nodes of %s: %#', (_platform, props, shipped) => {
      expect(own(props) !== undefined).toBe(shipped);
      expect(daemonSets(props)).toHaveLength(shipped ? 2 : 1);
    });

    test('is read on every node, workers too', () => {
      const pod = own(selfManaged({ nodeAudit: undefined })).spec.template.spec;

      expect(pod.nodeSelector).toEqual({ 'kubernetes.io/os': 'linux' });
      expect(pod.tolerations).toEqual([{ operator: 'Exists' }]);
      expect(pod.affinity).toBeUndefined();
    });

    test('is read on EKS where the node groups have it', () => {
      const { nodeAffinity } = own(onEks({ platform: AUDITED })).spec.template.spec.affinity;

      expect(nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms).toEqual([{ matchExpressions: [
        { key: 'eks.amazonaws.com/compute-type', operator: 'NotIn', values: ['fargate'] }, { key: 'eks.amazonaws.com/nodegroup', operator: 'In', values: ['linux'] },
      ] }]);
    });

    test('goes below a prefix of its own, by the identity of the shipper, which may write there', () => {
      const props = selfManaged({ nodeAudit: undefined });
      const text = synth(props).find(({ kind: of, metadata }) => of === 'ConfigMap' && metadata.name === 'fluent-bit-node-audit-config')!.data['fluent-bit.conf'] as string;

      expect(sectionOf(text, 'OUTPUT', 's3')).toMatchObject({ bucket: S3.bucket, match: 'node.*', s3_key_format: '/audit-logs/healthcare-cluster/node-audit/%Y/%m/%d/%H/${NODE_NAME}-$UUID.gz' });
      expect(own(props).spec.template.spec).toMatchObject({ serviceAccountName: 'fluent-bit', automountServiceAccountToken: false });
      expect(text).toMatchSnapshot();
    });

    test('bears its node and its cluster, and is filtered no further', () => {
      const filters = sectionsOf(conf(nodeAudit())).filter(({ command }) => command === 'FILTER');

      expect(filters.map(({ name }) => name)).toEqual(['record_modifier']);
      expect(conf(nodeAudit())).toMatch(/Record +cluster healthcare-cluster\n +Record +node \$\{NODE_NAME\}\n/);
    });

    test.each([
      ['type=SYSCALL msg=audit(1795244140.998:111): arch=c000003e syscall=257 success=yes key="hipaa-root-files"\x1dARCH=x86_64',
        'SYSCALL', '1795244140.998', '111',
        'arch=c000003e syscall=257 success=yes key="hipaa-root-files"\x1dARCH=x86_64'],
      ['type=PROCTITLE msg=audit(1795244142.134:157): proctitle=636F6E6E', 'PROCTITLE', '1795244142.134', '157', 'proctitle=636F6E6E'],
      ['type=EOE msg=audit(1795244142.134:157): ', 'EOE', '1795244142.134', '157', ''],
      ['type=UNKNOWN[1337] msg=audit(1795244142.134:157): a=b', 'UNKNOWN[1337]', '1795244142.134', '157', 'a=b'],
    ])('is read as auditd writes it: %s', (line, type, time, serial, record) => {
      const parser = kind(synth(nodeAudit()), 'ConfigMap').data['parsers.conf'] as string;
      const [, regex] = /Name +node-audit\n(?:.*\n)*? +Regex +(.+)\n/.exec(parser)!;

      expect(new RegExp(regex).exec(line)?.groups).toEqual({ type, time, serial, record });
      expect(sectionOf(parser, 'PARSER', 'node-audit')).toMatchObject({ format: 'regex', time_key: 'time', time_format: '%s.%L', time_keep: 'On' });
    });

    test('shares nothing with the other shipper but the identity', () => {
      const [first, second] = daemonSets(selfManaged({ nodeAudit: undefined }));

      expect(hostPath(first.spec.template.spec, 'state')).not.toBe(hostPath(second.spec.template.spec, 'state'));
      expect(first.spec.selector).not.toEqual(second.spec.selector);
      expect(namesOf(synth(selfManaged({ nodeAudit: undefined })))).toEqual([
        'Namespace -/hipaa-logging', 'NetworkPolicy hipaa-logging/default-deny', 'NetworkPolicy hipaa-logging/fluent-bit-flows', 'NetworkPolicy hipaa-logging/fluent-bit-node-audit-flows',
        'ServiceAccount hipaa-logging/fluent-bit', 'ConfigMap hipaa-logging/fluent-bit-config', 'DaemonSet hipaa-logging/fluent-bit',
        'ConfigMap hipaa-logging/fluent-bit-node-audit-config', 'DaemonSet hipaa-logging/fluent-bit-node-audit',
      ]);
    });

    test.each<[string, string, number, 'TCP' | 'UDP', boolean]>([
      ['S3', '52.216.1.1', 443, 'TCP', true], ['the metadata service', '169.254.169.254', 80, 'TCP', false], ['plain HTTP', '52.216.1.1', 80, 'TCP', false],
    ])('reaches %s: %s:%i %s %s', (_what, address, port, protocol, allowed) => {
      const from = { namespace: 'hipaa-logging', labels: own(selfManaged({ nodeAudit: undefined })).spec.template.metadata.labels };
      const evaluator = new NetworkEvaluator(synth(selfManaged({ nodeAudit: undefined })));

      expect(evaluator.allows({ from, to: { ip: address }, port, protocol })).toBe(allowed);
    });

    test('asks for less memory than a shipper of large files', () => {
      expect(own(selfManaged({ nodeAudit: undefined })).spec.template.spec.containers[0].resources.limits.memory).toBe('286Mi');
    });

    test.each<[object, unknown, string, string]>([
      [selfManaged({ nodeAudit: 'yes' as unknown as boolean }), 'yes', 'control AU10', 'true or false'],
      [nodeAudit({ nodeAudit: true }), true, 'shipped once', 'leave out'],
      [selfManaged({ nodeAudit: true, name: 'a'.repeat(55) }), `${'a'.repeat(55)}-node-audit`, 'RFC 1123', '63'],
    ])('is refused for %#', (props, value, rule, remedy) => {
      expectRefusal(refuse(props), { path: 'Test/LogShipper', value, rule, remedy });
    });
  });

  describe('the identity', () => {
    const tokens = (props: FluentBitShipperProps) => podSpec(props).volumes.filter((volume: { projected?: object }) => volume.projected);

    test('is a Pod Identity association on EKS: nothing of it is in the output', () => {
      expect(kind(synth(onEks()), 'ServiceAccount').metadata.annotations).toBeUndefined();
      expect(tokens(onEks())).toEqual([]);
      expect(podSpec(onEks()).containers[0].env.map((variable: { name: string }) => variable.name)).toEqual(['NODE_NAME', 'POD_IP']);
    });

    test.each([['EKS', onEks({ serviceAccountRoleArn: ROLE })], ['a self-managed platform', selfManaged()]])('is a token for STS and a role, with a role on %s', (_platform, props) => {
      const [container] = podSpec(props).containers;

      expect(kind(synth(props), 'ServiceAccount').metadata.annotations).toEqual({ 'eks.amazonaws.com/role-arn': ROLE });
      expect(tokens(props)).toEqual([{ name: 'aws-iam-token', projected: { sources: [{ serviceAccountToken: { audience: 'sts.amazonaws.com', expirationSeconds: 3600, path: 'token' } }] } }]);
      expect(container.env).toEqual(expect.arrayContaining([
        { name: 'AWS_ROLE_ARN', value: ROLE }, { name: 'AWS_WEB_IDENTITY_TOKEN_FILE', value: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token' },
      ]));
      expect(container.volumeMounts).toContainEqual({ name: 'aws-iam-token', mountPath: '/var/run/secrets/eks.amazonaws.com/serviceaccount', readOnly: true });
    });

    test('is never a key in the environment', () => {
      expect(JSON.stringify([synth(onEks()), synth(selfManaged())])).not.toMatch(/SECRET_ACCESS_KEY|ACCESS_KEY_ID|secretKeyRef|secretName/);
    });

    test('of the API server is taken by containers\' pods alone', () => {
      expect(kind(synth(selfManaged()), 'ServiceAccount').automountServiceAccountToken).toBe(false);
      expect(kind(synth(onEks()), 'ServiceAccount').automountServiceAccountToken).toBe(false);
      expect(podSpec(selfManaged()).automountServiceAccountToken).toBe(false);
      expect(podSpec(onEks()).automountServiceAccountToken).toBe(true);
    });

    test('gets a pod, which the filter asks for, and nothing else', () => {
      const evaluator = new RbacEvaluator(synth(onEks()));
      const shipper = serviceAccount('hipaa-logging', 'fluent-bit');
      const can = (verb: string, resource: string, subresource?: string) =>
        evaluator.can(shipper, verb, { group: '', resource, subresource, namespace: 'healthcare-prod', name: 'x' });

      expect(can('get', 'pods')).toBe(true);
      for (const [verb, resource, subresource] of [
        ['list', 'pods'], ['watch', 'pods'], ['delete', 'pods'], ['get', 'pods', 'log'], ['get', 'pods', 'exec'], ['create', 'pods', 'exec'],
        ['get', 'secrets'], ['list', 'secrets'], ['get', 'configmaps'], ['get', 'namespaces'], ['get', 'nodes', 'proxy'],
      ]) expect([verb, resource, subresource, can(verb, resource, subresource)]).toEqual([verb, resource, subresource, false]);
      expect(synth(selfManaged()).filter((manifest) => /Role/.test(manifest.kind))).toEqual([]);
    });
  });

  describe('the namespace', () => {
    test('says honestly which Pod Security level host paths need, in a pinned version', () => {
      expect(kind(synth(onEks()), 'Namespace').metadata.labels).toEqual({
        'app.kubernetes.io/component': 'log-shipper',
        'pod-security.kubernetes.io/enforce': 'privileged', 'pod-security.kubernetes.io/enforce-version': 'v1.33',
        'pod-security.kubernetes.io/audit': 'restricted', 'pod-security.kubernetes.io/audit-version': 'v1.33',
        'pod-security.kubernetes.io/warn': 'restricted', 'pod-security.kubernetes.io/warn-version': 'v1.33',
      });
    });

    const labels = { 'app.kubernetes.io/name': 'fluent-bit', 'app.kubernetes.io/component': 'log-shipper' };
    const shipper = { namespace: 'hipaa-logging', labels };
    const dns = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
    const other = { namespace: 'healthcare-prod', labels: { app: 'db' }, ip: '10.0.7.7' };

    test.each([
      ['DNS over UDP', dns, 53, 'UDP', true, true],
      ['DNS over TCP', dns, 53, 'TCP', true, true],
      ['another port of the DNS server', dns, 9153, 'TCP', false, false],
      ['a pod of kube-system that is no DNS server', { namespace: 'kube-system', labels: { 'k8s-app': 'metrics' } }, 53, 'UDP', false, false],
      ['a DNS server of another namespace', { namespace: 'healthcare-prod', labels: { 'k8s-app': 'kube-dns' } }, 53, 'UDP', false, false],
      ['S3', { ip: '52.216.1.1' }, 443, 'TCP', true, true],
      ['S3 over IPv6', { ip: '2600:1fa0::1' }, 443, 'TCP', true, true],
      ['S3 without TLS', { ip: '52.216.1.1' }, 80, 'TCP', false, false],
      ['QUIC', { ip: '52.216.1.1' }, 443, 'UDP', false, false],
      ['the metadata service', { ip: '169.254.169.254' }, 80, 'TCP', false, false],
      ['the metadata service on 443', { ip: '169.254.169.254' }, 443, 'TCP', false, false],
      ['the metadata service over IPv6', { ip: 'fd00:ec2::254' }, 80, 'TCP', false, false],
      ['the Pod Identity Agent', { ip: '169.254.170.23' }, 80, 'TCP', true, false],
      ['the Pod Identity Agent over IPv6', { ip: 'fd00:ec2::23' }, 80, 'TCP', true, false],
      ['its neighbour', { ip: '169.254.170.2' }, 80, 'TCP', false, false],
      ['a database', other, 5432, 'TCP', false, false],
      ['the API server of kubeadm', { ip: '10.0.0.10' }, 6443, 'TCP', false, false],
    ] as const)('lets the shipper reach %s where it should', (_what, to, port, protocol, eks, audit) => {
      expect(new NetworkEvaluator(synth(onEks())).allows({ from: shipper, to, port, protocol })).toBe(eks);
      expect(new NetworkEvaluator(synth(selfManaged())).allows({ from: shipper, to, port, protocol })).toBe(audit);
    });

    const CONTAINERS = { source: LogSource.CONTAINERS };
    const addressed = onEks({ platform: Platform.external({ provider: 'AKS', version: VERSION, networkPolicyEnforcer: NetworkPolicyEnforcer.CALICO, apiServerCidrs: API_SERVER }), serviceAccountRoleArn: ROLE });
    test.each<[string, FluentBitShipperProps, string, number, boolean]>([
      ['the API server of kubeadm', selfManaged(CONTAINERS), '10.30.0.10', 6443, true],
      ['it by its Service', selfManaged(CONTAINERS), '10.96.0.1', 443, true],
      ['another host on the same port', selfManaged(CONTAINERS), '10.30.0.16', 6443, false],
      ['the internet on the same port', selfManaged(CONTAINERS), '203.0.113.9', 6443, false],
      ['the internet of IPv6 on the same port', selfManaged(CONTAINERS), '2001:db8::9', 6443, false],
      ['etcd beside it', selfManaged(CONTAINERS), '10.30.0.10', 2379, false],
      ['the API server that another provider runs', addressed, '10.30.0.10', 6443, true],
      ['somebody else there on its port', addressed, '203.0.113.9', 6443, false],
      ['the API server of a provider that nobody described', onEks({ platform: AKS, serviceAccountRoleArn: ROLE }), '203.0.113.9', 443, true],
      ['a port of kubeadm there', onEks({ platform: AKS, serviceAccountRoleArn: ROLE }), '203.0.113.9', 6443, false],
      ['a port of kubeadm on EKS', onEks(), '10.0.0.10', 6443, false],
    ])('lets the filter reach %s where it should', (_what, props, ip, port, allowed) => {
      expect(new NetworkEvaluator(synth(props)).allows({ from: shipper, to: { ip }, port })).toBe(allowed);
    });

    test.each<[string, Partial<FluentBitShipperProps>]>([['alone', CONTAINERS], ['beside the audit log', { containerLogs: true }]])('of containers\' logs %s is refused where nobody says where the API server answers', (_what, changes) => {
      expectRefusal(() => synth(selfManaged({ ...changes, platform: Platform.selfManaged(UNADDRESSED) })), {
        path: 'Test/LogShipper', value: undefined, rule: 'platform.apiServerCidrs is required', remedy: 'Platform.selfManaged({ apiServerCidrs:',
      });
    });

    test('that is of Kubernetes takes no policy, and needs no addresses', () => {
      expect(() => synth(selfManaged({ ...CONTAINERS, namespace: 'kube-system', platform: Platform.selfManaged(UNADDRESSED) }))).not.toThrow();
    });

    describe('of Cilium, to which nodes and the API server are entities', () => {
      const host = { toEntities: ['host'], toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }] }] };
      const entity = (...ports: string[]) => ({ toEntities: ['kube-apiserver'], toPorts: [{ ports: ports.map((port) => ({ port, protocol: 'TCP' })) }] });
      const apiServer = entity('443', '6443');
      const cilium = (props: FluentBitShipperProps) => synth(props).filter((manifest) => manifest.kind === 'CiliumNetworkPolicy');

      test.each<[string, FluentBitShipperProps, object[]]>([
        ['the Pod Identity Agent and the API server on EKS', onEks({ platform: CILIUM_EKS }), [host, entity('443')]],
        ['the API server alone with a role', onEks({ platform: CILIUM_EKS, serviceAccountRoleArn: ROLE }), [entity('443')]],
        ["the API server alone for containers' logs of a self-managed platform", selfManaged({ platform: CILIUM_SELF_MANAGED, source: LogSource.CONTAINERS }), [apiServer]],
        ['the API server alone on AKS', onEks({ platform: AKS, serviceAccountRoleArn: ROLE }), [apiServer]],
      ])('lets the shipper reach %s', (_what, props, egress) => {
        const [policy, ...others] = cilium(props);

        expect(others).toEqual([]);
        expect(policy).toEqual({
          apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy',
          metadata: { name: 'fluent-bit-entities', namespace: 'hipaa-logging' },
          // No rule of ingress: it would open what the default deny closes.
          spec: { endpointSelector: { matchLabels: labels }, egress },
        });
        expect(kind(synth(props), 'DaemonSet').spec.template.metadata.labels).toMatchObject(labels);
      });

      test.each<[string, FluentBitShipperProps]>([
        ['the audit log is shipped with a role', selfManaged({ platform: CILIUM_SELF_MANAGED })],
        ['another enforcer is declared', onEks()],
        ['the namespace is of Kubernetes', onEks({ platform: CILIUM_EKS, namespace: 'kube-system' })],
      ])('is not there where %s', (_what, props) => {
        expect(cilium(props)).toEqual([]);
      });
    });

    test('is closed for everybody else, in and out', () => {
      const evaluator = new NetworkEvaluator(synth(onEks()));
      const stranger = { namespace: 'hipaa-logging', labels: { app: 'stranger' } };

      expect(evaluator.allows({ from: other, to: shipper, port: 2020 })).toBe(false);
      expect(evaluator.allows({ from: stranger, to: shipper, port: 2020 })).toBe(false);
      expect(evaluator.allows({ from: stranger, to: { ip: '52.216.1.1' }, port: 443 })).toBe(false);
      expect(evaluator.allows({ from: stranger, to: dns, port: 53, protocol: 'UDP' })).toBe(false);
    });

    test('that exists is not closed; the shipper in it is', () => {
      const evaluator = new NetworkEvaluator(synth(onEks({ createNamespace: false })));
      const neighbour = { namespace: 'hipaa-logging', labels: { app: 'neighbour' } };

      expect(evaluator.allows({ from: neighbour, to: { ip: '10.0.0.1' }, port: 80 })).toBe(true);
      expect(evaluator.allows({ from: shipper, to: { ip: '10.0.0.1' }, port: 80 })).toBe(false);
      expect(evaluator.allows({ from: neighbour, to: shipper, port: 2020 })).toBe(false);
    });
  });

  describe('the claims', () => {
    const claims = (props: FluentBitShipperProps): string[] => {
      const chart = new Chart(Testing.app(), 'Test');
      new FluentBitShipper(chart, 'LogShipper', props);
      return claimsBelow(chart);
    };

    test('are off-cluster shipping where the audit log is shipped', () => {
      expect(claims(selfManaged())).toEqual([
        'Test/LogShipper/Network/DefaultDeny implements NW1', 'Test/LogShipper/ServiceAccount implements AC12', 'Test/LogShipper/Resource implements AU4',
      ]);
    });

    test('are not that where only containers\' logs are', () => {
      expect(claims(onEks())).toEqual(['Test/LogShipper/Network/DefaultDeny implements NW1', 'Test/LogShipper/ServiceAccount implements AC12']);
      expect(claims(onEks({ namespace: 'kube-system' }))).toEqual(['Test/LogShipper/ServiceAccount implements AC12']);
    });
  });

  describe('refuses', () => {
    const at = 'Test/LogShipper';
    const s3 = (changes: object) => onEks({ s3: { ...S3, ...changes } as S3LogOutputProps });
    const cloudWatch = (changes: object) => onEks({ cloudWatch: { ...CLOUD_WATCH, ...changes } as CloudWatchLogOutputProps });
    const resources = (given: object) => selfManaged({ resources: given as FluentBitResources });

    test.each<[string, object, string, unknown, string, string]>([
      ['an unknown field', { ...onEks(), retryLimit: 5 }, at, 'retryLimit', 'a log shipper takes no other field', 'use one of'],
      ['no platform', { ...onEks(), platform: undefined }, at, undefined, 'platform is required', 'Platform.eks()'],
      ['a cluster of two lines', onEks({ cluster: 'a\n[OUTPUT]' }), at, 'a\n[OUTPUT]', 'cluster names', 'letters, digits'],
      ['an image by tag', onEks({ image: 'fluent/fluent-bit:5.0' }), at, 'fluent/fluent-bit:5.0', 'PS3', '@sha256:'],
      ['a bad name', onEks({ name: 'Fluent_Bit' }), at, 'Fluent_Bit', 'RFC 1123 label', 'use at most'],
      ['a name that is a path', onEks({ name: '../x' }), at, '../x', 'RFC 1123 label', 'use at most'],
      ['a bad namespace', onEks({ namespace: 'a b' }), at, 'a b', 'RFC 1123 label', 'use at most'],
      ['no such source', { ...onEks(), source: 'journal' }, at, 'journal', 'audit log or containers', 'LogSource.API_AUDIT'],
      ['a SELinux label', onEks({ seLinuxType: 'system_u:system_r:spc_t:s0' }), at, 'system_u:system_r:spc_t:s0', 'SELinuxOptions.type', "'spc_t'"],
      ['an empty SELinux type', onEks({ seLinuxType: '' }), at, '', 'SELinuxOptions.type', "'spc_t'"],
      ['createNamespace that is no boolean', { ...onEks(), createNamespace: 'no' }, at, 'no', 'made or it exists', 'true or false'],
      ['to create kube-system', onEks({ namespace: 'kube-system', createNamespace: true }), at, 'kube-system', 'the namespace exists', 'leave out'],
      ['no identity on a self-managed platform', selfManaged({ serviceAccountRoleArn: undefined }), at, undefined, 'serviceAccountRoleArn is required', 'OIDC provider'],
      ['no identity on EKS', onEks({ podIdentity: false }), at, undefined, 'serviceAccountRoleArn is required', 'nothing is shipped'],
      ['Pod Identity elsewhere', selfManaged({ serviceAccountRoleArn: undefined, podIdentity: true }), at, 'self-managed (kubeadm)', 'Amazon EKS alone', 'serviceAccountRoleArn'],
      ['two identities', onEks({ serviceAccountRoleArn: ROLE, podIdentity: true }), at, ROLE, 'a Pod Identity association or a role', 'leave out'],
      ['podIdentity that is no boolean', { ...onEks(), podIdentity: 'yes' }, at, 'yes', 'used or it is not', 'true or false'],
      ['a role that is no ARN', onEks({ serviceAccountRoleArn: 'log-shipper' }), at, 'log-shipper', 'arn:partition', 'full ARN'],
      ['a user', onEks({ serviceAccountRoleArn: 'arn:aws:iam::123456789012:user/x' }), at, 'arn:aws:iam::123456789012:user/x', 'AC11', 'role'],
      ['a role of another partition', onEks({ serviceAccountRoleArn: 'arn:aws-cn:iam::123456789012:role/x' }), at, 'arn:aws-cn:iam::123456789012:role/x', 'partition', 'arn:aws:'],
      ['a role of Terraform', onEks({ serviceAccountRoleArn: '${aws_iam_role.x.arn}' }), at, '${aws_iam_role.x.arn}', 'Fluent Bit', 'write the serviceAccountRoleArn itself'],
      ['no archive', { ...onEks(), s3: undefined }, `${at}.s3`, undefined, 's3 is required', 'prefix'],
      ['an unknown field of s3', s3({ sse: 'none' }), `${at}.s3`, 'sse', 'no other field', 'use one of'],
      ['a bucket with upper case', s3({ bucket: 'Logs' }), `${at}.s3`, 'Logs', 'bucket naming', '3 to 63'],
      ['a bucket of Terraform', s3({ bucket: '${aws_s3_bucket.logs.id}' }), `${at}.s3`, '${aws_s3_bucket.logs.id}', 'Fluent Bit', 'write the bucket itself'],
      ['a bucket of two lines', s3({ bucket: 'logs\n    endpoint http://evil' }), `${at}.s3`, 'logs\n    endpoint http://evil', 'a value is one line', 'bucket itself'],
      ['no region', s3({ region: 'us-east-11' }), `${at}.s3`, 'us-east-11', 'AWS regions', 'us-east-1'],
      ['a region of Terraform', s3({ region: '${var.region}' }), `${at}.s3`, '${var.region}', 'Fluent Bit', 'region itself'],
      ['a prefix with a slash before', s3({ prefix: '/audit-logs' }), `${at}.s3`, '/audit-logs', 's3_key_format', 'audit-logs/healthcare-cluster'],
      ['a prefix with a slash after', s3({ prefix: 'audit-logs/' }), `${at}.s3`, 'audit-logs/', 's3_key_format', 'audit-logs/healthcare-cluster'],
      ['a prefix that is a date', s3({ prefix: 'audit/%Y' }), `${at}.s3`, 'audit/%Y', 's3_key_format', 'audit-logs/healthcare-cluster'],
      ['a prefix that is a tag', s3({ prefix: '$TAG' }), `${at}.s3`, '$TAG', 'a value is one line', 'without white space'],
      ['a prefix that climbs', s3({ prefix: 'a/../b' }), `${at}.s3`, 'a/../b', 's3_key_format', 'audit-logs/healthcare-cluster'],
      ['a prefix that is too long', s3({ prefix: 'a'.repeat(257) }), `${at}.s3`, 'a'.repeat(257), 's3_key_format', 'at most 256'],
      ['a file above 1 GB', s3({ totalFileSize: '1001M' }), `${at}.s3`, '1001M', 'use_put_object', '100M'],
      ['a file below 1 MB', s3({ totalFileSize: '999K' }), `${at}.s3`, '999K', 'use_put_object', '100M'],
      ['a size that is none', s3({ totalFileSize: '100 MB' }), `${at}.s3`, '100 MB', 'use_put_object', '100M'],
      ['a timeout that is none', s3({ uploadTimeout: 'soon' }), `${at}.s3`, 'soon', 'a number and s, m or h', '10m'],
      ['a timeout of a week', s3({ uploadTimeout: '168h' }), `${at}.s3`, '168h', '24 h', '10m'],
      ['FIPS mode', s3({ fips: true }), `${at}.s3`, true, 'Content-MD5', 'Amazon Data Firehose'],
      ['fips that is no boolean', s3({ fips: 'false' }), `${at}.s3`, 'false', 'FIPS mode or it does not', 'leave fips out'],
      ['an unknown field of cloudWatch', cloudWatch({ autoCreateGroup: true }), `${at}.cloudWatch`, 'autoCreateGroup', 'no other field', 'use one of'],
      ['a log group with a space', cloudWatch({ logGroup: 'a b' }), `${at}.cloudWatch`, 'a b', 'a value is one line', 'logGroup itself'],
      ['a log group with a star', cloudWatch({ logGroup: 'a*' }), `${at}.cloudWatch`, 'a*', 'CreateLogGroup', '1 to 512'],
      ['no region of CloudWatch', cloudWatch({ region: 'earth' }), `${at}.cloudWatch`, 'earth', 'AWS regions', 'us-east-1'],
      ['a stream prefix with a colon', cloudWatch({ streamPrefix: 'a:b' }), `${at}.cloudWatch`, 'a:b', 'CreateLogStream', '1 to 128'],
      ['a stream prefix with a variable', cloudWatch({ streamPrefix: '${HOME}' }), `${at}.cloudWatch`, '${HOME}', 'replaced from the environment', 'streamPrefix itself'],
      ['an unknown field of resources', resources({ memory: '1Gi' }), `${at}.resources`, 'memory', 'no other field', 'use one of'],
      ['memory that an upload does not fit in', resources({ memoryLimitMi: 327 }), `${at}.resources`, 327, 'AU4', '328'],
      ['a request above its limit', resources({ memoryRequestMi: 557 }), `${at}.resources`, 557, 'at most its limit', '556'],
      ['half a core too little', resources({ cpuLimitMillis: 49 }), `${at}.resources`, 49, 'thousandths', '50'],
      ['a cpu request above its limit', resources({ cpuRequestMillis: 501 }), `${at}.resources`, 501, 'at most its limit', '500'],
    ])('%s', (_what, props, path, value, rule, remedy) => {
      expectRefusal(refuse(props), { path, value, rule, remedy });
    });
  });
});
