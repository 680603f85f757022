import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { readConfig, type GateConfig } from '../../lib/gate/config-file';
import { expectRefusal } from '../support/refusal';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'config-'));
beforeAll(() => fs.mkdirSync(path.join(folder, 'team')));
afterEach(() => {
  for (const file of ['cdk8s-hipaa.yaml', 'hipaa-exceptions.yaml', 'team/hipaa-exceptions.yaml']) fs.rmSync(path.join(folder, file), { force: true });
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

function write(file: string, text: string): void {
  fs.writeFileSync(path.join(folder, file), text);
}

function read(text: string): GateConfig {
  write('team/c.yaml', text);
  return readConfig('team/c.yaml', folder);
}

const SETTINGS = {
  phiNamespaces: ['healthcare-prod', '*'],
  defaultNamespace: 'healthcare-prod',
  approvedRegistries: ['registry.example.com/clinic'],
  storageClasses: ['encrypted-gp3'],
  apiClients: ['cert-manager/cert-manager'],
  allowedEnvNames: ['TLS_SECRET'],
  approvedBindings: [{ namespace: 'healthcare-prod', name: 'developers', roleKind: 'Role', roleName: 'developer', subjects: [{ kind: 'ServiceAccount', name: 'ci', namespace: 'ci' }] }],
  archiveBuckets: ['aws_s3_bucket.archive'],
  rules: ['ingress-tls'],
};

test('every setting, and files from the folder of the file', () => {
  expect(read(JSON.stringify({ ...SETTINGS, exceptions: '../e.yaml', ignore: ['vendor', '../third-party/'] }))).toEqual({
    file: 'team/c.yaml', settings: SETTINGS, exceptions: 'e.yaml', ignore: [path.join(folder, 'team', 'vendor'), path.join(folder, 'third-party')],
  });
});

test('without a name, the file of the working directory, if it is there', () => {
  expect(readConfig(undefined, folder)).toEqual({ settings: {}, ignore: [] });
  write('cdk8s-hipaa.yaml', 'phiNamespaces: [a]\n');
  expect(readConfig(undefined, folder)).toEqual({ file: 'cdk8s-hipaa.yaml', settings: { phiNamespaces: ['a'] }, ignore: [] });
});

test('exceptions that lie beside it are taken, unless others are named', () => {
  write('hipaa-exceptions.yaml', '[]');
  expect(readConfig(undefined, folder).exceptions).toBe('hipaa-exceptions.yaml');
  expect(read('').exceptions).toBeUndefined();
  write('team/hipaa-exceptions.yaml', '[]');
  expect(read('# nothing').exceptions).toBe('team/hipaa-exceptions.yaml');
  expect(read('phiNamespaces: [a]').exceptions).toBe('team/hipaa-exceptions.yaml');
  expect(read('exceptions: other.yaml').exceptions).toBe('team/other.yaml');
});

test.each<[string, string, { path: string; value: unknown; rule: string; remedy: string }]>([
  ['a list', '- a\n', { path: 'team/c.yaml:1', value: ['a'], rule: 'would be lost', remedy: 'phiNamespaces' }],
  ['an unknown field', 'rules: [a]\nphiNamespace: [a]\n', { path: 'team/c.yaml:2', value: 'phiNamespace', rule: 'would be lost', remedy: 'phiNamespaces, approvedRegistries' }],
  ['the day, which would never come', 'asOf: 2026-01-01\n', { path: 'team/c.yaml:1', value: 'asOf', rule: 'would be lost', remedy: 'use one of' }],
  ['a text for a list', '\nphiNamespaces: a,b\n', { path: 'team/c.yaml:2', value: 'a,b', rule: 'would be lost', remedy: 'a list of names' }],
  ['nothing for a list', 'phiNamespaces:\n', { path: 'team/c.yaml:1', value: null, rule: 'would be lost', remedy: 'a list of names' }],
  ['a number in a list', 'phiNamespaces: [a, 1]\n', { path: 'team/c.yaml:1', value: 1, rule: 'would be lost', remedy: 'a list of names' }],
  ['no namespace', 'phiNamespaces: [Clinic]\n', { path: 'team/c.yaml:1', value: 'Clinic', rule: 'RFC 1123', remedy: 'use at most 63' }],
  ['a pattern of namespaces', "phiNamespaces: ['phi-*']\n", { path: 'team/c.yaml:1', value: 'phi-*', rule: 'RFC 1123', remedy: 'use at most 63' }],
  ['no default namespace', 'defaultNamespace: [a]\n', { path: 'team/c.yaml:1', value: ['a'], rule: 'RFC 1123', remedy: 'use at most 63' }],
  ['no registry', 'approvedRegistries: [nginx]\n', { path: 'team/c.yaml:1', value: 'nginx', rule: '', remedy: 'use a host' }],
  ['no StorageClass', 'storageClasses: [Gp3]\n', { path: 'team/c.yaml:1', value: 'Gp3', rule: 'RFC 1123', remedy: 'use at most 253' }],
  ['an account without a namespace', 'apiClients: [default]\n', { path: 'team/c.yaml:1', value: 'default', rule: 'belongs to a namespace', remedy: 'cert-manager/cert-manager' }],
  ['no name of a variable', "allowedEnvNames: ['']\n", { path: 'team/c.yaml:1', value: '', rule: 'required', remedy: 'non-empty' }],
  ['no address', "archiveBuckets: ['']\n", { path: 'team/c.yaml:1', value: '', rule: 'required', remedy: 'non-empty' }],
  ['no rule at all', 'rules: []\n', { path: 'team/c.yaml:1', value: [], rule: 'nothing is judged', remedy: 'leave rules out' }],
  ['a mapping of bindings', 'approvedBindings: {}\n', { path: 'team/c.yaml:1', value: {}, rule: 'AC3', remedy: 'list of bindings' }],
  ['an unknown field of a binding', 'approvedBindings: [{ role: a }]\n', { path: 'team/c.yaml:1', value: 'role', rule: 'AC3', remedy: 'roleKind' }],
  ['a file of exceptions that is none', 'exceptions: []\n', { path: 'team/c.yaml:1', value: [], rule: 'required', remedy: 'non-empty exceptions' }],
  ['one thing to ignore', 'ignore: vendor\n', { path: 'team/c.yaml:1', value: 'vendor', rule: 'would be lost', remedy: 'list of files' }],
  ['a pattern to ignore', 'ignore:\n- a\n- vendor/**\n', { path: 'team/c.yaml:3', value: 'vendor/**', rule: 'as they are', remedy: 'the folder itself' }],
  ['nothing to ignore', "ignore: ['']\n", { path: 'team/c.yaml:1', value: '', rule: 'required', remedy: 'non-empty' }],
])('%s is refused, with file and line', (_what, text, refusal) => expectRefusal(() => read(text), refusal));

const BINDING = SETTINGS.approvedBindings[0];

test.each<[string, object, unknown]>([
  ['namespace', { ...BINDING, namespace: 'A' }, 'A'],
  ['name', { ...BINDING, name: 7 }, 7],
  ['roleKind', { ...BINDING, roleKind: 'Group' }, 'Group'],
  ['roleName', { ...BINDING, roleName: '' }, ''],
  ['subjects', { ...BINDING, subjects: {} }, {}],
  ['subjects[0].kind', { ...BINDING, subjects: [{ kind: 'Team', name: 'a' }] }, 'Team'],
  ['subjects[0].name', { ...BINDING, subjects: [{ kind: 'User', name: '' }] }, ''],
  ['subjects[0].namespace', { ...BINDING, subjects: [{ kind: 'User', name: 'a', namespace: '' }] }, ''],
  ['unknown field', { ...BINDING, subjects: [{ kind: 'User', name: 'a', apiGroup: '' }] }, 'apiGroup'],
])('a binding with a wrong %s is refused', (what, binding, value) => {
  const config = (): GateConfig => read(JSON.stringify({ approvedBindings: [binding] }));
  expect(config).toThrow(what);
  expectRefusal(config, { path: 'team/c.yaml:1', value, rule: '', remedy: '' });
});

test('a file that is named and not there is refused', () => {
  expectRefusal(() => readConfig('missing.yaml', folder), { path: 'missing.yaml', value: 'ENOENT', rule: 'read whole', remedy: 'name a file' });
});
