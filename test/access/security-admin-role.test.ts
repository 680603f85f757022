import { Chart, Testing } from 'cdk8s';
import { SecurityAdminRole, type SecurityAdminRoleProps } from '../../lib/access/security-admin-role';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const synth = (props: SecurityAdminRoleProps): Manifest => synthChart((chart) => new SecurityAdminRole(chart, 'Role', props))[0];

describe('SecurityAdminRole', () => {
  test('reads, and changes only what contains an incident', () => {
    const role = synth({ namespace: 'healthcare-prod' });
    const rules = role.rules as { apiGroups: string[]; resources: string[]; verbs: string[] }[];
    const changes = rules.flatMap((rule) => rule.resources.flatMap((resource) => rule.verbs.filter((verb) => !['get', 'list', 'watch'].includes(verb)).map((verb) => `${verb} ${resource}`)));

    expect(role.metadata).toEqual({ name: 'hipaa-security-admin', namespace: 'healthcare-prod' });
    expect(changes).toEqual([
      'delete pods', 'delete jobs', 'delete cronjobs',
      'update deployments/scale', 'patch deployments/scale', 'update statefulsets/scale', 'patch statefulsets/scale',
      'delete rolebindings',
    ]);
    expect(rules.flatMap((rule) => rule.resources).filter((resource) => /^(secrets|configmaps)|\/(?!scale)/.test(resource))).toEqual([]);
    expect(role).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<SecurityAdminRoleProps> = { namespace: 'patient-data', name: 'other' };

    expect(synth(props).metadata).toEqual({ name: 'other', namespace: 'patient-data' });
  });

  test('says its name, for a binding', () => {
    expect(new SecurityAdminRole(Testing.chart(), 'Role', { namespace: 'patient-data' }).roleName).toBe('hipaa-security-admin');
  });

  test('claims least privilege, no escalation and no exec on the Role', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new SecurityAdminRole(chart, 'Role', { namespace: 'healthcare-prod' });

    expect(claimsBelow(chart)).toEqual(['Test/Role/Resource implements AC3', 'Test/Role/Resource implements AC4', 'Test/Role/Resource implements AC5']);
  });

  test.each([
    ['namespace', { namespace: 'Prod' }, 'Prod', 'RFC 1123 label', 'use at most'],
    ['name', { namespace: 'healthcare-prod', name: 'a b' }, 'a b', 'RFC 1123 subdomain', 'use at most'],
    ['field', { namespace: 'healthcare-prod', verb: ['get'] }, 'verb', 'Role', 'use one of: namespace'],
  ])('refuses a bad %s', (_prop, props, value, rule, remedy) => {
    expectRefusal(() => synth(props), { path: 'Test/Role', value, rule, remedy });
  });
});
