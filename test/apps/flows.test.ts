/** What the reference platforms let pass. Each row is what has to be true of a cluster, whatever objects make it so. */
import { isIP } from 'node:net';
import { app as eks } from '../../apps/eks/main';
import { app as selfManaged } from '../../apps/self-managed/main';
import type { HipaaApp } from '../../lib';
import { HipaaCharts } from '../../lib/assembly/hipaa-charts';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { FlowEnd } from '../../lib/phi/flow-end';
import { AgentNamespace } from '../../lib/profile/agent-namespace';
import { Environment } from '../../lib/profile/environment';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { Platform } from '../../lib/profile/platform';
import { POD_TEMPLATES } from '../../lib/validation/pod-templates';
import type { Manifest } from '../support/chart';
import { NetworkEvaluator, type Endpoint, type Pod, type Protocol } from '../support/network-evaluator';
import { eksProfile, IMAGE, selfManagedProfile } from '../support/profiles';

const PROD = 'healthcare-prod';
const DATA = 'patient-data';
const LOGGING = 'hipaa-logging';
const FALCO = 'hipaa-falco';
const REAPER = 'hipaa-break-glass';
const RESTORE = 'hipaa-restore-test';

const ALLOWED = true;
const DENIED = false;
const TCP = 'TCP';
const UDP = 'UDP';
/** Stands for the port on which the network sees a flow to this workload: its own, or that of the ambient mesh's tunnel. */
type Wire = 'portal' | 'records';
/** Source and destination: a name of the world below, an address, or an object of the platform that makes pods. */
type Row = [from: string, to: string, port: number | Wire, protocol: Protocol, allowed: boolean, why: string];

interface World {
  readonly cluster: NetworkEvaluator;
  readonly endpoints: Record<string, Endpoint>;
  readonly ports: Record<Wire, number>;
}

const manifestsOf = (app: HipaaApp): Manifest[] => app.kubernetes.synthesize().objects.map(({ content }) => content as unknown as Manifest);
const pod = (namespace: string, labels: Record<string, string>, more: Partial<Pod> = {}): Pod => ({ namespace, labels, ...more });

/** What anybody may call their own namespace, open in both directions: what is denied is denied by the other end. Without those of agents that have policies. */
const OPEN = ['default', 'tools', 'healthcare-prod-evil', 'kube-system-evil', 'istio-system-evil', 'ingress-nginx-evil', 'ingress-nginx', 'kube-system'];
const opened = (namespace: string): Manifest => ({
  apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'open', namespace },
  // Of kube-system the pods that nobody else selects.
  spec: { podSelector: namespace === 'kube-system' ? { matchLabels: { 'k8s-app': 'metrics-server' } } : {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] },
});

/** Every pod that objects describe, as policies see it. */
function podsIn(manifests: Manifest[]): Map<string, Pod> {
  return new Map(manifests.flatMap((manifest) => {
    const path = POD_TEMPLATES.get(manifest.kind);
    if (path === undefined) return [];
    const template = path.reduce<Manifest>((value, key) => value[key] as Manifest, manifest);
    const { name, namespace = 'default' } = manifest.metadata;
    return [[`${manifest.kind} ${namespace}/${name}`, pod(namespace, template.metadata.labels ?? {}, { hostNetwork: template.spec.hostNetwork === true })] as const];
  }));
}

