import { NodeAuditUserData } from './node-audit-user-data';

const SESSION_USER = 'ssm-user';

/**
 * The agent of Session Manager makes `ssm-user` with sudo in a first session without run-as, and not at all where sessions run as a user that their document names.
 * Made here it has no sudo, and a number that no image of a container has: rules of auditd tell its processes by it.
 */
const MAKE_SESSION_USER = `#!/bin/bash
id ${SESSION_USER} || useradd -m -u 55088 ${SESSION_USER}
`;

/** @internal */
export interface AmazonLinuxUserDataProps {
  /** Whether the node is Graviton. */
  readonly arm: boolean;
  /** Whether auditd records who touched what holds PHI. */
  readonly nodeAudit: boolean;
}

/**
 * User data of an Amazon Linux 2023 node, as MIME multi-part: EKS adds the part that joins the node to its cluster (Amazon EKS, launch templates).
 * cloud-init runs the scripts in their order, before the kubelet starts.
 *
 * @internal
 */
export function amazonLinuxUserData({ arm, nodeAudit }: AmazonLinuxUserDataProps): string {
  const scripts = [MAKE_SESSION_USER, ...(nodeAudit ? [NodeAuditUserData.script(arm, SESSION_USER)] : [])];
  const parts = scripts.map((script) => `--==PART==\nContent-Type: text/x-shellscript; charset="us-ascii"\n\n${script}\n`);
  return `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="==PART=="\n\n${parts.join('')}--==PART==--\n`;
}
