import { Control } from '../../../lib/controls/control';
import type { GateResult, GateViolation } from '../../../lib/gate/gate-result';
import type { GateRule } from '../../../lib/gate/gate-rule';

export const DROP_CAPABILITIES: GateRule = {
  id: 'drop-capabilities', purpose: 'Containers drop every capability.', control: Control.PS1_PSA, reference: '45 CFR 164.312(a)(1), CIS Kubernetes 5.2.10',
};
export const INGRESS_TLS: GateRule = { id: 'ingress-tls', purpose: 'Every host of an ingress has TLS.', control: Control.TX1_INGRESS, reference: '45 CFR 164.312(e)(2)(ii)' };
export const BUCKET_KMS: GateRule = { id: 'bucket-kms', purpose: 'Buckets are encrypted with a customer key.', control: Control.EN4_BUCKET_KMS, reference: '45 CFR 164.312(a)(2)(iv)' };
export const APPROVED_IMAGES: GateRule = { id: 'approved-images', purpose: 'Images come from approved registries.', control: Control.PS3_SUPPLY_CHAIN, reference: '45 CFR 164.308(a)(5)(ii)(B)' };

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' };

export const VIOLATION: GateViolation = {
  rule: DROP_CAPABILITIES,
  object: DEPLOYMENT,
  origin: { file: 'dist/shop.k8s.yaml', line: 3, constructPath: 'App/shop/Api/Resource', createdAt: 'apps/main.ts:12:5' },
  path: 'spec.template.spec.containers[0].securityContext.capabilities',
  value: { drop: ['NET_RAW'] },
  problem: 'the container keeps capabilities',
  remedy: 'drop ALL and add back what the container needs',
  message: 'container api keeps capabilities: drop ALL (PS1, 45 CFR 164.312(a)(1))',
};

export const CLEAN: GateResult = { violations: [], excepted: [], unchecked: [], notJudged: [], warnings: [], objects: 12, passedOver: 0, phiNamespaces: ['shop'] };
export const EMPTY: GateResult = { ...CLEAN, objects: 0, phiNamespaces: [] };

/** Three violations in two files, and one of everything else. */
export const RICH: GateResult = {
  violations: [
    VIOLATION,
    {
      ...VIOLATION,
      rule: APPROVED_IMAGES,
      origin: { ...VIOLATION.origin, line: 21, column: 11 },
      path: 'spec.template.spec.containers[0].image',
      value: 'docker.io/library/nginx:latest',
      problem: 'the image comes from a registry that is not approved',
      remedy: 'mirror the image to an approved registry, and name it by digest',
      message: 'image docker.io/library/nginx:latest comes from a registry that is not approved (PS3, 45 CFR 164.308(a)(5)(ii)(B))',
    },
    {
      rule: BUCKET_KMS,
      object: { kind: 'aws_s3_bucket', name: 'module.logs.archive' },
      origin: { file: 'infra/plan.json' },
      path: 'rule[0].sse_algorithm',
      problem: 'the bucket has no encryption with a customer key',
      remedy: 'set aws:kms and the key',
      message: 'aws_s3_bucket module.logs.archive has no encryption with a customer key (EN4, 45 CFR 164.312(a)(2)(iv))',
    },
  ],
  excepted: [{
    violation: { ...VIOLATION, object: { apiVersion: 'apps/v1', kind: 'DaemonSet', namespace: 'shop', name: 'agent' }, origin: { file: 'dist/shop.k8s.yaml', line: 88 } },
    exception: { reason: 'needs NET_ADMIN until the CNI is replaced', approver: 'security@example.com', expires: '2027-01-31' },
  }],
  unchecked: [{ what: 'a document', why: 'the YAML ends inside a string', remedy: 'mend the document', origin: { file: 'dist/broken.yaml', line: 7, column: 2 } }],
  notJudged: [{ rule: INGRESS_TLS, why: 'no PHI namespace has an ingress class' }],
  warnings: ["the exception for ingress-tls on 'Ingress shop/old' excepts nothing"],
  objects: 12,
  passedOver: 3,
  configuration: 'team/gate.yaml',
  phiNamespaces: ['shop', 'billing'],
};

export const ESCAPE = '\u001b[2J\u001b]0;owned\u0007\u009b31m';
export const BIDI = 'a\u202eb\u2066c\u200f';
/** What a terminal, a pipeline's log, XML, HTML or SARIF would act on; the emoji is innocent. */
export const HOSTILE = `${ESCAPE}\n::add-mask::x\r\n##[error]y ##vso[z]\t]]><script>alert("1" & '2')</script>👩‍💻\u0000${BIDI}\uFFFF\uD800 [text](http://evil.example) {0}\u{E0041}\u2028`;
export const HUGE = 'x'.repeat(100_000);

/** A result with a text everywhere that the input decides. */
export function resultWith(text: string): GateResult {
  const origin = { file: text, line: 1, constructPath: text, createdAt: text };
  const violation: GateViolation = {
    ...VIOLATION, origin, object: { apiVersion: text, kind: text, namespace: text, name: text }, path: text, value: text, problem: text, remedy: text, message: text,
  };
  return {
    violations: [violation, { ...violation, value: { [text]: [text] } }],
    excepted: [{ violation: { ...violation, rule: INGRESS_TLS }, exception: { reason: text, approver: text, expires: text } }],
    unchecked: [{ what: text, why: text, remedy: text, origin }],
    notJudged: [{ rule: APPROVED_IMAGES, why: text }],
    warnings: [text],
    objects: 1,
    passedOver: 1,
    configuration: text,
    phiNamespaces: [text],
  };
}
