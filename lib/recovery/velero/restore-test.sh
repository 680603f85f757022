#!/bin/sh
# Restores the newest backup of a schedule into a namespace in which nothing runs or talks, looks at what came back, takes it away again, and records the date.
# Takes kubectl, date and sleep; every name comes by the environment and was checked where it was written.
set -eu

: "${VELERO_NAMESPACE:?}" "${BACKUP_SCHEDULE:?}" "${PHI_NAMESPACE:?}" "${SCRATCH_NAMESPACE:?}" "${RECORD_NAMESPACE:?}" "${RECORD_NAME:?}" "${RESTORED_KINDS:?}"
: "${RESTORE_OPTIONS?}" "${MINIMUM_OBJECTS:?}" "${BACKUP_AGE_MINUTES:?}" "${RESTORE_SECONDS:?}" "${SETTLE_SECONDS:?}" "${BIND_SECONDS:?}" "${CLEANUP_SECONDS:?}"

kinds='deployments.apps,statefulsets.apps,replicasets.apps,pods,persistentvolumeclaims,configmaps,serviceaccounts'
label=cdk8s-hipaa/restore-test
phases='jsonpath={range .items[*]}{.metadata.name}={.status.phase} {end}'
pause=10
started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
restore="restore-test-$PHI_NAMESPACE-$(date -u +%Y%m%d%H%M%S)"

now() {
  date -u +%s
}

# include ../../manifests/utc-minutes.sh

# One field of the backup that is restored.
of_backup() {
  kubectl get "backups.velero.io/$backup" --namespace="$VELERO_NAMESPACE" --output="jsonpath={$1}"
}

# In the background, as a shell hears no signal while it waits for a command.
rest() {
  sleep "$pause" &
  wait "$!" || return 0
}

# Whether the scratch namespace is the one that was made for this test.
ours() {
  from=$(kubectl get "namespace/$SCRATCH_NAMESPACE" --output='jsonpath={.metadata.labels.cdk8s-hipaa/restored-from}') && [ "$from" = "$PHI_NAMESPACE" ]
}

# Whether what keeps its contents from talking and running is there.
closed() {
  kubectl get networkpolicy.networking.k8s.io/default-deny --namespace="$SCRATCH_NAMESPACE" --output=name >/dev/null \
    && kubectl get resourcequota/restore-test --namespace="$SCRATCH_NAMESPACE" --output=name >/dev/null
}

# Whether Velero writes no more for a restore in this phase; one without a phase is still to come.
is_over() {
  case $1 in
    Completed | PartiallyFailed | Failed | FailedValidation) return 0 ;;
  esac
  return 1
}

# Restores of this test that are not over, those of a run that was killed among them.
running() {
  listed=$(kubectl get restores.velero.io --namespace="$VELERO_NAMESPACE" --selector="$label=$PHI_NAMESPACE" --output="$phases") || return 1
  for entry in $listed; do
    is_over "${entry#*=}" || printf '%s\n' "$entry"
  done
}

# Names of what is in the scratch namespace, one a line, but for what the control plane puts into every namespace.
contents() {
  listed=$(kubectl get "$kinds" --namespace="$SCRATCH_NAMESPACE" --output=name) || return 1
  for object in $listed; do
    case $object in
      configmap/kube-root-ca.crt | configmap/istio-ca-root-cert | configmap/openshift-service-ca.crt | serviceaccount/default) ;;
      *) printf '%s\n' "$object" ;;
    esac
  done
}

