import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { DeliverMessage } from '../../../host/ipc-gateway/chat-lanes.ts';
import { listQuarantine } from '../../../host/ipc-gateway/list-quarantine.ts';
import type { OutgoingMessage } from '../../../host/ipc-gateway/parse-message.ts';
import { makeRunDirs, startTestGateway } from './gateway-setting.ts';

const QUICK = { maxTries: 3, firstDelayMs: 1, maxDelayMs: 2, tryTimeoutMs: 5000 };

const message = (text: string, chatJid = 'cli:family'): unknown => ({ type: 'message', chatJid, text });

const neverDelivers: DeliverMessage = () => new Promise<never>(() => undefined);

const draft = (text: string, draftId = 'd'): unknown => ({
  type: 'draft',
  chatJid: 'cli:family',
  requestId: 'r',
  draftId,
  text,
});

const progress = (text: string): unknown => ({
  type: 'progress',
  chatJid: 'cli:family',
  requestId: 'r',
  elapsedMs: 1,
  text,
});

/** A chat that keeps what it got; `fail` says which tries fail. */
function recordingChat(fail: (message: OutgoingMessage, attempt: number) => boolean = () => false): {
  readonly got: OutgoingMessage[];
  readonly onMessage: DeliverMessage;
} {
  const got: OutgoingMessage[] = [];
  const attempts = new Map<string, number>();
  return {
    got,
    onMessage: (sent) => {
      const attempt = (attempts.get(sent.idempotencyKey) ?? 0) + 1;
      attempts.set(sent.idempotencyKey, attempt);
      if (fail(sent, attempt)) return Promise.reject(new Error('the chat is down'));
      got.push(sent);
      return Promise.resolve();
    },
  };
}

