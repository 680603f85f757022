import type { CheckContext } from '../check-context';
import { at } from '../content';
import { POD_TEMPLATES } from '../pod-templates';
import { describeReference } from '../synthesized-object';

/** Annotations that take a part of a pod's traffic past its sidecar (Istio, resource annotations). */
const TRAFFIC = 'traffic.sidecar.istio.io/';
/** The annotations of traffic that are harmless where they name everything. */
const INCLUDING = [`${TRAFFIC}includeInboundPorts`, `${TRAFFIC}includeOutboundIPRanges`, `${TRAFFIC}includeOutboundPorts`];

/** What keeps the pods of a namespace out of the mesh, where its policies mean nothing; undefined where they are part of it. */
export function outsideOfMesh(namespace: string | undefined, context: CheckContext): string | undefined {
  const object = namespace === undefined ? undefined : context.find('Namespace', undefined, namespace);
  if (!object) return `the Namespace ${namespace} is not among the objects: nobody sees that its pods are part of the mesh`;
  const labels = at(object.content, 'metadata', 'labels');
  const injected = at(labels, 'istio-injection') === 'enabled' || (at(labels, 'istio-injection') === undefined && Boolean(at(labels, 'istio.io/rev')));
  if (!injected && at(labels, 'istio.io/dataplane-mode') !== 'ambient') return `the Namespace ${namespace} has no label that makes its pods part of the mesh`;
  for (const [kind, path] of POD_TEMPLATES) {
    for (const workload of context.inNamespace(kind, namespace)) {
      const pod = at(workload.content, ...path);
      const flaw = path.length > 0 && pod === undefined ? undefined : optedOut(pod);
      if (flaw !== undefined) return `${describeReference(workload.reference)} ${flaw}`;
    }
  }
  return undefined;
}

function optedOut(pod: unknown): string | undefined {
  const labels = (at(pod, 'metadata', 'labels') ?? {}) as Record<string, unknown>;
  const annotations = (at(pod, 'metadata', 'annotations') ?? {}) as Record<string, unknown>;
  if (at(pod, 'spec', 'hostNetwork') === true) return "is on the node's network, where no mesh is";
  if ([labels, annotations].some((fields) => String(fields['sidecar.istio.io/inject']) === 'false')) return 'takes no sidecar: sidecar.istio.io/inject is false';
  if (labels['istio.io/dataplane-mode'] === 'none') return 'is no part of the mesh: istio.io/dataplane-mode is none';
  if (String(annotations['ambient.istio.io/bypass-inbound-capture']) === 'true') return 'is reached past the mesh: ambient.istio.io/bypass-inbound-capture is true';
  const around = Object.keys(annotations).find((name) => name.startsWith(TRAFFIC) && annotations[name] !== '' && !(INCLUDING.includes(name) && annotations[name] === '*') && name !== `${TRAFFIC}kubevirtInterfaces`);
  return around && `sends or takes some of its traffic past its sidecar: ${around}`;
}
