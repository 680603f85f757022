import { checkOidc, type OidcSettings } from '../../lib/profile/oidc-settings';
import { expectRefusal } from '../support/refusal';

const all: Required<OidcSettings> = {
  issuerUrl: 'https://login.company.com/tenant', clientId: 'kubernetes', usernameClaim: 'sub', groupsClaim: 'groups', requiredClaims: { acr: 'mfa' }, mfaClaim: 'acr',
};

test('takes an issuer that AWS reaches', () => {
  expect(() => checkOidc('P', all)).not.toThrow();
  expect(() => checkOidc('P', { issuerUrl: all.issuerUrl, clientId: 'a' })).not.toThrow();
});

test.each<[object, unknown, string, string]>([
  [{ issuerUrl: 'http://login.company.com' }, 'http://login.company.com', 'CreateOpenIDConnectProvider', 'https://'],
  [{ clientId: '' }, '', 'clientId is required', 'non-empty clientId'],
  [{ audience: 'a' }, 'audience', 'no other field', 'clientId'],
  [{ mfaClaim: 'amr' }, 'amr', 'control AC2', 'add it to requiredClaims'],
  [{ requiredClaims: undefined }, 'acr', 'control AC2', 'add it to requiredClaims'],
])('refuses %j', (changes, value, rule, remedy) => {
  expectRefusal(() => checkOidc('P', { ...all, ...changes }), { path: 'P', value, rule, remedy });
});
