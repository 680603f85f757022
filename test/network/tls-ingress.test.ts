import { Chart, Testing } from 'cdk8s';
import { IssuerReference } from '../../lib/network/certificates/issuer-reference';
import { TlsCertificate, type TlsCertificateProps } from '../../lib/network/certificates/tls-certificate';
import { IngressClass } from '../../lib/network/ingress-class';
import { TlsIngress, type TlsIngressProps } from '../../lib/network/tls-ingress';
import { MeshMode } from '../../lib/profile/mesh-mode';
import { schemaFindings } from '../support/api-schema';
import { synthChart } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
const portal: TlsIngressProps = {
  namespace: 'healthcare-prod', name: 'patient-portal', host: 'patient-portal.example.com', service: 'patient-portal', tlsSecret: 'patient-portal-tls',
};
const nginx = (changes: Partial<TlsIngressProps> = {}) => synthChart((chart) => new TlsIngress(chart, 'Ingress', { ...portal, ...changes }))[0];
const alb = (changes: Partial<TlsIngressProps> = {}) =>
  nginx({ ingressClass: IngressClass.ALB, tlsSecret: undefined, certificateArn: CERTIFICATE, ...changes });
const claims = (changes: Partial<TlsIngressProps> = {}) => {
  const chart = new Chart(Testing.app(), 'Test');
  new TlsIngress(chart, 'Ingress', { ...portal, ...changes });
  return claimsBelow(chart);
};

