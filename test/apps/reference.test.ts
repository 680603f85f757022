/** The reference platforms: what they emit, by object, and what they meet. */
import { app as eks } from '../../apps/eks/main';
import { app as selfManaged } from '../../apps/self-managed/main';
import type { HipaaApp } from '../../lib';
import { HipaaControlPlane } from '../../lib/assembly/control-plane';
import { controlMatrix } from '../../lib/evidence/control-matrix';
import { EksPlatform, PlatformKind } from '../../lib/profile/platform';
import { describeReference, type SynthesizedObject } from '../../lib/validation/synthesized-object';
import { schemaFindings } from '../support/api-schema';
import type { Manifest } from '../support/chart';

/** Groups of the agents that the reference platforms rest on: their kinds are judged by the tests of their constructs. */
const CUSTOM = /^(config|constraints|syncset|templates)\.gatekeeper\.sh|^(networking|security)\.istio\.io|^policy\.sigstore\.dev|^secrets-store\.csi\.x-k8s\.io|^velero\.io|^cert-manager\.io|^cilium\.io/;

function objectsOf(app: HipaaApp): SynthesizedObject[] {
  const controlPlane = app.profile.platform.kind === PlatformKind.SELF_MANAGED ? new HipaaControlPlane(app.profile).synthesize().objects : [];
  return [...app.kubernetes.synthesize().objects, ...app.terraform.synthesize().objects, ...controlPlane];
}

describe.each([['eks', eks], ['self-managed', selfManaged]])('%s', (_name, app) => {
  const objects = objectsOf(app);
  const manifests = objects.filter((object) => object.reference.tree === 'kubernetes').map((object) => object.content as Manifest);

  test('has no finding', () => {
    expect([...app.kubernetes.synthesize().findings, ...app.terraform.synthesize().findings]).toEqual([]);
  });

  test('emits these objects', () => {
    expect(objects.map((object) => `${object.reference.tree}: ${describeReference(object.reference)}`)).toMatchSnapshot();
  });

  test('meets these controls', () => {
    const { controls } = controlMatrix({ profile: app.profile, objects });
    expect(controls.map((control) => `${control.id} ${control.status}`)).toMatchSnapshot();
  });

  test('every manifest validates against the API schemas', () => {
    const known = manifests.filter(({ apiVersion }) => !CUSTOM.test(apiVersion));
    expect(known.length).toBeGreaterThan(manifests.length / 2);
    expect(known.flatMap((manifest) => schemaFindings(manifest).map((finding) => `${manifest.kind} ${manifest.metadata.name}: ${finding}`))).toEqual([]);
  });

  test('templates are applied before constraints, and namespaces before all', () => {
    const files = app.kubernetes.synthesize().files.map((file) => file.path);
    expect(files).toEqual([...files].sort());
    expect(files[0]).toBe('00-namespaces.k8s.yaml');
    const kinds = manifests.map((manifest) => manifest.kind);
    expect(kinds.lastIndexOf('ConstraintTemplate')).toBeLessThan(kinds.indexOf('HipaaIngressTls'));
  });

  test('every namespaced object lives in a namespace that is emitted, or that is there before', () => {
    const { platform } = app.profile;
    // Velero is installed before its schedules.
    const there = platform instanceof EksPlatform ? ['kube-system', ...platform.agentNamespaces.map(({ name }) => name)] : ['gatekeeper-system', 'velero'];
    const known = new Set([...there, ...manifests.filter((manifest) => manifest.kind === 'Namespace').map((manifest) => manifest.metadata.name)]);
    const homeless = manifests.filter((manifest) => manifest.metadata.namespace !== undefined && !known.has(manifest.metadata.namespace));
    expect(homeless.map((manifest) => manifest.metadata.name)).toEqual([]);
  });

  test('bears the names of the sources', () => {
    const names = new Set(objects.map((object) => describeReference(object.reference)));
    for (const name of [
      'Namespace healthcare-prod', 'Namespace patient-data', 'Role healthcare-prod/hipaa-auditor', 'Role healthcare-prod/hipaa-developer', 'Role healthcare-prod/hipaa-security-admin',
      'RoleBinding healthcare-prod/auditor-binding', 'Ingress healthcare-prod/patient-portal', 'Service healthcare-prod/patient-portal-tls', 'ConfigMap hipaa-logging/fluent-bit-config',
    ]) expect(names).toContain(name);
    expect(JSON.stringify(objects)).toContain(`hipaa-audit-logs-${app.profile.account}-us-east-1`);
  });
});

test('only the self-managed platform has control-plane files, under the names of the sources', () => {
  expect(new HipaaControlPlane(selfManaged.profile).synthesize().files.map((file) => file.path).sort()).toEqual(
    [
      'audit-policy.yaml', 'aws-encryption-provider.yaml', 'encryption-config.yaml', 'kubeadm-api-server.yaml',
      ...['auditd.conf', 'check.sh', 'hipaa.aarch64.rules', 'hipaa.x86_64.rules', 'install.sh', 'kubelet.conf', 'tmpfiles.conf'].map((file) => `node-audit/${file}`),
    ]);
  expect(() => new HipaaControlPlane(eks.profile)).toThrow(/control-plane files cannot be used on this platform: 'Amazon EKS'/);
});
