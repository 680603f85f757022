/** Checks on a mesh as a namespace with sidecars and an ambient one have it: what comes past it, what never gets through it, and what is encrypted on paper alone. */
import { Chart } from 'cdk8s';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { AllowFlow } from '../../lib/network/allow-flow';
import { DefaultDenyPolicy } from '../../lib/network/default-deny-policy';
import { DnsEgressPolicy } from '../../lib/network/dns-egress-policy';
import { IngressClass } from '../../lib/network/ingress-class';
import { IngressControllerPolicy } from '../../lib/network/ingress-controller-policy';
import { MeshAllow } from '../../lib/network/mesh/mesh-allow';
import { MeshControlPlanePolicy } from '../../lib/network/mesh/mesh-control-plane-policy';
import { MeshDefaultDeny } from '../../lib/network/mesh/mesh-default-deny';
import { MeshDestinationRule } from '../../lib/network/mesh/mesh-destination-rule';
import { MeshTls } from '../../lib/network/mesh/mesh-tls';
import { StrictMutualTls } from '../../lib/network/mesh/strict-mutual-tls';
import { NetworkProtocol } from '../../lib/network/network-protocol';
import { TlsIngress } from '../../lib/network/tls-ingress';
import { FlowEnd } from '../../lib/phi/flow-end';
import { PhiNamespace } from '../../lib/phi/phi-namespace';
import { Environment } from '../../lib/profile/environment';
import { meshLabels, MeshMode } from '../../lib/profile/mesh-mode';
import { HipaaProfile } from '../../lib/profile/profile';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { verifyClaims } from '../../lib/validation/verify';
import { LabelledNamespace } from '../../lib/workloads/labelled-namespace';
import { eksProps } from '../support/profiles';
import { manifest } from './weakening';

const PROD = 'healthcare-prod';
const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f';
const profile = new HipaaProfile(eksProps({ phiNamespaces: [{ name: PROD, environment: Environment.PROD }] }));
const named = (app: string) => ({ app });
type Build = (chart: Chart) => void;
type Change = (objects: SynthesizedObject[]) => void;

/** What is said of a namespace of the mesh with more in it, of the mesh and of the network alone. */
function findings(mode: MeshMode, build: Build = () => undefined, change: Change = () => undefined): string[] {
  const app = new HipaaKubernetesApp(profile);
  const chart = new Chart(app, 'Test');
  new LabelledNamespace(chart, 'Namespace', { name: PROD, environment: Environment.PROD, kubernetesVersion: profile.platform.version, memberships: meshLabels(mode) });
  new DefaultDenyPolicy(chart, 'Deny', { namespace: PROD });
  new DnsEgressPolicy(chart, 'Dns', { namespace: PROD });
  new MeshDefaultDeny(chart, 'MeshDeny', { namespace: PROD });
  new StrictMutualTls(chart, 'Tls', { namespace: PROD });
  new MeshControlPlanePolicy(chart, 'Mesh', { namespace: PROD, mode });
  build(chart);
  const objects = structuredClone(app.synthesize().objects) as SynthesizedObject[];
  change(objects);
  return verifyClaims(objects, profile).filter((finding) => /does not enforce/.test(finding));
}
const add = (...more: SynthesizedObject[]): Change => (objects) => void objects.push(...more);
const deployment = (metadata: object, spec: object = {}) => add(manifest('apps/v1', 'Deployment', PROD, 'own', { spec: { template: { metadata, spec } } }));
const labelled = (labels: Record<string, string>): Change => (objects) => void Object.assign((objects.find(({ reference }) => reference.kind === 'Namespace')!.content.metadata as { labels: object }).labels, labels);
const all = (...changes: Change[]): Change => (objects) => changes.forEach((change) => change(objects));

test.each(Object.values(MeshMode))('what the constructs emit for a mesh of the mode %s holds', (mode) => expect(findings(mode)).toEqual([]));

