package lib.pods

import data.lib.review

# Where a pod's specification stands: in a Pod; in a Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController or Job;
# in a CronJob; in a PodTemplate. Looking in every place, whatever the kind, leaves no kind out by a typing mistake.
places := [
	["spec"],
	["spec", "template", "spec"],
	["spec", "jobTemplate", "spec", "template", "spec"],
	["template", "spec"],
]

# Every pod specification of an object, by its path.
specs(obj) := {concat(".", place): spec |
	some place in places
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
