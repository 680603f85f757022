import { hardenedPodFlaws } from '../../lib/manifests/hardened-pod';
import { vaultAgentContainers, vaultAgentFlaws } from '../../lib/manifests/vault-agent';
import { VaultAgentAnnotations } from '../../lib/workloads/secrets/vault-agent-annotations';

const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const IMAGE = `${REGISTRY}/vault@sha256:${'3c'.repeat(32)}`;
const vault = (changes: object = {}) => new VaultAgentAnnotations({ address: 'https://vault.example.com:8200', role: 'portal', image: IMAGE, secrets: [{ file: 'db', path: 'secret/data/db' }], ...changes });

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a weakening reaches into every shape
type Template = any;
const template = (changes: Record<string, string | undefined> = {}, agent = vault()): Template => ({
  metadata: { annotations: Object.fromEntries(Object.entries({ ...agent.annotations(), ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [`vault.hashicorp.com/${name}`, value])) }).filter(([, value]) => value !== undefined)) },
  spec: { containers: [], volumes: [agent.tokenVolume()] },
});
const flawsOf = (pod: Template): string[] => vaultAgentFlaws(pod, [REGISTRY]).map(({ control, text }) => `${control} ${text}`);
const patch = (...operations: object[]): string => JSON.stringify(operations);
const seccomp = { op: 'add', path: '/securityContext/seccompProfile', value: { type: 'RuntimeDefault' } };

