/** What a log shipper reads on a node. */
export enum LogSource {
  /** The API server's audit log, a file on each control-plane node of a self-managed cluster. */
  API_AUDIT = 'api-audit',
  /** What every container of every node writes to stdout and stderr. */
  CONTAINERS = 'containers',
  /** What auditd records on a node: who touched which file, and what people did as root. Nodes without auditd start no pod for it. */
  NODE_AUDIT = 'node-audit',
}
