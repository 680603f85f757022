import { PolicyEffect, type PolicyStatementProps } from '../../iam/policy-statement';
import { dnsSuffixOf, partitionOf } from '../../profile/aws';

/** @internal What an auditor asks, where the answers lie, and with which keys. */
export interface AuditorScope {
  readonly account: string;
  readonly region: string;
  readonly databaseName: string;
  readonly tableName: string;
  readonly workgroupName: string;
  readonly archiveBucketName: string;
  readonly archiveKmsKeyArn: string;
  readonly prefix: string;
  readonly resultsBucketName: string;
  readonly resultsPrefix: string;
  readonly kmsKeyArn: string;
}

/** @internal The least with which somebody runs queries: Athena reads archive and catalog, and writes results, with the rights of whoever asks. */
export function auditorStatements(scope: AuditorScope): PolicyStatementProps[] {
  const { account, region, databaseName, prefix } = scope;
  const partition = partitionOf(region);
  const glue = `arn:${partition}:glue:${region}:${account}`;
  const archive = `arn:${partition}:s3:::${scope.archiveBucketName}`;
  const results = `arn:${partition}:s3:::${scope.resultsBucketName}`;
  const viaS3 = { operator: 'StringEquals', key: 'kms:ViaService', values: [`s3.${region}.${dnsSuffixOf(region)}`] };
  const within = (prefixes: readonly string[]) => ({ operator: 'StringLike', key: 's3:prefix', values: prefixes });
  return [
    {
      sid: 'AllowQueries',
      effect: PolicyEffect.ALLOW,
      actions: [
        'athena:BatchGetNamedQuery', 'athena:BatchGetQueryExecution', 'athena:GetNamedQuery', 'athena:GetQueryExecution', 'athena:GetQueryResults',
        'athena:GetQueryResultsStream', 'athena:GetWorkGroup', 'athena:ListNamedQueries', 'athena:ListQueryExecutions', 'athena:StartQueryExecution', 'athena:StopQueryExecution',
      ],
      resources: [`arn:${partition}:athena:${region}:${account}:workgroup/${scope.workgroupName}`],
    },
    {
      sid: 'AllowLooking',
      effect: PolicyEffect.ALLOW,
      actions: [
        'athena:GetDataCatalog', 'athena:GetDatabase', 'athena:GetTableMetadata', 'athena:ListDataCatalogs', 'athena:ListDatabases', 'athena:ListEngineVersions', 'athena:ListTableMetadata',
        'athena:ListWorkGroups',
      ],
      resources: ['*'],
      reason: 'the console lists workgroups and catalogs before one is chosen, and these lists have no resource; what a catalog tells of tables, Glue decides by its own actions',
    },
    {
      // Of the database `default` Athena asks in any case (Amazon Athena, access to the default database and catalog).
      sid: 'AllowCatalog',
      effect: PolicyEffect.ALLOW,
      actions: ['glue:GetDatabase', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'],
      resources: [`${glue}:catalog`, `${glue}:database/default`, `${glue}:database/${databaseName}`, `${glue}:table/${databaseName}/${scope.tableName}`],
    },
    { sid: 'AllowReadingEvents', effect: PolicyEffect.ALLOW, actions: ['s3:GetObject'], resources: [`${archive}/${prefix}/*`] },
    { sid: 'AllowListingEvents', effect: PolicyEffect.ALLOW, actions: ['s3:ListBucket'], resources: [archive], conditions: [within([prefix, `${prefix}/*`])] },
    { sid: 'AllowLocations', effect: PolicyEffect.ALLOW, actions: ['s3:GetBucketLocation'], resources: [archive, results] },
    { sid: 'AllowDecryptionOfEvents', effect: PolicyEffect.ALLOW, actions: ['kms:Decrypt'], resources: [scope.archiveKmsKeyArn], conditions: [viaS3] },
    {
      sid: 'AllowResults',
      effect: PolicyEffect.ALLOW,
      actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
      resources: [`${results}/${scope.resultsPrefix}/*`],
    },
    // Athena looks at the bucket as a whole before it writes; the bucket holds nothing but results.
    { sid: 'AllowListingResults', effect: PolicyEffect.ALLOW, actions: ['s3:ListBucket', 's3:ListBucketMultipartUploads'], resources: [results] },
    { sid: 'AllowEncryptionOfResults', effect: PolicyEffect.ALLOW, actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [scope.kmsKeyArn], conditions: [viaS3] },
  ];
}
