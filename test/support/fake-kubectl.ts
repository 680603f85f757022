import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Manifest } from './chart';

/** One call that a script made, as the API server would authorize it. */
export interface Call {
  verb: string;
  group: string;
  resource: string;
  namespace?: string;
  name?: string;
}

export interface ScriptRun {
  status: number | null;
  stdout: string;
  stderr: string;
  /** What is in the cluster afterwards. */
  objects: Manifest[];
  calls: Call[];
}

export interface Cluster {
  objects: Manifest[];
  /** What the clock says, RFC 3339. */
  now: string;
  /** Calls that the API server does not answer, as `verb resource`. */
  broken?: string[];
  /** What Velero does when a Restore is made. */
  velero?: { phase: string; restored: Manifest[]; keepVolumes?: boolean };
}

/** Resources by every name that the scripts call them. */
const RESOURCES: Record<string, { group: string; resource: string; kind: string }> = {};
for (const [group, resource, kind] of [
  ['', 'pods', 'Pod'], ['', 'configmaps', 'ConfigMap'], ['', 'serviceaccounts', 'ServiceAccount'], ['', 'persistentvolumeclaims', 'PersistentVolumeClaim'], ['', 'persistentvolumes', 'PersistentVolume'],
  ['apps', 'deployments', 'Deployment'], ['apps', 'replicasets', 'ReplicaSet'], ['apps', 'statefulsets', 'StatefulSet'], ['velero.io', 'restores', 'Restore'],
  ['rbac.authorization.k8s.io', 'rolebindings', 'RoleBinding'], ['rbac.authorization.k8s.io', 'clusterrolebindings', 'ClusterRoleBinding'],
]) {
  const singular = kind.toLowerCase();
  for (const name of [resource, singular]) RESOURCES[group === '' ? name : `${name}.${group}`] = { group, resource, kind };
}

/** kubectl as far as the scripts use it, over objects in a file. What it does not know it refuses. */
const KUBECTL = `#!${process.execPath}
const fs = require('fs');
const file = process.env.FAKE_CLUSTER;
const state = JSON.parse(fs.readFileSync(file, 'utf8'));
const RESOURCES = ${JSON.stringify(RESOURCES)};
const args = process.argv.slice(2);
const flags = {};
const words = [];
for (const arg of args) {
  const match = /^--([a-z-]+)(?:=([\\s\\S]*))?$/.exec(arg);
  if (match) flags[match[1]] = match[2] === undefined ? 'true' : match[2];
  else if (arg.startsWith('-')) fail('unknown flag ' + arg);
  else words.push(arg);
}
for (const flag of Object.keys(flags)) if (!['namespace', 'output', 'selector', 'ignore-not-found', 'wait', 'filename', 'type', 'patch'].includes(flag)) fail('unknown flag ' + flag);
function fail(text) { console.error(text); process.exit(1); }
function known(word) { return RESOURCES[word] || fail('unknown resource ' + word); }
function call(verb, of, name) {
  state.calls.push({ verb, group: of.group, resource: of.resource, namespace: flags.namespace, name });
  save();
  if ((state.broken || []).includes(verb + ' ' + of.resource)) fail('the server does not answer');
}
function save() { fs.writeFileSync(file, JSON.stringify(state)); }
function has(object, of, name) { return object.kind === of.kind && (object.metadata.namespace || undefined) === flags.namespace && (name === undefined || object.metadata.name === name); }
function walk(object, dotted) { return dotted.split('.').filter(Boolean).reduce((value, key) => value === undefined ? undefined : value[key], object); }
function printName(object) {
  const of = Object.values(RESOURCES).find((candidate) => candidate.kind === object.kind);
  console.log(object.kind.toLowerCase() + (of.group === '' ? '' : '.' + of.group) + '/' + object.metadata.name);
}
const [verb, target, extra] = words;
if (verb === 'get') {
  if (target.includes('/')) {
    const [word, ...rest] = target.split('/');
    const of = known(word); const name = rest.join('/');
    call('get', of, name);
    const object = state.objects.find((candidate) => has(candidate, of, name));
    if (!object) { if (flags['ignore-not-found']) process.exit(0); fail('not found'); }
    const output = flags.output;
    if (output.startsWith('jsonpath={.')) process.stdout.write(String(walk(object, output.slice(11, -1)) || ''));
    else if (output.startsWith('go-template=')) {
      const [, label, annotation] = /^go-template=\\{\\{range \\$key, \\$value := \\.metadata\\.labels\\}\\}\\{\\{if eq \\$key "([^"]*)"\\}\\}labelled\\{\\{end\\}\\}\\{\\{end\\}\\}\\|\\{\\{\\.metadata\\.creationTimestamp\\}\\}\\|\\{\\{range \\$key, \\$value := \\.metadata\\.annotations\\}\\}\\{\\{if eq \\$key "([^"]*)"\\}\\}\\{\\{\\$value\\}\\}\\{\\{end\\}\\}\\{\\{end\\}\\}$/.exec(output) || fail('unknown template ' + output);
      process.stdout.write((label in (object.metadata.labels || {}) ? 'labelled' : '') + '|' + object.metadata.creationTimestamp + '|' + ((object.metadata.annotations || {})[annotation] || ''));
    } else fail('unknown output ' + output);
  } else {
    for (const word of target.split(',')) {
      const of = known(word);
      call('list', of);
      const listed = state.objects.filter((object) => has(object, of) && (!flags.selector || flags.selector in (object.metadata.labels || {})));
      if (flags.output === 'name') listed.forEach(printName);
      else {
        const [, namespace] = /^jsonpath=\\{range \\.items\\[\\?\\(@\\.spec\\.claimRef\\.namespace=='([^']*)'\\)\\]\\}\\{\\.metadata\\.name\\} \\{end\\}$/.exec(flags.output) || fail('unknown output ' + flags.output);
        process.stdout.write(listed.filter((object) => object.spec.claimRef.namespace === namespace).map((object) => object.metadata.name + ' ').join(''));
      }
    }
  }
} else if (verb === 'delete') {
  const [word, ...rest] = target.split('/');
  const of = known(word); const name = rest.join('/');
  call('delete', of, name);
  state.objects = state.objects.filter((object) => !has(object, of, name));
  if (of.kind === 'PersistentVolumeClaim' && !(state.velero && state.velero.keepVolumes)) state.objects = state.objects.filter((object) => object.kind !== 'PersistentVolume' || object.spec.claimRef.namespace !== flags.namespace);
  save();
} else if (verb === 'create') {
  const made = JSON.parse(fs.readFileSync(0, 'utf8'));
  flags.namespace = made.metadata.namespace;
  call('create', known('restores.velero.io'));
  made.status = { phase: state.velero.phase };
  made.spec.backupName = made.spec.scheduleName + '-20260101000000';
  state.objects.push(made, ...state.velero.restored);
  state.made = made;
  save();
} else if (verb === 'patch') {
  const of = known(target);
  call('get', of, extra); call('patch', of, extra);
  const object = state.objects.find((candidate) => has(candidate, of, extra)) || fail('not found');
  object.data = { ...object.data, ...JSON.parse(flags.patch).data };
  save();
} else fail('unknown verb ' + verb);
`;

