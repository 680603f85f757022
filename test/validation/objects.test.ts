/** What no manifest may hold, whatever declared it. */
import { Chart, Cron } from 'cdk8s';
import { KubeService } from 'cdk8s-plus-28/lib/imports/k8s';
import { profile as eks } from '../../apps/eks/profile';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { isNamespaced } from '../../lib/validation/namespaced-kinds';
import { checkObjects } from '../../lib/validation/objects';
import { Tree, type SynthesizedObject } from '../../lib/validation/synthesized-object';
import { HardenedCronJob } from '../../lib/workloads/hardened-cron-job';
import { HardenedDeployment } from '../../lib/workloads/hardened-deployment';
import { HardenedStatefulSet } from '../../lib/workloads/hardened-stateful-set';
import { HealthProbe } from '../../lib/workloads/health-probe';
import { Image } from '../../lib/workloads/image';
import { eksObjects, selfManagedObjects } from './harness';
import { manifest } from './weakening';

const find = (...objects: SynthesizedObject[]): string[] => checkObjects(objects, ['one.k8s.yaml']);

describe('objects without a namespace', () => {
  test('the reference platforms emit none', () => {
    expect(eksObjects.length).toBeGreaterThan(50);
    for (const objects of [eksObjects, selfManagedObjects]) expect(find(...objects.filter(({ reference }) => reference.tree === Tree.KUBERNETES))).toEqual([]);
  });

  test.each<[string, string]>([
    ['v1', 'Pod'], ['v1', 'Service'], ['v1', 'ConfigMap'], ['v1', 'Secret'], ['v1', 'ServiceAccount'], ['v1', 'PersistentVolumeClaim'], ['v1', 'ResourceQuota'], ['apps/v1', 'Deployment'], ['apps/v1', 'DaemonSet'],
    ['batch/v1', 'CronJob'], ['networking.k8s.io/v1', 'Ingress'], ['networking.k8s.io/v1', 'NetworkPolicy'], ['rbac.authorization.k8s.io/v1', 'RoleBinding'], ['policy/v1', 'PodDisruptionBudget'],
    ['autoscaling/v2', 'HorizontalPodAutoscaler'], ['security.istio.io/v1', 'AuthorizationPolicy'], ['networking.istio.io/v1', 'Gateway'], ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
    ['cert-manager.io/v1', 'Certificate'], ['external-secrets.io/v1', 'ExternalSecret'], ['secrets-store.csi.x-k8s.io/v1', 'SecretProviderClass'], ['velero.io/v1', 'Schedule'], ['cilium.io/v2', 'CiliumNetworkPolicy'],
  ])('%s %s is told, and passes with one', (apiVersion, kind) => {
    const [finding, ...more] = find(manifest(apiVersion, kind, undefined, 'own', {}));
    expect(more).toEqual([]);
    expect(finding).toContain(`[own/own] an object names no namespace: '${kind} own'`);
    expect(finding).toMatch(/rule: {3}control AC13.*164\.308\(a\)\(4\)\(i\)[^]*remedy: give metadata\.namespace/);
    expect(find(manifest(apiVersion, kind, '', 'own', {}))).toHaveLength(1);
    expect(find(manifest(apiVersion, kind, 'healthcare-prod', 'own', {}))).toEqual([]);
  });

  test.each<[string, string]>([
    ['v1', 'Namespace'], ['v1', 'PersistentVolume'], ['rbac.authorization.k8s.io/v1', 'ClusterRole'], ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'], ['storage.k8s.io/v1', 'StorageClass'],
    ['networking.k8s.io/v1', 'IngressClass'], ['scheduling.k8s.io/v1', 'PriorityClass'], ['node.k8s.io/v1', 'RuntimeClass'], ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
    ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy'], ['templates.gatekeeper.sh/v1', 'ConstraintTemplate'], ['constraints.gatekeeper.sh/v1beta1', 'HipaaIngressTls'],
    ['policy.sigstore.dev/v1beta1', 'ClusterImagePolicy'], ['cert-manager.io/v1', 'ClusterIssuer'], ['gateway.networking.k8s.io/v1', 'GatewayClass'], ['example.com/v1', 'Pod'],
  ])('%s %s belongs to none', (apiVersion, kind) => {
    expect(find(manifest(apiVersion, kind, undefined, 'own', {}))).toEqual([]);
  });

  test('evasion: in a List, and in a typed one', () => {
    const item = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'hidden' } };
    expect(find(manifest('v1', 'List', undefined, 'list', { items: [item] }))).toEqual([expect.stringContaining("'Pod hidden'")]);
    expect(find(manifest('v1', 'PodList', undefined, 'list', { items: [{ metadata: { name: 'hidden' } }] }))).toEqual([expect.stringContaining("'Pod hidden'")]);
  });

  test('objects of other trees are not Kubernetes\' own', () => {
    expect(isNamespaced({ tree: Tree.CONTROL_PLANE, apiVersion: 'v1', kind: 'Pod' })).toBe(false);
    expect(isNamespaced({ tree: Tree.TERRAFORM, address: 'aws_s3_bucket.x' })).toBe(false);
  });
});

