import { AdmissionEngine } from '../../lib/profile/admission-engine';
import { EnforcementAction } from '../../lib/admission/enforcement-action';
import { APPROVED_IMAGES } from '../../lib/admission/policies/approved-images/policy';
import { IMAGE_DIGESTS } from '../../lib/admission/policies/image-digests/policy';
import { RequireApprovedImages, type RequireApprovedImagesProps } from '../../lib/admission/require-approved-images';
import { isImageByDigest, isImageOf } from '../../lib/profile/checks';
import { synthChart } from '../support/chart';
import { expectRefusal } from '../support/refusal';
import { evaluatorOf } from '../support/rego';

const DIGEST = `sha256:${'0a'.repeat(32)}`;
const synth = (props: Partial<RequireApprovedImagesProps>) => synthChart((chart) => new RequireApprovedImages(chart, 'Constraint', { phiNamespaces: ['healthcare-prod'], registries: ['registry.example.com/app'], ...props }))[0];

describe('RequireApprovedImages', () => {
  test('takes every prop', () => {
    const props: Required<RequireApprovedImagesProps> = {
      phiNamespaces: ['healthcare-prod'], registries: ['registry.example.com/app', 'ghcr.io/company'], enforcementAction: EnforcementAction.DENY, name: 'images',
      exemptions: [], engine: AdmissionEngine.gatekeeper(),
    };
    const constraint = synth(props);

    expect(constraint.metadata).toEqual({ name: 'images' });
    expect(constraint.spec.parameters).toEqual({ registries: ['registry.example.com/app', 'ghcr.io/company'] });
  });

  test.each([
    ['no list', undefined, undefined, 'name at least one'],
    ['an empty list', [], [], 'name at least one'],
    ['a wildcard', ['*.example.com'], '*.example.com', 'use a host'],
    ['a slash at the end', ['registry.example.com/'], 'registry.example.com/', 'use a host'],
    ['a short name, which means Docker Hub', ['company'], 'company', 'use a host'],
    ['upper case', ['Registry.example.com'], 'Registry.example.com', 'use a host'],
    ['Docker Hub as a whole', ['docker.io'], 'docker.io', 'docker.io/organisation'],
    ['another registry of everybody', ['ghcr.io'], 'ghcr.io', 'ghcr.io/organisation'],
    ['a registry twice', ['registry.example.com', 'ghcr.io/company', 'registry.example.com'], 'registry.example.com', 'remove one'],
  ])('refuses %s', (_what, registries, value, remedy) => {
    expectRefusal(() => synth({ registries: registries as string[] }), { path: 'Test/Constraint', value, rule: 'control PS3, 45 CFR 164.308(a)(5)(ii)(B)', remedy });
  });
});

describe('the policies of registries and of digests, and the checks at synth, say the same', () => {
  const REGISTRIES = ['123456789012.dkr.ecr.us-east-1.amazonaws.com', 'registry.example.com/app', 'registry.example.com:5000', 'docker.io/company'];
  const policies = [APPROVED_IMAGES, IMAGE_DIGESTS].map(evaluatorOf);
  const admits = (image: unknown): boolean => policies.every((evaluate) => evaluate({
    parameters: { registries: REGISTRIES }, review: { operation: 'CREATE', object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod' }, spec: { containers: [{ name: 'app', image }] } } },
  }).length === 0);

  const repositories = [
    ...REGISTRIES, ...REGISTRIES.map((registry) => `${registry}/portal`), ...REGISTRIES.map((registry) => `${registry}/a/b_c/d--e/f__g`), ...REGISTRIES.map((registry) => `${registry}.evil.com/portal`),
    ...REGISTRIES.map((registry) => `${registry}-evil/portal`), ...REGISTRIES.map((registry) => `${registry}:5001/portal`), ...REGISTRIES.map((registry) => `evil.com/${registry}/portal`),
    ...REGISTRIES.map((registry) => `${registry}//portal`), ...REGISTRIES.map((registry) => `${registry}/../portal`), ...REGISTRIES.map((registry) => `${registry}/Portal`),
    ...REGISTRIES.map((registry) => ` ${registry}/portal`), ...REGISTRIES.map((registry) => `${registry}/portal\n`), ...REGISTRIES.map((registry) => `${registry.toUpperCase()}/portal`),
    ...REGISTRIES.map((registry) => `${registry}/a___b`), ...REGISTRIES.map((registry) => `${registry}/a..b`), ...REGISTRIES.map((registry) => `${registry}/-a`), ...REGISTRIES.map((registry) => `user@${registry}/portal`),
    'nginx', 'company/portal', 'library/nginx', 'docker.io/nginx', 'localhost/portal', 'localhost:5000/portal', 'registry.example.com:05000/portal', 'registry.example.com:123456/portal', 'registry..example.com/portal', '',
  ];
  const suffixes = ['', ':latest', `@${DIGEST}`, `:1.2.3@${DIGEST}`, `:${'t'.repeat(128)}@${DIGEST}`, `:${'t'.repeat(129)}@${DIGEST}`, `:-t@${DIGEST}`, `@${DIGEST.toUpperCase()}`, `@${DIGEST}0`, `@${DIGEST.slice(0, -1)}`, `@sha512:${'0a'.repeat(64)}`, `@${DIGEST}@${DIGEST}`, `@${DIGEST}\n`];
  const images = repositories.flatMap((repository) => suffixes.map((suffix) => `${repository}${suffix}`));

  test('on every reference of a table', () => {
    const atSynth = (image: unknown): boolean => isImageByDigest(image) && isImageOf(image, REGISTRIES);

    expect(images.filter((image) => admits(image) !== atSynth(image))).toEqual([]);
    expect(images.filter(admits)).toHaveLength(24);
    for (const odd of [undefined, null, 7, {}, []]) expect([admits(odd), atSynth(odd)]).toEqual([false, false]);
  });
});
