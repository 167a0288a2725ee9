import { setTimeout as delay } from 'node:timers/promises';

import { readConfig } from './config.ts';
import { type Answer, answerDefect, startKnowing } from './known-run.ts';
import { runInput } from './run-input.ts';
import { OutputWriter } from './write-output.ts';

/** How long a run may take to end after a defect showed. */
const END_AFTER_DEFECT_MS = 4000;

/** The process edge: stdin, stdout, signals and the exit code; one frame in every ending. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const writer = new OutputWriter(process.stdout);
  const cancelling = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => cancelling.abort());
  // Without a reader the answer is for nobody; the agent need not go on.
  void writer.closed.then(() => cancelling.abort());
  process.stderr.on('error', () => undefined);
  const edge = {
    stdin: process.stdin,
    writer,
    writeStderr,
    control: {
      ownPid: process.pid,
      kill: (pid: number, signal: NodeJS.Signals) => void process.kill(pid, signal),
    },
  };
  const known = startKnowing(config.markerPrefix);
  const run = runInput(edge, config, known, cancelling.signal).catch((error: unknown) =>
    answerDefect(known, error, writeStderr),
  );
  const defects: Answer[] = [];
  const hasDefect = new Promise<void>((resolve) => {
    const note = (error: unknown): void => {
      defects.push(answerDefect(known, error, writeStderr));
      cancelling.abort();
      resolve();
    };
    process.on('uncaughtException', note);
    process.on('unhandledRejection', note);
  });
  // A defect is the answer, whatever the run makes of being cancelled over it.
  const isLate = hasDefect.then(() => delay(END_AFTER_DEFECT_MS, undefined, { ref: false }));
  await Promise.race([run, isLate]);
  const answer = defects[0] ?? (await run);
  process.stdin.destroy();
  process.exitCode = answer.output.status === 'success' ? 0 : 1;
  await writer.writeFrame(answer.output, answer.style);
}

function writeStderr(text: string): void {
  process.stderr.write(text);
}

await main();
