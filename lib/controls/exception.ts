import { checkDate, checkFields, checkText } from '../profile/checks';
import { Errors } from '../profile/errors';
import { CATALOGUE } from './catalogue';
import { Control } from './control';

export interface ControlExceptionProps {
  /** The control that is not followed. */
  readonly control: Control;
  /** Why, and what stands in its place: an addressable control may be replaced, with the reason on record. */
  readonly reason: string;
  /** The person who approved it. */
  readonly approver: string;
  /** Last day on which it holds, YYYY-MM-DD. Data: only who passes a date judges it. */
  readonly expires: string;
}

/** A documented deviation from a control (45 CFR 164.306(d)(3)): it shows in the evidence as `excepted`. */
export class ControlException {
  public readonly control: Control;
  public readonly reason: string;
  public readonly approver: string;
  public readonly expires: string;

  public constructor(props: ControlExceptionProps) {
    const path = `ControlException(${String(props?.control)})`;
    checkFields(path, props, ['control', 'reason', 'approver', 'expires'], '45 CFR 164.306(d)(3): an exception is documented');
    checkControl(path, props.control);
    checkText(path, 'reason', props.reason);
    checkText(path, 'approver', props.approver);
    checkDate(path, 'expires', props.expires);
    this.control = props.control;
    this.reason = props.reason;
    this.approver = props.approver;
    this.expires = props.expires;
    Object.freeze(this);
  }

  /** Whether it no longer holds on the given day (YYYY-MM-DD). */
  public isExpired(asOf: string): boolean {
    checkDate(`ControlException(${this.control})`, 'asOf', asOf);
    return asOf > this.expires;
  }
}

const IDS: ReadonlySet<unknown> = new Set(Object.values(Control));

/** @internal */
export function checkControl(path: string, control: Control): void {
  if (!IDS.has(control)) {
    throw Errors.refused(path, 'no such control', control, 'the catalogue of controls', `use one of: ${CATALOGUE.map((definition) => definition.id).join(', ')}`);
  }
}