describe('pods that nothing redirects into the mesh', () => {
  const labels = (fields: Record<string, string>) => deployment({ labels: fields });
  const annotations = (fields: Record<string, string>) => deployment({ annotations: fields });

  test.each<[string, MeshMode, Change, RegExp]>([
    ['no sidecar', MeshMode.SIDECAR, labels({ 'sidecar.istio.io/inject': 'false' }), /Deployment healthcare-prod\/own takes no sidecar: sidecar\.istio\.io\/inject is false/],
    ['no sidecar, by annotation', MeshMode.SIDECAR, annotations({ 'sidecar.istio.io/inject': 'false' }), /takes no sidecar/],
    ['no sidecar, in other words', MeshMode.SIDECAR, annotations({ 'sidecar.istio.io/inject': 'off' }), /takes no sidecar/],
    ['no sidecar, by the label, which wins', MeshMode.SIDECAR, deployment({ labels: { 'sidecar.istio.io/inject': 'false' }, annotations: { 'sidecar.istio.io/inject': 'true' } }), /takes no sidecar/],
    ['a bare pod without a sidecar', MeshMode.SIDECAR, add(manifest('v1', 'Pod', PROD, 'own', { metadata: { labels: { 'sidecar.istio.io/inject': 'false' } } })), /Pod healthcare-prod\/own takes no sidecar/],
    ['another template', MeshMode.SIDECAR, annotations({ 'inject.istio.io/templates': 'grpc-agent' }), /another proxy than a sidecar.*grpc-agent/],
    ['another template beside the sidecar\'s', MeshMode.SIDECAR, annotations({ 'inject.istio.io/templates': 'sidecar,own' }), /sidecar,own/],
    ['a gateway\'s template', MeshMode.SIDECAR, annotations({ 'inject.istio.io/templates': 'gateway' }), /is gateway/],
    ['a proxy that is switched off', MeshMode.SIDECAR, annotations({ 'proxy.istio.io/config': 'proxyMetadata: {DISABLE_ENVOY: "true"}' }), /rewrites how its traffic comes/],
    ['the same in the other spelling', MeshMode.SIDECAR, annotations({ 'proxy.istio.io/config': '{"proxy_metadata": {"DISABLE_ENVOY": "true"}}' }), /rewrites how its traffic comes/],
    ['the same, escaped', MeshMode.SIDECAR, annotations({ 'proxy.istio.io/config': '{"\\u0070roxyMetadata": {"DISABLE_ENVOY": "true"}}' }), /rewrites how its traffic comes/],
    ['no interception', MeshMode.SIDECAR, annotations({ 'sidecar.istio.io/interceptionMode': 'NONE' }), /not redirected: .* is NONE/],
    ['no interception, by its configuration', MeshMode.SIDECAR, annotations({ 'proxy.istio.io/config': 'interceptionMode: NONE' }), /rewrites how its traffic comes/],
    ['an init container that stands for redirection', MeshMode.SIDECAR, deployment({}, { initContainers: [{ name: 'istio-init' }] }), /container istio-init of its own/],
    ['a sidecar that is switched off by its variables', MeshMode.SIDECAR, deployment({}, { containers: [{ name: 'istio-proxy', env: [{ name: 'DISABLE_ENVOY', value: 'true' }] }] }), /rewrites its sidecar: env/],
    ['a sidecar of another type', MeshMode.SIDECAR, deployment({}, { containers: [{ name: 'istio-proxy', args: ['proxy', 'router'] }] }), /rewrites its sidecar: args/],
    ['a native sidecar of another type', MeshMode.SIDECAR, deployment({}, { initContainers: [{ name: 'istio-proxy', command: ['sleep'] }] }), /rewrites its sidecar: command/],
    ['a port past the sidecar', MeshMode.SIDECAR, annotations({ 'traffic.sidecar.istio.io/excludeInboundPorts': '8443' }), /past its sidecar: .*excludeInboundPorts/],
    ['addresses past the sidecar', MeshMode.SIDECAR, annotations({ 'traffic.sidecar.istio.io/excludeOutboundIPRanges': '10.0.0.0/8' }), /past its sidecar/],
    ['some ports in the sidecar', MeshMode.SIDECAR, annotations({ 'traffic.sidecar.istio.io/includeInboundPorts': '8443' }), /past its sidecar/],
    ['the node\'s network', MeshMode.SIDECAR, deployment({}, { hostNetwork: true }), /on the node's network/],
    ['no ztunnel', MeshMode.AMBIENT, labels({ 'istio.io/dataplane-mode': 'none' }), /is no part of the mesh/],
    ['what looks like a sidecar, in an ambient namespace', MeshMode.AMBIENT, annotations({ 'sidecar.istio.io/status': '{}' }), /taken for a pod with a sidecar/],
    ['no capture of what comes in', MeshMode.AMBIENT, annotations({ 'ambient.istio.io/bypass-inbound-capture': 'true' }), /reached past the mesh/],
    ['a proxy of its own in an ambient namespace, that nothing is redirected to', MeshMode.AMBIENT, deployment({ labels: { 'sidecar.istio.io/inject': 'true' }, annotations: { 'inject.istio.io/templates': 'grpc-agent' } }), /another proxy than a sidecar/],
    ['a job without a sidecar', MeshMode.SIDECAR, add(manifest('batch/v1', 'CronJob', PROD, 'own', { spec: { jobTemplate: { spec: { template: { metadata: { labels: { 'sidecar.istio.io/inject': 'false' } } } } } } })), /CronJob healthcare-prod\/own takes no sidecar/],
  ])('%s', (_what, mode, change, message) => expect(findings(mode, undefined, change)).toEqual([expect.stringMatching(message)]));

  test.each<[string, MeshMode, Change]>([
    ['a pod of an ambient namespace that wants no sidecar', MeshMode.AMBIENT, labels({ 'sidecar.istio.io/inject': 'false' })],
    ['annotations of sidecars where there are none', MeshMode.AMBIENT, annotations({ 'traffic.sidecar.istio.io/excludeInboundPorts': '8443', 'inject.istio.io/templates': 'grpc-agent' })],
    ['a pod of a namespace with sidecars that is no part of ambient', MeshMode.SIDECAR, labels({ 'istio.io/dataplane-mode': 'none' })],
    ['a pod that asks for its sidecar', MeshMode.SIDECAR, labels({ 'sidecar.istio.io/inject': 'true' })],
    ['the template of sidecars', MeshMode.SIDECAR, annotations({ 'inject.istio.io/templates': 'sidecar' })],
    ['harmless settings of the proxy', MeshMode.SIDECAR, annotations({ 'proxy.istio.io/config': 'holdApplicationUntilProxyStarts: true', 'sidecar.istio.io/interceptionMode': 'TPROXY' })],
    ['all traffic in the sidecar', MeshMode.SIDECAR, annotations({ 'traffic.sidecar.istio.io/includeInboundPorts': '*' })],
    ['resources of the sidecar', MeshMode.SIDECAR, deployment({}, { containers: [{ name: 'istio-proxy', resources: {} }] })],
    ['no sidecar in a namespace that is ambient beside', MeshMode.SIDECAR, all(labelled({ 'istio.io/dataplane-mode': 'ambient' }), labels({ 'sidecar.istio.io/inject': 'false' }))],
  ])('%s is fine', (_what, mode, change) => expect(findings(mode, undefined, change)).toEqual([]));
});

describe('an Ingress into a namespace that takes mutual TLS alone', () => {
  const to = { namespace: PROD, podLabels: named('portal'), port: 8443 };
  const controller = { namespace: 'ingress-nginx', podLabels: { 'app.kubernetes.io/name': 'ingress-nginx' }, serviceAccount: 'ingress-nginx' };
  const ingress = (mesh?: MeshMode): Build => (chart) => {
    new TlsIngress(chart, 'Ingress', { namespace: PROD, name: 'portal', host: 'portal.example.com', service: 'portal', tlsSecret: 'portal-tls', ...(mesh === undefined ? {} : { mesh }) });
    new IngressControllerPolicy(chart, 'Controller', { namespace: PROD, podLabels: named('portal'), port: 8443, ...(mesh === undefined ? {} : { mesh }) });
  };
  const admitted = (mesh: MeshMode): Build => (chart) => {
    ingress(mesh)(chart);
    new MeshAllow(chart, 'Allow', { to, from: [controller] });
  };
  const alb: Build = (chart) => void new TlsIngress(chart, 'Ingress', { namespace: PROD, name: 'portal', host: 'portal.example.com', service: 'portal', ingressClass: IngressClass.ALB, certificateArn: CERTIFICATE });
  const service = (selector?: Record<string, string>, annotations: Record<string, string> = {}) => add(manifest('v1', 'Service', PROD, 'portal', { metadata: { annotations }, spec: { selector, ports: [{ port: 443 }] } }));
  const policy = (spec: object, metadata: object = {}) => add(manifest('security.istio.io/v1', 'AuthorizationPolicy', PROD, 'own', { metadata, spec }));
  const rule = (source: object) => ({ rules: [{ from: [{ source }] }] });
  const CLOSED = /Ingress healthcare-prod\/portal has the backend portal, into which no AuthorizationPolicy lets a controller of another namespace/;

  test.each<[string, MeshMode, Build, Change, RegExp]>([
    ['by a load balancer', MeshMode.SIDECAR, alb, () => undefined, /Ingress healthcare-prod\/portal is served by a load balancer outside of the mesh.*MeshGateway/],
    ['by a load balancer, ambient', MeshMode.AMBIENT, alb, () => undefined, /outside of the mesh/],
    ['by a load balancer whose policy admits somebody', MeshMode.AMBIENT, (chart) => { alb(chart); new MeshAllow(chart, 'Allow', { to, from: [controller] }); }, () => undefined, /outside of the mesh/],
    ['by nginx outside of the mesh', MeshMode.AMBIENT, ingress(MeshMode.AMBIENT), () => undefined, CLOSED],
    ['by nginx, where only the namespace itself is let in', MeshMode.AMBIENT, ingress(MeshMode.AMBIENT), policy(rule({ principals: [`cluster.local/ns/${PROD}/sa/api`], namespaces: [PROD], serviceAccounts: ['api'] })), CLOSED],
    ['by nginx, that is let into another workload', MeshMode.AMBIENT, admitted(MeshMode.AMBIENT), service(named('records')), CLOSED],
    ['by nginx, that is denied by name', MeshMode.AMBIENT, ingress(MeshMode.AMBIENT), policy({ action: 'DENY', ...rule({ namespaces: ['ingress-nginx'] }) }), CLOSED],
    ['by nginx, that would be let in', MeshMode.AMBIENT, ingress(MeshMode.AMBIENT), policy(rule({ namespaces: ['ingress-nginx'] }), { annotations: { 'istio.io/dry-run': 'true' } }), CLOSED],
    ['by a second backend', MeshMode.AMBIENT, admitted(MeshMode.AMBIENT), all(service(named('portal')), add(manifest('v1', 'Service', PROD, 'records', { spec: { selector: named('records') } })), (objects) => {
      const { paths } = (objects.find(({ reference }) => reference.kind === 'Ingress')!.content.spec as { rules: { http: { paths: object[] } }[] }).rules[0].http;
      paths.push({ ...paths[0], path: '/records', backend: { service: { name: 'records', port: { number: 443 } } } });
    }), /has the backend records/],
    ['by nginx, whose sidecar is dialled past', MeshMode.SIDECAR, admitted(MeshMode.AMBIENT), service(named('portal')), /dial addresses of pods.*service-upstream/],
    ['of somebody else\'s making', MeshMode.AMBIENT, () => undefined, add(manifest('networking.k8s.io/v1', 'Ingress', PROD, 'portal', { spec: { ingressClassName: 'traefik', rules: [{ http: { paths: [{ backend: { service: { name: 'portal' } } }] } }] } })), CLOSED],
  ])('is an outage %s', (_what, mode, build, change, message) => {
    expect(findings(mode, build, change)).toEqual(expect.arrayContaining([expect.stringMatching(message)]));
    expect(findings(mode, build, change).filter((finding) => message.test(finding))).toEqual([expect.stringMatching(/PeerAuthentication healthcare-prod\/default.*control TX2/s)]);
  });

  test.each<[string, MeshMode, Build, Change]>([
    ['whose controller is let in, ambient', MeshMode.AMBIENT, admitted(MeshMode.AMBIENT), service(named('portal'))],
    ['whose controller is let in, with sidecars', MeshMode.SIDECAR, admitted(MeshMode.SIDECAR), service(named('portal'))],
    ['of a Service that is made elsewhere', MeshMode.AMBIENT, admitted(MeshMode.AMBIENT), () => undefined],
    ['of a Service that selects more', MeshMode.AMBIENT, admitted(MeshMode.AMBIENT), service({ ...named('portal'), tier: 'web' })],
    ['whose controller\'s namespace is let in', MeshMode.AMBIENT, ingress(MeshMode.AMBIENT), policy(rule({ namespaces: ['ingress-nginx'] }))],
    ['of another namespace', MeshMode.AMBIENT, () => undefined, add(manifest('networking.k8s.io/v1', 'Ingress', 'web', 'own', { spec: { ingressClassName: 'alb' } }))],
  ])('%s works', (_what, mode, build, change) => expect(findings(mode, build, change)).toEqual([]));

  test.each(Object.values(MeshMode))('what PhiNamespace exposes in a mesh of the mode %s works', (mode) => {
    const app = new HipaaKubernetesApp(profile);
    const phi = new PhiNamespace(new Chart(app, 'Phi'), 'Phi', { name: PROD, environment: Environment.PROD, kubernetesVersion: profile.platform.version, groups: profile.groups, mesh: { mode } });
    phi.exposeTls(FlowEnd.pods(to), { host: 'portal.example.com', tlsSecret: 'portal-tls' });
    const { objects } = app.synthesize();
    const [opened] = objects.filter(({ reference }) => reference.name?.startsWith('allow-ingress-to-portal-8443'));

    expect(verifyClaims(objects, profile).filter((finding) => /control TX/.test(finding))).toEqual([]);
    expect(opened.content.spec).toMatchObject({ ingress: [{ ports: [{ port: mode === MeshMode.AMBIENT ? 15008 : 8443 }] }] });
  });

  test('an Application Load Balancer follows its backend\'s Service before the Ingress', () => {
    const plain = (annotations: Record<string, string>) => findings(MeshMode.SIDECAR, alb, service(named('portal'), annotations)).filter((finding) => /control TX1/.test(finding));

    expect(plain({})).toEqual([]);
    expect(plain({ 'alb.ingress.kubernetes.io/backend-protocol': 'HTTPS', 'alb.ingress.kubernetes.io/healthcheck-protocol': 'HTTPS' })).toEqual([]);
    expect(plain({ 'alb.ingress.kubernetes.io/backend-protocol': 'HTTP' })).toEqual([expect.stringMatching(/Service healthcare-prod\/portal .*in plaintext: its annotation backend-protocol is HTTP/)]);
    expect(plain({ 'alb.ingress.kubernetes.io/healthcheck-protocol': 'HTTP' })).toEqual([expect.stringMatching(/annotation healthcheck-protocol is HTTP/)]);
  });

  test('nginx reads no annotation of a Service', () => {
    expect(findings(MeshMode.AMBIENT, admitted(MeshMode.AMBIENT), service(named('portal'), { 'alb.ingress.kubernetes.io/backend-protocol': 'HTTP' }))).toEqual([]);
  });
});

describe('what mutual TLS says nothing of', () => {
  const from = { namespace: PROD, podLabels: named('a') };
  const to = { namespace: PROD, podLabels: named('b'), port: 5000 };
  const flow = (protocol: NetworkProtocol): Build => (chart) => void new AllowFlow(chart, 'Flow', { from, to, protocol });
  const network = (spec: object) => add(manifest('networking.k8s.io/v1', 'NetworkPolicy', PROD, 'own', { spec: { podSelector: { matchLabels: named('b') }, ...spec } }));
  const PROBES = [{ ipBlock: { cidr: '169.254.7.127/32' } }];
  const POD = { podSelector: { matchLabels: named('a') } };

  test.each<[string, Build, Change, RegExp]>([
    ['UDP', flow(NetworkProtocol.UDP), () => undefined, /NetworkPolicy healthcare-prod\/allow-a-to-b-5000-\w+-ingress lets UDP in/],
    ['SCTP', flow(NetworkProtocol.SCTP), () => undefined, /lets SCTP in/],
    ['UDP behind TCP', () => undefined, network({ ingress: [{ from: [POD], ports: [{ port: 443 }, { port: 53, protocol: 'UDP' }] }] }), /own lets UDP in/],
    ['every port', () => undefined, network({ ingress: [{ from: [POD] }] }), /own lets every protocol in/],
    ['every port of a second rule', () => undefined, network({ ingress: [{ from: [POD], ports: [{ port: 443 }] }, { from: [POD], ports: [] }] }), /lets every protocol in/],
    ['every port, for the probes and somebody else', () => undefined, network({ ingress: [{ from: [...PROBES, POD] }] }), /lets every protocol in/],
    ['every port of the link-local addresses', () => undefined, network({ ingress: [{ from: [{ ipBlock: { cidr: '169.254.0.0/16' } }] }] }), /lets every protocol in/],
  ])('fails: %s', (_what, build, change, message) => {
    expect(findings(MeshMode.SIDECAR, build, change).filter((finding) => /control TX2/.test(finding))).toEqual([expect.stringMatching(message)]);
  });

  test.each<[string, Build, Change]>([
    ['TCP', flow(NetworkProtocol.TCP), () => undefined],
    ['a protocol left out, which is TCP', () => undefined, network({ ingress: [{ from: [POD], ports: [{ port: 443 }] }] })],
    ['UDP out of the namespace', () => undefined, network({ policyTypes: ['Egress'], egress: [{ to: [POD], ports: [{ port: 53, protocol: 'UDP' }] }] })],
    ['a rule of a direction that the policy does not name', () => undefined, network({ policyTypes: ['Egress'], ingress: [{ from: [POD] }] })],
    ['kubelet\'s probes', () => undefined, network({ ingress: [{ from: PROBES }] })],
    ['UDP into another namespace', () => undefined, add(manifest('networking.k8s.io/v1', 'NetworkPolicy', 'web', 'own', { spec: { podSelector: {}, ingress: [{ ports: [{ protocol: 'UDP' }] }] } }))],
  ])('holds: %s', (_what, build, change) => expect(findings(MeshMode.SIDECAR, build, change)).toEqual([]));

  test('an ambient mesh opens the probes\' addresses alone', () => expect(findings(MeshMode.AMBIENT, flow(NetworkProtocol.TCP))).toEqual([]));
});

describe('TLS that a proxy begins', () => {
  const external: Build = (chart) => void new MeshDestinationRule(chart, 'Rule', { namespace: PROD, name: 'claims', host: 'claims.example.com', tls: MeshTls.external({ caCertificates: '/etc/ssl/certs/ca-certificates.crt' }) });
  const rule = (spec: object, namespace = PROD) => add(manifest('networking.istio.io/v1', 'DestinationRule', namespace, 'own', { spec }));
  const entry = (hosts: string[], labels: Record<string, string>, apiVersion = 'networking.istio.io/v1') => add(manifest(apiVersion, 'ServiceEntry', PROD, 'claims', { metadata: { labels }, spec: { hosts } }));
  const waypoint = { 'istio.io/use-waypoint': 'egress' };
  const NOBODY = /DestinationRule healthcare-prod\/\w+ has nobody begin TLS to \S+: ztunnel reads no DestinationRule/;

  test.each<[string, Build, Change]>([
    ['to a host outside', external, () => undefined],
    ['with a certificate of its own', () => undefined, rule({ host: 'claims.example.com', trafficPolicy: { tls: { mode: 'MUTUAL' } } })],
    ['on a port', () => undefined, rule({ host: 'claims.example.com', trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'SIMPLE' } }] } })],
    ['for a subset', () => undefined, rule({ host: 'claims.example.com', subsets: [{ name: 'a', trafficPolicy: { tls: { mode: 'SIMPLE' } } }] })],
    ['with a waypoint before another host', external, entry(['labs.example.com'], waypoint)],
    ['with a waypoint that is opted out of', external, entry(['claims.example.com'], { 'istio.io/use-waypoint': 'none' })],
    ['with a waypoint of another API', external, entry(['claims.example.com'], waypoint, 'example.com/v1')],
    ['in a namespace that opted out of its waypoint', external, labelled({ 'istio.io/use-waypoint': 'none' })],
  ])('begins nowhere in an ambient namespace: %s', (_what, build, change) => expect(findings(MeshMode.AMBIENT, build, change)).toEqual([expect.stringMatching(NOBODY)]));

  test.each<[string, MeshMode, Build, Change]>([
    ['in a sidecar', MeshMode.SIDECAR, external, () => undefined],
    ['in a sidecar of a namespace that is ambient beside', MeshMode.SIDECAR, external, labelled({ 'istio.io/dataplane-mode': 'ambient' })],
    ['in the waypoint of the namespace', MeshMode.AMBIENT, external, labelled(waypoint)],
    ['in the waypoint of the host', MeshMode.AMBIENT, external, entry(['claims.example.com'], waypoint)],
    ['by the mesh itself', MeshMode.AMBIENT, () => undefined, rule({ host: `api.${PROD}.svc.cluster.local`, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } })],
    ['in a namespace without PHI', MeshMode.AMBIENT, () => undefined, rule({ host: 'claims.example.com', trafficPolicy: { tls: { mode: 'SIMPLE' } } }, 'web')],
  ])('begins %s', (_what, mode, build, change) => expect(findings(mode, build, change)).toEqual([]));
});

