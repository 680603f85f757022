import { Control } from '../controls/control';
import { isImageByDigest, isImageOf } from '../profile/checks';
import { at } from './content';
import type { PodFlaw } from './pod-flaw';

/** What each annotation lets into the proxy that nobody judged. */
const OPENINGS: readonly (readonly [annotation: string, what: string])[] = [
  ['sidecar.istio.io/userVolume', 'adds volumes to the pod that its template does not show'],
  ['sidecar.istio.io/userVolumeMount', "shows the pod's volumes to the proxy"],
  ['sidecar.istio.io/bootstrapOverride', "replaces the proxy's own bootstrap"],
  ['sidecar.istio.io/discoveryAddress', 'takes the proxy to another control plane'],
  // The injector writes it where a pod brings a container of the proxy's name, and merges it over the proxy, privileges and all.
  ['proxy.istio.io/overrides', "is merged over the proxy's container"],
];
/** Fields of ProxyConfig that say which program runs, as what, and whom it obeys. */
const PROXY_CONFIG = /\b(binaryPath|configPath|customConfigFile|discoveryAddress|image|privateKeyProvider|proxyBootstrapTemplatePath|proxyMetadata)\b/;

/**
 * What is wrong with the proxy that Istio's injector will add to a pod, by the annotations of the template: the proxy stands nowhere else in it, and the injector writes it after
 * everything was judged (Istio, Resource Annotations). Judged in every namespace: a label of the pod or of the namespace brings the injector in later.
 *
 * @param registries that images may come from; any where left out.
 */
export function istioFlaws(template: unknown, registries: readonly string[] | undefined): PodFlaw[] {
  const annotation = (name: string): string => String(at(template, 'metadata', 'annotations', name) ?? '');
  const of = (control: Control) => (text: string): PodFlaw => ({ control, text: `Istio's proxy: ${text}` });
  return [
    ...[...securityFlaws(annotation)].map(of(Control.PS1_PSA)),
    ...[...imageFlaws(annotation('sidecar.istio.io/proxyImage'), registries)].map(of(Control.PS3_SUPPLY_CHAIN)),
  ];
}

function* securityFlaws(annotation: (name: string) => string): Generator<string> {
  for (const [name, what] of OPENINGS) if (annotation(name) !== '') yield `the annotation ${name} ${what}`;
  const field = PROXY_CONFIG.exec(annotation('proxy.istio.io/config'));
  if (field) yield `the annotation proxy.istio.io/config sets ${field[1]}`;
  if (annotation('sidecar.istio.io/interceptionMode').toUpperCase() === 'TPROXY') yield 'interceptionMode TPROXY runs it as root, with capabilities of the network';
  if (!/^(0|f|false)?$/i.test(annotation('sidecar.istio.io/enableCoreDump'))) yield 'enableCoreDump adds a privileged container';
}

function* imageFlaws(image: string, registries: readonly string[] | undefined): Generator<string> {
  if (image === '') return;
  if (!isImageByDigest(image)) yield `proxyImage has no registry and digest: ${image}`;
  else if (registries !== undefined && !isImageOf(image, registries)) yield `proxyImage is of another registry than ${registries.join(', ')}: ${image}`;
}
