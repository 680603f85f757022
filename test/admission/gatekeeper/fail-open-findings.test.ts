import { NAMESPACE_NEEDS } from '../../../lib/admission/gatekeeper/admission-needs';
import { failOpenFindings } from '../../../lib/admission/gatekeeper/fail-open-findings';
import { GatekeeperWebhook } from '../../../lib/admission/gatekeeper/gatekeeper-webhook';
import { synthChart } from '../../support/chart';
import { closedConfiguration, stockConfiguration, type Configuration } from './stock-configuration';

const phiNamespaces = ['healthcare-prod', 'patient-data'];
const found = (configuration: unknown, configurations: readonly unknown[] = []): string[] => failOpenFindings(configuration, { phiNamespaces, configurations }).map(({ path, problem }) => `${path} ${problem}`);
const own = (): Configuration => synthChart((chart) => new GatekeeperWebhook(chart, 'Webhook', { phiNamespaces }))[0];
const ofRoles = (configuration: Configuration): Configuration => configuration.webhooks[1].rules.find(({ resources }: Configuration) => resources.includes('clusterroles'));
const weakened = (change: (configuration: Configuration) => void): Configuration => {
  const configuration = own();
  change(configuration);
  return configuration;
};

test('the chart as it comes fails open, and is not asked about exec or about what goes', () => {
  expect(failOpenFindings(stockConfiguration(), { phiNamespaces })).toEqual([
    { path: 'webhooks[0].failurePolicy', problem: 'failurePolicy is Ignore: what Gatekeeper does not answer for is let in', remedy: 'set failurePolicy: Fail, or add GatekeeperWebhook for the PHI namespaces' },
    {
      path: 'webhooks[0].rules',
      problem: 'Gatekeeper is not asked about CONNECT of pods/attach, CONNECT of pods/exec, CONNECT of pods/portforward, CONNECT of pods/proxy, CONNECT of services/proxy, '
        + 'UPDATE of ingresses/status.networking.k8s.io, DELETE of networkpolicies.networking.k8s.io, DELETE of namespaces, UPDATE of namespaces/status, UPDATE of namespaces/finalize',
      remedy: 'name them in the rules, or add GatekeeperWebhook for the PHI namespaces',
    },
  ]);
});

const CLOSED: [string, unknown, unknown[]?][] = [
  ['a GatekeeperWebhook', own()],
  ['the chart, where it was made to fail closed for everything', closedConfiguration()],
  ['the chart as it comes, beside a GatekeeperWebhook', stockConfiguration(), [stockConfiguration(), own()]],
  ['two that share the namespaces', weakened((o) => (o.webhooks[0].namespaceSelector.matchExpressions[0].values = ['patient-data'])),
    [synthChart((chart) => new GatekeeperWebhook(chart, 'Webhook', { phiNamespaces: ['healthcare-prod'] }))[0]]],
  ['webhooks of something else', { ...stockConfiguration(), webhooks: [{ name: 'policy.sigstore.dev', failurePolicy: 'Ignore', clientConfig: { service: { path: '/validations' } } }] }],
  ['another kind', { ...stockConfiguration(), kind: 'MutatingWebhookConfiguration' }],
  ['another group', { ...stockConfiguration(), apiVersion: 'example.com/v1' }],
  ['no object', null],
  ['every resource by wildcards', closedConfiguration((o) => (o.webhooks[0].rules = [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }]))],
  ['resources and every subresource of each', closedConfiguration((o) => (o.webhooks[0].rules[0].resources = ['*', 'pods/*', 'services/*', 'ingresses/*', 'namespaces/*']))],
  ['no failurePolicy, which is Fail', closedConfiguration((o) => delete o.webhooks[0].failurePolicy)],
  ['no selector', closedConfiguration((o) => delete o.webhooks[0].namespaceSelector)],
  ['one version that stands for all', closedConfiguration((o) => Object.assign(o.webhooks[0], { matchPolicy: 'Equivalent' }) && (o.webhooks[0].rules[0].apiVersions = ['v1']))],
  // Objects of the cluster are of no namespace, so that no selector passes over them.
  ['the chart, beside one that selects before roles of the cluster', stockConfiguration(), [weakened((o) => (o.webhooks[1].namespaceSelector = { matchLabels: { phi: 'yes' } }))]],
  ['whatever has a name', closedConfiguration((o) => (o.webhooks[0].namespaceSelector = { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'Exists' }] }))],
  ["an address that is Gatekeeper's", closedConfiguration((o) => {
    o.webhooks[0].clientConfig = { url: 'https://gatekeeper.example.com/v1/admit' };
    o.webhooks[1].clientConfig = { url: 'https://gatekeeper.example.com/v1/admitlabel' };
  })],
];
test.each(CLOSED.map(([what, configuration, others = []]) => [what, configuration, others] as const))('nothing is open with: %s', (_what, configuration, configurations) => {
  expect(found(configuration, configurations)).toEqual([]);
});

