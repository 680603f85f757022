import { Chart, Testing } from 'cdk8s';
import { AdmissionConstraints, type AdmissionConstraintsProps } from '../../lib/admission/admission-constraints';
import { AdmissionTemplates } from '../../lib/admission/admission-templates';
import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { synthChart } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const KINDS = ['HipaaIngressTls', 'HipaaPlaintextSecrets', 'HipaaPrivilegedContainers'];

describe('AdmissionTemplates', () => {
  test('are the templates of every policy', () => {
    const templates = synthChart((chart) => new AdmissionTemplates(chart, 'Templates'));

    expect(templates.map((template) => template.spec.crd.spec.names.kind as string).sort()).toEqual(KINDS);
  });
});

describe('AdmissionConstraints', () => {
  test('are a constraint of every template, in the PHI namespaces', () => {
    const constraints = synthChart((chart) => new AdmissionConstraints(chart, 'Constraints', { phiNamespaces: ['healthcare-prod', 'patient-data'] }));

    expect(constraints.map((constraint) => constraint.kind).sort()).toEqual(KINDS);
    for (const { spec } of constraints) {
      expect(spec.enforcementAction).toBe('deny');
      expect(spec.match.namespaces).toEqual(['healthcare-prod', 'patient-data']);
    }
  });

  test('take every prop, and fall short where they do not deny', () => {
    const props: Required<AdmissionConstraintsProps> = { phiNamespaces: ['patient-data'], enforcementAction: EnforcementAction.DRYRUN };
    const chart = new Chart(Testing.app(), 'Test');
    new AdmissionConstraints(chart, 'Constraints', props);

    expect((Testing.synth(chart) as { spec: { enforcementAction: string } }[]).map(({ spec }) => spec.enforcementAction)).toEqual(['dryrun', 'dryrun', 'dryrun']);
    expect(claimsBelow(chart)).toEqual([
      'Test/Constraints/PrivilegedContainers/Resource falls-short PS1',
      'Test/Constraints/IngressTls/Resource falls-short TX1',
      'Test/Constraints/PlaintextSecrets/Resource falls-short PS4',
    ]);
  });

  test.each([
    ['an empty list', { phiNamespaces: [] }, [], 'control AC13', 'name at least one'],
    ['an unknown field', { phiNamespaces: ['a'], excluded: ['b'] } as AdmissionConstraintsProps, 'excluded', 'would be lost', 'use one of: phiNamespaces'],
  ])('refuse %s', (_what, props, value, rule, remedy) => {
    expectRefusal(() => synthChart((chart) => new AdmissionConstraints(chart, 'Constraints', props)), { path: 'Test/Constraints', value, rule, remedy });
  });
});
