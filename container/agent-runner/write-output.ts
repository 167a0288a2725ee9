import { once } from 'node:events';

import {
  type ContainerOutput,
  encodeFrame,
  type FrameStyle,
  type RunEvent,
  stringifyWithoutMarkers,
} from '../../ipc-schemas/index.ts';

/** The protocol side of stdout: event lines, then one frame, at the speed of whoever reads. */
export class OutputWriter {
  readonly #stdout: NodeJS.WritableStream & { readonly destroyed?: boolean };
  readonly #closed: Promise<void>;
  #isClosed = false;

  constructor(stdout: NodeJS.WritableStream) {
    this.#stdout = stdout;
    this.#closed = new Promise((resolve) => {
      const close = (): void => {
        this.#isClosed = true;
        resolve();
      };
      // A reader that went away (EPIPE) gets no more; there is nobody left to tell.
      stdout.once('error', close);
      stdout.once('close', close);
    });
  }

  /** Resolves when nobody reads any more. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  async writeEvent(event: RunEvent): Promise<void> {
    await this.#write(`${stringifyWithoutMarkers(event)}\n`);
  }

  async writeFrame(output: ContainerOutput, style: FrameStyle): Promise<void> {
    await this.#write(encodeFrame(output, style));
  }

  async #write(text: string): Promise<void> {
    if (this.#isClosed || this.#stdout.write(text)) return;
    const stop = new AbortController();
    await Promise.race([
      this.#closed,
      once(this.#stdout, 'drain', { signal: stop.signal }).catch(() => undefined),
    ]);
    stop.abort();
  }
}