/** \`date\` whose clock stands still, and \`sleep\` that does not. */
const DATE = `#!/bin/sh
[ "$1" = -u ] || exit 1
case $2 in
  +%Y-%m-%dT%H:%M:%SZ) printf '%s\\n' "$FAKE_NOW" ;;
  +%Y%m%d%H%M%S) printf '%s\\n' "$FAKE_NOW" | tr -d 'TZ:-' ;;
  *) exit 1 ;;
esac
`;

/** Runs a script of the library with a kubectl, a clock and a sleep of our own. */
export function runScript(script: string, env: Record<string, string>, cluster: Cluster): ScriptRun {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fake-kubectl-'));
  try {
    const file = path.join(folder, 'cluster.json');
    fs.writeFileSync(file, JSON.stringify({ ...cluster, calls: [] }));
    for (const [name, text] of [['kubectl', KUBECTL], ['date', DATE], ['sleep', '#!/bin/sh\nexit 0\n']]) fs.writeFileSync(path.join(folder, name), text, { mode: 0o755 });
    fs.writeFileSync(path.join(folder, 'script.sh'), script);
    const { status, stdout, stderr } = spawnSync('/bin/sh', [path.join(folder, 'script.sh')], {
      encoding: 'utf8', timeout: 60_000, env: { ...env, PATH: `${folder}:/usr/bin:/bin`, FAKE_CLUSTER: file, FAKE_NOW: cluster.now },
    });
    const after = JSON.parse(fs.readFileSync(file, 'utf8')) as { objects: Manifest[]; calls: Call[] };
    return { status, stdout, stderr, objects: after.objects, calls: after.calls };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** What is wrong with a script beyond what running it shows; a small part of what shellcheck looks for. */
export function scriptFindings(script: string): string[] {
  const findings: string[] = [];
  if (!script.startsWith('#!/bin/sh\n')) findings.push('no shebang of a POSIX shell');
  if (!/^set -eu$/m.test(script)) findings.push('goes on after errors');
  script.split('\n').forEach((line, index) => {
    if (/^\s*#/.test(line)) return;
    if (/\beval\b|`|\[\[|\blocal\b|\bfunction\b|<<<|\bsource\b/.test(line.replace(/'[^']*'/g, ''))) findings.push(`line ${index + 1}: not POSIX, or evaluated text`);
    if (/\s$/.test(line)) findings.push(`line ${index + 1}: trailing space`);
    // A variable as a word of its own, without quotes; lists of words in a for, and numbers in arithmetic, are meant.
    if (/^\s*(kubectl|printf|sleep)\s[^"']*\s\$\w/.test(line)) findings.push(`line ${index + 1}: unquoted variable`);
  });
  return findings;
}

/** The environment of the first container of a CronJob. */
export function environmentOf(cronJob: Manifest): Record<string, string> {
  const [container] = cronJob.spec.jobTemplate.spec.template.spec.containers as { env: { name: string; value: string }[] }[];
  return Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
}
