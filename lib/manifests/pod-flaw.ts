import type { Control } from '../controls/control';

/** Something in a pod specification that a control forbids in a namespace with PHI. */
export interface PodFlaw {
  readonly control: Control;
  /** What is wrong and where, in a phrase without a full stop. */
  readonly text: string;
}
