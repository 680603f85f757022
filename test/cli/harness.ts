import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { CliIo } from '../../lib/cli/cli-io';
import { run } from '../../lib/cli/run';

/** What a command wrote, and its exit status. */
export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface FakeIo {
  readonly stdin?: readonly Uint8Array[];
  readonly env?: Record<string, string>;
  readonly columns?: number;
  /** Which streams are terminals. */
  readonly terminal?: { readonly stdout?: boolean; readonly stderr?: boolean };
}

/** A working directory of its own, in which commands run within this process. */
export class Sandbox {
  public readonly folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'cli-')));

  public write(file: string, text: string): void {
    fs.mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
    fs.writeFileSync(path.join(this.folder, file), text);
  }

  public read(file: string): string {
    return fs.readFileSync(path.join(this.folder, file), 'utf8');
  }

  public async run(argv: readonly string[], fake: FakeIo = {}): Promise<CliRun> {
    const written = { out: '', err: '' };
    const io: CliIo = {
      stdin: (async function* () {
        yield* fake.stdin ?? [];
      })(),
      stdout: { isTTY: fake.terminal?.stdout, columns: fake.columns, write: (text) => (written.out += text) },
      stderr: { isTTY: fake.terminal?.stderr, columns: fake.columns, write: (text) => (written.err += text) },
      folder: this.folder,
      env: fake.env ?? {},
      today: () => '2026-06-15',
    };
    return { code: await run(argv, io), ...written };
  }

  public clear(): void {
    for (const entry of fs.readdirSync(this.folder)) fs.rmSync(path.join(this.folder, entry), { recursive: true });
  }

  public remove(): void {
    fs.rmSync(this.folder, { recursive: true });
  }
}
