package hipaa.image_digests

import data.lib.images
import data.lib.pods
import data.lib.review

violation contains review.violation(finding, "PS3, 45 CFR 164.308(a)(5)(ii)(B)") if {
	pods.judged
	some finding in findings
}

findings contains {"path": path, "problem": problem, "remedy": "use registry/repository@sha256:digest"} if {
	some path, image in images.images(input.review.object)
	not by_digest(image.text)
	problem := concat("", [path, " of ", image.of, " names no digest, '", image.shown, "'"])
}

# A tag can be moved to another image, a digest can't.
by_digest(text) if regex.match(`^[^@]+@sha256:[a-f0-9]{64}$`, text)
