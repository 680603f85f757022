/** The label by which a namespace opts in to the verification of its images (Sigstore policy-controller); without it the controller passes over the namespace. */
export const VERIFIED_IMAGES_LABEL = 'policy.sigstore.dev/include';
/** The one value that opts in. */
export const VERIFIED_IMAGES = 'true';
