import { DisallowTokenAutomount, type DisallowTokenAutomountProps } from '../../lib/admission/disallow-token-automount';
import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { synthChart } from '../support/chart';
import { expectRefusal } from '../support/refusal';

const synth = (props: Partial<DisallowTokenAutomountProps>) => synthChart((chart) => new DisallowTokenAutomount(chart, 'Constraint', { phiNamespaces: ['healthcare-prod', 'patient-data'], ...props }))[0];
const OPERATOR = { namespace: 'healthcare-prod', name: 'operator' };

describe('DisallowTokenAutomount', () => {
  test('takes every prop', () => {
    const allowedServiceAccounts = [OPERATOR, { namespace: 'patient-data', name: 'operator' }, { namespace: 'patient-data', name: 'jobs.kubectl' }];
    const apiAudiences = ['https://oidc.example.com/healthcare-cluster', 'api'];
    const constraint = synth({ allowedServiceAccounts, apiAudiences, enforcementAction: EnforcementAction.DRYRUN, name: 'tokens' });

    expect(constraint.metadata).toEqual({ name: 'tokens' });
    expect(constraint.spec.enforcementAction).toBe('dryrun');
    expect(constraint.spec.parameters).toEqual({ allowedServiceAccounts, apiAudiences });
  });

  test('allows nobody by default', () => {
    expect(synth({}).spec.parameters).toBeUndefined();
  });

  test('keeps lists of its own', () => {
    const account = { ...OPERATOR };
    const apiAudiences = ['api'];
    const [constraint] = synthChart((chart) => {
      new DisallowTokenAutomount(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], allowedServiceAccounts: [account], apiAudiences });
      account.name = 'other';
      apiAudiences.push('more');
    });

    expect(constraint.spec.parameters).toEqual({ allowedServiceAccounts: [OPERATOR], apiAudiences: ['api'] });
  });

  test.each([
    ['a text for the accounts', 'operator', 'operator', 'control AC12', 'namespace'],
    ['a text among the accounts', ['healthcare-prod/operator'], 'healthcare-prod/operator', 'control AC12', 'namespace, name'],
    ['a field that is not known', [{ ...OPERATOR, kind: 'User' }], 'kind', 'control AC12', 'use one of: namespace, name'],
    ['a wildcard for a namespace', [{ namespace: '*', name: 'operator' }], '*', 'RFC 1123 label', 'use at most 63'],
    ['a wildcard for a name', [{ namespace: 'healthcare-prod', name: '*' }], '*', 'RFC 1123 subdomain', 'use at most 253'],
    ['a name that is missing', [{ namespace: 'healthcare-prod' }], undefined, 'RFC 1123 subdomain', 'use at most 253'],
    ['a namespace without PHI', [{ namespace: 'build', name: 'operator' }], 'build/operator', 'control AC12, 45 CFR 164.312(a)(1)', 'healthcare-prod, patient-data'],
    ['the default account', [OPERATOR, { namespace: 'patient-data', name: 'default' }], 'patient-data/default', 'control AC12', 'a ServiceAccount of their own'],
    ['an account twice', [OPERATOR, { ...OPERATOR }], 'healthcare-prod/operator', 'control AC12', 'remove one'],
  ])('refuses %s', (_what, allowed, value, rule, remedy) => {
    expectRefusal(() => synth({ allowedServiceAccounts: allowed as never }), { path: 'Test/Constraint', value, rule, remedy });
  });

  test.each([
    ['a text', 'api', 'api', '--api-audiences'],
    ['a number among them', ['api', 7], 7, '--api-audiences'],
    ['an empty one, which is every token that names none', [''], '', '--api-audiences'],
    ['a blank at its end', ['api '], 'api ', '--api-audiences'],
    ['one twice', ['api', 'b', 'api'], 'api', 'remove one'],
  ])('refuses %s for audiences', (_what, apiAudiences, value, remedy) => {
    expectRefusal(() => synth({ apiAudiences: apiAudiences as never }), { path: 'Test/Constraint', value, rule: 'control AC12, 45 CFR 164.312(a)(1)', remedy });
  });
});
