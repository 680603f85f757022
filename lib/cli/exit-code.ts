/** What a pipeline learns by the exit status. */
export enum ExitCode {
  CLEAN = 0,
  VIOLATIONS = 1,
  /** Something could not be read, judged or written, whatever else was found: nobody can say what it hides. */
  COULD_NOT_CHECK = 2,
}
