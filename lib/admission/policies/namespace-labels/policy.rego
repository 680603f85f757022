package hipaa.namespace_labels

import data.lib.review

labels := labels_of(input.review.object)

parameters := object.get(input, "parameters", {})

modes := ["enforce", "audit", "warn"]

violation contains review.violation(finding, "AC13, 45 CFR 164.308(a)(4)(i)") if {
	not review.passed_over
	not unchanged
	some finding in findings
}

findings contains finding(key, concat("", ["is not '", value, "'"]), concat("", ["set it to '", value, "'"])) if {
	some key, value in required
	object.get(labels, key, "") != value
}

# Without a version, or with latest or one that is yet to come, an upgrade of the cluster changes the rule; before 1.28, the level forbade less.
findings contains finding(key, "pins no version of Kubernetes from 1.28 to 1.36", "set it to the version of the cluster, such as 'v1.33'") if {
	not parameters.podSecurityVersion
	some key in version_keys
	not regex.match(`^v1[.](2[89]|3[0-6])$`, review.text(object.get(labels, key, "")))
}

findings contains finding("admission.gatekeeper.sh/ignore", "takes the namespace from Gatekeeper", "remove it") if {
	"admission.gatekeeper.sh/ignore" in object.keys(labels)
}

required[key] := "restricted" if {
	some mode in modes
	key := concat("", ["pod-security.kubernetes.io/", mode])
}

required[key] := parameters.podSecurityVersion if some key in version_keys

required["cdk8s-hipaa/data-classification"] := "phi"

required["policy.sigstore.dev/include"] := "true" if parameters.verifiedImages == true

version_keys := [key | some mode in modes; key := concat("", ["pod-security.kubernetes.io/", mode, "-version"])]

finding(key, problem, remedy) := {
	"path": path,
	"problem": concat("", [path, " ", problem]),
	"remedy": remedy,
} if {
	path := concat("", ["metadata.labels[", key, "]"])
}

default labels_of(_) := {}

labels_of(obj) := obj.metadata.labels if is_object(obj.metadata.labels)

# Such an update brings nothing new, and refusing it would stop what mends: removing a finalizer. The audit knows no older object, and reports.
unchanged if {
	input.review.operation == "UPDATE"
	labels_of(input.review.oldObject) == labels
}
