import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { shellScript } from '../../lib/manifests/shell-script';

const LIB = path.join(__dirname, '..', '..', 'lib');

describe('a script with what it includes', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shell-script-'));
  const write = (name: string, text: string): string => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return file;
  };
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  test('has the other file in the place of its line, character by character', () => {
    write('shared/one.sh', "one() { printf '%s' \"$$ $& $1\"; }\n");
    expect(shellScript(write('a/script.sh', '#!/bin/sh\n\n# include ../shared/one.sh\n\none\n'))).toBe("#!/bin/sh\n\none() { printf '%s' \"$$ $& $1\"; }\n\none\n");
  });

  test('fails where there is no such file', () => {
    expect(() => shellScript(write('b/script.sh', '# include ../shared/two.sh\n'))).toThrow(/ENOENT.*two\.sh/);
  });

  test('is itself without one', () => {
    expect(shellScript(write('c/script.sh', 'echo # include x\n# includes\n'))).toBe('echo # include x\n# includes\n');
  });
});

test.each(['access/break-glass-reaper.sh', 'recovery/velero/restore-test.sh'])('%s has the calendar in it', (file) => {
  const script = shellScript(path.join(LIB, file));

  expect(script).not.toMatch(/^# include/m);
  expect(script.match(/^minutes\(\) \{$/gm)).toHaveLength(1);
  expect(spawnSync('/bin/sh', ['-n'], { input: script }).status).toBe(0);
});

describe('minutes of a moment in UTC', () => {
  const calendar = fs.readFileSync(path.join(LIB, 'manifests', 'utc-minutes.sh'), 'utf8');
  const minutes = (moments: readonly string[]): string[] => {
    const { stdout } = spawnSync('/bin/sh', ['-c', `set -eu\n${calendar}for moment_given in "$@"; do minutes "$moment_given" || printf none; printf '\\n'; done`, 'sh', ...moments], { encoding: 'utf8' });
    return stdout.split('\n').slice(0, -1);
  };

  test('are those since 1970', () => {
    const moments = ['1970-01-01T00:00:00Z', '1999-12-31T23:59:59Z', '2000-02-29T08:09:00Z', '2024-02-29T23:59:00Z', '2025-03-01T00:00:00Z', '2026-08-09T09:08:07Z', '2100-02-28T12:00:00Z', '2100-03-01T12:00:00Z', '2400-02-29T00:00:00Z'];

    expect(minutes(moments)).toEqual(moments.map((moment) => String(Math.floor(Date.parse(moment) / 60_000))));
  });

  test.each([
    [''], ['tomorrow'], ['2026-03-01'], ['2026-03-01T12:00:00'], ['2026-03-01T12:00:00+01:00'], ['2026-03-01T12:00:00.5Z'], ['2026-00-01T12:00:00Z'], ['2026-13-01T12:00:00Z'], ['2026-03-00T12:00:00Z'],
    ['2026-03-32T12:00:00Z'], ['2026-03-01T24:00:00Z'], ['2026-03-01T29:00:00Z'], ['2026-03-01T12:60:00Z'], ['2026-03-01T12:00:60Z'], ['0026-03-01T12:00:00Z'], ['2026-03-01T12:00:00Z\n'], ['$(id)'],
  ])('are none of %j', (moment) => {
    expect(minutes([moment])).toEqual(['none']);
  });
});
