import type { SecretsStoreClass } from './secrets-store-class';

/** Secrets of a store as files of a container. */
export interface SecretsMount {
  /** What is mounted; of the workload's own namespace. */
  readonly secrets: SecretsStoreClass;
  /** Absolute path of the folder, such as /var/run/secrets/portal. */
  readonly mountPath: string;
}
