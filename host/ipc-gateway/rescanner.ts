import { setTimeout as delay } from 'node:timers/promises';

/** A scan that took longer than this is not begun again at once. */
const QUICK_MS = 5;

/** A directory that takes long takes at most a quarter of the time. */
const REST_FACTOR = 3;

const LONGEST_REST_MS = 1000;

/**
 * Scans a directory whenever somebody says that it may have changed: never twice at once, never forgotten.
 *
 * What is said during a scan leads to another. A scan must not reject.
 */
export class Rescanner {
  readonly #scan: () => Promise<void>;
  readonly #signal: AbortSignal;
  /** Who waits for which scan, counted from 1. */
  readonly #waiters: { readonly scan: number; readonly resolve: () => void }[] = [];
  #begun = 0;
  #isDirty = false;
  #scanning: Promise<void> | undefined;

  /** The signal ends it, once the scan that goes on is over. */
  constructor(scan: () => Promise<void>, signal: AbortSignal) {
    this.#scan = scan;
    this.#signal = signal;
  }

  /** Something may have changed. */
  wake(): void {
    this.#isDirty = true;
    this.#scanning ??= this.#scanWhileDirty();
  }

  /** Resolves when a scan that began after this call is over. */
  settle(): Promise<void> {
    if (this.#signal.aborted) return this.ended();
    return new Promise((resolve) => {
      this.#waiters.push({ scan: this.#begun + 1, resolve });
      this.wake();
    });
  }

  /** Resolves when the scan that goes on is over, after the signal. */
  async ended(): Promise<void> {
    await this.#scanning;
  }

  async #scanWhileDirty(): Promise<void> {
    while (this.#isDirty && !this.#signal.aborted) {
      this.#isDirty = false;
      this.#begun += 1;
      const startedMs = performance.now();
      await this.#scan();
      this.#releaseWaiters(this.#begun);
      const tookMs = performance.now() - startedMs;
      // Marked dirty meanwhile, as far as the compiler can tell it cannot be.
      if (tookMs > QUICK_MS && (this.#isDirty as boolean)) await this.#rest(tookMs * REST_FACTOR);
    }
    if (this.#signal.aborted) this.#releaseWaiters(Number.POSITIVE_INFINITY);
    this.#scanning = undefined;
  }

  #releaseWaiters(upTo: number): void {
    for (let next = this.#waiters[0]; next !== undefined && next.scan <= upTo; next = this.#waiters[0]) {
      this.#waiters.shift();
      next.resolve();
    }
  }

  async #rest(ms: number): Promise<void> {
    try {
      await delay(Math.min(ms, LONGEST_REST_MS), undefined, { signal: this.#signal });
    } catch {
      // The signal, which the loop looks at.
    }
  }
}
