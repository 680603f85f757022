import { RootConstruct, type Construct } from 'constructs';
import { AuditPolicy } from '../../lib/audit/audit-policy';
import { ApiServerPatch, type ApiServerPatchProps } from '../../lib/control-plane/api-server-patch';
import { ControlPlaneFile, type ApiServerArguments, type ApiServerVolume } from '../../lib/control-plane/control-plane-file';
import { EncryptionConfiguration } from '../../lib/encryption/encryption-configuration';
import { EncryptionMigration } from '../../lib/profile/encryption-settings';
import { KubernetesVersion } from '../../lib/profile/kubernetes-version';
import { claimsBelow } from '../support/claims';
import { expectRefusal } from '../support/refusal';

/** A file of a user's own. */
class AnyFile extends ControlPlaneFile {
  public constructor(scope: Construct, public readonly fileName: string, private readonly needs: Partial<ApiServerArguments>) {
    super(scope, fileName);
  }

  public override get apiServer(): ApiServerArguments {
    return { flags: [], volumes: [], ...this.needs };
  }

  public toObject(): Record<string, unknown> {
    return {};
  }
}

const volume = (changes: Partial<ApiServerVolume> = {}): ApiServerVolume => ({ name: 'extra', hostPath: '/etc/extra', mountPath: '/etc/extra', readOnly: true, pathType: 'DirectoryOrCreate', ...changes });

/** A control plane with the patch first, as order must not matter. */
function controlPlane(kubernetesVersion = KubernetesVersion.V1_33, build?: (root: RootConstruct) => void): ApiServerPatch {
  const root = new RootConstruct('Test');
  const patch = new ApiServerPatch(root, 'ApiServer', { kubernetesVersion });
  new AuditPolicy(root, 'AuditPolicy', { kubernetesVersion, phiNamespaces: ['healthcare-prod'] });
  build?.(root);
  return patch;
}
const ISSUER = 'https://oidc.example.com/healthcare-cluster';
const KUBEADM_ISSUER = 'https://kubernetes.default.svc.cluster.local';
function withProps(props: ApiServerPatchProps): ApiServerPatch {
  const root = new RootConstruct('Test');
  new AuditPolicy(root, 'AuditPolicy', { kubernetesVersion: props.kubernetesVersion, phiNamespaces: ['healthcare-prod'] });
  return new ApiServerPatch(root, 'ApiServer', props);
}
const withEncryption = (root: RootConstruct): void => void new EncryptionConfiguration(root, 'Encryption', { kubernetesVersion: KubernetesVersion.V1_33, migration: EncryptionMigration.ENCRYPTED });
const problems = (patch: ApiServerPatch): string[] => patch.node.root.node.findAll().flatMap((construct) => construct.node.validate());

interface ClusterConfiguration {
  apiVersion: string;
  kind: string;
  apiServer: { extraArgs: Array<{ name: string; value: string }>; extraVolumes: ApiServerVolume[] };
}

