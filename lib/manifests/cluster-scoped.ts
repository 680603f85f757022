import { Chart, JsonPatch, type ApiObject } from 'cdk8s';

/** Takes the namespace off cluster-scoped objects: a chart that has one gives it to every object, and the API server refuses it there. */
export function clusterScoped(...objects: readonly ApiObject[]): void {
  for (const object of objects) {
    if (Chart.of(object).namespace !== undefined) object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  }
}
