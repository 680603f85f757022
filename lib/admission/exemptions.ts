import { ControlException } from '../controls/exception';
import { Errors } from '../profile/errors';
import type { AdmissionPolicy } from './admission-policy';

/** An object that a rule passes over, with the pods that its controller makes of it. */
export interface Exemption {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

const TEXT = { type: 'string' };

export const EXEMPTIONS_SCHEMA = { type: 'array', items: { type: 'object', required: ['kind', 'namespace', 'name'], properties: { kind: TEXT, namespace: TEXT, name: TEXT } } };

const RULE = '45 CFR 164.306(d)(3): an exception is documented, and holds for what it names';

/** The objects that exceptions of a rule name. @internal */
export function exemptionsOf(path: string, policy: AdmissionPolicy, exceptions: readonly ControlException[] | undefined): Exemption[] {
  if (exceptions === undefined) return [];
  if (!Array.isArray(exceptions)) throw Errors.refused(path, 'exemptions is no list', exceptions, RULE, 'use [new ControlException({ ... })]');
  return (exceptions as readonly ControlException[]).map((exception) => {
    if (!(exception instanceof ControlException)) throw Errors.refused(path, 'an exemption is no ControlException', exception, RULE, 'use new ControlException({ control, rule, object, reason, approver, expires })');
    if (exception.rule !== policy.id) throw Errors.refused(path, 'an exemption is of another rule', exception.rule, RULE, `use rule: '${policy.id}'`);
    const [kind, namespace, name] = exception.object!.split('/');
    if (name === undefined) throw Errors.refused(path, 'an exemption names no object of Kubernetes', exception.object, RULE, "use 'Deployment/healthcare-prod/legacy-gateway'");
    return { kind, namespace, name };
  });
}
