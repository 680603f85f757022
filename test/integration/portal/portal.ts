import { ApiObject, App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { PhiGate } from '../../../lib/gate/phi-gate';

/** An app as a team writes it; the gate in code asks one rule alone here, and leaves the others to the plugin. */
export function portalApp(): { app: App; chart: Chart } {
  const app = new App();
  PhiGate.attach(app, { phiNamespaces: ['healthcare-prod'], rules: ['plaintext-secrets'] });
  return { app, chart: new Chart(app, 'portal', { namespace: 'healthcare-prod', disableResourceNameHashes: true }) };
}

export function ingress(scope: Construct, id: string, host: string, tls?: object[]): ApiObject {
  return new ApiObject(scope, id, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: id.toLowerCase() },
    spec: { tls, rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'api', port: { number: 443 } } } }] } }] },
  });
}

export function pod(scope: Construct, id: string, securityContext: object): ApiObject {
  return new ApiObject(scope, id, {
    apiVersion: 'v1', kind: 'Pod', metadata: { name: id.toLowerCase() }, spec: { containers: [{ name: 'api', image: 'registry.example.com/api:1', securityContext }] },
  });
}
