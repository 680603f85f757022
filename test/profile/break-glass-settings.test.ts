import { checkBreakGlass, type BreakGlassSettings } from '../../lib/profile/break-glass-settings';
import { EncryptionMigration } from '../../lib/profile/encryption-settings';
import { IdentityGroups } from '../../lib/profile/identity-groups';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import { eksProps, selfManagedProps } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

const image = `registry.example.com/kubectl@sha256:${'a'.repeat(64)}`;
const groups = new IdentityGroups({ auditors: 'auditors@company.com', developers: 'developers@company.com', securityAdmins: 'security-admins@company.com' });
const eks = eksProps().platform;
const own = selfManagedProps().platform;
const aks = { provider: 'AKS', version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM };
const external = Platform.external({ ...aks, apiServerCidrs: ['10.0.0.10/32', '10.96.0.1/32'] });
const all: Required<BreakGlassSettings> = {
  image, everyMinutes: 10, longestHours: 8, group: 'break-glass@company.com', approver: 'ciso@company.com', session: 'OIDC token of one hour',
};
const grouped = { group: all.group, approver: all.approver, session: all.session };
const without = { group: undefined, approver: undefined, session: undefined };
const check = (settings: object, platform: Platform = own): void => checkBreakGlass('P', settings as BreakGlassSettings, platform, groups);

test.each<[string, BreakGlassSettings, Platform]>([
  ['every setting', all, own], ['every setting of another provider', all, external], ['no standing group', { ...all, ...without }, own],
  ['the image alone on EKS, where the way in is a role', { image }, eks],
])('takes %s', (_what, settings, platform) => {
  expect(() => check(settings, platform)).not.toThrow();
});

test.each<[object, unknown, string, string]>([
  [{ image: 'bitnami/kubectl:latest' }, 'bitnami/kubectl:latest', 'control PS3', '@sha256:'],
  [{ everyMinutes: 7 }, 7, 'cron', '1 to 6, 10, 12'],
  [{ everyMinutes: 0 }, 0, 'cron', '1 to 6, 10, 12'],
  [{ everyMinutes: 60 }, 60, 'cron', '1 to 6, 10, 12'],
  [{ longestHours: 0 }, 0, 'control AC6', '1 to 168'],
  [{ longestHours: 169 }, 169, 'control AC6', '1 to 168'],
  [{ apiServerCidrs: ['10.0.0.10/32'] }, 'apiServerCidrs', 'control AC6', 'image, everyMinutes'],
  [{ group: undefined }, undefined, 'group is required', 'name the group'],
  [{ group: undefined, approver: undefined }, undefined, 'group is required', 'leave both out'],
  [{ approver: undefined }, undefined, 'approver is required', 'control AC6'],
  [{ session: undefined }, undefined, 'session is required', 'control AC6'],
  [{ session: ' ' }, ' ', 'session is required', 'non-empty'],
  [{ group: 'system:masters' }, 'system:masters', 'control AC4', "identity provider's own"],
  [{ group: '' }, '', 'group is required', 'non-empty'],
  [{ group: 'developers@company.com' }, 'developers@company.com', 'AC6', 'a group of its own'],
  [{ group: 'Auditors@company.com' }, 'Auditors@company.com', 'AC6', 'a group of its own'],
  [{ clusterRole: 'cluster-admin' }, 'clusterRole', 'control AC6', 'image, everyMinutes'],
])('refuses %j', (changes, value, rule, remedy) => {
  expectRefusal(() => check({ ...all, ...changes }), { path: 'P', value, rule, remedy });
});

test('on EKS the way in is a role, and no group', () => {
  expectRefusal(() => check({ image, ...grouped }, eks), { path: 'P', value: 'Amazon EKS', rule: 'control AC6', remedy: 'people.breakGlass' });
});

test.each<[string, Platform]>([
  ['a provider', Platform.external(aks)],
  ['a cluster of one\'s own', Platform.selfManaged({ version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM, encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED } })],
])('%s says where its API server answers', (_what, platform) => {
  expectRefusal(() => check({ image }, platform), { path: 'P', value: undefined, rule: 'platform.apiServerCidrs is required', remedy: "Service 'kubernetes'" });
});
