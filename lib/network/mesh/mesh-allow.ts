import { Construct } from 'constructs';
import { AuthorizationPolicy, AuthorizationPolicySpecAction as Action, type AuthorizationPolicySpecRulesFrom } from '../../../imports/security.istio.io';
import { checkDnsLabel, checkDnsSubdomain, checkFields } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { derivedName, sortedLabels, workloadName } from '../policy-names';
import { checkOneEnvironment, checkPeer, portOfFlow, type WorkloadPeer } from '../workload-peer';

export interface MeshAllowProps {
  /** The workload that is reached. */
  readonly to: WorkloadPeer;
  /** Workloads that reach it, each by its ServiceAccount. @default - none; fromNamespaces has to name somebody then */
  readonly from?: readonly WorkloadPeer[];
  /** Namespaces all of whose workloads reach it, such as that of a gateway. Prefer `from`. @default - none */
  readonly fromNamespaces?: readonly string[];
  /** Port on which the pods of `to` listen. @default - the port that `to` names; one of the two has to */
  readonly port?: number;
  /** Trust domain of the mesh (`meshConfig.trustDomain`). @default cluster.local */
  readonly trustDomain?: string;
  /** @default - readable words of the workload and the port, and a hash of the whole input */
  readonly name?: string;
}

/**
 * Lets named workloads of the mesh reach one port of another, by the identity in their certificates.
 *
 * Serves 45 CFR 164.312(a)(1) and (d) beside `MeshDefaultDeny`: who asks is proven, not said. The identity is a ServiceAccount, so each workload needs one of
 * its own. It is read from mutual TLS: without `StrictMutualTls` a plaintext request carries none, and is denied. In an ambient mesh this policy alone holds the port, as
 * the network sees 15008 for every one of them (AllowFlowProps.mesh).
 *
 * @example
 *   new MeshAllow(chart, 'PortalToRecords', {
 *     from: [{ namespace: 'healthcare-prod', podLabels: { 'app.kubernetes.io/name': 'patient-portal' }, serviceAccount: 'patient-portal' }],
 *     to: { namespace: 'patient-data', podLabels: { 'app.kubernetes.io/name': 'records' }, port: 8443 },
 *   });
 */
export class MeshAllow extends Construct {
  public constructor(scope: Construct, id: string, props: MeshAllowProps) {
    super(scope, id);
    const path = this.node.path;
    const { to, trustDomain = 'cluster.local' } = props;
    checkFields(path, props, ['to', 'from', 'fromNamespaces', 'port', 'trustDomain', 'name'], 'an allowed flow of the mesh takes no other field');
    checkPeer(path, 'to', to);
    const port = portOfFlow(path, to, props.port);
    checkDnsSubdomain(path, 'trustDomain', trustDomain);
    const principals = asList(path, 'from', props.from).map((from) => principalOf(path, trustDomain, from, to));
    const namespaces = asList(path, 'fromNamespaces', props.fromNamespaces);
    for (const namespace of namespaces) checkDnsLabel(path, 'fromNamespaces', namespace);
    // A rule without a source would let everybody in.
    if (principals.length + namespaces.length === 0) {
      throw Errors.refused(path, 'nobody is let in', props.from, 'Istio, AuthorizationPolicy: a rule without sources lets everybody in', 'name who asks: from: [{ namespace, podLabels, serviceAccount }]');
    }
    const name = props.name ?? derivedName(['mesh', 'to', workloadName(to.podLabels), String(port)], [sortedLabels(to.podLabels), port, principals, namespaces]);
    checkDnsSubdomain(path, 'name', name);

    const from: AuthorizationPolicySpecRulesFrom[] = [
      ...(principals.length === 0 ? [] : [{ source: { principals } }]),
      ...(namespaces.length === 0 ? [] : [{ source: { namespaces: [...namespaces] } }]),
    ];
    new AuthorizationPolicy(this, 'Resource', {
      metadata: { name, namespace: to.namespace },
      spec: {
        selector: { matchLabels: { ...to.podLabels } },
        action: Action.ALLOW,
        rules: [{ from, to: [{ operation: { ports: [String(port)] } }] }],
      },
    });
  }
}

function principalOf(path: string, trustDomain: string, from: WorkloadPeer, to: WorkloadPeer): string {
  checkPeer(path, 'from', from);
  checkOneEnvironment(path, from, to);
  if (from.serviceAccount === undefined) throw Errors.missing(path, 'from.serviceAccount', 'name the ServiceAccount of its pods: in a mesh it is the identity that is let in');
  if (from.serviceAccount === 'default') {
    throw Errors.refused(path, 'from.serviceAccount is everybody\'s', from.serviceAccount, 'control AC3, 45 CFR 164.308(a)(4)(ii)(B): every pod of a namespace that names none runs as default', 'give the workload a ServiceAccount of its own');
  }
  return `${trustDomain}/ns/${from.namespace}/sa/${from.serviceAccount}`;
}

function asList<T>(path: string, prop: string, value: readonly T[] | undefined): readonly T[] {
  if (value !== undefined && !Array.isArray(value)) throw Errors.refused(path, `${prop} is no list`, value, 'Istio, AuthorizationPolicy, Source', 'give a list, also for one');
  return value ?? [];
}
