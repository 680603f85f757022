import { Chart, Testing } from 'cdk8s';
import { AuditorClusterRole } from '../../lib/access/auditor-cluster-role';
import { forbiddenPermissions } from '../../lib/access/forbidden-permissions';
import { NamespaceAccess, type NamespaceAccessProps } from '../../lib/access/namespace-access';
import { IdentityGroups } from '../../lib/profile/identity-groups';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { person, RbacEvaluator, serviceAccount, type PathRequest, type Requester, type ResourceRequest } from '../support/rbac-evaluator';
import { expectRefusal } from '../support/refusal';

const groups = new IdentityGroups({ auditors: 'auditors@company.com', developers: 'developers@company.com', securityAdmins: 'security-admins@company.com' });
const PROD = 'healthcare-prod';
const DATA = 'patient-data';

describe('NamespaceAccess', () => {
  const manifests = synthChart((chart) => new NamespaceAccess(chart, 'Access', { namespace: PROD, groups }));
  const named = (kind: string, name: string): Manifest => manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name)!;

  test('gives each of three Roles to its group, all in the namespace', () => {
    expect(manifests.map((manifest) => `${manifest.kind} ${manifest.metadata.namespace}/${manifest.metadata.name}`)).toEqual([
      `Role ${PROD}/hipaa-auditor`, `Role ${PROD}/hipaa-developer`, `Role ${PROD}/hipaa-security-admin`,
      `RoleBinding ${PROD}/auditor-binding`, `RoleBinding ${PROD}/developer-binding`, `RoleBinding ${PROD}/security-admin-binding`,
    ]);
    const bound = ['auditor', 'developer', 'security-admin'].map((who) => {
      const binding = named('RoleBinding', `${who}-binding`);
      return [binding.roleRef.name, ...binding.subjects.map((subject: { kind: string; name: string }) => `${subject.kind} ${subject.name}`)];
    });
    expect(bound).toEqual([
      ['hipaa-auditor', 'Group oidc:auditors@company.com'],
      ['hipaa-developer', 'Group oidc:developers@company.com'],
      ['hipaa-security-admin', 'Group oidc:security-admins@company.com'],
    ]);
    expect(manifests.filter((manifest) => manifest.kind === 'RoleBinding')).toMatchSnapshot();
  });

  test('grants nothing that is forbidden', () => {
    const roles = manifests.filter((manifest) => manifest.kind === 'Role');

    expect(roles.map((role) => forbiddenPermissions(role.rules))).toEqual([[], [], []]);
  });

  test('takes every prop, and the prefix of the groups', () => {
    const props: Required<NamespaceAccessProps> = { namespace: DATA, groups: new IdentityGroups({ auditors: 'a', developers: 'd', securityAdmins: 's', groupsPrefix: 'okta:' }) };
    const bindings = synthChart((chart) => new NamespaceAccess(chart, 'Access', props)).filter((manifest) => manifest.kind === 'RoleBinding');

    expect(bindings.map((binding) => `${binding.metadata.namespace} ${binding.subjects[0].name}`)).toEqual([`${DATA} okta:a`, `${DATA} okta:d`, `${DATA} okta:s`]);
  });

  test('exposes its roles', () => {
    const access = new NamespaceAccess(Testing.chart(), 'Access', { namespace: PROD, groups });

    expect([access.auditorRole, access.developerRole, access.securityAdminRole].map((role) => `${role.namespace}/${role.roleName}`))
      .toEqual([`${PROD}/hipaa-auditor`, `${PROD}/hipaa-developer`, `${PROD}/hipaa-security-admin`]);
  });

  test('claims on each Role and RoleBinding', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new NamespaceAccess(chart, 'Access', { namespace: PROD, groups });

    expect(claimsBelow(chart)).toEqual([
      ...['AuditorRole', 'DeveloperRole', 'SecurityAdminRole'].flatMap((id) => ['AC3', 'AC4', 'AC5'].map((control) => `Test/Access/${id}/Resource implements ${control}`)),
      ...['AuditorBinding', 'DeveloperBinding', 'SecurityAdminBinding'].map((id) => `Test/Access/${id}/Resource implements AC3`),
    ]);
  });

  test.each<[string, object, unknown, string, string, string]>([
    ['a bad namespace', { namespace: 'Prod', groups }, 'Prod', 'Test/Access', 'RFC 1123 label', 'use at most'],
    ['missing groups', { namespace: PROD }, undefined, 'Test/Access', 'groups is required', 'new IdentityGroups'],
    ['groups that were not checked', { namespace: PROD, groups: { auditors: 'system:masters' } }, undefined, 'Test/Access', 'groups is required', 'new IdentityGroups'],
    ['an unknown field', { namespace: PROD, groups, admins: 'x' }, 'admins', 'Test/Access', 'AC3', 'use one of: namespace'],
  ])('refuses %s', (_text, props, value, path, rule, remedy) => {
    expectRefusal(() => synthChart((chart) => new NamespaceAccess(chart, 'Access', props as NamespaceAccessProps)), { path, value, rule, remedy });
  });
});

