/**
 * Lets work through one piece a turn of the event loop, runs in rotation.
 *
 * However much one run has waiting, another waits for one piece of each run before it.
 */
export class Turnstile {
  /** In order of their turns. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #isTurning = false;

  /** Resolves when a piece of work of this run may begin. */
  enter(runId: string): Promise<void> {
    return new Promise((resolve) => {
      const queue = this.#waiting.get(runId);
      if (queue === undefined) this.#waiting.set(runId, [resolve]);
      else queue.push(resolve);
      if (!this.#isTurning) this.#turn();
    });
  }

  #turn(): void {
    const next = this.#waiting.entries().next();
    this.#isTurning = next.done !== true;
    if (next.done === true) return;
    const [runId, queue] = next.value;
    const letThrough = queue.shift();
    this.#waiting.delete(runId);
    if (queue.length > 0) this.#waiting.set(runId, queue);
    letThrough?.();
    setImmediate(() => this.#turn());
  }
}
