import { nodeAuditScript } from './node-audit-rules';

const BOUNDARY = 'cdk8s-hipaa-node';

/**
 * The agent of Session Manager makes `ssm-user` with sudo in a first session without run-as, and not at all where sessions run as a user that their document names.
 * Made here it has no sudo.
 */
const SESSION_USER = `#!/bin/bash
id ssm-user || useradd -m ssm-user
`;

/**
 * User data of an Amazon Linux 2023 node, as MIME multi-part: EKS adds the part that joins the node to its cluster (Amazon EKS, launch templates). Cloud-init runs the
 * scripts in their order, before the kubelet starts.
 *
 * @internal
 */
export function amazonLinuxUserData(arm: boolean): string {
  const parts = [SESSION_USER, nodeAuditScript(arm)].map((script) => `--${BOUNDARY}\nContent-Type: text/x-shellscript; charset="us-ascii"\n\n${script}\n`);
  return `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${BOUNDARY}"\n\n${parts.join('')}--${BOUNDARY}--\n`;
}
