import { Chart, Testing } from 'cdk8s';
import { AdmissionConstraints, type AdmissionConstraintsProps } from '../../lib/admission/admission-constraints';
import { AdmissionTemplates } from '../../lib/admission/admission-templates';
import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { POLICY_PACK } from '../../lib/admission/policy-pack';
import { Control } from '../../lib/controls/control';
import { ControlException } from '../../lib/controls/exception';
import { AdmissionEngine } from '../../lib/profile/admission-engine';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { synthChart, type Manifest } from '../support/chart';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

const KINDS = POLICY_PACK.map(({ kind }) => kind).sort();
/** Rules that are asked where they were told something. */
const TOLD = ['HipaaApprovedImages', 'HipaaBindingApproval', 'HipaaInteractiveAccess', 'HipaaStorageEncryption'];
const UNTOLD = KINDS.filter((kind) => !TOLD.includes(kind));
const EVERYTHING = { approvedRegistries: ['registry.example.com/app'], approvedBindings: [], storageClasses: ['hipaa-encrypted'], interactiveGroups: ['hipaa-break-glass'] };

const emit = (props: Partial<AdmissionConstraintsProps>): Manifest[] => synthChart((chart) => new AdmissionConstraints(chart, 'Constraints', { phiNamespaces: ['healthcare-prod', 'patient-data'], ...props }));
const kindsOf = (manifests: Manifest[]): string[] => [...new Set(manifests.map(({ kind }) => kind))].sort();

test('AdmissionTemplates are the templates of every policy', () => {
  const templates = synthChart((chart) => new AdmissionTemplates(chart, 'Templates'));

  expect(templates.map((template) => template.spec.crd.spec.names.kind as string).sort()).toEqual(KINDS);
});

