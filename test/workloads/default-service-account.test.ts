import { Chart, Testing } from 'cdk8s';
import { DefaultServiceAccount, type DefaultServiceAccountProps } from '../../lib/workloads/default-service-account';
import { synthChart } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

describe('DefaultServiceAccount', () => {
  test('gives out no token', () => {
    const props: Required<DefaultServiceAccountProps> = { namespace: 'healthcare-prod' };
    const [serviceAccount] = synthChart((chart) => new DefaultServiceAccount(chart, 'Account', props));

    expect(serviceAccount.metadata).toEqual({ name: 'default', namespace: 'healthcare-prod' });
    expect(serviceAccount.automountServiceAccountToken).toBe(false);
    expect(serviceAccount).toMatchSnapshot();
  });

  test('claims it on the object', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new DefaultServiceAccount(chart, 'Account', { namespace: 'healthcare-prod' });
    expect(claimsBelow(chart)).toEqual(['Test/Account/Resource implements AC12']);
  });

  test('refuses a bad namespace, and a field that it does not know', () => {
    expectRefusal(() => synthChart((chart) => new DefaultServiceAccount(chart, 'Account', { namespace: 'A' })), { path: 'Test/Account', value: 'A', rule: 'RFC 1123', remedy: 'use at most 63' });
    const typo = { namespace: 'a', name: 'builder' } as DefaultServiceAccountProps;
    expectRefusal(() => synthChart((chart) => new DefaultServiceAccount(chart, 'Account', typo)), { path: 'Test/Account', value: 'name', rule: 'one name', remedy: 'namespace' });
  });
});