describe('the default deny behind a tunnel', () => {
  const flow: Build = (chart) => {
    const to = { namespace: PROD, podLabels: named('b'), port: 8443 };
    new AllowFlow(chart, 'Flow', { from: { namespace: PROD, podLabels: named('a') }, to, mesh: MeshMode.AMBIENT });
    new MeshAllow(chart, 'Allow', { from: [{ namespace: PROD, podLabels: named('a'), serviceAccount: 'a' }], to });
  };
  const dryRun = (value: string): Change => (objects) => void Object.assign(objects.find(({ reference }) => reference.kind === 'AuthorizationPolicy' && reference.name === 'default-deny')!.content.metadata as object, { annotations: { 'istio.io/dry-run': value } });
  const policy = (rules: object[], metadata: object = {}) => add(manifest('security.istio.io/v1', 'AuthorizationPolicy', PROD, 'wide', { metadata, spec: { rules } }));
  const source = (fields: object) => [{ from: [{ source: fields }] }];
  const WIDE = /AuthorizationPolicy healthcare-prod\/wide has a rule that lets everybody in/;

  test.each<[string, Change, RegExp]>([
    ['is a trial', dryRun('true'), /no AuthorizationPolicy denies by default/],
    ['is a trial, as Go reads it', dryRun('1'), /no AuthorizationPolicy denies by default/],
    ['stands beside a rule of ports alone', policy([{ to: [{ operation: { ports: ['1-65535'] } }] }]), WIDE],
    ['stands beside a rule for every identity', policy(source({ principals: ['*'] })), WIDE],
    ['stands beside a rule for every namespace', policy(source({ namespaces: ['*'] })), WIDE],
    ['stands beside a rule for every identity of every namespace', policy(source({ principals: ['*'], namespaces: ['*'] })), WIDE],
    ['stands beside a rule for every identity of the trust domain', policy(source({ principals: ['cluster.local/*'] })), WIDE],
    ['stands beside a rule for every namespace of the trust domain', policy(source({ principals: ['cluster.local/ns/*'] })), WIDE],
    ['stands beside a rule for one and for every identity', policy([{ from: [{ source: { principals: ['cluster.local/ns/a/sa/b'] } }, { source: { principals: ['*'] } }] }]), WIDE],
    ['stands beside a rule for all but one', policy(source({ notNamespaces: ['web'] })), WIDE],
    ['stands beside a rule for an empty source', policy(source({})), WIDE],
    ['stands beside a rule whose condition is a port', policy([{ when: [{ key: 'destination.port', values: ['8443'] }] }]), WIDE],
    ['stands beside a rule whose condition is every identity', policy([{ when: [{ key: 'source.principal', values: ['*'] }] }]), WIDE],
    ['stands beside a rule whose condition is who is not meant', policy([{ when: [{ key: 'source.namespace', notValues: ['web'] }] }]), WIDE],
  ])('fails where it %s', (_what, change, message) => expect(findings(MeshMode.AMBIENT, flow, change)).toEqual([expect.stringMatching(message)]));

  test.each<[string, Change]>([
    ['is marked as no trial', dryRun('false')],
    ['stands beside a wide rule on trial', policy([{}], { annotations: { 'istio.io/dry-run': 'true' } })],
    ['stands beside a rule for one identity', policy(source({ principals: ['cluster.local/ns/web/sa/portal'] }))],
    ['stands beside a rule for every identity of one namespace', policy(source({ principals: ['*'], namespaces: ['web'] }))],
    ['stands beside a rule for the identities of one namespace', policy(source({ principals: ['cluster.local/ns/web/*'] }))],
    ['stands beside a rule for namespaces by the beginning of their name', policy(source({ namespaces: ['web-*'] }))],
    ['stands beside a rule whose condition is an identity', policy([{ when: [{ key: 'source.principal', values: ['cluster.local/ns/web/sa/portal'] }] }])],
  ])('holds where it %s', (_what, change) => expect(findings(MeshMode.AMBIENT, flow, change)).toEqual([]));
});
