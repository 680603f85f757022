/** What Gatekeeper does with an object that violates a constraint (Gatekeeper, Constraints: enforcementAction). */
export enum EnforcementAction {
  /** Refuses it. The only one that enforces. */
  DENY = 'deny',
  /** Lets it in, and warns who sent it. */
  WARN = 'warn',
  /** Lets it in; only the audit reports it. */
  DRYRUN = 'dryrun',
}