function worldOf(manifests: Manifest[], ports: Record<Wire, number>, strict: boolean): World {
  const emitted = podsIn(manifests);
  const the = (name: string, more: Partial<Pod> = {}): Pod => {
    const found = emitted.get(name);
    if (found === undefined) throw new Error(`the platform emits no ${name}`);
    return { ...found, ...more };
  };
  const portal = the(`Deployment ${PROD}/patient-portal`, { ip: '10.20.1.11', node: 'n1' });
  const records = the(`StatefulSet ${DATA}/records`, { ip: '10.20.1.21', node: 'n1' });
  const controller = { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' };
  const dns = { 'k8s-app': 'kube-dns' };
  const labelsOf = (name: string): Record<string, string> => manifests.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === name)?.metadata.labels ?? {};
  const namespaces = Object.fromEntries(manifests.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  return {
    ports,
    cluster: new NetworkEvaluator([...manifests, ...OPEN.filter((namespace) => !strict || namespace !== 'ingress-nginx').map(opened)], {
      ...namespaces,
      // Impostors copy every label that people may set, and those that the sources looked for.
      'healthcare-prod-evil': { ...labelsOf(PROD), name: PROD },
      'kube-system-evil': { name: 'kube-system', ...dns },
      'istio-system-evil': { name: 'istio-system', 'istio.io/rev': 'default' },
      'ingress-nginx-evil': { name: 'ingress-nginx', ...controller },
    }, strict),
    endpoints: {
      ...Object.fromEntries(emitted),
      portal, records,
      'portal replica': { ...portal, ip: '10.20.1.12', node: 'n2' },
      'records replica': { ...records, ip: '10.20.1.22', node: 'n2' },
      'debug in prod': pod(PROD, { run: 'debug' }, { ip: '10.20.1.13' }),
      'debug in data': pod(DATA, { run: 'debug' }, { ip: '10.20.1.23' }),
      'portal labels in data': pod(DATA, portal.labels, { ip: '10.20.1.24' }),
      'records labels in prod': pod(PROD, records.labels, { ip: '10.20.1.14' }),
      'kube-dns labels in prod': pod(PROD, dns, { ip: '10.20.1.15' }),
      'host pod in prod': pod(PROD, portal.labels, { ip: '10.20.9.2', node: 'n2', hostNetwork: true }),
      'kubelet of n1': pod('kube-system', {}, { ip: '10.20.9.1', node: 'n1', hostNetwork: true }),
      'kubelet of n2': pod('kube-system', {}, { ip: '10.20.9.2', node: 'n2', hostNetwork: true }),

      'evil portal': pod('healthcare-prod-evil', portal.labels, { ip: '10.20.7.1' }),
      'evil records': pod('healthcare-prod-evil', records.labels, { ip: '10.20.7.2' }),
      'portal in default': pod('default', portal.labels, { ip: '10.20.7.3' }),
      'tool': pod('tools', { app: 'tool' }, { ip: '10.20.7.4' }),

      'coredns': pod('kube-system', dns, { ip: '10.20.2.1' }),
      'metrics-server': pod('kube-system', { 'k8s-app': 'metrics-server' }, { ip: '10.20.2.2' }),
      'kube-dns labels in default': pod('default', dns, { ip: '10.20.7.5' }),
      'kube-dns in evil kube-system': pod('kube-system-evil', dns, { ip: '10.20.7.6' }),

      'controller': pod('ingress-nginx', controller, { ip: '10.20.3.1' }),
      'controller labels in default': pod('default', controller, { ip: '10.20.7.7' }),
      'controller in evil ingress-nginx': pod('ingress-nginx-evil', controller, { ip: '10.20.7.8' }),
      'default backend of ingress-nginx': pod('ingress-nginx', { ...controller, 'app.kubernetes.io/component': 'default-backend' }, { ip: '10.20.3.2' }),
      'another chart in ingress-nginx': pod('ingress-nginx', { ...controller, 'app.kubernetes.io/name': 'haproxy' }, { ip: '10.20.3.3' }),

      'istiod': pod('istio-system', { app: 'istiod', 'istio.io/rev': 'default' }, { ip: '10.20.4.1' }),
      'ztunnel': pod('istio-system', { app: 'ztunnel' }, { ip: '10.20.4.2' }),
      'grafana of istio-system': pod('istio-system', { app: 'grafana' }, { ip: '10.20.4.3' }),
      'istiod in evil istio-system': pod('istio-system-evil', { app: 'istiod' }, { ip: '10.20.7.9' }),

      'shipper': the(`DaemonSet ${LOGGING}/fluent-bit`, { ip: '10.20.5.1', node: 'n1' }),
      'debug in logging': pod(LOGGING, { run: 'debug' }, { ip: '10.20.5.2' }),
      'falco': the(`DaemonSet ${FALCO}/falco`, { ip: '10.20.5.3', node: 'n1' }),
      'reaper': the(`CronJob ${REAPER}/break-glass-reaper`, { ip: '10.20.5.4' }),
      'debug in break-glass': pod(REAPER, { run: 'debug' }, { ip: '10.20.5.5' }),
      'restore test': the(`CronJob ${RESTORE}/restore-test-${PROD}`, { ip: '10.20.5.6' }),
      'restored portal': pod(`${PROD}-restore-test`, portal.labels, { ip: '10.20.5.7' }),
      'restored records': pod(`${DATA}-restore-test`, records.labels, { ip: '10.20.5.8' }),
      'debug in restore test': pod(RESTORE, { run: 'debug' }, { ip: '10.20.5.9' }),

      'gatekeeper': pod('gatekeeper-system', { 'control-plane': 'controller-manager' }, { ip: '10.20.6.1' }),
      'policy-controller': pod('cosign-system', { role: 'webhook' }, { ip: '10.20.6.2' }),
      'cert-manager': pod('cert-manager', { 'app.kubernetes.io/component': 'webhook' }, { ip: '10.20.6.3' }),
      'velero': pod('velero', { component: 'velero' }, { ip: '10.20.6.4' }),
      'ebs controller': pod('kube-system', { app: 'ebs-csi-controller' }, { ip: '10.20.6.5' }),
      'ebs node': pod('kube-system', { app: 'ebs-csi-node' }, { ip: '10.20.6.6' }),
      'secrets driver': pod('kube-system', { app: 'secrets-store-csi-driver' }, { ip: '10.20.6.8' }),
      'secrets provider': pod('kube-system', { app: 'secrets-store-csi-driver-provider-aws' }, { ip: '10.20.6.9' }),
      'unnamed pod of kube-system': pod('kube-system', { app: 'unnamed' }, { ip: '10.20.6.7' }),
    },
  };
}

const EKS_MANIFESTS = manifestsOf(eks);
const SELF_MANAGED_MANIFESTS = manifestsOf(selfManaged);
const EKS = worldOf(EKS_MANIFESTS, { portal: 15008, records: 15008 }, true);
const SELF_MANAGED = worldOf(SELF_MANAGED_MANIFESTS, { portal: 8443, records: 5432 }, false);

function endpoint(world: World, name: string): Endpoint {
  const found = world.endpoints[name] ?? (isIP(name) === 0 ? undefined : { ip: name });
  if (found === undefined) throw new Error(`nobody is called ${name}`);
  return found;
}

function passes(world: World, [from, to, port, protocol]: Row): boolean {
  return world.cluster.allows({ from: endpoint(world, from), to: endpoint(world, to), port: typeof port === 'number' ? port : world.ports[port], protocol });
}

const BOTH: Row[] = [
  // Names
  ['portal', 'coredns', 53, UDP, ALLOWED, 'names are asked for over UDP'],
  ['portal', 'coredns', 53, TCP, ALLOWED, 'and over TCP where an answer is long'],
  ['records', 'coredns', 53, UDP, ALLOWED, 'from the other PHI namespace as well'],
  ['records', 'coredns', 53, TCP, ALLOWED, 'from the other PHI namespace as well'],
  ['debug in prod', 'coredns', 53, UDP, ALLOWED, 'and by pods that nobody named'],
  ['portal', 'coredns', 9153, TCP, DENIED, 'metrics of the DNS server are no names'],
  ['portal', 'coredns', 443, TCP, DENIED, 'nor is any other port of it'],
  ['portal', 'metrics-server', 53, UDP, DENIED, 'another pod of kube-system is no DNS server'],
  ['portal', 'metrics-server', 53, TCP, DENIED, 'another pod of kube-system is no DNS server'],
  ['portal', 'kube-dns labels in prod', 53, UDP, DENIED, 'a DNS server of its own namespace is a way out'],
  ['portal', 'kube-dns labels in default', 53, UDP, DENIED, 'the labels of kube-dns are free for everybody'],
  ['portal', 'kube-dns in evil kube-system', 53, UDP, DENIED, 'the label name: kube-system is nobody\'s'],
  ['portal', 'kube-dns in evil kube-system', 53, TCP, DENIED, 'the label name: kube-system is nobody\'s'],
  ['portal', '8.8.8.8', 53, UDP, DENIED, 'a resolver of the internet is a way out'],
  ['portal', '1.1.1.1', 853, TCP, DENIED, 'so is one that encrypts'],
  ['coredns', 'portal', 8443, TCP, DENIED, 'who answers does not call'],
  ['records', 'metrics-server', 53, UDP, DENIED, 'another pod of kube-system is no DNS server'],
  ['records', 'kube-dns labels in default', 53, UDP, DENIED, 'the labels of kube-dns are free for everybody'],
  ['records', 'kube-dns in evil kube-system', 53, TCP, DENIED, 'the label name: kube-system is nobody\'s'],
  ['records', 'coredns', 9153, TCP, DENIED, 'metrics of the DNS server are no names'],
  ['records', '8.8.8.8', 53, UDP, DENIED, 'a resolver of the internet is a way out'],
  ['shipper', 'metrics-server', 53, UDP, DENIED, 'another pod of kube-system is no DNS server'],
  ['shipper', 'kube-dns in evil kube-system', 53, UDP, DENIED, 'the label name: kube-system is nobody\'s'],
  ['shipper', '8.8.8.8', 53, UDP, DENIED, 'a resolver of the internet is a way out'],

  // Portal and records
  ['portal', 'records', 'records', TCP, ALLOWED, 'the flow that the platform declares'],
  ['portal replica', 'records replica', 'records', TCP, ALLOWED, 'between any of their pods'],
  ['portal', 'records', 'records', UDP, DENIED, 'on its protocol alone'],
  ['portal', 'records', 22, TCP, DENIED, 'another port of the same pod'],
  ['portal', 'records', 8443, TCP, DENIED, 'TLS within a namespace reaches no other one'],
  ['records', 'portal', 'portal', TCP, DENIED, 'the reverse was never asked for'],
  ['records', 'portal', 8443, TCP, DENIED, 'the reverse was never asked for'],
  ['records', 'portal', 443, TCP, DENIED, 'the reverse was never asked for'],
  ['portal', 'debug in data', 'records', TCP, DENIED, 'the same port of another workload'],
  ['portal', 'records labels in prod', 'records', TCP, DENIED, 'the labels of the database in another namespace'],
  ['debug in prod', 'records', 'records', TCP, DENIED, 'another pod of the portal\'s namespace'],
  ['debug in data', 'records', 'records', TCP, DENIED, 'a pod beside the database'],
  ['records replica', 'records', 'records', TCP, DENIED, 'replication would be a flow of its own'],
  ['portal labels in data', 'records', 'records', TCP, DENIED, 'the labels of the portal in the database\'s namespace'],

  // Impostors
  ['evil portal', 'records', 'records', TCP, DENIED, 'every label of the namespace and of the pod, another name'],
  ['evil portal', 'records', 5432, TCP, DENIED, 'the database\'s own port'],
  ['evil portal', 'portal', 8443, TCP, DENIED, 'the same labels are not the same namespace'],
  ['evil portal', 'portal', 'portal', TCP, DENIED, 'the same labels are not the same namespace'],
  ['portal', 'evil records', 'records', TCP, DENIED, 'nor does PHI go out to them'],
  ['portal', 'evil portal', 8443, TCP, DENIED, 'nor does PHI go out to them'],
  ['portal in default', 'records', 'records', TCP, DENIED, 'app: patient-portal in another namespace'],
  ['portal in default', 'portal', 8443, TCP, DENIED, 'app: patient-portal in another namespace'],
  ['tool', 'portal', 8443, TCP, DENIED, 'a namespace without PHI'],
  ['tool', 'records', 15008, TCP, DENIED, 'the tunnel\'s port opens for nobody else'],

  // The way in
  ['controller', 'portal', 'portal', TCP, ALLOWED, 'the ingress controller'],
  ['controller', 'portal', 80, TCP, DENIED, 'plaintext'],
  ['controller', 'portal', 8080, TCP, DENIED, 'plaintext'],
  ['controller', 'portal', 15090, TCP, DENIED, 'telemetry of a proxy'],
  ['controller', 'debug in prod', 'portal', TCP, DENIED, 'a workload that is not exposed'],
  ['controller', 'records', 'records', TCP, DENIED, 'nobody exposes the database'],
  ['controller labels in default', 'portal', 'portal', TCP, DENIED, 'the labels of the controller in another namespace'],
  ['controller in evil ingress-nginx', 'portal', 'portal', TCP, DENIED, 'the label name: ingress-nginx on another namespace'],
  ['default backend of ingress-nginx', 'portal', 'portal', TCP, DENIED, 'another component of the controller\'s namespace'],
  ['another chart in ingress-nginx', 'portal', 'portal', TCP, DENIED, 'another controller in its namespace'],
  ['portal', 'controller', 443, TCP, DENIED, 'who is called does not call'],
  ['203.0.113.9', 'portal', 8443, TCP, DENIED, 'the internet comes by the controller alone'],
  ['10.20.0.10', 'portal', 8443, TCP, DENIED, 'so does the VPC'],

  // Nodes
  ['kubelet of n1', 'portal', 8443, TCP, ALLOWED, 'probes come from the pod\'s own node (Kubernetes: never blocked)'],
  ['kubelet of n1', 'records', 5432, TCP, ALLOWED, 'probes come from the pod\'s own node'],
  ['kubelet of n2', 'portal', 8443, TCP, DENIED, 'another node has no business there'],
  ['host pod in prod', '203.0.113.9', 443, TCP, ALLOWED, 'no policy binds a pod on the node\'s network: Pod Security refuses it, see below'],
  ['host pod in prod', '169.254.169.254', 80, TCP, ALLOWED, 'so the credentials of the node would be its own'],
  ['host pod in prod', 'records', 'records', TCP, DENIED, 'but no selector finds it, whatever its labels are'],

  // Out of the cluster
  ['portal', '203.0.113.9', 443, TCP, DENIED, 'PHI does not leave for the internet'],
  ['portal', '203.0.113.9', 80, TCP, DENIED, 'PHI does not leave for the internet'],
  ['records', '203.0.113.9', 443, TCP, DENIED, 'PHI does not leave for the internet'],
  ['debug in data', '203.0.113.9', 22, TCP, DENIED, 'nor with a pod that nobody named'],
  ['portal', '2001:db8::9', 443, TCP, DENIED, 'nor over IPv6'],
  ['records', '2001:db8::9', 443, TCP, DENIED, 'nor over IPv6'],
  ['2001:db8::9', 'portal', 8443, TCP, DENIED, 'nor does anybody come in over IPv6'],
  ['portal', 'tool', 443, TCP, DENIED, 'nor does it go to a namespace without PHI'],
  ['portal', '10.20.255.5', 443, TCP, DENIED, 'workloads with PHI do not call the API server'],
  ['records', '172.20.0.1', 443, TCP, DENIED, 'nor by its Service'],
  ['records', '10.30.0.5', 6443, TCP, DENIED, 'nor on the port of kubeadm'],

  // The log shipper
  ['shipper', '52.216.0.10', 443, TCP, ALLOWED, 'the archive is in Amazon S3'],
  ['shipper', '52.216.0.10', 80, TCP, DENIED, 'in TLS alone'],
  ['shipper', 'coredns', 53, UDP, ALLOWED, 'by its name'],
  ['shipper', 'coredns', 53, TCP, ALLOWED, 'by its name'],
  ['shipper', 'portal', 8443, TCP, DENIED, 'it reads files, not workloads'],
  ['shipper', 'records', 'records', TCP, DENIED, 'it reads files, not workloads'],
  ['shipper', 'records', 443, TCP, DENIED, 'its way out is no way into a PHI namespace'],
  ['shipper', '::ffff:169.254.169.254', 443, TCP, DENIED, 'an address of IPv4 in other clothes'],
  ['shipper', 'fe80::a9fe:a9fe', 443, TCP, DENIED, 'nothing on the link'],
  ['kubelet of n1', 'shipper', 2020, TCP, ALLOWED, 'its own node probes it'],
  ['tool', 'shipper', 2020, TCP, DENIED, 'nobody else asks it anything'],
  ['portal', 'shipper', 24224, TCP, DENIED, 'nor sends it anything'],
  ['debug in logging', '52.216.0.10', 443, TCP, DENIED, 'another pod of its namespace'],
  ['debug in logging', 'shipper', 2020, TCP, DENIED, 'another pod of its namespace'],

  // Falco
  ['falco', '10.20.255.5', 443, TCP, DENIED, 'it watches its node and calls nobody'],
  ['falco', 'coredns', 53, UDP, DENIED, 'it asks for no name'],
  ['falco', '203.0.113.9', 443, TCP, DENIED, 'it loads nothing'],
  ['falco', 'records', 'records', TCP, DENIED, 'it talks to no workload'],
  ['kubelet of n1', 'falco', 8765, TCP, ALLOWED, 'its own node probes it'],
  ['tool', 'falco', 8765, TCP, DENIED, 'nobody else asks it anything'],

  // Jobs that call the API server
  ['reaper', 'coredns', 53, UDP, DENIED, 'it finds the API server without a name'],
  ['reaper', '203.0.113.9', 443, TCP, DENIED, 'it calls the API server and nobody else'],
  ['reaper', 'records', 'records', TCP, DENIED, 'it calls the API server and nobody else'],
  ['reaper', 'portal', 443, TCP, DENIED, 'it calls the API server and nobody else'],
  ['reaper', '2001:db8::9', 443, TCP, DENIED, 'it calls the API server and nobody else'],
  ['tool', 'reaper', 443, TCP, DENIED, 'nobody calls it'],
  ['debug in break-glass', '10.20.255.5', 443, TCP, DENIED, 'another pod of its namespace'],
  ['debug in break-glass', '10.30.0.5', 6443, TCP, DENIED, 'another pod of its namespace'],
  ['restore test', '203.0.113.9', 443, TCP, DENIED, 'it calls the API server and nobody else'],
  ['restore test', 'coredns', 53, UDP, DENIED, 'it finds the API server without a name'],
  ['restore test', 'records', 'records', TCP, DENIED, 'it counts what is restored and reads none of it'],
  ['restored portal', 'records', 'records', TCP, DENIED, 'what is restored reaches no production'],
  ['restored portal', 'coredns', 53, UDP, DENIED, 'what is restored reaches nobody'],
  ['restored portal', '203.0.113.9', 443, TCP, DENIED, 'what is restored reaches nobody'],
  ['restore test', 'restored portal', 8443, TCP, DENIED, 'nor does anybody reach it'],
  ['tool', 'restored portal', 8443, TCP, DENIED, 'nor does anybody reach it'],
  ['restored portal', 'coredns', 53, TCP, DENIED, 'what is restored reaches nobody'],
  ['tool', 'restore test', 443, TCP, DENIED, 'nobody calls it'],
  ['debug in restore test', '10.20.255.5', 443, TCP, DENIED, 'another pod of its namespace'],
  ['debug in restore test', '10.30.0.5', 6443, TCP, DENIED, 'another pod of its namespace'],
  ['tool', 'debug in restore test', 443, TCP, DENIED, 'another pod of its namespace'],
];

const ON_EKS: Row[] = [
  // The ambient mesh
  ['portal', 'records', 5432, TCP, DENIED, 'past the tunnel is past its encryption'],
  ['controller', 'portal', 8443, TCP, DENIED, 'past the tunnel is past its encryption'],
  ['portal', 'istiod', 15012, TCP, DENIED, 'ztunnel asks for the pods'],
  ['ztunnel', 'istiod', 15012, TCP, ALLOWED, 'certificates and configuration'],
  ['ztunnel', 'istiod', 15010, TCP, DENIED, 'the same in plaintext'],
  ['tool', 'istiod', 15012, TCP, ALLOWED, 'gateways live in any namespace'],
  ['tool', 'istiod', 8080, TCP, DENIED, 'debug interface'],
  ['istiod', 'portal', 15008, TCP, DENIED, 'the control plane carries no PHI'],
  ['169.254.7.127', 'portal', 8443, TCP, ALLOWED, 'istio-cni gives probes of the node this address'],
  ['169.254.7.127', 'records', 5432, TCP, ALLOWED, 'istio-cni gives probes of the node this address'],
  ['fd16:9254:7127:1337:ffff:ffff:ffff:ffff', 'portal', 8443, TCP, ALLOWED, 'and this one of IPv6'],
  ['169.254.7.126', 'portal', 8443, TCP, DENIED, 'the neighbour of that address'],
  ['portal', '169.254.7.127', 15008, TCP, DENIED, 'the address of probes is no way out'],
  ['portal', 'debug in prod', 8443, TCP, DENIED, 'the network sees the tunnel: TLS within a namespace would open a port that serves nobody'],
  ['records', 'debug in data', 443, TCP, DENIED, 'the same beside the database'],

  // The ingress controller in strict mode
  ['203.0.113.9', 'controller', 443, TCP, ALLOWED, 'the way in'],
  ['2001:db8::9', 'controller', 443, TCP, ALLOWED, 'over IPv6 as well'],
  ['203.0.113.9', 'controller', 80, TCP, ALLOWED, 'to be sent on to TLS'],
  ['tool', 'controller', 443, TCP, ALLOWED, 'pods of the cluster come in as everybody does'],
  ['203.0.113.9', 'controller', 8443, TCP, DENIED, 'its webhook'],
  ['203.0.113.9', 'controller', 10254, TCP, DENIED, 'its metrics'],
  ['203.0.113.9', 'controller', 15008, TCP, DENIED, 'the tunnel'],
  ['10.20.255.5', 'controller', 8443, TCP, ALLOWED, 'admission of Ingresses'],
  ['10.20.0.10', 'controller', 8443, TCP, DENIED, 'a node is no API server'],
  ['169.254.7.127', 'controller', 10254, TCP, ALLOWED, 'probes of a pod in the ambient mesh'],
  ['controller', '172.20.0.1', 443, TCP, ALLOWED, 'it watches Ingresses in the API server'],
  ['controller', 'coredns', 53, UDP, ALLOWED, 'names'],
  ['controller', 'records', 5432, TCP, DENIED, 'nobody exposes the database, past the tunnel neither'],
  ['controller', 'tool', 443, TCP, DENIED, 'it forwards by the tunnel alone'],
  ['controller', '10.20.8.5', 443, TCP, DENIED, 'it calls no AWS'],
  ['controller', '203.0.113.9', 443, TCP, DENIED, 'the internet comes to it'],
  ['controller', '169.254.169.254', 80, TCP, DENIED, 'credentials of the node'],
  ['controller', '169.254.170.23', 80, TCP, DENIED, 'it has no role'],
  ['controller in evil ingress-nginx', 'gatekeeper', 8443, TCP, DENIED, 'what is opened for the controller opens nothing else'],

  // CoreDNS in strict mode
  ['coredns', '10.20.0.2', 53, UDP, ALLOWED, 'the resolver of the VPC'],
  ['coredns', '10.20.0.2', 53, TCP, ALLOWED, 'the resolver of the VPC'],
  ['coredns', '169.254.169.253', 53, UDP, ALLOWED, 'the same by its link-local address'],
  ['coredns', 'fd00:ec2::253', 53, TCP, ALLOWED, 'the same over IPv6'],
  ['coredns', '10.20.255.5', 443, TCP, ALLOWED, 'it watches Services in the API server'],
  ['coredns', '172.20.0.1', 443, TCP, ALLOWED, 'by the Service of the API server'],
  ['coredns', '8.8.8.8', 53, UDP, DENIED, 'a resolver of the internet'],
  ['coredns', '203.0.113.9', 443, TCP, DENIED, 'the internet'],
  ['coredns', 'records', 'records', TCP, DENIED, 'a database'],
  ['tool', 'coredns', 53, UDP, ALLOWED, 'whoever is in the VPC asks for names'],
  ['metrics-server', 'coredns', 53, TCP, ALLOWED, 'whoever is in the VPC asks for names'],
  ['203.0.113.9', 'coredns', 53, UDP, DENIED, 'nobody outside does'],
  ['tool', 'coredns', 8080, TCP, DENIED, 'names are all that it answers'],

  // Webhooks in strict mode (the API server calls them from subnets of its own)
  ['10.20.255.5', 'gatekeeper', 8443, TCP, ALLOWED, 'admission: a webhook that cannot be reached stops the cluster'],
  ['10.20.255.5', 'policy-controller', 8443, TCP, ALLOWED, 'admission of images'],
  ['10.20.255.5', 'cert-manager', 10250, TCP, ALLOWED, 'admission of certificates'],
  ['10.20.255.5', 'istiod', 15017, TCP, ALLOWED, 'validation of the mesh\'s objects'],
  ['10.20.255.5', 'gatekeeper', 8888, TCP, DENIED, 'metrics are no webhook'],
  ['10.20.255.5', 'gatekeeper', 443, TCP, DENIED, 'the port of the Service is not that of the pod'],
  ...['gatekeeper', 'policy-controller'].map((agent): Row => ['10.20.0.10', agent, 8443, TCP, DENIED, 'a node or an endpoint of the VPC is no API server']),
  ['10.20.0.10', 'cert-manager', 10250, TCP, DENIED, 'a node or an endpoint of the VPC is no API server'],
  ['10.20.0.10', 'istiod', 15017, TCP, DENIED, 'a node or an endpoint of the VPC is no API server'],
  ['tool', 'gatekeeper', 8443, TCP, DENIED, 'nor is a pod'],
  ['10.20.255.20', 'gatekeeper', 8443, TCP, ALLOWED, 'the second of its interfaces'],
  ['10.20.255.32', 'gatekeeper', 8443, TCP, DENIED, 'the first address behind both subnets'],
  ['gatekeeper', '10.20.0.10', 443, TCP, DENIED, 'the VPC is not the API server'],
  ['coredns', '10.20.0.10', 443, TCP, DENIED, 'the VPC is not the API server'],
  ['coredns', 'tool', 443, TCP, DENIED, 'a pod that listens on the port of the API server'],
  ['203.0.113.9', 'gatekeeper', 8443, TCP, DENIED, 'the internet'],
  ['10.21.0.10', 'policy-controller', 8443, TCP, DENIED, 'a VPC that is peered'],
  ['gatekeeper', '10.20.255.5', 443, TCP, ALLOWED, 'it watches the API server'],
  ['gatekeeper', 'records', 'records', TCP, DENIED, 'it judges objects, not databases'],
  ['policy-controller', '10.20.8.5', 443, TCP, ALLOWED, 'KMS and ECR by interface endpoints'],
  ['10.20.255.5', 'policy-controller', 9090, TCP, DENIED, 'metrics are no webhook'],
  ['10.20.255.5', 'cert-manager', 9402, TCP, DENIED, 'metrics are no webhook'],
  ['203.0.113.9', 'cert-manager', 10250, TCP, DENIED, 'the internet'],

  // Other agents in strict mode
  ...['gatekeeper', 'istiod', 'policy-controller', 'cert-manager', 'velero', 'ebs controller', 'ebs node', 'secrets driver', 'secrets provider'].flatMap((agent): Row[] => [
    [agent, 'coredns', 53, UDP, ALLOWED, 'names'],
    [agent, 'coredns', 53, TCP, ALLOWED, 'names that are long'],
    [agent, 'metrics-server', 53, UDP, DENIED, 'another pod of kube-system is no DNS server'],
    [agent, 'kube-dns in evil kube-system', 53, UDP, DENIED, 'the label name: kube-system is nobody\'s'],
    [agent, '172.20.0.1', 443, TCP, ALLOWED, 'the API server by its Service'],
    ...(agent === 'velero' ? [] : [[agent, '203.0.113.9', 443, TCP, DENIED, 'the internet'] satisfies Row]),
    [agent, '169.254.169.254', 80, TCP, DENIED, 'credentials of the node'],
    [agent, '169.254.169.254', 443, TCP, DENIED, 'credentials of the node'],
    [agent, 'fd00:ec2::254', 80, TCP, DENIED, 'credentials of the node'],
    [agent, '169.254.170.2', 80, TCP, DENIED, 'credentials of Amazon ECS'],
    ['203.0.113.9', agent, 443, TCP, DENIED, 'the internet'],
  ]),

  // Other agents in strict mode
  ['velero', '10.20.8.5', 443, TCP, ALLOWED, 'S3 and EC2 by interface endpoints'],
  ['velero', '52.216.0.10', 443, TCP, ALLOWED, 'S3 of the other region, where no endpoint of the VPC answers'],
  ['velero', '52.216.0.10', 80, TCP, DENIED, 'in TLS alone'],
  ['velero', 'records', 'records', TCP, DENIED, 'it reads volumes, not databases'],
  ['tool', 'velero', 8085, TCP, DENIED, 'nobody calls it'],
  ['ebs controller', '10.20.8.5', 443, TCP, ALLOWED, 'EC2 by an interface endpoint'],
  ['tool', 'ebs controller', 3301, TCP, DENIED, 'nobody calls it'],
  ['tool', 'ebs node', 9808, TCP, DENIED, 'nobody calls it'],
  ['ebs controller', '10.20.8.5', 80, TCP, DENIED, 'in TLS alone'],
  ['ebs node', '10.20.9.1', 22, TCP, DENIED, 'nor by another port'],
  ['secrets provider', '10.20.8.5', 443, TCP, ALLOWED, 'Secrets Manager by an interface endpoint'],
  ['secrets provider', '10.20.8.5', 80, TCP, DENIED, 'in TLS alone'],
  ['secrets driver', '10.20.8.5', 443, TCP, DENIED, 'it asks its providers, which ask AWS'],
  ['portal', 'secrets provider', 443, TCP, DENIED, 'it is asked on its node, and by no pod'],
  ['ebs node', '169.254.170.23', 80, TCP, DENIED, 'it calls no AWS'],
  ['unnamed pod of kube-system', '172.20.0.1', 443, TCP, DENIED, 'strict mode closes whom nobody named'],
  ['tool', 'unnamed pod of kube-system', 443, TCP, DENIED, 'in both directions'],

  // Ways to the API server
  ['shipper', '172.20.0.1', 443, TCP, ALLOWED, 'it asks which pod a line is of'],
  ['reaper', '172.20.0.1', 443, TCP, ALLOWED, 'the API server by its Service'],
  ['reaper', '10.20.255.5', 443, TCP, ALLOWED, 'the API server by its interface'],
  ['restore test', '172.20.0.1', 443, TCP, ALLOWED, 'the API server by its Service'],
  ['restore test', '10.20.255.5', 443, TCP, ALLOWED, 'the API server by its interface'],
  [`CronJob ${RESTORE}/restore-test-${DATA}`, '172.20.0.1', 443, TCP, ALLOWED, 'the API server by its Service'],
  [`CronJob ${RESTORE}/restore-test-${DATA}`, '203.0.113.9', 443, TCP, DENIED, 'the test of the other namespace neither'],
  ['tool', `CronJob ${RESTORE}/restore-test-${DATA}`, 443, TCP, DENIED, 'nobody calls it'],
  ['tool', 'restored records', 5432, TCP, DENIED, 'nobody reaches what is restored of the other namespace'],
  ['restored records', 'coredns', 53, TCP, DENIED, 'what is restored reaches nobody'],
  ['restored records', '203.0.113.9', 443, TCP, DENIED, 'what is restored reaches nobody'],
  ...['reaper', 'restore test', `CronJob ${RESTORE}/restore-test-${DATA}`].flatMap((job): Row[] => [
    [job, '10.20.255.5', 6443, TCP, DENIED, 'the port of kubeadm, which EKS does not have'],
    [job, '172.20.0.1', 6443, TCP, DENIED, 'the port of kubeadm, which EKS does not have'],
    [job, '10.20.0.10', 443, TCP, DENIED, 'the VPC is not the API server'],
    [job, 'tool', 443, TCP, DENIED, 'a pod that listens on the port of the API server'],
  ]),

  // Credentials of EKS Pod Identity: only where used
  ['shipper', '169.254.170.23', 80, TCP, ALLOWED, 'the role that writes the archive'],
  ['shipper', 'fd00:ec2::23', 80, TCP, ALLOWED, 'the same over IPv6'],
  ['policy-controller', '169.254.170.23', 80, TCP, ALLOWED, 'the role that reads the key'],
  ['velero', '169.254.170.23', 80, TCP, ALLOWED, 'the role that writes backups'],
  ['ebs controller', '169.254.170.23', 80, TCP, ALLOWED, 'the role that makes volumes'],
  ['secrets provider', '169.254.170.23', 80, TCP, ALLOWED, 'the role of the pod that it reads for'],
  ['secrets driver', '169.254.170.23', 80, TCP, DENIED, 'it calls no AWS'],
  ['velero', '169.254.170.23', 443, TCP, DENIED, 'on its own port alone'],
  ['shipper', '169.254.170.22', 80, TCP, DENIED, 'and its own address'],
  ['portal', '169.254.170.23', 80, TCP, DENIED, 'the portal has no role'],
  ['debug in data', '169.254.170.23', 80, TCP, DENIED, 'nor has a pod that nobody named'],
  ['debug in prod', 'fd00:ec2::23', 80, TCP, DENIED, 'nor over IPv6'],
  ['gatekeeper', '169.254.170.23', 80, TCP, DENIED, 'it calls no AWS'],
  ['falco', '169.254.170.23', 80, TCP, DENIED, 'it calls no AWS'],
  ['reaper', '169.254.170.23', 80, TCP, DENIED, 'it calls no AWS'],
  ['coredns', '169.254.170.23', 80, TCP, DENIED, 'it calls no AWS'],
  ['debug in logging', '169.254.170.23', 80, TCP, DENIED, 'another pod of the shipper\'s namespace'],
];

const ON_SELF_MANAGED: Row[] = [
  // The mesh of sidecars
  ['portal', 'records', 15008, TCP, DENIED, 'there is no tunnel between sidecars'],
  ['controller', 'portal', 15008, TCP, DENIED, 'there is no tunnel between sidecars'],
  ['portal', 'istiod', 15012, TCP, ALLOWED, 'a sidecar asks for its certificate'],
  ['records', 'istiod', 15012, TCP, ALLOWED, 'a sidecar asks for its certificate'],
  ['debug in prod', 'istiod', 15012, TCP, ALLOWED, 'every pod of the namespace has a sidecar'],
  ['portal', 'istiod', 15010, TCP, DENIED, 'the same in plaintext'],
  ['portal', 'istiod', 15014, TCP, DENIED, 'metrics and debug interface'],
  ['portal', 'istiod', 15017, TCP, DENIED, 'the webhook is the API server\'s'],
  ['portal', 'grafana of istio-system', 15012, TCP, DENIED, 'another pod of istio-system'],
  ['portal', 'istiod in evil istio-system', 15012, TCP, DENIED, 'the label name: istio-system on another namespace'],
  ['records', 'istiod', 15010, TCP, DENIED, 'the same in plaintext'],
  ['records', 'grafana of istio-system', 15012, TCP, DENIED, 'another pod of istio-system'],
  ['records', 'istiod in evil istio-system', 15012, TCP, DENIED, 'the label name: istio-system on another namespace'],
  ['portal', 'debug in prod', 8443, TCP, ALLOWED, 'TLS within a namespace, of which the mesh lets through what it is told to'],
  ['records', 'debug in data', 8443, TCP, ALLOWED, 'TLS within a namespace, of which the mesh lets through what it is told to'],
  ['portal', 'debug in prod', 8080, TCP, DENIED, 'and no plaintext'],
  ['istiod', 'portal', 15090, TCP, DENIED, 'the control plane does not call'],
  ['istiod', 'records', 5432, TCP, DENIED, 'the control plane carries no PHI'],
  ['169.254.7.127', 'portal', 8443, TCP, DENIED, 'the address of probes is one of ambient meshes'],
  ['falco', 'istiod', 15012, TCP, DENIED, 'it is no part of the mesh'],

  // Ways to the API server
  ['reaper', '10.96.0.1', 443, TCP, ALLOWED, 'the API server by its Service'],
  ['reaper', '10.30.0.5', 6443, TCP, ALLOWED, 'the API server behind it'],
  ['reaper', '10.30.0.16', 6443, TCP, DENIED, 'the first address behind its block'],
  ['reaper', '10.96.0.2', 443, TCP, DENIED, 'the neighbour of its Service'],
  ['reaper', '10.30.0.5', 2379, TCP, DENIED, 'etcd on the same machines'],
  ['reaper', '10.30.0.5', 10250, TCP, DENIED, 'kubelet on the same machines'],
  ['reaper', 'tool', 443, TCP, DENIED, 'a pod that listens on the port of the API server'],
  ['restore test', '10.30.0.5', 6443, TCP, ALLOWED, 'the API server'],
  ['restore test', '10.30.0.5', 2379, TCP, DENIED, 'etcd on the same machines'],
  ['restore test', 'tool', 443, TCP, DENIED, 'a pod that listens on the port of the API server'],
  ['shipper', '10.30.0.5', 6443, TCP, DENIED, 'it reads the audit log of its own node'],
  ['shipper', '169.254.170.23', 80, TCP, DENIED, 'there is no EKS Pod Identity'],
  ['falco', '10.30.0.5', 6443, TCP, DENIED, 'it watches its node and calls nobody'],
  [`DaemonSet ${LOGGING}/fluent-bit-containers`, '10.30.0.5', 6443, TCP, ALLOWED, 'it asks which pod a line is of'],
  [`DaemonSet ${LOGGING}/fluent-bit-containers`, '10.96.0.1', 443, TCP, ALLOWED, 'by the Service of the API server'],
  [`DaemonSet ${LOGGING}/fluent-bit-containers`, '52.216.0.10', 443, TCP, ALLOWED, 'the archive is in Amazon S3'],
  [`DaemonSet ${LOGGING}/fluent-bit-containers`, '10.30.0.16', 6443, TCP, DENIED, 'the first address behind the block of the API server'],
  [`DaemonSet ${LOGGING}/fluent-bit-containers`, '203.0.113.9', 6443, TCP, DENIED, 'somebody else\'s API server'],
  [`DaemonSet ${LOGGING}/fluent-bit-containers`, '2001:db8::9', 6443, TCP, DENIED, 'the same over IPv6'],
  [`DaemonSet ${LOGGING}/fluent-bit-containers`, 'tool', 6443, TCP, DENIED, 'a pod that listens on the port of the API server'],
  [`DaemonSet ${LOGGING}/fluent-bit-containers`, '10.30.0.5', 2379, TCP, DENIED, 'etcd on the same machines'],
  [`DaemonSet ${LOGGING}/fluent-bit-containers`, '10.30.0.5', 10250, TCP, DENIED, 'kubelet on the same machines'],
  [`DaemonSet ${LOGGING}/fluent-bit-containers`, 'records', 'records', TCP, DENIED, 'it reads files, not workloads'],
  [`DaemonSet ${LOGGING}/fluent-bit-containers`, '203.0.113.9', 80, TCP, DENIED, 'in TLS alone'],
  [`DaemonSet ${LOGGING}/fluent-bit-node-audit`, '52.216.0.10', 443, TCP, ALLOWED, 'the archive is in Amazon S3'],
  [`DaemonSet ${LOGGING}/fluent-bit-node-audit`, '10.30.0.5', 6443, TCP, DENIED, 'it reads the audit log of its node'],
  ...['fluent-bit-containers', 'fluent-bit-node-audit'].flatMap((name): Row[] => [
    [`DaemonSet ${LOGGING}/${name}`, 'coredns', 53, UDP, ALLOWED, 'names'],
    [`DaemonSet ${LOGGING}/${name}`, 'coredns', 53, TCP, ALLOWED, 'names'],
    [`DaemonSet ${LOGGING}/${name}`, '8.8.8.8', 53, UDP, DENIED, 'a resolver of the internet is a way out'],
    [`DaemonSet ${LOGGING}/${name}`, 'kube-dns in evil kube-system', 53, UDP, DENIED, 'the label name: kube-system is nobody\'s'],
    [`DaemonSet ${LOGGING}/${name}`, 'metrics-server', 53, UDP, DENIED, 'another pod of kube-system is no DNS server'],
    ['tool', `DaemonSet ${LOGGING}/${name}`, 2020, TCP, DENIED, 'nobody asks it anything'],
  ]),
];

describe.each<[string, World, Row[]]>([
  ['eks', EKS, [...BOTH, ...ON_EKS]],
  ['self-managed', SELF_MANAGED, [...BOTH, ...ON_SELF_MANAGED]],
])('flows of %s', (_name, world, rows) => {
  test.each(rows)('%s -> %s %s/%s: %s, %s', (...row) => {
    expect(passes(world, row)).toBe(row[4]);
  });
});

describe.each([['eks', EKS, EKS_MANIFESTS], ['self-managed', SELF_MANAGED, SELF_MANAGED_MANIFESTS]] as const)('whatever %s grows to', (_name, world, manifests) => {
  const pods = [...podsIn(manifests)];
  const phi = manifests.filter(({ kind, metadata }) => kind === 'Namespace' && metadata.labels?.['cdk8s-hipaa/data-classification'] === 'phi');
  const METADATA = ['169.254.169.254', 'fd00:ec2::254', '169.254.170.2', '::ffff:169.254.169.254'];

  test('it runs pods in PHI namespaces and beside them', () => {
    const namespaces = pods.map(([, { namespace }]) => namespace);
    expect(namespaces).toEqual(expect.arrayContaining([PROD, DATA, LOGGING, FALCO, REAPER]));
    expect(phi.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining([PROD, DATA]));
  });

  test.each(pods)('%s reaches no metadata service, on no port of HTTP', (_pod, from) => {
    const reached = METADATA.flatMap((ip) => [80, 443, 8080].filter((port) => world.cluster.allows({ from, to: { ip }, port })).map((port) => `${ip}:${port}`));
    expect(reached).toEqual([]);
  });

  test.each(pods)('%s is on no node\'s network, which no policy binds', (_pod, { hostNetwork }) => {
    expect(hostNetwork).toBe(false);
  });

  test.each(pods)('%s is reached by no address of the internet', (_pod, to) => {
    const open = [22, 80, 443, 2020, 5432, 8080, 8443, 8765, 15008].filter((port) => ['203.0.113.9', '2001:db8::9'].some((ip) => world.cluster.allows({ from: { ip }, to, port })));
    expect(open).toEqual([]);
  });

  // The Pod Security Standard Baseline, and so Restricted, refuses hostNetwork.
  test('Pod Security refuses pods on the node\'s network in PHI namespaces', () => {
    for (const { metadata } of phi) {
      expect([metadata.name, metadata.labels?.['pod-security.kubernetes.io/enforce']]).toEqual([metadata.name, 'restricted']);
      expect(metadata.labels?.['pod-security.kubernetes.io/enforce-version']).toMatch(/^v1\.\d+$/);
    }
  });
});

/** Three stages in one cluster: the same workloads in each, under the same labels. */
describe('flows between stages', () => {
  const NAMES = { dev: 'healthcare-dev', test: 'healthcare-test', prod: PROD, 'prod data': DATA };
  const profile = selfManagedProfile({
    phiNamespaces: [
      { name: NAMES.dev, environment: Environment.DEV },
      { name: NAMES.test, environment: Environment.TEST },
      { name: NAMES.prod, environment: Environment.PROD },
      { name: NAMES['prod data'], environment: Environment.PROD },
    ],
  });
  const PORTAL = { app: 'portal' };
  const RECORDS = { app: 'records' };
  const end = (namespace: string, podLabels: Record<string, string>): FlowEnd => FlowEnd.pods({ namespace, podLabels, port: 5433 });

  function synthesize(more: (charts: HipaaCharts) => void = () => undefined) {
    const app = new HipaaKubernetesApp(profile);
    const charts = new HipaaCharts(app, profile);
    for (const stage of [NAMES.dev, NAMES.test, NAMES.prod]) charts.phi(stage).allow(end(stage, PORTAL), end(stage, RECORDS));
    charts.phi(NAMES.prod).allow(end(NAMES.prod, PORTAL), end(NAMES['prod data'], RECORDS));
    more(charts);
    return app.synthesize();
  }

  /** What is wrong, whether it is thrown at once or found in the tree. */
  function findingsOf(more: (charts: HipaaCharts) => void): readonly string[] {
    try {
      return synthesize(more).findings;
    } catch (error) {
      return [String(error)];
    }
  }

  const manifests = synthesize().objects.map(({ content }) => content as unknown as Manifest);
  const world: World = {
    ports: { portal: 8443, records: 5433 },
    cluster: new NetworkEvaluator([...manifests, opened('tools')], {
      ...Object.fromEntries(manifests.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => [metadata.name, metadata.labels ?? {}])),
      tools: { 'cdk8s-hipaa/environment': 'prod', 'cdk8s-hipaa/data-classification': 'phi', 'name': PROD },
    }),
    endpoints: {
      ...Object.fromEntries(Object.entries(NAMES).flatMap(([stage, namespace]) => [[`${stage} portal`, pod(namespace, PORTAL)], [`${stage} records`, pod(namespace, RECORDS)]])),
      'tool that calls itself prod': pod('tools', PORTAL),
      'coredns': pod('kube-system', { 'k8s-app': 'kube-dns' }),
    },
  };

  test.each<Row>([
    ['dev portal', 'dev records', 'records', TCP, ALLOWED, 'within a stage'],
    ['test portal', 'test records', 'records', TCP, ALLOWED, 'within a stage'],
    ['prod portal', 'prod records', 'records', TCP, ALLOWED, 'within a stage'],
    ['prod portal', 'prod data records', 'records', TCP, ALLOWED, 'to another namespace of the stage'],
    ['prod data records', 'prod portal', 'records', TCP, DENIED, 'not back'],
    ['dev portal', 'prod records', 'records', TCP, DENIED, 'development reads no production'],
    ['dev portal', 'prod data records', 'records', TCP, DENIED, 'development reads no production'],
    ['dev portal', 'test records', 'records', TCP, DENIED, 'nor does it read what is tested'],
    ['test portal', 'prod records', 'records', TCP, DENIED, 'tests read no production'],
    ['test portal', 'prod data records', 'records', TCP, DENIED, 'tests read no production'],
    ['test portal', 'dev records', 'records', TCP, DENIED, 'nor do they read development'],
    ['prod portal', 'dev records', 'records', TCP, DENIED, 'PHI flows into no other stage'],
    ['prod portal', 'test records', 'records', TCP, DENIED, 'PHI flows into no other stage'],
    ['prod portal', 'test records', 443, TCP, DENIED, 'nor on the ports of TLS'],
    ['dev portal', 'prod portal', 8443, TCP, DENIED, 'nor on the ports of TLS'],
    ['prod data records', 'dev portal', 8443, TCP, DENIED, 'nor on the ports of TLS'],
    ['tool that calls itself prod', 'prod records', 'records', TCP, DENIED, 'a stage is no label'],
    ['prod portal', 'tool that calls itself prod', 8443, TCP, DENIED, 'a stage is no label'],
    ['dev portal', 'coredns', 53, UDP, ALLOWED, 'all stages share the cluster\'s names'],
  ])('%s -> %s %s/%s: %s, %s', (...row) => {
    expect(passes(world, row)).toBe(row[4]);
  });

  test('are no finding within a stage', () => {
    expect(synthesize().findings).toEqual([]);
  });

  test.each([
    ['from its own namespace', (charts: HipaaCharts) => charts.phi(NAMES.dev).allow(end(NAMES.dev, PORTAL), end(NAMES.prod, RECORDS)), NAMES.prod],
    ['to the namespace of another one', (charts: HipaaCharts) => charts.phi(NAMES.prod).allow(end(NAMES.prod, PORTAL), end(NAMES.test, RECORDS)), NAMES.test],
    ['as one to an agent', (charts: HipaaCharts) => charts.phi(NAMES.prod).allowToAgent(end(NAMES.prod, PORTAL), end(NAMES.test, RECORDS)), NAMES.test],
    ['as one from an agent', (charts: HipaaCharts) => charts.phi(NAMES.test).allowFromAgent(end(NAMES.prod, PORTAL), end(NAMES.test, RECORDS)), NAMES.test],
  ])('are refused where somebody asks for one %s', (_how, ask, namespace) => {
    const findings = findingsOf(ask);
    expect(findings).not.toEqual([]);
    for (const finding of findings) expect(finding).toMatch(/AC13.*45 CFR 164\.308\(a\)\(4\)\(i\)/);
    expect(findings.join('\n')).toContain(namespace);
  });

  test.each([
    ['the one that lets them out', (charts: HipaaCharts) => charts.phi(NAMES.prod).allowToAgent(end(NAMES.prod, PORTAL), end(NAMES.test, RECORDS)), NAMES.prod],
    ['the one that lets them in', (charts: HipaaCharts) => charts.phi(NAMES.test).allowFromAgent(end(NAMES.prod, PORTAL), end(NAMES.test, RECORDS)), NAMES.test],
  ])('are told of one namespace alone: %s', (_what, ask, namespace) => {
    expect(findingsOf(ask).filter((finding) => finding.includes('does not enforce'))).toEqual([expect.stringMatching(new RegExp(`/${namespace}/Namespace/Resource\\] .*NetworkPolicy ${namespace}/`))]);
  });
});

