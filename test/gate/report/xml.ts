import { DOMParser, type Element } from '@xmldom/xmldom';

/** Characters that XML 1.0 has (production 2 of the recommendation); parsers are lenient here. */
const CHARACTERS = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

/** The root of a document; anything that is not well formed throws. */
export function parseXml(text: string): Element {
  if (!CHARACTERS.test(text)) throw new Error('a character that XML 1.0 lacks');
  const refuse = (level: string, problem: string): never => {
    throw new Error(`${level}: ${problem}`);
  };
  const root = new DOMParser({ onError: refuse }).parseFromString(text, 'text/xml').documentElement;
  if (!root) throw new Error('no element');
  return root;
}

export function elements(root: Element, name: string): Element[] {
  return [...root.getElementsByTagName(name)];
}
