import { Construct } from 'constructs';
import { checkText } from '../profile/checks';
import { Errors } from '../profile/errors';
import { AdmissionEngineKind } from '../profile/admission-engine';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { PLAINTEXT_SECRETS } from './policies/plaintext-secrets/policy';

export interface DisallowPlaintextSecretsProps extends ConstraintProps {
  /**
   * Names that look like a secret's and are not: `TLS_SECRET`, which holds the name of a Secret. Exact, with case; a value that is
   * secret material by its form is refused under these names too.
   * @default - none
   */
  readonly allowedNames?: readonly string[];
  /**
   * Forms of secrets of one's own, as RE2 expressions (Go's regexp: no look-around, no back-references): `\bACME-[0-9A-F]{32}\b`.
   * @default - none
   */
  readonly extraPatterns?: readonly string[];
}

/**
 * Refuses secrets in clear where no encryption of Secrets reaches: in ConfigMaps, and in the environment, command lines, probes and lifecycle hooks
 * (commands, headers, paths) of pods and of everything that templates pods. They lie in etcd unencrypted, and on EKS the audit log holds them too, as it records the bodies of
 * such writes.
 *
 * Refused by form, whatever the name, also in base64: private keys, access keys of AWS, tokens of GitHub, Slack, Google and Stripe, signed
 * tokens, URLs and connection strings with a password. Refused by name, where a literal is given: names whose last word is password,
 * passphrase, secret, token, credentials, or a compound such as api key (`DB_PASSWORD`, `clientSecret`, `--api-key=...`), also as an
 * assignment inside a configuration file of a ConfigMap (.properties, .env, .ini, .conf, .toml, .yaml, .json).
 * Let through: what is about a secret (`passwordFile`, `tokenUrl`, `DB_PASSWORD_FILE`, `secretName`), empty values, switches, paths,
 * and references that something else resolves (`$(VAR)`, `${VAR}`, an ARN of Secrets Manager).
 *
 * With the API server for an engine (`AdmissionEngine.apiServer`) it finds less, as CEL can't do all of this in the time that it has: no base64, no command lines and no paths
 * (of probes and hooks it judges the headers), no lines and options inside a text, no `binaryData`, and no `extraPatterns`, which are refused there. By form it looks at texts
 * of at most 4096 characters, in an object where these together have at most 16384. What takes the API server too long is refused: a container with 250 or more variables
 * may be. Gatekeeper, the gate and synth know the whole rule.
 *
 * What it can't say: a secret under a harmless name and of no known form goes in, and Secrets are not judged at all, because no field of a Secret
 * tells whether etcd encrypts it: that is checked where it happens (control EN1: the cluster's key, `EncryptionConfiguration`). Environment variables that
 * refer to a Secret are let through. So it is one part of control PS4 (45 CFR 164.312(a)(1)) and does not claim it.
 *
 * The webhook fails open unless it was installed otherwise (Gatekeeper, Failing Closed). An update that leaves the judged fields as they were is
 * let through; the audit still reports it. With Gatekeeper, needs the template of `plaintext-secrets` in the cluster first.
 *
 * @example
 *   new DisallowPlaintextSecrets(constraintsChart, 'PlaintextSecrets', { phiNamespaces: ['healthcare-prod'], allowedNames: ['TLS_SECRET'] });
 */
export class DisallowPlaintextSecrets extends Construct {
  public constructor(scope: Construct, id: string, props: DisallowPlaintextSecretsProps) {
    super(scope, id);
    const path = this.node.path;
    checkConstraint(path, PLAINTEXT_SECRETS, props, ['allowedNames', 'extraPatterns']);
    for (const name of listOf(path, 'allowedNames', props.allowedNames)) checkText(path, 'allowedNames', name);
    for (const pattern of listOf(path, 'extraPatterns', props.extraPatterns)) checkPattern(path, pattern);
    if (props.extraPatterns !== undefined && props.engine?.kind === AdmissionEngineKind.API_SERVER) {
      throw Errors.refused(path, 'the API server judges no extraPatterns', props.extraPatterns, 'control PS4, 45 CFR 164.312(a)(1): a pattern that nobody asks for would look like a safeguard', 'use AdmissionEngine.gatekeeper(), or leave extraPatterns out');
    }
    const own = { allowedNames: props.allowedNames && [...props.allowedNames], extraPatterns: props.extraPatterns && [...props.extraPatterns] };
    emitConstraint(this, PLAINTEXT_SECRETS, props, () => own);
  }
}

function listOf(path: string, prop: string, list: readonly string[] | undefined): readonly string[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw Errors.refused(path, `${prop} is no list`, list, `${prop} is a list of texts`, `use [${JSON.stringify(list)}]`);
  return list as readonly string[];
}

/** What RE2 lacks and JavaScript has: look-around and references to a group. */
const NOT_RE2 = /\(\?(<?[=!])|\\[1-9]|\\k</;

/** Gatekeeper would report the constraint's every object where the engine can't read a pattern, or let all in where it never matches. */
function checkPattern(path: string, pattern: string): void {
  checkText(path, 'extraPatterns', pattern);
  const refuse = (problem: string): Error => Errors.refused(path, `extraPatterns ${problem}`, pattern, 'control PS4, 45 CFR 164.312(a)(1): patterns are RE2 expressions', 'use the syntax of Go\'s regexp, and a form that only secrets have');
  if (NOT_RE2.test(pattern)) throw refuse('uses what RE2 does not have');
  let compiled: RegExp;
  try {
    // Flags before an expression are RE2's own; JavaScript takes them apart.
    compiled = new RegExp(pattern.replace(/^\(\?[imsU]+\)/, ''));
  } catch {
    throw refuse('is no regular expression');
  }
  if (compiled.test('')) throw refuse('matches every value');
}
