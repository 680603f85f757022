import { Chart, Testing } from 'cdk8s';
import { CLUSTER_NEEDS, NAMESPACE_NEEDS, needsOf, PACK_NEEDS } from '../../../lib/admission/gatekeeper/admission-needs';
import { GatekeeperWebhook, type GatekeeperWebhookProps } from '../../../lib/admission/gatekeeper/gatekeeper-webhook';
import type { GatekeeperWebhookRule } from '../../../lib/admission/gatekeeper/gatekeeper-webhook-rule';
import { POLICY_PACK } from '../../../lib/admission/policy-pack';
import { resourcesOf } from '../../../lib/admission/resource-names';
import { synthChart, type Manifest } from '../../support/chart';
import { claimsBelow } from '../../support/claims';
import { expectRefusal } from '../../support/refusal';

const phiNamespaces = ['healthcare-prod', 'patient-data'];
const synth = (props: Partial<GatekeeperWebhookProps> = {}): Manifest => synthChart((chart) => new GatekeeperWebhook(chart, 'Webhook', { phiNamespaces, ...props }))[0];
const sent = (webhook: Manifest['webhooks']): string[] => webhook.rules.flatMap(({ apiGroups, operations, resources }: { apiGroups: string[]; operations: string[]; resources: string[] }) =>
  apiGroups.flatMap((group) => resources.flatMap((resource) => operations.map((operation) => `${operation} ${group}/${resource}`))));

test('fails closed for PHI namespaces, by the name that the API server gives each', () => {
  expect(synth()).toMatchObject({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'hipaa-gatekeeper-fail-closed' },
    webhooks: [
      {
        name: 'phi-namespaces.validation.gatekeeper.sh',
        admissionReviewVersions: ['v1'],
        clientConfig: { service: { name: 'gatekeeper-webhook-service', namespace: 'gatekeeper-system', path: '/v1/admit', port: 443 } },
        failurePolicy: 'Fail', matchPolicy: 'Equivalent', sideEffects: 'None', timeoutSeconds: 5,
        namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: phiNamespaces }] },
      },
      {
        name: 'cluster.validation.gatekeeper.sh', failurePolicy: 'Fail', sideEffects: 'None', timeoutSeconds: 5,
        matchConditions: [{ name: 'not-the-api-server', expression: 'request.userInfo.username != "system:apiserver"' }],
      },
    ],
  });
});

test('looks as reviewed', () => {
  expect(synth()).toMatchSnapshot();
});

