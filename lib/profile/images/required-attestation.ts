import { checkDnsLabel, checkFields, checkInteger, checkText } from '../checks';
import { Errors } from '../errors';
import { frozenCopy } from '../frozen-copy';

/** How bad a vulnerability is, as scanners write it. */
export enum VulnerabilitySeverity {
  LOW = 'LOW',
  MEDIUM = 'MEDIUM',
  HIGH = 'HIGH',
  CRITICAL = 'CRITICAL',
}

/** What a report of vulnerabilities has to say. */
export interface VulnerabilityReportProps {
  /**
   * How old the scan may be, in days (1 to 365). It is judged whenever a pod is made, so an image that ran all along is refused on its next
   * node once its report is too old: attest anew within the time. Without an end, the report of a day on which nothing was known would hold for ever.
   */
  readonly maxAgeDays: number;
  /** Severities that refuse an image. @default - CRITICAL */
  readonly refusedSeverities?: readonly VulnerabilitySeverity[];
}

/** The language of a policy that judges an attestation. */
export enum AttestationPolicyLanguage {
  CUE = 'cue',
  REGO = 'rego',
}

/** An attestation of any kind. */
export interface RequiredAttestationProps {
  /** Name in the policy, such as `provenance`. */
  readonly name: string;
  /** Type of the predicate, by its URI: `https://slsa.dev/provenance/v1`. */
  readonly predicateType: string;
  /** Text of a policy that it has to meet; in Rego `isCompliant` of the package `sigstore`. @default - any content: that it exists and is signed */
  readonly policy?: string;
  /** Needed with `policy`. @default - none */
  readonly language?: AttestationPolicyLanguage;
}

/** What policy-controller takes as an attestation. @internal */
export interface AttestationFields {
  readonly name: string;
  readonly predicateType: string;
  readonly policy?: { readonly type: string; readonly data: string };
  /** What the library's own rule for reports of vulnerabilities is made of. */
  readonly vulnerabilities?: { readonly severities: readonly string[]; readonly maxAgeDays: number };
}

/** On a policy: the attestations that each of its authorities has to ask for, so that one that is lost is noticed. @internal */
export const REQUIRED_ATTESTATIONS = 'cdk8s-hipaa/required-attestations';
/** Name of the report of vulnerabilities. @internal */
export const VULNERABILITIES = 'vulnerabilities';

const PATH = 'RequiredAttestation';
const RULE = 'control PS3, 45 CFR 164.308(a)(5)(ii)(B): what is known of an image is attested by its signer';

/** A signed statement about an image that it must have: its parts, its vulnerabilities. */
export class RequiredAttestation {
  /** A list of its parts in the form of SPDX (`cosign attest --type spdxjson`). */
  public static spdx(): RequiredAttestation {
    return new RequiredAttestation({ name: 'spdx', predicateType: 'https://spdx.dev/Document' });
  }

  /** A list of its parts in the form of CycloneDX (`cosign attest --type cyclonedx`). */
  public static cycloneDx(): RequiredAttestation {
    return new RequiredAttestation({ name: 'cyclonedx', predicateType: 'https://cyclonedx.org/bom' });
  }

  /**
   * A recent scan by Trivy without vulnerabilities that are refused (`trivy image --format cosign-vuln`, `cosign attest --type vuln`). An image in which Trivy
   * finds nothing to scan has no results, and is refused. One passing report is enough: an older one outlives a newer one that found more, until it is too old.
   */
  public static vulnerabilityReport(props: VulnerabilityReportProps): RequiredAttestation {
    checkFields(PATH, props, ['maxAgeDays', 'refusedSeverities'], RULE);
    checkInteger(PATH, 'maxAgeDays', props.maxAgeDays, 1, 365, RULE);
    const severities = props.refusedSeverities ?? [VulnerabilitySeverity.CRITICAL];
    if (!Array.isArray(severities) || severities.length === 0 || severities.some((severity: VulnerabilitySeverity) => !Object.values(VulnerabilitySeverity).includes(severity))) {
      throw Errors.refused(PATH, 'refusedSeverities names no severity', severities, RULE, 'use VulnerabilitySeverity.CRITICAL, HIGH, MEDIUM or LOW');
    }
    return new RequiredAttestation({
      name: VULNERABILITIES,
      predicateType: 'https://cosign.sigstore.dev/attestation/vuln/v1',
      vulnerabilities: { severities: [...severities], maxAgeDays: props.maxAgeDays },
    });
  }

  /** An attestation of another kind, or with a policy of your own. */
  public static of(props: RequiredAttestationProps): RequiredAttestation {
    checkFields(PATH, props, ['name', 'predicateType', 'policy', 'language'], RULE);
    checkDnsLabel(PATH, 'name', props.name);
    if (props.name === VULNERABILITIES) throw Errors.refused(PATH, 'the name belongs to vulnerabilityReport()', props.name, RULE, 'use vulnerabilityReport(), or another name');
    if (typeof props.predicateType !== 'string' || !/^https:\/\/[^\s*]+$/.test(props.predicateType)) {
      throw Errors.refused(PATH, 'predicateType is no URI', props.predicateType, 'Sigstore policy-controller, attestations: short names are deprecated', "use the type's URI, such as 'https://slsa.dev/provenance/v1'");
    }
    if ((props.policy === undefined) !== (props.language === undefined)) throw Errors.refused(PATH, 'policy and language go together', props.language, RULE, 'give both, or neither');
    if (props.policy === undefined) return new RequiredAttestation({ name: props.name, predicateType: props.predicateType });
    checkText(PATH, 'policy', props.policy);
    if (!Object.values(AttestationPolicyLanguage).includes(props.language!)) throw Errors.refused(PATH, 'no such language', props.language, 'Sigstore policy-controller, policy.type', 'use AttestationPolicyLanguage.CUE or REGO');
    return new RequiredAttestation({ name: props.name, predicateType: props.predicateType, policy: { type: props.language!, data: props.policy } });
  }

  /** Name in the policy. */
  public readonly name: string;
  private readonly fields: AttestationFields;

  private constructor(fields: AttestationFields) {
    this.name = fields.name;
    this.fields = frozenCopy(fields);
    Object.freeze(this);
  }

  /** @internal */
  public _toFields(): AttestationFields {
    return this.fields;
  }
}
