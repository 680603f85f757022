package hipaa.plaintext_secrets

import data.lib.pods
import data.lib.review

# Values that are secret material whatever they are called, each with the words of which it holds one: an expression takes longer to be compiled
# than most texts to be looked through.
patterns := {
	"a private key": {"words": {"private key"}, "form": `-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----`},
	"an AWS access key": {"words": {"akia", "asia"}, "form": `\b(AKIA|ASIA)[0-9A-Z]{16}\b`},
	"a GitHub token": {
		"words": {"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"},
		"form": `\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})`,
	},
	"a Slack token": {"words": {"xox"}, "form": `\bxox[abeprs]-[A-Za-z0-9-]{10,}`},
	"a Google API key": {"words": {"aiza"}, "form": `\bAIza[0-9A-Za-z_-]{35}`},
	"a Stripe key": {"words": {"k_live_"}, "form": `\b[rs]k_live_[0-9A-Za-z]{16,}`},
	"a signed token": {"words": {".eyj"}, "form": `\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}`},
	"a URL with a password": {"words": {"@"}, "form": `[A-Za-z][A-Za-z0-9+.-]{0,40}://[^/\s:@"']*:[^/\s@"'$<{*][^/\s@"']*@`},
	# Not what is computed or filled in, nor a path.
	"a connection string with a password": {
		"words": password_words,
		"form": `(?i)(^|[;?&])\s{0,20}(password|passwd|pwd)\s{0,20}=\s{0,20}["']?([^;&\s"'$<{*/%=\x60]|/[^a-z]|%[0-9a-f])`,
	},
	"a password in quotes": {
		"words": password_words,
		"form": `(?i)\s(password|passwd|pwd)[ \t]{0,20}=[ \t]{0,20}["']([^;\s"'$<{*/%\x60]|/[^a-z]|%[0-9a-f])`,
	},
	"a connection string with an account key": {
		"words": {"accountkey", "sharedaccesskey"},
		"form": `(?i)(^|[;?&"'\s])(accountkey|sharedaccesskey)[ \t]{0,20}=[ \t]{0,20}["']?([A-Za-z0-9+]|/[A-Za-z0-9+/]{20})`,
	},
	"a data source name with a password": {
		"words": {"@tcp(", "@unix("},
		"form": `[^\s:@"'=]:([^\s@"'$<{*%\x60]|%[0-9a-f])[^\s@]{0,128}@(tcp|unix)\(`,
	},
	"a bearer token": {
		"words": {"bearer"},
		"form": `(?i)(^|authorization["']?[ \t]{0,20}[:=][ \t]{0,20}["']?)bearer[ \t]{1,20}[A-Za-z0-9+/=._~-]{8}`,
	},
	# In quads, as base64 is: 'Basic authentication' is none.
	"the credentials of a request": {"words": {"basic"}, "form": concat("", [
		`(?i)(^|authorization["']?[ \t]{0,20}[:=][ \t]{0,20}["']?)basic[ \t]{1,20}`,
		`([A-Za-z0-9+/]{4}){1,250}([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)($|[\s"'])`,
	])},
}

# Any of these words, for what may be no text of Unicode and has no lower case.
any_word := concat("", ["(?i)", concat("|", {replace(word, "(", ".") |
	some pattern in patterns
	some word in pattern.words
})])

password_words := {"password", "passwd", "pwd"}

# One of them stands in every name that is a secret's.
name_words := {"pass", "pwd", "secret", "token", "cred", "key"}

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
config_files := {".properties", ".env", ".ini", ".conf", ".cfg", ".cnf", ".toml", ".yaml", ".yml", ".json"}

# The lines that may assign a secret, found in one go: a large file has many lines.
secret_line := concat("", [`(?im)^.*(?:`, stems, `|pass)`, suffixes, `["']?[ \t]*[:=].*$`])

comment := `^\s*(#|;|//)`

assignment := `["']?([A-Za-z0-9_.-]+)["']?[ \t]*[:=][ \t]*("[^"]*"|'[^']*'|[^\s,;#"'{}\[\]|>&!][^\s,;]*)`

# NAME=value in a command line, a list of options or a query; what a shell computes is none.
inline := concat("", [
	`(?:^|[\s;&|(,?"'])(?:--?)?([A-Za-z0-9_.-]+)=`,
	`("[^"$\x60]+"|'[^']+'|[^\s;&|(),"'$<{*=\x60][^\s;&|(),"'\x60]*)`,
])

allowed_names := object.get(input, ["parameters", "allowedNames"], [])

extra_patterns := object.get(input, ["parameters", "extraPatterns"], [])

violation contains review.violation(finding, "PS4, 45 CFR 164.312(a)(1)") if {
	not review.passed_over
	not unchanged
	some flaw in flaws

	# The value itself stays out of the message, which reaches logs and events.
	problem := concat(" ", [flaw.path, flaw.problem])
	finding := {"path": flaw.path, "problem": problem, "remedy": "keep it in a secret store and refer to it"}
}

flaws contains {"path": held.path, "problem": concat("", ["holds ", what])} if {
	some held in texts
	some what, pattern in patterns
	holds_word(held.folded, pattern.words)
	regex.match(pattern.form, held.text)
}

flaws contains {"path": path, "problem": concat("", ["holds ", what])} if {
	some path, text in decoded
	regex.match(any_word, text)
	some what, pattern in patterns
	regex.match(pattern.form, text)
}

