/** How the pods of a workload are spread over zones and nodes. */
export enum TopologySpread {
  /** As evenly as the nodes allow: a pod starts also where there is no even place. */
  PREFERRED = 'ScheduleAnyway',
  /** Evenly, or not at all: a pod waits for a place that keeps zones and nodes even, for ever where nodes have no label of a zone. */
  REQUIRED = 'DoNotSchedule',
  /** By the scheduler's own defaults. HipaaKubernetesApp then wants anti-affinity for more than one replica (`scheduling.separate`), or an exception for control PS5. */
  NONE = 'none',
}
