import { DisallowPlaintextServices, type DisallowPlaintextServicesProps } from '../../lib/admission/disallow-plaintext-services';
import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { AdmissionEngine } from '../../lib/profile/admission-engine';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { synthChart } from '../support/chart';
import { expectRefusal } from '../support/refusal';

const synth = (props: Partial<DisallowPlaintextServicesProps> = {}) => synthChart((chart) => new DisallowPlaintextServices(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], ...props }));

describe('DisallowPlaintextServices', () => {
  test('takes every prop', () => {
    const [constraint] = synth({ tlsPorts: [8443, 9443], enforcementAction: EnforcementAction.DRYRUN, name: 'services', exemptions: [] });

    expect(constraint.metadata).toEqual({ name: 'services' });
    expect(constraint.spec).toMatchObject({ enforcementAction: 'dryrun', parameters: { tlsPorts: [8443, 9443] } });
  });

  test('believes of no port that it is TLS unless it is told', () => {
    expect(synth()[0].spec.parameters).toBeUndefined();
  });

  test('hands its ports on to the API server', () => {
    const [policy] = synth({ tlsPorts: [8443], engine: AdmissionEngine.apiServer(KubernetesVersion.V1_33) });

    expect(policy.kind).toBe('ValidatingAdmissionPolicy');
    expect((policy.spec.variables as { name: string; expression: string }[]).find(({ name }) => name === 'params')!.expression).toContain('8443');
  });

  test.each([
    ['one port in place of a list', 8443, 8443, 'control TX1, 45 CFR 164.312(e)(2)(ii)', '[8443]'],
    ['port 0', [0], 0, 'ports are 1 to 65535', 'use a number from 1 to 65535'],
    ['a port that is a text', ['8443'], '8443', 'ports are 1 to 65535', 'use a number from 1 to 65535'],
    ['a port that no number is', [70000], 70000, 'ports are 1 to 65535', 'use a number from 1 to 65535'],
    ['a port twice', [8443, 443, 8443], 8443, 'control TX1, 45 CFR 164.312(e)(2)(ii)', 'remove one'],
  ])('refuses %s', (_what, tlsPorts, value, rule, remedy) => {
    expectRefusal(() => synth({ tlsPorts: tlsPorts as number[] }), { path: 'Test/Constraint', value, rule, remedy });
  });

  test('refuses a prop that it does not know', () => {
    expectRefusal(() => synth({ ports: [8443] } as never), { path: 'Test/Constraint', value: 'ports', rule: 'HipaaServiceExposure', remedy: 'tlsPorts' });
  });
});
