import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { RequireContainerResources, type RequireContainerResourcesProps } from '../../lib/admission/require-container-resources';
import { synthChart } from '../support/chart';
import { expectRefusal } from '../support/refusal';

const synth = (props: Partial<RequireContainerResourcesProps>) => synthChart((chart) => new RequireContainerResources(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], ...props }))[0];

describe('RequireContainerResources', () => {
  test('takes every prop', () => {
    const constraint = synth({ cpuLimit: false, enforcementAction: EnforcementAction.WARN, name: 'amounts' });

    expect(constraint.metadata).toEqual({ name: 'amounts' });
    expect(constraint.spec.enforcementAction).toBe('warn');
    expect(constraint.spec.parameters).toEqual({ cpuLimit: false });
  });

  test.each([[{}, undefined], [{ cpuLimit: true }, { cpuLimit: true }]])('demands a limit of the processor by default: %j', (props, parameters) => {
    expect(synth(props).spec.parameters).toEqual(parameters);
  });

  test.each(['false', 0, null])('refuses %j as an answer', (cpuLimit) => {
    expectRefusal(() => synth({ cpuLimit: cpuLimit as never }), { path: 'Test/Constraint', value: cpuLimit, rule: 'control PS5, 45 CFR 164.306(a)(1)', remedy: 'true or false' });
  });
});
