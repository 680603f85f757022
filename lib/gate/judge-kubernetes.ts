import type { AdmissionPolicy } from '../admission/admission-policy';
import { asStored } from '../admission/engine/as-stored';
import { CelRule, Subject } from '../admission/engine/cel-rule';
import { inventoryOf, type Inventoried } from '../admission/engine/inventory';
import { RegoRule } from '../admission/engine/rego-rule';
import type { PolicyFinding } from '../admission/engine/review';
import { POLICY_PACK } from '../admission/policy-pack';
import { isOfCluster } from '../admission/resource-names';
import { inNamespace } from './applied-namespace';
import { valueAt } from './field-path';
import { groupKindOf, nameOf, type GateObject, type TemplateSource } from './gate-object';
import type { GateViolation, NotJudged, Unchecked } from './gate-result';
import type { GateRule } from './gate-rule';
import type { GateSettings } from './gate-settings';
import { withNested } from './nested-objects';
import { PhiNamespaces } from './phi-namespaces';
import { parametersOf, type RuleParameters } from './policy-parameters';

/** What the rules say of objects of Kubernetes. */
export interface KubernetesVerdict {
  readonly violations: readonly GateViolation[];
  readonly unchecked: readonly Unchecked[];
  readonly notJudged: readonly NotJudged[];
  readonly warnings: readonly string[];
  readonly phiNamespaces: readonly string[];
  readonly passedOver: number;
  /** Every object that was looked at: those of the input, in the namespace that they are applied to, and what stands in them. */
  readonly objects: readonly GateObject[];
}

/** A rule of the policy pack, as reports name it. */
export function ruleOf(policy: AdmissionPolicy): GateRule {
  const { id, purpose, control, citation } = policy;
  return { id, purpose, control, reference: citation };
}

/** Rules that have something to say to objects in a file: what is asked at the moment of a connection is none of them. */
export const GATE_POLICIES: readonly AdmissionPolicy[] = POLICY_PACK.filter(({ operations }) => operations === undefined || operations.includes('CREATE'));

const JUDGED_KINDS: ReadonlySet<string> = new Set(GATE_POLICIES.flatMap(({ matches }) => matches).flatMap(({ apiGroups, kinds }) => apiGroups.flatMap((group) => kinds.map((kind) => `${group}/${kind}`))));

type Judge = (subject: Subject, stored: unknown, parameters: Readonly<Record<string, unknown>>) => PolicyFinding[];

interface AskedRule {
  readonly policy: AdmissionPolicy;
  readonly rule: GateRule;
  readonly parameters: RuleParameters;
  readonly judge: Judge;
}

/** Judges objects by the policy pack: CEL, and Rego where CEL can't express a rule. */
export function judgeKubernetes(given: readonly GateObject[], settings: GateSettings): KubernetesVerdict {
  const nested = withNested(given, isJudged);
  const objects = nested.objects.map((object) => inNamespace(object, settings.defaultNamespace, isJudged(object.content)));
  const namespaces = new PhiNamespaces(settings, objects);
  const violations: GateViolation[] = [];
  const unchecked: Unchecked[] = [];
  const notJudged: NotJudged[] = [];
  const stored = objects.map(({ content }) => asStored(content) as GateObject['content']);
  const inventory = inventoryOnce(stored);
  const asked = new Map<string, AskedRule[]>();
  for (const policy of GATE_POLICIES) {
    if (settings.rules !== undefined && !settings.rules.includes(policy.id)) continue;
    const parameters = parametersOf(policy.id, settings, { objects, phiNamespaces: namespaces.names });
    if ('notJudged' in parameters) {
      notJudged.push({ rule: ruleOf(policy), why: parameters.notJudged });
      continue;
    }
    // Engines are made when an object needs them.
    let judge: Judge | undefined;
    const rule = { policy, rule: ruleOf(policy), parameters, judge: (...args: Parameters<Judge>) => (judge ??= judgeOf(policy, inventory))(...args) };
    for (const { apiGroups, kinds } of policy.matches) {
      for (const group of apiGroups) for (const kind of kinds) asked.set(`${group}/${kind}`, [...asked.get(`${group}/${kind}`) ?? [], rule]);
    }
  }

  const passedOver = new Set<GateObject>();
  objects.forEach((object, index) => {
    const rules = asked.get(groupKindOf(object.content));
    if (rules === undefined) return;
    if (!isAbout(object, namespaces)) {
      passedOver.add(object.within ?? object);
      return;
    }
    const content = stored[index];
    const subject = new Subject({ object: content, request: { kind: { kind: content.kind } } });
    for (const { policy, rule, parameters, judge } of rules) {
      try {
        for (const finding of distinct(judge(subject, content, parameters(object)))) violations.push(violationOf(rule, policy, object, finding));
      } catch (error) {
        const { kind, namespace, name } = nameOf(object.template?.owner ?? object);
        unchecked.push({
          what: `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name} by ${rule.id}`, why: `the rule fails on it: ${firstLine(error)}`,
          remedy: 'see that each field has the type of its API; admission refuses the object as well', origin: object.origin,
        });
      }
    }
  });
  if (passedOver.size > 0 && !(namespaces.areKnown && objects.some((object) => isInside(object, namespaces)))) unchecked.push(noneInside(passedOver.size, namespaces));
  const warnings = [...nested.unknownTemplates.map((kind) => `${kind} templates pods, and no rule knows it: its pods are judged when they are admitted, not here`), ...unusedNamespaces(objects, settings)];
  return { violations, unchecked, notJudged, warnings, phiNamespaces: namespaces.names, passedOver: passedOver.size, objects };
}

