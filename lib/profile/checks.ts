import { isIPv4, isIPv6 } from 'node:net';
import { partitionOf } from './aws';
import { Errors } from './errors';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const REGION_AREA = '(af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov|us-iso|us-isob|eu-isoe|us-isof|eusc-de)';
const REGION = new RegExp(`^${REGION_AREA}-(central|(north|south)(east|west)?|east|west)-[1-9]$`);
const ACCOUNT = /^[0-9]{12}$/;
const ARN = /^arn:(aws|aws-cn|aws-us-gov|aws-eusc|aws-iso|aws-iso-b|aws-iso-e|aws-iso-f):[a-z0-9-]+:[a-z0-9-]*:([0-9]{12}|aws)?:[^\s*?]+$/;
/** Services whose ARNs always name a region and an account; IAM's name an account and no region. */
const REGIONAL = ['kms', 'logs', 'sns', 'sqs', 'eks', 'firehose', 'secretsmanager'];
/** A role or user by its path and name (AWS IAM, quotas: 64 characters). */
const PRINCIPAL = /^arn:[^:]+:iam::[0-9]{12}:(role|user)\/(?!aws-service-role\/)([\x21-\x7e]+\/)?[\w+=,.@-]{1,64}$/;
/** A KMS key by its id; `mrk-` is one that has replicas in other regions. */
const KEY = /^key\/(mrk-)?[0-9a-f][0-9a-f-]*$/;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** Host of a registry, told from a path by its dot or port as container runtimes do: `nginx` would mean Docker Hub. */
const REGISTRY_HOST = '(?=[^/]*[.:])[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[1-9][0-9]{0,4})?';
const REPOSITORY_PATH = '(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)';
const REGISTRY = new RegExp(`^${REGISTRY_HOST}${REPOSITORY_PATH}*$`);
const IMAGE_BY_DIGEST = new RegExp(`^${REGISTRY_HOST}${REPOSITORY_PATH}+(:\\w[\\w.-]{0,127})?@sha256:[a-f0-9]{64}$`);
/** A literal that Terraform or cdktf resolves later: its form can't be judged at synth. */
const TERRAFORM_TOKEN = /\$\{[^}]*\}/;

/** A value that is only known when Terraform applies; every other check lets it pass. */
export function isTerraformToken(value: unknown): boolean {
  return typeof value === 'string' && TERRAFORM_TOKEN.test(value);
}

export function checkText(path: string, prop: string, value: unknown): void {
  if (value === undefined || value === null) throw Errors.missing(path, prop, `give a non-empty ${prop}`);
  if (typeof value !== 'string' || value.trim() === '') throw Errors.refused(path, `${prop} is no text`, value, `${prop} is required`, `give a non-empty ${prop}`);
}

/** A name that Kubernetes takes for a namespace, a Service and the like (RFC 1123 label). */
export function checkDnsLabel(path: string, prop: string, value: string): void {
  if (typeof value !== 'string' || !DNS_LABEL.test(value)) {
    throw Errors.refused(path, `${prop} is no DNS label`, value, 'Kubernetes, object names: RFC 1123 label', 'use at most 63 of a-z, 0-9 and -, starting and ending with a letter or digit');
  }
}

/** A name that Kubernetes takes for most objects (RFC 1123 subdomain). */
export function checkDnsSubdomain(path: string, prop: string, value: string): void {
  if (typeof value !== 'string' || value.length > 253 || !DNS_SUBDOMAIN.test(value)) {
    throw Errors.refused(path, `${prop} is no DNS name`, value, 'Kubernetes, object names: RFC 1123 subdomain', 'use at most 253 of a-z, 0-9, - and ., each part starting and ending with a letter or digit');
  }
}

/** A full host name of an Ingress or a certificate: no scheme, no port, no address. */
export function checkHost(path: string, prop: string, value: string): void {
  const name = typeof value === 'string' && value.startsWith('*.') ? value.slice(2) : value;
  const refused = typeof name !== 'string' || value.length > 253 || !name.includes('.') || /^[0-9.]+$/.test(name) || name.split('.').some((label) => !DNS_LABEL.test(label));
  if (refused) {
    throw Errors.refused(path, `${prop} is no host name`, value, 'Kubernetes, IngressRule.host: a fully qualified domain name', "use a name such as 'patient-portal.example.com', without scheme or port");
  }
}

