#!/bin/sh
# Removes bindings that were made for a while and whose time is over. It touches nothing without the label, and takes one without a readable end for ended.
# Takes kubectl and date; every name comes by the environment and was checked where it was written.
set -eu

: "${BREAK_GLASS_LABEL:?}" "${EXPIRES_ANNOTATION:?}" "${LONGEST_MINUTES:?}" "${CLUSTER_BINDINGS:?}" "${NAMESPACES:?}"

# Whether something was left undone: the others are looked at all the same, and the Job fails.
unclear=0

# include ../manifests/utc-minutes.sh

now=$(minutes "$(date -u +%Y-%m-%dT%H:%M:%SZ)")

# One binding: its kind and name, and where it is. The label is looked at again: a name is text that somebody else chose.
judge() {
  binding=$1
  shift
  seen=$(kubectl get "$binding" "$@" --ignore-not-found --output="go-template={{range \$key, \$value := .metadata.labels}}{{if eq \$key \"$BREAK_GLASS_LABEL\"}}labelled{{end}}{{end}}|{{.metadata.creationTimestamp}}|{{range \$key, \$value := .metadata.annotations}}{{if eq \$key \"$EXPIRES_ANNOTATION\"}}{{\$value}}{{end}}{{end}}") || { unclear=1; return 0; }
  case $seen in
    'labelled|'*) ;;
    *) return 0 ;;
  esac
  seen=${seen#labelled|}
  created=${seen%%|*}
  expires=${seen#*|}
  if ends=$(minutes "$expires"); then
    if made=$(minutes "$created") && [ "$ends" -gt $((made + LONGEST_MINUTES)) ]; then ends=$((made + LONGEST_MINUTES)); fi
    if [ "$ends" -gt "$now" ]; then return 0; fi
  fi
  kubectl delete "$binding" "$@" --ignore-not-found --wait=false >/dev/null || { unclear=1; return 0; }
  # With a finalizer an object is only marked, and RBAC gives access by a marked binding as by any other.
  stands=$(kubectl get "$binding" "$@" --ignore-not-found --output=name) || { unclear=1; return 0; }
  if [ -n "$stands" ]; then
    unclear=1
    printf 'still stands %s %s: take its finalizers away\n' "$binding" "$*" >&2
    return 0
  fi
  printf 'removed %s %s\n' "$binding" "$*"
}

# The bindings of one kind, in a namespace or in the cluster: how many there are, and each name in quotes on a line of its own, as a name may hold line breaks.
reap() {
  kind=$1
  shift
  listed=$(kubectl get "$kind" "$@" --selector="$BREAK_GLASS_LABEL" --output='go-template={{len .items}}{{printf "\n"}}{{range .items}}{{printf "%q\n" .metadata.name}}{{end}}') || { unclear=1; return 0; }
  count=
  seen_names=0
  while IFS= read -r quoted; do
    if [ -z "$count" ]; then count=$quoted; continue; fi
    seen_names=$((seen_names + 1))
    name=${quoted#\"}
    name=${name%\"}
    case $name in
      # Nobody gives another name by accident, and what kubectl makes of it is not tried out here.
      '' | *[!A-Za-z0-9.:@_-]*)
        unclear=1
        printf 'not judged, for its name: %s %s %s\n' "$kind" "$quoted" "$*" >&2
        ;;
      *) judge "$kind/$name" "$@" ;;
    esac
  done <<LIST
$listed
LIST
  if [ "$count" != "$seen_names" ]; then
    unclear=1
    printf 'not every name was read: %s %s\n' "$kind" "$*" >&2
  fi
}

for namespace in $NAMESPACES; do reap rolebinding.rbac.authorization.k8s.io --namespace="$namespace"; done
if [ "$CLUSTER_BINDINGS" = true ]; then reap clusterrolebinding.rbac.authorization.k8s.io; fi
if [ "$unclear" -ne 0 ]; then
  printf 'not every binding with the label %s is judged and gone: see above\n' "$BREAK_GLASS_LABEL" >&2
  exit 1
fi
