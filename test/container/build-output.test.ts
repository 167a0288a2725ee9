import { describe, expect, test } from 'vitest';

import type { AgentEvent } from '../../container/agent-runner/agents/agent.ts';
import { buildOutput } from '../../container/agent-runner/build-output.ts';
import { RunFold } from '../../container/agent-runner/fold-run.ts';
import { createRedactor } from '../../container/agent-runner/redact.ts';
import type { AgentExit } from '../../container/agent-runner/supervise-agent.ts';
import {
  type ContainerInputDocument,
  type ContainerOutput,
  ContainerOutputSchema,
  type Line,
  MAX_LINE_BYTES,
} from '../../ipc-schemas/index.ts';
import { sampleInput } from './sample-input.ts';

type MessageEnd = Extract<AgentEvent, { type: 'message_end' }>;

const FACTS = { requestId: 'r1', agent: { name: 'pi', version: '1.2.3' }, durationMs: 7 };

const EXIT: AgentExit = {
  exitCode: 0,
  signal: undefined,
  termination: undefined,
  startError: undefined,
  stderrTail: '',
};

const OVER_LONG: Line = { head: '{"type":"message_end"', byteLength: MAX_LINE_BYTES + 1 };

const answer = (text: string, rest: Partial<MessageEnd> = {}): MessageEnd => ({
  type: 'message_end',
  text,
  stopReason: 'stop',
  ...rest,
});

const failing = (text = ''): MessageEnd =>
  answer(text, {
    stopReason: 'error',
    failure: { code: 'RATE_LIMITED', retryable: true, text: '429 slow down' },
  });

const tool: AgentEvent = { type: 'tool_start', toolCallId: '1', name: 'bash', input: { command: 'ls' } };
const finished = { type: 'finished', isSettled: false, isAborted: false } as const;
const settled = { type: 'finished', isSettled: true, isAborted: false } as const;

/** The output of a run in which this happened, and which then ended like this. */
function outputOf(
  events: readonly (AgentEvent | Line)[],
  exit: Partial<AgentExit> = {},
  fields: Partial<ContainerInputDocument> = {},
): ContainerOutput {
  const input = sampleInput(fields);
  const fold = new RunFold(input, createRedactor([]));
  const reader = { parseLine: () => [], isDisposable: () => false };
  for (const event of events) {
    if (typeof event === 'object' && 'type' in event) fold.take(event, 0);
    else fold.takeLine(event, reader, 0);
  }
  fold.end();
  const output = buildOutput(input, fold, { ...EXIT, ...exit }, FACTS);
  expect(ContainerOutputSchema.parse(output)).toEqual(output);
  return output;
}

describe('a whole output', () => {
  test('of a success', () => {
    const events = [
      { type: 'session', sessionId: 's1' } as const,
      tool,
      answer('hi', { usage: { inputTokens: 3, totalTokens: 5 }, provider: 'p', model: 'm' }),
      settled,
    ];

    expect(outputOf(events)).toEqual({
      status: 'success',
      result: 'hi',
      stopReason: 'stop',
      usage: { inputTokens: 3, totalTokens: 5, provider: 'p', model: 'm', turns: 1, toolCalls: 1 },
      sessionId: 's1',
      ...FACTS,
      schemaVersion: 1,
    });
  });

  test('of a failure', () => {
    expect(outputOf([{ type: 'session', sessionId: 's1' }, answer('so far'), failing(), settled])).toEqual({
      status: 'error',
      result: null,
      error: 'the model provider failed: 429 slow down',
      errorCode: 'RATE_LIMITED',
      retryable: true,
      partial: 'so far',
      usage: { turns: 1, toolCalls: 0 },
      sessionId: 's1',
      ...FACTS,
      schemaVersion: 1,
    });
  });
});

