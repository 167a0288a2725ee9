/** What one run may ask of the gateway; above it the answer is an error, and files are set aside. */
export interface GatewayQuotas {
  /** Requests that wait or are carried out. */
  readonly maxPendingRequests: number;
  readonly maxPendingRequestBytes: number;
  /** In the long run; twice as many at once. */
  readonly maxRequestsPerSecond: number;
  /** Requests that are carried out at the same time. */
  readonly maxConcurrentRequests: number;
  /** Messages that were taken and are not delivered; more wait in their files. */
  readonly maxPendingMessages: number;
  readonly maxPendingMessageBytes: number;
  /** Files in the directory of messages; more are set aside. */
  readonly maxMessageFiles: number;
  /** Files whose names say that they are unfinished; more are removed. */
  readonly maxUnfinishedFiles: number;
  /** Answers that lie in the run's directory; the oldest go first. */
  readonly maxResults: number;
  readonly resultLifetimeMs: number;
  /** What is kept of a run in quarantine; more is removed. */
  readonly maxQuarantinedFiles: number;
  readonly maxQuarantinedBytes: number;
}

const MEBIBYTE = 1024 * 1024;

/** Far above what an agent does by itself: one that asks as fast as it is answered stays below. */
export const DEFAULT_QUOTAS: GatewayQuotas = {
  maxPendingRequests: 1000,
  maxPendingRequestBytes: 16 * MEBIBYTE,
  maxRequestsPerSecond: 1000,
  maxConcurrentRequests: 16,
  maxPendingMessages: 1000,
  maxPendingMessageBytes: 32 * MEBIBYTE,
  maxMessageFiles: 10_000,
  maxUnfinishedFiles: 1000,
  maxResults: 2000,
  resultLifetimeMs: 600_000,
  maxQuarantinedFiles: 100,
  maxQuarantinedBytes: 16 * MEBIBYTE,
};

/** Counts what happens a second: a bucket that fills at the rate and holds two seconds of it. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #now: () => number;
  #left: number;
  #atMs: number;

  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#left = 2 * perSecond;
    this.#atMs = now();
  }

  /** Whether one more may happen now; if so, it is counted. */
  take(): boolean {
    const nowMs = this.#now();
    this.#left = Math.min(2 * this.#perSecond, this.#left + ((nowMs - this.#atMs) / 1000) * this.#perSecond);
    this.#atMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
