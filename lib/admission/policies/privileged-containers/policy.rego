package hipaa.privileged_containers

import data.lib.pods
import data.lib.review

# What makes a container root on its node: privileged on Linux, hostProcess on Windows.
privileges := [["securityContext", "privileged"], ["securityContext", "windowsOptions", "hostProcess"]]

pod_privileges := [["securityContext", "windowsOptions", "hostProcess"]]

violation contains review.violation(finding, "PS1, 45 CFR 164.312(a)(1), CIS Kubernetes 5.2.2, 5.2.10") if {
	pods.judged
	some finding in findings
}

findings contains {"path": path, "problem": problem, "remedy": "remove it"} if {
	some place, container in pods.containers(input.review.object)
	some field in privileges
	granted(container, field)
	path := concat(".", array.concat([place], field))
	problem := concat("", [path, " gives container '", review.text(object.get(container, "name", "")), "' the node"])
}

findings contains {"path": path, "problem": problem, "remedy": "remove it"} if {
	some place, spec in pods.specs(input.review.object)
	some field in pod_privileges
	granted(spec, field)
	path := concat(".", array.concat([place], field))
	problem := concat("", [path, " gives every container of the pod the node"])
}

# Anything but an explicit false is a grant: a string or a number is no way to say no.
granted(holder, field) if not object.get(holder, field, false) in {false, null}
