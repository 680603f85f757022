import { Chart, Testing } from 'cdk8s';
import { generateKeyPairSync } from 'node:crypto';
import { ImageAuthority, type KeylessIdentityProps } from '../../../lib/profile/images/image-authority';
import { AttestationPolicyLanguage, RequiredAttestation, type RequiredAttestationProps } from '../../../lib/profile/images/required-attestation';
import { SignatureFormat } from '../../../lib/profile/images/signature-format';
import { ImagePolicyMode } from '../../../lib/profile/images/image-policy-mode';
import { SignedImages, type SignedImagesProps } from '../../../lib/admission/images/signed-images';
import { synthChart, type Manifest } from '../../support/chart';
import { claimsBelow } from '../../support/claims';
import { expectRefusal } from '../../support/refusal';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const ISSUER = 'https://token.actions.githubusercontent.com';
const SUBJECT = 'https://github.com/company/portal/.github/workflows/release.yml@refs/heads/main';
const PATTERN = '^https://github\\.com/company/(portal|api)/\\.github/workflows/release\\.yml@refs/tags/v[0-9.]+$';
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });

const minimal: SignedImagesProps = { registries: [REGISTRY], authorities: [ImageAuthority.awsKms(KEY)] };
const synth = (changes: object = {}): Manifest[] => synthChart((chart) => new SignedImages(chart, 'Images', { ...minimal, ...changes }));
const claims = (changes: object): string[] => {
  const chart = new Chart(Testing.app(), 'Test');
  new SignedImages(chart, 'Images', { ...minimal, ...changes });
  return claimsBelow(chart);
};

/** The globs of policy-controller: ** is anything, * anything but a slash. */
const matches = (glob: string, image: string): boolean =>
  new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll('**', '#').replaceAll('*', '[^/]*').replaceAll('#', '.*')}$`).test(image);

describe('SignedImages', () => {
  test('refuses images of its registry that the key did not sign', () => {
    expect(synth()).toMatchInlineSnapshot(`
