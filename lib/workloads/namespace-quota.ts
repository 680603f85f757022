import { KubeResourceQuota, Quantity } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkDnsLabel, checkDnsSubdomain, checkFields, checkInteger } from '../profile/checks';
import { QUOTA_FIELDS, type QuotaSettings } from '../profile/quota-settings';
import { cores, gibibytes, notAbove } from './quantities';

const COUNTS = 'Kubernetes, resource quotas: a count of objects';

export interface NamespaceQuotaProps extends QuotaSettings {
  readonly namespace: string;
  /** @default phi-quota */
  readonly name?: string;
}

/**
 * Bounds what the pods of a namespace take of the cluster, and keeps Services of it off the network outside.
 *
 * Serves 45 CFR 164.306(a)(1) (availability): one workload, or whoever took it over, cannot starve the others. A quota on a resource has every pod say what it asks
 * for; `NamespaceLimits` beside it says so for pods that do not (Kubernetes, resource quotas). The defaults fit a service with its database on a handful of nodes.
 * All quotas of a namespace hold at once: a second one only narrows.
 *
 * @example
 *   new NamespaceQuota(chart, 'Quota', { namespace: 'healthcare-prod', pods: 100, requestsCpuCores: 40, limitsCpuCores: 80 });
 */
export class NamespaceQuota extends Construct {
  public constructor(scope: Construct, id: string, props: NamespaceQuotaProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['namespace', 'name', ...QUOTA_FIELDS], 'control PS5, 45 CFR 164.306(a)(1): a quota takes no other field');
    const name = props.name ?? 'phi-quota';
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'name', name);
    const { requestsCpuCores = 16, limitsCpuCores = 32, requestsMemoryGib = 32, limitsMemoryGib = 64, requestsEphemeralStorageGib = 50, limitsEphemeralStorageGib = 100 } = props;
    const hard = {
      'pods': count(path, 'pods', props.pods ?? 50, 1),
      'requests.cpu': cores(path, 'requestsCpuCores', requestsCpuCores),
      'limits.cpu': cores(path, 'limitsCpuCores', limitsCpuCores),
      'requests.memory': gibibytes(path, 'requestsMemoryGib', requestsMemoryGib),
      'limits.memory': gibibytes(path, 'limitsMemoryGib', limitsMemoryGib),
      'requests.ephemeral-storage': gibibytes(path, 'requestsEphemeralStorageGib', requestsEphemeralStorageGib),
      'limits.ephemeral-storage': gibibytes(path, 'limitsEphemeralStorageGib', limitsEphemeralStorageGib),
      'persistentvolumeclaims': count(path, 'volumes', props.volumes ?? 20),
      'requests.storage': gibibytes(path, 'volumeStorageGib', props.volumeStorageGib ?? 500),
      'services': count(path, 'services', props.services ?? 20),
      'services.loadbalancers': count(path, 'loadBalancers', props.loadBalancers ?? 0),
      'services.nodeports': count(path, 'nodePorts', props.nodePorts ?? 0),
    };
    notAbove(path, 'requestsCpuCores', requestsCpuCores, 'limitsCpuCores', limitsCpuCores);
    notAbove(path, 'requestsMemoryGib', requestsMemoryGib, 'limitsMemoryGib', limitsMemoryGib);
    notAbove(path, 'requestsEphemeralStorageGib', requestsEphemeralStorageGib, 'limitsEphemeralStorageGib', limitsEphemeralStorageGib);

    const quota = new KubeResourceQuota(this, 'Resource', { metadata: { name, namespace: props.namespace }, spec: { hard } });
    Safeguard.implement(quota, Control.PS5_QUOTAS, 'bounds processor time, memory and the number of pods for all pods of the namespace');
  }
}

function count(path: string, prop: string, value: number, least = 0): Quantity {
  checkInteger(path, prop, value, least, 100_000, COUNTS);
  return Quantity.fromString(String(value));
}
