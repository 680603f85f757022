import { checkDate, checkFields, checkText } from '../profile/checks';
import { Errors } from '../profile/errors';
import { checkControl } from './exception';
import type { Control } from './control';

export interface AttestationProps {
  /** The control that no emitted object can prove: a contract, an analysis, a drill, an identity provider's policy. */
  readonly control: Control;
  /** What is attested, and where the record is kept. */
  readonly statement: string;
  /** Who attests it. */
  readonly by: string;
  /** The day of the attestation, YYYY-MM-DD. */
  readonly on: string;
  /** Last day on which it holds, YYYY-MM-DD. */
  readonly until: string;
}

/** An owner's word, with a date, on a control that the output can't enforce: it shows in the evidence as `attested`. */
export class Attestation {
  public readonly control: Control;
  public readonly statement: string;
  public readonly by: string;
  public readonly on: string;
  public readonly until: string;

  public constructor(props: AttestationProps) {
    const path = `Attestation(${String(props?.control)})`;
    checkFields(path, props, ['control', 'statement', 'by', 'on', 'until'], '45 CFR 164.316(b)(1): an attestation is a record');
    checkControl(path, props.control);
    checkText(path, 'statement', props.statement);
    checkText(path, 'by', props.by);
    checkDate(path, 'on', props.on);
    checkDate(path, 'until', props.until);
    if (props.until < props.on) {
      throw Errors.refused(path, 'until is before on', props.until, '45 CFR 164.316(b)(1): an attestation holds from a day until a day', `use ${props.on} or a later day`);
    }
    this.control = props.control;
    this.statement = props.statement;
    this.by = props.by;
    this.on = props.on;
    this.until = props.until;
    Object.freeze(this);
  }

  /** Whether it no longer holds, or not yet, on the given day (YYYY-MM-DD). */
  public isExpired(asOf: string): boolean {
    checkDate(`Attestation(${this.control})`, 'asOf', asOf);
    return asOf > this.until || asOf < this.on;
  }
}
