import { posix } from 'node:path';
import type { GateViolation, ObjectOrigin, Unchecked } from './gate-result';
import type { GateSettings } from './gate-settings';
import { judgeTerraform } from './terraform/judge-terraform';
import { isConfiguration } from './terraform/terraform-configuration';
import { terraformResources } from './terraform/terraform-resources';
import { TERRAFORM_RULES } from './terraform/terraform-rules';
import { listOf } from './terraform/unknown-value';

/** A document that is no object of Kubernetes. */
export interface OtherDocument {
  readonly content: unknown;
  readonly origin: ObjectOrigin;
}

export interface DocumentsVerdict {
  readonly violations: readonly GateViolation[];
  readonly unchecked: readonly Unchecked[];
  /** Resources that were looked at. */
  readonly resources: number;
}

/** What the rules say of documents of Terraform; what nobody knows is unchecked. */
export function judgeDocuments(documents: readonly OtherDocument[], { archiveBuckets, rules }: GateSettings): DocumentsVerdict {
  const asked = TERRAFORM_RULES.filter(({ rule }) => rules === undefined || rules.includes(rule.id));
  const [violations, unchecked]: [GateViolation[], Unchecked[]] = [[], []];
  let resources = 0;
  for (const { content, origin, origins } of modulesOf(documents, unchecked)) {
    const document = terraformResources(content);
    if (document === undefined) {
      unchecked.push({ what: 'a document', why: 'it is neither an object of Kubernetes nor JSON of Terraform', remedy: 'give the gate manifests, cdk.tf.json, or what terraform show -json prints', origin });
      continue;
    }
    const judged = judgeTerraform(document, { archiveBuckets, rules: asked });
    resources += judged.objects;
    for (const found of judged.violations) {
      const { rule, object, problem, remedy } = found;
      const message = `${object.kind}.${object.name}: ${problem}: ${remedy} (${rule.control}, ${rule.reference})`;
      violations.push({ ...found, origin: origins?.get(`${object.kind}.${object.name}`) ?? origin, message });
    }
    for (const gap of judged.unchecked) unchecked.push({ ...gap, origin: origins?.get(gap.what.split(' of ').at(-1)!) ?? origin });
  }
  return { violations, unchecked, resources };
}

interface Module extends OtherDocument {
  /** Where each address of a module of many files stands. */
  readonly origins?: ReadonlyMap<string, ObjectOrigin>;
}

/** Terraform takes all `*.tf.json` of a folder for one module (Terraform, files and directories): they are judged as one. Other documents stand for themselves. */
function modulesOf(documents: readonly OtherDocument[], unchecked: Unchecked[]): readonly Module[] {
  const folders = new Map<string, OtherDocument[]>();
  for (const [index, document] of documents.entries()) {
    const { content, origin: { file } } = document;
    const isPart = file !== undefined && file.endsWith('.tf.json') && isObject(content) && isConfiguration(content);
    if (isPart && /(^|_)override\.tf\.json$/.test(posix.basename(file.replaceAll('\\', '/')))) {
      unchecked.push({ what: 'an override file', why: 'it changes blocks of other files, which were judged without it', remedy: 'write its values where the blocks stand, or judge the plan: terraform show -json', origin: document.origin });
      continue;
    }
    const key = isPart ? posix.dirname(file.replaceAll('\\', '/')) : `${index}`;
    const scope = isPart ? `folder ${key}` : `document ${key}`;
    const folder = folders.get(scope);
    if (folder) folder.push(document);
    else folders.set(scope, [document]);
  }
  return [...folders.values()].flatMap((parts) => (parts.length === 1 ? parts : merged(parts)));
}

function merged(parts: readonly OtherDocument[]): readonly Module[] {
  const origins = new Map<string, ObjectOrigin>();
  for (const { content, origin } of parts) {
    const { resources, gaps } = terraformResources(content)!;
    const addresses = [...resources.map(({ address }) => address), ...gaps.map(({ what }) => what)];
    // Terraform refuses a module that declares an address twice: these are several.
    if (addresses.some((address) => origins.has(address))) return parts;
    for (const address of addresses) origins.set(address, origin);
  }
  const content: Record<string, unknown[]> = {};
  for (const part of parts) {
    for (const [block, body] of Object.entries(part.content as object)) (content[block] ??= []).push(...listOf(body));
  }
  return [{ content, origin: parts[0].origin, origins }];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
