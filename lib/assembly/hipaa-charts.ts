import { ApiObject, Chart, type App } from 'cdk8s';
import { AuditorClusterRole } from '../access/auditor-cluster-role';
import { NamespaceAccess } from '../access/namespace-access';
import { AdmissionConstraints } from '../admission/admission-constraints';
import { AdmissionTemplates } from '../admission/admission-templates';
import { INGRESS_TLS } from '../admission/policies/ingress-tls/policy';
import { PLAINTEXT_SECRETS } from '../admission/policies/plaintext-secrets/policy';
import { PRIVILEGED_CONTAINERS } from '../admission/policies/privileged-containers/policy';
import { FluentBitShipper } from '../audit/fluent-bit-shipper';
import { AgentPolicies } from '../network/agent-policies';
import { CoreDnsPolicy } from '../network/core-dns-policy';
import { DefaultDenyPolicy } from '../network/default-deny-policy';
import { DnsEgressPolicy } from '../network/dns-egress-policy';
import { TlsWithinNamespacePolicy } from '../network/tls-within-namespace-policy';
import { checkFields } from '../profile/checks';
import { Errors } from '../profile/errors';
import { NetworkPolicyMode } from '../profile/network-policy-mode';
import type { PhiNamespaceSettings } from '../profile/phi-namespace-settings';
import { EksPlatform } from '../profile/platform';
import type { HipaaProfile } from '../profile/profile';
import { CheckContext } from '../validation/check-context';
import { STRICT_MODE_KINDS, strictModeFindings } from '../validation/network/strict-mode';
import { Tree, type SynthesizedObject } from '../validation/synthesized-object';
import { DefaultServiceAccount } from '../workloads/default-service-account';
import { PhiNamespace } from '../workloads/phi-namespace';

/** Gatekeeper names the resource of a constraint by its template. */
const CONSTRAINT_RESOURCES = [INGRESS_TLS, PLAINTEXT_SECRETS, PRIVILEGED_CONTAINERS].map((policy) => policy.kind.toLowerCase());

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
 * namespaces, the network of CoreDNS and of agents (EKS, strict mode), the policy engine's templates, constraints, access, network, agents, workloads.
 *
 * Where the Amazon VPC CNI runs in strict mode, synth fails while a namespace that the profile declares, or pods that the app emits, are selected by no NetworkPolicy.
 * The namespaces of agents exist before the charts are applied: `kubectl create namespace gatekeeper-system`.
 *
 * @example
 *   const app = new HipaaKubernetesApp(profile);
 *   const charts = new HipaaCharts(app, profile);
 *   new AllowFlow(charts.workloads, 'ApiToDb', {
 *     from: { namespace: 'healthcare-prod', podLabels: { app: 'api' } },
 *     to: { namespace: 'healthcare-prod', podLabels: { app: 'db' } },
 *     port: 5432,
 *   });
 *   app.synth();
 */
export class HipaaCharts {
  private readonly app: App;
  private readonly layout: ChartLayout;

