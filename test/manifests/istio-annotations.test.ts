import { hardenedPodFlaws } from '../../lib/manifests/hardened-pod';
import { istioFlaws } from '../../lib/manifests/istio-annotations';

const REGISTRY = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const IMAGE = `${REGISTRY}/proxyv2@sha256:${'3c'.repeat(32)}`;
const template = (annotations: Record<string, unknown>) => ({ metadata: { annotations }, spec: { containers: [] } });
const flawsOf = (annotations: Record<string, unknown>): string[] => istioFlaws(template(annotations), [REGISTRY]).map(({ control, text }) => `${control} ${text}`);

describe('the proxy that the injector of Istio will add', () => {
  test.each<[string, Record<string, unknown>]>([
    ['without annotations', {}],
    ['of the approved registry, by digest', { 'sidecar.istio.io/proxyImage': IMAGE }],
    ['with other resources and logs', { 'sidecar.istio.io/proxyCPU': '100m', 'sidecar.istio.io/logLevel': 'warning' }],
    ['that starts before the program', { 'proxy.istio.io/config': '{ "holdApplicationUntilProxyStarts": true }' }],
    ['with switches that are off', { 'sidecar.istio.io/enableCoreDump': 'false', 'sidecar.istio.io/interceptionMode': 'REDIRECT', 'sidecar.istio.io/userVolume': '' }],
  ])('has no flaw %s', (_how, annotations) => expect(flawsOf(annotations)).toEqual([]));

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['an image by tag', { 'sidecar.istio.io/proxyImage': `${REGISTRY}/proxyv2:1.24` }, /^PS3 .*no registry and digest/],
    ['an image of another registry', { 'sidecar.istio.io/proxyImage': IMAGE.replace(REGISTRY, 'registry.example.com') }, /^PS3 .*another registry/],
    ['a volume', { 'sidecar.istio.io/userVolume': '[{"name":"h","hostPath":{"path":"/"}}]' }, /^PS1 .*does not show/],
    ['a mount', { 'sidecar.istio.io/userVolumeMount': '[{"name":"db","mountPath":"/db"}]' }, /^PS1 .*shows the pod's volumes/],
    ['another bootstrap', { 'sidecar.istio.io/bootstrapOverride': 'mine' }, /^PS1 .*bootstrap/],
    ['another control plane', { 'sidecar.istio.io/discoveryAddress': 'evil:15012' }, /^PS1 .*another control plane/],
    ['another control plane by its configuration', { 'proxy.istio.io/config': 'discoveryAddress: evil:15012' }, /^PS1 .*sets discoveryAddress/],
    ['another image by its configuration', { 'proxy.istio.io/config': '{"image":{"imageType":"debug"}}' }, /^PS1 .*sets image/],
    ['overrides', { 'proxy.istio.io/overrides': '{"containers":[{"name":"istio-proxy","securityContext":{"privileged":true}}]}' }, /^PS1 .*merged over/],
    ['the capabilities of TPROXY', { 'sidecar.istio.io/interceptionMode': 'tproxy' }, /^PS1 .*TPROXY/],
    ['core dumps', { 'sidecar.istio.io/enableCoreDump': true }, /^PS1 .*privileged container/],
  ])('is refused with %s', (_what, annotations, flaw) => {
    expect(flawsOf(annotations)).toEqual([expect.stringMatching(flaw)]);
    expect(hardenedPodFlaws(template(annotations), { registries: [REGISTRY] })).toEqual(expect.arrayContaining(istioFlaws(template(annotations), [REGISTRY])));
  });
});
