import { withNested } from '../../lib/gate/nested-objects';
import { gateObject } from './gate-objects';

const POD = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } };
const isPod = ({ kind }: { kind: string }): boolean => kind === 'Pod';

test.each<[string, object, number]>([
  ['a Template of OpenShift', { apiVersion: 'template.openshift.io/v1', kind: 'Template', metadata: { name: 't' }, objects: [POD, { ...POD }] }, 2],
  ['a ManifestWork', { apiVersion: 'work.open-cluster-management.io/v1', kind: 'ManifestWork', spec: { workload: { manifests: [POD] } } }, 1],
  ['an object in a field of its own', { apiVersion: 'a/v1', kind: 'Object', spec: { forProvider: { manifest: POD } } }, 1],
  ['a wrapper in a wrapper, and what it holds', { apiVersion: 'a/v1', kind: 'Object', spec: { manifest: { apiVersion: 'a/v1', kind: 'Other', metadata: {}, inner: POD } } }, 2],
  ['a List in a Template', { apiVersion: 'template.openshift.io/v1', kind: 'Template', objects: [{ apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items: [POD, { ...POD }] }] }, 3],
  ['a List in a List', { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'List', items: [POD] }] }, 1],
  ['a PodList, whose items say no kind', { apiVersion: 'a/v1', kind: 'Object', spec: { apiVersion: 'v1', kind: 'PodList', items: [{ metadata: { name: 'a' } }] } }, 1],
  ['a Composition', { apiVersion: 'apiextensions.crossplane.io/v1', kind: 'Composition', spec: { resources: [{ base: { apiVersion: 'kubernetes.crossplane.io/v1alpha2', kind: 'Object', spec: { forProvider: { manifest: POD } } } }] } }, 2],
  ['a Pod whose name its wrapper gives', { apiVersion: 'a/v1', kind: 'Object', spec: { manifest: { apiVersion: 'v1', kind: 'Pod', spec: {} } } }, 1],
  ['references', { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' } } }, 0],
  ['a kind that is judged itself', { ...POD, spec: { inner: POD } }, 0],
])('%s', (_what, content, nested) => {
  expect(withNested([gateObject(content)], isPod).objects.slice(1).map((object) => object.content.kind)).toHaveLength(nested);
});

test('an object that is held is found where it stands', () => {
  const { objects: [, pod] } = withNested([{ ...gateObject({ apiVersion: 'a/v1', kind: 'Template', objects: [POD] }), locate: (path) => ({ line: path.length }) }], isPod);

  expect(pod.origin).toEqual({ file: 'a.yaml', line: 'objects[0]'.length });
  expect(pod.locate!('spec')).toEqual({ line: 'objects[0].spec'.length });
});

test('no depth hides anything, and no stack overflows', () => {
  let content: object = POD;
  for (let depth = 0; depth < 20_000; depth++) content = depth % 2 === 0 ? { a: content } : [content];

  expect(withNested([gateObject({ apiVersion: 'a/v1', kind: 'Object', content })], isPod).objects).toHaveLength(2);
});

test('what holds itself has an end, and what many hold is looked at once in each', () => {
  const isOne = ({ content }: { readonly content: { readonly kind: string } }): boolean => isPod(content);
  const endless: Record<string, unknown> = { apiVersion: 'a/v1', kind: 'Object', metadata: { name: 'a' }, pod: POD };
  endless.self = endless;
  expect(withNested([gateObject(endless)], isPod).objects.filter(isOne)).toHaveLength(1);

  let doubled: object = { pod: POD };
  for (let level = 0; level < 40; level++) doubled = [doubled, doubled];
  expect(withNested([gateObject({ apiVersion: 'a/v1', kind: 'Object', doubled })], isPod).objects.filter(isOne)).toHaveLength(1);

  // An alias of YAML.
  const spec = { template: { spec: { containers: [{ image: 'a' }] } } };
  const owner = (namespace: string): object => ({ apiVersion: 'a/v1', kind: 'Rollout', metadata: { name: 'a', namespace }, spec });
  const { objects } = withNested([gateObject({ apiVersion: 'v1', kind: 'List', items: [owner('other'), owner('phi')] })], isPod);
  expect(objects.filter(({ template }) => template).map(({ content }) => content.metadata!.namespace)).toEqual(['other', 'phi']);
});

test.each<[string, object, number]>([
  ['steps of Argo', { workflowSpec: { templates: [{ container: { image: 'a' } }] } }, 1],
  ['steps of Tekton', { steps: [{ name: 'a', image: 'b' }] }, 1],
  ['parts of containers, for pods of an operator', { containers: [{ name: 'a', resources: {} }] }, 1],
  ['containers of a pod, which are judged', { containers: [{ image: 'a' }] }, 0],
  ['a container that is a name', { steps: 3, container: 'a' }, 0],
  ['another thing of that name', { container: { size: 1 } }, 0],
])('kinds whose containers no rule can be shown are told: %s', (_what, spec, kinds) => {
  const object = gateObject({ apiVersion: 'a/v1', kind: 'Flow', metadata: { name: 'a' }, spec });
  expect(withNested([object, object], isPod).unknownTemplates).toEqual(Array.from({ length: kinds }, () => 'Flow of a/v1'));
});
