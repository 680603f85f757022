import type { TerraformStack } from 'cdktf';
import { AuditLogAlarms, type AuditLogAlarmsProps } from '../../lib/detection/audit-log-alarms';
import { claimsBelow } from '../support/claims';
import { anyMatches, compile } from '../support/metric-filter';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack, type SynthesizedStack } from '../support/stack';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alarms';
const props: Required<AuditLogAlarmsProps> = {
  namePrefix: 'healthcare-cluster', logGroupName: '/aws/eks/healthcare-cluster/cluster', phiNamespaces: ['healthcare-prod', 'patient-data'], breakGlassRoleName: 'healthcare-cluster-break-glass',
  topicArn: TOPIC, region: 'us-east-1', unauthorizedThreshold: 50,
};
const make = (changes: object = {}) => (stack: TerraformStack) => new AuditLogAlarms(stack, 'Alarms', { ...props, ...changes });

/** Patterns by the metric that they count into. */
function patternsOf(stack: SynthesizedStack): Map<string, string[]> {
  const result = new Map<string, string[]>();
  for (const filter of Object.values(stack.resources.aws_cloudwatch_log_metric_filter)) {
    const metric = filter.metric_transformation.name as string;
    result.set(metric, [...(result.get(metric) ?? []), filter.pattern as string]);
  }
  return result;
}

const alarmsOf = (stack: SynthesizedStack) => Object.values(stack.resources.aws_cloudwatch_metric_alarm).sort((a, b) => String(a.alarm_name).localeCompare(String(b.alarm_name)));
const emitted = patternsOf(synthStack(make()));
const rings = (name: string, event: object, patterns = emitted): boolean => anyMatches(patterns.get(`healthcare-cluster-${name}`)!, event);

/** An audit event as EKS writes it. */
const request = (verb: string, objectRef: object | undefined, more: object = {}): object => ({
  kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'Metadata', auditID: 'f8a1c1f0-1f6b-4a53-8fd6-1a1ff0b8a0ab', stage: 'ResponseComplete', requestURI: '/api/v1/whatever', verb,
  user: person('healthcare-cluster-developer', 'jane@company.com'), sourceIPs: ['10.0.1.17'], userAgent: 'kubectl/v1.33.1', ...(objectRef ? { objectRef } : {}), responseStatus: { metadata: {}, code: 200 },
  requestReceivedTimestamp: '2026-05-01T10:00:00.000000Z', stageTimestamp: '2026-05-01T10:00:00.100000Z', annotations: { 'authorization.k8s.io/decision': 'allow' }, ...more,
});
const person = (role: string, session: string, username?: string): object => ({
  username: username ?? `arn:aws:sts::123456789012:assumed-role/${role}/${session.replace('@', '-')}`, uid: 'aws-iam-authenticator:123456789012:AROAEXAMPLE', groups: ['system:authenticated'],
  extra: { accessKeyId: ['ASIAEXAMPLE'], arn: [`arn:aws:sts::123456789012:assumed-role/${role}/${session}`], canonicalArn: [`arn:aws:iam::123456789012:role/${role}`], sessionName: [session] },
});
const controller = (name: string): object => ({ user: { username: name, groups: ['system:serviceaccounts', 'system:authenticated'] } });
const anonymous = (requestURI: string, code: number): object => request('get', undefined, { user: { username: 'system:anonymous', groups: ['system:unauthenticated'] }, requestURI, responseStatus: { metadata: {}, code } });
const status = (code: number): object => ({ responseStatus: { metadata: {}, status: 'Failure', code } });
const pod = (subresource?: string, namespace = 'patient-data', resource = 'pods'): object => ({ resource, namespace, name: 'records-0', apiVersion: 'v1', ...(subresource ? { subresource } : {}) });
const rbac = (resource: string, more: object = {}): object => ({ resource, apiGroup: 'rbac.authorization.k8s.io', apiVersion: 'v1', ...more });
const admission = (apiGroup: string, resource: string, more: object = {}): object => ({ resource, apiGroup, apiVersion: 'v1', name: 'hipaa', ...more });
const token = (user: object, namespace = 'kube-system'): object => request('create', { resource: 'serviceaccounts', namespace, name: 'clusterrole-aggregation-controller', apiVersion: 'v1', subresource: 'token' }, user);
const GATEKEEPER = 'system:serviceaccount:gatekeeper-system:gatekeeper-admin';
const BREAK_GLASS = 'healthcare-cluster-break-glass';

