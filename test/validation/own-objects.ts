/** Constructs that the reference platforms do not have, as the checks see them. */
import { ApiObject, Chart, Testing } from 'cdk8s';
import type { Control } from '../../lib/controls/control';
import { Safeguard } from '../../lib/controls/safeguard';
import type { HipaaProfile } from '../../lib/profile/profile';
import { CheckContext } from '../../lib/validation/check-context';
import { checkFor } from '../../lib/validation/checks';
import { Tree, type SynthesizedObject } from '../../lib/validation/synthesized-object';
import type { Weakening } from './weakening';

/** The objects of a chart, with what their constructs claim. */
export function objectsOf(build: (chart: Chart) => void): SynthesizedObject[] {
  const chart = new Chart(Testing.app(), 'Test');
  build(chart);
  return chart.node.findAll().filter((construct): construct is ApiObject => construct instanceof ApiObject).map((object) => {
    const content = object.toJson() as Record<string, unknown>;
    const { namespace, name } = content.metadata as { namespace?: string; name: string };
    return {
      reference: { tree: Tree.KUBERNETES, apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }) },
      path: object.node.path, content, claims: Safeguard.claimsOf(object),
    };
  });
}

/** Judges the one object that claims the control, after `weaken`. */
export function verdictOf(profile: HipaaProfile, objects: readonly SynthesizedObject[], control: Control, weaken: Weakening = () => undefined): string | undefined {
  const copies = structuredClone(objects) as SynthesizedObject[];
  const claimant = copies.find((object) => object.claims.some((claim) => claim.control === control));
  if (!claimant) throw new Error(`nothing claims ${control}`);
  weaken(claimant.content, copies);
  return checkFor(control, claimant)!.check(claimant, new CheckContext(profile, copies));
}
