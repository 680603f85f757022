/** What a rule is asked about: an object by itself, as the audit and the gate see it, or a request to the API server. */
export interface Review {
  readonly object: unknown;
  /** CREATE, UPDATE, DELETE or CONNECT. @default - none */
  readonly operation?: string;
  /** What was there before. @default - nothing */
  readonly oldObject?: unknown;
  /** Who asks, of which kind and name: more of the AdmissionReview's request. @default - nothing is known */
  readonly request?: Readonly<Record<string, unknown>>;
}

/** What a rule finds: where, what, and what mends it. */
export interface PolicyFinding {
  readonly path: string;
  readonly problem: string;
  readonly remedy: string;
  /** All of it, with the object before and the control behind it, as the cluster's admission says it. */
  readonly message: string;
}