describe('a run that we ended', () => {
  const timeouts = { wallMs: 10, firstEventMs: 20, stallMs: 30 };

  test.each([
    ['cancelled', 'RUN_CANCELLED', 'the run was cancelled'],
    ['wall', 'AGENT_TIMED_OUT', 'the run took longer than 10 ms (timeouts.wallMs)'],
    ['first_event', 'AGENT_STALLED', 'pi gave no event within 20 ms (timeouts.firstEventMs)'],
    ['stall', 'AGENT_STALLED', 'pi was silent for 30 ms (timeouts.stallMs)'],
  ] as const)('because of %s is %s, with what was said so far', (reason, errorCode, error) => {
    const output = outputOf(
      [{ type: 'text_delta', text: 'half' }],
      { exitCode: undefined, signal: 'SIGTERM', termination: { reason } },
      { timeouts },
    );

    expect(output).toMatchObject({ errorCode, error, retryable: false, partial: 'half', result: null });
  });

  test('because of a limit is LIMIT_EXCEEDED and says which', () => {
    const termination = { reason: 'limit', detail: 'too many tools' } as const;

    expect(outputOf([], { termination })).toMatchObject({
      errorCode: 'LIMIT_EXCEEDED',
      error: 'too many tools',
    });
  });

  test('has the stop reason aborted where someone cancelled it, and none where a limit passed', () => {
    expect(outputOf([], { termination: { reason: 'cancelled' } }).stopReason).toBe('aborted');
    expect(outputOf([], { termination: { reason: 'wall' } }).stopReason).toBeUndefined();
  });

  test('is judged by the first reason, whatever the agent says behind it', () => {
    const output = outputOf([failing('x'), settled, OVER_LONG], { termination: { reason: 'wall' } });

    expect(output).toMatchObject({ errorCode: 'AGENT_TIMED_OUT', partial: 'x' });
  });
});

describe('an agent that ended by itself', () => {
  test('and could not be started is AGENT_NOT_FOUND', () => {
    expect(outputOf([], { exitCode: undefined, startError: 'no such program' })).toMatchObject({
      errorCode: 'AGENT_NOT_FOUND',
      error: 'no such program',
    });
  });

  test.each([
    ['exit code 1', { exitCode: 1 }, 'pi ended with exit code 1 before it had finished'],
    ['exit code 143', { exitCode: 143 }, 'pi ended with exit code 143 before it had finished'],
    [
      'a signal',
      { exitCode: undefined, signal: 'SIGSEGV' },
      'pi ended by signal SIGSEGV before it had finished',
    ],
    [
      'a reason on stderr',
      { exitCode: 2, stderrTail: ' bad flag\n' },
      'pi ended with exit code 2 before it had finished: bad flag',
    ],
  ])('with %s and without its finish is AGENT_FAILED', (_, exit, error) => {
    expect(outputOf([{ type: 'text_delta', text: 'half' }], exit)).toMatchObject({
      errorCode: 'AGENT_FAILED',
      retryable: false,
      error,
      partial: 'half',
    });
  });

  test('well, without its finish and without a word, is EMPTY_RESPONSE', () => {
    expect(outputOf([])).toMatchObject({ errorCode: 'EMPTY_RESPONSE', retryable: true });
  });

  test.each([
    ['text', [answer('said')]],
    ['text that did not end', [{ type: 'text_delta', text: 'said' } as const]],
    ['a tool call', [tool]],
    ['a finish that it took back', [answer('said'), finished, { type: 'working' } as const]],
  ])('well and without its finish, but with %s, is AGENT_FAILED', (_, events) => {
    expect(outputOf(events)).toMatchObject({
      errorCode: 'AGENT_FAILED',
      error: 'pi ended with exit code 0 before it had finished',
    });
  });

  test('with a provider failure and without its finish is AGENT_FAILED by its exit code, else what failed', () => {
    expect(outputOf([failing()], { exitCode: 1 }).errorCode).toBe('AGENT_FAILED');
    expect(outputOf([failing()]).errorCode).toBe('RATE_LIMITED');
  });
});

