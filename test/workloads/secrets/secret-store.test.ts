import { AwsSecretType } from '../../../lib/workloads/secrets/aws-secrets-source';
import { SecretStore, type SecretStoreProps } from '../../../lib/workloads/secrets/secret-store';
import { synthChart, type Manifest } from '../../support/chart';
import { expectRefusal } from '../../support/refusal';

const ROLE = 'arn:aws:iam::123456789012:role/portal-secrets';
const store = (changes: object = {}): Manifest => synthChart((chart) => new SecretStore(chart, 'Store', { namespace: 'healthcare-prod', name: 'aws', region: 'us-east-1', serviceAccount: 'portal', ...changes }))[0];

describe('SecretStore', () => {
  test('reads as a service account of the namespace, or with a role that the operator assumes', () => {
    const props: Required<Omit<SecretStoreProps, 'serviceAccount'>> = { namespace: 'patient-data', name: 'parameters', service: AwsSecretType.PARAMETER_STORE, region: 'us-west-2', roleArn: ROLE };

    expect(store().spec).toEqual({ provider: { aws: { service: 'SecretsManager', region: 'us-east-1', auth: { jwt: { serviceAccountRef: { name: 'portal' } } } } } });
    expect(store({ serviceAccount: undefined, ...props }).spec).toEqual({ provider: { aws: { service: 'ParameterStore', region: 'us-west-2', role: ROLE } } });
    expect(store().apiVersion).toBe('external-secrets.io/v1');
  });

  const role = (roleArn: string) => ({ serviceAccount: undefined, roleArn });
  test.each<[string, object, unknown, string, string]>([
    ['no namespace', { namespace: '*' }, '*', 'RFC 1123', 'a-z'],
    ['no name', { name: 'A' }, 'A', 'RFC 1123', 'a-z'],
    ['no region', { region: 'x' }, 'x', 'regions', 'us-east-1'],
    ['a region of Terraform', { region: '${var.r}' }, '${var.r}', 'at synth', 'itself'],
    ["the operator's own identity", { serviceAccount: undefined }, { serviceAccount: undefined, roleArn: undefined }, 'AC11', 'serviceAccount'],
    ['two identities', { roleArn: ROLE }, { serviceAccount: 'portal', roleArn: ROLE }, 'AC11', 'serviceAccount'],
    ['a service account of another namespace', { serviceAccount: 'other/portal' }, 'other/portal', 'RFC 1123', 'a-z'],
    ['a user', role('arn:aws:iam::123456789012:user/a'), 'arn:aws:iam::123456789012:user/a', 'AssumeRole', 'role/'],
    ['a role of another partition', role('arn:aws-cn:iam::123456789012:role/a'), 'arn:aws-cn:iam::123456789012:role/a', 'partition', 'arn:aws:'],
    ['a role of Terraform', role('${aws_iam_role.R.arn}'), '${aws_iam_role.R.arn}', 'at synth', 'itself'],
    ['an unknown service', { service: 'CertificateManager' }, 'CertificateManager', 'SecretStore', 'PARAMETER_STORE'],
    ['an access key', { secretRef: {} }, 'secretRef', 'SecretStore', 'serviceAccount'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => store(changes), { path: 'Test/Store', value, rule, remedy });
  });
});
