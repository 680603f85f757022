/** Everything that needs no cdk8s: the profile, the catalogue, and the Terraform half. */
export * from './common';
export { HipaaEksCluster, type HipaaEksClusterProps } from './access/eks-cluster';
export { EksPodIdentityAgent, type EksPodIdentityAgentProps } from './access/pod-identity-agent';
export { HipaaStack } from './assembly/hipaa-stack';
export { HipaaTerraformApp, type HipaaTerraformAppProps } from './assembly/terraform-app';
export { AuditArchive, type AuditArchiveProps } from './audit/audit-archive';
export { EksControlPlaneLogging, type EksControlPlaneLoggingProps } from './audit/eks-control-plane-logging';
export { LogShipperIdentity, type LogShipperIdentityProps } from './audit/log-shipper-identity';
export { type LogShipperRoleProps } from './audit/log-shipper-role';
export { LogShipperWebIdentity, type LogShipperWebIdentityProps } from './audit/log-shipper-web-identity';
export { EksSecretsEncryption, type EksSecretsEncryptionProps } from './encryption/eks-secrets-encryption';
export { EncryptionKey, type EncryptionKeyProps } from './encryption/encryption-key';
export { KeyServiceGrant, type CloudWatchLogsGrantProps, type KeyServiceGrantProps } from './encryption/key-service-grant';
export { VpcCniNetworkPolicy, type VpcCniNetworkPolicyProps } from './network/vpc-cni-network-policy';
export { PolicyDocument } from './iam/policy-document';
export { PolicyEffect, type PolicyConditionProps, type PolicyPrincipalsProps, type PolicyStatementProps } from './iam/policy-statement';
