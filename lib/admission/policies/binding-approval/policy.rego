package hipaa.binding_approval

import data.lib.review

# The names of lib/access/break-glass-labels.ts, by which the reaper finds a binding and its end.
label := "cdk8s-hipaa/break-glass"

annotations := {"approver": "cdk8s-hipaa/approver", "ticket": "cdk8s-hipaa/ticket", "expires": "cdk8s-hipaa/expires"}

binding := input.review.object

default subjects := []

subjects := binding.subjects if is_array(binding.subjects)

role := {"kind": object.get(binding, ["roleRef", "kind"], ""), "name": object.get(binding, ["roleRef", "name"], "")}

of_cluster if binding.kind == "ClusterRoleBinding"

violation contains {"msg": msg, "details": {"path": path}} if {
	judged
	some index, subject in subjects
	flaw := refusal(subject)
	path := review.element("subjects", index)
	msg := concat("", [
		review.title(binding), ": ", path, " gives ", kind_of(subject), " '", name_of(subject), "' the ", role.kind, " '", role.name, "'",
		flaw, " (AC6, 45 CFR 164.312(a)(2)(ii))",
	])
}

judged if {
	not review.deleting
	not unchanged
}

# An update that leaves what is judged as it was brings nothing new, and refusing it would stop what mends: removing a finalizer, for one.
# The audit knows no older object, and reports.
unchanged if {
	input.review.operation == "UPDATE"
	judged_part(input.review.oldObject) == judged_part(input.review.object)
}

judged_part(obj) := {
	"subjects": object.get(obj, "subjects", null),
	"roleRef": object.get(obj, "roleRef", null),
	"labelled": [key | some key, _ in obj.metadata.labels; key == label],
	"annotations": {key: obj.metadata.annotations[key] | some key in annotations},
}

# Why a subject may not have what the binding gives; undefined where it may.
refusal(subject) := ", and reaches everybody, or every program of a namespace: bind one group" if {
	reaches_many(subject)
	not built_in(subject)
} else := ", and needs no binding: members of system:masters pass every authorizer" if {
	name_of(subject) == "system:masters"
	not built_in(subject)
} else := ", which is every right in a namespace that holds PHI: give it a Role of its own, or approve it in the constraint's approvedBindings" if {
	near_phi(service_account(subject))
	too_much_for_program
	not approved
} else := ", which nobody approved: only exact bindings of the cluster's own components are let through with this role" if {
	clusters_own(subject)
	rules_namespace
	not built_in(subject)
	not approved
} else := flaw if {
	is_person(subject)
	not approved
	count(flaws) > 0
	flaw := concat("", [": ", concat(", ", sort(flaws))])
}

# The binding, to the letter: a subject more, or another role under an approved name, is another binding.
approved if {
	some entry in object.get(input, ["parameters", "approvedBindings"], [])
	entry.name == binding.metadata.name
	object.get(entry, "namespace", "") == place
	role == {"kind": entry.roleKind, "name": entry.roleName}
	{key(subject) | some subject in entry.subjects} == {key(subject) | some subject in subjects}
}

# Where the binding binds: in the whole cluster, or in a namespace.
place := "" if of_cluster

place := binding.metadata.namespace if {
	not of_cluster
	binding.metadata.namespace != ""
}

key(subject) := [kind_of(subject), name_of(subject), review.text(object.get(subject, "namespace", ""))]

# What keeps a binding from being one that ends: approved by somebody, for a reason, and found and ended by the reaper.
flaws contains "nobody approved it for the cluster: bind it in a namespace, for a while, or in the profile" if of_cluster

flaws contains concat("", ["nobody approved it: bind it in the profile, or for a while, with the label ", label]) if {
	not of_cluster
	not labelled
}

flaws contains concat("", ["annotation ", annotations[field], " names nobody and nothing"]) if {
	bound_for_a_while
	some field in ["approver", "ticket"]
	not says_something(annotation(field))
}

flaws contains concat("", ["annotation ", annotations.expires, " is no moment in UTC, YYYY-MM-DDThh:mm:ssZ"]) if {
	bound_for_a_while
	not regex.match(moment, annotation("expires"))
}