export function checkRegion(path: string, prop: string, value: string): void {
  if (isTerraformToken(value)) return;
  if (typeof value !== 'string' || !REGION.test(value)) {
    throw Errors.refused(path, `${prop} is no AWS region`, value, 'AWS regions and endpoints', "use a region's code, such as 'us-east-1'");
  }
}

export function checkAccount(path: string, prop: string, value: string): void {
  if (isTerraformToken(value)) return;
  if (typeof value !== 'string' || !ACCOUNT.test(value)) {
    throw Errors.refused(path, `${prop} is no AWS account id`, value, 'AWS account ids have twelve digits', "use the id as a string: '123456789012'");
  }
}

/** An ARN without wildcards, around a reference neither. `service` (`iam`, `kms`) narrows it where given. */
export function checkArn(path: string, prop: string, value: string, service?: string): void {
  if (isTerraformToken(value) && !/[\s*?]/.test(value.replace(/\$\{[^}]*\}/g, ''))) return;
  if (typeof value !== 'string' || !ARN.test(value) || (service !== undefined && value.split(':')[2] !== service) || !namesOwner(value)) {
    throw Errors.refused(path, `${prop} is no ${service ? `${service} ` : ''}ARN`, value, 'AWS: arn:partition:service:region:account:resource, without wildcards',
      `use the full ARN${service === 'iam' ? " of one role or user, such as 'arn:aws:iam::123456789012:role/security'" : ''}`);
  }
}

/**
 * The ARN of a KMS key itself, which is used in its own region alone.
 *
 * @param region where the key is used; a reference that only Terraform knows is not compared.
 * @param account whose key it has to be; the same.
 */
export function checkKeyArn(path: string, prop: string, value: string, region?: string, account?: string): void {
  checkArn(path, prop, value, 'kms');
  if (isTerraformToken(value)) return;
  const [, , , keyRegion, keyAccount, ...resource] = value.split(':');
  if (!KEY.test(resource.join(':'))) {
    throw Errors.refused(path, `${prop} is not the ARN of a key`, value, 'AWS KMS, aliases: an alias can move to another key, and its ARN is not what AWS compares in a policy', "use the key's own ARN: 'arn:aws:kms:us-east-1:123456789012:key/...'");
  }
  if (region !== undefined && !isTerraformToken(region)) {
    checkPartition(path, prop, value, region);
    if (keyRegion !== region) throw Errors.refused(path, `${prop} is of another region`, value, 'AWS KMS, keys: a key serves its own region alone', `use a key in ${region}`);
  }
  if (account !== undefined && !isTerraformToken(account) && keyAccount !== account) {
    throw Errors.refused(path, `${prop} is of another account`, value, `the key belongs to account ${account}, as what it encrypts does`, `use a key of account ${account}`);
  }
}

function namesOwner(arn: string): boolean {
  const [, , service, region, account] = arn.split(':');
  if (service === 'iam') return region === '' && account !== '';
  return !REGIONAL.includes(service) || (region !== '' && ACCOUNT.test(account));
}

/** An IAM role or user that people assume or sign in as, by its ARN: no root, no session, no role of AWS' own services. */
export function checkPrincipalArn(path: string, prop: string, value: string): void {
  checkArn(path, prop, value, 'iam');
  if (!isTerraformToken(value) && !PRINCIPAL.test(value)) {
    throw Errors.refused(path, `${prop} is no IAM role or user`, value, 'control EN2, 45 CFR 164.312(a)(2)(iv): a key policy names its principals, not an account, a session or a role of a service',
      "use the ARN of one role or user, such as 'arn:aws:iam::123456789012:role/security'");
  }
}

