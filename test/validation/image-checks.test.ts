/** The check of signed images on a synthesized set, and on the same set weakened. */
import { Chart } from 'cdk8s';
import { KubeNamespace } from 'cdk8s-plus-28/lib/imports/k8s';
import { ImageAuthority } from '../../lib/profile/images/image-authority';
import { RequiredAttestation } from '../../lib/profile/images/required-attestation';
import { SignedImages } from '../../lib/admission/images/signed-images';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { Control } from '../../lib/controls/control';
import { VERIFIED_IMAGES, VERIFIED_IMAGES_LABEL } from '../../lib/manifests/verified-images-label';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import { eksProfile } from '../support/profiles';
import { beside, manifest, type Weakening } from './weakening';

const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const SUBJECT = '^https://github\\.com/company/portal/\\.github/workflows/release\\.yml@refs/heads/main$';
const profile = eksProfile();
const app = new HipaaKubernetesApp(profile);
const chart = new Chart(app, 'Images');
for (const { name } of profile.phiNamespaces) new KubeNamespace(chart, name, { metadata: { name, labels: { [VERIFIED_IMAGES_LABEL]: VERIFIED_IMAGES } } });
new SignedImages(chart, 'SignedImages', {
  registries: [REGISTRY],
  authorities: [
    ImageAuthority.awsKms('arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'),
    ImageAuthority.keyless({ issuer: 'https://token.actions.githubusercontent.com', subjectPattern: SUBJECT }),
  ],
  attestations: [RequiredAttestation.cycloneDx(), RequiredAttestation.vulnerabilityReport({ maxAgeDays: 7 })],
});
const { objects: emitted, findings } = app.synthesize();

/** What the check says of both policies. */
const verdicts = (weaken: Weakening): (string | undefined)[] => {
  const copies = structuredClone([...emitted]);
  const policies = copies.filter(({ reference }) => reference.kind === 'ClusterImagePolicy');
  weaken(policies[0].content, copies);
  const context = new CheckContext(profile, copies);
  return policies.map((policy) => checkFor(Control.PS3_SUPPLY_CHAIN, policy)?.check(policy, context));
};
const policy = (spec: object, apiVersion = 'policy.sigstore.dev/v1beta1') => manifest(apiVersion, 'ClusterImagePolicy', undefined, 'own', { spec });
const PASS = [{ static: { action: 'pass' } }];
const everything = [{ glob: '**' }];
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a weakening reaches into every shape
const inNamespace = (name: string, change: (content: any) => void): Weakening => (_content, others) => change(others.find(({ reference }) => reference.kind === 'Namespace' && reference.name === name)!.content);
const webhook = (kind: string, failurePolicy?: string) => beside(manifest('admissionregistration.k8s.io/v1', kind, undefined, 'policy.sigstore.dev', { webhooks: [{ name: 'policy.sigstore.dev', ...(failurePolicy === undefined ? {} : { failurePolicy }) }] }));
const config = (value?: string) => beside(manifest('v1', 'ConfigMap', 'cosign-system', 'config-policy-controller', { data: value === undefined ? { _example: 'no-match-policy: warn' } : { 'no-match-policy': value } }));

const mounting = (namespace: string, kind = 'Deployment', volumes: object[] = [{ name: 'tmp', emptyDir: {} }, { name: 'model', image: { reference: `${REGISTRY}/model:v1` } }]) => {
  const template = { spec: { volumes } };
  const pod = kind === 'CronJob' ? { spec: { jobTemplate: { spec: { template } } } } : kind === 'Pod' ? template : { spec: { template } };
  return beside(manifest(kind === 'Pod' ? 'v1' : kind === 'CronJob' ? 'batch/v1' : 'apps/v1', kind, namespace, 'portal', pod));
};

test('signed images stand as they are synthesized', () => {
  expect(findings).toEqual([]);
  expect(emitted.filter(({ reference }) => reference.kind === 'ClusterImagePolicy')).toHaveLength(2);
  expect(verdicts(() => undefined)).toEqual([undefined, undefined]);
});