# RBAC takes a line break in a name, by which the list of what the reaper looks at falls apart.
flaws contains "its name is no DNS subdomain, by which the reaper would find it" if {
	bound_for_a_while
	not regex.match(`^[a-z0-9][a-z0-9.-]*$`, given_name)
}

bound_for_a_while if {
	not of_cluster
	labelled
}

# Whatever its value, as the reaper sees it.
labelled if {
	some found, _ in binding.metadata.labels
	found == label
}

default annotation(_) := ""

annotation(field) := review.text(binding.metadata.annotations[annotations[field]])

says_something(text) if regex.match(`[\p{L}\p{N}]`, text)

default given_name := ""

given_name := review.text(binding.metadata.name) if review.named(binding)

given_name := review.text(binding.metadata.generateName) if not review.named(binding)

moment := concat("", [
	`^([12][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))`,
	`|[12][0-9](0[48]|[2468][048]|[13579][26])-02-29|(1[26]|2[048])00-02-29)`,
	`T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$`,
])

default kind_of(_) := ""

kind_of(subject) := review.text(subject.kind)

default name_of(_) := ""

name_of(subject) := review.text(subject.name)

# Who needs no binding of anybody to be: every caller, signed in or not, and every program.
reaches_many(subject) if name_of(subject) in {"system:anonymous", "system:authenticated", "system:unauthenticated", "system:serviceaccounts"}

reaches_many(subject) if startswith(name_of(subject), "system:serviceaccounts:")

# A ServiceAccount is a user, too, by another name.
service_account(subject) := object.get(subject, "namespace", "") if kind_of(subject) == "ServiceAccount"

service_account(subject) := split(name_of(subject), ":")[2] if {
	kind_of(subject) == "User"
	startswith(name_of(subject), "system:serviceaccount:")
}

# A RoleBinding that is judged is in a namespace that holds PHI; of those of the cluster, the ones for programs that run there count.
near_phi(_) if not of_cluster

near_phi(namespace) if namespace in object.get(input, ["parameters", "phiNamespaces"], [])

# Every right in a namespace, or in all of them: Kubernetes' own roles for people, and what admin and edit are made of.
rules_namespace if {
	role.kind == "ClusterRole"
	role.name in {"admin", "cluster-admin", "edit", "system:aggregate-to-admin", "system:aggregate-to-edit"}
}

# Controllers hold more than those: every Secret, or everything by a wildcard.
of_controller if {
	role.kind == "ClusterRole"
	role.name == "system:kube-controller-manager"
}

of_controller if {
	role.kind == "ClusterRole"
	startswith(role.name, "system:controller:")
}

too_much_for_program if rules_namespace

too_much_for_program if of_controller

# What components of Kubernetes, kubeadm and Amazon EKS are called. Their own bindings are of the cluster, or in namespaces of the system.
clusters_own(subject) if {
	of_cluster
	kind_of(subject) in {"Group", "User"}
	some prefix in ["eks:", "kubeadm:", "system:"]
	startswith(name_of(subject), prefix)
	not service_account(subject)
}

is_person(subject) if {
	not clusters_own(subject)
	not is_service_account(subject)
}

is_service_account(subject) if is_string(service_account(subject))

# Bindings that come with a cluster, each with the one role and the subjects that it may have.
built_ins := {
	"cluster-admin": {"role": "cluster-admin", "subjects": {["Group", "system:masters"]}},
	"eks:addon-cluster-admin": {"role": "cluster-admin", "subjects": {["User", "eks:addon-manager"]}},
	"kubeadm:cluster-admins": {"role": "cluster-admin", "subjects": {["Group", "kubeadm:cluster-admins"]}},
	"system:basic-user": {"role": "system:basic-user", "subjects": {["Group", "system:authenticated"]}},
	"system:discovery": {"role": "system:discovery", "subjects": {["Group", "system:authenticated"]}},
	"system:public-info-viewer": {"role": "system:public-info-viewer", "subjects": {["Group", "system:authenticated"], ["Group", "system:unauthenticated"]}},
	"system:service-account-issuer-discovery": {"role": "system:service-account-issuer-discovery", "subjects": {["Group", "system:serviceaccounts"]}},
}

built_in(subject) if {
	of_cluster
	known := built_ins[binding.metadata.name]
	role == {"kind": "ClusterRole", "name": known.role}
	[kind_of(subject), name_of(subject)] in known.subjects
}
