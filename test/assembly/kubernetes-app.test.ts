import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { Safeguard } from '../../lib/controls/safeguard';
import { DefaultDenyPolicy } from '../../lib/network/default-deny-policy';
import { eksProfile } from '../support/profiles';

const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'kubernetes-app-'));
afterAll(() => fs.rmSync(outdir, { recursive: true }));

const newApp = (): HipaaKubernetesApp => new HipaaKubernetesApp(eksProfile(), { outdir });
const configMap = (chart: Chart, id: string, name: string, data: Record<string, string> = {}): ApiObject =>
  new ApiObject(chart, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'a' }, data } as never);

describe('HipaaKubernetesApp', () => {
  test('writes the same files and bytes as cdk8s itself', () => {
    const build = (app: App): void => {
      const first = new Chart(app, '10-first');
      const second = new Chart(app, '20-second', { namespace: 'b', labels: { team: 'x' } });
      const late = configMap(first, 'Late', 'late');
      late.addDependency(configMap(first, 'Early', 'early'));
      configMap(second, 'Other', 'other', { key: 'value: with colon', octal: '0775' });
    };
    const plainDir = fs.mkdtempSync(path.join(os.tmpdir(), 'plain-'));
    const plain = new App({ outdir: plainDir });
    build(plain);
    plain.synth();
    const ours = newApp();
    build(ours);

    const written = Object.fromEntries(ours.synthesize().files.map((file) => [file.path, file.content]));
    expect(written).toEqual(Object.fromEntries(fs.readdirSync(plainDir).map((file) => [file, fs.readFileSync(path.join(plainDir, file), 'utf8')])));
    expect(Object.keys(written)).toEqual(['10-first.k8s.yaml', '20-second.k8s.yaml']);
    fs.rmSync(plainDir, { recursive: true });
  });

  test('puts an object after what it depends on', () => {
    const app = newApp();
    const chart = new Chart(app, 'chart');
    configMap(chart, 'Late', 'late').addDependency(configMap(chart, 'Early', 'early'));

    expect(app.synthesize().objects.map((object) => object.reference.name)).toEqual(['early', 'late']);
  });

  test('refuses charts whose file names sort against their dependencies', () => {
    const app = newApp();
    const early = new Chart(app, '10-early');
    const late = new Chart(app, '20-late');
    configMap(early, 'One', 'one').addDependency(configMap(late, 'Two', 'two'));

    expect(app.synthesize().findings).toEqual([expect.stringMatching(/\[10-early\] the chart depends on one whose file is applied later: '20-late'/)]);
  });

  test('loses no object: charts inside charts and objects inside constructs are written once', () => {
    const app = newApp();
    const outer = new Chart(app, 'outer');
    configMap(outer, 'One', 'one');
    configMap(new Chart(outer, 'inner'), 'Two', 'two');

    const { files, objects, findings } = app.synthesize();
    expect(findings).toEqual([]);
    expect(objects.map((object) => object.reference.name).sort()).toEqual(['one', 'two']);
    expect(files).toHaveLength(2);
  });

  test('refuses two objects of one name, across charts and API versions, and names both', () => {
    const app = newApp();
    configMap(new Chart(app, 'a'), 'One', 'same');
    configMap(new Chart(app, 'b'), 'Two', 'same');
    const role = (chart: string, version: string): ApiObject => new ApiObject(new Chart(app, chart), 'Role', {
      apiVersion: `rbac.authorization.k8s.io/${version}`, kind: 'Role', metadata: { name: 'r', namespace: 'a' },
    });
    role('c', 'v1');
    role('d', 'v1beta1');

    const { findings } = app.synthesize();
    expect(findings).toHaveLength(2);
    expect(findings[0]).toMatch(/\[b\/Two\].*'ConfigMap a\/same'[\s\S]*the other is at a\/One/);
    expect(findings[1]).toMatch(/\[d\/Role\].*'Role a\/r'/);
  });

  test('the same name in two namespaces or of two kinds is no clash', () => {
    const app = newApp();
    const chart = new Chart(app, 'chart');
    for (const [kind, namespace] of [['Role', 'a'], ['Role', 'b'], ['RoleBinding', 'a']]) {
      new ApiObject(chart, `${kind}-${namespace}`, { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name: 'same', namespace } });
    }
    expect(app.synthesize().findings).toEqual([]);
  });

  test('refuses a Terraform token, and takes the ${...} of a Fluent Bit file', () => {
    const app = newApp();
    const chart = new Chart(app, 'chart');
    configMap(chart, 'Fine', 'fine', { 'fluent-bit.conf': 'Host ${NODE_NAME}' });
    configMap(chart, 'Token', 'token', { bucket: 'arn:${TfToken[TOKEN.3]}' });

    expect(app.synthesize().findings).toEqual([expect.stringMatching(/\[chart\/Token\].*Terraform token: '\$\{TfToken\[TOKEN\.3\]\}'/)]);
  });

  test('refuses an app without an object', () => {
    const app = newApp();
    new Chart(app, 'empty');
    expect(app.synthesize().findings).toEqual([expect.stringContaining('declares no object')]);
  });

  test('reports every node validation together, each with its path, and writes nothing', () => {
    const app = newApp();
    const chart = new Chart(app, 'chart');
    configMap(chart, 'Fine', 'fine');
    for (const id of ['One', 'Two']) chart.node.addValidation({ validate: () => [`${id} is wrong`] });

    expect(() => app.synth()).toThrow(/2 findings; nothing was written[\s\S]*\[chart\] One is wrong[\s\S]*\[chart\] Two is wrong/);
    expect(fs.readdirSync(outdir)).toEqual([]);
  });

  test('refuses an object that a patch weakened below what its construct claims', () => {
    const app = newApp();
    const deny = new DefaultDenyPolicy(new Chart(app, 'chart'), 'Deny', { namespace: 'healthcare-prod' });
    ApiObject.of(deny).addJsonPatch(JsonPatch.add('/spec/ingress', [{}]));

    expect(app.synthesize().findings).toEqual([expect.stringMatching(/\[chart\/Deny\/Resource\].*NetworkPolicy healthcare-prod\/default-deny[\s\S]*allows flows[\s\S]*NW1 Default deny/)]);
  });

  test('takes the weakened object where an exception for the control was granted', () => {
    const exceptions = [new ControlException({ control: Control.NW1_DENY_ALL, reason: 'migration', approver: 'ciso@company.com', expires: '2027-01-31' })];
    const app = new HipaaKubernetesApp(eksProfile({ exceptions }), { outdir });
    const deny = new DefaultDenyPolicy(new Chart(app, 'chart'), 'Deny', { namespace: 'healthcare-prod' });
    ApiObject.of(deny).addJsonPatch(JsonPatch.add('/spec/ingress', [{}]));

    expect(app.synthesize().findings).toEqual([]);
  });

  test('refuses a claim that no emitted object answers for', () => {
    const app = newApp();
    const chart = new Chart(app, 'chart');
    configMap(chart, 'Fine', 'fine');
    const gone = new DefaultDenyPolicy(chart, 'Deny', { namespace: 'healthcare-prod' });
    Safeguard.implement(gone, Control.NW1_DENY_ALL, 'says so');
    gone.node.tryRemoveChild('Resource');

    expect(app.synthesize().findings).toEqual([expect.stringMatching(/\[chart\/Deny\] a construct claims a control and emits nothing/)]);
  });

  test('reports what nodes say together with what the output shows', () => {
    const app = newApp();
    const chart = new Chart(app, 'chart');
    chart.node.addValidation({ validate: () => ['wrong by itself'] });
    configMap(chart, 'One', 'same');
    configMap(chart, 'Two', 'same');
    configMap(chart, 'Broken', 'broken').addJsonPatch(JsonPatch.test('/data/none', 'there'));

    const { findings } = app.synthesize();
    expect(findings).toEqual([
      expect.stringContaining('wrong by itself'), expect.stringContaining("path 'chart/Broken'"), expect.stringContaining('two objects have one group'),
    ]);
  });

  test('removes the manifest of a chart that is gone, and nothing else', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stale-'));
    fs.writeFileSync(path.join(folder, 'notes.txt'), 'mine');
    for (const id of ['first', 'second']) {
      const app = new HipaaKubernetesApp(eksProfile(), { outdir: folder });
      configMap(new Chart(app, id), 'Fine', 'fine');
      app.synth();
    }
    expect(fs.readdirSync(folder).sort()).toEqual(['notes.txt', 'second.k8s.yaml']);
    fs.rmSync(folder, { recursive: true });
  });

  test('writes construct-metadata.json where the cdk8s CLI asks for it', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'metadata-'));
    process.env.CDK8S_RECORD_CONSTRUCT_METADATA = 'true';
    try {
      const app = new HipaaKubernetesApp(eksProfile(), { outdir: folder });
      configMap(new Chart(app, 'chart'), 'Fine', 'fine');
      app.synth();
      expect(JSON.parse(fs.readFileSync(path.join(folder, 'construct-metadata.json'), 'utf8'))).toEqual({ version: '1.0.0', resources: { fine: { path: 'chart/Fine' } } });
    } finally {
      delete process.env.CDK8S_RECORD_CONSTRUCT_METADATA;
      fs.rmSync(folder, { recursive: true });
    }
  });

  test('writes where the cdk8s CLI says', () => {
    process.env.CDK8S_OUTDIR = outdir;
    try {
      const app = new HipaaKubernetesApp(eksProfile());
      configMap(new Chart(app, 'chart'), 'Fine', 'fine');
      app.synth();
      expect(fs.readdirSync(outdir)).toEqual(['chart.k8s.yaml']);
    } finally {
      delete process.env.CDK8S_OUTDIR;
    }
  });
});
