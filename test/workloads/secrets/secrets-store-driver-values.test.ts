import { Duration } from 'cdk8s';
import { AwsSecretType } from '../../../lib/workloads/secrets/aws-secrets-source';
import { SecretsSource } from '../../../lib/workloads/secrets/secrets-source';
import { SecretsStoreDriverValues, type SecretsStoreDriverValuesProps } from '../../../lib/workloads/secrets/secrets-store-driver-values';
import { expectRefusal } from '../../support/refusal';

const vault = (audience?: string): SecretsSource => SecretsSource.vault({ address: 'https://vault.example.com', role: 'portal', objects: [{ file: 'db', path: 'secret/data/db' }], ...(audience === undefined ? {} : { audience }) });
const aws = (usePodIdentity?: boolean): SecretsSource => SecretsSource.aws({ region: 'us-east-1', objects: [{ name: 'db', type: AwsSecretType.SECRETS_MANAGER }], ...(usePodIdentity === undefined ? {} : { usePodIdentity }) });

describe('SecretsStoreDriverValues', () => {
  test('rotates hourly, copies nothing, and asks for the tokens that AWS needs', () => {
    expect(new SecretsStoreDriverValues().values).toEqual({
      enableSecretRotation: true, rotationPollInterval: '3600s', syncSecret: { enabled: false }, tokenRequests: [{ audience: 'sts.amazonaws.com' }, { audience: 'pods.eks.amazonaws.com' }],
    });
  });

  test('takes every prop', () => {
    const props: Required<SecretsStoreDriverValuesProps> = { rotationPollInterval: Duration.minutes(2), sources: [vault()], tokenAudiences: ['vault', 'own'] };
    expect(new SecretsStoreDriverValues(props).values).toMatchObject({ rotationPollInterval: '120s', tokenRequests: [{ audience: 'vault' }, { audience: 'own' }] });
  });

  test.each<[string, SecretsSource[], string[]]>([
    ['Vault', [vault()], ['vault']],
    ['Vault by another name', [vault('vault-prod')], ['vault-prod']],
    ['AWS by Pod Identity, twice', [aws(), aws(true)], ['pods.eks.amazonaws.com']],
    ['AWS by the IAM role of a service account', [aws(false)], ['sts.amazonaws.com']],
    ['both', [aws(), vault()], ['pods.eks.amazonaws.com', 'vault']],
  ])('asks for the tokens that %s needs, and no other', (_what, sources, audiences) => {
    expect(new SecretsStoreDriverValues({ sources }).values.tokenRequests).toEqual(audiences.map((audience) => ({ audience })));
  });

  test('what a SecretProviderClass asks Vault with is what the driver requests', () => {
    for (const source of [vault(), vault('vault-prod')]) {
      expect(new SecretsStoreDriverValues({ sources: [source] }).values.tokenRequests).toEqual([{ audience: source.parameters.audience }]);
    }
  });

  test.each<[string, object, unknown, string, string]>([
    ['a minute', { rotationPollInterval: Duration.minutes(1) }, 60, 'within a day', 'from 120'],
    ['a week', { rotationPollInterval: Duration.days(7) }, 604800, 'within a day', 'to 86400'],
    ['a text', { rotationPollInterval: '2m' }, '2m', 'Duration', 'Duration.minutes'],
    ["tokens of the API server's own audience", { tokenAudiences: [''] }, [''], 'open the cluster', 'vault'],
    ['no audience', { tokenAudiences: [] }, [], 'tokenRequests', 'vault'],
    ["no audience of Vault's, where Vault is used", { sources: [vault()], tokenAudiences: ['sts.amazonaws.com'] }, 'vault', 'tokenRequests', "add 'vault'"],
    ['no source', { sources: [] }, [], 'tokenRequests', 'leave sources out'],
    ['a source that is none', { sources: [{ audience: 'vault' }] }, [{ audience: 'vault' }], 'tokenRequests', 'SecretsStoreClass'],
    ['an unknown field', { syncSecret: true }, 'syncSecret', 'values of the chart', 'tokenAudiences'],
  ])('refuses %s', (_what, props, value, rule, remedy) => {
    expectRefusal(() => new SecretsStoreDriverValues(props), { path: 'SecretsStoreDriverValues', value, rule, remedy });
  });
});
