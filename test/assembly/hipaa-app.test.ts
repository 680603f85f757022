import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import { POLICY_PACK } from '../../lib/admission/policy-pack';
import { HipaaApp } from '../../lib/assembly/hipaa-app';
import { readFiles } from '../../lib/assembly/output';
import { DefaultDenyPolicy } from '../../lib/network/default-deny-policy';
import type { HipaaProfileProps } from '../../lib/profile/profile';
import { eksProfile, selfManagedProfile } from '../support/profiles';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'hipaa-app-'));
afterAll(() => fs.rmSync(scratch, { recursive: true }));

const inScratch = (name: string): string => path.join(scratch, name);
const contents = (folder: string): Record<string, string> => Object.fromEntries(readFiles(folder).map((file) => [file.path, String(file.content)]));
const eks = (output: string, changes: Partial<HipaaProfileProps> = {}): HipaaApp => new HipaaApp(eksProfile(changes), { output });

/** A finding of the Kubernetes tree, after the app was made. */
function spoil(app: HipaaApp, id = 'Spoiled'): void {
  const deny = new DefaultDenyPolicy(new Chart(app.kubernetes, id.toLowerCase()), id, { namespace: 'healthcare-prod', name: `deny-${id.toLowerCase()}` });
  ApiObject.of(deny).addJsonPatch(JsonPatch.add('/spec/egress', [{}]));
}

