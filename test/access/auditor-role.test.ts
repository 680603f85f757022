import { Chart, Testing } from 'cdk8s';
import { AuditorRole, type AuditorRoleProps } from '../../lib/access/auditor-role';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const synth = (props: AuditorRoleProps): Manifest => synthChart((chart) => new AuditorRole(chart, 'Role', props))[0];

describe('AuditorRole', () => {
  test('reads access, policies, limits and events, and nothing that can hold PHI', () => {
    const role = synth({ namespace: 'healthcare-prod' });
    const resources: string[] = role.rules.flatMap((rule: { resources: string[] }) => rule.resources);

    expect(role.metadata).toEqual({ name: 'hipaa-auditor', namespace: 'healthcare-prod' });
    expect(role.rules.map((rule: { verbs: string[] }) => rule.verbs.join())).toEqual(role.rules.map(() => 'get,list,watch'));
    expect(resources).toEqual(expect.arrayContaining(['roles', 'rolebindings', 'networkpolicies', 'ingresses', 'resourcequotas', 'limitranges', 'serviceaccounts', 'events', 'peerauthentications', 'authorizationpolicies', 'certificates', 'issuers']));
    const holdsData = /^(secrets|configmaps|pods|deployments|statefulsets|daemonsets|replicasets|jobs|cronjobs|podtemplates|controllerrevisions)|\//;
    expect(resources.filter((resource) => holdsData.test(resource))).toEqual([]);
    expect(role).toMatchSnapshot();
  });

  test('takes every prop', () => {
    const props: Required<AuditorRoleProps> = { namespace: 'patient-data', name: 'other' };

    expect(synth(props).metadata).toEqual({ name: 'other', namespace: 'patient-data' });
  });

  test('says its name, for a binding', () => {
    expect(new AuditorRole(Testing.chart(), 'Role', { namespace: 'patient-data' }).roleName).toBe('hipaa-auditor');
  });

  test('claims least privilege, no escalation and no exec on the Role', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new AuditorRole(chart, 'Role', { namespace: 'healthcare-prod' });

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
