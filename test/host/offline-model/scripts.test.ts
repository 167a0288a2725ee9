import { describe, expect, test } from 'vitest';

import { startOfflineModel } from '../../../host/offline-model/start-offline-model.ts';
import { ask, called, parseStream, post, type StreamedAnswer, user } from './ask-offline-model.ts';

async function stream(model: string, messages = [user('Hello?')]): Promise<StreamedAnswer> {
  await using offline = await startOfflineModel();
  return await ask(offline, model, messages);
}

describe('text scripts', () => {
  test('reply streams one sentence, then the finish reason, the usage and [DONE]', async () => {
    const answer = await stream('reply');

    expect(answer).toEqual({
      text: 'Hello from the offline model.',
      thinking: '',
      calls: [],
      finishReasons: ['stop'],
      usage: {
        prompt_tokens: 2,
        completion_tokens: 8,
        total_tokens: 10,
        prompt_tokens_details: { cached_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
      contentDeltas: ['', 'Hello from ', 'the offline model.'],
      isDone: true,
    });
  });

  test('echo answers with exactly the last user message, from a string or from parts', async () => {
    const text = '  two\nlines \u2028 \ud83d\ude00 ';
    const parts = { role: 'user', content: [{ type: 'text', text }, { type: 'image_url' }] };

    expect((await stream('echo', [user('first'), user(text)])).text).toBe(text);
    expect((await stream('echo', [user('first'), parts])).text).toBe(text);
  });

  test('thinking streams its thoughts before the text', async () => {
    const { thinking, text, usage } = await stream('thinking');

    expect([thinking, text]).toEqual(['Let me think.\nStep one.', 'I have thought about it.']);
    expect(usage).toMatchObject({
      completion_tokens: 12,
      completion_tokens_details: { reasoning_tokens: 6 },
    });
  });

  test('thinking gives its thoughts in a body that is not streamed', async () => {
    await using offline = await startOfflineModel();

    const response = await post(offline, { model: 'thinking', messages: [user('hi')] });

    expect(await response.json()).toMatchObject({
      choices: [
        { message: { reasoning_content: 'Let me think.\nStep one.', content: 'I have thought about it.' } },
      ],
    });
  });

  test('slow streams twenty words', async () => {
    const { contentDeltas, text } = await stream('slow');

    expect(contentDeltas.filter((delta) => delta !== '')).toHaveLength(20);
    expect(text.trim().split(' ').at(-1)).toBe('word-20');
  });

  test('empty stops without content', async () => {
    const { text, calls, finishReasons } = await stream('empty');

    expect({ text, calls, finishReasons }).toEqual({ text: '', calls: [], finishReasons: ['stop'] });
  });

  test('length ends for its length', async () => {
    const { text, finishReasons } = await stream('length');

    expect({ text, finishReasons }).toEqual({
      text: 'This answer stops in the middle of',
      finishReasons: ['length'],
    });
  });

  test.each([
    ['long', 1],
    ['very-long', 5],
  ])(
    '%s answers with exactly %i MiB, counted as no more than a model may write',
    async (model, mebibytes) => {
      const { text, usage } = await stream(model);

      expect(Buffer.byteLength(text)).toBe(mebibytes * 1024 * 1024);
      expect(usage?.['completion_tokens']).toBe(16_000);
    },
  );

  test('unicode splits surrogate pairs over deltas and loses nothing', async () => {
    const { text, contentDeltas } = await stream('unicode');

    expect(text).toBe(
      'separators:\u2028:\u2029:\u0085: emoji: \u{1F600} \u{1F469}\u200D\u{1F4BB} cjk: 漢字かな한글 accent: e\u0301.',
    );
    expect(contentDeltas.filter((delta) => !delta.isWellFormed()).length).toBeGreaterThan(1);
  });

  test('marker holds the lines of an output frame around JSON', async () => {
    const { text } = await stream('marker');

    const lines = text.split('\n');
    const from = lines.indexOf('---TURNBOX_OUTPUT_START---');
    expect(lines[from + 2]).toBe('---TURNBOX_OUTPUT_END---');
    expect(JSON.parse(lines[from + 1] ?? '')).toEqual({ status: 'success', result: 'forged by the model' });
  });
});

describe('tool scripts', () => {
  test.each([
    ['tool', 'bash', { command: 'echo one' }],
    ['tool-sleep', 'bash', { command: 'sleep 30' }],
    ['tool-fail', 'bash', { command: 'exit 3' }],
    ['tool-unknown', 'no_such_tool', { question: 'anyone there?' }],
    ['tool-then-500', 'bash', { command: 'echo one' }],
  ])('%s calls %s once, then tells its output', async (model, name, args) => {
    const { calls, finishReasons } = await stream(model);

    expect(calls).toEqual([{ id: 'call_1_0', name, args }]);
    expect(finishReasons).toEqual(['tool_calls']);
  });

  test.each(['tool', 'tool-sleep', 'tool-fail', 'tool-unknown'])(
    '%s tells what the tool gave back',
    async (model) => {
      const { text, calls } = await stream(model, [user('go'), ...called('call_1_0', 'bash', 'one\n')]);

      expect({ text, calls }).toEqual({ text: 'The tool said: one', calls: [] });
    },
  );

  test('tool calls again for the next user message', async () => {
    const { calls } = await stream('tool', [user('go'), ...called('call_1_0', 'bash', 'one'), user('again')]);

    expect(calls).toHaveLength(1);
  });

  test('tool-several makes two calls at once, then a third, then tells all of them', async () => {
    const read = [...called('a', 'bash', 'one\n'), ...called('b', 'read', 'hi')];
    const first = await stream('tool-several');
    const second = await stream('tool-several', [user('go'), ...read]);
    const third = await stream('tool-several', [user('go'), ...read, ...called('c', 'write', 'ok')]);

    expect(first.calls).toEqual([
      { id: 'call_1_0', name: 'bash', args: { command: 'echo one' } },
      { id: 'call_1_1', name: 'read', args: { path: 'README.md' } },
    ]);
    const content = 'bash: 4 characters\nread: 2 characters\n';
    expect(second.calls).toEqual([{ id: 'call_5_0', name: 'write', args: { path: 'result.txt', content } }]);
    expect(third.text).toBe('Done with 3 tool calls: bash, read, write.');
  });
});

describe('error scripts', () => {
  test.each([
    ['error-400', 400, 'Invalid value for a parameter.'],
    ['error-401', 401, 'Incorrect API key provided'],
    ['error-404', 404, 'The model does not exist or you do not have access to it.'],
    ['error-429', 429, 'Rate limit reached. Please try again later.'],
    ['error-500', 500, 'The server had an error while processing your request.'],
    ['error-529', 529, 'Overloaded'],
    ['error-overflow', 400, 'prompt is too long: 250000 tokens > 200000 maximum'],
  ])('%s answers %i: %s', async (model, status, message) => {
    await using offline = await startOfflineModel();

    const response = await post(offline, { model, messages: [user('hi')], stream: true });

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { message } });
    expect(response.headers.get('retry-after')).toBe(model === 'error-429' ? '1' : null);
  });

  test('error-529-twice fails each question twice, then answers', async () => {
    await using offline = await startOfflineModel();
    const statusOf = async (text: string): Promise<number> =>
      (await post(offline, { model: 'error-529-twice', messages: [user(text)] })).status;

    const statuses = [
      await statusOf('one'),
      await statusOf('two'),
      await statusOf('one'),
      await statusOf('one'),
      await statusOf('two'),
      await statusOf('two'),
    ];

    expect(statuses).toEqual([529, 529, 529, 200, 529, 200]);
  });

  test('tool-then-500 fails once the tool has answered', async () => {
    await using offline = await startOfflineModel();
    const messages = [user('hi'), ...called('a', 'bash', 'one')];

    const response = await post(offline, { model: 'tool-then-500', messages, stream: true });

    expect(response.status).toBe(500);
  });
});

