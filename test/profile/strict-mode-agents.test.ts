import { AgentNamespace, type AgentNamespaceProps } from '../../lib/profile/agent-namespace';
import type { BackupSettings } from '../../lib/profile/backup-settings';
import type { ImageSigningSettings } from '../../lib/profile/image-signing-settings';
import { ImageAuthority } from '../../lib/profile/images/image-authority';
import { ImagePolicyMode } from '../../lib/profile/images/image-policy-mode';
import { RequiredAttestation } from '../../lib/profile/images/required-attestation';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { MeshMode } from '../../lib/profile/mesh-mode';
import { NetworkPolicyMode } from '../../lib/profile/network-policy-mode';
import { ObjectLock } from '../../lib/profile/object-lock';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import { HipaaProfile, type HipaaProfileProps } from '../../lib/profile/profile';
import { eksProps, IMAGE, selfManagedProps } from '../support/profiles';
import { expectRefusal } from '../support/refusal';

const lock = ObjectLock.compliance({ acknowledgedBy: 'ciso@company.com' });
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const SIGNING: Required<ImageSigningSettings> = { authorities: [ImageAuthority.awsKms(KEY)], attestations: [RequiredAttestation.spdx()], mode: ImagePolicyMode.ENFORCE };
/** Of EKS, where recovery makes the bucket. */
const BACKUPS: Required<Omit<BackupSettings, 'bucket' | 'region'>> = {
  schedule: '0 */4 * * *', objectives: { rpoHours: 4, rtoHours: 8 }, ttlHours: 720, snapshotVolumes: true, fileSystemBackup: false, restoreTest: { image: IMAGE },
};
/** A profile with values that only a JavaScript caller can give. */
const make = (changes: object): HipaaProfile => new HipaaProfile({ ...eksProps(), ...changes });

describe('what a profile rests on in strict mode', () => {
  const region = { region: 'us-east-1', account: '123456789012', version: KubernetesVersion.V1_33 };
  const strict = (...more: AgentNamespaceProps[]) => Platform.eks({ ...region, agentNamespaces: [AgentNamespace.gatekeeper(), ...more] });
  const signing = { imageSigning: SIGNING };

  test.each<[string, object, string, unknown, string]>([
    ['a mesh', { platform: strict(), mesh: { mode: MeshMode.AMBIENT } }, 'HipaaProfile.mesh', 'istio-system', 'AgentNamespace.istio()'],
    ['a mesh, beside the default agents', { mesh: { mode: MeshMode.SIDECAR } }, 'HipaaProfile.mesh', 'istio-system', 'AgentNamespace.istio()'],
    ['a mesh of another namespace', { platform: strict(AgentNamespace.istio()), mesh: { mode: MeshMode.SIDECAR, controlPlaneNamespace: 'mesh' } }, 'HipaaProfile.mesh', 'mesh', 'AgentNamespace.istio()'],
    ['signed images', { platform: strict(AgentNamespace.istio()), ...signing }, 'HipaaProfile.imageSigning', 'cosign-system', 'AgentNamespace.policyController()'],
    ['backups', { platform: strict(), recovery: { region: 'us-west-2', vaultLock: lock }, backups: BACKUPS }, 'HipaaProfile.backups', 'velero', 'AgentNamespace.velero()'],
    ['signed images, beside a mesh that has its agents', { platform: strict(AgentNamespace.istio()), mesh: { mode: MeshMode.SIDECAR }, ...signing }, 'HipaaProfile.imageSigning', 'cosign-system', 'beside AgentNamespace.gatekeeper()'],
  ])('strict mode would keep closed what it rests on: %s', (_what, changes, path, value, remedy) => {
    expectRefusal(() => make(changes), { path, value, rule: 'control NW2', remedy });
  });

  const VELERO = AgentNamespace.velero();
  const inRegion = (of: string) => ({ ...BACKUPS, bucket: 'healthcare-backups', region: of });
  test.each<[string, object]>([
    ['of recovery', { platform: strict(VELERO), recovery: { region: 'us-west-2', vaultLock: lock }, backups: BACKUPS }],
    ['of a bucket of their own', { platform: strict(VELERO), backups: inRegion('us-west-2') }],
    ['where another agent alone has blocks', { platform: strict(VELERO, { name: 'vault', egressCidrs: ['0.0.0.0/0'] }), backups: inRegion('us-west-2') }],
  ])('strict mode would keep Velero from the region of backups %s', (_what, changes) => {
    expectRefusal(() => make(changes), { path: 'HipaaProfile.backups', value: 'us-west-2', rule: 'control CP1', remedy: "{ ...AgentNamespace.velero(), egressCidrs: ['0.0.0.0/0'] }" });
  });

  test.each<[string, object]>([
    ['with a way to S3', { platform: strict({ ...VELERO, egressCidrs: ['0.0.0.0/0'] }), recovery: { region: 'us-west-2', vaultLock: lock }, backups: BACKUPS }],
    ['by cross-region PrivateLink', { platform: strict({ ...VELERO, egressCidrs: ['10.0.0.0/16'] }), recovery: { region: 'us-west-2', vaultLock: lock }, backups: BACKUPS }],
    ["in the cluster's own region", { platform: strict(VELERO), backups: inRegion('us-east-1') }],
    ['where pods start open', { platform: Platform.eks({ ...region, networkPolicyMode: NetworkPolicyMode.STANDARD }), recovery: { region: 'us-west-2', vaultLock: lock }, backups: BACKUPS }],
  ])('backups are taken %s', (_what, changes) => {
    expect(make(changes).backups).toEqual((changes as { backups: unknown }).backups);
  });

  test.each<[string, HipaaProfileProps]>([
    ['with their agents', eksProps({ platform: strict(AgentNamespace.istio(), AgentNamespace.policyController()), mesh: { mode: MeshMode.AMBIENT }, ...signing })],
    ['of another namespace', eksProps({ platform: strict({ ...AgentNamespace.istio(), name: 'mesh' }), mesh: { mode: MeshMode.SIDECAR, controlPlaneNamespace: 'mesh' } })],
    ['where pods start open', eksProps({ platform: Platform.eks({ ...region, networkPolicyMode: NetworkPolicyMode.STANDARD }), mesh: { mode: MeshMode.SIDECAR }, ...signing })],
    ['where another enforcer is', eksProps({ platform: Platform.eks({ ...region, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM }), mesh: { mode: MeshMode.SIDECAR }, ...signing })],
    ['on another platform', selfManagedProps({ mesh: { mode: MeshMode.SIDECAR }, ...signing })],
  ])('a mesh and signed images are taken %s', (_what, props) => {
    expect(new HipaaProfile(props).mesh).toEqual(props.mesh);
  });
});
