import { Chart, Testing } from 'cdk8s';
import { IngressControllerPolicy, type IngressControllerPolicyProps } from '../../lib/network/ingress-controller-policy';
import { MeshMode } from '../../lib/profile/mesh-mode';
import { schemaFindings } from '../support/api-schema';
import { synthChart } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { NetworkEvaluator, type Flow } from '../support/network-evaluator';
import { expectRefusal } from '../support/refusal';

const portal: IngressControllerPolicyProps = { namespace: 'healthcare-prod', podLabels: { 'app.kubernetes.io/name': 'patient-portal' }, port: 8443 };
const controller = (changes: Partial<IngressControllerPolicyProps> = {}) =>
  synthChart((chart) => new IngressControllerPolicy(chart, 'Controller', { ...portal, ...changes }));

describe('IngressControllerPolicy', () => {
  test('lets the controller\'s pods reach the pod port of the workload', () => {
    const [policy] = controller();

    expect(policy.metadata).toEqual({ name: expect.stringMatching(/^allow-ingress-to-patient-portal-8443-[0-9a-f]{8}$/), namespace: 'healthcare-prod' });
    expect(policy.spec.podSelector).toEqual({ matchLabels: { 'app.kubernetes.io/name': 'patient-portal' } });
    expect(policy.spec.policyTypes).toEqual(['Ingress']);
    expect(policy.spec.ingress).toEqual([{
      from: [{
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } },
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' } },
      }],
      ports: [{ port: 8443, protocol: 'TCP' }],
    }]);
    expect(schemaFindings(policy)).toEqual([]);
    expect(policy).toMatchSnapshot();
  });

  // The two sources exclude each other, so that each gets a set of props; together they are all of them.
  test('takes every prop of a controller in the cluster', () => {
    const props: Required<Omit<IngressControllerPolicyProps, 'sourceCidrs'>> = {
      namespace: 'patient-data', podLabels: { app: 'api' }, port: 9443, name: 'edge', controllerNamespace: 'edge', controllerPodLabels: { app: 'envoy' }, mesh: MeshMode.SIDECAR,
    };
    const [policy] = controller(props);

    expect(policy.metadata).toEqual({ name: 'edge', namespace: 'patient-data' });
    expect(policy.spec.podSelector).toEqual({ matchLabels: { app: 'api' } });
    expect(policy.spec.ingress).toEqual([{
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'edge' } }, podSelector: { matchLabels: { app: 'envoy' } } }],
      ports: [{ port: 9443, protocol: 'TCP' }],
    }]);
  });

  test('takes every prop of a load balancer outside the cluster', () => {
    const props: Required<Omit<IngressControllerPolicyProps, 'controllerNamespace' | 'controllerPodLabels' | 'mesh'>> = {
      namespace: 'healthcare-prod', podLabels: { app: 'portal' }, port: 8443, name: 'edge', sourceCidrs: ['10.0.1.0/24', '10.0.2.0/24', '2001:db8:0:1::/64'],
    };
    const [policy] = controller(props);

    expect(policy.spec.ingress[0].from).toEqual([{ ipBlock: { cidr: '10.0.1.0/24' } }, { ipBlock: { cidr: '10.0.2.0/24' } }, { ipBlock: { cidr: '2001:db8:0:1::/64' } }]);
    expect(schemaFindings(policy)).toEqual([]);
  });

  test('two ways in to one workload get two names', () => {
    const names = [controller()[0], controller({ sourceCidrs: ['10.0.1.0/24'] })[0], controller({ port: 9443 })[0]].map((policy) => policy.metadata.name);

    expect(new Set(names).size).toBe(3);
  });

  describe('in an ambient mesh', () => {
    const [policy] = controller({ mesh: MeshMode.AMBIENT });
    const cluster = new NetworkEvaluator([policy]);
    const nginx = { namespace: 'ingress-nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' } };
    const pod = { namespace: 'healthcare-prod', labels: { 'app.kubernetes.io/name': 'patient-portal' } };

    test.each<[string, Flow, boolean]>([
      ['the controller comes in by HBONE', { from: nginx, to: pod, port: 15008 }, true],
      ['the controller comes in past the mesh', { from: nginx, to: pod, port: 8443 }, false],
      ['somebody else of its namespace comes in by HBONE', { from: { ...nginx, labels: {} }, to: pod, port: 15008 }, false],
      ['a gateway of another namespace comes in by HBONE', { from: { ...nginx, namespace: 'istio-ingress' }, to: pod, port: 15008 }, false],
    ])('%s', (_what, flow, allowed) => expect(cluster.allows(flow)).toBe(allowed));

    test('the name keeps the port of the workload, and is another than without a mesh', () => {
      expect(policy.metadata.name).toMatch(/^allow-ingress-to-patient-portal-8443-[0-9a-f]{8}$/);
      expect(policy.metadata.name).not.toBe(controller()[0].metadata.name);
    });
  });

  test('with sidecars, everything is as it is without a mesh', () => expect(controller({ mesh: MeshMode.SIDECAR })).toEqual(controller()));

  test('claims no control: it opens what default deny closes', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new IngressControllerPolicy(chart, 'Controller', portal);

    expect(claimsBelow(chart)).toEqual([]);
  });

  test.each<[string, Partial<IngressControllerPolicyProps>, unknown, string, string]>([
    ['namespace', { namespace: 'A' }, 'A', 'RFC 1123 label', 'use at most'],
    ['podLabels that select every pod', { podLabels: {} }, {}, 'an empty selector selects every object', 'at least one label'],
    ['podLabels left out', { podLabels: undefined }, undefined, 'an empty selector selects every object', 'at least one label'],
    ['port', { port: 0 }, 0, '1 to 65535', 'use a number'],
    ['name', { name: 'A B' }, 'A B', 'RFC 1123 subdomain', 'use at most'],
    ['controllerNamespace', { controllerNamespace: '*' }, '*', 'RFC 1123 label', 'use at most'],
    ['controllerPodLabels that select every pod', { controllerPodLabels: {} }, {}, 'an empty selector selects every object', 'at least one label'],
    ['sourceCidrs empty, which would allow every source', { sourceCidrs: [] }, [], 'without sources allows all', "name the load balancer's subnets"],
    ['sourceCidrs as text', { sourceCidrs: '10.0.0.0/16' as unknown as string[] }, '10.0.0.0/16', 'without sources allows all', "name the load balancer's subnets"],
    ['the whole internet', { sourceCidrs: ['0.0.0.0/0'] }, '0.0.0.0/0', 'NW1', 'the subnets themselves'],
    ['half of the internet', { sourceCidrs: ['0.0.0.0/1', '128.0.0.0/1'] }, '0.0.0.0/1', 'NW1', 'the subnets themselves'],
    ['all private addresses of a class', { sourceCidrs: ['10.0.0.0/8'] }, '10.0.0.0/8', 'NW1', 'the subnets themselves'],
    ['the whole IPv6 internet', { sourceCidrs: ['::/0'] }, '::/0', 'NW1', 'the subnets themselves'],
    ['the IPv6 internet in long form', { sourceCidrs: ['0:0:0:0:0:0:0:0/0'] }, '0:0:0:0:0:0:0:0/0', 'NW1', 'the subnets themselves'],
    ['a wide block behind a good one', { sourceCidrs: ['10.0.1.0/24', '2000::/3'] }, '2000::/3', 'NW1', 'the subnets themselves'],
    ['an address without prefix', { sourceCidrs: ['10.0.1.0'] }, '10.0.1.0', 'RFC 4632', '10.0.1.0/24'],
    ['a prefix that is too long', { sourceCidrs: ['10.0.1.0/33'] }, '10.0.1.0/33', 'RFC 4632', '10.0.1.0/24'],
    ['a prefix with a leading zero', { sourceCidrs: ['10.0.1.0/024'] }, '10.0.1.0/024', 'RFC 4632', '10.0.1.0/24'],
    ['an empty prefix', { sourceCidrs: ['10.0.1.0/'] }, '10.0.1.0/', 'RFC 4632', '10.0.1.0/24'],
    ['two prefixes', { sourceCidrs: ['10.0.1.0/24/24'] }, '10.0.1.0/24/24', 'RFC 4632', '10.0.1.0/24'],
    ['a host in place of a network', { sourceCidrs: ['10.0.1.7/24'] }, '10.0.1.7/24', 'RFC 4632', '10.0.1.0/24'],
    ['an octet above 255', { sourceCidrs: ['10.0.256.0/24'] }, '10.0.256.0/24', 'RFC 4632', '10.0.1.0/24'],
    ['octal octets', { sourceCidrs: ['010.0.1.0/24'] }, '010.0.1.0/24', 'RFC 4632', '10.0.1.0/24'],
    ['IPv4 in IPv6', { sourceCidrs: ['::ffff:10.0.1.0/120'] }, '::ffff:10.0.1.0/120', 'RFC 4632', '10.0.1.0/24'],
    ['an IPv6 host', { sourceCidrs: ['2001:db8::1/64'] }, '2001:db8::1/64', 'RFC 4632', '10.0.1.0/24'],
    ['a name', { sourceCidrs: ['alb.example.com/32'] }, 'alb.example.com/32', 'RFC 4632', '10.0.1.0/24'],
    ['a Terraform reference', { sourceCidrs: ['${aws_subnet.a.cidr_block}'] }, '${aws_subnet.a.cidr_block}', 'RFC 4632', '10.0.1.0/24'],
    ['sourceCidrs beside a controller namespace', { sourceCidrs: ['10.0.1.0/24'], controllerNamespace: 'edge' }, 'edge', 'NW1', 'a second policy'],
    ['sourceCidrs beside controller labels', { sourceCidrs: ['10.0.1.0/24'], controllerPodLabels: { app: 'envoy' } }, { app: 'envoy' }, 'NW1', 'a second policy'],
    ['a mesh that does not exist', { mesh: 'linkerd' as MeshMode }, 'linkerd', 'sidecar and ambient', 'MeshMode.AMBIENT'],
    ['a load balancer in a mesh', { mesh: MeshMode.AMBIENT, sourceCidrs: ['10.0.1.0/24'] }, ['10.0.1.0/24'], 'TX2', 'MeshGateway'],
    ['unknown field', { sourceCidr: ['10.0.1.0/24'] } as object, 'sourceCidr', 'takes no other field', 'use one of'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => controller(changes), { path: 'Test/Controller', value, rule, remedy });
  });
});
