import type { ContainerInput } from '../../ipc-schemas/index.ts';

/** Why we ended a run; the first reason stands. */
export type Termination =
  | { readonly reason: 'cancelled' | 'wall' | 'first_event' | 'stall' }
  | { readonly reason: 'limit'; readonly detail: string };

export interface WatchdogOwner {
  /** Whether the agent's silence is not its own: a tool runs, or nobody reads. */
  isExcused(): boolean;
  /** Called when a clock strikes; perhaps more than once. */
  bite(termination: Termination): void;
}

/** The three clocks over an agent: first event, silence, whole run. */
export class Watchdog implements Disposable {
  readonly #timeouts: ContainerInput['timeouts'];
  readonly #owner: WatchdogOwner;
  readonly #wall: NodeJS.Timeout;
  #silence: NodeJS.Timeout | undefined;
  #heardAtMs: number;
  #hasBegun = false;

  constructor(timeouts: ContainerInput['timeouts'], owner: WatchdogOwner) {
    this.#timeouts = timeouts;
    this.#owner = owner;
    this.#heardAtMs = performance.now();
    this.#wall = setTimeout(() => owner.bite({ reason: 'wall' }), timeouts.wallMs);
    this.#arm(timeouts.firstEventMs);
  }

  /** The agent gave its first event: from now on it may be silent for stallMs only. */
  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#arm(this.#timeouts.stallMs);
  }

  /** The agent said something. Cheap: the clock is looked at only when it would strike. */
  hear(): void {
    this.#heardAtMs = performance.now();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#wall);
    clearTimeout(this.#silence);
  }

  #arm(delayMs: number): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#strike(), delayMs);
  }

  #strike(): void {
    const isExcused = this.#owner.isExcused();
    if (isExcused) this.hear();
    const allowedMs = this.#hasBegun ? this.#timeouts.stallMs : this.#timeouts.firstEventMs;
    // Noise is no event: before the first one only an excuse moves the clock.
    const countsSpeech = this.#hasBegun || isExcused;
    const restMs = countsSpeech ? allowedMs - (performance.now() - this.#heardAtMs) : 0;
    if (restMs > 0.5) this.#arm(restMs);
    else this.#owner.bite({ reason: this.#hasBegun ? 'stall' : 'first_event' });
  }
}
