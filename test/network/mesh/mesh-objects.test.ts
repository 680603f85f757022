/** The smaller objects of a mesh: what they emit, and what they refuse. */
import { Chart, Testing } from 'cdk8s';
import { GatewayTlsVersion } from '../../../lib/network/mesh/gateway-tls-version';
import { MeshDefaultDeny, type MeshDefaultDenyProps } from '../../../lib/network/mesh/mesh-default-deny';
import { MeshDestinationRule, type MeshDestinationRuleProps } from '../../../lib/network/mesh/mesh-destination-rule';
import { MeshGateway, type MeshGatewayProps } from '../../../lib/network/mesh/mesh-gateway';
import { MeshTls, type ExternalTlsProps } from '../../../lib/network/mesh/mesh-tls';
import { StrictMutualTls, type StrictMutualTlsProps } from '../../../lib/network/mesh/strict-mutual-tls';
import { synthChart } from '../../support/chart';
import { claimsBelow } from '../../support/claims';
import { expectRefusal } from '../../support/refusal';

describe('StrictMutualTls', () => {
  const strict = (changes: Partial<StrictMutualTlsProps> = {}) => synthChart((chart) => new StrictMutualTls(chart, 'Tls', { namespace: 'healthcare-prod', ...changes }))[0];

  test('holds for every workload and every port', () => {
    expect(strict()).toEqual({ apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'default', namespace: 'healthcare-prod' }, spec: { mtls: { mode: 'STRICT' } } });
  });

  test('takes every prop', () => {
    const props: Required<StrictMutualTlsProps> = { namespace: 'patient-data', name: 'strict' };
    expect(strict(props).metadata).toEqual({ name: 'strict', namespace: 'patient-data' });
  });

  test('claims mutual TLS on the emitted object', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new StrictMutualTls(chart, 'Tls', { namespace: 'healthcare-prod' });
    expect(claimsBelow(chart)).toEqual(['Test/Tls/Resource implements TX2']);
  });

  test.each<[string, Partial<StrictMutualTlsProps>, unknown, string, string]>([
    ['a bad namespace', { namespace: 'a.b' }, 'a.b', 'RFC 1123 label', 'use at most'],
    ['a bad name', { name: 'A' }, 'A', 'RFC 1123 subdomain', 'use at most'],
    ['a mode', { mode: 'PERMISSIVE' } as object, 'mode', 'TX2', 'use one of'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => expectRefusal(() => strict(changes), { path: 'Test/Tls', value, rule, remedy }));
});

