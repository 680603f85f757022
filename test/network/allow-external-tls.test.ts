import { Chart, Testing } from 'cdk8s';
import { AllowExternalTls, type AllowExternalTlsProps } from '../../lib/network/allow-external-tls';
import { schemaFindings } from '../support/api-schema';
import { synthChart } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { NetworkEvaluator } from '../support/network-evaluator';
import { expectRefusal } from '../support/refusal';

const from = { namespace: 'healthcare-prod', podLabels: { 'app.kubernetes.io/name': 'claims' } };
const outside = (changes: Partial<AllowExternalTlsProps> = {}) => synthChart((chart) => new AllowExternalTls(chart, 'Outside', { from, cidrs: ['203.0.113.16/28'], ...changes }))[0];
const reaches = (changes: Partial<AllowExternalTlsProps>, ip: string, port = 443) =>
  new NetworkEvaluator([outside(changes)]).allows({ from: { namespace: from.namespace, labels: from.podLabels }, to: { ip }, port });

describe('AllowExternalTls', () => {
  test('opens one port of the named addresses to one workload', () => {
    const policy = outside();

    expect(policy.metadata.name).toMatch(/^allow-claims-to-outside-443-[0-9a-f]{8}$/);
    expect(policy.spec).toEqual({
      podSelector: { matchLabels: from.podLabels }, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '203.0.113.16/28' } }], ports: [{ port: 443, protocol: 'TCP' }] }],
    });
    expect(schemaFindings(policy)).toEqual([]);
    expect(policy).toMatchSnapshot();
  });

  test('takes every prop, and keeps its reasons', () => {
    const props: Required<AllowExternalTlsProps> = { from, cidrs: ['0.0.0.0/0', '::/0'], port: 5432, tlsBecause: 'PostgreSQL with sslmode=verify-full', wideBecause: 'addresses change', name: 'own' };
    const policy = outside(props);

    expect(policy.metadata).toEqual({ name: 'own', namespace: 'healthcare-prod', annotations: { 'cdk8s-hipaa/tls-because': 'PostgreSQL with sslmode=verify-full', 'cdk8s-hipaa/wide-because': 'addresses change' } });
    expect(policy.spec.egress[0].ports).toEqual([{ port: 5432, protocol: 'TCP' }]);
    expect(schemaFindings(policy)).toEqual([]);
  });

  const wide = { cidrs: ['0.0.0.0/0', '::/0'], wideBecause: 'addresses change' };
  test.each<[string, Partial<AllowExternalTlsProps>, string, number, boolean]>([
    ['an address of the block', {}, '203.0.113.17', 443, true],
    ['an address beside the block', {}, '203.0.113.32', 443, false],
    ['another port', {}, '203.0.113.17', 80, false],
    ['a part of the internet', wide, '198.51.100.7', 443, true],
    ['a part of the internet, over IPv6', wide, '2001:4860::1', 443, true],
    ['a part of the internet on another port', wide, '198.51.100.7', 80, false],
    ['the metadata service', wide, '169.254.169.254', 443, false],
    ['the metadata service over IPv6', wide, 'fd00:ec2::254', 443, false],
    ['the credentials of EKS Pod Identity', wide, '169.254.170.23', 443, false],
    ['a link-local address over IPv6', wide, 'fe80::1', 443, false],
    ['a pod', wide, '10.0.0.21', 443, false],
    ['a Service', wide, '172.20.0.1', 443, false],
    ['a pod of a secondary block', wide, '100.64.0.9', 443, false],
    ['a pod over IPv6', wide, 'fd12:3456::1', 443, false],
    ['a private network that is named', { cidrs: ['10.77.0.0/16'] }, '10.77.1.1', 443, true],
    ['a private network beside it', { cidrs: ['10.77.0.0/16'] }, '10.78.1.1', 443, false],
    ['the metadata service in a block that holds it', { cidrs: ['169.0.0.0/8'] }, '169.254.169.254', 443, false],
    ['the rest of that block', { cidrs: ['169.0.0.0/8'] }, '169.1.1.1', 443, true],
    ['half of the internet', { cidrs: ['0.0.0.0/1'], wideBecause: 'addresses change' }, '10.0.0.21', 443, false],
  ])('%s', (_what, changes, ip, port, allowed) => expect(reaches(changes, ip, port)).toBe(allowed));

  test('claims no control: it opens what default deny closes', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new AllowExternalTls(chart, 'Outside', { from, cidrs: ['203.0.113.16/28'] });

    expect(claimsBelow(chart)).toEqual([]);
  });

  test('names differ by block and port, and not by the order of blocks', () => {
    const name = (changes: Partial<AllowExternalTlsProps>) => outside(changes).metadata.name;

    expect(name({ cidrs: ['203.0.113.0/28'] })).not.toBe(name({}));
    expect(name({ port: 8443, tlsBecause: 'HTTPS' })).not.toBe(name({}));
    expect(name({ cidrs: ['203.0.113.0/28', '203.0.113.16/28'] })).toBe(name({ cidrs: ['203.0.113.16/28', '203.0.113.0/28'] }));
  });

  test.each<[string, Partial<AllowExternalTlsProps>, unknown, string, string]>([
    ['nobody as its source', { from: undefined }, undefined, 'from is required', 'name the workload'],
    ['no address', { cidrs: [] }, [], 'a rule without peers', 'name the addresses'],
    ['a name', { cidrs: ['api.example.com'] }, 'api.example.com', 'RFC 4632', 'a block such as'],
    ['a block twice', { cidrs: ['203.0.113.0/28', '203.0.113.0/28'] }, ['203.0.113.0/28', '203.0.113.0/28'], 'one entry a block', 'remove one'],
    ['the internet without a reason', { cidrs: ['0.0.0.0/0'] }, '0.0.0.0/0', 'NW3', 'wideBecause'],
    ['the internet in halves without a reason', { cidrs: ['0.0.0.0/1', '128.0.0.0/1'] }, '0.0.0.0/1', 'NW3', 'wideBecause'],
    ['IPv6 without a reason', { cidrs: ['2000::/3'] }, '2000::/3', 'NW3', 'wideBecause'],
    ['an empty reason', { cidrs: ['0.0.0.0/0'], wideBecause: ' ' }, ' ', 'wideBecause is required', 'non-empty'],
    ['a reason for nothing', { wideBecause: 'because' }, 'because', 'no block is a part', 'remove wideBecause'],
    ['the metadata service', { cidrs: ['169.254.169.254/32'] }, '169.254.169.254/32', 'NW3', 'Pod Identity'],
    ['the credentials of workloads', { cidrs: ['169.254.170.23/32'] }, '169.254.170.23/32', 'NW3', 'Pod Identity'],
    ['the metadata service over IPv6', { cidrs: ['fd00:ec2::254/128'] }, 'fd00:ec2::254/128', 'NW3', 'Pod Identity'],
    ['plain HTTP', { port: 80, tlsBecause: 'no' }, 80, '312(e)(1)', 'serve TLS'],
    ['a port that nobody says is TLS', { port: 5432 }, 5432, '312(e)(1)', 'tlsBecause'],
    ['a port with an empty reason', { port: 5432, tlsBecause: '' }, '', 'tlsBecause is required', 'non-empty'],
    ['a reason for 443', { tlsBecause: 'HTTPS' }, 'HTTPS', '443 is HTTPS', 'remove tlsBecause'],
    ['a port out of range', { port: 0, tlsBecause: 'x' }, 0, '1 to 65535', 'use a number'],
    ['a bad name of the policy', { name: 'A' }, 'A', 'RFC 1123 subdomain', 'use at most'],
    ['an unknown field', { hosts: [] } as object, 'hosts', 'no other field', 'use one of'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => expectRefusal(() => outside(changes), { path: 'Test/Outside', value, rule, remedy }));
});
