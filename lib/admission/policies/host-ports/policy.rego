package hipaa.host_ports

import data.lib.pods
import data.lib.review

violation contains review.violation(finding, "PS1, 45 CFR 164.312(a)(1), CIS Kubernetes 5.2.12") if {
	pods.judged
	some finding in findings
}

findings contains {"path": path, "problem": problem, "remedy": "remove it, and reach the pod by a Service"} if {
	some place, container in pods.containers(input.review.object)
	some index, port in object.get(container, "ports", [])

	# 0 means none; anything else takes one, as no other value says no.
	taken := port.hostPort
	not taken in {0, null}
	path := concat(".", [review.element(concat(".", [place, "ports"]), index), "hostPort"])
	problem := concat("", [path, " opens a port of the node for container '", review.text(object.get(container, "name", "")), "'"])
}
