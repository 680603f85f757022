/** What a pod may do before the VPC CNI has programmed its policies (Amazon EKS, restrict pod network traffic). */
export enum NetworkPolicyMode {
  /** Every pod of every namespace starts closed; those that no policy lets out or in, CoreDNS among them, stay so. Needs VPC CNI 1.17.1 or later. */
  STRICT = 'strict',
  /** A pod starts open, and is closed when its policies are there: seconds later, or never where it has none. */
  STANDARD = 'standard',
}
