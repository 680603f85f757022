/** What stands in a PHI namespace where no object of the app claims the safeguard that it undoes, and what keeps replicas or flows from working. */
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { EncryptionMigration } from '../../lib/profile/encryption-settings';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { verifyClaims } from '../../lib/validation/verify';
import { eksProfile, selfManagedProfile } from '../support/profiles';
import { manifest } from './weakening';

const PHI = 'healthcare-prod';
const profile = eksProfile();
const find = (...objects: SynthesizedObject[]) => verifyClaims(objects, profile);
const LABELS = { app: 'api' };
const container = {
  name: 'app', image: `${profile.imageRegistry}/own@sha256:${'3c'.repeat(32)}`, resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } },
  securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } },
};
const pod = { automountServiceAccountToken: false, containers: [container] };
const own = (apiVersion: string, kind: string, fields: object, name = 'own') => manifest(apiVersion, kind, PHI, name, fields);
const binding = own('rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [{ kind: 'Group', name: 'system:authenticated' }] });

describe("a team's app, in which nothing claims anything", () => {
  test.each<[string, SynthesizedObject, Control, RegExp]>([
    ['a token', own('v1', 'Pod', { spec: { ...pod, automountServiceAccountToken: true } }), Control.AC12_SA_TOKENS, /automountServiceAccountToken: true/],
    ['a token that never expires', own('v1', 'Secret', { type: 'kubernetes.io/service-account-token' }), Control.AC12_SA_TOKENS, /never expires/],
    ['a Secret', own('v1', 'Secret', { data: { a: 'YQ==' } }), Control.PS4_SECRETS, /data holds its secrets/],
    ['an ExternalSecret', own('external-secrets.io/v1', 'ExternalSecret', { spec: {} }), Control.PS4_SECRETS, /writes a Kubernetes Secret/],
    ['an Ingress', own('networking.k8s.io/v1', 'Ingress', { spec: { rules: [{ host: 'x' }] } }), Control.TX1_INGRESS, /TLS does not cover the host x/],
    ['a port of every node', own('v1', 'Service', { spec: { type: 'NodePort' } }), Control.TX1_INGRESS, /NodePort/],
    ['an open policy', own('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{}] } }), Control.NW3_EGRESS_DNS, /every pod reach everyone/],
    ["a policy of Cilium's", own('cilium.io/v2', 'CiliumNetworkPolicy', { spec: {} }), Control.NW1_DENY_ALL, /cannot be judged here/],
  ])('is told of %s, on the object itself', (_what, object, control, message) => {
    const found = find(object);
    expect(found).toEqual([expect.stringMatching(message)]);
    expect(found[0]).toMatch(/^\[own\/own\] /);
    expect(found[0]).toContain(`control ${control} `);
    expect(found[0]).toMatch(/remedy: .*ControlException/);
    const exception = new ControlException({ control, reason: 'x', approver: 'ciso@company.com', expires: '2027-01-31' });
    expect(verifyClaims([object], eksProfile({ exceptions: [exception] }))).toEqual([]);
  });

  test('is told of a binding by each control that the role is against', () => {
    const found = find(binding);
    expect(found.length).toBeGreaterThan(0);
    for (const finding of found) expect(finding).toMatch(/^\[own\/own\] an object undoes a safeguard[^]*RoleBinding healthcare-prod\/own gives system:authenticated the ClusterRole cluster-admin/);
  });

  test('is told nothing of other namespaces', () => {
    expect(find(manifest('v1', 'Secret', 'web', 'own', { data: { a: 'YQ==' } }), manifest('v1', 'Service', 'web', 'own', { spec: { type: 'NodePort' } }))).toEqual([]);
  });
});

describe('replicas', () => {
  const deployment = (replicas: number, more: object = {}) => own('apps/v1', 'Deployment', { spec: { replicas, template: { metadata: { labels: LABELS }, spec: {
    ...pod, topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: LABELS } }], ...more,
  } } } }, 'api');
  const budget = (spec: object) => own('policy/v1', 'PodDisruptionBudget', { spec: { selector: { matchLabels: LABELS }, ...spec } }, 'api');
  const scaler = (minReplicas: number | undefined) => own('autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { minReplicas, maxReplicas: 5, scaleTargetRef: { kind: 'Deployment', name: 'api' } } }, 'api');

  test.each<[string, SynthesizedObject[], RegExp | undefined]>([
    ['of which one may go', [deployment(2), budget({ maxUnavailable: 1 })], undefined],
    ['of which half may go', [deployment(2), budget({ maxUnavailable: '50%' })], undefined],
    ['of which one stays', [deployment(2), budget({ minAvailable: 1 })], undefined],
    ['of which none may go', [deployment(2), budget({ maxUnavailable: 0 })], /api lets no pod be evicted/],
    ['of which 0% may go', [deployment(2), budget({ maxUnavailable: '0%' })], /lets no pod/],
    ['of which all stay', [deployment(2), budget({ minAvailable: '100%' })], /lets no pod/],
    ['of which more stay than there are', [deployment(2), budget({ minAvailable: 3 })], /lets no pod/],
    ['of which half stays, rounded up', [deployment(3), budget({ minAvailable: '67%' })], /lets no pod/],
    ['of which nobody says anything', [deployment(2), budget({})], /lets no pod/],
    ['of which all may go', [deployment(2), budget({ maxUnavailable: '100%' })], /lets 2 pods be evicted at once, and there may be 2 alone/],
    ['of which none has to stay', [deployment(2), budget({ minAvailable: 0 })], /lets 2 pods/],
    ['of which an autoscaler leaves too few', [deployment(5), scaler(2), budget({ minAvailable: 2 })], /lets no pod/],
    ['of which an autoscaler leaves enough', [deployment(1), scaler(3), budget({ minAvailable: 2 })], undefined],
    ['of which an autoscaler leaves one', [deployment(3), scaler(1), budget({ maxUnavailable: 1 })], /may leave 1 of its replicas/],
    ['of which an autoscaler leaves what it likes', [deployment(3), scaler(undefined), budget({ maxUnavailable: 1 })], /may leave 1/],
    ['on one node', [deployment(2, { nodeName: 'n1' }), budget({ maxUnavailable: 1 })], /on the node n1/],
    ['of which there is one, on one node', [deployment(1, { nodeName: 'n1' })], undefined],
  ])('%s', (_what, objects, message) => {
    const found = find(...objects);
    expect(found).toHaveLength(message === undefined ? 0 : 1);
    if (message !== undefined) expect(found[0]).toMatch(message);
  });
});

test.each<[KubernetesVersion, number]>([[KubernetesVersion.V1_28, 1], [KubernetesVersion.V1_29, 0]])('a sidecar among the init containers on %s', (version, count) => {
  const platform = Platform.selfManaged({ version, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM, encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED } });
  const found = verifyClaims([own('v1', 'Pod', { spec: { ...pod, initContainers: [{ ...container, restartPolicy: 'Always' }] } })], selfManagedProfile({ platform }));
  expect(found).toHaveLength(count);
  if (count > 0) expect(found[0]).toMatch(/initContainers\[0\] \(app\) is a sidecar[^]*1\.29 on[^]*control PS5/);
});

