/** The tag of nodes that names their cluster: who may open sessions on nodes may on those of one cluster alone. */
export const CLUSTER_TAG = 'cdk8s-hipaa/cluster';
