import { AwsSecretType, HipaaCharts, HipaaKubernetesApp, IssuerReference, SecretsSource, SecretsStoreClass } from '../../lib/kubernetes';
import { PatientPortal } from '../patient-portal';
import { PatientRecords } from '../patient-records';
import { profile } from './profile';

/** What this platform runs beside the library's own objects. The ClusterIssuer `company-ca` is cert-manager's, and is there already. */
export function addWorkloads(charts: HipaaCharts): void {
  const { imageRegistry, region } = profile;
  const [prod, data] = [charts.phi('healthcare-prod'), charts.phi('patient-data')];
  const password = new SecretsStoreClass(charts.workloads, 'RecordsPassword', {
    namespace: data.name, name: 'records-password', source: SecretsSource.aws({ region, objects: [{ name: 'patient-records/password', type: AwsSecretType.SECRETS_MANAGER, file: 'password' }] }),
  });
  const portal = new PatientPortal(charts.workloads, 'PatientPortal', { phi: prod, imageRegistry, issuer: IssuerReference.clusterIssuer('company-ca') });
  const records = new PatientRecords(charts.workloads, 'PatientRecords', { phi: data, imageRegistry, storageClassName: 'hipaa-encrypted', password });
  prod.allow(portal.end, records.database);
}

if (require.main === module) {
  const app = new HipaaKubernetesApp(profile);
  addWorkloads(new HipaaCharts(app, profile));
  app.synth();
}
