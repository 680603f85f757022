import { at, listAt } from '../../manifests/content';
import type { GatekeeperFinding } from './gatekeeper-finding';
import { globMatches } from './namespace-glob';
import { SystemNamespace } from './system-namespace';
import { IGNORE_LABEL } from './webhook-coverage';

/** What exclusions may name beside the namespace of Gatekeeper. */
export const SYSTEM: readonly string[] = [...Object.values(SystemNamespace), 'kube-*', 'gatekeeper-system'];
const FLAG = /^--?exempt-namespace(-prefix|-suffix)?(?:=(.*))?$/;

/**
 * What takes PHI namespaces from Gatekeeper: its Config that excludes them, the label by which its own webhook passes over a Namespace, and the
 * flags of its pods that allow that label. Exclusions are for system namespaces alone. Anything else is no concern of it.
 *
 * Control PS2, 45 CFR 164.312(c)(1) (Gatekeeper, Exempting Namespaces).
 */
export function exemptionFindings(object: unknown, phiNamespaces: readonly string[]): GatekeeperFinding[] {
  const apiVersion = String(at(object, 'apiVersion'));
  const kind = at(object, 'kind');
  if (kind === 'Config' && apiVersion.startsWith('config.gatekeeper.sh/')) return exclusions(object, phiNamespaces);
  if (kind === 'Namespace' && apiVersion === 'v1') return ignored(object, phiNamespaces);
  return kind === 'Deployment' && apiVersion.startsWith('apps/') ? flags(object, phiNamespaces) : [];
}

function exclusions(config: unknown, phiNamespaces: readonly string[]): GatekeeperFinding[] {
  // Gatekeeper reads its Config in its own namespace alone.
  const own = at(config, 'metadata', 'namespace');
  return listAt(config, 'spec', 'match').flatMap((entry, index) => listAt(entry, 'excludedNamespaces').flatMap((value, position) => {
    const pattern = String(value);
    const path = `spec.match[${index}].excludedNamespaces[${position}]`;
    const processes = processesOf(entry);
    const phi = phiNamespaces.find((namespace) => globMatches(pattern, namespace));
    if (phi !== undefined && processes !== '') return [{ path, problem: `${pattern} takes the PHI namespace ${phi} from ${processes}`, remedy: 'exclude system namespaces by their names' }];
    if (SYSTEM.includes(pattern) || pattern === own || processes === '') return [];
    return [{ path, problem: `${pattern} is no system namespace, and is taken from ${processes}`, remedy: `exclude ${SYSTEM.slice(0, 3).join(', ')} and the namespace of Gatekeeper alone` }];
  }));
}

/** The processes of an entry that enforce or report; mutation enforces nothing. */
function processesOf(entry: unknown): string {
  return listAt(entry, 'processes').map(String).filter((process) => ['*', 'audit', 'sync', 'webhook'].includes(process)).map((process) => (process === '*' ? 'all of Gatekeeper' : `its ${process}`)).join(' and ');
}

function ignored(namespace: unknown, phiNamespaces: readonly string[]): GatekeeperFinding[] {
  const name = String(at(namespace, 'metadata', 'name'));
  if (!phiNamespaces.includes(name) || at(namespace, 'metadata', 'labels', IGNORE_LABEL) === undefined) return [];
  return [{ path: `metadata.labels['${IGNORE_LABEL}']`, problem: `the label takes the PHI namespace ${name} from Gatekeeper's own webhook, whatever its value`, remedy: 'remove the label' }];
}

function flags(deployment: unknown, phiNamespaces: readonly string[]): GatekeeperFinding[] {
  return listAt(deployment, 'spec', 'template', 'spec', 'containers').flatMap((container, index) => {
    const args = listAt(container, 'args').map(String);
    return args.flatMap((arg, position) => {
      const match = FLAG.exec(arg);
      if (match === null) return [];
      const [, part, value = args[position + 1] ?? ''] = match;
      const pattern = part === '-prefix' ? `${value}*` : part === '-suffix' ? `*${value}` : value;
      const phi = phiNamespaces.find((namespace) => globMatches(pattern, namespace));
      return phi === undefined ? [] : [{
        path: `spec.template.spec.containers[${index}].args[${position}]`,
        problem: `the flag lets the PHI namespace ${phi} carry the label ${IGNORE_LABEL}`, remedy: 'remove the flag: controllerManager.exemptNamespaces of the Helm chart and its prefixes and suffixes',
      }];
    });
  });
}
