import { Chart, Testing } from 'cdk8s';
import { AllowFlow, type AllowFlowProps } from '../../lib/network/allow-flow';
import { FlowSides } from '../../lib/network/flow-sides';
import { NetworkProtocol } from '../../lib/network/network-protocol';
import type { WorkloadPeer } from '../../lib/network/workload-peer';
import { Environment } from '../../lib/profile/environment';
import { MeshMode } from '../../lib/profile/mesh-mode';
import { schemaFindings } from '../support/api-schema';
import { synthChart } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { NetworkEvaluator } from '../support/network-evaluator';
import { expectRefusal } from '../support/refusal';

const portal: WorkloadPeer = { namespace: 'healthcare-prod', podLabels: { 'app.kubernetes.io/name': 'patient-portal' } };
const records: WorkloadPeer = { namespace: 'patient-data', podLabels: { 'app.kubernetes.io/name': 'records' } };
const flow = (changes: Partial<AllowFlowProps> = {}) => synthChart((chart) => new AllowFlow(chart, 'Flow', { from: portal, to: records, port: 8443, ...changes }));
const nameOf = (changes: Partial<AllowFlowProps>) => flow(changes)[0].metadata.name;

describe('AllowFlow', () => {
  test('opens the source\'s egress and the destination\'s ingress, each in its namespace', () => {
    const [egress, ingress] = flow();
    const ports = [{ port: 8443, protocol: 'TCP' }];

    expect(egress.metadata.namespace).toBe('healthcare-prod');
    expect(egress.spec).toEqual({
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'patient-portal' } },
      policyTypes: ['Egress'],
      egress: [{
        to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'patient-data' } }, podSelector: { matchLabels: { 'app.kubernetes.io/name': 'records' } } }],
        ports,
      }],
    });
    expect(ingress.metadata.namespace).toBe('patient-data');
    expect(ingress.spec).toEqual({
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'records' } },
      policyTypes: ['Ingress'],
      ingress: [{
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'healthcare-prod' } }, podSelector: { matchLabels: { 'app.kubernetes.io/name': 'patient-portal' } } }],
        ports,
      }],
    });
    expect([egress, ingress].flatMap((policy) => schemaFindings(policy))).toEqual([]);
    expect([egress.metadata, ingress.metadata]).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<AllowFlowProps> & { from: Required<WorkloadPeer>; to: Required<WorkloadPeer> } = {
      from: { ...portal, environment: Environment.PROD, port: 443, serviceAccount: 'portal' }, to: { ...records, environment: Environment.PROD, port: 6000, serviceAccount: 'records' },
      port: 6000, protocol: NetworkProtocol.TCP, mesh: MeshMode.SIDECAR, sides: FlowSides.BOTH, name: 'portal-records',
    };
    const [egress, ingress] = flow(props);

    expect(egress.metadata.name).toBe('portal-records-egress');
    expect(ingress.metadata.name).toBe('portal-records-ingress');
    expect(egress.spec.egress[0].ports).toEqual([{ port: 6000, protocol: 'TCP' }]);
    expect(ingress.spec.ingress[0].ports).toEqual([{ port: 6000, protocol: 'TCP' }]);
  });

  test.each<[string, Partial<AllowFlowProps>, object]>([
    ['its own port', { port: 8443 }, { port: 8443, protocol: 'TCP' }],
    ['the port of the workload at its end', { port: undefined, to: { ...records, port: 5433 } }, { port: 5433, protocol: 'TCP' }],
    ['both, where they are the same', { port: 5433, to: { ...records, port: 5433 } }, { port: 5433, protocol: 'TCP' }],
    ['another protocol', { protocol: NetworkProtocol.UDP }, { port: 8443, protocol: 'UDP' }],
    ['a mesh of sidecars', { mesh: MeshMode.SIDECAR }, { port: 8443, protocol: 'TCP' }],
    ['an ambient mesh, in which the network sees HBONE alone', { mesh: MeshMode.AMBIENT }, { port: 15008, protocol: 'TCP' }],
  ])('opens on both sides, with %s, %j', (_what, changes, port) => {
    const [egress, ingress] = flow(changes);

    expect([egress.spec.egress[0].ports, ingress.spec.ingress[0].ports]).toEqual([[port], [port]]);
  });

  test.each<[FlowSides, string[]]>([
    [FlowSides.BOTH, ['healthcare-prod Egress', 'patient-data Ingress']],
    [FlowSides.SOURCE, ['healthcare-prod Egress']],
    [FlowSides.DESTINATION, ['patient-data Ingress']],
  ])('sides %s: a policy for those alone, with the names that they have in both', (sides, places) => {
    const policies = flow({ sides });

    expect(policies.map((policy) => `${policy.metadata.namespace} ${policy.spec.policyTypes.join()}`)).toEqual(places);
    expect(flow()).toEqual(expect.arrayContaining(policies));
  });

  test.each<[FlowSides, boolean, boolean]>([[FlowSides.BOTH, false, false], [FlowSides.SOURCE, false, true], [FlowSides.DESTINATION, true, false]])(
    'sides %s: what the end without a policy could do, it still can', (sides, sourceIsOpen, destinationIsOpen) => {
      const network = new NetworkEvaluator(flow({ sides }));
      const [from, to] = [portal, records].map(({ namespace, podLabels }) => ({ namespace, labels: { ...podLabels } }));

      expect(network.allows({ from, to, port: 8443 })).toBe(true);
      expect(network.allows({ from, to: { ip: '203.0.113.9' }, port: 443 })).toBe(sourceIsOpen);
      expect(network.allows({ from: { ip: '203.0.113.9' }, to, port: 443 })).toBe(destinationIsOpen);
    },
  );

  test('within one namespace both policies have names of their own', () => {
    const [egress, ingress] = flow({ to: { ...records, namespace: portal.namespace } });

    expect(egress.metadata.namespace).toBe(ingress.metadata.namespace);
    expect(egress.metadata.name).not.toBe(ingress.metadata.name);
  });

  test('isolates its source, also where its namespace was open', () => {
    const source = { namespace: portal.namespace, labels: { ...portal.podLabels } };
    const dns = { from: source, to: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } }, port: 53, protocol: 'UDP' as const };
    const reached = (sides: FlowSides) => new NetworkEvaluator(flow({ sides })).allows(dns);

    expect(new NetworkEvaluator([]).allows(dns)).toBe(true);
    expect([FlowSides.BOTH, FlowSides.SOURCE, FlowSides.DESTINATION].map(reached)).toEqual([false, false, true]);
  });

  test('a flow of a workload to itself is a flow', () => {
    const [egress, ingress] = flow({ to: portal });

    expect(egress.spec.egress[0].to[0].podSelector).toEqual(ingress.spec.podSelector);
  });

  test('claims no control: it opens what default deny closes', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new AllowFlow(chart, 'Flow', { from: portal, to: records, port: 8443 });

    expect(claimsBelow(chart)).toEqual([]);
  });

  describe('derived names', () => {
    const label = (podLabels: Record<string, string>): WorkloadPeer => ({ namespace: 'healthcare-prod', podLabels });

    test('are readable, and short enough for a label', () => {
      expect(nameOf({})).toMatch(/^allow-patient-portal-to-records-8443-[0-9a-f]{8}-egress$/);
      const [egress, ingress] = flow({ from: label({ app: 'a'.repeat(63) }), to: label({ app: `${'b'.repeat(62)}c` }) });

      expect(egress.metadata.name.length).toBeLessThanOrEqual(63);
      expect(ingress.metadata.name.length).toBeLessThanOrEqual(63);
      expect(ingress.metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    });

    test.each<[string, Partial<AllowFlowProps>, Partial<AllowFlowProps>]>([
      ['another port', { port: 8443 }, { port: 8444 }],
      ['another protocol', {}, { protocol: NetworkProtocol.UDP }],
      ['another port on the wire', {}, { mesh: MeshMode.AMBIENT }],
      ['another source namespace', {}, { from: { ...portal, namespace: 'other' } }],
      ['another destination namespace', {}, { to: { ...records, namespace: 'other' } }],
      ['the other way round', {}, { from: records, to: portal }],
      ['a second label', {}, { to: { ...records, podLabels: { ...records.podLabels, role: 'reader' } } }],
      ['the same words, cut elsewhere', { from: label({ app: 'a-to-b' }), to: label({ app: 'c' }) }, { from: label({ app: 'a' }), to: label({ app: 'b-to-c' }) }],
      ['letters that a name cannot hold', { from: label({ app: 'api_v1' }) }, { from: label({ app: 'api.v1' }) }],
      ['another case', { from: label({ app: 'API' }) }, { from: label({ app: 'api' }) }],
      ['a long label that differs at its end', { from: label({ app: `${'a'.repeat(62)}1` }) }, { from: label({ app: `${'a'.repeat(62)}2` }) }],
      ['another key', { from: label({ app: 'api' }) }, { from: label({ 'k8s-app': 'api' }) }],
    ])('differ with %s', (_what, one, another) => {
      expect(nameOf(one)).not.toBe(nameOf(another));
    });

    test('are the same where the content is: sidecars speak on the workload\'s own port', () => {
      expect(flow({ mesh: MeshMode.SIDECAR })).toEqual(flow());
    });

    test('do not depend on the order in which labels were written', () => {
      expect(nameOf({ to: label({ a: '1', b: '2' }) })).toBe(nameOf({ to: label({ b: '2', a: '1' }) }));
    });

    test('hold where a label has no value', () => {
      expect(nameOf({ from: label({ 'example.com/gateway': '' }) })).toMatch(/^allow-example-com-gateway-to-records-8443-/);
    });
  });

  test.each<[string, Partial<AllowFlowProps>, unknown, string, string]>([
    ['from left out', { from: undefined }, undefined, 'from is required', 'name the workload'],
    ['to left out', { to: undefined }, undefined, 'to is required', 'name the workload'],
    ['a bad namespace of the source', { from: { ...portal, namespace: 'a.b' } }, 'a.b', 'RFC 1123 label', 'use at most'],
    ['a bad namespace of the destination', { to: { ...records, namespace: '' } }, '', 'RFC 1123 label', 'use at most'],
    ['a source of every pod', { from: { ...portal, podLabels: {} } }, {}, 'an empty selector selects every object', 'at least one label'],
    ['a destination of every pod', { to: { ...records, podLabels: {} } }, {}, 'an empty selector selects every object', 'at least one label'],
    ['labels in a list', { to: { ...records, podLabels: ['app'] as unknown as Record<string, string> } }, ['app'], 'an empty selector selects every object', 'at least one label'],
    ['a label value that is no text', { to: { ...records, podLabels: { app: true } as unknown as Record<string, string> } }, 'app: true', 'syntax of keys and values', 'use at most 63'],
    ['a label value that is too long', { to: { ...records, podLabels: { app: 'a'.repeat(64) } } }, `app: ${'a'.repeat(64)}`, 'syntax of keys and values', 'use at most 63'],
    ['a label key with two prefixes', { to: { ...records, podLabels: { 'a/b/c': 'd' } } }, 'a/b/c: d', 'syntax of keys and values', 'use at most 63'],
    ['a wildcard as a label value', { to: { ...records, podLabels: { app: '*' } } }, 'app: *', 'syntax of keys and values', 'use at most 63'],
    ['a port out of range', { port: 65536 }, 65536, '1 to 65535', 'use a number'],
    ['a port left out, which would be all', { port: undefined }, undefined, '1 to 65535', 'use a number'],
    ['a protocol that does not exist', { protocol: 'HTTP' as NetworkProtocol }, 'HTTP', 'TCP, UDP or SCTP', 'NetworkProtocol'],
    ['a bad name', { name: 'Portal' }, 'Portal-ingress', 'RFC 1123 subdomain', 'use at most'],
    ['an environment that does not exist', { from: { ...portal, environment: 'staging' as Environment } }, 'staging', 'AC13', 'Environment.DEV'],
    ['a flow from test into production', { from: { ...portal, environment: Environment.TEST }, to: { ...records, environment: Environment.PROD } }, 'test -> prod', 'AC13', 'de-identified'],
    ['a flow from production into development', { from: { ...portal, environment: Environment.PROD }, to: { ...records, environment: Environment.DEV } }, 'prod -> dev', 'AC13', 'de-identified'],
    ['a port that the workload does not listen on', { port: 8443, to: { ...records, port: 5433 } }, 8443, "the workload's own port is 5433", 'leave port out'],
    ['a bad port of the workload', { port: undefined, to: { ...records, port: 0 } }, 0, '1 to 65535', 'use a number'],
    ['a bad ServiceAccount', { from: { ...portal, serviceAccount: '*' } }, '*', 'RFC 1123 subdomain', 'use at most'],
    ['a mesh of another kind', { mesh: 'cni' as MeshMode }, 'cni', 'sidecar and ambient', 'MeshMode.AMBIENT'],
    ['UDP in a mesh', { mesh: MeshMode.AMBIENT, protocol: NetworkProtocol.UDP }, 'UDP', 'TX2', 'DTLS'],
    ['sides that do not exist', { sides: 'none' as FlowSides }, 'none', 'each end has its own', 'FlowSides.BOTH'],
    ['an unknown field', { ports: [1] } as object, 'ports', 'takes no other field', 'use one of'],
    ['an unknown field of a workload', { from: { ...portal, env: 'prod' } as WorkloadPeer }, 'env', 'its environment, its port', 'use one of'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => flow(changes), { path: 'Test/Flow', value, rule, remedy });
  });
});
