package hipaa.run_as_non_root

import data.lib.pods
import data.lib.review
import data.lib.security_contexts as contexts

# With or without a domain; names of Windows know no case.
administrator := `^(.*[\\])?(containeradministrator|administrator|system|localsystem)[ .]*$`

user_name := ["windowsOptions", "runAsUserName"]

violation contains review.violation(finding, "PS1, 45 CFR 164.312(a)(1), CIS Kubernetes 5.2.7") if {
	pods.judged
	some finding in findings
}

findings contains {"path": path, "problem": problem, "remedy": "set it to true"} if {
	some place, context in allowed
	path := concat(".", [place, "runAsNonRoot"])
	problem := concat("", [path, " lets ", context.whom, " run as root"])
}

findings contains {"path": path, "problem": problem, "remedy": "use a number above 0"} if {
	some place, context in all_contexts
	user := contexts.given(context, ["runAsUser"])
	user != null
	not regex.match(`^[1-9][0-9]*$`, review.text(user))
	path := concat(".", [place, "runAsUser"])
	problem := concat("", [path, " runs ", context.whom, " as root"])
}

findings contains {"path": path, "problem": problem, "remedy": "use ContainerUser"} if {
	some place, context in all_contexts
	user := contexts.given(context, user_name)
	regex.match(administrator, lower(review.text(user)))
	path := concat(".", [place, "windowsOptions", "runAsUserName"])
	problem := concat("", [path, " runs ", context.whom, " as an administrator of Windows"])
}

# Base images of Windows run as its administrator, whom the kubelet knows by a name alone.
findings contains {"path": path, "problem": problem, "remedy": "use ContainerUser"} if {
	on_windows
	some place, context in contexts.of_containers(input.review.object)
	unnamed(context)
	path := concat(".", [place, "windowsOptions", "runAsUserName"])
	problem := concat("", [path, " leaves the user of ", context.whom, " to its image, an administrator of Windows by default"])
}

on_windows if contexts.windows(input.review.object)

on_windows if {
	some spec in pods.specs(input.review.object)
	spec.nodeSelector["kubernetes.io/os"] == "windows"
}

unnamed(context) if contexts.given(context, user_name) == ""

unnamed(context) if {
	contexts.given(context, user_name) == null
	not user_of_pod
}

user_of_pod if {
	some context in contexts.of_pod(input.review.object)
	not contexts.given(context, user_name) in {null, ""}
}

all_contexts := object.union(contexts.of_pod(input.review.object), contexts.of_containers(input.review.object))

# A pod may leave the matter to its containers; they may leave it to a pod that says something, which is judged by itself.
allowed[place] := context if {
	some place, context in all_contexts
	said := contexts.given(context, ["runAsNonRoot"])
	said != null
	said != true
}

allowed[place] := context if {
	some place, context in contexts.of_containers(input.review.object)
	contexts.given(context, ["runAsNonRoot"]) == null
	not said_by_pod
}

said_by_pod if {
	some context in contexts.of_pod(input.review.object)
	contexts.given(context, ["runAsNonRoot"]) != null
}
