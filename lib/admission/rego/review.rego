package lib.review

# What a policy leaves alone whatever it finds: deletions, which mend what should not be there, and what an exemption names.
passed_over if input.review.operation == "DELETE"

passed_over if exempt(input.review.object)

# A finding as every policy reports it. The details are for programs.
violation(finding, reference) := {
	"msg": concat("", [title(input.review.object), ": ", finding.problem, ": ", finding.remedy, " (", reference, ")"]),
	"details": {"path": finding.path, "problem": finding.problem, "remedy": finding.remedy},
}

# Kind and name for a message; an object that the API server has yet to name has a generateName only.
title(obj) := concat("", [text(object.get(obj, "kind", "Object")), " '", name(obj), "'"])

default name(_) := "(unnamed)"

name(obj) := text(obj.metadata.name) if named(obj)

name(obj) := concat("", [obj.metadata.generateName, "*"]) if {
	not named(obj)
	obj.metadata.generateName != ""
}

named(obj) if not obj.metadata.name in {"", null}

# The path of a list's element, as kubectl writes it: spec.rules[0].
element(path, index) := concat("", [path, "[", text(index), "]"])

# A value of any type in words: concat knows strings only, and a message that fails is a violation that is lost.
text(value) := value if is_string(value)

text(value) := json.marshal(value) if not is_string(value)

# Named by an exemption, itself or as a part of what is named.
exempt(obj) if {
	some exemption in input.parameters.exemptions
	exemption.namespace == object.get(obj, ["metadata", "namespace"], "")
	some owner in owners(obj)
	part_of(owner, exemption)
}

# The object itself, and what a controller of Kubernetes made it for: of the kinds that these make, as anybody may write any owner into an object.
owners(obj) := {[obj.kind, name(obj)]} | {[owner.kind, owner.name] |
	by_controller
	obj.kind in {"Job", "Pod", "ReplicaSet"}
	some owner in obj.metadata.ownerReferences
	owner.controller == true
}

# The audit and the gate know nobody who asks.
by_controller if object.get(input.review, ["userInfo", "username"], "") in {
	"", "system:kube-controller-manager", "system:serviceaccount:kube-system:cronjob-controller",
	"system:serviceaccount:kube-system:daemon-set-controller", "system:serviceaccount:kube-system:deployment-controller",
	"system:serviceaccount:kube-system:job-controller", "system:serviceaccount:kube-system:replicaset-controller",
	"system:serviceaccount:kube-system:replication-controller", "system:serviceaccount:kube-system:statefulset-controller",
}

part_of([kind, name], exemption) if {
	kind == exemption.kind
	name == exemption.name
}

# The pods of a Deployment belong to its ReplicaSets, those of a CronJob to its Jobs. What is merely called like one of these is none.
part_of([kind, name], exemption) if {
	input.review.object.kind == "Pod"
	kind == "ReplicaSet"
	exemption.kind == "Deployment"
	regex.match("^-[a-z0-9]{1,10}$", trim_prefix(name, exemption.name))
	startswith(name, exemption.name)
}

part_of([kind, name], exemption) if {
	input.review.object.kind == "Pod"
	kind == "Job"
	exemption.kind == "CronJob"
	regex.match("^-[0-9]{1,11}$", trim_prefix(name, exemption.name))
	startswith(name, exemption.name)
}
