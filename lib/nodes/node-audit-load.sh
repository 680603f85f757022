systemctl daemon-reload
# What the log may take has to be there: nothing stops a node whose disk is full.
[ -d /var/log/audit ] || install -d -m 0700 /var/log/audit
need=$(awk '$1 == "max_log_file" { size = $3 } $1 == "num_logs" { files = $3 } $1 == "space_left" { spare = $3 } END { print size * files + spare }' /etc/audit/auditd.conf)
have=$(($(df -m --output=avail /var/log/audit | tail -n 1) + $(du -sm /var/log/audit | cut -f 1)))
if [ "$have" -lt "$need" ]; then
  echo "node audit: the file system of /var/log/audit has room for $have MB of records, and they need $need MB" >&2
  exit 1
fi
# A distribution's own rules go: `-a never,task`, which some have, records nothing, whatever follows.
for rules in /etc/audit/rules.d/*.rules; do
  [ "$rules" = /etc/audit/rules.d/99-hipaa.rules ] || mv "$rules" "$rules.before-hipaa"
done
systemctl enable auditd.service
systemctl start auditd.service
systemctl kill --signal=HUP --kill-who=main auditd.service
# It loads the rules: those that auditd began with are not ours, and may be locked.
/usr/local/sbin/hipaa-node-audit-check
