import * as fs from 'node:fs';
import { Chart, Testing } from 'cdk8s';
import type { Construct } from 'constructs';
import type { AdmissionPolicy } from '../../lib/admission/admission-policy';
import { ApprovedImagesTemplate } from '../../lib/admission/approved-images-template';
import { BindingApprovalTemplate } from '../../lib/admission/binding-approval-template';
import type { ConstraintTemplate } from '../../lib/admission/constraint-template';
import { IngressTlsTemplate } from '../../lib/admission/ingress-tls-template';
import { PlaintextSecretsTemplate } from '../../lib/admission/plaintext-secrets-template';
import { APPROVED_IMAGES } from '../../lib/admission/policies/approved-images/policy';
import { BINDING_APPROVAL } from '../../lib/admission/policies/binding-approval/policy';
import { INGRESS_TLS } from '../../lib/admission/policies/ingress-tls/policy';
import { PLAINTEXT_SECRETS } from '../../lib/admission/policies/plaintext-secrets/policy';
import { PRIVILEGED_CONTAINERS } from '../../lib/admission/policies/privileged-containers/policy';
import { PrivilegedContainersTemplate } from '../../lib/admission/privileged-containers-template';
import { regoFiles } from '../../lib/admission/rego-source';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';

type Template = new (scope: Construct, id: string) => ConstraintTemplate;

const TEMPLATES: [string, Template, AdmissionPolicy][] = [
  ['PrivilegedContainersTemplate', PrivilegedContainersTemplate, PRIVILEGED_CONTAINERS],
  ['IngressTlsTemplate', IngressTlsTemplate, INGRESS_TLS],
  ['PlaintextSecretsTemplate', PlaintextSecretsTemplate, PLAINTEXT_SECRETS],
  ['ApprovedImagesTemplate', ApprovedImagesTemplate, APPROVED_IMAGES],
  ['BindingApprovalTemplate', BindingApprovalTemplate, BINDING_APPROVAL],
];

/** The template with the first line of each module in the place of its text. */
function shellOf(template: Manifest): Manifest {
  const packageOf = (rego: string): string => rego.split('\n')[0];
  const shell = structuredClone(template);
  for (const { source } of shell.spec.targets[0].code) {
    source.rego = packageOf(source.rego);
    source.libs = source.libs.map(packageOf);
  }
  return shell;
}

describe.each(TEMPLATES)('%s', (_name, Template, policy) => {
  const [template] = synthChart((chart) => new Template(chart, 'Template'));

  test('is a v1 template that is named as its kind in lower case, as Gatekeeper demands', () => {
    expect(template.apiVersion).toBe('templates.gatekeeper.sh/v1');
    expect(template.kind).toBe('ConstraintTemplate');
    expect(template.spec.crd.spec.names.kind).toBe(policy.kind);
    expect(template.metadata).toEqual({ name: policy.kind.toLowerCase() });
    expect(shellOf(template)).toMatchSnapshot();
  });

  test('holds the files of the policy as Rego v1, under one engine entry and not in the field for v0', () => {
    const [rego, ...libs] = regoFiles(policy).map((file) => fs.readFileSync(file, 'utf8'));

    expect(template.spec.targets).toEqual([{ target: 'admission.k8s.gatekeeper.sh', code: [{ engine: 'Rego', source: { version: 'v1', rego, libs } }] }]);
  });

  test('carries every library that its rule and its libraries import', () => {
    const { rego, libs } = template.spec.targets[0].code[0].source as { rego: string; libs: string[] };
    const imported = [rego, ...libs].flatMap((text) => [...text.matchAll(/^import data\.(\S+)$/gm)].map(([, name]) => name));
    const carried = libs.map((text) => /^package (\S+)$/m.exec(text)?.[1]);

    expect(new Set(imported)).toEqual(new Set(carried));
  });

  test('types its parameters', () => {
    const { openAPIV3Schema } = template.spec.crd.spec.validation;

    expect(openAPIV3Schema.type).toBe('object');
    for (const schema of Object.values(openAPIV3Schema.properties as Record<string, { type: string }>)) {
      expect(schema.type).toMatch(/^(array|boolean|integer|number|object|string)$/);
    }
  });

  test('claims nothing: without a constraint it enforces nothing', () => {
    const chart = new Chart(Testing.app(), 'Test');
    new Template(chart, 'Template');

    expect(claimsBelow(chart)).toEqual([]);
  });
});
