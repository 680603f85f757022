package hipaa.ingress_tls

import data.lib.review

ingress := input.review.object

entries := object.get(ingress, ["spec", "tls"], [])

rules := object.get(ingress, ["spec", "rules"], [])

# A certificate of the controller's choice is no certificate of this host.
has_certificate(entry) if not object.get(entry, "secretName", "") in {"", null}

# An Application Load Balancer reads no Secret, but the certificate that its annotation names.
has_certificate(_) if served_by_load_balancer(ingress)

violation contains review.violation(finding, "TX1, 45 CFR 164.312(e)(2)(ii)") if {
	judged
	some finding in findings
}

findings contains {"path": path, "problem": problem, "remedy": "add the host to an entry that has a secretName"} if {
	some index, rule in rules
	host := host_of(rule)
	host != ""
	not covered(host)
	path := concat(".", [review.element("spec.rules", index), "host"])
	problem := concat("", ["no entry of spec.tls covers host '", host, "' with a certificate"])
}

findings contains {"path": path, "problem": problem, "remedy": "give the rule a host"} if {
	some index, rule in rules
	host_of(rule) == ""
	path := review.element("spec.rules", index)
	problem := concat("", [path, " has no host: it answers every name, and no certificate covers every name"])
}

findings contains {
	"path": "spec.defaultBackend",
	"problem": "spec.defaultBackend answers every name, and no certificate covers every name",
	"remedy": "give each host a rule of its own",
} if {
	not object.get(ingress, ["spec", "defaultBackend"], null) == null
}

# A controller may take the first entry that names a host: one without a certificate would shadow another that has it.
findings contains {"path": path, "problem": problem, "remedy": "name the Secret of the certificate"} if {
	some index, entry in entries
	not has_certificate(entry)
	path := review.element("spec.tls", index)
	problem := concat("", [path, " has no secretName: its certificate is whatever the controller falls back on"])
}

findings contains {"path": "spec.tls", "problem": "spec.tls is empty", "remedy": "add an entry with the hosts and a secretName"} if {
	empty(rules)
	empty(entries)
}

findings contains {"path": path, "problem": problem, "remedy": remedy} if {
	some [key, effect, remedy] in plaintext(ingress)
	path := concat("", ["metadata.annotations[", key, "]"])
	problem := concat("", ["annotation ", key, " ", effect])
}

findings contains {
	"path": path,
	"problem": concat("", [path, " is 'istio', whose gateway serves every host in plain HTTP besides"]),
	"remedy": "use a Gateway of Istio with httpsRedirect, or another class",
} if {
	some [path, "istio"] in class_places(ingress)
}

judged if {
	not review.passed_over
	not unchanged
}

# An update that leaves what is judged as it was brings nothing new, and refusing it would stop what mends: scaling the ReplicaSet of
# an older revision down, or removing a finalizer. The audit knows no older object, and reports.
unchanged if {
	input.review.operation == "UPDATE"
	judged_part(input.review.oldObject) == judged_part(input.review.object)
}

judged_part(obj) := {"spec": object.get(obj, "spec", null), "annotations": {key: value |
	some key, value in annotations(obj)
	judged_annotation(key)
}}

judged_annotation(key) if endswith(key, "/ssl-redirect")

judged_annotation(key) if names_others(key)

judged_annotation(key) if key in {class_key, arn_key, ports_key, allow_key, points_key, cilium_key}

default host_of(_) := ""

host_of(rule) := lower(rule.host)

covered(host) if {
	some entry in entries
	has_certificate(entry)
	some name in object.get(entry, "hosts", [])
	covers(lower(name), host)
}

covers(name, host) if name == host

# A wildcard stands for exactly one label: *.example.com covers a.example.com, not example.com and not a.b.example.com.
covers(name, host) if {
	startswith(name, "*.")
	substring(name, 1, -1) == substring(host, indexof(host, "."), -1)
}

class_key := "kubernetes.io/ingress.class"

arn_key := "alb.ingress.kubernetes.io/certificate-arn"

ports_key := "alb.ingress.kubernetes.io/listen-ports"

allow_key := "kubernetes.io/ingress.allow-http"

points_key := "traefik.ingress.kubernetes.io/router.entrypoints"

cilium_key := "ingress.cilium.io/force-https"

redirect_key := "alb.ingress.kubernetes.io/ssl-redirect"

default annotations(_) := {}

annotations(obj) := obj.metadata.annotations if is_object(obj.metadata.annotations)

