/** The apps of a user who composes single constructs, as programs of their own. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { NetworkEvaluator } from '../support/network-evaluator';
import { schemaFindings } from '../support/api-schema';
import type { Manifest } from '../support/chart';

const root = path.join(__dirname, '..', '..');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'compose-'));
afterAll(() => fs.rmSync(scratch, { recursive: true }));

function run(program: string, env: Record<string, string>): void {
  execFileSync(path.join(root, 'node_modules', '.bin', 'tsx'), [path.join(root, 'apps', 'compose', program)], { cwd: scratch, env: { ...process.env, ...env } });
}

describe('k8s.ts', () => {
  let manifests: Manifest[];
  beforeAll(() => {
    run('k8s.ts', { CDK8S_OUTDIR: scratch });
    manifests = parseAllDocuments(fs.readFileSync(path.join(scratch, 'patient-api.k8s.yaml'), 'utf8')).map((document) => document.toJS() as Manifest);
  });

  test('emits valid objects', () => {
    expect(manifests.flatMap((manifest) => schemaFindings(manifest))).toEqual([]);
    expect(manifests.map((manifest) => `${manifest.kind} ${manifest.metadata.name}`)).toMatchSnapshot();
  });

  test('the API is reached from the ingress controller, the database from the API, and neither from elsewhere', () => {
    const network = new NetworkEvaluator(manifests);
    const pod = (namespace: string, labels: Record<string, string>) => ({ namespace, labels });
    const controller = pod('ingress-nginx', { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' });
    const api = pod('healthcare-prod', { app: 'patient-api' });
    const db = pod('healthcare-prod', { app: 'patient-db' });

    expect(network.allows({ from: controller, to: api, port: 8443 })).toBe(true);
    expect(network.allows({ from: api, to: db, port: 5432 })).toBe(true);
    expect(network.allows({ from: controller, to: db, port: 5432 })).toBe(false);
    expect(network.allows({ from: pod('default', { app: 'patient-api' }), to: db, port: 5432 })).toBe(false);
  });
});

test('terraform.ts sets logging and encryption on the cluster that the user declared', () => {
  run('terraform.ts', { CDKTF_OUTDIR: path.join(scratch, 'terraform') });
  const stack = JSON.parse(fs.readFileSync(path.join(scratch, 'terraform', 'stacks', 'platform', 'cdk.tf.json'), 'utf8'));
  const cluster = Object.values(stack.resource.aws_eks_cluster)[0] as Record<string, unknown>;

  expect(cluster).toMatchObject({
    enabled_cluster_log_types: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'],
    encryption_config: { resources: ['secrets'], provider: { key_arn: expect.stringMatching(/^\$\{aws_kms_key\.SecretsKey_/) } },
  });
  expect(JSON.stringify(stack)).not.toContain(root);
});
