import { createPublicKey } from 'node:crypto';
import { checkDnsSubdomain, checkFields, checkHttpsAddress, checkKeyArn, checkText, isTerraformToken } from '../checks';
import { Errors } from '../errors';
import { frozenCopy } from '../frozen-copy';
import { SignatureFormat } from './signature-format';
import { loosePattern } from './subject-pattern';

/** Who signs without a key of his own: an identity that a certificate authority (Fulcio) has certified for some minutes. */
export interface KeylessIdentityProps {
  /** Issuer of the identity, exactly: `https://token.actions.githubusercontent.com`. */
  readonly issuer: string;
  /** Subject, exactly: `https://github.com/org/repository/.github/workflows/release.yml@refs/heads/main`, or an e-mail address. @default - subjectPattern */
  readonly subject?: string;
  /**
   * Subjects as a regular expression (RE2) over the whole of it, which starts with a literal host and the first segment of its path:
   * `^https://github\.com/org/[a-z-]+/\.github/workflows/release\.yml@refs/tags/v.*$`.
   * @default - subject
   */
  readonly subjectPattern?: string;
  /** Fulcio of your own; needs `trustRoot`. @default https://fulcio.sigstore.dev */
  readonly fulcioUrl?: string;
  /** Rekor of your own; needs `trustRoot`. @default - the one of the trustRoot, otherwise the public one */
  readonly rekorUrl?: string;
  /** Name of a TrustRoot of the cluster (policy.sigstore.dev/v1alpha1) with the roots of your own Fulcio and Rekor. @default - the public ones */
  readonly trustRoot?: string;
  /** What the signer writes; of the other format no signature is found, and every image refused. @default SignatureFormat.LEGACY, as policy-controller has it */
  readonly signatureFormat?: SignatureFormat;
}

/** What policy-controller takes as an authority. @internal */
export interface AuthorityFields {
  /** Always written, as cosign's default and the controller's have parted. */
  readonly signatureFormat: string;
  readonly key?: { readonly kms?: string; readonly data?: string };
  readonly keyless?: {
    readonly url: string;
    readonly trustRootRef?: string;
    readonly identities: { readonly issuer: string; readonly subject?: string; readonly subjectRegExp?: string }[];
  };
  readonly ctlog?: { readonly trustRootRef: string; readonly url?: string };
}

const PATH = 'ImageAuthority';
const RULE = 'control PS3, 45 CFR 164.308(a)(5)(ii)(B): an image is trusted for a signer that is known';

/**
 * A signer whose signature makes an image trusted.
 *
 * cosign 3 writes bundles unless it is told otherwise, and policy-controller looks for the older form unless it is told otherwise, and with a key for nothing else: sign and attest
 * with `--new-bundle-format=false --use-signing-config=false` for a key, and for an identity with SignatureFormat.LEGACY. The field needs policy-controller 0.13 or later.
 */
export class ImageAuthority {
  /**
   * An asymmetric key of AWS KMS. The controller reads its public half, as an identity that may `kms:GetPublicKey` and `kms:DescribeKey`.
   *
   * @param keyArn ARN of the key itself: an alias can move to another one.
   */
  public static awsKms(keyArn: string): ImageAuthority {
    const text = String(keyArn);
    if (isTerraformToken(text)) throw Errors.refused(PATH, 'keyArn is only known when Terraform applies', keyArn, 'nothing tokenised crosses between Terraform and Kubernetes', 'write the ARN itself');
    checkKeyArn(PATH, 'keyArn', keyArn);
    if (!/^arn:(aws|aws-us-gov|aws-cn):kms:[a-z0-9-]+:[0-9]{12}:key\/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(text)) {
      throw Errors.refused(PATH, 'keyArn is none that policy-controller takes', keyArn, 'Sigstore policy-controller, key.kms: awskms:///ARN of a key by its id', "use 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'");
    }
    // An endpoint before the last slash would be a key server of somebody else.
    return new ImageAuthority({ signatureFormat: SignatureFormat.LEGACY, key: { kms: `awskms:///${keyArn}` } });
  }

