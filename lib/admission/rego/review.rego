package lib.review

# Deleting is never refused: it mends an object that should not be there.
deleting if input.review.operation == "DELETE"

# Kind and name for a message; an object that the API server has yet to name has a generateName only.
title(obj) := concat("", [text(object.get(obj, "kind", "Object")), " '", name(obj), "'"])

default name(_) := "(unnamed)"

name(obj) := text(obj.metadata.name) if named(obj)

name(obj) := concat("", [obj.metadata.generateName, "*"]) if {
	not named(obj)
	obj.metadata.generateName != ""
}

named(obj) if not obj.metadata.name in {"", null}

# The path of a list's element, as kubectl writes it: spec.rules[0].
element(path, index) := concat("", [path, "[", text(index), "]"])

# A value of any type in words: concat knows strings only, and a message that fails is a violation that is lost.
text(value) := value if is_string(value)

text(value) := json.marshal(value) if not is_string(value)
