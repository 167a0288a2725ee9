/** Something a host should know of: a run that misbehaves, a machine that fails. */
export interface GatewayNotice {
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
  /** The run it is about, where it is about one. */
  readonly runId?: string;
}

export type TakeNotice = (notice: GatewayNotice) => void;

/** How often a run is spoken of for the same sort of thing: an agent can make as many as it likes. */
const MAX_OF_A_SORT = 10;

/** Hands on the notices about one run, ten of a sort at most. */
export class RunNotices {
  readonly #runId: string;
  readonly #take: TakeNotice;
  readonly #counts = new Map<string, number>();

  constructor(runId: string, take: TakeNotice) {
    this.#runId = runId;
    this.#take = take;
  }

  add(sort: string, level: GatewayNotice['level'], text: string): void {
    const count = (this.#counts.get(sort) ?? 0) + 1;
    if (count > MAX_OF_A_SORT) return;
    this.#counts.set(sort, count);
    const last = count === MAX_OF_A_SORT ? ' (more of this sort will not be mentioned)' : '';
    this.#take({ level, text: `run ${this.#runId}: ${text}${last}`, runId: this.#runId });
  }
}
