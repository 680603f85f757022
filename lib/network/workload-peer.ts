import { checkDnsLabel, checkFields, checkSelector } from '../profile/checks';
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
}

/** @internal */
export function checkPeer(path: string, prop: string, peer: WorkloadPeer): void {
  if (peer === undefined || peer === null) throw Errors.missing(path, prop, `name the workload: ${prop}: { namespace, podLabels }`);
  checkFields(`${path}.${prop}`, peer, ['namespace', 'podLabels', 'environment'], 'a workload is its namespace, its pods and its environment');
  checkDnsLabel(path, `${prop}.namespace`, peer.namespace);
  checkSelector(path, `${prop}.podLabels`, peer.podLabels);
  if (peer.environment !== undefined && !Object.values(Environment).includes(peer.environment)) {
    throw Errors.refused(path, `${prop}.environment is no environment`, peer.environment, 'control AC13, 45 CFR 164.308(a)(4)(i): stages are kept apart', 'use Environment.DEV, TEST or PROD');
  }
}
