import { TERRAFORM_VOLUME_ENCRYPTION } from '../../../lib/gate/terraform/terraform-volume-encryption';
import { configuration, judged, plan, references, type Body, type Case } from './judged';

const one = (type: string, body: Body): Body => configuration({ [`${type}.s`]: body });
const GLOBAL = 'aws_rds_global_cluster.g';
const member = (global: Body, cluster: Body = {}): Body => configuration({ [GLOBAL]: { global_cluster_identifier: 'g', ...global }, 'aws_rds_cluster.c': { global_cluster_identifier: `\${${GLOBAL}.id}`, ...cluster } });
const replica = (source: string, body: Body = {}): Body => configuration({ 'aws_db_instance.d': { identifier: 'ehr', storage_encrypted: true }, 'aws_db_instance.r': { identifier: 'ehr-r', replicate_source_db: source, ...body } });

const CASES: readonly Case[] = [
  ...['aws_rds_global_cluster', 'aws_docdb_global_cluster', 'aws_neptune_global_cluster'].flatMap((type): Case[] => [
    [`${type} by default`, one(type, { global_cluster_identifier: 'g' }), [`${type}.s storage_encrypted`]], [`${type}, encrypted`, one(type, { global_cluster_identifier: 'g', storage_encrypted: true }), []],
  ]),
  ['a member of a global cluster that is not', member({}), [`${GLOBAL} storage_encrypted`]],
  ['a member of a global cluster that is', member({ storage_encrypted: true }), []],
  ['a member that says no', member({ storage_encrypted: true }, { storage_encrypted: false }), ['aws_rds_cluster.c storage_encrypted']],
  ['a member by name', member({ storage_encrypted: true }, { global_cluster_identifier: 'g' }), []],
  ['a member of one of two', member({ storage_encrypted: true }, { global_cluster_identifier: `\${var.x ? ${GLOBAL}.id : var.other}` }), ['? aws_rds_cluster.c']],
  ['a member of a global cluster of elsewhere', configuration({ 'aws_docdb_cluster.c': { global_cluster_identifier: 'h' } }), ['? aws_docdb_cluster.c']],
  ['a global cluster of a cluster', configuration({ [GLOBAL]: { source_db_cluster_identifier: '${aws_rds_cluster.c.arn}' }, 'aws_rds_cluster.c': { storage_encrypted: true } }), []],
  ['a global cluster of a cluster that is not', configuration({ [GLOBAL]: { source_db_cluster_identifier: '${aws_rds_cluster.c.arn}' }, 'aws_rds_cluster.c': {} }), ['aws_rds_cluster.c storage_encrypted']],
  ['a replica by reference', replica('${aws_db_instance.d.arn}'), []],
  ['a replica by name', replica('ehr'), []],
  ['a replica of itself', replica('ehr-r'), ['? aws_db_instance.r']],
  ['a replica of what is no store', replica('${aws_db_snapshot.x.id}'), ['? aws_db_instance.r']],
  ['a replica that says no', replica('ehr', { storage_encrypted: false }), ['aws_db_instance.r storage_encrypted']],
  ['search', one('aws_opensearch_domain', { encrypt_at_rest: { enabled: true } }), []],
  ['search by default', one('aws_opensearch_domain', {}), ['aws_opensearch_domain.s encrypt_at_rest[0].enabled']],
  ['search that is off', one('aws_elasticsearch_domain', { encrypt_at_rest: [{ enabled: 'false' }] }), ['aws_elasticsearch_domain.s encrypt_at_rest[0].enabled']],
  ['search, dynamically', one('aws_opensearch_domain', { dynamic: { encrypt_at_rest: { for_each: [1], content: {} } } }), ['? aws_opensearch_domain.s']],
  ['a warehouse', one('aws_redshift_cluster', { encrypted: true }), []],
  ['a warehouse that is not', one('aws_redshift_cluster', { encrypted: false }), ['aws_redshift_cluster.s encrypted']],
  ['a warehouse that says nothing', one('aws_redshift_cluster', {}), ['? aws_redshift_cluster.s']],
  ['a cache of DynamoDB', one('aws_dax_cluster', { server_side_encryption: { enabled: true } }), []],
  ['a cache of DynamoDB by default', one('aws_dax_cluster', {}), ['aws_dax_cluster.s server_side_encryption[0].enabled']],
  ['a stream', one('aws_kinesis_stream', { encryption_type: 'KMS' }), []],
  ['a stream by default', one('aws_kinesis_stream', {}), ['aws_kinesis_stream.s encryption_type']],
  ['a stream by variable', one('aws_kinesis_stream', { encryption_type: '${var.x}' }), ['? aws_kinesis_stream.s']],
  ['a copy of an image', one('aws_ami_copy', { encrypted: true }), []],
  ['a copy of an image by default', one('aws_ami_copy', {}), ['aws_ami_copy.s encrypted']],
  ['a node of Redis', one('aws_elasticache_cluster', { engine: 'redis' }), ['aws_elasticache_cluster.s engine']],
  ['Memcached', one('aws_elasticache_cluster', { engine: 'memcached' }), []],
  ['an engine by variable', one('aws_elasticache_cluster', { engine: '${var.x}' }), ['? aws_elasticache_cluster.s']],
  ['a replica of a group', configuration({
    'aws_elasticache_cluster.s': { replication_group_id: '${aws_elasticache_replication_group.g.id}' }, 'aws_elasticache_replication_group.g': { replication_group_id: 'g', at_rest_encryption_enabled: true },
  }), []],
  ['a replica of a group of elsewhere', one('aws_elasticache_cluster', { replication_group_id: 'g' }), ['? aws_elasticache_cluster.s']],
  ['a group by default', one('aws_elasticache_replication_group', { replication_group_id: 'g' }), ['aws_elasticache_replication_group.s at_rest_encryption_enabled']],
  ['a planned global cluster', plan([{ address: GLOBAL, values: { global_cluster_identifier: 'g' }, unknown: { storage_encrypted: true, source_db_cluster_identifier: true } }]), [`${GLOBAL} storage_encrypted`]],
  ['a planned replica by name', plan([
    { address: 'aws_db_instance.p', values: { identifier: 'ehr', storage_encrypted: true } },
    { address: 'aws_db_instance.r', values: { identifier: 'ehr-r', replicate_source_db: 'ehr', storage_encrypted: null }, expressions: { replicate_source_db: references('aws_db_instance.p.identifier', 'aws_db_instance.p') } },
  ]), []],
  ['a planned stream', plan([{ address: 'aws_kinesis_stream.s', values: { encryption_type: 'NONE' } }]), ['aws_kinesis_stream.s encryption_type']],
  ['a planned search', plan([{ address: 'aws_opensearch_domain.s', values: {}, unknown: { encrypt_at_rest: true } }]), ['aws_opensearch_domain.s encrypt_at_rest[0].enabled']],
];

test.each(CASES)('encryption of stores: %s', (_, document, expected) => {
  expect(judged(TERRAFORM_VOLUME_ENCRYPTION, document)).toEqual(expected);
});
