/** What the sentences of a namespace take, and what they refuse. Who reaches whom by them: flows.test.ts. */
import { Chart, Cron, Testing } from 'cdk8s';
import type { ExternalFlowOptions } from '../../lib/network/allow-external-tls';
import { NetworkProtocol } from '../../lib/network/network-protocol';
import { FlowEnd, type IFlowEnd } from '../../lib/phi/flow-end';
import { FLOW_FIELDS, type FlowOptions } from '../../lib/phi/flow-options';
import { PhiNamespace } from '../../lib/phi/phi-namespace';
import { Environment } from '../../lib/profile/environment';
import { IdentityGroups } from '../../lib/profile/identity-groups';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { MeshMode } from '../../lib/profile/mesh-mode';
import type { MeshSettings } from '../../lib/profile/mesh-settings';
import { HardenedCronJob } from '../../lib/workloads/hardened-cron-job';
import { HardenedDeployment } from '../../lib/workloads/hardened-deployment';
import { Image } from '../../lib/workloads/image';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const PROD = 'healthcare-prod';
const groups = new IdentityGroups({ auditors: 'auditors@company.com', developers: 'developers@company.com', securityAdmins: 'security-admins@company.com' });
const phiIn = (chart: Chart, mesh?: MeshSettings) => {
  // The other end of some flows: made elsewhere, it emits nothing.
  new PhiNamespace(chart, 'Data', { name: 'patient-data', environment: Environment.PROD, groups, kubernetesVersion: KubernetesVersion.V1_33, existing: true });
  return new PhiNamespace(chart, 'Phi', { name: PROD, environment: Environment.PROD, groups, kubernetesVersion: KubernetesVersion.V1_33, mesh });
};
/** What the sentences add to the namespace. */
const added = (say: (phi: PhiNamespace) => void, mesh?: MeshSettings): Manifest[] => {
  const before = synthChart((chart) => phiIn(chart, mesh)).length;
  return synthChart((chart) => say(phiIn(chart, mesh))).slice(before);
};
const end = (app: string, port?: number, namespace = PROD) => FlowEnd.pods({ namespace, podLabels: { app }, serviceAccount: app, ...(port === undefined ? {} : { port }) });
const [api, db, open] = [end('api', 8443), end('db', 5432), end('open')];
const there = end('db', 5432, 'patient-data');
const agent = end('prometheus', undefined, 'monitoring');

describe('allow', () => {
  test('takes every option', () => {
    const every: Required<FlowOptions> = { port: 2575, protocol: NetworkProtocol.SCTP };
    const [egress, ingress] = added((phi) => phi.allow(api, open, every));

    expect([egress.spec.egress[0].ports, ingress.spec.ingress[0].ports]).toEqual([[{ port: 2575, protocol: 'SCTP' }], [{ port: 2575, protocol: 'SCTP' }]]);
    expect([...FLOW_FIELDS].sort()).toEqual(Object.keys(every).sort());
  });

  test('takes the port of the workload that is reached, in TCP, on both sides', () => {
    const manifests = added((phi) => phi.allow(api, there));

    expect(manifests.map(({ kind, metadata, spec }) => [kind, metadata.namespace, spec.policyTypes, (spec.egress ?? spec.ingress)[0].ports])).toEqual([
      ['NetworkPolicy', PROD, ['Egress'], [{ port: 5432, protocol: 'TCP' }]], ['NetworkPolicy', 'patient-data', ['Ingress'], [{ port: 5432, protocol: 'TCP' }]],
    ]);
    expect(manifests).toMatchSnapshot();
  });

  test('hardened workloads are its ends, as they are', () => {
    const image = Image.of(`registry.example.com/api@sha256:${'a'.repeat(64)}`);
    const manifests = synthChart((chart) => {
      const common = { namespace: PROD, image, withoutProbes: 'a test' };
      phiIn(chart).allow(new HardenedCronJob(chart, 'Job', { namespace: PROD, image, schedule: Cron.daily() }), new HardenedDeployment(chart, 'Api', { ...common, port: 8443 }));
    });
    const [egress, ingress] = manifests.filter(({ metadata }) => /^allow-job-to-api-8443/.test(metadata.name));
    const labelsOf = (kind: string, ...path: string[]) => path
      .reduce<Manifest>((value, key) => value[key] as Manifest, manifests.find((manifest) => manifest.kind === kind)!).metadata.labels;

    expect(labelsOf('CronJob', 'spec', 'jobTemplate', 'spec', 'template')).toMatchObject(egress.spec.podSelector.matchLabels as object);
    expect(labelsOf('Deployment', 'spec', 'template')).toMatchObject(ingress.spec.podSelector.matchLabels as object);
  });

  test('claims no control: it opens what the namespace closes', () => {
    const chart = new Chart(Testing.app(), 'Test');
    const phi = phiIn(chart);
    const before = claimsBelow(chart);
    phi.allow(api, db);
    phi.allowPodIdentity(api);
    phi.allowExternalTls(api, { cidrs: ['203.0.113.0/24'] });

    expect(claimsBelow(chart)).toEqual(before);
  });

  test('in a mesh names the identity, of its trust domain', () => {
    const [, , mesh] = added((phi) => phi.allow(api, db), { mode: MeshMode.SIDECAR, trustDomain: 'company.mesh' });
    expect(mesh.spec.rules).toEqual([{ from: [{ source: { principals: ['company.mesh/ns/healthcare-prod/sa/api'] } }], to: [{ operation: { ports: ['5432'] } }] }]);
  });
});