  public constructor(app: App, profile: HipaaProfile, props: HipaaChartsProps = {}) {
    checkFields('HipaaCharts', props, ['layout'], 'charts take no other field');
    if (props.layout !== undefined && !Object.values(ChartLayout).includes(props.layout)) {
      throw Errors.refused('HipaaCharts', 'no such layout', props.layout, 'a chart is a file', 'use ChartLayout.BY_PHASE or BY_NAMESPACE');
    }
    this.app = app;
    this.layout = props.layout ?? ChartLayout.BY_PHASE;
    const version = profile.platform.version;
    const phiNamespaces = profile.phiNamespaces.map((namespace) => namespace.name);

    this.eachNamespace('00-namespaces', profile, (chart, id, namespace) => {
      new PhiNamespace(chart, id, { name: namespace.name, environment: namespace.environment, kubernetesVersion: version });
    });
    this.strictMode(profile);
    new AdmissionTemplates(this.chart('10-admission-templates'), 'Templates');
    new AdmissionConstraints(this.chart('20-admission-constraints'), 'Constraints', { phiNamespaces });
    new AuditorClusterRole(this.chart('30-access'), 'Auditor', {
      group: profile.groups.inCluster(profile.groups.auditors),
      constraintResources: CONSTRAINT_RESOURCES,
    });
    this.eachNamespace('30-access', profile, (chart, id, namespace) => {
      new NamespaceAccess(chart, id, { namespace: namespace.name, groups: profile.groups });
      // Not beside the namespace: its controller makes this ServiceAccount too, and an apply of both at once loses that race.
      new DefaultServiceAccount(chart, `${id}DefaultServiceAccount`, { namespace: namespace.name });
    });
    this.eachNamespace('40-network', profile, (chart, id, { name }) => {
      new DefaultDenyPolicy(chart, `${id}Deny`, { namespace: name });
      new DnsEgressPolicy(chart, `${id}Dns`, { namespace: name });
      new TlsWithinNamespacePolicy(chart, `${id}Tls`, { namespace: name });
    });
    new FluentBitShipper(this.chart('50-agents'), 'LogShipper', {
      platform: profile.platform,
      cluster: profile.cluster,
      image: profile.logShipper.image,
      namespace: profile.names.loggingNamespace,
      name: profile.names.logShipperServiceAccount,
      serviceAccountRoleArn: profile.logShipper.serviceAccountIssuer === undefined ? undefined : profile.names.logShipperRoleArn,
      s3: { bucket: profile.names.archiveBucket, region: profile.region, prefix: profile.names.shippedLogPrefix(profile.platform) },
    });
  }

  /** The chart of the last phase, for one's own workloads, Services and Ingresses. */
  public get workloads(): Chart {
    return this.chart('60-workloads');
  }

  /** Before the policy engine's templates: it makes their CRDs by calling the API server, which strict mode keeps from it until then. */
  private strictMode(profile: HipaaProfile): void {
    const { platform } = profile;
    if (!(platform instanceof EksPlatform) || platform.networkPolicyMode !== NetworkPolicyMode.STRICT) return;
    const { vpcCidrs, controlPlaneCidrs, serviceCidr, agentNamespaces: agents } = platform;
    const chart = this.chart('05-cluster-network');
    new CoreDnsPolicy(chart, 'CoreDns', { vpcCidrs, controlPlaneCidrs, serviceCidr });
    new AgentPolicies(chart, 'Agents', { agents, vpcCidrs, controlPlaneCidrs, serviceCidr });
    this.app.node.addValidation({ validate: () => strictModeFindings(new CheckContext(profile, objectsFor(this.app, STRICT_MODE_KINDS))) });
  }

  private chart(id: string): Chart {
    return (this.app.node.tryFindChild(id) as Chart | undefined) ?? new Chart(this.app, id);
  }

  private eachNamespace(phase: string, profile: HipaaProfile, build: (chart: Chart, id: string, namespace: PhiNamespaceSettings) => void): void {
    for (const namespace of profile.phiNamespaces) {
      const chart = this.layout === ChartLayout.BY_NAMESPACE ? this.chart(`${phase}-${namespace.name}`) : this.chart(phase);
      build(chart, namespace.name, namespace);
    }
  }
}

/** The objects of some kinds as they will be written. */
function objectsFor(app: App, kinds: ReadonlySet<string>): SynthesizedObject[] {
  const objects = app.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct) && kinds.has(construct.kind));
  return objects.flatMap((object) => {
    const content = manifestOf(object);
    if (content === undefined) return [];
    const { name, namespace } = (content.metadata ?? {}) as { name?: string; namespace?: string };
    const { apiVersion, kind, node: { path } } = object;
    return [{ reference: { tree: Tree.KUBERNETES, apiVersion, kind, name: String(name), ...(namespace === undefined ? {} : { namespace }) }, path, content, claims: [] }];
  });
}

/** Nothing where it cannot be resolved: synthesis itself says why. */
function manifestOf(object: ApiObject): Record<string, unknown> | undefined {
  try {
    return object.toJson() as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