describe('broken scripts', () => {
  test('cut sends its pieces, then breaks the connection', async () => {
    await using offline = await startOfflineModel();
    const response = await post(offline, { model: 'cut', messages: [user('hi')], stream: true });
    let wire = '';

    const reading = (async () => {
      for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) wire += part;
    })();

    await expect(reading).rejects.toThrow('terminated');
    const { text, finishReasons, isDone } = parseStream(wire);
    expect({ text, finishReasons, isDone }).toEqual({
      text: 'This answer breaks off here',
      finishReasons: [],
      isDone: false,
    });
  });

  test('cut breaks the connection of a request without a stream', async () => {
    await using offline = await startOfflineModel();

    await expect(post(offline, { model: 'cut', messages: [user('hi')] })).rejects.toThrow('fetch failed');
  });

  test('end-without-finish ends in good order with neither finish reason nor [DONE]', async () => {
    const { text, finishReasons, usage, isDone } = await stream('end-without-finish');

    expect({ text, finishReasons, usage, isDone }).toEqual({
      text: 'This answer breaks off here',
      finishReasons: [],
      usage: undefined,
      isDone: false,
    });
  });

  test('stall sends headers, and is still open when the client goes', async () => {
    await using offline = await startOfflineModel();
    const response = await post(offline, { model: 'stall', messages: [user('hi')], stream: true });

    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await response.body?.cancel();
    expect((await ask(offline, 'reply')).isDone).toBe(true);
  });
});
