import { DisallowPlaintextSecrets, type DisallowPlaintextSecretsProps } from '../../lib/admission/disallow-plaintext-secrets';
import { AdmissionEngine } from '../../lib/profile/admission-engine';
import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { PLAINTEXT_SECRETS } from '../../lib/admission/policies/plaintext-secrets/policy';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { synthChart } from '../support/chart';
import { expectRefusal } from '../support/refusal';
import { evaluatorOf } from '../support/rego';

const synth = (props: Partial<DisallowPlaintextSecretsProps>) => synthChart((chart) => new DisallowPlaintextSecrets(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], ...props }))[0];

describe('DisallowPlaintextSecrets, its parameters', () => {
  test('takes every prop', () => {
    const props: Required<DisallowPlaintextSecretsProps> = {
      phiNamespaces: ['healthcare-prod'],
      enforcementAction: EnforcementAction.DENY,
      name: 'no-secrets',
      exemptions: [],
      engine: AdmissionEngine.gatekeeper(),
      allowedNames: ['TLS_SECRET'],
      extraPatterns: ['(?i)\\bacme-[0-9a-f]{32}\\b'],
    };
    const constraint = synth(props);

    expect(constraint.metadata).toEqual({ name: 'no-secrets' });
    expect(constraint.spec.parameters).toEqual({ allowedNames: ['TLS_SECRET'], extraPatterns: ['(?i)\\bacme-[0-9a-f]{32}\\b'] });
  });

  test('a pattern that it takes is one that the engine reads', () => {
    const { parameters } = synth({ extraPatterns: ['(?i)\\bacme-[0-9a-f]{4}\\b', '^x[[:digit:]]+$'] }).spec as { parameters: Record<string, unknown> };
    const evaluate = evaluatorOf(PLAINTEXT_SECRETS);
    const configMap = (text: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config' }, data: { note: text } });

    expect(evaluate({ parameters, review: { object: configMap('nothing') } })).toEqual([]);
    expect(evaluate({ parameters, review: { object: configMap('ACME-00ff') } })).toHaveLength(1);
  });

  test.each([
    ['a look-ahead', { extraPatterns: ['a(?=b)'] }, 'a(?=b)', 'RE2', 'syntax of Go'],
    ['a look-behind', { extraPatterns: ['(?<!a)b'] }, '(?<!a)b', 'RE2', 'syntax of Go'],
    ['a reference to a group', { extraPatterns: ['(a)\\1'] }, '(a)\\1', 'RE2', 'syntax of Go'],
    ['a reference to a named group', { extraPatterns: ['(?<x>a)\\k<x>'] }, '(?<x>a)\\k<x>', 'RE2', 'syntax of Go'],
    ['what is no expression', { extraPatterns: ['a('] }, 'a(', 'RE2', 'syntax of Go'],
    ['a pattern that matches everything', { extraPatterns: ['.*'] }, '.*', 'RE2', 'a form that only secrets have'],
    ['an empty pattern', { extraPatterns: [''] }, '', 'extraPatterns is required', 'give a non-empty'],
    ['an empty name', { allowedNames: [' '] }, ' ', 'allowedNames is required', 'give a non-empty'],
    ['a name that is no list', { allowedNames: 'TLS_SECRET' as unknown as string[] }, 'TLS_SECRET', 'allowedNames is a list', 'use ["TLS_SECRET"]'],
    ['a pattern that the API server would not judge', { extraPatterns: ['x-[0-9]{8}'], engine: AdmissionEngine.apiServer(KubernetesVersion.V1_30) }, ['x-[0-9]{8}'], 'control PS4', 'AdmissionEngine.gatekeeper()'],
  ])('refuses %s', (_what, props, value, rule, remedy) => {
    expectRefusal(() => synth(props), { path: 'Test/Constraint', value, rule, remedy });
  });
});
