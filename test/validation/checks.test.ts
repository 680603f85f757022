/** Each check on what the reference platforms emit, and on the same object weakened: a check that cannot fail proves nothing. */
import { Control } from '../../lib/controls/control';
import { ClaimKind } from '../../lib/controls/safeguard';
import { kindOf } from '../../lib/validation/content';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { eksObjects, selfManagedObjects, verdict } from './harness';
import { addPolicy, beside, inPolicy, manifest, type Statement, type Weakening } from './weakening';

const without = (sid: string): Weakening => inPolicy((statements) => void statements.splice(statements.findIndex((statement) => statement.Sid === sid), 1));

/** A change of the shipper's configuration. */
const inConfiguration = (change: (conf: string) => string | undefined): Weakening => (_content, others) => {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
  const configMap = others.find((object) => object.reference.kind === 'ConfigMap' && object.reference.name === 'fluent-bit-config')!.content as any;
  configMap.data['fluent-bit.conf'] = change(configMap.data['fluent-bit.conf']);
};

/** A change of another object of the set, found by its kind. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see Weakening
type Change = (content: any, index: number, others: SynthesizedObject[]) => void;
const inOther = (is: (object: SynthesizedObject) => boolean, change: Change): Weakening => (_content, others) => {
  const index = others.findIndex(is);
  change(others[index].content, index, others);
};
const inTemplate = (change: Change): Weakening => inOther(({ reference }) => reference.name === 'hipaaingresstls', change);
const inFlows = (change: Change): Weakening => inOther(({ reference }) => reference.name === 'fluent-bit-flows', change);
const inBucket = (change: Change): Weakening => inOther((object) => kindOf(object) === 'aws_s3_bucket', change);
const isShipperRole = ({ reference }: SynthesizedObject): boolean => reference.address?.startsWith('aws_iam_role.LogShipper') === true;
const inRole = (change: (statements: Statement[]) => void): Weakening => inOther(isShipperRole, (content) => inPolicy(change, 'assume_role_policy')(content, []));
const inRolePolicy = (change: (statements: Statement[]) => void): Weakening => inOther(({ reference }) => reference.address?.startsWith('aws_iam_role_policy.LogShipper') === true, (content) => inPolicy(change)(content, []));
const inStatement = (sid: string, change: (statement: Statement) => void): Weakening => inPolicy((statements) => change(statements.find((statement) => statement.Sid === sid)!));
const inMounts = (change: (mounts: Statement[]) => Statement[]): Weakening => (content) => {
  const [container] = content.spec.template.spec.containers;
  container.volumeMounts = change(container.volumeMounts);
};

/** The setting is on a locked bucket, and not on the archive. */
const decoy: Weakening = (content, others) => {
  const archive = others.find((object) => kindOf(object) === 'aws_s3_bucket')!;
  others.push({ ...archive, reference: { ...archive.reference, address: 'aws_s3_bucket.Decoy' }, content: { bucket: 'decoy', object_lock_enabled: true } });
  content.bucket = '${aws_s3_bucket.Decoy.id}';
};

