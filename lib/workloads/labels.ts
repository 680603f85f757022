export { DATA_CLASSIFICATION_LABEL, PHI } from '../manifests/data-classification';

/** Marks the stage that a namespace serves. */
export const ENVIRONMENT_LABEL = 'cdk8s-hipaa/environment';
/** Marks pods with the kind of workload that they belong to: a CronJob's pods are never those of a Deployment of the same name. */
export const WORKLOAD_KIND_LABEL = 'cdk8s-hipaa/workload-kind';
/** The name of a workload, as its pods carry it (Kubernetes, recommended labels). */
export const WORKLOAD_NAME_LABEL = 'app.kubernetes.io/name';
/** Why a workload has no probes, on the workload itself. */
export const WITHOUT_PROBES_ANNOTATION = 'cdk8s-hipaa/without-probes';
