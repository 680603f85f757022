import { Control } from '../../controls/control';
import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { setFindings, type SetFinding } from '../set-findings';
import { describeReference, type SynthesizedObject } from '../synthesized-object';
import { admitsOthers, allows, selectorOf } from './authorization';
import { meshModeOf } from './mesh-mode-of';

/**
 * Ingresses whose controller does not get through STRICT: the first outage of a mesh, which people end by taking STRICT away. A load balancer outside of the cluster never speaks
 * the mesh's mutual TLS; a controller in the cluster does where it is part of the mesh, which shows in a policy that lets it in.
 */
export function ingressPastMesh(object: SynthesizedObject, context: CheckContext): string | undefined {
  return setFindings(Control.TX2_MTLS, object, context, 'ingress past the mesh', find);
}

function* find(context: CheckContext): Generator<SetFinding> {
  for (const ingress of context.ofKind('Ingress')) {
    const { namespace } = ingress.reference;
    if (namespace === undefined || !context.isPhi(namespace)) continue;
    if (!context.inNamespace('PeerAuthentication', namespace).some(({ content }) => at(content, 'spec', 'mtls', 'mode') === 'STRICT')) continue;
    const flaw = kept(ingress, namespace, context);
    if (flaw !== undefined) yield { text: `${describeReference(ingress.reference)} ${flaw}`, namespace };
  }
}

function kept({ content }: SynthesizedObject, namespace: string, context: CheckContext): string | undefined {
  const annotations = at(content, 'metadata', 'annotations');
  const controller = String(at(content, 'spec', 'ingressClassName') ?? at(annotations, 'kubernetes.io/ingress.class'));
  if (controller === 'alb') return "is served by a load balancer outside of the mesh, which STRICT refuses: put the load balancer before a gateway's pods, and route by a MeshGateway";
  const closed = backendsOf(content).find((service) => !lets(service, namespace, context));
  if (closed !== undefined) return `has the backend ${closed}, into which no AuthorizationPolicy lets a controller of another namespace: STRICT refuses one that is no part of the mesh`;
  // By the addresses of pods, which ingress-nginx takes by default, a sidecar knows no Service, and sends what it gets as it is.
  if (controller === 'nginx' && meshModeOf(namespace, context)?.sidecars === true && at(annotations, 'nginx.ingress.kubernetes.io/service-upstream') !== 'true') {
    return 'has ingress-nginx dial addresses of pods, past the mutual TLS of its sidecar: it needs the annotation service-upstream (TlsIngressProps.mesh)';
  }
  return undefined;
}

function backendsOf(content: unknown): readonly string[] {
  const backends = [at(content, 'spec', 'defaultBackend'), ...listAt(content, 'spec', 'rules').flatMap((rule) => listAt(rule, 'http', 'paths')).map((path) => at(path, 'backend'))];
  return [...new Set(backends.map((backend) => at(backend, 'service', 'name')).filter((name) => name !== undefined).map(String))];
}

/**
 * Whether a policy of the namespace, for pods that the Service may stand for, lets in somebody of another namespace. Nobody knows the pods of a Service that is not among
 * the objects.
 */
function lets(service: string, namespace: string, context: CheckContext): boolean {
  const object = context.find('Service', namespace, service);
  const pods = (at(object?.content, 'spec', 'selector') ?? {}) as Record<string, unknown>;
  return context.inNamespace('AuthorizationPolicy', namespace).some(({ content }) => allows(content)
    && Object.entries(selectorOf(content)).every(([label, value]) => pods[label] === undefined || pods[label] === value)
    && listAt(content, 'spec', 'rules').some((rule) => admitsOthers(rule, namespace)));
}
