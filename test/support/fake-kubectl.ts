import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
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
  /** Answers whose last line is lost, as `verb resource`. */
  cut?: string[];
  /** What Velero does when a Restore is made. */
  velero?: {
    phase: string;
    restored: Manifest[];
    keepVolumes?: boolean;
    /** Seconds until the phase is reached; the last of what is restored comes then. */
    after?: number;
  };
  /** Which rest of the script is ended by a signal, counted from 1. */
  terminateAt?: number;
}

/** Resources by every name that the scripts call them. */
const RESOURCES: Record<string, { group: string; resource: string; kind: string }> = {};
for (const [group, resource, kind] of [
  ['', 'pods', 'Pod'], ['', 'configmaps', 'ConfigMap'], ['', 'serviceaccounts', 'ServiceAccount'], ['', 'persistentvolumeclaims', 'PersistentVolumeClaim'], ['', 'persistentvolumes', 'PersistentVolume'],
  ['', 'namespaces', 'Namespace'], ['', 'resourcequotas', 'ResourceQuota'], ['networking.k8s.io', 'networkpolicies', 'NetworkPolicy'],
  ['apps', 'deployments', 'Deployment'], ['apps', 'replicasets', 'ReplicaSet'], ['apps', 'statefulsets', 'StatefulSet'], ['velero.io', 'restores', 'Restore'], ['velero.io', 'backups', 'Backup'],
  ['rbac.authorization.k8s.io', 'rolebindings', 'RoleBinding'], ['rbac.authorization.k8s.io', 'clusterrolebindings', 'ClusterRoleBinding'],
]) {
  const singular = kind.toLowerCase();
  // kubectl knows a resource by either name.
  for (const name of [resource, singular]) RESOURCES[group === '' ? name : `${name}.${group}`] = { group, resource, kind };
}

/**
 * kubectl as far as the scripts use it, over objects in a file. What it does not know it refuses. It answers all calls of a test file from one process, as starting a program for
 * each takes longer than the script itself.
 */
