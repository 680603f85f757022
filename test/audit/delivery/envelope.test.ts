/** A subscription's envelopes, carried through the processors that are configured to objects, and read by the table that is declared: from end to end, nothing is lost. */
import { gunzipSync } from 'node:zlib';
import { Athena } from '../../support/athena';
import { EVENTS, OTHER_LINES, type AuditEvent } from '../../support/audit-events';
import { makeDelivery } from '../../support/delivery';
import { deliver, prefixOf, record, type SubscriptionEnvelope } from '../../support/firehose';
import { makeQuery } from '../../support/queries';
import { synthStack, type ResourceArguments } from '../../support/stack';

const stack = synthStack((scope) => {
  makeDelivery()(scope);
  makeQuery()(scope);
});
const stream = stack.only('aws_kinesis_firehose_delivery_stream');
const table = stack.only('aws_glue_catalog_table');
const ARRIVAL = new Date('2026-01-31T23:59:59Z');

const envelope = (logStream: string, messages: readonly string[], messageType: SubscriptionEnvelope['messageType'] = 'DATA_MESSAGE'): SubscriptionEnvelope => ({
  messageType,
  owner: '123456789012',
  logGroup: '/aws/eks/healthcare-cluster/cluster',
  logStream,
  subscriptionFilters: ['healthcare-cluster-audit'],
  logEvents: messages.map((message, index) => ({ id: `3195310660696698337880902507980421114328961542429${String(index).padStart(7, '0')}`, timestamp: 1_769_900_000_000 + index, message })),
});
const audited = Object.values(EVENTS) as AuditEvent[];
const RECORDS = [
  record(envelope('', ['CWL CONTROL MESSAGE: Checking health of destination Firehose.'], 'CONTROL_MESSAGE')),
  record(envelope('kube-apiserver-audit-0f1e2d3c', audited.slice(0, 20).map((event) => JSON.stringify(event)))),
  record(envelope('kube-scheduler-0f1e2d3c', OTHER_LINES)),
  record(envelope('kube-apiserver-audit-4b5a6978', audited.slice(20).map((event) => JSON.stringify(event)))),
];
const read = async (delivery: ResourceArguments): Promise<Record<string, unknown>[]> => (await Athena.over(table, 'healthcare_audit', deliver(delivery, RECORDS, ARRIVAL)))
  .query(`SELECT * FROM "healthcare_audit"."audit_events" WHERE kind = 'Event' AND apiversion LIKE 'audit.k8s.io/%' ORDER BY auditid`);

describe('a delivery', () => {
  test('writes one object for the hour of arrival, a line for each event', () => {
    const [[key, body]] = [...deliver(stream, RECORDS, ARRIVAL)];

    expect(key).toMatch(/^audit-logs\/healthcare-cluster\/2026\/01\/31\/23\/healthcare-cluster-audit-.*\.json\.gz$/);
    const [first, second] = [audited.slice(0, 20), audited.slice(20)].map((events) => events.map((event) => JSON.stringify(event)));
    expect(gunzipSync(body).toString('utf8').split('\n')).toEqual([...first, ...OTHER_LINES, ...second, '']);
  });

  test('brings every audit event into the table, and none that is not', async () => {
    const rows = await read(stream);
    expect(rows.map(({ auditid }) => auditid)).toEqual(audited.map(({ auditID }) => auditID));
    expect(new Set(rows.map(({ datehour }) => datehour))).toEqual(new Set(['2026/01/31/23']));
  });

  test('brings every field that the table has, with its value', async () => {
    const rows = new Map((await read(stream)).map((row) => [row.auditid as string, row]));
    for (const event of audited) {
      const { requestObject, annotations, user, objectRef, responseStatus, impersonatedUser, sourceIPs, ...scalars } = event as ResourceArguments;
      const row = rows.get(event.auditID) as ResourceArguments;

      for (const [name, value] of Object.entries(scalars)) expect([name, row[name.toLowerCase()]]).toEqual([name, value]);
      expect(row.sourceips).toEqual(sourceIPs);
      expect(row.requestobject).toEqual(requestObject === undefined ? null : JSON.stringify(requestObject));
      expect(row.annotations ?? []).toEqual(Object.entries(annotations ?? {}).map(([key, value]) => ({ key, value })));
      expect([row.user.username, row.user.groups]).toEqual([user.username ?? null, user.groups ?? null]);
      expect(row.user.extra?.arn ?? null).toEqual(user.extra?.arn ?? null);
      expect(row.user.extra?.sessionname ?? null).toEqual(user.extra?.sessionName ?? null);
      expect(row.impersonateduser?.username ?? null).toEqual(impersonatedUser?.username ?? null);
      expect(row.responsestatus.code).toBe(responseStatus.code);
      for (const [name, value] of Object.entries((objectRef ?? {}) as object)) expect([name, row.objectref[name.toLowerCase()]]).toEqual([name, value]);
    }
    expect(rows.size).toBe(audited.length);
  });

  test('answers the named queries', async () => {
    const athena = await Athena.over(table, 'healthcare_audit', deliver(stream, RECORDS, ARRIVAL));
    for (const { name, query } of Object.values(stack.resources.aws_athena_named_query)) {
      const rows = await athena.query(query as string, '2026/01/31/23', '2026/01/31/23', ...(name === 'who-read-this-secret' ? ['patient-data', 'database'] : []));
      expect([name, rows.length > 0]).toEqual([name, true]);
    }
  });

  test('is not read where it failed', () => {
    expect(prefixOf(stream.extended_s3_configuration.error_output_prefix as string, ARRIVAL).startsWith('audit-logs/')).toBe(false);
  });

  const without = (index: number): ResourceArguments => {
    const copy = structuredClone(stream);
    copy.extended_s3_configuration.processing_configuration.processors.splice(index, 1);
    return copy;
  };
  test.each([['Decompression', 0], ['CloudWatchLogProcessing', 1], ['AppendDelimiterToRecord', 2]])('loses events without %s', async (_processor, index) => {
    const rows = await read(without(index)).catch((error: unknown) => error as Error);
    expect(rows instanceof Error || rows.length < audited.length).toBe(true);
  });
});
