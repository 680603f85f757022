import { Chart, Testing } from 'cdk8s';
import { generateKeyPairSync } from 'node:crypto';
import { ImageAuthority, type KeylessIdentityProps } from '../../../lib/admission/images/image-authority';
import { AttestationPolicyLanguage, RequiredAttestation, VulnerabilitySeverity, type RequiredAttestationProps } from '../../../lib/admission/images/required-attestation';
import { ImagePolicyMode, SignedImages, type SignedImagesProps } from '../../../lib/admission/images/signed-images';
import { synthChart, type Manifest } from '../../support/chart';
import { claimsBelow } from '../../support/claims';
import { expectRefusal } from '../../support/refusal';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const ISSUER = 'https://token.actions.githubusercontent.com';
const SUBJECT = 'https://github.com/company/portal/.github/workflows/release.yml@refs/heads/main';
const PATTERN = '^https://github\\.com/company/(portal|api)/\\.github/workflows/release\\.yml@refs/tags/v[0-9.]+$';
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });

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
    expect(signatures.spec.authorities[2]).toEqual({ name: 'signer-3', keyless: { url: 'https://fulcio.sigstore.dev', identities: [{ issuer: ISSUER, subject: SUBJECT }] } });
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
    const props: Required<Omit<KeylessIdentityProps, 'subject'>> = { issuer: 'https://oidc.example.com', subjectPattern: PATTERN, fulcioUrl: 'https://fulcio.example.com', rekorUrl: 'https://rekor.example.com', trustRoot: 'company' };

    expect(synth({ authorities: [ImageAuthority.keyless(props)] })[0].spec.authorities[0]).toEqual({
      name: 'signer-1',
      keyless: { url: 'https://fulcio.example.com', trustRootRef: 'company', identities: [{ issuer: 'https://oidc.example.com', subjectRegExp: PATTERN }] },
      ctlog: { trustRootRef: 'company', url: 'https://rekor.example.com' },
    });
    expect(synth({ authorities: [ImageAuthority.keyless({ issuer: ISSUER, subject: SUBJECT, trustRoot: 'company' })] })[0].spec.authorities[0].ctlog).toEqual({ trustRootRef: 'company' });
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

  const keyless = (changes: object) => () => ImageAuthority.keyless({ issuer: ISSUER, subject: SUBJECT, ...changes });
  const pattern = (subjectPattern: string) => keyless({ subject: undefined, subjectPattern });
  test.each<[string, () => unknown, unknown, string, string]>([
    ['an alias', () => ImageAuthority.awsKms('arn:aws:kms:us-east-1:123456789012:alias/signing'), 'arn:aws:kms:us-east-1:123456789012:alias/signing', 'alias', "key's own ARN"],
    ['a key by another name', () => ImageAuthority.awsKms('arn:aws:kms:us-east-1:123456789012:key/a'), 'arn:aws:kms:us-east-1:123456789012:key/a', 'awskms:///', '1234abcd'],
    ['a reference of Terraform', () => ImageAuthority.awsKms('${aws_kms_key.K.arn}'), '${aws_kms_key.K.arn}', 'tokenised', 'the ARN itself'],
    ['a private key', () => ImageAuthority.publicKey(privateKey), '-----BEGIN PRIVATE KEY-----', 'signer', 'cosign.pub'],
    ['what is no key', () => ImageAuthority.publicKey('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'), '-----BEGIN PUBLIC KEY-----', 'signer', 'cosign.pub'],
    ['an issuer over http', keyless({ issuer: 'http://oidc.example.com' }), 'http://oidc.example.com', '312(e)(1)', 'https'],
    ['everybody of an issuer', keyless({ subject: undefined }), { subject: undefined, subjectPattern: undefined }, 'everybody', 'name the subject'],
    ['two subjects', keyless({ subjectPattern: PATTERN }), { subject: SUBJECT, subjectPattern: PATTERN }, 'PS3', 'name the subject'],
    ['a pattern without ends', pattern('https://github\\.com/company/.*'), 'https://github\\.com/company/.*', 'PS3', 'start with ^'],
    ['a pattern with an escaped end', pattern('^https://github\\.com/company/.*\\$'), '^https://github\\.com/company/.*\\$', 'PS3', 'end with $'],
    ['a pattern for everybody', pattern('^.*$'), '^.*$', 'PS3', 'start with ^'],
    ['a pattern for every organisation', pattern('^https://github\\.com/.*$'), '^https://github\\.com/.*$', 'PS3', 'organisation'],
    ['a pattern for a longer organisation', pattern('^https://github\\.com/company.*$'), '^https://github\\.com/company.*$', 'PS3', 'organisation'],
    ['a pattern whose slash may be left out', pattern('^https://github\\.com/company/?.*$'), '^https://github\\.com/company/?.*$', 'PS3', 'organisation'],
    ['a pattern with a dot that is any character', pattern('^https://github.com/company/.*$'), '^https://github.com/company/.*$', 'PS3', 'escaped dots'],
    ['a pattern with two halves', pattern('^https://github\\.com/company/a|b$'), '^https://github\\.com/company/a|b$', 'PS3', 'in parentheses'],
    ['a pattern with flags', pattern('^https://github\\.com/company/(?i)a$'), '^https://github\\.com/company/(?i)a$', 'PS3', 'start with ^'],
    ['no pattern', pattern('^https://github\\.com/company/[a$'), '^https://github\\.com/company/[a$', 'PS3', 'start with ^'],
    ['a Fulcio of nobody', keyless({ fulcioUrl: 'https://fulcio.example.com' }), 'https://fulcio.example.com', 'TrustRoot', 'name the TrustRoot'],
    ['a Rekor of nobody', keyless({ rekorUrl: 'https://rekor.example.com' }), 'https://rekor.example.com', 'TrustRoot', 'name the TrustRoot'],
    ['a Fulcio over http', keyless({ fulcioUrl: 'http://fulcio.example.com', trustRoot: 'a' }), 'http://fulcio.example.com', '312(e)(1)', 'https'],
    ['a Rekor over http', keyless({ rekorUrl: 'http://rekor.example.com', trustRoot: 'a' }), 'http://rekor.example.com', '312(e)(1)', 'https'],
    ['no TrustRoot', keyless({ trustRoot: 'A' }), 'A', 'RFC 1123', 'a-z'],
    ['an empty subject', keyless({ subject: '' }), '', 'subject', 'non-empty'],
    ['certificates that no log saw', keyless({ insecureIgnoreSCT: true }), 'insecureIgnoreSCT', 'cannot be switched off', 'issuer'],
  ])('as an authority, refuses %s', (_what, action, value, rule, remedy) => {
    expectRefusal(action, { path: 'ImageAuthority', value, rule, remedy });
  });

  const report = (changes: object) => () => RequiredAttestation.vulnerabilityReport({ maxAgeDays: 30, ...changes });
  const of = (changes: object) => () => RequiredAttestation.of({ name: 'a', predicateType: 'https://example.com/a', ...changes });
  test.each<[string, () => unknown, unknown, string, string]>([
    ['no age', report({ maxAgeDays: undefined }), undefined, 'PS3', '1 to 365'],
    ['an age of years', report({ maxAgeDays: 1000 }), 1000, 'PS3', '1 to 365'],
    ['no severity', report({ refusedSeverities: [] }), [], 'PS3', 'CRITICAL'],
    ['an unknown severity', report({ refusedSeverities: [VulnerabilitySeverity.HIGH, 'SEVERE'] }), ['HIGH', 'SEVERE'], 'PS3', 'CRITICAL'],
    ['an unknown field of a report', report({ ignore: true }), 'ignore', 'PS3', 'maxAgeDays'],
    ['a short name of a type', of({ predicateType: 'spdxjson' }), 'spdxjson', 'deprecated', 'URI'],
    ['no name', of({ name: 'A' }), 'A', 'RFC 1123', 'a-z'],
    ['the name of another', of({ name: 'vulnerabilities' }), 'vulnerabilities', 'PS3', 'vulnerabilityReport()'],
    ['a policy without a language', of({ policy: 'a: 1' }), undefined, 'PS3', 'give both'],
    ['a language without a policy', of({ language: AttestationPolicyLanguage.CUE }), 'cue', 'PS3', 'give both'],
    ['an empty policy', of({ policy: ' ', language: AttestationPolicyLanguage.CUE }), ' ', 'policy', 'non-empty'],
    ['an unknown language', of({ policy: 'a', language: 'cel' }), 'cel', 'policy.type', 'CUE'],
    ['an unknown field', of({ optional: true }), 'optional', 'PS3', 'predicateType'],
  ])('as an attestation, refuses %s', (_what, action, value, rule, remedy) => {
    expectRefusal(action, { path: 'RequiredAttestation', value, rule, remedy });
  });
});