const KUBECTL = `
const fs = require('fs');
const net = require('net');
class Exit { constructor(status) { this.status = status; } }
net.createServer((socket) => {
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (data) => {
    text += data;
    const parts = text.split('\\0');
    // Folder, clock, number of words, the words, standard input.
    if (parts.length < 5 + Number(parts[2])) return;
    const written = { out: '', err: '' };
    let status = 0;
    try {
      kubectl(parts[0], parts[1], parts.slice(3, 3 + Number(parts[2])), parts[3 + Number(parts[2])], written);
    } catch (error) {
      if (!(error instanceof Exit)) written.err += String(error && error.stack) + '\\n';
      status = error instanceof Exit ? error.status : 1;
    }
    for (const stream of ['out', 'err']) fs.writeFileSync(parts[0] + '.' + stream, written[stream]);
    socket.end(status + '\\n');
  });
}).listen(0, '127.0.0.1', function () { fs.writeFileSync(process.argv[1], String(this.address().port)); });
function kubectl(file, now, args, input, written) {
const state = JSON.parse(fs.readFileSync(file, 'utf8'));
const RESOURCES = ${JSON.stringify(RESOURCES)};
const flags = {};
const words = [];
for (const arg of args) {
  const match = /^--([a-z-]+)(?:=([\\s\\S]*))?$/.exec(arg);
  if (match) flags[match[1]] = match[2] === undefined ? 'true' : match[2];
  else if (arg.startsWith('-')) fail('unknown flag ' + arg);
  else words.push(arg);
}
for (const flag of Object.keys(flags)) if (!['namespace', 'output', 'selector', 'ignore-not-found', 'wait', 'filename', 'type', 'patch'].includes(flag)) fail('unknown flag ' + flag);
// Velero goes on between two calls.
const elapsed = Number(fs.readFileSync(file + '.seconds', 'utf8'));
for (const restore of state.objects.filter((object) => object.kind === 'Restore' && object.due !== undefined && object.due <= elapsed)) {
  restore.status = { phase: restore.reaches };
  state.objects.push(...restore.late);
  for (const field of ['due', 'reaches', 'late']) delete restore[field];
}
function print(text) { written.out += text; }
function fail(text) { written.err += text + '\\n'; throw new Exit(1); }
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
  print(object.kind.toLowerCase() + (of.group === '' ? '' : '.' + of.group) + '/' + object.metadata.name + '\\n');
}
const [verb, target, extra] = words;
if (verb === 'get') {
  if (target.includes('/')) {
    const [word, ...rest] = target.split('/');
    const of = known(word); const name = rest.join('/');
    call('get', of, name);
    const object = state.objects.find((candidate) => has(candidate, of, name));
    if (!object) { if (flags['ignore-not-found']) throw new Exit(0); fail('not found'); }
    const output = flags.output;
    if (output === 'name') printName(object);
    else if (output.startsWith('jsonpath={.')) print(String(walk(object, output.slice(11, -1)) || ''));
    else if (output.startsWith('go-template=')) {
      const [, label, annotation] = /^go-template=\\{\\{range \\$key, \\$value := \\.metadata\\.labels\\}\\}\\{\\{if eq \\$key "([^"]*)"\\}\\}labelled\\{\\{end\\}\\}\\{\\{end\\}\\}\\|\\{\\{\\.metadata\\.creationTimestamp\\}\\}\\|\\{\\{range \\$key, \\$value := \\.metadata\\.annotations\\}\\}\\{\\{if eq \\$key "([^"]*)"\\}\\}\\{\\{\\$value\\}\\}\\{\\{end\\}\\}\\{\\{end\\}\\}$/.exec(output) || fail('unknown template ' + output);
      print((label in (object.metadata.labels || {}) ? 'labelled' : '') + '|' + object.metadata.creationTimestamp + '|' + ((object.metadata.annotations || {})[annotation] || ''));
    } else fail('unknown output ' + output);
  } else {
    for (const word of target.split(',')) {
      const of = known(word);
      call('list', of);
      const [label, value] = (flags.selector || '').split('=');
      const listed = state.objects.filter((object) => has(object, of) && (label === '' || (label in (object.metadata.labels || {}) && [undefined, object.metadata.labels[label]].includes(value))));
      if (flags.output === 'name') listed.forEach(printName);
      // What Go's %q makes of a text is what JSON makes of it, for what tests have in names.
      else if (flags.output === 'go-template={{len .items}}{{printf "\\\\n"}}{{range .items}}{{printf "%q\\\\n" .metadata.name}}{{end}}') {
        const names = listed.map((object) => JSON.stringify(object.metadata.name));
        if ((state.cut || []).includes('list ' + of.resource)) names.pop();
        print([listed.length, ...names].join('\\n') + '\\n');
      }
      else if (flags.output === 'jsonpath={range .items[*]}{.metadata.name}={.status.phase} {end}') print(listed.map((object) => object.metadata.name + '=' + (walk(object, 'status.phase') || '') + ' ').join(''));
      else {
        const [, namespace] = /^jsonpath=\\{range \\.items\\[\\?\\(@\\.spec\\.claimRef\\.namespace=='([^']*)'\\)\\]\\}\\{\\.metadata\\.name\\} \\{end\\}$/.exec(flags.output) || fail('unknown output ' + flags.output);
        print(listed.filter((object) => object.spec.claimRef.namespace === namespace).map((object) => object.metadata.name + ' ').join(''));
      }
    }
  }
} else if (verb === 'delete') {
  const [word, ...rest] = target.split('/');
  const of = known(word); const name = rest.join('/');
  call('delete', of, name);
  // With finalizers an object is only marked, and answers on.
  const held = (object) => (object.metadata.finalizers || []).length > 0;
  for (const object of state.objects) if (has(object, of, name) && held(object)) object.metadata.deletionTimestamp = now;
  state.objects = state.objects.filter((object) => !has(object, of, name) || held(object));
  if (of.kind === 'PersistentVolumeClaim' && !(state.velero && state.velero.keepVolumes)) state.objects = state.objects.filter((object) => object.kind !== 'PersistentVolume' || object.spec.claimRef.namespace !== flags.namespace);
  save();
} else if (verb === 'create') {
  const made = JSON.parse(input);
  flags.namespace = made.metadata.namespace;
  call('create', known('restores.velero.io'));
  const { phase, restored, after } = state.velero;
  made.spec.backupName = made.spec.scheduleName + '-20260101000000';
  if (after === undefined) made.status = { phase };
  else Object.assign(made, { status: { phase: 'InProgress' }, due: elapsed + after, reaches: phase, late: restored.slice(-1) });
  state.objects.push(made, ...(after === undefined ? restored : restored.slice(0, -1)));
  state.made = made;
  save();
} else if (verb === 'patch') {
  const of = known(target);
  call('get', of, extra); call('patch', of, extra);
  const object = state.objects.find((candidate) => has(candidate, of, extra)) || fail('not found');
  // A merge patch takes away what it sets to null.
  object.data = Object.fromEntries(Object.entries({ ...object.data, ...JSON.parse(flags.patch).data }).filter(([, value]) => value !== null));
  save();
} else fail('unknown verb ' + verb);
}
`;

