/** The apps of a user who composes single constructs, as programs of their own. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { hardenedPodFlaws } from '../../lib/manifests/hardened-pod';
import { schemaFindings } from '../support/api-schema';
import type { Manifest } from '../support/chart';
import { NetworkEvaluator, type Endpoint, type Pod } from '../support/network-evaluator';

const root = path.join(__dirname, '..', '..');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'compose-'));
afterAll(() => fs.rmSync(scratch, { recursive: true }));

function run(program: string, env: Record<string, string>): void {
  execFileSync(path.join(root, 'node_modules', '.bin', 'tsx'), [path.join(root, 'apps', 'compose', program)], { cwd: scratch, env: { ...process.env, ...env } });
}

describe('k8s.ts', () => {
  const PROD = 'healthcare-prod';
  let manifests: Manifest[];
  const named = (kind: string, name: string): Manifest => manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name)!;
  /** A pod of a workload, as its template has it. */
  const podOf = (kind: string, name: string): Pod => ({ namespace: PROD, labels: named(kind, name).spec.template.metadata.labels as Record<string, string> });
  beforeAll(() => {
    run('k8s.ts', { CDK8S_OUTDIR: scratch });
    manifests = parseAllDocuments(fs.readFileSync(path.join(scratch, 'patient-records.k8s.yaml'), 'utf8')).map((document) => document.toJS() as Manifest);
  });

  test('shows an API, its database and the way in, in at most 60 lines', () => {
    expect(fs.readFileSync(path.join(root, 'apps', 'compose', 'k8s.ts'), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  });

  test('emits valid objects, each in a place of its own', () => {
    const places = manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);

    expect(manifests.flatMap((manifest) => schemaFindings(manifest, ['cert-manager.io/v1/Certificate', 'secrets-store.csi.x-k8s.io/v1/SecretProviderClass']))).toEqual([]);
    expect(new Set(places).size).toBe(places.length);
    expect(places.map((place) => place.replace(` ${PROD}/`, ' '))).toMatchSnapshot();
  });

  test('the API is reached from the ingress controller, the database from the API, and neither from elsewhere', () => {
    const network = new NetworkEvaluator(manifests, { shadow: { name: PROD } });
    const [api, db] = [podOf('Deployment', 'patient-api'), podOf('StatefulSet', 'patient-db')];
    const controller: Pod = { namespace: 'ingress-nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' } };
    const dns: Pod = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
    const rows: [what: string, from: Endpoint, to: Endpoint, port: number, allowed: boolean][] = [
      ['the controller to the API', controller, api, 8443, true],
      ['the API to the database', api, db, 5432, true],
      ['the API asks for names', api, dns, 53, true],
      ['the controller to the database', controller, db, 5432, false],
      ['the controller to the API in plaintext', controller, api, 8080, false],
      ['the database to the API', db, api, 8443, false],
      ['the API to the internet', api, { ip: '203.0.113.9' }, 443, false],
      ['the database to the metadata service', db, { ip: '169.254.169.254' }, 80, false],
      ['the API to the metadata service', api, { ip: '169.254.169.254' }, 80, false],
      ['a pod of the same namespace to the database', { namespace: PROD, labels: { run: 'debug' } }, db, 5432, false],
      ["the API's labels of another namespace to the database", { ...api, namespace: 'default' }, db, 5432, false],
      ["the API's labels of a namespace that calls itself so", { ...api, namespace: 'shadow' }, db, 5432, false],
    ];

    expect(rows.map(([what, from, to, port]) => `${what}: ${network.allows({ from, to, port })}`)).toEqual(rows.map(([what, , , , allowed]) => `${what}: ${allowed}`));
  });

  test('every workload is hardened, and takes its secret from a file', () => {
    const workloads = manifests.filter(({ spec }) => spec?.template !== undefined);

    expect(workloads.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['Deployment patient-api', 'StatefulSet patient-db']);
    for (const { spec } of workloads) {
      expect(hardenedPodFlaws(spec.template, { registries: ['123456789012.dkr.ecr.us-east-1.amazonaws.com'] })).toEqual([]);
      expect((spec.template.spec.volumes as { csi?: object }[]).flatMap(({ csi }) => csi ?? [])).toEqual([
        expect.objectContaining({ driver: 'secrets-store.csi.k8s.io', readOnly: true, volumeAttributes: { secretProviderClass: 'db-password' } }),
      ]);
    }
    expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  test('serves every host in TLS, by a certificate that is renewed', () => {
    const [ingress] = manifests.filter(({ kind }) => kind === 'Ingress');
    const certificate = named('Certificate', 'patient-api-tls');
    const hosts = (ingress.spec.rules as { host: string }[]).map(({ host }) => host);

    expect(ingress.spec.tls).toEqual([{ hosts, secretName: certificate.spec.secretName as string }]);
    expect(certificate.spec.dnsNames).toEqual(hosts);
    expect(hosts).toEqual(['patient-records.example.com']);
    expect(ingress.metadata.annotations).toMatchObject({ 'nginx.ingress.kubernetes.io/force-ssl-redirect': 'true', 'nginx.ingress.kubernetes.io/backend-protocol': 'HTTPS' });
  });

  test('the Service behind the Ingress leads to pods of the API', () => {
    const { service } = named('Ingress', 'patient-api').spec.rules[0].http.paths[0].backend as { service: { name: string; port: { number: number } } };
    const { spec } = named('Service', service.name);

    expect(spec.ports).toEqual([expect.objectContaining({ port: service.port.number, targetPort: 8443 })]);
    expect(podOf('Deployment', 'patient-api').labels).toMatchObject(spec.selector as object);
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
