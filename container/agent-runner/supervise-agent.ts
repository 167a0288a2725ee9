import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { type ContainerInput, type Line, LineSplitter, TurnboxError } from '../../ipc-schemas/index.ts';
import { findProcesses, type ProcessMark, readStartTicks } from './process-tree.ts';
import { type Termination, Watchdog } from './watchdog.ts';

/** From the polite signal to SIGKILL. */
const KILL_AFTER_MS = 2000;

/** How long output is still waited for once the agent has ended: a grandchild may hold the pipe for ever. */
const DRAIN_MS = 1000;

/** More than the pipe and its buffers hold: what comes above it is not from the agent that has ended. */
const DRAIN_BYTES = 1024 * 1024;

/** How long what is left behind may take to end by itself. */
const LEFTOVERS_MS = 200;

/** More than people are shown, so that a secret is not cut before it is found. */
const STDERR_KEPT_BYTES = 16 * 1024;

export type KillSignal = 'SIGTERM' | 'SIGINT' | 'SIGKILL';

/** What the runner's process lends to a supervisor. */
export interface ProcessControl {
  readonly ownPid: number;
  /** Throws ESRCH where there is no such process; a negative pid is a group. */
  kill(pid: number, signal: KillSignal): void;
}

export interface AgentCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stdin: string;
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  /** Entries of `env` that no other run has. */
  readonly mark: readonly string[];
}

export interface AgentExit {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** Why we ended it, where we did. */
  readonly termination: Termination | undefined;
  /** Why it could not be started. */
  readonly startError: string | undefined;
  /** The last 16 KiB of stderr, not redacted. */
  readonly stderrTail: string;
}

/**
 * An agent program under supervision: its lines, three clocks, and an end in every case.
 *
 * Read `lines()` to its end, then ask for `exit()`. Leaving `lines()` early kills the agent. Whatever ends it,
 * no process that it left behind, and that can be found, lives on.
 */
export class SupervisedAgent {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #command: AgentCommand;
  readonly #control: ProcessControl;
  readonly #splitter = new LineSplitter();
  readonly #watchdog: Watchdog;
  readonly #ended: Promise<Partial<AgentExit>>;
  readonly #startTicks: number;
  #stderrTail = new Uint8Array();
  #termination: Termination | undefined;
  #isStopping = false;
  #hasExited = false;
  #settleTimer: NodeJS.Timeout | undefined;
  #killTimer: NodeJS.Timeout | undefined;
  #isReaderBusy = false;
  #isToolRunning = false;
  #isFinished = false;
  #graceMs: number | undefined;
  #drainedBytes = 0;

