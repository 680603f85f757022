import { ControlPlanePaths } from '../../control-plane/paths';
import { LogSource } from './log-source';

/** Where one shipper reads and writes on a node, and the tag that its records bear. Paths are the same on the node and in the container. */
export interface ShipperLayout {
  /** Folder of the logs that are read. It is mounted read-only. */
  readonly logs: string;
  /** Patterns of the files that are read, comma-separated. */
  readonly path: string;
  /** Patterns of files that are left out. */
  readonly excludePath?: string;
  /** Tag of the records; `*` becomes the path of the file. */
  readonly tag: string;
  /** What filters and outputs match. */
  readonly match: string;
  /** The only folder of the node that is written. It outlives the pod. */
  readonly state: string;
  /** How far each file has been read. */
  readonly positions: string;
  /** Records on their way to the outputs. */
  readonly buffer: string;
  /** What waits for its upload to S3. */
  readonly uploads: string;
}

/** The folder that auditd rotates its log in. @internal */
export const NODE_AUDIT_LOGS = '/var/log/audit';
/** auditd's log; rotated files lie beside it as `audit.log.<number>`. @internal */
export const NODE_AUDIT_LOG = `${NODE_AUDIT_LOGS}/audit.log`;

const AUDIT_LOGS = ControlPlanePaths.AUDIT_LOG_DIRECTORY;

export function layoutOf(source: LogSource, name: string, namespace: string): ShipperLayout {
  const state = `/var/lib/hipaa-fluent-bit/${name}`;
  const written = { state, positions: `${state}/positions.db`, buffer: `${state}/buffer`, uploads: `${state}/s3` };
  if (source === LogSource.API_AUDIT) {
    return {
      ...written,
      logs: AUDIT_LOGS,
      // With the files that the API server rotated: one may hold lines that were not read when it was renamed.
      path: `${ControlPlanePaths.AUDIT_LOG},${AUDIT_LOGS}/audit-*.log`,
      tag: 'audit.apiserver',
      match: 'audit.*',
    };
  }
  if (source === LogSource.NODE_AUDIT) {
    return { ...written, logs: NODE_AUDIT_LOGS, path: `${NODE_AUDIT_LOG},${NODE_AUDIT_LOG}.*`, tag: 'node.audit', match: 'node.*' };
  }
  return {
    ...written,
    // The files are links into /var/log/pods.
    logs: '/var/log',
    path: '/var/log/containers/*.log',
    // Its own lines would beget lines without end.
    excludePath: `/var/log/containers/${name}-*_${namespace}_${name}-*.log`,
    tag: 'kube.*',
    match: 'kube.*',
  };
}