describe('ApiServerPatch', () => {
  test('gives the API server every flag and mount of the other files', () => {
    const patch = controlPlane(KubernetesVersion.V1_33, withEncryption);
    const { apiServer, ...head } = patch.toObject() as unknown as ClusterConfiguration;

    expect(patch.fileName).toBe('kubeadm-api-server.yaml');
    expect(head).toEqual({ apiVersion: 'kubeadm.k8s.io/v1beta4', kind: 'ClusterConfiguration' });
    expect(apiServer.extraArgs).toEqual(expect.arrayContaining([
      { name: 'audit-policy-file', value: '/etc/kubernetes/audit-policy.yaml' },
      { name: 'audit-log-path', value: '/var/log/kubernetes/audit.log' },
      { name: 'audit-log-maxage', value: '30' },
      { name: 'encryption-provider-config', value: '/etc/kubernetes/encryption-config.yaml' },
    ]));
    expect(apiServer.extraVolumes.map(({ name, mountPath, readOnly }) => `${name} ${mountPath} ${readOnly ? 'ro' : 'rw'}`)).toEqual([
      'audit-policy /etc/kubernetes/audit-policy.yaml ro',
      'audit-logs /var/log/kubernetes rw',
      'encryption-config /etc/kubernetes/encryption-config.yaml ro',
      'kms-plugin /var/run/kmsplugin ro',
    ]);
    expect(problems(patch)).toEqual([]);
    expect(patch.toObject()).toMatchSnapshot();
  });

  test('takes TLS 1.2 at least, with suites that are FIPS-approved, and turns the profiler off', () => {
    const { apiServer } = controlPlane().toObject() as unknown as ClusterConfiguration;
    const flags = new Map(apiServer.extraArgs.map(({ name, value }) => [name, value]));

    expect(flags.get('tls-min-version')).toBe('VersionTLS12');
    expect(flags.get('tls-cipher-suites')?.split(',').every((suite) => /^TLS_ECDHE_(ECDSA|RSA)_WITH_AES_(128|256)_GCM_SHA(256|384)$/.test(suite))).toBe(true);
    expect(flags.get('profiling')).toBe('false');
    // kubeadm's probes are anonymous.
    expect(flags.has('anonymous-auth')).toBe(false);
  });

  test.each([
    [KubernetesVersion.V1_28, 'kubeadm.k8s.io/v1beta3', false],
    [KubernetesVersion.V1_30, 'kubeadm.k8s.io/v1beta3', false],
    [KubernetesVersion.V1_31, 'kubeadm.k8s.io/v1beta4', true],
    [KubernetesVersion.V1_36, 'kubeadm.k8s.io/v1beta4', true],
  ])('has the form of kubeadm %s', (version, apiVersion, isList) => {
    const { apiServer, ...head } = controlPlane(version).toObject() as unknown as ClusterConfiguration;

    expect(head.apiVersion).toBe(apiVersion);
    expect(Array.isArray(apiServer.extraArgs)).toBe(isList);
    const values = isList ? apiServer.extraArgs.map(({ value }) => value) : Object.values(apiServer.extraArgs);
    expect(values).toContain('30');
    expect(values.every((value) => typeof value === 'string')).toBe(true);
  });

  test('takes every prop', () => {
    const props: Required<ApiServerPatchProps> = {
      kubernetesVersion: KubernetesVersion.V1_33, serviceAccountIssuer: ISSUER, formerServiceAccountIssuers: [KUBEADM_ISSUER, 'https://a.example.com'],
    };
    const { extraArgs } = (withProps(props).toObject() as unknown as ClusterConfiguration).apiServer;

    expect(extraArgs).toContainEqual({ name: 'audit-log-maxsize', value: '100' });
    // The first one issues tokens.
    expect(extraArgs.filter(({ name }) => name.startsWith('service-account'))).toEqual([
      { name: 'service-account-issuer', value: ISSUER },
      { name: 'service-account-issuer', value: KUBEADM_ISSUER },
      { name: 'service-account-issuer', value: 'https://a.example.com' },
      { name: 'service-account-jwks-uri', value: `${ISSUER}/openid/v1/jwks` },
    ]);
  });

  test("is the issuer of tokens that others than the cluster can check, in kubeadm's both forms", () => {
    const map = withProps({ kubernetesVersion: KubernetesVersion.V1_30, serviceAccountIssuer: ISSUER });
    const list = withProps({ kubernetesVersion: KubernetesVersion.V1_31, serviceAccountIssuer: ISSUER });

    expect(map.toObject()).toMatchObject({ apiServer: { extraArgs: { 'service-account-issuer': ISSUER, 'service-account-jwks-uri': `${ISSUER}/openid/v1/jwks` } } });
    expect((list.toObject() as unknown as ClusterConfiguration).apiServer.extraArgs).toEqual(expect.arrayContaining([
      { name: 'service-account-issuer', value: ISSUER }, { name: 'service-account-jwks-uri', value: `${ISSUER}/openid/v1/jwks` },
    ]));
    expect([...problems(map), ...problems(list)]).toEqual([]);
  });

  test('finds the keys below an issuer that ends with a slash, which tokens bear as it is', () => {
    expect(withProps({ kubernetesVersion: KubernetesVersion.V1_30, serviceAccountIssuer: `${ISSUER}/` }).toObject())
      .toMatchObject({ apiServer: { extraArgs: { 'service-account-issuer': `${ISSUER}/`, 'service-account-jwks-uri': `${ISSUER}/openid/v1/jwks` } } });
  });

  test("leaves kubeadm's issuer where none is given", () => {
    expect(JSON.stringify(controlPlane().toObject())).not.toContain('service-account');
  });

  test('keeps a former issuer with kubeadm 1.31 where sorting keeps the order', () => {
    const { extraArgs } = (withProps({ kubernetesVersion: KubernetesVersion.V1_31, serviceAccountIssuer: 'https://aws.example.com', formerServiceAccountIssuers: [KUBEADM_ISSUER] })
      .toObject() as unknown as ClusterConfiguration).apiServer;

    expect(extraArgs.filter(({ name }) => name === 'service-account-issuer').map(({ value }) => value)).toEqual(['https://aws.example.com', KUBEADM_ISSUER]);
  });

  test.each<[string, Partial<ApiServerPatchProps>, unknown, string, string]>([
    ['an issuer without TLS', { serviceAccountIssuer: 'http://oidc.example.com' }, 'http://oidc.example.com', 'AWS IAM', 'https://oidc.example.com'],
    ['an issuer that only the cluster reaches', { serviceAccountIssuer: KUBEADM_ISSUER }, KUBEADM_ISSUER, 'AWS IAM', 'public host'],
    ['an issuer with a port', { serviceAccountIssuer: 'https://oidc.example.com:6443' }, 'https://oidc.example.com:6443', 'AWS IAM', 'https://oidc.example.com'],
    ['an issuer of Terraform', { serviceAccountIssuer: 'https://${var.issuer}' }, 'https://${var.issuer}', 'AWS IAM', 'https://oidc.example.com'],
    ['an empty issuer', { serviceAccountIssuer: '' }, '', 'AWS IAM', 'https://oidc.example.com'],
    ['a former issuer without a new one', { serviceAccountIssuer: undefined, formerServiceAccountIssuers: [KUBEADM_ISSUER] }, undefined, 'serviceAccountIssuer is required', 'the former ones'],
    ['a former issuer that is the present one', { formerServiceAccountIssuers: [ISSUER] }, ISSUER, '--service-account-issuer', 'each issuer once'],
    ['a former issuer twice', { formerServiceAccountIssuers: [KUBEADM_ISSUER, KUBEADM_ISSUER] }, KUBEADM_ISSUER, '--service-account-issuer', 'each issuer once'],
    ['no former issuer', { formerServiceAccountIssuers: [] }, [], '--service-account-issuer', 'leave the prop out'],
    ['former issuers that are no list', { formerServiceAccountIssuers: KUBEADM_ISSUER as unknown as string[] }, KUBEADM_ISSUER, '--service-account-issuer', 'leave the prop out'],
    ['a former issuer of two lines', { formerServiceAccountIssuers: ['a\nb'] }, ['a\nb'], '--service-account-issuer', 'leave the prop out'],
    ["a former issuer in v1beta3's map", { kubernetesVersion: KubernetesVersion.V1_30, formerServiceAccountIssuers: [KUBEADM_ISSUER] }, '1.30', 'Kubernetes 1.31', 'upgrade kubeadm'],
    ['a former issuer that kubeadm 1.31 would put first', { kubernetesVersion: KubernetesVersion.V1_31, formerServiceAccountIssuers: [KUBEADM_ISSUER] }, '1.31', 'Kubernetes 1.32', 'sorts the values'],
  ])('refuses %s', (_what, props, value, rule, remedy) => {
    expectRefusal(() => withProps({ kubernetesVersion: KubernetesVersion.V1_33, serviceAccountIssuer: ISSUER, ...props }), { path: 'Test/ApiServer', value, rule, remedy });
  });

  test('refuses at synth an issuer beside that of another file', () => {
    const patch = withProps({ kubernetesVersion: KubernetesVersion.V1_33, serviceAccountIssuer: ISSUER });
    new AnyFile(patch.node.root as RootConstruct, 'own.yaml', { flags: [{ name: 'service-account-issuer', value: KUBEADM_ISSUER }] });

    expectRefusal(() => patch.toObject(), { path: 'Test/own.yaml', value: [ISSUER, KUBEADM_ISSUER], rule: 'one value; Test/ApiServer', remedy: 'one file' });
  });

  test('claims the audit flags, and no TLS that kubelets and etcd have a part in', () => {
    expect(claimsBelow(controlPlane().node.root)).toEqual(['Test/ApiServer implements AU3', 'Test/AuditPolicy implements AU1', 'Test/AuditPolicy implements AU2']);
  });

  test('finds files anywhere in the tree', () => {
    const patch = controlPlane(KubernetesVersion.V1_33, (root) => {
      new AnyFile(new RootConstruct('Other'), 'elsewhere.yaml', { flags: [{ name: 'elsewhere', value: 'true' }] });
      new AnyFile(new AnyFile(root, 'outer.yaml', {}), 'inner.yaml', { flags: [{ name: 'inner', value: 'true' }] });
    });
    const names = (patch.toObject() as unknown as ClusterConfiguration).apiServer.extraArgs.map(({ name }) => name);

    expect(names).toContain('inner');
    expect(names).not.toContain('elsewhere');
  });

  test('takes what two files agree on once', () => {
    const same = { flags: [{ name: 'shared', value: '/etc/extra/x' }], volumes: [volume()] };
    const patch = controlPlane(KubernetesVersion.V1_33, (root) => {
      new AnyFile(root, 'one.yaml', same);
      new AnyFile(root, 'two.yaml', same);
    });
    const { extraArgs, extraVolumes } = (patch.toObject() as unknown as ClusterConfiguration).apiServer;

    expect(extraArgs.filter(({ name }) => name === 'shared')).toHaveLength(1);
    expect(extraVolumes.filter(({ name }) => name === 'extra')).toHaveLength(1);
  });

  describe('refuses at synth', () => {
    test('a tree without audit policy', () => {
      const root = new RootConstruct('Test');
      const patch = new ApiServerPatch(root, 'ApiServer', { kubernetesVersion: KubernetesVersion.V1_33 });
      withEncryption(root);

      expect(problems(patch)).toEqual([expect.stringContaining('[Test/ApiServer] no file of the tree gives the API server its audit flags: ["audit-policy-file"')]);
      expectRefusal(() => patch.toObject(), {
        path: 'Test/ApiServer', value: ['audit-policy-file', 'audit-log-path', 'audit-log-maxage', 'audit-log-maxbackup', 'audit-log-maxsize'], rule: 'AU3', remedy: 'AuditPolicy',
      });
    });

    test('an audit log without rotation', () => {
      const root = new RootConstruct('Test');
      const patch = new ApiServerPatch(root, 'ApiServer', { kubernetesVersion: KubernetesVersion.V1_33 });
      new AnyFile(root, 'own.yaml', { flags: [{ name: 'audit-policy-file', value: 'p' }, { name: 'audit-log-path', value: '-' }] });

      expectRefusal(() => patch.toObject(), { path: 'Test/ApiServer', value: ['audit-log-maxage', 'audit-log-maxbackup', 'audit-log-maxsize'], rule: 'AU3', remedy: 'AuditPolicy' });
    });

    test.each<[string, Partial<ApiServerArguments>, unknown, string, string]>([
      ['a flag of another file', { flags: [{ name: 'audit-log-maxage', value: '1' }] }, ['30', '1'], 'one value; Test/AuditPolicy', 'one file'],
      ['a flag of its own', { flags: [{ name: 'tls-min-version', value: 'VersionTLS10' }] }, ['VersionTLS12', 'VersionTLS10'], 'one value; Test/ApiServer', 'one file'],
      ['a profiler', { flags: [{ name: 'profiling', value: 'true' }] }, ['false', 'true'], 'one value', 'one file'],
      ["a volume of kubeadm's", { volumes: [volume({ name: 'k8s-certs' })] }, 'k8s-certs', 'replaces the other', 'name it after the file'],
      ['a path that is not mounted', { flags: [{ name: 'oidc-ca-file', value: '/etc/oidc/ca.pem' }] }, 'oidc-ca-file=/etc/oidc/ca.pem', 'extraVolumes', 'mount /etc/oidc'],
      ['a path beside a mount', { flags: [{ name: 'x', value: '/etc/extras' }], volumes: [volume()] }, 'x=/etc/extras', 'extraVolumes', 'mount /etc'],
    ])('%s', (_what, needs, value, rule, remedy) => {
      const patch = controlPlane(KubernetesVersion.V1_33, (root) => new AnyFile(root, 'own.yaml', needs));

      expect(problems(patch)).toHaveLength(1);
      expectRefusal(() => patch.toObject(), { path: 'Test/', value, rule, remedy });
    });

    test.each<[string, ApiServerVolume]>([
      ['of one path and another right', volume({ name: 'logs', hostPath: '/var/log/kubernetes', mountPath: '/var/log/kubernetes', readOnly: true })],
      ['of one name', volume({ name: 'audit-logs' })],
      ['within another', volume({ hostPath: '/srv', mountPath: '/var/log/kubernetes/old' })],
      ['around another', volume({ hostPath: '/etc', mountPath: '/etc/kubernetes/', readOnly: false })],
    ])('a volume %s', (_what, own) => {
      const patch = controlPlane(KubernetesVersion.V1_33, (root) => new AnyFile(root, 'own.yaml', { volumes: [own] }));

      expect(problems(patch)).toHaveLength(1);
      expectRefusal(() => patch.toObject(), { path: 'Test/own.yaml', value: [expect.objectContaining({ pathType: expect.any(String) }), own], rule: 'one mount would hide the other', remedy: 'disjoint paths' });
    });

    test('an audit log on a read-only mount', () => {
      const root = new RootConstruct('Test');
      const patch = new ApiServerPatch(root, 'ApiServer', { kubernetesVersion: KubernetesVersion.V1_33 });
      const flags = ['audit-policy-file', 'audit-log-path', 'audit-log-maxage', 'audit-log-maxbackup', 'audit-log-maxsize'].map((name) => ({ name, value: name === 'audit-log-path' ? '/etc/extra/audit.log' : '1' }));
      new AnyFile(root, 'own.yaml', { flags, volumes: [volume()] });

      expectRefusal(() => patch.toObject(), { path: 'Test/ApiServer', value: 'audit-log-path=/etc/extra/audit.log', rule: 'extraVolumes', remedy: 'mount /etc/extra' });
    });

    test('two control planes in one tree', () => {
      const patch = controlPlane(KubernetesVersion.V1_33, (root) => new AnyFile(root, 'audit-policy.yaml', {}));

      expect(problems(patch)).toHaveLength(1);
      expectRefusal(() => patch.toObject(), { path: 'Test/audit-policy.yaml', value: 'audit-policy.yaml', rule: 'Test/AuditPolicy', remedy: 'a tree of its own' });
    });

    test('all that is wrong, together', () => {
      const patch = controlPlane(KubernetesVersion.V1_33, (root) => new AnyFile(root, 'audit-policy.yaml', { flags: [{ name: 'profiling', value: 'true' }, { name: 'x', value: '/x' }] }));

      expect(problems(patch)).toHaveLength(3);
    });
  });

  test.each<[string, unknown, unknown, string, string]>([
    ['no version', {}, undefined, 'kubernetesVersion is required', 'KubernetesVersion.V1_33'],
    ['a version as text', { kubernetesVersion: '1.33' }, undefined, 'kubernetesVersion is required', 'KubernetesVersion.V1_33'],
    ['an unknown field', { kubernetesVersion: KubernetesVersion.V1_33, extraArgs: {} }, 'extraArgs', 'other control-plane files', 'kubernetesVersion'],
  ])('refuses %s', (_what, props, value, rule, remedy) => {
    expectRefusal(() => new ApiServerPatch(new RootConstruct('Test'), 'ApiServer', props as ApiServerPatchProps), { path: 'Test/ApiServer', value, rule, remedy });
  });
});
