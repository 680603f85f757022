import { Construct } from 'constructs';
import { Config } from '../../../imports/config.gatekeeper.sh';
import { checkDnsLabel, checkFields } from '../../profile/checks';
import { Errors } from '../../profile/errors';
import { checkPhiNamespaceList, GATEKEEPER_NAMESPACE } from './installation';
import { SystemNamespace } from './system-namespace';

export interface GatekeeperConfigProps {
  /** Namespaces that hold PHI, none of which is exempt. */
  readonly phiNamespaces: readonly string[];
  /**
   * Namespaces of the system about which Gatekeeper has nothing to say at admission. Its own is always one.
   * @default - all of SystemNamespace
   */
  readonly exemptNamespaces?: readonly SystemNamespace[];
  /**
   * Namespace that Gatekeeper's chart was installed to, which reads its Config there and nowhere else.
   * @default gatekeeper-system
   */
  readonly gatekeeperNamespace?: string;
}

/**
 * Gatekeeper's Config, of which a cluster has one, by this name: which namespaces no constraint is enforced in. It names those of the system and
 * Gatekeeper's own in full, as a wildcard takes in what somebody names tomorrow. They are exempt from admission alone; the audit still reports what
 * is in them.
 *
 * It replaces a Config that is there: whatever else that one holds (kinds to sync, traces) is lost. Kinds to sync are GatekeeperSyncSet's.
 *
 * Serves control PS2, 45 CFR 164.312(c)(1): an exemption takes a whole namespace from every policy at once, and fails to show in any of them (Gatekeeper, Exempting Namespaces).
 *
 * @example
 *   new GatekeeperConfig(chart, 'GatekeeperConfig', { phiNamespaces: ['healthcare-prod', 'patient-data'] });
 */
export class GatekeeperConfig extends Construct {
  public constructor(scope: Construct, id: string, props: GatekeeperConfigProps) {
    super(scope, id);
    const { path } = this.node;
    checkFields(path, props, ['phiNamespaces', 'exemptNamespaces', 'gatekeeperNamespace'], 'control PS2: a field that is not known would be lost');
    const { phiNamespaces, exemptNamespaces = Object.values(SystemNamespace), gatekeeperNamespace = GATEKEEPER_NAMESPACE } = props;
    checkDnsLabel(path, 'gatekeeperNamespace', gatekeeperNamespace);
    checkPhiNamespaceList(path, phiNamespaces, gatekeeperNamespace);
    const rule = 'control PS2, 45 CFR 164.312(c)(1): system namespaces alone are exempt';
    if (!Array.isArray(exemptNamespaces)) throw Errors.refused(path, 'exemptNamespaces is no list', exemptNamespaces, rule, 'give values of SystemNamespace; an empty list exempts Gatekeeper alone');
    const other = (exemptNamespaces as readonly SystemNamespace[]).find((namespace) => !Object.values(SystemNamespace).includes(namespace));
    if (other !== undefined) throw Errors.refused(path, 'exemptNamespaces names what is no system namespace', other, rule, 'use values of SystemNamespace; what one constraint has to let in is an exemption of its own');

    new Config(this, 'Resource', {
      metadata: { name: 'config', namespace: gatekeeperNamespace },
      spec: { match: [{ excludedNamespaces: [...new Set<string>([...(exemptNamespaces as readonly SystemNamespace[]), gatekeeperNamespace])], processes: ['webhook', 'mutation-webhook'] }] },
    });
  }
}
