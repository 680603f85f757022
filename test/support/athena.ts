import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { gunzipSync } from 'node:zlib';
import type { ResourceArguments } from './stack';

/** A type as Hive writes it. */
export type HiveType =
  | { kind: 'string' | 'int' }
  | { kind: 'array'; element: HiveType }
  | { kind: 'map'; value: HiveType }
  | { kind: 'struct'; fields: Record<string, HiveType> };

/** Functions of Trino that DuckDB calls otherwise; the rest of the queries is SQL of both. */
const MACROS = [
  'CREATE MACRO element_at(map, key) AS map_extract_value(map, key)',
  'CREATE MACRO array_join(list, separator) AS array_to_string(list, separator)',
];

/** An object of S3, by its key. */
export type S3Objects = Map<string, Buffer>;
export type Row = Record<string, unknown>;

/** Athena over the objects of a bucket, as a table of Glue's describes them. */
export class Athena {
  /** Reads every object that lies where the table looks for it, between two hours. */
  public static async over(table: ResourceArguments, database: string, objects: S3Objects): Promise<Athena> {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    for (const macro of MACROS) await connection.run(macro);
    const types = (table.storage_descriptor.columns as ResourceArguments[]).map((column) => [column.name as string, parseHive(column.type as string)] as const);
    const [partition] = table.partition_keys as ResourceArguments[];
    const columns = [...types.map(([name, type]) => `"${name}" ${toSql(type)}`), `"${partition.name}" VARCHAR`];
    const name = `"${database}"."${table.name}"`;
    await connection.run(`CREATE SCHEMA "${database}"`);
    await connection.run(`CREATE TABLE ${name} (${columns.join(', ')})`);
    const structure = JSON.stringify(Object.fromEntries([...types.map(([column, type]) => [column, toStructure(type)]), [partition.name, 'VARCHAR']]));
    const insert = await connection.prepare(`INSERT INTO ${name} SELECT unnest(from_json($1, '${structure}'))`);
    const serde = table.storage_descriptor.ser_de_info.parameters as Record<string, string>;
    for (const [key, body] of objects) {
      const hour = partitionOf(table, key);
      if (hour === undefined) continue;
      for (const line of readText(table, key, body).split('\n')) {
        insert.bindVarchar(1, JSON.stringify({ ...readLine(line, Object.fromEntries(types), serde), [partition.name]: hour }));
        await insert.run();
      }
    }
    return new Athena(connection);
  }

  private constructor(private readonly connection: DuckDBConnection) {}

  /** Runs a query with the values of its parameters. */
  public async query(sql: string, ...parameters: string[]): Promise<Row[]> {
    const statement = await this.connection.prepare(sql);
    if (statement.parameterCount !== parameters.length) throw new Error(`${statement.parameterCount} parameters, and ${parameters.length} values`);
    parameters.forEach((value, index) => statement.bindVarchar(index + 1, value));
    return (await statement.runAndReadAll()).getRowObjectsJson() as Row[];
  }
}

