import { Construct } from 'constructs';
import type { ControlException } from '../controls/exception';
import { AdmissionEngineKind, type AdmissionEngine } from '../profile/admission-engine';
import type { ServiceAccountName } from '../profile/admission-settings';
import { checkFields, checkList } from '../profile/checks';
import type { KubernetesVersion } from '../profile/kubernetes-version';
import type { ApprovedBinding } from './approved-binding';
import type { ConstraintProps } from './constraint';
import { DisallowAnonymousBindings } from './disallow-anonymous-bindings';
import { DisallowHostNamespaces } from './disallow-host-namespaces';
import { DisallowHostPath } from './disallow-host-path';
import { DisallowHostPorts } from './disallow-host-ports';
import { DisallowInteractiveAccess } from './disallow-interactive-access';
import { DisallowPlaintextSecrets } from './disallow-plaintext-secrets';
import { DisallowPlaintextServices } from './disallow-plaintext-services';
import { DisallowPrivilegeEscalation } from './disallow-privilege-escalation';
import { DisallowPrivilegedContainers } from './disallow-privileged-containers';
import { DisallowTokenAutomount } from './disallow-token-automount';
import { DisallowWildcardRbac } from './disallow-wildcard-rbac';
import type { EnforcementAction } from './enforcement-action';
import { policyOf } from './policy-pack';
import { RequireApprovedImages } from './require-approved-images';
import { RequireBindingApproval } from './require-binding-approval';
import { RequireContainerResources } from './require-container-resources';
import { RequireDefaultDeny } from './require-default-deny';
import { RequireDroppedCapabilities } from './require-dropped-capabilities';
import { RequireEncryptedStorage } from './require-encrypted-storage';
import { RequireImageDigests } from './require-image-digests';
import { RequireIngressTls } from './require-ingress-tls';
import { RequirePhiNamespaceLabels } from './require-phi-namespace-labels';
import { RequireReadOnlyRootFilesystem } from './require-read-only-root-filesystem';
import { RequireRunAsNonRoot } from './require-run-as-non-root';
import { RequireSeccompProfile } from './require-seccomp-profile';

export interface AdmissionConstraintsProps {
  /** Namespaces that hold PHI: the constraints bind there, and nowhere else but for what belongs to no namespace. */
  readonly phiNamespaces: readonly string[];
  /**
   * What happens to an object that violates a constraint. Anything but DENY leaves the controls not met.
   * @default EnforcementAction.DENY
   */
  readonly enforcementAction?: EnforcementAction;
  /**
   * What judges requests in the cluster.
   * @default AdmissionEngine.gatekeeper()
   */
  readonly engine?: AdmissionEngine;
  /**
   * Objects that a rule passes over: exceptions with `rule` and `object`.
   * @default - none
   */
  readonly exemptions?: readonly ControlException[];
  /**
   * Registries that images come from, each a host with an optional path.
   * @default - registries are not judged
   */
  readonly approvedRegistries?: readonly string[];
  /**
   * Bindings that give people access for good; others have to end.
   * @default - bindings are not judged but for those to everybody
   */
  readonly approvedBindings?: readonly ApprovedBinding[];
  /**
   * Approves the bindings of people that stand in the same app, too; `approvedBindings` may be left out then.
   * @default false
   */
  readonly approveApp?: boolean;
  /**
   * Names of environment variables and keys that look like a secret's and are not: `TLS_SECRET`.
   * @default - none
   */
  readonly allowedEnvNames?: readonly string[];
  /**
   * StorageClasses that encrypt with a key of your own.
   * @default - volumes are not judged
   */
  readonly storageClasses?: readonly string[];
  /**
   * ServiceAccounts whose pods talk to the API server.
   * @default - none
   */
  readonly apiClients?: readonly ServiceAccountName[];
  /**
   * Ports of pods at which every workload speaks TLS itself.
   * @default - none
   */
  readonly tlsPorts?: readonly number[];
  /**
   * Groups of the cluster that may run programs in pods: those that break the glass.
   * @default - who asks is not judged
   */
  readonly interactiveGroups?: readonly string[];
  /**
   * Users and ServiceAccounts that may do so beside. Needs `interactiveGroups`, which may be empty.
   * @default - none
   */
  readonly interactiveUsers?: readonly string[];
  /**
   * Version to which the Pod Security Standard of the namespaces has to be pinned.
   * @default - any one
   */
  readonly kubernetesVersion?: KubernetesVersion;
  /**
   * Whether the namespaces have to opt in to the verification of their images.
   * @default false
   */
  readonly verifiedImages?: boolean;
  /**
   * Whether the cluster is Amazon EKS, whose own components are bound by names that begin with `eks:`.
   * @default false
   */
  readonly eks?: boolean;
  /**
   * Whether ClusterRoles are judged for wildcards as Roles are. The charts of most operators bring such ones, and each then needs an exemption.
   * @default false
   */
  readonly clusterRoles?: boolean;
}

