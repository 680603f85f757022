/** The stage that a namespace serves. PHI of one stage never flows into another. */
export enum Environment {
  DEV = 'dev',
  TEST = 'test',
  PROD = 'prod',
}
