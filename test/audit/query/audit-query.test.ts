import type { AuditQueryProps } from '../../../lib/audit/query/audit-query';
import { PolicyDocument } from '../../../lib/iam/policy-document';
import { claimsBelow } from '../../support/claims';
import { decide } from '../../support/iam';
import { makeQuery, QUERY_PROPS } from '../../support/queries';
import { expectRefusal } from '../../support/refusal';
import { synthStack, testStack } from '../../support/stack';

const ARCHIVE = 'arn:aws:s3:::hipaa-audit-logs-123456789012-us-east-1';
const RESULTS = 'arn:aws:s3:::hipaa-audit-results-123456789012-us-east-1';
const { archiveKmsKeyArn: ARCHIVE_KEY, kmsKeyArn: KEY } = QUERY_PROPS;
const defaults = { resultsExpirationDays: undefined, bytesScannedLimit: undefined, breakGlassRoleName: undefined } satisfies Partial<AuditQueryProps>;

describe('AuditQuery', () => {
  const stack = synthStack(makeQuery(defaults));
  const table = stack.only('aws_glue_catalog_table');

  test('projects hours from the first day to now, in the layout that both platforms write', () => {
    expect(table.parameters).toEqual({
      EXTERNAL: 'TRUE',
      classification: 'json',
      compressionType: 'gzip',
      'projection.enabled': 'true',
      'projection.datehour.type': 'date',
      'projection.datehour.format': 'yyyy/MM/dd/HH',
      'projection.datehour.range': '2026/01/01/00,NOW',
      'projection.datehour.interval': '1',
      'projection.datehour.interval.unit': 'HOURS',
      'storage.location.template': 's3://hipaa-audit-logs-123456789012-us-east-1/audit-logs/healthcare-cluster/$${datehour}/',
    });
    expect(table.partition_keys).toMatchObject([{ name: 'datehour', type: 'string' }]);
    expect(table).toMatchObject({ name: 'audit_events', table_type: 'EXTERNAL_TABLE', catalog_id: '123456789012', region: 'us-east-1' });
  });

  test('gets past lines that are no JSON, and not past values of another type', () => {
    expect(table.storage_descriptor).toMatchObject({
      location: 's3://hipaa-audit-logs-123456789012-us-east-1/audit-logs/healthcare-cluster/',
      ser_de_info: {
        serialization_library: 'org.openx.data.jsonserde.JsonSerDe',
        parameters: { 'case.insensitive': 'FALSE', 'mapping.auditid': 'auditID', 'mapping.apiversion': 'apiVersion', 'dots.in.keys': 'FALSE', 'ignore.malformed.json': 'TRUE', 'use.null.for.invalid.data': 'FALSE' },
      },
    });
  });

  test('names columns as Hive keeps them', () => {
    const columns = table.storage_descriptor.columns as { name: string; type: string }[];

    expect(columns.filter(({ name, type }) => name !== name.toLowerCase() || type !== type.toLowerCase())).toEqual([]);
    expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toMatchSnapshot();
  });

  test('fixes where results go, how they are encrypted and how much is read', () => {
    const [results] = Object.keys(stack.resources.aws_s3_bucket);

    expect(stack.only('aws_athena_workgroup')).toMatchObject({
      name: 'healthcare-auditors', force_destroy: false, state: 'ENABLED', region: 'us-east-1',
      configuration: {
        enforce_workgroup_configuration: true,
        publish_cloudwatch_metrics_enabled: true,
        bytes_scanned_cutoff_per_query: 107_374_182_400,
        engine_version: { selected_engine_version: 'Athena engine version 3' },
        result_configuration: {
          output_location: `s3://\${aws_s3_bucket.${results}.bucket}/results/`,
          expected_bucket_owner: '123456789012',
          encryption_configuration: { encryption_option: 'SSE_KMS', kms_key_arn: KEY },
        },
      },
    });
    expect(stack.only('aws_s3_bucket').bucket).toBe('hipaa-audit-results-123456789012-us-east-1');
    expect(JSON.stringify(stack.only('aws_s3_bucket_lifecycle_configuration').rule)).toContain('"days":30');
  });

  test('asks in its own database and workgroup; of break-glass sessions where the role is known', () => {
    const named = Object.values(stack.resources.aws_athena_named_query);
    const [workgroup] = Object.keys(stack.resources.aws_athena_workgroup);
    const [database] = Object.keys(stack.resources.aws_glue_catalog_database);

    expect(named.map(({ name }) => name as string).sort()).toEqual(['anonymous-requests', 'changes-to-rbac', 'denied-requests-by-user', 'who-entered-a-container', 'who-read-this-secret']);
    for (const query of named) {
      expect(query).toMatchObject({ workgroup: `\${aws_athena_workgroup.${workgroup}.name}`, database: `\${aws_glue_catalog_database.${database}.name}`, region: 'us-east-1' });
      // Limits of Athena: a saved query, its name and its description.
      expect([query.name.length <= 128, query.description.length <= 1024, query.query.length <= 262_144]).toEqual([true, true, true]);
    }
  });

  test('takes every prop', () => {
    const made = synthStack(makeQuery());

    expect(made.only('aws_athena_workgroup').configuration.bytes_scanned_cutoff_per_query).toBe(10_485_760);
    expect(JSON.stringify(made.only('aws_s3_bucket_lifecycle_configuration').rule)).toContain('"days":14');
    expect(Object.values(made.resources.aws_athena_named_query).find(({ name }) => name === 'break-glass-sessions')?.query).toContain("':assumed-role/healthcare-cluster-break-glass/'");
  });

  test('exposes its parts, and claims nothing: what can be asked is not yet reviewed', () => {
    const scope = testStack();
    const query = makeQuery()(scope);

    expect(query.node.defaultChild).toBe(query.workgroup);
    expect(query.namedQueries).toHaveLength(6);
    expect([query.results.bucket.bucketInput, query.database.nameInput, query.table.nameInput]).toEqual([QUERY_PROPS.resultsBucketName, 'healthcare_audit', 'audit_events']);
    expect(claimsBelow(scope)).toEqual([]);
  });

  test('uses the names of the partition', () => {
    const key = 'arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const text = JSON.stringify(makeQuery({ region: 'cn-north-1', archiveKmsKeyArn: key, kmsKeyArn: key })(testStack()).auditorStatements());

    expect(text).toContain('arn:aws-cn:athena:cn-north-1:123456789012:workgroup/healthcare-auditors');
    expect(text).toContain('s3.cn-north-1.amazonaws.com.cn');
    expect(text).not.toContain('arn:aws:');
  });
});