describe('names of Services', () => {
  test.each(['patient-api', 'a', 'a'.repeat(63), 'db-0'])('%s is one', (name) => expect(find(manifest('v1', 'Service', 'healthcare-prod', name, {}))).toEqual([]));

  test.each(['60-workloads-api', '3scale', 'a.b', 'A', 'a-', '-a', 'a'.repeat(64), 'a_b', ''])('%s is none', (name) => {
    const [finding, ...more] = find(manifest('v1', 'Service', 'healthcare-prod', name, {}));
    expect(more).toEqual([]);
    expect(finding).toContain(`a Service has a name that API servers below 1.36 refuse: 'Service healthcare-prod/${name}'`);
    expect(finding).toMatch(/rule: {3}Kubernetes, Service: a name is an RFC 1035 label[^]*remedy: give metadata\.name/);
  });

  test('of Knative they may be what they are', () => expect(find(manifest('serving.knative.dev/v1', 'Service', 'shop', '3scale', {}))).toEqual([]));

  test('one that cdk8s derives in an ordered chart is refused at synth', () => {
    const app = new HipaaKubernetesApp(eks);
    new KubeService(new Chart(app, '60-workloads'), 'Api', { metadata: { namespace: 'shop' }, spec: { ports: [{ port: 443 }] } });
    expect(app.synthesize().findings).toEqual([expect.stringMatching(/\[60-workloads\/Api\] a Service has a name.*shop\/60-workloads-api/)]);
  });
});

describe('two workloads of one name', () => {
  const image = Image.of(`${eks.imageRegistry}/own@sha256:${'3c'.repeat(32)}`);
  const probes = { readiness: HealthProbe.tcp(), liveness: HealthProbe.tcp() };
  const synthesize = (build: (chart: Chart) => void): readonly string[] => {
    const app = new HipaaKubernetesApp(eks);
    build(new Chart(app, 'workloads'));
    return app.synthesize().findings.filter((finding) => finding.includes('two objects'));
  };

  test('a Deployment and a CronJob would share a ServiceAccount: the finding names both constructs', () => {
    const findings = synthesize((chart) => {
      new HardenedDeployment(chart, 'Api', { namespace: 'healthcare-prod', name: 'export', image, port: 8443, probes });
      new HardenedCronJob(chart, 'Nightly', { namespace: 'healthcare-prod', name: 'export', image, schedule: Cron.daily() });
    });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain("[workloads/Nightly/ServiceAccount/Resource] two objects have one group, kind, namespace and name: 'ServiceAccount healthcare-prod/export'");
    expect(findings[0]).toContain('rename one; the other is at workloads/Api/ServiceAccount/Resource');
  });

  test('a Deployment with a Service and a StatefulSet collide in each object that has their name', () => {
    const findings = synthesize((chart) => {
      new HardenedDeployment(chart, 'Api', { namespace: 'healthcare-prod', name: 'records', image, port: 8443, probes }).exposeViaService();
      new HardenedStatefulSet(chart, 'Db', { namespace: 'healthcare-prod', name: 'records', image, port: 5432, probes });
    });
    expect(findings.map((finding) => /'(\w+) healthcare-prod\/records'/.exec(finding)![1]).sort()).toEqual(['PodDisruptionBudget', 'Service', 'ServiceAccount']);
  });

  test('in two namespaces, or with two names, they do not', () => {
    expect(synthesize((chart) => {
      new HardenedDeployment(chart, 'Api', { namespace: 'healthcare-prod', name: 'export', image, port: 8443, probes });
      new HardenedCronJob(chart, 'Nightly', { namespace: 'patient-data', name: 'export', image, schedule: Cron.daily() });
      new HardenedCronJob(chart, 'Weekly', { namespace: 'healthcare-prod', image, schedule: Cron.weekly() });
    })).toEqual([]);
  });
});
