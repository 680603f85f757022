import { Chart, Testing } from 'cdk8s';
import { GatekeeperSyncSet, type GatekeeperSyncSetProps, type SyncedKind } from '../../../lib/admission/gatekeeper/gatekeeper-sync-set';
import { POLICY_PACK } from '../../../lib/admission/policy-pack';
import { synthChart, type Manifest } from '../../support/chart';
import { expectRefusal } from '../../support/refusal';

const synth = (props?: GatekeeperSyncSetProps): Manifest => synthChart((chart) => new GatekeeperSyncSet(chart, 'Sync', props))[0];
const NETWORK_POLICY = { group: 'networking.k8s.io', version: 'v1', kind: 'NetworkPolicy' };

test('syncs Namespaces and NetworkPolicies', () => {
  expect(synth()).toEqual({ apiVersion: 'syncset.gatekeeper.sh/v1alpha1', kind: 'SyncSet', metadata: { name: 'hipaa' }, spec: { gvks: [{ group: '', version: 'v1', kind: 'Namespace' }, NETWORK_POLICY] } });
});

test('what the policies look up is synced', () => {
  const synced = synth().spec.gvks.map(({ group, kind }: SyncedKind) => `${group}/${kind}`);
  const looked = POLICY_PACK.flatMap(({ inventory = [] }) => inventory.flatMap(({ apiGroups, kinds }) => apiGroups.flatMap((group) => kinds.map((kind) => `${group}/${kind}`))));
  expect(synced).toEqual(expect.arrayContaining(looked));
});

test('takes every prop, and each kind once', () => {
  const kind: Required<SyncedKind> = { group: 'storage.k8s.io', version: 'v1', kind: 'StorageClass' };
  const props: Required<GatekeeperSyncSetProps> = { name: 'more', moreKinds: [kind, { version: 'v1', kind: 'Service' }, NETWORK_POLICY] };
  const { metadata, spec } = synth(props);
  expect(metadata.name).toBe('more');
  expect(spec.gvks).toEqual([{ group: '', version: 'v1', kind: 'Namespace' }, NETWORK_POLICY, kind, { group: '', version: 'v1', kind: 'Service' }]);
});

test('belongs to no namespace', () => {
  const chart = new Chart(Testing.app(), 'Test', { namespace: 'healthcare-prod' });
  new GatekeeperSyncSet(chart, 'Sync');
  expect((Testing.synth(chart) as Manifest[])[0].metadata).toEqual({ name: 'hipaa' });
});

test.each<[string, object, unknown, string, string]>([
  ['a name that is none', { name: 'A B' }, 'A B', 'RFC 1123', 'use at most 253'],
  ['an unknown field', { kinds: [] }, 'kinds', 'lost', 'moreKinds'],
  ['kinds that are no list', { moreKinds: 'Service' }, 'Service', 'Replicating Data', 'give a list'],
  ['Secrets', { moreKinds: [{ version: 'v1', kind: 'Secret' }] }, 'Secret', 'control PS4', 'sync no Secrets'],
  ['every kind', { moreKinds: [{ version: 'v1', kind: '*' }] }, '*', 'full names', 'name each kind'],
  ['a group that is no text', { moreKinds: [{ group: 1, version: 'v1', kind: 'Service' }] }, 1, 'gvks', 'without a version'],
  ['no version', { moreKinds: [{ kind: 'Service' }] }, undefined, 'required', 'non-empty'],
  ['no kind', { moreKinds: [{ version: 'v1', kind: '' }] }, '', 'required', 'non-empty'],
  ['an unknown field of a kind', { moreKinds: [{ version: 'v1', kind: 'Service', name: 'a' }] }, 'name', 'gvks', 'group'],
])('refuses %s', (_what, props, value, rule, remedy) => {
  expectRefusal(() => synth(props as GatekeeperSyncSetProps), { path: 'Test/Sync', value, rule, remedy });
});
