/** What only the whole app knows: it is judged at synth, in whatever order things are made. */
import { ApiObject, type App, Chart, JsonPatch, Testing } from 'cdk8s';
import { AdmissionConstraints } from '../../lib/admission/admission-constraints';
import { POLICY_PACK } from '../../lib/admission/policy-pack';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { FlowEnd } from '../../lib/phi/flow-end';
import { PhiNamespace } from '../../lib/phi/phi-namespace';
import { PhiTree } from '../../lib/phi/phi-tree';
import { Environment } from '../../lib/profile/environment';
import { IdentityGroups } from '../../lib/profile/identity-groups';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { nodeFindings } from '../../lib/validation/report';
import { eksProfile } from '../support/profiles';

const groups = new IdentityGroups({ auditors: 'auditors@company.com', developers: 'developers@company.com', securityAdmins: 'security-admins@company.com' });
const VERSION = KubernetesVersion.V1_33;
const phi = (chart: Chart, name: string, environment = Environment.PROD) => new PhiNamespace(chart, name, { name, environment, kubernetesVersion: VERSION, groups });
const end = (namespace: string, name = 'api') => FlowEnd.pods({ namespace, podLabels: { app: name }, port: 8443 });
const findings = (build: (chart: Chart, app: App) => void): string[] => {
  const app = Testing.app();
  build(new Chart(app, 'Test'), app);
  return nodeFindings(app);
};
/** A finding names path, value, rule and remedy. */
const crossing = (path: string, flow: string) => expect.stringMatching(new RegExp(`^\\[${path}\\] the flow crosses from one environment into another: '${flow}'\n +rule: +control AC13, 45 CFR 164\\.308.*\n +remedy: .*de-identified`));
const TEST_TO_PROD = 'healthcare-test \\(test\\) -> healthcare-prod \\(prod\\)';

describe('flows between environments', () => {
  test.each<[string, (chart: Chart) => void, string]>([
    ['both namespaces, then the flow', (chart) => {
      phi(chart, 'healthcare-prod');
      phi(chart, 'healthcare-test', Environment.TEST).allow(end('healthcare-test'), end('healthcare-prod', 'db'));
    }, 'Test/healthcare-test'],
    ['the flow, then the other namespace', (chart) => {
      phi(chart, 'healthcare-test', Environment.TEST).allow(end('healthcare-test'), end('healthcare-prod', 'db'));
      phi(chart, 'healthcare-prod');
    }, 'Test/healthcare-test'],
    ["by the destination's namespace, before the source's", (chart) => {
      phi(chart, 'healthcare-prod').allow(end('healthcare-test'), end('healthcare-prod', 'db'));
      phi(chart, 'healthcare-test', Environment.TEST);
    }, 'Test/healthcare-prod'],
    ['from what is called an agent', (chart) => {
      phi(chart, 'healthcare-prod').allowFromAgent(end('healthcare-test'), end('healthcare-prod', 'db'));
      phi(chart, 'healthcare-test', Environment.TEST);
    }, 'Test/healthcare-prod'],
    ['to what is called an agent', (chart) => {
      phi(chart, 'healthcare-test', Environment.TEST).allowToAgent(end('healthcare-test'), end('healthcare-prod', 'db'));
      phi(chart, 'healthcare-prod');
    }, 'Test/healthcare-test'],
    ['in another chart of the app', (chart) => {
      phi(chart, 'healthcare-prod');
      phi(new Chart(chart.node.root as App, 'Other'), 'healthcare-test', Environment.TEST).allow(end('healthcare-test'), end('healthcare-prod', 'db'));
    }, 'Other/healthcare-test'],
  ])('are found: %s', (_what, build, path) => {
    expect(findings(build)).toEqual([crossing(path, TEST_TO_PROD)]);
  });

  test('are found once each', () => {
    expect(findings((chart) => {
      const test = phi(chart, 'healthcare-test', Environment.TEST);
      phi(chart, 'healthcare-prod');
      phi(chart, 'healthcare-dev', Environment.DEV).allow(end('healthcare-dev'), end('healthcare-test'));
      test.allow(end('healthcare-test'), end('healthcare-prod'));
      test.allow(end('healthcare-prod'), end('healthcare-test'));
    })).toHaveLength(3);
  });

  test.each<[string, (chart: Chart, app: App) => void]>([
    ['one environment', (chart) => {
      phi(chart, 'healthcare-prod').allow(end('healthcare-prod'), end('patient-data', 'db'));
      phi(chart, 'patient-data');
    }],
    ['a namespace without PHI', (chart) => {
      phi(chart, 'healthcare-prod').allowFromAgent(end('monitoring', 'prometheus'), end('healthcare-prod'));
    }],
  ])('are none: %s', (_what, build) => {
    expect(findings(build)).toEqual([]);
  });

  test('an environment that an end names itself is compared at once', () => {
    const other = FlowEnd.pods({ namespace: 'healthcare-prod', podLabels: { app: 'db' }, port: 5432, environment: Environment.PROD });
    expect(() => findings((chart) => phi(chart, 'healthcare-test', Environment.TEST).allow(end('healthcare-test'), other))).toThrow('crosses from one environment into another');
  });
});

