import { Control } from '../controls/control';
import type { CheckContext } from './check-context';
import { at, listAt } from './content';
import { setFindings, type SetFinding } from './set-findings';
import { describeReference, type SynthesizedObject } from './synthesized-object';

/** Security policies of Elastic Load Balancing that begin at TLS 1.2 or 1.3. */
const MODERN_POLICY = /^ELBSecurityPolicy-(TLS13-1-[23]-|FS-1-2-|TLS-1-2-)/;

/** What lets plaintext in at the front of an Ingress; what its controller's annotations say is read where the controller is known. */
export function plaintextInFront(content: unknown): string | undefined {
  if (at(content, 'spec', 'defaultBackend') !== undefined) return 'the default backend answers for hosts without TLS';
  const rules = listAt(content, 'spec', 'rules');
  if (rules.length === 0) return 'the Ingress has no rule';
  const entries = listAt(content, 'spec', 'tls');
  const open = rules.find((rule) => !entries.some((entry) => listAt(entry, 'hosts').some((host) => covers(String(host), at(rule, 'host')))));
  if (open) return `TLS does not cover the host ${String(at(open, 'host') ?? '(every host)')}`;
  return controllerOf(content) === 'alb' ? plaintextAtLoadBalancer(content) : plaintextAtNginx(content, entries);
}

/** What keeps an Ingress from speaking TLS to its backend, as far as its controller is known. */
export function plaintextBehind({ content, reference }: SynthesizedObject, context: CheckContext): string | undefined {
  const controller = controllerOf(content);
  if (controller !== 'nginx' && controller !== 'alb') return `nobody read what the ingress class ${String(controller)} makes of this: only nginx and alb are known`;
  if (annotation(content, 'backend-protocol') !== 'HTTPS') return `the controller speaks plain HTTP to the backend: ${controller} needs backend-protocol HTTPS`;
  return controller === 'alb' ? plaintextByService(content, reference.namespace, context) : undefined;
}

/** The AWS Load Balancer Controller reads its annotations of a backend's Service first, and of the Ingress where there is none (Ingress annotations). */
function plaintextByService(content: unknown, namespace: string | undefined, context: CheckContext): string | undefined {
  const services = new Set(listAt(content, 'spec', 'rules').flatMap((rule) => listAt(rule, 'http', 'paths')).map((path) => String(at(path, 'backend', 'service', 'name'))));
  for (const name of services) {
    const service = context.find('Service', namespace, name);
    for (const field of ['backend-protocol', 'healthcheck-protocol']) {
      const value = at(service?.content, 'metadata', 'annotations', `alb.ingress.kubernetes.io/${field}`);
      if (value !== undefined && value !== 'HTTPS') return `${describeReference(service!.reference)} has the load balancer speak to its pods in plaintext: its annotation ${field} is ${String(value)}, and outweighs that of the Ingress`;
    }
  }
  return undefined;
}

/** Versions of TLS before 1.2, or code of whoever wrote the Ingress, that its annotations let into the controller. */
export function weakTls(content: unknown): string | undefined {
  const snippet = Object.keys((at(content, 'metadata', 'annotations') ?? {}) as object).find((name) => /^nginx\.ingress\.kubernetes\.io\/.*-snippet$/.test(name));
  if (snippet !== undefined) return `${snippet} is configuration of nginx that nobody read`;
  if (controllerOf(content) !== 'alb') return undefined;
  const policy = annotation(content, 'ssl-policy');
  return MODERN_POLICY.test(String(policy)) ? undefined : `ssl-policy is ${String(policy ?? 'not set, and the default takes TLS 1.0')}: none that begins at TLS 1.2`;
}

/** Ingresses of PHI namespaces that claim nothing and let plaintext in: told once, on an object that claims TLS for ingress. */
export function unclaimedPlaintext(object: SynthesizedObject, context: CheckContext): string | undefined {
  return setFindings(Control.TX1_INGRESS, object, context, 'plaintext ingresses', plaintextIngresses);
}

/** Told on the Ingress itself where nothing claims the control. */
export function* plaintextIngresses(context: CheckContext): Generator<SetFinding> {
  for (const ingress of context.ofKind('Ingress')) {
    const { namespace } = ingress.reference;
    if (namespace === undefined || !context.isPhi(namespace) || ingress.claims.some((claim) => claim.control === Control.TX1_INGRESS)) continue;
    const flaw = plaintextInFront(ingress.content);
    if (flaw !== undefined) yield { text: `${describeReference(ingress.reference)}: ${flaw}`, namespace, object: ingress };
  }
}

/** A certificate for `*.example.com` covers one label before it (RFC 6125). */
function covers(tlsHost: string, host: unknown): boolean {
  return tlsHost === host || (tlsHost.startsWith('*.') && typeof host === 'string' && host.includes('.') && host.slice(host.indexOf('.')) === tlsHost.slice(1));
}

function controllerOf(content: unknown): unknown {
  return at(content, 'spec', 'ingressClassName') ?? at(content, 'metadata', 'annotations', 'kubernetes.io/ingress.class');
}

function annotation(content: unknown, name: string): unknown {
  return at(content, 'metadata', 'annotations', `${String(controllerOf(content))}.ingress.kubernetes.io/${name}`);
}

/** Controllers in the cluster take the certificate from a Secret; without one, ingress-nginx serves a certificate of its own making. */
function plaintextAtNginx(content: unknown, entries: readonly unknown[]): string | undefined {
  const bare = entries.find((entry) => !at(entry, 'secretName'));
  if (bare) return `the TLS entry of ${listAt(bare, 'hosts').join(', ')} names no secretName`;
  const off = ['ssl-redirect', 'force-ssl-redirect'].find((name) => /^(false|f|0)$/i.test(String(annotation(content, name))));
  return off && `${off} is switched off: the hosts are served in plaintext too`;
}

function plaintextAtLoadBalancer(content: unknown): string | undefined {
  if (!annotation(content, 'certificate-arn')) return 'no certificate-arn names the certificate';
  // Left out, it is HTTPS on 443 where there is a certificate (AWS Load Balancer Controller, Ingress annotations).
  const ports = annotation(content, 'listen-ports') ?? '[{"HTTPS":443}]';
  const protocols = listenersOf(ports);
  return protocols.length === 0 || protocols.some((protocol) => protocol !== 'HTTPS') ? 'listen-ports do not say HTTPS alone' : undefined;
}

/** Protocols of a load balancer's listeners: `[{"HTTPS":443}]`. */
function listenersOf(ports: unknown): string[] {
  try {
    return listAt(JSON.parse(String(ports))).flatMap((listener) => Object.keys(listener as object));
  } catch {
    return [];
  }
}
