import { definitionOf } from '../../lib/controls/catalogue';
import { inheritedControls } from '../../lib/controls/inherited';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import { eksProfile, selfManagedProfile } from '../support/profiles';

describe('inheritedControls', () => {
  test('on EKS AWS answers for the API server that it runs, with a citation', () => {
    const inherited = inheritedControls(eksProfile().platform);

    expect(inherited.map((control) => [control.control, control.provider])).toEqual([['AU3', 'AWS'], ['TX3', 'AWS']]);
    for (const { control, citation } of inherited) {
      expect(definitionOf(control).id).toBe(control);
      expect(citation).toMatch(/^Amazon EKS User Guide, .*shared responsibility/);
    }
  });

  test('nobody answers for a control plane of one\'s own, or for a provider without a citation', () => {
    expect(inheritedControls(selfManagedProfile().platform)).toEqual([]);
    expect(inheritedControls(Platform.external({ provider: 'AKS', version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM }))).toEqual([]);
  });

  test('what AWS leaves to its customer is not inherited', () => {
    const inherited = inheritedControls(eksProfile().platform).map((control) => control.control as string);
    for (const control of ['AU1', 'AU4', 'AU5', 'AU6', 'AC9', 'AC10', 'EN1', 'NW2', 'PS6', 'EV2']) expect(inherited).not.toContain(control);
  });
});