describe('AdmissionConstraints', () => {
  test('are a constraint of every template, in the PHI namespaces', () => {
    const constraints = emit(EVERYTHING);

    expect(kindsOf(constraints)).toEqual(KINDS);
    for (const { spec } of constraints) expect(spec.enforcementAction).toBe('deny');
    const unbound = constraints.filter(({ spec }) => JSON.stringify(spec.match.namespaces) !== JSON.stringify(['healthcare-prod', 'patient-data']));
    // What belongs to no namespace; ClusterRoles, which most operators bring with wildcards, where somebody asks for it.
    expect(unbound.map(({ spec }) => (spec.match.kinds as { kinds: string[] }[]).flatMap(({ kinds }) => kinds).join())).toEqual(['PersistentVolume', 'StorageClass', 'ClusterRole,ClusterRoleBinding', 'ClusterRoleBinding']);
  });

  test.each<[string, Partial<AdmissionConstraintsProps>, string[]]>([
    ['nothing', {}, []],
    ['registries', { approvedRegistries: EVERYTHING.approvedRegistries }, ['HipaaApprovedImages']],
    ['bindings, though none', { approvedBindings: [] }, ['HipaaBindingApproval']],
    ['the bindings of the app', { approveApp: true }, ['HipaaBindingApproval']],
    ['classes of volumes', { storageClasses: ['a'] }, ['HipaaStorageEncryption']],
    ['nobody for emergencies', { interactiveGroups: [] }, ['HipaaInteractiveAccess']],
  ])('judge no more than what they are told: %s', (_what, props, kinds) => {
    expect(kindsOf(emit(props))).toEqual([...UNTOLD, ...kinds].sort());
  });

  test('are for the API server but for what it can not express', () => {
    const objects = emit({ ...EVERYTHING, engine: AdmissionEngine.apiServer(KubernetesVersion.V1_33) });
    const policies = objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');

    expect(kindsOf(objects)).toEqual(['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding']);
    expect(policies.map(({ metadata }) => metadata.name).sort()).toEqual(POLICY_PACK.filter(({ cel }) => cel !== undefined).map(({ defaultName }) => defaultName).sort());
  });

  test('take every prop, and fall short where they do not deny', () => {
    const binding = { name: 'auditor-binding', roleKind: 'Role', roleName: 'hipaa-auditor', subjects: [{ kind: 'Group', name: 'oidc:auditors@company.com' }] };
    const props: Required<AdmissionConstraintsProps> = {
      phiNamespaces: ['patient-data'], enforcementAction: EnforcementAction.DRYRUN, engine: AdmissionEngine.gatekeeper(),
      exemptions: [new ControlException({ control: Control.PS1_PSA, rule: 'run-as-non-root', object: 'Deployment/patient-data/legacy', reason: 'moves', approver: 'ciso@company.com', expires: '2027-03-31' })],
      approvedRegistries: ['registry.example.com/app'], approvedBindings: [{ namespace: 'patient-data', ...binding }], approveApp: false, allowedEnvNames: ['TLS_SECRET'], storageClasses: ['encrypted'],
      apiClients: [{ namespace: 'patient-data', name: 'operator' }], tlsPorts: [8443], interactiveGroups: ['oidc:break-glass'], interactiveUsers: ['system:serviceaccount:velero:velero'],
      kubernetesVersion: KubernetesVersion.V1_33, verifiedImages: true, eks: true, clusterRoles: true,
    };
    const chart = new Chart(Testing.app(), 'Test');
    new AdmissionConstraints(chart, 'Constraints', props);
    const constraints = Testing.synth(chart) as Manifest[];

    expect(Object.fromEntries(constraints.filter(({ spec }) => spec.parameters !== undefined).map(({ metadata, spec }) => [metadata.name, spec.parameters]))).toEqual({
      'hipaa-run-as-non-root': { exemptions: [{ kind: 'Deployment', namespace: 'patient-data', name: 'legacy' }] },
      'hipaa-host-path': { phiNamespaces: ['patient-data'] },
      'hipaa-host-path-cluster': { phiNamespaces: ['patient-data'] },
      'hipaa-approved-images': { registries: ['registry.example.com/app'] },
      'hipaa-service-account-tokens': { allowedServiceAccounts: [{ namespace: 'patient-data', name: 'operator' }] },
      'hipaa-plaintext-secrets': { allowedNames: ['TLS_SECRET'] },
      'hipaa-service-exposure': { tlsPorts: [8443] },
      'hipaa-storage-encryption': { storageClasses: ['encrypted'] },
      'hipaa-storage-encryption-cluster': { storageClasses: ['encrypted'] },
      'hipaa-namespace-labels': { podSecurityVersion: 'v1.33', verifiedImages: true },
      'hipaa-binding-approval': { approvedBindings: [{ namespaces: ['patient-data'], ...binding }], phiNamespaces: ['patient-data'], eks: true },
      'hipaa-binding-approval-cluster': { approvedBindings: [{ namespaces: ['patient-data'], ...binding }], phiNamespaces: ['patient-data'], eks: true },
      'hipaa-interactive-access': { groups: ['oidc:break-glass'], users: ['system:serviceaccount:velero:velero'] },
    });
    expect(constraints.some(({ metadata }) => metadata.name === 'hipaa-rbac-wildcards-cluster')).toBe(true);
    for (const { spec } of constraints) expect(spec.enforcementAction).toBe('dryrun');
    expect(new Set(claimsBelow(chart).map((claim) => claim.replace(/^\S+ (\S+) .*/, '$1')))).toEqual(new Set(['falls-short']));
    expect(claimsBelow(chart).length).toBeGreaterThanOrEqual(constraints.length);
  });

  test.each<[string, object, unknown, string, string]>([
    ['an empty list', { phiNamespaces: [] }, [], 'control AC13', 'name at least one'],
    ['an unknown field', { phiNamespaces: ['a'], excluded: ['b'] }, 'excluded', 'would be lost', 'use one of: phiNamespaces'],
    ['exemptions that are no list', { phiNamespaces: ['a'], exemptions: 'x' }, 'x', '164.306(d)(3)', 'ControlException'],
    ['an exemption from no rule', { phiNamespaces: ['a'], exemptions: [{ rule: 'tls' }] }, 'tls', 'would judge nothing', 'ingress-tls'],
    ['an exemption of a whole control', { phiNamespaces: ['a'], exemptions: [{}] }, 'undefined', 'would judge nothing', 'ingress-tls'],
  ])('refuse %s', (_what, props, value, rule, remedy) => {
    const path = _what === 'an empty list' ? 'Test/Constraints/PrivilegedContainers' : 'Test/Constraints';
    expectRefusal(() => emit(props as AdmissionConstraintsProps), { path, value, rule, remedy });
  });
});