describe('the agent that the injector of Vault will add', () => {
  test.each<[string, Template]>([
    ['as VaultAgentAnnotations writes it', template()],
    ['once, before the pod starts', template({ 'agent-json-patch': undefined }, vault({ prePopulateOnly: true }))],
    ['beside the pod alone', template({ 'agent-pre-populate': 'false', 'agent-init-json-patch': undefined })],
    ['with the pod\'s own seccomp profile', { ...template({ 'agent-json-patch': '', 'agent-init-json-patch': undefined }), spec: { securityContext: { seccompProfile: { type: 'RuntimeDefault' } }, volumes: [vault().tokenVolume()] } }],
    ['with more memory by a patch', template({ 'agent-json-patch': patch(seccomp, { op: 'replace', path: '/resources/limits/memory', value: '1Gi' }) })],
    ['by the injector\'s own switches', template({ 'agent-set-security-context': undefined, 'agent-run-as-user': undefined, 'agent-run-as-same-user': '0', 'agent-share-process-namespace': 'False', 'tls-skip-verify': 'f' })],
    ['where none is asked for', template({ 'agent-inject': 'false', 'agent-image': 'vault' })],
    ['where nothing is said', { metadata: {}, spec: {} }],
  ])('has no flaw %s', (_how, pod) => expect(flawsOf(pod)).toEqual([]));

  test.each<[string, Record<string, string | undefined>, RegExp]>([
    ['no image', { 'agent-image': undefined }, /^PS3 .*agent-image is missing/],
    ['an image by tag', { 'agent-image': `${REGISTRY}/vault:1.20` }, /^PS3 .*without registry and digest/],
    ['an image of another registry', { 'agent-image': IMAGE.replace(REGISTRY, 'registry.example.com') }, /^PS3 .*another registry than/],
    ['no security context', { 'agent-set-security-context': 'false' }, /^PS1 .*no security context/],
    ['a switch that nobody reads', { 'agent-set-security-context': 'yes' }, /^PS1 .*is 'yes'/],
    ['root', { 'agent-run-as-user': '0' }, /^PS1 .*agent-run-as-user is '0'/],
    ['root, written otherwise', { 'agent-run-as-user': '00' }, /^PS1 .*may run as root/],
    ['the group of root, for which the injector takes runAsNonRoot back', { 'agent-run-as-group': '0' }, /^PS1 .*agent-run-as-group/],
    ['the user of the program', { 'agent-run-as-same-user': '1' }, /^PS1 .*user of the program/],
    ['one process namespace', { 'agent-share-process-namespace': 'TRUE' }, /^PS1 .*processes/],
    ['the volumes of the program', { 'agent-copy-volume-mounts': 'portal' }, /^PS1 .*volumes of the container portal/],
    ['a patch that makes it privileged', { 'agent-json-patch': patch(seccomp, { op: 'add', path: '/securityContext/privileged', value: true }) }, /^PS1 .*agent-json-patch has add \/securityContext\/privileged/],
    ['a patch of the whole context', { 'agent-init-json-patch': patch({ op: 'replace', path: '/securityContext', value: {} }) }, /^PS1 .*agent-init-json-patch has replace/],
    ['a patch that gives it another image', { 'agent-json-patch': patch(seccomp, { op: 'replace', path: '/image', value: 'evil' }) }, /^PS1 .*replace \/image/],
    ['a patch that copies', { 'agent-json-patch': patch({ op: 'copy', from: '/env', path: '/resources' }) }, /^PS1 .*copy \/resources/],
    ['an unconfined seccomp profile', { 'agent-json-patch': patch({ ...seccomp, value: { type: 'Unconfined' } }) }, /^PS1 .*add \/securityContext\/seccompProfile/],
    ['a patch that takes seccomp back', { 'agent-json-patch': patch(seccomp, { op: 'remove', path: '/securityContext/seccompProfile' }) }, /^PS1 .*remove/],
    ['a patch that is none', { 'agent-json-patch': '{' }, /^PS1 .*no JSON patch/],
    ['a test instead of seccomp', { 'agent-json-patch': patch({ ...seccomp, op: 'test' }) }, /^PS1 .*neither the pod nor agent-json-patch/],
    ['no seccomp at the start', { 'agent-init-json-patch': undefined }, /^PS1 .*neither the pod nor agent-init-json-patch/],
    ['no check of the certificate', { 'tls-skip-verify': 'true' }, /^PS4 .*whoever answers/],
    ['plain HTTP', { service: 'http://vault:8200' }, /^PS4 .*without TLS/],
    ['no token volume', { 'agent-service-account-token-volume-name': undefined }, /^PS4 .*no token of its own/],
    ['a token volume that is not there', { 'agent-service-account-token-volume-name': 'other' }, /^PS4 .*no volume other/],
  ])('has a flaw with %s', (_what, changes, flaw) => {
    const flaws = flawsOf(template(changes));
    expect(flaws).toHaveLength(1);
    expect(flaws[0]).toMatch(flaw);
  });

  test('a volume of the name that projects no token is none, and an injector\'s switch it cannot read is judged', () => {
    expect(flawsOf({ ...template(), spec: { volumes: [{ name: 'vault-token', emptyDir: {} }] } })).toEqual([expect.stringContaining('no volume vault-token that projects one')]);
    expect(flawsOf({ ...template({ 'agent-inject': 'yes' }), spec: {} })).toHaveLength(1);
  });

  test('is judged with the pod', () => {
    expect(hardenedPodFlaws(template({ 'agent-run-as-user': '0' })).map(({ text }) => text)).toEqual(["the Vault agent may run as root: agent-run-as-user is '0'"]);
  });

  test.each<[string, Template, string[], string[]]>([
    ['both', template(), ['vault-agent-init'], ['vault-agent']],
    ['the first alone', template({}, vault({ prePopulateOnly: true })), ['vault-agent-init'], []],
    ['the second alone', template({ 'agent-pre-populate': 'false' }), [], ['vault-agent']],
    ['none', template({ 'agent-inject': undefined }), [], []],
  ])('its containers are %s', (_which, pod, init, running) => {
    const containers = vaultAgentContainers(pod) as { init: { name: string }[]; running: { name: string }[] };
    expect([containers.init.map(({ name }) => name), containers.running.map(({ name }) => name)]).toEqual([init, running]);
  });

  test('they ask for what the annotations say, or for the injector\'s own defaults', () => {
    expect(vaultAgentContainers(template()).running).toEqual([{ name: 'vault-agent', resources: {
      requests: { 'cpu': '50m', 'memory': '64Mi', 'ephemeral-storage': '32Mi' }, limits: { 'cpu': '250m', 'memory': '128Mi', 'ephemeral-storage': '128Mi' },
    } }]);
    expect(vaultAgentContainers({ metadata: { annotations: { 'vault.hashicorp.com/agent-inject': 'true' } } }).running).toMatchObject([{ resources: { requests: { cpu: '250m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } } }]);
  });
});