describe('a message', () => {
  test('reaches the chat with its key and kind, and its file goes', async () => {
    const chat = recordingChat();
    await using setting = await startTestGateway({ onMessage: chat.onMessage });
    await using run = await setting.attach();

    await run.say('1-a', { type: 'message', chatJid: 'cli:family', text: 'Hi.', requestId: 'r' });
    await run.say('2-b', { type: 'draft', chatJid: 'cli:family', text: 'Dr', requestId: 'r', draftId: 'd' });
    await run.say('3-c', {
      type: 'progress',
      chatJid: 'cli:family',
      text: 'Working',
      requestId: 'r',
      elapsedMs: 5,
    });
    await run.attached.drain();

    const common = { chatJid: 'cli:family', requestId: 'r' };
    expect(chat.got).toEqual([
      { ...common, kind: 'message', text: 'Hi.', idempotencyKey: 'run-1/1-a' },
      { ...common, kind: 'draft', text: 'Dr', draftId: 'd', idempotencyKey: 'run-1/2-b' },
      { ...common, kind: 'progress', text: 'Working', elapsedMs: 5, idempotencyKey: 'run-1/3-c' },
    ]);
    expect(await readdir(run.messagesDir)).toEqual([]);
  });

  test('comes in the order of the names, whatever the order of arrival', async () => {
    const chat = recordingChat();
    await using setting = await startTestGateway({ onMessage: chat.onMessage });
    const ipcDir = await makeRunDirs(setting.dataDir, 'run-1');
    const names = Array.from({ length: 200 }, (_, index) => `${1000 + index}-x`);
    for (const name of names.toReversed()) {
      await writeFile(join(ipcDir, 'messages', `${name}.json`), JSON.stringify(message(name)));
    }

    await using run = await setting.attach();
    await run.attached.drain();

    expect(chat.got.map(({ text }) => text)).toEqual(names);
  });

  test('comes in the order of the names while they are written', async () => {
    const chat = recordingChat();
    await using setting = await startTestGateway({ onMessage: chat.onMessage });
    await using run = await setting.attach();
    const names = Array.from({ length: 100 }, (_, index) => `${1000 + index}-x`);

    for (const name of names) await run.say(name, message(name));
    await run.attached.drain();

    expect(chat.got.map(({ text }) => text)).toEqual(names);
  });

  test('that fails is tried again before the one behind it', async () => {
    const chat = recordingChat(({ text }, attempt) => text === 'one' && attempt < 3);
    await using setting = await startTestGateway({ onMessage: chat.onMessage, retry: QUICK });
    await using run = await setting.attach();

    await run.say('1', message('one'));
    await run.say('2', message('two'));
    await run.attached.drain();

    expect(chat.got.map(({ text }) => text)).toEqual(['one', 'two']);
  });

  test('that never succeeds is set aside and reported, and those behind it come', async () => {
    const chat = recordingChat(({ text }) => text === 'poison');
    await using setting = await startTestGateway({ onMessage: chat.onMessage, retry: QUICK });
    await using run = await setting.attach();

    await run.say('1', message('poison'));
    await run.say('2', message('two'));
    await run.attached.drain();

    expect(chat.got.map(({ text }) => text)).toEqual(['two']);
    const [entry] = listQuarantine(setting.dataDir);
    expect(entry).toMatchObject({
      leaf: 'messages',
      name: '1.json',
      reason: 'not delivered after 3 tries: Error: the chat is down',
    });
    expect(await readFile(entry?.path ?? '', 'utf8')).toContain('poison');
    expect(setting.notices).toHaveLength(1);
  });

  test('whose delivery never ends has failed after its time', async () => {
    const retry = { ...QUICK, maxTries: 2, tryTimeoutMs: 5 };
    await using setting = await startTestGateway({ onMessage: neverDelivers, retry });
    await using run = await setting.attach();

    await run.say('1', message('hangs'));
    await run.attached.drain();

    expect(listQuarantine(setting.dataDir)).toMatchObject([{ name: '1.json' }]);
  });

  test('of one chat does not wait for another chat', async () => {
    const release = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const onMessage: DeliverMessage = async ({ chatJid }) => {
      if (chatJid === 'slow') return release.promise;
      second.resolve();
    };
    await using setting = await startTestGateway({ onMessage });
    await using run = await setting.attach({ chatJids: ['slow', 'quick'] });

    await run.say('1', message('one', 'slow'));
    await run.say('2', message('two', 'quick'));
    await second.promise;
    release.resolve();
    await run.attached.drain();

    expect(await readdir(run.messagesDir)).toEqual([]);
  });

  test.each([
    [
      'to a chat of another group',
      message('Hi.', 'cli:work'),
      /chatJid: expected a chat of the group family/,
    ],
    ['without text', { type: 'message', chatJid: 'cli:family' }, /text/],
    ['of an unknown type', { type: 'shout', chatJid: 'cli:family', text: 'Hi.' }, /type/],
    ['that is no object', ['message'], /expected an object/],
  ])('%s goes to quarantine', async (_, body, reason) => {
    const chat = recordingChat();
    await using setting = await startTestGateway({ onMessage: chat.onMessage });
    await using run = await setting.attach();

    await run.say('1', body);
    await run.attached.drain();

    expect(chat.got).toEqual([]);
    expect(await readdir(run.messagesDir)).toEqual([]);
    expect(listQuarantine(setting.dataDir)[0]?.reason).toMatch(reason);
  });

  test('of main may go to any chat', async () => {
    const chat = recordingChat();
    await using setting = await startTestGateway({ onMessage: chat.onMessage });
    await using run = await setting.attach({ isMain: true });

    await run.say('1', message('Hi.', 'cli:work'));
    await run.attached.drain();

    expect(chat.got).toMatchObject([{ chatJid: 'cli:work' }]);
  });

  test('of more than 256 KiB goes to quarantine', async () => {
    const chat = recordingChat();
    await using setting = await startTestGateway({ onMessage: chat.onMessage });
    await using run = await setting.attach();

    await run.say('1', message('x'.repeat(300_000)));
    await run.attached.drain();

    expect(listQuarantine(setting.dataDir)[0]?.reason).toMatch(/at most 262144 are read/);
  });

  test('that is not delivered when the run is closed is set aside', async () => {
    await using setting = await startTestGateway({ onMessage: neverDelivers });
    const run = await setting.attach();
    await run.say('1', message('Hi.'));
    await run.say('2', { type: 'draft', chatJid: 'cli:family', text: 'D', requestId: 'r', draftId: 'd' });
    await run.attached.drain(AbortSignal.abort());

    await run[Symbol.asyncDispose]();

    expect(listQuarantine(setting.dataDir)).toMatchObject([
      { name: '1.json', reason: 'not known to be delivered when the run was closed' },
    ]);
  });

  test('stays in its file where the host takes none', async () => {
    await using setting = await startTestGateway();
    await using run = await setting.attach();

    await run.say('1', message('Hi.'));
    await run.attached.drain();

    expect(await readdir(run.messagesDir)).toEqual(['1.json']);
  });

  test('comes even when there are more than may be pending', async () => {
    const chat = recordingChat();
    await using setting = await startTestGateway({
      onMessage: chat.onMessage,
      quotas: { maxPendingMessages: 3 },
    });
    await using run = await setting.attach();
    const names = Array.from({ length: 20 }, (_, index) => `${10 + index}`);

    for (const name of names) await run.say(name, message(name));
    await run.attached.drain();

    expect(chat.got.map(({ text }) => text)).toEqual(names);
  });
});

describe('a draft', () => {
  test('that waits is replaced by the next of its id, and progress by the next', async () => {
    const release = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const got: string[] = [];
    const onMessage: DeliverMessage = async ({ text }) => {
      begun.resolve();
      if (text === 'first') await release.promise;
      got.push(text);
    };
    await using setting = await startTestGateway({ onMessage });
    await using run = await setting.attach();
    await run.say('1', message('first'));
    await begun.promise;

    await run.say('2', draft('old'));
    await run.say('3', draft('other', 'e'));
    await run.say('4', progress('10 s'));
    await run.say('5', progress('20 s'));
    await run.say('6', draft('new'));
    const draining = run.attached.drain();
    // What lies there is taken in before the chat goes on: the file that is dropped is the sign.
    while ((await readdir(run.messagesDir)).includes('2.json')) await setting.gateway.recovered();
    release.resolve();
    await draining;

    expect(got).toEqual(['first', 'other', '20 s', 'new']);
  });

  test('that fails is dropped without another try', async () => {
    const chat = recordingChat(({ kind }) => kind === 'draft');
    await using setting = await startTestGateway({ onMessage: chat.onMessage, retry: QUICK });
    await using run = await setting.attach();

    await run.say('1', draft('lost'));
    await run.say('2', message('kept'));
    await run.attached.drain();

    expect(chat.got.map(({ text }) => text)).toEqual(['kept']);
    expect(listQuarantine(setting.dataDir)).toEqual([]);
    expect(await readdir(join(run.ipcDir, 'messages'))).toEqual([]);
  });
});