[
  {
    "apiVersion": "policy.sigstore.dev/v1beta1",
    "kind": "ClusterImagePolicy",
    "metadata": {
      "name": "hipaa-signed-images",
    },
    "spec": {
      "authorities": [
        {
          "key": {
            "kms": "awskms:///arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
          },
          "name": "signer-1",
          "signatureFormat": "legacy",
        },
      ],
      "images": [
        {
          "glob": "123456789012.dkr.ecr.us-east-1.amazonaws.com/**",
        },
      ],
      "mode": "enforce",
    },
  },
]
`);
  });

  test('takes every prop', () => {
    const props: Required<SignedImagesProps> = {
      registries: [REGISTRY, 'registry.example.com:5000/phi'],
      authorities: [ImageAuthority.awsKms(KEY), ImageAuthority.publicKey(publicKey), ImageAuthority.keyless({ issuer: ISSUER, subject: SUBJECT })],
      attestations: [RequiredAttestation.spdx(), RequiredAttestation.cycloneDx(), RequiredAttestation.vulnerabilityReport({ maxAgeDays: 7 }), RequiredAttestation.of({ name: 'provenance', predicateType: 'https://slsa.dev/provenance/v1' })],
      mode: ImagePolicyMode.ENFORCE,
      name: 'phi-images',
    };
    const [signatures, attestations] = synth(props);

    expect([signatures.metadata.name, attestations.metadata.name]).toEqual(['phi-images', 'phi-images-attestations']);
    expect(attestations.spec.images).toEqual([{ glob: `${REGISTRY}/**` }, { glob: 'registry.example.com:5000/phi/**' }]);
    expect(signatures.spec.images).toEqual(attestations.spec.images);
    expect(signatures.spec.authorities[1].key).toEqual({ data: publicKey });
    expect(signatures.spec.authorities[2]).toEqual({ name: 'signer-3', signatureFormat: 'legacy', keyless: { url: 'https://fulcio.sigstore.dev', identities: [{ issuer: ISSUER, subject: SUBJECT }] } });
    // An authority with attestations checks no signature, which therefore needs a policy of its own.
    expect(signatures.spec.authorities.map((one: object) => 'attestations' in one)).toEqual([false, false, false]);
    // One authority is enough, so each asks for everything.
    expect(attestations.metadata.annotations).toEqual({ 'cdk8s-hipaa/required-attestations': 'spdx,cyclonedx,vulnerabilities,provenance' });
    const typesOf = (one: { attestations: { predicateType: string }[] }) => one.attestations.map(({ predicateType }) => predicateType);
    expect(attestations.spec.authorities.map(typesOf)).toEqual(Array(3).fill([
      'https://spdx.dev/Document', 'https://cyclonedx.org/bom', 'https://cosign.sigstore.dev/attestation/vuln/v1', 'https://slsa.dev/provenance/v1',
    ]));
    expect(attestations.spec.authorities[0].attestations[2].policy).toMatchObject({ type: 'rego', data: expect.stringContaining('\nmax_age_days := 7\n') });
  });

  test.each<[string, boolean]>([
    [`${REGISTRY}/portal@sha256:${'a'.repeat(64)}`, true],
    [`${REGISTRY}/team/portal:v1`, true],
    [`${REGISTRY}.example.com/portal:v1`, false],
    [`evil-${REGISTRY}/portal:v1`, false],
    ['123456789012xdkr.ecr.us-east-1.amazonaws.com/portal:v1', false],
    ['index.docker.io/library/nginx:latest', false],
    [`registry.example.com/${REGISTRY}/portal:v1`, false],
  ])('its glob on %s: %s', (image, expected) => {
    expect(matches(synth()[0].spec.images[0].glob, image)).toBe(expected);
  });

  test('takes a Sigstore of your own, by its TrustRoot, with the log', () => {
    const props: Required<Omit<KeylessIdentityProps, 'subject'>> = { issuer: 'https://oidc.example.com', subjectPattern: PATTERN, fulcioUrl: 'https://fulcio.example.com', rekorUrl: 'https://rekor.example.com', trustRoot: 'company', signatureFormat: SignatureFormat.BUNDLE };

    expect(synth({ authorities: [ImageAuthority.keyless(props)] })[0].spec.authorities[0]).toEqual({
      name: 'signer-1',
      signatureFormat: 'bundle',
      keyless: { url: 'https://fulcio.example.com', trustRootRef: 'company', identities: [{ issuer: 'https://oidc.example.com', subjectRegExp: PATTERN }] },
      ctlog: { trustRootRef: 'company', url: 'https://rekor.example.com' },
    });
    expect(synth({ authorities: [ImageAuthority.keyless({ issuer: ISSUER, subject: SUBJECT, trustRoot: 'company' })] })[0].spec.authorities[0].ctlog).toEqual({ trustRootRef: 'company' });
  });

  test('asks for attestations in the format of their signature', () => {
    const authorities = [ImageAuthority.awsKms(KEY), ImageAuthority.keyless({ issuer: ISSUER, subject: SUBJECT, signatureFormat: SignatureFormat.BUNDLE })];

    for (const policy of synth({ authorities, attestations: [RequiredAttestation.spdx()] })) {
      expect(policy.spec.authorities.map((authority: { signatureFormat: string }) => authority.signatureFormat)).toEqual(['legacy', 'bundle']);
    }
  });

  test('takes attestations with a policy of your own', () => {
    const props: Required<RequiredAttestationProps> = { name: 'provenance', predicateType: 'https://slsa.dev/provenance/v1', policy: 'predicate: builder: id: "https://example.com"', language: AttestationPolicyLanguage.CUE };

    expect(synth({ attestations: [RequiredAttestation.of(props)] })[1].spec.authorities[0].attestations).toEqual([
      { name: 'provenance', predicateType: 'https://slsa.dev/provenance/v1', policy: { type: 'cue', data: props.policy } },
    ]);
  });

  test('has no namespace in a chart that has one', () => {
    const chart = new Chart(Testing.app(), 'Test', { namespace: 'somewhere' });
    new SignedImages(chart, 'Images', { ...minimal, attestations: [RequiredAttestation.spdx()] });
    expect((Testing.synth(chart) as Manifest[]).map(({ metadata }) => metadata.namespace)).toEqual([undefined, undefined]);
  });

  test('claims the supply chain where it refuses, and falls short of it where it warns', () => {
    const attestations = [RequiredAttestation.spdx()];
    expect(claims({ attestations })).toEqual(['Test/Images/Resource implements PS3', 'Test/Images/Attestations implements PS3']);
    expect(claims({ attestations, mode: ImagePolicyMode.WARN })).toEqual(['Test/Images/Resource falls-short PS3', 'Test/Images/Attestations falls-short PS3']);
    expect(synth({ mode: ImagePolicyMode.WARN })[0].spec.mode).toBe('warn');
  });

  test.each<[string, object, unknown, string, string]>([
    ['no registry', { registries: [] }, [], 'named registries', 'at least one'],
    ['every image', { registries: ['**'] }, '**', 'named registry', 'host'],
    ['a wildcard', { registries: ['*.example.com'] }, '*.example.com', 'named registry', 'host'],
    ['a name without a host', { registries: ['library/nginx'] }, 'library/nginx', 'named registry', 'host'],
    ['a shared registry', { registries: ['ghcr.io'] }, 'ghcr.io', 'named registries', 'ghcr.io/organisation'],
    ['a name that is never matched', { registries: ['docker.io/company'] }, 'docker.io/company', 'index.docker.io', "'index.docker.io/company'"],
    ['a registry twice', { registries: [REGISTRY, REGISTRY] }, REGISTRY, 'named registries', 'remove one'],
    ['no authority', { authorities: [] }, [], 'PS3', 'ImageAuthority.awsKms'],
    ['a plain object', { authorities: [{ static: { action: 'pass' } }] }, { static: { action: 'pass' } }, 'PS3', 'ImageAuthority.awsKms'],
    ['no attestation', { attestations: [] }, [], 'PS3', 'RequiredAttestation.spdx'],
    ['one attestation twice', { attestations: [RequiredAttestation.spdx(), RequiredAttestation.spdx()] }, 'spdx', 'by name', 'different names'],
    ['an unknown mode', { mode: 'off' }, 'off', 'mode', 'ENFORCE'],
    ['no name', { name: 'A' }, 'A', 'RFC 1123', 'a-z'],
    ['an unknown field', { match: [] }, 'match', 'ClusterImagePolicy', 'registries'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => synth(changes), { path: 'Test/Images', value, rule, remedy });
  });
});
