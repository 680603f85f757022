import { type App, Chart, Testing } from 'cdk8s';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { PhiNamespace, type PhiNamespacePhases, type PhiNamespaceProps } from '../../lib/phi/phi-namespace';
import { Environment } from '../../lib/profile/environment';
import { IdentityGroups } from '../../lib/profile/identity-groups';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { MeshMode } from '../../lib/profile/mesh-mode';
import type { MeshSettings } from '../../lib/profile/mesh-settings';
import { eksProfile } from '../support/profiles';
import { schemaFindings } from '../support/api-schema';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { person, RbacEvaluator, type Requester } from '../support/rbac-evaluator';
import { expectRefusal } from '../support/refusal';

const PROD = 'healthcare-prod';
const groups = new IdentityGroups({ auditors: 'auditors@company.com', developers: 'developers@company.com', securityAdmins: 'security-admins@company.com' });
const props: PhiNamespaceProps = { name: PROD, environment: Environment.PROD, kubernetesVersion: KubernetesVersion.V1_33, groups };
const synth = (changes: object = {}): Manifest[] => synthChart((chart) => new PhiNamespace(chart, 'Phi', { ...props, ...changes }));
const claims = (changes: object): string[] => {
  const chart = new Chart(Testing.app(), 'Test');
  new PhiNamespace(chart, 'Phi', { ...props, ...changes });
  return claimsBelow(chart);
};
const titles = (manifests: Manifest[]): string[] =>
  manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`);
const ofMesh = (manifest: Manifest): boolean => manifest.apiVersion.startsWith('security.istio.io/');
/** Judged by the API's schemas; the mesh's objects are of another API. */
const schemaFlaws = (manifests: Manifest[]): string[] => manifests.filter((manifest) => !ofMesh(manifest)).flatMap((manifest) => schemaFindings(manifest));
const MESH: Required<MeshSettings> = {
  mode: MeshMode.SIDECAR,
  revision: 'stable',
  trustDomain: 'company.mesh',
  controlPlaneNamespace: 'istio-1-28',
  istiodPodLabels: { 'app': 'istiod', 'istio.io/rev': '1-28' },
};
const one = (manifests: Manifest[], kind: string): Manifest => manifests.find((manifest) => manifest.kind === kind)!;

describe('PhiNamespace', () => {
  test('is whole by itself', () => {
    const manifests = synth();

    expect(titles(manifests)).toEqual([
      'Namespace healthcare-prod',
      'ResourceQuota healthcare-prod/phi-quota',
      'LimitRange healthcare-prod/phi-limits',
      'NetworkPolicy healthcare-prod/default-deny',
      'NetworkPolicy healthcare-prod/allow-dns',
      'Role healthcare-prod/hipaa-auditor',
      'Role healthcare-prod/hipaa-developer',
      'Role healthcare-prod/hipaa-security-admin',
      'RoleBinding healthcare-prod/auditor-binding',
      'RoleBinding healthcare-prod/developer-binding',
      'RoleBinding healthcare-prod/security-admin-binding',
      'ServiceAccount healthcare-prod/default',
    ]);
    expect(schemaFlaws(manifests)).toEqual([]);
    expect(manifests[0].metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/enforce-version': 'v1.33',
      'cdk8s-hipaa/data-classification': 'phi',
    });
    expect(one(manifests, 'ServiceAccount').automountServiceAccountToken).toBe(false);
    expect(manifests.slice(1).every(({ metadata }) => metadata.namespace === PROD)).toBe(true);
    // Made by the controller of namespaces too, a moment after the namespace.
    expect(manifests.at(-1)!.kind).toBe('ServiceAccount');
  });

  test('says its name and environment, for what is put into it', () => {
    const phi = new PhiNamespace(new Chart(Testing.app(), 'Test'), 'Phi', props);
    expect([phi.name, phi.environment]).toEqual([PROD, Environment.PROD]);
  });

  test('takes every prop', () => {
    const app = Testing.app();
    const [first, access, network] = ['First', 'Access', 'Network'].map((id) => new Chart(app, id));
    const phases: Required<PhiNamespacePhases> = { access, network };
    const every: Required<PhiNamespaceProps> = {
      name: 'patient-data',
      environment: Environment.TEST,
      kubernetesVersion: KubernetesVersion.of('1.36'),
      groups: new IdentityGroups({ auditors: 'a', developers: 'd', securityAdmins: 's', groupsPrefix: 'sso:' }),
      quota: { pods: 7 },
      limits: { maxCpuCores: 2 },
      mesh: MESH,
      verifiedImages: true,
      tlsWithinNamespace: true,
      existing: false,
      phases,
    };
    new PhiNamespace(first, 'Phi', every);
    const [namespaces, roles, policies] = [first, access, network].map((chart) => Testing.synth(chart) as Manifest[]);

    expect(namespaces[0].metadata).toMatchObject({
      name: 'patient-data',
      labels: {
        'istio.io/rev': 'stable',
        'policy.sigstore.dev/include': 'true',
        'cdk8s-hipaa/environment': 'test',
        'pod-security.kubernetes.io/enforce-version': 'v1.36',
      },
    });
    expect(namespaces[0].metadata.labels).not.toHaveProperty('istio-injection');
    expect(one(namespaces, 'ResourceQuota').spec.hard).toMatchObject({ 'pods': '7', 'requests.cpu': '16' });
    expect(one(namespaces, 'LimitRange').spec.limits[0].max).toMatchObject({ cpu: '2', memory: '8Gi' });
    expect(one(roles, 'RoleBinding').subjects[0].name).toMatch(/^sso:/);
    expect(policies.find(({ metadata }) => metadata.name === 'allow-mesh')!.spec.egress[0].to[0]).toMatchObject({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'istio-1-28' } },
      podSelector: { matchLabels: MESH.istiodPodLabels },
    });
    expect([namespaces, roles, policies].map(titles)).toEqual([
      ['Namespace patient-data', 'ResourceQuota patient-data/phi-quota', 'LimitRange patient-data/phi-limits'],
      [
        'Role patient-data/hipaa-auditor',
        'Role patient-data/hipaa-developer',
        'Role patient-data/hipaa-security-admin',
        'RoleBinding patient-data/auditor-binding',
        'RoleBinding patient-data/developer-binding',
        'RoleBinding patient-data/security-admin-binding',
        'ServiceAccount patient-data/default',
      ],
      [
        'NetworkPolicy patient-data/default-deny',
        'NetworkPolicy patient-data/allow-dns',
        'NetworkPolicy patient-data/allow-tls-within-namespace',
        'PeerAuthentication patient-data/default',
        'AuthorizationPolicy patient-data/default-deny',
        'NetworkPolicy patient-data/allow-mesh',
      ],
    ]);
    expect(schemaFlaws([...namespaces, ...roles, ...policies])).toEqual([]);
  });

  test.each<[string, object, Record<string, string>]>([
    ['sidecars', { mesh: { mode: MeshMode.SIDECAR } }, { 'istio-injection': 'enabled' }],
    ['an ambient mesh', { mesh: { mode: MeshMode.AMBIENT } }, { 'istio.io/dataplane-mode': 'ambient' }],
    ['verified images', { verifiedImages: true }, { 'policy.sigstore.dev/include': 'true' }],
  ])('is part of %s by its labels', (_what, changes, labels) => {
    const before = synth()[0].metadata.labels!;
    expect(synth(changes)[0].metadata.labels).toEqual({ ...before, ...labels });
    expect(Object.keys(before)).not.toEqual(expect.arrayContaining(Object.keys(labels)));
  });

  test.each([MeshMode.SIDECAR, MeshMode.AMBIENT])('in a mesh of mode %s takes mutual TLS alone, and lets nobody in', (mode) => {
    const added = synth({ mesh: { mode } }).filter((manifest) => !titles(synth()).includes(titles([manifest])[0]));

    expect(titles(added)).toEqual([`PeerAuthentication ${PROD}/default`, `AuthorizationPolicy ${PROD}/default-deny`, `NetworkPolicy ${PROD}/allow-mesh`]);
    expect(added.map(({ spec }) => spec).slice(0, 2)).toEqual([{ mtls: { mode: 'STRICT' } }, {}]);
  });

  test.each([{ verifiedImages: false, tlsWithinNamespace: false }, { quota: {}, limits: {} }])('%j changes nothing', (changes) => {
    expect(synth(changes)).toEqual(synth());
  });

  test('the same input gives the same bytes', () => expect(JSON.stringify(synth({ mesh: MESH }))).toBe(JSON.stringify(synth({ mesh: MESH }))));

  test('claims each control on the object that enforces it', () => {
    const common = [
      'Namespace/Resource implements AC13',
      'Namespace/Resource implements PS1',
      'Quota/Resource implements PS5',
      'Limits/Resource implements PS5',
      'Deny/Resource implements NW1',
      'Dns/Resource implements NW3',
    ];
    const access = [
      ...['AuditorRole', 'DeveloperRole', 'SecurityAdminRole'].flatMap((id) => ['AC3', 'AC4', 'AC5'].map((control) => `Access/${id}/Resource implements ${control}`)),
      ...['AuditorBinding', 'DeveloperBinding', 'SecurityAdminBinding'].map((id) => `Access/${id}/Resource implements AC3`),
      'DefaultServiceAccount/Resource implements AC12',
    ];
    const below = (list: string[]) => list.map((claim) => `Test/Phi/${claim}`);

    expect(claims({})).toEqual(below([...common, ...access]));
    expect(claims({ mesh: { mode: MeshMode.AMBIENT } })).toEqual(below([...common, 'MutualTls/Resource implements TX2', ...access]));
  });

  test.each<[string, object]>([
    ['without a mesh', {}],
    ['with sidecars', { mesh: { mode: MeshMode.SIDECAR } }],
    ['in an ambient mesh', { mesh: { mode: MeshMode.AMBIENT } }],
    ['with verified images', { verifiedImages: true }],
  ])('what it claims holds, %s', (_what, changes) => {
    const app = new HipaaKubernetesApp(eksProfile({ phiNamespaces: [{ name: PROD, environment: Environment.PROD }] }));
    new PhiNamespace(new Chart(app, 'Test'), 'Phi', { ...props, ...changes });
    const { findings, objects } = app.synthesize();

    expect(findings).toEqual([]);
    expect(objects.flatMap((object) => object.claims).length).toBeGreaterThanOrEqual(19);
  });

  describe('in phases', () => {
    const phased = (build: (app: App) => PhiNamespacePhases) => {
      const app = Testing.app();
      const phases = build(app);
      const phi = new PhiNamespace(new Chart(app, 'Namespaces'), 'Phi', { ...props, mesh: { mode: MeshMode.SIDECAR }, phases });
      return { app, phi, kinds: (id: string) => [...new Set((Testing.synth(app.node.findChild(id) as Chart) as Manifest[]).map(({ kind }) => kind))] };
    };

    test('each object lands in the chart of its own', () => {
      const { kinds } = phased((app) => ({ access: new Chart(app, 'Access'), network: new Chart(app, 'Network') }));

      expect(kinds('Namespaces')).toEqual(['Namespace', 'ResourceQuota', 'LimitRange']);
      expect(kinds('Access')).toEqual(['Role', 'RoleBinding', 'ServiceAccount']);
      expect(kinds('Network')).toEqual(['NetworkPolicy', 'PeerAuthentication', 'AuthorizationPolicy']);
    });

    test('both may be one chart', () => {
      const { kinds } = phased((app) => {
        const chart = new Chart(app, 'Rest');
        return { access: chart, network: chart };
      });
      expect(kinds('Rest')).toEqual(['NetworkPolicy', 'PeerAuthentication', 'AuthorizationPolicy', 'Role', 'RoleBinding', 'ServiceAccount']);
    });

    test("or the namespace's own", () => {
      const app = Testing.app();
      const chart = new Chart(app, 'Namespaces');
      new PhiNamespace(chart, 'Phi', { ...props, phases: { access: chart, network: chart } });
      expect(titles(Testing.synth(chart) as Manifest[]).sort()).toEqual(titles(synth()).sort());
    });

    test('two namespaces of one id in two charts share them', () => {
      const app = Testing.app();
      const [first, second, access, network] = ['First', 'Second', 'Access', 'Network'].map((id) => new Chart(app, id));
      for (const [chart, name] of [[first, PROD], [second, 'patient-data']] as const) new PhiNamespace(chart, 'Phi', { ...props, name, phases: { access, network } });

      expect(titles(Testing.synth(network) as Manifest[])).toEqual([PROD, 'patient-data'].flatMap((name) => [`NetworkPolicy ${name}/default-deny`, `NetworkPolicy ${name}/allow-dns`]));
    });

    test('two namespaces share them', () => {
      const app = Testing.app();
      const [first, access, network] = ['First', 'Access', 'Network'].map((id) => new Chart(app, id));
      for (const name of [PROD, 'patient-data'])
        new PhiNamespace(first, name, { ...props, name, phases: { access, network } });

      expect(titles(Testing.synth(network) as Manifest[])).toEqual(
        [PROD, 'patient-data'].flatMap((name) => [`NetworkPolicy ${name}/default-deny`, `NetworkPolicy ${name}/allow-dns`]),
      );
    });
  });

  test.each<[string, object, string, unknown, string, string]>([
    ['an unknown field', { podSecurity: 'baseline' }, 'Test/Phi', 'podSecurity', 'AC13', 'kubernetesVersion, groups'],
    ['a bad name', { name: 'Prod' }, 'Test/Phi/Namespace', 'Prod', 'RFC 1123 label', 'at most 63'],
    ['a system namespace', { name: 'istio-system' }, 'Test/Phi/Namespace', 'istio-system', 'AC13', 'of its own'],
    ['an environment that does not exist', { environment: 'staging' }, 'Test/Phi/Namespace', 'staging', 'AC13', 'Environment.DEV'],
    ['no version', { kubernetesVersion: '1.33' }, 'Test/Phi/Namespace', '1.33', 'PS1', 'KubernetesVersion.V1_33'],
    ['no groups', { groups: undefined }, 'Test/Phi/Access', undefined, 'groups is required', 'new IdentityGroups'],
    ['groups that were not checked', { groups: { auditors: 'system:masters' } }, 'Test/Phi/Access', undefined, 'groups is required', 'new IdentityGroups'],
    ['a quota of another namespace', { quota: { namespace: 'default' } }, 'Test/Phi.quota', 'namespace', 'PS5', 'pods, requestsCpuCores'],
    ['a quota that is no object', { quota: 5 }, 'Test/Phi.quota', 5, 'PS5', 'an object of: pods'],
    ['a quota out of bounds', { quota: { pods: 0 } }, 'Test/Phi/Quota', 0, 'resource quotas', 'from 1'],
    ['limits of another name', { limits: { name: 'own' } }, 'Test/Phi.limits', 'name', 'PS5', 'defaultRequestCpuCores'],
    ['limits that contradict each other', { limits: { maxCpuCores: 0.2 } }, 'Test/Phi/Limits', '0.5 > 0.2', 'resource management', 'lower defaultLimitCpuCores'],
    ['a mesh of another kind', { mesh: { mode: 'cni' } }, 'Test/Phi.mesh', 'cni', 'sidecar and ambient', 'MeshMode.SIDECAR'],
    ['a mesh that is a mode', { mesh: MeshMode.AMBIENT }, 'Test/Phi.mesh', 'ambient', 'no other field', 'an object of: mode'],
    ['images that may be verified', { verifiedImages: 'yes' }, 'Test/Phi', 'yes', 'it is not', 'true or false'],
    ['TLS that may be allowed', { tlsWithinNamespace: null }, 'Test/Phi', null, 'it is not', 'true or false'],
    ['a phase left out', { phases: { access: Testing.chart() } }, 'Test/Phi.phases', undefined, 'the phases that follow', 'the chart of each phase'],
    ['a phase by its name', { phases: { access: '30-access', network: '40-network' } }, 'Test/Phi.phases', '30-access', 'the phases that follow', 'the chart of each phase'],
    [
      'another phase',
      { phases: { access: Testing.chart(), network: Testing.chart(), workloads: Testing.chart() } },
      'Test/Phi.phases',
      'workloads',
      'the phases that follow',
      'access, network',
    ],
  ])('refuses %s', (_what, changes, path, value, rule, remedy) => {
    expectRefusal(() => synth(changes), { path, value, rule, remedy });
  });
});

describe('what people may do, of two namespaces', () => {
  const rbac = new RbacEvaluator(
    synthChart((chart) => {
      new PhiNamespace(chart, 'Prod', props);
      new PhiNamespace(chart, 'Data', {
        ...props,
        name: 'patient-data',
        groups: new IdentityGroups({ auditors: 'auditors@company.com', developers: 'data-team@company.com', securityAdmins: 'security-admins@company.com' }),
      });
    }),
  );
  const auditor = person('oidc:ann', 'oidc:auditors@company.com');
  const developer = person('oidc:dev', 'oidc:developers@company.com');
  const dataTeam = person('oidc:dot', 'oidc:data-team@company.com');
  const admin = person('oidc:sam', 'oidc:security-admins@company.com');
  const unprefixed = person('eve', 'developers@company.com', 'security-admins@company.com', 'auditors@company.com');
  const everybody = person('oidc:bob');

  test.each<[string, Requester, string, string, string, string, boolean]>([
    ['a developer', developer, 'get', 'apps', 'deployments', PROD, true],
    ['a developer', developer, 'get', '', 'pods', PROD, true],
    ['a developer, as logs may hold PHI', developer, 'get', '', 'pods/log', PROD, false],
    ['a developer', developer, 'get', 'apps', 'deployments', 'patient-data', false],
    ['a developer', developer, 'get', 'apps', 'deployments', 'default', false],
    ['a developer of the other namespace', dataTeam, 'get', 'apps', 'deployments', 'patient-data', true],
    ['a developer of the other namespace', dataTeam, 'get', 'apps', 'deployments', PROD, false],
    ['a developer', developer, 'create', 'apps', 'deployments', PROD, false],
    ['a developer', developer, 'create', '', 'pods', PROD, false],
    ['a developer', developer, 'get', '', 'secrets', PROD, false],
    ['a developer', developer, 'list', '', 'secrets', PROD, false],
    ['a developer', developer, 'create', '', 'pods/exec', PROD, false],
    ['a developer', developer, 'get', '', 'pods/exec', PROD, false],
    ['a developer', developer, 'create', '', 'serviceaccounts/token', PROD, false],
    ['a developer', developer, 'patch', '', 'pods/ephemeralcontainers', PROD, false],
    ['a developer', developer, 'patch', '', 'namespaces', PROD, false],
    ['a developer', developer, 'delete', 'networking.k8s.io', 'networkpolicies', PROD, false],
    ['a developer', developer, 'delete', 'security.istio.io', 'peerauthentications', PROD, false],
    ['a developer', developer, 'update', '', 'resourcequotas', PROD, false],
    ['an auditor', auditor, 'list', 'rbac.authorization.k8s.io', 'rolebindings', PROD, true],
    ['an auditor', auditor, 'list', 'networking.k8s.io', 'networkpolicies', 'patient-data', true],
    ['an auditor', auditor, 'get', '', 'secrets', PROD, false],
    ['an auditor', auditor, 'get', '', 'configmaps', PROD, false],
    ['an auditor', auditor, 'get', '', 'pods/log', PROD, false],
    ['an auditor', auditor, 'delete', 'rbac.authorization.k8s.io', 'rolebindings', PROD, false],
    ['a security administrator', admin, 'get', '', 'secrets', PROD, false],
    ['a security administrator', admin, 'create', '', 'pods/exec', PROD, false],
    ['a security administrator', admin, 'escalate', 'rbac.authorization.k8s.io', 'roles', PROD, false],
    ['a security administrator', admin, 'bind', 'rbac.authorization.k8s.io', 'roles', PROD, false],
    ['a security administrator', admin, 'impersonate', '', 'users', PROD, false],
    ['groups without their prefix', unprefixed, 'get', 'apps', 'deployments', PROD, false],
    ['groups without their prefix', unprefixed, 'list', 'rbac.authorization.k8s.io', 'rolebindings', PROD, false],
    ['who just signed in', everybody, 'get', '', 'pods', PROD, false],
  ])('%s, %j: %s %s %s in %s: %s', (_who, requester, verb, group, resources, namespace, allowed) => {
    const [resource, subresource] = resources.split('/');
    expect(rbac.can(requester, verb, { group, resource, subresource, namespace })).toBe(allowed);
  });
});
