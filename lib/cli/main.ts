#!/usr/bin/env node
import { ExitCode } from './exit-code';
import { run } from './run';

let failed = false;

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads may have seen enough, as head has; the exit status stays what it is.
    if (error.code === 'EPIPE') return;
    failed = true;
    process.exitCode = ExitCode.COULD_NOT_CHECK;
    if (stream === process.stdout) process.stderr.write(`cdk8s-hipaa: the report can't be written: ${error.message}\n`);
  });
}

// No process.exit: it would cut off what pipes have not taken yet.
run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  folder: process.cwd(),
  env: process.env,
  // eslint-disable-next-line no-restricted-syntax -- the one clock of the library: exceptions end on a day.
  today: () => new Date().toISOString().slice(0, 10),
}).then((code) => {
  if (!failed) process.exitCode = code;
}, (error: unknown) => {
  process.exitCode = ExitCode.COULD_NOT_CHECK;
  process.stderr.write(`cdk8s-hipaa failed, and judged nothing: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
});
