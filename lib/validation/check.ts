import type { Control } from '../controls/control';
import type { SynthesizedObject } from './synthesized-object';
import type { CheckContext } from './check-context';

/** How a control is verified on one kind of synthesized object. */
export interface Check {
  readonly control: Control;
  /** The kind, of the API group that api-groups.ts gives it, the Terraform resource's type, or the file's kind that it judges. */
  readonly kind: string;
  /** What is wrong, in a sentence without a full stop; undefined where the object enforces the control. */
  check(object: SynthesizedObject, context: CheckContext): string | undefined;
}
