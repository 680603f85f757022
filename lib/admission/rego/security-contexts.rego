package lib.security_contexts

import data.lib.pods
import data.lib.review

# What a pod says for its containers, by its path.
of_pod(obj) := {concat(".", [place, "securityContext"]): {"whom": "every container of the pod", "fields": fields(spec)} |
	some place, spec in pods.specs(obj)
}

# What each container of every kind says for itself, by its path.
of_containers(obj) := {concat(".", [place, "securityContext"]): {"whom": whom(container), "fields": fields(container)} |
	some place, container in pods.containers(obj)
}

# The value of a field, null where nothing is said.
default given(_, _) := null

given(context, place) := object.get(context.fields, place, null)

# The elements of a list as texts; what is no list counts as its one element, as silence on it would let it in.
default texts(_, _) := []

texts(context, place) := [review.text(one) | some one in given(context, place)] if is_array(given(context, place))

texts(context, place) := [review.text(given(context, place))] if {
	not is_array(given(context, place))
	given(context, place) != null
}

# A pod of Windows may not name what Linux alone has, and no kubelet of Linux takes it.
linux(obj) if not windows(obj)

windows(obj) if {
	some spec in pods.specs(obj)
	spec.os.name == "windows"
}

default fields(_) := null

fields(holder) := holder.securityContext

whom(container) := concat("", ["container '", name(container), "'"])

default name(_) := ""

name(container) := review.text(container.name) if container.name != null
