import { AthenaNamedQuery } from '@cdktf/provider-aws/lib/athena-named-query';
import { AthenaWorkgroup } from '@cdktf/provider-aws/lib/athena-workgroup';
import { GlueCatalogDatabase } from '@cdktf/provider-aws/lib/glue-catalog-database';
import { GlueCatalogTable } from '@cdktf/provider-aws/lib/glue-catalog-table';
import { Construct } from 'constructs';
import type { PolicyStatementProps } from '../../iam/policy-statement';
import { checkAccount, checkBucketName, checkDate, checkFields, checkInteger, checkKeyArn, checkKnownAtSynth, checkRegion, checkRoleName } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { PrivateBucket } from '../../storage/private-bucket';
import { checkKeyPrefix } from '../key-prefix';
import { AUDIT_COLUMNS, HOUR_COLUMN, SERDE_PARAMETERS } from './audit-columns';
import { auditorStatements } from './auditor-statements';
import { namedQueries } from './named-queries';

export interface AuditQueryProps {
  /** Glue database; 1 to 128 of a-z, 0-9 and _, starting with a letter. */
  readonly databaseName: string;
  /** Athena workgroup; 1 to 128 of letters, digits and `._-`. */
  readonly workgroupName: string;
  /** The archive, in `region`. */
  readonly archiveBucketName: string;
  /** ARN of the key that encrypts the archive. */
  readonly archiveKmsKeyArn: string;
  /** First part of the keys of the audit log, without slashes at its ends; the hour follows it: `2026/01/31/23/`. */
  readonly prefix: string;
  /** Bucket for the results of queries, made here. What is asked tells of patients and staff as much as the log itself. */
  readonly resultsBucketName: string;
  /**
   * Days after which results expire; the events themselves stay in the archive.
   * @default 30
   */
  readonly resultsExpirationDays?: number;
  /** ARN of the key that encrypts results, in `region`. */
  readonly kmsKeyArn: string;
  readonly account: string;
  readonly region: string;
  /** Day of the first event, YYYY-MM-DD: no hour before it is looked into. */
  readonly since: string;
  /**
   * Bytes after which a query is cancelled, at least 10 MB: a query without hours would read six years.
   * @default 107374182400 - 100 GiB
   */
  readonly bytesScannedLimit?: number;
  /**
   * Name of the role for emergencies.
   * @default - there is no query about break-glass sessions
   */
  readonly breakGlassRoleName?: string;
}

const FIELDS = [
  'databaseName', 'workgroupName', 'archiveBucketName', 'archiveKmsKeyArn', 'prefix', 'resultsBucketName', 'resultsExpirationDays', 'kmsKeyArn', 'account', 'region', 'since',
  'bytesScannedLimit', 'breakGlassRoleName',
];
const TABLE = 'audit_events';
const RESULTS = 'results';
const LEAST_LIMIT = 10_485_760;
const DEFAULT_LIMIT = 107_374_182_400;

/**
 * Lets an auditor ask the archive: a table over the audit log, a workgroup whose settings nobody can change for a query, and the questions that auditors ask.
 *
 * Serves 45 CFR 164.308(a)(1)(ii)(D), and claims no control: a question that can be asked is not yet a review. Hours are projected from `since` to now, so
 * that no crawler and no partition is needed. Athena's OpenX JSON SerDe is the one that gets past lines that are no JSON, and AWS warns that its results can
 * differ from the data (Amazon Athena, OpenX JSON SerDe): before a result is evidence, look its `audit_id` up in the object itself. A line that is no
 * whole JSON is in no answer, though it is in the archive.
 * Whoever asks needs `auditorStatements()`, and has to be let in by the policies of both keys (`addDecrypter`; for that of the results also `addEncrypter`).
 *
 * @example
 *   const query = new AuditQuery(stack, 'Query', {
 *     databaseName: 'healthcare_audit',
 *     workgroupName: 'healthcare-auditors',
 *     archiveBucketName: 'hipaa-audit-logs-123456789012-us-east-1',
 *     archiveKmsKeyArn: archiveKey.arn,
 *     prefix: 'audit-logs/healthcare-cluster',
 *     resultsBucketName: 'hipaa-audit-results-123456789012-us-east-1',
 *     kmsKeyArn: logsKey.arn,
 *     account: '123456789012',
 *     region: 'us-east-1',
 *     since: '2026-01-01',
 *     breakGlassRoleName: 'healthcare-cluster-break-glass',
 *   });
 */
export class AuditQuery extends Construct {
  public readonly database: GlueCatalogDatabase;
  public readonly table: GlueCatalogTable;
  public readonly workgroup: AthenaWorkgroup;
  public readonly results: PrivateBucket;
  public readonly namedQueries: readonly AthenaNamedQuery[];
  private readonly props: AuditQueryProps;

