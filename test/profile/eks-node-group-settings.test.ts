import { checkNodeGroups, hasNodeAudit, type EksNodeGroupSettings } from '../../lib/profile/eks-node-group-settings';
import { NodeImage } from '../../lib/profile/node-image';
import { expectRefusal } from '../support/refusal';

const all: Required<EksNodeGroupSettings> = { name: 'default', image: NodeImage.BOTTLEROCKET, instanceTypes: ['m6i.large'], minSize: 2, maxSize: 6, volumeGigabytes: 100, nodeAudit: false };

test('takes groups, or none', () => {
  expect(() => checkNodeGroups('P', [all, { name: 'other' }])).not.toThrow();
  expect(() => checkNodeGroups('P', [])).not.toThrow();
});

test.each<[object, boolean]>([
  [{}, false],
  [{ image: NodeImage.BOTTLEROCKET_ARM }, false],
  [{ image: NodeImage.AMAZON_LINUX_2023 }, true],
  [{ image: NodeImage.AMAZON_LINUX_2023_ARM, nodeAudit: false }, false],
])('auditd records on the nodes of %j: %s', (group, audited) => {
  expect(hasNodeAudit({ name: 'a', ...group })).toBe(audited);
});

test.each<[unknown, unknown, string, string]>([
  ['default', 'default', 'managed node groups', 'a list'],
  [[{ name: '' }], '', 'CreateNodegroup', '1 to 63'],
  [[{ name: '-a' }], '-a', 'CreateNodegroup', '1 to 63'],
  [[{ name: 'a' }, { name: 'a' }], 'a', 'unique in a cluster', 'name each'],
  [[{ name: 'a', size: 3 }], 'size', 'no other field', 'instanceTypes'],
  [[{ name: 'a', minSize: -1 }], -1, 'NodegroupScalingConfig', '0 to 1000'],
  [[{ name: 'a', minSize: 7 }], 6, 'at least minSize', '7 to 1000'],
  [[{ name: 'a', minSize: 0, maxSize: 0 }], 0, 'at least minSize', '1 to 1000'],
  [[{ name: 'a', image: 'WINDOWS' }], 'WINDOWS', 'AMI types', 'BOTTLEROCKET'],
  [[{ name: 'a', volumeGigabytes: 8 }], 8, 'Amazon EBS', '20 to 16384'],
  [[{ name: 'a', nodeAudit: true }], true, 'control AU10', 'AMAZON_LINUX_2023'],
  [[{ name: 'a', image: NodeImage.AMAZON_LINUX_2023, nodeAudit: 'yes' }], 'yes', 'control AU10', 'true or false'],
  [[{ name: 'a', instanceTypes: [] }], [], 'instance types', 'm6i.large'],
  [[{ name: 'a', instanceTypes: ['large'] }], ['large'], 'instance types', 'm6i.large'],
])('refuses %j', (groups, value, rule, remedy) => {
  expectRefusal(() => checkNodeGroups('P', groups as never), { path: 'P', value, rule, remedy });
});
