import type { Construct } from 'constructs';
import { ControlPlaneFile, type ApiServerArguments } from '../control-plane/control-plane-file';
import { ControlPlanePaths } from '../control-plane/paths';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { AuditLevel, AuditStage, type AuditRule } from '../profile/audit-rule';
import { checkDnsLabel, checkFields, checkInteger } from '../profile/checks';
import { Errors } from '../profile/errors';
import { KubernetesVersion } from '../profile/kubernetes-version';
import { ACCESS_CONTROL, SESSIONS, describeRequest, findBrokenGuarantee, type BrokenGuarantee, type Resource } from './audit-guarantees';
import type { GroupResourcesDocument, PolicyRuleDocument } from './audit-level';
import { auditRuleDocument, checkStages } from './audit-rule-document';

/** How much of the audit log stays on the control-plane node. */
export interface AuditLogRotationProps {
  /**
   * Days after which a rotated file is deleted; 30 at least (CIS Kubernetes Benchmark 1.12, 1.2.17).
   * @default 30
   */
  readonly maxAgeDays?: number;
  /**
   * Rotated files that are kept; 10 at least (CIS Kubernetes Benchmark 1.12, 1.2.18).
   * @default 100
   */
  readonly maxBackups?: number;
  /**
   * Megabytes at which the file is rotated; 100 at least (CIS Kubernetes Benchmark 1.12, 1.2.19).
   * @default 100
   */
  readonly maxSizeMegabytes?: number;
}

export interface AuditPolicyProps {
  readonly kubernetesVersion: KubernetesVersion;
  /** Namespaces that hold PHI; at least one. */
  readonly phiNamespaces: readonly string[];
  /**
   * Rules of one's own, asked before the default ones. They may add detail or drop noise, but not silence or lower what the policy
   * must record, nor put the body of a secret into the log. With `namespaces: ['']` a list over all namespaces is meant as well as one of cluster-scoped
   * objects, so reads are silenced there for components of Kubernetes alone, by name (`users: ['system:kube-scheduler']`).
   * @default - the default rules alone
   */
  readonly rules?: readonly AuditRule[];
  /**
   * Stages at which nothing is recorded. None but RequestReceived can be left out: ResponseStarted is the only record of a watch or an
   * exec while it lasts.
   * @default - RequestReceived
   */
  readonly omitStages?: readonly AuditStage[];
  /**
   * How much of the log stays on the node. It is a buffer until the shipper has sent it, not the archive.
   * @default - about 10 GB for at most 30 days: two days of fifty events a second, should the shipper fail
   */
  readonly localLog?: AuditLogRotationProps;
}

const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const AU1 = 'AU1, 45 CFR 164.312(b)';
const AU2 = 'AU2, 45 CFR 164.312(a)(1)';

/**
 * The audit policy of a self-managed API server: what is recorded of each request, and how much of it.
 *
 * Serves 45 CFR 164.312(b), audit controls: every request is recorded with who, what, when and from where, apart from three kinds of noise that
 * touch no data. Bodies of Secrets, ConfigMaps and tokens are never recorded, as the log would then hold what it protects. Exec, attach,
 * port-forward and proxy are recorded whatever their verb; no level records what was typed in them. Changes of roles, admission and network
 * policies are recorded with their bodies.
 *
 * The file lies on each control-plane node and is read when the API server starts; it is never applied with kubectl (Kubernetes, Auditing).
 * Managed control planes (EKS, AKS, GKE) have a policy of their own and cannot take it. `ApiServerPatch` gives the API server its flags and mounts.
 *
 * @example
 *   new AuditPolicy(scope, 'AuditPolicy', {
 *     kubernetesVersion: KubernetesVersion.V1_33,
 *     phiNamespaces: ['healthcare-prod', 'patient-data'],
 *     rules: [{
 *       level: AuditLevel.NONE,
 *       users: ['system:kube-scheduler'],
 *       resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }],
 *       namespaces: ['kube-system'],
 *     }],
 *   });
 */
export class AuditPolicy extends ControlPlaneFile {
  public readonly fileName = 'audit-policy.yaml';
  private readonly rules: readonly PolicyRuleDocument[];
  private readonly omitStages: readonly AuditStage[];
  private readonly rotation: Required<AuditLogRotationProps>;