  /**
   * A public key.
   *
   * @param pem `-----BEGIN PUBLIC KEY-----`, as `cosign generate-key-pair` writes cosign.pub.
   */
  public static publicKey(pem: string): ImageAuthority {
    const text = String(pem).trim();
    const refuse = (): Error => Errors.refused(PATH, 'pem is no public key', text.split('\n')[0], RULE, 'give the text of cosign.pub');
    // A private key would yield its public half as well, and stand in the manifest.
    if (!/^-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+\n-----END PUBLIC KEY-----$/.test(text)) throw refuse();
    try {
      createPublicKey(text);
    } catch {
      throw refuse();
    }
    return new ImageAuthority({ signatureFormat: SignatureFormat.LEGACY, key: { data: `${text}\n` } });
  }

  /** An identity that signs without a key, such as a workflow of the build system. Digests of signed images show in the public log, unless it is your own. */
  public static keyless(props: KeylessIdentityProps): ImageAuthority {
    checkFields(PATH, props, ['issuer', 'subject', 'subjectPattern', 'fulcioUrl', 'rekorUrl', 'trustRoot', 'signatureFormat'], `${RULE}; the proof of the certificate's issue cannot be switched off`);
    const { issuer, subject, subjectPattern, fulcioUrl, rekorUrl, trustRoot, signatureFormat = SignatureFormat.LEGACY } = props;
    checkHttpsAddress(PATH, 'issuer', issuer);
    if ((subject === undefined) === (subjectPattern === undefined)) {
      throw Errors.refused(PATH, 'a keyless authority needs one of subject and subjectPattern', { subject, subjectPattern }, `${RULE}; without a subject everybody whom the issuer knows may sign`, 'name the subject');
    }
    if (subject !== undefined) checkText(PATH, 'subject', subject);
    if (subjectPattern !== undefined) checkPattern(subjectPattern);
    if (fulcioUrl !== undefined) checkHttpsAddress(PATH, 'fulcioUrl', fulcioUrl);
    if (rekorUrl !== undefined) checkHttpsAddress(PATH, 'rekorUrl', rekorUrl);
    if (trustRoot !== undefined) checkDnsSubdomain(PATH, 'trustRoot', trustRoot);
    if (!Object.values(SignatureFormat).includes(signatureFormat)) {
      throw Errors.refused(PATH, 'no such format', signatureFormat, 'Sigstore policy-controller, authorities: signatureFormat', 'use SignatureFormat.LEGACY or BUNDLE');
    }
    const own = fulcioUrl ?? rekorUrl;
    if (own !== undefined && trustRoot === undefined) {
      throw Errors.refused(PATH, 'a service of your own without a trustRoot', own, 'Sigstore policy-controller, TrustRoot: without one, all is checked by the keys of the public services', 'name the TrustRoot of your own Fulcio and Rekor');
    }
    return new ImageAuthority({
      signatureFormat,
      keyless: {
        url: fulcioUrl ?? 'https://fulcio.sigstore.dev',
        ...(trustRoot === undefined ? {} : { trustRootRef: trustRoot }),
        identities: [{ issuer, ...(subject === undefined ? {} : { subject }), ...(subjectPattern === undefined ? {} : { subjectRegExp: subjectPattern }) }],
      },
      // Without it the proof of the public log is checked, by the log's keys and without asking it; a TrustRoot without it would skip the log.
      ...(trustRoot === undefined ? {} : { ctlog: { trustRootRef: trustRoot, ...(rekorUrl === undefined ? {} : { url: rekorUrl }) } }),
    });
  }

  private readonly fields: AuthorityFields;

  private constructor(fields: AuthorityFields) {
    this.fields = frozenCopy(fields);
    Object.freeze(this);
  }

  /** @internal */
  public _toFields(): AuthorityFields {
    return this.fields;
  }
}

function checkPattern(pattern: string): void {
  const flaw = loosePattern(pattern);
  if (flaw === undefined) return;
  throw Errors.refused(PATH, `subjectPattern ${flaw}`, pattern, RULE,
    "start with ^, the host and the organisation with escaped dots, end with $, and write alternatives in parentheses: '^https://github\\.com/org/(a|b)/\\.github/workflows/release\\.yml@refs/heads/main$'");
}
