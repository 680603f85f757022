import { RootConstruct } from 'constructs';
import { auditDecision, type AuditedRequest, type PolicyDocument } from '../../lib/audit/audit-level';
import { AuditPolicy, type AuditPolicyProps } from '../../lib/audit/audit-policy';
import { AuditLevel, AuditStage, type AuditRule } from '../../lib/profile/audit-rule';
import { HipaaError } from '../../lib/profile/errors';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const { NONE, METADATA, REQUEST, REQUEST_RESPONSE } = AuditLevel;
const PHI = ['healthcare-prod', 'patient-data'];
const EVERY_VERB = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

const make = (changes: Partial<AuditPolicyProps> = {}): AuditPolicy =>
  new AuditPolicy(new RootConstruct('Test'), 'AuditPolicy', { kubernetesVersion: KubernetesVersion.V1_33, phiNamespaces: PHI, ...changes });
const document = (changes: Partial<AuditPolicyProps> = {}): PolicyDocument => make(changes).toObject() as unknown as PolicyDocument;

/** `list secrets`, `get pods/exec db-0`, `watch discovery.k8s.io:endpointslices`, or a path. */
function request(user: string, what: string, namespace = '', groups: readonly string[] = ['system:authenticated']): AuditedRequest {
  const [verb, target, name] = what.split(' ');
  if (target.startsWith('/')) return { user, groups, verb, path: target };
  const [apiGroup, plural] = target.includes(':') ? target.split(':') : ['', target];
  const [resource, subresource] = plural.split('/');
  return { user, groups, verb, apiGroup, resource, subresource, namespace, name };
}

const GC = 'system:serviceaccount:kube-system:generic-garbage-collector';
const KUBE_PROXY = 'system:serviceaccount:kube-system:kube-proxy';
const NODE = 'system:node:worker-1';
const NODES = ['system:nodes', 'system:authenticated'];
const MASTERS = ['system:masters', 'system:authenticated'];
const ANONYMOUS = ['system:unauthenticated'];