/** The projected partition that a key lies in, by the template of the table; undefined where the table does not look. */
export function partitionOf(table: ResourceArguments, key: string): string | undefined {
  const [{ name }] = table.partition_keys as ResourceArguments[];
  const parameters = table.parameters as Record<string, string>;
  if (parameters['projection.enabled'] !== 'true' || parameters[`projection.${name}.type`] !== 'date' || parameters[`projection.${name}.format`] !== 'yyyy/MM/dd/HH') throw new Error('this projection is not modelled');
  // As Terraform applies it.
  const template = parameters['storage.location.template'].replace('$${', '${');
  const [before, after] = template.replace(/^s3:\/\/[^/]+\//, '').split(`\${${name}}`);
  const hour = key.slice(before.length, before.length + 'yyyy/MM/dd/HH'.length);
  if (!key.startsWith(before) || !/^\d{4}\/\d{2}\/\d{2}\/\d{2}$/.test(hour) || !key.slice(before.length + hour.length).startsWith(after)) return undefined;
  return hour >= parameters[`projection.${name}.range`].split(',')[0] ? hour : undefined;
}

/** Athena tells a compression by the end of the key. */
function readText(table: ResourceArguments, key: string, body: Buffer): string {
  if (table.storage_descriptor.ser_de_info.serialization_library !== 'org.openx.data.jsonserde.JsonSerDe') throw new Error('this SerDe is not modelled');
  return (key.endsWith('.gz') ? gunzipSync(body) : body).toString('utf8');
}

/** A line as the OpenX SerDe reads it with the options that the table has: what it refuses is a row of nulls where malformed JSON is ignored. */
function readLine(line: string, columns: Record<string, HiveType>, serde: Record<string, string>): Row {
  const text = line.trim();
  let value: unknown;
  try {
    value = text.startsWith('{') ? JSON.parse(text) : undefined;
    if (isInsensitive(serde)) refuseDuplicates(value);
  } catch {
    if (serde['ignore.malformed.json'] !== 'TRUE') throw new Error(`HIVE_CURSOR_ERROR: ${text}`);
    value = undefined;
  }
  return value === undefined ? {} : (coerce(value, { kind: 'struct', fields: columns }, serde) as Row);
}

function isInsensitive(serde: Record<string, string>): boolean {
  return serde['case.insensitive'] !== 'FALSE';
}

/** At any depth, in what no column shows as well: two keys that differ in case alone are one key twice where case does not count. */
function refuseDuplicates(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const keys = Array.isArray(value) ? [] : Object.keys(value).map((key) => key.toLowerCase());
  if (new Set(keys).size < keys.length) throw new Error('JSONException: Duplicate key');
  Object.values(value).forEach(refuseDuplicates);
}

function coerce(value: unknown, type: HiveType, serde: Record<string, string>): unknown {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'string': return typeof value === 'string' ? value : JSON.stringify(value);
    case 'int': return Number(value);
    case 'array': return (Array.isArray(value) ? value : [value]).map((element) => coerce(element, type.element, serde));
    case 'map': return Object.fromEntries(Object.entries(value).map(([key, entry]) => [isInsensitive(serde) ? key.toLowerCase() : key, coerce(entry, type.value, serde)]));
    default: {
      const fold = (key: string): string => (isInsensitive(serde) ? key.toLowerCase() : key);
      const byName = new Map(Object.entries(value).map(([key, entry]) => [fold(key), entry as unknown]));
      return Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, coerce(byName.get(fold(serde[`mapping.${name}`] ?? name)), field, serde)]));
    }
  }
}

export function parseHive(text: string): HiveType {
  const [, kind, inner] = /^([a-z]+)(?:<(.*)>)?$/.exec(text) ?? [];
  if (kind === 'array') return { kind, element: parseHive(inner) };
  if (kind === 'map') return { kind, value: parseHive(splitTop(inner)[1]) };
  if (kind === 'struct') return { kind, fields: Object.fromEntries(splitTop(inner).map((field) => [field.slice(0, field.indexOf(':')), parseHive(field.slice(field.indexOf(':') + 1))])) };
  if (kind !== 'string' && kind !== 'int') throw new Error(`the type ${text} is not modelled`);
  return { kind };
}

/** The parts between commas that stand in no brackets. */
function splitTop(text: string): string[] {
  let depth = 0;
  const parts = [''];
  for (const character of text) {
    depth += Number(character === '<') - Number(character === '>');
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

function toSql(type: HiveType): string {
  switch (type.kind) {
    case 'string': return 'VARCHAR';
    case 'int': return 'INTEGER';
    case 'array': return `${toSql(type.element)}[]`;
    case 'map': return `MAP(VARCHAR, ${toSql(type.value)})`;
    default: return `STRUCT(${Object.entries(type.fields).map(([name, field]) => `"${name}" ${toSql(field)}`).join(', ')})`;
  }
}

/** The same, as DuckDB's from_json takes it. */
function toStructure(type: HiveType): unknown {
  if (type.kind === 'array') return [toStructure(type.element)];
  return type.kind === 'struct' ? Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, toStructure(field)])) : toSql(type);
}