function isJudged(content: GateObject['content']): boolean {
  return JUDGED_KINDS.has(groupKindOf(content));
}

/** Where objects have namespaces, and rules were asked about none of them, nobody may say that they are in order. */
function noneInside(count: number, namespaces: PhiNamespaces): Unchecked {
  if (namespaces.areKnown) {
    return {
      what: 'objects of namespaces', why: `none of the ${count} is in a PHI namespace (${namespaces.names.join(', ')}), so that no rule was asked about them`, origin: {},
      remedy: 'see that the names are spelt right; \'*\' is every namespace',
    };
  }
  return {
    what: 'objects of namespaces', why: 'no namespace is known to hold PHI, so that no rule was asked about them', origin: {},
    remedy: 'name them by --phi-namespaces, or phiNamespaces; \'*\' is every namespace',
  };
}

function judgeOf(policy: AdmissionPolicy, inventory: () => object): Judge {
  if (policy.cel !== undefined && policy.beyondCel === undefined) {
    const rule = new CelRule(policy);
    return (subject, _stored, parameters) => rule.judge(subject, parameters);
  }
  const rule = new RegoRule(policy);
  if (policy.inventory !== undefined) rule.setInventory(inventory());
  return (_subject, stored, parameters) => rule.judge({ object: stored }, parameters);
}

/** The kinds that rules look at beside the object that they judge. */
function inventoryOnce(objects: readonly GateObject['content'][]): () => object {
  return () => {
    const kinds = new Set(GATE_POLICIES.flatMap(({ inventory = [] }) => inventory).flatMap(({ apiGroups, kinds: named }) => apiGroups.flatMap((group) => named.map((kind) => `${group}/${kind}`))));
    return inventoryOf(objects.filter((object) => kinds.has(groupKindOf(object)) && object.metadata?.name !== undefined) as Inventoried[]);
  };
}

/** Objects of no namespace are judged wherever a rule is about them; a Namespace is one of its own. */
function isAbout({ content }: GateObject, namespaces: PhiNamespaces): boolean {
  if (content.kind === 'Namespace') return namespaces.has(String(content.metadata?.name));
  return isOfCluster(content.kind) || namespaces.mayHold(content.metadata?.namespace);
}

/** Whether an object shows that the PHI namespaces are those of the input. */
function isInside(object: GateObject, namespaces: PhiNamespaces): boolean {
  const { kind, metadata } = object.content;
  return !isOfCluster(kind) && (isJudged(object.content) ? isAbout(object, namespaces) : typeof metadata?.namespace === 'string' && namespaces.has(metadata.namespace));
}

function violationOf(rule: GateRule, policy: AdmissionPolicy, object: GateObject, finding: PolicyFinding): GateViolation {
  const { path, problem, remedy, message } = object.template === undefined ? finding : inOwner(object.template, finding);
  const named = object.template?.owner ?? object;
  const value = policy.hidesValues === true ? undefined : valueAt(named.content, path);
  const origin = { ...named.origin, ...named.locate?.(path) };
  return { rule, object: nameOf(named), origin, path, ...(value === undefined ? {} : { value }), problem, remedy, message };
}

/** What was found in a PodTemplate, in words of the object that holds it. */
function inOwner({ owner, specPath }: TemplateSource, { path, problem, remedy, message }: PolicyFinding): PolicyFinding {
  const metadataPath = specPath.includes('.') ? specPath.replace(/\.spec$/, '.metadata') : 'metadata';
  const placed = (text: string): string => text.replaceAll(/\btemplate\.(spec|metadata)\b/g, (_whole, field: string) => (field === 'spec' ? specPath : metadataPath));
  return { path: placed(path), problem: placed(problem), remedy: placed(remedy), message: placed(message.replace(/^PodTemplate(?= )/, owner.content.kind)) };
}

/** Elements of a list that are alike in everything have one path in CEL. */
function distinct(findings: readonly PolicyFinding[]): PolicyFinding[] {
  return [...new Map(findings.map((finding) => [finding.message, finding])).values()];
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}

/** A PHI namespace of which nothing is in the input may be misspelt. Objects of the cluster, whatever they say, are in none. */
function unusedNamespaces(objects: readonly GateObject[], { phiNamespaces = [] }: GateSettings): string[] {
  const used = new Set(objects.filter(({ content }) => !isOfCluster(content.kind)).map(({ content: { kind, metadata } }) => (kind === 'Namespace' ? metadata?.name : metadata?.namespace)));
  if (objects.length === 0) return [];
  return phiNamespaces.filter((name) => name !== '*' && !used.has(name)).map((name) => `nothing here is in the PHI namespace ${name}: is it spelt right?`);
}