describe('TlsIngress', () => {
  test('serves the host over TLS and speaks HTTPS to the Service', () => {
    const ingress = nginx();

    expect(ingress.metadata).toEqual({
      name: 'patient-portal',
      namespace: 'healthcare-prod',
      annotations: {
        'nginx.ingress.kubernetes.io/ssl-redirect': 'true',
        'nginx.ingress.kubernetes.io/force-ssl-redirect': 'true',
        'nginx.ingress.kubernetes.io/ssl-ciphers': expect.not.stringMatching(/(^|:)(?!ECDHE-(ECDSA|RSA)-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305)(:|$))/),
        'nginx.ingress.kubernetes.io/ssl-prefer-server-ciphers': 'true',
        'nginx.ingress.kubernetes.io/backend-protocol': 'HTTPS',
      },
    });
    expect(ingress.spec.ingressClassName).toBe('nginx');
    expect(ingress.spec.tls).toEqual([{ hosts: ['patient-portal.example.com'], secretName: 'patient-portal-tls' }]);
    expect(ingress.spec.rules[0].http.paths[0].backend.service).toEqual({ name: 'patient-portal', port: { number: 443 } });
    expect(schemaFindings(ingress)).toEqual([]);
    expect(ingress).toMatchSnapshot();
  });

  test('takes every prop that ingress-nginx reads', () => {
    const props: Required<Omit<TlsIngressProps, 'certificateArn' | 'internetFacing' | 'certificate'>> = {
      namespace: 'patient-data', name: 'records', host: 'records.example.com', additionalHosts: ['*.records.example.com'], allowWildcardHosts: true, service: 'records',
      servicePort: 8443, tlsSecret: 'records-tls', certificateIssuer: IssuerReference.clusterIssuer('acme'), ingressClass: IngressClass.NGINX, paths: ['/fhir', '/v1/patient_data'], backendProtocolHttps: true, backendCaSecret: 'records-ca', mesh: MeshMode.SIDECAR,
    };
    const ingress = nginx(props);
    const backend = { service: { name: 'records', port: { number: 8443 } } };
    const http = { paths: [{ path: '/fhir', pathType: 'Prefix', backend }, { path: '/v1/patient_data', pathType: 'Prefix', backend }] };

    expect(ingress.metadata.annotations).toMatchObject({
      'nginx.ingress.kubernetes.io/proxy-ssl-secret': 'patient-data/records-ca',
      'nginx.ingress.kubernetes.io/proxy-ssl-verify': 'on',
      'nginx.ingress.kubernetes.io/proxy-ssl-name': 'records.patient-data.svc',
      'nginx.ingress.kubernetes.io/proxy-ssl-server-name': 'on',
      'nginx.ingress.kubernetes.io/proxy-ssl-protocols': 'TLSv1.2 TLSv1.3',
      'cert-manager.io/cluster-issuer': 'acme',
      'nginx.ingress.kubernetes.io/service-upstream': 'true',
    });
    expect(ingress.spec.rules).toEqual([{ host: 'records.example.com', http }, { host: '*.records.example.com', http }]);
    expect(ingress.spec.tls).toEqual([{ hosts: ['records.example.com', '*.records.example.com'], secretName: 'records-tls' }]);
    expect(schemaFindings(ingress)).toEqual([]);
  });

  test.each<[string, Partial<TlsIngressProps>, Record<string, string>]>([
    ['no mesh', {}, {}],
    ['an ambient mesh, which knows pods by their addresses', { mesh: MeshMode.AMBIENT }, {}],
    ['sidecars, which know Services alone', { mesh: MeshMode.SIDECAR }, { 'service-upstream': 'true' }],
    ['sidecars that tell plain HTTP apart by its host', { mesh: MeshMode.SIDECAR, backendProtocolHttps: false }, { 'service-upstream': 'true', 'upstream-vhost': 'patient-portal.healthcare-prod.svc.cluster.local' }],
  ])('with %s, dials what the mesh knows', (_what, changes, expected) => {
    const annotations = nginx(changes).metadata.annotations!;
    const prefix = 'nginx.ingress.kubernetes.io/';
    const dialled = Object.fromEntries(['service-upstream', 'upstream-vhost'].filter((name) => annotations[prefix + name] !== undefined).map((name) => [name, annotations[prefix + name]]));

    expect(dialled).toEqual(expected);
  });

  test('takes every prop that an Application Load Balancer has a use for', () => {
    const props: Required<Omit<TlsIngressProps, 'tlsSecret' | 'backendCaSecret' | 'certificate' | 'certificateIssuer' | 'mesh'>> = {
      namespace: 'patient-data', name: 'records', host: 'records.example.com', additionalHosts: ['fhir.example.com'], allowWildcardHosts: false, service: 'records',
      servicePort: 8443, ingressClass: IngressClass.ALB, certificateArn: CERTIFICATE, paths: ['/'], backendProtocolHttps: true, internetFacing: true,
    };
    const ingress = alb(props);

    expect(ingress.metadata.annotations).toEqual({
      'alb.ingress.kubernetes.io/scheme': 'internet-facing',
      'alb.ingress.kubernetes.io/target-type': 'ip',
      'alb.ingress.kubernetes.io/listen-ports': '[{"HTTPS":443}]',
      'alb.ingress.kubernetes.io/certificate-arn': CERTIFICATE,
      'alb.ingress.kubernetes.io/ssl-policy': 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
      'alb.ingress.kubernetes.io/listener-attributes.HTTPS-443': 'routing.http.response.strict_transport_security.header_value=max-age=31536000; includeSubDomains',
      'alb.ingress.kubernetes.io/backend-protocol': 'HTTPS',
      'alb.ingress.kubernetes.io/healthcheck-protocol': 'HTTPS',
    });
    expect(ingress.spec.ingressClassName).toBe('alb');
    expect(ingress.spec.tls).toEqual([{ hosts: ['records.example.com', 'fhir.example.com'] }]);
    expect(schemaFindings(ingress)).toEqual([]);
  });

  const certificateOf = (changes: Partial<TlsCertificateProps> = {}) => new TlsCertificate(new Chart(Testing.app(), 'Other'), 'Certificate', {
    namespace: 'healthcare-prod', secretName: 'made-tls', dnsNames: ['patient-portal.example.com'], issuer: IssuerReference.issuer('ca'), ...changes,
  });

  test.each<[string, Partial<TlsIngressProps>, Partial<TlsCertificateProps>]>([
    ['by name', {}, {}],
    ['by a wildcard', { additionalHosts: ['fhir.example.com'] }, { dnsNames: ['*.example.com'], allowWildcardHosts: true }],
  ])('takes the Secret of a certificate that covers its hosts %s', (_what, changes, certificate) => {
    expect(nginx({ tlsSecret: undefined, certificate: certificateOf(certificate), ...changes }).spec.tls[0].secretName).toBe('made-tls');
  });

  test.each<[string, IssuerReference, object]>([
    ['of the namespace', IssuerReference.issuer('ca'), { 'cert-manager.io/issuer': 'ca' }],
    ['of the cluster', IssuerReference.clusterIssuer('acme'), { 'cert-manager.io/cluster-issuer': 'acme' }],
    ['of AWS', IssuerReference.awsPrivateCa('pca'), { 'cert-manager.io/issuer': 'pca', 'cert-manager.io/issuer-kind': 'AWSPCAIssuer', 'cert-manager.io/issuer-group': 'awspca.cert-manager.io' }],
    ['of AWS, of the cluster', IssuerReference.awsPrivateCaForCluster('pca'), { 'cert-manager.io/issuer': 'pca', 'cert-manager.io/issuer-kind': 'AWSPCAClusterIssuer', 'cert-manager.io/issuer-group': 'awspca.cert-manager.io' }],
  ])('asks an issuer %s for the certificate, with a new key each time', (_what, certificateIssuer, annotations) => {
    const written = Object.entries(nginx({ certificateIssuer }).metadata.annotations!).filter(([name]) => name.startsWith('cert-manager.io/'));

    expect(Object.fromEntries(written)).toEqual({
      ...annotations, 'cert-manager.io/private-key-algorithm': 'ECDSA', 'cert-manager.io/private-key-size': '256', 'cert-manager.io/private-key-rotation-policy': 'Always',
    });
  });

  test.each<[string, Partial<TlsIngressProps>, unknown, string, string]>([
    ['a certificate beside a Secret', { certificate: certificateOf() }, 'patient-portal-tls', 'one certificate a host', 'one of them'],
    ['a certificate beside an issuer', { tlsSecret: undefined, certificate: certificateOf(), certificateIssuer: IssuerReference.issuer('ca') }, IssuerReference.issuer('ca'), 'one certificate a host', 'one of them'],
    ['a certificate of another namespace', { tlsSecret: undefined, certificate: certificateOf({ namespace: 'web' }) }, 'web', 'in the namespace of the Ingress', 'make it in healthcare-prod'],
    ['a certificate of other hosts', { tlsSecret: undefined, certificate: certificateOf(), additionalHosts: ['b.example.com'] }, 'b.example.com', 'TLS covers every host', 'dnsNames'],
    ['a wildcard that does not reach that deep', { tlsSecret: undefined, certificate: certificateOf({ dnsNames: ['*.example.com'], allowWildcardHosts: true }), host: 'a.b.example.com' }, 'a.b.example.com', 'RFC 6125', 'dnsNames'],
    ['a certificate that is none', { tlsSecret: undefined, certificate: 'tls' as unknown as TlsCertificate }, 'tls', 'TX1', 'new TlsCertificate'],
    ['an issuer that is none', { certificateIssuer: 'ca' as unknown as IssuerReference }, 'ca', 'annotated Ingress', 'IssuerReference.issuer'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => expectRefusal(() => nginx(changes), { path: 'Test/Ingress', value, rule, remedy }));

  test('an Application Load Balancer is internal and listens on HTTPS alone by default', () => {
    const { annotations } = alb().metadata;

    expect(alb({ internetFacing: 'false' as unknown as boolean }).metadata.annotations).toEqual(annotations);
    expect(annotations).toMatchObject({ 'alb.ingress.kubernetes.io/scheme': 'internal' });
    expect(JSON.parse(annotations!['alb.ingress.kubernetes.io/listen-ports'])).toEqual([{ HTTPS: 443 }]);
  });

  test.each<[string, () => ReturnType<typeof nginx>]>([
    ['nginx', () => nginx({ additionalHosts: ['a.example.com', 'b.example.com'], paths: ['/a', '/b'] })],
    ['alb', () => alb({ additionalHosts: ['a.example.com', 'b.example.com'], paths: ['/a', '/b'] })],
  ])('with %s, TLS covers every rule, every rule names a host, nothing answers for other hosts, and no code is injected', (_class, build) => {
    const ingress = build();
    const hosts = ingress.spec.rules.map((rule: { host: string }) => rule.host);

    expect(hosts).toHaveLength(3);
    expect(ingress.spec.tls[0].hosts).toEqual(hosts);
    expect(ingress.spec).not.toHaveProperty('defaultBackend');
    expect(Object.keys(ingress.metadata.annotations!).filter((key) => /snippet|group\.name|configuration/.test(key))).toEqual([]);
  });

  test.each<[string, Partial<TlsIngressProps>]>([
    ['nginx', {}],
    ['alb', { ingressClass: IngressClass.ALB, tlsSecret: undefined, certificateArn: CERTIFICATE }],
  ])('with %s, claims ingress TLS, and falls short of it where the backend is spoken to in plaintext', (prefix, changes) => {
    expect(claims(changes)).toEqual(['Test/Ingress/Resource implements TX1']);
    expect(claims({ ...changes, backendProtocolHttps: false })).toEqual(['Test/Ingress/Resource falls-short TX1']);
    expect(nginx({ ...changes, backendProtocolHttps: false }).metadata.annotations).toMatchObject({ [`${prefix}.ingress.kubernetes.io/backend-protocol`]: 'HTTP' });
  });

  test.each<[string, Partial<TlsIngressProps>, unknown, string, string]>([
    ['namespace', { namespace: 'a.b' }, 'a.b', 'RFC 1123 label', 'use at most'],
    ['name', { name: 'Portal' }, 'Portal', 'RFC 1123 subdomain', 'use at most'],
    ['service', { service: 'a.b' }, 'a.b', 'RFC 1123 label', 'use at most'],
    ['servicePort', { servicePort: 0 }, 0, '1 to 65535', 'use a number'],
    ['a host with a scheme', { host: 'https://portal.example.com' }, 'https://portal.example.com', 'IngressRule.host', 'without scheme'],
    ['a host with a port', { host: 'portal.example.com:443' }, 'portal.example.com:443', 'IngressRule.host', 'without scheme'],
    ['a host without a domain', { host: 'portal' }, 'portal', 'IngressRule.host', 'without scheme'],
    ['an address as a host', { host: '10.0.0.1' }, '10.0.0.1', 'IngressRule.host', 'without scheme'],
    ['an empty host, which would be every host', { host: '' }, '', 'IngressRule.host', 'without scheme'],
    ['a host left out', { host: undefined }, undefined, 'IngressRule.host', 'without scheme'],
    ['every host', { host: '*', allowWildcardHosts: true }, '*', 'IngressRule.host', 'without scheme'],
    ['a wildcard of a whole domain', { host: '*.com', allowWildcardHosts: true }, '*.com', 'IngressRule.host', 'without scheme'],
    ['a wildcard in the middle', { host: 'a.*.example.com', allowWildcardHosts: true }, 'a.*.example.com', 'IngressRule.host', 'without scheme'],
    ['a wildcard that was not asked for', { host: '*.example.com' }, '*.example.com', 'TX1', 'allowWildcardHosts'],
    ['an additional wildcard that was not asked for', { additionalHosts: ['*.example.com'] }, '*.example.com', 'TX1', 'allowWildcardHosts'],
    ['a bad additional host', { additionalHosts: ['a_b.example.com'] }, 'a_b.example.com', 'IngressRule.host', 'without scheme'],
    ['a host twice', { additionalHosts: ['patient-portal.example.com'] }, 'patient-portal.example.com', 'one rule a host', 'additionalHosts'],
    ['no path', { paths: [] }, [], 'serves nothing', 'at least one'],
    ['a path without slash', { paths: ['fhir'] }, 'fhir', 'pathType Prefix', 'start with /'],
    ['a path that leaves its folder', { paths: ['/', '/a/../admin'] }, '/a/../admin', 'pathType Prefix', 'start with /'],
    ['a path that ends in a folder above', { paths: ['/a/..'] }, '/a/..', 'pathType Prefix', 'start with /'],
    ['a path with two slashes', { paths: ['//admin'] }, '//admin', 'pathType Prefix', 'start with /'],
    ['a path with configuration of nginx', { paths: ['/;} location /x {'] }, '/;} location /x {', 'pathType Prefix', 'start with /'],
    ['a path with an encoded slash', { paths: ['/a%2fb'] }, '/a%2fb', 'pathType Prefix', 'start with /'],
    ['a path twice', { paths: ['/a', '/a'] }, '/a', 'pathType Prefix', 'start with /'],
    ['an ingress class of others', { ingressClass: 'traefik' as IngressClass }, 'traefik', 'TX1', 'IngressClass.NGINX'],
    ['tlsSecret left out', { tlsSecret: undefined }, undefined, 'self-signed', 'kubernetes.io/tls'],
    ['tlsSecret', { tlsSecret: 'other/secret' }, 'other/secret', 'RFC 1123 subdomain', 'use at most'],
    ['backendCaSecret', { backendCaSecret: 'other/secret' }, 'other/secret', 'RFC 1123 subdomain', 'use at most'],
    ['backendCaSecret without HTTPS', { backendCaSecret: 'ca', backendProtocolHttps: false }, 'ca', 'TX1', 'backendProtocolHttps'],
    ['certificateArn with nginx', { certificateArn: CERTIFICATE }, CERTIFICATE, 'belongs to an Application Load Balancer', 'remove certificateArn'],
    ['internetFacing with nginx', { internetFacing: true }, true, 'belongs to an Application Load Balancer', 'remove internetFacing'],
    ['a mesh that does not exist', { mesh: 'linkerd' as MeshMode }, 'linkerd', 'sidecar and ambient', 'MeshMode.SIDECAR'],
    ['unknown field', { allowSnippets: true } as object, 'allowSnippets', 'takes no other field', 'use one of'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => nginx(changes), { path: 'Test/Ingress', value, rule, remedy });
  });

  test.each<[string, Partial<TlsIngressProps>, unknown, string, string]>([
    ['certificateArn left out', { certificateArn: undefined }, undefined, 'a certificate of ACM', 'arn:aws:acm'],
    ['a Terraform reference', { certificateArn: '${aws_acm_certificate.a.arn}' }, '${aws_acm_certificate.a.arn}', 'would be written as text', 'arn:aws:acm'],
    ['an ARN of another service', { certificateArn: 'arn:aws:iam::123456789012:role/x' }, 'arn:aws:iam::123456789012:role/x', 'arn:partition:service', 'full ARN'],
    ['an ARN with a wildcard', { certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/*' }, 'arn:aws:acm:us-east-1:123456789012:certificate/*', 'without wildcards', 'full ARN'],
    ['tlsSecret, which a load balancer does not read', { tlsSecret: 'patient-portal-tls' }, 'patient-portal-tls', 'belongs to ingress-nginx', 'remove tlsSecret'],
    ['certificateIssuer, which a load balancer does not read', { certificateIssuer: IssuerReference.issuer('ca') }, IssuerReference.issuer('ca'), 'belongs to ingress-nginx', 'remove certificateIssuer'],
    ['backendCaSecret, which a load balancer does not read', { backendCaSecret: 'ca' }, 'ca', 'belongs to ingress-nginx', 'remove backendCaSecret'],
    ['a mesh', { mesh: MeshMode.AMBIENT }, 'ambient', 'TX2', 'MeshGateway'],
  ])('refuses with an Application Load Balancer: %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => alb(changes), { path: 'Test/Ingress', value, rule, remedy });
  });
});
