/** What the reference platforms emit passes the policies that they are to be guarded by, with the approvals that their profiles give; and no more than that passes. */
import { app as eks } from '../../apps/eks/main';
import { app as selfManaged } from '../../apps/self-managed/main';
import { approvalOf, type EmittedBinding } from '../../lib/admission/approved-binding';
import { APPROVED_IMAGES } from '../../lib/admission/policies/approved-images/policy';
import { ANONYMOUS_BINDINGS } from '../../lib/admission/policies/anonymous-bindings/policy';
import { BINDING_APPROVAL } from '../../lib/admission/policies/binding-approval/policy';
import { IMAGE_DIGESTS } from '../../lib/admission/policies/image-digests/policy';
import { RBAC_WILDCARDS } from '../../lib/admission/policies/rbac-wildcards/policy';
import { RequireApprovedImages } from '../../lib/admission/require-approved-images';
import { RequireBindingApproval } from '../../lib/admission/require-binding-approval';
import { synthChart, type Manifest } from '../support/chart';
import { evaluatorOf } from '../support/rego';

const images = evaluatorOf(APPROVED_IMAGES);
const digests = evaluatorOf(IMAGE_DIGESTS);
const anonymous = evaluatorOf(ANONYMOUS_BINDINGS);
const wildcards = evaluatorOf(RBAC_WILDCARDS);
const bindings = evaluatorOf(BINDING_APPROVAL);
const CREATE = { operation: 'CREATE' } as const;

describe.each([['eks', eks], ['self-managed', selfManaged]])('%s', (_name, app) => {
  const { profile } = app;
  const phiNamespaces = profile.phiNamespaces.map((namespace) => namespace.name);
  const manifests = app.kubernetes.synthesize().objects.map((object) => object.content as Manifest);
  const isPhi = ({ metadata }: Manifest): boolean => phiNamespaces.includes(metadata.namespace!);
  const ofPolicy = ({ matches }: typeof APPROVED_IMAGES): Manifest[] => manifests.filter(({ kind }) => matches.some((entry) => entry.kinds.includes(kind)));

  const pods = ofPolicy(APPROVED_IMAGES).filter(isPhi);
  const judgedBindings = ofPolicy(BINDING_APPROVAL).filter((manifest) => manifest.kind === 'ClusterRoleBinding' || isPhi(manifest));
  const ofPeople = judgedBindings.filter(({ subjects }) => (subjects as { kind: string }[]).some(({ kind }) => kind !== 'ServiceAccount'));

  const [{ spec: imageSpec }] = synthChart((chart) => new RequireApprovedImages(chart, 'Images', { phiNamespaces, registries: profile.approvedRegistries }));
  const approve = (approved: Manifest[]): Manifest[] => synthChart((chart) => new RequireBindingApproval(chart, 'Bindings', {
    phiNamespaces, approvedBindings: approved.map((binding) => approvalOf(binding as unknown as EmittedBinding)),
  }));
  const imageViolations = (object: Manifest, parameters = imageSpec.parameters): string[] => images({ parameters, review: { ...CREATE, object } });
  const approved = approve(ofPeople);
  /** What the one constraint says that matches the kind. */
  const bindingViolations = (object: Manifest, constraints = approved): string[] => {
    const [{ spec }, ...more] = constraints.filter((constraint) => (constraint.spec.match.kinds as { kinds: string[] }[]).some(({ kinds }) => kinds.includes(object.kind)));
    expect(more).toEqual([]);
    return bindings({ parameters: spec.parameters as Record<string, unknown>, review: { ...CREATE, object } });
  };

  test('has pods and bindings that the policies judge', () => {
    expect(pods.length).toBeGreaterThanOrEqual(2);
    expect(judgedBindings.length).toBeGreaterThan(ofPeople.length);
    expect(ofPeople.length).toBeGreaterThanOrEqual(2 * 3 + 1);
  });

  test('no image violates the policies', () => {
    expect(pods.flatMap((object) => [...imageViolations(object), ...digests({ review: { ...CREATE, object } })])).toEqual([]);
  });

  test('each does, once its registry is not approved, or its digest is gone', () => {
    const elsewhere = { registries: ['registry.example.net'] };
    for (const object of pods) {
      expect(imageViolations(object, elsewhere)).not.toEqual([]);
      const moved = JSON.parse(JSON.stringify(object).replaceAll(/@sha256:[0-9a-f]{64}/g, ':latest')) as Manifest;
      expect(digests({ review: { ...CREATE, object: moved } })).not.toEqual([]);
    }
  });

  test('no role of any namespace grants by a wildcard or leads to more rights, and each would, with one rule more', () => {
    const roles = ofPolicy(RBAC_WILDCARDS);
    const more = { apiGroups: [''], resources: ['pods/*'], verbs: ['get'] };

    expect(roles.length).toBeGreaterThanOrEqual(10);
    expect(roles.flatMap((object) => wildcards({ review: { ...CREATE, object } }))).toEqual([]);
    for (const role of roles) expect(wildcards({ review: { ...CREATE, object: { ...role, rules: [...role.rules as object[], more] } } })).toHaveLength(1);
  });

  test('no binding of any namespace reaches everybody, and each would, with one subject more', () => {
    const all = ofPolicy(ANONYMOUS_BINDINGS).filter(({ kind }) => kind !== 'ClusterRole');
    const more = { kind: 'Group', name: 'system:authenticated' };

    expect(all.length).toBeGreaterThan(ofPeople.length);
    expect(all.flatMap((object) => anonymous({ review: { ...CREATE, object } }))).toEqual([]);
    for (const binding of all) expect(anonymous({ review: { ...CREATE, object: { ...binding, subjects: [...binding.subjects as object[], more] } } })).toHaveLength(1);
  });

  test('no binding violates the policy', () => {
    expect(judgedBindings.flatMap((object) => bindingViolations(object))).toEqual([]);
  });

  test('those of people do, where nobody approved them, and no other', () => {
    const nothing = approve([]);

    expect(judgedBindings.filter((object) => bindingViolations(object, nothing).length > 0)).toEqual(ofPeople);
  });

  test.each<[string, (binding: Manifest) => void]>([
    ['a subject more', (binding) => void binding.subjects.push({ kind: 'User', name: 'oidc:jane@company.com' })],
    ['another subject', (binding) => void (binding.subjects[0].name = 'oidc:everybody@company.com')],
    ['another kind of subject', (binding) => void (binding.subjects[0].kind = 'User')],
    ['another role', (binding) => void (binding.roleRef.name = 'cluster-admin-2')],
    ['another kind of role', (binding) => void (binding.roleRef.kind = binding.roleRef.kind === 'Role' ? 'ClusterRole' : 'Role')],
    ['another name', (binding) => void (binding.metadata.name += '-2')],
    ['a generated name', (binding) => void (binding.metadata = { ...binding.metadata, name: '' })],
    ['another place', (binding) => void (binding.metadata.namespace = 'other')],
  ])('and with %s each of them does', (_what, change) => {
    for (const binding of ofPeople) {
      const changed = structuredClone(binding);
      change(changed);
      if (changed.kind === 'ClusterRoleBinding' && changed.metadata.namespace !== undefined) changed.kind = 'RoleBinding';
      expect(bindingViolations(changed)).not.toEqual([]);
    }
  });
});
