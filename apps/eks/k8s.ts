import { HipaaCharts, HipaaKubernetesApp } from '../../lib/kubernetes';
import { PatientPortal } from '../patient-portal';
import { profile } from './profile';

/** What this platform runs beside the library's own objects. */
export function addWorkloads(charts: HipaaCharts): void {
  new PatientPortal(charts.workloads, 'PatientPortal', { namespace: 'healthcare-prod', imageRegistry: profile.imageRegistry });
}

if (require.main === module) {
  const app = new HipaaKubernetesApp(profile);
  addWorkloads(new HipaaCharts(app, profile));
  app.synth();
}