/** A general purpose bucket name (AWS S3, bucket naming rules); dots are refused as they break TLS to the bucket. */
export function checkBucketName(path: string, prop: string, value: string): void {
  if (isTerraformToken(value)) return;
  const refused = typeof value !== 'string' || !BUCKET.test(value) || value.includes('.')
    || /^(xn--|sthree-|amzn-s3-demo-)/.test(value) || /(-s3alias|--ol-s3|--x-s3|--table-s3|-an)$/.test(value);
  if (refused) {
    throw Errors.refused(path, `${prop} is no bucket name`, value, 'AWS S3, general purpose bucket naming rules (dots break TLS to the bucket)', 'use 3 to 63 of a-z, 0-9 and -, starting and ending with a letter or digit');
  }
}

/** A registry that images come from: a host with an optional port and path. */
export function checkRegistry(path: string, prop: string, value: string): void {
  if (typeof value !== 'string' || !REGISTRY.test(value)) {
    throw Errors.refused(path, `${prop} is no registry`, value, 'control PS3, 45 CFR 164.308(a)(5)(ii)(B): images come from a named registry', "use a host and an optional path, such as '123456789012.dkr.ecr.us-east-1.amazonaws.com'");
  }
}

/** A full image reference that is bound to its content: registry/repository[:tag]@sha256:digest. */
export function checkImageDigest(path: string, prop: string, value: string): void {
  if (typeof value !== 'string' || !IMAGE_BY_DIGEST.test(value)) {
    throw Errors.refused(path, `${prop} is not given by registry and digest`, value, 'control PS3, 45 CFR 164.308(a)(5)(ii)(B): a tag can be moved to another image, and a name without a registry host means Docker Hub', "use 'registry.example.com/repository@sha256:<64 hex digits>'");
  }
}

/** A group as the identity provider names it. */
export function checkGroup(path: string, prop: string, value: string): void {
  if (typeof value !== 'string' || value.trim() !== value || value === '' || /[\s*\p{C}]/u.test(value)) {
    throw Errors.refused(path, `${prop} is no group name`, value, 'control AC3, 45 CFR 164.308(a)(4)(ii)(B): access goes to a named group', "use the identity provider's name, such as 'auditors@example.com'");
  }
  if (/^system:/i.test(value)) {
    throw Errors.refused(path, `${prop} has the prefix system:`, value, "control AC4: Kubernetes' own groups (system:masters, system:authenticated) are not an identity provider's", "use the identity provider's own group name");
  }
}

/** A whole number within bounds. */
export function checkInteger(path: string, prop: string, value: number, least: number, most: number, rule: string): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw Errors.refused(path, `${prop} is not a whole number from ${least} to ${most}`, value, rule, `use a number from ${least} to ${most}`);
  }
}

/** A TCP or UDP port that the API takes: 0 is refused by it. */
export function checkPort(path: string, prop: string, value: number): void {
  checkInteger(path, prop, value, 1, 65535, 'Kubernetes: ports are 1 to 65535');
}

/** A calendar date, YYYY-MM-DD. */
export function checkDate(path: string, prop: string, value: string): void {
  const date = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(`${value}T00:00:00Z`) : undefined;
  if (!date || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== value) {
    throw Errors.refused(path, `${prop} is no date`, value, 'ISO 8601 calendar date', "use YYYY-MM-DD, such as '2027-01-31'");
  }
}

/**
 * Refuses fields that the target does not know. TypeScript does it for literals; this does it for JavaScript callers
 * and for values that were built elsewhere: an ignored field is a lost safeguard.
 */
export function checkFields(path: string, value: object, known: readonly string[], rule: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw Errors.refused(path, 'the value is no object', value, rule, `give an object of: ${known.join(', ')}`);
  }
  for (const field of Object.keys(value)) {
    if (!known.includes(field)) throw Errors.unknownField(path, field, known, rule);
  }
}

