/** System calls by architecture, as far as rules here name them (audit 3.0, tables of system calls); auditctl refuses a name that its table lacks. */
const CALLS = [
  'adjtimex', 'clock_adjtime', 'clock_settime', 'connect', 'delete_module', 'execve', 'execveat', 'finit_module', 'fsmount', 'fsopen', 'init_module', 'mount', 'move_mount', 'open_by_handle_at',
  'open_tree', 'openat', 'openat2', 'pivot_root', 'process_vm_readv', 'process_vm_writev', 'ptrace', 'renameat', 'renameat2', 'setns', 'settimeofday', 'umount2', 'unlinkat', 'unshare',
];
const NOT_ON_ARM64 = ['creat', 'open', 'rename', 'unlink'];
const IN_32_BIT_ALONE = ['clock_adjtime64', 'clock_settime64', 'socketcall', 'stime', 'umount'];
const FIELDS: Record<string, RegExp> = {
  arch: /^b(32|64)$/, exe: /^(\/[\w.-]+)+$/, exit: /^-E(ACCES|PERM)$/, dir: /^(\/[\w.-]+)+$/, path: /^(\/[\w.-]+)+$/, perm: /^r?w?x?a?$/, key: /^[\w-]{1,31}$/, auid: /^(\d+|unset)$/, euid: /^\d+$/, uid: /^[a-z_][a-z0-9_-]*$/,
};

export interface AuditRule {
  fields: Record<string, string>;
  calls: string[];
}

/**
 * Reads rules as auditctl does (auditctl(8)), as far as ours use it.
 *
 * @throws where a line is none that it takes.
 */
export function auditRules(text: string, arm: boolean): { controls: string[]; rules: AuditRule[]; locked: boolean } {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const controls = lines.filter((line) => !line.startsWith('-a '));
  for (const control of controls) if (!/^(-D|-b \d+|-f [012]|-e [012]|--backlog_wait_time \d+|--loginuid-immutable)$/.test(control)) throw new Error(`no such control: ${control}`);
  const rules = lines.filter((line) => line.startsWith('-a ')).map((line) => rule(line, arm));
  return { controls, rules, locked: lines.at(-1) === '-e 2' };
}

function rule(line: string, arm: boolean): AuditRule {
  const words = line.split(' ');
  if (words.shift() !== '-a' || words.shift() !== 'always,exit') throw new Error(`not appended to the exit list: ${line}`);
  const result: AuditRule = { fields: {}, calls: [] };
  while (words.length > 0) {
    const [flag, value = ''] = words.splice(0, 2);
    if (flag === '-S') {
      // The architecture decides what a call's number means: it comes first.
      if (!('arch' in result.fields)) throw new Error(`a call without an architecture: ${line}`);
      result.calls.push(...value.split(','));
    } else if (flag === '-F') {
      const match = /^([a-z]+)(=|!=|>=)(\S+)$/.exec(value);
      if (!match || !FIELDS[match[1]]?.test(match[3])) throw new Error(`no such field: ${value}`);
      result.fields[match[2] === '=' ? match[1] : `${match[1]}${match[2]}`] = match[3];
    } else throw new Error(`no such option: ${flag} in ${line}`);
  }
  for (const call of result.calls) if (!known(call, arm, result.fields.arch)) throw new Error(`no such call: ${call}`);
  if ('perm' in result.fields && result.calls.length > 0) throw new Error(`perm stands for calls already: ${line}`);
  if ('dir' in result.fields && 'path' in result.fields) throw new Error(`a folder and a file: ${line}`);
  if (result.calls.length === 0 && !('perm' in result.fields)) throw new Error(`every call of the node: ${line}`);
  return result;
}

function known(call: string, arm: boolean, architecture: string): boolean {
  return CALLS.includes(call) || (!arm && NOT_ON_ARM64.includes(call)) || (architecture === 'b32' && IN_32_BIT_ALONE.includes(call));
}