test.each<[string, (phi: PhiNamespace) => void, string[]]>([
  ['allow', (phi) => phi.allow(api, db), [`${PROD} Egress`, `${PROD} Ingress`]],
  ['allowFromAgent', (phi) => phi.allowFromAgent(agent, api), [`${PROD} Ingress`]],
  ['allowToAgent', (phi) => phi.allowToAgent(api, agent, { port: 4317 }), [`${PROD} Egress`]],
  ['allowExternalTls', (phi) => phi.allowExternalTls(api, { cidrs: ['203.0.113.0/24'] }), [`${PROD} Egress`]],
  ['allowPodIdentity', (phi) => phi.allowPodIdentity(api), [`${PROD} Egress`]],
])('%s is policies of its own sides alone', (_what, say, sides) => {
  expect(added(say).map(({ metadata, spec }) => `${metadata.namespace} ${spec.policyTypes.join()}`)).toEqual(sides);
});

test('allowExternalTls takes every option', () => {
  const every: Required<ExternalFlowOptions> = { cidrs: ['0.0.0.0/0'], port: 8883, tlsBecause: 'MQTT over TLS', wideBecause: 'a service whose addresses change', name: 'telemetry' };
  const [policy] = added((phi) => phi.allowExternalTls(api, every));

  expect(policy.metadata).toEqual({ name: 'telemetry', namespace: PROD, annotations: { 'cdk8s-hipaa/tls-because': every.tlsBecause, 'cdk8s-hipaa/wide-because': every.wideBecause } });
  expect(policy.spec.egress[0].ports).toEqual([{ port: 8883, protocol: 'TCP' }]);
});