describe('an auditor', () => {
  const policy = new PolicyDocument('Test/Auditor', makeQuery()(testStack()).auditorStatements()).toJson();
  const viaS3 = { 'kms:ViaService': 's3.us-east-1.amazonaws.com' };
  const workgroup = (name: string): string => `arn:aws:athena:us-east-1:123456789012:workgroup/${name}`;
  const glue = (resource: string): string => `arn:aws:glue:us-east-1:123456789012:${resource}`;
  /** Leaves the key to IAM, so that the auditor's own policy decides. */
  const keyPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] });

  test.each<[string, string, Record<string, string>, string]>([
    ['s3:GetObject', `${ARCHIVE}/audit-logs/other-cluster/2026/01/31/23/a.json.gz`, {}, 'ImplicitlyDenied'],
    ['s3:GetObject', `${ARCHIVE}/audit-logs/healthcare-cluster-2/a.json.gz`, {}, 'ImplicitlyDenied'],
    ['s3:GetObject', `${ARCHIVE}/container-logs/healthcare-cluster/a.gz`, {}, 'ImplicitlyDenied'],
    ['s3:PutObject', `${ARCHIVE}/audit-logs/healthcare-cluster/a.json.gz`, {}, 'ImplicitlyDenied'],
    ['s3:DeleteObject', `${ARCHIVE}/audit-logs/healthcare-cluster/a.json.gz`, {}, 'ImplicitlyDenied'],
    ['s3:DeleteObject', `${RESULTS}/results/a.csv`, {}, 'ImplicitlyDenied'],
    ['s3:GetObject', `${RESULTS}/elsewhere/a.csv`, {}, 'ImplicitlyDenied'],
    ['s3:ListBucket', ARCHIVE, {}, 'ImplicitlyDenied'],
    ['s3:ListBucket', ARCHIVE, { 's3:prefix': 'container-logs/' }, 'ImplicitlyDenied'],
    ['s3:PutBucketPolicy', ARCHIVE, {}, 'ImplicitlyDenied'],
    ['kms:Decrypt', ARCHIVE_KEY, {}, 'ImplicitlyDenied'],
    ['kms:Decrypt', ARCHIVE_KEY, { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' }, 'ImplicitlyDenied'],
    ['kms:GenerateDataKey', ARCHIVE_KEY, viaS3, 'ImplicitlyDenied'],
    ['kms:ScheduleKeyDeletion', KEY, viaS3, 'ImplicitlyDenied'],
    ['athena:StartQueryExecution', workgroup('primary'), {}, 'ImplicitlyDenied'],
    ['athena:UpdateWorkGroup', workgroup('healthcare-auditors'), {}, 'ImplicitlyDenied'],
    ['athena:DeleteNamedQuery', workgroup('healthcare-auditors'), {}, 'ImplicitlyDenied'],
    ['glue:UpdateTable', glue('table/healthcare_audit/audit_events'), {}, 'ImplicitlyDenied'],
    ['glue:GetTable', glue('table/other/audit_events'), {}, 'ImplicitlyDenied'],
    ['athena:GetQueryResultsStream', workgroup('primary'), {}, 'ImplicitlyDenied'],
    ['athena:CreateWorkGroup', workgroup('own'), {}, 'ImplicitlyDenied'],
    ['athena:UpdateDataCatalog', 'arn:aws:athena:us-east-1:123456789012:datacatalog/AwsDataCatalog', {}, 'ImplicitlyDenied'],
    ['s3:ListBucketMultipartUploads', ARCHIVE, {}, 'ImplicitlyDenied'],
    ['athena:StartQueryExecution', workgroup('healthcare-auditors'), {}, 'Allowed'],
    ['athena:GetQueryResults', workgroup('healthcare-auditors'), {}, 'Allowed'],
    ['athena:GetQueryResultsStream', workgroup('healthcare-auditors'), {}, 'Allowed'],
    ...['ListEngineVersions', 'ListWorkGroups', 'ListDataCatalogs'].map((action): [string, string, Record<string, string>, string] => [`athena:${action}`, '*', {}, 'Allowed']),
    ...['GetDataCatalog', 'ListDatabases', 'GetDatabase', 'ListTableMetadata', 'GetTableMetadata'].map((action): [string, string, Record<string, string>, string] => [
      `athena:${action}`, 'arn:aws:athena:us-east-1:123456789012:datacatalog/AwsDataCatalog', {}, 'Allowed']),
    ['s3:ListBucket', RESULTS, {}, 'Allowed'],
    ['s3:ListBucketMultipartUploads', RESULTS, {}, 'Allowed'],
    ['glue:GetTable', glue('table/healthcare_audit/audit_events'), {}, 'Allowed'],
    ['s3:ListBucket', ARCHIVE, { 's3:prefix': 'audit-logs/healthcare-cluster/2026/01/31/23/' }, 'Allowed'],
    ['s3:GetObject', `${ARCHIVE}/audit-logs/healthcare-cluster/2026/01/31/23/a.json.gz`, {}, 'Allowed'],
    ['kms:Decrypt', ARCHIVE_KEY, viaS3, 'Allowed'],
    ['s3:PutObject', `${RESULTS}/results/a.csv`, {}, 'Allowed'],
    ['s3:GetObject', `${RESULTS}/results/a.csv`, {}, 'Allowed'],
    ['kms:GenerateDataKey', KEY, viaS3, 'Allowed'],
  ])('who asks for %s on %s with %j gets an answer', async (action, resource, context, decision) => {
    const resourcePolicy = action.startsWith('kms:') ? keyPolicy : undefined;
    expect(await decide({ principal: 'arn:aws:sts::123456789012:assumed-role/auditor/alice', action, resource, context, identityPolicies: [policy], resourcePolicy })).toBe(decision);
  });

  test('has one policy, to be read at a glance', () => {
    expect(JSON.parse(policy)).toMatchSnapshot();
  });
});

