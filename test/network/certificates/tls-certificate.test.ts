import { CertificateIssuer } from '../../../lib/network/certificates/certificate-issuer';
import { CertificateAuthority } from '../../../lib/network/certificates/certificate-authority';
import { IssuerReference } from '../../../lib/network/certificates/issuer-reference';
import { TlsCertificate, type TlsCertificateProps } from '../../../lib/network/certificates/tls-certificate';
import { synthChart } from '../../support/chart';
import { expectRefusal } from '../../support/refusal';

const props: TlsCertificateProps = { namespace: 'healthcare-prod', secretName: 'portal-tls', dnsNames: ['patient-portal.example.com'], issuer: IssuerReference.issuer('ca') };
const certificate = (changes: Partial<TlsCertificateProps> = {}) => synthChart((chart) => new TlsCertificate(chart, 'Certificate', { ...props, ...changes }))[0];

describe('TlsCertificate', () => {
  test('is renewed in time, with a new key each time', () => {
    const object = certificate();

    expect(object.metadata).toEqual({ name: 'portal-tls', namespace: 'healthcare-prod' });
    expect(object.spec.privateKey).toEqual({ algorithm: 'ECDSA', encoding: 'PKCS8', size: 256, rotationPolicy: 'Always' });
    expect(parseInt(object.spec.duration)).toBe(90 * 24);
    expect(parseInt(object.spec.renewBefore)).toBe(30 * 24);
    expect(object).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const all: Required<TlsCertificateProps> = {
      namespace: 'patient-data', name: 'records', secretName: 'records-tls', dnsNames: ['records.patient-data.svc', '*.records.example.com'], issuer: IssuerReference.awsPrivateCa('pca'),
      durationDays: 30, renewBeforeDays: 7, clientAuth: true, allowWildcardHosts: true,
    };

    expect(certificate(all)).toMatchObject({
      metadata: { name: 'records', namespace: 'patient-data' },
      spec: {
        secretName: 'records-tls', dnsNames: ['records.patient-data.svc', '*.records.example.com'], duration: '720h0m0s', renewBefore: '168h0m0s', usages: ['digital signature', 'server auth', 'client auth'],
        issuerRef: { name: 'pca', kind: 'AWSPCAIssuer', group: 'awspca.cert-manager.io' },
      },
    });
  });

  test('says what others need to know of it', () => {
    synthChart((chart) => {
      const issuer = new CertificateIssuer(chart, 'Issuer', { namespace: 'healthcare-prod', name: 'own', authority: CertificateAuthority.privateCa('ca') });
      const { namespace, secretName, dnsNames } = new TlsCertificate(chart, 'Certificate', { ...props, issuer: issuer.reference });
      expect({ namespace, secretName, dnsNames }).toEqual({ namespace: 'healthcare-prod', secretName: 'portal-tls', dnsNames: ['patient-portal.example.com'] });
      expect(issuer.reference).toEqual(IssuerReference.issuer('own'));
    });
  });

  test('a day before the end is the latest for a certificate of two', () => expect(certificate({ durationDays: 2 }).spec.renewBefore).toBe('24h0m0s'));

  test.each<[string, Partial<TlsCertificateProps>, unknown, string, string]>([
    ['a bad namespace', { namespace: 'a.b' }, 'a.b', 'RFC 1123 label', 'use at most'],
    ['a bad name', { name: 'A' }, 'A', 'RFC 1123 subdomain', 'use at most'],
    ['a bad Secret', { secretName: 'a/b' }, 'a/b', 'RFC 1123 subdomain', 'use at most'],
    ['no name', { dnsNames: [] }, [], 'RFC 6125', 'name each host'],
    ['an address', { dnsNames: ['10.0.0.1'] }, '10.0.0.1', 'fully qualified', 'without scheme'],
    ['a wildcard that was not asked for', { dnsNames: ['*.example.com'] }, '*.example.com', 'TX1', 'allowWildcardHosts'],
    ['no issuer', { issuer: { name: 'ca' } as unknown as IssuerReference }, { name: 'ca' }, 'issuerRef', 'IssuerReference.issuer'],
    ['a certificate of years', { durationDays: 3650 }, 3650, 'CA/Browser Forum', 'to 398'],
    ['a renewal after the end', { durationDays: 30, renewBeforeDays: 30 }, 30, 'before it ends', 'to 29'],
    ['an unknown field', { keyAlgorithm: 'RSA' } as object, 'keyAlgorithm', 'no other field', 'use one of'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => expectRefusal(() => certificate(changes), { path: 'Test/Certificate', value, rule, remedy }));

  test('an issuer has a name', () => expectRefusal(() => IssuerReference.clusterIssuer('A'), { path: 'IssuerReference', value: 'A', rule: 'RFC 1123', remedy: 'use at most' }));
});
