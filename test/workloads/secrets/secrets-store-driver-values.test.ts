import { Duration } from 'cdk8s';
import { SecretsStoreDriverValues, type SecretsStoreDriverValuesProps } from '../../../lib/workloads/secrets/secrets-store-driver-values';
import { expectRefusal } from '../../support/refusal';

describe('SecretsStoreDriverValues', () => {
  test('rotates hourly, copies nothing, and asks for the tokens that AWS needs', () => {
    expect(new SecretsStoreDriverValues().values).toEqual({
      enableSecretRotation: true, rotationPollInterval: '3600s', syncSecret: { enabled: false }, tokenRequests: [{ audience: 'sts.amazonaws.com' }, { audience: 'pods.eks.amazonaws.com' }],
    });
  });

  test('takes every prop', () => {
    const props: Required<SecretsStoreDriverValuesProps> = { rotationPollInterval: Duration.minutes(2), tokenAudiences: ['vault'] };
    expect(new SecretsStoreDriverValues(props).values).toMatchObject({ rotationPollInterval: '120s', tokenRequests: [{ audience: 'vault' }] });
  });

  test.each<[string, object, unknown, string, string]>([
    ['a minute', { rotationPollInterval: Duration.minutes(1) }, 60, 'within a day', 'from 120'],
    ['a week', { rotationPollInterval: Duration.days(7) }, 604800, 'within a day', 'to 86400'],
    ['a text', { rotationPollInterval: '2m' }, '2m', 'Duration', 'Duration.minutes'],
    ["tokens of the API server's own audience", { tokenAudiences: [''] }, [''], 'open the cluster', 'vault'],
    ['no audience', { tokenAudiences: [] }, [], 'tokenRequests', 'vault'],
    ['an unknown field', { syncSecret: true }, 'syncSecret', 'values of the chart', 'tokenAudiences'],
  ])('refuses %s', (_what, props, value, rule, remedy) => {
    expectRefusal(() => new SecretsStoreDriverValues(props), { path: 'SecretsStoreDriverValues', value, rule, remedy });
  });
});
