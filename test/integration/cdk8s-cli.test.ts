/** The gate where cdk8s' own command line and a team's unit tests run it. */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Testing } from 'cdk8s';
import type { ValidationContext } from 'cdk8s-cli/plugins';
import { PhiGate } from '../../lib/gate/phi-gate';
import { ingress, pod } from './portal/portal';

const BIN = path.join(__dirname, '..', '..', 'node_modules', '.bin', 'cdk8s');
const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-cli-')));
afterAll(() => fs.rmSync(folder, { recursive: true }));

type ReportJson = ReturnType<ValidationContext['report']['toJson']>;

interface Synth {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly report: ReportJson;
  readonly files: readonly string[];
}

/** One run of `cdk8s synth` as a pipeline calls it. */
function synth(app: string): Promise<Synth> {
  const output = path.join(folder, app);
  const reports = path.join(folder, `${app}.json`);
  const args = ['synth', '--no-check-upgrade', '--app', `node --import tsx ${app}.ts`, '--output', output, '--validation-reports-output-file', reports];
  return new Promise((resolve) => {
    const child = execFile(BIN, args, { cwd: path.join(__dirname, 'portal') }, (_error, out, err) => resolve({
      code: child.exitCode, out: out.replaceAll(/\u001b\[\d+m/g, ''), err,
      report: (JSON.parse(fs.readFileSync(reports, 'utf8')) as { reports: ReportJson[] }).reports[0],
      files: fs.readdirSync(output),
    }));
  });
}

test('cdk8s synth passes what is in order, and fails what is not with all that it takes to mend it', async () => {
  const [valid, invalid] = await Promise.all([synth('valid'), synth('invalid')]);

  expect([valid.code, valid.err, valid.report.violations]).toEqual([0, '', []]);
  expect(valid.report.summary).toMatchObject({ status: 'success', metadata: { 'Objects': '3 objects looked at', 'Violations': '0', 'Could not be checked': '0', 'Excepted': expect.stringContaining('Ingress/healthcare-prod/legacy from ingress-tls') } });
  expect(valid.files).toEqual(['construct-metadata.json', 'construct-origins.json', 'portal.k8s.yaml']);

  expect(invalid.code).toBe(2);
  expect(invalid.err).toContain('Validation failed');
  const manifest = path.join(folder, 'invalid', 'portal.k8s.yaml');
  const [tls, privileged] = invalid.report.violations;
  expect(invalid.report.violations).toHaveLength(2);
  expect(privileged).toEqual({
    ruleName: 'privileged-containers',
    recommendation: expect.stringContaining('(PS1 Pod Security restricted (45 CFR 164.312(a)(1), required))'),
    fix: 'remove it',
    violatingConstructs: [{
      resourceName: 'Pod/healthcare-prod/portal',
      constructPath: 'portal/portal',
      manifestPath: manifest,
      locations: [expect.stringMatching(/^spec\.containers\[0\]\.securityContext\.privileged = true: .* \(PS1, .*CIS Kubernetes 5\.2\.2, 5\.2\.10\) - at .*portal\.k8s\.yaml:\d+:\d+ - construct portal\/portal - created at portal\.ts:\d+:10$/)],
    }],
  });
  expect(tls).toMatchObject({ ruleName: 'ingress-tls', recommendation: expect.stringContaining('(TX1 '), violatingConstructs: [{ resourceName: 'Ingress/healthcare-prod/portal', constructPath: 'portal/Portal', manifestPath: manifest }] });
  expect(tls.fix).not.toBe('');
  expect(tls.violatingConstructs[0].locations[0]).toMatch(/^spec\.rules\[0\]\.host = "portal\.example\.com": .* - created at portal\.ts:\d+:10$/);

  // What a person reads says the same.
  for (const { ruleName, recommendation, fix, violatingConstructs: [{ resourceName, constructPath, locations }] } of invalid.report.violations) {
    for (const text of [`${ruleName} (1 occurrences)`, recommendation, `How to fix: ${fix}`, `Resource Name: ${resourceName}`, `Construct Path: ${constructPath}`, locations[0]]) expect(invalid.out).toContain(text);
  }
}, 30_000);

describe('PhiGate in a unit test', () => {
  const settings = { phiNamespaces: ['healthcare-prod'], rules: ['privileged-containers', 'ingress-tls'] };

  test('fails Testing.synth with rule, field, value, construct and line', () => {
    const chart = Testing.chart();
    PhiGate.attach(chart, settings);
    pod(chart, 'Api', { privileged: true });
    ingress(chart, 'Portal', 'portal.example.com');
    expect(() => Testing.synth(chart)).toThrow(/test\/Api \(test\/integration\/portal\/portal\.ts:\d+:\d+\): privileged-containers: spec\.containers\[0\]\.securityContext\.privileged = true: .*PS1, 45 CFR 164\.312\(a\)\(1\)/);
    expect(() => Testing.synth(chart)).toThrow(/test\/Portal \(.*\): ingress-tls: spec\.rules\[0\]\.host = "portal\.example\.com"/);
  });

  test('passes what is in order', () => {
    const chart = Testing.chart();
    PhiGate.attach(chart, settings);
    pod(chart, 'Api', { privileged: false });
    ingress(chart, 'Portal', 'portal.example.com', [{ hosts: ['portal.example.com'], secretName: 'portal-tls' }]);
    expect(Testing.synth(chart)).toHaveLength(2);
  });
});