describe('MeshDefaultDeny', () => {
  const deny = (changes: Partial<MeshDefaultDenyProps> = {}) => synthChart((chart) => new MeshDefaultDeny(chart, 'Deny', { namespace: 'healthcare-prod', ...changes }))[0];

  test('has no rule and no selector, so that nothing matches for any workload', () => {
    expect(deny()).toEqual({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'default-deny', namespace: 'healthcare-prod' }, spec: {} });
  });

  test('takes every prop', () => {
    const props: Required<MeshDefaultDenyProps> = { namespace: 'patient-data', name: 'closed' };
    expect(deny(props).metadata).toEqual({ name: 'closed', namespace: 'patient-data' });
  });

  test.each<[string, Partial<MeshDefaultDenyProps>, unknown, string, string]>([
    ['a bad namespace', { namespace: 'a.b' }, 'a.b', 'RFC 1123 label', 'use at most'],
    ['a bad name', { name: 'A' }, 'A', 'RFC 1123 subdomain', 'use at most'],
    ['a rule', { rules: [{}] } as object, 'rules', 'no exception', 'use one of'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => expectRefusal(() => deny(changes), { path: 'Test/Deny', value, rule, remedy }));
});

describe('MeshDestinationRule', () => {
  const service: MeshDestinationRuleProps = { namespace: 'healthcare-prod', name: 'records', host: 'records.patient-data.svc.cluster.local' };
  const rule = (changes: Partial<MeshDestinationRuleProps> = {}) => synthChart((chart) => new MeshDestinationRule(chart, 'Rule', { ...service, ...changes }))[0];
  const all: Required<ExternalTlsProps> = { caCertificates: '/etc/ssl/certs/ca-certificates.crt', sni: 'sni.example.com', subjectAltNames: ['a.example.com', 'b.example.com'] };

  test.each<[string, Partial<MeshDestinationRuleProps>, object]>([
    ['a Service', {}, { mode: 'ISTIO_MUTUAL' }],
    ['all Services of a namespace', { host: '*.patient-data.svc.cluster.local' }, { mode: 'ISTIO_MUTUAL' }],
    ['a host outside, verified by its own name', { host: 'claims.example.com', tls: MeshTls.external({ caCertificates: all.caCertificates }) }, {
      mode: 'SIMPLE', caCertificates: all.caCertificates, sni: 'claims.example.com', subjectAltNames: ['claims.example.com'],
    }],
    ['hosts outside, all props', { host: '*.example.com', tls: MeshTls.external(all) }, { mode: 'SIMPLE', ...all }],
  ])('encrypts to %s', (_what, changes, tls) => {
    expect(rule(changes).spec).toEqual({ host: changes.host ?? service.host, exportTo: ['.'], trafficPolicy: { tls } });
  });

  test('takes every prop', () => {
    const props: Required<MeshDestinationRuleProps> = { namespace: 'patient-data', name: 'own', host: 'a.b.svc.cluster.local', tls: MeshTls.istioMutual(), everyNamespace: true };
    expect(rule(props)).toMatchObject({ metadata: { name: 'own', namespace: 'patient-data' }, spec: { exportTo: ['*'] } });
  });

  test.each<[string, Partial<MeshDestinationRuleProps>, unknown, string, string]>([
    ['a bad namespace', { namespace: 'a.b' }, 'a.b', 'RFC 1123 label', 'use at most'],
    ['a bad name', { name: 'A' }, 'A', 'RFC 1123 subdomain', 'use at most'],
    ['a short name', { host: 'records' }, 'records', 'fully qualified', 'without scheme'],
    ['every host', { host: '*' }, '*', 'fully qualified', 'without scheme'],
    ['the mesh\'s certificates to a host outside', { host: 'claims.example.com' }, 'claims.example.com', 'TX2', 'MeshTls.external'],
    ['other certificates to a Service', { tls: MeshTls.external(all) }, service.host, 'TX2', 'MeshTls.istioMutual'],
    ['a wildcard without a name to ask for', { host: '*.example.com', tls: MeshTls.external({ caCertificates: '/ca.pem' }) }, '*.example.com', 'RFC 6066', 'give sni'],
    ['a mode as text', { tls: 'DISABLE' as unknown as MeshTls }, 'DISABLE', 'TX2', 'MeshTls.istioMutual'],
    ['an unknown field', { trafficPolicy: {} } as object, 'trafficPolicy', 'no other field', 'use one of'],
  ])('refuses %s', (_what, changes, value, what, remedy) => expectRefusal(() => rule(changes), { path: 'Test/Rule', value, rule: what, remedy }));

  test.each<[string, Partial<ExternalTlsProps>, unknown, string, string]>([
    ['no authority', { caCertificates: undefined }, undefined, 'not verified', 'a path in the proxy'],
    ['an authority that is no file', { caCertificates: 'system' }, 'system', 'not verified', 'a path in the proxy'],
    ['no name to verify', { subjectAltNames: [] }, [], 'any certificate', 'name the host'],
    ['a name that is none', { subjectAltNames: ['*'] }, '*', 'fully qualified', 'without scheme'],
    ['an address to ask for', { sni: '10.0.0.1' }, '10.0.0.1', 'fully qualified', 'without scheme'],
    ['a switch for verification', { insecureSkipVerify: true } as object, 'insecureSkipVerify', 'no other field', 'use one of'],
  ])('external TLS refuses %s', (_what, changes, value, what, remedy) => expectRefusal(() => MeshTls.external({ ...all, ...changes }), { path: 'MeshTls.external', value, rule: what, remedy }));
});

describe('MeshGateway', () => {
  const portal: MeshGatewayProps = { namespace: 'healthcare-prod', name: 'portal', hosts: ['portal.example.com'], credentialName: 'portal-tls' };
  const gateway = (changes: Partial<MeshGatewayProps> = {}) => synthChart((chart) => new MeshGateway(chart, 'Gateway', { ...portal, ...changes }))[0];

  test('serves its hosts over TLS, and redirects plain HTTP', () => {
    const object = gateway();
    const [https, http, ...others] = object.spec.servers;

    expect(others).toEqual([]);
    expect(https.tls).toMatchObject({ mode: 'SIMPLE', credentialName: 'portal-tls', minProtocolVersion: 'TLSV1_2' });
    expect(https.tls.cipherSuites.filter((suite: string) => !/^ECDHE-(ECDSA|RSA)-AES(128|256)-GCM-/.test(suite))).toEqual([]);
    expect(http).toEqual({ hosts: ['./portal.example.com'], port: { name: 'http', number: 80, protocol: 'HTTP' }, tls: { httpsRedirect: true } });
    expect(object).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<MeshGatewayProps> = {
      namespace: 'patient-data', name: 'own', hosts: ['a.example.com', 'b.example.com'], credentialName: 'own-tls', gatewayPodLabels: { istio: 'phi-gateway' }, routeNamespace: 'routes',
      minimumTls: GatewayTlsVersion.TLS_1_3, mutualTls: true, httpsPort: 8443, httpsRedirect: false,
    };

    expect(gateway(props)).toMatchObject({
      metadata: { name: 'own', namespace: 'patient-data' },
      spec: {
        selector: { istio: 'phi-gateway' },
        servers: [{
          hosts: ['routes/a.example.com', 'routes/b.example.com'], port: { name: 'https', number: 8443, protocol: 'HTTPS' }, tls: { mode: 'MUTUAL', credentialName: 'own-tls', minProtocolVersion: 'TLSV1_3' },
        }],
      },
    });
    // Suites of TLS 1.2 mean nothing from 1.3 on.
    expect(gateway(props).spec.servers[0].tls).not.toHaveProperty('cipherSuites');
  });

  test('claims TLS for ingress on the emitted object', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new MeshGateway(chart, 'Gateway', portal);
    expect(claimsBelow(chart)).toEqual(['Test/Gateway/Resource implements TX1']);
  });

  test.each<[string, Partial<MeshGatewayProps>, unknown, string, string]>([
    ['a bad namespace', { namespace: 'a.b' }, 'a.b', 'RFC 1123 label', 'use at most'],
    ['a bad name', { name: 'A' }, 'A', 'RFC 1123 subdomain', 'use at most'],
    ['a certificate of another namespace', { credentialName: 'a/b' }, 'a/b', 'RFC 1123 subdomain', 'use at most'],
    ['no host', { hosts: [] }, [], 'hosts are named', 'name each host'],
    ['every host', { hosts: ['*'] }, '*', 'fully qualified', 'without scheme'],
    ['a wildcard', { hosts: ['*.example.com'] }, '*.example.com', 'hosts are named', 'name each host'],
    ['a host twice', { hosts: ['a.example.com', 'a.example.com'] }, ['a.example.com', 'a.example.com'], 'one entry a host', 'remove one'],
    ['every gateway', { gatewayPodLabels: {} }, {}, 'an empty selector', 'at least one label'],
    ['a bad namespace of routes', { routeNamespace: '*' }, '*', 'RFC 1123 label', 'use at most'],
    ['TLS 1.0', { minimumTls: 'TLSV1_0' as GatewayTlsVersion }, 'TLSV1_0', 'NIST SP 800-52', 'TLS_1_2'],
    ['HTTPS on the port of HTTP', { httpsPort: 80 }, 80, 'TX1', '443'],
    ['a port out of range', { httpsPort: 0 }, 0, '1 to 65535', 'use a number'],
    ['an unknown field', { servers: [] } as object, 'servers', 'no other field', 'use one of'],
  ])('refuses %s', (_what, changes, value, what, remedy) => expectRefusal(() => gateway(changes), { path: 'Test/Gateway', value, rule: what, remedy }));
});
