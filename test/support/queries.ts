import type { TerraformStack } from 'cdktf';
import { AuditQuery, type AuditQueryProps } from '../../lib/audit/query/audit-query';

export const QUERY_PROPS: Required<AuditQueryProps> = {
  databaseName: 'healthcare_audit',
  workgroupName: 'healthcare-auditors',
  archiveBucketName: 'hipaa-audit-logs-123456789012-us-east-1',
  archiveKmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  prefix: 'audit-logs/healthcare-cluster',
  resultsBucketName: 'hipaa-audit-results-123456789012-us-east-1',
  resultsExpirationDays: 14,
  kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/5678abcd-12ab-34cd-56ef-1234567890ab',
  account: '123456789012',
  region: 'us-east-1',
  since: '2026-01-01',
  bytesScannedLimit: 10_485_760,
  breakGlassRoleName: 'healthcare-cluster-break-glass',
};

/** Queries as most would have them. */
export const makeQuery = (changes: object = {}) => (stack: TerraformStack): AuditQuery => new AuditQuery(stack, 'Query', { ...QUERY_PROPS, ...changes });
