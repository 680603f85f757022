import type { IConstruct } from 'constructs';
import { Safeguard, type SafeguardClaim } from '../controls/safeguard';
import { describe } from '../profile/errors';

/** The claims of a tree, by the emitted construct that answers for them. */
export interface EmittedClaims {
  readonly byConstruct: ReadonlyMap<IConstruct, readonly SafeguardClaim[]>;
  /** Claims that no emitted object answers for: safeguards on paper. */
  readonly findings: readonly string[];
}

/**
 * The claims that each emitted construct of a tree answers for: its own, and those of constructs above it that emit nothing
 * themselves.
 */
export function claimsByEmitted(root: IConstruct, isEmitted: (construct: IConstruct) => boolean): EmittedClaims {
  const byConstruct = new Map<IConstruct, readonly SafeguardClaim[]>();
  const findings: string[] = [];
  const visit = (construct: IConstruct, inherited: readonly SafeguardClaim[]): boolean => {
    const own = Safeguard.claimsOf(construct);
    if (isEmitted(construct)) {
      byConstruct.set(construct, [...inherited, ...own]);
      for (const child of construct.node.children) visit(child, []);
      return true;
    }
    const passed = own.length === 0 ? inherited : [...inherited, ...own];
    let emitted = false;
    for (const child of construct.node.children) emitted = visit(child, passed) || emitted;
    if (!emitted && own.length > 0) {
      findings.push(describe({
        path: construct.node.path, problem: 'a construct claims a control and emits nothing', value: own.map((claim) => claim.control),
        rule: '45 CFR 164.316(b)(1): evidence names the object that enforces a control', remedy: 'claim the control on the construct of the object that enforces it',
      }));
    }
    return emitted;
  };
  visit(root, []);
  return { byConstruct, findings };
}
