import { MAX_REQUEST_BYTES } from '../../ipc-schemas/index.ts';
import type { ActionCaller } from './action-handlers.ts';
import { EntrySorter } from './entry-sorter.ts';
import { errorAnswer, executeRequest } from './execute-request.ts';
import { codeOf, isTamperingCode, type LeafDirectory } from './leaf-directory.ts';
import { parseRequest } from './parse-request.ts';
import type { IntakeSetting } from './intake-setting.ts';
import { RateLimit } from './quotas.ts';
import { ResultShelf } from './result-shelf.ts';
import { TaskGroup } from './task-group.ts';
import { TimeSlices } from './time-slices.ts';

/** Takes the requests of one run from `actions` and puts their answers into `action_results`. */
export class RequestIntake {
  readonly #setting: IntakeSetting;
  readonly #actions: LeafDirectory;
  readonly #sorter: EntrySorter;
  readonly #shelf: ResultShelf;
  readonly #rate: RateLimit;
  readonly #tasks = new TaskGroup();
  readonly #abandoning = new AbortController();
  readonly #handlerSignal: AbortSignal;
  /** Bytes of what waits or is carried out, by id. */
  readonly #known = new Map<string, number>();
  readonly #waiting: string[] = [];
  #pendingBytes = 0;
  #workers = 0;

  constructor(setting: IntakeSetting, actions: LeafDirectory, results: LeafDirectory) {
    this.#setting = setting;
    this.#actions = actions;
    this.#sorter = new EntrySorter(actions, setting);
    this.#shelf = new ResultShelf(results, setting.parts.quotas);
    this.#rate = new RateLimit(setting.parts.quotas.maxRequestsPerSecond);
    this.#handlerSignal = AbortSignal.any([setting.signal, this.#abandoning.signal]);
  }

  /** Looks at every file once; what is new is answered at once or waits for its turn. */
  async scan(): Promise<void> {
    this.#shelf.expire();
    this.#sorter.beginScan();
    const slices = new TimeSlices(this.#setting.signal);
    for (const entry of this.#actions.entries()) {
      this.#sorter.count();
      if (!this.#known.has(entry.name.slice(0, -'.json'.length))) {
        const sorted = this.#sorter.sort(entry, MAX_REQUEST_BYTES);
        if (sorted.kind === 'file') await this.#admit(sorted.id, sorted.size);
        else if (sorted.kind === 'refused') await this.#refuse(sorted.id, 'INPUT_INVALID', sorted.reason);
      }
      if (!(await slices.goOn())) return;
    }
    const violation = this.#sorter.violation();
    if (violation !== undefined) this.#setting.onViolation(violation);
  }

  /** Whether the last scan met nothing out of the ordinary. */
  get isCalm(): boolean {
    return this.#sorter.isCalm;
  }

  /** Resolves when nothing waits or is carried out any more. */
  idle(signal?: AbortSignal): Promise<void> {
    return this.#tasks.idle(signal);
  }

  /** Tells handlers that nobody waits for them any more. */
  abandon(): void {
    this.#abandoning.abort();
  }

  async #admit(id: string, size: number): Promise<void> {
    const { maxPendingRequests, maxPendingRequestBytes, maxRequestsPerSecond, maxConcurrentRequests } =
      this.#setting.parts.quotas;
    if (this.#known.size >= maxPendingRequests) {
      return this.#refuse(
        id,
        'LIMIT_EXCEEDED',
        `expected at most ${maxPendingRequests} requests to be pending`,
      );
    }
    if (this.#pendingBytes + size > maxPendingRequestBytes) {
      return this.#refuse(
        id,
        'LIMIT_EXCEEDED',
        `expected at most ${maxPendingRequestBytes} bytes to be pending`,
      );
    }
    if (!this.#rate.take()) {
      return this.#refuse(id, 'LIMIT_EXCEEDED', `expected at most ${maxRequestsPerSecond} requests a second`);
    }
    this.#known.set(id, size);
    this.#pendingBytes += size;
    this.#waiting.push(id);
    if (this.#workers < maxConcurrentRequests) this.#tasks.add(this.#work());
  }

  /** Answers without carrying out anything; what could be read is removed, the rest was set aside before. */
  async #refuse(id: string, code: 'LIMIT_EXCEEDED' | 'INPUT_INVALID', reason: string): Promise<void> {
    if (code === 'LIMIT_EXCEEDED')
      this.#setting.notices.add('quota', 'warning', `request refused: ${reason}`);
    if (!(await this.#publish(id, errorAnswer(id, code, reason), 'never'))) return;
    if (code === 'LIMIT_EXCEEDED' && !this.#actions.remove(`${id}.json`)) {
      this.#sorter.setAside(`${id}.json`, 'it cannot be removed');
    }
  }

  async #work(): Promise<void> {
    this.#workers += 1;
    const { parts, run, signal } = this.#setting;
    const isClosed = (): boolean => signal.aborted;
    while (this.#waiting.length > 0 && !isClosed()) {
      await parts.turnstile.enter(run.runId);
      const id = this.#waiting.shift();
      if (id === undefined || isClosed()) break;
      await this.#answerSafely(id);
      this.#pendingBytes -= this.#known.get(id) ?? 0;
      this.#known.delete(id);
    }
    this.#workers -= 1;
  }

  async #answerSafely(id: string): Promise<void> {
    try {
      await this.#answer(id);
    } catch (error) {
      const code = codeOf(error);
      if (isTamperingCode(code)) this.#setting.onViolation(`the directory actions cannot be read (${code})`);
      else this.#setting.notices.add('request', 'error', `a request failed: ${String(error)}`);
    }
  }

  async #answer(id: string): Promise<void> {
    const { parts, run, notices, grace } = this.#setting;
    const name = `${id}.json`;
    const read = this.#actions.read(name, MAX_REQUEST_BYTES);
    // Withdrawn: nobody waits for an answer.
    if (read.kind === 'absent') return;
    if (read.kind === 'refused') {
      this.#sorter.setAside(name, read.reason);
      await this.#publish(id, errorAnswer(id, 'INPUT_INVALID', read.reason), 'after');
      return;
    }
    const parsed = parseRequest(read.bytes, id, run, parts.isGroup);
    if (parsed.kind === 'malformed' && grace.isLeft(read.changedMs)) return;
    const { runId, groupFolder, isMain, chatJids } = run;
    const caller: ActionCaller = { runId, requestId: id, groupFolder, isMain, chatJids };
    const answer =
      parsed.kind === 'request'
        ? await executeRequest(parsed.request, caller, { ...parts, notices }, this.#handlerSignal)
        : errorAnswer(id, 'INPUT_INVALID', parsed.reason);
    if (!(await this.#publish(id, answer, 'after'))) return;
    // Another file under the same name is another request, and for the next scan.
    if (this.#actions.inspect(name)?.ino === read.inode) this.#actions.remove(name);
  }

  /** Says whether the answer is there; a request whose answer cannot be written stays, and is met again. */
  async #publish(id: string, answer: string, synced: 'after' | 'never'): Promise<boolean> {
    const { signal, notices, onViolation } = this.#setting;
    if (signal.aborted) return false;
    try {
      await this.#shelf.publish(id, answer, synced);
      // Closed meanwhile: the run's directories are not touched any more.
      return !(signal.aborted as boolean);
    } catch (error) {
      const code = codeOf(error);
      if (isTamperingCode(code)) onViolation(`the directory action_results cannot be written (${code})`);
      else notices.add('answer', 'error', `an answer cannot be written: ${String(error)}`);
      return false;
    }
  }
}
