/** How much of a request the audit log records (audit.k8s.io/v1). */
export enum AuditLevel {
  NONE = 'None',
  /** Who, what, when, from where; no bodies. */
  METADATA = 'Metadata',
  /** Metadata and the request's body. */
  REQUEST = 'Request',
  /** Metadata and the bodies of request and response. */
  REQUEST_RESPONSE = 'RequestResponse',
}

/** The moments at which a request can be recorded (audit.k8s.io/v1). */
export enum AuditStage {
  REQUEST_RECEIVED = 'RequestReceived',
  RESPONSE_STARTED = 'ResponseStarted',
  RESPONSE_COMPLETE = 'ResponseComplete',
  PANIC = 'Panic',
}

/** Resources of one API group that an audit rule matches. */
export interface AuditResources {
  /**
   * API group; the core group is the empty string.
   * @default "" the core group
   */
  readonly group?: string;
  /**
   * Resources and subresources: `pods`, `pods/log`, `pods/*`, `*\/scale`.
   * @default - every resource of the group, with its subresources
   */
  readonly resources?: readonly string[];
  /**
   * Names of single objects; needs `resources`.
   * @default - every name
   */
  readonly resourceNames?: readonly string[];
}

/** One rule of an audit policy: where everything that is given matches, the level holds, and no later rule is asked. */
export interface AuditRule {
  readonly level: AuditLevel;
  /** @default - every user */
  readonly users?: readonly string[];
  /** @default - every group */
  readonly userGroups?: readonly string[];
  /** @default - every verb; a list easily forgets `watch` and `deletecollection` */
  readonly verbs?: readonly string[];
  /** @default - every resource */
  readonly resources?: readonly AuditResources[];
  /**
   * Namespaces. A list misses requests over the whole cluster, whose namespace is empty: add `""` for those.
   * @default - every namespace
   */
  readonly namespaces?: readonly string[];
  /** @default - none: the rule is about resources */
  readonly nonResourceUrls?: readonly string[];
  /** @default - the policy's own */
  readonly omitStages?: readonly AuditStage[];
}
