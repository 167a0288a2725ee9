import { describe, expect, test } from 'vitest';

import type { AgentEvent } from '../../container/agent-runner/agents/agent.ts';
import { type LineReader, RunFold } from '../../container/agent-runner/fold-run.ts';
import { createRedactor } from '../../container/agent-runner/redact.ts';
import { type Line, MAX_LINE_BYTES, type RunFact } from '../../ipc-schemas/index.ts';
import { sampleInput } from './sample-input.ts';

type MessageEnd = Extract<AgentEvent, { type: 'message_end' }>;

const KEY = 'sk-live-0123456789';

/** An agent whose lines are events as they are; what is no JSON is not understood. */
const READER: LineReader = {
  parseLine: (line) => {
    try {
      return JSON.parse(line) as AgentEvent[];
    } catch {
      return undefined;
    }
  },
  isDisposable: (head) => head.startsWith('disposable'),
};

function newFold(fields: Parameters<typeof sampleInput>[0] = {}, secrets: readonly string[] = []): RunFold {
  return new RunFold(sampleInput({ events: 'all', ...fields }), createRedactor(secrets));
}

const takeLines = (fold: RunFold, lines: readonly Line[]): RunFact[] =>
  lines.flatMap((line) => fold.takeLine(line, READER, 0));

const takeAll = (fold: RunFold, events: readonly AgentEvent[]): RunFact[] =>
  events.flatMap((event) => fold.take(event, 0));

const ending = (rest: Partial<MessageEnd> = {}): MessageEnd => ({
  type: 'message_end',
  text: '',
  stopReason: 'stop',
  ...rest,
});

const finished = { type: 'finished', isSettled: false, isAborted: false } as const;
const settled = { type: 'finished', isSettled: true, isAborted: false } as const;
const retry = { type: 'retry', attempt: 1, delayMs: 2000, reason: '529' } as const;
const tooLong = (head: string): Line => ({ head, byteLength: MAX_LINE_BYTES + 1 });

describe('a line', () => {
  test('gives the facts of its events in order', () => {
    const events: AgentEvent[] = [
      { type: 'text_delta', text: 'a' },
      { type: 'tool_start', toolCallId: '1', name: 'read', input: {} },
    ];
    const fold = newFold();

    expect(takeLines(fold, [JSON.stringify(events)]).map((fact) => fact.type)).toEqual([
      'text_delta',
      'tool_start',
    ]);
    expect(fold.eventCount).toBe(1);
  });

  test('that is empty gives nothing and is no event', () => {
    const fold = newFold();

    expect(takeLines(fold, ['', '\r'])).toEqual([]);
    expect(fold.eventCount).toBe(0);
  });

  test('that is not understood is given, redacted and cut, and is no event', () => {
    const fold = newFold({}, [KEY]);

    expect(takeLines(fold, [`noise ${KEY}`, 'x'.repeat(5000)])).toEqual([
      { type: 'unparsed', line: 'noise [redacted]' },
      { type: 'unparsed', line: 'x'.repeat(4096) },
    ]);
    expect(fold.eventCount).toBe(0);
  });
});

describe('an over-long line', () => {
  const notice: RunFact = {
    type: 'notice',
    level: 'warning',
    text: 'skipped a line of the agent with 10485761 bytes: the longest that is read has 10485760',
  };

  test('gives one notice, however many there are', () => {
    const fold = newFold();

    expect(takeLines(fold, [tooLong('{"a'), tooLong('{"b'), tooLong('disposable')])).toEqual([notice]);
    expect(fold.eventCount).toBe(3);
  });

  test('gives its notice also where nothing is lost with it', () => {
    const fold = newFold();

    expect(takeLines(fold, [tooLong('disposable')])).toEqual([notice]);
    expect(fold.mayHaveLostMessage).toBe(false);
  });

  test('may have been the last message, until another ends', () => {
    const fold = newFold();

    takeLines(fold, [tooLong('{"type":"message_end"')]);
    expect(fold.mayHaveLostMessage).toBe(true);
    takeAll(fold, [ending({ text: 'whole' })]);
    expect(fold.mayHaveLostMessage).toBe(false);
  });

  test('may have been the end of a tool: none counts as running behind it', () => {
    const fold = newFold();
    takeAll(fold, [{ type: 'tool_start', toolCallId: '1', name: 'bash', input: {} }]);

    takeLines(fold, [tooLong('disposable')]);

    expect(fold.tools.isRunning).toBe(false);
  });
});

describe('the finish', () => {
  test.each([
    ['stands alone', [finished], 'yes'],
    ['is taken back by a retry', [finished, retry], 'no'],
    ['is taken back by new work', [finished, { type: 'working' }], 'no'],
    ['comes again after a retry', [finished, retry, finished], 'yes'],
    ['is settled', [finished, settled], 'settled'],
    ['stays settled', [settled, retry, { type: 'working' }, finished], 'settled'],
    ['is not there before it comes', [{ type: 'working' }, ending({ text: 'x' })], 'no'],
  ] as const)('%s', (_, events, expected) => {
    const fold = newFold();
    takeAll(fold, events);

    expect(fold.finished).toBe(expected);
  });

  test('may be followed by work of the agent’s own, until it settles', () => {
    const fold = newFold();

    takeAll(fold, [finished, { type: 'busy' }]);
    expect([fold.finished, fold.isBusy]).toEqual(['yes', true]);
    takeAll(fold, [settled]);
    expect([fold.finished, fold.isBusy]).toEqual(['settled', false]);
  });

  test('says when the agent broke off', () => {
    const fold = newFold();
    takeAll(fold, [{ ...settled, isAborted: true }]);

    expect(fold.isAborted).toBe(true);
  });
});