test.each<[string, Weakening, RegExp]>([
  ['warn', (o) => (o.spec.mode = 'warn'), /mode is warn/],
  ['some kinds alone', (o) => (o.spec.match = [{ version: 'v1', resource: 'pods' }]), /some kinds/],
  ['no image', (o) => (o.spec.images = []), /no image/],
  ['every image', (o) => (o.spec.images[0].glob = '**'), /\*\* names no registry/],
  ['every registry', (o) => (o.spec.images[0].glob = '*/**'), /names no registry/],
  ['every registry that ends so', (o) => (o.spec.images[0].glob = '**.amazonaws.com/**'), /names no registry/],
  ['every host of a name', (o) => (o.spec.images[0].glob = '*.dkr.ecr.us-east-1.amazonaws.com/**'), /names no registry/],
  ['a registry without a slash', (o) => (o.spec.images[0].glob = `${REGISTRY}**`), /names no registry/],
  ['Docker Hub by its short names', (o) => (o.spec.images[0].glob = 'library/**'), /names no registry/],
  ['a registry of everybody', (o) => (o.spec.images[0].glob = 'ghcr.io/**'), /names no registry/],
  ['no authority', (o) => (o.spec.authorities = []), /no authority/],
  ['an authority that asks for nothing beside', (o) => o.spec.authorities.push({ name: 'exempt', static: { action: 'pass' } }), /exempt is static/],
  ['an authority of no kind', (o) => o.spec.authorities.push({ name: 'x' }), /neither key nor identity/],
  ['a key of none', (o) => (o.spec.authorities[0].key = {}), /has no key/],
  ['a key in a Secret', (o) => (o.spec.authorities[0].key = { secretRef: { name: 'cosign' } }), /in a Secret/],
  ["a key of somebody's server", (o) => (o.spec.authorities[0].key.kms = 'awskms://kms.example.com/1234abcd-12ab-34cd-56ef-1234567890ab'), /not one key/],
  ['an alias', (o) => (o.spec.authorities[0].key.kms = 'awskms:///alias/signing'), /not one key/],
  ['everybody', (o) => (o.spec.authorities[1].keyless.identities = []), /everybody may sign/],
  ['an issuer by a pattern', (o) => (o.spec.authorities[1].keyless.identities[0] = { issuerRegExp: '.*', subject: 'a@example.com' }), /issuer exactly/],
  ['every subject', (o) => delete o.spec.authorities[1].keyless.identities[0].subjectRegExp, /names no subject/],
  ['a loose subject', (o) => (o.spec.authorities[1].keyless.identities[0].subjectRegExp = 'https://github.com/company/.*'), /not anchored/],
  ['a second identity that is loose', (o) => o.spec.authorities[1].keyless.identities.push({ issuer: 'https://accounts.google.com', subjectRegExp: '^.*$' }), /literal host/],
  ['certificates that no log saw', (o) => (o.spec.authorities[1].keyless.insecureIgnoreSCT = true), /no log/],
  ['one PHI namespace without the label', inNamespace('patient-data', (o) => delete o.metadata.labels[VERIFIED_IMAGES_LABEL]), /patient-data has no label/],
  ['one PHI namespace with another value', inNamespace('patient-data', (o) => (o.metadata.labels[VERIFIED_IMAGES_LABEL] = 'false')), /patient-data has no label/],
  ['one PHI namespace that nobody declares', (_o, others) => void others.splice(others.findIndex(({ reference }) => reference.name === 'patient-data'), 1), /patient-data has no label/],
  ['a policy that lets the rest in', beside(policy({ images: everything, authorities: PASS })), /own lets in images of \*\*/],
  ['the same in another version', beside(policy({ images: everything, authorities: PASS }, 'policy.sigstore.dev/v1alpha1')), /own lets in/],
  ['the same in a List', beside(manifest('v1', 'List', undefined, 'list', { items: [{ apiVersion: 'policy.sigstore.dev/v1beta1', kind: 'ClusterImagePolicy', metadata: { name: 'hidden' }, spec: { images: everything, authorities: PASS } }] })), /hidden lets in/],
  ['a policy that warns about the rest', beside(policy({ mode: 'warn', images: everything, authorities: [{ key: { data: 'a' } }] })), /own lets in images of \*\*: mode is warn/],
  ['a weak policy for another registry', beside(policy({ images: [{ glob: 'registry.example.com/**' }], authorities: PASS })), /own lets in images of registry\.example\.com/],
  ['a weak policy for a registry that begins like it', beside(policy({ images: [{ glob: `${REGISTRY}.example.com/**` }], authorities: PASS })), /own lets in/],
  ['images of no policy let in', config('allow'), /no-match-policy: allow/],
  ['images of no policy warned of', config('warn'), /no-match-policy: warn/],
  ['a key that signs bundles', (o) => (o.spec.authorities[0].signatureFormat = 'bundle'), /signer-1 has a key and asks for bundles/],
  ['an image volume in a PHI namespace', mounting('patient-data'), /Deployment patient-data\/portal mounts the image .*\/model:v1 as a volume/],
  ['an image volume of a Pod', mounting('healthcare-prod', 'Pod'), /Pod healthcare-prod\/portal mounts/],
  ['an image volume of a CronJob', mounting('healthcare-prod', 'CronJob'), /CronJob healthcare-prod\/portal mounts/],
  ['an image volume that a patch names later', mounting('patient-data', 'Deployment', [{ name: 'model', image: {} }]), /mounts the image undefined/],
  ['a webhook that fails open', webhook('ValidatingWebhookConfiguration', 'Ignore'), /fails open/],
  ['a webhook for tags that fails open', webhook('MutatingWebhookConfiguration', 'Ignore'), /fails open/],
])('signed images do not stand with: %s', (_what, weaken, finding) => {
  expect(verdicts(weaken)[0]).toMatch(finding);
});

