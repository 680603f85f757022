import { Chart, Testing } from 'cdk8s';
import { TlsWithinNamespacePolicy, type TlsWithinNamespacePolicyProps } from '../../lib/network/tls-within-namespace-policy';
import { schemaFindings } from '../support/api-schema';
import { synthChart } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const tls = (changes: Partial<TlsWithinNamespacePolicyProps> = {}) => synthChart((chart) => new TlsWithinNamespacePolicy(chart, 'Tls', { namespace: 'healthcare-prod', ...changes }));

describe('TlsWithinNamespacePolicy', () => {
  test('allows 443 and 8443 between pods of the namespace, in both directions', () => {
    const [policy] = tls();
    const ports = [{ port: 443, protocol: 'TCP' }, { port: 8443, protocol: 'TCP' }];

    expect(policy.metadata).toEqual({ name: 'allow-tls-within-namespace', namespace: 'healthcare-prod' });
    expect(policy.spec.podSelector).toEqual({});
    expect(policy.spec.policyTypes).toEqual(['Ingress', 'Egress']);
    expect(policy.spec.ingress).toEqual([{ from: [{ podSelector: {} }], ports }]);
    expect(policy.spec.egress).toEqual([{ to: [{ podSelector: {} }], ports }]);
    expect(schemaFindings(policy)).toEqual([]);
    expect(policy).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<TlsWithinNamespacePolicyProps> = { namespace: 'patient-data', name: 'tls', ports: [9443] };
    const [policy] = tls(props);

    expect(policy.metadata).toEqual({ name: 'tls', namespace: 'patient-data' });
    expect(policy.spec.ingress[0].ports).toEqual([{ port: 9443, protocol: 'TCP' }]);
    expect(policy.spec.egress[0].ports).toEqual([{ port: 9443, protocol: 'TCP' }]);
  });

  test('claims no control: a port number proves no TLS', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new TlsWithinNamespacePolicy(chart, 'Tls', { namespace: 'healthcare-prod' });

    expect(claimsBelow(chart)).toEqual([]);
  });

  test.each<[string, Partial<TlsWithinNamespacePolicyProps>, unknown, string, string]>([
    ['namespace', { namespace: '' }, '', 'RFC 1123 label', 'use at most'],
    ['name', { name: '-tls' }, '-tls', 'RFC 1123 subdomain', 'use at most'],
    ['an empty list of ports, which would allow all', { ports: [] }, [], 'without ports allows all', 'name the ports'],
    ['port 0', { ports: [443, 0] }, 0, '1 to 65535', 'use a number'],
    ['a port above the last', { ports: [65536] }, 65536, '1 to 65535', 'use a number'],
    ['a port as text', { ports: ['443' as unknown as number] }, '443', '1 to 65535', 'use a number'],
    ['the port of HTTP', { ports: [443, 80] }, 80, '164.312(e)(1)', '8443'],
    ['the alternate port of HTTP', { ports: [8080] }, 8080, '164.312(e)(1)', '8443'],
    ['a port twice', { ports: [443, 443] }, [443, 443], 'one entry a port', 'remove one'],
    ['unknown field', { port: [8443] } as object, 'port', 'default ports open', 'use one of'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => tls(changes), { path: 'Test/Tls', value, rule, remedy });
  });
});
