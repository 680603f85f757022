/**
 * Where a cluster stands on its way to encrypted API data. The `identity` provider (plaintext) is needed while old objects
 * are unencrypted, and must go once they are rewritten.
 */
export enum EncryptionMigration {
  /** Objects from before encryption may still lie in etcd as plaintext: `identity` is last, for reading. Control EN1 is not met yet. */
  ENCRYPTING = 'encrypting',
  /** Every object was rewritten, or the cluster started encrypted: no `identity`. */
  ENCRYPTED = 'encrypted',
}

/** A KMS v2 plugin as the API server reaches it. */
export interface KmsProviderProps {
  /** Name of the provider: part of every stored object's prefix, so it can't change once used. No colon. */
  readonly name: string;
  /**
   * The plugin's socket on the control-plane node.
   * @default unix:///var/run/kmsplugin/socket.sock
   */
  readonly endpoint?: string;
  /**
   * How long the API server waits for the plugin, as a Kubernetes duration.
   * @default 3s
   */
  readonly timeout?: string;
}

/** What a self-managed API server encrypts, with what. */
export interface EncryptionSettings {
  /** Where the cluster stands; a wrong answer makes old objects unreadable or new ones plaintext. */
  readonly migration: EncryptionMigration;
  /**
   * The KMS v2 plugin that encrypts.
   * @default - `aws-kms` on its default socket
   */
  readonly provider?: KmsProviderProps;
  /**
   * Plugins that encrypted before and are still needed for reading.
   * @default - none
   */
  readonly formerProviders?: readonly KmsProviderProps[];
  /**
   * Resources that are encrypted.
   * @default - secrets and configmaps
   */
  readonly resources?: readonly string[];
}
