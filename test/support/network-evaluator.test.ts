import type { Manifest } from './chart';
import { NetworkEvaluator, type Flow, type Pod } from './network-evaluator';

const policy = (spec: object, namespace = 'a', name = 'p'): Manifest => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec });
const pod = (namespace: string, labels: Record<string, string> = {}, more: Partial<Pod> = {}): Pod => ({ namespace, labels, ...more });
const web = pod('a', { app: 'web', tier: 'front' }, { ip: '10.0.0.10' });
const db = pod('a', { app: 'db' }, { ip: '10.0.0.20', ports: { sql: { port: 5432 }, stats: { port: 8125, protocol: 'UDP' } } });
const other = pod('b', { app: 'web', tier: 'front' }, { ip: '10.0.1.10' });
const internet = { ip: '203.0.113.9' };
const NAMESPACES = { a: { team: 'x' }, b: { team: 'y' } };
const allows = (policies: Manifest[], flow: Flow) => new NetworkEvaluator(policies, NAMESPACES).allows(flow);
const toDb: Flow = { from: web, to: db, port: 5432 };
const ingress = (...rules: object[]) => policy({ podSelector: {}, policyTypes: ['Ingress'], ingress: rules });
const egress = (...rules: object[]) => policy({ podSelector: {}, policyTypes: ['Egress'], egress: rules });

