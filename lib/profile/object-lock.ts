import { Errors } from './errors';

export enum ObjectLockMode {
  /** Nobody, the account's root user included, can delete a version or shorten its retention. */
  COMPLIANCE = 'COMPLIANCE',
  /** Whoever holds s3:BypassGovernanceRetention can. */
  GOVERNANCE = 'GOVERNANCE',
}

export interface ComplianceLockProps {
  /**
   * Who decided it, as an address that can be asked. Objects under a COMPLIANCE lock can't be deleted before their
   * retention ends, by anyone, and they cost until then; so nobody gets it by default.
   */
  readonly acknowledgedBy: string;
}

/** S3 Object Lock of the audit archive (control AU5, 45 CFR 164.316(b)(2)(i)). */
export class ObjectLock {
  /** Write once, read many; not even root can undo it. The only mode that meets control AU5. */
  public static compliance(props: ComplianceLockProps): ObjectLock {
    const by = props?.acknowledgedBy;
    if (typeof by !== 'string' || by.trim() === '') {
      throw Errors.refused('ObjectLock.compliance', 'a COMPLIANCE lock needs an acknowledgement', by, 'control AU5: nobody can undo a COMPLIANCE lock, so somebody must have decided it',
        "pass { acknowledgedBy: 'ciso@example.com' }, the person who decided");
    }
    return new ObjectLock(ObjectLockMode.COMPLIANCE, by);
  }

  /** For trial runs: privileged principals can still delete. Leaves control AU5 not met. */
  public static governance(): ObjectLock {
    return new ObjectLock(ObjectLockMode.GOVERNANCE, undefined);
  }

  private constructor(
    public readonly mode: ObjectLockMode,
    /** Who acknowledged a COMPLIANCE lock. */
    public readonly acknowledgedBy: string | undefined,
  ) {
    Object.freeze(this);
  }
}