  public constructor(scope: Construct, id: string, props: AuditPolicyProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['kubernetesVersion', 'phiNamespaces', 'rules', 'omitStages', 'localLog'], 'an audit policy takes no other field');
    if (!(props.kubernetesVersion instanceof KubernetesVersion)) throw Errors.missing(path, 'kubernetesVersion', 'use KubernetesVersion.V1_33, or KubernetesVersion.of()');
    const phiNamespaces = this.checkPhiNamespaces(props.phiNamespaces);
    this.omitStages = this.checkOmitStages(props.omitStages ?? [AuditStage.REQUEST_RECEIVED]);
    this.rotation = this.checkRotation(props.localLog);
    this.rules = this.compose(props.rules ?? [], phiNamespaces);

    Safeguard.implement(this, Control.AU1_AUDIT_POLICY, 'records every request for a PHI namespace or a Secret, every exec, and every change of access; ends with a catch-all at Metadata');
    Safeguard.implement(this, Control.AU2_NO_BODIES, 'Secrets, ConfigMaps, service account tokens and token reviews are decided first, at Metadata; no rule before raises them');
  }

  public override get apiServer(): ApiServerArguments {
    const { maxAgeDays, maxBackups, maxSizeMegabytes } = this.rotation;
    return {
      flags: [
        { name: 'audit-policy-file', value: ControlPlanePaths.AUDIT_POLICY },
        { name: 'audit-log-path', value: ControlPlanePaths.AUDIT_LOG },
        { name: 'audit-log-format', value: 'json' },
        { name: 'audit-log-maxage', value: String(maxAgeDays) },
        { name: 'audit-log-maxbackup', value: String(maxBackups) },
        { name: 'audit-log-maxsize', value: String(maxSizeMegabytes) },
      ],
      volumes: [
        { name: 'audit-policy', hostPath: ControlPlanePaths.AUDIT_POLICY, mountPath: ControlPlanePaths.AUDIT_POLICY, readOnly: true, pathType: 'File' },
        { name: 'audit-logs', hostPath: ControlPlanePaths.AUDIT_LOG_DIRECTORY, mountPath: ControlPlanePaths.AUDIT_LOG_DIRECTORY, readOnly: false, pathType: 'DirectoryOrCreate' },
      ],
    };
  }

  public toObject(): Record<string, unknown> {
    return {
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      metadata: { name: 'hipaa-audit-policy' },
      ...(this.omitStages.length > 0 ? { omitStages: [...this.omitStages] } : {}),
      // Which client last set a field says nothing of this request, and makes bodies long.
      omitManagedFields: true,
      rules: structuredClone(this.rules),
    };
  }

  private compose(own: readonly AuditRule[], phiNamespaces: readonly string[]): readonly PolicyRuleDocument[] {
    if (!Array.isArray(own)) throw Errors.refused(this.node.path, 'rules is no list', own, 'audit.k8s.io/v1, Policy', 'give a list of AuditRule');
    const documents = (own as readonly AuditRule[]).map((rule, index) => auditRuleDocument(`${this.node.path}.rules[${index}]`, rule));
    const rules = [...documents, ...defaultRules(phiNamespaces)];
    const broken = findBrokenGuarantee({ rules, omitStages: this.omitStages }, phiNamespaces, documents.length);
    if (broken) throw this.weakened(broken, (own as readonly AuditRule[])[broken.rule]);
    return rules;
  }

  private weakened({ rule, request, what, problem }: BrokenGuarantee, value: AuditRule): Error {
    const path = `${this.node.path}.rules[${rule}]`;
    const shown = `${describeRequest(request)} (${what})`;
    switch (problem) {
      case 'over-logged':
        return Errors.weakened(path, AU2, `the rule writes the body of a secret into the log: ${shown}`, value, 'name the resources that the rule is about, without secrets, configmaps, serviceaccounts/token and tokenreviews');
      case 'silenced':
        return Errors.weakened(path, AU1, `the rule silences ${shown}`, value,
          "narrow the rule by users, verbs, resources and namespaces without PHI; with namespaces: [''], reads may be of every namespace, so name components of Kubernetes alone (users: ['system:kube-scheduler'])");
      case 'lowered':
        return Errors.weakened(path, AU1, `the rule drops the body of ${shown}`, value, 'name the resources that the rule is about; the default policy records everything else at Metadata as it is');
      case 'stage':
        return Errors.weakened(path, AU1, `the rule leaves out a stage of ${shown}`, value, 'leave out AuditStage.REQUEST_RECEIVED alone');
    }
  }

  private checkPhiNamespaces(namespaces: readonly string[]): readonly string[] {
    const path = this.node.path;
    if (!Array.isArray(namespaces) || namespaces.length === 0) {
      throw Errors.refused(path, 'phiNamespaces names no namespace', namespaces, `control ${AU1}: the policy must know what it protects`, "name at least one: ['healthcare-prod']");
    }
    for (const namespace of namespaces as readonly string[]) {
      checkDnsLabel(path, 'phiNamespaces', namespace);
      if (namespace.startsWith('kube-')) {
        throw Errors.refused(path, 'a system namespace cannot hold PHI', namespace, 'control AC13, 45 CFR 164.308(a)(4)(i): PHI lives in namespaces of its own', 'use a namespace of its own');
      }
    }
    return [...new Set(namespaces as readonly string[])];
  }

  private checkOmitStages(stages: readonly AuditStage[]): readonly AuditStage[] {
    const checked = checkStages(this.node.path, stages) ?? [];
    const lost = checked.find((stage) => stage !== AuditStage.REQUEST_RECEIVED);
    if (lost !== undefined) {
      throw Errors.weakened(this.node.path, AU1, 'omitStages loses the record of a request', lost, 'leave out AuditStage.REQUEST_RECEIVED alone: the other stages hold the outcome');
    }
    return checked;
  }

  private checkRotation(props: AuditLogRotationProps = {}): Required<AuditLogRotationProps> {
    const path = `${this.node.path}.localLog`;
    checkFields(path, props, ['maxAgeDays', 'maxBackups', 'maxSizeMegabytes'], 'control AU3: no other field is known');
    const rotation = { maxAgeDays: props.maxAgeDays ?? 30, maxBackups: props.maxBackups ?? 100, maxSizeMegabytes: props.maxSizeMegabytes ?? 100 };
    // 0 would mean without bound, and fill the node's disk until the API server stops.
    checkInteger(path, 'maxAgeDays', rotation.maxAgeDays, 30, 3653, 'control AU3; CIS Kubernetes Benchmark 1.12, 1.2.17');
    checkInteger(path, 'maxBackups', rotation.maxBackups, 10, 10000, 'control AU3; CIS Kubernetes Benchmark 1.12, 1.2.18');
    checkInteger(path, 'maxSizeMegabytes', rotation.maxSizeMegabytes, 100, 10000, 'control AU3; CIS Kubernetes Benchmark 1.12, 1.2.19');
    return rotation;
  }
}

