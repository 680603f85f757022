/** Kinds of one or more API groups; the core group is the empty string. */
export interface MatchedKinds {
  readonly apiGroups: string[];
  readonly kinds: string[];
}

/** One policy of the pack. Its folder holds the rule in files of its own language, and the cases that prove it. */
export interface AdmissionPolicy {
  /** Folder with `policy.rego` and `cases.yaml`. */
  readonly folder: string;
  /** Kind of the constraints; the template's name is the same in lower case, or Gatekeeper refuses it. */
  readonly kind: string;
  /** Name of the constraint where its user gives none. */
  readonly defaultName: string;
  /** What the policy is for, in one sentence. */
  readonly purpose: string;
  /** Modules of `lib/admission/rego` that the rule imports. */
  readonly libraries: readonly string[];
  /** OpenAPI schemas of the parameters, by name. */
  readonly parameters: Readonly<Record<string, object>>;
  /** Every kind that the rule judges: Gatekeeper shows it no other. */
  readonly matches: readonly MatchedKinds[];
}

/**
 * Pods and everything of Kubernetes that templates pods. An ephemeral container reaches the webhook as an update of `pods/ephemeralcontainers`,
 * whose object is the whole Pod, so that the kind Pod covers it where the webhook's rules name that subresource.
 */
export const POD_KINDS: readonly MatchedKinds[] = [
  { apiGroups: [''], kinds: ['Pod', 'PodTemplate', 'ReplicationController'] },
  { apiGroups: ['apps'], kinds: ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'] },
  { apiGroups: ['batch'], kinds: ['CronJob', 'Job'] },
];
