/** What both halves share: the profile, the catalogue of controls, and what they are made of. No tool is loaded. */
export { type OutputFile } from './assembly/output';
export { type Synthesis } from './assembly/synthesis';
export { Attestation, type AttestationProps } from './controls/attestation';
export { CATALOGUE, cite, definitionOf, type Citation, type ControlDefinition } from './controls/catalogue';
export { Control } from './controls/control';
export { ControlException, type ControlExceptionProps } from './controls/exception';
export { inheritedControls, type InheritedControl } from './controls/inherited';
export { ClaimKind, Safeguard, type SafeguardClaim } from './controls/safeguard';
export { ControlStatus, controlMatrix, type ControlEvidence, type ControlMatrix, type ControlMatrixProps, type EvidenceObject } from './evidence/control-matrix';
export { AgentNamespace, type AgentNamespaceProps } from './profile/agent-namespace';
export { AlarmSubscriber } from './profile/alarm-subscriber';
export { AuditLevel, AuditStage, type AuditResources, type AuditRule } from './profile/audit-rule';
export { ColdStorage, type ColdStorageProps } from './profile/cold-storage';
export { DeliveryPath } from './profile/delivery-path';
export { type DetectionSettings } from './profile/detection-settings';
export { type EksNodeGroupSettings } from './profile/eks-node-group-settings';
export { EksOrigin, EksOriginKind, type EksImportSettings, type EksObserveSettings } from './profile/eks-origin';
export { EncryptionMigration, type EncryptionSettings, type KmsProviderProps } from './profile/encryption-settings';
export { Environment } from './profile/environment';
export { HipaaError, type HipaaErrorProps } from './profile/errors';
export { IdentityGroups, type IdentityGroupsProps } from './profile/identity-groups';
export { KubernetesVersion } from './profile/kubernetes-version';
export { MeshMode, HBONE_PORT } from './profile/mesh-mode';
export { Names, type NamesProps } from './profile/names';
export { NetworkPolicyMode } from './profile/network-policy-mode';
export { NodeImage } from './profile/node-image';
export { ObjectLock, ObjectLockMode, type ComplianceLockProps } from './profile/object-lock';
export { type OidcSettings } from './profile/oidc-settings';
export { type PeopleSettings } from './profile/people-settings';
export { type PhiNamespaceSettings } from './profile/phi-namespace-settings';
export {
  EksPlatform, ExternalPlatform, NetworkPolicyEnforcer, Platform, PlatformKind, SelfManagedPlatform,
  type AuditPolicySettings, type EksPlatformProps, type ExternalPlatformProps, type KmsPluginSettings, type SelfManagedPlatformProps,
} from './profile/platform';
export { HipaaProfile, type HipaaProfileProps, type LogArchiveProps, type LogShipperSettings, type TerraformStateProps } from './profile/profile';
export { type RecoveryObjectives } from './profile/recovery-objectives';
export { type RecoverySettings } from './profile/recovery-settings';
export { Retention } from './profile/retention';
export { type SessionSettings } from './profile/session-settings';
export { IamUsersSignIn, IdentityCenterSignIn, OidcSignIn, SamlSignIn, SignIn, SignInKind, type IamUsersProps, type IdentityCenterProps, type MfaTag, type OidcProps, type SamlProps } from './profile/sign-in';
export { Tree, type ObjectReference, type SynthesizedObject } from './validation/synthesized-object';
