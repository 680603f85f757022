/** Ordinary workloads in PHI namespaces of the reference platform: each is judged, whatever made it and whatever claims what. */
import { Cron, Size } from 'cdk8s';
import { profile as eks } from '../../apps/eks/profile';
import { HipaaCharts } from '../../lib/assembly/hipaa-charts';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { MeshMode } from '../../lib/profile/mesh-mode';
import type { HipaaProfile } from '../../lib/profile/profile';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { verifyClaims } from '../../lib/validation/verify';
import { HardenedCronJob } from '../../lib/workloads/hardened-cron-job';
import { HardenedDeployment } from '../../lib/workloads/hardened-deployment';
import { HardenedStatefulSet } from '../../lib/workloads/hardened-stateful-set';
import { HealthProbe } from '../../lib/workloads/health-probe';
import { Image } from '../../lib/workloads/image';
import { eksObjects, findingsWith } from './harness';
import { manifest } from './weakening';

const IMAGE = `${eks.imageRegistry}/${eks.imageRepositories[0]}@sha256:${'3c'.repeat(32)}`;
const spec = {
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [{
    name: 'app', image: IMAGE, resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  }],
};
const bare = { automountServiceAccountToken: false, containers: [{ name: 'app', image: 'nginx', env: [{ name: 'API_TOKEN', value: 'correct-horse' }] }] };

/** Where the pod's specification stands, by kind. */
const KINDS: [string, string, (pod: object) => object][] = [
  ['v1', 'Pod', (pod) => ({ spec: pod })],
  ['v1', 'PodTemplate', (pod) => ({ template: { spec: pod } })],
  ['v1', 'ReplicationController', (pod) => ({ spec: { template: { spec: pod } } })],
  ['apps/v1', 'Deployment', (pod) => ({ spec: { template: { spec: pod } } })],
  ['apps/v1', 'StatefulSet', (pod) => ({ spec: { template: { spec: pod } } })],
  ['apps/v1', 'DaemonSet', (pod) => ({ spec: { template: { spec: pod } } })],
  ['apps/v1', 'ReplicaSet', (pod) => ({ spec: { template: { spec: pod } } })],
  ['batch/v1', 'Job', (pod) => ({ spec: { template: { spec: pod } } })],
  ['batch/v1', 'CronJob', (pod) => ({ spec: { jobTemplate: { spec: { template: { spec: pod } } } } })],
];
const own = (kind: string, pod: object, namespace = 'healthcare-prod'): SynthesizedObject => {
  const [apiVersion, , place] = KINDS.find(([, name]) => name === kind)!;
  return manifest(apiVersion, kind, namespace, 'own', place(pod));
};
const controlsOf = (findings: readonly string[]): string[] => findings.map((finding) => /rule: {3}control (\w+)/.exec(finding)![1]).sort();
const findingsExcept = (control: Control, ...more: SynthesizedObject[]): string[] => {
  const exception = new ControlException({ control, reason: 'a vendor\'s image', approver: 'ciso@company.com', expires: '2027-01-31' });
  const profile = Object.create(eks, { exceptions: { value: [exception] } }) as HipaaProfile;
  return verifyClaims([...eksObjects, ...more], profile);
};

