import { checkNames } from '../gate/check-settings';
import { Errors } from '../profile/errors';

/** The reader of a flag that lists names, separated by commas; the flag may come again. */
export function names(field: string): (value: string, before?: readonly string[]) => readonly string[] {
  const flag = `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return (value, before = []) => {
    const list = value.split(',').map((name) => name.trim());
    // Such as a variable of the pipeline that is not set.
    if (list.includes('')) throw Errors.refused(flag, 'a name is empty', value, 'a flag without names would say that there are none', 'give names, separated by commas, or leave the flag out');
    checkNames(flag, field, list);
    return [...before, ...list];
  };
}
