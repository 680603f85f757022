import { KubeLimitRange } from 'cdk8s-plus-28/lib/imports/k8s';
import { Construct } from 'constructs';
import { Control } from '../controls/control';
import { Safeguard } from '../controls/safeguard';
import { checkDnsLabel, checkDnsSubdomain, checkFields } from '../profile/checks';
import { LIMIT_FIELDS, type LimitSettings } from '../profile/limit-settings';
import { cores, gibibytes, notAbove } from './quantities';

export interface NamespaceLimitsProps extends LimitSettings {
  readonly namespace: string;
  /** @default phi-limits */
  readonly name?: string;
}

/**
 * Says for each container of a namespace what it asks for and may use, where it does not say so itself, and what is the most.
 *
 * Serves 45 CFR 164.306(a)(1) beside `NamespaceQuota`: the quota refuses pods that say nothing, and these defaults let them in; no one container takes what the quota
 * allows all of them. What Kubernetes applies of two of them in one namespace is not determined (Kubernetes, limit ranges): there is one.
 *
 * @example
 *   new NamespaceLimits(chart, 'Limits', { namespace: 'healthcare-prod', maxMemoryGib: 16 });
 */
export class NamespaceLimits extends Construct {
  public constructor(scope: Construct, id: string, props: NamespaceLimitsProps) {
    super(scope, id);
    const path = this.node.path;
    checkFields(path, props, ['namespace', 'name', ...LIMIT_FIELDS], 'control PS5, 45 CFR 164.306(a)(1): limits take no other field');
    const name = props.name ?? 'phi-limits';
    checkDnsLabel(path, 'namespace', props.namespace);
    checkDnsSubdomain(path, 'name', name);
    const {
      defaultRequestCpuCores = 0.1, defaultLimitCpuCores = 0.5, maxCpuCores = 4, defaultRequestMemoryGib = 0.125, defaultLimitMemoryGib = 0.5, maxMemoryGib = 8,
      defaultRequestEphemeralStorageGib = 0.125, defaultLimitEphemeralStorageGib = 1, maxEphemeralStorageGib = 10, maxVolumeGib = 100,
    } = props;
    const container = {
      type: 'Container',
      defaultRequest: {
        'cpu': cores(path, 'defaultRequestCpuCores', defaultRequestCpuCores),
        'memory': gibibytes(path, 'defaultRequestMemoryGib', defaultRequestMemoryGib),
        'ephemeral-storage': gibibytes(path, 'defaultRequestEphemeralStorageGib', defaultRequestEphemeralStorageGib),
      },
      default: {
        'cpu': cores(path, 'defaultLimitCpuCores', defaultLimitCpuCores),
        'memory': gibibytes(path, 'defaultLimitMemoryGib', defaultLimitMemoryGib),
        'ephemeral-storage': gibibytes(path, 'defaultLimitEphemeralStorageGib', defaultLimitEphemeralStorageGib),
      },
      max: {
        'cpu': cores(path, 'maxCpuCores', maxCpuCores),
        'memory': gibibytes(path, 'maxMemoryGib', maxMemoryGib),
        'ephemeral-storage': gibibytes(path, 'maxEphemeralStorageGib', maxEphemeralStorageGib),
      },
    };
    const volume = { type: 'PersistentVolumeClaim', max: { storage: gibibytes(path, 'maxVolumeGib', maxVolumeGib) } };
    notAbove(path, 'defaultRequestCpuCores', defaultRequestCpuCores, 'defaultLimitCpuCores', defaultLimitCpuCores);
    notAbove(path, 'defaultLimitCpuCores', defaultLimitCpuCores, 'maxCpuCores', maxCpuCores);
    notAbove(path, 'defaultRequestMemoryGib', defaultRequestMemoryGib, 'defaultLimitMemoryGib', defaultLimitMemoryGib);
    notAbove(path, 'defaultLimitMemoryGib', defaultLimitMemoryGib, 'maxMemoryGib', maxMemoryGib);
    notAbove(path, 'defaultRequestEphemeralStorageGib', defaultRequestEphemeralStorageGib, 'defaultLimitEphemeralStorageGib', defaultLimitEphemeralStorageGib);
    notAbove(path, 'defaultLimitEphemeralStorageGib', defaultLimitEphemeralStorageGib, 'maxEphemeralStorageGib', maxEphemeralStorageGib);

    const limits = new KubeLimitRange(this, 'Resource', { metadata: { name, namespace: props.namespace }, spec: { limits: [container, volume] } });
    Safeguard.implement(limits, Control.PS5_QUOTAS, 'gives every container a request and a limit, so that the quota of the namespace counts it, and bounds the largest');
  }
}
