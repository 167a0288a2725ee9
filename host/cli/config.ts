import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';

import type { CliIo, InputSource, Interrupts, OutputSink } from './cli-io.ts';
import { pickGlyphs } from './glyphs.ts';
import { pickStyle } from './style.ts';

const UNKNOWN_COLUMNS = 80;

/** Gives commands what they may use of this process: its streams, environment and signals, and nothing else. */
export function openCliIo(): CliIo {
  const { env } = process;
  return {
    env,
    nodeVersion: process.versions.node,
    stdin: toSource(),
    stdout: toSink(process.stdout),
    stderr: toSink(process.stderr),
    glyphs: pickGlyphs(env),
    watchInterrupts,
  };
}

function toSource(): InputSource {
  const isTerminal = isatty(0);
  return {
    isTerminal,
    isFile: !isTerminal && isFilledFile(0),
    open: () => process.stdin,
  };
}

function isFilledFile(fd: number): boolean {
  const facts = fstatSync(fd);
  return facts.isFile() && facts.size > 0;
}

function toSink(stream: NodeJS.WriteStream): OutputSink {
  const closing = new AbortController();
  stream.on('error', (error) => closing.abort(error));
  // Absent where the stream is a pipe or a file, whatever its type says.
  const isTerminal = (stream as { isTTY?: boolean }).isTTY === true;
  return {
    isTerminal,
    canRedraw: isTerminal && process.env['TERM'] !== 'dumb',
    get columns() {
      return stream.columns || UNKNOWN_COLUMNS;
    },
    style: pickStyle(isTerminal, process.env),
    closed: closing.signal,
    write: (text) =>
      new Promise((resolve) => {
        if (closing.signal.aborted) resolve();
        else stream.write(text, () => resolve());
      }),
  };
}

function watchInterrupts(): Interrupts {
  const first = new AbortController();
  const second = new AbortController();
  const onSignal = (): void => (first.signal.aborted ? second : first).abort();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    first: first.signal,
    second: second.signal,
    [Symbol.dispose]: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
