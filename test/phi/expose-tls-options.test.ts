import { Chart, Testing } from 'cdk8s';
import { IssuerReference } from '../../lib/network/certificates/issuer-reference';
import { IngressClass } from '../../lib/network/ingress-class';
import { EXPOSE_FIELDS, type ExposeTlsOptions } from '../../lib/phi/expose-tls-options';
import { FlowEnd, type IFlowEnd } from '../../lib/phi/flow-end';
import { PhiNamespace } from '../../lib/phi/phi-namespace';
import { Environment } from '../../lib/profile/environment';
import { IdentityGroups } from '../../lib/profile/identity-groups';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { MeshMode } from '../../lib/profile/mesh-mode';
import { HardenedDeployment } from '../../lib/workloads/hardened-deployment';
import { HardenedStatefulSet } from '../../lib/workloads/hardened-stateful-set';
import { Image } from '../../lib/workloads/image';
import { schemaFindings } from '../support/api-schema';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { NetworkEvaluator } from '../support/network-evaluator';
import { expectRefusal } from '../support/refusal';

const PROD = 'healthcare-prod';
const groups = new IdentityGroups({ auditors: 'auditors@company.com', developers: 'developers@company.com', securityAdmins: 'security-admins@company.com' });
const LABELS = { 'app.kubernetes.io/name': 'patient-api', 'tier': 'web' };
const api = FlowEnd.pods({ namespace: PROD, podLabels: LABELS, port: 8443 });
const issuer = IssuerReference.clusterIssuer('company-ca');
const ARN = 'arn:aws:acm:us-east-1:123456789012:certificate/1234abcd-12ab-34cd-56ef-1234567890ab';
const nginx: ExposeTlsOptions = { host: 'api.example.com', issuer };
const alb: ExposeTlsOptions = { host: 'api.example.com', ingressClass: IngressClass.ALB, certificateArn: ARN, sourceCidrs: ['10.0.8.0/24'] };

const phiIn = (chart: Chart, mode?: MeshMode, trustDomain?: string) => new PhiNamespace(chart, 'Phi', {
  name: PROD, environment: Environment.PROD, groups, kubernetesVersion: KubernetesVersion.V1_33, ...(mode === undefined ? {} : { mesh: { mode, trustDomain } }),
});
/** What the exposures add to the namespace. */
const expose = (calls: readonly (readonly [to: IFlowEnd, options: ExposeTlsOptions])[], mode?: MeshMode): Manifest[] => {
  const before = synthChart((chart) => phiIn(chart, mode)).length;
  return synthChart((chart) => {
    const phi = phiIn(chart, mode);
    for (const [to, options] of calls) phi.exposeTls(to, options);
  }).slice(before);
};
const titles = (manifests: Manifest[]): string[] => manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
const one = (manifests: Manifest[], kind: string): Manifest => manifests.find((manifest) => manifest.kind === kind)!;
/** TLS covers each host, by the Secret of the certificate, which has the host in it. */
const uncovered = (manifests: Manifest[]): string[] => {
  const [{ spec: certificate }, { spec: { rules, tls: [tls] } }] = [one(manifests, 'Certificate'), one(manifests, 'Ingress')];
  return (rules as { host: string }[]).map(({ host }) => host)
    .filter((host) => tls.secretName !== certificate.secretName || !tls.hosts.includes(host) || !certificate.dnsNames.includes(host));
};

const hardened = Image.of(`registry.example.com/api@sha256:${'a'.repeat(64)}`);