# Those that Velero brought back: a Deployment makes its ReplicaSet itself.
came_back() {
  came=0
  for object in $1; do
    case $object in
      replicaset.apps/*) ;;
      *) came=$((came + 1)) ;;
    esac
  done
  printf '%s' "$came"
}

unbound() {
  listed=$(kubectl get persistentvolumeclaims --namespace="$SCRATCH_NAMESPACE" --output="$phases") || return 1
  for entry in $listed; do
    [ "${entry#*=}" = Bound ] || printf '%s\n' "${entry%%=*}"
  done
}

volumes() {
  kubectl get persistentvolumes --output="jsonpath={range .items[?(@.spec.claimRef.namespace=='$SCRATCH_NAMESPACE')]}{.metadata.name} {end}"
}

# Waits for Velero, as what is deleted before would come after; one that has not begun is called off.
settle() {
  limit=$(($(now) + SETTLE_SECONDS))
  while [ "$(now)" -lt "$limit" ]; do
    if busy=$(running); then
      if [ -z "$busy" ]; then return 0; fi
      for entry in $busy; do
        case $entry in
          *= | *=New) kubectl delete "restores.velero.io/${entry%%=*}" --namespace="$VELERO_NAMESPACE" --ignore-not-found --wait=false >/dev/null || : ;;
        esac
      done
    fi
    rest
  done
}

# Empty within the time, volumes included, and nobody left who writes: a copy of PHI that stays behind is no test. An answer that did not come is no empty answer.
clean() {
  ours || return 1
  settle
  limit=$(($(now) + CLEANUP_SECONDS))
  while :; do
    if busy=$(running) && left=$(contents) && remaining=$(volumes); then
      if [ -z "$busy$left$remaining" ]; then return 0; fi
      for object in $left; do
        kubectl delete "$object" --namespace="$SCRATCH_NAMESPACE" --ignore-not-found --wait=false >/dev/null || :
      done
    fi
    if [ "$(now)" -ge "$limit" ]; then return 1; fi
    rest
  done
}

record() {
  kubectl patch configmap "$RECORD_NAME" --namespace="$RECORD_NAMESPACE" --type=merge --patch="{\"data\":{$1}}" >/dev/null
}

# Ends without touching the scratch namespace.
refused() {
  trap - EXIT
  trap '' TERM INT
  printf 'restore test of %s failed: %s\n' "$PHI_NAMESPACE" "$1" >&2
  record "\"lastFailure\":\"$started\",\"lastFailureReason\":\"$1\"" || printf 'the failure is not recorded\n' >&2
  exit 1
}

failed() {
  trap - EXIT
  trap '' TERM INT
  if clean; then
    record '"remains":null' || printf 'that nothing remains is not recorded\n' >&2
  else
    printf 'PHI may remain in %s\n' "$SCRATCH_NAMESPACE" >&2
  fi
  refused "$1"
}

interrupted() {
  # What is left of the time is the grace period of the pod.
  SETTLE_SECONDS=$((CLEANUP_SECONDS / 2))
  CLEANUP_SECONDS=$SETTLE_SECONDS
  failed 'the job was told to end'
}

ours || refused 'the scratch namespace is not the one that was made for this test'
closed || refused 'the scratch namespace is not closed'
# Before anything is there: whoever kills this script leaves it standing.
record "\"remains\":\"PHI may remain in $SCRATCH_NAMESPACE\"" || refused 'nothing can be recorded'
trap 'failed "the script ended early"' EXIT
trap interrupted TERM INT

clean || failed 'the scratch namespace was not empty'

kubectl create --filename=- >/dev/null <<MANIFEST
{
  "apiVersion": "velero.io/v1",
  "kind": "Restore",
  "metadata": { "name": "$restore", "namespace": "$VELERO_NAMESPACE", "labels": { "$label": "$PHI_NAMESPACE" } },
  "spec": {
    "scheduleName": "$BACKUP_SCHEDULE",
    "includedNamespaces": ["$PHI_NAMESPACE"],
    "namespaceMapping": { "$PHI_NAMESPACE": "$SCRATCH_NAMESPACE" },
    "includedResources": $RESTORED_KINDS,$RESTORE_OPTIONS
    "restorePVs": true
  }
}
MANIFEST

begun=$(now)
while :; do
  # An answer that did not come says nothing about the restore.
  phase=$(kubectl get "restores.velero.io/$restore" --namespace="$VELERO_NAMESPACE" --output='jsonpath={.status.phase}') || phase=
  if is_over "$phase"; then break; fi
  if [ "$(now)" -ge $((begun + RESTORE_SECONDS + SETTLE_SECONDS)) ]; then failed "the restore was not over $SETTLE_SECONDS seconds after its time"; fi
  rest
done
seconds=$(($(now) - begun))
if [ "$phase" != Completed ]; then failed "the restore ended as $phase"; fi
if [ "$seconds" -gt "$RESTORE_SECONDS" ]; then failed "the restore took $seconds seconds, and $RESTORE_SECONDS are the objective"; fi

limit=$(($(now) + BIND_SECONDS))
while :; do
  if waiting=$(unbound) && [ -z "$waiting" ]; then break; fi
  if [ "$(now)" -ge "$limit" ]; then failed 'a claim got no volume'; fi
  rest
done

backup=$(kubectl get "restores.velero.io/$restore" --namespace="$VELERO_NAMESPACE" --output='jsonpath={.spec.backupName}')
backup_phase=$(of_backup .status.phase)
if [ "$backup_phase" != Completed ]; then failed "the backup is $backup_phase"; fi
made=$(minutes "$(of_backup .status.startTimestamp)") || failed 'the backup does not say when it was made'
age=$(($(minutes "$started") - made))
if [ "$age" -gt "$BACKUP_AGE_MINUTES" ]; then failed "the newest backup that completed was $age minutes old, and $BACKUP_AGE_MINUTES are the most"; fi
restored=$(contents)
objects=$(came_back "$restored")
if [ "$objects" -lt "$MINIMUM_OBJECTS" ]; then failed "$objects objects came back, and $MINIMUM_OBJECTS are the least"; fi

kubectl delete "restores.velero.io/$restore" --namespace="$VELERO_NAMESPACE" --ignore-not-found --wait=false >/dev/null
clean || failed 'what was restored could not be taken away'
record "\"lastSuccess\":\"$started\",\"namespace\":\"$PHI_NAMESPACE\",\"backup\":\"$backup\",\"objects\":\"$objects\",\"seconds\":\"$seconds\",\"remains\":null"
trap - EXIT
printf 'restore test of %s passed: %s objects of %s\n' "$PHI_NAMESPACE" "$objects" "$backup"
