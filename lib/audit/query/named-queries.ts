/** A question of an auditor, as Athena keeps it. */
export interface NamedQuery {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly query: string;
}

/** What the queries are asked of. */
export interface NamedQueriesScope {
  readonly databaseName: string;
  readonly tableName: string;
  readonly breakGlassRoleName?: string;
}

const WHO = `"user".username AS username,
  array_join("user".extra.arn, ', ') AS iam_arn,
  impersonateduser.username AS impersonated,
  array_join(sourceips, ', ') AS source_ips`;
const WHAT = `verb,
  objectref.apigroup AS api_group,
  objectref.resource AS resource,
  objectref.subresource AS subresource,
  objectref.namespace AS namespace,
  objectref.name AS name,
  responsestatus.code AS code`;
const REQUEST = `SELECT DISTINCT
  requestreceivedtimestamp AS received,
  stage,
  ${WHO},
  ${WHAT},
  requesturi AS request,
  auditid AS audit_id`;
const HOURS = 'from and to, as yyyy/MM/dd/HH in UTC, of when the events were delivered: some minutes after they happened';

/**
 * The questions that an auditor asks. Each takes the hours first: without them six years would be read. Rows are distinct, as deliveries repeat; a stage
 * is no condition, or a watch that is still open would be missed.
 */
export function namedQueries({ databaseName, tableName, breakGlassRoleName }: NamedQueriesScope): readonly NamedQuery[] {
  // Somebody else's JSON in the log group is no audit event.
  const from = `FROM "${databaseName}"."${tableName}"
WHERE datehour BETWEEN ? AND ?
  AND kind = 'Event'
  AND apiversion LIKE 'audit.k8s.io/%'`;
  return [
    {
      id: 'SecretReads',
      name: 'who-read-this-secret',
      description: `Who was shown a Secret. Parameters: ${HOURS}; namespace; name. A list or watch of the namespace, or of all, shows it as well, and so do changes and deletions, dry runs among them, which answer with the object. A pod that mounts it asks for it as its node.`,
      query: `${REQUEST}
${from}
  AND objectref.resource = 'secrets'
  AND coalesce(objectref.apigroup, '') = ''
  AND verb <> 'create'
  AND coalesce(objectref.namespace, '') IN ('', ?)
  AND coalesce(objectref.name, '') IN ('', ?)
  AND coalesce(responsestatus.code, 200) < 400
ORDER BY received`,
    },
    {
      id: 'Interactive',
      name: 'who-entered-a-container',
      description: `Who executed commands in, attached to, forwarded ports of, proxied to or added a debugging container to what runs, refused attempts among them. Parameters: ${HOURS}. Exec is a get by WebSockets and a create by SPDY; what was typed is in no audit log.`,
      query: `${REQUEST}
${from}
  AND objectref.subresource IN ('attach', 'ephemeralcontainers', 'exec', 'portforward', 'proxy')
ORDER BY received`,
    },
    {
      id: 'Denied',
      name: 'denied-requests-by-user',
      description: `What was refused to whom, and how often: no credentials (401), no permission (403). Parameters: ${HOURS}.`,
      query: `SELECT
  coalesce("user".username, '') AS username,
  array_join("user".extra.arn, ', ') AS iam_arn,
  impersonateduser.username AS impersonated,
  ${WHAT.replace(/\n {2}objectref\.name AS name,/, '')},
  count(DISTINCT auditid) AS requests,
  min(requestreceivedtimestamp) AS first_received,
  max(requestreceivedtimestamp) AS last_received
${from}
  AND (responsestatus.code IN (401, 403) OR element_at(annotations, 'authorization.k8s.io/decision') = 'forbid')
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
ORDER BY requests DESC, username, first_received`,
    },
    {
      id: 'RbacChanges',
      name: 'changes-to-rbac',
      description: `Who changed, or tried to change, roles and their bindings. Parameters: ${HOURS}. Access entries of Amazon EKS are changed by AWS' API and are in CloudTrail.`,
      query: `${REQUEST}
${from}
  AND objectref.apigroup = 'rbac.authorization.k8s.io'
  AND verb NOT IN ('get', 'list', 'watch')
ORDER BY received`,
    },
    {
      id: 'Anonymous',
      name: 'anonymous-requests',
      description: `What was asked without an identity, and what was answered. Parameters: ${HOURS}.`,
      query: `SELECT
  coalesce("user".username, '') AS username,
  array_join(sourceips, ', ') AS source_ips,
  verb,
  split_part(requesturi, chr(63), 1) AS path,
  responsestatus.code AS code,
  count(DISTINCT auditid) AS requests,
  min(requestreceivedtimestamp) AS first_received,
  max(requestreceivedtimestamp) AS last_received
${from}
  AND (coalesce("user".username, '') IN ('', 'system:anonymous') OR contains("user".groups, 'system:unauthenticated'))
GROUP BY 1, 2, 3, 4, 5
ORDER BY requests DESC, first_received`,
    },
    ...(breakGlassRoleName === undefined ? [] : [breakGlass(from, breakGlassRoleName)]),
  ];
}

/** A session is known by the role in its ARN, which EKS keeps beside whatever user name an access entry gives it. */
function breakGlass(from: string, role: string): NamedQuery {
  const ofRole = (text: string): string => `strpos(coalesce(${text}, ''), ':assumed-role/${role}/') > 0`;
  return {
    id: 'BreakGlass',
    name: 'break-glass-sessions',
    description: `When somebody used the role ${role}, from where, and how much was done, refused and changed. Parameters: ${HOURS}. An assumption of the role without a request to the cluster is in CloudTrail alone.`,
    query: `SELECT
  "user".username AS username,
  array_join("user".extra.arn, ', ') AS iam_arn,
  array_join("user".extra.sessionname, ', ') AS session_name,
  array_join("user".extra.accesskeyid, ', ') AS access_key_id,
  array_join(sourceips, ', ') AS source_ips,
  count(DISTINCT auditid) AS requests,
  count(DISTINCT CASE WHEN responsestatus.code >= 400 THEN auditid END) AS refused,
  count(DISTINCT CASE WHEN verb NOT IN ('get', 'list', 'watch') THEN auditid END) AS changes,
  count(DISTINCT CASE WHEN objectref.subresource IN ('attach', 'ephemeralcontainers', 'exec', 'portforward', 'proxy') THEN auditid END) AS entered,
  min(requestreceivedtimestamp) AS first_received,
  max(requestreceivedtimestamp) AS last_received
${from}
  AND (${ofRole('"user".username')}
    OR ${ofRole('array_join("user".extra.arn, \' \')')})
GROUP BY 1, 2, 3, 4, 5
ORDER BY first_received`,
  };
}
