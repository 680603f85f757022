import { IntOrString, KubeService } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { NamespaceAccess } from '../access/namespace-access';
import { VERIFIED_IMAGES, VERIFIED_IMAGES_LABEL } from '../manifests/verified-images-label';
import { AllowExternalTls, type ExternalFlowOptions } from '../network/allow-external-tls';
import { AllowFlow } from '../network/allow-flow';
import { AllowPodIdentity } from '../network/allow-pod-identity';
import { TlsCertificate } from '../network/certificates/tls-certificate';
import { DefaultDenyPolicy } from '../network/default-deny-policy';
import { DnsEgressPolicy } from '../network/dns-egress-policy';
import { FlowSides } from '../network/flow-sides';
import { IngressClass } from '../network/ingress-class';
import { IngressControllerPolicy } from '../network/ingress-controller-policy';
import { MeshAllow } from '../network/mesh/mesh-allow';
import { MeshControlPlanePolicy } from '../network/mesh/mesh-control-plane-policy';
import { MeshDefaultDeny } from '../network/mesh/mesh-default-deny';
import { StrictMutualTls } from '../network/mesh/strict-mutual-tls';
import { NetworkProtocol } from '../network/network-protocol';
import { derivedName, sortedLabels, workloadName } from '../network/policy-names';
import { TlsIngress } from '../network/tls-ingress';
import { TlsWithinNamespacePolicy } from '../network/tls-within-namespace-policy';
import { portOfFlow, type WorkloadPeer } from '../network/workload-peer';
import { checkDnsLabel, checkFields } from '../profile/checks';
import type { Environment } from '../profile/environment';
import { Errors } from '../profile/errors';
import type { IdentityGroups } from '../profile/identity-groups';
import type { KubernetesVersion } from '../profile/kubernetes-version';
import { meshLabels, MeshMode } from '../profile/mesh-mode';
import { checkMesh, type MeshSettings } from '../profile/mesh-settings';
import { checkBounds, type PhiNamespaceSettings } from '../profile/phi-namespace-settings';
import type { HipaaProfile } from '../profile/profile';
import { DefaultServiceAccount } from '../workloads/default-service-account';
import { LabelledNamespace } from '../workloads/labelled-namespace';
import { NamespaceLimits } from '../workloads/namespace-limits';
import { NamespaceQuota } from '../workloads/namespace-quota';
import { EXPOSE_FIELDS, type ExposeTlsOptions } from './expose-tls-options';
import type { IFlowEnd } from './flow-end';
import { FLOW_FIELDS, type FlowOptions } from './flow-options';
import { PhiTree } from './phi-tree';

/** Charts of the phases that are applied after the namespaces. */
export interface PhiNamespacePhases {
  /** Where RoleBindings and the ServiceAccount go. */
  readonly access: Construct;
  /** Where policies of the network and of the mesh go. */
  readonly network: Construct;
}

export interface PhiNamespaceProps extends PhiNamespaceSettings {
  /** Pins the Pod Security Standard, so that an upgrade of the cluster changes no rule silently. */
  readonly kubernetesVersion: KubernetesVersion;
  /** The people's groups. */
  readonly groups: IdentityGroups;
  /** The Istio mesh that the namespace's pods are part of. @default - none */
  readonly mesh?: MeshSettings;
  /** Whether Sigstore's policy-controller judges the namespace's images (`SignedImages`). @default false */
  readonly verifiedImages?: boolean;
  /** Whether pods of the namespace reach each other on the ports of TLS, 443 and 8443, without a flow of their own. @default false */
  readonly tlsWithinNamespace?: boolean;
  /**
   * Whether the namespace is made elsewhere, such as by the platform's own repository: flows and what is exposed are written here, and nothing of the namespace itself.
   * Environment and mesh have to be those that it was made with; `PhiNamespace.fromProfile` takes them from the profile.
   * @default false
   */
  readonly existing?: boolean;
  /** @default - everything goes here, in one chart */
  readonly phases?: PhiNamespacePhases;
}

const FIELDS = ['name', 'environment', 'quota', 'limits', 'kubernetesVersion', 'groups', 'mesh', 'verifiedImages', 'tlsWithinNamespace', 'existing', 'phases'];
const EXTERNAL_FIELDS = ['cidrs', 'port', 'tlsBecause', 'wideBecause', 'name'];
const NGINX = { namespace: 'ingress-nginx', podLabels: { 'app.kubernetes.io/name': 'ingress-nginx' }, serviceAccount: 'ingress-nginx' };

