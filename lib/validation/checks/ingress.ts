import { INGRESS_TLS } from '../../admission/policies/ingress-tls/policy';
import { templateFields } from '../../admission/template-fields';
import { Control } from '../../controls/control';
import type { Check } from '../check';
import type { CheckContext } from '../check-context';
import { at, listAt, sameContent } from '../content';
import { weakRule } from '../api-server-admission';
import { plaintextBehind, plaintextInFront, unclaimedPlaintext, weakTls } from '../ingress-tls';
import { waysAround } from '../ingress-ways-around';

const GROUP = 'networking.k8s.io';

/** What is checked on what is published: the Ingress itself, and the constraint that refuses others. */
export const INGRESS_CHECKS: readonly Check[] = [
  {
    control: Control.TX1_INGRESS,
    kind: 'Ingress',
    check: (object, context) => plaintextInFront(object.content) ?? weakTls(object.content) ?? plaintextBehind(object, context)
      ?? unclaimedPlaintext(object, context) ?? waysAround(object, context),
  },
  {
    control: Control.TX1_INGRESS,
    kind: INGRESS_TLS.kind,
    check: (object, context) => weakConstraint(object.content, context) ?? weakTemplate(context) ?? unclaimedPlaintext(object, context) ?? waysAround(object, context),
  },
  {
    control: Control.TX1_INGRESS,
    kind: 'ValidatingAdmissionPolicyBinding',
    check: (object, context) => weakRule(INGRESS_TLS, object, context) ?? unclaimedPlaintext(object, context),
  },
];

function weakConstraint(content: unknown, { profile }: CheckContext): string | undefined {
  const action = at(content, 'spec', 'enforcementAction');
  if (action !== 'deny') return `enforcementAction is ${String(action)}: violations are let in`;
  if (at(content, 'spec', 'parameters') !== undefined) return 'the constraint passes over what its parameters name';
  const match = at(content, 'spec', 'match');
  const matchers = Object.keys((match ?? {}) as object).filter((field) => !['kinds', 'namespaces'].includes(field));
  if (matchers.length > 0) return `the match is narrowed by ${matchers.join(', ')}`;
  const matchesIngress = listAt(match, 'kinds').some((entry) => listAt(entry, 'apiGroups').includes(GROUP) && listAt(entry, 'kinds').includes('Ingress'));
  if (!matchesIngress) return `the constraint does not match Ingresses of ${GROUP}`;
  const bound = new Set(listAt(match, 'namespaces'));
  const missing = profile.phiNamespaces.filter((namespace) => !bound.has(namespace.name));
  return missing.length > 0 ? `the constraint does not bind in ${missing.map((namespace) => namespace.name).join(', ')}` : undefined;
}

/** Gatekeeper knows the constraint's kind by a template alone, and judges by the template's text. */
function weakTemplate(context: CheckContext): string | undefined {
  const template = context.find('ConstraintTemplate', undefined, INGRESS_TLS.kind.toLowerCase());
  if (!template || at(template.content, 'spec', 'crd', 'spec', 'names', 'kind') !== INGRESS_TLS.kind) return `no ConstraintTemplate makes the kind ${INGRESS_TLS.kind}`;
  return sameContent(at(template.content, 'spec', 'targets'), at(templateFields(INGRESS_TLS), 'spec', 'targets')) ? undefined : `the ConstraintTemplate of ${INGRESS_TLS.kind} holds another rule than the one that was tested`;
}
