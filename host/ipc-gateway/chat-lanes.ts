import { setTimeout as delay } from 'node:timers/promises';

import type { OutgoingMessage } from './parse-message.ts';
import { TaskGroup } from './task-group.ts';

/**
 * Hands a message to its chat; resolves when the chat has it for good.
 *
 * May be called again for the same message, with the same idempotency key. The signal says that this try is given
 * up: it took too long, or the gateway closes.
 */
export type DeliverMessage = (message: OutgoingMessage, signal: AbortSignal) => Promise<void>;

/** How a message that was not delivered is tried again: after a delay that doubles. */
export interface RetryPolicy {
  /** Then the message is set aside. */
  readonly maxTries: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** A try that takes longer has failed. */
  readonly tryTimeoutMs: number;
}

/** Half a minute in all, without the tries themselves. */
export const DEFAULT_RETRY: RetryPolicy = {
  maxTries: 8,
  firstDelayMs: 250,
  maxDelayMs: 15_000,
  tryTimeoutMs: 60_000,
};

/** A message that waits in its file. */
export interface QueuedMessage {
  /** The file's name without `.json`; the order of these is the order of delivery. */
  readonly id: string;
  readonly chatJid: string;
  /** What takes the place of an earlier one with the same key; undefined for messages, which all count. */
  readonly replaceKey: string | undefined;
}

/** What lanes do with the files. */
export interface LaneEdge {
  /** Reads a queued message again; undefined when it is gone or not what it was, which is then settled. */
  read(queued: QueuedMessage): OutgoingMessage | undefined;
  deliver: DeliverMessage;
  /** It was delivered, or may be dropped: its file goes. */
  finish(queued: QueuedMessage): void;
  /** It could not be delivered and never will. */
  giveUp(queued: QueuedMessage, reason: string): void;
}

interface Lane {
  readonly queue: QueuedMessage[];
  /** The one that is being delivered. */
  current: QueuedMessage | undefined;
  tries: number;
}

/** Delivers messages in the order of their names, chat by chat: no chat waits for another. */
export class ChatLanes {
  readonly #edge: LaneEdge;
  readonly #retry: RetryPolicy;
  readonly #signal: AbortSignal;
  readonly #lanes = new Map<string, Lane>();
  readonly #tasks = new TaskGroup();

  constructor(edge: LaneEdge, retry: RetryPolicy, signal: AbortSignal) {
    this.#edge = edge;
    this.#retry = retry;
    this.#signal = signal;
  }

  /** Takes a message; a draft or progress that another one overtakes is dropped. */
  add(message: QueuedMessage): void {
    const lane = this.#lanes.get(message.chatJid);
    if (lane === undefined) {
      const opened: Lane = { queue: [message], current: undefined, tries: 0 };
      this.#lanes.set(message.chatJid, opened);
      this.#tasks.add(this.#work(message.chatJid, opened));
    } else if (this.#isNewest(lane, message)) {
      const after = lane.queue.findIndex(({ id }) => id > message.id);
      lane.queue.splice(after === -1 ? lane.queue.length : after, 0, message);
    } else this.#edge.finish(message);
  }

  /** Resolves when nothing waits any more, or with the signal. */
  idle(signal?: AbortSignal): Promise<void> {
    return this.#tasks.idle(signal);
  }

  /** Drops what this one replaces; false where something in the queue replaces this one. */
  #isNewest(lane: Lane, message: QueuedMessage): boolean {
    if (message.replaceKey === undefined) return true;
    const same = lane.queue.filter(
      (queued) => queued.replaceKey === message.replaceKey && queued !== lane.current,
    );
    if (same.some(({ id }) => id > message.id)) return false;
    for (const replaced of same) {
      lane.queue.splice(lane.queue.indexOf(replaced), 1);
      this.#edge.finish(replaced);
    }
    return true;
  }

  async #work(chatJid: string, lane: Lane): Promise<void> {
    for (let next = lane.queue[0]; next !== undefined && !this.#signal.aborted; next = lane.queue[0]) {
      if (next !== lane.current) lane.tries = 0;
      lane.current = next;
      const isSettled = await this.#deliver(next, lane);
      if (isSettled) lane.queue.splice(lane.queue.indexOf(next), 1);
    }
    lane.current = undefined;
    if (!this.#signal.aborted) this.#lanes.delete(chatJid);
  }

  async #deliver(queued: QueuedMessage, lane: Lane): Promise<boolean> {
    const message = this.#edge.read(queued);
    if (message === undefined) return true;
    try {
      await this.#tryOnce(message);
    } catch (error) {
      return this.#isGivenUp(queued, lane, error);
    }
    this.#edge.finish(queued);
    return true;
  }

  async #isGivenUp(queued: QueuedMessage, lane: Lane, error: unknown): Promise<boolean> {
    if (this.#signal.aborted) return false;
    lane.tries += 1;
    if (queued.replaceKey !== undefined) {
      this.#edge.finish(queued);
      return true;
    }
    const { maxTries, firstDelayMs, maxDelayMs } = this.#retry;
    if (lane.tries >= maxTries) {
      this.#edge.giveUp(queued, `not delivered after ${maxTries} tries: ${String(error)}`);
      return true;
    }
    await this.#wait(Math.min(firstDelayMs * 2 ** (lane.tries - 1), maxDelayMs));
    return false;
  }

  async #tryOnce(message: OutgoingMessage): Promise<void> {
    const { tryTimeoutMs } = this.#retry;
    const givenUp = AbortSignal.any([this.#signal, AbortSignal.timeout(tryTimeoutMs)]);
    const failing = Promise.withResolvers<never>();
    const fail = (): void => failing.reject(givenUp.reason);
    givenUp.addEventListener('abort', fail, { once: true });
    try {
      await Promise.race([this.#edge.deliver(message, givenUp), failing.promise]);
    } finally {
      givenUp.removeEventListener('abort', fail);
    }
  }

  async #wait(ms: number): Promise<void> {
    try {
      await delay(ms, undefined, { signal: this.#signal });
    } catch {
      // The signal, which the lane looks at.
    }
  }
}
