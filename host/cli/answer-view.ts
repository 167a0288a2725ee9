import type { ContainerOutput, RunEvent } from '../../ipc-schemas/index.ts';
import type { CliIo } from './cli-io.ts';
import { findCaveat, renderFailure } from './describe-output.ts';
import type { LiveStatus } from './live-status.ts';
import { renderNotice, toNoticeLine } from './notice-line.ts';
import type { RunActivity } from './run-activity.ts';
import type { RunView } from './show-run.ts';

/** Gives the answer alone and exactly on stdout, for pipes and files; all else is on stderr. */
export class AnswerView implements RunView {
  readonly #io: Pick<CliIo, 'stdout' | 'stderr'>;
  readonly #status: LiveStatus;
  readonly #activity: RunActivity;

  constructor(io: Pick<CliIo, 'stdout' | 'stderr'>, status: LiveStatus, activity: RunActivity) {
    this.#io = io;
    this.#status = status;
    this.#activity = activity;
  }

  take(event: RunEvent): void {
    this.#activity.take(event);
    const notice = toNoticeLine(event, this.#io.stderr.style);
    if (notice !== undefined) this.#status.print(notice);
    this.#status.show();
  }

  stop(): void {
    this.#activity.stop();
    this.#status.show();
  }

  async end(output: ContainerOutput): Promise<void> {
    this.#status.hide();
    if (output.status === 'error') {
      this.#status.print(renderFailure(output, this.#io.stderr, false));
      return;
    }
    const caveat = findCaveat(output);
    if (caveat !== undefined) this.#status.print(renderNotice('warning', caveat, this.#io.stderr.style));
    const result = output.result ?? '';
    await this.#io.stdout.write(result === '' || result.endsWith('\n') ? result : `${result}\n`);
  }

  [Symbol.dispose](): void {
    this.#status[Symbol.dispose]();
  }
}
