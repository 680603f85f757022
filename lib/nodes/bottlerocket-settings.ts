/**
 * Settings of a Bottlerocket node, as TOML: EKS merges them with what a node needs to join its cluster (Amazon EKS, launch templates).
 *
 * Nobody writes to kernel memory, root included (lockdown); the admin container is off until somebody in a session turns it on by Bottlerocket's API; the container of
 * Session Manager is the only way in; and a pod that names no seccomp profile gets that of the runtime.
 *
 * @internal
 */
export const BOTTLEROCKET_SETTINGS = `[settings.kernel]
lockdown = "integrity"

[settings.host-containers.admin]
enabled = false

[settings.host-containers.control]
enabled = true

[settings.kubernetes]
seccomp-default = true
`;
