/**
 * User data of an Amazon Linux 2023 node, as MIME multi-part: EKS adds the part that joins the node to its cluster (Amazon EKS, launch templates).
 *
 * The agent of Session Manager makes `ssm-user` with sudo in a first session without run-as, and not at all where sessions run as a user that their document names.
 * Made here it has no sudo.
 *
 * @internal
 */
export const AMAZON_LINUX_USER_DATA = `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="==PART=="

--==PART==
Content-Type: text/x-shellscript; charset="us-ascii"

#!/bin/bash
id ssm-user || useradd -m ssm-user

--==PART==--
`;
