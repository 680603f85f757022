package hipaa.storage_encryption

import data.lib.pods
import data.lib.review

storage_classes := object.get(object.get(input, "parameters", {}), "storageClasses", [])

# It wins over the field (Kubernetes, GetPersistentVolumeClaimClass).
class_key := "volume.beta.kubernetes.io/storage-class"

bound_key := "pv.kubernetes.io/bound-by-controller"

violation contains review.violation(finding, "EN3, 45 CFR 164.312(a)(2)(iv)") if {
	not review.passed_over
	not unchanged
	some finding in findings
}

findings contains {"path": path, "problem": problem, "remedy": concat("", ["name one of: ", concat(", ", storage_classes)])} if {
	some place, claim in claims(input.review.object)
	not claim.class in storage_classes
	path := concat("", [place, claim.place])
	problem := concat("", [path, flaw(claim.class)])
}

findings contains {"path": path, "problem": problem, "remedy": "remove it, and let the class make the volume"} if {
	some place, claim in claims(input.review.object)
	claim.volume != ""
	not bound(claim)
	path := concat("", [place, "spec.volumeName"])
	problem := concat("", [path, " takes a volume that was made by hand: nobody judged how it is encrypted"])
}

findings contains {"path": "provisioner", "problem": problem, "remedy": "use ebs.csi.aws.com, or take the class off the list"} if {
	listed_class
	provisioner := object.get(input.review.object, "provisioner", "")
	provisioner != "ebs.csi.aws.com"
	problem := concat("", ["provisioner is '", review.text(provisioner), "': nobody judged how its volumes are encrypted"])
}

findings contains {"path": "parameters.encrypted", "problem": "parameters.encrypted is not 'true'", "remedy": "set it to 'true'"} if {
	listed_class
	not encrypted
}

findings contains {"path": "parameters.kmsKeyId", "problem": "parameters.kmsKeyId is no key of yours", "remedy": "name the ARN of your key, or of its alias"} if {
	listed_class
	not own_key
}

flaw(class) := " is missing: the default class decides, which may be one that does not encrypt" if class == null

flaw(class) := " is empty: no class makes the volume, and nobody judged how it is encrypted" if class == ""

flaw(class) := concat("", [" names '", review.text(class), "', which is no class that encrypts"]) if not class in {"", null}

# What asks for volumes, by the path that its fields stand below: a claim itself, and everything that makes claims.
claims(obj) := object.union_n([own(obj), of_stateful_set(obj), of_pods(obj)])

own(obj) := {"": claim_of(obj) | obj.kind == "PersistentVolumeClaim"}

of_stateful_set(obj) := {path: claim_of(template) |
	some index, template in object.get(obj, ["spec", "volumeClaimTemplates"], [])
	path := concat("", [review.element("spec.volumeClaimTemplates", index), "."])
}

of_pods(obj) := {path: claim_of(template) |
	some place, spec in pods.specs(obj)
	some index, volume in object.get(spec, "volumes", [])
	template := object.get(volume, ["ephemeral", "volumeClaimTemplate"], null)
	template != null
	path := concat("", [review.element(concat(".", [place, "volumes"]), index), ".ephemeral.volumeClaimTemplate."])
}

# Of each what is judged: the class, and where it is named, and what it takes by name.
claim_of(obj) := {
	"class": class_of(obj),
	"place": class_place(obj),
	"volume": volume_of(obj),
	"mark": annotation(obj, bound_key),
}

default annotation(_, _) := null

annotation(obj, key) := obj.metadata.annotations[key]

class_of(obj) := annotation(obj, class_key) if named_by_annotation(obj)

class_of(obj) := field_of(obj) if not named_by_annotation(obj)

default field_of(_) := null

field_of(obj) := obj.spec.storageClassName

named_by_annotation(obj) if annotation(obj, class_key) != null

class_place(obj) := concat("", ["metadata.annotations[", class_key, "]"]) if named_by_annotation(obj)

class_place(obj) := "spec.storageClassName" if not named_by_annotation(obj)

default volume_of(_) := ""

volume_of(obj) := obj.spec.volumeName if obj.spec.volumeName != null

bound(claim) if {
	input.review.object.kind == "PersistentVolumeClaim"
	claim.mark == "yes"
	binds
}

# Whether the mark was forged, the audit and the gate can't see: they know no request.
binds if object.get(input.review, "operation", "") == ""

# Kubernetes itself names the volume of a claim, in an update, and marks that it did so.
binds if {
	input.review.operation == "UPDATE"
	input.review.userInfo.username in {"system:serviceaccount:kube-system:persistent-volume-binder", "system:kube-controller-manager"}
}

listed_class if {
	input.review.object.kind == "StorageClass"
	input.review.object.metadata.name in storage_classes
}

# The driver reads the names of parameters in any case, and of two that are alike either may win.
parameter(name) := {value |
	some key, value in input.review.object.parameters
	lower(key) == name
}

encrypted if parameter("encrypted") == {"true"}

own_key if {
	keys := parameter("kmskeyid")
	count(keys) > 0
	every key in keys {
		regex.match(`^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/[A-Za-z0-9/_-]+$`, key)
		not contains(key, ":alias/aws/")
	}
}

# Such an update brings nothing new, and refusing it would stop what mends: scaling an old StatefulSet down, or removing a finalizer.
unchanged if {
	input.review.operation == "UPDATE"
	judged_part(input.review.oldObject) == judged_part(input.review.object)
}

judged_part(obj) := {"claims": claims(obj), "provisioner": object.get(obj, "provisioner", null), "parameters": object.get(obj, "parameters", null)}
