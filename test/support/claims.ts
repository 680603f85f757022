import type { IConstruct } from 'constructs';
import { Safeguard } from '../../lib/controls/safeguard';

/** Claims below a construct, as `path kind control`. */
export function claimsBelow(root: IConstruct): string[] {
  return root.node.findAll().flatMap((construct) => Safeguard.claimsOf(construct).map((claim) => `${construct.node.path} ${claim.kind} ${claim.control}`));
}
