import { MeshControlPlanePolicy, type MeshControlPlanePolicyProps } from '../../../lib/network/mesh/mesh-control-plane-policy';
import { MeshMode } from '../../../lib/profile/mesh-mode';
import { schemaFindings } from '../../support/api-schema';
import { synthChart } from '../../support/chart';
import { expectRefusal } from '../../support/refusal';

const policy = (changes: Partial<MeshControlPlanePolicyProps> = {}) => synthChart((chart) => new MeshControlPlanePolicy(chart, 'Mesh', { namespace: 'healthcare-prod', mode: MeshMode.SIDECAR, ...changes }))[0];

describe('MeshControlPlanePolicy', () => {
  test.each([MeshMode.SIDECAR, MeshMode.AMBIENT])('lets a mesh of the mode %s work, for every pod', (mode) => {
    const object = policy({ mode });

    expect(object.spec).toMatchObject({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    expect(schemaFindings(object)).toEqual([]);
    expect(object).toMatchSnapshot();
  });

  test('takes every prop of sidecars', () => {
    const props: Required<Omit<MeshControlPlanePolicyProps, 'hboneWithinNamespace'>> = {
      namespace: 'patient-data', mode: MeshMode.SIDECAR, name: 'own', controlPlaneNamespace: 'istio-1-28', istiodPodLabels: { app: 'istiod', 'istio.io/rev': '1-28' },
      metricsScraper: { namespace: 'monitoring', podLabels: { app: 'prometheus' } },
    };
    const { metadata, spec } = policy(props);

    expect(metadata).toEqual({ name: 'own', namespace: 'patient-data' });
    expect(spec.egress).toEqual([{
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'istio-1-28' } }, podSelector: { matchLabels: { app: 'istiod', 'istio.io/rev': '1-28' } } }], ports: [{ port: 15012, protocol: 'TCP' }],
    }]);
    expect(spec.ingress).toEqual([{
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } }, podSelector: { matchLabels: { app: 'prometheus' } } }], ports: [{ port: 15020, protocol: 'TCP' }],
    }]);
  });

  test('takes every prop of an ambient mesh', () => {
    const props: Required<Omit<MeshControlPlanePolicyProps, 'controlPlaneNamespace' | 'istiodPodLabels' | 'metricsScraper'>> = { namespace: 'patient-data', mode: MeshMode.AMBIENT, name: 'own', hboneWithinNamespace: true };
    const { spec } = policy(props);
    const hbone = [{ port: 15008, protocol: 'TCP' }];

    expect(spec.egress).toEqual([{ to: [{ podSelector: {} }], ports: hbone }]);
    expect(spec.ingress[1]).toEqual({ from: [{ podSelector: {} }], ports: hbone });
  });

  test.each<[string, Partial<MeshControlPlanePolicyProps>, unknown, string, string]>([
    ['a bad namespace', { namespace: 'a.b' }, 'a.b', 'RFC 1123 label', 'use at most'],
    ['a bad name', { name: 'A' }, 'A', 'RFC 1123 subdomain', 'use at most'],
    ['no mode', { mode: undefined }, undefined, 'sidecar and ambient', 'MeshMode.SIDECAR'],
    ['a bad namespace of istiod', { controlPlaneNamespace: '' }, '', 'RFC 1123 label', 'use at most'],
    ['every pod as istiod', { istiodPodLabels: {} }, {}, 'an empty selector', 'at least one label'],
    ['a scraper that is nobody', { metricsScraper: { namespace: 'monitoring', podLabels: {} } }, {}, 'an empty selector', 'at least one label'],
    ['HBONE of sidecars', { hboneWithinNamespace: true }, true, "the workload's own port", 'remove hboneWithinNamespace'],
    ['istiod of an ambient mesh', { mode: MeshMode.AMBIENT, istiodPodLabels: { app: 'istiod' } }, { app: 'istiod' }, 'ztunnel', 'remove istiodPodLabels'],
    ['a namespace of istiod of an ambient mesh', { mode: MeshMode.AMBIENT, controlPlaneNamespace: 'istio-system' }, 'istio-system', 'ztunnel', 'remove controlPlaneNamespace'],
    ['a scraper of an ambient mesh', { mode: MeshMode.AMBIENT, metricsScraper: { namespace: 'a', podLabels: { a: 'b' } } }, { namespace: 'a', podLabels: { a: 'b' } }, 'ztunnel', 'remove metricsScraper'],
    ['an unknown field', { ports: [] } as object, 'ports', 'no other field', 'use one of'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => expectRefusal(() => policy(changes), { path: 'Test/Mesh', value, rule, remedy }));
});
