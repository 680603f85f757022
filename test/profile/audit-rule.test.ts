import { AuditLevel, AuditStage } from '../../lib/profile/audit-rule';

test('levels and stages are those of audit.k8s.io/v1, the levels from least to most', () => {
  expect(Object.values(AuditLevel)).toEqual(['None', 'Metadata', 'Request', 'RequestResponse']);
  expect(Object.values(AuditStage)).toEqual(['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic']);
});
