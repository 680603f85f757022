import { hardenedPodFlaws } from '../../lib/manifests/hardened-pod';

const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const IMAGE = `${REGISTRY}/portal@sha256:${'3c'.repeat(32)}`;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a weakening reaches into every shape
type Template = any;

const container = (name: string): object => ({
  name, image: IMAGE,
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: 1, memory: '256Mi' } },
  securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
});

/** A hardened pod with a container of each kind; what holds for all of them stands on the pod. */
const pod = (): Template => ({
  metadata: { annotations: { 'container.apparmor.security.beta.kubernetes.io/app': 'runtime/default' } },
  spec: {
    securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' }, sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }] },
    initContainers: [container('init')],
    containers: [{ ...container('app'), env: [{ name: 'LOG_LEVEL', value: 'info' }, { name: 'DB_PASSWORD_FILE', value: '/vault/secrets/db' }], envFrom: [{ configMapRef: { name: 'settings' } }] }],
    ephemeralContainers: [container('debug')],
    volumes: [{ name: 'tmp', emptyDir: {} }, { name: 'db', secret: { secretName: 'db' } }, { name: 'aws', csi: { driver: 'secrets-store.csi.k8s.io', readOnly: true } }, { name: 'model', image: { reference: IMAGE, pullPolicy: 'IfNotPresent' } }],
  },
});

const flawsOf = (weaken: (template: Template) => void): string[] => {
  const template = pod();
  weaken(template);
  return hardenedPodFlaws(template, { registries: [REGISTRY] }).map(({ control, text }) => `${control} ${text}`);
};
const app = (change: (app: Template) => void) => (template: Template): void => change(template.spec.containers[0]);
const init = (change: (init: Template) => void) => (template: Template): void => change(template.spec.initContainers[0]);
const debug = (change: (debug: Template) => void) => (template: Template): void => change(template.spec.ephemeralContainers[0]);