describe('NetworkEvaluator', () => {
  test.each<[string, Manifest[], Flow, boolean]>([
    ['no policy: everything passes', [], toDb, true],
    ['a policy of another namespace binds nobody here', [policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, 'b')], toDb, true],
    ['an object of another kind binds nobody', [{ ...ingress(), kind: 'CiliumNetworkPolicy' }], toDb, true],
    ['a policy that selects other pods binds not this one', [policy({ podSelector: { matchLabels: { app: 'cache' } }, policyTypes: ['Ingress'] })], toDb, true],
    ['a policy that selects by one of two labels binds not this one', [policy({ podSelector: { matchLabels: { app: 'db', tier: 'back' } }, policyTypes: ['Ingress'] })], toDb, true],

    ['Ingress without rules closes the destination', [ingress()], toDb, false],
    ['Egress without rules closes the source', [egress()], toDb, false],
    ['Egress without rules leaves ingress open', [policy({ podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Egress'] })], toDb, true],
    ['policyTypes left out mean Ingress', [policy({ podSelector: {} })], toDb, false],
    ['policyTypes left out do not mean Egress', [policy({ podSelector: { matchLabels: { app: 'web' } } })], toDb, true],
    ['policyTypes left out mean Egress too where it has a rule', [policy({ podSelector: { matchLabels: { app: 'web' } }, egress: [{ ports: [{ port: 443 }] }] })], toDb, false],
    ['policyTypes left out with an empty egress list do not mean Egress', [policy({ podSelector: { matchLabels: { app: 'web' } }, egress: [] })], toDb, true],
    ['rules of a direction that is not named are ignored', [policy({ podSelector: {}, policyTypes: ['Ingress'], egress: [{}], ingress: [] })], toDb, false],

    ['an empty rule allows all', [ingress({})], toDb, true],
    ['from left out means all sources', [ingress({ ports: [{ port: 5432 }] })], { from: internet, to: db, port: 5432 }, true],
    ['from empty means all sources', [ingress({ from: [] })], { from: internet, to: db, port: 5432 }, true],
    ['ports empty means all ports', [ingress({ ports: [] })], toDb, true],
    ['rules of one policy are a union', [ingress({ ports: [{ port: 1 }] }, { ports: [{ port: 5432 }] })], toDb, true],
    ['rules of two policies are a union', [ingress(), policy({ podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Ingress'], ingress: [{}] }, 'a', 'q')], toDb, true],
    ['egress allowed and ingress closed', [egress({}), policy({ podSelector: {}, policyTypes: ['Ingress'] }, 'a', 'q')], toDb, false],
    ['ingress allowed and egress closed', [ingress({}), policy({ podSelector: {}, policyTypes: ['Egress'] }, 'a', 'q')], toDb, false],
    ['both allowed', [ingress({}), { ...egress({}), metadata: { name: 'q', namespace: 'a' } }], toDb, true],

    ['an empty podSelector peer means the same namespace', [ingress({ from: [{ podSelector: {} }] })], toDb, true],
    ['an empty podSelector peer shuts out other namespaces', [ingress({ from: [{ podSelector: {} }] })], { from: other, to: db, port: 5432 }, false],
    ['an empty namespaceSelector peer means every pod of every namespace', [ingress({ from: [{ namespaceSelector: {} }] })], { from: other, to: db, port: 5432 }, true],
    ['an empty namespaceSelector peer means no address', [ingress({ from: [{ namespaceSelector: {} }] })], { from: internet, to: db, port: 5432 }, false],
    ['a namespaceSelector matches the namespace\'s labels', [ingress({ from: [{ namespaceSelector: { matchLabels: { team: 'y' } } }] })], { from: other, to: db, port: 5432 }, true],
    ['the API server names each namespace', [ingress({ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'b' } } }] })], { from: other, to: db, port: 5432 }, true],
    ['no label `name` is set by itself', [ingress({ from: [{ namespaceSelector: { matchLabels: { name: 'b' } } }] })], { from: other, to: db, port: 5432 }, false],
    ['both selectors in one peer are ANDed: pod wrong', [ingress({ from: [{ namespaceSelector: { matchLabels: { team: 'y' } }, podSelector: { matchLabels: { app: 'job' } } }] })], { from: other, to: db, port: 5432 }, false],
    ['both selectors in one peer are ANDed: namespace wrong', [ingress({ from: [{ namespaceSelector: { matchLabels: { team: 'y' } }, podSelector: { matchLabels: { app: 'web' } } }] })], toDb, false],
    ['both selectors in one peer are ANDed: both right', [ingress({ from: [{ namespaceSelector: { matchLabels: { team: 'y' } }, podSelector: { matchLabels: { app: 'web' } } }] })], { from: other, to: db, port: 5432 }, true],
    ['two peers are ORed', [ingress({ from: [{ namespaceSelector: { matchLabels: { team: 'y' } } }, { podSelector: { matchLabels: { app: 'web' } } }] })], toDb, true],
    ['podSelector left out selects every pod', [policy({ policyTypes: ['Ingress'] })], toDb, false],
    ['policyTypes empty mean the same as left out', [policy({ podSelector: {}, policyTypes: [], egress: [{ ports: [{ port: 443 }] }] })], toDb, false],
    ['empty selectors of both kinds mean every pod of every namespace', [ingress({ from: [{ namespaceSelector: {}, podSelector: {} }] })], { from: other, to: db, port: 5432 }, true],
    ['matchLabels and matchExpressions are ANDed', [ingress({ from: [{ podSelector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'In', values: ['back'] }] } }] })], toDb, false],
    ['an ingress peer beside ports: both have to match', [ingress({ from: [{ podSelector: {} }], ports: [{ port: 443 }] })], toDb, false],

    ['In matches a value', [ingress({ from: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'job'] }] } }] })], toDb, true],
    ['In matches no missing key', [ingress({ from: [{ podSelector: { matchExpressions: [{ key: 'x', operator: 'In', values: ['web'] }] } }] })], toDb, false],
    ['NotIn matches a missing key', [ingress({ from: [{ podSelector: { matchExpressions: [{ key: 'x', operator: 'NotIn', values: ['web'] }] } }] })], toDb, true],
    ['NotIn refuses its values', [ingress({ from: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] } }] })], toDb, false],
    ['Exists', [ingress({ from: [{ podSelector: { matchExpressions: [{ key: 'tier', operator: 'Exists' }] } }] })], toDb, true],
    ['DoesNotExist', [ingress({ from: [{ podSelector: { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] } }] })], toDb, false],

    ['another port', [ingress({ ports: [{ port: 443 }] })], toDb, false],
    ['the protocol is TCP by default: UDP is closed', [ingress({ ports: [{ port: 5432 }] })], { ...toDb, protocol: 'UDP' }, false],
    ['a protocol without a port means all its ports', [ingress({ ports: [{ protocol: 'UDP' }] })], { ...toDb, protocol: 'UDP' }, true],
    ['a protocol without a port means no other protocol', [ingress({ ports: [{ protocol: 'UDP' }] })], toDb, false],
    ['the first port of a range', [ingress({ ports: [{ port: 5432, endPort: 5440 }] })], toDb, true],
    ['the last port of a range', [ingress({ ports: [{ port: 5000, endPort: 5432 }] })], toDb, true],
    ['behind a range', [ingress({ ports: [{ port: 5000, endPort: 5431 }] })], toDb, false],
    ['a named port at ingress', [ingress({ ports: [{ port: 'sql' }] })], toDb, true],
    ['a named port at egress is the destination\'s', [egress({ ports: [{ port: 'sql' }] })], toDb, true],
    ['a named port that the pod has not', [ingress({ ports: [{ port: 'https' }] })], toDb, false],
    ['a named port of another protocol', [ingress({ ports: [{ port: 'stats' }] })], { ...toDb, port: 8125 }, false],
    ['a named port of its protocol', [ingress({ ports: [{ port: 'stats', protocol: 'UDP' }] })], { ...toDb, port: 8125, protocol: 'UDP' }, true],
    ['a named port of an address', [egress({ ports: [{ port: 'sql' }] })], { from: web, to: internet, port: 5432 }, false],

    ['an address in a block', [egress({ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }] })], { from: web, to: internet, port: 443 }, true],
    ['an address outside a block', [egress({ to: [{ ipBlock: { cidr: '198.51.100.0/24' } }] })], { from: web, to: internet, port: 443 }, false],
    ['an address that is excepted', [egress({ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['203.0.113.0/29', '203.0.113.8/29'] } }] })], { from: web, to: internet, port: 443 }, false],
    ['an IPv6 address in a block', [egress({ to: [{ ipBlock: { cidr: '2001:db8::/32' } }] })], { from: web, to: { ip: '2001:db8::1' }, port: 443 }, true],
    ['an IPv6 address in no IPv4 block', [egress({ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] })], { from: web, to: { ip: '2001:db8::1' }, port: 443 }, false],
    ['an address of IPv4 in the notation of IPv6 is IPv4 on the wire', [egress({ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }] })], { from: web, to: { ip: '::ffff:169.254.169.254' }, port: 80 }, false],
    ['and it is in no block of IPv6', [egress({ to: [{ ipBlock: { cidr: '::/0' } }] })], { from: web, to: { ip: '::ffff:203.0.113.9' }, port: 443 }, false],
    ['an exception of one block is allowed by another', [egress({ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['203.0.113.0/24'] } }, { ipBlock: { cidr: '203.0.113.9/32' } }] })], { from: web, to: internet, port: 443 }, true],
    ['an address that nobody knows is in no block', [ingress({ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] })], { from: pod('a'), to: db, port: 5432 }, false],
    ['a pod in a block, in the wider reading', [egress({ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] })], toDb, true],

    ['a pod on the node\'s network is bound by no policy', [egress()], { from: { ...web, hostNetwork: true }, to: internet, port: 443 }, true],
    ['a pod on the node\'s network is found by no selector', [ingress({ from: [{ podSelector: {} }] })], { ...toDb, from: { ...web, hostNetwork: true } }, false],
    ['a pod on the node\'s network is found by its address', [ingress({ from: [{ ipBlock: { cidr: '10.0.0.10/32' } }] })], { ...toDb, from: { ...web, hostNetwork: true } }, true],
    ['a node reaches its own pods', [ingress()], { from: { ...web, hostNetwork: true, node: 'n1' }, to: { ...db, node: 'n1' }, port: 5432 }, true],
    ['a node does not reach the pods of another', [ingress()], { from: { ...web, hostNetwork: true, node: 'n1' }, to: { ...db, node: 'n2' }, port: 5432 }, false],
    ['a pod on the node\'s network is no subject of a policy', [ingress()], { from: internet, to: { ...db, hostNetwork: true }, port: 5432 }, true],
    ['nor is it in an empty namespaceSelector', [ingress({ from: [{ namespaceSelector: {} }] })], { ...toDb, from: { ...web, hostNetwork: true } }, false],
    ['a pod reaches itself', [ingress(), policy({ podSelector: {}, policyTypes: ['Egress'] }, 'a', 'q')], { from: db, to: db, port: 5432 }, true],
    ['a pod reaches itself by its address', [ingress()], { from: { ...db }, to: { ...db }, port: 5432 }, true],
    ['a pod of the same labels is not itself', [ingress()], { from: { ...db, ip: '10.0.0.21' }, to: db, port: 5432 }, false],
    ['pods of one node are kept apart', [ingress()], { from: { ...web, node: 'n1' }, to: { ...db, node: 'n1' }, port: 5432 }, false],
  ])('%s', (_what, policies, flow, expected) => {
    expect(allows(policies, flow)).toBe(expected);
  });

  test.each<[string, object]>([
    ['a peer without a selector', { from: [{}] }],
    ['a block beside a selector', { from: [{ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }] }],
    ['an exception outside of its block', { from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['192.168.0.0/16'] } }] }],
    ['an exception that is the whole block', { from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8'] } }] }],
    ['an exception of the other family', { from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['fe80::/10'] } }] }],
    ['an address without a prefix', { from: [{ ipBlock: { cidr: '10.0.0.1' } }] }],
    ['a prefix that is too long', { from: [{ ipBlock: { cidr: '10.0.0.1/33' } }] }],
    ['port 0', { ports: [{ port: 0 }] }],
    ['a range of a named port', { ports: [{ port: 'sql', endPort: 5440 }] }],
    ['a range without a beginning', { ports: [{ endPort: 5440 }] }],
    ['a range that ends before it begins', { ports: [{ port: 5432, endPort: 5431 }] }],
    ['a protocol that Kubernetes has not', { ports: [{ port: 53, protocol: 'ICMP' }] }],
  ])('what the API server refuses is an error: %s', (_what, rule) => {
    expect(() => new NetworkEvaluator([ingress(rule)])).toThrow('NetworkPolicy a/p is refused by the API server');
    expect(() => new NetworkEvaluator([policy({ podSelector: {}, policyTypes: ['egress'] })])).toThrow('no such policy type: "egress"');
  });

  test('an operator that does not exist is an error, not a match', () => {
    expect(() => allows([ingress({ from: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'Equals', values: ['web'] }] } }] })], toDb)).toThrow('no such operator: Equals');
  });
});