describe('AuditQuery refuses', () => {
  test.each<[string, object, unknown, string, string]>([
    ['a database in upper case', { databaseName: 'Audit' }, 'Audit', 'Amazon Athena', 'a-z'],
    ['a database with a hyphen', { databaseName: 'health-audit' }, 'health-audit', 'Amazon Athena', 'a-z'],
    ['a database that ends its quotes', { databaseName: 'a"; drop' }, 'a"; drop', 'Amazon Athena', 'a-z'],
    ['no workgroup', { workgroupName: '' }, '', 'CreateWorkGroup', '1 to 128'],
    ['every workgroup', { workgroupName: '*' }, '*', 'CreateWorkGroup', '1 to 128'],
    ['a bucket name that S3 refuses', { archiveBucketName: 'Logs' }, 'Logs', 'bucket naming', '3 to 63'],
    ['an archive that only Terraform knows', { archiveBucketName: '${var.archive}' }, '${var.archive}', 'at synth', 'itself'],
    ['results in the archive', { resultsBucketName: QUERY_PROPS.archiveBucketName }, QUERY_PROPS.archiveBucketName, 'AU5', 'of its own'],
    ['a region that is none', { region: 'us-east' }, 'us-east', 'regions', 'us-east-1'],
    ['an account that is none', { account: '1' }, '1', 'twelve digits', 'as a string'],
    ['an alias for a key', { kmsKeyArn: 'alias/logs' }, 'alias/logs', 'AWS: arn:', 'full ARN'],
    ['a key of another region', { archiveKmsKeyArn: ARCHIVE_KEY.replace('us-east-1', 'us-west-2') }, ARCHIVE_KEY.replace('us-east-1', 'us-west-2'), 'its own region', 'us-east-1'],
    ['every prefix', { prefix: '*' }, '*', 'AC11', 'audit-logs/'],
    ['a prefix that ends in a slash', { prefix: 'a/' }, 'a/', 'AC11', 'audit-logs/'],
    ['a day that is none', { since: '2026-02-30' }, '2026-02-30', 'calendar', 'YYYY-MM-DD'],
    ['results that go at once', { resultsExpirationDays: 0 }, 0, 'lifecycle', '1 to 36500'],
    ['a limit below that of Athena', { bytesScannedLimit: 1 }, 1, 'data usage', '10485760'],
    ['a role that ends its quotes', { breakGlassRoleName: "a' OR '1'='1" }, "a' OR '1'='1", 'names of roles', '1 to 64'],
    ['an unknown field', { tableName: 'a' }, 'tableName', 'no other field', 'databaseName'],
  ])('%s', (_what, changes, value, rule, remedy) => {
    expectRefusal(() => makeQuery(changes)(testStack()), { path: 'Test/Query', value, rule, remedy });
  });
});
