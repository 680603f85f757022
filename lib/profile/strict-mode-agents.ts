import type { BackupSettings } from './backup-settings';
import { Errors } from './errors';
import type { ImageSigningSettings } from './image-signing-settings';
import type { MeshSettings } from './mesh-settings';
import { NetworkPolicyMode } from './network-policy-mode';
import { EksPlatform, type Platform } from './platform';
import type { RecoverySettings } from './recovery-settings';

/** What a profile declares that rests on pods outside of its own namespaces. */
interface DeclaredBeside {
  readonly platform: Platform;
  readonly mesh: MeshSettings | undefined;
  readonly imageSigning: ImageSigningSettings | undefined;
  readonly backups: BackupSettings | undefined;
  readonly recovery: RecoverySettings | undefined;
}

/** Strict mode starts every pod closed: what the profile declares beside the cluster needs policies of its own, or stands still without a word. @internal */
export function refuseClosedAgents(declared: DeclaredBeside): void {
  const { platform, mesh, imageSigning, backups } = declared;
  if (!(platform instanceof EksPlatform) || platform.networkPolicyMode !== NetworkPolicyMode.STRICT) return;
  const needed: { what: string; namespace: string; app?: string; remedy: string }[] = [
    ...(mesh === undefined ? [] : [{ what: 'mesh', namespace: mesh.controlPlaneNamespace ?? 'istio-system', remedy: 'AgentNamespace.istio()' }]),
    ...(platform.ebsCsiDriver ? [{ what: 'platform.ebsCsiDriver', namespace: 'kube-system', app: 'ebs-csi-controller', remedy: 'AgentNamespace.ebsCsiController() and ebsCsiNode()' }] : []),
    ...(backups === undefined ? [] : [{ what: 'backups', namespace: 'velero', remedy: 'AgentNamespace.velero()' }]),
    ...(imageSigning === undefined ? [] : [{ what: 'imageSigning', namespace: 'cosign-system', remedy: 'AgentNamespace.policyController()' }]),
  ];
  const { agentNamespaces: agents } = platform;
  const missing = needed.find(({ namespace, app }) => agents.every(({ name, podLabels }) => name !== namespace || (app !== undefined && podLabels?.app !== app)));
  if (missing) {
    throw Errors.refused(`HipaaProfile.${missing.what}`, 'strict mode keeps the pods closed that it rests on', missing.namespace,
      'control NW2, 45 CFR 164.312(a)(1): Amazon VPC CNI, NETWORK_POLICY_ENFORCING_MODE', `add ${missing.remedy} to agentNamespaces of Platform.eks, beside AgentNamespace.gatekeeper()`);
  }
  refuseUnreachedBucket(platform, declared);
}

/** Interface endpoints answer for their own region: Velero would reach no bucket of another one, and no backup would ever be written. */
function refuseUnreachedBucket(platform: EksPlatform, { backups, recovery }: DeclaredBeside): void {
  const region = backups?.region ?? recovery?.region;
  const velero = platform.agentNamespaces.filter(({ name }) => name === 'velero');
  if (backups === undefined || region === platform.region || velero.some(({ egressCidrs }) => egressCidrs !== undefined)) return;
  throw Errors.refused('HipaaProfile.backups', "strict mode opens the VPC alone to Velero, and the backups' bucket is in another region", region, 'control CP1, 45 CFR 164.308(a)(7)(ii)(A): Amazon VPC, interface endpoints',
    "say how Velero reaches S3 there: { ...AgentNamespace.velero(), egressCidrs: ['0.0.0.0/0'] }, the addresses of S3 in that region, or the block of the VPC where cross-region PrivateLink leads there");
}
