import { AdmissionEngine } from '../../lib/profile/admission-engine';
import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { INGRESS_TLS } from '../../lib/admission/policies/ingress-tls/policy';
import { RequireIngressTls, type RequireIngressTlsProps } from '../../lib/admission/require-ingress-tls';
import { IngressClass } from '../../lib/network/ingress-class';
import { TlsIngress, type TlsIngressProps } from '../../lib/network/tls-ingress';
import { synthChart } from '../support/chart';
import { expectRefusal } from '../support/refusal';
import { evaluatorOf } from '../support/rego';

const PROPS: Required<RequireIngressTlsProps> = { phiNamespaces: ['healthcare-prod'], enforcementAction: EnforcementAction.DENY, name: 'portal-tls', exemptions: [], engine: AdmissionEngine.gatekeeper() };

describe('RequireIngressTls', () => {
  test('takes every prop, and has no parameter that would loosen it', () => {
    const [constraint] = synthChart((chart) => new RequireIngressTls(chart, 'Constraint', PROPS));

    expect(constraint.metadata).toEqual({ name: 'portal-tls' });
    expect(Object.keys(constraint.spec)).toEqual(['enforcementAction', 'match']);
  });

  test('refuses a parameter', () => {
    const props = { phiNamespaces: ['healthcare-prod'], acceptEntriesWithoutSecret: true } as RequireIngressTlsProps;

    expectRefusal(() => synthChart((chart) => new RequireIngressTls(chart, 'Constraint', props)), { path: 'Test/Constraint', value: 'acceptEntriesWithoutSecret', rule: 'HipaaIngressTls', remedy: 'phiNamespaces' });
  });

  describe('lets in what TlsIngress makes', () => {
    const evaluate = evaluatorOf(INGRESS_TLS);
    const portal = { namespace: 'healthcare-prod', name: 'patient-portal', host: 'patient-portal.example.com', service: 'patient-portal' };
    const nginx = { ...portal, tlsSecret: 'patient-portal-tls' };
    const alb = { ...portal, ingressClass: IngressClass.ALB, certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012' };
    const hosts = { additionalHosts: ['fhir.example.com', '*.records.example.com'], allowWildcardHosts: true };
    const ingress = (props: TlsIngressProps) => synthChart((chart) => new TlsIngress(chart, 'Ingress', props))[0];

    test('of every class', () => {
      // A class that is not below would be one that no test admits.
      expect(Object.values(IngressClass)).toEqual(['nginx', 'alb']);
    });

    test.each<[string, TlsIngressProps]>([
      ['with ingress-nginx', nginx],
      ['with ingress-nginx, more hosts and a wildcard', { ...nginx, ...hosts }],
      ['with ingress-nginx, a wildcard alone', { ...nginx, host: '*.example.com', allowWildcardHosts: true }],
      ['with ingress-nginx, a backend that is verified', { ...nginx, backendCaSecret: 'ca', paths: ['/fhir', '/v1'], servicePort: 8443 }],
      ['with ingress-nginx, a backend in plaintext', { ...nginx, backendProtocolHttps: false }],
      ['with an Application Load Balancer', alb],
      ['with an Application Load Balancer, more hosts and a wildcard', { ...alb, ...hosts }],
      ['with an Application Load Balancer, a wildcard alone', { ...alb, host: '*.example.com', allowWildcardHosts: true }],
      ['with an Application Load Balancer on the internet', { ...alb, internetFacing: true, paths: ['/fhir'] }],
      ['with an Application Load Balancer, a backend in plaintext', { ...alb, backendProtocolHttps: false }],
    ])('%s', (_what, props) => {
      expect(evaluate({ review: { operation: 'CREATE', object: ingress(props) } })).toEqual([]);
    });

    test.each<[string, TlsIngressProps]>([['with ingress-nginx', nginx], ['with an Application Load Balancer', alb]])('%s, and not once its TLS is taken away', (_what, props) => {
      const { spec, ...rest } = ingress(props);

      expect(evaluate({ review: { operation: 'UPDATE', object: { ...rest, spec: { ...spec, tls: [] } }, oldObject: { ...rest, spec } } })).toHaveLength(1);
      expect(evaluate({ review: { operation: 'CREATE', object: { ...rest, spec: { ...spec, ingressClassName: 'other', tls: [{ hosts: [props.host] }] } } } })).toHaveLength(2);
    });
  });
});
