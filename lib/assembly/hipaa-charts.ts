import { ApiObject, Chart, type App } from 'cdk8s';
import { AuditorClusterRole } from '../access/auditor-cluster-role';
import { BreakGlassBinding } from '../access/break-glass-binding';
import { BreakGlassReaper } from '../access/break-glass-reaper';
import { AdmissionConstraints } from '../admission/admission-constraints';
import { AdmissionTemplates } from '../admission/admission-templates';
import { SignedImages } from '../admission/images/signed-images';
import { GatekeeperConfig } from '../admission/gatekeeper/gatekeeper-config';
import { GatekeeperSyncSet } from '../admission/gatekeeper/gatekeeper-sync-set';
import { GatekeeperWebhook } from '../admission/gatekeeper/gatekeeper-webhook';
import { POLICY_PACK } from '../admission/policy-pack';
import { FluentBitShipper } from '../audit/fluent-bit-shipper';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { FalcoSensor } from '../detection/falco/falco-sensor';
import { ENCRYPTED_STORAGE_CLASS, EncryptedStorageClass } from '../encryption/encrypted-storage-class';
import { AgentPolicies } from '../network/agent-policies';
import { CoreDnsPolicy } from '../network/core-dns-policy';
import { PhiNamespace } from '../phi/phi-namespace';
import { synthesizedManifest } from '../phi/synthesized-manifest';
import { BREAK_GLASS_GROUP } from '../manifests/break-glass-labels';
import { AdmissionEngine, AdmissionEngineKind } from '../profile/admission-engine';
import { settleBackups } from '../profile/backup-settings';
import { checkFields } from '../profile/checks';
import { EksOriginKind } from '../profile/eks-origin';
import { Errors } from '../profile/errors';
import { MeshMode } from '../profile/mesh-mode';
import { NetworkPolicyMode } from '../profile/network-policy-mode';
import type { PhiNamespaceSettings } from '../profile/phi-namespace-settings';
import { EksPlatform, PlatformKind, SelfManagedPlatform } from '../profile/platform';
import type { HipaaProfile } from '../profile/profile';
import { VeleroBackups } from '../recovery/velero/velero-backups';
import { CheckContext } from '../validation/check-context';
import { STRICT_MODE_KINDS, strictModeFindings } from '../validation/network/strict-mode';
import type { SynthesizedObject } from '../validation/synthesized-object';

/** Gatekeeper names the resource of a constraint by its template. */
const CONSTRAINT_RESOURCES = POLICY_PACK.map((policy) => policy.kind.toLowerCase());

/** How objects are divided into charts, and so into files. */
export enum ChartLayout {
  /** A chart a phase: few files, for clusters with a handful of PHI namespaces. */
  BY_PHASE = 'by-phase',
  /** A chart a PHI namespace in the phases that are about namespaces: small files, for clusters with many. */
  BY_NAMESPACE = 'by-namespace',
}

export interface HipaaChartsProps {
  /** @default ChartLayout.BY_PHASE */
  readonly layout?: ChartLayout;
}

/**
 * The Kubernetes half of a profile: charts whose names begin with the phase in which they are applied, so that any tool can
 * follow the order (kubectl file by file, Argo CD sync waves, Flux dependsOn):
 * namespaces, the network of CoreDNS and of agents (EKS, strict mode), the policy engine's templates, constraints, access, network, agents, workloads, and the webhook that fails
 * closed, which is applied once Gatekeeper answers.
 *
 * Where the Amazon VPC CNI runs in strict mode, synth fails while a namespace that the profile declares, pods that the app emits, or agents that these rest on (an ingress
 * controller, the Secrets Store CSI driver), are selected by no NetworkPolicy.
 * The namespaces of agents exist before the charts are applied: `kubectl create namespace gatekeeper-system`.
 *
 * @example
 *   const app = new HipaaKubernetesApp(profile);
 *   const charts = new HipaaCharts(app, profile);
 *   const phi = charts.phi('healthcare-prod');
 *   phi.allow(api, db);
 *   phi.exposeTls(api, { host: 'patient-portal.example.com', tlsSecret: 'patient-portal-tls' });
 *   app.synth();
 */
export class HipaaCharts {
  private readonly app: App;
  private readonly layout: ChartLayout;
  private readonly profile: HipaaProfile;
  private readonly namespaces = new Map<string, PhiNamespace>();

