/** What Gatekeeper's Helm chart 3.22 renders with its own values, in the fields that count. */

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests reach into every shape
export type Configuration = any;

const SUBRESOURCES = [
  'pods/ephemeralcontainers', 'pods/exec', 'pods/log', 'pods/eviction', 'pods/portforward', 'pods/proxy', 'pods/attach', 'pods/binding', 'pods/resize', 'deployments/scale',
  'replicasets/scale', 'statefulsets/scale', 'replicationcontrollers/scale', 'services/proxy', 'nodes/proxy', 'services/status',
];

export function stockConfiguration(): Configuration {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'gatekeeper-validating-webhook-configuration' },
    webhooks: [
      {
        name: 'validation.gatekeeper.sh',
        clientConfig: { service: { name: 'gatekeeper-webhook-service', namespace: 'gatekeeper-system', path: '/v1/admit' } },
        failurePolicy: 'Ignore',
        matchPolicy: 'Exact',
        namespaceSelector: { matchExpressions: [
          { key: 'admission.gatekeeper.sh/ignore', operator: 'DoesNotExist' },
          { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['gatekeeper-system'] },
        ] },
        objectSelector: {},
        rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: ['*', ...SUBRESOURCES], scope: '*' }],
      },
      {
        name: 'check-ignore-label.gatekeeper.sh',
        clientConfig: { service: { name: 'gatekeeper-webhook-service', namespace: 'gatekeeper-system', path: '/v1/admitlabel' } },
        failurePolicy: 'Fail',
        matchPolicy: 'Exact',
        namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['gatekeeper-system'] }] },
        rules: [{ apiGroups: [''], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: ['namespaces'], scope: '*' }],
      },
    ],
  };
}

/** The same, made to fail closed for everything: nothing is open. */
export function closedConfiguration(change: (configuration: Configuration) => void = () => undefined): Configuration {
  const configuration = stockConfiguration();
  configuration.webhooks[0].failurePolicy = 'Fail';
  configuration.webhooks[0].rules[0].operations.push('DELETE', 'CONNECT');
  configuration.webhooks[0].rules[0].resources.push('*/status', 'namespaces/finalize');
  change(configuration);
  return configuration;
}