annotation(obj, key) := review.text(annotations(obj)[key])

# Where both places name a class, controllers differ in which they heed, and the API server refuses that on creation alone.
classes(obj) := {class |
	some [_, class] in class_places(obj)
	not class in {"", null}
}

class_places(obj) := {
	["spec.ingressClassName", object.get(obj, ["spec", "ingressClassName"], null)],
	[concat("", ["metadata.annotations[", class_key, "]"]), object.get(annotations(obj), class_key, null)],
}

# What the AWS Load Balancer Controller, and no other, makes of an Ingress: listeners with the certificates of the annotation, for HTTPS, and for what
# redirects to it.
served_by_load_balancer(obj) if {
	object.get(obj, ["spec", "ingressClassName"], "") == "alb"
	classes(obj) == {"alb"}
	names_certificate(obj)
	count(load_balancer(obj)) == 0
}

names_certificate(obj) if startswith(trim_space(annotation(obj, arn_key)), "arn:")

# How annotations, or the lack of one, serve a host with TLS in clear as well: [annotation, effect, remedy].
plaintext(obj) := union({redirects(obj), aliases(obj), load_balancer(obj), google(obj), traefik(obj)})

# nginx.ingress.kubernetes.io/ssl-redirect and its like of other controllers.
redirects(obj) := {[key, "switches the redirect to HTTPS off", "remove the annotation"] |
	some key, _ in annotations(obj)
	switches_redirect(key)
	lower(trim_space(annotation(obj, key))) in {"false", "f", "0", "no", "off", "disabled"}
}

switches_redirect(key) if key == cilium_key

switches_redirect(key) if {
	endswith(key, "/ssl-redirect")
	key != redirect_key
}

# Of ingress-nginx and HAProxy: the redirect is for names that have a certificate.
aliases(obj) := {[key, "serves other names, for which no certificate is known, in plain HTTP", "give each name a rule of its own"] |
	some key, _ in annotations(obj)
	names_others(key)
}

names_others(key) if regex.match(`/(server-alias|server-alias-regex)$`, key)

load_balancer(obj) := {[ports_key, "opens a listener for plain HTTP, or none that is known", remedy] |
	ports := annotation(obj, ports_key)
	not encrypts(obj, ports)
	remedy := "list HTTPS alone: '[{\"HTTPS\":443}]'"
} | {[ports_key, "is missing, as is a certificate, and the load balancer listens for plain HTTP", remedy] |
	"alb" in classes(obj)
	not annotation(obj, ports_key)
	not names_certificate(obj)
	remedy := "list HTTPS alone: '[{\"HTTPS\":443}]'"
}

# The whole text is compared, as CEL knows no JSON: what is written otherwise is refused, a listener that is named twice in one entry as well.
encrypts(obj, ports) if {
	regex.match(
		`^[ \n]*\[[ \n]*\{[ \n]*"HTTPS?"[ \n]*:[ \n]*[1-9][0-9]{0,4}[ \n]*\}[ \n]*(,[ \n]*\{[ \n]*"HTTPS?"[ \n]*:[ \n]*[1-9][0-9]{0,4}[ \n]*\}[ \n]*)*\][ \n]*$`,
		ports,
	)
	contains(ports, `"HTTPS"`)
	not serves_plain_http(obj, ports)
}

# With an ssl-redirect, such a listener does nothing but redirect (AWS Load Balancer Controller).
serves_plain_http(obj, ports) if {
	contains(ports, `"HTTP"`)
	not regex.match(`^[1-9][0-9]{0,4}$`, object.get(annotations(obj), redirect_key, ""))
}

google(obj) := {[allow_key, "is not 'false', and the load balancer of Google listens for plain HTTP", "set it to 'false'"] |
	allows_http(obj)
}

allows_http(obj) if annotation(obj, allow_key) != "false"

allows_http(obj) if {
	count(classes(obj) & {"gce", "gce-internal"}) > 0
	not annotation(obj, allow_key)
}

traefik(obj) := {[points_key, "names an entry point that is not 'websecure'", "name websecure alone"] |
	some point in split(annotation(obj, points_key), ",")
	trim_space(point) != "websecure"
} | {[points_key, "is missing, and Traefik answers at its entry point for plain HTTP too", "name websecure alone"] |
	"traefik" in classes(obj)
	not annotation(obj, points_key)
}

empty(list) if count(list) == 0

empty(list) if list == null
