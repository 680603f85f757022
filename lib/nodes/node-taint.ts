/** What happens to pods that do not tolerate a taint, as EKS names it. */
export enum NodeTaintEffect {
  NO_SCHEDULE = 'NO_SCHEDULE',
  PREFER_NO_SCHEDULE = 'PREFER_NO_SCHEDULE',
  NO_EXECUTE = 'NO_EXECUTE',
}

/** Keeps pods off a node that do not tolerate it. */
export interface NodeTaintProps {
  readonly key: string;
  /** @default - none */
  readonly value?: string;
  readonly effect: NodeTaintEffect;
}
