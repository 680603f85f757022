package hipaa.container_resources

import data.lib.pods
import data.lib.review

# What each container has to name.
amounts := {["requests", "cpu"], ["requests", "memory"], ["limits", "memory"]} | {["limits", "cpu"] | cpu_limit}

cpu_limit if object.get(input, ["parameters", "cpuLimit"], true) != false

# A number above nothing, and its suffix.
quantity := `^[+]?([0-9]*[1-9][0-9]*[.]?[0-9]*|[0-9]*[.][0-9]*[1-9][0-9]*)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)?$`

violation contains review.violation(finding, "PS5, 45 CFR 164.306(a)(1)") if {
	pods.judged
	some finding in findings
}

findings contains {"path": path, "problem": problem, "remedy": "name an amount"} if {
	some place, container in pods.containers(input.review.object)

	# The API takes none for ephemeral containers.
	not contains(place, ".ephemeralContainers[")
	some [kind, resource] in amounts
	not of_pod(kind, resource)
	not named(container, kind, resource)
	path := concat(".", [place, "resources", kind, resource])
	problem := concat("", [path, " of container '", name(container), "' is missing or nothing"])
}

# An element that is null is a container without anything.
default name(_) := ""

name(container) := review.text(container.name)

# What the pod as a whole names; its limit is no request where a container asks for nothing.
of_pod(kind, resource) if {
	some spec in pods.specs(input.review.object)
	regex.match(quantity, review.text(object.get(spec, ["resources", kind, resource], "")))
}

named(holder, kind, resource) if regex.match(quantity, review.text(amount(holder, kind, resource)))

# A container's request that is missing is its limit: the API server writes it.
amount(holder, kind, resource) := value if {
	value := object.get(holder, ["resources", kind, resource], null)
	value != null
} else := object.get(holder, ["resources", "limits", resource], null)