const LABEL_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Labels that select something: an empty selector selects everything. */
export function checkSelector(path: string, prop: string, labels: Readonly<Record<string, string>>): void {
  if (labels === null || typeof labels !== 'object' || Array.isArray(labels) || Object.keys(labels).length === 0) {
    throw Errors.refused(path, `${prop} names no label`, labels, 'Kubernetes, LabelSelector: an empty selector selects every object', "give at least one label, such as { 'app.kubernetes.io/name': 'patient-portal' }");
  }
  for (const [key, value] of Object.entries(labels)) {
    const [name, prefix, ...rest] = key.split('/').reverse();
    const validKey = rest.length === 0 && LABEL_NAME.test(name) && (prefix === undefined || (prefix.length <= 253 && DNS_SUBDOMAIN.test(prefix)));
    if (!validKey || typeof value !== 'string' || (value !== '' && !LABEL_NAME.test(value))) {
      throw Errors.refused(path, `${prop} has an invalid label`, `${key}: ${String(value)}`, 'Kubernetes, labels and selectors: syntax of keys and values',
        'use at most 63 of letters, digits, -, _ and . for a name and a value, with an optional DNS prefix and / before the name');
    }
  }
}

/** The bits of an address, most significant first; undefined where it is none. */
function addressBits(address: string): string | undefined {
  if (isIPv4(address)) return address.split('.').map((octet) => Number(octet).toString(2).padStart(8, '0')).join('');
  if (!isIPv6(address) || /[.%]/.test(address)) return undefined;
  const [head, tail] = address.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const groups = tail === undefined ? head : [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.map((group) => parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}

/**
 * A block of addresses that is written as the network it is: 10.0.1.0/24, not 10.0.1.7/24.
 *
 * @param widestIPv4 the shortest prefix that is taken for IPv4; a shorter one reaches more addresses than meant.
 * @param widestIPv6 the same for IPv6.
 */
export function checkCidr(path: string, prop: string, value: string, widestIPv4 = 0, widestIPv6 = 0): void {
  const [address, length, ...rest] = typeof value === 'string' ? value.split('/') : [''];
  const bits = addressBits(address);
  const prefix = length !== undefined && /^(0|[1-9][0-9]{0,2})$/.test(length) ? Number(length) : undefined;
  if (!bits || prefix === undefined || rest.length > 0 || prefix > bits.length || bits.slice(prefix).includes('1')) {
    throw Errors.refused(path, `${prop} is no CIDR block`, value, 'RFC 4632: a network address and its prefix length, host bits zero', "use a block such as '10.0.1.0/24'");
  }
  const widest = bits.length === 32 ? widestIPv4 : widestIPv6;
  if (prefix < widest) {
    throw Errors.refused(path, `${prop} is wider than /${widest}`, value, 'control NW1, 45 CFR 164.312(a)(1): only what was granted access reaches PHI', 'name the blocks of the subnets themselves');
  }
}

/** A value that parts of the output are derived from at synth: a reference that only Terraform knows would be read as text. */
export function checkKnownAtSynth(path: string, prop: string, value: string): void {
  if (isTerraformToken(value)) {
    throw Errors.refused(path, `${prop} is only known when Terraform applies`, value, `ARNs, partitions and endpoints are derived from ${prop} at synth`, `write the ${prop} itself`);
  }
}

/** A name that EKS takes for a cluster, around a reference as well: it becomes part of ARNs, in which `*` would mean every cluster. */
export function checkClusterName(path: string, prop: string, value: string): void {
  if (typeof value !== 'string' || !/^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/.test(value.replace(/\$\{[^}]*\}/g, '0'))) {
    throw Errors.refused(path, `${prop} is no cluster name`, value, 'Amazon EKS, CreateCluster', 'use 1 to 100 of letters, digits, - and _, starting with a letter or digit');
  }
}

/** A name that IAM takes for a role (AWS IAM, quotas). */
export function checkRoleName(path: string, prop: string, value: string): void {
  if (isTerraformToken(value)) return;
  if (typeof value !== 'string' || !/^[\w+=,.@-]{1,64}$/.test(value)) {
    throw Errors.refused(path, `${prop} is no role name`, value, 'AWS IAM, quotas: names of roles', 'use 1 to 64 of letters, digits and +=,.@_-');
  }
}

/** An ARN of the partition that a region belongs to: no other partition's principal or resource is reachable from it. */
export function checkPartition(path: string, prop: string, value: string, region: string): void {
  const partition = value.split(':')[1];
  if (isTerraformToken(partition) || value.startsWith('${') || partition === partitionOf(region)) return;
  throw Errors.refused(path, `${prop} is of another partition`, value, `AWS: ${region} is in the partition ${partitionOf(region)}, which reaches no other`, `use an ARN that starts with 'arn:${partitionOf(region)}:'`);
}

const ISSUER = /^https:\/\/[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(\/(?!\.{1,2}(\/|$))[\w.~-]+)*\/?$/;
/** A host that no public name server answers for, or an address: IPv4 alone, as ISSUER takes no colon. */
const PRIVATE_HOST = /\.(svc|local|localhost|internal|intranet|lan|corp|home|home\.arpa|[0-9]+)$/;

/**
 * The issuer of service account tokens, as IAM takes it for an OIDC provider: https, no port, query or fragment (AWS IAM, CreateOpenIDConnectProvider).
 * A slash at its end, as issuers of AKS have it, belongs to it: tokens, provider and condition keys name it alike.
 */
export function checkIssuerUrl(path: string, prop: string, value: string): void {
  if (typeof value !== 'string' || value.length > 255 || !ISSUER.test(value)) {
    throw Errors.refused(path, `${prop} is no issuer that IAM takes`, value, 'AWS IAM, CreateOpenIDConnectProvider: an https URL without port and query, with at most one slash at its end', "use the issuer of the API server's tokens, such as 'https://oidc.example.com/healthcare-cluster'");
  }
  if (PRIVATE_HOST.test(value.split('/')[2])) {
    throw Errors.refused(path, `${prop} is no issuer that AWS reaches`, value, "AWS IAM, OIDC federation: AWS reads the keys over the internet, from the issuer's own host name", "publish the discovery document and the keys at a public host, and make it the API server's --service-account-issuer");
  }
}

/** A name that CloudWatch Logs takes for one log group, without wildcards. */
export function checkLogGroupName(path: string, prop: string, value: string): void {
  if (isTerraformToken(value) && !/[\s*?]/.test(value.replace(/\$\{[^}]*\}/g, ''))) return;
  if (typeof value !== 'string' || !/^[\w./#-]{1,512}$/.test(value)) {
    throw Errors.refused(path, `${prop} is no name of one log group`, value, 'AWS CloudWatch Logs, CreateLogGroup; a wildcard would open the key to other groups', "use the group's full name, such as '/aws/eks/healthcare-cluster/cluster'");
  }
}

/** A name that CloudTrail takes for a trail. */
export function checkTrailName(path: string, prop: string, value: string): void {
  const refused = typeof value !== 'string' || !/^[A-Za-z0-9]([A-Za-z0-9._-]{1,126})[A-Za-z0-9]$/.test(value) || /[._-]{2}/.test(value) || /^\d+\.\d+\.\d+\.\d+$/.test(value);
  if (refused) {
    throw Errors.refused(path, `${prop} is no name of a trail`, value, 'AWS CloudTrail, naming requirements: no two of ._- in a row, no address', 'use 3 to 128 of letters, digits and ._-, starting and ending with a letter or digit');
  }
}

/** Whether every address of `inner` is one of `outer`; both are CIDR blocks. */
export function blockContains(outer: string, inner: string): boolean {
  const [outerBits, innerBits] = [networkBits(outer), networkBits(inner)];
  return outer.includes(':') === inner.includes(':') && innerBits.startsWith(outerBits);
}

/**
 * Refuses blocks of which one lies in another: of two blocks that share an address, one describes something else than was meant.
 *
 * @param blocks each with the prop that it came by.
 */
export function checkNoOverlap(path: string, blocks: readonly (readonly [prop: string, cidr: string])[], rule: string): void {
  blocks.forEach(([prop, cidr], index) => {
    const other = blocks.slice(0, index).find(([, earlier]) => blockContains(earlier, cidr) || blockContains(cidr, earlier));
    if (other) throw Errors.refused(path, `${prop} overlaps ${other[0] === prop ? 'itself' : other[0]}`, `${other[1]} and ${cidr}`, rule, 'keep one of them, or correct it');
  });
}

/** The bits that the addresses of a block share. */
function networkBits(cidr: string): string {
  const [address, prefix] = cidr.split('/');
  return (addressBits(address) ?? '').slice(0, Number(prefix));
}

/** Whether a text is a full image reference that is bound to its content: registry/repository[:tag]@sha256:digest. */
export function isImageByDigest(value: unknown): value is string {
  return typeof value === 'string' && IMAGE_BY_DIGEST.test(value);
}

/** Whether an image lies in one of the registries, each a host with an optional path. The slash keeps a registry from standing for hosts that begin like it. */
export function isImageOf(image: string, registries: readonly string[]): boolean {
  return registries.some((registry) => image.startsWith(`${registry}/`));
}

const HTTPS_ADDRESS = /^https:\/\/[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[1-9][0-9]{0,4})?(\/[\w.~-]+)*$/;

/** An address over TLS: a host, with an optional port and path, without credentials, query and fragment. */
export function checkHttpsAddress(path: string, prop: string, value: string): void {
  if (typeof value !== 'string' || !HTTPS_ADDRESS.test(value)) {
    throw Errors.refused(path, `${prop} is no https address`, value, 'control TX4, 45 CFR 164.312(e)(1): what guards PHI is spoken to over TLS alone', "use an address such as 'https://vault.example.com:8200', in lower case, without query or credentials");
  }
}

/** A moment in UTC, to the second: YYYY-MM-DDThh:mm:ssZ. */
export function checkTimestamp(path: string, prop: string, value: string): void {
  const date = typeof value === 'string' && /^[12]\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(value) ? new Date(value) : undefined;
  if (!date || Number.isNaN(date.getTime()) || `${date.toISOString().slice(0, 19)}Z` !== value) {
    throw Errors.refused(path, `${prop} is no moment in UTC`, value, 'RFC 3339, in UTC and whole seconds', "use YYYY-MM-DDThh:mm:ssZ, such as '2027-01-31T18:00:00Z'");
  }
}

/** A list, which a JavaScript caller may have written as one value: a text would be read letter by letter. */
export function checkList(path: string, prop: string, value: readonly unknown[], rule: string, remedy: string): void {
  if (!Array.isArray(value)) throw Errors.refused(path, `${prop} is no list`, value, rule, remedy);
}

/** A list of texts. */
export function checkTexts(path: string, prop: string, value: readonly string[], rule: string, remedy: string): void {
  checkList(path, prop, value, rule, remedy);
  const other = value.findIndex((text) => typeof text !== 'string');
  if (other >= 0) throw Errors.refused(path, `${prop}[${other}] is no text`, value[other], rule, remedy);
}

/**
 * A stretch of time in whole seconds, as cdk8s writes it.
 *
 * @param least and @param most in seconds.
 */
export function checkDuration(path: string, prop: string, value: SecondsValue, least: number, most: number, rule: string): void {
  if (typeof value !== 'object' || value === null || typeof value.toSeconds !== 'function') throw Errors.refused(path, `${prop} is no Duration`, value, rule, 'use Duration.seconds(30) or Duration.minutes(5) of cdk8s');
  checkInteger(path, prop, value.toSeconds({ integral: false }), least, most, rule);
}

/** What of a Duration of cdk8s is read here: the profile knows no cdk8s. */
export interface SecondsValue {
  toSeconds(options: { readonly integral: boolean }): number;
}

/** A time zone as the IANA names it: the API server refuses a CronJob with another. */
export function checkTimeZone(path: string, prop: string, value: string): void {
  checkText(path, prop, value);
  if (!isTimeZone(value)) throw Errors.refused(path, `${prop} is no time zone`, value, 'IANA time zone database (Kubernetes, CronJob.spec.timeZone)', "use a name such as 'Etc/UTC' or 'America/New_York'");
}

/** Names are looked up with their letters, so that 'utc' or an offset is none; `supportedValuesOf` leaves UTC and names of old out. */
function isTimeZone(name: string): boolean {
  if (name === 'UTC' || name === 'Etc/UTC' || name === 'GMT' || name === 'Etc/GMT') return true;
  const known = Intl.supportedValuesOf('timeZone').find((zone) => zone.toLowerCase() === name.toLowerCase());
  if (known !== undefined) return known === name;
  if (!/^[A-Z][A-Za-z_]+(\/[A-Z][A-Za-z0-9_+-]+)+$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
