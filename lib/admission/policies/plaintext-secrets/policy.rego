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
	"a URL with a password": `[A-Za-z][A-Za-z0-9+.-]{0,40}://[^/\s:@"']*:[^/\s@"'$<{*][^/\s@"']*@`,
	# Not what is computed or filled in, nor a path.
	"a connection string with a password": `(?i)(^|[;?&])\s{0,20}(password|passwd|pwd)\s{0,20}=\s{0,20}["']?([^;&\s"'$<{*/%=\x60]|/[^a-z]|%[0-9a-f])`,
	"a password in quotes": `(?i)\s(password|passwd|pwd)[ \t]{0,20}=[ \t]{0,20}["']([^;\s"'$<{*/%\x60]|/[^a-z]|%[0-9a-f])`,
	"a connection string with an account key": `(?i)(^|[;?&"'\s])(accountkey|sharedaccesskey)[ \t]{0,20}=[ \t]{0,20}["']?([A-Za-z0-9+]|/[A-Za-z0-9+/]{20})`,
	"a data source name with a password": `[^\s:@"'=]:([^\s@"'$<{*%\x60]|%[0-9a-f])[^\s@]{0,128}@(tcp|unix)\(`,
	"a bearer token": `(?i)(^|authorization["']?[ \t]{0,20}[:=][ \t]{0,20}["']?)bearer[ \t]{1,20}[A-Za-z0-9+/=._~-]{8}`,
	# In quads, as base64 is: 'Basic authentication' is none.
	"the credentials of a request": concat("", [
		`(?i)(^|authorization["']?[ \t]{0,20}[:=][ \t]{0,20}["']?)basic[ \t]{1,20}`,
		`([A-Za-z0-9+/]{4}){1,250}([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)($|[\s"'])`,
	]),
}

# Names whose last word is a secret, but for words that tell copies and encodings apart: DB_PASSWORD, clientSecret, api-token.prod;
# not passwordFile, tokenUrl, SECRET_NAME or max-tokens, which are about a secret, and not COMPASS, BYPASS or PASS_THROUGH.
stems := concat("", [
	`passw(?:or)?d|passphrase|passcode|(?:admin|bind|db|ldap|mail|pg|redis|root|smtp|sql|ssh|user)pass|pwd|secret|token|credentials?|creds`,
	`|(?:access|account|aes|api|auth|cookie|encryption|hmac|master|private|secret|session|shared|signing|ssh)[-_.]?key`,
])

suffixes := concat("", [
	`(?:[-_.]?(?:value|text|txt|plain|b64|base64|dev|test|stage|staging`,
	`|prod|production|live|old|new|previous|current|primary|secondary|[0-9]))*`,
])

secret_names := {
	concat("", [`(?i)(?:`, stems, `|(?:^|[^A-Za-z0-9])pass)`, suffixes, "$"]),
	`[a-z]Pass[0-9]*$`,
}

# Values that are no secret, though their name says so: nothing, a switch, a path, a reference that something else resolves.
harmless := {
	`(?i)^\s*(true|false|yes|no|on|off|none|null|nil|~)?\s*$`,
	# Switches, and what browsers take for the credentials of a request; whole words that are nobody's default password.
	`(?i)^\s*(enabled|disabled|required|optional|omit|include|same-origin)\s*$`,
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
secret_line := concat("", [`(?im)^.*(?:`, stems, `|pass)`, suffixes, `["']?[ \t]*[:=].*$`])

comment := `^\s*(#|;|//)`

assignment := `["']?([A-Za-z0-9_.-]+)["']?[ \t]*[:=][ \t]*("[^"]*"|'[^']*'|[^\s,;#"'{}\[\]|>&!][^\s,;]*)`

# NAME=value in a command line, a list of options or a query; what a shell computes is none.
inline := concat("", [
	`(?:^|[\s;&|(,?"'])(?:--?)?([A-Za-z0-9_.-]+)=`,
	`("[^"$\x60]+"|'[^']+'|[^\s;&|(),"'$<{*=\x60][^\s;&|(),"'\x60]*)`,
])

one_line := `^[^\r\n]*[\r\n]*$`

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
	is_secret(given.name)
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
	some [line] in regex.find_all_string_submatch_n(secret_line, replace(field.text, "\r", "\n"), -1)
	not regex.match(comment, line)
	some [_, name, quoted] in regex.find_all_string_submatch_n(assignment, line, -1)
	text := trim(quoted, `"'`)
}

# --db-password=...
literals contains {"path": held.path, "name": name, "text": text} if {
	some held in texts
	some [_, name, text] in regex.find_all_string_submatch_n(`^--?([A-Za-z0-9_.-]+)=((?s).*)$`, held.text, -1)
}

# PGPASSWORD=... psql. Texts of several lines in a ConfigMap are files, of which scripts compute what they assign.
literals contains {"path": held.path, "name": name, "text": text} if {
	some held in texts
	is_line(held)
	some [_, name, quoted] in regex.find_all_string_submatch_n(inline, held.text, -1)
	text := trim(quoted, `"'`)
}

# --db-password ...
literals contains {"path": review.element(path, index + 1), "name": name, "text": text} if {
	some path, arguments in command_lines
	some index, flag in arguments
	some [_, name] in regex.find_all_string_submatch_n(`^--?([A-Za-z0-9_.-]+)$`, flag, -1)
	text := arguments[index + 1]
	not startswith(text, "-")
}

is_secret(name) if {
	some pattern in secret_names
	regex.match(pattern, name)
}

is_line(held) if regex.match(one_line, held.text)

is_line(_) if not config_map

shows(pattern, text) if regex.match(pattern, text)

# Encoding hides nothing: kubectl itself writes binaryData in base64. Engines differ in what they decode, so that the form is judged first.
shows(pattern, text) if {
	joined := replace(replace(text, "\n", ""), "\r", "")
	regex.match(`^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$`, joined)
	regex.match(pattern, base64.decode(joined))
}

is_harmless(text) if {
	some pattern in harmless
	regex.match(pattern, text)
}