  public constructor(app: App, profile: HipaaProfile, props: HipaaChartsProps = {}) {
    checkFields('HipaaCharts', props, ['layout'], 'charts take no other field');
    if (props.layout !== undefined && !Object.values(ChartLayout).includes(props.layout)) {
      throw Errors.refused('HipaaCharts', 'no such layout', props.layout, 'a chart is a file', 'use ChartLayout.BY_PHASE or BY_NAMESPACE');
    }
    this.app = app;
    this.profile = profile;
    this.layout = props.layout ?? ChartLayout.BY_PHASE;
    for (const namespace of profile.phiNamespaces) this.addNamespace(namespace);
    this.addStrictMode();
    this.addAdmission();
    this.addAccess();
    this.addStorage();
    this.addAgents();
    this.addBackups();
  }

  /** A PHI namespace of the profile, for the flows of its workloads. */
  public phi(name: string): PhiNamespace {
    const namespace = this.namespaces.get(name);
    if (namespace) return namespace;
    throw Errors.refused('HipaaCharts.phi', 'the profile has no such PHI namespace', name, 'control AC13, 45 CFR 164.308(a)(4)(i): PHI lives in namespaces of the profile', `use one of: ${[...this.namespaces.keys()].join(', ')}`);
  }

  /** The chart of the last phase, for one's own workloads, Services and Ingresses. */
  public get workloads(): Chart {
    return this.chart('60-workloads');
  }

  private addNamespace(settings: PhiNamespaceSettings): void {
    const { name } = settings;
    const { platform, groups, mesh, imageSigning } = this.profile;
    this.namespaces.set(name, new PhiNamespace(this.chartOf('00-namespaces', name), name, {
      ...settings, kubernetesVersion: platform.version, groups, mesh, verifiedImages: imageSigning !== undefined,
      // In an ambient mesh nobody is reached there: the network sees the port of the tunnel.
      tlsWithinNamespace: mesh?.mode !== MeshMode.AMBIENT,
      phases: { access: this.chartOf('30-access', name), network: this.chartOf('40-network', name) },
    }));
  }

  /** Before the policy engine's templates: it makes their CRDs by calling the API server, which strict mode keeps from it until then. */
  private addStrictMode(): void {
    const { profile } = this;
    const { platform } = profile;
    if (!(platform instanceof EksPlatform) || platform.networkPolicyMode !== NetworkPolicyMode.STRICT) return;
    const { vpcCidrs, controlPlaneCidrs, serviceCidr, agentNamespaces: agents } = platform;
    const chart = this.chart('05-cluster-network');
    new CoreDnsPolicy(chart, 'CoreDns', { vpcCidrs, controlPlaneCidrs, serviceCidr });
    new AgentPolicies(chart, 'Agents', { agents, vpcCidrs, controlPlaneCidrs, serviceCidr });
    this.app.node.addValidation({ validate: () => strictModeFindings(new CheckContext(profile, objectsFor(this.app, STRICT_MODE_KINDS))) });
  }

