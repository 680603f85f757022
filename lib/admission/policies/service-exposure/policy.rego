package hipaa.service_exposure

import data.lib.review

service := input.review.object

cert_key := "service.beta.kubernetes.io/aws-load-balancer-ssl-cert"

ports_key := "service.beta.kubernetes.io/aws-load-balancer-ssl-ports"

backend_key := "service.beta.kubernetes.io/aws-load-balancer-backend-protocol"

# The class whose controller, and no other, makes a Network Load Balancer of these annotations. EKS in Auto Mode documents none for the protocol to the pods.
network_load_balancer := "service.k8s.aws/nlb"

violation contains review.violation(finding, "TX1, 45 CFR 164.312(e)(2)(ii)") if {
	not review.passed_over
	not unchanged
	some finding in findings
}

# An address that a Service takes for itself draws whatever traffic the nodes send there (CVE-2020-8554).
findings contains {
	"path": "spec.externalIPs",
	"problem": "spec.externalIPs takes over addresses outside of the cluster, and nothing ends TLS there",
	"remedy": "remove it, and use type ClusterIP behind an Ingress with TLS",
} if {
	not object.get(service, ["spec", "externalIPs"], null) in {null, []}
}

findings contains {"path": path, "problem": problem, "remedy": "use type ClusterIP behind an Ingress with TLS"} if {
	exposed
	some index, port in object.get(service, ["spec", "ports"], [])
	not encrypted(port)
	path := review.element("spec.ports", index)
	problem := concat("", [path, " opens port ", review.text(object.get(port, "port", "")), " outside of the cluster, and nothing shows that it is TLS as far as the pods"])
}

# ExternalName opens nothing: it sends the cluster's own traffic elsewhere, which NetworkPolicies answer for.
exposed if not object.get(service, ["spec", "type"], "ClusterIP") in {"ClusterIP", "ExternalName", "", null}

# TLS to the load balancer, and a TLS of its own from there to the pods.
encrypted(port) if {
	over_tcp(port)
	ends_at_load_balancer(port)
	annotation(backend_key, "") == "ssl"
	object.get(service, ["spec", "loadBalancerClass"], "") == network_load_balancer
	starts_with_arn
	not acts_otherwise
}

# Passed through as it is, to pods that are said to speak TLS there.
encrypted(port) if {
	over_tcp(port)
	not ends_at_load_balancer(port)
	some tls in object.get(object.get(input, "parameters", {}), "tlsPorts", [])
	tls == target(port)
	object.get(port, "appProtocol", null) in {null, "", "https", "tls", "kubernetes.io/wss"}
}

over_tcp(port) if object.get(port, "protocol", "TCP") in {"TCP", null}

# Whatever controller reads the annotations: with a certificate, the load balancer decrypts the ports that are listed, and all of them where none is.
ends_at_load_balancer(port) if {
	annotation(cert_key, "") != ""
	listed(port)
}

listed(_) if not annotations[ports_key]

listed(port) if {
	some part in split(annotation(ports_key, ""), ",")
	names := {review.text(object.get(port, "port", "")), object.get(port, "name", null)} - {""}
	trim_space(part) in names
}

starts_with_arn if startswith(trim_space(annotation(cert_key, "")), "arn:")

# Actions of a listener send its traffic to other targets.
acts_otherwise if {
	some key, _ in annotations
	startswith(key, "service.beta.kubernetes.io/actions.")
}

# The port of the pods. A name means what each pod makes of it.
target(port) := number if {
	number := object.get(port, "targetPort", null)
	not number in {0, null}
}

target(port) := port.port if object.get(port, "targetPort", null) in {0, null}

default annotations := {}

annotations := service.metadata.annotations if is_object(service.metadata.annotations)

annotation(key, otherwise) := review.text(object.get(annotations, key, otherwise))

# Such an update brings nothing new, and refusing it would stop what mends: removing a finalizer, or the status that a load balancer gets.
unchanged if {
	input.review.operation == "UPDATE"
	judged_part(input.review.oldObject) == judged_part(input.review.object)
}

judged_part(obj) := {"spec": object.get(obj, "spec", null), "annotations": {key: value |
	some key, value in object.get(obj, ["metadata", "annotations"], {})
	judged_annotation(key)
}}

judged_annotation(key) if key in {cert_key, ports_key, backend_key}

judged_annotation(key) if startswith(key, "service.beta.kubernetes.io/actions.")
