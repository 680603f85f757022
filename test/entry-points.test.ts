import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as everything from '../lib';
import { HipaaProfile } from '../lib/profile/profile';
import { Retention } from '../lib/profile/retention';
import { eksProps } from './support/profiles';

const root = path.join(__dirname, '..');

/** Packages and files below node_modules that an entry point loads, in a process of its own. */
function loadedBy(entry: string): string[] {
  const script = `require('./lib/${entry}'); console.log(JSON.stringify(Object.keys(require.cache)))`;
  const files = JSON.parse(execFileSync(path.join(root, 'node_modules', '.bin', 'tsx'), ['-e', script], { cwd: root, encoding: 'utf8' })) as string[];
  return files.map((file) => file.split('/node_modules/')).filter((parts) => parts.length > 1).map((parts) => parts[parts.length - 1]);
}

test('the public surface, name by name', () => {
  expect(Object.keys(everything).sort()).toMatchSnapshot();
});

test('cdk8s-hipaa/kubernetes loads no cdktf', () => {
  const loaded = loadedBy('kubernetes');
  expect(loaded.some((file) => file.startsWith('cdk8s/'))).toBe(true);
  expect(loaded.filter((file) => /^(@cdktf\/|cdktf\/)/.test(file))).toEqual([]);
});

test('cdk8s-hipaa/terraform loads no cdk8s, and only the modules of the provider that it uses', () => {
  const loaded = loadedBy('terraform');
  expect(loaded.filter((file) => /^cdk8s/.test(file))).toEqual([]);
  const used = new Set(loaded.map((file) => /^@cdktf\/provider-aws\/lib\/([^/]+)\//.exec(file)?.[1]).filter((name) => name !== undefined));
  expect([...used].sort()).toMatchSnapshot();
});

describe('README', () => {
  const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');

  test('shows an error as it is', () => {
    const shown = /```text\n([\s\S]*?)\n```/.exec(readme)![1];
    expect(() => new HipaaProfile(eksProps({ retention: Retention.days(365) }))).toThrow(shown);
  });

  test('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1]);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
