import { TerraformForm, type TerraformDocument, type TerraformResource } from './terraform-document';
import { doubt, finding, type TerraformAnswer } from './terraform-rule';
import { blocksOf, fieldOf, flagOf, isLiteral, listOf, UnknownValue } from './unknown-value';

/** A type of store, and where it says whether it is encrypted: what says nothing is not. */
interface Store {
  readonly type: string;
  readonly attribute: string;
  /** The block that the attribute stands in. */
  readonly block?: string;
  /** What the attribute has to be, where it is no flag. */
  readonly wanted?: string;
  /** Attributes by which it takes over the encryption of the one that it copies, or of its cluster. */
  readonly sources?: readonly string[];
  /** Why nobody can tell where it says nothing. */
  readonly unsaid?: string;
}

const STORES: readonly Store[] = [
  { type: 'aws_db_instance', attribute: 'storage_encrypted', sources: ['replicate_source_db'] },
  ...['aws_rds_cluster', 'aws_docdb_cluster', 'aws_neptune_cluster'].map((type) => ({ type, attribute: 'storage_encrypted', sources: ['replication_source_identifier', 'global_cluster_identifier'] })),
  ...['aws_rds_global_cluster', 'aws_docdb_global_cluster', 'aws_neptune_global_cluster'].map((type) => ({ type, attribute: 'storage_encrypted', sources: ['source_db_cluster_identifier'] })),
  ...['aws_efs_file_system', 'aws_ebs_snapshot_copy', 'aws_ami_copy'].map((type) => ({ type, attribute: 'encrypted' })),
  { type: 'aws_redshift_cluster', attribute: 'encrypted', unsaid: 'the version of the provider decides whether it is encrypted, as it says nothing' },
  { type: 'aws_elasticache_replication_group', attribute: 'at_rest_encryption_enabled' },
  ...['aws_opensearch_domain', 'aws_elasticsearch_domain'].map((type) => ({ type, attribute: 'enabled', block: 'encrypt_at_rest' })),
  { type: 'aws_dax_cluster', attribute: 'enabled', block: 'server_side_encryption' },
  { type: 'aws_kinesis_stream', attribute: 'encryption_type', wanted: 'KMS' },
];
const CACHE = 'aws_elasticache_cluster';
const REMEDY = 'set it to true; what exists is encrypted by a copy of its snapshot';

/** Judges databases, file systems and streams. */
export function* judgeStores(document: TerraformDocument): Generator<TerraformAnswer> {
  for (const store of STORES) {
    for (const resource of document.ofType(store.type)) yield* judgeStore(resource, store, document);
  }
  for (const cache of document.ofType(CACHE)) yield* judgeCache(cache, document);
}

/** A flag that has to be on. */
export function* judgeFlag(owner: TerraformResource, path: string, value: unknown, document: TerraformDocument): Generator<TerraformAnswer> {
  const flag = flagOf(value);
  if (flag instanceof UnknownValue) yield doubt(owner, path, flag, document);
  else if (flag !== true) yield finding(owner, path, value ?? undefined, flag === undefined ? 'it is not encrypted: it is off by default' : 'it is not encrypted', REMEDY);
}

function* judgeStore(resource: TerraformResource, { attribute, block, wanted, sources, unsaid }: Store, document: TerraformDocument): Generator<TerraformAnswer> {
  const blocks = block === undefined ? [resource.values] : blocksOf(resource.values, block);
  const path = block === undefined ? attribute : `${block}[0].${attribute}`;
  const value = blocks instanceof UnknownValue ? blocks : fieldOf(blocks[0], attribute);
  // Amazon ElastiCache encrypts Valkey unless it is told not to.
  if (value === undefined && resource.values.engine === 'valkey') return;
  if (value === undefined && unsaid !== undefined) return yield doubt(resource, path, unsaid, document, 'set it to true');
  const source = sourceOf(resource, sources);
  if (value === undefined && source !== undefined) return yield* judgeCopy(resource, path, source, document);
  if (wanted === undefined) return yield* judgeFlag(resource, path, value, document);
  if (value instanceof UnknownValue) yield doubt(resource, path, value, document);
  else if (value !== wanted) yield finding(resource, path, value, 'it is not encrypted', `set it to ${wanted}, with a key of yours`);
}

/** Amazon ElastiCache encrypts nodes of Redis in replication groups alone (Amazon ElastiCache, at-rest encryption). Memcached writes nothing to disks. */
function* judgeCache(cache: TerraformResource, document: TerraformDocument): Generator<TerraformAnswer> {
  const { engine } = cache.values;
  const group = sourceOf(cache, ['replication_group_id']);
  if (group !== undefined) yield* judgeCopy(cache, 'replication_group_id', group, document);
  else if (engine instanceof UnknownValue) yield doubt(cache, 'engine', engine, document);
  else if (engine === 'redis') yield finding(cache, 'engine', engine, 'a node of Redis alone is not encrypted', 'use an aws_elasticache_replication_group with at_rest_encryption_enabled');
}

function sourceOf({ values }: TerraformResource, sources: readonly string[] = []): unknown {
  return sources.map((name) => fieldOf(values, name)).find((copied) => copied !== undefined && copied !== '');
}

/** What copies a store is encrypted as that is, which has to be judged here as well. */
function* judgeCopy(resource: TerraformResource, path: string, source: unknown, document: TerraformDocument): Generator<TerraformAnswer> {
  const targets = source instanceof UnknownValue ? document.targetsOf(source, resource) : listOf(storesByName(document).get(String(source))) as readonly TerraformResource[];
  // An expression of the configuration may choose another.
  const isPlain = !(source instanceof UnknownValue) || source.attribute !== undefined || document.form !== TerraformForm.CONFIGURATION;
  if (isPlain && targets.length > 0 && targets.every((target) => target !== resource && STORES.some(({ type }) => type === target.type))) return;
  yield doubt(resource, path, 'it is encrypted as what it copies is, which is not in this document', document);
}

const NAMES = ['identifier', 'cluster_identifier', 'global_cluster_identifier', 'replication_group_id', 'arn', 'id'];

function storesByName(document: TerraformDocument): ReadonlyMap<string, TerraformResource> {
  return document.once('stores by name', () => new Map(STORES.flatMap(({ type, sources = [] }) => document.ofType(type).flatMap((store) => NAMES.filter((name) => !sources.includes(name))
    .map((name) => store.values[name]).filter(isLiteral).map((name) => [name, store] as const)))));
}
