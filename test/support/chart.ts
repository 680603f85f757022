import { Chart, Testing } from 'cdk8s';

/** A synthesized object: what kubectl would get. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests reach into every shape
  [field: string]: any;
}

/** Synthesizes what `build` puts into a chart named `Test`, node validations included. */
export function synthChart(build: (chart: Chart) => void): Manifest[] {
  const chart = new Chart(Testing.app(), 'Test');
  build(chart);
  return Testing.synth(chart) as Manifest[];
}