describe('who can do what, as the API server would answer', () => {
  const manifests = synthChart((chart) => {
    for (const namespace of [PROD, DATA]) new NamespaceAccess(chart, namespace, { namespace, groups });
    new AuditorClusterRole(chart, 'Cluster', { group: groups.inCluster(groups.auditors), constraintResources: ['hipaaprivilegedcontainers'] });
  });
  const rbac = new RbacEvaluator(manifests);
  const auditor = person('ann', 'oidc:auditors@company.com');
  const developer = person('dev', 'oidc:developers@company.com');
  const admin = person('sam', 'oidc:security-admins@company.com');
  const PEOPLE: [string, Requester][] = [['auditor', auditor], ['developer', developer], ['security admin', admin]];

  const RBAC = 'rbac.authorization.k8s.io';
  const core = (resource: string, subresource?: string, namespace: string | undefined = PROD): ResourceRequest => ({ group: '', resource, subresource, namespace });
  const inGroup = (group: string, resource: string, subresource?: string): ResourceRequest => ({ group, resource, subresource, namespace: PROD });
  const ofCluster = (group: string, resource: string): ResourceRequest => ({ group, resource });
  const show = (request: ResourceRequest | PathRequest): string => Object.values(request).filter(Boolean).join(' ');

  // verb, request, then auditor, developer, security administrator
  const QUESTIONS: [string, ResourceRequest | PathRequest, boolean, boolean, boolean][] = [
    // What each came for.
    ['list', inGroup(RBAC, 'rolebindings'), true, false, true],
    ['get', inGroup(RBAC, 'roles'), true, false, true],
    ['list', inGroup('networking.k8s.io', 'networkpolicies'), true, true, true],
    ['list', inGroup('networking.k8s.io', 'ingresses'), true, true, true],
    ['watch', core('events'), true, true, true],
    ['list', inGroup('events.k8s.io', 'events'), true, true, true],
    ['get', core('resourcequotas'), true, true, true],
    ['list', core('limitranges'), true, true, true],
    ['list', core('serviceaccounts'), true, false, true],
    ['list', core('persistentvolumeclaims'), true, true, true],
    ['list', core('services'), true, true, true],
    ['list', inGroup('policy', 'poddisruptionbudgets'), true, true, true],
    ['list', core('pods'), false, true, true],
    ['watch', inGroup('apps', 'deployments'), false, true, true],
    ['get', inGroup('apps', 'statefulsets'), false, true, true],
    ['list', inGroup('batch', 'jobs'), false, true, true],
    ['list', inGroup('discovery.k8s.io', 'endpointslices'), false, true, true],
    // Containment.
    ['delete', core('pods'), false, false, true],
    ['delete', inGroup('batch', 'jobs'), false, false, true],
    ['delete', inGroup('batch', 'cronjobs'), false, false, true],
    ['patch', inGroup('apps', 'deployments', 'scale'), false, false, true],
    ['update', inGroup('apps', 'statefulsets', 'scale'), false, false, true],
    ['delete', inGroup(RBAC, 'rolebindings'), false, false, true],
    ['deletecollection', core('pods'), false, false, false],
    ['deletecollection', inGroup(RBAC, 'rolebindings'), false, false, false],
    ['delete', inGroup(RBAC, 'roles'), false, false, false],
    ['delete', inGroup('apps', 'deployments'), false, false, false],
    ['create', core('pods', 'eviction'), false, false, false],
    // Data.
    ['get', core('secrets'), false, false, false],
    ['list', core('secrets'), false, false, false],
    ['watch', core('secrets'), false, false, false],
    ['patch', core('secrets'), false, false, false],
    ['create', core('secrets'), false, false, false],
    ['deletecollection', core('secrets'), false, false, false],
    ['get', core('configmaps'), false, false, false],
    ['list', core('configmaps'), false, false, false],
    ['get', core('pods', 'log'), false, false, false],
    // Into a running workload.
    ['get', core('pods', 'exec'), false, false, false],
    ['create', core('pods', 'exec'), false, false, false],
    ['get', core('pods', 'attach'), false, false, false],
    ['create', core('pods', 'attach'), false, false, false],
    ['get', core('pods', 'portforward'), false, false, false],
    ['create', core('pods', 'portforward'), false, false, false],
    ['get', core('pods', 'proxy'), false, false, false],
    ['create', core('services', 'proxy'), false, false, false],
    ['get', core('services', 'proxy'), false, false, false],
    ['patch', core('pods', 'ephemeralcontainers'), false, false, false],
    ['update', core('pods', 'ephemeralcontainers'), false, false, false],
    ['get', { group: '', resource: 'nodes', subresource: 'proxy', name: 'node-1' }, false, false, false],
    ['create', { group: '', resource: 'nodes', subresource: 'proxy', name: 'node-1' }, false, false, false],
    // Secrets by way of a workload.
    ['create', core('pods'), false, false, false],
    ['patch', core('pods'), false, false, false],
    ['update', core('pods', 'resize'), false, false, false],
    ['create', core('podtemplates'), false, false, false],
    ['create', core('replicationcontrollers'), false, false, false],
    ['create', inGroup('apps', 'deployments'), false, false, false],
    ['patch', inGroup('apps', 'deployments'), false, false, false],
    ['update', inGroup('apps', 'statefulsets'), false, false, false],
    ['create', inGroup('apps', 'daemonsets'), false, false, false],
    ['create', inGroup('apps', 'replicasets'), false, false, false],
    ['create', inGroup('batch', 'jobs'), false, false, false],
    ['patch', inGroup('batch', 'cronjobs'), false, false, false],
    ['create', inGroup('argoproj.io', 'workflows'), false, false, false],
    // More permissions.
    ['create', core('serviceaccounts', 'token'), false, false, false],
    ['patch', core('serviceaccounts'), false, false, false],
    ['create', inGroup(RBAC, 'rolebindings'), false, false, false],
    ['update', inGroup(RBAC, 'rolebindings'), false, false, false],
    ['patch', inGroup(RBAC, 'roles'), false, false, false],
    ['bind', inGroup(RBAC, 'roles'), false, false, false],
    ['escalate', inGroup(RBAC, 'roles'), false, false, false],
    ['bind', ofCluster(RBAC, 'clusterroles'), false, false, false],
    ['escalate', ofCluster(RBAC, 'clusterroles'), false, false, false],
    ['impersonate', ofCluster('', 'users'), false, false, false],
    ['impersonate', ofCluster('', 'groups'), false, false, false],
    ['impersonate', core('serviceaccounts'), false, false, false],
    ['create', ofCluster('certificates.k8s.io', 'certificatesigningrequests'), false, false, false],
    ['update', { ...ofCluster('certificates.k8s.io', 'certificatesigningrequests'), subresource: 'approval' }, false, false, false],
    ['approve', ofCluster('certificates.k8s.io', 'signers'), false, false, false],
    ['create', ofCluster('authentication.k8s.io', 'tokenreviews'), false, false, false],
    ['patch', { ...ofCluster('', 'namespaces'), name: PROD }, false, false, false],
    ['delete', { ...ofCluster('', 'namespaces'), name: PROD }, false, false, false],
    ['create', inGroup('networking.k8s.io', 'networkpolicies'), false, false, false],
    ['delete', inGroup('networking.k8s.io', 'networkpolicies'), false, false, false],
    ['patch', core('resourcequotas'), false, false, false],
    ['patch', core('services'), false, false, false],
    // The cluster.
    ['list', ofCluster('', 'namespaces'), true, false, false],
    ['get', { ...ofCluster('', 'namespaces'), name: PROD }, true, false, false],
    ['list', ofCluster(RBAC, 'clusterroles'), true, false, false],
    ['list', ofCluster(RBAC, 'clusterrolebindings'), true, false, false],
    ['list', ofCluster('storage.k8s.io', 'storageclasses'), true, false, false],
    ['list', ofCluster('templates.gatekeeper.sh', 'constrainttemplates'), true, false, false],
    ['list', ofCluster('constraints.gatekeeper.sh', 'hipaaprivilegedcontainers'), true, false, false],
    ['list', ofCluster('constraints.gatekeeper.sh', 'k8srequiredlabels'), false, false, false],
    ['list', ofCluster('admissionregistration.k8s.io', 'validatingwebhookconfigurations'), true, false, false],
    ['patch', ofCluster('admissionregistration.k8s.io', 'validatingwebhookconfigurations'), false, false, false],
    ['delete', ofCluster('constraints.gatekeeper.sh', 'hipaaprivilegedcontainers'), false, false, false],
    ['create', ofCluster(RBAC, 'clusterrolebindings'), false, false, false],
    ['list', ofCluster('', 'nodes'), false, false, false],
    ['list', ofCluster('', 'secrets'), false, false, false],
    ['list', ofCluster('', 'pods'), false, false, false],
    ['list', ofCluster(RBAC, 'rolebindings'), false, false, false],
    ['get', { nonResourceUrl: '/metrics' }, false, false, false],
    ['get', { nonResourceUrl: '/debug/pprof' }, false, false, false],
    // Another namespace.
    ['list', { ...inGroup(RBAC, 'rolebindings'), namespace: 'kube-system' }, false, false, false],
    ['list', { ...core('pods'), namespace: 'kube-system' }, false, false, false],
    ['delete', { ...core('pods'), namespace: 'kube-system' }, false, false, false],
    ['list', { ...core('events'), namespace: 'default' }, false, false, false],
  ];

  test('asks enough', () => {
    expect(QUESTIONS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(QUESTIONS.map(([verb, request]) => `${verb} ${show(request)}`)).size).toBe(QUESTIONS.length);
  });

  test.each(QUESTIONS.map((question) => [`${question[0]} ${show(question[1])}`, question] as const))('%s', (_text, [verb, request, ...expected]) => {
    expect(PEOPLE.map(([, who]) => rbac.can(who, verb, request))).toEqual(expected);
  });

  test('the answers are the same in the other PHI namespace', () => {
    const moved = QUESTIONS.flatMap(([verb, request, ...expected]) => ('namespace' in request && request.namespace === PROD ? [{ verb, request: { ...request, namespace: DATA }, expected }] : []));

    expect(moved.length).toBeGreaterThan(60);
    for (const { verb, request, expected } of moved) {
      expect([verb, show(request), ...PEOPLE.map(([, who]) => rbac.can(who, verb, request))]).toEqual([verb, show(request), ...expected]);
    }
  });

  test('a name in the request changes no answer, as no rule is about names', () => {
    for (const [verb, request, ...expected] of QUESTIONS) {
      if (!('namespace' in request)) continue;
      expect(PEOPLE.map(([, who]) => rbac.can(who, verb, { ...request, name: 'patient-portal' }))).toEqual(expected);
    }
  });

  test.each<[string, Requester]>([
    ['the bare group, without the prefix of the cluster', person('ann', 'auditors@company.com', 'developers@company.com', 'security-admins@company.com')],
    ['a group with another prefix', person('ann', 'saml:auditors@company.com')],
    ['a group in another case', person('ann', 'oidc:Auditors@company.com', 'OIDC:auditors@company.com')],
    ['a user who is named like a group', person('oidc:auditors@company.com')],
    ['anybody who signed in', person('eve')],
    ['an anonymous request', { user: 'system:anonymous', groups: ['system:unauthenticated'] }],
    ["the namespace's default ServiceAccount", serviceAccount(PROD, 'default')],
    ['a ServiceAccount that is named like a group', serviceAccount(PROD, 'auditors')],
  ])('%s can do nothing', (_text, who) => {
    const granted = QUESTIONS.filter(([, , ...expected]) => expected.includes(true));

    expect(granted.length).toBeGreaterThan(20);
    expect(granted.filter(([verb, request]) => rbac.can(who, verb, request))).toEqual([]);
  });

  test('access to one namespace alone says nothing of the other', () => {
    const only = new RbacEvaluator(manifests.filter((manifest) => manifest.metadata.namespace !== DATA));

    expect(only.can(developer, 'list', core('pods', undefined, PROD))).toBe(true);
    expect(only.can(developer, 'list', core('pods', undefined, DATA))).toBe(false);
  });
});
