import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work goes on before others have their turn. */
const SLICE_MS = 2;

/** Cuts long work into slices of two milliseconds, with a turn of the event loop for everybody else in between. */
export class TimeSlices {
  readonly #signal: AbortSignal;
  #startedMs = performance.now();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** To be asked after each piece: false when the signal says to stop. */
  async goOn(): Promise<boolean> {
    if (performance.now() - this.#startedMs > SLICE_MS) {
      await nextTurn();
      this.#startedMs = performance.now();
    }
    return !this.#signal.aborted;
  }
}
