/** The questions of an auditor, asked of recorded events: each with what must be among the answers, and what must not. */
import { gzipSync } from 'node:zlib';
import { Athena, type Row, type S3Objects } from '../../support/athena';
import { ALICE, EVE, EVENTS, OTHER_LINES, ROOT_CAUSE, type EventName } from '../../support/audit-events';
import { makeQuery } from '../../support/queries';
import { synthStack } from '../../support/stack';

const stack = synthStack(makeQuery());
const table = stack.only('aws_glue_catalog_table');
const queries = new Map(Object.values(stack.resources.aws_athena_named_query).map((query) => [query.name as string, query.query as string]));
const HOURS = ['2026/01/31/00', '2026/01/31/23'];
const names = new Map(Object.entries(EVENTS).map(([name, { auditID }]) => [auditID, name]));

const object = (lines: readonly string[]): Buffer => gzipSync(`${lines.join('\n')}\n`);
const lines = Object.values(EVENTS).map((event) => JSON.stringify(event));
const OBJECTS: S3Objects = new Map([
  // Delivered twice, as Firehose may.
  ['audit-logs/healthcare-cluster/2026/01/31/23/a.json.gz', object([...lines, ...OTHER_LINES])],
  ['audit-logs/healthcare-cluster/2026/01/31/23/b.json.gz', object(lines)],
  ['audit-logs/other-cluster/2026/01/31/23/a.json.gz', object([JSON.stringify({ ...EVENTS.getSecret, auditID: 'of another cluster' })])],
  ['audit-logs/healthcare-cluster/2026/02/01/00/a.json.gz', object([JSON.stringify({ ...EVENTS.getSecret, auditID: 'of another day' })])],
  ['delivery-errors/audit-logs/healthcare-cluster/processing-failed/2026/01/31/23/a.json.gz', object([JSON.stringify({ ...EVENTS.getSecret, auditID: 'not processed' })])],
]);
let athena: Athena;
beforeAll(async () => {
  athena = await Athena.over(table, 'healthcare_audit', OBJECTS);
});

const ask = (name: string, ...parameters: string[]): Promise<Row[]> => athena.query(queries.get(name)!, ...HOURS, ...parameters);
const named = (rows: Row[]): string[] => rows.map((row) => names.get(row.audit_id as string) ?? String(row.audit_id));

