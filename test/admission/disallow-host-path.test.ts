import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { DisallowHostPath } from '../../lib/admission/disallow-host-path';
import { synthChart } from '../support/chart';

describe('DisallowHostPath', () => {
  const namespaces = ['healthcare-prod', 'patient-data'];
  const [constraint, ofCluster, ...more] = synthChart((chart) => {
    const phiNamespaces = [...namespaces];
    new DisallowHostPath(chart, 'Constraint', { phiNamespaces, enforcementAction: EnforcementAction.DENY });
    phiNamespaces.pop();
  });

  test('judges PersistentVolumes wherever their claims are', () => {
    expect(more).toEqual([]);
    expect(constraint.metadata).toEqual({ name: 'hipaa-host-path' });
    expect(ofCluster.metadata).toEqual({ name: 'hipaa-host-path-cluster' });
    expect(ofCluster.spec.match).toEqual({ kinds: [{ apiGroups: [''], kinds: ['PersistentVolume'] }] });
  });

  test('tells the rule whose claims are of PHI', () => {
    for (const { spec } of [constraint, ofCluster]) expect(spec.parameters).toEqual({ phiNamespaces: namespaces });
  });
});
