package hipaa.read_only_root_filesystem

import data.lib.pods
import data.lib.review
import data.lib.security_contexts as contexts

violation contains review.violation(finding, "PS1, 45 CFR 164.312(a)(1)") if {
	pods.judged
	contexts.linux(input.review.object)
	some finding in findings
}

findings contains {"path": path, "problem": problem, "remedy": "set it to true, and mount an emptyDir where the program writes"} if {
	some place, context in contexts.of_containers(input.review.object)
	contexts.given(context, ["readOnlyRootFilesystem"]) != true
	path := concat(".", [place, "readOnlyRootFilesystem"])
	problem := concat("", [path, " lets ", context.whom, " write over its image"])
}