/** The same Ingress for an Application Load Balancer. */
const alb = (annotations: Record<string, string | undefined>): Weakening => (content) => {
  const right = { 'listen-ports': '[{"HTTPS":443}]', 'certificate-arn': 'arn:aws:acm:us-east-1:123456789012:certificate/a', 'backend-protocol': 'HTTPS', 'ssl-policy': 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06' };
  content.spec.ingressClassName = 'alb';
  content.metadata.annotations = Object.fromEntries(Object.entries({ ...right, ...annotations }).filter(([, value]) => value !== undefined).map(([name, value]) => [`alb.ingress.kubernetes.io/${name}`, value]));
};
const ownIngress = (spec: object): SynthesizedObject => manifest('networking.k8s.io/v1', 'Ingress', 'patient-data', 'own', { spec });

const CASES: [Control, string, string, Weakening, RegExp][] = [
  [Control.AC13_NAMESPACES, 'Namespace', 'without the label', (o) => delete o.metadata.labels['cdk8s-hipaa/data-classification'], /does not carry the label/],
  [Control.PS1_PSA, 'Namespace', 'baseline', (o) => (o.metadata.labels['pod-security.kubernetes.io/enforce'] = 'baseline'), /enforce is not restricted/],
  [Control.PS1_PSA, 'Namespace', 'not pinned', (o) => (o.metadata.labels['pod-security.kubernetes.io/enforce-version'] = 'latest'), /enforce-version/],
  [Control.PS1_PSA, 'Namespace', 'no labels at all', (o) => delete o.metadata.labels, /is not restricted/],
  [Control.AC12_SA_TOKENS, 'ServiceAccount', 'automount on', (o) => delete o.automountServiceAccountToken, /not false/],
  [Control.AC3_LEAST_PRIVILEGE, 'Role', 'a wildcard', (o) => o.rules.push({ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }), /grants/],
  [Control.AC4_ESCALATION, 'Role', 'impersonation', (o) => o.rules.push({ apiGroups: [''], resources: ['users'], verbs: ['impersonate'] }), /impersonate/],
  [Control.AC5_EXEC, 'Role', 'exec by get', (o) => o.rules.push({ apiGroups: [''], resources: ['pods/exec'], verbs: ['get'] }), /get pods\/exec/],
  [Control.AC4_ESCALATION, 'ClusterRole', 'nodes/proxy', (o) => o.rules.push({ apiGroups: [''], resources: ['nodes/proxy'], verbs: ['get'] }), /nodes\/proxy/],
  [Control.AC3_LEAST_PRIVILEGE, 'RoleBinding', 'everyone', (o) => (o.subjects[0].name = 'system:authenticated'), /system:authenticated/],
  [Control.AC3_LEAST_PRIVILEGE, 'RoleBinding', 'a user', (o) => (o.subjects[0].kind = 'User'), /no group/],
  [Control.AC3_LEAST_PRIVILEGE, 'RoleBinding', 'nobody', (o) => (o.subjects = []), /no subject/],
  [Control.AC3_LEAST_PRIVILEGE, 'RoleBinding', 'the ClusterRole admin', (o) => (o.roleRef = { kind: 'ClusterRole', name: 'admin' }), /ClusterRole/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'some pods only', (o) => (o.spec.podSelector = { matchLabels: { a: 'b' } }), /every pod/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'no selector', (o) => delete o.spec.podSelector, /every pod/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'one direction', (o) => (o.spec.policyTypes = ['Ingress']), /both directions/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'undone by a policy that allows all', addPolicy({ podSelector: {}, ingress: [{}] }), /lets a pod without labels be reached from everyone/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'undone by any namespace', addPolicy({ podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] }), /pods of a namespace that it does not name/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'undone by every address', addPolicy({ podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: '::/0' } }] }] }), /reach 2001:4860:4860::8888 on the internet/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'undone by the internet but a documentation block', addPolicy({ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['192.0.2.0/24'] } }] }] }), /be reached from 1\.77\.41\.9 on the internet/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'undone by the internet but link-local', addPolicy({ podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }] }] }), /reach 1\.77\.41\.9/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'undone by both halves', addPolicy({ podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/1' } }, { ipBlock: { cidr: '128.0.0.0/1' } }] }] }), /internet/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'undone by the upper half', addPolicy({ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '128.0.0.0/1' } }] }] }), /be reached from 128\./],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'undone by a /8 of the internet', addPolicy({ podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: '52.0.0.0/8', except: ['52.0.0.0/9'] } }], ports: [{ port: 443 }] }] }), /reach 52\.200/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'undone by half of IPv6', addPolicy({ podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: '2000::/3', except: ['2001::/16'] } }] }] }), /reach 2400:/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'undone by every namespace that has a name', addPolicy({ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'Exists' }] } }] }] }), /does not name/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'undone by every namespace but one', addPolicy({ podSelector: {}, egress: [{ to: [{ namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] }] }, podSelector: {} }] }] }), /does not name/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'undone by any namespace with a key', addPolicy({ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'Exists' }] } }] }] }), /does not name/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'undone for pods without a label', addPolicy({ podSelector: { matchExpressions: [{ key: 'x', operator: 'DoesNotExist' }] }, ingress: [{}] }), /a pod without labels be reached from everyone/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'undone for pods with any value of a label', addPolicy({ podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }, { key: 'x', operator: 'DoesNotExist' }] }, ingress: [{}] }), /a pod with just the label app be reached/],
  [Control.NW1_DENY_ALL, 'NetworkPolicy', 'undone by a policy inside a List', (o, others) => others.push(manifest('v1', 'List', undefined, 'list', { items: [{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'hidden', namespace: o.metadata.namespace }, spec: { podSelector: {}, ingress: [{}] } }] })), /hidden/],
  [Control.NW3_EGRESS_DNS, 'NetworkPolicy', 'DNS to everyone', (o) => delete o.spec.egress[0].to, /to everyone/],
  [Control.NW3_EGRESS_DNS, 'NetworkPolicy', 'every port', (o) => delete o.spec.egress[0].ports, /more than port 53/],
  [Control.NW3_EGRESS_DNS, 'NetworkPolicy', 'a range of ports', (o) => (o.spec.egress[0].ports[0].endPort = 65535), /more than port 53/],
  [Control.NW3_EGRESS_DNS, 'NetworkPolicy', 'the metadata service by another policy', addPolicy({ podSelector: { matchLabels: { a: 'b' } }, egress: [{ to: [{ ipBlock: { cidr: '169.254.0.0/16' } }] }] }), /metadata service/],
  [Control.NW3_EGRESS_DNS, 'NetworkPolicy', 'the internet with the wrong hole', addPolicy({ podSelector: { matchLabels: { a: 'b' } }, egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }] }] }), /metadata service/],
  [Control.NW3_EGRESS_DNS, 'NetworkPolicy', 'everything, for named pods', addPolicy({ podSelector: { matchLabels: { a: 'b' } }, egress: [{}] }), /lets the pods that it selects reach the metadata service 169\.254\.169\.254:80/],
  [Control.NW3_EGRESS_DNS, 'NetworkPolicy', 'a range of ports that holds 80', addPolicy({ podSelector: { matchLabels: { a: 'b' } }, egress: [{ to: [{ ipBlock: { cidr: '169.254.0.0/16' } }], ports: [{ port: 1, endPort: 1024 }] }] }), /metadata service/],
  [Control.NW3_EGRESS_DNS, 'NetworkPolicy', 'the metadata service of IPv6', addPolicy({ podSelector: { matchLabels: { a: 'b' } }, egress: [{ to: [{ ipBlock: { cidr: '::/0' } }] }] }), /fd00:ec2::254/],
  [Control.NW3_EGRESS_DNS, 'NetworkPolicy', 'workload credentials for every pod', addPolicy({ podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: '169.254.170.23/32' } }], ports: [{ port: 80 }] }] }), /lets any pod reach the metadata service 169\.254\.170\.23/],
  [Control.NW3_EGRESS_DNS, 'NetworkPolicy', 'DNS to any server', (o) => (o.spec.egress[0].to = [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }]), /a pod without labels reach 1\.77\.41\.9 on the internet/],
  [Control.TX1_INGRESS, 'Ingress', 'a load balancer with the default policy', alb({ 'ssl-policy': undefined }), /the default takes TLS 1\.0/],
  [Control.TX1_INGRESS, 'Ingress', 'a load balancer with an old policy', alb({ 'ssl-policy': 'ELBSecurityPolicy-2016-08' }), /ELBSecurityPolicy-2016-08: none that begins at TLS 1\.2/],
  [Control.TX1_INGRESS, 'Ingress', 'a load balancer that takes TLS 1.0 beside 1.3', alb({ 'ssl-policy': 'ELBSecurityPolicy-TLS13-1-0-2021-06' }), /none that begins at TLS 1\.2/],
  [Control.TX1_INGRESS, 'Ingress', 'configuration of nginx', (o) => (o.metadata.annotations['nginx.ingress.kubernetes.io/server-snippet'] = 'ssl_protocols TLSv1;'), /server-snippet is configuration of nginx that nobody read/],
  [Control.TX1_INGRESS, 'Ingress', 'tls: []', (o) => (o.spec.tls = []), /does not cover/],
  [Control.TX1_INGRESS, 'Ingress', 'another host', (o) => (o.spec.rules[0].host = 'other.example.com'), /does not cover the host other/],
  [Control.TX1_INGRESS, 'Ingress', 'every host', (o) => delete o.spec.rules[0].host, /every host/],
  [Control.TX1_INGRESS, 'Ingress', 'a default backend', (o) => (o.spec.defaultBackend = {}), /default backend/],
  [Control.TX1_INGRESS, 'Ingress', 'plain HTTP behind', (o) => (o.metadata.annotations = {}), /plain HTTP/],
  [Control.TX1_INGRESS, 'Ingress', 'no certificate', (o) => delete o.spec.tls[0].secretName, /names no secretName/],
  [Control.TX1_INGRESS, 'Ingress', 'plaintext beside', (o) => (o.metadata.annotations['nginx.ingress.kubernetes.io/ssl-redirect'] = 'false'), /ssl-redirect is switched off/],
  [Control.TX1_INGRESS, 'Ingress', 'plaintext beside, behind a load balancer', (o) => (o.metadata.annotations['nginx.ingress.kubernetes.io/force-ssl-redirect'] = 'False'), /force-ssl-redirect is switched off/],
  [Control.TX1_INGRESS, 'Ingress', "another controller's annotation", (o) => (o.metadata.annotations = { 'alb.ingress.kubernetes.io/backend-protocol': 'HTTPS' }), /plain HTTP/],
  [Control.TX1_INGRESS, 'Ingress', 'an unknown class', (o) => (o.spec.ingressClassName = 'traefik'), /ingress class traefik/],
  [Control.TX1_INGRESS, 'Ingress', 'no class', (o) => delete o.spec.ingressClassName, /ingress class undefined/],
  [Control.TX1_INGRESS, 'Ingress', 'a load balancer without a certificate', alb({ 'certificate-arn': undefined }), /no certificate-arn/],
  [Control.TX1_INGRESS, 'Ingress', 'a load balancer with an HTTP listener', alb({ 'listen-ports': '[{"HTTP":80},{"HTTPS":443}]' }), /HTTPS alone/],
  [Control.TX1_INGRESS, 'Ingress', 'a load balancer that speaks HTTP to pods', alb({ 'backend-protocol': 'HTTP' }), /alb needs backend-protocol HTTPS/],
  [Control.TX1_INGRESS, 'HipaaIngressTls', 'dryrun', (o) => (o.spec.enforcementAction = 'dryrun'), /let in/],
  [Control.TX1_INGRESS, 'HipaaIngressTls', 'one namespace less', (o) => o.spec.match.namespaces.pop(), /does not bind in patient-data/],
  [Control.TX1_INGRESS, 'HipaaIngressTls', 'an exclusion', (o) => (o.spec.match.excludedNamespaces = ['*']), /narrowed by excludedNamespaces/],
  [Control.TX1_INGRESS, 'HipaaIngressTls', 'other kinds', (o) => (o.spec.match.kinds = [{ apiGroups: [''], kinds: ['Pod'] }]), /does not match Ingresses/],
  [Control.TX1_INGRESS, 'HipaaIngressTls', 'Ingresses of another group', (o) => (o.spec.match.kinds[0].apiGroups = ['extensions']), /does not match Ingresses of networking/],
  [Control.TX1_INGRESS, 'HipaaIngressTls', 'the group and the kind apart', (o) => (o.spec.match.kinds = [{ apiGroups: ['networking.k8s.io'], kinds: ['NetworkPolicy'] }, { apiGroups: [''], kinds: ['Ingress'] }]), /does not match/],
  [Control.TX1_INGRESS, 'HipaaIngressTls', 'no template', inTemplate((_content, index, others) => others.splice(index, 1)), /no ConstraintTemplate/],
  [Control.TX1_INGRESS, 'HipaaIngressTls', 'a template that finds nothing', inTemplate((content) => (content.spec.targets[0].code[0].source.rego = 'package hipaa')), /another rule/],
  [Control.TX1_INGRESS, 'HipaaIngressTls', 'a template with another library', inTemplate((content) => (content.spec.targets[0].code[0].source.libs = ['package lib.review'])), /another rule/],
  [Control.TX1_INGRESS, 'HipaaIngressTls', 'an Ingress of no claim without TLS', beside(ownIngress({ rules: [{ host: 'a.example.com' }] })), /Ingress patient-data\/own: TLS does not cover the host a\.example\.com/],
  [Control.TX1_INGRESS, 'HipaaIngressTls', 'an Ingress of no claim with a wildcard too high', beside(ownIngress({ rules: [{ host: 'a.b.example.com' }], tls: [{ hosts: ['*.example.com'], secretName: 'tls' }] })), /does not cover/],
  [Control.AU1_AUDIT_POLICY, 'Policy', 'silenced first', (o) => o.rules.unshift({ level: 'None', users: ['system:apiserver'] }), /rule 0/],
  [Control.AU1_AUDIT_POLICY, 'Policy', 'no catch-all', (o) => o.rules.pop(), /everything else/],
  [Control.AU2_NO_BODIES, 'Policy', 'bodies of Secrets', (o) => o.rules.unshift({ level: 'RequestResponse', resources: [{ group: '', resources: ['secrets'] }] }), /over-logged/],
  [Control.EN1_API_DATA, 'EncryptionConfiguration', 'identity first', (o) => o.resources[0].providers.unshift({ identity: {} }), /no KMS v2/],
  [Control.EN1_API_DATA, 'EncryptionConfiguration', 'identity last', (o) => o.resources[0].providers.push({ identity: {} }), /plaintext/],
  [Control.EN1_API_DATA, 'EncryptionConfiguration', 'KMS v1', (o) => delete o.resources[0].providers[0].kms.apiVersion, /KMS v2/],
  [Control.EN1_API_DATA, 'EncryptionConfiguration', 'no Secrets', (o) => (o.resources[0].resources = ['configmaps']), /not among/],
  [Control.AU3_LOG_FLAGS, 'ClusterConfiguration', 'no rotation', (o) => (o.apiServer.extraArgs = o.apiServer.extraArgs.filter((arg: { name: string }) => arg.name !== 'audit-log-maxsize')), /--audit-log-maxsize/],
  [Control.AU3_LOG_FLAGS, 'ClusterConfiguration', 'no mounts', (o) => (o.apiServer.extraVolumes = []), /nothing mounts/],
  [Control.AU1_AUDIT_POLICY, 'aws_eks_cluster', 'no audit log', (o) => (o.enabled_cluster_log_types = ['api']), /log types are off: audit/],
  [Control.EN1_API_DATA, 'aws_eks_cluster', 'no key', (o) => delete o.encryption_config, /not encrypted/],
  [Control.AC9_PRIVATE_API, 'aws_eks_cluster', 'public', (o) => (o.vpc_config.endpoint_public_access = true), /public endpoint/],
  [Control.AC9_PRIVATE_API, 'aws_eks_cluster', 'public by default', (o) => delete o.vpc_config.endpoint_public_access, /public endpoint/],
  [Control.AC10_API_AUTH_MODE, 'aws_eks_cluster', 'config map', (o) => (o.access_config.authentication_mode = 'API_AND_CONFIG_MAP'), /not API/],
  [Control.AC10_API_AUTH_MODE, 'aws_eks_cluster', 'creator', (o) => delete o.access_config.bootstrap_cluster_creator_admin_permissions, /administrator/],
  [Control.AU4_OFF_CLUSTER, 'aws_cloudwatch_log_group', 'another name', (o) => (o.name = '/aws/eks/healthcare-cluster/audit'), /EKS writes to/],
  [Control.AU6_LOG_GROUP, 'aws_cloudwatch_log_group', 'no key', (o) => delete o.kms_key_id, /no customer key/],
  [Control.AU6_LOG_GROUP, 'aws_cloudwatch_log_group', '90 days', (o) => (o.retention_in_days = 90), /keeps 90 days/],
  [Control.AU5_WORM_6Y, 'aws_s3_bucket_object_lock_configuration', 'GOVERNANCE', (o) => (o.rule.default_retention.mode = 'GOVERNANCE'), /COMPLIANCE/],
  [Control.AU5_WORM_6Y, 'aws_s3_bucket_object_lock_configuration', '2190 days', (o) => (o.rule.default_retention.days = 2190), /2190 days/],
  [Control.AU5_WORM_6Y, 'aws_s3_bucket_object_lock_configuration', 'no default', (o) => delete o.rule, /COMPLIANCE/],
  [Control.AU5_WORM_6Y, 'aws_s3_bucket_object_lock_configuration', 'another bucket', (o) => (o.bucket = 'elsewhere'), /object_lock_enabled: true/],
  [Control.AU5_WORM_6Y, 'aws_s3_bucket_object_lock_configuration', 'a bucket that is not locked', inBucket((bucket) => delete bucket.object_lock_enabled), /object_lock_enabled: true/],
  [Control.AU5_WORM_6Y, 'aws_s3_bucket_object_lock_configuration', 'a decoy beside the archive', decoy, /no aws_s3_bucket_object_lock_configuration is set on the archive/],
  [Control.AU5_WORM_6Y, 'aws_s3_bucket_object_lock_configuration', 'none of it', (o) => (o.count = 0), /count is 0/],
  [Control.AC11_WORKLOAD_ID, 'aws_iam_role', 'any service account', (o) => (o.assume_role_policy = o.assume_role_policy.replace(/"[^"]*:sub":"[^"]*",/, '')), /every service account/],
  [Control.AC11_WORKLOAD_ID, 'aws_iam_role', 'any audience', (o) => (o.assume_role_policy = o.assume_role_policy.replace(/,"[^"]*:aud":"[^"]*"/, '')), /made for others/],
  [Control.AC11_WORKLOAD_ID, 'aws_iam_role', 'an account beside the provider', inPolicy((statements) => void statements.push({ Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'sts:AssumeRole' }), 'assume_role_policy'), /trusts others/],
  [Control.AC11_WORKLOAD_ID, 'aws_iam_role', 'every action', inRolePolicy(([first]) => (first.Action = '*')), /more than its work/],
  [Control.AU4_OFF_CLUSTER, 'DaemonSet', 'on workers', (o) => delete o.spec.template.spec.nodeSelector['node-role.kubernetes.io/control-plane'], /control-plane nodes/],
  [Control.AU4_OFF_CLUSTER, 'DaemonSet', 'not tolerated', (o) => (o.spec.template.spec.tolerations = []), /control-plane nodes/],
  [Control.AU4_OFF_CLUSTER, 'DaemonSet', 'a folder that no container mounts', inMounts((mounts) => mounts.filter((mount) => mount.name !== 'logs')), /folder of the audit log/],
  [Control.AU4_OFF_CLUSTER, 'DaemonSet', 'the folder elsewhere', inMounts((mounts) => mounts.map((mount) => (mount.name === 'logs' ? { ...mount, mountPath: '/logs' } : mount))), /folder of the audit log/],
  [Control.AU4_OFF_CLUSTER, 'DaemonSet', 'a part of the folder', inMounts((mounts) => mounts.map((mount) => (mount.name === 'logs' ? { ...mount, subPath: 'old' } : mount))), /folder of the audit log/],
  [Control.AU4_OFF_CLUSTER, 'DaemonSet', 'no flows', inFlows((_policy, index, others) => others.splice(index, 1)), /UDP 53/],
  [Control.AU4_OFF_CLUSTER, 'DaemonSet', 'flows for other pods', inFlows((policy) => (policy.spec.podSelector = { matchLabels: { app: 'other' } })), /UDP 53/],
  [Control.AU4_OFF_CLUSTER, 'DaemonSet', 'no names', inFlows((policy) => policy.spec.egress.shift()), /UDP 53/],
  [Control.AU4_OFF_CLUSTER, 'DaemonSet', 'names, and no S3', inFlows((policy) => policy.spec.egress.pop()), /TCP 443/],
  [Control.AU4_OFF_CLUSTER, 'DaemonSet', 'TLS to pods alone', inFlows((policy) => (policy.spec.egress.at(-1).to = [{ podSelector: {} }])), /TCP 443/],
  [Control.AU4_OFF_CLUSTER, 'DaemonSet', 'no log folder', (o) => (o.spec.template.spec.volumes = o.spec.template.spec.volumes.filter((v: { name: string }) => v.name !== 'logs')), /folder of the audit log/],
  [Control.AU4_OFF_CLUSTER, 'DaemonSet', 'another bucket', inConfiguration((conf) => conf.replace(/hipaa-audit-logs-[0-9]+-us-east-1/, 'elsewhere')), /into the archive/],
  [Control.AU4_OFF_CLUSTER, 'DaemonSet', 'another file', inConfiguration((conf) => conf.replace('/var/log/kubernetes/audit.log', '/var/log/audit.log')), /does not read/],
  [Control.AU4_OFF_CLUSTER, 'DaemonSet', 'no configuration', inConfiguration(() => undefined), /no configuration/],
  [Control.EN4_BUCKET_KMS, 'aws_s3_bucket_server_side_encryption_configuration', 'AES256', (o) => (o.rule[0].apply_server_side_encryption_by_default.sse_algorithm = 'AES256'), /not aws:kms/],
  [Control.EN4_BUCKET_KMS, 'aws_s3_bucket_server_side_encryption_configuration', "the account's key", (o) => delete o.rule[0].apply_server_side_encryption_by_default.kms_master_key_id, /no key of yours/],
  [Control.EN4_BUCKET_KMS, 'aws_s3_bucket_server_side_encryption_configuration', "the account's key by alias", (o) => (o.rule[0].apply_server_side_encryption_by_default.kms_master_key_id = 'alias/aws/s3'), /no key of yours/],
  [Control.EN4_BUCKET_KMS, 'aws_s3_bucket_server_side_encryption_configuration', "the account's key by ARN", (o) => (o.rule[0].apply_server_side_encryption_by_default.kms_master_key_id = 'arn:aws:kms:us-east-1:123456789012:alias/aws/s3'), /no key of yours/],
  [Control.EN4_BUCKET_KMS, 'aws_s3_bucket_server_side_encryption_configuration', 'another bucket', (o) => (o.bucket = '${aws_s3_bucket.Other.id}'), /object_lock_enabled: true/],
  [Control.EN4_BUCKET_KMS, 'aws_s3_bucket_server_side_encryption_configuration', 'a decoy beside the archive', decoy, /is set on the archive/],
  [Control.TX4_TLS_BUCKET, 'aws_s3_bucket_policy', 'without the denial', without('DenyInsecureTransport'), /insecure transport/],
  [Control.TX4_TLS_BUCKET, 'aws_s3_bucket_policy', 'denied to one', inPolicy(([first]) => (first.Principal = { AWS: 'arn:aws:iam::123456789012:role/a' })), /insecure transport/],
  [Control.TX4_TLS_BUCKET, 'aws_s3_bucket_policy', 'no policy', (o) => (o.policy = ''), /insecure transport/],
  [Control.TX4_TLS_BUCKET, 'aws_s3_bucket_policy', 'denied to some', inPolicy(([first]) => (first.Condition.StringNotEquals = { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/a' })), /insecure transport/],
  [Control.TX4_TLS_BUCKET, 'aws_s3_bucket_policy', 'denied on the bucket, not its objects', inPolicy(([first]) => (first.Resource = first.Resource[0])), /insecure transport/],
  [Control.TX4_TLS_BUCKET, 'aws_s3_bucket_policy', 'denied on another bucket', inPolicy(([first]) => (first.Resource = ['arn:aws:s3:::other', 'arn:aws:s3:::other/*'])), /insecure transport/],
  [Control.TX4_TLS_BUCKET, 'aws_s3_bucket_policy', 'denied but to somebody', inPolicy(([first]) => { first.NotPrincipal = { AWS: 'arn:aws:iam::123456789012:role/a' }; delete first.Principal; }), /insecure transport/],
  [Control.TX4_TLS_BUCKET, 'aws_s3_bucket_policy', 'old TLS', without('DenyOldTls'), /TLS before 1\.2/],
  [Control.TX4_TLS_BUCKET, 'aws_s3_bucket_policy', 'open to everyone', inPolicy((statements) => void statements.push({ Effect: 'Allow', Principal: { AWS: '*' }, Action: '*', Resource: '*' })), /opens the archive to everyone/],
  [Control.TX4_TLS_BUCKET, 'aws_s3_bucket_policy', 'on another bucket', (o) => (o.bucket = 'elsewhere'), /object_lock_enabled: true/],
  [Control.EN2_KEY_POLICY, 'aws_kms_key', 'no rotation', (o) => (o.enable_key_rotation = false), /does not rotate/],
  [Control.EN2_KEY_POLICY, 'aws_kms_key', 'the key for IAM', inPolicy(([first]) => delete first.Condition), /every IAM administrator/],
  [Control.EN2_KEY_POLICY, 'aws_kms_key', 'no way back', without('AllowRecoveryByRoot'), /locks the account out/],
  [Control.EN2_KEY_POLICY, 'aws_kms_key', 'the key for everyone', inPolicy((statements) => void statements.push({ Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*' })), /to everyone: \*/],
  [Control.EN2_KEY_POLICY, 'aws_kms_key', 'the key for everyone, by a service', inPolicy((statements) => void statements.push({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:Decrypt', Resource: '*', Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } } })), /to everyone/],
  [Control.EN2_KEY_POLICY, 'aws_kms_key', 'the key for the account by its number', inPolicy((statements) => void statements.push({ Effect: 'Allow', Principal: { AWS: ['123456789012'] }, Action: 'kms:Decrypt', Resource: '*' })), /every IAM administrator/],
  [Control.EN2_KEY_POLICY, 'aws_kms_key', 'the key for all but one', inPolicy((statements) => void statements.push({ Effect: 'Allow', NotPrincipal: { AWS: 'arn:aws:iam::123456789012:role/a' }, Action: 'kms:Decrypt', Resource: '*' })), /nobody in particular/],
  [Control.EN2_KEY_POLICY, 'aws_kms_key', 'a way back for any principal', inPolicy(([first]) => (first.Condition.StringEquals['aws:PrincipalType'] = ['Account', 'User'])), /every IAM administrator/],
  [Control.EN2_KEY_POLICY, 'aws_kms_key', 'no policy that can be read', (o) => (o.policy = '${data.aws_iam_policy_document.other.json}'), /locks the account out/],
  [Control.EN5_KEY_LOSS, 'aws_kms_key', 'a week', (o) => (o.deletion_window_in_days = 7), /less than 30 days/],
  [Control.EN5_KEY_LOSS, 'aws_kms_key', 'no denial', without('DenyDeletion'), /does not deny/],
  [Control.EN5_KEY_LOSS, 'aws_kms_key', 'denied to one', inStatement('DenyDeletion', (denial) => (denial.Principal = { AWS: 'arn:aws:iam::123456789012:role/a' })), /does not deny/],
  [Control.EN5_KEY_LOSS, 'aws_kms_key', 'denied where a condition holds', inStatement('DenyDeletion', (denial) => (denial.Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } })), /does not deny/],
  [Control.EN5_KEY_LOSS, 'aws_kms_key', 'disabling is not denied', inStatement('DenyDeletion', (denial) => (denial.Action = ['kms:ScheduleKeyDeletion'])), /does not deny/],
  [Control.AC11_WORKLOAD_ID, 'aws_eks_pod_identity_association', 'any account', (o) => delete o.service_account, /no single service account/],
  [Control.AC11_WORKLOAD_ID, 'aws_eks_pod_identity_association', 'a role from elsewhere', (o) => (o.role_arn = 'arn:aws:iam::123456789012:role/admin'), /not in its stack/],
  [Control.AC11_WORKLOAD_ID, 'aws_eks_pod_identity_association', 'a role that trusts EC2 too', inRole(([first]) => (first.Principal.Service = ['pods.eks.amazonaws.com', 'ec2.amazonaws.com'])), /trusts others/],
  [Control.AC11_WORKLOAD_ID, 'aws_eks_pod_identity_association', 'a role that trusts the account too', inRole((statements) => void statements.push({ Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'sts:AssumeRole' })), /trusts others.*AWS 123456789012/],
  [Control.AC11_WORKLOAD_ID, 'aws_eks_pod_identity_association', 'any namespace', inRole(([first]) => delete first.Condition.StringEquals['aws:RequestTag/kubernetes-namespace']), /outside of the namespace hipaa-logging/],
  [Control.AC11_WORKLOAD_ID, 'aws_eks_pod_identity_association', 'another service account', inRole(([first]) => (first.Condition.StringEquals['aws:RequestTag/kubernetes-service-account'] = 'default')), /other service accounts than fluent-bit/],
  [Control.AC11_WORKLOAD_ID, 'aws_eks_pod_identity_association', 'any cluster', inRole(([first]) => delete first.Condition.ArnEquals), /other clusters/],
  [Control.AC11_WORKLOAD_ID, 'aws_eks_pod_identity_association', 'every action', inRolePolicy(([first]) => (first.Action = 's3:*')), /more than its work: s3:\*/],
  [Control.AC11_WORKLOAD_ID, 'aws_eks_pod_identity_association', 'every resource', inRolePolicy(([first]) => (first.Resource = '*')), /more than its work: \*/],
  [Control.AC11_WORKLOAD_ID, 'aws_eks_pod_identity_association', 'an administrator by attachment', (_o, others) => {
    const role = others.find((object) => object.reference.address?.startsWith('aws_iam_role.LogShipper'))!.reference;
    others.push({ reference: { ...role, address: 'aws_iam_role_policy_attachment.Own' }, path: 'own', claims: [], content: { role: `\${${role.address}.name}`, policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess' } });
  }, /AdministratorAccess/],
  [Control.NW2_ENFORCER, 'aws_eks_addon', 'another add-on', (o) => (o.addon_name = 'coredns'), /coredns enforces no NetworkPolicy/],
  [Control.NW2_ENFORCER, 'aws_eks_addon', 'not configured', (o) => delete o.configuration_values, /enableNetworkPolicy: 'true'/],
  [Control.NW2_ENFORCER, 'aws_eks_addon', 'switched off', (o) => (o.configuration_values = '{"enableNetworkPolicy":"false"}'), /enableNetworkPolicy: 'true'/],
  [Control.NW2_ENFORCER, 'aws_eks_addon', 'a boolean, which AWS refuses', (o) => (o.configuration_values = '{"enableNetworkPolicy":true}'), /enableNetworkPolicy: 'true'/],
  [Control.NW2_ENFORCER, 'aws_eks_addon', 'no JSON', (o) => (o.configuration_values = 'enableNetworkPolicy: "true"'), /enableNetworkPolicy: 'true'/],
];

describe('checks on synthesized objects', () => {
  test.each(CASES)('%s on %s fails: %s', (control, kind, _what, weaken, message) => {
    expect(verdict(control, kind)).toBeUndefined();
    expect(verdict(control, kind, weaken)).toMatch(message);
  });

  test.each<[string, Control, string, Weakening]>([
    ['an Application Load Balancer with HTTPS alone', Control.TX1_INGRESS, 'Ingress', alb({})],
    ['a load balancer whose listener follows from its certificate', Control.TX1_INGRESS, 'Ingress', alb({ 'listen-ports': undefined })],
    ['an Ingress of no claim with TLS', Control.TX1_INGRESS, 'HipaaIngressTls', beside(ownIngress({ rules: [{ host: 'a.example.com' }], tls: [{ hosts: ['*.example.com'], secretName: 'tls' }] }))],
    ['an Ingress outside of the PHI namespaces', Control.TX1_INGRESS, 'HipaaIngressTls', beside(manifest('networking.k8s.io/v1', 'Ingress', 'web', 'own', { spec: { rules: [{ host: 'a' }] } }))],
    ['flows of a named workload', Control.NW1_DENY_ALL, 'NetworkPolicy', addPolicy({ podSelector: { matchLabels: { app: 'portal' } }, ingress: [{}], egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }] }] })],
    ['flows of a workload that is named by values', Control.NW1_DENY_ALL, 'NetworkPolicy', addPolicy({ podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['portal'] }] }, ingress: [{}] })],
    ['a private subnet for every pod', Control.NW1_DENY_ALL, 'NetworkPolicy', addPolicy({ podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] })],
    ['a rule of a direction that its policy does not name', Control.NW1_DENY_ALL, 'NetworkPolicy', addPolicy({ podSelector: {}, policyTypes: ['Ingress'], egress: [{}] })],
    ["a policy of another group, which is none of Kubernetes'", Control.NW1_DENY_ALL, 'NetworkPolicy', (o, others) => others.push(manifest('example.com/v1', 'NetworkPolicy', o.metadata.namespace, 'other', { spec: { podSelector: {}, ingress: [{}] } }))],
    ['TLS anywhere for a named workload', Control.NW3_EGRESS_DNS, 'NetworkPolicy', addPolicy({ podSelector: { matchLabels: { a: 'b' } }, egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443 }] }] })],
    ['workload credentials for a named workload', Control.NW3_EGRESS_DNS, 'NetworkPolicy', addPolicy({ podSelector: { matchLabels: { a: 'b' } }, egress: [{ to: [{ ipBlock: { cidr: '169.254.170.23/32' } }], ports: [{ port: 80 }] }] })],
    ['the bucket by its ARN', Control.TX4_TLS_BUCKET, 'aws_s3_bucket_policy', inPolicy(([first]) => (first.Resource = ['${aws_s3_bucket.Archive_DA4CB258.arn}', '${aws_s3_bucket.Archive_DA4CB258.arn}/*']))],
    ['the bucket by its name', Control.AU5_WORM_6Y, 'aws_s3_bucket_object_lock_configuration', (o) => (o.bucket = 'hipaa-audit-logs-123456789012-us-east-1')],
  ])('holds with %s', (_what, control, kind, change) => {
    expect(verdict(control, kind, change)).toBeUndefined();
  });

  describe('every claim of the reference platforms has a check', () => {
    const claimed = new Map([...eksObjects, ...selfManagedObjects].flatMap((object) => object.claims.filter((claim) => claim.kind === ClaimKind.IMPLEMENTS).map((claim) => [`${claim.control} ${kindOf(object)}`, [claim.control, kindOf(object)] as const])));

    /** What these grant or allow is nothing where nothing is said: AWS' default of a session is an hour. */
    const HARMLESS = ['AC3 Role', 'AC4 Role', 'AC5 Role', 'AC4 ClusterRole', 'AC7 aws_iam_role'];

    test.each([...claimed.values()])('%s on %s holds, and fails on an object that says nothing', (control, kind) => {
      expect(verdict(control, kind)).toBeUndefined();
      const nothing: Weakening = (content) => Object.keys(content).filter((field) => !['apiVersion', 'kind', 'metadata'].includes(field)).forEach((field) => delete content[field]);
      const unlabelled: Weakening = (content, others) => {
        nothing(content, others);
        if (content.metadata) content.metadata = { name: content.metadata.name, namespace: content.metadata.namespace };
      };
      expect(verdict(control, kind, unlabelled)).toEqual(HARMLESS.includes(`${control} ${kind}`) ? undefined : expect.any(String));
    });
  });
});
