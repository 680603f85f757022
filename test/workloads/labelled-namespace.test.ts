import { Chart, Testing } from 'cdk8s';
import { Environment } from '../../lib/profile/environment';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { DATA_CLASSIFICATION_LABEL, ENVIRONMENT_LABEL, PHI } from '../../lib/workloads/labels';
import { LabelledNamespace, type LabelledNamespaceProps } from '../../lib/workloads/labelled-namespace';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const props: LabelledNamespaceProps = { name: 'healthcare-prod', environment: Environment.PROD, kubernetesVersion: KubernetesVersion.V1_33 };
const synth = (changes: object = {}): Manifest[] => synthChart((chart) => new LabelledNamespace(chart, 'Phi', { ...props, ...changes }));

describe('LabelledNamespace', () => {
  test('is marked as holding PHI, and takes restricted pods only', () => {
    const manifests = synth();
    const [namespace] = manifests;

    expect(manifests).toHaveLength(1);
    expect(namespace).toMatchObject({ apiVersion: 'v1', kind: 'Namespace' });
    expect(namespace.metadata.labels).toMatchObject({ 'cdk8s-hipaa/data-classification': 'phi', 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/enforce-version': 'v1.33' });
    expect(manifests).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const every: Required<LabelledNamespaceProps> = { name: 'patient-data', environment: Environment.TEST, kubernetesVersion: KubernetesVersion.of('1.37'), memberships: { 'istio-injection': 'enabled' } };
    const [namespace] = synth(every);

    expect(namespace.metadata).toEqual({
      name: 'patient-data',
      labels: {
        'istio-injection': 'enabled',
        [DATA_CLASSIFICATION_LABEL]: PHI,
        [ENVIRONMENT_LABEL]: 'test',
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/enforce-version': 'v1.37',
        'pod-security.kubernetes.io/audit': 'restricted',
        'pod-security.kubernetes.io/audit-version': 'v1.37',
        'pod-security.kubernetes.io/warn': 'restricted',
        'pod-security.kubernetes.io/warn-version': 'v1.37',
      },
    });
  });

  test('labels are what the API server takes', () => {
    for (const [key, value] of Object.entries(synth()[0].metadata.labels ?? {})) {
      expect(key).toMatch(/^[a-z0-9.-]{1,253}\/[a-z-]{1,63}$/);
      expect(value).toMatch(/^[a-z0-9.]{1,63}$/);
    }
  });

  test('claims each control on the object that enforces it', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new LabelledNamespace(chart, 'Phi', props);

    expect(claimsBelow(chart)).toEqual(['Test/Phi/Resource implements AC13', 'Test/Phi/Resource implements PS1']);
  });

  test('says its name, for what is put into it', () => {
    expect(new LabelledNamespace(new Chart(Testing.app(), 'Test'), 'Phi', props).name).toBe('healthcare-prod');
  });

  describe('in a chart with settings of its own', () => {
    const inChart = (chart: Chart): Manifest[] => {
      new LabelledNamespace(chart, 'Phi', props);
      return Testing.synth(chart) as Manifest[];
    };

    test('has no namespace, as a Namespace lies in none', () => {
      const [namespace] = inChart(new Chart(Testing.app(), 'Test', { namespace: 'elsewhere' }));

      expect(namespace.metadata).not.toHaveProperty('namespace');
    });

    test("keeps its labels over the chart's", () => {
      const labels = { team: 'records', 'pod-security.kubernetes.io/enforce': 'privileged', 'pod-security.kubernetes.io/enforce-version': 'latest', [DATA_CLASSIFICATION_LABEL]: 'public' };
      const [namespace] = inChart(new Chart(Testing.app(), 'Test', { labels }));

      expect(namespace.metadata.labels).toMatchObject({
        team: 'records', 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/enforce-version': 'v1.33', [DATA_CLASSIFICATION_LABEL]: 'phi',
      });
    });
  });

  test.each<[unknown]>([['Healthcare_Prod'], [''], ['a'.repeat(64)], ['a.b'], ['kube-system\n'], [undefined], [5]])('refuses the name %j', (name) => {
    expectRefusal(() => synth({ name }), { path: 'Test/Phi', value: name, rule: 'RFC 1123 label', remedy: 'at most 63' });
  });

  test.each(['default', 'kube-system', 'gatekeeper-system'])('refuses the system namespace %s, whose pods would be denied', (name) => {
    expectRefusal(() => synth({ name }), { path: 'Test/Phi', value: name, rule: 'control AC13', remedy: 'of its own' });
  });

  test.each<[unknown]>([['staging'], ['PROD'], [undefined], [null]])('refuses the environment %j', (environment) => {
    expectRefusal(() => synth({ environment }), { path: 'Test/Phi', value: environment, rule: 'control AC13', remedy: 'Environment.DEV, TEST or PROD' });
  });

  test.each<[unknown]>([['1.33'], ['latest'], [undefined], [null], [{ version: 'latest' }]])('refuses the Kubernetes version %j', (kubernetesVersion) => {
    expectRefusal(() => synth({ kubernetesVersion }), { path: 'Test/Phi', value: kubernetesVersion, rule: 'control PS1', remedy: 'KubernetesVersion.V1_33' });
  });

  test('refuses an unknown field', () => {
    expectRefusal(() => synth({ podSecurity: 'baseline' }), { path: 'Test/Phi', value: 'podSecurity', rule: 'control AC13', remedy: 'name, environment, kubernetesVersion' });
  });
});
