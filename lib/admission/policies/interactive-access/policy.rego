package hipaa.interactive_access

import data.lib.review

request := input.review

# The object of a connection is its options, without a name.
default kind := "Pod"

kind := "Service" if request.object.kind == "ServiceProxyOptions"

name := request.name if is_given(["name"])

name := review.name(request.object) if not is_given(["name"])

namespace := request.namespace if is_given(["namespace"])

namespace := object.get(request, ["object", "metadata", "namespace"], "") if not is_given(["namespace"])

is_given(field) if not object.get(request, field, "") in {"", null}

default user := ""

user := request.userInfo.username

violation contains {"msg": msg, "details": finding} if {
	not request.operation == "DELETE"
	not exempt
	not admitted
	some finding in findings
	msg := concat("", [kind, " '", name, "': ", finding.problem, ": ", finding.remedy, " (AC5, 45 CFR 164.312(a)(1))"])
}

# By the exact name of a group or a user, or by a session of a role, whose prefix ends in a slash.
admitted if {
	some group in request.userInfo.groups
	group in input.parameters.groups
}

admitted if user in input.parameters.users

admitted if {
	some session in input.parameters.sessions
	startswith(user, session)
}

exempt if {
	some exemption in input.parameters.exemptions
	exemption.kind == kind
	exemption.namespace == namespace
	exemption.name == name
}

# What each kind of options opens; the others are those of a proxy.
opens := {
	"PodAttachOptions": "attach to it",
	"PodExecOptions": "run commands in it",
	"PodPortForwardOptions": "forward its ports",
}

findings contains {"path": "userInfo", "problem": problem, "remedy": "break the glass first"} if {
	request.object.kind != "Pod"
	problem := concat("", ["'", user, "' may not ", object.get(opens, request.object.kind, "reach it through the API server")])
}

# kubectl debug: an update of the Pod, whose other fields nobody reaches in by.
findings contains {"path": path, "problem": problem, "remedy": "break the glass first"} if {
	request.object.kind == "Pod"
	is_given(["oldObject"])
	some index, container in object.get(request.object, ["spec", "ephemeralContainers"], [])
	not container in object.get(request.oldObject, ["spec", "ephemeralContainers"], [])
	path := review.element("spec.ephemeralContainers", index)
	problem := concat("", ["'", user, "' may not add ", path, " to it"])
}
