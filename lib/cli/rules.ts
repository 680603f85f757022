import { definitionOf } from '../controls/catalogue';
import { gateRules } from '../gate/gate';
import { jsonText } from '../gate/report/json-text';
import type { CliIo } from './cli-io';

/** Lists the rules that the gate asks. */
export function rules(format: string, io: CliIo): void {
  const listed = gateRules().map(({ id, purpose, reference, control }) => ({ id, purpose, reference, control: { id: control, title: definitionOf(control).title } }));
  if (format === 'json') {
    io.stdout.write(jsonText({ version: 1, rules: listed }));
    return;
  }
  for (const { id, purpose, reference, control } of listed) io.stdout.write(`${id}\n  ${purpose}\n  ${control.id} ${control.title}: ${reference}\n\n`);
  io.stdout.write(`${listed.length} rules\n`);
}
