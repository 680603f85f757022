package hipaa.rbac_wildcards

import data.lib.review

role := input.review.object

violation contains review.violation(finding, "AC4, 45 CFR 164.312(a)(1), CIS Kubernetes 5.1.3, 5.1.8") if {
	not review.passed_over
	not unchanged
	not built_in
	some finding in findings
}

# An update that leaves what is granted as it was brings nothing new, and refusing it would stop what mends: removing a finalizer, for one.
# The audit knows no older object, and reports.
unchanged if {
	input.review.operation == "UPDATE"
	judged(input.review.oldObject) == judged(input.review.object)
}

judged(obj) := {
	"rules": list(object.get(obj, "rules", [])),
	"selectors": list(object.get(obj, ["aggregationRule", "clusterRoleSelectors"], [])),
	"for_viewers": object.get(obj, ["metadata", "labels", view_label], ""),
}

view_label := "rbac.authorization.k8s.io/aggregate-to-view"

# Nothing for null; and what is no list counts as its one element, so that a text in its place is no silence.
list(value) := value if is_array(value)

list(null) := []

list(value) := [value] if {
	not is_array(value)
	value != null
}

# What Amazon EKS installs.
built_in if {
	role.kind == "ClusterRole"
	requester in {"eks:addon-manager", "eks:cluster-bootstrap"}
}

# What the API server restores when it starts, with what its controller puts together of other roles. Nobody else writes under these names.
built_in if {
	role.kind == "ClusterRole"
	requester in {
		"", "system:apiserver", "system:kube-controller-manager",
		"system:serviceaccount:kube-system:clusterrole-aggregation-controller",
	}
	role.metadata.name in built_ins
}

# The audit and the gate know none.
requester := object.get(input.review, ["userInfo", "username"], "")

built_ins := {
	"admin", "cluster-admin", "edit", "system:aggregate-to-admin", "system:aggregate-to-edit",
	"system:certificates.k8s.io:kube-apiserver-client-approver", "system:certificates.k8s.io:kube-apiserver-client-kubelet-approver",
	"system:certificates.k8s.io:kubelet-serving-approver", "system:certificates.k8s.io:legacy-unknown-approver",
	"system:controller:certificate-controller", "system:controller:clusterrole-aggregation-controller",
	"system:controller:disruption-controller", "system:controller:generic-garbage-collector",
	"system:controller:horizontal-pod-autoscaler", "system:controller:namespace-controller",
	"system:controller:resourcequota-controller", "system:controller:storage-version-migrator-controller",
	"system:controller:kube-apiserver-serving-clustertrustbundle-publisher",
	"system:discovery", "system:kube-controller-manager", "system:kubelet-api-admin", "system:monitoring", "system:node",
}

rules := list(object.get(role, "rules", []))

# Values of a rule's field, in words.
values(rule, field) := [review.text(value) | some value in list(object.get(rule, field, []))]

quoted(texts) := concat("", ["'", concat("', '", texts), "'"])

findings contains {"path": path, "problem": problem, "remedy": "name each of them"} if {
	some index, rule in rules
	some field in ["apiGroups", "resources", "verbs", "nonResourceURLs"]
	wildcards := [value | some value in values(rule, field); contains(value, "*")]
	count(wildcards) > 0
	path := concat(".", [review.element("rules", index), field])
	problem := concat("", [path, " has ", quoted(wildcards), ", which also grants what is installed later"])
}

findings contains {"path": path, "problem": problem, "remedy": "change roles and bindings through the reviewed pipeline"} if {
	some index, rule in rules
	verbs := [verb | some verb in values(rule, "verbs"); gives_others(verb)]
	count(verbs) > 0
	path := concat(".", [review.element("rules", index), "verbs"])
	problem := concat("", [path, " has ", quoted(verbs), ", which gives what another role or subject has"])
}

gives_others(verb) if verb in {"bind", "escalate", "impersonate"}

# Impersonation says what it may do behind a colon, too.
gives_others(verb) if {
	some prefix in ["impersonate:", "impersonate-on:"]
	startswith(verb, prefix)
}

