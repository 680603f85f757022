import { loosePattern } from '../../../lib/profile/images/subject-pattern';

test.each([
  '^https://github\\.com/company/(portal|api)/\\.github/workflows/release\\.yml@refs/tags/v[0-9.]+$',
  '^https://gitlab\\.example\\.com/company/portal//\\.gitlab-ci\\.yml@refs/heads/main$',
  '^https://github\\.com/company/[a|b]/main$',
])('%s matches what it says alone', (pattern) => expect(loosePattern(pattern)).toBeUndefined());

test.each<[unknown, string]>([
  [undefined, 'is not anchored'], [/^a$/, 'is not anchored'], ['https://github\\.com/company/a$', 'is not anchored'], ['^https://github\\.com/company/a', 'is not anchored'], ['^https://github\\.com/company/a\\$', 'is not anchored'],
  ['^https://github\\.com/company/(?i)a$', 'flags or groups'], ['^https://github\\.com/company/(?:a|b)$', 'flags or groups'],
  ['^https://github\\.com/company/a|.*$', 'only one end binds'], ['^https://github\\.com/company/(a)|(b)$', 'only one end binds'], ['^https://github\\.com/company/[a]|b$', 'only one end binds'],
  ['^http://github\\.com/company/a$', 'literal host'], ['^https://github.com/company/a$', 'literal host'], ['^https://github\\.com/.*$', 'literal host'], ['^https://github\\.com/company/*a$', 'literal host'],
  ['^https://github\\.com/company/+a$', 'literal host'], ['^https://github\\.com/company/{0}a$', 'literal host'], ['^https://(github\\.com|evil\\.com)/company/a$', 'literal host'],
  ['^https://github\\.com/company/[a$', 'no regular expression'], ['^https://github\\.com/company/(a$', 'no regular expression'],
])('%s matches more, or nothing: %s', (pattern, flaw) => expect(loosePattern(pattern)).toContain(flaw));
