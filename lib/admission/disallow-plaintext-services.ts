import { Construct } from 'constructs';
import { checkList, checkPort } from '../profile/checks';
import { Errors } from '../profile/errors';
import { checkConstraint, emitConstraint, type ConstraintProps } from './constraint';
import { SERVICE_EXPOSURE } from './policies/service-exposure/policy';

export interface DisallowPlaintextServicesProps extends ConstraintProps {
  /**
   * Ports of pods at which every workload of the PHI namespaces speaks TLS itself: `targetPort` of a Service, or its `port` where it has none. Nothing in an object proves
   * it, a port number or a name least of all: whoever writes the constraint answers for it.
   * @default - none, and whatever passes a load balancer or a node as it is counts as plaintext
   */
  readonly tlsPorts?: readonly number[];
}

const RULE = 'control TX1, 45 CFR 164.312(e)(2)(ii): what leaves the cluster is TLS';

/**
 * Refuses what a Service opens outside of the cluster in PHI namespaces (types NodePort and LoadBalancer) unless each port is TLS as far as the pods, in one of two ways:
 *
 * - a Network Load Balancer ends TLS and speaks a TLS of its own to the pods: `spec.loadBalancerClass` is `service.k8s.aws/nlb`, so that the AWS Load Balancer
 *   Controller alone takes the Service (EKS in Auto Mode, with a class of its own, documents no annotation for TLS to the pods), and of the annotations
 *   `service.beta.kubernetes.io/...` `aws-load-balancer-ssl-cert` names a certificate,
 *   `aws-load-balancer-backend-protocol` is `ssl`, and `aws-load-balancer-ssl-ports`, where it is there, lists the port by number or name: one that it leaves out
 *   is plain TCP (AWS Load Balancer Controller, Service annotations);
 * - the load balancer or the node passes TLS through: `targetPort` is one of `tlsPorts`, as a number, and `appProtocol` says nothing else. A name is what each pod makes of it.
 *
 * So a NodePort is refused unless its pods end TLS, UDP always, an internal load balancer like any other one (its network is still a network), and
 * `spec.externalIPs` with every type: such an address draws other people's traffic (CVE-2020-8554), and API servers had better refuse it as a whole (DenyServiceExternalIPs).
 *
 * It lets through ClusterIP, which an Ingress with TLS goes before (RequireIngressTls), and ExternalName, which opens nothing: where pods may go is for NetworkPolicies. It cannot
 * see which names the certificate is for, which TLS versions are spoken, host ports, Gateways, nor a status that somebody writes.
 * An update that leaves spec and those annotations as they were is let through; the audit still reports it.
 *
 * One part of control TX1 (45 CFR 164.312(e)(2)(ii), encryption of PHI in transit), and claims no control by itself. The webhook fails open unless it was installed otherwise
 * (Gatekeeper, Failing Closed). With Gatekeeper, needs the template of `service-exposure` in the cluster first.
 *
 * @example
 *   new DisallowPlaintextServices(constraintsChart, 'Services', { phiNamespaces: ['healthcare-prod'], tlsPorts: [8443] });
 */
export class DisallowPlaintextServices extends Construct {
  public constructor(scope: Construct, id: string, props: DisallowPlaintextServicesProps) {
    super(scope, id);
    checkConstraint(this.node.path, SERVICE_EXPOSURE, props, ['tlsPorts']);
    const tlsPorts = props.tlsPorts === undefined ? undefined : checkedPorts(this.node.path, props.tlsPorts);
    emitConstraint(this, SERVICE_EXPOSURE, props, () => ({ tlsPorts }));
  }
}

function checkedPorts(path: string, ports: readonly number[]): number[] {
  checkList(path, 'tlsPorts', ports, RULE, 'name ports of pods, such as [8443], or leave it out');
  ports.forEach((port, index) => {
    checkPort(path, 'tlsPorts', port);
    if (ports.indexOf(port) !== index) throw Errors.refused(path, 'tlsPorts names a port twice', port, RULE, 'remove one');
  });
  return [...ports];
}
