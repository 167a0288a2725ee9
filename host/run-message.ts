import {
  type ContainerOutput,
  failedOutput,
  newRequestId,
  type OutputFacts,
  REQUEST_ID_PATTERN,
  type RunEvent,
  type RunFact,
  startEventStamper,
  TurnboxError,
} from '../ipc-schemas/index.ts';
import type { ChatMessage } from './build-input.ts';
import { type DecodedOutput, OutputDecoder } from './decode-output.ts';
import { type HostTermination, judgeEnding } from './judge-ending.ts';
import { type PreparedRun, prepareRun } from './prepare-run.ts';
import { recordRun } from './record-run.ts';
import type { RunOptions } from './run-options.ts';
import type { RunEnding, StartedRun } from './runtimes/runtime.ts';

/** Behind the runner's own wall timeout, since the agent may have stopped the runner. */
const DEADLINE_BEHIND_WALL_MS = 30_000;

/** A runner answers a request to stop within 5 s. */
const STOP_GRACE_MS = 8000;

/** How long messages that the run left may take to be delivered; then they are set aside. */
const DRAIN_MS = 60_000;

const MAX_STDOUT_BYTES = 1024 * 1024 * 1024;

type EventStamper = ReturnType<typeof startEventStamper>;

/**
 * Runs one message through an agent: yields what happens, returns the one output.
 *
 * Every ending is an output: a message that is wrong is INPUT_INVALID, a runner that gave no answer is
 * CONTAINER_DIED. Events are numbered from 1 without gaps. The signal cancels; so does leaving the generator
 * early. What the agent sent during the run is delivered before the output is returned. Rejects only when this
 * machine fails, such as a full disk.
 */
export async function* runMessage(
  message: ChatMessage,
  options: RunOptions = {},
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, ContainerOutput, undefined> {
  const startedMs = performance.now();
  const askedAt = new Date();
  const stamp = startEventStamper();
  const factsOf = (requestId: string): OutputFacts => ({
    requestId,
    agent: { name: message.agent ?? 'pi' },
    durationMs: Math.round(performance.now() - startedMs),
  });
  let prepared: PreparedRun;
  try {
    prepared = await prepareRun(message, options);
  } catch (error) {
    if (!(error instanceof TurnboxError)) throw error;
    return failedOutput(factsOf(answerableId(message)), error.code, error.message);
  }
  await using run = prepared;
  const { input } = run;
  const { warning } = run.runtime;
  if (warning !== undefined) yield stamp({ type: 'notice', level: 'warning', text: warning });
  const maxStdoutBytes = options.maxStdoutBytes ?? MAX_STDOUT_BYTES;
  const { decoded, ending, termination } = yield* play(run, maxStdoutBytes, stamp, signal);
  const output = judgeEnding(decoded, ending, termination, factsOf(input.requestId));
  for (const fact of await finish(run, {
    input,
    output,
    senderName: options.senderName ?? 'User',
    askedAt,
  })) {
    yield stamp(fact);
  }
  return output;
}

/** The id that a wrong message is answered under: its own where that may stand in an output. */
function answerableId({ requestId }: ChatMessage): string {
  return typeof requestId === 'string' && REQUEST_ID_PATTERN.test(requestId) ? requestId : newRequestId();
}

/** How the runner's process ended, and what it had printed. */
interface Played {
  readonly decoded: DecodedOutput;
  readonly ending: RunEnding;
  readonly termination: HostTermination | undefined;
}

/** Starts the runner and reads it to its end. */
async function* play(
  run: PreparedRun,
  maxStdoutBytes: number,
  stamp: EventStamper,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent, Played, undefined> {
  const { input, attached } = run;
  const decoder = new OutputDecoder(input.outputNonce, maxStdoutBytes);
  await using started = run.runtime.start(run.spec);
  using end = watchOver(started, input.timeouts.wallMs + DEADLINE_BEHIND_WALL_MS, signal);
  const endTampered = (): void => end.now('violation');
  attached.violated.addEventListener('abort', endTampered, { once: true });
  if (attached.violated.aborted) endTampered();
  for await (const chunk of started.stdout) {
    for (const fact of run.takeFacts()) yield stamp(fact);
    for (const fact of decoder.push(chunk)) yield restamp(fact, stamp);
    if (decoder.isViolated) end.now('violation');
  }
  const { facts, decoded } = decoder.end();
  for (const fact of facts) yield restamp(fact, stamp);
  const ending = await started.ended;
  const problem = attached.violation;
  return {
    decoded: problem === undefined ? decoded : { kind: 'violation', problem },
    ending,
    termination: end.reason,
  };
}

/** Delivers what the run left and records what was said; gives what happened in the meantime. */
async function finish(run: PreparedRun, said: Parameters<typeof recordRun>[1]): Promise<RunFact[]> {
  await run.attached.drain(AbortSignal.timeout(DRAIN_MS));
  const facts = run.takeFacts();
  try {
    await recordRun(run.services.memory, said);
  } catch (error) {
    facts.push({
      type: 'notice',
      level: 'warning',
      text: `what was said could not be recorded: ${String(error)}`,
    });
  }
  return facts;
}

/** An event keeps the time at which the runner saw it. */
function restamp(fact: RunFact | RunEvent, stamp: EventStamper): RunEvent {
  return 'time' in fact ? stamp(fact, fact.time) : stamp(fact);
}

interface Ending extends Disposable {
  readonly reason: HostTermination | undefined;
  now(reason: HostTermination): void;
}

/** Ends the run on the signal and at the deadline: asks the runner first, then kills. */
function watchOver(run: StartedRun, deadlineMs: number, signal: AbortSignal | undefined): Ending {
  let reason: HostTermination | undefined;
  let killTimer: NodeJS.Timeout | undefined;
  const now = (why: HostTermination): void => {
    if (reason !== undefined) return;
    reason = why;
    if (why === 'violation') return run.kill();
    run.stop();
    killTimer = setTimeout(() => run.kill(), STOP_GRACE_MS);
    return undefined;
  };
  const cancel = (): void => now('cancelled');
  const deadline = setTimeout(() => now('deadline'), Math.min(deadlineMs, 2 ** 31 - 1));
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted === true) cancel();
  return {
    get reason() {
      return reason;
    },
    now,
    [Symbol.dispose]: () => {
      clearTimeout(deadline);
      clearTimeout(killTimer);
      signal?.removeEventListener('abort', cancel);
    },
  };
}
