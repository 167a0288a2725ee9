import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { ActionCaller, ActionHandlers } from '../../../host/ipc-gateway/action-handlers.ts';
import { TurnboxError } from '../../../ipc-schemas/index.ts';
import { searchRequest, startTestGateway } from './gateway-setting.ts';

/** Handlers that keep what they were called with. */
function recordingHandlers(): ActionHandlers & {
  readonly calls: { params: unknown; caller: ActionCaller }[];
} {
  const calls: { params: unknown; caller: ActionCaller }[] = [];
  const record = (params: unknown, caller: ActionCaller): Promise<unknown> => {
    calls.push({ params, caller });
    return Promise.resolve({ number: calls.length });
  };
  return { calls, memory_search: record, memory_get: record, delegate_run: record };
}

describe('a request', () => {
  test('is carried out for the group of its directory and answered under its name', async () => {
    const handlers = recordingHandlers();
    await using setting = await startTestGateway({ handlers });
    await using run = await setting.attach();

    const answer = await run.ask('q-1', searchRequest('q-1', { topK: 3 }));
    await run.attached.drain();

    expect(answer).toEqual({
      requestId: 'q-1',
      status: 'success',
      result: { number: 1 },
      executedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    });
    expect(handlers.calls).toEqual([
      {
        params: { query: 'keys', topK: 3, groupFolder: 'family' },
        caller: {
          runId: 'run-1',
          requestId: 'q-1',
          groupFolder: 'family',
          isMain: false,
          chatJids: ['cli:family'],
        },
      },
    ]);
    expect(await readdir(run.actionsDir)).toEqual([]);
  });

  test('that comes again gets the stored answer and is not carried out twice', async () => {
    const handlers = recordingHandlers();
    await using setting = await startTestGateway({ handlers });
    await using run = await setting.attach();
    const first = await run.ask('q-1');
    await run.attached.drain();
    await rm(join(run.ipcDir, 'action_results', 'q-1.json'));

    const second = await run.ask('q-1');

    expect(second).toEqual(first);
    expect(handlers.calls).toHaveLength(1);
  });

  test('with an id that stood for another is an error and is not carried out', async () => {
    const handlers = recordingHandlers();
    await using setting = await startTestGateway({ handlers });
    await using run = await setting.attach();
    await run.ask('q-1');
    await run.attached.drain();
    await rm(join(run.ipcDir, 'action_results', 'q-1.json'));

    const second = await run.ask('q-1', searchRequest('q-1', { query: 'something else' }));

    expect(second).toMatchObject({
      status: 'error',
      errorCode: 'INPUT_INVALID',
      error: 'requestId: it stood for another request before',
    });
    expect(handlers.calls).toHaveLength(1);
  });

  test('of the same id in another run is another request', async () => {
    const handlers = recordingHandlers();
    await using setting = await startTestGateway({ handlers });
    await using one = await setting.attach({ runId: 'run-1' });
    await using two = await setting.attach({ runId: 'run-2' });

    const answers = [await one.ask('q-1'), await two.ask('q-1')];

    expect(answers.map(({ result }) => result)).toEqual([{ number: 1 }, { number: 2 }]);
  });

  test('that lay there before the gateway came is answered', async () => {
    await using setting = await startTestGateway({ handlers: recordingHandlers() });
    const ipcDir = join(setting.dataDir, 'runs', 'run-1', 'ipc', 'actions');
    await mkdir(ipcDir, { recursive: true });
    await using early = await setting.attach();

    expect(await early.ask('q-1')).toMatchObject({ status: 'success' });
  });

  test('is answered where no events arrive, which is told', async () => {
    const deaf = { add: () => undefined, remove: () => undefined, close: () => Promise.resolve() };
    await using setting = await startTestGateway({
      handlers: recordingHandlers(),
      watchDirectories: () => deaf,
    });
    await using run = await setting.attach();

    const answers = [];
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']) answers.push(await run.ask(id));

    expect(answers.filter(({ status }) => status === 'success')).toHaveLength(10);
    expect(setting.notices.map(({ text }) => text)).toEqual([
      'directories cannot be watched (no event arrived); they are scanned several times a second instead',
    ]);
  });

  test('does not wait for one that takes long', async () => {
    const release = Promise.withResolvers<unknown>();
    await using setting = await startTestGateway({
      handlers: {
        delegate_run: () => release.promise,
        memory_search: () => Promise.resolve({ hits: [] }),
      },
    });
    await using run = await setting.attach();
    const slow = run.ask('slow', {
      type: 'delegate_action',
      action: 'delegate_run',
      requestId: 'slow',
      params: { task: 'work', mode: 'plan' },
    });

    const quick = await run.ask('quick');
    release.resolve({ output: null });

    expect(quick).toMatchObject({ status: 'success' });
    expect(await slow).toMatchObject({ status: 'success', result: { output: null } });
  });
});