describe('exposeTls', () => {
  test('is a Service on the port of the pods, a certificate, an Ingress and the way in for the controller', () => {
    const manifests = expose([[api, nginx]]);
    const [service, certificate, ingress, policy] = manifests;

    expect(titles(manifests)).toEqual([
      `Service ${PROD}/patient-api-tls`, `Certificate ${PROD}/patient-api-tls`, `Ingress ${PROD}/patient-api`, expect.stringMatching(/^NetworkPolicy healthcare-prod\/allow-ingress-to-patient-api-8443-/),
    ]);
    // The Amazon VPC CNI passes a flow by a Service's name where the selectors are alike and the ports are the same.
    expect(service.spec).toEqual({ type: 'ClusterIP', selector: LABELS, ports: [{ name: 'https', appProtocol: 'https', port: 8443, targetPort: 8443 }] });
    expect(policy.spec.podSelector.matchLabels).toEqual(service.spec.selector);
    expect(certificate.spec).toMatchObject({ secretName: 'patient-api-tls', dnsNames: ['api.example.com'], issuerRef: { kind: 'ClusterIssuer', name: 'company-ca' } });
    expect(ingress.spec.rules[0].http.paths[0].backend.service).toEqual({ name: 'patient-api-tls', port: { number: 8443 } });
    expect(ingress.metadata.annotations).toMatchObject({ 'nginx.ingress.kubernetes.io/force-ssl-redirect': 'true', 'nginx.ingress.kubernetes.io/backend-protocol': 'HTTPS' });
    expect(uncovered(manifests)).toEqual([]);
    expect([service, ingress, policy].flatMap((manifest) => schemaFindings(manifest))).toEqual([]);
    expect(manifests.map(({ metadata, spec }) => ({ metadata, spec }))).toMatchSnapshot();
  });

  test('takes every option of ingress-nginx', () => {
    const every: Required<Omit<ExposeTlsOptions, 'tlsSecret' | 'certificateArn' | 'internetFacing' | 'sourceCidrs'>> = {
      host: 'api.example.com', additionalHosts: ['*.care.example.com'], allowWildcardHosts: true, ingressClass: IngressClass.NGINX, paths: ['/v1', '/v2'], backendCaSecret: 'internal-ca',
      name: 'records', issuer, service: 'records-https', controllerNamespace: 'edge', controllerPodLabels: { app: 'edge' }, controllerServiceAccount: 'edge-proxy',
    };
    const manifests = expose([[api, every]], MeshMode.SIDECAR);
    const [certificate, ingress, policy, mesh] = manifests;

    expect(titles(manifests).map((title) => title.replace(/-[0-9a-f]{8}$/, ''))).toEqual([
      `Certificate ${PROD}/records-tls`, `Ingress ${PROD}/records`, `NetworkPolicy ${PROD}/allow-ingress-to-patient-api-8443`, `AuthorizationPolicy ${PROD}/mesh-to-patient-api-8443`,
    ]);
    expect(certificate.spec.dnsNames).toEqual(['api.example.com', '*.care.example.com']);
    expect(uncovered(manifests)).toEqual([]);
    expect(ingress.spec.rules[1].http.paths.map(({ path, backend }: { path: string; backend: object }) => [path, backend])).toEqual(
      ['/v1', '/v2'].map((path) => [path, { service: { name: 'records-https', port: { number: 443 } } }]));
    expect(ingress.metadata.annotations).toMatchObject({ 'nginx.ingress.kubernetes.io/proxy-ssl-secret': `${PROD}/internal-ca`, 'nginx.ingress.kubernetes.io/proxy-ssl-name': `records-https.${PROD}.svc` });
    expect(policy.spec.ingress[0].from).toEqual([{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'edge' } }, podSelector: { matchLabels: { app: 'edge' } } }]);
    expect(mesh.spec.rules[0].from).toEqual([{ source: { principals: ['cluster.local/ns/edge/sa/edge-proxy'] } }]);
  });

  test('takes every option of an Application Load Balancer', () => {
    const every: Required<Omit<ExposeTlsOptions, 'tlsSecret' | 'issuer' | 'backendCaSecret' | 'controllerNamespace' | 'controllerPodLabels' | 'controllerServiceAccount'>> = {
      host: 'api.example.com', additionalHosts: ['*.example.com'], allowWildcardHosts: true, ingressClass: IngressClass.ALB, certificateArn: ARN, paths: ['/v1'], internetFacing: true,
      name: 'records', service: 'records-https', sourceCidrs: ['10.0.8.0/24', '10.0.9.0/24'],
    };
    const [ingress, policy] = expose([[api, every]]);

    expect(ingress.metadata).toMatchObject({ name: 'records', annotations: {
      'alb.ingress.kubernetes.io/scheme': 'internet-facing', 'alb.ingress.kubernetes.io/certificate-arn': ARN, 'alb.ingress.kubernetes.io/listen-ports': '[{"HTTPS":443}]', 'alb.ingress.kubernetes.io/backend-protocol': 'HTTPS',
    } });
    expect(ingress.spec).toMatchObject({ ingressClassName: 'alb', tls: [{ hosts: ['api.example.com', '*.example.com'] }] });
    expect(policy.spec.ingress).toEqual([{ from: [{ ipBlock: { cidr: '10.0.8.0/24' } }, { ipBlock: { cidr: '10.0.9.0/24' } }], ports: [{ port: 8443, protocol: 'TCP' }] }]);
    expect([ingress, policy].flatMap((manifest) => schemaFindings(manifest))).toEqual([]);
  });

  test.each<[MeshMode, number, string | undefined]>([[MeshMode.SIDECAR, 8443, 'true'], [MeshMode.AMBIENT, 15008, undefined]])(
    'in a mesh of mode %s lets the controller in by its identity, on what it speaks', (mode, port, upstream) => {
      const manifests = synthChart((chart) => phiIn(chart, mode, 'company.mesh').exposeTls(api, nginx));
      const policies = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);

      expect(policies('AuthorizationPolicy').at(-1)!.spec.rules).toEqual([
        { from: [{ source: { principals: ['company.mesh/ns/ingress-nginx/sa/ingress-nginx'] } }], to: [{ operation: { ports: ['8443'] } }] },
      ]);
      expect(policies('NetworkPolicy').at(-1)!.spec.ingress[0].ports).toEqual([{ port, protocol: 'TCP' }]);
      // By the address of a pod a sidecar knows no service, and speaks no mutual TLS.
      expect(one(manifests, 'Ingress').metadata.annotations!['nginx.ingress.kubernetes.io/service-upstream']).toBe(upstream);
    },
  );

  test('a certificate that somebody else makes is named by its Secret', () => {
    const every: Required<Pick<ExposeTlsOptions, 'host' | 'tlsSecret'>> = { host: 'api.example.com', tlsSecret: 'own-tls' };
    const manifests = expose([[api, every]]);

    expect(one(manifests, 'Certificate')).toBeUndefined();
    expect(one(manifests, 'Ingress').spec.tls).toEqual([{ hosts: ['api.example.com'], secretName: 'own-tls' }]);
  });

  test('every option is known', () => {
    const every: Record<keyof ExposeTlsOptions, true> = {
      host: true, additionalHosts: true, allowWildcardHosts: true, tlsSecret: true, ingressClass: true, certificateArn: true, paths: true, backendCaSecret: true,
      internetFacing: true, name: true, issuer: true, service: true, sourceCidrs: true, controllerNamespace: true, controllerPodLabels: true, controllerServiceAccount: true,
    };
    expect([...EXPOSE_FIELDS].sort()).toEqual(Object.keys(every).sort());
  });

  test('a hardened workload is exposed on its own port', () => {
    const manifests = synthChart((chart) => {
      const image = Image.of(`registry.example.com/api@sha256:${'a'.repeat(64)}`);
      phiIn(chart).exposeTls(new HardenedDeployment(chart, 'Api', { namespace: PROD, image, name: 'records-api', port: 9443, withoutProbes: 'a test' }), nginx);
    });
    const service = manifests.find(({ kind, metadata }) => kind === 'Service' && metadata.name === one(manifests, 'Ingress').spec.rules[0].http.paths[0].backend.service.name)!;
    const podLabels = one(manifests, 'Deployment').spec.template.metadata.labels as Record<string, string>;

    expect(service.spec.ports).toEqual([expect.objectContaining({ port: 9443, targetPort: 9443 })]);
    expect(podLabels).toMatchObject(service.spec.selector as object);
  });

  test.each<[string, (chart: Chart) => HardenedDeployment | HardenedStatefulSet]>([
    ['a StatefulSet with its headless Service', (chart) => new HardenedStatefulSet(chart, 'Records', { namespace: PROD, image: hardened, port: 8443, withoutProbes: 'a test' })],
    ['a Deployment that exposeViaService serves', (chart) => {
      const deployment = new HardenedDeployment(chart, 'Records', { namespace: PROD, image: hardened, port: 8443, withoutProbes: 'a test' });
      deployment.exposeViaService();
      return deployment;
    }],
  ])('has a Service of its own beside that of %s', (_what, build) => {
    const manifests = synthChart((chart) => phiIn(chart).exposeTls(build(chart), nginx));
    const services = manifests.filter(({ kind }) => kind === 'Service');

    expect(services.map(({ metadata }) => metadata.name).sort()).toEqual(['records', 'records-tls']);
    expect(services[0].spec.selector).toEqual(services[1].spec.selector);
    expect(one(manifests, 'Ingress').spec.rules[0].http.paths[0].backend.service.name).toBe('records-tls');
    expect(new Set(titles(manifests)).size).toBe(manifests.length);
  });

  test('two exposures of one workload share the way in of their controller', () => {
    const twice = expose([[api, nginx], [api, { ...nginx, name: 'second', host: 'second.example.com' }]], MeshMode.AMBIENT);
    const places = titles(twice);

    expect(new Set(places).size).toBe(places.length);
    expect(twice.map(({ kind }) => kind)).toEqual(['Service', 'Certificate', 'Ingress', 'NetworkPolicy', 'AuthorizationPolicy', 'Service', 'Certificate', 'Ingress']);
  });

  test('and have one of their own where their controllers are others', () => {
    const both = expose([[api, nginx], [api, { ...alb, name: 'second', internetFacing: true }]]);
    const network = new NetworkEvaluator(both);
    const to = { namespace: PROD, labels: LABELS };

    expect(both.filter(({ kind }) => kind === 'NetworkPolicy')).toHaveLength(2);
    expect(network.allows({ from: { ip: '10.0.8.9' }, to, port: 8443 })).toBe(true);
    expect(network.allows({ from: { namespace: 'ingress-nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' } }, to, port: 8443 })).toBe(true);
    expect(network.allows({ from: { ip: '10.0.7.9' }, to, port: 8443 })).toBe(false);
  });

  test('a controller on the node\'s network comes from where the nodes are', () => {
    expect(one(expose([[api, { ...nginx, sourceCidrs: ['10.0.1.0/24'] }]]), 'NetworkPolicy').spec.ingress[0].from).toEqual([{ ipBlock: { cidr: '10.0.1.0/24' } }]);
  });

  test('claims TX1 on the Ingress that enforces it', () => {
    const chart = new Chart(Testing.app(), 'Test');
    const phi = phiIn(chart);
    const before = claimsBelow(chart);
    phi.exposeTls(api, nginx);

    expect(claimsBelow(chart).filter((claim) => !before.includes(claim))).toEqual([expect.stringMatching(/^Test\/Phi\/Expose-patient-api-[0-9a-f]{8}\/Ingress\/Resource implements TX1$/)]);
  });

  const there = FlowEnd.pods({ namespace: 'patient-data', podLabels: LABELS, port: 8443 });
  const withoutPort = FlowEnd.pods({ namespace: PROD, podLabels: LABELS });
  test.each<[string, unknown, object | undefined, string, unknown, string, string]>([
    ['no options', api, undefined, 'Test/Phi.exposeTls', undefined, 'no other field', 'an object of: host'],
    ['a host alone, as text', api, 'api.example.com' as never, 'Test/Phi.exposeTls', 'api.example.com', 'no other field', 'an object of: host'],
    ['an unknown option', api, { ...nginx, backendProtocolHttps: false }, 'Test/Phi.exposeTls', 'backendProtocolHttps', 'no other field', 'use one of: host'],
    ['a workload of another namespace', there, nginx, 'Test/Phi', 'patient-data', 'NW1', 'the PhiNamespace patient-data'],
    ['what is no workload', undefined, nginx, 'Test/Phi', undefined, 'between workloads', 'FlowEnd.pods'],
    ['a plain peer', { namespace: PROD, podLabels: LABELS }, nginx, 'Test/Phi', { namespace: PROD, podLabels: LABELS }, 'between workloads', 'FlowEnd.pods'],
    ['a workload that listens on nothing', withoutPort, nginx, 'Test/Phi', undefined, '1 to 65535', '1 to 65535'],
    ['no host', api, { issuer }, 'Test/Phi/Expose', undefined, 'a fully qualified domain name', 'patient-portal.example.com'],
    ['an address as host', api, { ...nginx, host: '10.0.0.1' }, 'Test/Phi/Expose', '10.0.0.1', 'a fully qualified domain name', 'patient-portal.example.com'],
    ['a wildcard that nobody asked for', api, { ...nginx, host: '*.example.com' }, 'Test/Phi/Expose', '*.example.com', '', 'allowWildcardHosts'],
    ['no certificate', api, { host: 'api.example.com' }, 'Test/Phi/Expose', undefined, 'TX1', 'kubernetes.io/tls'],
    ['two certificates', api, { ...nginx, tlsSecret: 'own-tls' }, 'Test/Phi', 'own-tls', 'TX1', 'one of them'],
    ['an issuer of a load balancer', api, { ...alb, issuer }, 'Test/Phi', issuer, 'TX1', 'certificateArn'],
    ['a load balancer without a certificate', api, { ...alb, certificateArn: undefined }, 'Test/Phi/Expose', undefined, 'TX1', 'arn:aws:acm'],
    ['a load balancer that comes from nowhere', api, { ...alb, sourceCidrs: undefined }, 'Test/Phi', undefined, 'sourceCidrs is required', "the load balancer's subnets"],
    ['a load balancer that comes from everywhere', api, { ...alb, sourceCidrs: ['0.0.0.0/0'] }, 'Test/Phi/FromController', '0.0.0.0/0', 'NW1', 'the subnets'],
    ['a load balancer from no block', api, { ...alb, sourceCidrs: [] }, 'Test/Phi/FromController', [], 'a rule without sources', "the load balancer's subnets"],
    ['a controller beside a load balancer', api, { ...alb, controllerNamespace: 'edge' }, 'Test/Phi/FromController', 'edge', 'NW1', 'sourceCidrs, or the controller'],
    ['every pod as a controller', api, { ...nginx, controllerPodLabels: {} }, 'Test/Phi/FromController', {}, 'an empty selector', 'at least one label'],
    ['a name that no Service can have', api, { ...nginx, name: 'api.v1' }, 'Test/Phi', 'api.v1', 'RFC 1123 label', 'at most 63'],
    ['a name that leaves no room for its Service', api, { ...nginx, name: 'a'.repeat(60) }, 'Test/Phi', `${'a'.repeat(60)}-tls`, 'RFC 1123 label', 'at most 63'],
    ['an issuer by its name', api, { ...nginx, issuer: 'company-ca' }, 'Test/Phi/Expose', 'company-ca', 'cert-manager', 'IssuerReference'],
  ])('refuses %s', (_what, to, options, path, value, rule, remedy) => {
    expectRefusal(() => synthChart((chart) => phiIn(chart).exposeTls(to as IFlowEnd, options as ExposeTlsOptions)), { path, value, rule, remedy });
  });

  test.each<[string, ExposeTlsOptions, unknown]>([
    ['a load balancer', alb, ['10.0.8.0/24']], ['a load balancer that comes from nowhere', { ...alb, sourceCidrs: undefined }, 'alb'], ['a controller on the node\'s network', { ...nginx, sourceCidrs: ['10.0.1.0/24'] }, ['10.0.1.0/24']],
  ])('refuses %s in a mesh', (_what, options, value) => {
    expectRefusal(() => expose([[api, options]], MeshMode.SIDECAR), { path: 'Test/Phi', value, rule: 'TX2', remedy: 'a controller in the mesh' });
  });

  test('refuses one name twice', () => {
    expectRefusal(() => expose([[api, nginx], [api, { ...nginx, host: 'other.example.com' }]]), { path: 'Test/Phi', value: 'patient-api', rule: 'one object a flow', remedy: 'remove one' });
  });
});