test.each<[string, Weakening]>([
  // Of several policies that match an image, each has to pass.
  ['a weak policy for images that a strong one judges too', beside(policy({ images: [{ glob: `${REGISTRY}/agents/**` }], authorities: PASS }))],
  ['another strong policy', beside(policy({ images: [{ glob: 'registry.example.com/agents/**' }], authorities: [{ key: { data: 'a' } }] }))],
  ['an image volume elsewhere', mounting('build')],
  ['volumes without images', mounting('patient-data', 'Deployment', [{ name: 'tmp', emptyDir: {}, image: null }])],
  ['an identity that signs bundles', (o) => (o.spec.authorities[1].signatureFormat = 'bundle')],
  ["OpenShift's own kind of that name", beside(policy({ scopes: ['**'] }, 'config.openshift.io/v1'))],
  ['images of no policy refused', config('deny')],
  ['an example in the configuration', config()],
  ['webhooks that fail closed', webhook('ValidatingWebhookConfiguration')],
  ['no mode, which is enforce', (o) => delete o.spec.mode],
])('signed images stand with: %s', (_what, weaken) => {
  expect(verdicts(weaken)).toEqual([undefined, undefined]);
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
const inAttestations = (change: (attestations: any[]) => void): Weakening => (_content, others) => change((others.find(({ reference }) => reference.name === 'hipaa-signed-images-attestations')!.content as any).spec.authorities[1].attestations);
test.each<[string, Weakening, RegExp]>([
  ['one attestation less at one authority', inAttestations((attestations) => void attestations.shift()), /signer-2 does not ask for the attestation cyclonedx/],
  ['reports that say nothing', inAttestations(([, report]) => delete report.policy), /another rule/],
  ['a rule that lets all in', inAttestations(([, report]) => (report.policy.data = 'package sigstore\n\nisCompliant := true\n')), /another rule/],
  ['a rule with a second definition', inAttestations(([, report]) => (report.policy.data += '\nisCompliant if true\n')), /another rule/],
  ['no severity', inAttestations(([, report]) => (report.policy.data = report.policy.data.replace('{"CRITICAL"}', '{"NONE"}'))), /another rule/],
  ['reports of years', inAttestations(([, report]) => (report.policy.data = report.policy.data.replace('max_age_days := 7', 'max_age_days := 999'))), /another rule/],
])('attestations do not stand with: %s', (_what, weaken, finding) => {
  expect(verdicts(weaken)[1]).toMatch(finding);
});

test('what is wrong with the set is told once', () => {
  const [first, second] = verdicts(config('allow'));
  expect(first).toMatch(/no-match-policy/);
  expect(second).toBeUndefined();
});
