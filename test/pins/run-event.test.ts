import { expect, test } from 'vitest';

import { MAX_EVENT_OUTPUT_BYTES, RunEventSchema } from '../../ipc-schemas/index.ts';
import { outlineUnion } from './outline-schema.ts';

const stamp = { seq: 'integer 1.. required', time: 'integer 0.. required' };

test('events have these types and fields', () => {
  expect(outlineUnion(RunEventSchema)).toEqual([
    {
      type: '"run_start" required',
      ...stamp,
      requestId: 'string required',
      agent: 'string required',
      model: 'string',
    },
    { type: '"text_delta" required', ...stamp, text: 'string required', messageId: 'string required' },
    { type: '"text_end" required', ...stamp, text: 'string required', messageId: 'string required' },
    { type: '"reasoning_delta" required', ...stamp, text: 'string required' },
    {
      type: '"tool_start" required',
      ...stamp,
      toolCallId: 'string required',
      name: 'string required',
      input: 'unknown required',
    },
    {
      type: '"tool_end" required',
      ...stamp,
      toolCallId: 'string required',
      name: 'string required',
      isError: 'boolean required',
      output: 'string required',
      truncated: 'boolean required',
      durationMs: 'integer 0.. required',
    },
    {
      type: '"usage" required',
      ...stamp,
      inputTokens: 'integer 0..',
      outputTokens: 'integer 0..',
      totalTokens: 'integer 0..',
      cacheReadTokens: 'integer 0..',
      cacheWriteTokens: 'integer 0..',
      costUsd: 'number 0..',
      provider: 'string',
      model: 'string',
      turns: 'integer 0..',
      toolCalls: 'integer 0..',
    },
    {
      type: '"retry" required',
      ...stamp,
      attempt: 'integer 0.. required',
      delayMs: 'number 0.. required',
      reason: 'string required',
    },
    { type: '"notice" required', ...stamp, level: 'info|warning|error required', text: 'string required' },
    { type: '"unparsed" required', ...stamp, line: 'string required' },
    { type: '"run_end" required', ...stamp, status: 'success|error required' },
  ]);
});

test('events carry at most 4 KiB of tool output', () => {
  expect(MAX_EVENT_OUTPUT_BYTES).toBe(4096);
});
