import { at, listAt } from '../../manifests/content';
import { PACK_NEEDS, type AdmissionNeed } from './admission-needs';
import type { GatekeeperFinding } from './gatekeeper-finding';
import { asksConstraints, guardsLabel, openGaps, selectorGaps, sends, serverOf, type Gap } from './webhook-coverage';

/** What an installation of Gatekeeper has to hold for. */
export interface FailOpenOptions {
  readonly phiNamespaces: readonly string[];
  /**
   * Every ValidatingWebhookConfiguration of the input, the judged one among them. Each webhook has to let a request in, so that one which fails
   * open is made good by another that fails closed, where both ask the same Service.
   * @default - the judged one alone
   */
  readonly configurations?: readonly unknown[];
  /** @default - what the policies of this library judge */
  readonly needs?: readonly AdmissionNeed[];
}

/**
 * What a ValidatingWebhookConfiguration of Gatekeeper lets into PHI namespaces unjudged: while Gatekeeper is down, or because it is never asked.
 * A configuration of something else is no concern of it, and neither is one whose gaps another of the input closes.
 *
 * Control PS2, 45 CFR 164.312(c)(1) (Gatekeeper, Failing Closed; Kubernetes, ValidatingWebhook).
 */
export function failOpenFindings(configuration: unknown, options: FailOpenOptions): GatekeeperFinding[] {
  const own = webhooksOf(configuration).map((webhook, index) => ({ webhook, path: `webhooks[${index}]` })).filter(({ webhook }) => asksConstraints(webhook));
  const every = [...new Set([configuration, ...(options.configurations ?? [])])].flatMap(webhooksOf);
  const servers = [...new Set(own.map(({ webhook }) => serverOf(webhook)))];
  return servers.flatMap((server) => findingsOf(own.filter(({ webhook }) => serverOf(webhook) === server), every.filter((webhook) => serverOf(webhook) === server), options));
}

interface OwnWebhook {
  readonly webhook: unknown;
  readonly path: string;
}

/** @param all webhooks that the same server answers. */
function findingsOf(own: readonly OwnWebhook[], all: readonly unknown[], options: FailOpenOptions): GatekeeperFinding[] {
  const guarded = new Set(options.phiNamespaces.filter((namespace) => all.some((webhook) => guardsLabel(webhook, namespace))));
  const asked = all.filter((webhook) => asksConstraints(webhook) && openGaps(webhook).length === 0)
    .map((webhook) => ({ webhook, selected: new Set(options.phiNamespaces.filter((namespace) => selectorGaps(webhook, namespace, guarded.has(namespace)).length === 0)) }));

  const open = (options.needs ?? PACK_NEEDS).flatMap((need) => {
    const sending = asked.filter(({ webhook }) => sends(webhook, need));
    const closed = (namespace: string): boolean => sending.some(({ selected }) => !need.inNamespace || selected.has(namespace));
    return options.phiNamespaces.filter((namespace) => !closed(namespace)).map((namespace) => ({ need, namespace }));
  });
  const gaps = own.flatMap(({ webhook, path }) => {
    const sent = open.filter(({ need }) => sends(webhook, need));
    if (sent.length === 0) return [];
    const namespaces = [...new Set(sent.filter(({ need }) => need.inNamespace).map(({ namespace }) => namespace))];
    return [...openGaps(webhook), ...namespaces.flatMap((namespace) => selectorGaps(webhook, namespace, guarded.has(namespace)))].map((gap) => below(path, gap));
  });
  const unsent = open.map(({ need }) => need).filter((need) => !own.some(({ webhook }) => sends(webhook, need)));
  return [...distinct(gaps), ...unsentFinding(own, unsent)];
}

/** The webhooks of a ValidatingWebhookConfiguration of Kubernetes; none of anything else. */
function webhooksOf(configuration: unknown): readonly unknown[] {
  const isOne = at(configuration, 'kind') === 'ValidatingWebhookConfiguration' && String(at(configuration, 'apiVersion')).startsWith('admissionregistration.k8s.io/');
  return isOne ? listAt(configuration, 'webhooks') : [];
}

function below(path: string, gap: Gap): GatekeeperFinding {
  return { ...gap, path: `${path}.${gap.path}` };
}

function distinct(findings: readonly GatekeeperFinding[]): GatekeeperFinding[] {
  return [...new Map(findings.map((finding) => [`${finding.path} ${finding.problem}`, finding])).values()];
}

function unsentFinding(own: readonly OwnWebhook[], needs: readonly AdmissionNeed[]): GatekeeperFinding[] {
  if (needs.length === 0) return [];
  const requests = [...new Set(needs.map(({ group, resource, operation }) => `${operation} of ${resource}${group === '' ? '' : `.${group}`}`))];
  return [{
    path: own.length === 1 ? `${own[0].path}.rules` : 'webhooks',
    problem: `Gatekeeper is not asked about ${requests.join(', ')}`,
    remedy: 'name them in the rules, or add GatekeeperWebhook for the PHI namespaces',
  }];
}