const IGNORED = { key: 'admission.gatekeeper.sh/ignore', operator: 'DoesNotExist' };
test.each<[string, Configuration, string[]]>([
  ['Ignore', closedConfiguration((o) => (o.webhooks[0].failurePolicy = 'Ignore')), ['webhooks[0].failurePolicy failurePolicy is Ignore']],
  ['a failure policy of no such name', closedConfiguration((o) => (o.webhooks[0].failurePolicy = 'fail')), ['webhooks[0].failurePolicy failurePolicy is fail']],
  ['an object selector', closedConfiguration((o) => (o.webhooks[0].objectSelector = { matchLabels: { judged: 'yes' } })), ['webhooks[0].objectSelector ']],
  ['an object selector by expressions', closedConfiguration((o) => (o.webhooks[0].objectSelector = { matchExpressions: [{ key: 'skip', operator: 'DoesNotExist' }] })), ['webhooks[0].objectSelector ']],
  ['a condition', closedConfiguration((o) => (o.webhooks[0].matchConditions = [{ name: 'not-admins', expression: '!("system:masters" in request.userInfo.groups)' }])),
    ['webhooks[0].matchConditions[0] the condition not-admins']],
  ['the condition of the API server, widened', weakened((o) => (o.webhooks[1].matchConditions[0].expression += ' && request.name != "x"')), ['webhooks[1].matchConditions[0] the condition not-the-api-server']],
  ['a PHI namespace left out', closedConfiguration((o) => o.webhooks[0].namespaceSelector.matchExpressions[1].values.push('patient-data')),
    ['webhooks[0].namespaceSelector.matchExpressions[1] the selector leaves out the PHI namespace patient-data']],
  ['a PHI namespace not named', weakened((o) => o.webhooks[0].namespaceSelector.matchExpressions[0].values.pop()), ['webhooks[0].namespaceSelector.matchExpressions[0] the selector leaves out the PHI namespace patient-data']],
  ['one name alone', weakened((o) => (o.webhooks[0].namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'healthcare-prod' } })), ['webhooks[0].namespaceSelector.matchLabels the selector leaves out the PHI namespace patient-data']],
  ['namespaces without a name', weakened((o) => (o.webhooks[0].namespaceSelector.matchExpressions[0] = { key: 'kubernetes.io/metadata.name', operator: 'DoesNotExist' })),
    phiNamespaces.map((name) => `webhooks[0].namespaceSelector.matchExpressions[0] the selector leaves out the PHI namespace ${name}`)],
  ['a label that can be changed', weakened((o) => (o.webhooks[0].namespaceSelector = { matchLabels: { 'cdk8s-hipaa/data-classification': 'phi' } })), ['webhooks[0].namespaceSelector.matchLabels the selector rests on the label cdk8s-hipaa/data-classification']],
  ['a label that nobody guards', weakened((o) => o.webhooks[0].namespaceSelector.matchExpressions.push(IGNORED)), ['webhooks[0].namespaceSelector.matchExpressions[1] the selector rests on the label admission.gatekeeper.sh/ignore']],
  ['a guard that fails open', closedConfiguration((o) => (o.webhooks[1].failurePolicy = 'Ignore')), ['webhooks[0].namespaceSelector.matchExpressions[0] the selector rests on the label']],
  ['a guard that does not see updates', closedConfiguration((o) => (o.webhooks[1].rules[0].operations = ['CREATE'])), ['webhooks[0].namespaceSelector.matchExpressions[0] the selector rests on the label']],
  ['a guard of other namespaces', closedConfiguration((o) => (o.webhooks[1].namespaceSelector.matchExpressions[0].values = phiNamespaces)), ['webhooks[0].namespaceSelector.matchExpressions[0] the selector rests on the label']],
  ['no guard', closedConfiguration((o) => o.webhooks.pop()), ['webhooks[0].namespaceSelector.matchExpressions[0] the selector rests on the label']],
  ['the label of all but the ignored, as In', closedConfiguration((o) => (o.webhooks[0].namespaceSelector.matchExpressions[0] = { key: IGNORED.key, operator: 'In', values: ['no'] })),
    ['webhooks[0].namespaceSelector.matchExpressions[0] the selector rests on the label']],
  ['no exec', weakened((o) => o.webhooks[0].rules.find((rule: Configuration) => rule.operations.includes('CONNECT')).resources.splice(1, 1)), ['webhooks Gatekeeper is not asked about CONNECT of pods/exec']],
  ['no ephemeral containers', closedConfiguration((o) => o.webhooks[0].rules[0].resources.splice(1, 1)), ['webhooks[0].rules Gatekeeper is not asked about UPDATE of pods/ephemeralcontainers']],
  ['one version, exactly', closedConfiguration((o) => (o.webhooks[0].rules[0].apiVersions = ['v1'])), ['webhooks[0].rules Gatekeeper is not asked about CREATE of configmaps']],
  ['no version', weakened((o) => (ofRoles(o).apiVersions = [])), ['webhooks Gatekeeper is not asked about CREATE of clusterroles.rbac.authorization.k8s.io']],
  ['no updates', weakened((o) => (ofRoles(o).operations = ['CREATE'])), ['webhooks Gatekeeper is not asked about UPDATE of clusterroles.rbac.authorization.k8s.io']],
  ['what belongs to namespaces alone', closedConfiguration((o) => (o.webhooks[0].rules[0].scope = 'Namespaced')), ['webhooks[0].rules Gatekeeper is not asked about CREATE of namespaces']],
  ['what belongs to the cluster alone', weakened((o) => (o.webhooks[0].rules[0].scope = 'Cluster')), ['webhooks Gatekeeper is not asked about CREATE of configmaps']],
  ['no group', closedConfiguration((o) => (o.webhooks[0].rules[0].apiGroups = ['', 'apps', 'batch', 'networking.k8s.io', 'rbac.authorization.k8s.io'])), ['webhooks[0].rules Gatekeeper is not asked about CREATE of storageclasses.storage.k8s.io']],
  ['nothing of the cluster', weakened((o) => o.webhooks.pop()), ['webhooks[0].rules Gatekeeper is not asked about CREATE of persistentvolumes, UPDATE of persistentvolumes, CREATE of clusterroles.rbac.authorization.k8s.io']],
])('found: %s', (_what, configuration, findings) => {
  const said = found(configuration);
  expect(said).toHaveLength(findings.length);
  findings.forEach((finding, index) => expect(said[index].startsWith(finding)).toBe(true));
});

