import * as fs from 'node:fs';
import * as path from 'node:path';
import { CATALOGUE, definitionOf } from '../../lib/controls/catalogue';
import { Control } from '../../lib/controls/control';

test('every name begins with its id', () => {
  for (const [name, id] of Object.entries(Control)) expect(name).toMatch(new RegExp(`^${id}_[A-Z0-9_]+$`));
});

test('every control has a definition', () => {
  expect(CATALOGUE.map((definition) => definition.id).sort()).toEqual(Object.values(Control).sort());
});

test('the docs of each member cite what the catalogue cites first', () => {
  const source = fs.readFileSync(path.join(__dirname, '../../lib/controls/control.ts'), 'utf8');
  const members = source.matchAll(/\/\*\* (.+): 45 CFR 164\.(\S+)\. \*\/\n\s+\w+ = '(\w+)',/g);
  const documented = [...members].map(([, title, paragraph, id]) => [id, title, paragraph]);

  expect(documented).toEqual(Object.values(Control).map((control) => {
    const { id, title, citations } = definitionOf(control);
    return [id, title, citations[0].paragraph];
  }));
});
