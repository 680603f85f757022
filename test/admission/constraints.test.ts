import { Chart, Testing } from 'cdk8s';
import type { Construct } from 'constructs';
import type { AdmissionPolicy } from '../../lib/admission/admission-policy';
import type { ConstraintProps } from '../../lib/admission/constraint';
import { DisallowAnonymousBindings } from '../../lib/admission/disallow-anonymous-bindings';
import { DisallowHostNamespaces } from '../../lib/admission/disallow-host-namespaces';
import { DisallowHostPath } from '../../lib/admission/disallow-host-path';
import { DisallowHostPorts } from '../../lib/admission/disallow-host-ports';
import { DisallowInteractiveAccess } from '../../lib/admission/disallow-interactive-access';
import { DisallowPlaintextSecrets } from '../../lib/admission/disallow-plaintext-secrets';
import { DisallowPlaintextServices } from '../../lib/admission/disallow-plaintext-services';
import { DisallowPrivilegeEscalation } from '../../lib/admission/disallow-privilege-escalation';
import { DisallowPrivilegedContainers } from '../../lib/admission/disallow-privileged-containers';
import { DisallowTokenAutomount } from '../../lib/admission/disallow-token-automount';
import { DisallowWildcardRbac } from '../../lib/admission/disallow-wildcard-rbac';
import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { celEnvironment } from '../../lib/admission/engine/cel-environment';
import { celVariables } from '../../lib/admission/engine/cel-source';
import { ANONYMOUS_BINDINGS } from '../../lib/admission/policies/anonymous-bindings/policy';
import { APPROVED_IMAGES } from '../../lib/admission/policies/approved-images/policy';
import { BINDING_APPROVAL } from '../../lib/admission/policies/binding-approval/policy';
import { CONTAINER_RESOURCES } from '../../lib/admission/policies/container-resources/policy';
import { DEFAULT_DENY } from '../../lib/admission/policies/default-deny/policy';
import { DROPPED_CAPABILITIES } from '../../lib/admission/policies/dropped-capabilities/policy';
import { HOST_NAMESPACES } from '../../lib/admission/policies/host-namespaces/policy';
import { HOST_PATH } from '../../lib/admission/policies/host-path/policy';
import { HOST_PORTS } from '../../lib/admission/policies/host-ports/policy';
import { IMAGE_DIGESTS } from '../../lib/admission/policies/image-digests/policy';
import { INGRESS_TLS } from '../../lib/admission/policies/ingress-tls/policy';
import { INTERACTIVE_ACCESS } from '../../lib/admission/policies/interactive-access/policy';
import { NAMESPACE_LABELS } from '../../lib/admission/policies/namespace-labels/policy';
import { PLAINTEXT_SECRETS } from '../../lib/admission/policies/plaintext-secrets/policy';
import { PRIVILEGE_ESCALATION } from '../../lib/admission/policies/privilege-escalation/policy';
import { PRIVILEGED_CONTAINERS } from '../../lib/admission/policies/privileged-containers/policy';
import { RBAC_WILDCARDS } from '../../lib/admission/policies/rbac-wildcards/policy';
import { READ_ONLY_ROOT_FILESYSTEM } from '../../lib/admission/policies/read-only-root-filesystem/policy';
import { RUN_AS_NON_ROOT } from '../../lib/admission/policies/run-as-non-root/policy';
import { SECCOMP_PROFILE } from '../../lib/admission/policies/seccomp-profile/policy';
import { SERVICE_ACCOUNT_TOKENS } from '../../lib/admission/policies/service-account-tokens/policy';
import { SERVICE_EXPOSURE } from '../../lib/admission/policies/service-exposure/policy';
import { STORAGE_ENCRYPTION } from '../../lib/admission/policies/storage-encryption/policy';
import { POLICY_PACK } from '../../lib/admission/policy-pack';
import { RequireApprovedImages } from '../../lib/admission/require-approved-images';
import { RequireBindingApproval } from '../../lib/admission/require-binding-approval';
import { RequireContainerResources } from '../../lib/admission/require-container-resources';
import { RequireDefaultDeny } from '../../lib/admission/require-default-deny';
import { RequireDroppedCapabilities } from '../../lib/admission/require-dropped-capabilities';
import { RequireEncryptedStorage } from '../../lib/admission/require-encrypted-storage';
import { RequireImageDigests } from '../../lib/admission/require-image-digests';
import { RequireIngressTls } from '../../lib/admission/require-ingress-tls';
import { RequirePhiNamespaceLabels } from '../../lib/admission/require-phi-namespace-labels';
import { RequireReadOnlyRootFilesystem } from '../../lib/admission/require-read-only-root-filesystem';
import { RequireRunAsNonRoot } from '../../lib/admission/require-run-as-non-root';
import { RequireSeccompProfile } from '../../lib/admission/require-seccomp-profile';
import { isOfCluster, resourcesOf } from '../../lib/admission/resource-names';
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { AdmissionEngine } from '../../lib/profile/admission-engine';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

