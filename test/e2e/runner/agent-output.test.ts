import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import { answer, messageEnd, SETTLED, type Step, textDelta, toolEnd, toolStart } from './pi-lines.ts';
import { runRunner, startRunner } from './run-runner.ts';

const TWENTY_MEGABYTES = 20_000_000;

describe('stdout of the agent', () => {
  test('may have noise and unknown events, which become unparsed', async () => {
    const steps: Step[] = [
      { text: 'Warning: deprecated\n\n\r\n' },
      { event: { type: 'tea_time', at: 5 } },
      { text: '---TURNBOX_OUTPUT_START---\n{"status":"success"}\n---TURNBOX_OUTPUT_END---\n' },
      { text: '{"type":"agent_settled"' },
      { text: '\n' },
      ...answer('done'),
      { text: 'no line feed' },
    ];

    const { output, events } = await runRunner({ steps, fields: { events: 'all' } });

    expect(output).toMatchObject({ status: 'success', result: 'done' });
    expect(events.flatMap((event) => (event.type === 'unparsed' ? [event.line] : []))).toEqual([
      'Warning: deprecated',
      '{"type":"tea_time","at":5}',
      '---TURNBOX_OUTPUT_START---',
      '{"status":"success"}',
      '---TURNBOX_OUTPUT_END---',
      '{"type":"agent_settled"',
      'no line feed',
    ]);
  });

  test('may quote the markers of the frame in an answer', async () => {
    const text = 'a\n---TURNBOX_OUTPUT_END---\n-----\n---TURNBOX_OUTPUT_START:k3J9xT2mQ8vL5wRz---\n{}';

    const { output } = await runRunner({ steps: answer(text), fields: { events: 'all' } });

    expect(output.result).toBe(text);
  });

  test('may have an answer of 5 MB', async () => {
    const text = 'é'.repeat(2_500_000);

    const { output } = await runRunner({ steps: [messageEnd(text), SETTLED] });

    expect(output.result === text).toBe(true);
  });

  test.each([
    ['noise', { text: 'x' }],
    ['an event that tells nothing', { text: '{"type":"message_update","message":{"a":"' }],
  ])('may have lines of 20 MB, skipped with one notice: %s', async (_, head) => {
    const long: Step[] = [head, { text: 'x', times: TWENTY_MEGABYTES }, { text: '\n' }];

    const { output, events } = await runRunner({
      steps: [textDelta('do'), ...long, ...long, textDelta('ne'), messageEnd('done'), ...long, SETTLED],
      fields: { events: 'all' },
    });

    expect(output).toMatchObject({ status: 'success', result: 'done' });
    expect(events.map((event) => event.type)).toEqual([
      'run_start',
      'text_delta',
      'notice',
      'text_delta',
      'text_end',
      'usage',
      'run_end',
    ]);
  });

  test('with a final message of 20 MB is LINE_TOO_LONG', async () => {
    const head =
      '{"type":"message_end","message":{"role":"assistant","stopReason":"stop","content":[{"text":"';
    const steps: Step[] = [
      textDelta('beginning'),
      { text: head },
      { text: 'x', times: TWENTY_MEGABYTES },
      { text: '"}]}}\n' },
      SETTLED,
    ];

    const { output, events } = await runRunner({ steps, fields: { events: 'tools' } });

    expect(output).toMatchObject({ errorCode: 'LINE_TOO_LONG', retryable: false, partial: 'beginning' });
    expect(events.filter((event) => event.type === 'notice')).toHaveLength(1);
  });

  test('may have tool arguments nested 100,000 deep', async () => {
    const args = '['.repeat(100_000) + ']'.repeat(100_000);
    const line = `{"type":"tool_execution_start","toolCallId":"c","toolName":"read","args":${args}}\n`;

    const { output, events } = await runRunner({
      steps: [{ text: line }, ...answer('done')],
      fields: { events: 'all', secrets: { KEY: 'sk-live-0123456789' } },
    });

    expect(output).toMatchObject({ status: 'success', result: 'done' });
    expect(events.map((event) => event.type)).toContain('unparsed');
  });

  test('may be flooded, with stderr, and nothing is lost', async () => {
    const steps: Step[] = [
      { text: 'noise on stderr\n', times: 500_000, fd: 2 },
      { text: 'noise\n', times: 200_000 },
      { text: `${JSON.stringify({ type: 'turn_start' })}\n`, times: 200_000 },
      ...answer('done'),
    ];

    const { output } = await runRunner({ steps });

    expect(output).toMatchObject({ status: 'success', result: 'done' });
  });
});

