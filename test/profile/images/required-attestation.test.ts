import { AttestationPolicyLanguage, RequiredAttestation, VulnerabilitySeverity, type RequiredAttestationProps, type VulnerabilityReportProps } from '../../../lib/profile/images/required-attestation';
import { expectRefusal } from '../../support/refusal';

test.each<[RequiredAttestation, string, string]>([
  [RequiredAttestation.spdx(), 'spdx', 'https://spdx.dev/Document'],
  [RequiredAttestation.cycloneDx(), 'cyclonedx', 'https://cyclonedx.org/bom'],
  [RequiredAttestation.vulnerabilityReport({ maxAgeDays: 30 }), 'vulnerabilities', 'https://cosign.sigstore.dev/attestation/vuln/v1'],
  [RequiredAttestation.of({ name: 'provenance', predicateType: 'https://slsa.dev/provenance/v1' }), 'provenance', 'https://slsa.dev/provenance/v1'],
])('is known by its name and its type: $name', (attestation, name, predicateType) => {
  expect([attestation.name, attestation._toFields().name]).toEqual([name, name]);
  expect(attestation._toFields().predicateType).toBe(predicateType);
  expect(attestation._toFields().policy).toBeUndefined();
});

test('a report takes every prop, and a copy of the severities', () => {
  const refusedSeverities = [VulnerabilitySeverity.HIGH, VulnerabilitySeverity.CRITICAL];
  const props: Required<VulnerabilityReportProps> = { maxAgeDays: 7, refusedSeverities };
  const attestation = RequiredAttestation.vulnerabilityReport(props);
  refusedSeverities.pop();

  expect(attestation._toFields().vulnerabilities).toEqual({ severities: ['HIGH', 'CRITICAL'], maxAgeDays: 7 });
  expect(Object.isFrozen(attestation._toFields().vulnerabilities!.severities)).toBe(true);
});

test.each(Object.values(AttestationPolicyLanguage))('takes a policy of your own in %s', (language) => {
  const props: Required<RequiredAttestationProps> = { name: 'a', predicateType: 'https://example.com/a', policy: 'text', language };
  expect(RequiredAttestation.of(props)._toFields()).toEqual({ name: 'a', predicateType: 'https://example.com/a', policy: { type: language, data: 'text' } });
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
])('refuses %s', (_what, action, value, rule, remedy) => {
  expectRefusal(action, { path: 'RequiredAttestation', value, rule, remedy });
});
