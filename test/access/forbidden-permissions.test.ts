import { FORBIDDEN_PERMISSIONS, forbiddenPermissions, type PermissionRule } from '../../lib/access/forbidden-permissions';
import { CATALOGUE } from '../../lib/controls/catalogue';
import { person, RbacEvaluator, type ResourceRequest } from '../support/rbac-evaluator';

const found = (rule: PermissionRule): string[] => forbiddenPermissions([rule]).map((finding) => `${finding.permission.control} ${finding.permission.id}: ${finding.grants.join(', ')}`);
const core = (resource: string, ...verbs: string[]): PermissionRule => ({ apiGroups: [''], resources: [resource], verbs });

describe('forbiddenPermissions', () => {
  test.each<[string, PermissionRule, string[]]>([
    ['exec by get', core('pods/exec', 'get'), ['AC5 exec: get pods/exec']],
    ['exec by create', core('pods/exec', 'create'), ['AC5 exec: create pods/exec']],
    ['attach', core('pods/attach', 'get'), ['AC5 exec: get pods/attach']],
    ['port-forward', core('pods/portforward', 'get'), ['AC5 exec: get pods/portforward']],
    ['a proxy to pods', core('pods/proxy', 'get'), ['AC5 exec: get pods/proxy']],
    ['a proxy to services', core('services/proxy', 'delete'), ['AC5 exec: delete services/proxy']],
    ['the console of a virtual machine', { apiGroups: ['subresources.kubevirt.io'], resources: ['virtualmachineinstances/console'], verbs: ['get'] }, ['AC5 exec: get virtualmachineinstances/console.subresources.kubevirt.io']],
    ['the proxy to nodes', core('nodes/proxy', 'get'), ['AC4 nodes-proxy: get nodes/proxy', 'AC5 exec: get nodes/proxy']],
    ['ephemeral containers by patch', core('pods/ephemeralcontainers', 'patch'), ['AC5 ephemeral-containers: patch pods/ephemeralcontainers']],
    ['ephemeral containers by update', core('pods/ephemeralcontainers', 'update'), ['AC5 ephemeral-containers: update pods/ephemeralcontainers']],
    ['tokens', core('serviceaccounts/token', 'create'), ['AC4 service-account-tokens: create serviceaccounts/token']],
    ['Secrets by get', core('secrets', 'get'), ['AC3 secrets-read: get secrets']],
    ['Secrets by list', core('secrets', 'list'), ['AC3 secrets-read: list secrets']],
    ['Secrets by watch', core('secrets', 'watch'), ['AC3 secrets-read: watch secrets']],
    ['Secrets by patch, which answers with them', core('secrets', 'patch'), ['AC3 secrets-read: patch secrets', 'PS4 secrets-write: patch secrets']],
    ['Secrets by deletecollection, which answers with them', core('secrets', 'deletecollection'), ['AC3 secrets-read: deletecollection secrets', 'PS4 secrets-write: deletecollection secrets']],
    ['Secrets that a person writes', core('secrets', 'create'), ['PS4 secrets-write: create secrets']],
    ['one named Secret', { ...core('secrets', 'get'), resourceNames: ['tls'] } as PermissionRule, ['AC3 secrets-read: get secrets']],
    ['pods', core('pods', 'create'), ['AC3 pods: create pods']],
    ['pods by patch, which changes the image', core('pods', 'patch'), ['AC3 pods: patch pods']],
    ['replication controllers', core('replicationcontrollers', 'create'), ['AC3 workloads: create replicationcontrollers']],
    ['pod templates', core('podtemplates', 'update'), ['AC3 workloads: update podtemplates']],
    ['deployments', { apiGroups: ['apps'], resources: ['deployments'], verbs: ['patch'] }, ['AC3 workloads: patch deployments.apps']],
    ['deployments of the removed group', { apiGroups: ['extensions'], resources: ['deployments'], verbs: ['create'] }, ['AC3 workloads: create deployments.extensions']],
    ['revisions, which a rollback makes current', { apiGroups: ['apps'], resources: ['controllerrevisions'], verbs: ['update'] }, ['AC3 workloads: update controllerrevisions.apps']],
    ['Jobs and CronJobs', { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: ['create'] }, ['AC3 workloads: create jobs.batch, create cronjobs.batch']],
    ['custom resources that run pods', { apiGroups: ['argoproj.io'], resources: ['workflows'], verbs: ['create'] }, ['AC3 unreviewed-change: create workflows.argoproj.io']],
    ['a status that controllers trust', core('pods/status', 'patch'), ['AC3 unreviewed-change: patch pods/status']],
    ['scaling of a custom resource', { apiGroups: ['example.com'], resources: ['things/scale'], verbs: ['patch'] }, ['AC3 unreviewed-change: patch things/scale.example.com']],
    ['services, which can publish a workload', core('services', 'create'), ['AC3 unreviewed-change: create services']],
    ['deletecollection of pods', core('pods', 'deletecollection'), ['AC3 unreviewed-change: deletecollection pods']],
    ['bind', { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['bind'] }, ['AC4 grant-verbs: bind roles.rbac.authorization.k8s.io']],
    ['escalate', { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['escalate'] }, ['AC4 grant-verbs: escalate clusterroles.rbac.authorization.k8s.io']],
    ['impersonate', core('groups', 'impersonate'), ['AC4 grant-verbs: impersonate groups']],
    ['constrained impersonation', core('pods', 'impersonate-on:user-info:list'), ['AC4 grant-verbs: impersonate-on:user-info:list pods']],
    ['RoleBindings', { apiGroups: ['rbac.authorization.k8s.io'], resources: ['rolebindings'], verbs: ['create'] }, ['AC4 rbac: create rolebindings.rbac.authorization.k8s.io']],
    ['approval of certificates', { apiGroups: ['certificates.k8s.io'], resources: ['certificatesigningrequests/approval'], verbs: ['update'] }, ['AC4 certificates: update certificatesigningrequests/approval.certificates.k8s.io']],
    ['signing', { apiGroups: ['certificates.k8s.io'], resources: ['signers'], verbs: ['approve', 'sign'] }, ['AC4 certificates: approve signers.certificates.k8s.io, sign signers.certificates.k8s.io']],
    ['token reviews', { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] }, ['AC4 token-reviews: create tokenreviews.authentication.k8s.io']],
    ['webhooks', { apiGroups: ['admissionregistration.k8s.io'], resources: ['mutatingwebhookconfigurations'], verbs: ['delete'] }, ['AC4 admission-webhooks: delete mutatingwebhookconfigurations.admissionregistration.k8s.io']],
    ['constraints', { apiGroups: ['constraints.gatekeeper.sh'], resources: ['hipaaingresstls'], verbs: ['delete'] }, ['AC4 admission-policies: delete hipaaingresstls.constraints.gatekeeper.sh']],
    ['custom resource definitions', { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['patch'] }, ['AC4 api-extensions: patch customresourcedefinitions.apiextensions.k8s.io']],
    ['the labels of the namespace', core('namespaces', 'patch'), ['AC4 namespaces: patch namespaces']],
    ['persistent volumes', core('persistentvolumes', 'create'), ['AC4 persistent-volumes: create persistentvolumes']],
    ['ConfigMaps', core('configmaps', 'update'), ['AC4 config-maps: update configmaps']],
    ['ServiceAccounts', core('serviceaccounts', 'patch'), ['AC4 service-accounts: patch serviceaccounts']],
    ['NetworkPolicies', { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['create'] }, ['NW1 network-policies: create networkpolicies.networking.k8s.io']],
  ])('finds %s', (_text, rule, expected) => {
    expect(found(rule)).toEqual(expected);
  });

  test('a wildcard is found with everything that it covers', () => {
    const all = forbiddenPermissions([{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]).map((finding) => finding.permission);

    expect(all).toEqual(FORBIDDEN_PERMISSIONS.filter((permission) => permission.id !== 'unreviewed-change'));
    expect(found({ apiGroups: [''], resources: ['*/exec'], verbs: ['get'] })).toEqual(['AC3 wildcard: resources */exec', 'AC5 exec: get */exec']);
    expect(found({ apiGroups: [''], resources: ['pods/*'], verbs: ['get'] })).toEqual(['AC3 wildcard: resources pods/*']);
    expect(found({ apiGroups: ['*'], resources: ['pods'], verbs: ['get'] })).toEqual(['AC3 wildcard: apiGroups *']);
    expect(found({ nonResourceURLs: ['*'], verbs: ['get'] })).toEqual(['AC3 wildcard: nonResourceURLs *']);
    expect(found({ apiGroups: [''], resources: ['*/token'], verbs: ['create'] })).toContain('AC4 service-account-tokens: create */token');
  });

  test.each<[string, PermissionRule]>([
    ['reads', { apiGroups: ['', 'apps', 'batch'], resources: ['pods', 'pods/log', 'configmaps', 'deployments', 'jobs'], verbs: ['get', 'list', 'watch'] }],
    ['scaling', { apiGroups: ['apps'], resources: ['deployments/scale', 'statefulsets/scale', 'replicasets/scale'], verbs: ['get', 'update', 'patch'] }],
    ['deleting a pod', core('pods', 'delete')],
    ['evicting', core('pods/eviction', 'create')],
    ['stopping Jobs', { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: ['delete'] }],
    ['revoking a RoleBinding', { apiGroups: ['rbac.authorization.k8s.io'], resources: ['rolebindings'], verbs: ['delete'] }],
    ['a rule without content', {}],
  ])('finds nothing in %s', (_text, rule) => {
    expect(found(rule)).toEqual([]);
  });

  test('says which rule', () => {
    expect(forbiddenPermissions([core('pods', 'get'), core('secrets', 'get')]).map((finding) => finding.rule)).toEqual([1]);
  });

  test('every entry has its own id, a reason, a remedy and a control of the catalogue', () => {
    expect(new Set(FORBIDDEN_PERMISSIONS.map((permission) => permission.id)).size).toBe(FORBIDDEN_PERMISSIONS.length);
    for (const permission of FORBIDDEN_PERMISSIONS) {
      expect([permission.why, permission.remedy].map((text) => /^[A-Za-z].*[^.]$/.test(text))).toEqual([true, true]);
      expect(CATALOGUE.map((definition) => definition.id)).toContain(permission.control);
    }
  });

  /** What must not be reached, asked as the API server is asked: independent of the list's own matching. */
  const SENSITIVE: [string, ResourceRequest][] = [
    ...['get', 'list', 'watch', 'patch', 'update', 'create', 'delete', 'deletecollection'].map((verb): [string, ResourceRequest] => [verb, { group: '', resource: 'secrets' }]),
    ...['exec', 'attach', 'portforward', 'proxy', 'ephemeralcontainers'].flatMap((subresource) => ['get', 'create', 'patch'].map((verb): [string, ResourceRequest] => [verb, { group: '', resource: 'pods', subresource, name: 'p' }])),
    ['get', { group: '', resource: 'services', subresource: 'proxy', name: 's' }],
    ['get', { group: '', resource: 'nodes', subresource: 'proxy', name: 'n' }],
    ['create', { group: '', resource: 'serviceaccounts', subresource: 'token', name: 'sa' }],
    ...['pods', 'replicationcontrollers', 'podtemplates'].map((resource): [string, ResourceRequest] => ['create', { group: '', resource }]),
    ...['deployments', 'statefulsets', 'daemonsets', 'replicasets', 'controllerrevisions'].map((resource): [string, ResourceRequest] => ['patch', { group: 'apps', resource, name: 'x' }]),
    ...['jobs', 'cronjobs'].map((resource): [string, ResourceRequest] => ['create', { group: 'batch', resource }]),
    ['create', { group: 'argoproj.io', resource: 'workflows' }],
    ...['bind', 'escalate', 'create', 'update', 'patch'].map((verb): [string, ResourceRequest] => [verb, { group: 'rbac.authorization.k8s.io', resource: 'roles', name: 'r' }]),
    ['impersonate', { group: '', resource: 'users', name: 'u' }],
    ['update', { group: 'certificates.k8s.io', resource: 'certificatesigningrequests', subresource: 'approval', name: 'c' }],
    ['delete', { group: 'constraints.gatekeeper.sh', resource: 'hipaaingresstls', name: 'c' }],
    ['patch', { group: '', resource: 'namespaces', name: 'a' }],
    ['create', { group: 'networking.k8s.io', resource: 'networkpolicies' }],
  ];

  test('no rule of one group, resource and verb reaches anything sensitive unfound', () => {
    const groups = ['', '*', 'apps', 'batch', 'extensions', 'rbac.authorization.k8s.io', 'certificates.k8s.io', 'constraints.gatekeeper.sh', 'networking.k8s.io', 'argoproj.io'];
    const resources = [...new Set(SENSITIVE.flatMap(([, request]) => [request.resource, `*/${request.subresource}`, `${request.resource}/${request.subresource}`])), '*', '*/*', 'pods/*', 'Secrets', 'pods/log'];
    const verbs = [...new Set(SENSITIVE.map(([verb]) => verb)), '*', 'GET', 'gett'];
    const missed: string[] = [];
    let reaching = 0;
    for (const apiGroup of groups) {
      for (const resource of resources) {
        for (const verb of verbs) {
          const rule = { apiGroups: [apiGroup], resources: [resource], verbs: [verb] };
          const rbac = new RbacEvaluator([
            { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'r' }, rules: [rule] },
            { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'b' }, subjects: [{ kind: 'Group', name: 'g' }], roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'r' } },
          ]);
          if (!SENSITIVE.some(([asked, request]) => rbac.can(person('eve', 'g'), asked, request))) continue;
          reaching++;
          if (forbiddenPermissions([rule]).length === 0) missed.push(JSON.stringify(rule));
        }
      }
    }
    expect(missed).toEqual([]);
    expect(reaching).toBeGreaterThan(200);
  });
});
