import { checkFields, checkImageDigest, checkIssuerUrl, checkText } from './checks';
import { Errors } from './errors';
import { EksPlatform, SelfManagedPlatform, type Platform } from './platform';

/** The agent that ships logs into the archive. */
export interface LogShipperSettings {
  /** Fluent Bit's image, by digest, from a registry that you approve. */
  readonly image: string;
  /**
   * Issuer of the cluster's service account tokens, an https URL that AWS can reach: the shipper exchanges its token for an AWS role. Required
   * outside EKS, where nothing else gives a pod an AWS identity.
   * @default - EKS Pod Identity
   */
  readonly serviceAccountIssuer?: string;
  /**
   * Issuers that the cluster had before, whose tokens are still accepted while pods hold them. Self-managed, Kubernetes 1.31 or later.
   * @default - none: a new cluster, or one that has its issuer already
   */
  readonly formerServiceAccountIssuers?: readonly string[];
  /**
   * SELinux type of the shipper's pods, such as `spc_t`, where the nodes enforce SELinux: a container's own type reads no logs of its node.
   * @default - the container runtime's choice
   */
  readonly seLinuxType?: string;
}

/** @internal */
export function checkLogShipper(path: string, settings: LogShipperSettings, platform: Platform): void {
  if (!settings) throw Errors.missing('HipaaProfile', 'logShipper', "give the image by digest: { image: 'registry/fluent-bit@sha256:...' }");
  checkFields(path, settings, ['image', 'serviceAccountIssuer', 'formerServiceAccountIssuers', 'seLinuxType'], 'a log shipper takes no other field');
  checkImageDigest(path, 'image', settings.image);
  checkIssuer(path, platform, settings.serviceAccountIssuer);
  if (settings.formerServiceAccountIssuers !== undefined && !(platform instanceof SelfManagedPlatform)) {
    throw Errors.notOnPlatform(path, 'formerServiceAccountIssuers', platform.label, "the provider sets the API server's issuers", 'leave it out');
  }
  if (settings.seLinuxType !== undefined) checkText(path, 'seLinuxType', settings.seLinuxType);
}

function checkIssuer(path: string, platform: Platform, issuer: string | undefined): void {
  const onEks = platform instanceof EksPlatform;
  if (onEks && issuer !== undefined) {
    throw Errors.notOnPlatform(path, 'serviceAccountIssuer', platform.label, 'control AC11, 45 CFR 164.312(a)(1): a pod has one AWS identity, and on EKS it is Pod Identity', 'leave it out');
  }
  if (!onEks && issuer === undefined) {
    throw Errors.missing(path, 'serviceAccountIssuer', "give the API server's --service-account-issuer, published where AWS can read its keys: without it nothing is shipped");
  }
  if (issuer !== undefined) checkIssuerUrl(path, 'serviceAccountIssuer', issuer);
}