  private addAdmission(): void {
    const { profile, phiNamespaces } = this;
    const { approvedRegistries, allowedEnvNames, imageSigning, platform, admission: { engine: kind, apiClients, tlsPorts, storageClasses, interactiveUsers } } = profile;
    const isApiServer = kind === AdmissionEngineKind.API_SERVER;
    if (!isApiServer) {
      const templates = this.chart('10-admission-templates');
      new AdmissionTemplates(templates, 'Templates');
      new GatekeeperConfig(templates, 'GatekeeperConfig', { phiNamespaces });
      new GatekeeperSyncSet(templates, 'GatekeeperSyncSet');
    }
    const chart = this.chart('20-admission-constraints');
    const constraints = new AdmissionConstraints(chart, 'Constraints', {
      phiNamespaces, approvedRegistries, apiClients, tlsPorts, interactiveUsers,
      engine: isApiServer ? AdmissionEngine.apiServer(platform.version) : undefined,
      exemptions: profile.exemptions,
      approveApp: true,
      eks: platform.kind === PlatformKind.EKS,
      allowedEnvNames: allowedEnvNames.length > 0 ? allowedEnvNames : undefined,
      storageClasses: storageClasses ?? (this.makesVolumes ? [ENCRYPTED_STORAGE_CLASS] : undefined),
      interactiveGroups: this.breakGlassGroups,
      kubernetesVersion: platform.version,
      verifiedImages: imageSigning !== undefined,
    });
    if (imageSigning) new SignedImages(chart, 'SignedImages', { registries: approvedRegistries, ...imageSigning });
    if (isApiServer) {
      const bindings = constraints.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct) && construct.kind === 'ValidatingAdmissionPolicyBinding');
      for (const binding of bindings) Safeguard.implement(binding, Control.PS2_FAIL_CLOSED, 'the API server judges by itself, and refuses what it cannot judge');
    }
    // Last: until Gatekeeper has put its certificate in, nothing gets into a PHI namespace.
    if (!isApiServer) new GatekeeperWebhook(this.chart('70-admission-fail-closed'), 'GatekeeperWebhook', { phiNamespaces });
  }

  /** Who comes by breaking the glass, as the cluster knows them. */
  private get breakGlassGroups(): string[] {
    const { breakGlass, groups, people } = this.profile;
    return [...(people === undefined ? [] : [BREAK_GLASS_GROUP]), ...(breakGlass?.group === undefined ? [] : [groups.inCluster(breakGlass.group)])];
  }

  /** Whether the class of encrypted volumes is of the output: what is only observed stays as it is. */
  private get makesVolumes(): boolean {
    const { platform } = this.profile;
    return platform instanceof EksPlatform && platform.origin.kind !== EksOriginKind.OBSERVE;
  }

  private addAccess(): void {
    const { groups, breakGlass, platform } = this.profile;
    const chart = this.chart('30-access');
    new AuditorClusterRole(chart, 'Auditor', { group: groups.inCluster(groups.auditors), constraintResources: this.profile.admission.engine === AdmissionEngineKind.API_SERVER ? [] : CONSTRAINT_RESOURCES });
    if (!breakGlass) return;
    const { group, approver, session, ...reaper } = breakGlass;
    new BreakGlassReaper(chart, 'BreakGlassReaper', { platform, namespaces: this.phiNamespaces, ...reaper });
    if (group !== undefined) new BreakGlassBinding(chart, 'BreakGlass', { group: groups.inCluster(group), approver: approver!, session: session! });
  }

  private addStorage(): void {
    const { platform, names } = this.profile;
    if (!this.makesVolumes || !(platform instanceof EksPlatform)) return;
    new EncryptedStorageClass(this.chart('40-storage'), 'Volumes', {
      kmsKeyArn: names.keyAliasArn(names.phiVolumesKeyAlias, platform.region), region: platform.region, account: platform.account,
    });
  }

  private addBackups(): void {
    const { backups, platform, names, recovery, groups, cluster } = this.profile;
    if (!backups) return;
    const { schedule, objectives, ttlHours, restoreTest } = backups;
    new VeleroBackups(this.chart('50-agents'), 'Backups', {
      platform, cluster, phiNamespaces: this.phiNamespaces, schedule, objectives, ttlHours, restoreTest, ...settleBackups(backups, platform, names, recovery),
      recordReaders: [groups.inCluster(groups.auditors)],
    });
  }

  private addAgents(): void {
    const { profile } = this;
    const { platform, names, logShipper, detection: { falco } } = profile;
    const chart = this.chart('50-agents');
    new FluentBitShipper(chart, 'LogShipper', {
      platform,
      cluster: profile.cluster,
      image: logShipper.image,
      namespace: names.loggingNamespace,
      name: names.logShipperServiceAccount,
      serviceAccountRoleArn: logShipper.serviceAccountIssuer === undefined ? undefined : names.logShipperRoleArn,
      // Falco's alerts are lines of its containers.
      containerLogs: platform.kind === PlatformKind.SELF_MANAGED && falco !== undefined,
      seLinuxType: logShipper.seLinuxType,
      s3: { bucket: names.archiveBucket, region: profile.region, prefix: names.shippedLogPrefix(platform) },
    });
    if (!falco) return;
    const runtimeSocket = falco.runtimeSocket ?? (platform instanceof SelfManagedPlatform ? platform.runtimeSocket : undefined);
    new FalcoSensor(chart, 'Falco', { platform, phiNamespaces: this.phiNamespaces, ...falco, runtimeSocket });
  }

  private get phiNamespaces(): readonly string[] {
    return [...this.namespaces.keys()];
  }

  private chart(id: string): Chart {
    return (this.app.node.tryFindChild(id) as Chart | undefined) ?? new Chart(this.app, id);
  }

  private chartOf(phase: string, namespace: string): Chart {
    return this.chart(this.layout === ChartLayout.BY_NAMESPACE ? `${phase}-${namespace}` : phase);
  }
}

/** The objects of some kinds as they will be written. */
function objectsFor(app: App, kinds: ReadonlySet<string>): SynthesizedObject[] {
  const objects = app.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct) && kinds.has(construct.kind));
  return objects.flatMap((object) => {
    try {
      return [synthesizedManifest(object)];
    } catch {
      // Synthesis itself says why it cannot be resolved.
      return [];
    }
  });
}
