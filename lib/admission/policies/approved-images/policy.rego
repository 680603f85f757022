package hipaa.approved_images

import data.lib.images
import data.lib.pods
import data.lib.review

registries := object.get(input, ["parameters", "registries"], [])

# A host, a repository below it, perhaps a tag and a digest: the form of the library's own isImageByDigest. A name without a registry's host, such as
# nginx, means docker.io; runtimes tell a host from the first part of a repository by its dot or port, for which RE2 cannot look ahead.
full_reference := concat("", [
	`^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:[1-9][0-9]{0,4})?|[a-z0-9]([a-z0-9-]*[a-z0-9])?:[1-9][0-9]{0,4})`,
	`(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)+(:[0-9A-Za-z_][0-9A-Za-z_.-]{0,127})?(@[a-z0-9]+:[a-f0-9]{32,128})?$`,
])

violation contains review.violation(finding, "PS3, 45 CFR 164.308(a)(5)(ii)(B)") if {
	pods.judged
	some finding in findings
}

findings contains {"path": path, "problem": problem, "remedy": "use registry/repository@sha256:digest"} if {
	some path, image in images.images(input.review.object)
	not full(image.text)
	problem := concat("", [path, " of ", image.of, " is no full reference, '", image.shown, "'"])
}

findings contains {"path": path, "problem": problem, "remedy": "take it from one of them"} if {
	some path, image in images.images(input.review.object)
	full(image.text)
	not of_registry(image.text)
	problem := concat("", [path, " of ", image.of, " is of no approved registry, '", image.shown, "'"])
}

full(text) if regex.match(full_reference, text)

# The slash keeps a registry from standing for hosts and repositories that begin like it.
of_registry(text) if {
	some registry in registries
	startswith(text, concat("", [registry, "/"]))
}
