/** What is wrong with an object of an installation of Gatekeeper. */
export interface GatekeeperFinding {
  /** Where in the object, as kubectl writes it: `webhooks[0].failurePolicy`. */
  readonly path: string;
  /** Without the end of a sentence: it stands before a colon. */
  readonly problem: string;
  readonly remedy: string;
}
