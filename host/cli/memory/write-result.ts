import type { CliIo, OutputSink } from '../cli-io.ts';
import { EXIT } from '../exit-code.ts';
import { renderNotice } from '../notice-line.ts';
import { toTerminalJson } from '../plain-text.ts';
import { tellFailure } from './tell-failure.ts';

/** Writes what a command found to stdout; gives the exit code. */
export async function writeResult(text: string, { stdout, stderr }: CliIo): Promise<number> {
  await stdout.write(text);
  if (!stdout.closed.aborted) return EXIT.success;
  const problem: unknown = stdout.closed.reason;
  // A reader that has enough, such as head, is no failure; a full disk is.
  if ((problem as NodeJS.ErrnoException).code === 'EPIPE') return EXIT.success;
  return tellFailure(`the output could not be written: ${String(problem)}`, stderr);
}

/** Programs get one line; people at a terminal get a document with indents. */
export function renderJson(value: unknown, { isTerminal }: Pick<OutputSink, 'isTerminal'>): string {
  return `${toTerminalJson(JSON.stringify(value, null, isTerminal ? 2 : 0))}\n`;
}

/** Tells what was left out, a line each. */
export async function tellNotices(notices: readonly string[], sink: OutputSink): Promise<void> {
  for (const notice of notices) await sink.write(`${renderNotice('warning', notice, sink.style)}\n`);
}
