import type { IConstruct } from 'constructs';
import { checkText } from '../profile/checks';
import type { Control } from './control';
import { checkControl } from './exception';

const METADATA = 'cdk8s-hipaa:safeguard';

/** What a construct says of a control. */
export enum ClaimKind {
  /** The emitted object enforces the control. */
  IMPLEMENTS = 'implements',
  /** The emitted object leaves the control not met, whatever else implements it. */
  FALLS_SHORT = 'falls-short',
  /** The emitted object cannot tell: the control is met only where an owner attests it, whatever else implements it. */
  LEFT_OPEN = 'left-open',
}

/** A construct's word on a control; the evidence checks it against the synthesized object. */
export interface SafeguardClaim {
  readonly kind: ClaimKind;
  readonly control: Control;
  /** How the object enforces the control, or why it does not. */
  readonly how: string;
}

/**
 * Ties constructs to the controls they serve. A claim is node metadata: it never reaches the output, and it proves
 * nothing by itself, as the evidence looks at what was synthesized.
 */
export class Safeguard {
  /**
   * Says that what the construct emits enforces the control.
   *
   * Put it on the construct of the one object that enforces it, not on a parent of many, so that the evidence names that object.
   */
  public static implement(construct: IConstruct, control: Control, how: string): void {
    Safeguard.claim(construct, { kind: ClaimKind.IMPLEMENTS, control, how });
  }

  /** Says that the control is not met because of how this construct was configured. It outweighs every implementation. */
  public static fallShort(construct: IConstruct, control: Control, why: string): void {
    Safeguard.claim(construct, { kind: ClaimKind.FALLS_SHORT, control, how: why });
  }

  /** Says that the control is another's for this construct, such as an identity provider's: attested, or not met. */
  public static leaveOpen(construct: IConstruct, control: Control, why: string): void {
    Safeguard.claim(construct, { kind: ClaimKind.LEFT_OPEN, control, how: why });
  }

  /** The claims that were made on one construct. */
  public static claimsOf(construct: IConstruct): SafeguardClaim[] {
    return construct.node.metadata.filter((entry) => entry.type === METADATA).map((entry) => entry.data as SafeguardClaim);
  }

  private static claim(construct: IConstruct, claim: SafeguardClaim): void {
    // A claim on a control that nobody lists, or that says nothing, would be lost in the evidence.
    checkControl(construct.node.path, claim.control);
    checkText(construct.node.path, 'how', claim.how);
    construct.node.addMetadata(METADATA, Object.freeze(claim));
  }

  private constructor() {}
}
