import { Chart, Testing } from 'cdk8s';
import { DefaultDenyPolicy, type DefaultDenyPolicyProps } from '../../lib/network/default-deny-policy';
import { synthChart } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

describe('DefaultDenyPolicy', () => {
  test('closes both directions for every pod of the namespace', () => {
    const [policy] = synthChart((chart) => new DefaultDenyPolicy(chart, 'Deny', { namespace: 'healthcare-prod' }));

    expect(policy.metadata).toEqual({ name: 'default-deny', namespace: 'healthcare-prod' });
    expect(policy.spec.podSelector).toEqual({});
    expect(policy.spec.policyTypes.sort()).toEqual(['Egress', 'Ingress']);
    expect(policy.spec.ingress ?? []).toEqual([]);
    expect(policy.spec.egress ?? []).toEqual([]);
    expect(policy).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<DefaultDenyPolicyProps> = { namespace: 'patient-data', name: 'closed' };
    const [policy] = synthChart((chart) => new DefaultDenyPolicy(chart, 'Deny', props));

    expect(policy.metadata).toEqual({ name: 'closed', namespace: 'patient-data' });
  });

  test('claims default deny on the emitted policy', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new DefaultDenyPolicy(chart, 'Deny', { namespace: 'healthcare-prod' });

    expect(claimsBelow(chart)).toEqual(['Test/Deny/Resource implements NW1']);
  });

  test.each([
    ['namespace', { namespace: 'Healthcare_Prod' }, 'Healthcare_Prod', 'RFC 1123 label'],
    ['name', { namespace: 'healthcare-prod', name: 'a b' }, 'a b', 'RFC 1123 subdomain'],
  ])('refuses a bad %s', (_prop, props, value, rule) => {
    expectRefusal(() => synthChart((chart) => new DefaultDenyPolicy(chart, 'Deny', props)), { path: 'Test/Deny', value, rule, remedy: 'use at most' });
  });
});