describe('AuditPolicy', () => {
  describe('the file', () => {
    test('is a Policy that the strict decoder of the API server takes', () => {
      const file = make();

      expect(file.fileName).toBe('audit-policy.yaml');
      expect(Object.keys(file.toObject())).toEqual(['apiVersion', 'kind', 'metadata', 'omitStages', 'omitManagedFields', 'rules']);
      expect(file.toObject()).toMatchObject({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', metadata: { name: 'hipaa-audit-policy' } });
      const known = ['level', 'users', 'userGroups', 'verbs', 'resources', 'namespaces', 'nonResourceURLs', 'omitStages'];
      for (const rule of document({ rules: [{ level: METADATA, nonResourceUrls: ['/metrics'] }] }).rules) {
        expect(known).toEqual(expect.arrayContaining(Object.keys(rule)));
        for (const entry of rule.resources ?? []) expect(['group', 'resources', 'resourceNames']).toEqual(expect.arrayContaining(Object.keys(entry)));
      }
      expect(file.toObject()).toMatchSnapshot();
    });

    test('is the same each time, and no copy of it changes it', () => {
      const file = make();
      (file.toObject() as unknown as { rules: unknown[] }).rules.length = 0;

      expect(file.toObject()).toEqual(make().toObject());
    });

    test('ends with a rule that records everything else', () => {
      expect(document().rules.at(-1)).toEqual({ level: METADATA });
    });

    test('takes every prop', () => {
      const props: Required<AuditPolicyProps> = {
        kubernetesVersion: KubernetesVersion.V1_28,
        phiNamespaces: ['labs'],
        rules: [{
          level: REQUEST, users: ['alice'], userGroups: ['nurses'], verbs: ['create'], namespaces: ['labs', ''],
          resources: [{ group: 'apps', resources: ['deployments', 'deployments/scale'], resourceNames: ['portal'] }], omitStages: [AuditStage.REQUEST_RECEIVED],
        }],
        omitStages: [],
        localLog: { maxAgeDays: 60, maxBackups: 20, maxSizeMegabytes: 200 },
      };
      const file = new AuditPolicy(new RootConstruct('Test'), 'AuditPolicy', props);
      const { omitStages, rules } = file.toObject() as unknown as PolicyDocument;

      expect(omitStages).toBeUndefined();
      expect(rules[0]).toEqual({ ...props.rules[0] });
      expect(rules.some((rule) => rule.namespaces?.join() === 'labs')).toBe(true);
      expect(file.apiServer.flags).toEqual(expect.arrayContaining([
        { name: 'audit-log-maxage', value: '60' }, { name: 'audit-log-maxbackup', value: '20' }, { name: 'audit-log-maxsize', value: '200' },
      ]));
    });

    test('claims the policy and the absence of bodies', () => {
      expect(claimsBelow(make().node.root)).toEqual(['Test/AuditPolicy implements AU1', 'Test/AuditPolicy implements AU2']);
    });

    test('asks the API server for the flags and mounts of the policy and the log', () => {
      expect(make().apiServer).toEqual({
        flags: [
          { name: 'audit-policy-file', value: '/etc/kubernetes/audit-policy.yaml' },
          { name: 'audit-log-path', value: '/var/log/kubernetes/audit.log' },
          { name: 'audit-log-format', value: 'json' },
          { name: 'audit-log-maxage', value: '30' },
          { name: 'audit-log-maxbackup', value: '100' },
          { name: 'audit-log-maxsize', value: '100' },
        ],
        volumes: [
          { name: 'audit-policy', hostPath: '/etc/kubernetes/audit-policy.yaml', mountPath: '/etc/kubernetes/audit-policy.yaml', readOnly: true, pathType: 'File' },
          { name: 'audit-logs', hostPath: '/var/log/kubernetes', mountPath: '/var/log/kubernetes', readOnly: false, pathType: 'DirectoryOrCreate' },
        ],
      });
    });
  });

  describe('records', () => {
    const policy = document();
    const level = (audited: AuditedRequest): AuditLevel => auditDecision(policy, audited).level;

    test.each<[string, AuditLevel, AuditedRequest]>([
      // Bodies of secrets stay out, whoever asks and however.
      ['a Secret of a PHI namespace', METADATA, request('alice', 'get secrets db-password', 'healthcare-prod')],
      ['a new Secret', METADATA, request('alice', 'create secrets db-password', 'healthcare-prod')],
      ['a patched Secret', METADATA, request('alice', 'patch secrets db-password', 'patient-data')],
      ['a Secret of another namespace', METADATA, request('alice', 'update secrets x', 'staging')],
      ['a list of all Secrets', METADATA, request('alice', 'list secrets')],
      ['a watch of all Secrets', METADATA, request('alice', 'watch secrets')],
      ['a deletion of all Secrets of a namespace', METADATA, request('alice', 'deletecollection secrets', 'healthcare-prod')],
      ['a Secret, by an administrator of the cluster', METADATA, request('kubernetes-admin', 'get secrets x', 'healthcare-prod', MASTERS)],
      ['a ConfigMap', METADATA, request('alice', 'create configmaps settings', 'healthcare-prod')],
      ['a list of all ConfigMaps', METADATA, request('alice', 'list configmaps')],
      ['a token review', METADATA, request('system:node:worker-1', 'create authentication.k8s.io:tokenreviews', '', NODES)],
      ['a token of a service account', METADATA, request('alice', 'create serviceaccounts/token portal', 'healthcare-prod')],
      ['a token of a service account of the system', METADATA, request('alice', 'create serviceaccounts/token generic-garbage-collector', 'kube-system')],
      ['whatever else the authentication API takes', METADATA, request('alice', 'create authentication.k8s.io:selfsubjectreviews')],
      // System users are no exception.
      ['kube-proxy reading Secrets', METADATA, request(KUBE_PROXY, 'list secrets')],
      ['kube-proxy watching Secrets', METADATA, request(KUBE_PROXY, 'watch secrets')],
      ['kube-proxy watching ConfigMaps', METADATA, request('system:kube-proxy', 'watch configmaps')],
      ['kube-proxy reading services of a PHI namespace', METADATA, request(KUBE_PROXY, 'get services portal', 'healthcare-prod')],
      ['kube-proxy watching services of a PHI namespace', METADATA, request(KUBE_PROXY, 'watch services', 'healthcare-prod')],
      ['kube-proxy watching services of one namespace', METADATA, request(KUBE_PROXY, 'watch services', 'staging')],
      ['kube-proxy writing endpoint slices', METADATA, request(KUBE_PROXY, 'patch discovery.k8s.io:endpointslices x', 'healthcare-prod')],
      ['kube-proxy in exec', METADATA, request(KUBE_PROXY, 'get pods/exec db-0', 'healthcare-prod')],
      ['the garbage collector reading Secrets', METADATA, request(GC, 'get secrets db-password', 'healthcare-prod')],
      ['the garbage collector listing Secrets', METADATA, request(GC, 'list secrets')],
      ['the garbage collector listing claims of a PHI namespace', METADATA, request(GC, 'list persistentvolumeclaims', 'patient-data')],
      ['a node reading a Secret', METADATA, request(NODE, 'get secrets db-password', 'healthcare-prod', NODES)],
      ['a node writing a lease of a PHI namespace', METADATA, request(NODE, 'update coordination.k8s.io:leases x', 'healthcare-prod', NODES)],
      ['a node writing a lease of the system', METADATA, request(NODE, 'update coordination.k8s.io:leases kube-scheduler', 'kube-system', NODES)],
      ['another user writing a node lease', METADATA, request('alice', 'update coordination.k8s.io:leases worker-1', 'kube-node-lease')],
      ['a node deleting a node lease', METADATA, request(NODE, 'delete coordination.k8s.io:leases worker-2', 'kube-node-lease', NODES)],
      ['the scheduler watching pods', METADATA, request('system:kube-scheduler', 'watch pods')],
      ['an anonymous list of Secrets', METADATA, request('system:anonymous', 'list secrets', '', ANONYMOUS)],
      // Sessions, by whatever verb the client's protocol makes of them.
      ['exec over WebSockets', METADATA, request('alice', 'get pods/exec db-0', 'healthcare-prod')],
      ['exec over SPDY', METADATA, request('alice', 'create pods/exec db-0', 'healthcare-prod')],
      ['attach over WebSockets', METADATA, request('alice', 'get pods/attach db-0', 'staging')],
      ['attach over SPDY', METADATA, request('alice', 'create pods/attach db-0', 'staging')],
      ['a forwarded port', METADATA, request('alice', 'get pods/portforward db-0', 'patient-data')],
      ['a proxied pod', METADATA, request('alice', 'patch pods/proxy db-0', 'healthcare-prod')],
      ['a proxied service', METADATA, request('alice', 'delete services/proxy https:portal:443', 'healthcare-prod')],
      ['a proxied service, by kube-proxy', METADATA, request(KUBE_PROXY, 'get services/proxy portal')],
      ['a proxied node: its kubelet runs commands in every pod', METADATA, request('alice', 'create nodes/proxy worker-1')],
      ['a debugging container', METADATA, request('alice', 'patch pods/ephemeralcontainers db-0', 'healthcare-prod')],
      ["a container's output", METADATA, request('alice', 'get pods/log db-0', 'healthcare-prod')],
      // Changes of access, with their bodies; none of them is a secret.
      ['a new role binding', REQUEST_RESPONSE, request('alice', 'create rbac.authorization.k8s.io:rolebindings x', 'healthcare-prod')],
      ['a deletion of all roles', REQUEST_RESPONSE, request('alice', 'deletecollection rbac.authorization.k8s.io:clusterroles')],
      ['a look at roles', METADATA, request('alice', 'list rbac.authorization.k8s.io:clusterroles')],
      ['a webhook taken away', REQUEST_RESPONSE, request('alice', 'delete admissionregistration.k8s.io:validatingwebhookconfigurations gatekeeper')],
      ['an admission policy changed', REQUEST_RESPONSE, request('alice', 'update admissionregistration.k8s.io:validatingadmissionpolicies x')],
      ['a network policy taken away', REQUEST_RESPONSE, request('alice', 'delete networking.k8s.io:networkpolicies default-deny', 'healthcare-prod')],
      ["a namespace's labels changed", REQUEST_RESPONSE, request('alice', 'patch namespaces healthcare-prod', 'healthcare-prod')],
      ['an API server of another group registered', REQUEST_RESPONSE, request('alice', 'create apiregistration.k8s.io:apiservices v1.evil.example.com')],
      // Everything else.
      ['a pod of a PHI namespace, without its environment variables', METADATA, request('alice', 'create pods db-0', 'healthcare-prod')],
      ['a custom resource of a PHI namespace', METADATA, request('alice', 'get example.com:patients p-1', 'patient-data')],
      ['a certificate request made', REQUEST_RESPONSE, request('alice', 'create certificates.k8s.io:certificatesigningrequests x')],
      ['a certificate request approved', REQUEST_RESPONSE, request('alice', 'update certificates.k8s.io:certificatesigningrequests/approval x')],
      ['a deployment of another namespace', METADATA, request('alice', 'create apps:deployments web', 'staging')],
      ['metrics', METADATA, request('alice', 'get /metrics')],
      ["the API server's own logs", METADATA, request('alice', 'get /logs/kubernetes/audit.log')],
      ['discovery', METADATA, request('system:anonymous', 'get /apis', '', ANONYMOUS)],
      ['a path that only looks like a probe', METADATA, request('alice', 'get /healthzz')],
      ['a write to a probe', METADATA, request('alice', 'post /healthz')],
      // Noise that touches no data.
      ['kube-proxy watching endpoint slices', NONE, request(KUBE_PROXY, 'watch discovery.k8s.io:endpointslices')],
      ['kube-proxy watching services', NONE, request('system:kube-proxy', 'watch services')],
      ['a probe', NONE, request('system:anonymous', 'get /healthz', '', ANONYMOUS)],
      ['a probe of one check', NONE, request('system:anonymous', 'get /readyz/etcd', '', ANONYMOUS)],
      ['a probe by the kubelet', NONE, request('system:anonymous', 'get /livez', '', ANONYMOUS)],
      ["a node's heartbeat", NONE, request(NODE, 'update coordination.k8s.io:leases worker-1', 'kube-node-lease', NODES)],
    ])('%s at %s', (_what, expected, audited) => {
      expect(level(audited)).toBe(expected);
    });

    test.each(['pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy', 'services/proxy', 'nodes/proxy', 'pods/ephemeralcontainers', 'pods/log'])('every verb of %s, in every namespace', (target) => {
      for (const verb of EVERY_VERB) {
        for (const namespace of ['', ...PHI, 'kube-system', 'kube-node-lease']) {
          for (const user of ['alice', KUBE_PROXY, GC, NODE]) expect(level(request(user, `${verb} ${target} x`, namespace, NODES))).toBe(METADATA);
        }
      }
    });

    test('every request for a PHI namespace, at every stage but the first', () => {
      for (const verb of EVERY_VERB) {
        for (const target of ['pods', 'services', 'endpoints', 'discovery.k8s.io:endpointslices', 'coordination.k8s.io:leases', 'events', 'example.com:patients/status']) {
          for (const user of ['alice', KUBE_PROXY, 'system:kube-proxy', GC, NODE]) {
            const decision = auditDecision(policy, request(user, `${verb} ${target}`, 'patient-data', NODES));
            expect(decision.level).toBe(METADATA);
            expect(decision.omitStages).toEqual([AuditStage.REQUEST_RECEIVED]);
          }
        }
      }
    });
  });

  describe('takes a rule of one\'s own that', () => {
    test.each<[string, AuditRule]>([
      ['drops the noise of a controller outside PHI', { level: NONE, users: ['system:kube-scheduler'], resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }], namespaces: ['kube-system'] }],
      ['drops the noise of objects of the cluster', { level: NONE, userGroups: ['system:nodes'], verbs: ['patch'], resources: [{ resources: ['nodes/status'] }], namespaces: [''] }],
      ['drops what a controller watches over all namespaces', { level: NONE, users: ['system:kube-controller-manager', GC, 'system:apiserver'], verbs: ['list', 'watch'], resources: [{ resources: ['events', 'services'] }], namespaces: [''] }],
      ['drops what a node gets of the cluster', { level: NONE, users: [NODE], verbs: ['get'], resources: [{ group: 'storage.k8s.io' }], namespaces: [''] }],
      ['drops writes of objects of the cluster that decide on no access', { level: NONE, verbs: ['create', 'update', 'patch', 'delete'], resources: [{ group: 'storage.k8s.io', resources: ['csinodes'] }], namespaces: [''] }],
      ['drops discovery', { level: NONE, nonResourceUrls: ['/api', '/apis', '/openapi/*'] }],
      ['adds bodies of deployments', { level: REQUEST, verbs: ['create', 'update', 'patch'], resources: [{ group: 'apps', resources: ['deployments'] }], namespaces: PHI }],
      ['adds bodies of custom resources', { level: REQUEST_RESPONSE, resources: [{ group: 'example.com' }] }],
      ['says again what holds for secrets', { level: METADATA, resources: [{ resources: ['secrets', 'configmaps'] }] }],
      ['omits the first stage', { level: METADATA, resources: [{ resources: ['pods'] }], omitStages: [AuditStage.REQUEST_RECEIVED] }],
      ['omits stages of requests that need none', { level: METADATA, nonResourceUrls: ['/metrics'], omitStages: [AuditStage.RESPONSE_STARTED] }],
    ])('%s', (_what, rule) => {
      expect(document({ rules: [rule] }).rules).toHaveLength(document().rules.length + 1);
    });

    test('is harmless because one before it decides', () => {
      const guard: AuditRule = { level: METADATA, resources: [{ resources: ['secrets', 'configmaps', 'serviceaccounts/token'] }, { group: 'authentication.k8s.io' }] };
      const rules: AuditRule[] = [guard, { level: REQUEST, resources: [{ group: '', resources: ['*'] }] }];
      const policy = document({ rules });

      expect(auditDecision(policy, request('alice', 'create secrets x', 'healthcare-prod')).level).toBe(METADATA);
      expect(auditDecision(policy, request('alice', 'create pods x', 'healthcare-prod')).level).toBe(REQUEST);
      expectRefusal(() => make({ rules: [rules[1], guard] }), { path: 'AuditPolicy.rules[0]', value: rules[1], rule: 'control AU2', remedy: 'without secrets' });
    });
  });

  describe('refuses a rule of one\'s own that', () => {
    test.each<[string, AuditRule]>([
      ['silences a PHI namespace', { level: NONE, namespaces: ['patient-data'] }],
      ['silences a PHI namespace for one user', { level: NONE, users: ['system:serviceaccount:monitoring:prometheus'], namespaces: ['monitoring', 'healthcare-prod'] }],
      ['silences a user everywhere', { level: NONE, users: [GC] }],
      ['silences a group everywhere', { level: NONE, userGroups: ['system:masters'] }],
      ['silences reads of a user', { level: NONE, users: [GC], verbs: ['get', 'list'] }],
      ['silences everything', { level: NONE }],
      ['silences reads of Secrets outside PHI', { level: NONE, verbs: ['get'], resources: [{ resources: ['secrets'] }], namespaces: ['kube-system'] }],
      ['silences one Secret', { level: NONE, resources: [{ resources: ['secrets'], resourceNames: ['noise'] }], namespaces: ['staging'] }],
      ['silences a list of Secrets over the cluster', { level: NONE, verbs: ['list'], namespaces: [''] }],
      ['silences exec by WebSockets', { level: NONE, verbs: ['get'], resources: [{ resources: ['pods/exec'] }], namespaces: ['staging'] }],
      ['silences exec by a pattern', { level: NONE, resources: [{ resources: ['*/exec'] }], namespaces: ['staging'] }],
      ['silences the subresources of pods', { level: NONE, resources: [{ resources: ['pods/*'] }], namespaces: ['staging'] }],
      ['silences the kubelet\'s proxy', { level: NONE, verbs: ['get'], resources: [{ resources: ['nodes/proxy'] }], namespaces: [''] }],
      ['silences a custom resource of every namespace', { level: NONE, resources: [{ group: 'example.com', resources: ['patients'] }] }],
      ['silences pods of the whole cluster', { level: NONE, users: ['system:kube-controller-manager'], verbs: ['watch'], resources: [{ resources: ['pods'] }], namespaces: [''] }],
      ['silences certificates approved', { level: NONE, resources: [{ group: 'certificates.k8s.io', resources: ['certificatesigningrequests/approval'] }], namespaces: [''] }],
      ['drops the body of certificates approved', { level: METADATA, verbs: ['update'], resources: [{ group: 'certificates.k8s.io' }], namespaces: [''] }],
      ['silences reads over all namespaces', { level: NONE, resources: [{ group: '', resources: ['events', 'services', 'serviceaccounts', 'replicationcontrollers'] }], namespaces: [''] }],
      ['silences a list over all namespaces', { level: NONE, verbs: ['list'], resources: [{ resources: ['services'] }], namespaces: [''] }],
      ['silences a watch over all namespaces', { level: NONE, verbs: ['watch'], resources: [{ resources: ['services'] }], namespaces: ['', 'staging'] }],
      ['silences a deletion over all namespaces', { level: NONE, verbs: ['deletecollection'], resources: [{ resources: ['events'] }], namespaces: [''] }],
      ['silences reads of external secrets over all namespaces', { level: NONE, resources: [{ group: 'external-secrets.io' }], namespaces: [''] }],
      ['silences reads of a custom resource over all namespaces by a wildcard', { level: NONE, verbs: ['list'], resources: [{ group: 'example.com', resources: ['*'] }], namespaces: [''] }],
      ['silences reads over all namespaces of a group', { level: NONE, userGroups: ['system:nodes'], verbs: ['list'], resources: [{ resources: ['services'] }], namespaces: [''] }],
      ['silences reads over all namespaces of an application', { level: NONE, users: ['system:serviceaccount:monitoring:prometheus'], verbs: ['list'], resources: [{ resources: ['services'] }], namespaces: [''] }],
      ['silences reads over all namespaces of a namespace with a similar name', { level: NONE, users: ['system:serviceaccount:kube-system-2:x'], verbs: ['list'], resources: [{ resources: ['services'] }], namespaces: [''] }],
      ['silences reads over all namespaces of a person beside a component', { level: NONE, users: ['system:kube-scheduler', 'alice'], verbs: ['list'], resources: [{ resources: ['services'] }], namespaces: [''] }],
      ['silences reads over all namespaces of nobody', { level: NONE, users: ['system:anonymous'], verbs: ['list'], resources: [{ resources: ['services'] }], namespaces: [''] }],
      ['silences reads over all namespaces of an administrator', { level: NONE, users: ['system:admin'], verbs: ['list'], resources: [{ resources: ['services'] }], namespaces: [''] }],
      ['silences a component that reads Secrets', { level: NONE, users: ['system:kube-scheduler'], verbs: ['list'], resources: [{ resources: ['secrets'] }], namespaces: [''] }],
      ['silences a component that reads roles', { level: NONE, users: ['system:kube-controller-manager'], verbs: ['watch'], resources: [{ group: 'rbac.authorization.k8s.io' }], namespaces: [''] }],
      ['silences a component that reads what is not known', { level: NONE, users: ['system:kube-controller-manager'], verbs: ['watch'], namespaces: [''] }],
      ['loses the outcome of a list over all namespaces', { level: METADATA, resources: [{ resources: ['services'] }], namespaces: [''], omitStages: [AuditStage.RESPONSE_COMPLETE] }],
      ['silences changes of roles', { level: NONE, verbs: ['delete'], resources: [{ group: 'rbac.authorization.k8s.io', resources: ['*'] }], namespaces: [''] }],
      ['silences every path', { level: NONE, nonResourceUrls: ['*'] }],
      ["silences the API server's logs", { level: NONE, verbs: ['get'], nonResourceUrls: ['/logs*'] }],
      ['drops the bodies of role changes', { level: METADATA, verbs: ['patch'], resources: [{ group: 'rbac.authorization.k8s.io' }] }],
      ['drops them with everything else', { level: METADATA }],
      ['loses the outcome of an exec', { level: METADATA, resources: [{ resources: ['pods/exec'] }], omitStages: [AuditStage.RESPONSE_STARTED] }],
      ['loses every stage', { level: METADATA, resources: [{ resources: ['pods'] }], omitStages: Object.values(AuditStage) }],
    ])('%s', (_what, rule) => {
      expectRefusal(() => make({ rules: [{ level: METADATA, nonResourceUrls: ['/metrics'] }, rule] }), { path: 'AuditPolicy.rules[1]', value: rule, rule: 'control AU1, 45 CFR 164.312(b)', remedy: '' });
    });

    test.each<[string, AuditRule]>([
      ['Secrets', { level: REQUEST_RESPONSE, resources: [{ resources: ['secrets'] }] }],
      ['Secrets of one namespace outside PHI', { level: REQUEST, verbs: ['create'], namespaces: ['staging'] }],
      ['one Secret', { level: REQUEST, resources: [{ resources: ['secrets'], resourceNames: ['x'] }], namespaces: ['staging'] }],
      ['ConfigMaps, as the sources do', { level: REQUEST_RESPONSE, verbs: ['get', 'list'], resources: [{ resources: ['configmaps'] }], namespaces: PHI }],
      ['the core group', { level: REQUEST, resources: [{ group: '' }] }],
      ['everything of the core group by a wildcard', { level: REQUEST, users: ['alice'], resources: [{ resources: ['*'] }] }],
      ['tokens by a subresource', { level: REQUEST, resources: [{ resources: ['serviceaccounts/*'] }] }],
      ['tokens by any subresource', { level: REQUEST, resources: [{ resources: ['*/token'] }] }],
      ['token reviews', { level: REQUEST, resources: [{ group: 'authentication.k8s.io', resources: ['tokenreviews'] }] }],
      ['whatever a person does', { level: REQUEST_RESPONSE, users: ['alice'] }],
    ])('records the bodies of %s', (_what, rule) => {
      expectRefusal(() => make({ rules: [rule] }), { path: 'AuditPolicy.rules[0]', value: rule, rule: 'control AU2, 45 CFR 164.312(a)(1)', remedy: 'without secrets, configmaps' });
    });

    test('is harmless in the namespaces that one before it decides, and nowhere else', () => {
      const rules: AuditRule[] = [
        { level: METADATA, resources: [{ resources: ['secrets'] }], namespaces: ['', ...PHI] },
        { level: REQUEST, resources: [{ resources: ['secrets'] }] },
      ];

      expect(() => make({ rules })).toThrow('writes the body of a secret into the log: get secrets of any namespace by any user');
      expectRefusal(() => make({ rules }), { path: 'AuditPolicy.rules[1]', value: rules[1], rule: 'control AU2', remedy: 'without secrets' });
    });

    test('says which request it fails', () => {
      expect(() => make({ rules: [{ level: NONE, users: [GC], verbs: ['list'] }] })).toThrow(`silences list secrets of the whole cluster by ${GC} (a secret-bearing resource)`);
      expect(() => make({ rules: [{ level: NONE, userGroups: ['system:nodes'], verbs: ['get'], resources: [{ resources: ['events'] }], namespaces: ['patient-data'] }] }))
        .toThrow('silences get events of namespace patient-data by members of system:nodes (a PHI namespace)');
      expect(() => make({ rules: [{ level: NONE, nonResourceUrls: ['*'] }] })).toThrow("silences get /logs/kubernetes/audit.log by any user (the API server's own logs)");
    });

    test.each<[string, unknown, unknown, string, string]>([
      ['has a field with a typing mistake', { level: 'Metadata', verb: ['get'] }, 'verb', 'widens the rule', 'verbs'],
      ['has the field of the file, not of the rule', { level: 'None', nonResourceURLs: ['/healthz'] }, 'nonResourceURLs', 'widens the rule', 'nonResourceUrls'],
      ['has an unknown field in its resources', { level: 'Metadata', resources: [{ apiGroup: 'apps', resources: ['deployments'] }] }, 'apiGroup', 'widens the rule', 'group'],
      ['has no level', { users: ['alice'] }, undefined, 'level is required', 'AuditLevel.NONE'],
      ['has a level in lower case', { level: 'none' }, 'none', 'Level', 'AuditLevel.NONE'],
      ['has another level', { level: 'Full' }, 'Full', 'Level', 'AuditLevel.NONE'],
      ['has a stage with a typing mistake', { level: 'Metadata', omitStages: ['RequestRecieved'] }, 'RequestRecieved', 'Stage', 'REQUEST_RECEIVED'],
      ['has stages that are no list', { level: 'Metadata', omitStages: 'RequestReceived' }, 'RequestReceived', 'Stage', 'REQUEST_RECEIVED'],
      ['has a verb in capitals', { level: 'Metadata', verbs: ['List'] }, 'List', 'lower case', 'deletecollection'],
      ['has a wildcard verb', { level: 'Metadata', verbs: ['*'] }, '*', 'no wildcard', 'leave verbs out'],
      ['has a verb of paths for resources', { level: 'Metadata', verbs: ['post'], namespaces: ['staging'] }, 'post', 'request verbs', 'create'],
      ['has a verb of resources for paths', { level: 'Metadata', verbs: ['list'], nonResourceUrls: ['/metrics'] }, 'list', 'request verbs', 'post'],
      ['has a wildcard user', { level: 'None', users: ['*'] }, '*', 'compared as it stands', 'leave users out'],
      ['has a wildcard in a user', { level: 'None', users: ['system:serviceaccount:kube-system:*'] }, 'system:serviceaccount:kube-system:*', 'compared as it stands', 'one by one'],
      ['has a user without a name', { level: 'None', users: [' '] }, ' ', 'users', 'non-empty'],
      ['has a wildcard group of users', { level: 'None', userGroups: ['*'] }, '*', 'compared as it stands', 'leave userGroups out'],
      ['has a wildcard namespace', { level: 'None', namespaces: ['*'] }, '*', 'RFC 1123 label', 'use at most'],
      ['has a wildcard API group', { level: 'None', resources: [{ group: '*', resources: ['leases'] }] }, '*', 'RFC 1123 subdomain', 'use at most'],
      ['has a version in an API group', { level: 'None', resources: [{ group: 'apps/v1', resources: ['deployments'] }] }, 'apps/v1', 'RFC 1123 subdomain', 'use at most'],
      ['has a kind for a resource', { level: 'None', resources: [{ resources: ['Lease'] }] }, 'Lease', 'plural names in lower case', 'pods/exec'],
      ['has a resource of any subresource', { level: 'None', resources: [{ resources: ['*/*'] }] }, '*/*', 'plural names in lower case', 'pods/exec'],
      ['has names without resources', { level: 'None', resources: [{ group: 'apps', resourceNames: ['x'] }] }, ['x'], 'GroupResources', 'name the resources'],
      ['has an empty list of verbs', { level: 'None', verbs: [] }, [], 'matches everything', 'leave verbs out'],
      ['has an empty list of namespaces', { level: 'None', namespaces: [] }, [], 'matches everything', 'leave namespaces out'],
      ['has no list of users', { level: 'None', users: 'alice' }, 'alice', 'matches everything', 'leave users out'],
      ['has a number for a namespace', { level: 'None', namespaces: [1] }, 1, 'PolicyRule', 'strings'],
      ['has a path without slash', { level: 'None', nonResourceUrls: ['healthz'] }, 'healthz', 'starts with /', '/healthz'],
      ['has a wildcard within a path', { level: 'None', nonResourceUrls: ['/*/etcd'] }, '/*/etcd', 'last character', '/healthz'],
      ['is about paths and namespaces', { level: 'None', nonResourceUrls: ['/healthz'], namespaces: [''] }, { level: 'None', nonResourceUrls: ['/healthz'], namespaces: [''] }, 'does not start with both', 'one rule'],
      ['is about paths and resources', { level: 'None', nonResourceUrls: ['/healthz'], resources: [{}] }, { level: 'None', nonResourceUrls: ['/healthz'], resources: [{}] }, 'does not start with both', 'one rule'],
      ['is nothing', null, null, 'PolicyRule', 'AuditRule'],
      ['has nothing for resources', { level: 'None', resources: [null] }, null, 'PolicyRule', 'group'],
    ])('%s', (_what, rule, value, source, remedy) => {
      expectRefusal(() => make({ rules: [rule as AuditRule] }), { path: 'AuditPolicy.rules[0]', value, rule: source, remedy });
    });
  });

  describe('refuses', () => {
    test.each<[string, Partial<Record<keyof AuditPolicyProps | 'rule', unknown>>, unknown, string, string]>([
      ['an unknown field', { rule: [] }, 'rule', 'no other field', 'rules'],
      ['no version', { kubernetesVersion: '1.33' }, undefined, 'kubernetesVersion is required', 'KubernetesVersion.V1_33'],
      ['no PHI namespace', { phiNamespaces: [] }, [], 'AU1', 'healthcare-prod'],
      ['a PHI namespace that is none', { phiNamespaces: ['Healthcare'] }, 'Healthcare', 'RFC 1123 label', 'use at most'],
      ['a namespace of the system as PHI', { phiNamespaces: ['kube-node-lease'] }, 'kube-node-lease', 'AC13', 'of its own'],
      ['rules that are no list', { rules: { level: 'None' } }, { level: 'None' }, 'audit.k8s.io/v1', 'AuditRule'],
      ['to omit the last stage', { omitStages: ['ResponseComplete'] }, 'ResponseComplete', 'control AU1', 'REQUEST_RECEIVED alone'],
      ['to omit the start of a session', { omitStages: ['RequestReceived', 'ResponseStarted'] }, 'ResponseStarted', 'control AU1', 'REQUEST_RECEIVED alone'],
      ['a stage with a typing mistake', { omitStages: ['requestReceived'] }, 'requestReceived', 'Stage', 'REQUEST_RECEIVED'],
      ['a log that is kept too short', { localLog: { maxAgeDays: 29 } }, 29, '1.2.17', '30'],
      ['a log that is never removed', { localLog: { maxAgeDays: 0 } }, 0, '1.2.17', '30'],
      ['too few rotated files', { localLog: { maxBackups: 9 } }, 9, '1.2.18', '10'],
      ['too small files', { localLog: { maxSizeMegabytes: 99.5 } }, 99.5, '1.2.19', '100'],
      ['a rotation with a typing mistake', { localLog: { maxAge: 30 } }, 'maxAge', 'AU3', 'maxAgeDays'],
    ])('%s', (_what, changes, value, rule, remedy) => {
      expectRefusal(() => make(changes as Partial<AuditPolicyProps>), { path: 'AuditPolicy', value, rule, remedy });
    });
  });

  // The library looks at a few requests that stand for all others; here every request of a small world is looked at.
  test('takes exactly the rules that break no guarantee', () => {
    const isOneOf = (list: readonly string[], { apiGroup, resource, subresource }: AuditedRequest): boolean => list.includes(`${apiGroup}:${resource}${subresource ? `/${subresource}` : ''}`);
    const secrets = [':secrets', ':configmaps', ':serviceaccounts/token', 'authentication.k8s.io:tokenreviews'];
    const sessions = [':pods/exec', ':pods/log', ':services/proxy', ':nodes/proxy'];
    const targets = [...secrets, ...sessions, ':pods', ':services', 'apps:deployments', 'example.com:patients', 'rbac.authorization.k8s.io:roles'];
    const world: AuditedRequest[] = [];
    for (const user of ['alice', 'bob', GC]) {
      for (const verb of ['get', 'list', 'patch', 'deletecollection']) {
        for (const namespace of ['', ...PHI, 'staging', 'kube-system']) for (const target of targets) world.push(request(user, `${verb} ${target} x`, namespace, []));
      }
    }
    const defaults = document().rules;
    const isBroken = (rules: readonly AuditRule[]): boolean => {
      const composed: PolicyDocument = { rules: [...rules, ...defaults] };
      return world.some((audited) => {
        const { level, omitStages } = auditDecision(composed, audited);
        const write = ['patch', 'deletecollection'].includes(audited.verb);
        const change = write && isOneOf(['rbac.authorization.k8s.io:roles'], audited);
        const read = audited.namespace === '' && audited.verb !== 'patch' && (audited.user !== GC || isOneOf(['rbac.authorization.k8s.io:roles'], audited));
        const guarded = change || read || isOneOf([...secrets, ...sessions], audited) || PHI.includes(audited.namespace!)
          || (audited.namespace === '' && isOneOf([':pods', 'apps:deployments'], audited));
        if (!guarded) return false;
        return level === NONE || omitStages.length > 0 || (isOneOf(secrets, audited) && level !== METADATA) || (change && level === METADATA);
      });
    };

    const candidates: AuditRule[] = [];
    for (const level of [NONE, METADATA, REQUEST]) {
      for (const users of [undefined, ['alice'], [GC], ['alice', GC]]) {
        for (const verbs of [undefined, ['get', 'list']]) {
          for (const resources of [undefined, [{ resources: ['secrets'] }], [{ resources: ['*/exec', 'services'] }], [{ resources: ['pods/*'] }], [{ group: 'apps' }], [{ group: 'example.com', resources: ['*'] }]]) {
            for (const namespaces of [undefined, [''], ['staging'], PHI]) candidates.push({ level, users, verbs, resources, namespaces });
          }
        }
      }
    }
    const pairs = candidates.flatMap((first, index) => [7, 53].map((step) => [first, candidates[(index * step + step) % candidates.length]]));
    const outcomes = { taken: 0, refused: 0 };
    const wrong: Array<readonly AuditRule[]> = [];
    for (const rules of [...candidates.map((rule) => [rule]), ...pairs]) {
      const broken = isBroken(rules);
      let refusal: unknown;
      try {
        make({ rules, omitStages: [] });
      } catch (error) {
        refusal = error;
      }
      if (refusal instanceof HipaaError !== broken) wrong.push(rules);
      outcomes[broken ? 'refused' : 'taken'] += 1;
    }
    expect(wrong).toEqual([]);
    expect(outcomes.taken).toBeGreaterThan(100);
    expect(outcomes.refused).toBeGreaterThan(100);
  });

  test('guards a thousand PHI namespaces', () => {
    const rules = Array.from({ length: 20 }, (_, index): AuditRule => ({ level: NONE, users: [`user-${index}`], resources: [{ group: 'example.com', resources: ['noise'] }], namespaces: ['staging', 'tools'] }));
    const phiNamespaces = Array.from({ length: 1000 }, (_, index) => `clinic-${index}`);

    expect(document({ rules, phiNamespaces }).rules.some((rule) => rule.namespaces?.length === 1000)).toBe(true);
    expectRefusal(() => make({ rules: [...rules, { level: NONE, namespaces: ['clinic-999'] }], phiNamespaces }), { path: 'rules[20]', value: { level: NONE, namespaces: ['clinic-999'] }, rule: 'AU1', remedy: 'without PHI' });
  });
});
