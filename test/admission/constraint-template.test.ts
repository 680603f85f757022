import * as fs from 'node:fs';
import { Chart, Testing } from 'cdk8s';
import { ConstraintTemplate, type ConstraintTemplateProps } from '../../lib/admission/constraint-template';
import { celVariables } from '../../lib/admission/engine/cel-source';
import { POLICY_PACK } from '../../lib/admission/policy-pack';
import { regoFiles } from '../../lib/admission/rego-source';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

interface Code {
  readonly engine: string;
  readonly source: { rego: string; libs: string[]; version: string; variables: { name: string; expression: string }[]; validations: object[]; failurePolicy: string };
}

const templateOf = (rule: string): Manifest => synthChart((chart) => new ConstraintTemplate(chart, 'Template', { rule }))[0];
const codeOf = (template: Manifest): Code[] => template.spec.targets[0].code as Code[];

/** The template with the first line of each module, and the names of the variables, in the place of their text. */
function shellOf(template: Manifest): Manifest {
  const shell = structuredClone(template);
  for (const { engine, source } of codeOf(shell)) {
    if (engine === 'Rego') {
      source.rego = source.rego.split('\n')[0];
      source.libs = source.libs.map((text) => text.split('\n')[0]);
    } else {
      source.variables = source.variables.map(({ name }) => name) as never;
    }
  }
  return shell;
}

test('a template holds both engines of its rule', () => expect(shellOf(templateOf('privileged-containers'))).toMatchSnapshot());

describe.each(POLICY_PACK.map((policy) => [policy.id, policy] as const))('ConstraintTemplate of %s', (rule, policy) => {
  const template = templateOf(rule);
  const [rego] = codeOf(template).filter(({ engine }) => engine === 'Rego');
  const cel = codeOf(template).filter(({ engine }) => engine !== 'Rego');

  test('is a v1 template that is named as its kind in lower case, as Gatekeeper demands', () => {
    expect(template.apiVersion).toBe('templates.gatekeeper.sh/v1');
    expect(template.kind).toBe('ConstraintTemplate');
    expect(template.spec.crd.spec.names.kind).toBe(policy.kind);
    expect(template.metadata.name).toBe(policy.kind.toLowerCase());
    expect(Object.keys(template.metadata.annotations ?? {})).toEqual(policy.inventory === undefined ? [] : ['metadata.gatekeeper.sh/requires-sync-data']);
    expect(template.spec.targets).toHaveLength(1);
    expect(template.spec.targets[0].target).toBe('admission.k8s.gatekeeper.sh');
  });

  test('holds the files of the policy as Rego v1, under an engine entry and not in the field for v0', () => {
    const [text, ...libs] = regoFiles(policy).map((file) => fs.readFileSync(file, 'utf8'));

    expect(rego.source).toEqual({ version: 'v1', rego: text, libs });
    expect(template.spec.targets[0]).not.toHaveProperty('rego');
  });

  test('holds the CEL that the cases prove, failing closed, where it says all that the Rego says', () => {
    const whole = policy.cel !== undefined && policy.beyondCel === undefined;

    expect(cel.map(({ engine }) => engine)).toEqual(whole ? ['K8sNativeValidation'] : []);
    if (!whole) return;
    expect(cel[0].source.failurePolicy).toBe('Fail');
    expect(cel[0].source.variables).toEqual(celVariables(policy).map(({ name, expression }) => ({ name, expression })));
    expect(cel[0].source.validations).toHaveLength(1);
    // Names that Gatekeeper refuses, as they are its own.
    for (const { name } of cel[0].source.variables) expect(name).not.toMatch(/^(anyObject|params|gatekeeper_internal_.*)$/);
  });

  test('carries every library that its rule and its libraries import', () => {
    const { rego: text, libs } = rego.source;
    const imported = [text, ...libs].flatMap((module) => [...module.matchAll(/^import data\.(\S+)(?: as \w+)?$/gm)].map(([, name]) => name));
    const carried = libs.map((module) => /^package (\S+)$/m.exec(module)?.[1]);

    expect(new Set(imported)).toEqual(new Set(carried));
  });

  test('types its parameters, exemptions among them', () => {
    const { openAPIV3Schema } = template.spec.crd.spec.validation;

    expect(openAPIV3Schema.type).toBe('object');
    expect(Object.keys(openAPIV3Schema.properties as object).sort()).toEqual([...Object.keys(policy.parameters), 'exemptions'].sort());
    for (const schema of Object.values(openAPIV3Schema.properties as Record<string, { type: string }>)) {
      expect(schema.type).toMatch(/^(array|boolean|integer|number|object|string)$/);
    }
  });

  test('claims nothing: without a constraint it enforces nothing', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new ConstraintTemplate(chart, 'Template', { rule });

    expect(claimsBelow(chart)).toEqual([]);
  });
});

test.each([
  ['an unknown rule', { rule: 'tls' }, 'tls', 'would judge nothing', 'use one of: '],
  ['an unknown field', { rule: 'ingress-tls', parameters: {} } as ConstraintTemplateProps, 'parameters', 'one rule of the pack', 'rule'],
])('a template refuses %s', (_what, props, value, rule, remedy) => {
  expectRefusal(() => synthChart((chart) => new ConstraintTemplate(chart, 'Template', props)), { path: 'Test/Template', value, rule, remedy });
});
