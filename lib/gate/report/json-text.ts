/** What JSON allows raw and a terminal or a pipeline that reads its log would obey; escaped, it is the same JSON. */
const RAW = /[\u007f-\u009f\u2028\u2029]|(?!\u200D\p{Extended_Pictographic})\p{Cf}|#(?=#(?:\[|vso\[))/gu;

/** JSON with an indentation of two spaces and a newline at the end, safe to print. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2).replace(RAW, (character) => {
    // By code unit: JSON writes a character beyond the first plane as a pair.
    return [...Array(character.length).keys()].map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join('');
  });
  return `${text}\n`;
}
