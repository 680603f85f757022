import type { ApprovedBinding } from '../admission/approved-binding';
import type { ControlException } from '../controls/exception';

/** What the gate is told of the platform. */
export interface GateSettings {
  /**
   * Namespaces that hold PHI; `*` is every namespace. Those whose labels say so in the input are added.
   * @default - those whose labels say so
   */
  readonly phiNamespaces?: readonly string[];
  /**
   * Namespace of objects that name none: the one that they will be applied to.
   * @default - unknown, and judged as if it held PHI
   */
  readonly defaultNamespace?: string;
  /**
   * Registries that images come from, each a host with an optional path.
   * @default - not known: the rule approved-images is not asked
   */
  readonly approvedRegistries?: readonly string[];
  /**
   * StorageClasses that encrypt with a key of one's own.
   * @default - those of the input, which the rule storage-encryption judges as well
   */
  readonly storageClasses?: readonly string[];
  /**
   * ServiceAccounts, as namespace/name, whose pods call the Kubernetes API.
   * @default - none
   */
  readonly apiClients?: readonly string[];
  /**
   * Ports of pods at which every workload speaks TLS itself.
   * @default - none
   */
  readonly tlsPorts?: readonly number[];
  /**
   * Names of environment variables and keys that look like a secret's and are not: `TLS_SECRET`.
   * @default - none
   */
  readonly allowedEnvNames?: readonly string[];
  /**
   * Bindings that give people access for good.
   * @default - those of the input, but for the ones that end: a pull request is where they are approved
   */
  readonly approvedBindings?: readonly ApprovedBinding[];
  /**
   * Buckets of Terraform, by address, that hold audit records and have to be write-once.
   * @default - those that audit records are delivered to, as far as the input shows
   */
  readonly archiveBuckets?: readonly string[];
  /**
   * Rules that are asked, by name.
   * @default - all
   */
  readonly rules?: readonly string[];
  /** Exceptions with `rule` and `object`. @default - none */
  readonly exceptions?: readonly ControlException[];
  /**
   * The day by which exceptions are judged, YYYY-MM-DD.
   * @default - none: they hold whatever the day, as nothing here reads a clock
   */
  readonly asOf?: string;
}
