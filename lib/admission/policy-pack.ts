import { Errors } from '../profile/errors';
import type { AdmissionPolicy } from './admission-policy';
import { ANONYMOUS_BINDINGS } from './policies/anonymous-bindings/policy';
import { APPROVED_IMAGES } from './policies/approved-images/policy';
import { BINDING_APPROVAL } from './policies/binding-approval/policy';
import { CONTAINER_RESOURCES } from './policies/container-resources/policy';
import { DEFAULT_DENY } from './policies/default-deny/policy';
import { DROPPED_CAPABILITIES } from './policies/dropped-capabilities/policy';
import { HOST_NAMESPACES } from './policies/host-namespaces/policy';
import { HOST_PATH } from './policies/host-path/policy';
import { HOST_PORTS } from './policies/host-ports/policy';
import { IMAGE_DIGESTS } from './policies/image-digests/policy';
import { INGRESS_TLS } from './policies/ingress-tls/policy';
import { INTERACTIVE_ACCESS } from './policies/interactive-access/policy';
import { NAMESPACE_LABELS } from './policies/namespace-labels/policy';
import { PLAINTEXT_SECRETS } from './policies/plaintext-secrets/policy';
import { PRIVILEGE_ESCALATION } from './policies/privilege-escalation/policy';
import { PRIVILEGED_CONTAINERS } from './policies/privileged-containers/policy';
import { RBAC_WILDCARDS } from './policies/rbac-wildcards/policy';
import { READ_ONLY_ROOT_FILESYSTEM } from './policies/read-only-root-filesystem/policy';
import { RUN_AS_NON_ROOT } from './policies/run-as-non-root/policy';
import { SECCOMP_PROFILE } from './policies/seccomp-profile/policy';
import { SERVICE_ACCOUNT_TOKENS } from './policies/service-account-tokens/policy';
import { SERVICE_EXPOSURE } from './policies/service-exposure/policy';
import { STORAGE_ENCRYPTION } from './policies/storage-encryption/policy';

/** Every rule, in the order in which reports name them. */
export const POLICY_PACK: readonly AdmissionPolicy[] = [
  PRIVILEGED_CONTAINERS,
  PRIVILEGE_ESCALATION,
  RUN_AS_NON_ROOT,
  DROPPED_CAPABILITIES,
  SECCOMP_PROFILE,
  READ_ONLY_ROOT_FILESYSTEM,
  HOST_NAMESPACES,
  HOST_PORTS,
  HOST_PATH,
  APPROVED_IMAGES,
  IMAGE_DIGESTS,
  CONTAINER_RESOURCES,
  SERVICE_ACCOUNT_TOKENS,
  PLAINTEXT_SECRETS,
  INGRESS_TLS,
  SERVICE_EXPOSURE,
  STORAGE_ENCRYPTION,
  NAMESPACE_LABELS,
  DEFAULT_DENY,
  INTERACTIVE_ACCESS,
  RBAC_WILDCARDS,
  ANONYMOUS_BINDINGS,
  BINDING_APPROVAL,
];

const BY_ID: ReadonlyMap<string, AdmissionPolicy> = new Map(POLICY_PACK.map((policy) => [policy.id, policy]));

/** @throws where the pack has no such rule. */
export function policyOf(path: string, rule: string): AdmissionPolicy {
  const policy = BY_ID.get(rule);
  if (policy === undefined) throw Errors.refused(path, 'the policy pack has no such rule', rule, 'a rule that is not known would judge nothing', `use one of: ${POLICY_PACK.map(({ id }) => id).join(', ')}`);
  return policy;
}