  constructor(command: AgentCommand, timeouts: ContainerInput['timeouts'], control: ProcessControl) {
    this.#command = command;
    this.#control = control;
    this.#child = startProgram(command);
    this.#startTicks = this.#child.pid === undefined ? 0 : readStartTicks(this.#child.pid);
    // An agent that ends without reading its prompt is judged by its exit, not by EPIPE.
    for (const stream of this.#child.stdio) stream?.on('error', () => undefined);
    this.#child.stdin.end(command.stdin);
    this.#child.stderr.on('data', (chunk: Uint8Array) => this.#keepTail(chunk));
    this.#watchdog = new Watchdog(timeouts, {
      isExcused: () => this.#isReaderBusy || this.#isToolRunning,
      bite: (termination) => this.stop(termination),
    });
    this.#ended = new Promise((resolve, reject) => {
      this.#child.once('error', (error) => resolve({ startError: describeStartError(command.file, error) }));
      this.#child.once('exit', (exitCode, signal) => {
        this.#drain().then(
          () => resolve({ exitCode: exitCode ?? undefined, signal: signal ?? undefined }),
          reject,
        );
      });
    });
  }

  /** Yields the agent's lines in batches, at the speed of the reader. */
  async *lines(): AsyncGenerator<readonly Line[], void, undefined> {
    try {
      for await (const chunk of this.#child.stdout as AsyncIterable<Uint8Array>) {
        this.#watchdog.hear();
        this.#isReaderBusy = true;
        const lines = this.#splitter.push(chunk);
        if (this.#hasExited) this.#drainedBytes += chunk.length;
        freeMemory(chunk);
        yield lines;
        if (this.#drainedBytes > DRAIN_BYTES) break;
        this.#isReaderBusy = false;
        this.#watchdog.hear();
      }
    } catch (error) {
      // The stream is destroyed when draining ends; until then a broken pipe is the agent's end, told by its exit.
      if (!this.#child.stdout.destroyed) throw error;
    } finally {
      this.#isReaderBusy = false;
    }
    yield this.#splitter.end();
  }

  /** The first event came: silence counts from now. */
  begin(): void {
    this.#watchdog.begin();
  }

  /** A running tool excuses silence. */
  set isToolRunning(isRunning: boolean) {
    this.#isToolRunning = isRunning;
  }

  /** What the agent has finished stands: whatever ends it from now on is no reason any more. */
  set isFinished(isFinished: boolean) {
    this.#isFinished = isFinished;
  }

  /** The agent has finished: it may take this long to end by itself from now; undefined takes that back. */
  settle(graceMs: number | undefined): void {
    if (graceMs === this.#graceMs) return;
    this.#graceMs = graceMs;
    clearTimeout(this.#settleTimer);
    if (graceMs !== undefined) this.#settleTimer = setTimeout(() => this.#terminate(), graceMs);
  }

  /** Ends the agent for a reason of ours; the first one stands. */
  stop(termination: Termination): void {
    if (this.#hasExited) {
      // What it said is in; whoever still writes into its pipe is not waited for.
      this.#child.stdout.destroy();
      return;
    }
    if (!this.#isFinished) this.#termination ??= termination;
    this.#terminate();
  }

  /** Waits for the end of the agent and of all it left behind. */
  async exit(): Promise<AgentExit> {
    const ending = await this.#ended;
    this.#watchdog[Symbol.dispose]();
    this.#clearTimers();
    return {
      exitCode: undefined,
      signal: undefined,
      startError: undefined,
      ...ending,
      termination: this.#termination,
      stderrTail: new TextDecoder().decode(this.#stderrTail),
    };
  }

  /** Kills at once whatever still lives; for a reader that leaves early. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasExited) this.#signalAll('SIGKILL');
    this.#child.stdout.destroy();
    await this.exit();
  }

  #terminate(): void {
    if (this.#isStopping || this.#hasExited) return;
    this.#isStopping = true;
    this.#signalAll(this.#command.stopSignal);
    this.#killTimer = setTimeout(() => this.#signalAll('SIGKILL'), KILL_AFTER_MS);
  }

  /** To the agent's group and to all below it: agents start their tools in groups of their own. */
  #signalAll(signal: KillSignal): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    this.#send([-pid, ...this.#findProcesses(pid).filter((found) => found !== pid)], signal);
  }

  #findProcesses(rootPid: number): number[] {
    const { mark } = this.#command;
    const root: ProcessMark = {
      rootPid,
      rootStartTicks: this.#startTicks,
      entries: mark,
      exceptPid: this.#control.ownPid,
    };
    return findProcesses(root);
  }

  #send(pids: readonly number[], signal: KillSignal): void {
    for (const pid of pids) {
      try {
        this.#control.kill(pid, signal);
      } catch {
        // ESRCH: it ended in between, which is what was wanted.
      }
    }
  }

  /** Behind the exit: ends what was left running, reads what is in the pipes, waits for nobody who holds them. */
  async #drain(): Promise<void> {
    this.#hasExited = true;
    this.#clearTimers();
    const swept = this.#sweep();
    const { stdout, stderr } = this.#child;
    const closed = Promise.all([stdout, stderr].map(whenClosed));
    for (let restMs = DRAIN_MS; restMs > 0 && !(stdout.closed && stderr.closed);) {
      await Promise.race([closed, delay(50, undefined, { ref: false })]);
      if (!this.#isReaderBusy) restMs -= 50;
    }
    stdout.destroy();
    stderr.destroy();
    await swept;
  }

  #clearTimers(): void {
    clearTimeout(this.#settleTimer);
    clearTimeout(this.#killTimer);
  }

  /** Ends what the agent left running: politely, then not. */
  async #sweep(): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined) return;
    let left = this.#findProcesses(pid);
    if (left.length === 0) return;
    this.#send(left, 'SIGTERM');
    for (let waitedMs = 0; left.length > 0 && waitedMs < LEFTOVERS_MS; waitedMs += 20) {
      await delay(20);
      left = this.#findProcesses(pid);
    }
    this.#send(left, 'SIGKILL');
  }

  #keepTail(chunk: Uint8Array): void {
    this.#watchdog.hear();
    const joined = Buffer.concat([this.#stderrTail, chunk.subarray(-STDERR_KEPT_BYTES)]);
    this.#stderrTail = new Uint8Array(joined.subarray(-STDERR_KEPT_BYTES));
  }
}

/**
 * Frees the memory of a chunk at once. Node gives each chunk of a pipe memory of its own, and the collector lets
 * some 64 MB of it pile up (measured: 150 MB instead of 80 for a line of 1 GB).
 */
function freeMemory(chunk: Uint8Array): void {
  if (chunk.buffer instanceof ArrayBuffer && chunk.byteLength === chunk.buffer.byteLength)
    chunk.buffer.transfer(0);
}

/** Settles when a stream is closed, however that came about. */
function whenClosed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve();
    else stream.once('close', resolve);
  });
}

/** Some refusals, such as an environment that is too large, come at once, the others as an event. */
function startProgram({ file, args, cwd, env }: AgentCommand): ChildProcessWithoutNullStreams {
  try {
    return spawn(file, args, { cwd, env, detached: true });
  } catch (error) {
    throw new TurnboxError('AGENT_NOT_FOUND', describeStartError(file, error), { cause: error });
  }
}

function describeStartError(file: string, error: unknown): string {
  const cause = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return `the agent program ${file} could not be started (${cause})`;
}
