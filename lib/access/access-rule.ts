import type { ControlException } from '../controls/exception';

/** Permissions of a namespaced role: every verb on every resource of every group that is named. */
export interface AccessRule {
  /** API groups by name, without a version; '' is the core group. */
  readonly apiGroups: readonly string[];
  /** Resources by their lower-case plural name, with a subresource after a slash: `deployments`, `deployments/scale`. */
  readonly resources: readonly string[];
  /** Request verbs: get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verbs: readonly string[];
  /**
   * Names of the only objects that the rule is about. They restrict neither create nor deletecollection, and a list or watch only
   * where the client selects `metadata.name` (Kubernetes, Using RBAC Authorization: referring to resources).
   * @default - every object of the namespace
   */
  readonly resourceNames?: readonly string[];
  /**
   * Documented deviations: this rule, and no other, may grant what these controls forbid. Each control then counts as not met,
   * until the profile carries an exception for it as well.
   * @default - none
   */
  readonly allow?: readonly ControlException[];
}
