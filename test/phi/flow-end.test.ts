import { Chart, Cron, Testing } from 'cdk8s';
import { CronJob, Deployment, ServiceAccount } from 'cdk8s-plus-28';
import type { WorkloadPeer } from '../../lib/network/workload-peer';
import { FlowEnd, type IFlowEnd } from '../../lib/phi/flow-end';
import { Environment } from '../../lib/profile/environment';
import { HardenedDeployment } from '../../lib/workloads/hardened-deployment';
import { Image } from '../../lib/workloads/image';
import { expectRefusal } from '../support/refusal';

const chart = () => new Chart(Testing.app(), 'Test', { namespace: 'monitoring' });
const containers = [{ image: `registry.example.com/agent@sha256:${'a'.repeat(64)}` }];
const pods: WorkloadPeer = { namespace: 'monitoring', podLabels: { app: 'prometheus' } };

describe('FlowEnd', () => {
  test('of pods takes every field, copied and frozen', () => {
    const podLabels = { app: 'prometheus' };
    const every: Required<WorkloadPeer> = { namespace: 'monitoring', podLabels, environment: Environment.PROD, port: 9090, serviceAccount: 'prometheus' };
    const { workloadPeer } = FlowEnd.pods(every);
    podLabels.app = 'evil';

    expect(workloadPeer).toEqual({ ...every, podLabels: { app: 'prometheus' } });
    expect([workloadPeer, workloadPeer.podLabels].every(Object.isFrozen)).toBe(true);
  });

  test('of an ordinary workload is known by its selector, its ServiceAccount and the port that is given', () => {
    const scope = chart();
    const workload = new Deployment(scope, 'Agent', { containers, serviceAccount: new ServiceAccount(scope, 'Account', { metadata: { name: 'agent' } }) });

    expect(FlowEnd.of(workload, 9090).workloadPeer).toEqual({ namespace: 'monitoring', podLabels: workload.matchLabels, port: 9090, serviceAccount: 'agent' });
    expect(FlowEnd.of(new Deployment(scope, 'Other', { containers })).workloadPeer).toEqual({ namespace: 'monitoring', podLabels: { 'cdk8s.io/metadata.addr': expect.stringMatching(/^Test-Other-/) } });
  });

  test('a hardened workload is an end by itself', () => {
    const end: IFlowEnd = new HardenedDeployment(chart(), 'Api', { namespace: 'healthcare-prod', image: Image.of(containers[0].image), port: 8443, withoutProbes: 'a test' });

    expect(FlowEnd.pods(end.workloadPeer).workloadPeer).toEqual({ ...end.workloadPeer, namespace: 'healthcare-prod', port: 8443 });
  });

  test.each<[string, () => unknown, string, unknown, string, string]>([
    ['nobody', () => FlowEnd.pods(undefined as never), 'FlowEnd.pods', undefined, 'peer is required', 'name the workload'],
    ['every pod of a namespace', () => FlowEnd.pods({ ...pods, podLabels: {} }), 'FlowEnd.pods', {}, 'an empty selector', 'at least one label'],
    ['pods of every namespace', () => FlowEnd.pods({ ...pods, namespace: '*' }), 'FlowEnd.pods', '*', 'RFC 1123 label', 'at most 63'],
    ['a port out of range', () => FlowEnd.pods({ ...pods, port: 0 }), 'FlowEnd.pods', 0, '1 to 65535', '1 to 65535'],
    ['an unknown field', () => FlowEnd.pods({ ...pods, cidr: '10.0.0.0/8' } as never), 'FlowEnd.pods.peer', 'cidr', 'a workload is its namespace', 'namespace, podLabels'],
    ['a workload of no namespace', () => FlowEnd.of(new Deployment(new Chart(Testing.app(), 'Bare'), 'Agent', { containers })), 'Bare/Agent', undefined, 'metadata.namespace is required', 'a flow ends in one'],
    ['a workload whose pods no label tells', () => FlowEnd.of(new CronJob(chart(), 'Job', { schedule: Cron.daily(), containers })), 'FlowEnd.pods', {}, 'an empty selector', 'at least one label'],
    ['a workload without a selector', () => FlowEnd.of(new Deployment(chart(), 'Agent', { containers, select: false })), 'FlowEnd.pods', {}, 'an empty selector', 'at least one label'],
  ])('refuses %s', (_what, action, path, value, rule, remedy) => {
    expectRefusal(action, { path, value, rule, remedy });
  });
});
