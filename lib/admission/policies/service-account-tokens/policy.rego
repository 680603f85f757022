package hipaa.service_account_tokens

import data.lib.pods
import data.lib.review

allowed_accounts := object.get(input, ["parameters", "allowedServiceAccounts"], [])

api_audiences := object.get(input, ["parameters", "apiAudiences"], [])

# What the API server is called in tokens that are for it.
api_server := `^(https://)?kubernetes([.]default([.]svc([.][a-z0-9.-]+)?)?)?$`

# They put a default ServiceAccount into every namespace, without the field, and try again for ever.
controllers := {"system:serviceaccount:kube-system:service-account-controller", "system:kube-controller-manager"}

kind := input.review.object.kind

violation contains review.violation(finding, "AC12, 45 CFR 164.312(a)(1), CIS Kubernetes 5.1.5, 5.1.6") if {
	not review.passed_over
	not unchanged
	some finding in findings
}

# A template without a specification has no field either.
specs := {place: object.get({"null": {}}, type_name(found), found) |
	not kind in {"Secret", "ServiceAccount"}
	some place, found in pods.specs(input.review.object)
}

findings contains {"path": path, "problem": problem, "remedy": "set it to false"} if {
	some place, spec in specs
	not allowed(account_of(spec))
	object.get(spec, "automountServiceAccountToken", true) != false
	path := concat(".", [place, "automountServiceAccountToken"])
	problem := concat("", [path, " is not false, and may give the pod a token of ServiceAccount '", account_of(spec), "'"])
}

findings contains {
	"path": "automountServiceAccountToken",
	"problem": "automountServiceAccountToken is not false, and gives pods a token that do not ask for it",
	"remedy": "set it to false",
} if {
	kind == "ServiceAccount"
	not allowed(own_name)
	not made_by_controller
	object.get(input.review.object, "automountServiceAccountToken", true) != false
}

findings contains {"path": "type", "problem": "type makes it a token that never ends", "remedy": "remove it, and let pods have tokens that end"} if {
	input.review.object.type == "kubernetes.io/service-account-token"
}

findings contains {"path": path, "problem": problem, "remedy": "name whom else the token is for, or remove it"} if {
	some place, spec in specs
	not allowed(account_of(spec))
	some position, volume in object.get(spec, "volumes", [])
	some index, source in object.get(volume, ["projected", "sources"], [])
	token := object.get(source, "serviceAccountToken", null)
	token != null
	opens(text(token, "audience"))
	sources := concat(".", [review.element(concat(".", [place, "volumes"]), position), "projected.sources"])
	path := concat(".", [review.element(sources, index), "serviceAccountToken.audience"])
	problem := concat("", [path, " of volume '", text(volume, "name"), "' is the API server's, by name or by default"])
}

# The API server takes a token for itself; without an audience it is made for it.
opens("")

opens(audience) if audience in api_audiences

opens(audience) if regex.match(api_server, audience)

# The default one is everybody's, and never.
allowed(account) if {
	account != "default"
	some entry in allowed_accounts
	entry.namespace == object.get(input.review.object, ["metadata", "namespace"], "")
	entry.name == account
}

# The newer field wins.
default account_of(_) := "default"

account_of(spec) := text(spec, "serviceAccountName") if text(spec, "serviceAccountName") != ""

account_of(spec) := text(spec, "serviceAccount") if {
	text(spec, "serviceAccountName") == ""
	text(spec, "serviceAccount") != ""
}

own_name := text(object.get(input.review.object, "metadata", {}), "name")

made_by_controller if {
	input.review.operation == "CREATE"
	own_name == "default"
	input.review.userInfo.username in controllers
}

# A field in words; one that is absent or null is empty.
default text(_, _) := ""

text(holder, field) := review.text(holder[field]) if holder[field] != null

# An update that leaves what is judged as it was brings nothing new, and refusing it would stop what mends.
unchanged if {
	not kind in {"Secret", "ServiceAccount"}
	pods.unchanged
}

unchanged if {
	input.review.operation == "UPDATE"
	kind in {"Secret", "ServiceAccount"}
	judged_part(input.review.object) == judged_part(input.review.oldObject)
}

judged_part(obj) := [object.get(obj, "type", ""), object.get(obj, "automountServiceAccountToken", true)]
