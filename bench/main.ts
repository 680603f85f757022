/**
 * `npm run bench [-- gate|synth]`: what the gate costs, and what a synth costs, against plain cdk8s with hand-written objects in the same run. Never a test: it prints, it does
 * not judge.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

interface Measurement {
  /** ms */
  readonly wall: number;
  /** ms */
  readonly cpu: number;
  /** Peak resident memory, MB. */
  readonly memory: number;
  readonly bytes: number;
  readonly files: number;
}

const RUNS = 3;
const tsx = [path.join(__dirname, '..', 'node_modules', 'tsx', 'dist', 'cli.mjs')];

function run(script: string, ...args: string[]): string {
  return execFileSync(process.execPath, [...tsx, path.join(__dirname, '..', script), ...args], { encoding: 'utf8', cwd: path.join(__dirname, '..') });
}

/** The median of several runs by wall time. */
function median(measure: () => Measurement): Measurement {
  const runs = Array.from({ length: RUNS }, measure).sort((a, b) => a.wall - b.wall);
  return runs[Math.floor(RUNS / 2)];
}

function row(cells: readonly (string | number)[]): void {
  console.log(`| ${cells.map((cell, i) => (i === 0 ? String(cell).padEnd(30) : String(cell).padStart(10))).join(' | ')} |`);
}

function referenceSynth(): void {
  const times = Array.from({ length: RUNS }, () => {
    const start = process.hrtime.bigint();
    run('scripts/synth.ts');
    return Number(process.hrtime.bigint() - start) / 1e9;
  }).sort();
  console.log(`reference synth (eks and self-managed), cold, from process start to files: ${times[Math.floor(RUNS / 2)].toFixed(2)} s\n`);
}

function scenarios(): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  row(['synth', 'wall ms', 'cpu ms', 'peak MB', 'KB', 'files', 'ms/ns', 'x plain']);
  row(['---', '---', '---', '---', '---', '---', '---', '---']);
  for (const layout of ['by-phase', 'by-namespace']) {
    for (const count of ['10', '100', '1000']) {
      const objects = path.join(folder, `${layout}-${count}.json`);
      const measure = (subject: string): Measurement => median(() => JSON.parse(run('bench/scenario.ts', subject, count, layout, objects)) as Measurement);
      const ours = measure('ours');
      // The ratio that is aimed at is to plain cdk8s in few charts; with a chart each plain cdk8s is quadratic.
      const plain = measure('plain');
      for (const [name, it] of [['ours', ours], ['plain cdk8s', plain]] as const) {
        row([`${name}, ${count} ns, ${layout}`, it.wall.toFixed(0), it.cpu.toFixed(0), it.memory.toFixed(0), (it.bytes / 1024).toFixed(0), it.files, (it.wall / Number(count)).toFixed(2),
          name === 'ours' ? (ours.wall / plain.wall).toFixed(2) : '1.00']);
      }
    }
  }
  fs.rmSync(folder, { recursive: true });
}

/** The whole policy pack, asked about objects in memory and in YAML: the reading is most of it. */
function gate(): void {
  row(['gate', 'wall ms', 'cpu ms', 'peak MB', 'KB', 'found', 'ms/object', '']);
  row(['---', '---', '---', '---', '---', '---', '---', '---']);
  for (const mode of ['objects', 'yaml', 'json-list', 'yaml-list']) {
    for (const count of ['1000', '10000', '20000']) {
      const it = median(() => JSON.parse(run('bench/gate.ts', mode, count)) as Measurement) as Measurement & { violations: number };
      row([`${mode}, ${count}`, it.wall.toFixed(0), it.cpu.toFixed(0), it.memory.toFixed(0), (it.bytes / 1024).toFixed(0), it.violations, (it.wall / Number(count)).toFixed(3), '']);
    }
  }
  console.log();
}

const [only] = process.argv.slice(2);
if (only === undefined || only === 'gate') gate();
if (only === undefined || only === 'synth') {
  referenceSynth();
  scenarios();
}
