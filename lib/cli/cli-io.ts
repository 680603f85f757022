/** Where a stream of text goes. */
export interface CliStream {
  readonly isTTY?: boolean;
  /** Of the terminal. */
  readonly columns?: number;
  write(text: string): unknown;
}

/** Everything that a command takes from its process: tests give their own. */
export interface CliIo {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: CliStream;
  readonly stderr: CliStream;
  /** The working directory. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** YYYY-MM-DD in UTC. */
  readonly today: () => string;
}
