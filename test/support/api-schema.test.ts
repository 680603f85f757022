import { schemaFindings } from './api-schema';

const deployment = (changes: { container?: object; spec?: object; pod?: object } = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'portal', namespace: 'healthcare-prod', labels: { 'app.kubernetes.io/name': 'portal' }, annotations: { 'example.com/a': 'b' } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'portal' } },
    strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
    template: {
      metadata: { labels: { app: 'portal' } },
      spec: {
        hostUsers: false,
        securityContext: { runAsNonRoot: true, appArmorProfile: { type: 'RuntimeDefault' } },
        containers: [{
          name: 'portal',
          image: 'portal',
          ports: [{ containerPort: 8443, name: 'https' }],
          resources: { limits: { cpu: '1', memory: '64Mi' }, requests: { cpu: 0.5 } },
          readinessProbe: { httpGet: { path: '/', port: 'https', scheme: 'HTTPS' } },
          livenessProbe: { tcpSocket: { port: 8443 } },
          ...changes.container,
        }],
        volumes: [{ name: 'tmp', emptyDir: {} }],
        ...changes.pod,
      },
    },
    ...changes.spec,
  },
});
const service = (port: object) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'portal' }, spec: { ports: [port] } });

describe('schemaFindings', () => {
  test.each<[string, object]>([
    ['a workload with int-or-string values, quantities and maps', deployment()],
    ['a Service', service({ port: 443, targetPort: 'https' })],
    ['a ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { 'fluent-bit.conf': '[SERVICE]' } }],
    ['an object with a generated name', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'c-' } }],
    ['a cluster-wide role', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'r' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }],
    ['a kind that came with Kubernetes 1.30', {
      apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', metadata: { name: 'p' },
      spec: { failurePolicy: 'Fail', validations: [{ expression: 'true' }] },
    }],
    ['a policy that allows nothing', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'deny' }, spec: { podSelector: {}, policyTypes: ['Ingress'] } }],
  ])('finds nothing in %s', (_what, manifest) => {
    expect(schemaFindings(manifest)).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['a misspelt field of the object', { ...deployment(), specs: {} }, '/specs: unknown field'],
    ['a misspelt field of the metadata', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', label: { a: 'b' } } }, '/metadata/label: unknown field'],
    ['a misspelt field deep in a list', deployment({ container: { securitycontext: { privileged: false } } }), '/spec/template/spec/containers/0/securitycontext: unknown field'],
    ['a misspelt field whose value is empty', deployment({ pod: { hostNetworks: false } }), '/spec/template/spec/hostNetworks: unknown field'],
    ['a misspelt int-or-string', service({ port: 443, targetport: 8443 }), '/spec/ports/0/targetport: unknown field'],
    ['a verb field of RBAC', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'r' }, rules: [{ verbs: ['get'], verb: ['list'] }] }, '/rules/0/verb: unknown field'],
    ['a wrong type', deployment({ spec: { replicas: 'two' } }), '/spec/replicas'],
    ['a string among booleans', deployment({ pod: { hostNetwork: 'false' } }), '/spec/template/spec/hostNetwork'],
    ['a number as a label', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', labels: { version: 1 } } }, '/metadata/labels/version'],
    ['an object where a list belongs', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'r' }, rules: {} }, '/rules'],
    ['a value outside the enumeration', service({ port: 443, protocol: 'HTTP' }), '/spec/ports/0/protocol'],
    ['a missing field', deployment({ spec: { selector: undefined } }), 'must have required property selector'],
    ['a missing field in a list', service({ name: 'https' }), 'must have required property port'],
    ['a missing name', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'n' } }, '/metadata/name: is missing'],
    ['no metadata at all', { apiVersion: 'v1', kind: 'ConfigMap' }, '/metadata/name: is missing'],
    ['port 0', {
      apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'all-tcp' },
      spec: { podSelector: {}, ingress: [{ ports: [{ port: 0, endPort: 65535, protocol: 'TCP' }] }] },
    }, '/spec/ingress/0/ports/0/port: 0 is no port'],
    ['a port above the last', service({ port: 70000 }), '/spec/ports/0/port: 70000 is no port'],
    ['a kind that does not exist', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicies', metadata: { name: 'n' } }, 'networking.k8s.io/v1/NetworkPolicies is no kind of Kubernetes'],
    ['a kind in a wrong group', { apiVersion: 'v1', kind: 'NetworkPolicy', metadata: { name: 'n' } }, 'v1/NetworkPolicy is no kind of Kubernetes'],
    ['a part of a kind', { apiVersion: 'networking.k8s.io/v1', kind: 'IPBlock', metadata: { name: 'n' } }, 'networking.k8s.io/v1/IPBlock is no kind of Kubernetes'],
    ['a custom resource that was not named', { apiVersion: 'templates.gatekeeper.sh/v1', kind: 'ConstraintTemplate', metadata: { name: 'n' } }, 'is no kind of Kubernetes'],
    ['a path in place of a version', { apiVersion: '../x/v1', kind: 'Pod', metadata: { name: 'n' } }, 'is no kind of Kubernetes'],
    ['no kind', { apiVersion: 'v1', metadata: { name: 'n' } }, 'apiVersion or kind is missing'],
  ])('finds %s', (_what, manifest, finding) => {
    const findings = schemaFindings(manifest);

    expect(findings.join('\n')).toContain(finding);
  });

  test('finds every unknown field, and nothing else', () => {
    expect(schemaFindings({ ...deployment({ pod: { a: 1, dnsPolicy: 'Default' } }), b: [] }).sort()).toEqual(['/b: unknown field', '/spec/template/spec/a: unknown field']);
  });

  test('leaves named custom resources alone', () => {
    const template = { apiVersion: 'templates.gatekeeper.sh/v1', kind: 'ConstraintTemplate', metadata: { name: 'n' } };

    expect(schemaFindings(template, ['templates.gatekeeper.sh/v1/ConstraintTemplate'])).toEqual([]);
  });
});
