package hipaa.privileged_containers

import data.lib.pods
import data.lib.review

# What makes a container root on its node: privileged on Linux, hostProcess on Windows.
privileges := [["securityContext", "privileged"], ["securityContext", "windowsOptions", "hostProcess"]]

pod_privileges := [["securityContext", "windowsOptions", "hostProcess"]]

violation contains {"msg": msg, "details": {"path": finding.path}} if {
	judged
	some finding in findings
	msg := concat("", [
		review.title(input.review.object), ": ", finding.path, " gives ", finding.who, " the node: remove it",
		" (PS1, 45 CFR 164.312(a)(1), CIS Kubernetes 5.2.2)",
	])
}

findings contains {"path": concat(".", array.concat([place], field)), "who": who} if {
	some place, container in pods.containers(input.review.object)
	some field in privileges
	granted(container, field)
	who := concat("", ["container '", review.text(object.get(container, "name", "")), "'"])
}

findings contains {"path": concat(".", array.concat([place], field)), "who": "every container of the pod"} if {
	some place, spec in pods.specs(input.review.object)
	some field in pod_privileges
	granted(spec, field)
}

judged if {
	not review.deleting
	not unchanged
}

# An update that leaves what is judged as it was brings nothing new, and refusing it would stop what mends: scaling the ReplicaSet of
# an older revision down, or removing a finalizer. The audit knows no older object, and reports.
unchanged if {
	input.review.operation == "UPDATE"
	judged_part(input.review.oldObject) == judged_part(input.review.object)
}

judged_part(obj) := {
	"containers": pods.containers(obj),
	"pods": {place: object.get(spec, "securityContext", null) | some place, spec in pods.specs(obj)},
}

# Anything but an explicit false is a grant: a string or a number is no way to say no.
granted(holder, field) if not object.get(holder, field, false) in {false, null}