/** Hands a call to the process that answers. */
const STUB = `#!/bin/bash
exec 3<>"/dev/tcp/127.0.0.1/$FAKE_PORT"
[ "$1" != create ] || input=$(cat)
printf '%s\\0' "$FAKE_CLUSTER" "$FAKE_NOW" "$#" "$@" "$input" >&3
read -r status <&3
cat "$FAKE_CLUSTER.out"
cat "$FAKE_CLUSTER.err" >&2
exit "$status"
`;

let server: { readonly port: string; readonly process: ChildProcess; readonly folder: string } | undefined;
afterAll(() => {
  server?.process.kill();
  if (server) fs.rmSync(server.folder, { recursive: true, force: true });
});

/** Port of the process that answers; it starts with the first script of a test file, and ends with the file. */
function answering(): string {
  if (server) return server.port;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fake-kubectl-'));
  const file = path.join(folder, 'port');
  const answerer = spawn(process.execPath, ['-e', KUBECTL, file], { stdio: 'ignore' });
  while (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') === '') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  server = { port: fs.readFileSync(file, 'utf8'), process: answerer, folder };
  return server.port;
}

/** \`date\` whose day stands still, and whose seconds go by while the script sleeps. */
const DATE = `#!/bin/sh
[ "$1" = -u ] || exit 1
case $2 in
  +%s) cat "$FAKE_CLUSTER.seconds" ;;
  +%Y-%m-%dT%H:%M:%SZ) printf '%s\\n' "$FAKE_NOW" ;;
  +%Y%m%d%H%M%S) printf '%s\\n' "$FAKE_NOW" | tr -d 'TZ:-' ;;
  *) exit 1 ;;
esac
`;

/** A `sleep` that takes no time, counts the seconds, and ends the script where it is told to. */
const SLEEP = `#!/bin/sh
read -r seconds <"$FAKE_CLUSTER.seconds"
printf '%s\n' "$((seconds + $1))" >"$FAKE_CLUSTER.seconds"
read -r rests <"$FAKE_CLUSTER.rests"
printf '%s\n' "$((rests + 1))" >"$FAKE_CLUSTER.rests"
[ "$((rests + 1))" != "$FAKE_TERMINATE_AT" ] || kill -TERM "$PPID"
`;

/** Runs a script of the library with a kubectl, a clock and a sleep of our own. */
export function runScript(script: string, env: Record<string, string>, cluster: Cluster): ScriptRun {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fake-kubectl-'));
  try {
    const file = path.join(folder, 'cluster.json');
    fs.writeFileSync(file, JSON.stringify({ ...cluster, calls: [] }));
    for (const counter of ['seconds', 'rests']) fs.writeFileSync(`${file}.${counter}`, '0\n');
    for (const [name, text] of [['kubectl', STUB], ['date', DATE], ['sleep', SLEEP]]) fs.writeFileSync(path.join(folder, name), text, { mode: 0o755 });
    fs.writeFileSync(path.join(folder, 'script.sh'), script);
    const { status, stdout, stderr } = spawnSync('/bin/sh', [path.join(folder, 'script.sh')], {
      encoding: 'utf8', timeout: 60_000, env: { ...env, PATH: `${folder}:/usr/bin:/bin`, FAKE_CLUSTER: file, FAKE_NOW: cluster.now, FAKE_PORT: answering(), FAKE_TERMINATE_AT: String(cluster.terminateAt ?? 0) },
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
