import type { AdmissionPolicy } from './admission-policy';
import { celValidation } from './engine/cel-validation';
import { celVariables } from './engine/cel-source';
import { EXEMPTIONS_SCHEMA } from './exemptions';
import { readRego, regoFiles } from './rego-source';
import type { ApiFields } from './validating-policy';

interface EngineCode {
  readonly engine: string;
  readonly source: object;
}

/** A policy as a ConstraintTemplate of Gatekeeper. */
export function templateFields(policy: AdmissionPolicy): ApiFields {
  return {
    apiVersion: 'templates.gatekeeper.sh/v1',
    kind: 'ConstraintTemplate',
    metadata: { name: policy.kind.toLowerCase(), ...syncAnnotation(policy) },
    spec: {
      crd: {
        spec: {
          names: { kind: policy.kind },
          // `type: object` makes the schema structural, and Gatekeeper then refuses a parameter of a wrong type.
          validation: { openAPIV3Schema: { type: 'object', properties: { ...policy.parameters, exemptions: EXEMPTIONS_SCHEMA } } },
        },
      },
      targets: [{ target: 'admission.k8s.gatekeeper.sh', ...operationsOf(policy), code: [...celCode(policy), regoCode(policy)] }],
    },
  };
}

/** What a referential rule looks at, for `gator sync test` (Gatekeeper, Replicating Data): text in quotes, as Gatekeeper reads it. */
function syncAnnotation({ inventory }: AdmissionPolicy): { readonly annotations?: Readonly<Record<string, string>> } {
  if (inventory === undefined) return {};
  const needs = inventory.map(({ apiGroups, kinds }) => [{ groups: apiGroups, versions: ['v1'], kinds }]);
  return { annotations: { 'metadata.gatekeeper.sh/requires-sync-data': `"${JSON.stringify(needs)}"` } };
}

/** Named where they are other than the usual ones: an older Gatekeeper knows no such field. */
function operationsOf({ operations }: AdmissionPolicy): { readonly operations?: readonly string[] } {
  return operations === undefined ? {} : { operations };
}

function regoCode(policy: AdmissionPolicy): EngineCode {
  const [rego, ...libs] = regoFiles(policy).map(readRego);
  return { engine: 'Rego', source: { version: 'v1', rego, libs } };
}

/** Gatekeeper runs no Rego of a template that has CEL, so that CEL which finds less is left out. */
function celCode(policy: AdmissionPolicy): EngineCode[] {
  if (policy.cel === undefined || policy.beyondCel !== undefined) return [];
  const variables = celVariables(policy).map(({ name, expression }) => ({ name, expression }));
  return [{ engine: 'K8sNativeValidation', source: { failurePolicy: 'Fail', variables, validations: [celValidation(policy)] } }];
}
