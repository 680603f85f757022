import { Attestation } from '../../lib/controls/attestation';
import { CATALOGUE } from '../../lib/controls/catalogue';
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { ClaimKind, type SafeguardClaim } from '../../lib/controls/safeguard';
import { controlMatrix, ControlStatus, type ControlEvidence } from '../../lib/evidence/control-matrix';
import { enforcementIn } from '../../lib/network/enforcing-mode';
import { NetworkPolicyMode } from '../../lib/profile/network-policy-mode';
import type { HipaaProfileProps } from '../../lib/profile/profile';
import { Tree, type SynthesizedObject } from '../../lib/validation/synthesized-object';
import { eksProfile, selfManagedProfile } from '../support/profiles';

const claim = (control: Control, kind = ClaimKind.IMPLEMENTS): SafeguardClaim => ({ control, kind, how: 'how' });
const deny = (namespace: string, claims: SafeguardClaim[], spec: object = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }): SynthesizedObject => ({
  reference: { tree: Tree.KUBERNETES, apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace, name: 'default-deny' },
  path: `network/${namespace}`,
  content: { spec },
  claims,
});
/** What enforces network policies, on which they rest. */
const enforcer = (configuration = '{"enableNetworkPolicy":"true"}'): SynthesizedObject => ({
  reference: { tree: Tree.TERRAFORM, address: 'aws_eks_addon.Cni', stack: 'healthcare-cluster' },
  path: 'cni',
  content: { addon_name: 'vpc-cni', configuration_values: configuration },
  claims: [{ ...claim(Control.NW2_ENFORCER), how: enforcementIn(NetworkPolicyMode.STANDARD) }],
});
const both = (claims: SafeguardClaim[]): SynthesizedObject[] => [deny('healthcare-prod', claims), deny('patient-data', claims)];

function answerOf(control: Control, objects: SynthesizedObject[], changes: Partial<HipaaProfileProps> = {}, asOf?: string): ControlEvidence {
  return controlMatrix({ profile: eksProfile(changes), objects, asOf }).controls.find((row) => row.id === control)!;
}

