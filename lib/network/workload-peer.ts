import { checkDnsLabel, checkDnsSubdomain, checkFields, checkPort, checkSelector } from '../profile/checks';
import { Environment } from '../profile/environment';
import { Errors } from '../profile/errors';

/** The pods of one workload: what a flow starts from or ends at. */
export interface WorkloadPeer {
  readonly namespace: string;
  /**
   * Labels that every pod of the workload carries, and no other pod of the namespace. At least one. With the Amazon VPC CNI, a workload that is reached by the
   * name of its Service takes the labels of that Service's own selector, or fewer: with one that the selector lacks, the connection is dropped.
   */
  readonly podLabels: Readonly<Record<string, string>>;
  /**
   * The stage that the namespace serves. Where both ends of a flow name one, they must be the same.
   * @default - not compared
   */
  readonly environment?: Environment;
  /**
   * Port on which the workload's pods listen, for flows that end at it.
   * @default - the flow names it
   */
  readonly port?: number;
  /**
   * ServiceAccount of the workload's pods: its identity in a mesh, where labels prove nothing.
   * @default - none is known, and a mesh cannot let it in
   */
  readonly serviceAccount?: string;
}

/** @internal */
export function checkPeer(path: string, prop: string, peer: WorkloadPeer): void {
  if (peer === undefined || peer === null) throw Errors.missing(path, prop, `name the workload: ${prop}: { namespace, podLabels }`);
  checkFields(`${path}.${prop}`, peer, ['namespace', 'podLabels', 'environment', 'port', 'serviceAccount'], 'a workload is its namespace, its pods, its environment, its port and its identity');
  checkDnsLabel(path, `${prop}.namespace`, peer.namespace);
  checkSelector(path, `${prop}.podLabels`, peer.podLabels);
  if (peer.environment !== undefined && !Object.values(Environment).includes(peer.environment)) {
    throw Errors.refused(path, `${prop}.environment is no environment`, peer.environment, 'control AC13, 45 CFR 164.308(a)(4)(i): stages are kept apart', 'use Environment.DEV, TEST or PROD');
  }
  if (peer.port !== undefined) checkPort(path, `${prop}.port`, peer.port);
  if (peer.serviceAccount !== undefined) checkDnsSubdomain(path, `${prop}.serviceAccount`, peer.serviceAccount);
}

/** PHI of one stage never flows into another. @internal */
export function checkOneEnvironment(path: string, from: WorkloadPeer, to: WorkloadPeer): void {
  if (from.environment !== undefined && to.environment !== undefined && from.environment !== to.environment) {
    throw Errors.weakened(path, 'AC13, 45 CFR 164.308(a)(4)(i)', 'the flow crosses from one environment into another', `${from.environment} -> ${to.environment}`,
      'let both workloads be of one environment; move data between stages only after it was de-identified');
  }
}

/** The port of a flow: its own, or that of the workload at its end. @internal */
export function portOfFlow(path: string, to: WorkloadPeer, port: number | undefined): number {
  const chosen = port ?? to.port;
  checkPort(path, 'port', chosen as number);
  if (to.port !== undefined && chosen !== to.port) {
    throw Errors.refused(path, 'port is not the one that `to` listens on', port, `the workload's own port is ${to.port}: nothing answers on another`, 'leave port out, or, where the pods listen on another one as well, name it with them: FlowEnd.of(api, 9090)');
  }
  return chosen as number;
}