describe('an agent that finished', () => {
  test.each([
    ['exit code 0', {}],
    ['exit code 1', { exitCode: 1 }],
    ['a signal', { exitCode: undefined, signal: 'SIGKILL' }],
    ['noise on stderr', { stderrTail: 'Error: everything is broken' }],
  ])('is a success whatever its exit: %s', (_, exit) => {
    expect(outputOf([answer('done'), settled], exit)).toMatchObject({ status: 'success', result: 'done' });
  });

  test('gives the last message, not those before it', () => {
    expect(outputOf([answer('first'), tool, answer('last'), finished]).result).toBe('last');
  });

  test.each([
    ['without a word', []],
    ['with an empty message', [answer('')]],
  ])('%s is EMPTY_RESPONSE', (_, events) => {
    expect(outputOf([...events, settled])).toMatchObject({ errorCode: 'EMPTY_RESPONSE', retryable: true });
  });

  test.each([
    ['tools', [tool, answer('')]],
    ['tools and no last message', [tool]],
    ['other text', [answer('first'), answer('')]],
  ])('with an empty last message behind %s is a success', (_, events) => {
    expect(outputOf([...events, settled])).toMatchObject({
      status: 'success',
      result: '',
      stopReason: 'stop',
    });
  });

  test('at its output limit says so', () => {
    expect(outputOf([answer('cut sho', { stopReason: 'length' }), settled])).toMatchObject({
      status: 'success',
      result: 'cut sho',
      stopReason: 'length',
    });
  });

  test.each([
    ['in its last event', [answer('half'), { ...settled, isAborted: true }]],
    ['in its last message', [answer('half', { stopReason: 'aborted' }), settled]],
  ])('and broke off by itself, told %s, is AGENT_FAILED', (_, events) => {
    expect(outputOf(events)).toMatchObject({
      errorCode: 'AGENT_FAILED',
      error: 'pi broke off by itself',
      partial: 'half',
      stopReason: 'aborted',
    });
  });

  test('with a failed last message is that failure, although earlier ones said something', () => {
    expect(outputOf([answer('earlier'), failing(), settled])).toMatchObject({
      errorCode: 'RATE_LIMITED',
      partial: 'earlier',
    });
  });

  test('with a failed message before a good one is a success', () => {
    expect(outputOf([failing('x'), answer('good'), settled])).toMatchObject({ result: 'good' });
  });

  test('with a failure that is retryable against the table says so', () => {
    const failure = { code: 'PROVIDER_ERROR', retryable: false, text: '422' } as const;

    expect(outputOf([answer('', { stopReason: 'error', failure }), settled])).toMatchObject({
      errorCode: 'PROVIDER_ERROR',
      retryable: false,
    });
  });

  test('behind a limit that it passed is LIMIT_EXCEEDED, also where its exit came first', () => {
    const events = [answer('x', { usage: { totalTokens: 11 } }), settled];

    expect(outputOf(events, {}, { limits: { maxTotalTokens: 10 } })).toMatchObject({
      errorCode: 'LIMIT_EXCEEDED',
      partial: 'x',
    });
  });
});

describe('an over-long line', () => {
  test.each([
    ['of a finished agent', [OVER_LONG, settled], {}],
    ['of an agent that ended well', [OVER_LONG], {}],
    ['behind other messages', [answer('first'), OVER_LONG, settled], { exitCode: 1 }],
  ])('that may have been the final message is LINE_TOO_LONG: %s', (_, events, exit) => {
    expect(outputOf(events, exit).errorCode).toBe('LINE_TOO_LONG');
  });

  test('of an agent that failed is no reason', () => {
    expect(outputOf([OVER_LONG], { exitCode: 1 }).errorCode).toBe('AGENT_FAILED');
  });

  test('before the final message changes nothing', () => {
    expect(outputOf([OVER_LONG, answer('done'), settled])).toMatchObject({ result: 'done' });
  });
});

describe('the tool listing', () => {
  test('stands behind the result and a blank line', () => {
    expect(outputOf([tool, answer('done'), settled], {}, { verboseMode: 'all' }).result).toBe(
      'done\n\nTools:\n- bash: ls',
    );
  });

  test('alone makes no result', () => {
    expect(outputOf([tool, answer(''), settled], {}, { verboseMode: 'all' }).result).toBe('');
  });

  test('is not in what a failed run said', () => {
    expect(outputOf([tool, failing('half'), settled], {}, { verboseMode: 'all' }).partial).toBe('half');
  });
});