test('takes every prop', () => {
  const rule: Required<GatekeeperWebhookRule> = { apiGroups: ['cert-manager.io'], resources: ['clusterissuers'], operations: ['DELETE'], clusterScoped: true };
  const props: Required<GatekeeperWebhookProps> = {
    phiNamespaces, name: 'closed', gatekeeperNamespace: 'policy', timeoutSeconds: 10, moreRules: [rule, { apiGroups: ['cert-manager.io'], resources: ['certificates'] }],
  };
  const { metadata, webhooks } = synth(props);
  expect(metadata).toEqual({ name: 'closed' });
  expect(webhooks.map(({ clientConfig, timeoutSeconds }: Manifest) => [clientConfig.service.namespace, timeoutSeconds])).toEqual([['policy', 10], ['policy', 10]]);
  expect(webhooks[0].rules.at(-1)).toEqual({ apiGroups: ['cert-manager.io'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: ['certificates'], scope: 'Namespaced' });
  expect(webhooks[1].rules.at(-1)).toEqual({ apiGroups: ['cert-manager.io'], apiVersions: ['*'], operations: ['DELETE'], resources: ['clusterissuers'], scope: 'Cluster' });
});

test('takes the way to the kubelet, which nothing of the cluster needs', () => {
  expect(sent(synth({ moreRules: [{ apiGroups: [''], resources: ['nodes/proxy'], operations: ['CONNECT'], clusterScoped: true }] }).webhooks[1])).toContain('CONNECT /nodes/proxy');
});

test('sends every need once, and nothing else', () => {
  const { webhooks } = synth();
  expect(sent(webhooks[0]).sort()).toEqual(NAMESPACE_NEEDS.map(({ operation, group, resource }) => `${operation} ${group}/${resource}`).sort());
  expect(sent(webhooks[1]).sort()).toEqual(CLUSTER_NEEDS.map(({ operation, group, resource }) => `${operation} ${group}/${resource}`).sort());
});

test('is asked about a PersistentVolume that an update gives to another claim', () => {
  expect(sent(synth().webhooks[1])).toEqual(expect.arrayContaining(['CREATE /persistentvolumes', 'UPDATE /persistentvolumes']));
});

test('is asked about what lives in a namespace and what does not', () => {
  const { webhooks } = synth();
  for (const { resources, scope } of webhooks[0].rules) expect(scope).toBe(resources[0].startsWith('namespaces') ? 'Cluster' : 'Namespaced');
  for (const { scope } of webhooks[1].rules) expect(scope).toBe('Cluster');
});

test('the cluster heals without Gatekeeper', () => {
  const { webhooks } = synth();
  const all = [...sent(webhooks[0]), ...sent(webhooks[1])];
  expect(all.filter((request) => request.includes('*'))).toEqual([]);
  for (const free of ['nodes', 'leases', 'events', 'endpointslices', 'tokenreviews', 'certificatesigningrequests', 'customresourcedefinitions', 'pods/status', 'pods/eviction', 'serviceaccounts/token']) {
    expect(all.filter((request) => request.endsWith(`/${free}`) || request.includes(`/${free}/`))).toEqual([]);
  }
  // What the kubelet and whoever takes access away need.
  for (const request of ['DELETE /pods', 'DELETE rbac.authorization.k8s.io/rolebindings', 'DELETE rbac.authorization.k8s.io/clusterrolebindings']) expect(all).not.toContain(request);
});

test.each(POLICY_PACK.map((policy) => [policy.defaultName, policy] as const))('%s is shown what it judges', (_name, policy) => {
  for (const { apiGroups, kinds } of policy.matches) {
    for (const [group, kind] of apiGroups.flatMap((apiGroup) => kinds.map((name) => [apiGroup, name] as const))) {
      // Which of its kinds a rule judges the deletion of, the needs say kind by kind.
      const needs = needsOf(group, kind, policy.operations?.filter((operation) => operation !== 'DELETE'));
      for (const need of needs) expect(PACK_NEEDS).toContainEqual(need);
      // The resources by which a ValidatingAdmissionPolicy of the same policy is asked are among them.
      if (group !== 'admissionregistration.k8s.io') expect(needs.map(({ resource }) => resource)).toEqual(expect.arrayContaining([...resourcesOf(kind)]));
    }
  }
  if (policy.operations?.includes('DELETE')) {
    const deleted = PACK_NEEDS.filter(({ operation }) => operation === 'DELETE').map(({ resource }) => resource);
    expect(policy.matches.flatMap(({ kinds }) => kinds.flatMap(resourcesOf)).some((resource) => deleted.includes(resource))).toBe(true);
  }
});

test.each<[string, string, string, readonly string[], string[]]>([
  ['deletions that a template names', 'apps', 'Deployment', ['CREATE', 'DELETE'], ['CREATE deployments', 'UPDATE deployments', 'DELETE deployments']],
  ['exec, which nobody deletes', '', 'PodExecOptions', ['CONNECT', 'DELETE'], ['CONNECT pods/exec']],
  ['deletions once', 'networking.k8s.io', 'NetworkPolicy', ['DELETE'], ['CREATE networkpolicies', 'UPDATE networkpolicies', 'DELETE networkpolicies']],
  ['a kind of somebody else', 'example.com', 'Widget', [], ['CREATE widgets', 'UPDATE widgets']],
  ['one that ends in y', 'cilium.io', 'CiliumNetworkPolicy', [], ['CREATE ciliumnetworkpolicies', 'UPDATE ciliumnetworkpolicies']],
  ['one that ends in ay', 'networking.istio.io', 'Gateway', ['DELETE'], ['CREATE gateways', 'UPDATE gateways', 'DELETE gateways']],
  ['one that ends in s', 'example.com', 'Access', [], ['CREATE accesses', 'UPDATE accesses']],
  ['a kind of the same name', 'example.com', 'Pod', [], ['CREATE pods', 'UPDATE pods']],
  ['the way to the kubelet', '', 'NodeProxyOptions', [], ['CONNECT nodes/proxy']],
  ['what no webhook is asked about', 'admissionregistration.k8s.io', 'ValidatingWebhookConfiguration', ['DELETE'], []],
])('needs: %s', (_what, group, kind, operations, needs) => {
  expect(needsOf(group, kind, operations).map(({ operation, resource }) => `${operation} ${resource}`)).toEqual(needs);
});

test('claims that admission fails closed', () => {
  const chart = new Chart(Testing.app(), 'Test');
  new GatekeeperWebhook(chart, 'Webhook', { phiNamespaces });
  expect(claimsBelow(chart)).toEqual(['Test/Webhook/Resource implements PS2']);
});

test('is no object of its chart’s namespace', () => {
  const chart = new Chart(Testing.app(), 'Test', { namespace: 'healthcare-prod' });
  new GatekeeperWebhook(chart, 'Webhook', { phiNamespaces });
  expect((Testing.synth(chart) as Manifest[])[0].metadata).toEqual({ name: 'hipaa-gatekeeper-fail-closed' });
});

const rule = (fields: object): object => ({ moreRules: [{ apiGroups: ['example.com'], resources: ['widgets'], ...fields }] });
test.each<[string, object, unknown, string, string]>([
  ['no namespace', { phiNamespaces: [] }, [], 'control PS2', 'name at least one'],
  ['a text for a list', { phiNamespaces: 'healthcare-prod' }, 'healthcare-prod', 'control PS2', 'name at least one'],
  ['a wildcard', { phiNamespaces: ['*'] }, '*', 'RFC 1123', 'use at most 63'],
  ['a system namespace', { phiNamespaces: ['kube-system'] }, 'kube-system', 'AC13', 'namespace of its own'],
  ["Gatekeeper's namespace", { phiNamespaces: ['policy'], gatekeeperNamespace: 'policy' }, 'policy', 'Failing Closed', 'namespaces of its own'],
  ['a namespace twice', { phiNamespaces: ['healthcare-prod', 'healthcare-prod'] }, 'healthcare-prod', 'one entry', 'remove one'],
  ['a name that is none', { name: 'Fail Closed' }, 'Fail Closed', 'RFC 1123', 'use at most 253'],
  ["the chart's name", { name: 'gatekeeper-validating-webhook-configuration' }, 'gatekeeper-validating-webhook-configuration', 'Helm owns it', 'leave name out'],
  ['a namespace that is none', { gatekeeperNamespace: 'Gate Keeper' }, 'Gate Keeper', 'RFC 1123', 'use at most 63'],
  ['no time', { timeoutSeconds: 0 }, 0, 'timeoutSeconds', '1'],
  ['too much time', { timeoutSeconds: 31 }, 31, 'timeoutSeconds', '30'],
  ['an unknown field', { failurePolicy: 'Ignore' }, 'failurePolicy', 'control PS2', 'phiNamespaces'],
  ['rules that are no list', { moreRules: {} }, {}, 'ValidatingWebhook.rules', 'give a list'],
  ['an unknown field of a rule', rule({ scope: '*' }), 'scope', 'RuleWithOperations', 'apiGroups'],
  ['no groups', rule({ apiGroups: [] }), { apiGroups: [], resources: ['widgets'] }, 'sends nothing', 'at least one'],
  ['no resources', rule({ resources: [] }), { apiGroups: ['example.com'], resources: [] }, 'sends nothing', 'at least one'],
  ['groups that are no texts', rule({ apiGroups: [1] }), 1, 'apiGroups', 'name the groups'],
  ['resources that are no texts', rule({ resources: [1] }), 1, 'resources', 'in the plural'],
  ['every group', rule({ apiGroups: ['*'] }), '*', 'admission deadlock', 'name each group'],
  ['every subresource', rule({ resources: ['*/status'] }), '*/status', 'admission deadlock', 'name each group'],
  ['nodes', rule({ apiGroups: [''], resources: ['nodes'], clusterScoped: true }), 'nodes', 'admission deadlock', 'fails open'],
  ['heartbeats', rule({ apiGroups: ['coordination.k8s.io'], resources: ['leases'] }), 'leases', 'admission deadlock', 'fails open'],
  ['a subresource of nodes', rule({ apiGroups: [''], resources: ['nodes/status'] }), 'nodes/status', 'admission deadlock', 'fails open'],
  ['the status of pods', rule({ apiGroups: [''], resources: ['pods/status'] }), 'pods/status', 'admission deadlock', 'fails open'],
  ['the deletion of pods', rule({ apiGroups: [''], resources: ['pods'], operations: ['DELETE'] }), 'pods', 'pod lifecycle', 'leave DELETE'],
  ['no operation', rule({ operations: [] }), [], 'operations', 'CREATE, UPDATE'],
  ['every operation', rule({ operations: ['*'] }), '*', 'operations', 'CREATE, UPDATE'],
  ['operations that are no list', rule({ operations: 'CREATE' }), 'CREATE', 'operations', 'CREATE, UPDATE'],
  ['a scope that is no boolean', rule({ clusterScoped: 'yes' }), 'yes', 'scope', 'true or false'],
])('refuses %s', (_what, props, value, rule_, remedy) => {
  expectRefusal(() => synth(props), { path: 'Test/Webhook', value, rule: rule_, remedy });
});