describe('AuditLogAlarms', () => {
  test('makes an alarm of each, with patterns that CloudWatch takes', () => {
    const stack = synthStack(make());

    expect(Object.fromEntries(emitted)).toMatchSnapshot();
    for (const pattern of [...emitted.values()].flat()) expect(() => compile(pattern)).not.toThrow();
    expect(alarmsOf(stack).map((alarm) => [alarm.alarm_name, alarm.threshold, alarm.period, alarm.region, alarm.alarm_actions])).toEqual(
      ['admission', 'anonymous', 'break-glass', 'exec', 'rbac', 'unauthorized'].map((name) => [`healthcare-cluster-${name}`, name === 'unauthorized' ? 50 : 1, 300, 'us-east-1', [TOPIC]]),
    );
    for (const filter of Object.values(stack.resources.aws_cloudwatch_log_metric_filter)) expect([filter.log_group_name, filter.region]).toEqual(['/aws/eks/healthcare-cluster/cluster', 'us-east-1']);
  });

  test('leaves emergency access out where no role is named, and rings at 20 refused requests', () => {
    const stack = testStack();
    const alarms = make({ breakGlassRoleName: undefined, unauthorizedThreshold: undefined })(stack);

    expect(alarms.breakGlass).toBeUndefined();
    expect(alarms.unauthorized.metricAlarm.alarm.thresholdInput).toBe(20);
    expect([alarms.anonymous, alarms.exec, alarms.rbac, alarms.admission].map((alarm) => alarm.node.id)).toEqual(['Anonymous', 'Exec', 'Rbac', 'Admission']);
    expect(make()(testStack()).breakGlass?.node.id).toBe('BreakGlass');
  });

  test('claims log-in monitoring and review on the alarms', () => {
    const stack = testStack();
    make()(stack);

    expect(claimsBelow(stack)).toEqual([
      'Test/Alarms/Unauthorized/Alarm/Resource implements AU8', ...['Anonymous', 'Exec', 'Rbac', 'Admission', 'BreakGlass'].map((id) => `Test/Alarms/${id}/Alarm/Resource implements AU7`),
    ]);
  });

  test.each<[string, object, boolean]>([
    ['a forbidden read', request('get', pod(), status(403)), true],
    ['a request without a valid token', request('get', pod(), { ...status(401), user: {} }), true],
    ['a read that was let through', request('get', pod()), false],
    ['what was not found', request('get', pod(), status(404)), false],
    ['the beginning of what was counted at its end', request('watch', pod(), { ...status(403), stage: 'ResponseStarted' }), false],
    ['an event without an answer', request('get', pod(), { stage: 'Panic', responseStatus: undefined }), false],
  ])('refused requests: %s', (_what, event, expected) => {
    expect(rings('unauthorized', event)).toBe(expected);
  });

  test.each<[string, object, boolean]>([
    ['a list of secrets that succeeded', anonymous('/api/v1/secrets', 200), true],
    ['a list of secrets that was refused', anonymous('/api/v1/secrets', 403), true],
    ['the list of APIs', anonymous('/api', 403), true],
    ['a path behind a health check', anonymous('/healthz/../api/v1/secrets', 403), true],
    ['a path that begins like a health check', anonymous('/versions', 403), true],
    ['one check of the server', anonymous('/livez/etcd', 403), true],
    ['a health check', anonymous('/healthz', 200), false],
    ['a health check with a query', anonymous('/readyz?verbose&timeout=3s', 200), false],
    ['the version', anonymous('/version/', 200), false],
    ['the version, which somebody who signed in asked for', request('get', undefined, { requestURI: '/api' }), false],
  ])('anonymous access: %s', (_what, event, expected) => {
    expect(rings('anonymous', event)).toBe(expected);
  });

  test.each<[string, object, boolean]>([
    ['exec over SPDY', request('create', pod('exec')), true],
    ['exec over a WebSocket', request('get', pod('exec'), { stage: 'ResponseStarted', responseStatus: { metadata: {}, code: 101 } }), true],
    ['exec that was refused', request('create', pod('exec'), status(403)), true],
    ['exec by somebody in another name', request('create', pod('exec'), { impersonatedUser: { username: 'system:serviceaccount:kube-system:generic' } }), true],
    ['exec by a controller', request('create', pod('exec'), controller('system:serviceaccount:kube-system:namespace-controller')), true],
    ['attach', request('create', pod('attach')), true],
    ['port-forward over a WebSocket', request('get', pod('portforward')), true],
    ['a debug container', request('patch', pod('ephemeralcontainers')), true],
    ["a pod's port through the API server", request('get', pod('proxy')), true],
    ["a service's port through the API server", request('get', pod('proxy', 'healthcare-prod', 'services')), true],
    ["exec through a node's kubelet, past every namespace", request('create', { resource: 'nodes', name: 'ip-10-0-1-2', subresource: 'proxy', apiVersion: 'v1' }), true],
    ['exec elsewhere', request('create', pod('exec', 'kube-system')), false],
    ['exec in a namespace that begins alike', request('create', pod('exec', 'patient-data-test')), false],
    ['exec in capitals, which the API server does not know', request('create', pod('EXEC'), status(404)), false],
    ['a read of a pod', request('get', pod()), false],
    ['the log of a pod', request('get', pod('log')), false],
    ['the status of a node', request('patch', { resource: 'nodes', name: 'ip-10-0-1-2', subresource: 'status', apiVersion: 'v1' }), false],
    ['a list of all pods', request('list', { resource: 'pods', apiVersion: 'v1' }), false],
  ])('ways into pods: %s', (_what, event, expected) => {
    expect(rings('exec', event)).toBe(expected);
  });

  test.each<[string, object, boolean]>([
    ...['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'].flatMap((resource) => ['create', 'update', 'patch', 'delete', 'deletecollection'].map((verb): [string, object, boolean] => [`${verb} ${resource}`, request(verb, rbac(resource)), true])),
    ['a change in any namespace', request('create', rbac('rolebindings', { namespace: 'default' })), true],
    ['a change that was refused', request('create', rbac('clusterrolebindings'), status(403)), true],
    ['a change by an add-on', request('update', rbac('clusterroles'), controller('eks:addon-manager')), false],
    ['a change by somebody who is called after EKS', request('update', rbac('clusterroles'), controller('my-eks:addon-manager')), true],
    ['a change by a service account that is called after EKS', request('update', rbac('clusterroles'), controller('system:serviceaccount:eks:addon-manager')), true],
    ['a change by another controller', request('deletecollection', rbac('roles'), controller('system:serviceaccount:kube-system:namespace-controller')), true],
    ['somebody in the name of the API server', request('create', rbac('clusterrolebindings'), { impersonatedUser: { username: 'system:apiserver' } }), true],
    ['a service account that is called alike', request('patch', rbac('clusterroles'), controller('system:serviceaccount:default:clusterrole-aggregation-controller')), true],
    ["a controller's token, asked for by a person", token({}), true],
    ["a controller's token, asked for by a service account", token(controller('system:serviceaccount:default:default')), true],
    ["a controller's token, asked for by the controller manager", token(controller('system:kube-controller-manager')), false],
    ["a pod's token, asked for by its node", token(controller('system:node:ip-10-0-1-2.ec2.internal')), false],
    ['a token of an application', token(controller('system:serviceaccount:vault:vault'), 'vault'), false],
    ['the aggregation controller', request('patch', rbac('clusterroles'), controller('system:serviceaccount:kube-system:clusterrole-aggregation-controller')), false],
    ['the API server itself', request('update', rbac('clusterroles'), controller('system:apiserver')), false],
    ['a read', request('get', rbac('clusterroles')), false],
    ['a list of all', request('list', rbac('rolebindings')), false],
    ['a resource of another group with that name', request('create', { resource: 'roles', apiGroup: 'iam.services.k8s.aws' }), false],
  ])('changes of RBAC: %s', (_what, event, expected) => {
    expect(rings('rbac', event)).toBe(expected);
  });

  test.each<[string, object, boolean]>([
    ['a webhook deleted', request('delete', admission('admissionregistration.k8s.io', 'validatingwebhookconfigurations')), true],
    ['all webhooks deleted', request('deletecollection', admission('admissionregistration.k8s.io', 'mutatingwebhookconfigurations')), true],
    ['a webhook that fails open from now on', request('patch', admission('admissionregistration.k8s.io', 'validatingwebhookconfigurations')), true],
    ['a binding of a policy changed', request('update', admission('admissionregistration.k8s.io', 'validatingadmissionpolicybindings')), true],
    ['a policy deleted by a controller', request('delete', admission('admissionregistration.k8s.io', 'validatingadmissionpolicies'), controller('system:serviceaccount:default:ci')), true],
    ['a constraint that only warns from now on', request('patch', admission('constraints.gatekeeper.sh', 'hipaaingresstls')), true],
    ['a template deleted', request('delete', admission('templates.gatekeeper.sh', 'constrainttemplates')), true],
    ["a namespace excluded in Gatekeeper's configuration", request('update', admission('config.gatekeeper.sh', 'configs', { namespace: 'gatekeeper-system' })), true],
    ["the definition of a constraint's kind deleted", request('delete', admission('apiextensions.k8s.io', 'customresourcedefinitions', { name: 'hipaaingresstls.constraints.gatekeeper.sh' })), true],
    ['all definitions deleted', request('deletecollection', { resource: 'customresourcedefinitions', apiGroup: 'apiextensions.k8s.io', apiVersion: 'v1' }), true],
    ...(['validating', 'mutating'] as const).flatMap((kind): [string, object, boolean][] => {
      const webhook = admission('admissionregistration.k8s.io', `${kind}webhookconfigurations`, { name: `gatekeeper-${kind}-webhook-configuration` });
      return [
        [`Gatekeeper's new certificate for its ${kind} webhook`, request('update', webhook, controller(GATEKEEPER)), false],
        [`Gatekeeper's patch of its ${kind} webhook`, request('patch', webhook, controller(GATEKEEPER)), false],
        [`Gatekeeper's ${kind} webhook, deleted by itself`, request('delete', webhook, controller(GATEKEEPER)), true],
        [`all ${kind} webhooks deleted by Gatekeeper`, request('deletecollection', { ...webhook, name: undefined }, controller(GATEKEEPER)), true],
        [`Gatekeeper's ${kind} webhook, changed by a person`, request('update', webhook), true],
        [`Gatekeeper's ${kind} webhook, changed by an account that is called alike`, request('patch', webhook, controller('system:serviceaccount:default:gatekeeper-admin')), true],
      ];
    }),
    ['another webhook, changed by Gatekeeper', request('update', admission('admissionregistration.k8s.io', 'validatingwebhookconfigurations', { name: 'istiod' }), controller(GATEKEEPER)), true],
    ['the certificate of the webhook that fails closed, by Gatekeeper', request('update', admission('admissionregistration.k8s.io', 'validatingwebhookconfigurations', { name: 'hipaa-gatekeeper-fail-closed' }), controller(GATEKEEPER)), false],
    ['the webhook that fails closed, by somebody', request('delete', admission('admissionregistration.k8s.io', 'validatingwebhookconfigurations', { name: 'hipaa-gatekeeper-fail-closed' })), true],
    ['what Gatekeeper looks at, by somebody', request('update', admission('syncset.gatekeeper.sh', 'syncsets', { name: 'hipaa' })), true],
    ['a constraint of the name of its webhook, changed by Gatekeeper', request('update', admission('constraints.gatekeeper.sh', 'hipaaingresstls', { name: 'gatekeeper-validating-webhook-configuration' }), controller(GATEKEEPER)), true],
    ["EKS' own webhook, changed by an add-on", request('patch', admission('admissionregistration.k8s.io', 'mutatingwebhookconfigurations', { name: 'pod-identity-webhook' }), controller('eks:addon-manager')), false],
    ["a constraint's kind, written by Gatekeeper", request('update', admission('apiextensions.k8s.io', 'customresourcedefinitions', { name: 'hipaaingresstls.constraints.gatekeeper.sh' }), controller(GATEKEEPER)), false],
    ["a constraint's kind, deleted by Gatekeeper", request('delete', admission('apiextensions.k8s.io', 'customresourcedefinitions', { name: 'hipaaingresstls.constraints.gatekeeper.sh' }), controller(GATEKEEPER)), true],
    ["a constraint's kind, changed by a person", request('patch', admission('apiextensions.k8s.io', 'customresourcedefinitions', { name: 'hipaaingresstls.constraints.gatekeeper.sh' })), true],
    ["templates' own kind, changed by Gatekeeper", request('update', admission('apiextensions.k8s.io', 'customresourcedefinitions', { name: 'constrainttemplates.templates.gatekeeper.sh' }), controller(GATEKEEPER)), true],
    ['the status of a constraint', request('update', admission('constraints.gatekeeper.sh', 'hipaaingresstls', { subresource: 'status' })), false],
    ["what a pod of Gatekeeper's says of a constraint", request('update', admission('status.gatekeeper.sh', 'constraintpodstatuses')), false],
    ['a read of the webhooks', request('list', admission('admissionregistration.k8s.io', 'validatingwebhookconfigurations')), false],
    ['another definition', request('delete', admission('apiextensions.k8s.io', 'customresourcedefinitions', { name: 'certificates.cert-manager.io' })), false],
    ['a read of a definition', request('get', admission('apiextensions.k8s.io', 'customresourcedefinitions', { name: 'hipaaingresstls.constraints.gatekeeper.sh' })), false],
  ])('changes of admission: %s', (_what, event, expected) => {
    expect(rings('admission', event)).toBe(expected);
  });

  test.each<[string, object, boolean]>([
    ['a read', request('get', pod(), { user: person(BREAK_GLASS, 'INC-1@company.com') }), true],
    ['a read where the access entry gives the role another name', request('get', pod(), { user: person(BREAK_GLASS, 'INC-1', 'emergency') }), true],
    ['a read in the name of somebody else', request('get', pod(), { user: person(BREAK_GLASS, 'INC-1'), impersonatedUser: { username: 'jane' } }), true],
    ['another role', request('get', pod(), { user: person('healthcare-cluster-developer', BREAK_GLASS) }), false],
    ['a role that ends alike', request('get', pod(), { user: person(`my-${BREAK_GLASS}`, 'jane') }), false],
    ['a role that begins alike', request('get', pod(), { user: person(`${BREAK_GLASS}-2`, 'jane') }), false],
    ['a controller, which has no ARN', request('get', pod(), controller('system:kube-scheduler')), false],
  ])('emergency access: %s', (_what, event, expected) => {
    expect(rings('break-glass', event)).toBe(expected);
  });

  test('watches any number of namespaces, each in exactly one filter, none of which is too long', () => {
    const names = Array.from({ length: 400 }, (_, index) => `${'n'.repeat(56)}-${index}`);
    const patterns = patternsOf(synthStack(make({ phiNamespaces: names }))).get('healthcare-cluster-exec')!;
    const only = (name: string) => patternsOf(synthStack(make({ phiNamespaces: [name] }))).get('healthcare-cluster-exec')!;

    expect(patterns.length).toBeLessThan(100);
    expect(Math.max(...patterns.map((pattern) => pattern.length))).toBeGreaterThan(900);
    expect(Math.max(...patterns.map((pattern) => pattern.length))).toBeLessThanOrEqual(1024);
    for (const name of names) expect(patterns.filter((pattern) => pattern.includes(`"${name}"`))).toHaveLength(1);
    for (const name of [names[0], names[249], names[399]]) expect(anyMatches(patterns, request('get', pod('exec', name)))).toBe(true);
    expect(anyMatches(patterns, request('get', pod('exec', 'other')))).toBe(false);
    expect(only('a')).toHaveLength(2);
  });

  test('filters of one alarm have names of their own and one metric', () => {
    const filters = Object.values(synthStack(make()).resources.aws_cloudwatch_log_metric_filter).filter((filter) => filter.metric_transformation.name === 'healthcare-cluster-exec');

    expect(filters.map((filter) => filter.name)).toEqual(['healthcare-cluster-exec', 'healthcare-cluster-exec-2']);
    expect(new Set(filters.map((filter) => JSON.stringify(filter.metric_transformation))).size).toBe(1);
  });

  test('takes references to group and topic, and other partitions', () => {
    const stack = synthStack(make({ logGroupName: '${aws_cloudwatch_log_group.Cluster.name}', topicArn: '${aws_sns_topic.Alarms.arn}', region: 'us-gov-west-1' }));

    expect(alarmsOf(stack)[0]).toMatchObject({ alarm_actions: ['${aws_sns_topic.Alarms.arn}'], region: 'us-gov-west-1' });
    const user = { username: `arn:aws-us-gov:sts::123456789012:assumed-role/${BREAK_GLASS}/jane`, groups: [] };
    expect(rings('break-glass', request('get', pod(), { user }), patternsOf(stack))).toBe(true);
  });

  test.each<[string, object, unknown, string, string]>([
    ['a field that it does not know', { exec: false }, 'exec', 'take no other field', 'use one of: namePrefix'],
    ['no prefix', { namePrefix: '' }, '', 'PutMetricFilter', 'healthcare-cluster'],
    ['a prefix that no metric may have', { namePrefix: 'a:b' }, 'a:b', 'PutMetricFilter', 'healthcare-cluster'],
    ['a prefix that Terraform alone knows', { namePrefix: '${var.name}' }, '${var.name}', 'at synth', 'write the namePrefix itself'],
    ['no namespace', { phiNamespaces: [] }, [], 'AU7', "['healthcare-prod']"],
    ['no list of namespaces', { phiNamespaces: undefined }, undefined, 'AU7', "['healthcare-prod']"],
    ['a namespace that ends the condition', { phiNamespaces: ['a" || $.b = "c'] }, 'a" || $.b = "c', 'RFC 1123', 'a-z'],
    ['a namespace by a wildcard', { phiNamespaces: ['*'] }, '*', 'RFC 1123', 'a-z'],
    ['no name of a role', { breakGlassRoleName: 'a role' }, 'a role', 'names of roles', 'letters'],
    ['a role that Terraform alone knows', { breakGlassRoleName: '${aws_iam_role.A.name}' }, '${aws_iam_role.A.name}', 'at synth', 'write the breakGlassRoleName itself'],
    ['a threshold of nothing', { unauthorizedThreshold: 0 }, 0, 'AU8', '1 to 100'],
    ['a threshold that is never reached', { unauthorizedThreshold: 101 }, 101, 'AU8', '1 to 100'],
    ['a topic of another region', { region: 'us-west-2' }, TOPIC, 'own region', 'us-west-2'],
    ['no topic', { topicArn: 'alarms' }, 'alarms', 'AWS: arn', 'full ARN'],
    ['more namespaces than filters', { phiNamespaces: Array.from({ length: 1000 }, (_, index) => `${'n'.repeat(59)}-${index % 10}${Math.floor(index / 10) % 10}${Math.floor(index / 100)}`) }, 126, '100 filters', 'fewer'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => make(changes)(testStack()), { path: 'Test/Alarms', value, rule, remedy });
  });
});