  public constructor(scope: Construct, id: string, props: AuditQueryProps) {
    super(scope, id);
    this.check(props);
    this.props = props;
    const { databaseName, region } = props;

    this.results = new PrivateBucket(this, 'Results', {
      bucketName: props.resultsBucketName, region, kmsKeyArn: props.kmsKeyArn, expirationDays: props.resultsExpirationDays ?? 30,
    });
    this.database = new GlueCatalogDatabase(this, 'Database', { name: databaseName, catalogId: props.account, region, description: 'Audit log of the Kubernetes API' });
    this.table = this.addTable(props);
    this.workgroup = new AthenaWorkgroup(this, 'Resource', {
      name: props.workgroupName,
      region,
      description: 'Questions to the audit log',
      state: 'ENABLED',
      forceDestroy: false,
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: props.bytesScannedLimit ?? DEFAULT_LIMIT,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${this.results.bucketName}/${RESULTS}/`,
          // Athena refuses a bucket that somebody else took over.
          expectedBucketOwner: props.account,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKeyArn: props.kmsKeyArn },
        },
      },
    });
    this.namedQueries = namedQueries({ databaseName, tableName: TABLE, breakGlassRoleName: props.breakGlassRoleName }).map(({ id: queryId, name, description, query }) =>
      new AthenaNamedQuery(this, queryId, { name, description, query, database: this.database.name, workgroup: this.workgroup.name, region }));
  }

  /** What an auditor's IAM role needs to run the queries, and no more: it reads no other prefix of the archive, and changes neither catalog nor workgroup. */
  public auditorStatements(): PolicyStatementProps[] {
    const { account, region, databaseName, workgroupName, archiveBucketName, archiveKmsKeyArn, prefix, resultsBucketName, kmsKeyArn } = this.props;
    return auditorStatements({
      account, region, databaseName, workgroupName, archiveBucketName, archiveKmsKeyArn, prefix, resultsBucketName, kmsKeyArn, tableName: TABLE, resultsPrefix: RESULTS,
    });
  }

  private addTable({ archiveBucketName, prefix, region, since, account }: AuditQueryProps): GlueCatalogTable {
    const location = `s3://${archiveBucketName}/${prefix}/`;
    return new GlueCatalogTable(this, 'Table', {
      name: TABLE,
      catalogId: account,
      databaseName: this.database.name,
      region,
      description: 'One row for each stage of a request',
      tableType: 'EXTERNAL_TABLE',
      partitionKeys: [{ ...HOUR_COLUMN }],
      parameters: {
        EXTERNAL: 'TRUE',
        classification: 'json',
        compressionType: 'gzip',
        'projection.enabled': 'true',
        [`projection.${HOUR_COLUMN.name}.type`]: 'date',
        [`projection.${HOUR_COLUMN.name}.format`]: 'yyyy/MM/dd/HH',
        [`projection.${HOUR_COLUMN.name}.range`]: `${since.replaceAll('-', '/')}/00,NOW`,
        [`projection.${HOUR_COLUMN.name}.interval`]: '1',
        [`projection.${HOUR_COLUMN.name}.interval.unit`]: 'HOURS',
        // `$${` is how Terraform writes `${`, which it would read as a reference of its own.
        'storage.location.template': `${location}$\${${HOUR_COLUMN.name}}/`,
      },
      storageDescriptor: {
        location,
        inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        compressed: true,
        columns: AUDIT_COLUMNS.map((column) => ({ ...column })),
        serDeInfo: { name: 'openx-json', serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe', parameters: { ...SERDE_PARAMETERS } },
      },
    });
  }

  private check(props: AuditQueryProps): void {
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'queries on the audit log take no other field');
    if (typeof props.databaseName !== 'string' || !/^[a-z][a-z0-9_]{0,127}$/.test(props.databaseName)) {
      throw Errors.refused(path, 'databaseName is no name of a database', props.databaseName, 'Amazon Athena, names of databases: lower case, _ and nothing else', 'use 1 to 128 of a-z, 0-9 and _, starting with a letter');
    }
    if (typeof props.workgroupName !== 'string' || !/^[\w.-]{1,128}$/.test(props.workgroupName)) {
      throw Errors.refused(path, 'workgroupName is no name of a workgroup', props.workgroupName, 'Amazon Athena, CreateWorkGroup', 'use 1 to 128 of letters, digits and ._-');
    }
    for (const prop of ['archiveBucketName', 'resultsBucketName'] as const) {
      checkBucketName(path, prop, props[prop]);
      checkKnownAtSynth(path, prop, props[prop]);
    }
    if (props.resultsBucketName === props.archiveBucketName) {
      throw Errors.refused(path, 'resultsBucketName is the archive', props.resultsBucketName, 'control AU5, 45 CFR 164.316(b)(2)(i): what is asked is no record of what happened, and would be kept for six years', 'name a bucket of its own');
    }
    checkRegion(path, 'region', props.region);
    checkKnownAtSynth(path, 'region', props.region);
    checkAccount(path, 'account', props.account);
    checkKeyArn(path, 'archiveKmsKeyArn', props.archiveKmsKeyArn, props.region);
    checkKeyArn(path, 'kmsKeyArn', props.kmsKeyArn, props.region);
    checkKeyPrefix(path, 'prefix', props.prefix);
    checkDate(path, 'since', props.since);
    checkInteger(path, 'resultsExpirationDays', props.resultsExpirationDays ?? 30, 1, 36500, 'Amazon S3, lifecycle: whole days');
    checkInteger(path, 'bytesScannedLimit', props.bytesScannedLimit ?? DEFAULT_LIMIT, LEAST_LIMIT, Number.MAX_SAFE_INTEGER, 'Amazon Athena, data usage limits: 10 MB at least');
    if (props.breakGlassRoleName !== undefined) {
      checkRoleName(path, 'breakGlassRoleName', props.breakGlassRoleName);
      checkKnownAtSynth(path, 'breakGlassRoleName', props.breakGlassRoleName);
    }
  }
}
