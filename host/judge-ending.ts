import {
  type ContainerOutput,
  type ErrorCode,
  failedOutput,
  type OutputFacts,
} from '../ipc-schemas/index.ts';
import type { DecodedOutput } from './decode-output.ts';
import type { RunEnding } from './runtimes/runtime.ts';

/** Why the host ended the run, where it did; the first reason stands. */
export type HostTermination = 'cancelled' | 'deadline' | 'violation';

/** Codes of a runner that could not read its input, and so knew no nonce. */
const PLAIN_CODES: readonly (ErrorCode | undefined)[] = ['INPUT_INVALID', 'RUN_CANCELLED', 'INTERNAL'];

const PAST_DEADLINE = "the run passed the host's deadline and was ended";

/**
 * Decides what the output of a run is: the frame where it may be believed, else one that the host makes up.
 *
 * A frame with the nonce is believed. A plain one only with exit code 1 and a code that a runner without input
 * can have; RUN_CANCELLED only where the host cancelled. The first cause wins: what a run prints after the host
 * has ended it cannot make it a violation, and a runner that was stopped at the deadline has timed out.
 */
export function judgeEnding(
  decoded: DecodedOutput,
  ending: RunEnding,
  termination: HostTermination | undefined,
  facts: OutputFacts,
): ContainerOutput {
  if (decoded.kind === 'violation' && (termination === undefined || termination === 'violation')) {
    return failedOutput(facts, 'PROTOCOL_VIOLATION', decoded.problem);
  }
  if (decoded.kind === 'output' && decoded.isTrusted) {
    const { output } = decoded;
    if (output.requestId !== facts.requestId) {
      const problem = `expected an output for request ${facts.requestId}, found ${output.requestId}`;
      return failedOutput(facts, 'PROTOCOL_VIOLATION', problem);
    }
    const wasStoppedAtDeadline = termination === 'deadline' && output.errorCode === 'RUN_CANCELLED';
    return wasStoppedAtDeadline ? { ...output, errorCode: 'AGENT_TIMED_OUT', error: PAST_DEADLINE } : output;
  }
  if (decoded.kind === 'output' && isBelievablePlain(decoded.output, ending, termination)) {
    return { ...decoded.output, requestId: facts.requestId };
  }
  if (termination === 'cancelled') return failedOutput(facts, 'RUN_CANCELLED', 'the run was cancelled');
  if (termination === 'deadline') return failedOutput(facts, 'AGENT_TIMED_OUT', PAST_DEADLINE);
  if (decoded.kind === 'output') {
    return failedOutput(
      facts,
      'PROTOCOL_VIOLATION',
      'expected an output frame with the nonce, found a plain one',
    );
  }
  if (ending.startError !== undefined)
    return failedOutput(facts, 'CONTAINER_START_FAILED', ending.startError);
  return failedOutput(facts, 'CONTAINER_DIED', describeEnding(ending));
}

function isBelievablePlain(
  output: ContainerOutput,
  ending: RunEnding,
  termination: HostTermination | undefined,
): boolean {
  if (ending.exitCode !== 1 || output.status !== 'error' || !PLAIN_CODES.includes(output.errorCode))
    return false;
  return output.errorCode !== 'RUN_CANCELLED' || termination === 'cancelled';
}

function describeEnding(ending: RunEnding): string {
  const how =
    ending.signal === undefined ? `with exit code ${ending.exitCode}` : `by signal ${ending.signal}`;
  const said = ending.stderrTail.trim();
  return `the runner ended ${how} and without an output frame${said === '' ? '' : `; it last said: ${said}`}`;
}
