import { matchesGlob } from '../../lib/validation/arn-glob';

test.each([
  ['', '', true], ['', 'a', false], ['*', '', true], ['*', 'a/b\nc', true], ['?', '', false], ['?', '\n', true], ['a*c', 'abbc', true], ['a*c', 'ac', true], ['a*c', 'acb', false],
  ['*a*b', 'xaxbxb', true], ['*a*b', 'xbxa', false], ['a?c', 'abc', true], ['a?c', 'ac', false], ['a.c', 'abc', false], ['a+(b)|[c]', 'a+(b)|[c]', true], ['iam:P??sR*', 'iam:PassRole', true],
  ['iam:**?', 'iam:', false], ['*ab', 'aab', true], ['s3:Get*Acl', 's3:GetObjectVersionAcl', true], ['arn:aws:s3:::phi/*', 'arn:aws:s3:::phi', false],
])('%j against %j: %j', (pattern, text, expected) => {
  expect(matchesGlob(pattern, text)).toBe(expected);
});

test('a pattern of many wildcards takes no longer than another', () => {
  const started = Date.now();
  expect(matchesGlob(`iam:${'*'.repeat(2000)}x`, 'iam:PassRole')).toBe(false);
  expect(matchesGlob(`iam:${'*a'.repeat(500)}x`, `iam:${'a'.repeat(2000)}`)).toBe(false);
  expect(Date.now() - started).toBeLessThan(2000);
});
