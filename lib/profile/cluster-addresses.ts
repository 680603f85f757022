import { blockContains, checkCidr, checkNoOverlap, isTerraformToken } from './checks';
import { Errors } from './errors';
import { frozenCopy } from './frozen-copy';

/** Where AWS keeps services of the node itself: metadata, credentials, time. No block of a VPC lies there. */
export const LINK_LOCAL_BLOCKS: readonly string[] = Object.freeze(['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::/32']);

/**
 * The private ranges of IPv4 (RFC 1918) and the shared one (RFC 6598) that AWS recommends for pods: a VPC that nobody described lies in them, and no address
 * of the internet does.
 */
const PRIVATE_BLOCKS: readonly string[] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

/** One of them is the Services' block of a cluster that names none (Amazon EKS, KubernetesNetworkConfigRequest). */
export const EKS_SERVICE_BLOCKS: readonly string[] = Object.freeze(['10.100.0.0/16', '172.20.0.0/16']);

/** Blocks of a VPC (Amazon VPC, CIDR blocks): /16 to /28, and /44 to /60 for IPv6. */
const WIDEST_VPC = { ipv4: 16, ipv6: 44 };
/** Blocks of Services (Amazon EKS, CreateCluster); for IPv6 AWS chooses one. */
const SERVICES = { ipv4: { within: PRIVATE_BLOCKS.slice(0, 3), widest: 12, narrowest: 24 }, ipv6: { within: ['fc00::/7'], widest: 108, narrowest: 108 } };

/** Where things of the cluster have their addresses. */
export interface ClusterAddresses {
  readonly vpcCidrs: readonly string[];
  /** Blocks in which the API server's interfaces stand. */
  readonly controlPlaneCidrs: readonly string[];
  readonly serviceCidr: string | undefined;
}

/** @internal */
export function clusterAddresses(
  path: string, props: { readonly vpcCidrs?: readonly string[]; readonly controlPlaneCidrs?: readonly string[]; readonly serviceCidr?: string },
): ClusterAddresses {
  const vpcCidrs = props.vpcCidrs ?? PRIVATE_BLOCKS;
  checkBlocks(path, 'vpcCidrs', vpcCidrs);
  if (props.controlPlaneCidrs !== undefined) {
    checkBlocks(path, 'controlPlaneCidrs', props.controlPlaneCidrs);
    for (const cidr of props.controlPlaneCidrs) {
      if (!vpcCidrs.some((block) => blockContains(block, cidr))) {
        throw Errors.refused(path, 'controlPlaneCidrs lies outside the VPC', cidr, "Amazon EKS, VPC requirements: the control plane's interfaces stand in subnets of the cluster's VPC", `use subnets within ${vpcCidrs.join(', ')}, or correct vpcCidrs`);
      }
    }
  }
  if (props.serviceCidr !== undefined) checkServices(path, props.serviceCidr, vpcCidrs);
  return { vpcCidrs: frozenCopy(vpcCidrs), controlPlaneCidrs: frozenCopy(props.controlPlaneCidrs ?? vpcCidrs), serviceCidr: props.serviceCidr };
}

/** Blocks of a network that is described, none of them in another. @internal */
export function checkBlocks(path: string, prop: string, cidrs: readonly string[]): void {
  if (!Array.isArray(cidrs) || cidrs.length === 0) {
    throw Errors.refused(path, `${prop} names no block`, cidrs, 'Kubernetes, NetworkPolicy: a rule without peers allows all of them', `name the blocks, such as ['10.0.0.0/16'], or leave ${prop} out`);
  }
  for (const cidr of cidrs as readonly string[]) if (!PRIVATE_BLOCKS.includes(cidr)) checkPlain(path, prop, cidr, WIDEST_VPC);
  checkNoOverlap(path, (cidrs as readonly string[]).map((cidr) => [prop, cidr]), 'Amazon VPC, CIDR blocks: those of a VPC do not overlap');
}

/** Where an API server answers that is not of EKS. The widest are those of a private network. @internal */
export function checkApiServerBlocks(path: string, cidrs: readonly string[]): void {
  if (!Array.isArray(cidrs) || cidrs.length === 0) {
    throw Errors.refused(path, 'apiServerCidrs names no block', cidrs, 'Kubernetes, NetworkPolicy: a rule without peers allows all of them', "name the API server's addresses, such as ['10.0.0.10/32']");
  }
  for (const cidr of cidrs as readonly string[]) checkPlain(path, 'apiServerCidrs', cidr, { ipv4: 8, ipv6: 32 });
}

function checkServices(path: string, cidr: string, vpcCidrs: readonly string[]): void {
  checkPlain(path, 'serviceCidr', cidr);
  const { within, widest, narrowest } = cidr.includes(':') ? SERVICES.ipv6 : SERVICES.ipv4;
  const prefix = Number(cidr.split('/')[1]);
  if (!within.some((block) => blockContains(block, cidr)) || prefix < widest || prefix > narrowest) {
    throw Errors.refused(path, 'serviceCidr is no block that EKS takes for Services', cidr, `Amazon EKS, CreateCluster: within ${within.join(', ')}, from /${widest} to /${narrowest}`, "use the cluster's own block, such as '172.20.0.0/16'");
  }
  // A whole private range says where the VPC is, not what it has.
  const blocks = vpcCidrs.filter((block) => !PRIVATE_BLOCKS.includes(block));
  checkNoOverlap(path, [['serviceCidr', cidr], ...blocks.map((block) => ['vpcCidrs', block] as const)], 'Amazon EKS, CreateCluster: the block of Services overlaps none of the VPC');
}

function checkPlain(path: string, prop: string, cidr: string, widest = { ipv4: 0, ipv6: 0 }): void {
  if (isTerraformToken(cidr)) throw Errors.refused(path, `${prop} is only known when Terraform applies`, cidr, 'a NetworkPolicy takes plain blocks', 'write the block itself');
  checkCidr(path, prop, cidr, widest.ipv4, widest.ipv6);
  const local = LINK_LOCAL_BLOCKS.find((block) => blockContains(block, cidr) || blockContains(cidr, block));
  if (local !== undefined) throw Errors.refused(path, `${prop} holds link-local services of the node`, cidr, `control NW3, 45 CFR 164.312(a)(1): ${local} is no part of a VPC; the metadata service is there`, 'name the blocks of the VPC');
}