/**
 * A namespace for protected health information, whole: marked as such, with restricted pods alone, bounded, closed to the network but for the cluster's DNS
 * server (the metadata service of the node stays closed too), with the people's roles, a ServiceAccount `default` that gives out no token and, in a mesh, mutual
 * TLS alone and nobody let in. What its workloads need, they get by name: `allow`, `exposeTls` and their like.
 *
 * Serves 45 CFR 164.308(a)(4)(i), 164.312(a)(1), 164.306(a)(1) and 164.312(e)(1), each object for its own part. Constraints of Gatekeeper that this library makes
 * and that stand in the same app have to name the namespace: synth fails where one does not, where a flow crosses from one environment into another, and where
 * the namespace is made twice.
 *
 * Within one file the ServiceAccount stands behind what the namespace itself is made of: the controller of namespaces makes it too, and an apply of both at once
 * may have to be repeated (`kubectl apply --server-side` does not).
 *
 * @example
 *   const phi = new PhiNamespace(chart, 'Phi', {
 *     name: 'healthcare-prod', environment: Environment.PROD, kubernetesVersion: KubernetesVersion.V1_33, groups: profile.groups,
 *   });
 *   phi.allow(api, db);
 *   phi.exposeTls(api, { host: 'patient-portal.example.com', issuer: IssuerReference.clusterIssuer('company-ca') });
 */
export class PhiNamespace extends Construct {
  /**
   * A PHI namespace of the profile that is made elsewhere: for a team's own repository, whose flows and Ingresses lie beside its workloads. Nothing is emitted by itself.
   *
   * @param name one of the profile's `phiNamespaces`.
   * @example
   *   const team = PhiNamespace.fromProfile(chart, 'Team', profile, 'healthcare-prod');
   *   team.allow(api, db);
   */
  public static fromProfile(scope: Construct, id: string, profile: HipaaProfile, name: string): PhiNamespace {
    const settings = profile.phiNamespaces.find((namespace) => namespace.name === name);
    if (settings === undefined) {
      throw Errors.refused(`${scope.node.path}/${id}`, 'name is no PHI namespace of the profile', name, 'control AC13, 45 CFR 164.308(a)(4)(i): PHI lies in namespaces that the profile names',
        `use one of ${profile.phiNamespaces.map((namespace) => namespace.name).join(', ')}, or add it to phiNamespaces of the profile`);
    }
    const { platform, groups, mesh } = profile;
    const made = new PhiNamespace(scope, id, { ...settings, kubernetesVersion: platform.version, groups, mesh, existing: true });
    for (const other of profile.phiNamespaces) made.tree.know(other.name, other.environment);
    return made;
  }

  /** The namespace's name. */
  public readonly name: string;
  public readonly environment: Environment;
  private readonly mesh: MeshSettings | undefined;
  private readonly network: Construct;
  private readonly tree: PhiTree;

  public constructor(scope: Construct, id: string, props: PhiNamespaceProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, FIELDS, 'control AC13, 45 CFR 164.308(a)(4)(i): a PHI namespace takes no other field');
    const { name, environment, kubernetesVersion, quota, limits, mesh, phases } = props;
    checkBounds(path, { quota, limits });
    if (mesh !== undefined) checkMesh(`${path}.mesh`, mesh);
    if (phases !== undefined) checkPhases(path, phases);
    for (const flag of ['verifiedImages', 'tlsWithinNamespace', 'existing'] as const) {
      if (props[flag] !== undefined && typeof props[flag] !== 'boolean') throw Errors.refused(path, `${flag} is no boolean`, props[flag], 'a part of the namespace is there or it is not', 'use true or false');
    }
    this.name = name;
    this.environment = environment;
    this.mesh = mesh;
    const access = phases === undefined ? this : this.partOf(phases.access);
    this.network = phases === undefined ? this : this.partOf(phases.network);

