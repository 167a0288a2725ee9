import { describe, expect, test } from 'vitest';

import type { AgentEvent } from '../../container/agent-runner/agents/agent.ts';
import { parsePiLine } from '../../container/agent-runner/agents/pi-events.ts';

const parse = (event: unknown): ReturnType<typeof parsePiLine> => parsePiLine(JSON.stringify(event));

const assistant = (rest: Record<string, unknown>): Record<string, unknown> => ({
  type: 'message_end',
  message: { role: 'assistant', content: [{ type: 'text', text: 'hi' }], stopReason: 'stop', ...rest },
});

function messageEnd(rest: Record<string, unknown>): Extract<AgentEvent, { type: 'message_end' }> | undefined {
  const event = parse(assistant(rest))?.[0];
  return event?.type === 'message_end' ? event : undefined;
}

const USAGE = { input: 1, output: 2, cacheRead: 3, cacheWrite: 4, totalTokens: 10 };

describe('a line', () => {
  test.each([
    ['noise', 'Warning: something'],
    ['half an event', '{"type":"agent_end"'],
    ['null', 'null'],
    ['a number', '1'],
    ['an array', '[{"type":"agent_end"}]'],
    ['an unknown event', '{"type":"tea_time"}'],
    ['an event without its fields', '{"type":"tool_execution_start","toolName":"bash"}'],
    ['an event whose type is no string', '{"type":{}}'],
    ['a message of an unknown role', '{"type":"message_end","message":{"role":"ghost"}}'],
    ['arguments nested 100,000 deep', deepArguments(100_000)],
  ])('that is %s is not understood', (_, line) => {
    expect(parsePiLine(line)).toBeUndefined();
  });

  test.each([
    [{ type: 'turn_start' }],
    [{ type: 'turn_end', message: {}, toolResults: [] }],
    [{ type: 'compaction_end', reason: 'threshold' }],
    [{ type: 'message_update', assistantMessageEvent: { type: 'toolcall_delta', delta: '{' } }],
    [{ type: 'message_update', assistantMessageEvent: { type: 'text_delta', delta: '' } }],
    [{ type: 'message_end', message: { role: 'toolResult', content: [] } }],
  ])('of %j is understood and says nothing', (event) => {
    expect(parse(event)).toEqual([]);
  });

  test.each([
    [
      { type: 'session', version: 3, id: 's1' },
      { type: 'session', sessionId: 's1' },
    ],
    [{ type: 'agent_start' }, { type: 'working' }],
    [{ type: 'compaction_start', reason: 'threshold' }, { type: 'busy' }],
    [
      { type: 'agent_end', messages: [] },
      { type: 'finished', isSettled: false, isAborted: false },
    ],
    [
      { type: 'agent_end', willRetry: false },
      { type: 'finished', isSettled: false, isAborted: false },
    ],
    [{ type: 'agent_end', willRetry: true }, { type: 'working' }],
    [{ type: 'agent_settled' }, { type: 'finished', isSettled: true, isAborted: false }],
    [
      { type: 'agent_settled', aborted: true },
      { type: 'finished', isSettled: true, isAborted: true },
    ],
    [
      { type: 'auto_retry_start', attempt: 2, maxAttempts: 3, delayMs: 4000, errorMessage: '529' },
      { type: 'retry', attempt: 2, delayMs: 4000, reason: '529' },
    ],
    [
      { type: 'message_update', assistantMessageEvent: { type: 'text_delta', contentIndex: 0, delta: 'x' } },
      { type: 'text_delta', text: 'x' },
    ],
    [
      { type: 'message_update', usage: {}, assistantMessageEvent: { type: 'thinking_delta', delta: 'hm' } },
      { type: 'reasoning_delta', text: 'hm' },
    ],
    [
      { type: 'tool_execution_start', toolCallId: 'c', toolName: 'read', args: { path: 'a' } },
      { type: 'tool_start', toolCallId: 'c', name: 'read', input: { path: 'a' } },
    ],
    [
      {
        type: 'tool_execution_end',
        toolCallId: 'c',
        toolName: 'read',
        result: {
          content: [
            { type: 'text', text: 'a' },
            { type: 'image', data: '' },
            { type: 'text', text: 'b' },
          ],
        },
        isError: true,
      },
      { type: 'tool_end', toolCallId: 'c', name: 'read', isError: true, output: 'ab' },
    ],
    [
      { type: 'tool_execution_end', toolCallId: 'c', toolName: 'read', result: 'odd', isError: null },
      { type: 'tool_end', toolCallId: 'c', name: 'read', isError: false, output: '' },
    ],
  ])('of %j means %j', (event, expected) => {
    expect(parse(event)).toEqual([expected]);
  });

  test('of a long cumulative update is not parsed: its message brings the text', () => {
    const message = { role: 'assistant', content: [{ type: 'text', text: 'x'.repeat(70_000) }] };
    const update = {
      type: 'message_update',
      message,
      assistantMessageEvent: { type: 'text_delta', delta: 'x' },
    };

    expect(parse(update)).toEqual([]);
  });
});

