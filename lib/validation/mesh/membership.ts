import type { CheckContext } from '../check-context';
import { at, listAt } from '../content';
import { POD_TEMPLATES } from '../pod-templates';
import { describeReference } from '../synthesized-object';
import { meshModeOf, type MeshModeOf } from './mesh-mode-of';

const INJECT = 'sidecar.istio.io/inject';
const TEMPLATES = 'inject.istio.io/templates';
const PROXY_CONFIG = 'proxy.istio.io/config';
const INTERCEPTION = 'sidecar.istio.io/interceptionMode';
const STATUS = 'sidecar.istio.io/status';
/** Annotations that take a part of a pod's traffic past its sidecar (Istio, resource annotations). */
const TRAFFIC = 'traffic.sidecar.istio.io/';
/** The annotations of traffic that are harmless where they name everything. */
const INCLUDING = [`${TRAFFIC}includeInboundPorts`, `${TRAFFIC}includeOutboundIPRanges`, `${TRAFFIC}includeOutboundPorts`];
/** Settings of a proxy by which istio-cni redirects nothing to it (DISABLE_ENVOY), or another way; in both spellings of their fields, and whatever is escaped. */
const REDIRECTING = /proxy_?metadata|interception_?mode|\\/i;

type Fields = Readonly<Record<string, unknown>>;

/** What keeps the pods of a namespace out of the mesh, where its policies mean nothing; undefined where they are part of it. */
export function outsideOfMesh(namespace: string | undefined, context: CheckContext): string | undefined {
  const mode = meshModeOf(namespace, context);
  if (!mode) return `the Namespace ${namespace} is not among the objects: nobody sees that its pods are part of the mesh`;
  if (!mode.sidecars && !mode.ambient) return `the Namespace ${namespace} has no label that makes its pods part of the mesh`;
  for (const [kind, path] of POD_TEMPLATES) {
    for (const workload of context.inNamespace(kind, namespace)) {
      const pod = at(workload.content, ...path);
      const flaw = path.length > 0 && pod === undefined ? undefined : optedOut(pod, mode);
      if (flaw !== undefined) return `${describeReference(workload.reference)} ${flaw}`;
    }
  }
  return undefined;
}

function optedOut(pod: unknown, { sidecars, ambient }: MeshModeOf): string | undefined {
  const labels = (at(pod, 'metadata', 'labels') ?? {}) as Fields;
  const annotations = (at(pod, 'metadata', 'annotations') ?? {}) as Fields;
  if (at(pod, 'spec', 'hostNetwork') === true) return "is on the node's network, where no mesh is";
  // The label wins over the annotation. Where a namespace asks for no sidecars, the label alone does.
  const asked = String(labels[INJECT] ?? (sidecars ? annotations[INJECT] : undefined) ?? '').toLowerCase();
  if (sidecars ? ['', 'y', 'yes', 'true', 'on'].includes(asked) : asked === 'true') return pastSidecar(at(pod, 'spec'), annotations);
  return ambient ? pastZtunnel(labels, annotations) : `takes no sidecar: ${INJECT} is ${asked}`;
}

/** What has istio-cni leave a pod alone that has a sidecar, or a part of its traffic (Istio, CNI plugin). */
function pastSidecar(spec: unknown, annotations: Fields): string | undefined {
  const template = annotations[TEMPLATES];
  if (template !== undefined && template !== 'sidecar') return `gets another proxy than a sidecar, to which nothing is redirected: ${TEMPLATES} is ${String(template)}`;
  if (REDIRECTING.test(String(annotations[PROXY_CONFIG] ?? ''))) return `rewrites how its traffic comes to its sidecar: ${PROXY_CONFIG}`;
  if (annotations[INTERCEPTION] !== undefined && !['REDIRECT', 'TPROXY'].includes(String(annotations[INTERCEPTION]))) return `has its traffic not redirected: ${INTERCEPTION} is ${String(annotations[INTERCEPTION])}`;
  const containers = [...listAt(spec, 'initContainers'), ...listAt(spec, 'containers')];
  if (containers.some((container) => at(container, 'name') === 'istio-init')) return 'has a container istio-init of its own: istio-cni takes the pod for one that is redirected already';
  const proxy = containers.find((container) => at(container, 'name') === 'istio-proxy');
  const rewritten = ['args', 'command', 'env', 'envFrom'].find((field) => listAt(proxy, field).length > 0);
  if (rewritten !== undefined) return `rewrites its sidecar: ${rewritten} of the container istio-proxy`;
  const around = Object.keys(annotations).find((name) => name.startsWith(TRAFFIC) && annotations[name] !== '' && !(INCLUDING.includes(name) && annotations[name] === '*') && name !== `${TRAFFIC}kubevirtInterfaces`);
  return around && `sends or takes some of its traffic past its sidecar: ${around}`;
}

/** What has istio-cni leave a pod alone, or what comes in to it, in an ambient mesh. */
function pastZtunnel(labels: Fields, annotations: Fields): string | undefined {
  if (labels['istio.io/dataplane-mode'] === 'none') return 'is no part of the mesh: istio.io/dataplane-mode is none';
  if (annotations[STATUS] !== undefined) return `is taken for a pod with a sidecar, and left alone: ${STATUS}`;
  return String(annotations['ambient.istio.io/bypass-inbound-capture']) === 'true' ? 'is reached past the mesh: ambient.istio.io/bypass-inbound-capture is true' : undefined;
}
