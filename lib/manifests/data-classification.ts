/** Marks what a namespace's data is. Tools that see only the cluster find PHI namespaces by it. */
export const DATA_CLASSIFICATION_LABEL = 'cdk8s-hipaa/data-classification';
/** The value for protected health information. */
export const PHI = 'phi';
