package hipaa.privilege_escalation

import data.lib.pods
import data.lib.review
import data.lib.security_contexts as contexts

violation contains review.violation(finding, "PS1, 45 CFR 164.312(a)(1), CIS Kubernetes 5.2.6") if {
	pods.judged
	contexts.linux(input.review.object)
	some finding in findings
}

# Silence allows it.
findings contains {"path": path, "problem": problem, "remedy": "set it to false"} if {
	some place, context in contexts.of_containers(input.review.object)
	contexts.given(context, ["allowPrivilegeEscalation"]) != false
	path := concat(".", [place, "allowPrivilegeEscalation"])
	problem := concat("", [path, " lets ", context.whom, " gain privileges"])
}

findings contains {"path": path, "problem": problem, "remedy": "remove it"} if {
	some place, context in contexts.of_containers(input.review.object)
	not contexts.given(context, ["privileged"]) in {false, null}
	path := concat(".", [place, "privileged"])
	problem := concat("", [path, " lets ", context.whom, " gain privileges, whatever allowPrivilegeEscalation says"])
}

findings contains {"path": path, "problem": problem, "remedy": "remove it"} if {
	some place, context in contexts.of_containers(input.review.object)
	added := [name | some name in contexts.texts(context, ["capabilities", "add"]); regex.match(`^(CAP_)?(SYS_ADMIN|ALL)$`, upper(name))]
	count(added) > 0
	path := concat(".", [place, "capabilities", "add"])
	problem := concat("", [path, " lets ", context.whom, " gain privileges by ", concat(", ", added), ", whatever allowPrivilegeEscalation says"])
}
