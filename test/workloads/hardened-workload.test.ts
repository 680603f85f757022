import { Chart, Cron, Testing } from 'cdk8s';
import { HardenedCronJob } from '../../lib/workloads/hardened-cron-job';
import { HardenedDeployment } from '../../lib/workloads/hardened-deployment';
import { HardenedStatefulSet } from '../../lib/workloads/hardened-stateful-set';
import type { IHardenedWorkload } from '../../lib/workloads/hardened-workload';
import { HealthProbe } from '../../lib/workloads/health-probe';
import { Image } from '../../lib/workloads/image';

test('workloads of each kind are ends of flows, and of one name each selects its own pods', () => {
  const chart = new Chart(Testing.app(), 'Test');
  const common = { namespace: 'healthcare-prod', name: 'records', image: Image.of(`registry.example.com/records@sha256:${'3c'.repeat(32)}`) };
  const service = { ...common, port: 8443, probes: { readiness: HealthProbe.tcp(), liveness: HealthProbe.tcp() } };
  const workloads: IHardenedWorkload[] = [new HardenedDeployment(chart, 'Api', service), new HardenedStatefulSet(chart, 'Db', service), new HardenedCronJob(chart, 'Export', { ...common, schedule: Cron.daily() })];

  expect(workloads.map(({ workloadPeer }) => workloadPeer.podLabels['cdk8s-hipaa/workload-kind'])).toEqual(['Deployment', 'StatefulSet', 'CronJob']);
  for (const { workloadPeer } of workloads) expect(workloadPeer).toMatchObject({ namespace: 'healthcare-prod', serviceAccount: 'records', podLabels: { 'app.kubernetes.io/name': 'records' } });
});
