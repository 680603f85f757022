import type { TerraformStack } from 'cdktf';
import { EncryptedLogGroup, type EncryptedLogGroupProps } from '../../lib/logs/encrypted-log-group';
import { Retention } from '../../lib/profile/retention';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';
import { synthStack, testStack } from '../support/stack';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const props: Required<EncryptedLogGroupProps> = { logGroupName: '/hipaa/healthcare/sessions', region: 'us-east-1', retention: Retention.years(6), kmsKeyArn: KEY };
const make = (changes: object = {}) => (stack: TerraformStack) => new EncryptedLogGroup(stack, 'Logs', { ...props, ...changes });

describe('EncryptedLogGroup', () => {
  test('is encrypted, kept, and neither replaced nor deleted', () => {
    expect(synthStack(make()).only('aws_cloudwatch_log_group')).toEqual({
      name: '/hipaa/healthcare/sessions', region: 'us-east-1', retention_in_days: 2192, kms_key_id: KEY, skip_destroy: true, lifecycle: { prevent_destroy: true },
    });
  });

  test('exposes what others need of it, and claims nothing', () => {
    const stack = testStack();
    const logs = make({ kmsKeyArn: '${aws_kms_key.Logs.arn}' })(stack);

    expect(logs.node.defaultChild).toBe(logs.logGroup);
    expect([logs.logGroupName, logs.logGroupArn].every((token) => token.startsWith('${TfToken['))).toBe(true);
    expect(claimsBelow(stack)).toEqual([]);
  });

  test.each<[string, object, unknown, string, string]>([
    ['groups by wildcard', { logGroupName: '/hipaa/*' }, '/hipaa/*', 'wildcard', 'full name'],
    ['no name', { logGroupName: '' }, '', 'CreateLogGroup', 'full name'],
    ['a retention that CloudWatch does not offer', { retention: Retention.days(2190) }, 2190, 'PutRetentionPolicy', 'Retention.days(2192)'],
    ['a number for a retention', { retention: 2192 }, 2192, '316(b)(2)(i)', 'Retention.years(6)'],
    ['no key', { kmsKeyArn: undefined }, undefined, 'AWS: arn:', 'full ARN'],
    ['an alias', { kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:alias/logs' }, 'arn:aws:kms:us-east-1:123456789012:alias/logs', 'an alias can move', ':key/'],
    ['a key of another region', { region: 'us-west-2' }, KEY, 'its own region alone', 'in us-west-2'],
    ['a key of another partition', { region: 'cn-north-1' }, KEY, 'partition aws-cn', "'arn:aws-cn:'"],
    ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
    ['an unknown field', { retentionInDays: 1 }, 'retentionInDays', 'no other field', 'retention'],
  ])('refuses %s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => make(changes)(testStack()), { path: 'Test/Logs', value, rule, remedy });
  });
});
