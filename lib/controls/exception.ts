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
  /**
   * A rule of the policy pack, where the exception is of one object only: `run-as-non-root`.
   * @default - the exception is of the control as a whole
   */
  readonly rule?: string;
  /**
   * The object that the rule passes over, as `Kind/namespace/name`: `Deployment/healthcare-prod/legacy-gateway`; of no namespace, `ClusterRole//name`.
   * With a workload, the pods that its controller makes of it. A resource of Terraform by its address, for the gate: `aws_s3_bucket.exports`.
   * @default - the exception is of the control as a whole
   */
  readonly object?: string;
}

/** `Kind/namespace/name`, or an address of Terraform. */
const OBJECT = /^([A-Z][A-Za-z0-9]*\/([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)?\/[^/\s\p{C}]{1,253}|[a-z][\w.-]*(\.[\w-]+|\["[^"\\\p{C}]+"\]|\[\d+\])+)$/u;
const RULE = /^[a-z][a-z0-9-]*$/;

/** A documented deviation from a control (45 CFR 164.306(d)(3)): it shows in the evidence as `excepted`. With `rule` and `object` it is of that object alone. */
export class ControlException {
  public readonly control: Control;
  public readonly reason: string;
  public readonly approver: string;
  public readonly expires: string;
  public readonly rule?: string;
  public readonly object?: string;

  public constructor(props: ControlExceptionProps) {
    const path = `ControlException(${String(props?.control)})`;
    checkFields(path, props, ['control', 'reason', 'approver', 'expires', 'rule', 'object'], '45 CFR 164.306(d)(3): an exception is documented');
    checkControl(path, props.control);
    checkText(path, 'reason', props.reason);
    checkText(path, 'approver', props.approver);
    checkDate(path, 'expires', props.expires);
    checkObject(path, props);
    this.control = props.control;
    this.reason = props.reason;
    this.approver = props.approver;
    this.expires = props.expires;
    if (props.rule !== undefined) this.rule = props.rule;
    if (props.object !== undefined) this.object = props.object;
    Object.freeze(this);
  }

  /** Whether it no longer holds on the given day (YYYY-MM-DD). */
  public isExpired(asOf: string): boolean {
    checkDate(`ControlException(${this.control})`, 'asOf', asOf);
    return asOf > this.expires;
  }
}

function checkObject(path: string, { rule, object }: ControlExceptionProps): void {
  if (rule === undefined && object === undefined) return;
  const why = '45 CFR 164.306(d)(3): an exception holds for what it names';
  if (rule === undefined || !RULE.test(rule)) throw Errors.refused(path, 'rule names no rule of the policy pack', rule, why, "name it, such as 'run-as-non-root', or leave object out");
  if (object === undefined || !OBJECT.test(object)) throw Errors.refused(path, 'object is neither Kind/namespace/name nor an address of Terraform', object, why, "use 'Deployment/healthcare-prod/legacy-gateway', or leave rule out");
}

const IDS: ReadonlySet<unknown> = new Set(Object.values(Control));

/** @internal */
export function checkControl(path: string, control: Control): void {
  if (!IDS.has(control)) {
    throw Errors.refused(path, 'no such control', control, 'the catalogue of controls', `use one of: ${CATALOGUE.map((definition) => definition.id).join(', ')}`);
  }
}
