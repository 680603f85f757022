/** What a profile says of its nodes once, and every agent on them takes. */
import { HipaaCharts } from '../../lib/assembly/hipaa-charts';
import { HipaaControlPlane } from '../../lib/assembly/control-plane';
import { HipaaKubernetesApp } from '../../lib/assembly/kubernetes-app';
import { EncryptionMigration } from '../../lib/profile/encryption-settings';
import type { FalcoSettings } from '../../lib/profile/falco-settings';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { NetworkPolicyEnforcer, Platform } from '../../lib/profile/platform';
import type { HipaaProfile } from '../../lib/profile/profile';
import type { SynthesizedObject } from '../../lib/validation/synthesized-object';
import { eksProfile, IMAGE, selfManagedProfile } from '../support/profiles';

const CRIO = '/run/crio/crio.sock';
const CONTAINERD = '/run/containerd/containerd.sock';
const platformWith = (runtimeSocket?: string): Platform => Platform.selfManaged({
  version: KubernetesVersion.V1_33, networkPolicyEnforcer: NetworkPolicyEnforcer.CILIUM, encryptionConfiguration: { migration: EncryptionMigration.ENCRYPTED }, apiServerCidrs: ['10.30.0.0/28'], runtimeSocket,
});
const falco = (settings: Partial<FalcoSettings> = {}) => ({ falco: { image: IMAGE.replace('fluent-bit', 'falco'), ...settings } });

function objectsOf(profile: HipaaProfile): readonly SynthesizedObject[] {
  const app = new HipaaKubernetesApp(profile);
  new HipaaCharts(app, profile);
  return app.synthesize().objects;
}
const socketsOfFalco = (profile: HipaaProfile): string[] => objectsOf(profile).filter(({ reference }) => reference.kind === 'ConfigMap' && reference.name?.includes('falco'))
  .flatMap(({ content }) => [...JSON.stringify(content.data).matchAll(/\/run\/[\w/.-]+\.sock/g)].map(([socket]) => socket));
const rulesOf = (profile: HipaaProfile): string => String(new HipaaControlPlane(profile).synthesize().files.find(({ path }) => path === 'node-audit/hipaa.x86_64.rules')!.content);

describe('the socket of the container runtime', () => {
  test.each<[string | undefined, string]>([[undefined, CONTAINERD], [CRIO, CRIO]])('of a platform that says %s is that of the node audit and of Falco', (runtimeSocket, socket) => {
    const profile = selfManagedProfile({ platform: platformWith(runtimeSocket), detection: falco() });

    expect([...new Set(socketsOfFalco(profile))]).toEqual([socket]);
    expect(rulesOf(profile)).toContain(`-S connect -F path=${socket} `);
  });

  test('is what Falco alone was told, for Falco', () => {
    const profile = selfManagedProfile({ platform: platformWith(), detection: falco({ runtimeSocket: CRIO }) });

    expect([...new Set(socketsOfFalco(profile))]).toEqual([CRIO]);
    expect(rulesOf(profile)).toContain(`path=${CONTAINERD} `);
  });

  test("is containerd's on EKS", () => {
    expect([...new Set(socketsOfFalco(eksProfile({ detection: falco() })))]).toEqual([CONTAINERD]);
  });
});

describe("the SELinux type of the log shipper's pods", () => {
  const typesOf = (profile: HipaaProfile): unknown[] => objectsOf(profile).filter(({ reference }) => reference.kind === 'DaemonSet' && reference.name?.startsWith('fluent-bit'))
    .map(({ content }) => (/"seLinuxOptions":\{"type":"(\w+)"\}/.exec(JSON.stringify(content)) ?? [])[1]);

  test('is that of the profile, for each of them', () => {
    const types = typesOf(selfManagedProfile({ logShipper: { image: IMAGE, serviceAccountIssuer: 'https://oidc.example.com/healthcare-cluster', seLinuxType: 'spc_t' } }));

    expect(types.length).toBeGreaterThan(1);
    expect(new Set(types)).toEqual(new Set(['spc_t']));
  });

  test('is left to the runtime where nobody names it', () => {
    expect(new Set(typesOf(selfManagedProfile()))).toEqual(new Set([undefined]));
  });
});