describe('refused', () => {
  const flow = (from: unknown, to: unknown, options?: unknown) => (phi: PhiNamespace) => phi.allow(from as IFlowEnd, to as IFlowEnd, options as FlowOptions);
  const mesh = { mode: MeshMode.AMBIENT };

  test.each<[string, (phi: PhiNamespace) => void, MeshSettings | undefined, string, unknown, string, string]>([
    ['no source', flow(undefined, db), undefined, 'Test/Phi', undefined, 'between workloads', 'FlowEnd.pods'],
    ['no destination', flow(api, null), undefined, 'Test/Phi', null, 'between workloads', 'FlowEnd.pods'],
    ['labels', flow(api, { app: 'db' }), undefined, 'Test/Phi', { app: 'db' }, 'between workloads', 'FlowEnd.of'],
    ['a flow of others', flow(there, agent, { port: 9090 }), undefined, 'Test/Phi', 'patient-data -> monitoring', 'NW1', 'that one of the two lies in'],
    ['a flow on no port', flow(api, open), undefined, 'Test/Phi', undefined, '1 to 65535', '1 to 65535'],
    ['another port than the workload\'s', flow(api, db, { port: 5433 }), undefined, 'Test/Phi', 5433, "the workload's own port is 5432", 'leave port out'],
    ['an unknown option', flow(api, db, { ports: [1] }), undefined, 'Test/Phi.allow', 'ports', 'no other field', 'port, protocol'],
    ['options that are a port', flow(api, db, 5432), undefined, 'Test/Phi.allow', 5432, 'no other field', 'an object of: port'],
    ['a protocol that does not exist', flow(api, db, { protocol: 'HTTP' }), undefined, 'Test/Phi/Flow', 'HTTP', 'TCP, UDP or SCTP', 'NetworkProtocol'],
    ['UDP in a mesh', flow(api, db, { protocol: NetworkProtocol.UDP }), mesh, 'Test/Phi/Flow', 'UDP', 'TX2', 'DTLS'],
    ['a source without an identity in a mesh', flow(FlowEnd.pods({ namespace: PROD, podLabels: { app: 'api' } }), db), mesh, 'Test/Phi/Flow', undefined, 'from.serviceAccount is required', 'ServiceAccount'],
    ['everybody\'s identity in a mesh', flow(FlowEnd.pods({ namespace: PROD, podLabels: { app: 'api' }, serviceAccount: 'default' }), db), mesh, 'Test/Phi/Flow', 'default', 'AC3', 'of its own'],
    ['an agent without an identity in a mesh', (phi) => phi.allowFromAgent(FlowEnd.pods({ namespace: 'monitoring', podLabels: { app: 'a' } }), api), mesh, 'Test/Phi/AgentFlow', undefined, 'from.serviceAccount is required', 'ServiceAccount'],
    ['an agent that reaches another namespace', (phi) => phi.allowFromAgent(agent, there), undefined, 'Test/Phi', 'patient-data', 'NW1', 'the PhiNamespace patient-data'],
    ['another namespace that reaches an agent', (phi) => phi.allowToAgent(there, agent, { port: 4317 }), undefined, 'Test/Phi', 'patient-data', 'NW1', 'the PhiNamespace patient-data'],
    ['an agent without a port', (phi) => phi.allowToAgent(api, agent), undefined, 'Test/Phi', undefined, '1 to 65535', '1 to 65535'],
    ['another namespace that leaves the cluster', (phi) => phi.allowExternalTls(there, { cidrs: ['203.0.113.0/24'] }), undefined, 'Test/Phi', 'patient-data', 'NW1', 'the PhiNamespace patient-data'],
    ['another namespace that leaves the cluster, in disguise', (phi) => phi.allowExternalTls(api, { cidrs: ['203.0.113.0/24'], from: there.workloadPeer } as never), undefined, 'Test/Phi.allowExternalTls', 'from', 'no other field', 'cidrs, port'],
    ['an exit to nowhere', (phi) => phi.allowExternalTls(api, {} as never), undefined, 'Test/Phi/ExternalTls', undefined, 'a rule without peers', 'name the addresses'],
    ['an exit without options', (phi) => phi.allowExternalTls(api, undefined as never), undefined, 'Test/Phi.allowExternalTls', undefined, 'no other field', 'an object of: cidrs'],
    ['an exit in plaintext', (phi) => phi.allowExternalTls(api, { cidrs: ['203.0.113.0/24'], port: 80 }), undefined, 'Test/Phi/ExternalTls', 80, '164.312(e)(1)', 'TLS on a port of its own'],
    ['an exit to the metadata service', (phi) => phi.allowExternalTls(api, { cidrs: ['169.254.169.254/32'] }), undefined, 'Test/Phi/ExternalTls', '169.254.169.254/32', 'NW3', 'Pod Identity'],
    ['another namespace\'s identity', (phi) => phi.allowPodIdentity(there), undefined, 'Test/Phi', 'patient-data', 'NW1', 'the PhiNamespace patient-data'],
    ['nobody\'s identity', (phi) => phi.allowPodIdentity(undefined as never), undefined, 'Test/Phi', undefined, 'between workloads', 'FlowEnd.pods'],
  ])('%s', (_what, say, settings, path, value, rule, remedy) => {
    expectRefusal(() => added(say, settings), { path, value, rule, remedy });
  });

  test.each<[string, (phi: PhiNamespace) => void, string]>([
    ['allow', (phi) => phi.allow(api, db), 'api to db 5432'],
    ['allowFromAgent', (phi) => phi.allowFromAgent(agent, api), 'prometheus to api 8443'],
    ['allowToAgent', (phi) => phi.allowToAgent(api, agent, { port: 4317 }), 'api to prometheus 4317'],
    ['allowExternalTls', (phi) => phi.allowExternalTls(api, { cidrs: ['203.0.113.0/24'] }), 'api to outside'],
    ['allowPodIdentity', (phi) => phi.allowPodIdentity(api), 'api'],
  ])('the same twice: %s', (_what, say, value) => {
    expectRefusal(() => added((phi) => { say(phi); say(phi); }), { path: 'Test/Phi', value, rule: 'one object a flow', remedy: 'remove one of the two calls' });
  });

  test('the same twice, once with what is the default', () => {
    expectRefusal(() => added((phi) => { phi.allow(api, db); phi.allow(api, db, { port: 5432, protocol: NetworkProtocol.TCP }); }), { path: 'Test/Phi', value: 'api to db 5432', rule: 'one object a flow', remedy: 'remove one' });
  });

  test.each<[string, (phi: PhiNamespace) => void]>([
    ['another port', (phi) => { phi.allow(api, open, { port: 1 }); phi.allow(api, open, { port: 2 }); }],
    ['another protocol', (phi) => { phi.allow(api, open, { port: 1 }); phi.allow(api, open, { port: 1, protocol: NetworkProtocol.UDP }); }],
    ['another namespace', (phi) => { phi.allow(api, db); phi.allow(api, there); }],
    ['the other way', (phi) => { phi.allow(api, db); phi.allow(db, api); }],
    ['other addresses', (phi) => { phi.allowExternalTls(api, { cidrs: ['203.0.113.0/24'] }); phi.allowExternalTls(api, { cidrs: ['198.51.100.0/24'] }); }],
  ])('not: %s', (_what, say) => {
    const places = added(say).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    expect(new Set(places).size).toBe(places.length);
    expect(places.length).toBeGreaterThanOrEqual(2);
  });
});
