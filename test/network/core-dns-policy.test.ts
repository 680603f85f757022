import { Chart, Testing } from 'cdk8s';
import { CoreDnsPolicy, type CoreDnsPolicyProps } from '../../lib/network/core-dns-policy';
import { schemaFindings } from '../support/api-schema';
import { synthChart } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { NetworkEvaluator, type Endpoint, type Pod, type Protocol } from '../support/network-evaluator';
import { expectRefusal } from '../support/refusal';

const VPC = { vpcCidrs: ['10.0.0.0/16', '100.64.0.0/16'], controlPlaneCidrs: ['10.0.255.0/28'], serviceCidr: '172.20.0.0/16' };
const SCRAPER = { namespace: 'monitoring', podLabels: { app: 'prometheus' } };
const make = (props: CoreDnsPolicyProps = {}) => synthChart((chart) => new CoreDnsPolicy(chart, 'CoreDns', props));

describe('CoreDnsPolicy', () => {
  test('by default takes every private range for the VPC and for Services', () => {
    const [policy] = make();
    const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map((cidr) => ({ ipBlock: { cidr } }));
    const dns = [{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }];

    expect(policy.metadata).toEqual({ name: 'core-dns-flows', namespace: 'kube-system' });
    expect(policy.spec).toEqual({
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: privateRanges, ports: dns }],
      egress: [
        { to: [...privateRanges, { ipBlock: { cidr: '169.254.169.253/32' } }, { ipBlock: { cidr: 'fd00:ec2::253/128' } }], ports: dns },
        { to: privateRanges, ports: [{ port: 443, protocol: 'TCP' }] },
      ],
    });
    expect(schemaFindings(policy)).toEqual([]);
  });

  test('takes every prop', () => {
    const props: Required<CoreDnsPolicyProps> = { ...VPC, resolverCidrs: ['192.168.9.2/32'], metricsScraper: SCRAPER, name: 'dns' };
    const [policy] = make(props);

    expect(schemaFindings(policy)).toEqual([]);
    expect(policy).toMatchSnapshot();
  });

  test('claims no control: it opens what strict mode closes', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new CoreDnsPolicy(chart, 'CoreDns');
    expect(claimsBelow(chart)).toEqual([]);
  });

  test('a VPC without a known block of Services gets both that EKS chooses from', () => {
    const [policy] = make({ vpcCidrs: ['10.100.0.0/16'] });
    expect(policy.spec.egress[1].to).toEqual([{ ipBlock: { cidr: '10.100.0.0/16' } }, { ipBlock: { cidr: '172.20.0.0/16' } }]);
  });

  const coreDns: Pod = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, ip: '10.0.1.2', node: 'n1' };
  const phi: Pod = { namespace: 'healthcare-prod', labels: { app: 'portal' }, ip: '10.0.1.9' };
  // Pods on the node's network are bound by nothing: what passes, passes by CoreDNS' own policy.
  const node: Pod = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-proxy' }, hostNetwork: true, ip: '10.0.2.1', node: 'n2' };
  const ip = (address: string): Endpoint => ({ ip: address });
  const cluster = new NetworkEvaluator([
    ...make({ ...VPC, metricsScraper: SCRAPER }),
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'open', namespace: 'healthcare-prod' }, spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{}] } },
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'open', namespace: 'monitoring' }, spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{}] } },
  ], {}, true);

  test.each<[string, Endpoint, Endpoint, number, Protocol, boolean]>([
    ['a PHI pod that may send anywhere reaches the health port', phi, coreDns, 8080, 'TCP', false],
    ['a PHI pod reaches the readiness port', phi, coreDns, 8181, 'TCP', false],
    ['a PHI pod reads the metrics', phi, coreDns, 9153, 'TCP', false],
    ['a pod of the scraper\'s namespace reads the metrics', { namespace: 'monitoring', labels: { app: 'grafana' }, ip: '10.0.1.8' }, coreDns, 9153, 'TCP', false],
    ['the port of DNS, in another protocol', phi, coreDns, 53, 'SCTP', false],
    ['somebody outside the VPC asks', ip('10.9.0.1'), coreDns, 53, 'UDP', false],
    ['somebody on the internet asks', ip('203.0.113.9'), coreDns, 53, 'UDP', false],
    ['CoreDNS reaches the metadata service', coreDns, ip('169.254.169.254'), 80, 'TCP', false],
    ['CoreDNS reaches the metadata service on the port of DNS', coreDns, ip('169.254.169.254'), 53, 'TCP', false],
    ['CoreDNS reaches the metadata service of IPv6', coreDns, ip('fd00:ec2::254'), 80, 'TCP', false],
    ['CoreDNS reaches Pod Identity', coreDns, ip('169.254.170.23'), 80, 'TCP', false],
    ['CoreDNS tunnels to a name server of the internet', coreDns, ip('203.0.113.53'), 53, 'UDP', false],
    ['CoreDNS reaches the internet', coreDns, ip('203.0.113.9'), 443, 'TCP', false],
    ['CoreDNS reaches other interfaces of the VPC over TLS', coreDns, ip('10.0.7.7'), 443, 'TCP', false],
    ['CoreDNS reaches a PHI pod', coreDns, phi, 8443, 'TCP', false],
    ['another pod of kube-system has a network', { namespace: 'kube-system', labels: { app: 'debug' }, ip: '10.0.1.7' }, coreDns, 53, 'UDP', false],

    ['a PHI pod asks', phi, coreDns, 53, 'UDP', true],
    ['a PHI pod asks for a long answer', phi, coreDns, 53, 'TCP', true],
    ['a pod of a secondary block asks', { ...phi, ip: '100.64.3.3' }, coreDns, 53, 'UDP', true],
    ['a pod on the network of another node asks', node, coreDns, 53, 'UDP', true],
    ['kubelet of its own node probes', { ...node, node: 'n1' }, coreDns, 8181, 'TCP', true],
    ['the scraper reads the metrics', { namespace: 'monitoring', labels: { app: 'prometheus' }, ip: '10.0.1.8' }, coreDns, 9153, 'TCP', true],
    ['CoreDNS asks the resolver of the VPC', coreDns, ip('10.0.0.2'), 53, 'UDP', true],
    ['CoreDNS asks the resolver by its link-local address', coreDns, ip('169.254.169.253'), 53, 'UDP', true],
    ['CoreDNS watches Services by the address of the API server\'s Service', coreDns, ip('172.20.0.1'), 443, 'TCP', true],
    ['CoreDNS answers an interface of the API server', coreDns, ip('10.0.255.7'), 443, 'TCP', true],
  ])('%s', (_what, from, to, port, protocol, allowed) => {
    expect(cluster.allows({ from, to, port, protocol })).toBe(allowed);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a VPC of the whole internet', { vpcCidrs: ['0.0.0.0/0'] }, '0.0.0.0/0', 'control', 'the blocks'],
    ['no block at all, which would open DNS to everyone', { vpcCidrs: [] }, [], 'a rule without peers allows all', "['10.0.0.0/16']"],
    ['resolvers that are no blocks', { resolverCidrs: ['192.168.9.2'] }, '192.168.9.2', 'RFC 4632', "'10.0.1.0/24'"],
    ['resolvers that nobody named', { resolverCidrs: [] }, [], 'a rule without peers allows all', 'leave resolverCidrs out'],
    ['a resolver that is the metadata service', { resolverCidrs: ['169.254.169.254/32'] }, '169.254.169.254/32', 'control NW3', 'blocks of the VPC'],
    ['a scraper without labels', { metricsScraper: { namespace: 'monitoring', podLabels: {} } }, {}, 'an empty selector selects every object', 'at least one label'],
    ['a name', { name: 'core dns' }, 'core dns', 'RFC 1123 subdomain', 'use at most'],
    ['an unknown field', { namespace: 'dns' }, 'namespace', 'takes no other field', 'use one of'],
  ])('refuses %s', (_what, props, value, rule, remedy) => {
    expectRefusal(() => make(props), { path: 'Test/CoreDns', value, rule, remedy });
  });
});