type Constraint = new (scope: Construct, id: string, props: never) => Construct;

/** What one policy asks for beside the common props, and what comes of it in healthcare-prod and patient-data. */
interface Own {
  readonly props?: object;
  readonly parameters?: object;
  readonly claims?: readonly string[];
}

const PHI = ['healthcare-prod', 'patient-data'];
const BINDING = { name: 'auditor-binding', roleKind: 'Role', roleName: 'hipaa-auditor', subjects: [{ kind: 'Group', name: 'oidc:auditors@company.com' }] };
const APPROVED = [{ namespace: 'patient-data', ...BINDING }];
const GROUPED = [{ namespaces: ['patient-data'], ...BINDING }];

/** Construct, policy, and what is its own. */
const CONSTRAINTS: [string, Constraint, AdmissionPolicy, Own][] = [
  ['DisallowPrivilegedContainers', DisallowPrivilegedContainers, PRIVILEGED_CONTAINERS, {}],
  ['DisallowPrivilegeEscalation', DisallowPrivilegeEscalation, PRIVILEGE_ESCALATION, {}],
  ['RequireRunAsNonRoot', RequireRunAsNonRoot, RUN_AS_NON_ROOT, {}],
  ['RequireDroppedCapabilities', RequireDroppedCapabilities, DROPPED_CAPABILITIES, {}],
  ['RequireSeccompProfile', RequireSeccompProfile, SECCOMP_PROFILE, {}],
  ['RequireReadOnlyRootFilesystem', RequireReadOnlyRootFilesystem, READ_ONLY_ROOT_FILESYSTEM, {}],
  ['DisallowHostNamespaces', DisallowHostNamespaces, HOST_NAMESPACES, {}],
  ['DisallowHostPorts', DisallowHostPorts, HOST_PORTS, {}],
  ['DisallowHostPath', DisallowHostPath, HOST_PATH, { parameters: { phiNamespaces: PHI } }],
  ['RequireApprovedImages', RequireApprovedImages, APPROVED_IMAGES, { props: { registries: ['registry.example.com/app'] }, parameters: { registries: ['registry.example.com/app'] } }],
  ['RequireImageDigests', RequireImageDigests, IMAGE_DIGESTS, {}],
  ['RequireContainerResources', RequireContainerResources, CONTAINER_RESOURCES, {}],
  ['DisallowTokenAutomount', DisallowTokenAutomount, SERVICE_ACCOUNT_TOKENS, {}],
  ['DisallowPlaintextSecrets', DisallowPlaintextSecrets, PLAINTEXT_SECRETS, {}],
  ['RequireIngressTls', RequireIngressTls, INGRESS_TLS, { claims: ['Test/Constraint/Resource implements TX1'] }],
  ['DisallowPlaintextServices', DisallowPlaintextServices, SERVICE_EXPOSURE, {}],
  ['RequireEncryptedStorage', RequireEncryptedStorage, STORAGE_ENCRYPTION, { props: { storageClasses: ['hipaa-encrypted'] }, parameters: { storageClasses: ['hipaa-encrypted'] } }],
  ['RequirePhiNamespaceLabels', RequirePhiNamespaceLabels, NAMESPACE_LABELS, {}],
  ['RequireDefaultDeny', RequireDefaultDeny, DEFAULT_DENY, {}],
  ['DisallowWildcardRbac', DisallowWildcardRbac, RBAC_WILDCARDS, {}],
  ['DisallowAnonymousBindings', DisallowAnonymousBindings, ANONYMOUS_BINDINGS, {}],
  ['RequireBindingApproval', RequireBindingApproval, BINDING_APPROVAL, { props: { approvedBindings: APPROVED }, parameters: { approvedBindings: GROUPED, phiNamespaces: PHI } }],
  ['DisallowInteractiveAccess', DisallowInteractiveAccess, INTERACTIVE_ACCESS, { props: { groups: ['hipaa-break-glass'] }, parameters: { groups: ['hipaa-break-glass'] } }],
];

