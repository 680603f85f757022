package hipaa.anonymous_bindings

import data.lib.review

reviewed := input.review.object

violation contains review.violation(finding, "AC14, 45 CFR 164.312(d)") if {
	not review.passed_over
	not unchanged
	some finding in findings
}

# An update that leaves who gets what as it was brings nothing new, and refusing it would stop what mends: removing a finalizer, for one.
# The audit knows no older object, and reports.
unchanged if {
	input.review.operation == "UPDATE"
	judged(input.review.oldObject) == judged(input.review.object)
}

judged(obj) := {
	"subjects": list(object.get(obj, "subjects", [])),
	"roleRef": object.get(obj, "roleRef", {}),
	"rules": list(object.get(obj, "rules", [])),
}

# Nothing for null; and what is no list counts as its one element, so that a subject in its place is no silence.
list(value) := value if is_array(value)

list(null) := []

list(value) := [value] if {
	not is_array(value)
	value != null
}

reached := {
	"system:anonymous": "callers that nobody knows",
	"system:unauthenticated": "callers that nobody knows",
	"system:authenticated": "everybody who is signed in",
}

findings contains {"path": path, "problem": problem, "remedy": "bind one group of people, or one ServiceAccount"} if {
	some index, subject in list(object.get(reviewed, "subjects", []))
	whom := reached[subject.name]
	not built_in(subject)
	path := review.element("subjects", index)
	problem := concat("", [path, " gives the ", plain("kind"), " '", plain("name"), "' to ", whom, " ('", subject.name, "')"])
}

# A field of roleRef in words; nothing where it is not there, or null.
plain(field) := text if {
	value := object.get(reviewed, ["roleRef", field], null)
	value != null
	text := review.text(value)
} else := ""

# Whom a binding may have that comes with Kubernetes under this name, with its one role.
built_ins := {
	"system:basic-user": {"system:authenticated"},
	"system:discovery": {"system:authenticated"},
	"system:public-info-viewer": {"system:authenticated", "system:unauthenticated"},
}

built_in(subject) if {
	reviewed.kind == "ClusterRoleBinding"
	name := reviewed.metadata.name
	plain("kind") == "ClusterRole"
	plain("name") == name
	subject.kind == "Group"
	subject.name in built_ins[name]
}

# What Kubernetes gives to everybody, by its own roles.
for_everybody := {
	"resources": {"selfsubjectaccessreviews", "selfsubjectreviews", "selfsubjectrulesreviews"},
	"nonResourceURLs": {
		"/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez",
		"/openapi", "/openapi/*", "/readyz", "/version", "/version/",
	},
}

findings contains {"path": path, "problem": problem, "remedy": "give it by a role of its own"} if {
	reviewed.kind == "ClusterRole"
	reviewed.metadata.name in object.keys(built_ins)
	some index, rule in list(object.get(reviewed, "rules", []))
	some field, known in for_everybody
	more := [review.text(value) | some value in list(object.get(rule, field, [])); not value in known]
	count(more) > 0
	path := concat(".", [review.element("rules", index), field])
	problem := concat("", [path, " gives everybody '", concat("', '", more), "', by the binding that comes with the role"])
}