describe('the named queries', () => {
  test.each<[string, string[], EventName[]]>([
    ['who-read-this-secret', ['patient-data', 'database'], [
      'getSecret', 'listNamespace', 'listEverywhere', 'watchEverywhere', 'emptyPatch', 'dryDeletion', 'nodeRead', 'impersonatedRead',
    ]],
    ['who-read-this-secret', ['patient-data', 'other'], ['getOtherSecret', 'listNamespace', 'listEverywhere', 'watchEverywhere', 'dryDeletion']],
    ['who-entered-a-container', [], ['execWebSocket', 'execSpdy', 'attach', 'portForward', 'nodeProxy', 'debug', 'breakGlassExec', 'breakGlassDenied']],
    ['changes-to-rbac', [], ['bind', 'unbindAll', 'deniedBind', 'bindUnderLabels']],
  ])('%s %j', async (name, parameters, expected) => {
    expect(named(await ask(name, ...parameters))).toEqual(expected);
  });

  test('say who, as whom, from where, what and when', async () => {
    const row = (await ask('who-read-this-secret', 'patient-data', 'database')).find(({ audit_id: id }) => id === EVENTS.impersonatedRead.auditID);

    expect(row).toEqual({
      received: EVENTS.impersonatedRead.requestReceivedTimestamp, stage: 'ResponseComplete', username: EVE, iam_arn: EVE, impersonated: 'system:admin', source_ips: '10.0.12.7', verb: 'get',
      api_group: null, resource: 'secrets', subresource: null, namespace: 'patient-data', name: 'database', code: 200,
      request: '/api/v1/namespaces/patient-data/secrets/database', audit_id: EVENTS.impersonatedRead.auditID,
    });
  });

  test('read every field of a column that an event has, at every depth', async () => {
    const event = {
      ...EVENTS.breakGlassRenamed, impersonatedUser: { username: 'a', uid: 'b', groups: ['c'] }, requestObject: { a: 1 }, responseObject: { b: 2 }, annotations: { 'Kept.as/It-Is': 'x' },
      objectRef: { resource: 'a', namespace: 'b', name: 'c', uid: 'd', apiGroup: 'e', apiVersion: 'f', resourceVersion: 'g', subresource: 'h' }, responseStatus: { status: 'a', message: 'b', reason: 'c', code: 1 },
    };
    const alone = await Athena.over(table, 'healthcare_audit', new Map([['audit-logs/healthcare-cluster/2026/01/31/23/a.json.gz', object([JSON.stringify(event)])]]));
    const [row] = await alone.query('SELECT * FROM "healthcare_audit"."audit_events" WHERE kind IS NOT NULL');
    const missing = (value: unknown, path: string): string[] => (value === null || value === undefined ? [path]
      : typeof value === 'object' && !Array.isArray(value) ? Object.entries(value).flatMap(([name, inner]) => missing(inner, `${path}.${name}`)) : []);

    expect(missing(row, 'row')).toEqual([]);
    expect(JSON.stringify(row.annotations)).toContain('Kept.as/It-Is');
  });

  test('show what was executed', async () => {
    const rows = await ask('who-entered-a-container');
    expect(rows.find(({ audit_id: id }) => id === EVENTS.execSpdy.auditID)?.request).toContain('command=cat&command=%2Frecords');
  });

  test('count refusals by user, once for each request', async () => {
    const rows = await ask('denied-requests-by-user');

    expect(rows.map(({ username, verb, resource, code, requests }) => [username, verb, resource, code, Number(requests)])).toEqual([
      [EVE, 'get', 'secrets', 403, 2],
      ['', 'list', 'secrets', 401, 1],
      [ALICE, 'create', 'clusterrolebindings', 403, 1],
      [ROOT_CAUSE, 'get', 'nodes', 403, 1],
      ['system:anonymous', 'get', null, 403, 1],
    ]);
    expect(rows[0]).toMatchObject({ first_received: EVENTS.deniedRead.requestReceivedTimestamp, last_received: EVENTS.deniedAgain.requestReceivedTimestamp });
  });

  test('tell anonymous requests, without an identity or with that of nobody', async () => {
    const rows = await ask('anonymous-requests');
    expect(rows.map(({ username, path, code, source_ips: from }) => [username, path, code, from])).toEqual([
      ['system:anonymous', '/api', 403, '203.0.113.9'], ['system:anonymous', '/version', 200, '203.0.113.9'], ['', '/api/v1/secrets', 401, '203.0.113.9'],
    ]);
  });

  test('tell sessions of the emergency role, whatever an access entry calls their users', async () => {
    const rows = await ask('break-glass-sessions');

    expect(rows.map(({ username, session_name: session, requests, refused, changes, entered }) => [
      username, session, ...[requests, refused, changes, entered].map(Number),
    ])).toEqual([
      [ROOT_CAUSE, 'bob-INC1042', 3, 1, 1, 2],
      ['emergency:carol', 'carol-INC1043', 1, 0, 1, 0],
    ]);
    expect(rows[0]).toMatchObject({
      access_key_id: 'ASIAEXAMPLE', first_received: EVENTS.breakGlassList.requestReceivedTimestamp, last_received: EVENTS.breakGlassDenied.requestReceivedTimestamp,
    });
  });

  test('take the hours first, so that none reads six years', () => {
    for (const [name, query] of queries) expect([name, query]).toEqual([name, expect.stringMatching(/FROM "healthcare_audit"\."audit_events"\nWHERE datehour BETWEEN \? AND \?\n/)]);
    expect([...queries.keys()].sort()).toEqual([
      'anonymous-requests', 'break-glass-sessions', 'changes-to-rbac', 'denied-requests-by-user', 'who-entered-a-container', 'who-read-this-secret',
    ]);
  });

  test('find nothing in other hours', async () => {
    expect(named(await athena.query(queries.get('who-read-this-secret')!, '2026/02/01/00', '2026/02/01/23', 'patient-data', 'database'))).toEqual(['of another day']);
    expect(await athena.query(queries.get('who-entered-a-container')!, '2026/01/30/00', '2026/01/30/23')).toEqual([]);
  });
});
