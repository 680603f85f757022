import { Chart, Duration, Testing } from 'cdk8s';
import { ExternalSecret, ExternalSecretDeletion, type ExternalSecretProps } from '../../../lib/workloads/secrets/external-secret';
import { synthChart, type Manifest } from '../../support/chart';
import { claimsBelow } from '../../support/claims';
import { expectRefusal } from '../../support/refusal';

const KEYS = [{ key: 'password', remoteName: 'healthcare-prod/db' }];
const secret = (changes: object = {}): Manifest => synthChart((chart) => new ExternalSecret(chart, 'Secret', { namespace: 'healthcare-prod', name: 'db', store: 'aws', keys: KEYS, ...changes }))[0];

describe('ExternalSecret', () => {
  test('writes a Secret of its own every hour, from a store of the namespace', () => {
    expect(secret()).toMatchInlineSnapshot(`
{
  "apiVersion": "external-secrets.io/v1",
  "kind": "ExternalSecret",
  "metadata": {
    "name": "db",
    "namespace": "healthcare-prod",
  },
  "spec": {
    "data": [
      {
        "remoteRef": {
          "key": "healthcare-prod/db",
        },
        "secretKey": "password",
      },
    ],
    "refreshInterval": "3600s",
    "refreshPolicy": "Periodic",
    "secretStoreRef": {
      "kind": "SecretStore",
      "name": "aws",
    },
    "target": {
      "creationPolicy": "Owner",
      "deletionPolicy": "Retain",
      "name": "db",
    },
  },
}
`);
  });

  test('takes every prop', () => {
    const props: Required<ExternalSecretProps> = {
      namespace: 'patient-data', name: 'tls', store: 'vault', secretName: 'portal-tls', secretType: 'kubernetes.io/tls', refreshInterval: Duration.minutes(5), deletion: ExternalSecretDeletion.DELETE,
      keys: [{ key: 'tls.crt', remoteName: 'tls', property: 'crt', version: 'AWSCURRENT' }, { key: 'tls.key', remoteName: 'tls', property: 'key' }],
    };
    const { spec } = secret(props);

    expect(spec.target).toEqual({ name: 'portal-tls', creationPolicy: 'Owner', deletionPolicy: 'Delete', template: { type: 'kubernetes.io/tls' } });
    expect(spec.data[0]).toEqual({ secretKey: 'tls.crt', remoteRef: { key: 'tls', property: 'crt', version: 'AWSCURRENT' } });
    expect(spec.refreshInterval).toBe('300s');
  });

  test('falls short of secrets by reference: the Secret lies in etcd', () => {
    const chart = new Chart(Testing.app(), 'Test');
    expect(new ExternalSecret(chart, 'Secret', { namespace: 'a', name: 'b', store: 'c', keys: KEYS }).secretName).toBe('b');
    expect(claimsBelow(chart)).toEqual(['Test/Secret/Resource falls-short PS4']);
  });

  test.each<[string, object, unknown, string, string]>([
    ['no namespace', { namespace: '*' }, '*', 'RFC 1123', 'a-z'],
    ['no name', { name: 'A' }, 'A', 'RFC 1123', 'a-z'],
    ['no store', { store: '' }, '', 'RFC 1123', 'a-z'],
    ['no name of the Secret', { secretName: 'A' }, 'A', 'RFC 1123', 'a-z'],
    ['no type', { secretType: '' }, '', 'secretType', 'non-empty'],
    ['no keys', { keys: [] }, undefined, 'required', 'at least one'],
    ['what is no key', { keys: [{ key: 'a/b', remoteName: 'a' }] }, 'a/b', 'Secret.data', 'letters'],
    ['a key twice', { keys: [...KEYS, ...KEYS] }, 'password', 'ExternalSecret', 'once'],
    ['a key of nothing', { keys: [{ key: 'a', remoteName: '' }] }, '', 'remoteName', 'non-empty'],
    ['an empty property', { keys: [{ ...KEYS[0], property: '' }] }, '', 'property', 'non-empty'],
    ['an interval that never comes', { refreshInterval: Duration.seconds(0) }, 0, 'within a day', 'from 60'],
    ['a week', { refreshInterval: Duration.days(7) }, 604800, 'within a day', '86400'],
    ['a text', { refreshInterval: '1h' }, '1h', 'Duration', 'Duration.hours'],
    ['a deletion that merges', { deletion: 'Merge' }, 'Merge', 'deletionPolicy', 'RETAIN'],
    ['all that a store has', { dataFrom: [] }, 'dataFrom', 'ExternalSecret', 'keys'],
    ['an unknown field of a key', { keys: [{ ...KEYS[0], metadataPolicy: 'Fetch' }] }, 'metadataPolicy', 'data', 'remoteName'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => secret(changes), { path: 'Test/Secret', value, rule, remedy });
  });
});