describe('workloads of PHI namespaces', () => {
  test('what the reference platform runs there passes, the portal of cdk8s-plus among it', () => {
    expect(eksObjects.some(({ reference }) => reference.kind === 'Deployment' && reference.name === 'patient-portal')).toBe(true);
    expect(findingsWith()).toEqual([]);
  });

  test.each(KINDS)('%s %s is judged: hardened it passes, bare it is told by each control', (_apiVersion, kind) => {
    expect(findingsWith(own(kind, spec))).toEqual([]);

    const findings = findingsWith(own(kind, bare));
    expect(controlsOf(findings)).toEqual(['PS1', 'PS3', 'PS4', 'PS5']);
    for (const finding of findings) expect(finding).toContain(`${kind} healthcare-prod/own is not hardened as a PHI namespace demands`);
  });

  test('a finding says where, what, which rule and how to mend it, and never the secret', () => {
    const findings = findingsWith(own('Pod', { ...spec, containers: [{ ...spec.containers[0], env: [{ name: 'API_TOKEN', value: 'correct-horse' }] }] }));

    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain("[own/own] Pod healthcare-prod/own is not hardened as a PHI namespace demands: 'containers[0].env[0].value gives 'API_TOKEN' a literal value'");
    expect(findings[0]).toMatch(/rule: {3}control PS4.*164\.312\(a\)\(1\)/);
    expect(findings[0]).toContain('remedy: keep it in a secret store and mount it as a file, or add a ControlException');
    expect(findings[0]).not.toContain('correct-horse');
  });

  test('hardened workloads pass a whole synth, and one of another registry does not', () => {
    const synthesize = (image: Image): readonly string[] => {
      const app = new HipaaKubernetesApp(eks);
      const chart = new HipaaCharts(app, eks).workloads;
      const probes = { readiness: HealthProbe.https('/ready'), liveness: HealthProbe.tcp() };
      new HardenedDeployment(chart, 'Api', { namespace: 'healthcare-prod', image, port: 8443, probes, writablePaths: ['/tmp'] }).exposeViaService();
      new HardenedStatefulSet(chart, 'Records', { namespace: 'patient-data', image, port: 5432, probes, volumeClaimTemplates: [{ name: 'data', mountPath: '/data', storageClassName: 'hipaa-encrypted', size: Size.gibibytes(1) }] });
      new HardenedCronJob(chart, 'Export', { namespace: 'healthcare-prod', image, schedule: Cron.daily() });
      return app.synthesize().findings;
    };
    expect(synthesize(Image.of(IMAGE))).toEqual([]);
    expect(controlsOf(synthesize(Image.of(IMAGE.replace(eks.imageRegistry, 'registry.example.com'))))).toEqual(['PS3', 'PS3', 'PS3']);
  });

  describe('that get a sidecar', () => {
    const perContainer = {
      ...spec, securityContext: { runAsNonRoot: true },
      containers: [{ ...spec.containers[0], securityContext: { ...spec.containers[0].securityContext, seccompProfile: { type: 'RuntimeDefault' } } }],
    };
    const namespace = (labels: object): SynthesizedObject => manifest('v1', 'Namespace', undefined, 'healthcare-prod', { metadata: { name: 'healthcare-prod', labels } });
    const findings = (profile: HipaaProfile, pod: object, ...more: SynthesizedObject[]): string[] => verifyClaims([own('Pod', pod), ...more], profile).filter((finding) => finding.includes('is not hardened'));
    const withMesh = (mode?: MeshMode) => Object.create(eks, { mesh: { value: mode === undefined ? undefined : { mode } } }) as HipaaProfile;

    test.each<[string, HipaaProfile, SynthesizedObject[]]>([
      ['by the profile', withMesh(MeshMode.SIDECAR), []],
      ['by a label of the namespace', withMesh(), [namespace({ 'istio-injection': 'enabled' })]],
      ['by a revision', withMesh(), [namespace({ 'istio.io/rev': 'canary' })]],
      ['by a label, whatever the profile says', withMesh(MeshMode.AMBIENT), [namespace({ 'istio-injection': 'enabled' })]],
    ])('have a seccomp profile of their own: %s', (_how, profile, more) => {
      expect(findings(profile, perContainer, ...more).join()).toMatch(/Pod healthcare-prod\/own is not hardened.*no seccomp profile at its own level[\s\S]*control PS1/);
      expect(findings(profile, spec, ...more)).toEqual([]);
    });

    test.each<[string, HipaaProfile, SynthesizedObject[]]>([
      ['no mesh', withMesh(), [namespace({})]],
      ['an ambient mesh', withMesh(MeshMode.AMBIENT), [namespace({ 'istio.io/dataplane-mode': 'ambient' })]],
      ['sidecars off', withMesh(), [namespace({ 'istio-injection': 'disabled', 'istio.io/rev': 'canary' })]],
    ])('and need none with %s', (_what, profile, more) => {
      expect(findings(profile, perContainer, ...more)).toEqual([]);
    });
  });

  test('other namespaces are their own matter', () => {
    expect(findingsWith(own('Deployment', bare, 'shop'))).toEqual([]);
  });

  test('a workload inside a List is judged', () => {
    const list = manifest('v1', 'List', undefined, 'list', { items: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'hidden', namespace: 'patient-data' }, spec: { template: { spec: bare } } }] });
    expect(findingsWith(list).join()).toContain('Deployment patient-data/hidden is not hardened');
  });

  test.each([Control.PS1_PSA, Control.PS3_SUPPLY_CHAIN, Control.PS4_SECRETS, Control.PS5_QUOTAS])('an exception for %s takes out its findings and no others', (control) => {
    expect(controlsOf(findingsExcept(control, own('Deployment', bare)))).toEqual(['PS1', 'PS3', 'PS4', 'PS5'].filter((id) => id !== String(control)));
  });

  test('without a Namespace that claims anything, a workload is judged all the same', () => {
    const findings = verifyClaims([own('Deployment', bare)], eks);
    expect(controlsOf(findings)).toEqual(['PS1', 'PS3', 'PS4', 'PS5']);
  });

  describe('secrets', () => {
    const configMap = (data: object, namespace = 'healthcare-prod'): SynthesizedObject => manifest('v1', 'ConfigMap', namespace, 'settings', { data });
    const withEnv = (name: string, value: string): SynthesizedObject => own('Pod', { ...spec, containers: [{ ...spec.containers[0], env: [{ name, value }] }] });
    const constraint = (name: string, parameters: object, namespaces = ['healthcare-prod']): SynthesizedObject => manifest('constraints.gatekeeper.sh/v1beta1', 'HipaaPlaintextSecrets', undefined, name, { spec: { match: { namespaces }, parameters } });
    const alone = (...objects: SynthesizedObject[]): string[] => verifyClaims(objects, eks);

    test('a ConfigMap that environments are filled from is judged itself', () => {
      expect(findingsWith(configMap({ 'db-password': 'correct-horse' })).join()).toContain("data[db-password] gives 'db-password' a literal value");
      expect(findingsWith(configMap({ LOG_LEVEL: 'info' }))).toEqual([]);
      expect(findingsWith(configMap({ 'db-password': 'correct-horse' }, 'shop'))).toEqual([]);
    });

    test('names are allowed as the constraint of the namespace allows them', () => {
      expect(alone(withEnv('TLS_SECRET', 'portal-tls')).join()).toContain('TLS_SECRET');
      expect(alone(withEnv('TLS_SECRET', 'portal-tls'), constraint('one', { allowedNames: ['TLS_SECRET'] }))).toEqual([]);
      expect(alone(withEnv('TLS_SECRET', 'AKIAIOSFODNN7EXAMPLE'), constraint('one', { allowedNames: ['TLS_SECRET'] })).join()).toContain('AWS access key');
    });

    test('names are allowed as the profile allows them, and no form of a secret is', () => {
      const profile = Object.create(eks, { allowedEnvNames: { value: ['TLS_SECRET'] } }) as HipaaProfile;
      expect(verifyClaims([withEnv('TLS_SECRET', 'portal-tls')], profile)).toEqual([]);
      expect(verifyClaims([withEnv('TLS_SECRET', 'AKIAIOSFODNN7EXAMPLE')], profile).join()).toContain('AWS access key');
      expect(verifyClaims([withEnv('tls_secret', 'portal-tls')], profile).join()).toContain('tls_secret');
    });

    test('evasion: a constraint of another namespace, or a second one that allows more', () => {
      const narrow = constraint('narrow', {});
      const wide = constraint('wide', { allowedNames: ['TLS_SECRET'] });
      expect(alone(withEnv('TLS_SECRET', 'portal-tls'), constraint('other', { allowedNames: ['TLS_SECRET'] }, ['patient-data'])).join()).toContain('TLS_SECRET');
      expect(alone(withEnv('TLS_SECRET', 'portal-tls'), narrow, wide).join()).toContain('TLS_SECRET');
      expect(alone(withEnv('TLS_SECRET', 'portal-tls'), wide, narrow).join()).toContain('TLS_SECRET');
    });

    test('forms of the constraint are found; what only RE2 reads is left to the webhook', () => {
      const forms = constraint('one', { extraPatterns: ['(?i)\\bacme-[0-9a-f]{8}\\b', '\\C('] });
      expect(alone(withEnv('NOTE', 'ACME-0123ABCD'), forms).join()).toContain('an extra pattern of the constraint');
      expect(alone(withEnv('NOTE', 'other'), forms)).toEqual([]);
    });
  });

  describe('tokens', () => {
    const account = (name: string, automount?: boolean): SynthesizedObject => manifest('v1', 'ServiceAccount', 'healthcare-prod', name, automount === undefined ? {} : { automountServiceAccountToken: automount });
    const silent = { ...spec, automountServiceAccountToken: undefined };
    const projected = (serviceAccountToken: object): SynthesizedObject => own('Pod', { ...spec, volumes: [{ name: 'token', projected: { sources: [{ serviceAccountToken }] } }] });

    test.each<[string, SynthesizedObject[], RegExp]>([
      ['by itself', [own('Pod', { ...spec, automountServiceAccountToken: true })], /Pod healthcare-prod\/own sets automountServiceAccountToken: true/],
      ['by a ServiceAccount that says nothing', [own('Job', { ...silent, serviceAccountName: 'own' }), account('own')], /Job healthcare-prod\/own gets a token: neither it nor the ServiceAccount own/],
      ['by a ServiceAccount that nobody sees', [own('CronJob', { ...silent, serviceAccountName: 'unknown' })], /ServiceAccount unknown/],
      ['by the field of old', [own('Pod', { ...silent, serviceAccount: 'own' }), account('own', true)], /ServiceAccount own/],
      ['by a volume', [projected({ path: 'token' })], /projects a token for the API server: the volume token/],
      ['by a volume with the API server\'s audience', [projected({ path: 'token', audience: 'https://kubernetes.default.svc.cluster.local' })], /projects a token/],
      ['by a Secret that never expires', [manifest('v1', 'Secret', 'healthcare-prod', 'own', { type: 'kubernetes.io/service-account-token' })], /Secret healthcare-prod\/own holds a token that never expires/],
    ])('a pod gets none %s', (_how, objects, finding) => {
      const findings = findingsWith(...objects);
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatch(finding);
      expect(controlsOf(findings)).toEqual(['AC12']);
    });

    test.each<[string, SynthesizedObject[]]>([
      ['its ServiceAccount gives out none', [own('Pod', { ...silent, serviceAccountName: 'own' }), account('own', false)]],
      ['it has the default ServiceAccount, which gives out none', [own('Pod', silent)]],
      ['its token is for another service', [projected({ path: 'token', audience: 'sts.amazonaws.com' })]],
      ['a Secret is of another type', [manifest('v1', 'Secret', 'healthcare-prod', 'own', { type: 'kubernetes.io/tls' })]],
    ])('a pod passes where %s', (_why, objects) => {
      expect(findingsWith(...objects)).toEqual([]);
    });
  });
});

