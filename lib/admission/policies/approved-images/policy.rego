package hipaa.approved_images

import data.lib.pods
import data.lib.review

registries := object.get(input, ["parameters", "registries"], [])

# A host, a repository below it, perhaps a tag, and the digest: the same form as the library's own isImageByDigest. Runtimes tell a host from
# the first part of a repository by its dot or port, which RE2 cannot look ahead for.
by_digest := concat("", [
	`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[1-9][0-9]{0,4})?`,
	`(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)+(:[0-9A-Za-z_][0-9A-Za-z_.-]{0,127})?@sha256:[a-f0-9]{64}$`,
])

violation contains {"msg": msg, "details": {"path": finding.path}} if {
	judged
	some finding in findings
	msg := concat("", [
		review.title(input.review.object), ": ", finding.path, " ", finding.problem, ": ", finding.remedy,
		" (PS3, 45 CFR 164.308(a)(5)(ii)(B))",
	])
}

findings contains {"path": path, "problem": problem, "remedy": "use registry/repository@sha256:digest"} if {
	some path, image in images(input.review.object)
	not full(image)
	problem := concat("", ["is no full reference with a digest, '", review.text(image), "'"])
}

findings contains {"path": path, "problem": problem, "remedy": "take it from one of them"} if {
	some path, image in images(input.review.object)
	full(image)
	not of_registry(image)
	problem := concat("", ["is of no approved registry, '", image, "'"])
}

judged if {
	not review.deleting
	not unchanged
}

# An update that leaves what is judged as it was brings nothing new, and refusing it would stop what mends: scaling the ReplicaSet of
# an older revision down, or removing a finalizer. The audit knows no older object, and reports.
unchanged if {
	input.review.operation == "UPDATE"
	images(input.review.oldObject) == images(input.review.object)
}

# Every image that is pulled for the pods of an object, by its path. A volume of an image brings programs as a container does.
images(obj) := object.union(
	{concat(".", [place, "image"]): object.get(container, "image", "") |
		some place, container in pods.containers(obj)
	},
	{concat(".", [path, "image.reference"]): object.get(volume.image, "reference", "") |
		some place, spec in pods.specs(obj)
		some index, volume in object.get(spec, "volumes", [])
		is_object(volume.image)
		path := review.element(concat(".", [place, "volumes"]), index)
	},
)

# A name without a registry's host, such as nginx, means docker.io.
full(image) if {
	regex.match(by_digest, image)
	regex.match(`[.:]`, split(image, "/")[0])
}

# The slash keeps a registry from standing for hosts and repositories that begin like it.
of_registry(image) if {
	some registry in registries
	startswith(image, concat("", [registry, "/"]))
}
