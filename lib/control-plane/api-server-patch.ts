import { posix } from 'node:path';
import type { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkFields, checkIssuerUrl } from '../profile/checks';
import { Errors, type HipaaError } from '../profile/errors';
import { KubernetesVersion } from '../profile/kubernetes-version';
import { ControlPlaneFile, type ApiServerFlag, type ApiServerVolume } from './control-plane-file';

export interface ApiServerPatchProps {
  /** Version of the control plane; from 1.31 kubeadm's configuration takes its other form. */
  readonly kubernetesVersion: KubernetesVersion;
  /**
   * Issuer of service account tokens, where IAM or another relying party exchanges them: an https URL that it can reach, without port. The
   * discovery document and the keys must be published there (`kubectl get --raw /.well-known/openid-configuration` and `/openid/v1/jwks`), at the
   * same paths below the issuer, again after each change of the keys; the API server does not do it.
   * @default - kubeadm's https://kubernetes.default.svc.cluster.local, which only the cluster itself can reach
   */
  readonly serviceAccountIssuer?: string;
  /**
   * Issuers that tokens of a running cluster bear, such as https://kubernetes.default.svc.cluster.local: the API server goes on taking those tokens,
   * and issues none. Keep them until every pod has a token of the new issuer, a day or more; without them, every token becomes invalid at once. From kubeadm
   * 1.31 on, as a flag could be given only once before.
   *
   * The API server issues tokens of the first issuer that it is given. kubeadm kept the order from 1.36 on, and in patch releases of 1.32 to 1.35 from
   * February 2026; an older one sorts the issuers by their text: look at the static pod. For 1.31, which never kept it, an order that would be lost is refused.
   * @default - none, as for a new cluster
   */
  readonly formerServiceAccountIssuers?: readonly string[];
}

/** What makes the API server write an audit log that lasts until it is shipped. */
const AUDIT_FLAGS = ['audit-policy-file', 'audit-log-path', 'audit-log-maxage', 'audit-log-maxbackup', 'audit-log-maxsize'];

/**
 * TLS 1.2 suites with forward secrecy and AES-GCM, which are FIPS-approved (NIST SP 800-52r2; CIS Kubernetes Benchmark 1.12, 1.2.29). TLS 1.3 has none to
 * choose.
 */
const CIPHER_SUITES = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
];

const OWN_FLAGS: readonly ApiServerFlag[] = [
  { name: 'profiling', value: 'false' },
  { name: 'tls-cipher-suites', value: CIPHER_SUITES.join(',') },
  { name: 'tls-min-version', value: 'VersionTLS12' },
];

/** Volumes that kubeadm gives the API server itself; one of the same name would replace them. */
const KUBEADM_VOLUMES = /^(k8s-certs|ca-certs|etc-pki.*|etc-ca-certificates|usr-.*|etcd-certs-[0-9]+|cloud-config)$/;

/** Path of the keys below an issuer; the API server serves them at the same. */
const KEYS = '/openid/v1/jwks';
const ISSUER_FLAG = 'service-account-issuer';
const ISSUER_RULE = 'kube-apiserver, --service-account-issuer: the first issues tokens, all are accepted';

/** What all files ask of the API server, and what is wrong with it. */
interface Collected {
  readonly flags: readonly ApiServerFlag[];
  readonly volumes: readonly ApiServerVolume[];
  readonly problems: readonly HipaaError[];
}

/**
 * The flags and mounts with which a kubeadm API server reads every other control-plane file of the same tree: the part of a
 * ClusterConfiguration to merge into one's own, for `kubeadm init` or, on a running cluster, `kubeadm init phase control-plane apiserver`.
 *
 * Serves 45 CFR 164.312(b): an audit policy is nothing without `audit-policy-file`, a log path and a mount that keeps the log on the node.
 * It collects from the root of the tree when it is synthesized, so the order of constructs does not matter; a tree is one control plane.
 *
 * It is no patch of the static pod: kubeadm's `--patches` would replace the whole list of the container's `command`, and with it
 * every flag that kubeadm sets. `extraArgs` adds to them (kubeadm, Customizing components with the kubeadm API).
 *
 * With `serviceAccountIssuer`, pods get an identity outside of the cluster without a stored key: IAM, say, exchanges a token of theirs for a role. As
 * the API server would put its own address for that of the keys into the discovery document, `service-account-jwks-uri` points below the issuer.
 *
 * TLS 1.2 is the least, with FIPS-approved suites, and the profiler is off. Control TX3 is not claimed: it asks the same of kubelets and etcd. Anonymous
 * requests stay on, as kubeadm's own probes of /livez and /readyz are anonymous.
 *
 * Validation fails where the tree has no audit policy, two files disagree on a flag, mounts overlap, or a flag names a path that is not mounted.
 *
 * @example
 *   new AuditPolicy(scope, 'AuditPolicy', { kubernetesVersion, phiNamespaces: ['healthcare-prod'] });
 *   new ApiServerPatch(scope, 'ApiServer', { kubernetesVersion, serviceAccountIssuer: 'https://oidc.example.com/healthcare-cluster' });
 */
