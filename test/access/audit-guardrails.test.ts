import type { TerraformStack } from 'cdktf';
import { AuditGuardrails, type AuditGuardrailsDocumentProps, type AuditGuardrailsProps } from '../../lib/access/audit-guardrails';
import { ADMINISTRATOR_ACCESS, decide, type Decision } from '../support/iam';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const TERRAFORM = 'arn:aws:iam::123456789012:role/terraform';
const BUCKET = 'arn:aws:s3:::hipaa-audit-logs';
const TRAIL = 'arn:aws:cloudtrail:us-east-1:123456789012:trail/healthcare-trail';
const base: AuditGuardrailsDocumentProps = {
  account: '123456789012', region: 'us-east-1', bucketNames: ['hipaa-audit-logs'], keyArns: [KEY], trailNames: ['healthcare-trail'], exemptRoles: [TERRAFORM],
};
const make = (changes: object = {}) => (stack: TerraformStack) => new AuditGuardrails(stack, 'Guardrails', { ...base, policyName: 'guardrails', ...changes });
const policyOf = (changes: object = {}) => AuditGuardrails.document({ ...base, ...changes }).toJson();

describe('AuditGuardrails', () => {
  test('writes what a service control policy may hold, within its size', () => {
    const text = policyOf({
      bucketNames: ['hipaa-audit-logs-123456789012-us-east-1', 'hipaa-audit-logs-123456789012-us-east-1-replica'],
      keyArns: [KEY, KEY.replace('1234abcd', '2345bcde'), KEY.replace('1234abcd', '3456cdef')], exemptRoles: [TERRAFORM, `${TERRAFORM}-2`],
    });
    const { Statement: statements } = JSON.parse(text) as { Statement: Record<string, unknown>[] };

    // Organizations takes neither principals nor an Allow with conditions or resources (AWS Organizations, SCP syntax).
    expect(statements.every((statement) => statement.Effect === 'Deny' && statement.Principal === undefined && statement.NotResource === undefined)).toBe(true);
    expect(text.length).toBeLessThan(5120);
    expect(statements.map(({ Sid }) => Sid)).toMatchSnapshot();
  });

  test('takes every prop, and is attached to each target', () => {
    const props: Required<AuditGuardrailsProps> = { ...base as Required<AuditGuardrailsDocumentProps>, policyName: 'guardrails', targets: ['123456789012', 'ou-ab12-cdefgh34'] };
    const stack = synthStack((scope) => new AuditGuardrails(scope, 'Guardrails', props));
    const [policy] = Object.keys(stack.resources.aws_organizations_policy);

    expect(stack.only('aws_organizations_policy')).toMatchObject({ name: 'guardrails', type: 'SERVICE_CONTROL_POLICY', content: policyOf() });
    expect(Object.values(stack.resources.aws_organizations_policy_attachment)).toEqual(
      props.targets.map((target) => ({ policy_id: `\${aws_organizations_policy.${policy}.id}`, target_id: target })));
    const guardrails = make()(testStack());
    expect(guardrails.policyDocument.toJson()).toBe(policyOf());
    expect(guardrails.node.defaultChild).toBe(guardrails.policy);
    expect(synthStack(make()).resources.aws_organizations_policy_attachment).toBeUndefined();
  });

  test('uses the names of the partition', () => {
    const text = policyOf({ region: 'us-gov-west-1', keyArns: ['arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/a'], exemptRoles: [] });

    expect(text).not.toContain('arn:aws:');
    expect(text).toContain('arn:aws-us-gov:iam::*:root');
  });

  const ROOT = 'arn:aws:iam::123456789012:root';
  const session = (role: string) => `arn:aws:sts::123456789012:assumed-role/${role}/x`;
  const DETECTOR = 'arn:aws:guardduty:us-east-1:123456789012:detector/0123456789abcdef0123456789abcdef';
  /** Lets everyone of the account in, so that nothing but the guardrails denies. */
  const open = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: ROOT }, Action: '*', Resource: '*' }] });
  test.each<[string, string, string, Decision]>([
    [ROOT, 's3:PutBucketPolicy', BUCKET, 'ExplicitlyDenied'],
    [ROOT, 's3:DeleteBucketPolicy', BUCKET, 'ExplicitlyDenied'],
    [ROOT, 's3:GetObject', `${BUCKET}/a`, 'ExplicitlyDenied'],
    [ROOT, 's3:PutObject', `${BUCKET}/a`, 'ExplicitlyDenied'],
    [ROOT, 'kms:PutKeyPolicy', KEY, 'ExplicitlyDenied'],
    [ROOT, 'kms:Decrypt', KEY, 'ExplicitlyDenied'],
    [ROOT, 'kms:ScheduleKeyDeletion', KEY, 'ExplicitlyDenied'],
    [ROOT, 'cloudtrail:StopLogging', TRAIL, 'ExplicitlyDenied'],
    [ROOT, 'organizations:LeaveOrganization', '*', 'ExplicitlyDenied'],
    [session('admin'), 's3:PutBucketPolicy', BUCKET, 'ExplicitlyDenied'],
    [session('admin'), 's3:PutEncryptionConfiguration', BUCKET, 'ExplicitlyDenied'],
    [session('admin'), 's3:DeleteObjectVersion', `${BUCKET}/a`, 'ExplicitlyDenied'],
    [session('admin'), 's3:BypassGovernanceRetention', `${BUCKET}/a`, 'ExplicitlyDenied'],
    [session('admin'), 'kms:PutKeyPolicy', KEY, 'ExplicitlyDenied'],
    [session('admin'), 'kms:DisableKey', KEY, 'ExplicitlyDenied'],
    [session('admin'), 'cloudtrail:UpdateTrail', TRAIL, 'ExplicitlyDenied'],
    [session('admin'), 'cloudtrail:PutEventSelectors', TRAIL, 'ExplicitlyDenied'],
    [session('admin'), 'guardduty:UpdateDetector', DETECTOR, 'ExplicitlyDenied'],
    [session('admin'), 'guardduty:CreateFilter', `${DETECTOR}/filter/a`, 'ExplicitlyDenied'],
    // A role whose name begins alike is another role.
    [session('terraform-2'), 's3:PutBucketPolicy', BUCKET, 'ExplicitlyDenied'],
    [session('terraform'), 's3:DeleteBucket', BUCKET, 'ExplicitlyDenied'],
    [session('terraform'), 's3:DeleteObjectVersion', `${BUCKET}/a`, 'ExplicitlyDenied'],
    [session('terraform'), 'kms:ScheduleKeyDeletion', KEY, 'ExplicitlyDenied'],
    [session('terraform'), 'cloudtrail:DeleteTrail', TRAIL, 'ExplicitlyDenied'],
    [session('terraform'), 'cloudtrail:StopLogging', TRAIL, 'ExplicitlyDenied'],
    [session('terraform'), 'guardduty:DeleteDetector', DETECTOR, 'ExplicitlyDenied'],
    [session('terraform'), 'organizations:LeaveOrganization', '*', 'ExplicitlyDenied'],
    [session('terraform'), 's3:PutBucketPolicy', BUCKET, 'Allowed'],
    [session('terraform'), 'kms:PutKeyPolicy', KEY, 'Allowed'],
    [session('terraform'), 'cloudtrail:UpdateTrail', TRAIL, 'Allowed'],
    [session('admin'), 's3:PutBucketPolicy', `${BUCKET}-2`, 'Allowed'],
    [session('admin'), 's3:GetObject', `${BUCKET}/a`, 'Allowed'],
    [session('admin'), 'kms:ScheduleKeyDeletion', KEY.replace('1234abcd', '2345bcde'), 'Allowed'],
    [ROOT, 's3:PutBucketPolicy', `${BUCKET}-2`, 'Allowed'],
  ])('answers %s that asks for %s on %s', async (principal, action, resource, decision) => {
    const request = { principal, action, resource, identityPolicies: [ADMINISTRATOR_ACCESS], resourcePolicy: action.startsWith('kms:') ? open : undefined };
    expect(await decide({ ...request, serviceControlPolicies: [policyOf()] })).toBe(decision);
    // Without the guardrails the account's own administrators may do all of it.
    expect(await decide(request)).toBe('Allowed');
  });

  test('lets nobody off without exempt roles', async () => {
    const request = { principal: session('terraform'), action: 's3:PutBucketPolicy', resource: BUCKET, identityPolicies: [ADMINISTRATOR_ACCESS] };
    expect(await decide({ ...request, serviceControlPolicies: [policyOf({ exemptRoles: undefined })] })).toBe('ExplicitlyDenied');
  });

  const many = Array.from({ length: 40 }, (_, index) => `hipaa-audit-logs-${index}`);
  test.each<[string, object, unknown, string, string]>([
    ['a policy above the quota', { bucketNames: many }, expect.any(Number), '5120', 'fewer'],
    ['no bucket', { bucketNames: [] }, [], 'AU5', 'bucketNames'],
    ['no key', { keyArns: [] }, [], 'AU5', 'keyArns'],
    ['no trail', { trailNames: undefined }, undefined, 'AU5', 'trailNames'],
    ['every bucket', { bucketNames: ['*'] }, '*', 'naming rules', '3 to 63'],
    ['a bucket that only Terraform knows', { bucketNames: ['${var.bucket}'] }, '${var.bucket}', 'at synth', 'itself'],
    ['a key that only Terraform knows', { keyArns: ['${aws_kms_key.a.arn}'] }, '${aws_kms_key.a.arn}', 'at synth', 'itself'],
    ['a key of another account', { keyArns: [KEY.replace('123456789012', '999999999999')] }, KEY.replace('123456789012', '999999999999'), 'belongs to account', '123456789012'],
    ['a key of another partition', { keyArns: ['arn:aws-cn:kms:cn-north-1:123456789012:key/a'] }, 'arn:aws-cn:kms:cn-north-1:123456789012:key/a', 'partition aws', "'arn:aws:'"],
    ['a trail by wildcard', { trailNames: ['*'] }, '*', 'naming requirements', '3 to 128'],
    ['to exempt every role', { exemptRoles: ['arn:aws:iam::123456789012:role/*'] }, 'arn:aws:iam::123456789012:role/*', 'without wildcards', 'full ARN'],
    ['to exempt root', { exemptRoles: [ROOT] }, ROOT, 'EN2', 'one role or user'],
    ['an account that is none', { account: 'x' }, 'x', 'twelve digits', 'as a string'],
    ['a region that is none', { region: 'x' }, 'x', 'regions', 'us-east-1'],
    ['an unknown field', { allow: [] }, 'allow', 'no other field', 'bucketNames'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => AuditGuardrails.document({ ...base, ...changes }), { path: 'AuditGuardrails.document', value, rule, remedy });
    expectRefusal(() => make(changes)(testStack()), { path: 'Test/Guardrails', value, rule, remedy });
  });

  test.each<[string, object, unknown, string, string]>([
    ['no name', { policyName: ' ' }, ' ', 'CreatePolicy', '1 to 128'],
    ['a target that is none', { targets: ['everyone'] }, 'everyone', 'AttachPolicy', 'ou-'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => make(changes)(testStack()), { path: 'Test/Guardrails', value, rule, remedy });
  });
});
