import type { Control } from '../controls/control';
import type { CheckContext } from './check-context';
import type { SynthesizedObject } from './synthesized-object';

/** What is wrong with the set of objects, beside the one that is judged. */
export interface SetFinding {
  readonly text: string;
  /** Where it is wrong; the whole cluster or account where it is left out. */
  readonly namespace?: string;
  /** What is wrong, and answers for it where nothing claims the control; left out where the object is judged by itself anyway. */
  readonly object?: SynthesizedObject;
}

/** A finding, with the object that answers for it: none where nothing claims the control. */
interface Carried extends SetFinding {
  readonly carrier: SynthesizedObject | undefined;
}

type Collect = (context: CheckContext) => Iterable<SetFinding>;

/** How many findings of one place are told in full. */
const TOLD = 3;

/**
 * What is wrong with the set, where `object` has to answer for it: the first object of the namespace that claims the control, otherwise the first of
 * all. So each is told once, and collected once in a synth.
 */
export function setFindings(control: Control, object: SynthesizedObject, context: CheckContext, question: string, collect: Collect): string | undefined {
  askedOf(control, context, question).add(object);
  const byCarrier = context.once(`${control}: ${question}, by carrier`, () => {
    const texts = new Map<SynthesizedObject, string[]>();
    for (const { text, carrier } of carried(control, context, question, collect)) {
      if (!carrier) continue;
      const told = texts.get(carrier);
      if (told) told.push(text);
      else texts.set(carrier, [text]);
    }
    return texts;
  });
  return tell(byCarrier.get(object) ?? []);
}

/** Findings for which no object that claims the control was asked: in an app that holds workloads alone, nobody answers for the set. Asked after all claims. */
export function untoldFindings(control: Control, context: CheckContext, question: string, collect: Collect): SetFinding[] {
  const asked = askedOf(control, context, question);
  return carried(control, context, question, collect).filter(({ carrier }) => !carrier || !asked.has(carrier));
}

/** Findings in one sentence, the first of them in full. */
export function tell(texts: readonly string[]): string | undefined {
  if (texts.length === 0) return undefined;
  return [...texts.slice(0, TOLD), ...(texts.length > TOLD ? [`and ${texts.length - TOLD} more`] : [])].join('; ');
}

function carried(control: Control, context: CheckContext, question: string, collect: Collect): readonly Carried[] {
  return context.once(`${control}: ${question}`, () => [...collect(context)].map((finding) => ({
    ...finding, carrier: (finding.namespace === undefined ? undefined : context.firstClaimant(control, finding.namespace)) ?? context.firstClaimant(control),
  })));
}

function askedOf(control: Control, context: CheckContext, question: string): Set<SynthesizedObject> {
  return context.once(`${control}: ${question}, asked`, () => new Set<SynthesizedObject>());
}