describe('a retry', () => {
  test('is given with its reason, redacted and cut', () => {
    const fold = newFold({}, [KEY]);

    expect(takeAll(fold, [{ ...retry, reason: `${KEY} ${'x'.repeat(5000)}` }])).toEqual([
      { ...retry, reason: `[redacted] ${'x'.repeat(4085)}` },
    ]);
  });
});

describe('usage', () => {
  test('of a run without messages has only the counts', () => {
    expect(newFold().usage).toEqual({ turns: 0, toolCalls: 0 });
  });

  test('is summed over the messages, and what none of them knows stays absent', () => {
    const fold = newFold();

    const facts = takeAll(fold, [
      ending({ usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 }, provider: 'p', model: 'a' }),
      { type: 'tool_start', toolCallId: '1', name: 'read', input: {} },
      ending({ usage: { inputTokens: 10, totalTokens: 30, costUsd: 0.5 }, model: 'b' }),
      ending(),
    ]);

    expect(facts.filter((fact) => fact.type === 'usage')).toEqual([
      {
        type: 'usage',
        inputTokens: 1,
        outputTokens: 2,
        totalTokens: 3,
        provider: 'p',
        model: 'a',
        turns: 1,
        toolCalls: 0,
      },
      {
        type: 'usage',
        inputTokens: 11,
        outputTokens: 2,
        totalTokens: 33,
        costUsd: 0.5,
        provider: 'p',
        model: 'b',
        turns: 2,
        toolCalls: 1,
      },
      {
        type: 'usage',
        inputTokens: 11,
        outputTokens: 2,
        totalTokens: 33,
        costUsd: 0.5,
        provider: 'p',
        model: 'b',
        turns: 3,
        toolCalls: 1,
      },
    ]);
  });

  test('of a failed message counts its tokens but no turn', () => {
    const failure = { code: 'PROVIDER_ERROR', retryable: true, text: 'cut' } as const;
    const fold = newFold();
    takeAll(fold, [ending({ stopReason: 'error', failure, usage: { inputTokens: 5 } })]);

    expect(fold.usage).toEqual({ inputTokens: 5, turns: 0, toolCalls: 0 });
  });

  test('names provider and model redacted', () => {
    const fold = newFold({}, [KEY]);
    takeAll(fold, [ending({ provider: KEY, model: `m/${KEY}` })]);

    expect(fold.usage).toEqual({ provider: '[redacted]', model: 'm/[redacted]', turns: 1, toolCalls: 0 });
  });

  test('comes with a notice where the answer is in doubt', () => {
    const facts = takeAll(newFold(), [ending({ doubt: 'perhaps cut' })]);

    expect(facts).toEqual([
      { type: 'usage', turns: 1, toolCalls: 0 },
      { type: 'notice', level: 'warning', text: 'perhaps cut' },
    ]);
  });
});

describe('a limit', () => {
  const call: AgentEvent = { type: 'tool_start', toolCallId: '1', name: 'read', input: {} };
  const used = ending({ usage: { totalTokens: 100, costUsd: 0.5 } });

  test.each([
    [{ maxTotalTokens: 100 }, [used], undefined],
    [{ maxTotalTokens: 99 }, [used], 'the run used 100 tokens, allowed are 99 (limits.maxTotalTokens)'],
    [
      { maxTotalTokens: 150 },
      [used, used],
      'the run used 200 tokens, allowed are 150 (limits.maxTotalTokens)',
    ],
    [{ maxCostUsd: 0.5 }, [used], undefined],
    [{ maxCostUsd: 0.4 }, [used], 'the run cost $0.5, allowed are $0.4 (limits.maxCostUsd)'],
    [{ maxToolCalls: 1 }, [call], undefined],
    [{ maxToolCalls: 0 }, [call], 'the agent called more than 0 tools (limits.maxToolCalls)'],
    [{}, [used, call], undefined],
    [{ maxTotalTokens: 1, maxCostUsd: 0.001 }, [ending()], undefined],
  ] as const)('of %j', (limits, events, expected) => {
    const fold = newFold({ limits });
    takeAll(fold, events);

    expect(fold.passedLimit).toBe(expected);
  });

  test('that was passed stays passed when the agent finishes', () => {
    const fold = newFold({ limits: { maxTotalTokens: 99 } });
    takeAll(fold, [used, finished, settled]);

    expect(fold.passedLimit).toBe('the run used 100 tokens, allowed are 99 (limits.maxTotalTokens)');
  });

  test('counts nothing behind the finish', () => {
    const fold = newFold({ limits: { maxTotalTokens: 150 } });
    takeAll(fold, [used, settled, used]);

    expect(fold.passedLimit).toBeUndefined();
  });
});

describe('the end of the output', () => {
  test('gives what was held back, and ends the open message', () => {
    const fold = newFold({}, [KEY]);

    const facts = takeAll(fold, [
      { type: 'reasoning_delta', text: 'hm sk-' },
      { type: 'text_delta', text: 'say sk-' },
    ]);

    expect([...facts, ...fold.end()]).toEqual([
      { type: 'reasoning_delta', text: 'hm ' },
      { type: 'reasoning_delta', text: 'sk-' },
      { type: 'text_delta', text: 'say ', messageId: 'm1' },
      { type: 'text_delta', text: 'sk-', messageId: 'm1' },
      { type: 'text_end', text: 'say sk-', messageId: 'm1' },
    ]);
  });
});

test('the session is the last one named', () => {
  const fold = newFold();
  takeAll(fold, [
    { type: 'session', sessionId: 's1' },
    { type: 'session', sessionId: 's2' },
  ]);

  expect(fold.sessionId).toBe('s2');
});
