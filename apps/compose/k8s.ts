/** A service with PHI, its database and its way in, in a chart of one's own, without a profile. */
import { App, Chart, Size } from 'cdk8s';
import {
  AwsSecretType, Environment, HardenedDeployment, HardenedStatefulSet, HealthProbe, IdentityGroups, Image, IssuerReference, KubernetesVersion, PhiNamespace, SecretsSource,
  SecretsStoreClass,
} from '../../lib/kubernetes';

const registry = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const app = new App();
const chart = new Chart(app, 'patient-records');

const phi = new PhiNamespace(chart, 'Phi', {
  name: 'healthcare-prod',
  environment: Environment.PROD,
  kubernetesVersion: KubernetesVersion.V1_33,
  groups: new IdentityGroups({ auditors: 'auditors@company.com', developers: 'developers@company.com', securityAdmins: 'security-admins@company.com' }),
});

const password = new SecretsStoreClass(chart, 'DbPassword', {
  namespace: phi.name,
  name: 'db-password',
  source: SecretsSource.aws({ region: 'us-east-1', objects: [{ name: 'patient-records/db-password', type: AwsSecretType.SECRETS_MANAGER, file: 'password' }] }),
});

const probes = { readiness: HealthProbe.https('/ready'), liveness: HealthProbe.https('/alive') };
const api = new HardenedDeployment(chart, 'PatientApi', {
  namespace: phi.name,
  image: Image.of(`${registry}/patient-api@sha256:${'3c'.repeat(32)}`),
  port: 8443,
  writablePaths: ['/tmp'],
  secrets: [{ secrets: password, mountPath: '/var/run/patient-api' }],
  probes,
});

const db = new HardenedStatefulSet(chart, 'PatientDb', {
  namespace: phi.name,
  image: Image.of(`${registry}/postgres@sha256:${'5d'.repeat(32)}`),
  port: 5432,
  writablePaths: ['/run/postgresql'],
  secrets: [{ secrets: password, mountPath: '/etc/postgresql/secrets' }],
  volumeClaimTemplates: [{ name: 'data', mountPath: '/var/lib/postgresql/data', storageClassName: 'hipaa-encrypted', size: Size.gibibytes(50) }],
  probes: { readiness: HealthProbe.tcp(), liveness: HealthProbe.tcp() },
});

phi.allow(api, db);
phi.exposeTls(api, { host: 'patient-records.example.com', issuer: IssuerReference.clusterIssuer('company-ca') });

app.synth();
