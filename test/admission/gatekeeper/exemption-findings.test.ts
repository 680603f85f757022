import { exemptionFindings } from '../../../lib/admission/gatekeeper/exemption-findings';

const phi = ['healthcare-prod', 'patient-data'];
const config = (match: object[], apiVersion = 'config.gatekeeper.sh/v1alpha1') => ({ apiVersion, kind: 'Config', metadata: { name: 'config', namespace: 'policy-engine' }, spec: { match } });
const excluding = (name: string, processes = ['*']) => config([{ excludedNamespaces: ['kube-system'], processes: ['*'] }, { excludedNamespaces: ['kube-public', name], processes }]);
const namespace = (name: string, labels: object, apiVersion = 'v1') => ({ apiVersion, kind: 'Namespace', metadata: { name, labels } });
const pods = (args: string[], kind = 'Deployment') => ({ apiVersion: 'apps/v1', kind, spec: { template: { spec: { containers: [{ name: 'other' }, { name: 'manager', args }] } } } });

test.each<[string, object, string, RegExp]>([
  ['the name of a PHI namespace', excluding('patient-data'), 'spec.match[1].excludedNamespaces[1]', /^patient-data takes the PHI namespace patient-data from all of Gatekeeper$/],
  ['from the webhook', excluding('patient-data', ['webhook']), 'spec.match[1].excludedNamespaces[1]', /from its webhook$/],
  ['from audit and sync', excluding('patient-data', ['audit', 'sync']), 'spec.match[1].excludedNamespaces[1]', /from its audit and its sync$/],
  ['a beginning', excluding('health*'), 'spec.match[1].excludedNamespaces[1]', /^health\* takes the PHI namespace healthcare-prod/],
  ['an end', excluding('*-data'), 'spec.match[1].excludedNamespaces[1]', /PHI namespace patient-data/],
  ['a middle', excluding('*care*'), 'spec.match[1].excludedNamespaces[1]', /PHI namespace healthcare-prod/],
  ['everything', excluding('*'), 'spec.match[1].excludedNamespaces[1]', /PHI namespace healthcare-prod/],
  ['a namespace of no system', excluding('staging'), 'spec.match[1].excludedNamespaces[1]', /^staging is no system namespace/],
  ['a wildcard of others', excluding('test-*', ['webhook']), 'spec.match[1].excludedNamespaces[1]', /^test-\* is no system namespace, and is taken from its webhook$/],
  ['the label', namespace('patient-data', { 'admission.gatekeeper.sh/ignore': '' }), "metadata.labels['admission.gatekeeper.sh/ignore']", /takes the PHI namespace patient-data from Gatekeeper's own webhook/],
  ['the flag', pods(['--port=8443', '--exempt-namespace=patient-data']), 'spec.template.spec.containers[1].args[1]', /PHI namespace patient-data carry the label/],
  ['the flag, and its value apart', pods(['-exempt-namespace', 'patient-data']), 'spec.template.spec.containers[1].args[0]', /patient-data/],
  ['a beginning in the flag', pods(['--exempt-namespace-prefix=patient']), 'spec.template.spec.containers[1].args[0]', /patient-data/],
  ['an end in the flag', pods(['--exempt-namespace-suffix=-prod']), 'spec.template.spec.containers[1].args[0]', /healthcare-prod/],
])('found: %s', (_what, object, path, problem) => {
  const findings = exemptionFindings(object, phi);
  expect(findings).toHaveLength(1);
  expect(findings[0].path).toBe(path);
  expect(findings[0].problem).toMatch(problem);
  expect(findings[0].remedy).toMatch(/\S/);
});

test.each<[string, unknown]>([
  ['system namespaces', config([{ excludedNamespaces: ['kube-system', 'kube-public', 'kube-node-lease', 'kube-*', 'gatekeeper-system'], processes: ['*'] }])],
  ["Gatekeeper's own namespace, whatever its name", excluding('policy-engine')],
  ['mutation, which enforces nothing', excluding('staging', ['mutation-webhook'])],
  ['a PHI namespace without mutation', excluding('patient-data', ['mutation-webhook'])],
  ['no processes', excluding('patient-data', [])],
  ['no match', { ...config([]), spec: {} }],
  ['a Config of something else', config([{ excludedNamespaces: ['*'], processes: ['*'] }], 'imageregistry.operator.openshift.io/v1')],
  ['the label elsewhere', namespace('staging', { 'admission.gatekeeper.sh/ignore': 'yes' })],
  ['a PHI namespace without labels', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'patient-data' } }],
  ['a Namespace of another group', namespace('patient-data', { 'admission.gatekeeper.sh/ignore': '' }, 'example.com/v1')],
  ['the flag for a namespace of its own', pods(['--exempt-namespace=gatekeeper-system', '--exempt-namespace-prefix=kube-', '--operation=webhook'])],
  ['no object', undefined],
])('not found: %s', (_what, object) => {
  expect(exemptionFindings(object, phi)).toEqual([]);
});