const EVASIONS: [string, (template: Template) => void, RegExp][] = [
  // The pod's setting, outweighed by a container's.
  ['a container takes runAsNonRoot back', app((c) => (c.securityContext.runAsNonRoot = false)), /^PS1 containers\[0\] \(app\) may run as root/],
  ['an init container takes runAsNonRoot back', init((c) => (c.securityContext.runAsNonRoot = false)), /^PS1 initContainers\[0\] \(init\) may run as root/],
  ['runAsNonRoot is a text', (t) => (t.spec.securityContext.runAsNonRoot = 'true'), /may run as root/],
  ['nobody says runAsNonRoot', (t) => delete t.spec.securityContext.runAsNonRoot, /may run as root/],
  ['the user 0 with runAsNonRoot', app((c) => (c.securityContext.runAsUser = 0)), /\(app\) runs as the user 0/],
  ['the user 0 on the pod, outweighed by every container', (t) => { t.spec.securityContext.runAsUser = 0; t.spec.containers[0].securityContext.runAsUser = 1; }, /the pod runs as the user 0/],
  ['the user 0 as a text', init((c) => (c.securityContext.runAsUser = '0')), /runs as the user 0/],
  ['seccomp Unconfined on one init container', init((c) => (c.securityContext.seccompProfile = { type: 'Unconfined' })), /\(init\) has the seccomp profile Unconfined/],
  ['seccomp Unconfined on the pod, outweighed by containers', (t) => (t.spec.securityContext.seccompProfile = { type: 'Unconfined' }), /the pod has the seccomp profile Unconfined/],
  ['no seccomp profile at all', (t) => delete t.spec.securityContext.seccompProfile, /has no seccomp profile/],
  ['a seccomp profile without a type', (t) => (t.spec.securityContext.seccompProfile = {}), /has no seccomp profile/],
  ['seccomp by the annotation of old', (t) => { delete t.spec.securityContext.seccompProfile; t.metadata.annotations['seccomp.security.alpha.kubernetes.io/pod'] = 'runtime/default'; }, /has no seccomp profile/],
  ['no security context', (t) => delete t.spec.containers[0].securityContext, /allowPrivilegeEscalation is not false/],
  ['a null security context', app((c) => (c.securityContext = null)), /readOnlyRootFilesystem is not true/],
  ['an empty drop list', app((c) => (c.securityContext.capabilities.drop = [])), /capabilities\.drop does not name ALL/],
  ['ALL in small letters', app((c) => (c.securityContext.capabilities.drop = ['all'])), /does not name ALL/],
  ['each capability by name', app((c) => (c.securityContext.capabilities.drop = ['NET_RAW', 'SYS_ADMIN'])), /does not name ALL/],
  ['capabilities on the pod, where there are none', (t) => { t.spec.securityContext.capabilities = { drop: ['ALL'] }; delete t.spec.containers[0].securityContext.capabilities; }, /does not name ALL/],
  ['drop ALL and add NET_ADMIN', app((c) => (c.securityContext.capabilities.add = ['NET_BIND_SERVICE', 'NET_ADMIN'])), /adds the capabilities NET_ADMIN$/],
  ['privileged init', init((c) => (c.securityContext.privileged = true)), /\(init\) is privileged/],
  ['privileged as a text', app((c) => (c.securityContext.privileged = 'true')), /is privileged/],
  ['an ephemeral container that is privileged', debug((c) => (c.securityContext.privileged = true)), /ephemeralContainers\[0\] \(debug\) is privileged/],
  ['an ephemeral container that gains privileges', debug((c) => delete c.securityContext.allowPrivilegeEscalation), /\(debug\) may gain privileges/],
  ['a sidecar with a root file system to write', (t) => t.spec.initContainers.push({ ...container('sidecar'), restartPolicy: 'Always', securityContext: { ...(container('x') as Template).securityContext, readOnlyRootFilesystem: false } }), /initContainers\[1\] \(sidecar\) may write/],
  ['a second container that nobody hardened', (t) => t.spec.containers.push({ name: 'proxy', image: IMAGE, resources: (container('x') as Template).resources }), /containers\[1\] \(proxy\) may gain privileges/],
  ['procMount Unmasked', app((c) => (c.securityContext.procMount = 'Unmasked')), /procMount Unmasked/],
  ['AppArmor Unconfined', app((c) => (c.securityContext.appArmorProfile = { type: 'Unconfined' })), /AppArmor profile Unconfined/],
  ['AppArmor unconfined by annotation', (t) => (t.metadata.annotations['container.apparmor.security.beta.kubernetes.io/app'] = 'unconfined'), /takes the AppArmor profile away/],
  ['an SELinux type that confines nothing', (t) => (t.spec.securityContext.seLinuxOptions = { type: 'spc_t' }), /SELinux type spc_t/],
  ['an SELinux user', app((c) => (c.securityContext.seLinuxOptions = { user: 'system_u' })), /user or role of SELinux/],
  ['a Windows pod', (t) => (t.spec.os = { name: 'windows' }), /os\.name is windows/],
  ['hostProcess on the pod', (t) => (t.spec.securityContext.windowsOptions = { hostProcess: true }), /hostProcess/],
  ['hostProcess on an init container', init((c) => (c.securityContext.windowsOptions = { hostProcess: true })), /\(init\) is a process of a Windows node/],
  ['the network of the node', (t) => (t.spec.hostNetwork = true), /hostNetwork/],
  ['the processes of the node', (t) => (t.spec.hostPID = true), /hostPID/],
  ['hostIPC as a text', (t) => (t.spec.hostIPC = 'true'), /hostIPC/],
  ['a port of the node', app((c) => (c.ports = [{ containerPort: 8443 }, { containerPort: 9443, hostPort: 9443 }])), /hostPort/],
  ['a port of the node, on an init container', init((c) => (c.ports = [{ containerPort: 53, hostPort: 53, hostIP: '0.0.0.0' }])), /\(init\) takes a port/],
  ['a host path', (t) => t.spec.volumes.push({ name: 'docker', hostPath: { path: '/run/containerd/containerd.sock' } }), /volume docker is of the type hostPath/],
  ['a host path beside an emptyDir in one volume', (t) => (t.spec.volumes[0].hostPath = { path: '/' }), /volume tmp is of the type hostPath/],
  ['NFS past every StorageClass', (t) => t.spec.volumes.push({ name: 'share', nfs: { server: '10.0.0.1', path: '/' } }), /type nfs/],
  ['a sysctl of the node', (t) => (t.spec.securityContext.sysctls = [{ name: 'kernel.msgmax', value: '1' }]), /sysctl kernel\.msgmax/],
  ['a probe of another host, which the node asks', app((c) => (c.livenessProbe = { httpGet: { host: '169.254.169.254', port: 80 } })), /node call another host: livenessProbe/],
  ['a hook that calls another host', app((c) => (c.lifecycle = { preStop: { tcpSocket: { host: 'evil.example.com', port: 443 } } })), /lifecycle\.preStop/],
  ['a container that is none', (t) => t.spec.containers.push(null), /containers\[1\] is no container/],
  // Images.
  ['an image by tag', app((c) => (c.image = `${REGISTRY}/portal:1.2.3`)), /^PS3 .*without registry and digest/],
  ['an image that is missing', init((c) => delete c.image), /PS3 initContainers\[0\]/],
  ['a digest of Docker Hub', app((c) => (c.image = `nginx@sha256:${'3c'.repeat(32)}`)), /without registry and digest/],
  ['a digest that is too short', app((c) => (c.image = `${REGISTRY}/portal@sha256:abc`)), /without registry and digest/],
  ['a digest in capitals', app((c) => (c.image = IMAGE.replace('3c', '3C'))), /without registry and digest/],
  ['a digest and then a tag', app((c) => (c.image = `${IMAGE}:latest`)), /without registry and digest/],
  ['two digests', app((c) => (c.image = `${IMAGE}@sha256:${'4d'.repeat(32)}`)), /without registry and digest/],
  ['another registry', app((c) => (c.image = IMAGE.replace(REGISTRY, 'registry.example.com'))), /another registry than/],
  ['a host that begins like the registry', app((c) => (c.image = IMAGE.replace(REGISTRY, `${REGISTRY}.evil.example.com`))), /another registry than/],
  ['an account that ends like it', app((c) => (c.image = `9${IMAGE}`)), /another registry than/],
  ['the registry as a path of another', app((c) => (c.image = `evil.example.com/${IMAGE}`)), /another registry than/],
  ['an ephemeral container of another registry', debug((c) => (c.image = `docker.io/library/busybox@sha256:${'3c'.repeat(32)}`)), /ephemeralContainers\[0\] \(debug\) has an image of another/],
  ['an image as a volume, by tag', (t) => (t.spec.volumes[3].image.reference = `${REGISTRY}/model:1`), /^PS3 volumes\[3\] \(model\) has an image without registry and digest/],
  ['an image as a volume, of another registry', (t) => (t.spec.volumes[3].image.reference = IMAGE.replace(REGISTRY, 'registry.example.com')), /^PS3 volumes\[3\] \(model\) has an image of another/],
  ['an image as a volume, that is not named', (t) => (t.spec.volumes[3].image = {}), /^PS3 volumes\[3\]/],
  ['a host path behind an image', (t) => (t.spec.volumes[3].hostPath = { path: '/' }), /volume model is of the type hostPath/],
  // Secrets.
  ['a password in the environment', app((c) => c.env.push({ name: 'DB_PASSWORD', value: 'correct-horse' })), /^PS4 .*env\[2\]\.value gives 'DB_PASSWORD'/],
  ['an access key under a harmless name', init((c) => (c.env = [{ name: 'REGION', value: 'AKIAIOSFODNN7EXAMPLE' }])), /holds an AWS access key/],
  ['a password behind a flag', app((c) => (c.args = ['--db-password', 'correct-horse'])), /args\[1\] gives 'db-password'/],
  ['a URL with a password in a script', app((c) => (c.command = ['sh', '-c', 'curl https://me:correct-horse@api'])), /URL with a password/],
  ['a token in base64, in an ephemeral container', debug((c) => (c.env = [{ name: 'NOTE', value: Buffer.from('-----BEGIN PRIVATE KEY-----').toString('base64') }])), /private key/],
  ['a Secret as a variable', app((c) => c.env.push({ name: 'X', valueFrom: { secretKeyRef: { name: 'db', key: 'x' } } })), /Secret db in its environment: X/],
  ['an optional Secret as a variable of an init container', init((c) => (c.env = [{ name: 'X', valueFrom: { secretKeyRef: { name: 'db', key: 'x', optional: true } } }])), /\(init\) has the Secret db/],
  ['a whole Secret as environment', app((c) => c.envFrom.push({ prefix: 'A_', secretRef: { name: 'db' } })), /whole Secret db/],
  // Resources.
  ['no resources', app((c) => delete c.resources), /^PS5 .*no requests\.cpu, requests\.memory, limits\.cpu, limits\.memory/],
  ['no memory limit on an init container', init((c) => delete c.resources.limits.memory), /\(init\) has no limits\.memory/],
  ['a limit of zero, which is none', app((c) => (c.resources.limits.cpu = '0')), /no limits\.cpu/],
  ['a limit that is no amount', app((c) => (c.resources.limits.memory = '1 Gi')), /no limits\.memory/],
  ['a limit of zero with a unit', app((c) => (c.resources.limits.memory = '0.0Gi')), /no limits\.memory/],
  ['a limit that is null', app((c) => (c.resources.limits.cpu = null)), /no limits\.cpu/],
];