describe('an error', () => {
  test.each([
    ['has no JSON', '{"type":', /cannot be read: it is not JSON/],
    ['is null', 'null', /expected an object that the protocol knows, found null/],
    ['has another requestId', searchRequest('other'), /requestId: expected the file's name without .json/],
    ['has an unknown action', { type: 'memory_action', action: 'rm', requestId: 'q' }, /action/],
    ['has no params', { type: 'memory_action', action: 'memory_get', requestId: 'q' }, /params/],
    ['names another group', searchRequest('q', { groupFolder: 'work' }), /groupFolder: expected "family"/],
    ['names a path as group', searchRequest('q', { groupFolder: '../work' }), /groupFolder/],
    ['is nested a million deep', '['.repeat(1e6), /nested more than 64 deep/],
  ])('answers a request that %s', async (_, body, message) => {
    const handlers = recordingHandlers();
    await using setting = await startTestGateway({ handlers });
    await using run = await setting.attach();

    const answer = await run.ask('q', body);
    await run.attached.drain();

    expect(answer).toMatchObject({ requestId: 'q', status: 'error', errorCode: 'INPUT_INVALID' });
    expect(answer.error).toMatch(message);
    expect(handlers.calls).toEqual([]);
    expect(await readdir(run.actionsDir)).toEqual([]);
  });

  test('answers an action that this host has nothing for', async () => {
    await using setting = await startTestGateway();
    await using run = await setting.attach();

    expect(await run.ask('q')).toMatchObject({
      errorCode: 'INPUT_INVALID',
      error: 'action: this host does not carry out memory_search',
    });
  });

  test('has the code and message of a refusal, and nothing of any other failure', async () => {
    await using setting = await startTestGateway({
      handlers: {
        memory_search: () => Promise.reject(new TurnboxError('LIMIT_EXCEEDED', 'too much')),
        memory_get: () => Promise.reject(new Error('/home/owner/secret is damaged')),
      },
    });
    await using run = await setting.attach();
    const get = {
      type: 'memory_action',
      action: 'memory_get',
      requestId: 'b',
      params: { path: 'MEMORY.md' },
    };

    const answers = [await run.ask('a'), await run.ask('b', get)];

    expect(answers).toMatchObject([
      { errorCode: 'LIMIT_EXCEEDED', error: 'too much' },
      { errorCode: 'INTERNAL', error: 'the host failed to carry it out' },
    ]);
    expect(setting.notices.map(({ text }) => text)).toEqual([
      'run run-1: the request b failed: Error: /home/owner/secret is damaged',
    ]);
  });
});

describe('whose memory', () => {
  test.each([
    ['its own by name', 'family', false, 'family'],
    ['the global one', 'global', false, 'global'],
    ['an existing group from main', 'work', true, 'work'],
    ['the global one from main', 'global', true, 'global'],
  ])('may be read: %s', async (_, groupFolder, isMain, expected) => {
    const handlers = recordingHandlers();
    await using setting = await startTestGateway({ handlers });
    await mkdir(join(setting.dataDir, 'groups', 'work'), { recursive: true });
    await using run = await setting.attach({ isMain });

    const answer = await run.ask('q', searchRequest('q', { groupFolder }));

    expect(answer).toMatchObject({ status: 'success' });
    expect(handlers.calls[0]?.params).toEqual({ query: 'keys', groupFolder: expected });
  });

  test('may not be read, even from main, where there is no such group', async () => {
    await using setting = await startTestGateway({ handlers: recordingHandlers() });
    await using run = await setting.attach({ isMain: true });

    expect(await run.ask('q', searchRequest('q', { groupFolder: 'nobody' }))).toMatchObject({
      status: 'error',
      error: 'groupFolder: expected a group that exists, found "nobody"',
    });
  });
});
