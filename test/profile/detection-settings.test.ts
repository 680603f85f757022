import { checkDetection, type DetectionSettings } from '../../lib/profile/detection-settings';
import { EncryptionMigration } from '../../lib/profile/encryption-settings';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import { eksProps, selfManagedProps } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

const eks = eksProps().platform;
const cluster = { version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM };
const all: Required<DetectionSettings> = { guardDutyDetectorId: '0123456789abcdef'.repeat(2), configurationRecorder: true, falco: { image: `registry.example.com/falco@sha256:${'a'.repeat(64)}` } };

test('takes every setting, or none', () => {
  expect(() => checkDetection('P', all, eks)).not.toThrow();
  expect(() => checkDetection('P', {}, eks)).not.toThrow();
});

test('names the part that refuses', () => {
  expectRefusal(() => checkDetection('P', { falco: {} as never }, eks), { path: 'P.falco', value: undefined, rule: 'control PS3', remedy: '@sha256:' });
});

test.each<[object, unknown, string, string]>([
  [{ guardDutyDetectorId: 'abc' }, 'abc', 'Amazon GuardDuty', 'list-detectors'],
  [{ guardDutyDetectorId: 5 }, 5, 'Amazon GuardDuty', 'list-detectors'],
  [{ configurationRecorder: 'yes' }, 'yes', 'AWS Config', 'true or false'],
  [{ falco: 'yes' }, 'yes', 'control AU9', 'an object of: image'],
  [{ falco: { image: 'falcosecurity/falco:latest' } }, 'falcosecurity/falco:latest', 'control PS3', '@sha256:'],
  [{ macie: true }, 'macie', 'no other field', 'configurationRecorder'],
])('refuses %j', (changes, value, rule, remedy) => {
  expectRefusal(() => checkDetection('P', { ...all, ...changes }, eks), { path: 'P', value, rule, remedy });
});

test.each<[string, DetectionSettings, Platform]>([
  ['where it is known how to reach the API server', all, selfManagedProps().platform],
  ['with a provider, whose API server answers on 443', all, Platform.external({ ...cluster, provider: 'AKS' })],
  ['on a cluster of one\'s own, without Falco', {}, Platform.selfManaged({ ...cluster, encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED } })],
])('takes what watches %s', (_what, settings, platform) => {
  expect(() => checkDetection('P', settings, platform)).not.toThrow();
});

test('alerts of Falco leave a cluster of one\'s own where it is known how to reach the API server', () => {
  const platform = Platform.selfManaged({ ...cluster, encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED } });
  expectRefusal(() => checkDetection('P', all, platform), { path: 'P.falco', value: undefined, rule: 'platform.apiServerCidrs is required', remedy: "Service 'kubernetes'" });
});