describe('a flow that the network lets pass, in a mesh that denies by default', () => {
  const namespace = (labels: object) => manifest('v1', 'Namespace', undefined, PHI, { metadata: { labels } });
  const deny = own('security.istio.io/v1', 'AuthorizationPolicy', { spec: {} }, 'deny');
  const allow = (rule: object, app = 'api') => own('security.istio.io/v1', 'AuthorizationPolicy', { spec: { selector: { matchLabels: { app } }, action: 'ALLOW', rules: [rule] } }, 'allow');
  const from = (principal: string) => ({ from: [{ source: { principals: [principal] } }] });
  const ports = (...list: string[]) => ({ to: [{ operation: { ports: list } }] });
  const policy = (peer: object = {}, port = 8443) => own('networking.k8s.io/v1', 'NetworkPolicy', {
    spec: { podSelector: { matchLabels: LABELS }, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } }, ...peer }], ports: [{ port }] }] },
  });
  const web = own('v1', 'Pod', { metadata: { labels: { app: 'web' } }, spec: { ...pod, serviceAccountName: 'web' } }, 'web');
  const AMBIENT = namespace({ 'istio.io/dataplane-mode': 'ambient' });
  const dead = (...objects: SynthesizedObject[]) => find(...objects).filter((finding) => finding.includes('lets a flow pass that the mesh denies'));
  const WEB = `cluster.local/ns/${PHI}/sa/web`;

  test.each<[string, SynthesizedObject[], RegExp]>([
    ['nobody', [AMBIENT, deny, policy()], /no AuthorizationPolicy lets workloads of healthcare-prod in[^]*control TX2[^]*use allow/],
    ['nobody, of sidecars', [namespace({ 'istio-injection': 'enabled' }), deny, policy()], /lets workloads of/],
    ['another workload', [AMBIENT, deny, web, policy(), allow(from(`cluster.local/ns/${PHI}/sa/other`))], /ServiceAccount healthcare-prod\/web/],
    ['another port', [AMBIENT, deny, web, policy(), allow({ ...from(WEB), ...ports('9000') })], /in on port 8443/],
    ['others to other pods', [AMBIENT, deny, web, policy(), allow(from(WEB), 'db')], /ServiceAccount/],
    ['another namespace', [AMBIENT, deny, policy({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'patient-data' } } }), allow(from(WEB))], /workloads of patient-data/],
  ])('is found where %s is let in', (_what, objects, message) => expect(dead(...objects)).toEqual([expect.stringMatching(message)]));

  test.each<[string, SynthesizedObject[]]>([
    ['the workload is let in', [AMBIENT, deny, web, policy(), allow({ ...from(WEB), ...ports('8443') })]],
    ['its namespace is', [AMBIENT, deny, web, policy(), allow({ from: [{ source: { namespaces: ['healthcare-*'] } }] })]],
    ['the tunnel is opened, and the port inside of it', [AMBIENT, deny, web, policy({}, 15008), allow({ ...from(WEB), ...ports('8443') })]],
    ['nothing denies', [AMBIENT, policy()]],
    ['there is no mesh', [namespace({}), deny, policy()]],
    ['an agent comes from outside', [AMBIENT, deny, policy({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } })]],
  ])('is none where %s', (_what, objects) => expect(dead(...objects)).toEqual([]));
});