describe('NetworkEvaluator in strict mode', () => {
  const strict = (policies: Manifest[], flow: Flow) => new NetworkEvaluator(policies, {}, true).allows(flow);
  const node = { ...web, hostNetwork: true, node: 'n1' };

  test.each<[string, Manifest[], Flow, boolean]>([
    ['a pod that no policy selects sends', [], { from: web, to: internet, port: 443 }, false],
    ['a pod that no policy selects is reached', [], { from: internet, to: db, port: 5432 }, false],
    ['a pod that no policy selects is probed by its node', [], { from: node, to: { ...db, node: 'n1' }, port: 5432 }, false],
    ['only one end is selected', [ingress({ from: [{ podSelector: {} }] })], { from: { ...web, namespace: 'other' }, to: db, port: 5432 }, false],
    ['a pod that no policy selects reaches itself', [], { from: db, to: db, port: 5432 }, true],
    ['a pod on the node\'s network sends', [], { from: node, to: internet, port: 443 }, true],
    ['a pod with a policy for one direction is open in the other', [ingress()], { from: db, to: internet, port: 443 }, true],
    ['a pod with a policy is probed by its node', [ingress()], { from: node, to: { ...db, node: 'n1' }, port: 5432 }, true],
  ])('%s', (_what, policies, flow, expected) => {
    expect(strict(policies, flow)).toBe(expected);
  });
});
