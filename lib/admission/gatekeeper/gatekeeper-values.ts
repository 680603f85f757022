import { Yaml } from 'cdk8s';
import { checkFields, checkInteger } from '../../profile/checks';
import { checkWebhookName, WEBHOOK_NAME } from './installation';

export interface GatekeeperValuesProps {
  /**
   * Name of the GatekeeperWebhook: Gatekeeper puts its certificate into the configuration of that name, and has permission to write no other.
   * @default hipaa-gatekeeper-fail-closed
   */
  readonly webhookName?: string;
  /**
   * Pods that answer the API server, 2 to 20. All but one stay while nodes are drained.
   * @default 3
   */
  readonly replicas?: number;
  /**
   * Seconds between two audits of what is in the cluster, 30 to 3600.
   * @default 60
   */
  readonly auditIntervalSeconds?: number;
  /**
   * Violations that the status of a constraint lists, 20 to 500. Its total counts all of them.
   * @default 100
   */
  readonly constraintViolationsLimit?: number;
}

/**
 * Values of Gatekeeper's Helm chart that GatekeeperWebhook and the policies rest on. Helm stays the installer.
 *
 * The chart's own webhook is asked about every kind of every namespace. It goes on failing open: failing closed for all of the cluster would keep
 * nodes from joining while Gatekeeper is down, and so Gatekeeper from coming back. It is given CONNECT and DELETE, as Gatekeeper takes the operations
 * of the ValidatingAdmissionPolicies that it makes of templates in CEL from it. No namespace but Gatekeeper's own may carry the label that takes it
 * from that webhook, and the check of that label fails closed.
 *
 * Serves control PS2, 45 CFR 164.312(c)(1) (chart of Gatekeeper 3.21 to 3.23, its README and templates). The installation itself is judged nowhere here.
 *
 * @example
 *   const { yaml } = new GatekeeperValues({ replicas: 3 });
 */
export class GatekeeperValues {
  /** Versions of the chart that these values are for, as `helm --version` takes them. */
  public static readonly CHART_VERSIONS = '>=3.21.0 <3.24.0';

  /** For cdk8s' Helm construct, or below the chart's name where another one contains it. */
  public readonly values: Readonly<Record<string, unknown>>;

  public constructor(props: GatekeeperValuesProps = {}) {
    const path = 'GatekeeperValues';
    checkFields(path, props, ['webhookName', 'replicas', 'auditIntervalSeconds', 'constraintViolationsLimit'], 'Gatekeeper, values of the chart');
    const { webhookName = WEBHOOK_NAME, replicas = 3, auditIntervalSeconds = 60, constraintViolationsLimit = 100 } = props;
    checkWebhookName(path, 'webhookName', webhookName);
    checkInteger(path, 'replicas', replicas, 2, 20, 'control PS2, 45 CFR 164.312(c)(1): one pod less is an outage of PHI namespaces where admission fails closed');
    checkInteger(path, 'auditIntervalSeconds', auditIntervalSeconds, 30, 3600, 'Gatekeeper, Audit: what is in the cluster already is found by the audit alone');
    checkInteger(path, 'constraintViolationsLimit', constraintViolationsLimit, 20, 500, 'Gatekeeper, Audit: the list is kept in the status of the constraint, whose size etcd bounds');
    this.values = Object.freeze({
      replicas,
      pdb: { controllerManager: { minAvailable: replicas - 1 } },
      disableValidatingWebhook: false,
      validatingWebhookFailurePolicy: 'Ignore',
      validatingWebhookCheckIgnoreFailurePolicy: 'Fail',
      validatingWebhookExemptNamespacesLabels: {},
      validatingWebhookObjectSelector: {},
      validatingWebhookMatchConditions: [],
      validatingWebhookCustomRules: {},
      additionalValidatingWebhookConfigsToRotateCerts: [webhookName],
      enableConnectOperations: true,
      enableDeleteOperations: true,
      enableK8sNativeValidation: true,
      // A certificate from elsewhere would be put into no configuration.
      externalCertInjection: { enabled: false },
      disableAudit: false,
      auditInterval: auditIntervalSeconds,
      auditFromCache: false,
      constraintViolationsLimit,
      logDenies: true,
      controllerManager: {
        disableCertRotation: false,
        disableWebhookOperation: false,
        exemptNamespaces: [],
        exemptNamespacePrefixes: [],
        exemptNamespaceSuffixes: [],
        priorityClassName: 'system-cluster-critical',
        topologySpreadConstraints: [{
          maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: { 'control-plane': 'controller-manager', 'gatekeeper.sh/operation': 'webhook' } },
        }],
      },
      audit: { disableAuditOperation: false, disableStatusOperation: false },
      postInstall: { labelNamespace: { extraNamespaces: [] } },
      postUpgrade: { labelNamespace: { extraNamespaces: [] } },
    });
  }

  /** The same for `helm upgrade --values`. */
  public get yaml(): string {
    return Yaml.stringify(this.values);
  }
}