# Ways to more rights than a rule names; a wildcard in their place is found as one.
ways := [
	{
		"group": "", "resources": ["nodes/proxy"], "verbs": {"create", "delete", "get", "patch", "update"},
		"leads": "runs commands in every pod of a node, past admission and the audit log",
	},
	{"group": "", "resources": ["serviceaccounts/token"], "verbs": {"create"}, "leads": "makes its holder any workload"},
	{
		"group": "certificates.k8s.io", "resources": ["certificatesigningrequests/approval"], "verbs": {"patch", "update"},
		"leads": "makes its holder any user and group",
	},
	{
		"group": "certificates.k8s.io", "resources": ["signers"], "verbs": {"approve", "attest", "sign"},
		"leads": "makes its holder any user and group",
	},
	{
		"group": "rbac.authorization.k8s.io", "resources": ["clusterrolebindings", "clusterroles", "rolebindings", "roles"],
		"verbs": {"create", "patch", "update"}, "leads": "changes who may do what",
	},
	{
		"group": "admissionregistration.k8s.io",
		"resources": [
			"mutatingadmissionpolicies", "mutatingadmissionpolicybindings", "mutatingwebhookconfigurations",
			"validatingadmissionpolicies", "validatingadmissionpolicybindings", "validatingwebhookconfigurations",
		],
		"verbs": {"create", "delete", "deletecollection", "patch", "update"}, "leads": "decides what every request may contain",
	},
]

# Groups of which every change leads to more, whatever the resource: constraints are resources that somebody names, and without them no policy is left.
group_ways := [
	{
		"groups": [
			"config.gatekeeper.sh", "constraints.gatekeeper.sh", "expansion.gatekeeper.sh", "externaldata.gatekeeper.sh",
			"mutations.gatekeeper.sh", "syncset.gatekeeper.sh", "templates.gatekeeper.sh",
		],
		"leads": "lifts or rewrites the admission policies",
	},
	{
		"groups": ["apiextensions.k8s.io", "apiregistration.k8s.io"],
		"leads": "puts a server of its own behind the API, or takes a kind away with its objects",
	},
]

findings contains {"path": path, "problem": problem, "remedy": "leave it to the component that it is made for"} if {
	some index, rule in rules
	granted := array.concat([text | some way in ways; text := granted_way(rule, way)], [text | some way in group_ways; text := granted_group(rule, way)])
	count(granted) > 0
	path := concat(".", [review.element("rules", index), "resources"])
	problem := concat("", [path, " grants ", concat("; ", granted)])
}

granted_way(rule, way) := concat("", [concat(", ", resources), ", which ", way.leads]) if {
	way.group in values(rule, "apiGroups")
	resources := [resource | some resource in way.resources; resource in values(rule, "resources")]
	count(resources) > 0
	some verb in way.verbs
	verb in values(rule, "verbs")
}

granted_group(rule, way) := concat("", [concat(", ", resources), " in ", concat(", ", groups), ", which ", way.leads]) if {
	resources := values(rule, "resources")
	count(resources) > 0
	groups := [group | some group in way.groups; group in values(rule, "apiGroups")]
	count(groups) > 0
	some verb in ["create", "delete", "deletecollection", "patch", "update"]
	verb in values(rule, "verbs")
}

# What the label spreads, everybody with the role view has.
for_viewers if role.metadata.labels[view_label] == "true"

unlabel := concat(" ", ["remove the label", view_label])

findings contains {"path": path, "problem": concat("", [path, " gives everybody with the ClusterRole 'view' more than reading"]), "remedy": unlabel} if {
	for_viewers
	some index, rule in rules
	some verb in values(rule, "verbs")
	not verb in {"get", "list", "watch"}
	path := concat(".", [review.element("rules", index), "verbs"])
}

findings contains {"path": path, "problem": concat("", [path, " gives everybody with the ClusterRole 'view' the Secrets"]), "remedy": unlabel} if {
	for_viewers
	some index, rule in rules
	"" in values(rule, "apiGroups")
	"secrets" in values(rule, "resources")
	path := concat(".", [review.element("rules", index), "resources"])
}

findings contains {"path": path, "problem": problem, "remedy": "select by a label that only its parts have"} if {
	some index, selector in list(object.get(role, ["aggregationRule", "clusterRoleSelectors"], []))
	takes_built_ins(selector)
	path := review.element("aggregationRule.clusterRoleSelectors", index)
	problem := concat("", [path, " takes the rules of Kubernetes' own roles as well"])
}

# By which Kubernetes tells its own roles, and those that are put together to admin and edit.
own_labels := {
	"kubernetes.io/bootstrapping", "rbac.authorization.k8s.io/aggregate-to-admin",
	"rbac.authorization.k8s.io/aggregate-to-edit",
}

takes_built_ins(selector) if {
	some key, value in selector.matchLabels
	key in own_labels
	value != null
}

takes_built_ins(selector) if {
	some expression in selector.matchExpressions
	expression.key in own_labels
}

takes_built_ins(selector) if {
	count([key | some key, value in selector.matchLabels; value != null]) == 0
	count([key | some expression in selector.matchExpressions; key := expression.key; not expression.operator in {"DoesNotExist", "NotIn"}]) == 0
}
