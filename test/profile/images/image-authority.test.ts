import { generateKeyPairSync } from 'node:crypto';
import { ImageAuthority, type KeylessIdentityProps } from '../../../lib/profile/images/image-authority';
import { SignatureFormat } from '../../../lib/profile/images/signature-format';
import { expectRefusal } from '../../support/refusal';

const ISSUER = 'https://token.actions.githubusercontent.com';
const SUBJECT = 'https://github.com/company/portal/.github/workflows/release.yml@refs/heads/main';
const PATTERN = '^https://github\\.com/company/(portal|api)/\\.github/workflows/release\\.yml@refs/tags/v[0-9.]+$';
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });

test('a key of AWS KMS is named without an endpoint, which could be that of somebody else', () => {
  expect(ImageAuthority.awsKms(KEY)._toFields()).toEqual({ signatureFormat: 'legacy', key: { kms: `awskms:///${KEY}` } });
  expect(ImageAuthority.awsKms(KEY.replace('1234abcd-12ab-34cd-56ef-1234567890ab', `mrk-${'0a'.repeat(16)}`))._toFields().key!.kms).toMatch(/^awskms:\/\/\/arn:/);
});

test('a public key ends with a line, whatever stands around it', () => {
  expect(ImageAuthority.publicKey(`\n${publicKey.trim()}\n\n`)._toFields()).toEqual({ signatureFormat: 'legacy', key: { data: publicKey } });
});

test('a keyless authority takes every prop', () => {
  const props: Required<Omit<KeylessIdentityProps, 'subjectPattern'>> = { issuer: ISSUER, subject: SUBJECT, fulcioUrl: 'https://fulcio.example.com', rekorUrl: 'https://rekor.example.com', trustRoot: 'company', signatureFormat: SignatureFormat.BUNDLE };
  const pattern: Required<Pick<KeylessIdentityProps, 'issuer' | 'subjectPattern'>> = { issuer: ISSUER, subjectPattern: PATTERN };

  expect(ImageAuthority.keyless(props)._toFields()).toEqual({
    signatureFormat: 'bundle', keyless: { url: 'https://fulcio.example.com', trustRootRef: 'company', identities: [{ issuer: ISSUER, subject: SUBJECT }] }, ctlog: { trustRootRef: 'company', url: 'https://rekor.example.com' },
  });
  expect(ImageAuthority.keyless(pattern)._toFields()).toEqual({ signatureFormat: 'legacy', keyless: { url: 'https://fulcio.sigstore.dev', identities: [{ issuer: ISSUER, subjectRegExp: PATTERN }] } });
});

test('cannot be changed, in depth', () => {
  const authority = ImageAuthority.keyless({ issuer: ISSUER, subject: SUBJECT });
  const { keyless } = authority._toFields();

  expect([authority, authority._toFields(), keyless, keyless!.identities, keyless!.identities[0]].map((value) => Object.isFrozen(value))).toEqual(Array(5).fill(true));
});

const keyless = (changes: object) => () => ImageAuthority.keyless({ issuer: ISSUER, subject: SUBJECT, ...changes });
const pattern = (subjectPattern: string) => keyless({ subject: undefined, subjectPattern });
test.each<[string, () => unknown, unknown, string, string]>([
  ['an alias', () => ImageAuthority.awsKms('arn:aws:kms:us-east-1:123456789012:alias/signing'), 'arn:aws:kms:us-east-1:123456789012:alias/signing', 'alias', "key's own ARN"],
  ['a key by another name', () => ImageAuthority.awsKms('arn:aws:kms:us-east-1:123456789012:key/a'), 'arn:aws:kms:us-east-1:123456789012:key/a', 'awskms:///', '1234abcd'],
  ['a reference of Terraform', () => ImageAuthority.awsKms('${aws_kms_key.K.arn}'), '${aws_kms_key.K.arn}', 'tokenised', 'the ARN itself'],
  ['a private key', () => ImageAuthority.publicKey(privateKey), '-----BEGIN PRIVATE KEY-----', 'signer', 'cosign.pub'],
  ['what is no key', () => ImageAuthority.publicKey('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'), '-----BEGIN PUBLIC KEY-----', 'signer', 'cosign.pub'],
  ['another format', keyless({ signatureFormat: 'cosign' }), 'cosign', 'signatureFormat', 'SignatureFormat.LEGACY'],
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
])('refuses %s', (_what, action, value, rule, remedy) => {
  expectRefusal(action, { path: 'ImageAuthority', value, rule, remedy });
});
