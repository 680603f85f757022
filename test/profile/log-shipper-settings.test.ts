import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { ObjectLock } from '../../lib/profile/object-lock';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import { HipaaProfile, type LogShipperSettings } from '../../lib/profile/profile';
import { eksProps, IMAGE, selfManagedProps } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

const lock = ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' });
const ISSUER = 'https://oidc.example.com/healthcare-cluster';
/** A profile with values that only a JavaScript caller can give. */
const make = (changes: object): HipaaProfile => new HipaaProfile({ ...eksProps(), ...changes });
const external = Platform.external({ provider: 'AKS', version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM });
/** What a cluster outside EKS must say for itself. */
const OUTSIDE = { archive: { lock, account: '123456789012', region: 'us-east-1' }, logShipper: { image: IMAGE, serviceAccountIssuer: ISSUER } };

describe('the log shipper', () => {
  test.each<[unknown]>([[undefined], [null]])('is given: %j', (logShipper) => {
    expectRefusal(() => make({ logShipper }), { path: 'HipaaProfile', value: undefined, rule: 'logShipper is required', remedy: 'by digest' });
  });

  test.each<[unknown]>([['fluent/fluent-bit:3.1'], [`fluent/fluent-bit@sha256:${'a'.repeat(64)}`], ['123456789012.dkr.ecr.us-east-1.amazonaws.com/fluent-bit:latest'], [undefined], [''], [5]])('has an image by registry and digest, not %j', (image) => {
    expectRefusal(() => make({ logShipper: { image } }), { path: 'HipaaProfile.logShipper', value: image, rule: 'control PS3', remedy: '@sha256:' });
  });

  test.each<[unknown]>([[''], [5]])('has an SELinux type or none: %j', (seLinuxType) => {
    expectRefusal(() => make({ logShipper: { image: IMAGE, seLinuxType } }), { path: 'HipaaProfile.logShipper', value: seLinuxType, rule: 'seLinuxType is required', remedy: 'non-empty' });
  });
});

describe('the issuer of service account tokens', () => {
  test('may have had others before, on a self-managed cluster alone', () => {
    const logShipper: Required<LogShipperSettings> = { image: IMAGE, serviceAccountIssuer: ISSUER, formerServiceAccountIssuers: ['https://kubernetes.default.svc.cluster.local'], seLinuxType: 'spc_t' };
    expect(make({ ...OUTSIDE, platform: selfManagedProps().platform, logShipper }).logShipper).toEqual(logShipper);
    expectRefusal(() => make({ ...OUTSIDE, platform: external, logShipper }), { path: 'HipaaProfile.logShipper', value: 'AKS', rule: "API server's issuers", remedy: 'leave it out' });
  });

  test.each([['self-managed', selfManagedProps().platform], ['external', external]])('is taken where the cluster is %s', (_name, platform) => {
    const logShipper: LogShipperSettings = { image: IMAGE, serviceAccountIssuer: ISSUER };
    const profile = make({ ...OUTSIDE, platform, logShipper });

    expect(profile.logShipper).toEqual(logShipper);
    expect(Object.isFrozen(profile.logShipper)).toBe(true);
  });

  test.each([['self-managed', selfManagedProps().platform], ['external', external]])('is required where the cluster is %s: nothing else gives the shipper an identity', (_name, platform) => {
    expectRefusal(() => make({ ...OUTSIDE, platform, logShipper: { image: IMAGE } }), { path: 'HipaaProfile.logShipper', value: undefined, rule: 'serviceAccountIssuer is required', remedy: '--service-account-issuer' });
  });

  test('is refused on EKS, where Pod Identity is', () => {
    expectRefusal(() => make({ logShipper: { image: IMAGE, serviceAccountIssuer: ISSUER } }), { path: 'HipaaProfile.logShipper', value: 'Amazon EKS', rule: 'control AC11', remedy: 'leave it out' });
  });

  test.each<[unknown]>([['http://oidc.example.com'], ['oidc.example.com'], [''], [null], [5], ['https://kubernetes.default.svc\n']])('is a URL that AWS reads, not %j', (serviceAccountIssuer) => {
    expectRefusal(() => make({ ...OUTSIDE, platform: external, logShipper: { image: IMAGE, serviceAccountIssuer } }), { path: 'HipaaProfile.logShipper', value: serviceAccountIssuer, rule: 'AWS IAM', remedy: 'https://' });
  });
});
