import { needsOf, PACK_NEEDS, type AdmissionNeed } from '../../admission/gatekeeper/admission-needs';
import { exemptionFindings } from '../../admission/gatekeeper/exemption-findings';
import { failOpenFindings } from '../../admission/gatekeeper/fail-open-findings';
import { asksConstraints } from '../../admission/gatekeeper/webhook-coverage';
import { POLICY_PACK } from '../../admission/policy-pack';
import { Control } from '../../controls/control';
import { failsOpen as policyFailsOpen } from '../api-server-admission';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { tell } from '../set-findings';
import { describeReference, type SynthesizedObject } from '../synthesized-object';

const PACK_KINDS: ReadonlySet<string> = new Set(POLICY_PACK.map(({ kind }) => kind));

/** What is checked on the webhook by which Gatekeeper is asked: that what the constraints judge in PHI namespaces is let in by Gatekeeper's word alone. */
export const FAIL_CLOSED_CHECKS: readonly Check[] = [
  { control: Control.PS2_FAIL_CLOSED, kind: 'ValidatingWebhookConfiguration', check: failsOpen },
  { control: Control.PS2_FAIL_CLOSED, kind: 'ValidatingAdmissionPolicyBinding', check: policyFailsOpen },
];

function failsOpen(object: SynthesizedObject, context: CheckContext): string | undefined {
  if (!listAt(object.content, 'webhooks').some(asksConstraints)) return 'it asks Gatekeeper about nothing';
  const { needs, findings } = constraintsOf(context);
  const phiNamespaces = context.profile.phiNamespaces.map(({ name }) => name);
  const configurations = context.ofKind('ValidatingWebhookConfiguration').map(({ content }) => content);
  return tell([
    ...failOpenFindings(object.content, { phiNamespaces, configurations, needs }).map(({ path, problem }) => `${path}: ${problem}`),
    ...findings,
    ...context.ofKind('Config').flatMap((config) => exemptionFindings(config.content, phiNamespaces).map(({ problem }) => `${describeReference(config.reference)}: ${problem}`)),
  ]);
}

interface Constraints {
  readonly needs: readonly AdmissionNeed[];
  readonly findings: readonly string[];
}

/** What the constraints of the set have to be shown. */
function constraintsOf(context: CheckContext): Constraints {
  return context.once('what constraints have to be shown', () => {
    const constraints = context.ofGroup('constraints.gatekeeper.sh');
    if (constraints.length === 0) return { needs: PACK_NEEDS, findings: ['there is no constraint: Gatekeeper lets in whatever it is asked about'] };
    const needs = new Map(PACK_NEEDS.map((need) => [keyOf(need), need]));
    const findings: string[] = [];
    for (const constraint of constraints) {
      // What the pack's own rules have to be shown is known, operation by operation.
      if (PACK_KINDS.has(String(constraint.reference.kind)) || !denies(constraint) || !reachesPhi(constraint, context)) continue;
      const kinds = listAt(constraint.content, 'spec', 'match', 'kinds');
      const named = kinds.flatMap((entry) => listAt(entry, 'apiGroups').flatMap((group) => listAt(entry, 'kinds').map((kind) => ({ group: String(group), kind: String(kind) }))));
      if (named.length === 0 || named.some(({ group, kind }) => group === '*' || kind === '*')) {
        findings.push(`${describeReference(constraint.reference)} judges kinds that it does not name, and no webhook that fails closed sends every kind`);
        continue;
      }
      const operations = operationsOf(constraint, context);
      for (const need of named.flatMap(({ group, kind }) => needsOf(group, kind, operations))) needs.set(keyOf(need), need);
    }
    return { needs: [...needs.values()], findings };
  });
}

/** A constraint that only warns or counts lets in anyway, which its own claim says. */
function denies({ content }: SynthesizedObject): boolean {
  return !['dryrun', 'warn'].includes(String(at(content, 'spec', 'enforcementAction') ?? 'deny'));
}

function reachesPhi({ content }: SynthesizedObject, context: CheckContext): boolean {
  const namespaces = listAt(content, 'spec', 'match', 'namespaces').map(String);
  return namespaces.length === 0 || namespaces.some((namespace) => namespace.includes('*') || context.isPhi(namespace));
}

/** Operations that the template of a constraint names. */
function operationsOf({ reference }: SynthesizedObject, context: CheckContext): string[] {
  const template = context.find('ConstraintTemplate', undefined, String(reference.kind).toLowerCase());
  const operations = listAt(template?.content, 'spec', 'targets').flatMap((target) => listAt(target, 'operations')).map(String);
  return operations.includes('*') ? ['CREATE', 'UPDATE', 'DELETE'] : operations;
}

function keyOf({ group, resource, operation }: AdmissionNeed): string {
  return `${operation} ${group}/${resource}`;
}
