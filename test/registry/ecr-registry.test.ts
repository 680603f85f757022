import { ecrRegistryOf } from '../../lib/registry/ecr-registry';

test.each([
  ['123456789012.dkr.ecr.us-east-1.amazonaws.com', { account: '123456789012', region: 'us-east-1', below: '' }],
  ['123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/team/images', { account: '123456789012', region: 'us-gov-west-1', below: 'team/images' }],
  ['123456789012.dkr.ecr-fips.us-east-1.amazonaws.com', { account: '123456789012', region: 'us-east-1', below: '' }],
  ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', { account: '123456789012', region: 'cn-north-1', below: '' }],
  ['123456789012.dkr.ecr.cn-north-1.amazonaws.com', undefined],
  ['123456789012.dkr.ecr.us-east-1.amazonaws.com.cn', undefined],
  ['123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.com', undefined],
  ['public.ecr.aws/team', undefined],
  ['registry.example.com', undefined],
  ['12345.dkr.ecr.us-east-1.amazonaws.com', undefined],
])('reads %s', (registry, expected) => {
  expect(ecrRegistryOf(registry)).toEqual(expected);
});
