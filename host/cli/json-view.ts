import type { ContainerOutput, RunEvent } from '../../ipc-schemas/index.ts';
import type { CliIo, OutputSink } from './cli-io.ts';
import { describeFailure } from './describe-output.ts';
import type { LiveStatus } from './live-status.ts';
import { toNoticeLine } from './notice-line.ts';
import { toTerminalJson } from './plain-text.ts';
import type { RunActivity } from './run-activity.ts';
import type { RunView } from './show-run.ts';

export interface JsonParts {
  readonly io: Pick<CliIo, 'stdout' | 'stderr'>;
  readonly status: LiveStatus;
  readonly activity: RunActivity;
  /** Whether each event is a line of its own; then the status line stays away. */
  readonly hasEvents: boolean;
}

/** Gives the output as one JSON document on stdout, or behind a line for each event, for programs. */
export class JsonView implements RunView {
  readonly #parts: JsonParts;

  constructor(parts: JsonParts) {
    this.#parts = parts;
  }

  async take(event: RunEvent): Promise<void> {
    const { io, status, activity, hasEvents } = this.#parts;
    activity.take(event);
    const notice = toNoticeLine(event, io.stderr.style);
    if (notice !== undefined) status.print(notice);
    if (hasEvents) await writeJson(io.stdout, event);
    else status.show();
  }

  stop(): void {
    const { activity, status, hasEvents } = this.#parts;
    activity.stop();
    if (!hasEvents) status.show();
  }

  async end(output: ContainerOutput): Promise<void> {
    const { io, status, hasEvents } = this.#parts;
    status.hide();
    if (output.status === 'error') status.print(`turnbox: ${describeFailure(output)}`);
    await writeJson(io.stdout, hasEvents ? { type: 'output', output } : output, hasEvents ? 0 : 2);
  }

  [Symbol.dispose](): void {
    this.#parts.status[Symbol.dispose]();
  }
}

/** Programs get one line; people at a terminal get a document with indents and nothing that it would obey. */
async function writeJson(sink: OutputSink, value: unknown, indent = 0): Promise<void> {
  const json = sink.isTerminal ? toTerminalJson(JSON.stringify(value, null, indent)) : JSON.stringify(value);
  await sink.write(`${json}\n`);
}
