package lib.pods

import data.lib.review

# Where the specification of the pods stands: a kind of the pack's that is none of these has a template of its own.
places := {"Pod": ["spec"], "CronJob": ["spec", "jobTemplate", "spec", "template", "spec"], "PodTemplate": ["template", "spec"]}

# The pod specification of an object, by its path.
specs(obj) := {concat(".", place): spec |
	place := object.get(places, object.get(obj, "kind", ""), ["spec", "template", "spec"])
	spec := object.get(obj, place, null)
}

lists := ["initContainers", "containers", "ephemeralContainers"]

# Every container of every kind, by its path.
containers(obj) := {path: container |
	some place, spec in specs(obj)
	some list in lists
	some index, container in object.get(spec, list, [])
	path := review.element(concat(".", [place, list]), index)
}

judged if {
	not review.passed_over
	not unchanged
}

# An update that leaves the pods as they were brings nothing new, and refusing it would stop what mends: scaling the ReplicaSet of an
# older revision down, or removing a finalizer. The audit knows no older object, and reports.
unchanged if {
	input.review.operation == "UPDATE"
	specs(input.review.oldObject) == specs(input.review.object)
}
