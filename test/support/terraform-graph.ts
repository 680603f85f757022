import type { SynthesizedObject } from '../../lib/validation/synthesized-object';

/** What each resource of one stack waits for: references in its arguments, and `depends_on`. */
export function dependencies(objects: readonly SynthesizedObject[]): Map<string, Set<string>> {
  const addresses = new Set(objects.map((object) => object.reference.address!));
  return new Map(objects.map(({ reference, content }) => {
    const text = JSON.stringify(content);
    const named = [...text.matchAll(/(?:data\.)?aws_[a-z0-9_]+\.[A-Za-z0-9_-]+/g)].map(([name]) => name);
    return [reference.address!, new Set(named.filter((name) => addresses.has(name) && name !== reference.address))];
  }));
}

/** Everything that a resource waits for, near and far. */
export function ancestors(graph: ReadonlyMap<string, ReadonlySet<string>>, address: string): Set<string> {
  const found = new Set<string>();
  const visit = (node: string): void => {
    for (const next of graph.get(node) ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(address);
  return found;
}

/** A circle of resources that wait for each other, which Terraform refuses; undefined where there is none. */
export function circle(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const found = visit(next, [...path, node]);
      if (found) return found;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const found = visit(node, []);
    if (found) return found;
  }
  return undefined;
}

/** What an account and region, or a parent, has once: the second of a name would take it from the first, or be refused. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  aws_cloudwatch_log_metric_filter: ['name', 'log_group_name', 'region'],
  aws_cloudwatch_metric_alarm: ['alarm_name', 'region'],
  aws_cloudwatch_log_group: ['name', 'region'],
  aws_cloudwatch_event_rule: ['name', 'region'],
  aws_iam_role: ['name'],
  aws_iam_role_policy: ['role', 'name'],
  aws_kms_alias: ['name', 'region'],
  aws_kinesis_firehose_delivery_stream: ['name', 'region'],
  aws_s3_bucket: ['bucket'],
  aws_s3_bucket_policy: ['bucket'],
  aws_s3_bucket_lifecycle_configuration: ['bucket'],
  aws_s3_bucket_replication_configuration: ['bucket'],
  aws_sns_topic: ['name', 'region'],
  aws_sns_topic_policy: ['arn'],
  aws_backup_vault: ['name', 'region'],
  aws_eks_access_entry: ['cluster_name', 'principal_arn'],
  aws_eks_addon: ['cluster_name', 'addon_name'],
  aws_eks_node_group: ['cluster_name', 'node_group_name'],
  aws_launch_template: ['name', 'region'],
};

/** Resources of one type with one name. */
export function sharedNames(objects: readonly SynthesizedObject[]): string[] {
  const seen = new Map<string, string>();
  return objects.flatMap(({ reference, content }) => {
    const [type] = reference.address!.split('.');
    if (!NAMES[type]) return [];
    const name = `${type} ${NAMES[type].map((attribute) => String(content[attribute])).join(' ')}`;
    const other = seen.get(name);
    seen.set(name, reference.address!);
    return other === undefined ? [] : [`${other} and ${reference.address}: ${name}`];
  });
}
