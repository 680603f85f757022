package hipaa.plaintext_secrets

import data.lib.pods
import data.lib.review

# Values that are secret material whatever they are called.
patterns := {
	"a private key": `-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----`,
	"an AWS access key": `\b(AKIA|ASIA)[0-9A-Z]{16}\b`,
	"a GitHub token": `\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})`,
	"a Slack token": `\bxox[abeprs]-[A-Za-z0-9-]{10,}`,
	"a Google API key": `\bAIza[0-9A-Za-z_-]{35}`,
	"a Stripe key": `\b[rs]k_live_[0-9A-Za-z]{16,}`,
	"a signed token": `\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}`,
	"a URL with a password": `[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@"']*:[^/\s@"'$<{*][^/\s@"']*@`,
	"a connection string with a password": `(?i)(^|;)\s*(password|pwd)\s*=\s*[^;\s"'$<{*]`,
}

# Names whose last word is a secret, but for words that tell copies and encodings apart: DB_PASSWORD, clientSecret, api-token.prod;
# not passwordFile, tokenUrl, SECRET_NAME or max-tokens, which are about a secret.
secret_words := concat("", [
	`(?:passw(?:or)?d|passphrase|passcode|(?:^|[^A-Za-z0-9])pass|pwd|secret|token|credentials?|creds`,
	`|(?:access|account|api|auth|encryption|master|private|secret|shared|signing|ssh)[-_.]?key)`,
	`(?:[-_.]?(?:value|text|txt|plain|b64|base64|dev|test|stage|staging|prod|production|live|old|new|previous|current|primary|secondary|[0-9]+))*`,
])

secret_name := concat("", ["(?i)", secret_words, "$"])

# Values that are no secret, though their name says so: nothing, a switch, a path, a reference that something else resolves.
harmless := {
	`(?i)^\s*(true|false|yes|no|on|off|none|null|nil|~)?\s*$`,
	`^(/[a-z0-9._-]+)*/?$`,
	`^/(etc|home|mnt|opt|run|secrets|srv|tmp|usr|var|vault)/\S+$`,
	`^\*+$`,
	`^<[^<>]+>$`,
	`^\$\([A-Za-z_][A-Za-z0-9_.-]*\)$`,
	`^\$[A-Za-z_][A-Za-z0-9_]*$`,
	`^\$\{(env:|file:)?[A-Za-z0-9_./-]+(:-?)?\}$`,
	`^\{\{[^{}"']+\}\}$`,
	`^arn:aws[a-z-]*:(secretsmanager|ssm):\S+$`,
	`^vault:[^#\s]+#\S+$`,
}

# Files whose lines give names to values; scripts are left out, as they compute what they assign.
config_file := `\.(properties|env|ini|conf|cfg|cnf|toml|yaml|yml|json)$`

# The lines that may assign a secret, found in one go: a large file has many lines.
secret_line := concat("", [`(?im)^.*`, secret_words, `["']?[ \t]*[:=].*$`])

comment := `^\s*(#|;|//)`

assignment := `["']?([A-Za-z0-9_.-]+)["']?[ \t]*[:=][ \t]*("[^"]*"|'[^']*'|[^\s,;#"'{}\[\]|>&!][^\s,;]*)`

allowed_names := object.get(input, ["parameters", "allowedNames"], [])

extra_patterns := object.get(input, ["parameters", "extraPatterns"], [])

violation contains {"msg": msg, "details": {"path": finding.path}} if {
	judged
	some finding in findings

	# The value itself stays out of the message, which reaches logs and events.
	msg := concat("", [
		review.title(input.review.object), ": ", finding.path, " ", finding.problem,
		": keep it in a secret store and refer to it (PS4, 45 CFR 164.312(a)(1))",
	])
}

findings contains {"path": held.path, "problem": problem} if {
	some held in texts
	some what, pattern in patterns
	shows(pattern, held.text)
	problem := concat("", ["holds ", what])
}

findings contains {"path": held.path, "problem": "holds what an extra pattern of the constraint names"} if {
	some held in texts
	some pattern in extra_patterns
	shows(pattern, held.text)
}

# What cannot be judged is refused.
findings contains {"path": path, "problem": "is no RE2 expression"} if {
	some index, pattern in extra_patterns
	not regex.is_valid(pattern)
	path := review.element("the constraint's extraPatterns", index)
}

findings contains {"path": given.path, "problem": problem} if {
	some given in literals
	regex.match(secret_name, given.name)
	not given.name in allowed_names
	not is_harmless(given.text)
	problem := concat("", ["gives '", given.name, "' a literal value"])
}

judged if {
	not review.deleting
	not unchanged
}

# An update that leaves what is judged as it was brings nothing new, and refusing it would stop what mends: scaling the ReplicaSet of
# an older revision down, or removing a finalizer. The audit knows no older object, and reports.
unchanged if {
	input.review.operation == "UPDATE"
	judged_part(input.review.oldObject) == judged_part(input.review.object)
}

judged_part(obj) := {"data": object.get(obj, "data", null), "binaryData": object.get(obj, "binaryData", null), "containers": pods.containers(obj)}

# Data of other kinds is not judged: a Secret's is where it belongs.
config_map := input.review.object if input.review.object.kind == "ConfigMap"

# Every name with the text that it is given, by an object's own fields.
fields contains {"path": path, "name": key, "text": review.text(value)} if {
	some field in ["data", "binaryData"]
	some key, value in config_map[field]
	path := concat("", [field, "[", key, "]"])
}

fields contains {"path": path, "name": review.text(variable.name), "text": review.text(variable.value)} if {
	some place, container in pods.containers(input.review.object)
	some index, variable in container.env
	path := concat(".", [review.element(concat(".", [place, "env"]), index), "value"])
}

# The command line of every container, by its path.
command_lines[path] := container[list] if {
	some place, container in pods.containers(input.review.object)
	some list in ["command", "args"]
	path := concat(".", [place, list])
}

texts contains {"path": field.path, "text": field.text} if some field in fields

texts contains {"path": review.element(path, index), "text": review.text(argument)} if {
	some path, arguments in command_lines
	some index, argument in arguments
}

literals contains field if some field in fields

# DB_PASSWORD=... in a file of a ConfigMap.
literals contains {"path": field.path, "name": name, "text": text} if {
	some field in fields
	regex.match(config_file, lower(field.name))
	some [line] in regex.find_all_string_submatch_n(secret_line, field.text, -1)
	not regex.match(comment, line)
	some [_, name, quoted] in regex.find_all_string_submatch_n(assignment, line, -1)
	text := trim(quoted, `"'`)
}

# --db-password=...
literals contains {"path": held.path, "name": name, "text": text} if {
	some held in texts
	some [_, name, text] in regex.find_all_string_submatch_n(`^--?([A-Za-z0-9_.-]+)=((?s).*)$`, held.text, -1)
}

# --db-password ...
literals contains {"path": review.element(path, index + 1), "name": name, "text": text} if {
	some path, arguments in command_lines
	some index, flag in arguments
	some [_, name] in regex.find_all_string_submatch_n(`^--?([A-Za-z0-9_.-]+)$`, flag, -1)
	text := arguments[index + 1]
	not startswith(text, "-")
}

shows(pattern, text) if regex.match(pattern, text)

# Encoding hides nothing: kubectl itself writes binaryData in base64. What is no base64 decodes to nothing.
shows(pattern, text) if regex.match(pattern, base64.decode(text))

is_harmless(text) if {
	some pattern in harmless
	regex.match(pattern, text)
}
