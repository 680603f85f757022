import { Chart, Testing } from 'cdk8s';
import { DnsEgressPolicy, type DnsEgressPolicyProps } from '../../lib/network/dns-egress-policy';
import { schemaFindings } from '../support/api-schema';
import { synthChart } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const dns = (changes: Partial<DnsEgressPolicyProps> = {}) => synthChart((chart) => new DnsEgressPolicy(chart, 'Dns', { namespace: 'healthcare-prod', ...changes }));

describe('DnsEgressPolicy', () => {
  test('allows DNS over UDP and TCP to the DNS pods of kube-system, for every pod', () => {
    const [policy] = dns();

    expect(policy.metadata).toEqual({ name: 'allow-dns', namespace: 'healthcare-prod' });
    expect(policy.spec.podSelector).toEqual({});
    expect(policy.spec.policyTypes).toEqual(['Egress']);
    expect(policy.spec.egress).toHaveLength(1);
    // One peer with both selectors: as two peers, any pod that calls itself kube-dns would be reached.
    expect(policy.spec.egress[0].to).toEqual([{
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    }]);
    expect(policy.spec.egress[0].ports).toEqual([{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }]);
    expect(schemaFindings(policy)).toEqual([]);
    expect(policy).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<DnsEgressPolicyProps> = {
      namespace: 'patient-data', name: 'dns', dnsNamespace: 'dns', dnsPodLabels: { app: 'coredns' }, nodeLocalDns: '169.254.20.10',
    };
    const [policy] = dns(props);

    expect(policy.metadata).toEqual({ name: 'dns', namespace: 'patient-data' });
    expect(policy.spec.egress[0].to).toEqual([
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'dns' } }, podSelector: { matchLabels: { app: 'coredns' } } },
      { ipBlock: { cidr: '169.254.20.10/32' } },
    ]);
    expect(schemaFindings(policy)).toEqual([]);
  });

  test('claims egress control on the emitted policy', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new DnsEgressPolicy(chart, 'Dns', { namespace: 'healthcare-prod' });

    expect(claimsBelow(chart)).toEqual(['Test/Dns/Resource implements NW3']);
  });

  test.each<[string, Partial<DnsEgressPolicyProps>, unknown, string, string]>([
    ['namespace', { namespace: 'Prod' }, 'Prod', 'RFC 1123 label', 'use at most'],
    ['name', { name: 'allow dns' }, 'allow dns', 'RFC 1123 subdomain', 'use at most'],
    ['dnsNamespace', { dnsNamespace: 'kube_system' }, 'kube_system', 'RFC 1123 label', 'use at most'],
    ['dnsPodLabels that select every pod', { dnsPodLabels: {} }, {}, 'an empty selector selects every object', 'at least one label'],
    ['dnsPodLabels with an invalid key', { dnsPodLabels: { 'k8s app': 'x' } }, 'k8s app: x', 'syntax of keys and values', 'use at most 63'],
    ['nodeLocalDns of the whole internet', { nodeLocalDns: '0.0.0.0/0' }, '0.0.0.0/0', 'NodeLocal DNSCache', '169.254.20.10'],
    ['nodeLocalDns outside link-local', { nodeLocalDns: '8.8.8.8' }, '8.8.8.8', 'NodeLocal DNSCache', '169.254.20.10'],
    ['nodeLocalDns of the metadata service', { nodeLocalDns: '169.254.169.254' }, '169.254.169.254', 'NW3', '169.254.20.10'],
    ['nodeLocalDns of Pod Identity', { nodeLocalDns: '169.254.170.23' }, '169.254.170.23', 'NW3', '169.254.20.10'],
    ['nodeLocalDns in another notation', { nodeLocalDns: '169.254.0xa9.254' }, '169.254.0xa9.254', 'NW3', '169.254.20.10'],
    ['nodeLocalDns that is no text', { nodeLocalDns: 169 as unknown as string }, 169, 'NW3', '169.254.20.10'],
    ['unknown field', { ports: [80] } as object, 'ports', 'takes no other field', 'use one of'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => dns(changes), { path: 'Test/Dns', value, rule, remedy });
  });
});
