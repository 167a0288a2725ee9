/** Work that goes on by itself, to be waited for. Its pieces must not reject. */
export class TaskGroup {
  readonly #tasks = new Set<Promise<void>>();

  add(task: Promise<void>): void {
    this.#tasks.add(task);
    void task.finally(() => this.#tasks.delete(task));
  }

  /** Resolves when nothing goes on any more, or with the signal. */
  async idle(signal?: AbortSignal): Promise<void> {
    if (this.#tasks.size === 0 || signal?.aborted === true) return;
    await settledOrAborted(Promise.all(this.#tasks), signal);
    // A piece may have begun another.
    await this.idle(signal);
  }
}

/** Waits for a promise or a signal, whichever is first; the promise must not reject. */
async function settledOrAborted(promise: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  if (signal === undefined) return void (await promise);
  if (signal.aborted) return;
  const aborted = Promise.withResolvers<void>();
  const stop = (): void => aborted.resolve();
  signal.addEventListener('abort', stop, { once: true });
  await Promise.race([promise, aborted.promise]);
  signal.removeEventListener('abort', stop);
}