test('another configuration that fails open closes nothing', () => {
  expect(found(stockConfiguration(), [weakened((o) => (o.webhooks[0].failurePolicy = 'Ignore'))])).toContain('webhooks[0].failurePolicy failurePolicy is Ignore: what Gatekeeper does not answer for is let in');
});

const asking = (service: object, change: (configuration: Configuration) => void = () => undefined): Configuration => closedConfiguration((o) => {
  for (const { clientConfig } of o.webhooks) Object.assign(clientConfig.service, service);
  change(o);
});

test.each<[string, Configuration]>([
  ['of another name', asking({ name: 'allow-all' })],
  ['of another namespace', asking({ namespace: 'default' })],
  ['at an address', closedConfiguration((o) => o.webhooks.forEach((webhook: Configuration) => (webhook.clientConfig = { url: `https://allow-all.example.com${webhook.clientConfig.service.path as string}` })))],
])('a webhook at the same path closes nothing where another server answers it: %s', (_what, fake) => {
  const open = found(stockConfiguration());
  expect(open).not.toEqual([]);
  expect(found(stockConfiguration(), [fake])).toEqual(open);
  expect(found({ ...stockConfiguration(), webhooks: [...stockConfiguration().webhooks, ...fake.webhooks] })).toEqual(expect.arrayContaining(['webhooks[0].failurePolicy failurePolicy is Ignore: what Gatekeeper does not answer for is let in']));
});

test('the label is guarded by the server that is asked, and by no other', () => {
  const elsewhere = closedConfiguration((o) => (o.webhooks[1].clientConfig.service.name = 'allow-all'));
  expect(found(elsewhere)).toEqual(phiNamespaces.map(() => expect.stringContaining('rests on the label admission.gatekeeper.sh/ignore') as string).slice(0, 1));
});

test('what has to be sent can be narrowed', () => {
  const needs = NAMESPACE_NEEDS.filter(({ resource }) => resource === 'ingresses');
  expect(failOpenFindings({ ...own(), webhooks: [{ ...own().webhooks[0], rules: [{ apiGroups: ['networking.k8s.io'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: ['ingresses'] }] }] }, { phiNamespaces, needs })).toEqual([]);
});
