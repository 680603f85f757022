/** The checks of secrets by reference on a synthesized set, and on the same set weakened. */
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { Chart } from 'cdk8s';
import { S3Backend, TerraformStack } from 'cdktf';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { HipaaTerraformApp } from '../../lib/assembly/terraform-app';
import { Control } from '../../lib/controls/control';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import { kindOf } from '../../lib/validation/content';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { AwsSecretType } from '../../lib/workloads/secrets/aws-secrets-source';
import { ExternalSecret } from '../../lib/workloads/secrets/external-secret';
import { SecretReaderIdentity } from '../../lib/workloads/secrets/secret-reader-identity';
import { SecretsSource } from '../../lib/workloads/secrets/secrets-source';
import { SecretsStoreClass } from '../../lib/workloads/secrets/secrets-store-class';
import { VaultAgentAnnotations } from '../../lib/workloads/secrets/vault-agent-annotations';
import { eksProfile, IMAGE } from '../support/profiles';
import { beside, inPolicy, manifest, type Statement, type Weakening } from './weakening';

const profile = eksProfile();
const app = new HipaaKubernetesApp(profile);
const chart = new Chart(app, 'Secrets');
const aws = new SecretsStoreClass(chart, 'Aws', { namespace: 'healthcare-prod', name: 'portal', source: SecretsSource.aws({ region: 'us-east-1', objects: [{ name: 'db', type: AwsSecretType.SECRETS_MANAGER }] }) });
new SecretsStoreClass(chart, 'Vault', { namespace: 'patient-data', name: 'records', source: SecretsSource.vault({ address: 'https://vault.example.com', role: 'records', objects: [{ file: 'db', path: 'secret/data/db' }] }) });
const kubernetes = app.synthesize();

const terraform = new HipaaTerraformApp(profile);
const stack = new TerraformStack(terraform, 'Stack');
new AwsProvider(stack, 'Aws', { region: 'us-east-1' });
new S3Backend(stack, { bucket: 'terraform-state', key: 'stack', region: 'us-east-1' });
new SecretReaderIdentity(stack, 'Portal', {
  clusterName: 'healthcare-cluster', account: '123456789012', region: 'us-east-1', roleName: 'portal', namespace: 'healthcare-prod', serviceAccount: 'portal', secretNames: ['db'], parameterNames: ['/db'],
});
const identity = terraform.synthesize();

const verdict = (control: Control, emitted: readonly SynthesizedObject[], is: (object: SynthesizedObject) => boolean) => (weaken: Weakening): string | undefined => {
  const copies = structuredClone([...emitted]);
  const object = copies.find(is)!;
  weaken(object.content, copies);
  return checkFor(control, object)?.check(object, new CheckContext(profile, copies));
};
const ofAws = verdict(Control.PS4_SECRETS, kubernetes.objects, ({ reference }) => reference.name === 'portal');
const ofVault = verdict(Control.PS4_SECRETS, kubernetes.objects, ({ reference }) => reference.name === 'records');

const pod = (spec: object, namespace = 'healthcare-prod', annotations?: Record<string, string>) => beside(manifest('v1', 'Pod', namespace, 'own', { metadata: { ...(annotations === undefined ? {} : { annotations }) }, spec: { containers: [{ name: 'a' }], ...spec } }));
const container = (fields: object) => ({ containers: [{ name: 'main' }, { name: 'side', ...fields }] });
const SECRET_VARIABLE = { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } };
const vaultAnnotations = new VaultAgentAnnotations({ address: 'https://vault.example.com', role: 'a', image: IMAGE, secrets: [{ file: 'a', path: 'a' }] }).annotations();
const agent = (changes: Record<string, string>) => pod({}, 'healthcare-prod', { ...vaultAnnotations, ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [`vault.hashicorp.com/${name}`, value])) });
const secret = (namespace: string, fields: object) => beside(manifest('v1', 'Secret', namespace, 'own', fields));
const csi = (fields: object) => ({ volumes: [{ ...aws.volume(), csi: { ...aws.volume().csi, ...fields } }] });

test('secrets by reference stand as they are synthesized', () => {
  expect([...kubernetes.findings, ...identity.findings]).toEqual([]);
  expect([ofAws(() => undefined), ofVault(() => undefined)]).toEqual([undefined, undefined]);
});

