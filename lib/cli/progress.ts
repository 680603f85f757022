import type { CliStream } from './cli-io';

/** Below it, one is done before anybody could read it. */
const LONG = 500;
const STEP = 100;
const CLEAR = '\r\x1b[K';

/** One line of a terminal that says how far long input is read; elsewhere nothing. */
export class Progress {
  private shown = false;

  public constructor(private readonly terminal: CliStream) {}

  public reading(done: number, total: number): void {
    if (total >= LONG && done % STEP === 0) this.show(`reading ${done} of ${total} files`);
  }

  public judging(objects: number): void {
    if (objects >= LONG) this.show(`judging ${objects} objects`);
  }

  /** Takes the line away, before anything else is written. */
  public end(): void {
    if (this.shown) this.terminal.write(CLEAR);
    this.shown = false;
  }

  private show(text: string): void {
    if (this.terminal.isTTY !== true) return;
    this.terminal.write(`${CLEAR}${text}`);
    this.shown = true;
  }
}
