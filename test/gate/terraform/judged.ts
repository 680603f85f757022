/** Documents of Terraform, and what one rule says of them. */
import { judgeTerraform, type JudgeTerraformOptions } from '../../../lib/gate/terraform/judge-terraform';
import { terraformResources } from '../../../lib/gate/terraform/terraform-resources';
import type { TerraformRule } from '../../../lib/gate/terraform/terraform-rule';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests reach into every shape
export type Body = Record<string, any>;
export type Case = readonly [name: string, document: Body, expected: readonly string[]];

/** What a rule says: `aws_s3_bucket.b path` for each violation, and the same behind `? ` where nobody can tell. */
export function judged(rule: TerraformRule, document: Body, options: JudgeTerraformOptions = {}): string[] {
  const read = terraformResources(document);
  if (!read) throw new Error('no document of Terraform');
  const { violations, unchecked } = judgeTerraform(read, { ...options, rules: [rule] });
  for (const { problem, remedy } of violations) expect([problem, remedy].map((text) => text.trim().length > 5 && !text.endsWith('.'))).toEqual([true, true]);
  for (const { why, remedy } of unchecked) expect([why, remedy].every((text) => text.trim().length > 5)).toBe(true);
  return [
    ...violations.map(({ object, path }) => `${object.kind}.${object.name} ${path}`.trim()),
    ...unchecked.map(({ what }) => `? ${what.replace(`${rule.rule.id} of `, '')}`),
  ];
}

/** A JSON configuration: bodies by address. */
export function configuration(bodies: Readonly<Record<string, Body>>, more: Body = {}): Body {
  const document: Body = { ...more };
  for (const [address, body] of Object.entries(bodies)) {
    const [name, type, data] = address.split('.').reverse();
    const block = data === 'data' ? 'data' : 'resource';
    document[block] = { ...document[block], [type]: { ...document[block]?.[type], [name]: body } };
  }
  return document;
}

/** A resource of a plan: what is known of it, what is not, and the references of the configuration. */
export interface Planned {
  readonly address: string;
  readonly values: Body;
  readonly unknown?: Body;
  readonly expressions?: Body;
  readonly actions?: readonly string[];
}

/** A module of a plan: what it is given, what it gives, and its resources. */
export interface PlannedModule {
  readonly call?: Body;
  readonly outputs?: Body;
  readonly resources: readonly Planned[];
}

/** What `terraform show -json` writes of a plan (format 1.2); modules by their addresses. */
export function plan(resources: readonly Planned[], modules: Readonly<Record<string, PlannedModule>> = {}): Body {
  const changes = [...resources, ...Object.values(modules).flatMap((module) => module.resources)];
  return {
    format_version: '1.2', terraform_version: '1.11.4',
    planned_values: {
      root_module: {
        resources: resources.filter(isKept).map(planned),
        child_modules: Object.entries(modules).map(([address, module]) => ({ address, resources: module.resources.filter(isKept).map(planned) })),
      },
    },
    resource_changes: changes.map((resource) => ({
      ...identity(resource.address),
      change: { actions: resource.actions ?? ['create'], before: resource.actions === undefined || resource.actions.includes('create') ? null : resource.values, after: isKept(resource) ? resource.values : null, after_unknown: { id: true, ...resource.unknown } },
    })),
    configuration: {
      root_module: {
        resources: declarations(resources),
        module_calls: Object.fromEntries(Object.entries(modules).map(([address, module]) => [address.replace(/^module\.|\[.*$/g, ''), {
          source: './module', expressions: module.call ?? {}, module: { resources: declarations(module.resources), outputs: module.outputs ?? {} },
        }])),
      },
    },
  };
}

/** A reference, as the configuration of a plan lists it. */
export function references(...names: readonly string[]): Body {
  return { references: names };
}

function isKept({ actions }: Planned): boolean {
  return actions === undefined || actions.at(-1) !== 'delete';
}

function identity(address: string): Body {
  const rest = address.replace(/^(module\.\w+(\[[^\]]*\])?\.)+/, '');
  const [, data, type, name] = /^(data\.)?(\w+)\.([\w-]+)/.exec(rest)!;
  return { address, mode: data ? 'data' : 'managed', type, name };
}

function planned(resource: Planned): Body {
  return { ...identity(resource.address), values: resource.values, sensitive_values: {} };
}

function declarations(resources: readonly Planned[]): Body[] {
  const declared = new Map(resources.map((resource) => [resource.address.replace(/^(module\.\w+(\[[^\]]*\])?\.)+/, '').replace(/\[[^\]]*\]$/, ''), resource]));
  return [...declared].map(([address, resource]) => ({
    ...identity(address), address,
    expressions: { ...Object.fromEntries(Object.keys(resource.values).map((key) => [key, { constant_value: resource.values[key] }])), ...resource.expressions },
  }));
}

/** A policy of one statement, as text. */
export function policy(...statements: readonly Body[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}
