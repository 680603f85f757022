import { ArchiveServiceWriter, type CloudTrailWriterProps } from '../../lib/audit/archive-service-writer';
import { expectRefusal } from '../support/refusal';

const props: Required<CloudTrailWriterProps> = { trailName: 'trail', region: 'us-east-1', account: '123456789012', prefix: 'cloudtrail/a' };

test.each<[string, string]>([['us-east-1', 'aws'], ['us-gov-west-1', 'aws-us-gov'], ['cn-north-1', 'aws-cn']])('a trail in %s writes for itself, with digests aside', (region, partition) => {
  expect(ArchiveServiceWriter.cloudTrail({ ...props, region })).toEqual({
    service: 'cloudtrail.amazonaws.com',
    prefix: 'cloudtrail/a',
    sourceArn: `arn:${partition}:cloudtrail:${region}:123456789012:trail/trail`,
    account: '123456789012',
    digestPrefix: 'cloudtrail/a/AWSLogs/123456789012/CloudTrail-Digest',
  });
});

test.each<[string, object, unknown, string, string]>([
  ['every trail', { trailName: '*' }, '*', 'naming requirements', '3 to 128'],
  ['a region that only Terraform knows', { region: '${var.region}' }, '${var.region}', 'at synth', 'itself'],
  ['an account that is none', { account: '1' }, '1', 'twelve digits', 'as a string'],
  ['every key', { prefix: '' }, '', 'AC11', 'audit-logs/'],
  ['an unknown field', { organization: 'o-1' }, 'organization', 'no other field', 'trailName'],
])('ArchiveServiceWriter.cloudTrail refuses %s', (_what, changes, value, rule, remedy) => {
  expectRefusal(() => ArchiveServiceWriter.cloudTrail({ ...props, ...changes }), { path: 'ArchiveServiceWriter.cloudTrail', value, rule, remedy });
});
