import {
  type ContainerInput,
  type ContainerOutput,
  type ErrorCode,
  failedOutput,
  type OutputFacts,
} from '../../ipc-schemas/index.ts';
import type { RunFold } from './fold-run.ts';
import type { AgentExit } from './supervise-agent.ts';

/** The way a run ended: what it gives, or why it failed. */
type Verdict =
  | { readonly kind: 'answered'; readonly result: string; readonly stopReason: 'stop' | 'length' }
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode;
      readonly error: string;
      readonly retryable?: boolean;
      readonly stopReason?: 'aborted';
    };

/**
 * Decides how a run ended and says so in the one output.
 *
 * The first cause wins: what ended it from outside, then the agent's finishing event, then its exit. What the
 * model says decides nothing.
 */
export function buildOutput(
  input: ContainerInput,
  fold: RunFold,
  exit: AgentExit,
  facts: OutputFacts,
): ContainerOutput {
  const verdict = decide(input, fold, exit);
  const ending = {
    usage: fold.usage,
    ...(fold.sessionId !== undefined && { sessionId: fold.sessionId }),
  };
  if (verdict.kind === 'failed') {
    const partial = fold.messages.textSoFar;
    const output = failedOutput(facts, verdict.code, verdict.error);
    return {
      ...output,
      ...(verdict.retryable !== undefined && { retryable: verdict.retryable }),
      ...(partial !== '' && { partial }),
      ...(verdict.stopReason !== undefined && { stopReason: verdict.stopReason }),
      ...ending,
    };
  }
  const listing = verdict.result === '' ? '' : fold.tools.toListing(input.verboseMode);
  const result = listing === '' ? verdict.result : `${verdict.result}\n\n${listing}`;
  return { status: 'success', result, stopReason: verdict.stopReason, ...ending, ...facts, schemaVersion: 1 };
}

function decide(input: ContainerInput, fold: RunFold, exit: AgentExit): Verdict {
  if (exit.termination !== undefined) return decideTerminated(input, exit.termination);
  if (exit.startError !== undefined) return failed('AGENT_NOT_FOUND', exit.startError);
  if (fold.passedLimit !== undefined) return failed('LIMIT_EXCEEDED', fold.passedLimit);
  const { last } = fold.messages;
  const isDone = fold.finished !== 'no';
  if (fold.mayHaveLostMessage && (isDone || endedWell(exit))) {
    return failed('LINE_TOO_LONG', 'the final message of the agent stood in a line that is too long to read');
  }
  if (!isDone && !endedWell(exit)) return failed('AGENT_FAILED', describeExit(input.agent, exit));
  if (last?.failure !== undefined) {
    const { code, text, retryable } = last.failure;
    return { kind: 'failed', code, error: `the model provider failed: ${text}`, retryable };
  }
  if (fold.messages.textSoFar === '' && fold.tools.total === 0) {
    return failed('EMPTY_RESPONSE', `${input.agent} ended without any text or tool call`);
  }
  if (!isDone) return failed('AGENT_FAILED', describeExit(input.agent, exit));
  if (fold.isAborted || last?.stopReason === 'aborted') {
    return { ...failed('AGENT_FAILED', `${input.agent} broke off by itself`), stopReason: 'aborted' };
  }
  const stopReason = last?.stopReason === 'length' ? 'length' : 'stop';
  return { kind: 'answered', result: last?.text ?? '', stopReason };
}

function decideTerminated(
  input: ContainerInput,
  termination: NonNullable<AgentExit['termination']>,
): Verdict {
  const { timeouts } = input;
  switch (termination.reason) {
    case 'cancelled':
      return { ...failed('RUN_CANCELLED', 'the run was cancelled'), stopReason: 'aborted' };
    case 'wall':
      return failed('AGENT_TIMED_OUT', `the run took longer than ${timeouts.wallMs} ms (timeouts.wallMs)`);
    case 'first_event':
      return failed(
        'AGENT_STALLED',
        `${input.agent} gave no event within ${timeouts.firstEventMs} ms (timeouts.firstEventMs)`,
      );
    case 'stall':
      return failed(
        'AGENT_STALLED',
        `${input.agent} was silent for ${timeouts.stallMs} ms (timeouts.stallMs)`,
      );
    case 'limit':
      return failed('LIMIT_EXCEEDED', termination.detail);
  }
}

function failed(code: ErrorCode, error: string): Extract<Verdict, { kind: 'failed' }> {
  return { kind: 'failed', code, error };
}

function endedWell(exit: AgentExit): boolean {
  return exit.exitCode === 0;
}

function describeExit(agent: string, exit: AgentExit): string {
  const how = exit.signal === undefined ? `with exit code ${exit.exitCode}` : `by signal ${exit.signal}`;
  const said = exit.stderrTail.trim();
  return `${agent} ended ${how} before it had finished${said === '' ? '' : `: ${said}`}`;
}
