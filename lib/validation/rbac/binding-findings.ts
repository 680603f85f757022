import type { PermissionRule } from '../../access/forbidden-permissions';
import { Control } from '../../controls/control';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { tell, type SetFinding } from '../set-findings';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { BUILT_IN_ROLES } from './built-in-roles';
import { claims, forbiddenBy, judgeRole, judgeRules, ROLE_CONTROLS, type JudgedRole } from './judged-role';
import { subjectsOf } from './subjects';

/** A binding that holds in PHI namespaces and gives more than anyone may have there. */
interface BindingFinding {
  readonly control: Control;
  readonly text: string;
}

/**
 * What bindings give beyond what is allowed, where `object` has to answer for it: a binding that claims the control answers for itself; what other
 * bindings of its namespace give is told on the first object there that claims the control, and what holds in the whole cluster on the first of all.
 */
export function bindingFindings(control: Control, object: SynthesizedObject, context: CheckContext): string | undefined {
  return tell(context.once('findings on bindings', () => collect(context)).get(object)?.filter((finding) => finding.control === control).map((finding) => finding.text) ?? []);
}

/** What bindings give beyond what is allowed, by control, where no object of the app claims it. */
export function unclaimedBindings(control: Control, context: CheckContext): readonly SetFinding[] {
  if (context.firstClaimant(control)) return [];
  return [...context.once('findings on bindings', () => collect(context))].flatMap(([object, findings]) => findings.filter((finding) => finding.control === control)
    .map(({ text }) => ({ text, object, ...(object.reference.namespace === undefined ? {} : { namespace: object.reference.namespace }) })));
}

/** The findings on every binding that is effective in a PHI namespace, by the object that answers for them. */
function collect(context: CheckContext): ReadonlyMap<SynthesizedObject, readonly BindingFinding[]> {
  const result = new Map<SynthesizedObject, BindingFinding[]>();
  const bindings = [...context.ofKind('ClusterRoleBinding'), ...context.ofKind('RoleBinding').filter((binding) => context.isPhi(binding.reference.namespace))];
  for (const binding of bindings) {
    for (const finding of judgeBinding(binding, context)) {
      const carrier = carrierOf(finding.control, binding, context);
      const carried = result.get(carrier);
      if (carried) carried.push(finding);
      else result.set(carrier, [finding]);
    }
  }
  return result;
}

/** The binding itself, where nothing claims the control: `unclaimedBindings` asks it. */
function carrierOf(control: Control, binding: SynthesizedObject, context: CheckContext): SynthesizedObject {
  if (control === Control.AC3_LEAST_PRIVILEGE && claims(binding, control)) return binding;
  const { namespace } = binding.reference;
  return (namespace === undefined ? undefined : context.firstClaimant(control, namespace)) ?? context.firstClaimant(control) ?? binding;
}

function judgeBinding(binding: SynthesizedObject, context: CheckContext): BindingFinding[] {
  const { people, everyone, workloads } = subjectsOf(binding.content);
  const [persons, all] = [[...people, ...everyone], [...people, ...everyone, ...workloads]];
  if (all.length === 0 || isEmergencyAccess(binding)) return [];
  const roleRef = at(binding.content, 'roleRef');
  const [kind, name] = [String(at(roleRef, 'kind')), String(at(roleRef, 'name'))];
  const role = context.find(kind, kind === 'Role' ? binding.reference.namespace : undefined, name);
  const tell = (control: Control, to: readonly string[], what: string): BindingFinding => (
    { control, text: `${describeReference(binding.reference)} gives ${to.join(', ')} the ${kind} ${name}, which ${what}` });

  const judged = judge(role, kind, name, context);
  if (!judged) return [tell(Control.AC3_LEAST_PRIVILEGE, all, 'is not among the emitted roles: nobody judged what it grants')];
  if (persons.length > 0 && role && at(role.content, 'aggregationRule') !== undefined) {
    return [tell(Control.AC3_LEAST_PRIVILEGE, persons, 'collects its rules from other roles on the cluster: nobody judged what it grants')];
  }

  const findings = new Map<Control, BindingFinding>();
  const add = (control: Control, to: readonly string[], what: string): void => {
    // A role that speaks on the control itself, by a claim or an exception, answers for what it grants.
    if (!findings.has(control) && !claims(role, control)) findings.set(control, tell(control, to, what));
  };
  if (persons.length > 0) {
    for (const control of ROLE_CONTROLS) {
      const what = forbiddenBy(control, judged, role);
      if (what !== undefined) add(control, persons, what);
    }
  }
  if (workloads.length > 0 && judged.forWorkloads !== undefined) add(Control.AC3_LEAST_PRIVILEGE, workloads, judged.forWorkloads);
  const given = judged.rules.find((rule) => listAt(rule, 'resources').length > 0);
  if (everyone.length > 0 && given && !findings.has(Control.AC3_LEAST_PRIVILEGE)) {
    findings.set(Control.AC3_LEAST_PRIVILEGE, tell(Control.AC3_LEAST_PRIVILEGE, everyone, `grants everyone ${describeRule(given)}`));
  }
  return [...findings.values()];
}

/** A binding that speaks on emergency access, of one group of people and nobody else: control AC6 is left to an owner, by its name. */
function isEmergencyAccess(binding: SynthesizedObject): boolean {
  const { people, everyone, workloads } = subjectsOf(binding.content);
  return claims(binding, Control.AC6_BREAK_GLASS) && people.length === 1 && people[0] !== 'system:masters' && everyone.length + workloads.length === 0;
}

function judge(role: SynthesizedObject | undefined, kind: string, name: string, context: CheckContext): JudgedRole | undefined {
  if (role) return judgeRole(role, context);
  const builtIn = kind === 'ClusterRole' ? BUILT_IN_ROLES.get(name) : undefined;
  return builtIn && judgeRules(builtIn, context);
}

function describeRule(rule: PermissionRule): string {
  return `${listAt(rule, 'verbs').join(', ')} of ${listAt(rule, 'resources').join(', ')}`;
}
