/** Marks a binding that ends: the reaper removes it when its time is over, whatever the label's value. */
export const BREAK_GLASS_LABEL = 'cdk8s-hipaa/break-glass';
/** Marks the standing binding of the break-glass group, which stays. */
export const EMERGENCY_ACCESS_LABEL = 'cdk8s-hipaa/emergency-access';
/** Who approved. */
export const APPROVER_ANNOTATION = 'cdk8s-hipaa/approver';
/** The record that says why. */
export const TICKET_ANNOTATION = 'cdk8s-hipaa/ticket';
/** When it ends: UTC, YYYY-MM-DDThh:mm:ssZ. */
export const EXPIRES_ANNOTATION = 'cdk8s-hipaa/expires';
/** How somebody comes into the break-glass group, and for how long. */
export const SESSION_ANNOTATION = 'cdk8s-hipaa/session';
/** Group of the cluster that the emergency role of EKS is in, by which admission knows who comes by it. It is bound to nothing: the role's access policy is what it may do. */
export const BREAK_GLASS_GROUP = 'hipaa-break-glass';
