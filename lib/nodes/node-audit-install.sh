#!/bin/bash
# Has auditd record who touched what holds PHI on this node: 45 CFR 164.312(b).
#
# As root: `bash install.sh`, beside the other files of this folder, on each node, control plane and workers, before `kubeadm init` or `kubeadm join`.
# It needs systemd, auditd 3.0 or later (a package of your distribution, `audit` or `auditd`), and room for the log that auditd.conf bounds.
#
# After `kubeadm reset` restart the node before it joins again: the kernel drops rules on folders that are taken away, and takes no others until it restarts.
# The same holds after a second run of this script with other rules.
set -euo pipefail
if [ "$(id -u)" != 0 ]; then
  echo 'node audit: run it as root: bash install.sh' >&2
  exit 1
fi
here=$(cd "$(dirname "$0")" && pwd)