describe('a hardened pod', () => {
  test('has no flaw', () => {
    expect(flawsOf(() => undefined)).toEqual([]);
  });

  test.each<[string, (template: Template) => void]>([
    ['every container says it for itself', (t) => {
      for (const list of ['initContainers', 'containers', 'ephemeralContainers']) Object.assign(t.spec[list][0].securityContext, { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      delete t.spec.securityContext;
    }],
    ['a profile of the node', (t) => (t.spec.securityContext.seccompProfile = { type: 'Localhost', localhostProfile: 'profiles/portal.json' })],
    ['a low port', app((c) => (c.securityContext.capabilities.add = ['NET_BIND_SERVICE']))],
    ['a port without a host', app((c) => (c.ports = [{ containerPort: 8443, hostPort: 0 }]))],
    // The digest binds: what the tag says is not looked at by the runtime.
    ['a tag beside the digest', app((c) => (c.image = c.image.replace('@', ':1.2.3@')))],
    ['latest beside the digest', app((c) => (c.image = c.image.replace('@', ':latest@')))],
    ['no requests of an ephemeral container, for which the API takes none', debug((c) => delete c.resources)],
  ])('may say it otherwise: %s', (_what, change) => {
    expect(flawsOf(change)).toEqual([]);
  });

  test.each(EVASIONS)('has a flaw: %s', (_what, weaken, flaw) => {
    expect(flawsOf(weaken).filter((text) => flaw.test(text))).not.toEqual([]);
  });

  describe("with Istio's sidecar", () => {
    const own = { type: 'RuntimeDefault' };
    const perContainer = (t: Template): void => {
      for (const list of ['initContainers', 'containers', 'ephemeralContainers']) for (const one of t.spec[list]) one.securityContext.seccompProfile = own;
      delete t.spec.securityContext.seccompProfile;
    };
    const judge = (sidecars: boolean | undefined, change: (t: Template) => void): string[] => {
      const template = pod();
      change(template);
      return hardenedPodFlaws(template, { meshSidecars: sidecars }).map(({ control, text }) => `${control} ${text}`);
    };

    test('the pod itself has a seccomp profile, of the runtime or of the node', () => {
      expect(judge(true, () => undefined)).toEqual([]);
      expect(judge(true, (t) => (t.spec.securityContext.seccompProfile = { type: 'Localhost', localhostProfile: 'a.json' }))).toEqual([]);
    });

    test.each<[string, (t: Template) => void]>([
      ['has it on its containers alone', perContainer],
      ['has no security context', (t) => { perContainer(t); delete t.spec.securityContext; for (const list of ['initContainers', 'containers', 'ephemeralContainers']) for (const one of t.spec[list]) one.securityContext.runAsNonRoot = true; }],
      ['names no type', (t) => { perContainer(t); t.spec.securityContext.seccompProfile = {}; }],
    ])('a pod that %s is refused by admission', (_what, change) => {
      expect(judge(true, change)).toEqual([expect.stringMatching(/^PS1 the pod has no seccomp profile at its own level/)]);
      expect(judge(false, change)).toEqual([]);
      expect(judge(undefined, change)).toEqual([]);
    });

    test('a pod that asks for one is judged as well', () => {
      expect(judge(false, (t) => { perContainer(t); t.metadata.labels = { 'sidecar.istio.io/inject': 'true' }; })).toHaveLength(1);
      expect(judge(false, (t) => { perContainer(t); t.metadata.labels = { 'sidecar.istio.io/inject': 'false' }; })).toEqual([]);
    });
  });

  test('every evasion is one of its own, and there are enough', () => {
    expect(new Set(EVASIONS.map(([what]) => what)).size).toBe(EVASIONS.length);
    expect(EVASIONS.length).toBeGreaterThanOrEqual(60);
  });

  test.each([undefined, null, 'x', {}, { spec: null }, { spec: { containers: 'x' } }])('is judged without a throw where it is none: %j', (template) => {
    expect(() => hardenedPodFlaws(template)).not.toThrow();
  });

  test('images of any registry pass where none is named', () => {
    expect(hardenedPodFlaws({ spec: { ...pod().spec, containers: [{ ...container('app'), image: IMAGE.replace(REGISTRY, 'registry.example.com') }] } })).toEqual([]);
  });
});