test.each<[string, Weakening, RegExp]>([
  ['copies', (o) => (o.spec.secretObjects = [{ secretName: 'a', type: 'Opaque', data: [] }]), /copies secrets/],
  ['nothing', (o) => delete o.spec.parameters.objects, /names no secret/],
  ['another provider', (o) => (o.spec.provider = 'azure'), /provider azure/],
  ['an ExternalSecret of no claim', beside(manifest('external-secrets.io/v1', 'ExternalSecret', 'healthcare-prod', 'own', { spec: {} })), /own writes a Kubernetes Secret/],
  ['an ExternalSecret for the cluster', beside(manifest('external-secrets.io/v1', 'ClusterExternalSecret', undefined, 'own', { spec: {} })), /own writes a Kubernetes Secret/],
  ['a class of no claim that copies', beside(manifest('secrets-store.csi.x-k8s.io/v1', 'SecretProviderClass', 'healthcare-prod', 'own', { spec: { provider: 'aws', secretObjects: [{}] } })), /own: secretObjects/],
  ['a secret in a variable', pod(container({ env: [{ name: 'A', value: 'b' }, SECRET_VARIABLE] })), /container side a secret in the environment variable PASSWORD/],
  ['a secret in a variable of an init container', pod({ initContainers: [{ name: 'init', env: [SECRET_VARIABLE] }] }), /container init/],
  ['a Secret as variables', pod(container({ envFrom: [{ secretRef: { name: 'db' } }] })), /as environment variables/],
  ['a CronJob with a secret in a variable', beside(manifest('batch/v1', 'CronJob', 'healthcare-prod', 'own', { spec: { jobTemplate: { spec: { template: { spec: container({ env: [SECRET_VARIABLE] }) } } } } })), /CronJob healthcare-prod\/own/],
  ['a credential for the store', pod(csi({ nodePublishSecretRef: { name: 'key' } })), /nodePublishSecretRef/],
  ["Vault's token", agent({ 'agent-inject-token': 'true' }), /token of Vault/],
  ["no check of Vault's certificate", agent({ 'tls-skip-verify': 'True' }), /certificate/],
  ['Vault over http', agent({ service: 'http://vault.example.com' }), /without TLS/],
])('secrets by reference do not stand with: %s', (_what, weaken, finding) => {
  expect(ofAws(weaken)).toMatch(finding);
});

test.each<[string, Weakening, RegExp]>([
  ['http', (o) => (o.spec.parameters.vaultAddress = 'http://vault.example.com'), /over https/],
  ['no address', (o) => delete o.spec.parameters.vaultAddress, /over https/],
  ['no check of the certificate', (o) => (o.spec.parameters.vaultSkipTLSVerify = 'T'), /vaultSkipTLSVerify/],
  ['no audience', (o) => delete o.spec.parameters.audience, /no audience: Vault gets a token that opens the API server too/],
  ['an empty audience', (o) => (o.spec.parameters.audience = ''), /no audience/],
])('secrets of Vault do not stand with: %s', (_what, weaken, finding) => {
  expect(ofVault(weaken)).toMatch(finding);
});

test.each<[string, Weakening]>([
  ['a Secret of another namespace', secret('agents', { data: { a: 'YQ==' } })],
  ['a Secret that something else fills', secret('healthcare-prod', { metadata: { annotations: { a: 'b' } }, type: 'kubernetes.io/service-account-token' })],
  ['a pod of another namespace', pod(container({ env: [SECRET_VARIABLE] }), 'agents')],
  ['a variable from a ConfigMap', pod(container({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'a', key: 'b' } } }], envFrom: [{ configMapRef: { name: 'a' } }] }))],
  ['its own volume', pod(csi({}))],
  ["Vault's agent as it is written here", agent({})],
  ['annotations of an agent that is not asked for', agent({ 'agent-inject': 'false', 'tls-skip-verify': 'true' })],
  ['vaultSkipTLSVerify, which AWS does not read', (o) => (o.spec.parameters.vaultSkipTLSVerify = 'true')],
])('secrets by reference stand with: %s', (_what, weaken) => {
  expect(ofAws(weaken)).toBeUndefined();
});

test('what falls short by itself is not told of another object', () => {
  const with_ = new HipaaKubernetesApp(profile);
  new ExternalSecret(new Chart(with_, 'Secrets'), 'External', { namespace: 'healthcare-prod', name: 'db', store: 'aws', keys: [{ key: 'a', remoteName: 'b' }] });
  expect(ofAws((_content, others) => void others.push(...with_.synthesize().objects))).toBeUndefined();
});

describe('the identity of a reader', () => {
  const judge = verdict(Control.AC11_WORKLOAD_ID, identity.objects, (object) => kindOf(object) === 'aws_eks_pod_identity_association');
  const inRolePolicy = (change: (statements: Statement[]) => void): Weakening => (_content, others) => inPolicy(change)(others.find((object) => kindOf(object) === 'aws_iam_role_policy')!.content, []);

  test('stands with the six characters that AWS adds', () => {
    expect(judge(() => undefined)).toBeUndefined();
  });

  test.each<[string, Weakening, RegExp]>([
    ['every secret', inRolePolicy(([statement]) => (statement.Resource = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:*')), /more than its work: .*secret:\*/],
    ['a name with a wildcard', inRolePolicy(([statement]) => (statement.Resource = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:db*')), /more than its work/],
    ['question marks inside', inRolePolicy(([statement]) => (statement.Resource = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:??-??????')), /more than its work/],
    ['every parameter', inRolePolicy(([, statement]) => (statement.Resource = 'arn:aws:ssm:us-east-1:123456789012:parameter/*')), /more than its work/],
    ['every action', inRolePolicy(([statement]) => (statement.Action = 'secretsmanager:*')), /more than its work: secretsmanager:\*/],
  ])('does not stand with: %s', (_what, weaken, finding) => {
    expect(judge(weaken)).toMatch(finding);
  });
});
