/** How long a file that makes no sense is taken to be half-written. */
const GRACE_MS = 100;

/**
 * Patience with files that are written in place, against the rules, and were met half-way.
 *
 * What makes no sense and was changed a moment ago is left for a scan a moment later, until the run is ending.
 */
export class WritingGrace {
  readonly #scanAgain: () => void;
  #isEnding = false;

  constructor(scanAgain: () => void) {
    this.#scanAgain = scanAgain;
  }

  /** Whether a file that was last changed then may still become another. */
  isLeft(changedMs: number): boolean {
    // In the future, too: clocks of files and of processes differ by a tick.
    const isRecent = Math.abs(Date.now() - changedMs) < GRACE_MS;
    if (this.#isEnding || !isRecent) return false;
    setTimeout(this.#scanAgain, GRACE_MS).unref();
    return true;
  }

  /** Nobody writes any more. */
  end(): void {
    this.#isEnding = true;
  }
}
