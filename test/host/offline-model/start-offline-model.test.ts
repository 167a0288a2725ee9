import { once } from 'node:events';
import { request as httpRequest } from 'node:http';

import { describe, expect, test } from 'vitest';

import { type OfflineRequest, startOfflineModel } from '../../../host/offline-model/start-offline-model.ts';
import { ask, called, post, user } from './ask-offline-model.ts';

async function errorOf(response: Response): Promise<{ status: number; error: Record<string, unknown> }> {
  const body = (await response.json()) as { error: Record<string, unknown> };
  return { status: response.status, error: body.error };
}

describe('startOfflineModel', () => {
  test('listens on loopback and counts the chat requests it hands to onRequest', async () => {
    const seen: OfflineRequest[] = [];
    await using offline = await startOfflineModel({ onRequest: (request) => seen.push(request) });

    await ask(offline, 'reply');
    await post(offline, 'not JSON');

    expect(offline.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    expect(offline.requests).toBe(1);
    expect(seen.map((request) => request.body.model)).toEqual(['reply']);
    expect(seen[0]?.headers['content-type']).toBe('application/json');
  });

  test('lists every script as a model', async () => {
    await using offline = await startOfflineModel();

    const response = await fetch(`${offline.baseUrl}/models`);

    const body = (await response.json()) as { object: string; data: { id: string }[] };
    expect(body.object).toBe('list');
    expect(body.data.map((model) => model.id).sort()).toEqual(
      [
        [
          'turnbox-offline',
          'reply',
          'echo',
          'tool',
          'tool-several',
          'tool-sleep',
          'tool-fail',
          'tool-unknown',
        ],
        ['memory-search', 'memory-get', 'message-first'],
        [
          'thinking',
          'slow',
          'stall',
          'empty',
          'length',
          'long',
          'very-long',
          'unicode',
          'marker',
          'error-400',
        ],
        [
          'error-401',
          'error-404',
          'error-429',
          'error-500',
          'error-529',
          'error-overflow',
          'error-529-twice',
        ],
        ['tool-then-500', 'cut', 'end-without-finish'],
      ]
        .flat()
        .sort(),
    );
  });

  test('answers in one body where no stream is asked for', async () => {
    await using offline = await startOfflineModel();

    const response = await post(offline, { model: 'tool', messages: [user('12345678')], stream: false });

    expect(await response.json()).toEqual({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 0,
      model: 'tool',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: '',
            tool_calls: [
              {
                id: 'call_1_0',
                type: 'function',
                function: { name: 'bash', arguments: '{"command":"echo one"}' },
              },
            ],
          },
          finish_reason: 'tool_calls',
        },
      ],
      usage: {
        prompt_tokens: 2,
        completion_tokens: 7,
        total_tokens: 9,
        prompt_tokens_details: { cached_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    });
  });

  test('counts what came before the last assistant message as cached', async () => {
    await using offline = await startOfflineModel();
    const messages = [
      user('a'.repeat(400)),
      { role: 'assistant', content: 'b'.repeat(40) },
      user('c'.repeat(40)),
    ];

    const { usage } = await ask(offline, 'reply', messages);

    expect(usage).toEqual({
      prompt_tokens: 120,
      completion_tokens: 8,
      total_tokens: 128,
      prompt_tokens_details: { cached_tokens: 100 },
      completion_tokens_details: { reasoning_tokens: 0 },
    });
  });

  test('gives the calls of one conversation different ids', async () => {
    await using offline = await startOfflineModel();
    const first = await ask(offline, 'tool-several');
    const results = [...called('a', 'bash', 'one'), ...called('b', 'read', 'hi')];

    const second = await ask(offline, 'tool-several', [user('Hello?'), ...results]);

    const ids = [...first.calls, ...second.calls].map((call) => call.id);
    expect(new Set(ids).size).toBe(3);
  });

  test.each([
    ['bad JSON', '{"model":'],
    ['no messages', { model: 'reply' }],
    ['an empty conversation', { model: 'reply', messages: [] }],
    ['a message without a role', { model: 'reply', messages: [{ content: 'hi' }] }],
    ['a model that is no string', { model: 7, messages: [user('hi')] }],
  ])('answers 400 to %s', async (_, body) => {
    await using offline = await startOfflineModel();

    const { status, error } = await errorOf(await post(offline, body));

    expect(status).toBe(400);
    expect(error).toEqual({
      message: expect.stringMatching(/\S/) as string,
      type: 'invalid_request_error',
      param: null,
      code: null,
    });
  });

  test('answers 413 to a body above 64 MiB', async () => {
    await using offline = await startOfflineModel();

    const { status } = await errorOf(await post(offline, 'x'.repeat(64 * 1024 * 1024 + 1)));

    expect(status).toBe(413);
  });

  test.each(['no-such-model', 'constructor', '__proto__'])(
    'answers 404 to the unknown model %s',
    async (model) => {
      await using offline = await startOfflineModel();

      const failure = await errorOf(await post(offline, { model, messages: [user('hi')], stream: true }));

      expect(failure).toEqual({
        status: 404,
        error: {
          message: `The model \`${model}\` does not exist`,
          type: 'invalid_request_error',
          param: null,
          code: 'model_not_found',
        },
      });
    },
  );

  test.each([
    ['GET', '/chat/completions'],
    ['POST', '/models'],
    ['GET', '/nowhere'],
  ])('answers 404 to %s %s', async (method, path) => {
    await using offline = await startOfflineModel();

    const response = await fetch(`${offline.baseUrl}${path}`, { method });

    expect((await errorOf(response)).status).toBe(404);
  });

  test('answers 500 where onRequest throws, and lives on', async () => {
    let isBroken = true;
    await using offline = await startOfflineModel({
      onRequest: () => {
        if (isBroken) throw new Error('observer broke');
      },
    });

    const { status, error } = await errorOf(await post(offline, { model: 'reply', messages: [user('hi')] }));

    expect([status, error['message']]).toEqual([500, 'Error: observer broke']);
    isBroken = false;
    expect((await ask(offline, 'reply')).text).toBe('Hello from the offline model.');
  });

  test('rejects where the port is taken', async () => {
    await using offline = await startOfflineModel();
    const port = Number(new URL(offline.baseUrl).port);

    await expect(startOfflineModel({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('lives on when a client goes in the middle of a stream', async () => {
    await using offline = await startOfflineModel();
    const gone = new AbortController();
    const response = await fetch(`${offline.baseUrl}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'very-long', messages: [user('hi')], stream: true }),
      signal: gone.signal,
    });

    gone.abort();

    await expect(response.text()).rejects.toThrow('aborted');
    expect((await ask(offline, 'reply')).text).toBe('Hello from the offline model.');
  });
});

describe('close', () => {
  test.each(['stall', 'slow', 'very-long'])('ends an open %s stream at once', async (model) => {
    const offline = await startOfflineModel();
    const response = await post(offline, { model, messages: [user('hi')], stream: true });

    await offline.close();

    await expect(response.text()).rejects.toThrow('terminated');
    await expect(fetch(`${offline.baseUrl}/models`)).rejects.toThrow('fetch failed');
  });

  test('ends a request whose body is still arriving', async () => {
    const offline = await startOfflineModel();
    const request = httpRequest(`${offline.baseUrl}/chat/completions`, { method: 'POST' });
    request.write('{"model":');
    const failed = once(request, 'error');
    await once(request, 'socket').then(([socket]) => once(socket as NodeJS.EventEmitter, 'connect'));

    await offline.close();
    request.end();

    expect(await failed).toHaveLength(1);
  });

  test('may be called again', async () => {
    const offline = await startOfflineModel();

    await Promise.all([offline.close(), offline.close()]);

    await expect(offline.close()).resolves.toBeUndefined();
  });
});
