/** A column of a Glue table. */
export interface AuditColumn {
  /** In lower case, as Hive keeps names. */
  readonly name: string;
  /** As Hive writes types. */
  readonly type: string;
  readonly comment: string;
}

const USER = 'struct<username:string,uid:string,groups:array<string>,'
  + 'extra:struct<arn:array<string>,canonicalarn:array<string>,sessionname:array<string>,accesskeyid:array<string>,principalid:array<string>>>';

/**
 * The columns of the table of audit events: the fields of `audit.k8s.io/v1` Event, and of `user.extra` those that Amazon EKS fills for IAM principals.
 * Bodies are text, as their fields differ by kind. A field that is not here stays in the object, and out of the table.
 */
export const AUDIT_COLUMNS: readonly AuditColumn[] = [
  { name: 'kind', type: 'string', comment: 'Event; null where the line is no JSON, as those of the scheduler and other components' },
  { name: 'apiversion', type: 'string', comment: 'audit.k8s.io/v1' },
  { name: 'level', type: 'string', comment: 'Metadata, Request or RequestResponse' },
  { name: 'auditid', type: 'string', comment: 'One for all stages of a request' },
  { name: 'stage', type: 'string', comment: 'RequestReceived, ResponseStarted (watch, exec), ResponseComplete or Panic' },
  { name: 'requesturi', type: 'string', comment: 'With its query: the command of an exec' },
  { name: 'verb', type: 'string', comment: 'Of the API: get, list, watch, create, update, patch, delete, deletecollection' },
  { name: 'user', type: USER, comment: 'Who asked' },
  { name: 'impersonateduser', type: 'struct<username:string,uid:string,groups:array<string>>', comment: 'As whom, where that is somebody else' },
  { name: 'sourceips', type: 'array<string>', comment: 'From where; the first may be made up by the client' },
  { name: 'useragent', type: 'string', comment: 'As the client calls itself' },
  { name: 'objectref', type: 'struct<resource:string,namespace:string,name:string,uid:string,apigroup:string,apiversion:string,resourceversion:string,subresource:string>', comment: 'What was asked for' },
  { name: 'responsestatus', type: 'struct<status:string,message:string,reason:string,code:int>', comment: 'What was answered' },
  { name: 'requestobject', type: 'string', comment: 'JSON, at the levels that log it' },
  { name: 'responseobject', type: 'string', comment: 'JSON, at the level that logs it' },
  { name: 'requestreceivedtimestamp', type: 'string', comment: 'ISO 8601, UTC, with microseconds' },
  { name: 'stagetimestamp', type: 'string', comment: 'ISO 8601, UTC, with microseconds' },
  { name: 'annotations', type: 'map<string,string>', comment: 'authorization.k8s.io/decision and reason, and those of admission' },
];

/** The partition: the hour in which an object was written, UTC, as its key has it. */
export const HOUR_COLUMN: AuditColumn = { name: 'datehour', type: 'string', comment: 'yyyy/MM/dd/HH, UTC: when the event was delivered, some minutes after it happened' };

/** The fields of an event that are not all lower case, at every depth of the columns. */
const CAMEL_CASE: readonly string[] = [
  'apiVersion', 'auditID', 'requestURI', 'impersonatedUser', 'sourceIPs', 'userAgent', 'objectRef', 'responseStatus', 'requestObject', 'responseObject', 'requestReceivedTimestamp',
  'stageTimestamp', 'apiGroup', 'resourceVersion', 'canonicalArn', 'sessionName', 'accessKeyId', 'principalId',
];

/**
 * How lines are read. Each column is mapped to its field, and names are compared with their case: compared without it, an event in which two keys differ in
 * case alone is refused as a whole (Amazon Athena, OpenX JSON SerDe, case.insensitive), and a caller chooses the keys of labels and annotations. A mapping is
 * for the name, whatever the depth. A key's dots stay, as those of annotations are names of a map.
 * A line that is no JSON becomes a row of nulls, not an error: the log group has lines of other components, which are no JSON. Invalid values stay
 * errors: a null in the place of an answer would be one.
 */
export const SERDE_PARAMETERS: Readonly<Record<string, string>> = {
  'case.insensitive': 'FALSE',
  ...Object.fromEntries(CAMEL_CASE.map((field) => [`mapping.${field.toLowerCase()}`, field])),
  'dots.in.keys': 'FALSE',
  'ignore.malformed.json': 'TRUE',
  'use.null.for.invalid.data': 'FALSE',
};
