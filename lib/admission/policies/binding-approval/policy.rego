package hipaa.binding_approval

import data.lib.review

# The names of lib/access/break-glass-labels.ts, by which the reaper finds a binding and its end.
label := "cdk8s-hipaa/break-glass"

annotations := {"approver": "cdk8s-hipaa/approver", "ticket": "cdk8s-hipaa/ticket", "expires": "cdk8s-hipaa/expires"}

binding := input.review.object

default subjects := []

subjects := binding.subjects if is_array(binding.subjects)

role := {"kind": plain(["roleRef", "kind"]), "name": plain(["roleRef", "name"])}

# A field in words; nothing where it is not there, or null.
plain(place) := text if {
	value := object.get(binding, place, null)
	value != null
	text := review.text(value)
} else := ""

of_cluster if binding.kind == "ClusterRoleBinding"

violation contains review.violation(finding, "AC6, 45 CFR 164.312(a)(2)(ii)") if {
	not review.passed_over
	not unchanged
	some finding in findings
}

findings contains {"path": path, "problem": problem, "remedy": flaw.remedy} if {
	some index, subject in subjects
	flaw := refusal(subject)
	path := review.element("subjects", index)
	problem := concat("", [path, " gives ", kind_of(subject), " '", name_of(subject), "' the ", role.kind, " '", role.name, "'", flaw.problem])
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

# Why a subject may not have what the binding gives, and what mends it; undefined where it may.
refusal(subject) := {"problem": ", and reaches everybody, or every program of a namespace", "remedy": "bind one group"} if {
	reaches_many(subject)
	not built_in(subject)
} else := {"problem": ", and needs no binding, as members of system:masters pass every authorizer", "remedy": "remove it"} if {
	name_of(subject) == "system:masters"
	not built_in(subject)
} else := {
	"problem": ", which is every right in a namespace that holds PHI",
	"remedy": "give it a Role of its own, or approve it in the constraint's approvedBindings",
} if {
	near_phi(service_account(subject))
	too_much_for_program
	not approved
} else := {
	"problem": ", which nobody approved",
	"remedy": "only exact bindings of the cluster's own components are let through with this role",
} if {
	clusters_own(subject)
	rules_namespace
	not built_in(subject)
	not approved
} else := {
	"problem": ", which nobody approved for nodes",
	"remedy": "they are let through with roles of the cluster's own that are for them",
} if {
	clusters_own(subject)
	is_node(subject)
	not for_nodes
	not approved
} else := unapproved if {
	is_person(subject)
	not approved
}

# The binding, to the letter: a subject more, or another role under an approved name, is another binding.
approved if {
	some entry in object.get(input, ["parameters", "approvedBindings"], [])
	entry.name == binding.metadata.name
	holds_here(entry)
	role == {"kind": entry.roleKind, "name": entry.roleName}
	{key(subject) | some subject in entry.subjects} == {key(subject) | some subject in subjects}
}

# Without namespaces, an entry is of the whole cluster.
holds_here(entry) if {
	of_cluster
	not entry.namespaces
}

holds_here(entry) if {
	not of_cluster
	binding.metadata.namespace in entry.namespaces
}

key(subject) := [kind_of(subject), name_of(subject), namespace_of(subject)]

default namespace_of(_) := ""

namespace_of(subject) := review.text(subject.namespace) if subject.namespace != null

# What is wrong with a person's access by the binding, and what mends it; undefined where it is one that ends.
unapproved := {"problem": ": nobody approved it for the cluster", "remedy": "bind it in a namespace, for a while, or in the profile"} if {
	of_cluster
} else := {"problem": ": nobody approved it", "remedy": concat("", ["bind it in the profile, or for a while, with the label ", label])} if {
	not labelled
} else := {"problem": concat("", [": ", concat(", ", sort(flaws))]), "remedy": "mend it, or bind it in the profile"} if {
	count(flaws) > 0
}

# What keeps a binding from being one that ends: approved by somebody, for a reason, and found and ended by the reaper.
flaws contains concat("", ["annotation ", annotations[field], " names nobody and nothing"]) if {
	some field in ["approver", "ticket"]
	not says_something(annotation(field))
}

flaws contains concat("", ["annotation ", annotations.expires, " is no moment in UTC, YYYY-MM-DDThh:mm:ssZ"]) if {
	not regex.match(moment, annotation("expires"))
}

# RBAC takes a line break in a name, by which the list of what the reaper looks at falls apart.
flaws contains "its name is no DNS subdomain, by which the reaper would find it" if {
	not regex.match(`^[a-z0-9][a-z0-9.-]*$`, given_name)
}

# Whatever its value, as the reaper sees it.
labelled if {
	some found, _ in binding.metadata.labels
	found == label
}

default annotation(_) := ""

annotation(field) := review.text(binding.metadata.annotations[annotations[field]])

# A letter or a digit; of what is not ASCII, anything but signs, blanks and what nobody sees.
says_something(text) if regex.match("[^\\x00-/:-@\\[-`{-\u00bf\u2000-\u206f\u3000\ufeff]", text)

default given_name := ""

given_name := review.text(binding.metadata.name) if review.named(binding)

given_name := review.text(binding.metadata.generateName) if not review.named(binding)

moment := concat("", [
	`^([12][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))`,
	`|[12][0-9](0[48]|[2468][048]|[13579][26])-02-29|(1[26]|2[048])00-02-29)`,
	`T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$`,
])

default kind_of(_) := ""

kind_of(subject) := review.text(subject.kind) if subject.kind != null

default name_of(_) := ""

name_of(subject) := review.text(subject.name) if subject.name != null

# Who needs no binding of anybody to be: every caller, signed in or not, and every program.
reaches_many(subject) if name_of(subject) in {"system:anonymous", "system:authenticated", "system:unauthenticated", "system:serviceaccounts"}

reaches_many(subject) if startswith(name_of(subject), "system:serviceaccounts:")

# A ServiceAccount is a user, too, by another name.
service_account(subject) := namespace_of(subject) if kind_of(subject) == "ServiceAccount"

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

# Of what components of the cluster are called. On EKS nobody else is called by its prefix; elsewhere an identity provider may name anybody so.
prefixes := {"system:"} | {"eks:" | on_eks}

on_eks if input.parameters.eks == true

# Every node, by itself too, and who joins.
is_node(subject) if regex.match(`^system:(nodes?|bootstrap(pers)?)(:|$)`, name_of(subject))

# What these may have: roles that are called as the cluster's own, but no controller's.
for_nodes if {
	not too_much_for_program
	some prefix in (prefixes | {"kubeadm:"})
	startswith(role.name, prefix)
}

# Components of Kubernetes, kubeadm and Amazon EKS. Their own bindings are of the cluster, or in namespaces of the system.
clusters_own(subject) if {
	of_cluster
	kind_of(subject) in {"Group", "User"}
	some prefix in prefixes
	startswith(name_of(subject), prefix)
	not service_account(subject)
}

clusters_own(subject) if {
	of_cluster
	kind_of(subject) == "Group"
	name_of(subject) == "kubeadm:cluster-admins"
}

is_person(subject) if {
	not clusters_own(subject)
	not is_service_account(subject)
}

is_service_account(subject) if is_string(service_account(subject))

# Bindings that come with a cluster, each with the one role and the subjects that it may have. Those of a platform that is another are of people, and judged so.
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
