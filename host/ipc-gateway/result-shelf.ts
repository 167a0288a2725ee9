import type { LeafDirectory } from './leaf-directory.ts';
import type { GatewayQuotas } from './quotas.ts';

/**
 * The answers of a run: published in `action_results`, removed when they are old or too many.
 *
 * An answer that was removed is published again when its request comes again.
 */
export class ResultShelf {
  readonly #leaf: LeafDirectory;
  readonly #quotas: GatewayQuotas;
  readonly #now: () => number;
  /** When each was published, the oldest first. */
  readonly #published = new Map<string, number>();

  constructor(leaf: LeafDirectory, quotas: GatewayQuotas, now: () => number = Date.now) {
    this.#leaf = leaf;
    this.#quotas = quotas;
    this.#now = now;
  }

  /** Publishes an answer; with `after` it is on disk when this resolves. */
  async publish(requestId: string, answer: string, synced: 'after' | 'never'): Promise<void> {
    await this.#leaf.publish(`${requestId}.json`, answer, synced);
    this.#published.delete(requestId);
    this.#published.set(requestId, this.#now());
    this.expire();
  }

  /** Removes what is old or too much. */
  expire(): void {
    const oldestMs = this.#now() - this.#quotas.resultLifetimeMs;
    for (const [requestId, atMs] of this.#published) {
      if (atMs > oldestMs && this.#published.size <= this.#quotas.maxResults) return;
      this.#leaf.remove(`${requestId}.json`);
      this.#published.delete(requestId);
    }
  }
}
