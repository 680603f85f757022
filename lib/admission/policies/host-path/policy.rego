package hipaa.host_path

import data.lib.pods
import data.lib.review

# Namespaces whose claims are of PHI; without any, each is.
claimants := object.get(input, ["parameters", "phiNamespaces"], [])

# What reaches the node's disk, by field.
reaches := {"hostPath": "is a folder of the node", "local": "is a folder or a disk of the node"}

# Drivers that give out folders of the node.
drivers := {"hostpath.csi.k8s.io", "kubevirt.io.hostpath-provisioner"}

remedy := "claim storage of an encrypted StorageClass"

violation contains review.violation(finding, "PS1, 45 CFR 164.312(a)(1), CIS Kubernetes 5.2.11") if {
	not review.passed_over
	not unchanged
	some finding in findings
}

findings contains {"path": path, "problem": problem, "remedy": remedy} if {
	some place, volume in volumes
	some field, how in reaches
	object.get(volume.source, field, null) != null
	path := concat(".", [place, field])
	problem := concat("", [path, volume.of, " ", how])
}

findings contains {"path": path, "problem": problem, "remedy": remedy} if {
	some place, volume in volumes
	driver := object.get(volume.source, ["csi", "driver"], "")
	driver in drivers
	path := concat(".", [place, "csi.driver"])
	problem := concat("", [path, volume.of, " keeps a folder of the node, ", driver])
}

volumes := object.union(of_pods, of_claims)

of_pods := {path: {"source": volume, "of": concat("", [" of volume '", review.text(object.get(volume, "name", "")), "'"])} |
	some place, spec in pods.specs(input.review.object)
	some index, volume in object.get(spec, "volumes", [])
	path := review.element(concat(".", [place, "volumes"]), index)
}

# A PersistentVolume that a claim of PHI holds, or may come to hold; no other kind has such fields there.
of_claims := {"spec": {"source": input.review.object.spec, "of": ""} | for_phi}

for_phi if count(claimants) == 0

for_phi if claimant in {"", null}

for_phi if claimant in claimants

claimant := object.get(input.review.object, ["spec", "claimRef", "namespace"], "")

# An update that leaves what is judged as it was brings nothing new, and refusing it would stop what mends. Another claim of a PersistentVolume is new.
unchanged if {
	input.review.object.kind != "PersistentVolume"
	pods.unchanged
}

unchanged if {
	input.review.object.kind == "PersistentVolume"
	input.review.operation == "UPDATE"
	input.review.object.spec == input.review.oldObject.spec
}
