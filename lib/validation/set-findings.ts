import type { Control } from '../controls/control';
import type { CheckContext } from './check-context';
import type { SynthesizedObject } from './synthesized-object';

/** What is wrong with the set of objects, beside the one that is judged. */
export interface SetFinding {
  readonly text: string;
  /** Where it is wrong; the whole cluster or account where it is left out. */
  readonly namespace?: string;
}

/** How many findings of one place are told in full. */
const TOLD = 3;

/**
 * What is wrong with the set, where `object` has to answer for it: the first object of the namespace that claims the control, otherwise the first of
 * all. So each is told once, and collected once in a synth.
 */
export function setFindings(
  control: Control, object: SynthesizedObject, context: CheckContext, question: string, collect: (context: CheckContext) => Iterable<SetFinding>,
): string | undefined {
  return tell(context.once(`${control}: ${question}`, () => {
    const byCarrier = new Map<SynthesizedObject, string[]>();
    for (const { text, namespace } of collect(context)) {
      const carrier = (namespace === undefined ? undefined : context.firstClaimant(control, namespace)) ?? context.firstClaimant(control);
      if (!carrier) continue;
      const texts = byCarrier.get(carrier);
      if (texts) texts.push(text);
      else byCarrier.set(carrier, [text]);
    }
    return byCarrier;
  }).get(object) ?? []);
}

/** Findings in one sentence, the first of them in full. */
export function tell(texts: readonly string[]): string | undefined {
  if (texts.length === 0) return undefined;
  return [...texts.slice(0, TOLD), ...(texts.length > TOLD ? [`and ${texts.length - TOLD} more`] : [])].join('; ');
}
