#!/bin/bash
# Fails unless auditd records by our rules, all of them and no other, and nobody can change them: 45 CFR 164.312(b).
# The kubelet starts after it (ExecStartPre), so a node that nobody audits never becomes Ready.
set -uo pipefail
PATH=/usr/sbin:/usr/bin:/sbin:/bin
RULES=/etc/audit/rules.d/99-hipaa.rules
FOLDERS=/etc/tmpfiles.d/hipaa-node-audit.conf

fail() {
  echo "node audit: $1" >&2
  exit 1
}
status() {
  auditctl -s | awk -v field="$1" '$1 == field { print $2 }'
}
# Rules by their key: auditctl lists each one in a form of its own.
keys() {
  sed -nE 's/^(-a|-w) .*(-F key=|-k )([^ ]+)$/\3/p' | sort
}

# A rule on a folder that is missing ends the load: `kubeadm reset` takes folders away, and /run is empty at boot. What is there keeps its mode.
folders() {
  systemd-tmpfiles --create "$FOLDERS" 2> /dev/null
  # Before 250, systemd takes no mode that is for new folders alone.
  while read -r type folder mode _; do
    [ "$type" != d ] || [ -d "$folder" ] || install -d -m "${mode#:}" "$folder"
  done < "$FOLDERS"
}

if [ "$(status enabled)" != 2 ]; then
  folders
  augenrules --load > /dev/null || echo 'node audit: the rules did not load whole' >&2
fi

[ "$(status enabled)" = 2 ] || fail 'the rules are not locked: enabled is not 2'
pid=$(status pid)
[ -n "$pid" ] && [ "$pid" != 0 ] || fail 'auditd does not take what the kernel records'
listed=$(auditctl -l) || fail 'the rules cannot be listed'
case "$listed" in
  *never*) fail 'a rule says never, such as -a never,task of a distribution' ;;
esac
expected=$(keys < "$RULES")
[ -n "$expected" ] || fail "$RULES has no rules"
[ "$(keys <<< "$listed")" = "$expected" ] || fail 'the kernel has not the rules that are ours: restart the node where they are locked, as after kubeadm reset'
[ "$(wc -l <<< "$listed")" = "$(wc -l <<< "$expected")" ] || fail 'the kernel has rules that are not ours'