describe('HipaaApp', () => {
  test('writes the three trees of EKS, and says in numbers what it wrote', () => {
    const summary = eks(inScratch('eks')).synth();

    expect(fs.readdirSync(inScratch('eks')).sort()).toEqual(['evidence', 'helm', 'k8s', 'terraform']);
    expect(summary.files).toBe(readFiles(inScratch('eks')).length);
    expect(summary.objectsByKind).toMatchObject({ NetworkPolicy: 10, aws_kms_key: 8, ConstraintTemplate: POLICY_PACK.length });
    expect(String(summary)).toMatch(/eks: \d+ files, \d+ objects\n {2}objects {3}.*8 aws_kms_key.*\n {2}controls {2}\d+ enforced, 2 inherited/);
  });

  test('writes control-plane files on a self-managed platform', () => {
    new HipaaApp(selfManagedProfile(), { output: inScratch('self') }).synth();
    expect(fs.readdirSync(path.join(inScratch('self'), 'control-plane'))).toContain('audit-policy.yaml');
  });

  test('the matrix tells of the day that expiries were judged by', () => {
    new HipaaApp(eksProfile(), { output: inScratch('as-of'), asOf: '2026-11-21' }).synth();
    expect(JSON.parse(fs.readFileSync(path.join(inScratch('as-of'), 'evidence', 'control-matrix.json'), 'utf8'))).toMatchObject({ asOf: '2026-11-21', cluster: 'healthcare-cluster' });
    expect(() => new HipaaApp(eksProfile(), { asOf: 'today' })).toThrow(/asOf is no date: 'today'/);
  });

  test('a stack and a chart of one\'s own are written and judged with the rest', () => {
    const app = eks(inScratch('own'));
    new ApiObject(app.charts.workloads, 'Own', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'own', namespace: 'healthcare-prod' } });
    app.synth();
    expect(contents(inScratch('own'))['k8s/60-workloads.k8s.yaml']).toContain('name: own');
  });

  test('a failed run leaves the previous output whole', () => {
    const output = inScratch('whole');
    eks(output).synth();
    const before = contents(output);
    const app = eks(output);
    spoil(app);

    expect(() => app.synth()).toThrow(/nothing was written/);
    expect(contents(output)).toEqual(before);
    expect(fs.readdirSync(scratch).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('a file of an earlier run does not stay behind', () => {
    const output = inScratch('stale');
    eks(output).synth();
    fs.writeFileSync(path.join(output, 'k8s', '99-gone.k8s.yaml'), 'kind: Stale\n');
    eks(output).synth();
    expect(Object.keys(contents(output))).not.toContain('k8s/99-gone.k8s.yaml');
  });

  test('reports what is wrong in all trees together', () => {
    const app = eks(inScratch('all'));
    app.kubernetes.node.addValidation({ validate: () => ['wrong in Kubernetes'] });
    app.stack.node.addValidation({ validate: () => ['wrong in Terraform'] });

    expect(() => app.synth()).toThrow(/2 findings[\s\S]*wrong in Terraform[\s\S]*wrong in Kubernetes/);
  });

  test('a Terraform override that weakens a control is a finding', () => {
    const app = eks(inScratch('override'));
    app.stack.archiveKey.key.addOverride('enable_key_rotation', false);

    expect(() => app.synth()).toThrow(/aws_kms_key\.\w+ does not enforce what its construct claims: 'the key does not rotate'[\s\S]*EN2/);
  });

  test('a resource that an override takes out of the output is a finding where it was claimed', () => {
    const app = eks(inScratch('taken-out'));
    const { bucketPolicy } = app.stack.archive;
    app.stack.addOverride(`resource.aws_s3_bucket_policy.${bucketPolicy.friendlyUniqueId}`, undefined);

    expect(() => app.synth()).toThrow(/\[healthcare-cluster\/Archive\/Policy\] a construct claims a control, and its resource is not in the output/);
  });

  test('a resource that an override adds is judged with the rest', () => {
    const app = eks(inScratch('added'));
    app.stack.addOverride('resource.aws_sns_topic.extra', { name: 'extra' });
    expect(app.terraform.synthesize().objects.map((object) => object.reference.address)).toContain('aws_sns_topic.extra');
  });

  test.each<[string, () => unknown, RegExp]>([
    ['a profile that was not checked', () => new HipaaApp({} as never), /profile is no HipaaProfile/],
    ['a field that is not known', () => new HipaaApp(eksProfile(), { outdir: 'x' } as never), /unknown field: 'outdir'/],
    ['an output that is no text', () => new HipaaApp(eksProfile(), { output: 5 as never }), /output/],
    ['a fleet of none', () => HipaaApp.synthAll([]), /apps is missing/],
    ['a folder of somebody', () => {
      fs.mkdirSync(path.join(inScratch('theirs'), 'src'), { recursive: true });
      return eks(inScratch('theirs')).synth();
    }, /holds what no synth wrote: \["src"\]/],
  ])('refuses %s', (_what, action, message) => {
    expect(action).toThrow(message);
  });

  describe('synthAll', () => {
    const clusters = (count: number): HipaaApp[] => Array.from({ length: count }, (_, i) => eks(inScratch(`fleet-${i}`), {
      cluster: `cluster-${i}`, archive: { ...eksProfileArchive(), bucketName: `hipaa-audit-logs-${i}-us-east-1` }, ...(i === 0 ? {} : beside(i)),
    }));
    /** What an account and region has once. */
    const beside = (number: number): Partial<HipaaProfileProps> => ({ detection: { guardDutyDetectorId: '0123456789abcdef'.repeat(2) }, sessions: { documentName: `sessions-${number}` } });

    test('writes a folder a cluster', () => {
      expect(HipaaApp.synthAll(clusters(2)).map((summary) => path.basename(summary.output))).toEqual(['fleet-0', 'fleet-1']);
    });

    test('writes none where one of them has a finding, and reports all', () => {
      const apps = clusters(3);
      const before = [contents(inScratch('fleet-0')), fs.existsSync(inScratch('fleet-2'))];
      spoil(apps[1], 'One');
      spoil(apps[2], 'Two');

      expect(() => HipaaApp.synthAll(apps)).toThrow(/6 findings[\s\S]*deny-one[\s\S]*deny-two/);
      expect([contents(inScratch('fleet-0')), fs.existsSync(inScratch('fleet-2'))]).toEqual(before);
    });

    test.each([
      ['output folder', { cluster: 'other', archive: { ...eksProfileArchive(), bucketName: 'another-bucket' } }, 'fleet-a', /one output folder/],
      ['archive bucket', { cluster: 'other' }, 'fleet-b', /one archive bucket: 'hipaa-audit-logs-123456789012-us-east-1'/],
      ['GuardDuty detector', { cluster: 'other', sessions: { documentName: 'sessions-2' } }, 'fleet-d', /one GuardDuty detector: '123456789012 us-east-1'[\s\S]*guardDutyDetectorId/],
      ['set of Session Manager preferences', { cluster: 'other', ...beside(1), sessions: undefined }, 'fleet-e', /one set of Session Manager preferences: '123456789012 us-east-1 SSM-SessionManagerRunShell'/],
      ['IAM role', { archive: { ...eksProfileArchive(), bucketName: 'another-bucket' } }, 'fleet-c', /one IAM role/],
    ])('refuses two clusters with one %s', (_what, changes, output, message) => {
      expect(() => HipaaApp.synthAll([eks(inScratch('fleet-a')), eks(inScratch(output), changes)])).toThrow(message);
    });
  });
});

function eksProfileArchive(): HipaaProfileProps['archive'] {
  return { lock: eksProfile().objectLock };
}
