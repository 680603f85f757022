import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { RequireDroppedCapabilities, type RequireDroppedCapabilitiesProps } from '../../lib/admission/require-dropped-capabilities';
import { DROPPED_CAPABILITIES } from '../../lib/admission/policies/dropped-capabilities/policy';
import { synthChart } from '../support/chart';
import { expectRefusal } from '../support/refusal';

const synth = (props: Partial<RequireDroppedCapabilitiesProps>) => synthChart((chart) => new RequireDroppedCapabilities(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], ...props }))[0];

describe('RequireDroppedCapabilities', () => {
  test.each<[string, Partial<RequireDroppedCapabilitiesProps>, object | undefined]>([
    ['nothing, which leaves the matter to the standard', {}, undefined],
    ['none', { allowedCapabilities: [] }, { allowedCapabilities: [] }],
    ['the one of the standard', { allowedCapabilities: ['NET_BIND_SERVICE'], enforcementAction: EnforcementAction.WARN, name: 'capabilities' }, { allowedCapabilities: ['NET_BIND_SERVICE'] }],
  ])('allows %s', (_what, props, parameters) => {
    expect(synth(props).spec.parameters).toEqual(parameters);
  });

  test('keeps the list that it was given', () => {
    const allowedCapabilities = ['NET_BIND_SERVICE'];
    const chart = synthChart((scope) => {
      new RequireDroppedCapabilities(scope, 'Constraint', { phiNamespaces: ['healthcare-prod'], allowedCapabilities });
      allowedCapabilities.push('SYS_ADMIN');
    });

    expect(chart[0].spec.parameters).toEqual({ allowedCapabilities: ['NET_BIND_SERVICE'] });
  });

  test.each([
    ['another capability', ['SYS_ADMIN'], 'SYS_ADMIN', 'exemptions'],
    ['another one beside the first', ['NET_BIND_SERVICE', 'NET_RAW'], 'NET_RAW', 'exemptions'],
    ['all of them', ['ALL'], 'ALL', 'exemptions'],
    ['a name in lower case', ['net_bind_service'], 'net_bind_service', 'exemptions'],
    ['a name with its prefix', ['CAP_NET_BIND_SERVICE'], 'CAP_NET_BIND_SERVICE', 'exemptions'],
    ['a text', 'NET_BIND_SERVICE', 'NET_BIND_SERVICE', "use ['NET_BIND_SERVICE'] or []"],
    ['null', null, null, "use ['NET_BIND_SERVICE'] or []"],
    ['a number in the list', [10], 10, "use ['NET_BIND_SERVICE'] or []"],
    ['a name twice', ['NET_BIND_SERVICE', 'NET_BIND_SERVICE'], 'NET_BIND_SERVICE', 'remove one'],
  ])('refuses %s', (_what, allowedCapabilities, value, remedy) => {
    expectRefusal(() => synth({ allowedCapabilities: allowedCapabilities as string[] }), { path: 'Test/Constraint', value, rule: 'control PS1, 45 CFR 164.312(a)(1)', remedy });
  });

  test('no constraint of another hand allows more: the schema takes no other name', () => {
    expect(DROPPED_CAPABILITIES.parameters.allowedCapabilities).toEqual({ type: 'array', items: { type: 'string', enum: ['NET_BIND_SERVICE'] } });
  });
});
