import { Duration } from 'cdk8s';
import { KubePod } from 'cdk8s-plus-28/lib/imports/k8s';
import { VaultAgentAnnotations, type VaultAgentAnnotationsProps, type VaultAgentSecret } from '../../../lib/workloads/secrets/vault-agent-annotations';
import { schemaFindings } from '../../support/api-schema';
import { synthChart } from '../../support/chart';
import { expectRefusal } from '../../support/refusal';

const IMAGE = `registry.example.com/vault@sha256:${'0123456789abcdef'.repeat(4)}`;
const minimal: VaultAgentAnnotationsProps = { address: 'https://vault.example.com:8200', role: 'portal', image: IMAGE, secrets: [{ file: 'db', path: 'secret/data/portal/db' }] };
const make = (changes: object = {}) => new VaultAgentAnnotations({ ...minimal, ...changes });
const read = (annotations: Record<string, string>, name: string): string | undefined => annotations[`vault.hashicorp.com/${name}`];

/** The security context of the injector's containers: what its source sets, and then the patch of the annotation. */
function injectedContext(annotations: Record<string, string>, patchName: string): Record<string, unknown> {
  if (read(annotations, 'agent-set-security-context') !== 'true') return {};
  const [user, group] = ['agent-run-as-user', 'agent-run-as-group'].map((name) => Number(read(annotations, name)));
  const container: Record<string, Record<string, unknown>> = {
    securityContext: { runAsUser: user, runAsGroup: group, runAsNonRoot: user !== 0 && group !== 0, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] }, allowPrivilegeEscalation: false },
  };
  for (const { op, path, value } of JSON.parse(read(annotations, patchName) ?? '[]') as { op: string; path: string; value: unknown }[]) {
    const [, parent, field, ...rest] = path.split('/');
    if (op !== 'add' || rest.length > 0) throw new Error(`the patch ${op} ${path} is none that this test knows`);
    container[parent][field] = value;
  }
  return container.securityContext;
}

describe('VaultAgentAnnotations', () => {
  test('writes secrets beside the pod, over TLS, without the token of Vault', () => {
    expect(make().annotations()).toMatchSnapshot();
  });

  test.each(['agent-json-patch', 'agent-init-json-patch'])('its containers meet the restricted Pod Security Standard (%s)', (patch) => {
    for (const agent of [make(), make({ runAsUser: 1, runAsGroup: 1, prePopulateOnly: true })]) {
      expect(injectedContext(agent.annotations(), patch)).toMatchObject({
        runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' }, readOnlyRootFilesystem: true,
      });
    }
  });

  test('takes every prop', () => {
    const template = '{{ with secret "secret/data/portal/db" }}{{ .Data.data.password }}{{ end }}';
    const secrets: Required<VaultAgentSecret>[] = [{ file: 'db-password', path: 'secret/data/portal/db', template }];
    const props: Required<VaultAgentAnnotationsProps> = {
      address: 'https://vault.example.com', role: 'portal', image: IMAGE, secrets, authPath: 'auth/eks-prod', vaultNamespace: 'phi', caSecret: 'vault-ca', tlsServerName: 'vault.internal', prePopulateOnly: true,
      renderInterval: Duration.minutes(1), runAsUser: 1001, runAsGroup: 1002, audience: 'vault-prod',
    };
    const agent = new VaultAgentAnnotations(props);
    const annotations = agent.annotations();

    expect(Object.fromEntries(Object.entries(annotations).map(([name, value]) => [name.replace('vault.hashicorp.com/', ''), value]))).toMatchObject({
      service: 'https://vault.example.com', role: 'portal', 'agent-image': IMAGE, 'auth-path': 'auth/eks-prod', namespace: 'phi', 'tls-secret': 'vault-ca', 'ca-cert': '/vault/tls/ca.crt', 'tls-server-name': 'vault.internal',
      'agent-pre-populate-only': 'true', 'template-static-secret-render-interval': '60s', 'agent-run-as-user': '1001', 'agent-run-as-group': '1002',
      'agent-inject-secret-db-password': 'secret/data/portal/db', 'agent-inject-template-db-password': template,
    });
    expect(agent.tokenVolume()).toEqual({ name: read(annotations, 'agent-service-account-token-volume-name'), projected: { sources: [{ serviceAccountToken: { audience: 'vault-prod', expirationSeconds: 3600, path: 'token' } }] } });
  });

  test('fits a pod whose service account gives out no token', () => {
    const agent = make({ secrets: [{ file: 'a'.repeat(40), path: 'a' }] });
    const [pod] = synthChart((chart) => new KubePod(chart, 'Pod', { metadata: { name: 'a', annotations: agent.annotations() }, spec: { automountServiceAccountToken: false, volumes: [agent.tokenVolume()], containers: [{ name: 'a', image: 'a' }] } }));

    expect(schemaFindings(pod)).toEqual([]);
    expect(Object.keys(agent.annotations()).filter((name) => name.split('/')[1].length > 63)).toEqual([]);
  });

  test.each<[string, object, unknown, string, string]>([
    ['Vault over http', { address: 'http://vault.example.com:8200' }, 'http://vault.example.com:8200', '312(e)(1)', 'https'],
    ['no role', { role: '' }, '', 'role', 'non-empty'],
    ['an image by tag', { image: 'hashicorp/vault:1.21.1' }, 'hashicorp/vault:1.21.1', 'PS3', 'sha256'],
    ['no secrets', { secrets: [] }, undefined, 'required', 'at least one'],
    ['a file that the injector writes otherwise', { secrets: [{ file: 'DB', path: 'a' }] }, 'DB', 'Injector', 'a-z'],
    ['a name too long for an annotation', { secrets: [{ file: 'a'.repeat(41), path: 'a' }] }, 'a'.repeat(41), 'Injector', '40'],
    ['a file outside of the volume', { secrets: [{ file: '../a', path: 'a' }] }, '../a', 'Injector', 'a-z'],
    ['two secrets in one file', { secrets: [minimal.secrets[0], minimal.secrets[0]] }, 'db', 'replace', 'of its own'],
    ['a path with a wildcard', { secrets: [{ file: 'a', path: 'secret/*' }] }, 'secret/*', 'Vault', 'secret/data'],
    ['an empty template', { secrets: [{ file: 'a', path: 'a', template: '' }] }, '', 'template', 'non-empty'],
    ['no auth method', { authPath: '' }, '', 'Vault', 'secret/data'],
    ['no CA', { caSecret: 'A' }, 'A', 'RFC 1123', 'a-z'],
    ['an empty audience', { audience: '' }, '', 'audience', 'non-empty'],
    ['root', { runAsUser: 0 }, 0, 'restricted', 'from 1'],
    ["root's group", { runAsGroup: 0 }, 0, 'restricted', 'from 1'],
    ['a second', { renderInterval: Duration.seconds(1) }, 1, 'within a day', 'from 60'],
    ['a text', { renderInterval: '5m' }, '5m', 'Duration', 'Duration.minutes'],
    ['the token of Vault', { injectToken: true }, 'injectToken', 'annotations', 'secrets'],
    ['an unknown field of a secret', { secrets: [{ ...minimal.secrets[0], command: 'sh' }] }, 'command', 'annotations', 'template'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => make(changes), { path: 'VaultAgentAnnotations', value, rule, remedy });
  });
});
