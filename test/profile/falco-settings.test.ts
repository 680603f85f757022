import { checkFalco, type FalcoSettings } from '../../lib/profile/falco-settings';
import { expectRefusal } from '../support/refusal';

const image = `registry.example.com/falco@sha256:${'a'.repeat(64)}`;
const all: Required<FalcoSettings> = { image, runtimeSocket: '/run/crio/crio.sock', internalCidrs: ['203.0.113.0/24'], secretFolders: ['/etc/tls'], knownExecs: [{ namespace: 'a', container: 'b', program: '/c' }], seLinuxType: 'spc_t' };

test('takes every setting, or the image alone', () => {
  expect(() => checkFalco('P', all)).not.toThrow();
  expect(() => checkFalco('P', { image })).not.toThrow();
});

test.each<[object, unknown, string, string]>([
  [{ image: 'falcosecurity/falco:0.43.0' }, 'falcosecurity/falco:0.43.0', 'control PS3', '@sha256:'],
  [{ image: undefined }, undefined, 'control PS3', '@sha256:'],
  [{ runtimeSocket: '' }, '', 'runtimeSocket is required', 'non-empty'],
  [{ seLinuxType: 5 }, 5, 'seLinuxType is required', 'non-empty'],
  [{ internalCidrs: '203.0.113.0/24' }, '203.0.113.0/24', 'control AU9', 'give a list'],
  [{ internalCidrs: ['203.0.113.7/24'] }, '203.0.113.7/24', 'RFC 4632', '10.0.1.0/24'],
  [{ knownExecs: [{ namespace: 'a', container: 'b', program: 'c' }] }, 'c', 'control AU9', '/usr/bin/pg_isready'],
  [{ secretFolders: '/etc/tls' }, '/etc/tls', 'control AU9', 'give a list'],
  [{ secretFolders: [' '] }, ' ', 'secretFolders is required', 'non-empty'],
  [{ rules: [] }, 'rules', 'control AU9', 'image, runtimeSocket'],
])('refuses %j', (changes, value, rule, remedy) => {
  expectRefusal(() => checkFalco('P', { ...all, ...changes } as FalcoSettings), { path: 'P', value, rule, remedy });
});
