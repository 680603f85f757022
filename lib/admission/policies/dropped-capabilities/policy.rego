package hipaa.dropped_capabilities

import data.lib.pods
import data.lib.review
import data.lib.security_contexts as contexts

# As the Pod Security Standard restricted has it, unless the constraint allows none.
allowed := object.get(input, ["parameters", "allowedCapabilities"], ["NET_BIND_SERVICE"])

violation contains review.violation(finding, "PS1, 45 CFR 164.312(a)(1), CIS Kubernetes 5.2.8, 5.2.9") if {
	pods.judged
	contexts.linux(input.review.object)
	some finding in findings
}

findings contains {"path": path, "problem": problem, "remedy": "set it to [ALL], spelt so"} if {
	some place, context in contexts.of_containers(input.review.object)
	not drops_all(context)
	path := concat(".", [place, "capabilities", "drop"])
	problem := concat("", [path, " leaves ", context.whom, " capabilities of root"])
}

findings contains {"path": path, "problem": problem, "remedy": "remove them"} if {
	some place, context in contexts.of_containers(input.review.object)
	added := [name | some name in contexts.texts(context, ["capabilities", "add"]); not name in allowed]
	count(added) > 0
	path := concat(".", [place, "capabilities", "add"])
	problem := concat("", [path, " gives ", context.whom, " the capabilities '", concat("', '", added), "'"])
}

drops_all(context) if {
	some name in contexts.given(context, ["capabilities", "drop"])
	name == "ALL"
}
