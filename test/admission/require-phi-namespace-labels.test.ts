import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { NAMESPACE_LABELS } from '../../lib/admission/policies/namespace-labels/policy';
import { RequirePhiNamespaceLabels, type RequirePhiNamespaceLabelsProps } from '../../lib/admission/require-phi-namespace-labels';
import { VERIFIED_IMAGES, VERIFIED_IMAGES_LABEL } from '../../lib/manifests/verified-images-label';
import { AdmissionEngine } from '../../lib/profile/admission-engine';
import { Environment } from '../../lib/profile/environment';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { LabelledNamespace } from '../../lib/workloads/labelled-namespace';
import { synthChart } from '../support/chart';
import { expectRefusal } from '../support/refusal';
import { evaluatorOf } from '../support/rego';

const synth = (props: Partial<RequirePhiNamespaceLabelsProps> = {}) => synthChart((chart) => new RequirePhiNamespaceLabels(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], ...props }));

describe('RequirePhiNamespaceLabels', () => {
  test('takes every prop', () => {
    const [constraint, ...others] = synth({ kubernetesVersion: KubernetesVersion.V1_33, verifiedImages: true, enforcementAction: EnforcementAction.DENY, name: 'labels', exemptions: [] });

    expect(others).toEqual([]);
    expect(constraint.metadata).toEqual({ name: 'labels' });
    expect(constraint.spec.parameters).toEqual({ podSecurityVersion: 'v1.33', verifiedImages: true });
  });

  test('finds its namespaces by their names, and asks for no version by default', () => {
    const [{ spec }] = synth();

    expect(spec.match).toEqual({ kinds: [{ apiGroups: [''], kinds: ['Namespace'] }], namespaces: ['healthcare-prod'] });
    expect(spec.parameters).toBeUndefined();
  });

  test('takes every version that this library knows, where none is asked for, and no later one', () => {
    const evaluate = evaluatorOf(NAMESPACE_LABELS);
    const known = Object.values(KubernetesVersion).filter((value): value is KubernetesVersion => value instanceof KubernetesVersion).map(({ version }) => version);
    const newest = Math.max(...known.map((version) => Number(version.split('.')[1])));
    const judge = (version: string): string[] => {
      const pinned = ['enforce', 'audit', 'warn'].flatMap((mode) => [[`pod-security.kubernetes.io/${mode}`, 'restricted'], [`pod-security.kubernetes.io/${mode}-version`, `v${version}`]]);
      const labels = { ...Object.fromEntries(pinned) as object, 'cdk8s-hipaa/data-classification': 'phi' };
      return evaluate({ review: { object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'healthcare-prod', labels } } } });
    };

    expect(known.length).toBeGreaterThan(5);
    for (const version of known) expect(judge(version)).toEqual([]);
    expect(judge(`1.${newest + 1}`)).toHaveLength(3);
  });

  test('goes to the API server as well', () => {
    const [policy] = synth({ kubernetesVersion: KubernetesVersion.V1_31, engine: AdmissionEngine.apiServer(KubernetesVersion.V1_31) });

    expect(policy.kind).toBe('ValidatingAdmissionPolicy');
    expect(policy.spec.matchConstraints.resourceRules).toHaveLength(1);
    expect(policy.spec.matchConstraints.resourceRules[0].resources).toContain('namespaces');
    expect(JSON.stringify(policy.spec.variables)).toContain('v1.31');
  });

  test.each<[string, object, unknown, string, string]>([
    ['a version as a text', { kubernetesVersion: '1.33' }, '1.33', 'control PS1, 45 CFR 164.312(a)(1)', 'KubernetesVersion.V1_33'],
    ['verified images as a text', { verifiedImages: 'true' }, 'true', 'control PS3, 45 CFR 164.308(a)(5)(ii)(B)', 'use true or false'],
    ['a prop that it does not know', { labels: {} }, 'labels', 'HipaaNamespaceLabels', 'kubernetesVersion'],
  ])('refuses %s', (_what, props, value, rule, remedy) => {
    expectRefusal(() => synth(props), { path: 'Test/Constraint', value, rule, remedy });
  });

  test('lets in what LabelledNamespace makes, and nothing less', () => {
    const evaluate = evaluatorOf(NAMESPACE_LABELS);
    const [made] = synthChart((chart) => new LabelledNamespace(chart, 'Namespace', {
      name: 'healthcare-prod', environment: Environment.PROD, kubernetesVersion: KubernetesVersion.V1_33, memberships: { [VERIFIED_IMAGES_LABEL]: VERIFIED_IMAGES },
    }));
    const parameters = synth({ kubernetesVersion: KubernetesVersion.V1_33, verifiedImages: true })[0].spec.parameters as Record<string, unknown>;
    const without = (key: string): object => {
      const labels = Object.fromEntries(Object.entries(made.metadata.labels!).filter(([label]) => label !== key));
      return { ...made, metadata: { ...made.metadata, labels } };
    };
    const judge = (object: unknown): string[] => evaluate({ parameters, review: { operation: 'CREATE', object } });

    expect(judge(made)).toEqual([]);
    const needed = Object.keys(made.metadata.labels!).filter((key) => judge(without(key)).length > 0);
    expect(needed).toHaveLength(8);
    expect(Object.keys(made.metadata.labels!).filter((key) => !needed.includes(key))).toEqual(['cdk8s-hipaa/environment']);
  });
});