    if (props.existing !== true) this.make(props, access);
    this.tree = PhiTree.of(this);
    this.tree.add({ path, name, environment, kubernetesVersion, existing: props.existing === true });
  }

  private make({ name, environment, kubernetesVersion, groups, quota, limits, mesh, verifiedImages, tlsWithinNamespace }: PhiNamespaceProps, access: Construct): void {
    new LabelledNamespace(this, 'Namespace', {
      name, environment, kubernetesVersion,
      memberships: { ...(mesh === undefined ? {} : meshLabels(mesh.mode, mesh.revision)), ...(verifiedImages === true ? { [VERIFIED_IMAGES_LABEL]: VERIFIED_IMAGES } : {}) },
    });
    new NamespaceQuota(this, 'Quota', { namespace: name, ...quota });
    new NamespaceLimits(this, 'Limits', { namespace: name, ...limits });
    new DefaultDenyPolicy(this.network, 'Deny', { namespace: name });
    new DnsEgressPolicy(this.network, 'Dns', { namespace: name });
    if (tlsWithinNamespace === true) new TlsWithinNamespacePolicy(this.network, 'Tls', { namespace: name });
    if (mesh !== undefined) this.join(mesh);
    new NamespaceAccess(access, 'Access', { namespace: name, groups });
    // Last, and never beside the namespace where phases are kept: its controller makes this ServiceAccount too, and an apply of both at once loses that race.
    new DefaultServiceAccount(access, 'DefaultServiceAccount', { namespace: name });
  }

  /**
   * Lets one workload reach another, on the port of the one that is reached: the policies of both sides, and the mesh's own where there is one. One of the two lies
   * in this namespace, the other in this or another PHI namespace of the same environment.
   */
  public allow(from: IFlowEnd, to: IFlowEnd, options: FlowOptions = {}): void {
    this.flow('Flow', from, to, options, FlowSides.BOTH);
  }

  /**
   * Lets an agent outside of PHI namespaces reach a workload of this one, such as what collects metrics. Only this side gets a policy: the agent's namespace is open,
   * or opened by its own.
   */
  public allowFromAgent(agent: IFlowEnd, to: IFlowEnd, options: FlowOptions = {}): void {
    this.own('to', to);
    this.flow('AgentFlow', agent, to, options, FlowSides.DESTINATION);
  }

  /**
   * Lets a workload of this namespace reach an agent outside of PHI namespaces, such as a collector of traces. No PHI goes there: nothing here encrypts it, and a mesh
   * ends at its own pods.
   */
  public allowToAgent(from: IFlowEnd, agent: IFlowEnd, options: FlowOptions = {}): void {
    this.own('from', from);
    this.flow('AgentFlow', from, agent, options, FlowSides.SOURCE);
  }

  /** Lets a workload of this namespace reach addresses outside of the cluster, in TLS. */
  public allowExternalTls(from: IFlowEnd, options: ExternalFlowOptions): void {
    checkFields(`${this.node.path}.allowExternalTls`, options, EXTERNAL_FIELDS, 'a flow out of the cluster takes no other field');
    const peer = this.own('from', from);
    this.once('ExternalTls', [workloadName(peer.podLabels), 'to', 'outside'], [sortedLabels(peer.podLabels), options], (id) => {
      new AllowExternalTls(this.network, id, { from: peer, ...options });
    });
  }

  /** Lets a workload of this namespace ask for the AWS credentials of its own role (EKS Pod Identity). */
  public allowPodIdentity(from: IFlowEnd): void {
    const peer = this.own('from', from);
    this.once('PodIdentity', [workloadName(peer.podLabels)], sortedLabels(peer.podLabels), (id) => {
      new AllowPodIdentity(this.network, id, { from: peer });
    });
  }

  /**
   * Serves a workload of this namespace to the world outside in TLS alone: a Service, an Ingress with a certificate for every host, the hop to the pods in TLS as well,
   * and the policy that lets the controller in. In a mesh the controller is part of it, by the ServiceAccount `ingress-nginx`.
   */
  public exposeTls(to: IFlowEnd, options: ExposeTlsOptions): void {
    const path = this.node.path;
    checkFields(`${path}.exposeTls`, options, EXPOSE_FIELDS, 'what is exposed takes no other field');
    const peer = this.own('to', to);
    const { name: ownName, issuer, service: existing, sourceCidrs, controllerNamespace, controllerPodLabels, controllerServiceAccount, ...ingress } = options;
    const name = ownName ?? workloadName(peer.podLabels);
    const port = portOfFlow(path, peer, undefined);
    // A Service of the workload's own name may be there already: a StatefulSet has one, and exposeViaService makes one.
    const service = existing ?? `${name}-tls`;
    for (const label of existing === undefined ? [name, service] : [name]) checkDnsLabel(path, 'name', label);
    const onLoadBalancer = ingress.ingressClass === IngressClass.ALB;
    if (issuer !== undefined && onLoadBalancer) {
      throw Errors.refused(path, 'issuer is not read by an Application Load Balancer', issuer, 'control TX1, 45 CFR 164.312(e)(2)(ii): it serves a certificate of ACM', 'remove issuer, and give certificateArn');
    }
    if (issuer !== undefined && ingress.tlsSecret !== undefined) {
      throw Errors.refused(path, 'issuer stands beside tlsSecret', ingress.tlsSecret, 'control TX1, 45 CFR 164.312(e)(2)(ii): one certificate a host', 'give one of them');
    }
    const outside = sourceCidrs ?? (onLoadBalancer ? ingress.ingressClass : undefined);
    if (this.mesh !== undefined && outside !== undefined) {
      throw Errors.weakened(path, 'TX2, 45 CFR 164.312(e)(2)(ii)', 'a load balancer outside of the mesh cannot speak its mutual TLS', outside,
        'expose the workload by a controller in the mesh (ingress-nginx with a proxy), or by a MeshGateway');
    }
    // Without them the policy would let in a controller that is not there, and the load balancer reach nobody.
    if (outside !== undefined && sourceCidrs === undefined) throw Errors.missing(path, 'sourceCidrs', "name the load balancer's subnets, such as ['10.0.1.0/24', '10.0.2.0/24']");
    this.once('Expose', [name], [name], (id) => {
      const scope = new Construct(this.network, id);
      if (existing === undefined) {
        // By the port of the pods: the Amazon VPC CNI judges a connection before the address of a Service becomes that of a pod.
        new KubeService(scope, 'Service', {
          metadata: { name: service, namespace: this.name },
          spec: { type: 'ClusterIP', selector: { ...peer.podLabels }, ports: [{ name: 'https', appProtocol: 'https', port, targetPort: IntOrString.fromNumber(port) }] },
        });
      }
      const certificate = issuer === undefined ? undefined : new TlsCertificate(scope, 'Certificate', {
        namespace: this.name, secretName: `${name}-tls`, dnsNames: [options.host, ...options.additionalHosts ?? []], issuer, allowWildcardHosts: options.allowWildcardHosts,
      });
      new TlsIngress(scope, 'Ingress', {
        namespace: this.name, name, service, servicePort: existing === undefined ? port : 443, ...ingress,
        mesh: this.mesh?.mode, ...(certificate === undefined ? {} : { certificate }),
      });
    });
    this.letIn(peer, port, { sourceCidrs, controllerNamespace, controllerPodLabels, controllerServiceAccount });
  }

  /** Two Ingresses of one workload are reached by the same controller. */
  private letIn(peer: WorkloadPeer, port: number, controller: Pick<ExposeTlsOptions, 'sourceCidrs' | 'controllerNamespace' | 'controllerPodLabels' | 'controllerServiceAccount'>): void {
    const { sourceCidrs, controllerNamespace, controllerPodLabels, controllerServiceAccount } = controller;
    const words = [workloadName(peer.podLabels), String(port)];
    const key = [sortedLabels(peer.podLabels), controllerNamespace, sortedLabels(controllerPodLabels ?? {})];
    this.shared('FromController', words, [...key, sourceCidrs], (id) => {
      new IngressControllerPolicy(this.network, id, {
        namespace: this.name, podLabels: peer.podLabels, port, sourceCidrs, controllerNamespace, controllerPodLabels, mesh: this.mesh?.mode,
      });
    });
    const { mesh } = this;
    if (mesh === undefined) return;
    const from = {
      namespace: controllerNamespace ?? NGINX.namespace, podLabels: controllerPodLabels ?? NGINX.podLabels, serviceAccount: controllerServiceAccount ?? NGINX.serviceAccount,
    };
    this.shared('MeshFromController', words, [...key, controllerServiceAccount], (id) => {
      new MeshAllow(this.network, id, { to: peer, from: [from], trustDomain: mesh.trustDomain });
    });
  }

  private join({ mode, controlPlaneNamespace, istiodPodLabels }: MeshSettings): void {
    const namespace = this.name;
    new StrictMutualTls(this.network, 'MutualTls', { namespace });
    new MeshDefaultDeny(this.network, 'MeshDeny', { namespace });
    new MeshControlPlanePolicy(this.network, 'MeshControlPlane', { namespace, mode, ...(mode === MeshMode.SIDECAR ? { controlPlaneNamespace, istiodPodLabels } : {}) });
  }

  private flow(kind: string, from: IFlowEnd, to: IFlowEnd, options: FlowOptions, sides: FlowSides): void {
    const path = this.node.path;
    checkFields(`${path}.allow`, options, FLOW_FIELDS, 'a flow takes no other field');
    const ends = { from: this.end('from', from), to: this.end('to', to) };
    if (ends.from.namespace !== this.name && ends.to.namespace !== this.name) {
      throw Errors.refused(path, 'neither end of the flow lies in this namespace', `${ends.from.namespace} -> ${ends.to.namespace}`, 'control NW1, 45 CFR 164.312(a)(1): a namespace opens its own flows', 'call allow of the PhiNamespace that one of the two lies in');
    }
    const port = portOfFlow(path, ends.to, options.port);
    const words = [workloadName(ends.from.podLabels), 'to', workloadName(ends.to.podLabels), String(port)];
    const places = [ends.from, ends.to].flatMap(({ namespace, podLabels }) => [namespace, sortedLabels(podLabels)]);
    this.once(kind, words, [...places, port, options.protocol ?? NetworkProtocol.TCP], (id) => {
      const scope = new Construct(this.network, id);
      const meshed = sides === FlowSides.SOURCE ? undefined : this.mesh;
      new AllowFlow(scope, 'Network', { ...ends, port, protocol: options.protocol, mesh: meshed?.mode, sides });
      if (meshed !== undefined) new MeshAllow(scope, 'Mesh', { to: ends.to, from: [ends.from], port, trustDomain: meshed.trustDomain });
    });
    this.tree.addFlow({ path, from: ends.from.namespace, to: ends.to.namespace, withAgent: sides !== FlowSides.BOTH });
  }

  /** An end with the environment of this namespace, where it lies here. */
  private end(prop: string, end: IFlowEnd): WorkloadPeer {
    const peer = end?.workloadPeer;
    if (peer === undefined) throw Errors.refused(this.node.path, `${prop} is no end of a flow`, end, 'a flow is between workloads', 'give a hardened workload, FlowEnd.of(deployment) or FlowEnd.pods({ namespace, podLabels })');
    return peer.namespace === this.name ? { ...peer, environment: this.environment } : peer;
  }

  private own(prop: string, end: IFlowEnd): WorkloadPeer {
    const peer = this.end(prop, end);
    if (peer.namespace !== this.name) throw Errors.refused(this.node.path, `${prop} lies in another namespace`, peer.namespace, 'control NW1, 45 CFR 164.312(a)(1): a namespace opens its own flows', `call it on the PhiNamespace ${peer.namespace}`);
    return peer;
  }

  /** Where its objects of a phase stand: by the namespace's name, as ids are told apart within one chart alone. */
  private partOf(phase: Construct): Construct {
    if (phase === this.node.scope) return this;
    return (phase.node.tryFindChild(this.name) as Construct | undefined) ?? new Construct(phase, this.name);
  }

  private once(kind: string, words: readonly string[], input: unknown, build: (id: string) => void): void {
    const id = `${kind}-${derivedName(words, input)}`;
    if (this.network.node.tryFindChild(id) !== undefined) throw Errors.refused(this.node.path, 'the same is allowed twice', words.join(' '), 'one object a flow', 'remove one of the two calls');
    build(id);
  }

  /** What several calls ask for alike is made once. */
  private shared(kind: string, words: readonly string[], input: unknown, build: (id: string) => void): void {
    const id = `${kind}-${derivedName(words, input)}`;
    if (this.network.node.tryFindChild(id) === undefined) build(id);
  }
}

function checkPhases(path: string, phases: PhiNamespacePhases): void {
  const rule = 'what a namespace needs goes to the charts of the phases that follow it';
  checkFields(`${path}.phases`, phases, ['access', 'network'], rule);
  for (const phase of ['access', 'network'] as const) {
    if (!Construct.isConstruct(phases[phase])) throw Errors.refused(`${path}.phases`, `${phase} is no construct`, phases[phase], rule, 'give the chart of each phase, or leave phases out');
  }
}
