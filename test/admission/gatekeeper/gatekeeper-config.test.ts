import { exemptionFindings } from '../../../lib/admission/gatekeeper/exemption-findings';
import { GatekeeperConfig, type GatekeeperConfigProps } from '../../../lib/admission/gatekeeper/gatekeeper-config';
import { SystemNamespace } from '../../../lib/admission/gatekeeper/system-namespace';
import { synthChart, type Manifest } from '../../support/chart';
import { expectRefusal } from '../../support/refusal';

const phiNamespaces = ['healthcare-prod'];
const synth = (props: Partial<GatekeeperConfigProps> = {}): Manifest => synthChart((chart) => new GatekeeperConfig(chart, 'Config', { phiNamespaces, ...props }))[0];

test("exempts the system's namespaces and Gatekeeper's own, from admission alone", () => {
  expect(synth()).toEqual({
    apiVersion: 'config.gatekeeper.sh/v1alpha1',
    kind: 'Config',
    metadata: { name: 'config', namespace: 'gatekeeper-system' },
    spec: { match: [{ excludedNamespaces: ['kube-system', 'kube-public', 'kube-node-lease', 'gatekeeper-system'], processes: ['webhook', 'mutation-webhook'] }] },
  });
});

test.each<[string, SystemNamespace[], string[]]>([
  ['none', [], ['policy']],
  ['one, twice', [SystemNamespace.KUBE_SYSTEM, SystemNamespace.KUBE_SYSTEM], ['kube-system', 'policy']],
])('exempts %s', (_what, exemptNamespaces, excluded) => {
  const props: Required<GatekeeperConfigProps> = { phiNamespaces, exemptNamespaces, gatekeeperNamespace: 'policy' };
  const config = synth(props);
  expect(config.metadata.namespace).toBe('policy');
  expect(config.spec.match[0].excludedNamespaces).toEqual(excluded);
  expect(exemptionFindings(config, phiNamespaces)).toEqual([]);
});

test.each<[string, object, unknown, string, string]>([
  ['a PHI namespace', { exemptNamespaces: ['healthcare-prod'] }, 'healthcare-prod', 'control PS2', 'SystemNamespace'],
  ['a wildcard', { exemptNamespaces: ['kube-*'] }, 'kube-*', 'control PS2', 'SystemNamespace'],
  ['a namespace of an agent', { exemptNamespaces: ['kube-system', 'cert-manager'] }, 'cert-manager', 'control PS2', 'SystemNamespace'],
  ['a text for a list', { exemptNamespaces: 'kube-system' }, 'kube-system', 'control PS2', 'SystemNamespace'],
  ['no PHI namespace', { phiNamespaces: [] }, [], 'control PS2', 'name at least one'],
  ["PHI in Gatekeeper's namespace", { gatekeeperNamespace: 'healthcare-prod' }, 'healthcare-prod', 'Failing Closed', 'namespaces of its own'],
  ['a namespace that is none', { gatekeeperNamespace: '*' }, '*', 'RFC 1123', 'use at most 63'],
  ['an unknown field', { processes: ['*'] }, 'processes', 'control PS2', 'exemptNamespaces'],
])('refuses %s', (_what, props, value, rule, remedy) => {
  expectRefusal(() => synth(props), { path: 'Test/Config', value, rule, remedy });
});
