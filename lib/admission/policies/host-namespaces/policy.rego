package hipaa.host_namespaces

import data.lib.pods
import data.lib.review

# What each field shares with the pod.
shared := {"hostIPC": "shared memory", "hostNetwork": "network", "hostPID": "processes"}

violation contains review.violation(finding, "PS1, 45 CFR 164.312(a)(1), CIS Kubernetes 5.2.3, 5.2.4, 5.2.5") if {
	pods.judged
	some finding in findings
}

findings contains {"path": path, "problem": problem, "remedy": "remove it"} if {
	some place, spec in pods.specs(input.review.object)
	some field, what in shared

	# Anything but an explicit false shares it: a string or a number is no way to say no.
	not object.get(spec, field, false) in {false, null}
	path := concat(".", [place, field])
	problem := concat("", [path, " shares the ", what, " of the node with the pod"])
}
