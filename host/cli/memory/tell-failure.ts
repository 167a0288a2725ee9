import type { OutputSink } from '../cli-io.ts';
import { EXIT } from '../exit-code.ts';
import { toOneLine } from '../plain-text.ts';

/** Tells on one line what could not be done; gives the exit code. */
export async function tellFailure(problem: string, sink: OutputSink): Promise<number> {
  await sink.write(`${sink.style.bad('turnbox:')} ${toOneLine(problem)}\n`);
  return EXIT.failed;
}