/** Order counts: what must be recorded is decided before anything may be dropped. */
function defaultRules(phiNamespaces: readonly string[]): readonly PolicyRuleDocument[] {
  return [
    // No namespaces and no verbs: a list over the cluster, a watch and a deletecollection are covered too.
    {
      level: AuditLevel.METADATA,
      resources: [
        { group: '', resources: ['secrets', 'configmaps', 'serviceaccounts/token'] },
        { group: 'authentication.k8s.io' },
      ],
    },
    { level: AuditLevel.METADATA, resources: byGroup(SESSIONS) },
    { level: AuditLevel.REQUEST_RESPONSE, verbs: WRITES, resources: byGroup(ACCESS_CONTROL) },
    { level: AuditLevel.METADATA, namespaces: [...phiNamespaces] },
    // Noise, by who makes it and what it is: watches of every service by each node, the heartbeat of each node, probes.
    {
      level: AuditLevel.NONE,
      users: ['system:kube-proxy', 'system:serviceaccount:kube-system:kube-proxy'],
      verbs: ['watch'],
      resources: [{ group: '', resources: ['endpoints', 'services'] }, { group: 'discovery.k8s.io', resources: ['endpointslices'] }],
      namespaces: [''],
    },
    {
      level: AuditLevel.NONE,
      userGroups: ['system:nodes'],
      verbs: ['get', 'update', 'patch'],
      resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }],
      namespaces: ['kube-node-lease'],
    },
    { level: AuditLevel.NONE, verbs: ['get', 'head'], nonResourceURLs: ['/healthz', '/healthz/*', '/livez', '/livez/*', '/readyz', '/readyz/*', '/version'] },
    { level: AuditLevel.METADATA },
  ];
}

function byGroup(resources: readonly Resource[]): readonly GroupResourcesDocument[] {
  const groups = new Map<string, string[]>();
  for (const { apiGroup, resource, subresource } of resources) {
    const names = groups.get(apiGroup) ?? [];
    names.push(subresource === undefined ? resource : `${resource}/${subresource}`);
    groups.set(apiGroup, names);
  }
  return [...groups].map(([group, names]) => ({ group, resources: names }));
}
