import { BlockList, isIPv6 } from 'node:net';
import { at, listAt } from '../content';

/** Two addresses in every public /8 of IPv4, and some in each part of IPv6 that is given out: a wide block holds one of them, whatever small holes it has. */
const INTERNET: readonly string[] = [
  ...Array.from({ length: 223 }, (_, index) => index + 1).filter((first) => ![10, 100, 127].includes(first)).flatMap((first) => [`${first}.77.41.9`, `${first}.200.3.5`]),
  '2001:4860:4860::8888', '2400:cb00::1', '2606:4700::1111', '2800:3f0::1', '2a00:1450::1', '2c0f:fb50::1',
];

/** A block of addresses, as a peer of a NetworkPolicy names it: a CIDR with holes. */
export class AddressBlock {
  private readonly family: Family;
  private readonly inside = new BlockList();
  private readonly holes = new BlockList();

  public constructor(ipBlock: unknown) {
    const cidr = String(at(ipBlock, 'cidr'));
    this.family = familyOf(cidr);
    add(this.inside, cidr);
    for (const hole of listAt(ipBlock, 'except')) add(this.holes, String(hole));
  }

  public contains(address: string): boolean {
    // BlockList finds an IPv4 address in a block of IPv6 that holds its mapped form; no packet of IPv4 is meant by that.
    return familyOf(address) === this.family && this.inside.check(address, this.family) && !this.holes.check(address, this.family);
  }

  /** An address of the internet in the block; undefined where it holds none of those that are tried. */
  public internetAddress(): string | undefined {
    return INTERNET.find((address) => this.contains(address));
  }
}

type Family = 'ipv4' | 'ipv6';

function familyOf(text: string): Family {
  return isIPv6(text.split('/')[0]) ? 'ipv6' : 'ipv4';
}

function add(list: BlockList, cidr: string): void {
  const [network, prefix] = cidr.split('/');
  try {
    list.addSubnet(network, Number(prefix), familyOf(cidr));
  } catch {
    // No CIDR: the API server refuses the policy.
  }
}
