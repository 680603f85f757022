package hipaa.seccomp_profile

import data.lib.pods
import data.lib.review
import data.lib.security_contexts as contexts

violation contains review.violation(finding, "PS1, 45 CFR 164.312(a)(1), CIS Kubernetes 5.6.2") if {
	pods.judged
	contexts.linux(input.review.object)
	some finding in findings
}

findings contains {"path": path, "problem": problem, "remedy": "set it to RuntimeDefault"} if {
	some place, context in judged_contexts
	not contexts.given(context, ["seccompProfile", "type"]) in {"RuntimeDefault", "Localhost"}
	path := concat(".", [place, "seccompProfile", "type"])
	problem := concat("", [path, " leaves ", context.whom, " every system call"])
}

findings contains {"path": path, "problem": problem, "remedy": "name a file of the node, or set the type to RuntimeDefault"} if {
	some place, context in judged_contexts
	contexts.given(context, ["seccompProfile", "type"]) == "Localhost"
	contexts.given(context, ["seccompProfile", "localhostProfile"]) in {null, ""}
	path := concat(".", [place, "seccompProfile", "localhostProfile"])
	problem := concat("", [path, " names no profile for ", context.whom])
}

# A pod may leave the matter to its containers; they may leave it to a pod that says something, which is judged by itself.
judged_contexts[place] := context if {
	some place, context in object.union(contexts.of_pod(input.review.object), contexts.of_containers(input.review.object))
	contexts.given(context, ["seccompProfile"]) != null
}

judged_contexts[place] := context if {
	some place, context in contexts.of_containers(input.review.object)
	not said_by_pod
}

said_by_pod if {
	some context in contexts.of_pod(input.review.object)
	contexts.given(context, ["seccompProfile"]) != null
}
