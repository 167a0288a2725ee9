import { describe, expect, test } from 'vitest';

import { type RunEvent, RunEventSchema, type RunFact, startEventStamper } from '../../ipc-schemas/index.ts';

const facts: readonly RunFact[] = [
  { type: 'run_start', requestId: 'r1', agent: 'pi', model: 'm' },
  { type: 'text_delta', text: 'a', messageId: 'm1' },
  { type: 'text_end', text: 'a', messageId: 'm1' },
  { type: 'reasoning_delta', text: 'hm' },
  { type: 'tool_start', toolCallId: 't1', name: 'bash', input: { command: 'ls' } },
  {
    type: 'tool_end',
    toolCallId: 't1',
    name: 'bash',
    isError: false,
    output: '',
    truncated: false,
    durationMs: 0,
  },
  { type: 'usage', inputTokens: 1, costUsd: 0.01 },
  { type: 'retry', attempt: 1, delayMs: 2000, reason: 'overloaded' },
  { type: 'notice', level: 'warning', text: 'careful' },
  { type: 'unparsed', line: '{' },
  { type: 'run_end', status: 'success' },
];

describe('startEventStamper', () => {
  test('numbers facts from 1 without gaps and gives each its time', () => {
    let now = 1000;
    const stamp = startEventStamper(() => (now += 10));

    const events = facts.map((fact) => stamp(fact));

    expect(events).toEqual(
      facts.map((fact, index) => ({ ...fact, seq: index + 1, time: 1010 + 10 * index })),
    );
  });

  test('writes type, seq and time first', () => {
    const stamp = startEventStamper(() => 5);

    expect(JSON.stringify(stamp({ type: 'run_end', status: 'error' }))).toBe(
      '{"type":"run_end","seq":1,"time":5,"status":"error"}',
    );
  });

  test('counts for its own stream only', () => {
    const first = startEventStamper(() => 5);
    const second = startEventStamper(() => 5);
    first({ type: 'reasoning_delta', text: '' });

    expect(second({ type: 'reasoning_delta', text: '' }).seq).toBe(1);
  });
});

describe('RunEventSchema', () => {
  const stamp = startEventStamper(() => 5);

  test.each(facts.map((fact) => [fact.type, stamp(fact)] as const))('takes a stamped %s', (_, event) => {
    expect(RunEventSchema.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
  });

  test('drops fields it does not know', () => {
    const event: RunEvent = { type: 'unparsed', seq: 1, time: 5, line: 'x' };

    expect(RunEventSchema.parse({ ...event, later: true })).toEqual(event);
  });

  test.each([
    ['an unknown type', { type: 'later', seq: 1, time: 5 }],
    ['no type', { seq: 1, time: 5 }],
    ['seq 0', { type: 'unparsed', seq: 0, time: 5, line: '' }],
    ['a broken seq', { type: 'unparsed', seq: 1.5, time: 5, line: '' }],
    ['no time', { type: 'unparsed', seq: 1, line: '' }],
    ['a missing field', { type: 'unparsed', seq: 1, time: 5 }],
    ['a wrong level', { type: 'notice', seq: 1, time: 5, level: 'debug', text: '' }],
    ['null', null],
  ])('refuses %s', (_, event) => {
    expect(RunEventSchema.safeParse(event).success).toBe(false);
  });
});
