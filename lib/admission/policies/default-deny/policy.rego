package hipaa.default_deny

import data.lib.pods
import data.lib.review

reference := "NW1, 45 CFR 164.312(a)(1), CIS Kubernetes 5.3.2"

directions := {"Ingress", "Egress"}

namespace := object.get(input.review.object, ["metadata", "namespace"], object.get(input.review, "namespace", ""))

about_policy if input.review.object.kind == "NetworkPolicy"

violation contains review.violation(finding, reference) if {
	not about_policy
	pods.judged
	open := directions - closed_by_others("")
	count(open) > 0
	finding := {
		"path": "metadata.namespace",
		"problem": concat("", ["no NetworkPolicy of namespace '", review.text(namespace), "' denies ", named(open), " by default"]),
		"remedy": "apply one first, with podSelector {}, policyTypes Ingress and Egress, and no rules",
	}
}

# Deletion mends other objects, and takes a safeguard away here.
violation contains review.violation(finding, reference) if {
	about_policy
	not review.exempt(input.review.object)
	open := (closed_before - closed_after) - closed_by_others(input.review.object.metadata.name)
	count(open) > 0
	finding := {
		"path": "spec",
		"problem": concat("", ["it is the last one of namespace '", review.text(namespace), "' that denies ", named(open), " by default"]),
		"remedy": "apply another one first, with podSelector {}, policyTypes Ingress and Egress, and no rules",
	}
}

default closed_before := set()

closed_before := closed_by(input.review.object) if {
	input.review.operation == "DELETE"
	not namespace_ends
}

closed_before := closed_by(input.review.oldObject) if input.review.operation == "UPDATE"

default closed_after := set()

closed_after := closed_by(input.review.object) if input.review.operation == "UPDATE"

# What other policies deny, as Gatekeeper knows them: the one under review is there as it was, or not yet. Policies add up, so that one a direction does as well.
closed_by_others(name) := {direction |
	some other, policy in data.inventory.namespace[namespace]["networking.k8s.io/v1"].NetworkPolicy
	other != name
	some direction in closed_by(policy)
}

# The directions that a policy closes for every pod of its namespace.
closed_by(policy) := {direction |
	selects_all(policy)
	some direction in policy_types(policy)
	object.get(policy, ["spec", lower(direction)], null) in {null, []}
}

selects_all(policy) if {
	selector := object.get(policy, ["spec", "podSelector"], null)
	every key, value in entries(selector) {
		key in {"matchLabels", "matchExpressions"}
		value in {null, {}, []}
	}
}

# A selector of another type selects nobody knows what.
entries(selector) := selector if is_object(selector)

entries(null) := {}

# Without types, a policy is about Ingress, and about Egress only where it has rules for it (Kubernetes, NetworkPolicySpec).
policy_types(policy) := {type | some type in object.get(policy, ["spec", "policyTypes"], null)} & directions if given_types(policy)

policy_types(policy) := {"Ingress"} if not given_types(policy)

given_types(policy) if not object.get(policy, ["spec", "policyTypes"], null) in {null, []}

# The policies of a namespace that is deleted go with it, or it would stay for good.
namespace_ends if input.review.namespaceObject.metadata.deletionTimestamp

namespace_ends if data.inventory.cluster.v1.Namespace[namespace].metadata.deletionTimestamp

# Gatekeeper takes what is being deleted out of the inventory at once: where it knows namespaces, and not this one, that one ends.
namespace_ends if {
	count(data.inventory.cluster.v1.Namespace) > 0
	not data.inventory.cluster.v1.Namespace[namespace]
}

named(open) := concat(" and ", [direction | some direction in ["Ingress", "Egress"]; direction in open])