flaws contains {"path": held.path, "problem": "holds what an extra pattern of the constraint names"} if {
	some held in texts
	some pattern in extra_patterns
	regex.match(pattern, held.text)
}

flaws contains {"path": path, "problem": "holds what an extra pattern of the constraint names"} if {
	some path, text in decoded
	some pattern in extra_patterns
	regex.match(pattern, text)
}

# What cannot be judged is refused.
flaws contains {"path": path, "problem": "is no RE2 expression"} if {
	some index, pattern in extra_patterns
	not regex.is_valid(pattern)
	path := review.element("the constraint's extraPatterns", index)
}

flaws contains {"path": given.path, "problem": problem} if {
	some given in literals
	is_secret(given.name)
	not given.name in allowed_names
	not is_harmless(given.text)
	problem := concat("", ["gives '", given.name, "' a literal value"])
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

# The headers of the requests that probes and hooks make.
fields contains {"path": path, "name": review.text(header.name), "text": review.text(header.value)} if {
	some place, handler in handlers
	some index, header in handler.httpGet.httpHeaders
	path := concat(".", [review.element(concat(".", [place, "httpGet.httpHeaders"]), index), "value"])
}

# The command line of every container, by its path.
command_lines[path] := container[list] if {
	some place, container in pods.containers(input.review.object)
	some list in ["command", "args"]
	path := concat(".", [place, list])
}

command_lines[path] := handler.exec.command if {
	some place, handler in handlers
	path := concat(".", [place, "exec.command"])
}

# What the kubelet runs or asks besides: probes, and hooks of the lifecycle, by their paths.
handlers[path] := handler if {
	some place, container in pods.containers(input.review.object)
	some list in [["livenessProbe"], ["readinessProbe"], ["startupProbe"], ["lifecycle", "postStart"], ["lifecycle", "preStop"]]
	handler := object.get(container, list, null)
	path := concat(".", [place, concat(".", list)])
}

texts contains {"path": field.path, "text": field.text, "folded": folded(field.text)} if some field in fields

texts contains {"path": review.element(path, index), "text": text, "folded": folded(text)} if {
	some path, arguments in command_lines
	some index, argument in arguments
	text := review.text(argument)
}

# The address of such a request may end in a query.
texts contains {"path": path, "text": text, "folded": folded(text)} if {
	some place, handler in handlers
	text := review.text(handler.httpGet.path)
	path := concat(".", [place, "httpGet.path"])
}

# What a text encodes, by its path: encoding hides nothing, and kubectl itself writes binaryData in base64. Engines differ in what they decode, so
# that the form is judged first; eight characters are the least that encode secret material.
decoded[held.path] := base64.decode(joined) if {
	some held in texts
	joined := replace(replace(held.text, "\n", ""), "\r", "")
	count(joined) >= 8
	count(joined) % 4 == 0
	not holds_word(joined, {" ", ".", ":", "-", "_"})
	regex.match(`^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$`, joined)
}

literals contains field if some field in fields

# DB_PASSWORD=... in a file of a ConfigMap.
literals contains {"path": field.path, "name": name, "text": text} if {
	some field in fields
	is_config_file(field.name)
	holds_word(folded(field.text), name_words)
	some [line] in regex.find_all_string_submatch_n(secret_line, replace(field.text, "\r", "\n"), -1)
	not regex.match(comment, line)
	some [_, name, quoted] in regex.find_all_string_submatch_n(assignment, line, -1)
	text := trim(quoted, `"'`)
}

# --db-password=...
literals contains {"path": held.path, "name": name, "text": text} if {
	some held in texts
	startswith(held.text, "-")
	holds_word(held.folded, name_words)
	some [_, name, text] in regex.find_all_string_submatch_n(`^--?([A-Za-z0-9_.-]+)=((?s).*)$`, held.text, -1)
}

# PGPASSWORD=... psql. Texts of several lines in a ConfigMap are files, of which scripts compute what they assign.
literals contains {"path": held.path, "name": name, "text": text} if {
	some held in texts
	contains(held.text, "=")
	holds_word(held.folded, name_words)
	is_line(held)
	some [_, name, quoted] in regex.find_all_string_submatch_n(inline, held.text, -1)
	text := trim(quoted, `"'`)
}

# --db-password ...
literals contains {"path": review.element(path, index + 1), "name": name, "text": text} if {
	some path, arguments in command_lines
	some index, flag in arguments
	startswith(flag, "-")
	holds_word(folded(flag), name_words)
	some [_, name] in regex.find_all_string_submatch_n(`^--?([A-Za-z0-9_.-]+)$`, flag, -1)
	text := arguments[index + 1]
	not startswith(text, "-")
}

is_secret(name) if {
	holds_word(folded(name), name_words)
	some pattern in secret_names
	regex.match(pattern, name)
}

is_config_file(name) if {
	some ending in config_files
	endswith(lower(name), ending)
}

is_line(held) if not holds_word(trim_right(held.text, "\r\n"), {"\r", "\n"})

is_line(_) if not config_map

holds_word(text, words) if {
	some word in words
	contains(text, word)
}

# In lower case, as expressions without regard to case fold letters: two of Unicode's are an s and a k.
folded(text) := replace(replace(lower(text), "\u017f", "s"), "\u212a", "k")

is_harmless(text) if {
	some pattern in harmless
	regex.match(pattern, text)
}
