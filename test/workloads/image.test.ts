import { Image } from '../../lib/workloads/image';
import { expectRefusal } from '../support/refusal';

const DIGEST = `sha256:${'3c'.repeat(32)}`;

describe('Image', () => {
  test('is a repository and a digest, whichever way it is written', () => {
    const image = Image.of(`registry.example.com:5000/team/api@${DIGEST}`);

    expect([image.registry, image.repository, image.hash, image.reference]).toEqual(['registry.example.com:5000', 'registry.example.com:5000/team/api', DIGEST, `registry.example.com:5000/team/api@${DIGEST}`]);
    expect(Image.digest('registry.example.com:5000/team/api', DIGEST)).toEqual(image);
  });

  test.each([
    ['a tag', 'registry.example.com/api:1.2.3'],
    ['nothing behind it', 'registry.example.com/api'],
    ['Docker Hub', `nginx@${DIGEST}`],
    ['a user of Docker Hub', `library/nginx@${DIGEST}`],
    ['a short digest', 'registry.example.com/api@sha256:abc'],
    ['another algorithm', `registry.example.com/api@sha512:${'3c'.repeat(64)}`],
    ['a registry alone', `registry.example.com@${DIGEST}`],
    ['two digests', `registry.example.com/api@${DIGEST}@${DIGEST}`],
    ['a scheme', `https://registry.example.com/api@${DIGEST}`],
    ['a line break', `registry.example.com/api@${DIGEST}\n`],
  ])('refuses %s', (_what, reference) => {
    expectRefusal(() => Image.of(reference), { path: 'Image', value: reference, rule: 'PS3, 45 CFR 164.308(a)(5)(ii)(B)', remedy: '@sha256:' });
  });

  test.each(['1.2.3', 'latest'])('refuses the tag %s beside the digest, which nothing compares with it', (tag) => {
    const repository = `registry.example.com/api:${tag}`;
    for (const make of [() => Image.of(`${repository}@${DIGEST}`), () => Image.digest(repository, DIGEST)]) {
      expectRefusal(make, { path: 'Image', value: repository, rule: 'PS3', remedy: 'remove the tag' });
    }
  });

  test('refuses a digest that is none', () => {
    expectRefusal(() => Image.digest('registry.example.com/api', 'latest'), { path: 'Image', value: 'registry.example.com/api@latest', rule: 'PS3', remedy: 'sha256' });
  });
});
