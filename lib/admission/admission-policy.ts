import type { Control } from '../controls/control';

/** Kinds of one or more API groups; the core group is the empty string. */
export interface MatchedKinds {
  readonly apiGroups: string[];
  readonly kinds: string[];
}

/** One policy of the pack. Its folder holds the rule in files of its own languages, and the cases that prove it. */
export interface AdmissionPolicy {
  /** Name of the folder, by which reports and exceptions name the rule: `ingress-tls`. */
  readonly id: string;
  /** Folder with `policy.rego`, `cases.yaml` and, where CEL can express the rule, `policy.cel`. */
  readonly folder: string;
  /** Kind of the constraints; the template's name is the same in lower case, or Gatekeeper refuses it. */
  readonly kind: string;
  /** Name of the constraint, or of the ValidatingAdmissionPolicy, where its user gives none. */
  readonly defaultName: string;
  /** What the policy is for, in one sentence. */
  readonly purpose: string;
  /** The control that it serves, alone or as a part. */
  readonly control: Control;
  /** Paragraph and benchmark row, as the messages cite them after the control: `45 CFR 164.312(a)(1), CIS Kubernetes 5.2.2`. */
  readonly citation: string;
  /** Modules of `lib/admission/rego` that the rule imports. */
  readonly libraries: readonly string[];
  /** Files of `lib/admission/cel` whose variables the rule uses; absent where the rule is in Rego alone. */
  readonly cel?: readonly string[];
  /** Why the rule is in Rego alone, or why Rego finds more than CEL: then Gatekeeper and the gate run the Rego. */
  readonly beyondCel?: string;
  /** Kinds of other objects that the rule looks at: Gatekeeper has to sync them. */
  readonly inventory?: readonly MatchedKinds[];
  /** Whether what it finds may be a secret, which no report shows. @default false */
  readonly hidesValues?: boolean;
  /** OpenAPI schemas of the parameters, by name. */
  readonly parameters: Readonly<Record<string, object>>;
  /** Every kind that the rule judges: nothing shows it another. */
  readonly matches: readonly MatchedKinds[];
  /**
   * Operations that the rule has something to say to.
   * @default - CREATE and UPDATE
   */
  readonly operations?: readonly string[];
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

/** `PS1, 45 CFR 164.312(a)(1), CIS Kubernetes 5.2.2`, as every message of the policy ends. */
export function referenceOf({ control, citation }: AdmissionPolicy): string {
  return `${control}, ${citation}`;
}
