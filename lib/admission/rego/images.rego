package lib.images

import data.lib.pods
import data.lib.review

# What is pulled for the pods of an object, by its path. A volume of an image brings programs as a container does.
images(obj) := object.union(
	{concat(".", [place, "image"]): image(text(container, ["image"]), holder("container", container)) |
		some place, container in pods.containers(obj)
	},
	{concat(".", [path, "image.reference"]): image(text(volume, ["image", "reference"]), holder("volume", volume)) |
		some place, spec in pods.specs(obj)
		some index, volume in object.get(spec, "volumes", [])
		volume.image != null
		path := review.element(concat(".", [place, "volumes"]), index)
	},
)

# In a message, an image is one line: ValidatingAdmissionPolicies take no other.
image(name, of) := {"text": name, "shown": replace(name, "\n", " "), "of": of}

holder(kind, value) := concat("", [kind, " '", text(value, ["name"]), "'"])

# A field in words; one that is absent or null is empty.
default text(_, _) := ""

text(value, field) := review.text(found) if {
	found := object.get(value, field, null)
	found != null
}