test('an object in a List of a List is judged', () => {
  const inner = { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'deep', namespace: 'healthcare-prod' }, spec: bare }] };
  expect(findingsWith(manifest('v1', 'List', undefined, 'outer', { items: [inner] })).join('\n')).toMatch(/Pod healthcare-prod\/deep/);
});

test('images come from the registries that the profile approves', () => {
  const pod = { ...spec, containers: [{ ...spec.containers[0], image: `ghcr.io/company/api@sha256:${'3c'.repeat(32)}` }] };
  const own = manifest('v1', 'Pod', 'healthcare-prod', 'own', { spec: pod });
  const judge = (profile: HipaaProfile): string => verifyClaims([...eksObjects, own], profile).join('\n');
  expect(judge(eks)).toMatch(/Pod healthcare-prod\/own/);
  expect(judge(Object.create(eks, { approvedRegistries: { value: [eks.imageRegistry, 'ghcr.io/company'] } }) as HipaaProfile)).toBe('');
});

test('images are volumes from Kubernetes 1.33, by digest from an approved registry', () => {
  const withVolume = (reference: string) => manifest('v1', 'Pod', 'healthcare-prod', 'own', { spec: { ...spec, volumes: [{ name: 'model', image: { reference } }] } });
  const old = Object.create(eks, { platform: { value: { version: KubernetesVersion.V1_32 } } }) as HipaaProfile;
  const current = Object.create(eks, { platform: { value: { version: KubernetesVersion.V1_33 } } }) as HipaaProfile;
  expect(verifyClaims([withVolume(IMAGE)], current)).toEqual([]);
  expect(verifyClaims([withVolume('ghcr.io/company/model:1')], current)).toEqual([expect.stringMatching(/volumes\[0\] \(model\) has an image without registry and digest[^]*control PS3/)]);
  expect(verifyClaims([withVolume(IMAGE)], old)).toEqual([expect.stringMatching(/the volume model is an image, which Kubernetes takes from 1\.33 on[^]*control PS1/)]);
});

test('items of a typed list are judged, also where they do not say their kind', () => {
  const list = manifest('apps/v1', 'DeploymentList', undefined, 'all', { items: [{ metadata: { name: 'hidden', namespace: 'healthcare-prod' }, spec: { template: { spec: bare } } }] });
  expect(findingsWith(list).join('\n')).toMatch(/Deployment healthcare-prod\/hidden/);
});
