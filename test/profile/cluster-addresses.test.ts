import { clusterAddresses } from '../../lib/profile/cluster-addresses';
import { expectRefusal } from '../support/refusal';

const addresses = (props: object) => clusterAddresses('Platform', props);

describe('clusterAddresses', () => {
  test('takes the private ranges for a VPC that nobody described, and its API server anywhere in them', () => {
    const ranges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];
    expect(addresses({})).toEqual({ vpcCidrs: ranges, controlPlaneCidrs: ranges, serviceCidr: undefined });
  });

  test.each<[string, object]>([
    ['a VPC with a secondary block and one of IPv6', { vpcCidrs: ['10.0.0.0/16', '100.64.0.0/16', '2600:1f13:a0d:a700::/56'], controlPlaneCidrs: ['10.0.255.0/28'], serviceCidr: '172.20.0.0/16' }],
    ['Services of IPv6', { vpcCidrs: ['10.0.0.0/16', '2600:1f13:a0d:a700::/56'], serviceCidr: 'fd30:3087:b6c2::/108' }],
    ['neighbours', { vpcCidrs: ['10.0.0.0/17', '10.0.128.0/17'] }],
    ['Services within the range of a VPC that nobody described', { serviceCidr: '10.100.0.0/16' }],
    ['what it gave out before', addresses({})],
  ])('takes %s', (_what, props) => {
    expect(addresses(props)).toMatchObject(Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)));
  });

  test('is frozen, and a copy', () => {
    const vpcCidrs = ['10.0.0.0/16'];
    const result = addresses({ vpcCidrs });
    vpcCidrs.push('0.0.0.0/0');
    expect(result.vpcCidrs).toEqual(['10.0.0.0/16']);
    expect(Object.isFrozen(result.vpcCidrs) && Object.isFrozen(result.controlPlaneCidrs)).toBe(true);
  });

  test.each<[string, object, unknown, string, string]>([
    ['an empty list', { vpcCidrs: [] }, [], 'a rule without peers allows all', 'leave vpcCidrs out'],
    ['text', { vpcCidrs: '10.0.0.0/16' }, '10.0.0.0/16', 'a rule without peers allows all', 'name the blocks'],
    ['an address', { vpcCidrs: ['10.0.0.1'] }, '10.0.0.1', 'RFC 4632', "'10.0.1.0/24'"],
    ['host bits', { vpcCidrs: ['10.0.0.1/16'] }, '10.0.0.1/16', 'RFC 4632', "'10.0.1.0/24'"],
    ['the internet', { vpcCidrs: ['0.0.0.0/0'] }, '0.0.0.0/0', 'NW1', 'the blocks'],
    ['half of the internet', { vpcCidrs: ['128.0.0.0/1'] }, '128.0.0.0/1', 'NW1', 'the blocks'],
    ['the internet of IPv6', { vpcCidrs: ['2000::/3'] }, '2000::/3', 'NW1', 'the blocks'],
    ['more than a VPC has', { vpcCidrs: ['10.0.0.0/15'] }, '10.0.0.0/15', 'NW1', 'the blocks'],
    ['link-local addresses', { vpcCidrs: ['169.254.0.0/16'] }, '169.254.0.0/16', 'control NW3', 'blocks of the VPC'],
    ['a part of them', { vpcCidrs: ['169.254.169.0/24'] }, '169.254.169.0/24', 'control NW3', 'blocks of the VPC'],
    ['a reference', { vpcCidrs: ['${aws_vpc.main.cidr_block}'] }, '${aws_vpc.main.cidr_block}', 'plain blocks', 'the block itself'],
    ['a block twice', { vpcCidrs: ['10.0.0.0/16', '10.0.0.0/16'] }, '10.0.0.0/16 and 10.0.0.0/16', 'do not overlap', 'keep one'],
    ['a block in another', { vpcCidrs: ['10.0.0.0/16', '10.1.0.0/16', '10.0.4.0/24'] }, '10.0.0.0/16 and 10.0.4.0/24', 'do not overlap', 'keep one'],
    ['a block around another', { vpcCidrs: ['10.0.4.0/24', '10.0.0.0/16'] }, '10.0.4.0/24 and 10.0.0.0/16', 'do not overlap', 'keep one'],
    ['the same block of IPv6 in two notations', { vpcCidrs: ['2600:1f13:a0d:a700::/56', '2600:1f13:0a0d:a700:0::/56'] }, '2600:1f13:a0d:a700::/56 and 2600:1f13:0a0d:a700:0::/56', 'do not overlap', 'keep one'],
    ['an API server outside the VPC', { vpcCidrs: ['10.0.0.0/16'], controlPlaneCidrs: ['10.1.0.0/28'] }, '10.1.0.0/28', "cluster's VPC", 'within 10.0.0.0/16'],
    ['an API server on public addresses', { controlPlaneCidrs: ['203.0.113.0/28'] }, '203.0.113.0/28', "cluster's VPC", 'correct vpcCidrs'],
    ['subnets of the API server that overlap', { controlPlaneCidrs: ['10.0.0.0/24', '10.0.0.16/28'] }, '10.0.0.0/24 and 10.0.0.16/28', 'do not overlap', 'keep one'],
    ['Services inside the VPC', { vpcCidrs: ['10.0.0.0/16'], serviceCidr: '10.0.128.0/17' }, '10.0.128.0/17 and 10.0.0.0/16', 'overlaps none of the VPC', 'correct it'],
    ['Services around the VPC', { vpcCidrs: ['172.20.0.0/16'], serviceCidr: '172.16.0.0/12' }, '172.16.0.0/12 and 172.20.0.0/16', 'overlaps none of the VPC', 'correct it'],
    ['Services on public addresses', { serviceCidr: '198.51.100.0/24' }, '198.51.100.0/24', '10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16', "'172.20.0.0/16'"],
    ['too few Services', { serviceCidr: '10.100.0.0/25' }, '10.100.0.0/25', 'from /12 to /24', "'172.20.0.0/16'"],
    ['Services of IPv6 on public addresses', { serviceCidr: '2600:1f13:a0d:a700::/108' }, '2600:1f13:a0d:a700::/108', 'fc00::/7', "'172.20.0.0/16'"],
    ['Services that only Terraform knows', { serviceCidr: '${var.a}' }, '${var.a}', 'plain blocks', 'the block itself'],
    ['Services that are no text', { serviceCidr: 16 }, 16, 'RFC 4632', "'10.0.1.0/24'"],
    ['Services of a whole private range', { serviceCidr: '10.0.0.0/8' }, '10.0.0.0/8', 'from /12 to /24', "'172.20.0.0/16'"],
  ])('refuses %s', (_what, props, value, rule, remedy) => {
    expectRefusal(() => addresses(props), { path: 'Platform', value, rule, remedy });
  });
});
