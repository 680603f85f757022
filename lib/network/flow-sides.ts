/** The ends of a flow that get a NetworkPolicy. */
export enum FlowSides {
  /** Both ends lie in namespaces with a default deny policy. */
  BOTH = 'both',
  /** The source alone: the other end is an agent whose namespace is open, or opened by policies of its own. */
  SOURCE = 'source',
  /** The destination alone. */
  DESTINATION = 'destination',
}
