import type { ApiObject } from 'cdk8s';
import type { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkDnsLabel, checkDnsSubdomain, checkFields } from '../profile/checks';
import { Errors } from '../profile/errors';
import type { AdmissionPolicy, MatchedKinds } from './admission-policy';
import { EnforcementAction } from './enforcement-action';

/** What every constraint takes. */
export interface ConstraintProps {
  /** Namespaces that hold PHI: the constraint binds there, and nowhere else. */
  readonly phiNamespaces: readonly string[];
  /**
   * What happens to an object that violates the constraint. Anything but DENY leaves the control not met.
   * @default EnforcementAction.DENY
   */
  readonly enforcementAction?: EnforcementAction;
  /**
   * Name of the constraint, which Gatekeeper puts before its messages.
   * @default - the policy's name, such as hipaa-ingress-tls
   */
  readonly name?: string;
}

/** What every constraint emits, but for its parameters. */
export interface ConstraintFields {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly enforcementAction: string;
    readonly match: { readonly kinds: MatchedKinds[]; readonly namespaces: string[] };
  };
}

/**
 * Checks the props and gives the fields that all constraints share. The match names every kind that the rule judges and the PHI namespaces;
 * there is no excludedNamespaces, as a list of exclusions lets in silence what it names.
 *
 * @internal
 */
export function constraintFields(path: string, policy: AdmissionPolicy, props: ConstraintProps, parameters: readonly string[] = []): ConstraintFields {
  checkFields(path, props, ['phiNamespaces', 'enforcementAction', 'name', ...parameters], `${policy.kind}: a field that is not known would be lost, and the constraint be another than was meant`);
  const name = props.name ?? policy.defaultName;
  checkDnsSubdomain(path, 'name', name);
  checkNamespaces(path, props.phiNamespaces);
  const enforcementAction = enforcementActionOf(path, props);
  return {
    metadata: { name },
    spec: {
      enforcementAction,
      match: { kinds: [...policy.matches], namespaces: [...props.phiNamespaces] },
    },
  };
}

/** Where violations are let in, the control is not met. @internal */
export function fallShortUnlessDenied(constraint: ApiObject, control: Control, props: ConstraintProps): void {
  const action = props.enforcementAction ?? EnforcementAction.DENY;
  if (action !== EnforcementAction.DENY) Safeguard.fallShort(constraint, control, `enforcementAction is ${action}: violations are let in`);
}

function enforcementActionOf(path: string, props: ConstraintProps): EnforcementAction {
  const action = props.enforcementAction ?? EnforcementAction.DENY;
  if (!Object.values(EnforcementAction).includes(action)) {
    throw Errors.refused(path, 'enforcementAction is no such action', action, 'Gatekeeper, Constraints: enforcementAction', 'use EnforcementAction.DENY, WARN or DRYRUN');
  }
  return action;
}

function checkNamespaces(path: string, namespaces: readonly string[]): void {
  const rule = 'control AC13, 45 CFR 164.308(a)(4)(i): a constraint binds in the namespaces that hold PHI';
  if (!Array.isArray(namespaces) || namespaces.length === 0) {
    // Gatekeeper takes an empty list for every namespace, system namespaces included.
    throw Errors.refused(path, 'phiNamespaces names no namespace', namespaces, rule, "name at least one, such as ['healthcare-prod']");
  }
  const seen = new Set<string>();
  for (const namespace of namespaces as readonly string[]) {
    // Gatekeeper reads a * as a wildcard; a DNS label has none.
    checkDnsLabel(path, 'phiNamespaces', namespace);
    if (seen.has(namespace)) throw Errors.refused(path, 'phiNamespaces names a namespace twice', namespace, rule, 'remove one');
    seen.add(namespace);
  }
}
