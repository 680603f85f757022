/**
 * Where the files of a self-managed control plane lie on each of its nodes. The API server, its mounts and the log shipper all take them
 * from here: a path that differs in one of them is a log that nobody ships.
 */
export class ControlPlanePaths {
  /** The audit policy, which the API server reads when it starts. */
  public static readonly AUDIT_POLICY = '/etc/kubernetes/audit-policy.yaml';
  /** The folder that the API server rotates its audit log in. */
  public static readonly AUDIT_LOG_DIRECTORY = '/var/log/kubernetes';
  /** The audit log that is being written; rotated files lie beside it as `audit-<time>.log`. */
  public static readonly AUDIT_LOG = `${ControlPlanePaths.AUDIT_LOG_DIRECTORY}/audit.log`;
  /** The encryption configuration, which the API server reads when it starts. */
  public static readonly ENCRYPTION_CONFIGURATION = '/etc/kubernetes/encryption-config.yaml';
  /** The socket of the KMS plugin. */
  public static readonly KMS_SOCKET = '/var/run/kmsplugin/socket.sock';

  private constructor() {}
}
