import { describe, expect, test } from 'vitest';

import type { AgentEvent } from '../../container/agent-runner/agents/agent.ts';
import { MessageFold } from '../../container/agent-runner/fold-messages.ts';
import { createRedactor } from '../../container/agent-runner/redact.ts';
import type { RunFact } from '../../ipc-schemas/index.ts';
import { startRandom } from '../ipc-schemas/random.ts';

type MessageEnd = Extract<AgentEvent, { type: 'message_end' }>;

const KEY = 'sk-live-0123456789';
const ALL = { text: true, reasoning: true };

const newFold = (wants = ALL, secrets: readonly string[] = []): MessageFold =>
  new MessageFold(createRedactor(secrets), wants);

const ending = (text: string, rest: Partial<MessageEnd> = {}): MessageEnd => ({
  type: 'message_end',
  text,
  stopReason: 'stop',
  ...rest,
});

const delta = (text: string, messageId = 'm1'): RunFact => ({ type: 'text_delta', text, messageId });
const end = (text: string, messageId = 'm1'): RunFact => ({ type: 'text_end', text, messageId });

describe('a message', () => {
  test('gives its deltas and their sum', () => {
    const fold = newFold();

    const facts = [fold.takeText('Hel'), fold.takeText('lo'), fold.endMessage(ending('Hello'))];

    expect(facts).toEqual([[delta('Hel')], [delta('lo')], [end('Hello')]]);
    expect(fold.last).toEqual({ text: 'Hello', stopReason: 'stop', failure: undefined });
  });

  test('without deltas gives one of its whole text', () => {
    expect(newFold().endMessage(ending('Hello'))).toEqual([delta('Hello'), end('Hello')]);
  });

  test('whose end has more than its deltas gives the rest as one', () => {
    const fold = newFold();
    fold.takeText('Hel');

    expect(fold.endMessage(ending('Hello'))).toEqual([delta('lo'), end('Hello')]);
  });

  test('whose end differs from its deltas is closed as it was, and the end is a message of its own', () => {
    const fold = newFold();
    fold.takeText('Hullo');

    expect(fold.endMessage(ending('Hello'))).toEqual([
      end('Hullo'),
      delta('Hello', 'm2'),
      end('Hello', 'm2'),
    ]);
    expect(fold.last?.text).toBe('Hello');
  });

  test('without any text gives nothing and leaves the result empty', () => {
    const fold = newFold();
    fold.endMessage(ending('first'));

    expect(fold.endMessage(ending(''))).toEqual([]);
    expect(fold.last?.text).toBe('');
    expect(fold.textSoFar).toBe('first');
  });

  test('gets an id of its own', () => {
    const fold = newFold();
    fold.takeText('a');
    fold.endMessage(ending('a'));

    expect([...fold.takeText('b'), ...fold.endMessage(ending('b'))]).toEqual([
      delta('b', 'm2'),
      end('b', 'm2'),
    ]);
  });

  test('that did not end is closed with the text so far', () => {
    const fold = newFold();
    fold.takeText('half');

    expect(fold.close()).toEqual([end('half')]);
    expect(fold.last).toBeUndefined();
    expect(fold.textSoFar).toBe('half');
  });

  test('that failed keeps why', () => {
    const failure = { code: 'AUTH_FAILED', retryable: false, text: `401 ${KEY}` } as const;
    const fold = newFold(ALL, [KEY]);

    fold.endMessage(ending('', { stopReason: 'error', failure }));

    expect(fold.last).toEqual({
      text: '',
      stopReason: 'error',
      failure: { ...failure, text: '401 [redacted]' },
    });
  });

  test('joins a surrogate pair that its deltas split', () => {
    const fold = newFold();

    expect([fold.takeText('a\ud83d'), fold.takeText('\ude00'), fold.endMessage(ending('a😀'))]).toEqual([
      [delta('a')],
      [delta('😀')],
      [end('a😀')],
    ]);
  });

  test('with a secret cut over deltas shows none of it', () => {
    const fold = newFold(ALL, [KEY]);

    const facts = [
      ...fold.takeText('key sk-live-'),
      ...fold.takeText('0123456789 and sk-'),
      ...fold.endMessage(ending(`key ${KEY} and sk-ip`)),
    ];

    expect(facts).toEqual([
      delta('key '),
      delta('[redacted] and '),
      delta('sk-ip'),
      end('key [redacted] and sk-ip'),
    ]);
  });
});

describe('a long message', () => {
  test('of more than is kept open still gives its whole text, in deltas that join to it', () => {
    const random = startRandom(7);
    const fold = newFold();
    const facts: RunFact[] = [];
    const pieces = Array.from({ length: 100 }, (_, index) => `${index}`.repeat(1 + random(50_000)));
    const whole = pieces.join('');

    for (const piece of pieces) facts.push(...fold.takeText(piece));
    facts.push(...fold.endMessage(ending(whole)));

    expect(whole.length).toBeGreaterThan(4 * 1024 * 1024);
    expect(facts.flatMap((fact) => (fact.type === 'text_end' ? [fact.messageId] : []))).toEqual(['m1']);
    expect(facts.map((fact) => (fact.type === 'text_delta' ? fact.text : '')).join('') === whole).toBe(true);
    expect(fold.last?.text === whole).toBe(true);
  });
});

describe('where nobody listens', () => {
  test('deltas are not made, and the text is kept', () => {
    const fold = newFold({ text: false, reasoning: false });

    expect([...fold.takeText('Hel'), ...fold.takeReasoning('hm'), ...fold.endReasoning()]).toEqual([]);
    expect(fold.textSoFar).toBe('Hel');
    fold.endMessage(ending('Hello'));
    expect(fold.last?.text).toBe('Hello');
  });
});

describe('reasoning', () => {
  test('is given as it comes, redacted, the rest when something else follows', () => {
    const fold = newFold(ALL, [KEY]);

    const facts = [fold.takeReasoning('I know sk-live-'), fold.takeReasoning('0123'), fold.endReasoning()];

    expect(facts).toEqual([
      [{ type: 'reasoning_delta', text: 'I know ' }],
      [],
      [{ type: 'reasoning_delta', text: 'sk-live-0123' }],
    ]);
  });
});