export class ApiServerPatch extends ControlPlaneFile {
  public readonly fileName = 'kubeadm-api-server.yaml';
  private readonly kubernetesVersion: KubernetesVersion;
  /** Flags of its own. */
  private readonly ownFlags: readonly ApiServerFlag[];
  private readonly formerIssuers: readonly string[];

  public constructor(scope: Construct, id: string, props: ApiServerPatchProps) {
    super(scope, id);
    checkFields(this.node.path, props, ['kubernetesVersion', 'serviceAccountIssuer', 'formerServiceAccountIssuers'], 'flags come from the other control-plane files of the tree');
    if (!(props.kubernetesVersion instanceof KubernetesVersion)) throw Errors.missing(this.node.path, 'kubernetesVersion', 'use KubernetesVersion.V1_33, or KubernetesVersion.of()');
    this.kubernetesVersion = props.kubernetesVersion;
    const issuer = props.serviceAccountIssuer;
    if (issuer !== undefined) checkIssuerUrl(this.node.path, 'serviceAccountIssuer', issuer);
    this.ownFlags = [...OWN_FLAGS, ...(issuer === undefined ? [] : [{ name: ISSUER_FLAG, value: issuer }, { name: 'service-account-jwks-uri', value: `${issuer.replace(/\/$/, '')}${KEYS}` }])];
    this.formerIssuers = this.checkFormerIssuers(issuer, props.formerServiceAccountIssuers);
    this.node.addValidation({ validate: () => this.collect().problems.map((problem) => problem.message) });
    // Said here and true of every output: without the audit flags neither validation nor toObject() passes.
    Safeguard.implement(this, Control.AU3_LOG_FLAGS, 'gives the API server the audit policy, the log with its rotation, and the mounts of both');
  }

  public toObject(): Record<string, unknown> {
    const { flags, volumes, problems } = this.collect();
    if (problems.length > 0) throw problems[0];
    // v1beta4 came with kubeadm 1.31; before, a flag could be given once, so extraArgs was a map.
    const isList = this.kubernetesVersion.isAtLeast(KubernetesVersion.V1_31);
    const former = (name: string): ApiServerFlag[] => (name === ISSUER_FLAG ? this.formerIssuers.map((value) => ({ name, value })) : []);
    return {
      apiVersion: `kubeadm.k8s.io/${isList ? 'v1beta4' : 'v1beta3'}`,
      kind: 'ClusterConfiguration',
      apiServer: {
        extraArgs: isList ? flags.flatMap(({ name, value }) => [{ name, value }, ...former(name)]) : Object.fromEntries(flags.map(({ name, value }) => [name, value])),
        extraVolumes: volumes.map(({ name, hostPath, mountPath, readOnly, pathType }) => ({ name, hostPath, mountPath, readOnly, pathType })),
      },
    };
  }

  private checkFormerIssuers(issuer: string | undefined, former: readonly string[] | undefined): readonly string[] {
    const path = this.node.path;
    if (former === undefined) return [];
    if (!Array.isArray(former) || former.length === 0 || (former as readonly unknown[]).some((one) => typeof one !== 'string' || !/^[\x21-\x7e]+$/.test(one))) {
      throw Errors.refused(path, 'formerServiceAccountIssuers are no issuers', former, ISSUER_RULE, "name them as tokens bear them: ['https://kubernetes.default.svc.cluster.local'], or leave the prop out");
    }
    const issuers = former as readonly string[];
    if (issuer === undefined) throw Errors.missing(path, 'serviceAccountIssuer', 'name the issuer that follows the former ones');
    if (!this.kubernetesVersion.isAtLeast(KubernetesVersion.V1_31)) {
      throw Errors.versionTooOld(path, 'formerServiceAccountIssuers', this.kubernetesVersion.version, '1.31',
        'upgrade kubeadm first: before its v1beta4, extraArgs is a map, which holds a flag once');
    }
    const twice = [issuer, ...issuers].find((one, index, all) => all.indexOf(one) !== index);
    if (twice !== undefined) throw Errors.refused(path, 'an issuer is named twice', twice, ISSUER_RULE, 'name each issuer once; the present one is no former one');
    const before = issuers.find((one) => one < issuer);
    if (before !== undefined && !this.kubernetesVersion.isAtLeast(KubernetesVersion.V1_32)) {
      throw Errors.versionTooOld(path, `the former issuer ${before} after ${issuer}`, this.kubernetesVersion.version, '1.32',
        'upgrade kubeadm first: 1.31 sorts the values of a flag, and tokens would still bear the former issuer; or choose an issuer that sorts before it');
    }
    return [...issuers];
  }

