/** What a node runs, as EKS names it (Amazon EKS, AMI types of managed node groups). */
export enum NodeImage {
  /** Bottlerocket: no shell, no package manager, a root file system that cannot be written. */
  BOTTLEROCKET = 'BOTTLEROCKET_x86_64',
  /** Bottlerocket for Graviton. */
  BOTTLEROCKET_ARM = 'BOTTLEROCKET_ARM_64',
  /** Bottlerocket with the kernel's validated cryptography (FIPS 140-3). */
  BOTTLEROCKET_FIPS = 'BOTTLEROCKET_x86_64_FIPS',
  /** Bottlerocket for Graviton with the kernel's validated cryptography (FIPS 140-3). */
  BOTTLEROCKET_ARM_FIPS = 'BOTTLEROCKET_ARM_64_FIPS',
  /** Amazon Linux 2023, a general-purpose system: leaves control PS6 not met. */
  AMAZON_LINUX_2023 = 'AL2023_x86_64_STANDARD',
  /** Amazon Linux 2023 for Graviton, a general-purpose system: leaves control PS6 not met. */
  AMAZON_LINUX_2023_ARM = 'AL2023_ARM_64_STANDARD',
}