describe('constraints', () => {
  const constraints = (chart: Chart, ...phiNamespaces: string[]) => new AdmissionConstraints(chart, 'Constraints', {
    phiNamespaces, approvedRegistries: ['registry.example.com'], approvedBindings: [],
  });
  // Classes of volumes and who may run programs in pods are judged where somebody said which.
  const KINDS = POLICY_PACK.filter(({ id }) => !['storage-encryption', 'interactive-access'].includes(id)).map(({ kind }) => kind).sort();
  const passedOver = (kind: string, name: string, path = 'Test/Constraints') => expect.stringMatching(
    new RegExp(`^\\[Test/${name}\\] the constraint ${kind} [a-z-]+ passes over the PHI namespace: '${name}'\n +rule: +control AC13.*\n +remedy: add it to phiNamespaces of ${path}/`));

  test.each<[string, (chart: Chart, app: App) => void]>([
    ['made before', (chart) => {
      constraints(chart, 'healthcare-prod');
      phi(chart, 'healthcare-prod');
      phi(chart, 'patient-data');
    }],
    ['made behind', (chart) => {
      phi(chart, 'patient-data');
      phi(chart, 'healthcare-prod');
      constraints(chart, 'healthcare-prod');
    }],
  ])('that pass over a namespace are found, each: %s', (_what, build) => {
    expect(findings(build).sort()).toEqual(KINDS.map((kind) => passedOver(kind, 'patient-data')));
  });

  test('are looked for in every chart of the app', () => {
    expect(findings((chart, app) => {
      phi(chart, 'patient-data');
      constraints(new Chart(app, 'Constraints'), 'healthcare-prod');
    }).sort()).toEqual(KINDS.map((kind) => passedOver(kind, 'patient-data', 'Constraints/Constraints')));
  });

  const objectOf = (chart: Chart, kind: string) => chart.node.findAll().find((construct): construct is ApiObject => ApiObject.isApiObject(construct) && construct.kind === kind)!;

  test('are read as they are emitted, after patches', () => {
    expect(findings((chart) => {
      phi(chart, 'healthcare-prod');
      constraints(chart, 'healthcare-prod');
      objectOf(chart, 'HipaaIngressTls').addJsonPatch(JsonPatch.replace('/spec/match/namespaces', ['other']));
    })).toEqual([passedOver('HipaaIngressTls', 'healthcare-prod')]);
  });

  test.each<[string, (chart: Chart) => void]>([
    ['every namespace is named', (chart) => constraints(chart, 'healthcare-prod', 'patient-data')],
    ['a constraint binds everywhere', (chart) => {
      constraints(chart, 'healthcare-prod', 'patient-data');
      objectOf(chart, 'HipaaIngressTls').addJsonPatch(JsonPatch.remove('/spec/match/namespaces'));
    }],
    ["a constraint is of a user's own template", (chart) => {
      new ApiObject(chart, 'Own', { apiVersion: 'constraints.gatekeeper.sh/v1beta1', kind: 'K8sRequiredLabels', metadata: { name: 'own' }, spec: { match: { namespaces: ['web'] } } });
    }],
    ['a kind of the same name is no constraint', (chart) => {
      new ApiObject(chart, 'Own', { apiVersion: 'example.com/v1', kind: 'HipaaIngressTls', metadata: { name: 'own' }, spec: { match: { namespaces: ['web'] } } });
    }],
  ])('nothing is found where %s', (_what, build) => {
    expect(findings((chart) => {
      phi(chart, 'healthcare-prod');
      phi(chart, 'patient-data');
      build(chart);
    })).toEqual([]);
  });
});