test('every policy of the pack has its construct', () => {
  expect(CONSTRAINTS.map(([, , policy]) => policy.id).sort()).toEqual(POLICY_PACK.map(({ id }) => id).sort());
});

const NAMESPACES = [...PHI];

function exceptionOf(own: { rule: string; object?: string }): ControlException {
  return new ControlException({ control: Control.PS1_PSA, object: 'Deployment/a/b', reason: 'it moves', approver: 'ciso@company.com', expires: '2027-03-31', ...own });
}

describe.each(CONSTRAINTS)('%s', (_name, Constraint, policy, own) => {
  const { control } = policy;
  /** `group/kind` of what the constraints name, those for objects of no namespace apart. */
  const kindsOf = (constraint: Manifest): string[] => (constraint.spec.match.kinds as { apiGroups: string[]; kinds: string[] }[])
    .flatMap((entry) => entry.apiGroups.flatMap((group) => entry.kinds.map((kind) => `${group}/${kind}`)));
  const judged = policy.matches.flatMap((entry) => entry.apiGroups.flatMap((group) => entry.kinds.map((kind) => ({ name: `${group}/${kind}`, ofCluster: isOfCluster(kind) }))));
  const isOfClusterAlone = judged.every(({ ofCluster }) => ofCluster);
  const ids = ['Resource', ...(isOfClusterAlone || judged.every(({ ofCluster }) => !ofCluster) ? [] : ['Cluster'])];
  const synth = (props: ConstraintProps) => synthChart((chart) => new Constraint(chart, 'Constraint', { ...own.props, ...props } as never))[0];
  const claimsOf = (props: ConstraintProps): string[] => {
    const chart = new Chart(Testing.app(), 'Test');
    new Constraint(chart, 'Constraint', { ...own.props, ...props } as never);
    return claimsBelow(chart);
  };

  test('denies in the PHI namespaces, and excludes nothing', () => {
    const constraint = synth({ phiNamespaces: NAMESPACES });

    expect(constraint).toMatchObject({ apiVersion: 'constraints.gatekeeper.sh/v1beta1', kind: policy.kind, metadata: { name: policy.defaultName } });
    expect(constraint.spec.enforcementAction).toBe('deny');
    expect(Object.keys(constraint.spec.match).sort()).toEqual(isOfClusterAlone ? ['kinds'] : ['kinds', 'namespaces']);
    if (!isOfClusterAlone) expect(constraint.spec.match.namespaces).toEqual(NAMESPACES);
    expect(constraint.spec.parameters).toEqual(own.parameters);
    expect(constraint).toMatchSnapshot();
  });

  test('names every kind that its rule judges, each in its group, and those of no namespace apart', () => {
    const constraints = synthChart((chart) => new Constraint(chart, 'Constraint', { ...own.props, phiNamespaces: NAMESPACES } as never));
    const named = constraints.map(kindsOf);

    expect(named.flat().sort()).toEqual(judged.map(({ name }) => name).sort());
    expect(constraints.map(({ spec }) => spec.match.namespaces !== undefined)).toEqual(constraints.map((constraint) => !isOfCluster(kindsOf(constraint)[0].split('/')[1])));
    for (const { spec } of constraints) expect(spec.parameters).toEqual(own.parameters);
  });

  const exemption = new ControlException({
    control: policy.control, rule: policy.id, object: 'Deployment/patient-data/legacy', reason: 'moves in March', approver: 'ciso@company.com', expires: '2027-03-31',
  });

  test('takes every common prop', () => {
    const props: Required<ConstraintProps> = {
      phiNamespaces: ['patient-data'], enforcementAction: EnforcementAction.WARN, name: 'warned', exemptions: [exemption], engine: AdmissionEngine.gatekeeper(),
    };
    const constraint = synth(props);

    expect(constraint.metadata).toEqual({ name: 'warned' });
    expect(constraint.spec.enforcementAction).toBe('warn');
    if (!isOfClusterAlone) expect(constraint.spec.match.namespaces).toEqual(['patient-data']);
    expect(constraint.spec.parameters).toMatchObject({ exemptions: [{ kind: 'Deployment', namespace: 'patient-data', name: 'legacy' }] });
  });

  test('is for the API server where CEL can express the rule, and refused where it can not', () => {
    const props = { phiNamespaces: NAMESPACES, engine: AdmissionEngine.apiServer(KubernetesVersion.V1_30), exemptions: [exemption] };
    const emit = (): Manifest[] => synthChart((chart) => new Constraint(chart, 'Constraint', { ...own.props, ...props } as never));
    if (policy.cel === undefined) {
      expectRefusal(emit, { path: 'Test/Constraint', value: policy.id, rule: 'ValidatingAdmissionPolicy', remedy: 'AdmissionEngine.gatekeeper()' });
      return;
    }
    const [admission, binding, ...more] = emit();

    expect(more).toEqual([]);
    expect(admission).toMatchObject({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', metadata: { name: policy.defaultName }, spec: { failurePolicy: 'Fail' } });
    expect(admission.spec.matchConstraints.namespaceSelector).toEqual({ matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: NAMESPACES }] });
    const resources = (admission.spec.matchConstraints.resourceRules as { resources: string[] }[]).flatMap((rule) => rule.resources);
    expect(resources).toEqual(policy.matches.flatMap((entry) => entry.kinds.flatMap(resourcesOf)));
    expect(binding).toMatchObject({ kind: 'ValidatingAdmissionPolicyBinding', spec: { policyName: policy.defaultName, validationActions: ['Deny'] } });
    expect(binding.spec).not.toHaveProperty('matchResources');
    // The parameters as the API server computes them, and the rule as the cases prove it.
    const [anyObject, params, ...rule] = admission.spec.variables as { name: string; expression: string }[];
    expect([anyObject.name, params.name]).toEqual(['anyObject', 'params']);
    expect(celEnvironment().evaluate(params.expression)).toEqual({ ...own.parameters, exemptions: [{ kind: 'Deployment', namespace: 'patient-data', name: 'legacy' }] });
    expect(rule).toEqual(celVariables(policy).map(({ name, expression }) => ({ name, expression })));
  });

  test.each([[EnforcementAction.WARN, ['Warn', 'Audit']], [EnforcementAction.DRYRUN, ['Audit']]] as const)('lets in, and says so, with %s of the API server', (enforcementAction, actions) => {
    if (policy.cel === undefined) return;
    const objects = synthChart((chart) => new Constraint(chart, 'Constraint', { ...own.props, phiNamespaces: NAMESPACES, enforcementAction, engine: AdmissionEngine.apiServer(KubernetesVersion.V1_36) } as never));

    expect(objects[1].spec.validationActions).toEqual(actions);
  });

  test('falls short by what it exempts', () => {
    expect(claimsOf({ phiNamespaces: NAMESPACES, exemptions: [exemption] })).toEqual(expect.arrayContaining([`Test/Constraint/Resource falls-short ${control}`]));
  });

  test('claims what it enforces where it denies', () => {
    expect(claimsOf({ phiNamespaces: NAMESPACES })).toEqual(own.claims ?? []);
    expect(claimsOf({ phiNamespaces: NAMESPACES, enforcementAction: EnforcementAction.DENY })).toEqual(own.claims ?? []);
  });

  test.each([EnforcementAction.WARN, EnforcementAction.DRYRUN])('falls short with %s', (enforcementAction) => {
    expect(claimsOf({ phiNamespaces: NAMESPACES, enforcementAction })).toEqual(ids.map((id) => `Test/Constraint/${id} falls-short ${control}`));
  });

  test('keeps a list of its own', () => {
    const phiNamespaces = [...NAMESPACES];
    const chart = new Chart(Testing.app(), 'Test');
    new Constraint(chart, 'Constraint', { ...own.props, phiNamespaces } as never);
    phiNamespaces.pop();

    const [constraint] = Testing.synth(chart) as { spec: { match: { namespaces?: string[] }; parameters?: object } }[];
    expect(constraint.spec.match.namespaces).toEqual(isOfClusterAlone ? undefined : NAMESPACES);
    expect(constraint.spec.parameters).toEqual(own.parameters);
  });

  test.each([
    ['an empty list of namespaces, which Gatekeeper takes for all', { phiNamespaces: [] }, [], 'control AC13', 'name at least one'],
    ['no list of namespaces', {} as ConstraintProps, undefined, 'control AC13', 'name at least one'],
    ['a wildcard', { phiNamespaces: ['patient-*'] }, 'patient-*', 'RFC 1123 label', 'use at most 63'],
    ['a namespace named twice', { phiNamespaces: ['a', 'b', 'a'] }, 'a', 'control AC13', 'remove one'],
    ['an unknown action', { phiNamespaces: NAMESPACES, enforcementAction: 'audit' as EnforcementAction }, 'audit', 'enforcementAction', 'EnforcementAction.DENY'],
    ['a bad name', { phiNamespaces: NAMESPACES, name: 'Not Here' }, 'Not Here', 'RFC 1123 subdomain', 'use at most 253'],
    ['exemptions that are no list', { phiNamespaces: NAMESPACES, exemptions: 'x' as never }, 'x', '164.306(d)(3)', 'new ControlException'],
    ['an exemption that is none', { phiNamespaces: NAMESPACES, exemptions: [{ rule: policy.id } as ControlException] }, { rule: policy.id }, '164.306(d)(3)', 'new ControlException'],
    ['an exemption from another rule', { phiNamespaces: NAMESPACES, exemptions: [exceptionOf({ rule: 'other' })] }, 'other', '164.306(d)(3)', `use rule: '${policy.id}'`],
    ['an exemption of no object in the cluster', { phiNamespaces: NAMESPACES, exemptions: [exceptionOf({ rule: policy.id, object: 'aws_s3_bucket.a' })] }, 'aws_s3_bucket.a', '164.306(d)(3)', 'Deployment/healthcare-prod'],
    ['an engine that is none', { phiNamespaces: NAMESPACES, engine: 'gatekeeper' as never }, 'gatekeeper', 'written for one engine', 'AdmissionEngine.gatekeeper()'],
    ['an unknown field', { phiNamespaces: NAMESPACES, excludedNamespaces: ['x'] } as ConstraintProps, 'excludedNamespaces', policy.kind, 'use one of: phiNamespaces'],
  ])('refuses %s', (_what, props, value, rule, remedy) => {
    expectRefusal(() => synth(props), { path: 'Test/Constraint', value, rule, remedy });
  });
});