const FIELDS = [
  'phiNamespaces', 'enforcementAction', 'engine', 'exemptions', 'approvedRegistries', 'approvedBindings', 'approveApp', 'allowedEnvNames', 'storageClasses', 'apiClients', 'tlsPorts',
  'interactiveGroups', 'interactiveUsers', 'kubernetesVersion', 'verifiedImages', 'eks', 'clusterRoles',
];

/**
 * Every rule of the policy pack with its defaults, for a chart that is applied after the templates. What needs to be told something is judged where it was told: registries,
 * bindings, classes of volumes, and who may run programs in pods; without that, everything would be refused. With the API server's engine, the rules that it can't express are
 * left out.
 *
 * @example
 *   new AdmissionConstraints(constraintsChart, 'Constraints', {
 *     phiNamespaces: ['healthcare-prod', 'patient-data'],
 *     approvedRegistries: ['123456789012.dkr.ecr.us-east-1.amazonaws.com'],
 *   });
 */
export class AdmissionConstraints extends Construct {
  public constructor(scope: Construct, id: string, props: AdmissionConstraintsProps) {
    super(scope, id);
    const { path } = this.node;
    checkFields(path, props, FIELDS, 'a field that is not known would be lost; what one policy takes is given to its own construct');
    const { phiNamespaces, enforcementAction, engine, exemptions = [] } = props;
    checkList(path, 'exemptions', exemptions, '45 CFR 164.306(d)(3): an exception is documented', 'use [new ControlException({ ... })]');
    for (const exemption of exemptions) policyOf(path, String(exemption?.rule));
    const common = (rule: string): ConstraintProps => {
      const own = exemptions.filter((exemption) => exemption.rule === rule);
      return { phiNamespaces, enforcementAction, engine, ...(own.length > 0 ? { exemptions: own } : {}) };
    };
    new DisallowPrivilegedContainers(this, 'PrivilegedContainers', common('privileged-containers'));
    new DisallowPrivilegeEscalation(this, 'PrivilegeEscalation', common('privilege-escalation'));
    new RequireRunAsNonRoot(this, 'RunAsNonRoot', common('run-as-non-root'));
    new RequireDroppedCapabilities(this, 'DroppedCapabilities', common('dropped-capabilities'));
    new RequireSeccompProfile(this, 'SeccompProfile', common('seccomp-profile'));
    new RequireReadOnlyRootFilesystem(this, 'ReadOnlyRootFilesystem', common('read-only-root-filesystem'));
    new DisallowHostNamespaces(this, 'HostNamespaces', common('host-namespaces'));
    new DisallowHostPorts(this, 'HostPorts', common('host-ports'));
    new DisallowHostPath(this, 'HostPath', common('host-path'));
    const { approvedRegistries: registries, storageClasses, interactiveGroups, interactiveUsers: users, approvedBindings, approveApp } = props;
    if (registries !== undefined) new RequireApprovedImages(this, 'ApprovedImages', { ...common('approved-images'), registries });
    new RequireImageDigests(this, 'ImageDigests', common('image-digests'));
    new RequireContainerResources(this, 'ContainerResources', common('container-resources'));
    new DisallowTokenAutomount(this, 'TokenAutomount', { ...common('service-account-tokens'), allowedServiceAccounts: props.apiClients });
    new DisallowPlaintextSecrets(this, 'PlaintextSecrets', { ...common('plaintext-secrets'), allowedNames: props.allowedEnvNames });
    new RequireIngressTls(this, 'IngressTls', common('ingress-tls'));
    new DisallowPlaintextServices(this, 'PlaintextServices', { ...common('service-exposure'), tlsPorts: props.tlsPorts });
    if (storageClasses !== undefined) new RequireEncryptedStorage(this, 'EncryptedStorage', { ...common('storage-encryption'), storageClasses });
    new RequirePhiNamespaceLabels(this, 'NamespaceLabels', { ...common('namespace-labels'), kubernetesVersion: props.kubernetesVersion, verifiedImages: props.verifiedImages });
    if (engine?.kind !== AdmissionEngineKind.API_SERVER) new RequireDefaultDeny(this, 'DefaultDeny', common('default-deny'));
    new DisallowWildcardRbac(this, 'WildcardRbac', { ...common('rbac-wildcards'), clusterRoles: props.clusterRoles ?? false });
    new DisallowAnonymousBindings(this, 'AnonymousBindings', common('anonymous-bindings'));
    if (approvedBindings !== undefined || approveApp === true) {
      new RequireBindingApproval(this, 'BindingApproval', { ...common('binding-approval'), approvedBindings: approvedBindings ?? [], approveApp, ...(props.eks === true ? { eks: true } : {}) });
    }
    if (interactiveGroups !== undefined) new DisallowInteractiveAccess(this, 'InteractiveAccess', { ...common('interactive-access'), groups: interactiveGroups, users });
  }
}
