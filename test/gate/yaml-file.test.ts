import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { readYamlFile } from '../../lib/gate/yaml-file';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'yaml-file-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

test.each([
  ['an unknown tag', 'a: !Hunter2Secret', 'a.yaml:1', 'a tag is unknown'],
  ['an alias of nothing', 'a: *Hunter2Secret', 'a.yaml', 'an alias stands for an anchor that does not stand before it'],
  ['an alias with a colon', 'b: c\na: *Hunter2Secret:', 'a.yaml:2', 'an alias or an anchor has no name'],
])('%s is told in words that quote nothing', (_what, text, place, words) => {
  fs.writeFileSync(path.join(folder, 'a.yaml'), text);
  let message = '';
  try {
    readYamlFile('a.yaml', folder);
  } catch (error) {
    ({ message } = error as Error);
  }
  expect(message).toContain(`[${place}] the file can't be read`);
  expect(message).toContain(words);
  expect(message).not.toContain('Hunter2');
});