/** Where the control plane's interfaces have subnets of their own, blocks no longer stand for the whole VPC. */
describe('flows of EKS whose control plane has subnets of its own', () => {
  const platform = Platform.eks({
    region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33, vpcCidrs: ['10.20.0.0/16'], controlPlaneCidrs: ['10.20.255.0/28', '10.20.255.16/28'], serviceCidr: '172.20.0.0/16',
    agentNamespaces: [AgentNamespace.gatekeeper(), AgentNamespace.policyController(), { ...AgentNamespace.velero(), egressCidrs: ['0.0.0.0/0'] }],
  });
  const profile = eksProfile({ platform, breakGlass: { image: IMAGE } });
  const app = new HipaaKubernetesApp(profile);
  new HipaaCharts(app, profile);
  const manifests = app.synthesize().objects.map(({ content }) => content as unknown as Manifest);
  const emitted = podsIn(manifests);
  const world: World = {
    ports: { portal: 8443, records: 5432 },
    cluster: new NetworkEvaluator([...manifests, opened('tools')], {}, true),
    endpoints: {
      'gatekeeper': pod('gatekeeper-system', {}, { ip: '10.20.6.1' }),
      'policy-controller': pod('cosign-system', {}, { ip: '10.20.6.2' }),
      'velero': pod('velero', {}, { ip: '10.20.6.4' }),
      'coredns': pod('kube-system', { 'k8s-app': 'kube-dns' }, { ip: '10.20.2.1' }),
      'tool': pod('tools', {}, { ip: '10.20.7.4' }),
      'reaper': { ...emitted.get(`CronJob ${REAPER}/break-glass-reaper`)!, ip: '10.20.5.4' },
    },
  };

  test.each<Row>([
    ['10.20.255.5', 'gatekeeper', 8443, TCP, ALLOWED, 'the API server calls the webhook from its interface'],
    ['10.20.255.20', 'policy-controller', 8443, TCP, ALLOWED, 'and from the other one'],
    ['10.20.255.33', 'gatekeeper', 8443, TCP, DENIED, 'the first address behind both'],
    ['tool', 'gatekeeper', 8443, TCP, DENIED, 'a pod of the VPC asks no webhook'],
    ['10.20.9.1', 'policy-controller', 8443, TCP, DENIED, 'nor does a node'],
    ['gatekeeper', '10.20.255.5', 443, TCP, ALLOWED, 'the API server'],
    ['gatekeeper', 'tool', 443, TCP, DENIED, 'a pod that listens on the port of the API server'],
    ['reaper', '10.20.255.5', 443, TCP, ALLOWED, 'the API server by its interface'],
    ['reaper', '172.20.0.1', 443, TCP, ALLOWED, 'the API server by its Service'],
    ['reaper', 'tool', 443, TCP, DENIED, 'the API server and nobody else'],
    ['reaper', '10.100.0.1', 443, TCP, DENIED, 'a block of Services that is not the cluster\'s'],
    ['coredns', '10.20.0.2', 53, UDP, ALLOWED, 'the resolver of the VPC'],
    ['coredns', 'tool', 443, TCP, DENIED, 'a pod of the VPC is no API server'],
    ['velero', '52.216.0.10', 443, TCP, ALLOWED, 'S3 without an interface endpoint'],
    ['velero', '169.254.169.254', 443, TCP, DENIED, 'the whole internet holds no metadata service'],
    ['velero', '169.254.169.254', 80, TCP, DENIED, 'the whole internet holds no metadata service'],
    ['velero', '169.254.170.2', 443, TCP, DENIED, 'nor credentials of Amazon ECS'],
  ])('%s -> %s %s/%s: %s, %s', (...row) => {
    expect(passes(world, row)).toBe(row[4]);
  });
});