describe('events', () => {
  const steps: Step[] = [
    { event: { type: 'session', id: 's1' } },
    { event: { type: 'agent_start' } },
    { event: { type: 'message_update', assistantMessageEvent: { type: 'thinking_delta', delta: 'hm' } } },
    messageEnd('', { stopReason: 'toolUse', usage: undefined }),
    toolStart('c1', 'bash', { command: 'ls' }),
    toolEnd('c1', 'bash', 'a.txt'),
    { event: { type: 'auto_retry_start', attempt: 1, maxAttempts: 3, delayMs: 2000, errorMessage: '529' } },
    textDelta('do'),
    textDelta('ne'),
    messageEnd('done', { provider: 'p', model: 'm', usage: undefined }),
    SETTLED,
  ];

  test('are all of these, in order, where all are wanted', async () => {
    const { output, events } = await runRunner({ steps, fields: { events: 'all', model: 'm1' } });

    expect(events.map(({ seq: _seq, time: _time, ...event }) => event)).toEqual([
      { type: 'run_start', requestId: output.requestId, agent: 'pi', model: 'm1' },
      { type: 'reasoning_delta', text: 'hm' },
      { type: 'usage', turns: 1, toolCalls: 0 },
      { type: 'tool_start', toolCallId: 'c1', name: 'bash', input: { command: 'ls' } },
      {
        type: 'tool_end',
        toolCallId: 'c1',
        name: 'bash',
        isError: false,
        output: 'a.txt',
        truncated: false,
        durationMs: expect.any(Number),
      },
      { type: 'retry', attempt: 1, delayMs: 2000, reason: '529' },
      { type: 'text_delta', text: 'do', messageId: 'm1' },
      { type: 'text_delta', text: 'ne', messageId: 'm1' },
      { type: 'text_end', text: 'done', messageId: 'm1' },
      { type: 'usage', provider: 'p', model: 'm', turns: 2, toolCalls: 1 },
      { type: 'notice', level: 'warning', text: expect.stringContaining('may have been cut') },
      { type: 'run_end', status: 'success' },
    ]);
    expect(output).toMatchObject({ result: 'done', sessionId: 's1' });
  });

  test('have no deltas where tools are wanted', async () => {
    const { events } = await runRunner({ steps, fields: { events: 'tools' } });

    const types = events.map((event) => event.type);
    expect(types).toEqual(
      expect.arrayContaining(['run_start', 'tool_start', 'tool_end', 'retry', 'run_end']),
    );
    expect(types).not.toContain('text_delta');
    expect(types).not.toContain('reasoning_delta');
  });

  test('are not there where none are wanted', async () => {
    const { events, output } = await runRunner({ steps });

    expect(events).toEqual([]);
    expect(output.result).toBe('done');
  });

  test.each([
    ['new', 'done\n\nTools: bash'],
    ['all', 'done\n\nTools:\n- bash: ls'],
    ['verbose', 'done\n\nTools:\n- bash: ls\n    a.txt'],
  ])('are listed behind the result in verbose mode %s', async (verboseMode, result) => {
    const { output } = await runRunner({ steps, fields: { verboseMode } });

    expect(output.result).toBe(result);
  });
});

describe('the reader of stdout', () => {
  test('may be slow, and loses nothing', async () => {
    const deltas = Array.from({ length: 20_000 }, (_, index) => textDelta(`${index} ${'x'.repeat(100)}\n`));
    const whole = deltas.map((_, index) => `${index} ${'x'.repeat(100)}\n`).join('');
    await using runner = await startRunner({
      steps: [...deltas, messageEnd(whole), SETTLED],
      fields: { events: 'all' },
    });
    runner.give();
    const pieces: Buffer[] = [];

    for await (const piece of runner.child.stdout as AsyncIterable<Buffer>) {
      pieces.push(piece);
      await delay(2);
    }

    const lines = Buffer.concat(pieces).toString().split('\n');
    const events = lines
      .slice(0, -4)
      .map((line) => JSON.parse(line) as { type: string; seq: number; text?: string });
    const text = events.flatMap((event) => (event.type === 'text_delta' ? [event.text] : [])).join('');
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect(text === whole).toBe(true);
    expect(lines.at(-2)).toMatch(/^---TURNBOX_OUTPUT_END:/);
  });

  test('may be gone when the run is cancelled', async () => {
    await using runner = await startRunner({ agent: 'works', fields: { events: 'all' } });
    await runner.read().give().untilSaid('"answer"');

    runner.child.stdout.destroy();
    runner.child.kill('SIGTERM');

    await runner.closed();
    expect(runner.child.exitCode).toBe(1);
  });

  test('may go away while the agent goes on talking: the run is ended', async () => {
    const talk: Step = { text: '{"type":"tea_time"}\n', times: 100_000_000 };
    await using runner = await startRunner({ steps: [talk], fields: { events: 'all' } });
    await runner.read().give().untilSaid('tea_time');

    runner.child.stdout.destroy();

    await runner.closed();
    expect(runner.child.exitCode).toBe(1);
  });
});
