/** One measured synth in a process of its own: `scenario.ts ours|plain <namespaces> <layout> <objects.json>`; prints one JSON line. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ApiObject, App, Chart, type ApiObjectProps } from 'cdk8s';
import { type ChartLayout, Environment, HipaaCharts, HipaaKubernetesApp, HipaaProfile, KubernetesVersion, ObjectLock, Platform } from '../lib/kubernetes';

/** Objects by chart, as the plain app declares them by hand. */
type Charts = [name: string, objects: ApiObjectProps[]][];

const [subject, count, layout, objectsFile] = process.argv.slice(2);
const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
const declared = subject === 'plain' ? JSON.parse(fs.readFileSync(objectsFile, 'utf8')) as Charts : [];

function ours(): HipaaKubernetesApp {
  const profile = new HipaaProfile({
    cluster: 'bench',
    platform: Platform.eks({ region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33 }),
    phiNamespaces: Array.from({ length: Number(count) }, (_, i) => ({ name: `phi-${i}`, environment: Environment.PROD })),
    groups: { auditors: 'auditors', developers: 'developers', securityAdmins: 'security-admins' },
    keyAdministrators: ['arn:aws:iam::123456789012:role/key-administrators'],
    terraformRole: 'arn:aws:iam::123456789012:role/terraform',
    archive: { lock: ObjectLock.governance() },
    logShipper: { image: `registry.example.com/fluent-bit@sha256:${'5f'.repeat(32)}` },
  });
  const app = new HipaaKubernetesApp(profile, { outdir });
  new HipaaCharts(app, profile, { layout: layout as ChartLayout });
  app.synth();
  return app;
}

function plain(): void {
  const app = new App({ outdir });
  for (const [name, objects] of declared) {
    const chart = new Chart(app, name);
    objects.forEach((object, i) => new ApiObject(chart, `Object${i}`, object));
  }
  app.synth();
}

const cpu = process.cpuUsage();
const start = process.hrtime.bigint();
const app = subject === 'plain' ? plain() : ours();
const wall = Number(process.hrtime.bigint() - start) / 1e6;
const used = process.cpuUsage(cpu);
const files = fs.readdirSync(outdir);
const bytes = files.reduce((sum, file) => sum + fs.statSync(path.join(outdir, file)).size, 0);
console.log(JSON.stringify({ wall, cpu: (used.user + used.system) / 1e3, memory: process.resourceUsage().maxRSS / 1024, bytes, files: files.length }));

if (app) {
  const charts = new Map<string, ApiObjectProps[]>();
  for (const chart of app.charts) charts.set(chart.node.id, []);
  for (const object of app.synthesize().objects) charts.get(object.path.split('/')[0])!.push(object.content as unknown as ApiObjectProps);
  fs.writeFileSync(objectsFile, JSON.stringify([...charts]));
}
fs.rmSync(outdir, { recursive: true });
