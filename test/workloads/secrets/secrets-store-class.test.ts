import { Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { KubePod } from 'cdk8s-plus-28/lib/imports/k8s';
import { parse } from 'yaml';
import { AwsSecretType, type AwsSecretObject, type AwsSecretsSourceProps } from '../../../lib/workloads/secrets/aws-secrets-source';
import { SecretsSource } from '../../../lib/workloads/secrets/secrets-source';
import { SecretsStoreClass, type SecretsStoreClassProps, type SecretSync } from '../../../lib/workloads/secrets/secrets-store-class';
import type { VaultSecretObject, VaultSecretsSourceProps } from '../../../lib/workloads/secrets/vault-secrets-source';
import { schemaFindings } from '../../support/api-schema';
import { synthChart, type Manifest } from '../../support/chart';
import { claimsBelow } from '../../support/claims';
import { expectRefusal } from '../../support/refusal';

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:healthcare-prod/db-AbCdEf';
const DB: AwsSecretObject = { name: 'healthcare-prod/db', type: AwsSecretType.SECRETS_MANAGER };
const awsProps: AwsSecretsSourceProps = { region: 'us-east-1', objects: [DB] };
const vaultProps: VaultSecretsSourceProps = { address: 'https://vault.example.com:8200', role: 'portal', objects: [{ file: 'db', path: 'secret/data/portal/db', key: 'password' }] };
const aws = (changes: object = {}) => SecretsSource.aws({ ...awsProps, ...changes });
const vault = (changes: object = {}) => SecretsSource.vault({ ...vaultProps, ...changes });
const SYNC: SecretSync = { acknowledgedBy: 'ciso@company.com', secrets: [{ secretName: 'db', type: 'Opaque', keys: [{ file: 'healthcare-prod_db', key: 'password' }] }] };
const synth = (changes: object = {}): Manifest => synthChart((chart) => new SecretsStoreClass(chart, 'Secrets', { namespace: 'healthcare-prod', name: 'portal', source: aws(), ...changes }))[0];
const claims = (changes: object = {}): string[] => {
  const chart = new Chart(Testing.app(), 'Test');
  new SecretsStoreClass(chart, 'Secrets', { namespace: 'healthcare-prod', name: 'portal', source: aws(), ...changes });
  return claimsBelow(chart);
};

describe('SecretsStoreClass', () => {
  test('mounts secrets of AWS with the identity of the pod, and copies none', () => {
    expect(synth()).toMatchInlineSnapshot(`
{
  "apiVersion": "secrets-store.csi.x-k8s.io/v1",
  "kind": "SecretProviderClass",
  "metadata": {
    "name": "portal",
    "namespace": "healthcare-prod",
  },
  "spec": {
    "parameters": {
      "objects": "- objectName: healthcare-prod/db
  objectType: secretsmanager
",
      "region": "us-east-1",
      "usePodIdentity": "true",
    },
    "provider": "aws",
  },
}
`);
  });

  test('takes every prop of AWS, in the words of its provider', () => {
    const objects: Required<AwsSecretObject>[] = [
      { name: ARN, type: AwsSecretType.SECRETS_MANAGER, file: 'db', versionLabel: 'AWSCURRENT', fields: [{ path: '"db-password"', file: 'db-password' }], failoverName: ARN.replace('us-east-1', 'us-west-2') },
      { name: '/healthcare-prod/key', type: AwsSecretType.PARAMETER_STORE, file: 'key', versionLabel: 'live', fields: [], failoverName: '/healthcare-prod/key-west' },
    ];
    const props: Required<AwsSecretsSourceProps> = { region: 'us-east-1', failoverRegion: 'us-west-2', usePodIdentity: false, objects };
    const { provider, parameters } = synth({ source: SecretsSource.aws(props) }).spec;

    expect(provider).toBe('aws');
    expect(parameters).toMatchObject({ region: 'us-east-1', failoverRegion: 'us-west-2', usePodIdentity: 'false' });
    expect(parse(parameters.objects as string)).toEqual([
      {
        objectName: ARN, objectType: 'secretsmanager', objectAlias: 'db', objectVersionLabel: 'AWSCURRENT',
        jmesPath: [{ path: '"db-password"', objectAlias: 'db-password' }], failoverObject: { objectName: ARN.replace('us-east-1', 'us-west-2') },
      },
      { objectName: '/healthcare-prod/key', objectType: 'ssmparameter', objectAlias: 'key', objectVersionLabel: 'live', jmesPath: [], failoverObject: { objectName: '/healthcare-prod/key-west' } },
    ]);
    expect(SecretsSource.aws(props).files).toEqual(['db', 'db-password', 'key']);
  });

  test('takes every prop of Vault, in the words of its provider', () => {
    const objects: Required<VaultSecretObject>[] = [{ file: 'db', path: 'secret/data/portal/db', key: 'password' }];
    const props: Required<VaultSecretsSourceProps> = {
      address: 'https://vault.example.com:8200', role: 'portal', objects, authMountPath: 'jwt/prod', vaultNamespace: 'phi', caCertPath: '/vault/tls/ca.crt', tlsServerName: 'vault.internal', audience: 'vault-prod',
    };
    const { provider, parameters } = synth({ source: SecretsSource.vault(props) }).spec;

    expect(provider).toBe('vault');
    expect(parse(parameters.objects as string)).toEqual([{ objectName: 'db', secretPath: 'secret/data/portal/db', secretKey: 'password' }]);
    expect({ ...parameters, objects: undefined }).toEqual({
      vaultAddress: 'https://vault.example.com:8200', roleName: 'portal', vaultAuthMountPath: 'jwt/prod', vaultNamespace: 'phi', vaultCACertPath: '/vault/tls/ca.crt', vaultTLSServerName: 'vault.internal', audience: 'vault-prod',
    });
    // Left out, the pod's token would be one for the API server, in Vault's hands.
    expect(synth({ source: vault() }).spec.parameters).toEqual({ vaultAddress: 'https://vault.example.com:8200', roleName: 'portal', audience: 'vault', objects: expect.any(String) });
  });

  test('is a read-only volume without a credential, in plain specifications and in those of cdk8s-plus', () => {
    const [, plain, plus] = synthChart((chart) => {
      const secrets = new SecretsStoreClass(chart, 'Secrets', { namespace: 'healthcare-prod', name: 'portal', source: aws() });
      new KubePod(chart, 'Plain', { metadata: { name: 'plain' }, spec: { volumes: [secrets.volume()], containers: [{ name: 'portal', image: 'a', volumeMounts: [secrets.mount('/var/run/secrets/portal')] }] } });
      const pod = new kplus.Pod(chart, 'Plus', { metadata: { name: 'plus' } });
      pod.addContainer({ image: 'a' }).mount('/var/run/secrets/portal', secrets.plusVolume(chart, 'Volume'), { readOnly: true });
    });
    const volume = { name: 'portal', csi: { driver: 'secrets-store.csi.k8s.io', readOnly: true, volumeAttributes: { secretProviderClass: 'portal' } } };
    const mount = { name: 'portal', mountPath: '/var/run/secrets/portal', readOnly: true };

    expect([plain.spec.volumes, plus.spec.volumes]).toEqual([[volume], [volume]]);
    expect([plain.spec.containers[0].volumeMounts, plus.spec.containers[0].volumeMounts]).toEqual([[mount], [mount]]);
    expect([plain, plus].flatMap((pod) => schemaFindings(pod))).toEqual([]);
  });

  test('claims secrets by reference, and falls short of them where it copies them', () => {
    const required: Required<SecretsStoreClassProps> = { namespace: 'healthcare-prod', name: 'portal', source: aws(), sync: SYNC };

    expect(claims()).toEqual(['Test/Secrets/Resource implements PS4']);
    expect(claims({ source: vault() })).toEqual(['Test/Secrets/Resource implements PS4']);
    expect(claims(required)).toEqual(['Test/Secrets/Resource falls-short PS4']);
    expect(synth(required).spec.secretObjects).toEqual([{ secretName: 'db', type: 'Opaque', data: [{ objectName: 'healthcare-prod_db', key: 'password' }] }]);
    expect(synth({ sync: { ...SYNC, secrets: [{ secretName: 'db', keys: SYNC.secrets[0].keys }] } }).spec.secretObjects[0].type).toBe('Opaque');
  });

  const sync = (changes: object) => ({ sync: { ...SYNC, secrets: [{ ...SYNC.secrets[0], ...changes }] } });
  test.each<[string, object, unknown, string, string]>([
    ['no namespace', { namespace: '*' }, '*', 'RFC 1123', 'a-z'],
    ['a name that no volume takes', { name: 'a.b' }, 'a.b', 'RFC 1123 label', 'a-z'],
    ['no source', { source: { provider: 'aws' } }, { provider: 'aws' }, 'PS4', 'SecretsSource.aws'],
    ['copies that nobody answers for', { sync: { ...SYNC, acknowledgedBy: '' } }, '', 'acknowledgedBy', 'non-empty'],
    ['copies of nothing', { sync: { ...SYNC, secrets: [] } }, [], 'PS4', 'leave sync out'],
    ['a copy without a name', sync({ secretName: 'A' }), 'A', 'RFC 1123', 'a-z'],
    ['a copy without keys', sync({ keys: [] }), [], 'PS4', 'files'],
    ['a copy of a file that is not there', sync({ keys: [{ file: 'healthcare-prod/db', key: 'a' }] }), 'healthcare-prod/db', 'name of a file', 'healthcare-prod_db'],
    ['a copy under no key', sync({ keys: [{ file: 'healthcare-prod_db', key: '' }] }), '', 'key', 'non-empty'],
    ['an unknown field of copies', sync({ labels: {} }), 'labels', 'PS4', 'secretName'],
    ['an unknown field', { nodePublishSecretRef: 'a' }, 'nodePublishSecretRef', 'SecretProviderClass', 'source'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synth(changes), { path: 'Test/Secrets', value, rule, remedy });
  });

  test.each(['relative', '/a/../b', '/', '/a/$(HOME)'])('refuses the folder %s', (mountPath) => {
    expectRefusal(() => synthChart((chart) => new SecretsStoreClass(chart, 'Secrets', { namespace: 'a', name: 'b', source: aws() }).mount(mountPath)), { path: 'Test/Secrets', value: mountPath, rule: 'mountPath', remedy: '/var/run' });
  });

  const object = (changes: object) => () => aws({ objects: [{ ...DB, ...changes }] });
  test.each<[string, () => unknown, unknown, string, string]>([
    ['no region', () => aws({ region: 'x' }), 'x', 'regions', 'us-east-1'],
    ['a region of Terraform', () => aws({ region: '${var.region}' }), '${var.region}', 'at synth', 'itself'],
    ['no second region', () => aws({ failoverRegion: 'us-east-1' }), 'us-east-1', 'AWS', 'another region'],
    ['no objects', () => aws({ objects: [] }), undefined, 'required', 'at least one'],
    ['an unknown type', object({ type: 'ssm' }), 'ssm', 'AWS', 'PARAMETER_STORE'],
    ['every secret', object({ name: '*' }), '*', 'AWS', 'full ARN'],
    ['a secret of Terraform', object({ name: '${aws_secretsmanager_secret.S.arn}' }), '${aws_secretsmanager_secret.S.arn}', 'AWS', 'plain text'],
    ['an ARN of another service', object({ name: 'arn:aws:ssm:us-east-1:123456789012:parameter/a' }), 'arn:aws:ssm:us-east-1:123456789012:parameter/a', 'without wildcards', 'full ARN'],
    ['an ARN of another region', object({ name: ARN.replace('us-east-1', 'us-west-2'), file: 'a' }), ARN.replace('us-east-1', 'us-west-2'), 'region', 'us-east-1'],
    ['a parameter with a wildcard', object({ name: '/a/*', type: AwsSecretType.PARAMETER_STORE }), '/a/*', 'AWS', '/db'],
    ['a file outside of the volume', object({ file: '../db' }), '../db', 'the volume', 'db-password'],
    ['a folder', object({ file: 'a/b' }), 'a/b', 'the volume', 'db-password'],
    ['two secrets in one file', () => aws({ objects: [DB, { ...DB, name: 'other', file: 'healthcare-prod_db' }] }), 'healthcare-prod_db', 'replace', 'of its own'],
    ['a field in the file of its document', object({ fields: [{ path: 'a', file: 'healthcare-prod_db' }] }), 'healthcare-prod_db', 'replace', 'of its own'],
    ['a field without a path', object({ fields: [{ path: '', file: 'a' }] }), '', 'path', 'non-empty'],
    ['an empty label', object({ versionLabel: '' }), '', 'versionLabel', 'non-empty'],
    ['a failover name without a region', object({ failoverName: 'a', file: 'a' }), 'a', 'AWS', 'failoverRegion'],
    ['a failover name without a file', () => aws({ failoverRegion: 'us-west-2', objects: [{ ...DB, failoverName: 'a' }] }), 'a', 'AWS', 'name the file'],
    ['an unknown field of an object', object({ objectVersion: '1' }), 'objectVersion', 'AWS', 'versionLabel'],
    ['an unknown field', () => aws({ pathTranslation: 'False' }), 'pathTranslation', 'AWS', 'region'],
    ['Vault over http', () => vault({ address: 'http://vault.example.com:8200' }), 'http://vault.example.com:8200', '312(e)(1)', 'https'],
    ['Vault with a password', () => vault({ address: 'https://a:b@vault.example.com' }), 'https://a:b@vault.example.com', '312(e)(1)', 'without query or credentials'],
    ['no role in Vault', () => vault({ role: '' }), '', 'role', 'non-empty'],
    ['no secrets of Vault', () => vault({ objects: [] }), undefined, 'required', 'at least one'],
    ['a path with a wildcard', () => vault({ objects: [{ file: 'a', path: 'secret/*' }] }), 'secret/*', 'Vault', 'secret/data'],
    ['a path that leads elsewhere', () => vault({ objects: [{ file: 'a', path: 'secret/../sys/raw' }] }), 'secret/../sys/raw', 'Vault', 'secret/data'],
    ['an empty key', () => vault({ objects: [{ file: 'a', path: 'b', key: '' }] }), '', 'key', 'non-empty'],
    ['no auth method', () => vault({ authMountPath: '/' }), '/', 'Vault', 'secret/data'],
    ["the API server's own audience", () => vault({ audience: 'https://kubernetes.default.svc' }), 'https://kubernetes.default.svc', 'AC12', "such as 'vault'"],
    ["the API server's audience by another name", () => vault({ audience: 'kubernetes.default.svc.cluster.local' }), 'kubernetes.default.svc.cluster.local', 'AC12', "such as 'vault'"],
    ['an empty audience', () => vault({ audience: '' }), '', 'audience', 'non-empty'],
    ['no check of the certificate', () => vault({ vaultSkipTLSVerify: 'true' }), 'vaultSkipTLSVerify', 'cannot be switched off', 'caCertPath'],
  ])('as a source, refuses %s', (_what, action, value, rule, remedy) => {
    expectRefusal(action, { path: 'SecretsSource', value, rule, remedy });
  });
});
