/** What the five rules on security contexts share: types that no API takes are never let in by silence, and what the reference platforms emit passes. */
import { app as eks } from '../../apps/eks/main';
import { app as selfManaged } from '../../apps/self-managed/main';
import type { AdmissionPolicy } from '../../lib/admission/admission-policy';
import { CelRule, Subject } from '../../lib/admission/engine/cel-rule';
import { DROPPED_CAPABILITIES } from '../../lib/admission/policies/dropped-capabilities/policy';
import { PRIVILEGE_ESCALATION } from '../../lib/admission/policies/privilege-escalation/policy';
import { READ_ONLY_ROOT_FILESYSTEM } from '../../lib/admission/policies/read-only-root-filesystem/policy';
import { RUN_AS_NON_ROOT } from '../../lib/admission/policies/run-as-non-root/policy';
import { SECCOMP_PROFILE } from '../../lib/admission/policies/seccomp-profile/policy';
import type { Manifest } from '../support/chart';
import { evaluatorOf } from '../support/rego';

const RULES = [PRIVILEGE_ESCALATION, RUN_AS_NON_ROOT, DROPPED_CAPABILITIES, SECCOMP_PROFILE, READ_ONLY_ROOT_FILESYSTEM];
/** What every one of them lets in. */
const HARDENED = { runAsNonRoot: true, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } };

const podOf = (container: unknown, more: object = {}): Manifest => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'portal' }, spec: { containers: [container], ...more } });
const inRego = (policy: AdmissionPolicy, object: unknown): string[] => evaluatorOf(policy)({ review: { object } });
/** Whether the API server or the gate would refuse: by a finding, or as the rule fails on the object. */
const isRefusedInCel = (policy: AdmissionPolicy, object: unknown): boolean => {
  try {
    return new CelRule(policy).judge(new Subject({ object })).length > 0;
  } catch {
    return true;
  }
};

describe.each(RULES.map((policy) => [policy.id, policy] as const))('%s', (_id, policy) => {
  test('lets a hardened pod in', () => {
    const object = podOf({ name: 'app', securityContext: HARDENED });

    expect(inRego(policy, object)).toEqual([]);
    expect(isRefusedInCel(policy, object)).toBe(false);
  });

  test.each<[string, unknown]>([
    ['container that is a text', 'app'],
    ['container that is a number', 7],
    ['container that is a list', [{ name: 'app' }]],
    ['context that is a text', { name: 'app', securityContext: 'hardened' }],
    ['context that is a list', { name: 'app', securityContext: [HARDENED] }],
    ['context that is true', { name: 'app', securityContext: true }],
    ['container under a name that is an object', { name: {}, securityContext: {} }],
  ])('refuses a %s', (_what, container) => {
    expect(inRego(policy, podOf(container))).toHaveLength(1);
    expect(isRefusedInCel(policy, podOf(container))).toBe(true);
  });

  test('takes an operating system that is no object for Linux', () => {
    const object = podOf({ name: 'app' }, { os: 'windows' });

    expect(inRego(policy, object)).toHaveLength(1);
    expect(isRefusedInCel(policy, object)).toBe(true);
  });
});

test.each<[string, AdmissionPolicy, object]>([
  [DROPPED_CAPABILITIES.id, DROPPED_CAPABILITIES, { capabilities: 'ALL' }],
  [DROPPED_CAPABILITIES.id, DROPPED_CAPABILITIES, { capabilities: { drop: 'ALL' } }],
  [DROPPED_CAPABILITIES.id, DROPPED_CAPABILITIES, { capabilities: { drop: { ALL: true } } }],
  [DROPPED_CAPABILITIES.id, DROPPED_CAPABILITIES, { capabilities: { drop: [['ALL']] } }],
  [DROPPED_CAPABILITIES.id, DROPPED_CAPABILITIES, { capabilities: { drop: ['ALL'], add: 'SYS_ADMIN' } }],
  [DROPPED_CAPABILITIES.id, DROPPED_CAPABILITIES, { capabilities: { drop: ['ALL'], add: { SYS_ADMIN: true } } }],
  [DROPPED_CAPABILITIES.id, DROPPED_CAPABILITIES, { capabilities: { drop: ['ALL'], add: [['NET_BIND_SERVICE']] } }],
  [PRIVILEGE_ESCALATION.id, PRIVILEGE_ESCALATION, { capabilities: { add: 'SYS_ADMIN' } }],
  [PRIVILEGE_ESCALATION.id, PRIVILEGE_ESCALATION, { privileged: {} }],
  [PRIVILEGE_ESCALATION.id, PRIVILEGE_ESCALATION, { allowPrivilegeEscalation: [] }],
  [RUN_AS_NON_ROOT.id, RUN_AS_NON_ROOT, { runAsUser: {} }],
  [RUN_AS_NON_ROOT.id, RUN_AS_NON_ROOT, { runAsUser: [1000] }],
  [RUN_AS_NON_ROOT.id, RUN_AS_NON_ROOT, { runAsNonRoot: [true] }],
  [SECCOMP_PROFILE.id, SECCOMP_PROFILE, { seccompProfile: 'RuntimeDefault' }],
  [SECCOMP_PROFILE.id, SECCOMP_PROFILE, { seccompProfile: ['RuntimeDefault'] }],
  [SECCOMP_PROFILE.id, SECCOMP_PROFILE, { seccompProfile: { type: ['RuntimeDefault'] } }],
  [READ_ONLY_ROOT_FILESYSTEM.id, READ_ONLY_ROOT_FILESYSTEM, { readOnlyRootFilesystem: {} }],
])('%s refuses odd types %#', (_id, policy, fields) => {
  const object = podOf({ name: 'app', securityContext: { ...HARDENED, ...fields } });

  expect(inRego(policy, object)).toHaveLength(1);
  expect(isRefusedInCel(policy, object)).toBe(true);
});

describe.each([['eks', eks], ['self-managed', selfManaged]])('%s', (_name, app) => {
  const phiNamespaces = app.profile.phiNamespaces.map((namespace) => namespace.name);
  const kinds = PRIVILEGE_ESCALATION.matches.flatMap((entry) => entry.kinds);
  const objects = app.kubernetes.synthesize().objects.map((object) => object.content as Manifest);
  const workloads = objects.filter(({ kind, metadata }) => kinds.includes(kind) && phiNamespaces.includes(metadata.namespace!));

  test('emits workloads of PHI namespaces', () => {
    expect(workloads.length).toBeGreaterThanOrEqual(2);
  });

  test.each(RULES.map((policy) => [policy.id, policy] as const))('whose containers all pass %s', (_id, policy) => {
    const rule = new CelRule(policy);

    expect(workloads.flatMap((object) => rule.judge(new Subject({ object })).map(({ message }) => message))).toEqual([]);
  });
});