describe('controlMatrix', () => {
  test('answers every control of the catalogue, in its order, and counts them', () => {
    const matrix = controlMatrix({ profile: eksProfile(), objects: [] });

    expect(matrix.controls.map((row) => row.id)).toEqual(CATALOGUE.map((definition) => definition.id));
    expect(Object.values(matrix.summary).reduce((sum, count) => sum + count)).toBe(CATALOGUE.length);
    expect(Object.keys(matrix.summary)).toEqual(['enforced', 'inherited', 'attested', 'excepted', 'not met']);
  });

  test('an empty output meets nothing: what the provider does not answer for is not met', () => {
    const statuses = controlMatrix({ profile: selfManagedProfile(), objects: [] }).controls.map((row) => row.status);
    expect(new Set(statuses)).toEqual(new Set([ControlStatus.NOT_MET]));
  });

  test('is enforced by objects that were checked, and names them', () => {
    const row = answerOf(Control.NW1_DENY_ALL, [...both([claim(Control.NW1_DENY_ALL)]), enforcer()]);

    expect(row.status).toBe(ControlStatus.ENFORCED);
    expect(row.objects[0]).toEqual({
      tree: 'kubernetes', apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace: 'healthcare-prod', name: 'default-deny', path: 'network/healthcare-prod', how: 'how',
    });
  });

  test('is not met where one PHI namespace has no object of its own', () => {
    const row = answerOf(Control.NW1_DENY_ALL, [deny('healthcare-prod', [claim(Control.NW1_DENY_ALL)])]);

    expect(row.status).toBe(ControlStatus.NOT_MET);
    expect(row.reasons).toEqual(['nothing enforces it in the PHI namespace patient-data']);
  });

  test('is not met where the synthesized object does not do what is claimed', () => {
    const open = deny('patient-data', [claim(Control.NW1_DENY_ALL)], { podSelector: {}, policyTypes: ['Ingress'] });
    const row = answerOf(Control.NW1_DENY_ALL, [deny('healthcare-prod', [claim(Control.NW1_DENY_ALL)]), open]);

    expect(row.status).toBe(ControlStatus.NOT_MET);
    expect(row.reasons).toEqual(['NetworkPolicy patient-data/default-deny: the policy does not name both directions']);
  });

  test('is not met on a word that nothing verifies', () => {
    const row = answerOf(Control.CP1_BACKUP, [deny('healthcare-prod', [claim(Control.CP1_BACKUP)])]);

    expect(row.status).toBe(ControlStatus.NOT_MET);
    expect(row.reasons[0]).toContain('no check verifies this claim');
  });

  test('a shortfall outweighs every object that implements the control', () => {
    const row = answerOf(Control.NW1_DENY_ALL, [...both([claim(Control.NW1_DENY_ALL)]), deny('other', [claim(Control.NW1_DENY_ALL, ClaimKind.FALLS_SHORT)])]);

    expect(row.status).toBe(ControlStatus.NOT_MET);
    expect(row.reasons).toEqual(['NetworkPolicy other/default-deny: how']);
  });

  describe('what an object leaves open', () => {
    const open = deny('other', [claim(Control.NW1_DENY_ALL, ClaimKind.LEFT_OPEN)]);
    const attestation = new Attestation({ control: Control.NW1_DENY_ALL, statement: 'the provider does', by: 'ciso@company.com', on: '2026-02-01', until: '2027-02-01' });

    test('is not met, whatever else implements the control, and says why', () => {
      expect(answerOf(Control.NW1_DENY_ALL, [...both([claim(Control.NW1_DENY_ALL)]), enforcer(), open])).toMatchObject({
        status: ControlStatus.NOT_MET, reasons: ['NetworkPolicy other/default-deny: how; nobody attests it'],
      });
      expect(answerOf(Control.NW1_DENY_ALL, [open]).reasons).toEqual(['NetworkPolicy other/default-deny: how; nobody attests it']);
      expect(answerOf(Control.AU3_LOG_FLAGS, [deny('other', [claim(Control.AU3_LOG_FLAGS, ClaimKind.LEFT_OPEN)])]).status).toBe(ControlStatus.NOT_MET);
    });

    test('is attested by an owner, while that holds and nothing falls short', () => {
      expect(answerOf(Control.NW1_DENY_ALL, [...both([claim(Control.NW1_DENY_ALL)]), enforcer(), open], { attestations: [attestation] }).status).toBe(ControlStatus.ATTESTED);
      expect(answerOf(Control.NW1_DENY_ALL, [open], { attestations: [attestation] }, '2028-01-01').status).toBe(ControlStatus.NOT_MET);
      const short = deny('short', [claim(Control.NW1_DENY_ALL, ClaimKind.FALLS_SHORT)]);
      expect(answerOf(Control.NW1_DENY_ALL, [...both([claim(Control.NW1_DENY_ALL)]), open, short], { attestations: [attestation] }).reasons).toEqual(['NetworkPolicy short/default-deny: how']);
    });
  });

  test('is inherited on EKS with the provider and its citation, and not elsewhere', () => {
    expect(answerOf(Control.AU3_LOG_FLAGS, [])).toMatchObject({ status: ControlStatus.INHERITED, reasons: [expect.stringContaining('AWS: Amazon EKS User Guide')] });
    const elsewhere = controlMatrix({ profile: selfManagedProfile(), objects: [] }).controls;
    expect(elsewhere.find((row) => row.id === Control.AU3_LOG_FLAGS)?.status).toBe(ControlStatus.NOT_MET);
  });

  describe('a control that rests on another', () => {
    const policies = both([claim(Control.NW1_DENY_ALL)]);
    const attestation = new Attestation({ control: Control.NW2_ENFORCER, statement: 'Cilium 1.16', by: 'platform@company.com', on: '2026-02-01', until: '2027-02-01' });
    const exception = new ControlException({ control: Control.NW2_ENFORCER, reason: 'migration', approver: 'ciso@company.com', expires: '2027-01-31' });

    test('is not met while nothing answers for that one', () => {
      expect(answerOf(Control.NW1_DENY_ALL, policies)).toMatchObject({
        status: ControlStatus.NOT_MET,
        reasons: ['rests on NW2 Network policy enforcer, which is not met: no emitted object enforces it, no provider or owner answers for it'],
        objects: [{ name: 'default-deny' }, { name: 'default-deny' }],
      });
    });

    test('is not met while what enforces that one is switched off, and says why', () => {
      expect(answerOf(Control.NW1_DENY_ALL, [...policies, enforcer('{}')]).reasons).toEqual([
        "rests on NW2 Network policy enforcer, which is not met: aws_eks_addon.Cni: configuration_values do not say enableNetworkPolicy: 'true'"]);
    });

    test.each<[string, Partial<HipaaProfileProps>, SynthesizedObject[]]>([
      ['an object enforces', {}, [enforcer()]],
      ['an owner attests', { attestations: [attestation] }, []],
    ])('is enforced where %s that one', (_how, changes, more) => {
      expect(answerOf(Control.NW1_DENY_ALL, [...policies, ...more], changes).status).toBe(ControlStatus.ENFORCED);
    });

    test('is excepted where an exception covers that one, and says so', () => {
      const row = answerOf(Control.NW1_DENY_ALL, policies, { exceptions: [exception] });
      expect(row).toMatchObject({ status: ControlStatus.EXCEPTED, reasons: ['rests on NW2 Network policy enforcer, which is excepted: migration (approved by ciso@company.com, expires 2027-01-31)'] });
      expect(answerOf(Control.NW1_DENY_ALL, [...policies, enforcer()], { exceptions: [exception] }).status).toBe(ControlStatus.EXCEPTED);
    });

    test('falls with an exception that has ended', () => {
      expect(answerOf(Control.NW1_DENY_ALL, policies, { exceptions: [exception] }, '2027-02-01').status).toBe(ControlStatus.NOT_MET);
    });

    test('falls with an attestation that has ended', () => {
      expect(answerOf(Control.NW1_DENY_ALL, policies, { attestations: [attestation] }, '2027-03-01').status).toBe(ControlStatus.NOT_MET);
    });

    test('keeps its own reasons where it is not met itself, and its own exception', () => {
      expect(answerOf(Control.NW1_DENY_ALL, []).reasons).toEqual(['no emitted object enforces it, no provider or owner answers for it']);
      const own = new ControlException({ control: Control.NW1_DENY_ALL, reason: 'migration', approver: 'ciso@company.com', expires: '2027-01-31' });
      expect(answerOf(Control.NW1_DENY_ALL, policies, { exceptions: [own] }).status).toBe(ControlStatus.EXCEPTED);
    });

    test('is counted as it ends', () => {
      const { summary } = controlMatrix({ profile: eksProfile(), objects: policies });
      expect(summary.enforced).toBe(0);
    });
  });

  describe('exceptions and attestations', () => {
    const exceptions = [new ControlException({ control: Control.CP1_BACKUP, reason: 'stateless', approver: 'ciso@company.com', expires: '2027-01-31' })];
    const attestations = [new Attestation({ control: Control.EV2_ATTEST, statement: 'risk analysis RA-7', by: 'ciso@company.com', on: '2026-02-01', until: '2027-02-01' })];

    test.each([
      ['without a date they are not judged', undefined, ControlStatus.EXCEPTED, ControlStatus.ATTESTED],
      ['they hold on their last day', '2027-01-31', ControlStatus.EXCEPTED, ControlStatus.ATTESTED],
      ['the exception ends the day after', '2027-02-01', ControlStatus.NOT_MET, ControlStatus.ATTESTED],
      ['the attestation ends the day after', '2027-02-02', ControlStatus.NOT_MET, ControlStatus.NOT_MET],
      ['an attestation does not hold before its day', '2026-01-31', ControlStatus.EXCEPTED, ControlStatus.NOT_MET],
    ])('%s', (_name, asOf, excepted, attested) => {
      expect(answerOf(Control.CP1_BACKUP, [], { exceptions }, asOf).status).toBe(excepted);
      expect(answerOf(Control.EV2_ATTEST, [], { attestations }, asOf).status).toBe(attested);
    });

    test('the reason, the approver and the expiry are on record', () => {
      expect(answerOf(Control.CP1_BACKUP, [], { exceptions }).reasons).toEqual(['stateless (approved by ciso@company.com, expires 2027-01-31)']);
      expect(answerOf(Control.EV2_ATTEST, [], { attestations }).reasons).toEqual(['risk analysis RA-7 (ciso@company.com, 2026-02-01, until 2027-02-01)']);
    });

    test('several attestations of one control are all shown, and all have to hold', () => {
      const more = [...attestations, new Attestation({ control: Control.EV2_ATTEST, statement: 'BAA with the cloud provider', by: 'legal@company.com', on: '2026-03-01', until: '2026-12-31' })];
      expect(answerOf(Control.EV2_ATTEST, [], { attestations: more }).reasons).toHaveLength(2);
      expect(answerOf(Control.EV2_ATTEST, [], { attestations: more }, '2027-01-15')).toMatchObject({ status: ControlStatus.NOT_MET, reasons: [expect.stringContaining('BAA')] });
    });

    test('a statement that was attested again is renewed', () => {
      const renewed = [
        new Attestation({ control: Control.EV2_ATTEST, statement: 'risk analysis', by: 'ciso@company.com', on: '2024-01-01', until: '2024-12-31' }),
        new Attestation({ control: Control.EV2_ATTEST, statement: 'risk analysis', by: 'ciso@company.com', on: '2025-01-01', until: '2027-12-31' }),
      ];
      const on = (asOf: string): ControlStatus => answerOf(Control.EV2_ATTEST, [], { attestations: renewed }, asOf).status;
      expect([on('2024-06-01'), on('2026-06-01'), on('2028-06-01')]).toEqual([ControlStatus.ATTESTED, ControlStatus.ATTESTED, ControlStatus.NOT_MET]);
    });

    test('an exception shows even where objects enforce the control', () => {
      const granted = [new ControlException({ control: Control.NW1_DENY_ALL, reason: 'migration', approver: 'ciso@company.com', expires: '2027-01-31' })];
      expect(answerOf(Control.NW1_DENY_ALL, both([claim(Control.NW1_DENY_ALL)]), { exceptions: granted }).status).toBe(ControlStatus.EXCEPTED);
    });

    test('an attestation cannot cover a shortfall', () => {
      const word = [new Attestation({ control: Control.NW1_DENY_ALL, statement: 'fine', by: 'dev@company.com', on: '2026-02-01', until: '2027-02-01' })];
      expect(answerOf(Control.NW1_DENY_ALL, [deny('healthcare-prod', [claim(Control.NW1_DENY_ALL)])], { attestations: word }).status).toBe(ControlStatus.NOT_MET);
    });
  });
});