describe('the end of a message', () => {
  test('joins its text and leaves the rest out', () => {
    const content = [
      { type: 'thinking', thinking: 'hm', text: 'no' },
      { type: 'text', text: 'Hel' },
      { type: 'toolCall', id: '1', name: 'read', arguments: {} },
      { type: 'text', text: 'lo' },
    ];

    expect(
      messageEnd({ content, usage: { ...USAGE, cost: { total: 0.5 } }, provider: 'p', model: 'm' }),
    ).toEqual({
      type: 'message_end',
      text: 'Hello',
      stopReason: 'stop',
      usage: {
        inputTokens: 1,
        outputTokens: 2,
        cacheReadTokens: 3,
        cacheWriteTokens: 4,
        totalTokens: 10,
        costUsd: 0.5,
      },
      provider: 'p',
      model: 'm',
    });
  });

  test.each([
    ['the total as reported', { ...USAGE, totalTokens: 99 }, 99],
    ['the sum where it reports none', { ...USAGE, totalTokens: 0 }, 10],
  ])('counts %s', (_, usage, totalTokens) => {
    expect(messageEnd({ usage })?.usage?.totalTokens).toBe(totalTokens);
  });

  test.each([
    ['input and output', { input: 3, output: 4 }, { inputTokens: 3, outputTokens: 4, totalTokens: 7 }],
    ['the total', { totalTokens: 9 }, { totalTokens: 9 }],
    [
      'a cost and an output',
      { output: 4, input: null, cacheRead: 1.5, totalTokens: -1, cost: { total: 0.5 } },
      { outputTokens: 4, totalTokens: 4, costUsd: 0.5 },
    ],
    ['a zero', { input: 3, cacheRead: 0 }, { inputTokens: 3, cacheReadTokens: 0, totalTokens: 3 }],
  ])('has of its usage what is known: %s', (_, usage, expected) => {
    expect(messageEnd({ usage })?.usage).toEqual(expected);
  });

  test.each([
    ['is missing', undefined],
    ['is empty', {}],
    ['is zero as far as it is known', { input: 0, totalTokens: 0 }],
    ['is all zero', { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, totalTokens: 0, cost: { total: 0 } }],
    ['is no object', 'many'],
  ])('has no usage where it %s, and is in doubt', (_, usage) => {
    const end = messageEnd({ usage });

    expect(end).toMatchObject({ text: 'hi', doubt: expect.stringContaining('may have been cut') });
    expect(end).not.toHaveProperty('usage');
  });

  test('is in no doubt where it says nothing or has not stopped', () => {
    expect(messageEnd({ content: [] })).not.toHaveProperty('doubt');
    expect(messageEnd({ stopReason: 'toolUse' })).not.toHaveProperty('doubt');
  });

  test('takes odd facts about the model as absent', () => {
    const odd = { provider: 1, model: null, errorMessage: {}, usage: { ...USAGE, input: -1, cost: 'free' } };

    expect(messageEnd(odd)).toEqual({
      type: 'message_end',
      text: 'hi',
      stopReason: 'stop',
      usage: { outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, totalTokens: 10 },
    });
  });

  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['toolUse', 'tool_use'],
    ['aborted', 'aborted'],
    ['error', 'error'],
    ['pending', 'stop'],
  ])('with the stop reason %s is %s', (reason, expected) => {
    expect(messageEnd({ stopReason: reason })?.stopReason).toBe(expected);
  });
});

describe('a failed message', () => {
  test.each([
    ['401 Incorrect API key', 'AUTH_FAILED', false],
    ['429: {"message":"slow"}', 'RATE_LIMITED', true],
    ['529', 'PROVIDER_OVERLOADED', true],
    ['400 prompt is too long: 9 > 8', 'CONTEXT_OVERFLOW', false],
    ['413 request_too_large', 'CONTEXT_OVERFLOW', false],
    ['400 other', 'PROVIDER_ERROR', false],
    ['500 prompt is too long', 'PROVIDER_ERROR', true],
    ['prompt is too long', 'PROVIDER_ERROR', true],
    ['terminated', 'PROVIDER_ERROR', true],
    ['4290 things', 'PROVIDER_ERROR', true],
    [' 401 with a space before', 'PROVIDER_ERROR', true],
    ['error 401', 'PROVIDER_ERROR', true],
    ['', 'PROVIDER_ERROR', true],
  ])('of %j is %s, retryable: %s', (errorMessage, code, retryable) => {
    expect(messageEnd({ stopReason: 'error', errorMessage })?.failure).toEqual({
      code,
      retryable,
      text: errorMessage,
    });
  });

  test('without a message is a provider error', () => {
    expect(messageEnd({ stopReason: 'error' })?.failure).toEqual({
      code: 'PROVIDER_ERROR',
      retryable: true,
      text: 'the agent gave no reason',
    });
  });

  test('is told by its stop reason alone, not by what it says', () => {
    expect(messageEnd({ errorMessage: '401 Incorrect API key' })).not.toHaveProperty('failure');
  });
});

function deepArguments(levels: number): string {
  const args = '['.repeat(levels) + ']'.repeat(levels);
  return `{"type":"tool_execution_start","toolCallId":"c","toolName":"read","args":${args}}`;
}