test('a namespace that is made twice is found, with the place of the first', () => {
  expect(findings((chart, app) => {
    phi(chart, 'healthcare-prod');
    phi(new Chart(app, 'Other'), 'healthcare-prod', Environment.DEV);
  })).toEqual([expect.stringMatching(/^\[Other\/healthcare-prod\] a PHI namespace is made twice: 'healthcare-prod'\n +rule: +control AC13.*\n +remedy: use the one at Test\/healthcare-prod$/)]);
});

test('an app has one tree', () => {
  const app = Testing.app();
  const [one, other] = [new Chart(app, 'One'), new Chart(app, 'Other')];

  expect(PhiTree.of(one)).toBe(PhiTree.of(other));
  expect(PhiTree.of(new Chart(Testing.app(), 'One'))).not.toBe(PhiTree.of(one));
});

test('what is found keeps an app from being written, of cdk8s itself and of this library', () => {
  const build = (app: App) => {
    const chart = new Chart(app, 'Test');
    phi(chart, 'healthcare-prod').allow(end('healthcare-prod'), end('healthcare-test'));
    phi(chart, 'healthcare-test', Environment.TEST);
    return app;
  };
  const own = new HipaaKubernetesApp(eksProfile());
  build(own);

  expect(() => build(Testing.app()).synth()).toThrow('the flow crosses from one environment into another');
  expect(own.synthesize()).toMatchObject({ files: [], findings: expect.arrayContaining([crossing('Test/healthcare-prod', 'healthcare-prod \\(prod\\) -> healthcare-test \\(test\\)')]) });
});

describe('ends outside of PHI namespaces', () => {
  test.each<[string, (chart: Chart) => void, string, RegExp]>([
    ['that is reached', (chart) => phi(chart, 'healthcare-prod').allow(end('healthcare-prod'), end('reports')), 'reports', /use allowToAgent/],
    ['that reaches', (chart) => phi(chart, 'healthcare-prod').allow(end('default'), end('healthcare-prod')), 'default', /use allowFromAgent/],
    ['that is of another app', (chart) => {
      phi(chart, 'healthcare-test', Environment.TEST).allow(end('healthcare-test'), end('healthcare-prod', 'db'));
      phi(new Chart(Testing.app(), 'Other'), 'healthcare-prod');
    }, 'healthcare-prod', /use allowToAgent/],
  ])('are found: one %s', (_what, build, name, remedy) => {
    expect(findings(build)).toEqual([expect.stringMatching(new RegExp(`an end of the flow lies in no PHI namespace: '${name}'\\n +rule: +control NW1, 45 CFR 164\\.312.*\\n +remedy: .*${remedy.source}`))]);
  });
});

