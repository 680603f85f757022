import { visible } from './visible';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Longer than a text that was shortened before and says so; only one full of escapes is cut again. */
const LONGEST = 2000;

/** Attributes of an element, as they are: they are escaped here. */
export type XmlAttributes = Readonly<Record<string, string | number>>;

/** A text as XML 1.0 can hold it, in an element or an attribute: one line, what XML has no character for made visible. */
export function xmlText(text: string): string {
  return visible(text, LONGEST).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** An element with text: our lines, each already made XML, or nothing. */
export function xmlElement(name: string, attributes: XmlAttributes, lines: readonly string[] = []): string {
  return lines.length === 0 ? `<${name}${written(attributes)}/>` : `<${name}${written(attributes)}>${lines.join('\n')}</${name}>`;
}

/** An element with elements in it. */
export function xmlParent(name: string, attributes: XmlAttributes, children: readonly string[]): string {
  return children.length === 0 ? xmlElement(name, attributes) : [`<${name}${written(attributes)}>`, ...children, `</${name}>`].join('\n');
}

function written(attributes: XmlAttributes): string {
  return Object.entries(attributes).map(([name, value]) => ` ${name}="${xmlText(String(value))}"`).join('');
}
