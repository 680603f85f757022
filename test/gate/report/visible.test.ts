import { head, visible } from '../../../lib/gate/report/visible';

describe('visible', () => {
  test.each([
    ['plain text', 'spec.containers[0]: "a" \\n', 'spec.containers[0]: "a" \\n'],
    ['letters of any script, emoji and joined emoji', 'ü 日本 עברית 👍 👩‍💻', 'ü 日本 עברית 👍 👩‍💻'],
    ['lines and tabs', 'a\nb\r\nc\td', 'a\\nb\\r\\nc\\td'],
    ['control characters of both sets', '\u0000\u001b\u007f\u0085\u009b', '\\x00\\x1b\\x7f\\x85\\x9b'],
    ['bidirectional marks, embeddings and isolates', '\u061c\u200e\u202e\u2066\u2069', '\\u061c\\u200e\\u202e\\u2066\\u2069'],
    ['what has no width', 'a\u200bb\u2060c\ufeffd\u00ade\u200df', 'a\\u200bb\\u2060c\\ufeffd\\xade\\u200df'],
    ['separators of lines', '\u2028\u2029', '\\u2028\\u2029'],
    ['halves of pairs and noncharacters', '\ud800a\udc00\uffff', '\\ud800a\\udc00\\uffff'],
    ['tags beyond the first plane', '\u{e0041}', '\\u{e0041}'],
    ['commands to GitHub Actions', '::error::x', '\\x3a:error::x'],
    ['commands after a space', 'a ::error::x', 'a \\x3a:error::x'],
    ['addresses', '::/0 [::1] a::b', '::/0 [::1] a::b'],
    ['commands to pipelines anywhere', 'a##[error]##vso[x] ## [', 'a\\x23#[error]\\x23#vso[x] ## ['],
  ])('%s', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
    expect(visible(shown)).toBe(shown);
  });

  test('shortens, and says what was there', () => {
    expect(visible('abcdef', 6)).toBe('abcdef');
    expect(visible('abcdefg', 6)).toBe('abcdef… (7 characters)');
    expect(visible('x'.repeat(1001))).toBe(`${'x'.repeat(1000)}… (1001 characters)`);
  });

  test('cuts no pair in two', () => {
    expect(head('a👍b', 2)).toBe('a');
    expect(head('a👍b', 3)).toBe('a👍');
  });
});
