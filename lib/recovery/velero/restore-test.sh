#!/bin/sh
# Restores the newest backup of a schedule into a namespace that talks to nobody, counts what came back, takes it away again, and records the date.
# Takes kubectl, date and sleep; every name comes by the environment and was checked where it was written.
set -eu

: "${VELERO_NAMESPACE:?}" "${BACKUP_SCHEDULE:?}" "${PHI_NAMESPACE:?}" "${SCRATCH_NAMESPACE:?}"
: "${RECORD_NAMESPACE:?}" "${RECORD_NAME:?}" "${MINIMUM_OBJECTS:?}" "${RESTORE_SECONDS:?}" "${CLEANUP_SECONDS:?}"

# What is restored: no Secret, no grant of access, no policy, nothing that opens a way in or runs once.
restored_kinds='["persistentvolumes","persistentvolumeclaims","serviceaccounts","configmaps","deployments.apps","replicasets.apps","statefulsets.apps","pods"]'
kinds='deployments.apps,statefulsets.apps,replicasets.apps,pods,persistentvolumeclaims,configmaps,serviceaccounts'
pause=10
started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
restore="restore-test-$PHI_NAMESPACE-$(date -u +%Y%m%d%H%M%S)"

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

count() {
  count=0
  for _ in $1; do count=$((count + 1)); done
  printf '%s' "$count"
}

volumes() {
  kubectl get persistentvolumes --output="jsonpath={range .items[?(@.spec.claimRef.namespace=='$SCRATCH_NAMESPACE')]}{.metadata.name} {end}"
}

# Empty within the time, volumes included: a copy of PHI that stays behind is no test.
clean() {
  waited=0
  while :; do
    # An answer that did not come is no empty answer.
    left=$(contents) || return 1
    remaining=$(volumes) || return 1
    if [ -z "$left" ] && [ -z "$remaining" ]; then return 0; fi
    if [ "$waited" -ge "$CLEANUP_SECONDS" ]; then return 1; fi
    for object in $left; do
      kubectl delete "$object" --namespace="$SCRATCH_NAMESPACE" --ignore-not-found --wait=false >/dev/null || return 1
    done
    sleep "$pause"
    waited=$((waited + pause))
  done
}

record() {
  kubectl patch configmap "$RECORD_NAME" --namespace="$RECORD_NAMESPACE" --type=merge --patch="{\"data\":{$1}}" >/dev/null
}

failed() {
  trap - EXIT
  printf 'restore test of %s failed: %s\n' "$PHI_NAMESPACE" "$1" >&2
  clean || printf 'the scratch namespace %s is not empty\n' "$SCRATCH_NAMESPACE" >&2
  record "\"lastFailure\":\"$started\",\"lastFailureReason\":\"$1\"" || printf 'the failure is not recorded\n' >&2
  exit 1
}
trap 'failed "the script ended early"' EXIT

clean || failed 'the scratch namespace was not empty'

kubectl create --filename=- >/dev/null <<MANIFEST
{
  "apiVersion": "velero.io/v1",
  "kind": "Restore",
  "metadata": { "name": "$restore", "namespace": "$VELERO_NAMESPACE" },
  "spec": {
    "scheduleName": "$BACKUP_SCHEDULE",
    "includedNamespaces": ["$PHI_NAMESPACE"],
    "namespaceMapping": { "$PHI_NAMESPACE": "$SCRATCH_NAMESPACE" },
    "includedResources": $restored_kinds,
    "restorePVs": true
  }
}
MANIFEST

waited=0
while :; do
  phase=$(kubectl get "restores.velero.io/$restore" --namespace="$VELERO_NAMESPACE" --output='jsonpath={.status.phase}')
  case $phase in
    Completed) break ;;
    Failed | PartiallyFailed | FailedValidation | FinalizingPartiallyFailed | WaitingForPluginOperationsPartiallyFailed) failed "the restore ended as $phase" ;;
  esac
  if [ "$waited" -ge "$RESTORE_SECONDS" ]; then failed "the restore was not done in $RESTORE_SECONDS seconds"; fi
  sleep "$pause"
  waited=$((waited + pause))
done

seconds=$waited
backup=$(kubectl get "restores.velero.io/$restore" --namespace="$VELERO_NAMESPACE" --output='jsonpath={.spec.backupName}')
restored=$(contents)
objects=$(count "$restored")
if [ "$objects" -lt "$MINIMUM_OBJECTS" ]; then failed "$objects objects came back, and $MINIMUM_OBJECTS are the least"; fi

kubectl delete "restores.velero.io/$restore" --namespace="$VELERO_NAMESPACE" --ignore-not-found --wait=false >/dev/null
clean || failed 'what was restored could not be taken away'
record "\"lastSuccess\":\"$started\",\"namespace\":\"$PHI_NAMESPACE\",\"backup\":\"$backup\",\"objects\":\"$objects\",\"seconds\":\"$seconds\""
trap - EXIT
printf 'restore test of %s passed: %s objects of %s\n' "$PHI_NAMESPACE" "$objects" "$backup"