  private collect(): Collected {
    const files = ControlPlaneFile.filesOf(this.node.root);
    const problems: HipaaError[] = [];
    const flags = new Map(this.ownFlags.map((flag) => [flag.name, { flag, from: this.node.path }]));
    const volumes: Array<{ readonly volume: ApiServerVolume; readonly from: string }> = [];
    const names = new Map<string, string>();

    for (const file of files) {
      const from = file.node.path;
      const twin = names.get(file.fileName);
      if (twin !== undefined) problems.push(Errors.refused(from, 'two control-plane files have one name', file.fileName, `one would overwrite the other: ${twin}`, 'give each control plane a tree of its own'));
      names.set(file.fileName, from);
      if (file === this) continue;
      const { flags: ownFlags, volumes: ownVolumes } = file.apiServer;
      for (const flag of ownFlags) {
        const other = flags.get(flag.name);
        if (other === undefined) flags.set(flag.name, { flag, from });
        else if (other.flag.value !== flag.value) problems.push(conflictingFlags(from, flag, other.flag, other.from));
      }
      for (const volume of ownVolumes) {
        const other = volumes.find((candidate) => overlap(candidate.volume, volume));
        if (KUBEADM_VOLUMES.test(volume.name)) problems.push(Errors.refused(from, "a volume has the name of one of kubeadm's own", volume.name, 'kubeadm, HostPathMount: the later of one name replaces the other', 'name it after the file'));
        if (other === undefined) volumes.push({ volume, from });
        else if (!isSame(other.volume, volume)) problems.push(overlappingVolumes(from, volume, other.volume, other.from));
      }
    }

    const sortedFlags = [...flags.values()].map(({ flag }) => flag).sort((a, b) => (a.name < b.name ? -1 : 1));
    const mounted = volumes.map(({ volume }) => volume);
    problems.push(...this.auditProblems(sortedFlags), ...this.unmountedPaths(sortedFlags, mounted));
    return { flags: sortedFlags, volumes: mounted, problems };
  }

  private auditProblems(flags: readonly ApiServerFlag[]): readonly HipaaError[] {
    const absent = AUDIT_FLAGS.filter((name) => !flags.some((flag) => flag.name === name));
    if (absent.length === 0) return [];
    return [Errors.weakened(this.node.path, 'AU3, 45 CFR 164.312(b)', 'no file of the tree gives the API server its audit flags', absent, 'add an AuditPolicy to the same tree')];
  }

  private unmountedPaths(flags: readonly ApiServerFlag[], volumes: readonly ApiServerVolume[]): readonly HipaaError[] {
    return flags.filter(({ value }) => value.startsWith('/')).flatMap(({ name, value }) => {
      const volume = volumes.find(({ mountPath }) => isWithin(value, mountPath));
      if (volume && !(name === 'audit-log-path' && volume.readOnly)) return [];
      const problem = volume ? 'the audit log lies on a read-only mount' : 'a flag names a path that no volume mounts';
      return [Errors.refused(this.node.path, problem, `${name}=${value}`, 'kubeadm, extraVolumes: the API server sees only the paths of the node that are mounted', `mount ${posix.dirname(value)}, or the file itself, in the file's apiServer.volumes`)];
    });
  }
}

function conflictingFlags(path: string, flag: ApiServerFlag, other: ApiServerFlag, from: string): HipaaError {
  return Errors.refused(path, `two files set the flag ${flag.name}`, [other.value, flag.value], `the API server takes one value; ${from} sets another`, 'let one file set it');
}

function overlappingVolumes(path: string, volume: ApiServerVolume, other: ApiServerVolume, from: string): HipaaError {
  return Errors.refused(path, 'two volumes overlap', [other, volume], `Kubernetes: one mount would hide the other, or widen it; ${from} mounts the first`, 'mount disjoint paths under different names');
}

function overlap(a: ApiServerVolume, b: ApiServerVolume): boolean {
  return a.name === b.name || isWithin(a.mountPath, b.mountPath) || isWithin(b.mountPath, a.mountPath);
}

function isSame(a: ApiServerVolume, b: ApiServerVolume): boolean {
  return a.name === b.name && a.hostPath === b.hostPath && a.mountPath === b.mountPath && a.readOnly === b.readOnly && a.pathType === b.pathType;
}

function isWithin(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent.replace(/\/$/, '')}/`);
}