describe('what else stands in a PHI namespace of an app without a profile', () => {
  const own = (chart: Chart, apiVersion: string, kind: string, fields: object, namespace: string | undefined = 'healthcare-prod', name = 'own') => new ApiObject(chart, `${kind}-${name}`, { apiVersion, kind, metadata: { name, namespace }, ...fields });
  const bare = { automountServiceAccountToken: true, containers: [{ name: 'app', image: 'nginx', env: [{ name: 'PASSWORD', value: 'hunter2x' }] }] };

  test.each<[string, (chart: Chart) => void, RegExp[]]>([
    ['a bare pod', (chart) => own(chart, 'v1', 'Pod', { spec: bare }), [/control PS1/, /control PS3/, /control PS4/, /control PS5/, /automountServiceAccountToken: true[^]*control AC12/]],
    ['a Secret', (chart) => own(chart, 'v1', 'Secret', { stringData: { password: 'a' } }), [/Secret healthcare-prod\/own[^]*stringData holds its secrets in the manifest[^]*control PS4/]],
    ['a certificate with its key', (chart) => own(chart, 'v1', 'Secret', { type: 'kubernetes.io/tls', data: { 'tls.key': 'YQ==' } }), [/data holds its secrets/]],
    ['a secret in a ConfigMap', (chart) => own(chart, 'v1', 'ConfigMap', { data: { PASSWORD: 'hunter2x' } }), [/control PS4/]],
    ['a policy for everyone', (chart) => own(chart, 'networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] } }), [/every pod be reached from everyone[^]*control NW1/]],
    ['an Ingress without TLS', (chart) => own(chart, 'networking.k8s.io/v1', 'Ingress', { spec: { rules: [{ host: 'a.example.com' }] } }), [/TLS does not cover[^]*control TX1/]],
    ['a load balancer', (chart) => own(chart, 'v1', 'Service', { spec: { type: 'LoadBalancer' } }), [/published as a LoadBalancer[^]*control TX1/]],
    ['a plaintext listener', (chart) => own(chart, 'gateway.networking.k8s.io/v1', 'Gateway', { spec: { listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] } }), [/the listener http speaks HTTP on port 80[^]*control TX1/]],
    ["a plaintext port of Istio's gateway", (chart) => own(chart, 'networking.istio.io/v1', 'Gateway', { spec: { servers: [{ port: { number: 80, protocol: 'HTTP' }, hosts: ['*'] }] } }), [/port 80 speaks HTTP, and does not redirect/]],
    ['no namespace', (chart) => new ApiObject(chart, 'Own', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'own' } }), [/an object names no namespace/]],
    ['two of one name', (chart) => { own(chart, 'v1', 'ConfigMap', {}); new ApiObject(chart, 'Again', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'own', namespace: 'healthcare-prod' } }); }, [/two objects have one group/]],
  ])('is judged: %s', (_what, build, texts) => {
    const found = findings((chart) => { phi(chart, 'healthcare-prod'); build(chart); });
    expect(found).toHaveLength(texts.length);
    texts.forEach((text, index) => expect(found[index]).toMatch(text));
  });

  test.each<[string, (chart: Chart) => void]>([
    ['another namespace', (chart) => own(chart, 'v1', 'Pod', { spec: bare }, 'web')],
    ['a listener of TLS', (chart) => own(chart, 'gateway.networking.k8s.io/v1', 'Gateway', { spec: { listeners: [{ name: 'a', port: 443, protocol: 'HTTPS' }, { name: 'b', port: 8443, protocol: 'TLS', tls: { mode: 'Passthrough' } }] } })],
    ['a waypoint', (chart) => own(chart, 'gateway.networking.k8s.io/v1', 'Gateway', { spec: { listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] } })],
    ['a listener that redirects', (chart) => {
      own(chart, 'gateway.networking.k8s.io/v1', 'Gateway', { spec: { listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] } });
      own(chart, 'gateway.networking.k8s.io/v1', 'HTTPRoute', { spec: { parentRefs: [{ name: 'own' }], rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }] }] } });
    }],
    ["Istio's redirect", (chart) => own(chart, 'networking.istio.io/v1', 'Gateway', { spec: { servers: [{ port: { number: 80, protocol: 'HTTP' }, tls: { httpsRedirect: true } }] } })],
  ])('passes: %s', (_what, build) => expect(findings((chart) => { phi(chart, 'healthcare-prod'); build(chart); })).toEqual([]));

  test('is judged once where the app has a profile', () => {
    const app = new HipaaKubernetesApp(eksProfile());
    const chart = new Chart(app, 'Test');
    phi(chart, 'healthcare-prod');
    own(chart, 'v1', 'Secret', { data: { a: 'YQ==' } });
    expect(app.synthesize().findings.filter((finding) => finding.includes('holds its secrets'))).toHaveLength(1);
  });
});

describe('a namespace of the profile that is made elsewhere', () => {
  const profile = eksProfile();

  test('emits its flows alone, to any namespace of the profile', () => {
    const app = new HipaaKubernetesApp(profile);
    const chart = new Chart(app, 'Team');
    PhiNamespace.fromProfile(chart, 'Prod', profile, 'healthcare-prod').allow(end('healthcare-prod'), end('patient-data', 'db'));
    const { findings: found, objects } = app.synthesize();
    expect(found).toEqual([]);
    expect(objects.map(({ reference }) => `${reference.kind} ${reference.namespace}`)).toEqual(['NetworkPolicy healthcare-prod', 'NetworkPolicy patient-data']);
  });

  test('has to be one of the profile', () => {
    expect(() => PhiNamespace.fromProfile(new Chart(Testing.app(), 'Team'), 'Prod', profile, 'web')).toThrow(/name is no PHI namespace of the profile: 'web'[^]*use one of healthcare-prod, patient-data/);
  });
});
