import {
  type ContainerOutput,
  failedOutput,
  type FrameStyle,
  newRequestId,
  type OutputFacts,
  TurnboxError,
} from '../../ipc-schemas/index.ts';
import { createRedactor, type Redactor } from './redact.ts';

/** The answer and the frame that it goes into. */
export interface Answer {
  readonly output: ContainerOutput;
  readonly style: FrameStyle;
}

/** What is known of a run so far: enough to answer for it, also when the runner itself fails. */
export interface KnownRun {
  style: FrameStyle;
  /** Undefined until the input is read. */
  requestId: string | undefined;
  agent: string;
  redactor: Redactor;
}

/** What is known before any input is read. */
export function startKnowing(prefix: string): KnownRun {
  return { style: { prefix }, requestId: undefined, agent: 'pi', redactor: createRedactor([]) };
}

/** What the output of a run says that came to nothing. */
export function factsOf({ requestId, agent }: Pick<KnownRun, 'requestId' | 'agent'>): OutputFacts {
  return { requestId: requestId ?? newRequestId(), agent: { name: agent }, durationMs: 0 };
}

/** An answer for a defect of the runner's own, or a machine that fails it; the stack goes to stderr, redacted. */
export function answerDefect(known: KnownRun, error: unknown, writeStderr: (text: string) => void): Answer {
  const { style, redactor } = known;
  const facts = factsOf(known);
  const problem = redactor.text(error instanceof Error ? error.message : String(error));
  const stack = error instanceof Error ? redactor.text(error.stack ?? '') : undefined;
  writeStderr(`${JSON.stringify({ level: 'error', message: 'the runner failed', problem, stack })}\n`);
  const output =
    error instanceof TurnboxError
      ? failedOutput(facts, error.code, problem)
      : failedOutput(facts, 'INTERNAL', `the runner failed: ${problem}`);
  return { output, style };
}
