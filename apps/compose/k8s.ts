/** Single constructs in a chart of one's own, without a profile. */
import { App, Chart } from 'cdk8s';
import {
  AllowFlow, DefaultDenyPolicy, DefaultServiceAccount, DnsEgressPolicy, Environment, IdentityGroups, IngressControllerPolicy,
  KubernetesVersion, NamespaceAccess, PhiNamespace, TlsIngress,
} from '../../lib/kubernetes';

const app = new App();
const chart = new Chart(app, 'patient-api');
const namespace = 'healthcare-prod';
const api = { namespace, podLabels: { app: 'patient-api' } };
const db = { namespace, podLabels: { app: 'patient-db' } };

new PhiNamespace(chart, 'Phi', { name: namespace, environment: Environment.PROD, kubernetesVersion: KubernetesVersion.V1_33 });
new NamespaceAccess(chart, 'Access', {
  namespace,
  groups: new IdentityGroups({ auditors: 'auditors@company.com', developers: 'developers@company.com', securityAdmins: 'security-admins@company.com' }),
});
new DefaultServiceAccount(chart, 'DefaultServiceAccount', { namespace });
new DefaultDenyPolicy(chart, 'Deny', { namespace });
new DnsEgressPolicy(chart, 'Dns', { namespace });
new AllowFlow(chart, 'ApiToDb', { from: api, to: db, port: 5432 });
new IngressControllerPolicy(chart, 'FromIngress', { ...api, port: 8443 });
new TlsIngress(chart, 'Ingress', { namespace, name: 'patient-api', host: 'patient-api.example.com', service: 'patient-api', tlsSecret: 'patient-api-tls' });

app.synth();
