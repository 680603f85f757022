import { MeshAllow, type MeshAllowProps } from '../../../lib/network/mesh/mesh-allow';
import { MeshDefaultDeny } from '../../../lib/network/mesh/mesh-default-deny';
import type { WorkloadPeer } from '../../../lib/network/workload-peer';
import { Environment } from '../../../lib/profile/environment';
import { synthChart, type Manifest } from '../../support/chart';
import { expectRefusal } from '../../support/refusal';

const portal: WorkloadPeer = { namespace: 'healthcare-prod', podLabels: { app: 'portal' }, serviceAccount: 'portal' };
const records: WorkloadPeer = { namespace: 'patient-data', podLabels: { app: 'records' }, port: 8443 };
const allow = (changes: Partial<MeshAllowProps> = {}) => synthChart((chart) => new MeshAllow(chart, 'Allow', { from: [portal], to: records, ...changes }))[0];

interface Request { principal?: string; to: { namespace: string; labels: Record<string, string> }; port: number }

interface Rule { from: { source: { principals?: string[]; namespaces?: string[] } }[]; to: { operation: { ports: string[] } }[] }

/** What a proxy lets in (Istio, AuthorizationPolicy): where some policy of ALLOW selects the workload, what no rule matches is denied. A plaintext request has no principal. */
function lets(policies: Manifest[], { principal, to, port }: Request): boolean {
  const selecting = policies.filter(({ metadata, spec }) => metadata.namespace === to.namespace
    && Object.entries((spec.selector?.matchLabels ?? {}) as Record<string, string>).every(([key, value]) => to.labels[key] === value));
  if (selecting.length === 0) return true;
  const namespace = principal?.split('/')[2];
  return selecting.some(({ spec }) => ((spec.rules ?? []) as Rule[]).some((rule) =>
    rule.from.some(({ source }) => (source.principals ?? [principal]).includes(principal) && (source.namespaces ?? [namespace]).includes(namespace) && principal !== undefined)
    && rule.to.some(({ operation }) => operation.ports.includes(String(port)))));
}

describe('MeshAllow', () => {
  test('lets an identity reach one port of a workload', () => {
    const policy = allow();

    expect(policy.metadata.name).toMatch(/^mesh-to-records-8443-[0-9a-f]{8}$/);
    expect(policy).toMatchObject({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { namespace: 'patient-data' } });
    expect(policy.spec).toEqual({
      selector: { matchLabels: { app: 'records' } }, action: 'ALLOW',
      rules: [{ from: [{ source: { principals: ['cluster.local/ns/healthcare-prod/sa/portal'] } }], to: [{ operation: { ports: ['8443'] } }] }],
    });
    expect(policy).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<MeshAllowProps> = { to: records, from: [portal, { ...portal, serviceAccount: 'batch' }], fromNamespaces: ['istio-ingress'], port: 8443, trustDomain: 'prod.example.com', name: 'own' };
    const policy = allow(props);

    expect(policy.metadata).toEqual({ name: 'own', namespace: 'patient-data' });
    expect(policy.spec.rules[0].from).toEqual([
      { source: { principals: ['prod.example.com/ns/healthcare-prod/sa/portal', 'prod.example.com/ns/healthcare-prod/sa/batch'] } }, { source: { namespaces: ['istio-ingress'] } },
    ]);
  });

  const policies = [
    ...synthChart((chart) => new MeshDefaultDeny(chart, 'Deny', { namespace: 'patient-data' })), allow(), allow({ from: undefined, fromNamespaces: ['istio-ingress'], to: { ...records, podLabels: { app: 'fhir' } } }),
  ];
  const to = { namespace: 'patient-data', labels: { app: 'records' } };
  const PORTAL = 'cluster.local/ns/healthcare-prod/sa/portal';
  test.each<[string, Request, boolean]>([
    ['the workload that is named', { principal: PORTAL, to, port: 8443 }, true],
    ['the same on another port', { principal: PORTAL, to, port: 5432 }, false],
    ['another workload of its namespace', { principal: 'cluster.local/ns/healthcare-prod/sa/default', to, port: 8443 }, false],
    ['the same name in another namespace', { principal: 'cluster.local/ns/shadow/sa/portal', to, port: 8443 }, false],
    ['the same name in another trust domain', { principal: 'evil.example.com/ns/healthcare-prod/sa/portal', to, port: 8443 }, false],
    ['a request in plaintext', { to, port: 8443 }, false],
    ['a workload that nobody may reach', { principal: PORTAL, to: { ...to, labels: { app: 'other' } }, port: 8443 }, false],
    ['a namespace that is named', { principal: 'cluster.local/ns/istio-ingress/sa/gateway', to: { ...to, labels: { app: 'fhir' } }, port: 8443 }, true],
    ['a namespace whose name begins like it', { principal: 'cluster.local/ns/istio-ingress-2/sa/gateway', to: { ...to, labels: { app: 'fhir' } }, port: 8443 }, false],
    ['a namespace that is closed by nothing', { to: { namespace: 'web', labels: {} }, port: 80 }, true],
  ])('of %s', (_what, request, allowed) => expect(lets(policies, request)).toBe(allowed));

  test.each<[string, Partial<MeshAllowProps>, unknown, string, string]>([
    ['nobody as its source', { from: undefined }, undefined, 'lets everybody in', 'serviceAccount'],
    ['an empty list of sources', { from: [], fromNamespaces: [] }, [], 'lets everybody in', 'serviceAccount'],
    ['a source that is no list', { from: portal as unknown as WorkloadPeer[] }, portal, 'Source', 'give a list'],
    ['a source without an identity', { from: [{ ...portal, serviceAccount: undefined }] }, undefined, 'serviceAccount is required', 'ServiceAccount'],
    ['the identity of everybody', { from: [{ ...portal, serviceAccount: 'default' }] }, 'default', 'AC3', 'of its own'],
    ['an identity with a wildcard', { from: [{ ...portal, serviceAccount: '*' }] }, '*', 'RFC 1123 subdomain', 'use at most'],
    ['a namespace with a wildcard', { fromNamespaces: ['*'] }, '*', 'RFC 1123 label', 'use at most'],
    ['another environment', { from: [{ ...portal, environment: Environment.TEST }], to: { ...records, environment: Environment.PROD } }, 'test -> prod', 'AC13', 'de-identified'],
    ['no port', { to: { ...records, port: undefined } }, undefined, '1 to 65535', 'use a number'],
    ['another port than the workload\'s', { port: 1 }, 1, "the workload's own port", 'leave port out'],
    ['a bad trust domain', { trustDomain: 'spiffe://a' }, 'spiffe://a', 'RFC 1123 subdomain', 'use at most'],
    ['nobody at its end', { to: undefined }, undefined, 'to is required', 'name the workload'],
    ['a bad name', { name: 'A' }, 'A', 'RFC 1123 subdomain', 'use at most'],
    ['an unknown field', { action: 'DENY' } as object, 'action', 'no other field', 'use one of'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => expectRefusal(() => allow(changes), { path: 'Test/Allow', value, rule, remedy }));
});
