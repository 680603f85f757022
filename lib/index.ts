/** The whole public surface; needs all peers. `cdk8s-hipaa/kubernetes` and `cdk8s-hipaa/terraform` need one tool each. */
export * from './kubernetes';
export * from './terraform';
export { HipaaApp, type HipaaAppProps } from './assembly/hipaa-app';
export { SynthSummary } from './assembly/synth-summary';
