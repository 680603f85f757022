/** What happens to an image that no authority signed. */
export enum ImagePolicyMode {
  /** It is refused. */
  ENFORCE = 'enforce',
  /** It is let in with a warning, which leaves the control not met. */
  WARN = 'warn',
}
