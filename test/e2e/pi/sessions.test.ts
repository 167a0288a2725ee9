import { appendFile, chmod, readdir, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { eventsOf, startPiHost, userTextsOf } from './pi-host.ts';

const host = await startPiHost();
const FAR_FUTURE = new Date('2099-01-01');

afterAll(() => host[Symbol.asyncDispose]());

const laneOf = (group: string, lane: 'chat' | 'scheduled'): string =>
  join(host.pathsOf(group).agentDir, 'sessions', lane);

describe('a chat with pi', () => {
  test('goes on: the second message sees the first', async () => {
    const groupFolder = 'goes-on';
    const first = await host.send({ model: 'turnbox-offline', groupFolder, prompt: 'My dog is Rex.' });
    const second = await host.send({
      model: 'turnbox-offline',
      groupFolder,
      prompt: 'What did I say before?',
    });

    expect(second.output.result).toContain('Before this one you sent one message');
    expect(second.output.result).toContain('1. "My dog is Rex."');
    expect(second.output.sessionId).toBe(first.output.sessionId);
    expect(userTextsOf(second)).toEqual(['My dog is Rex.', 'What did I say before?']);
  });

  test('begins anew with noContinue, and goes on from there', async () => {
    const groupFolder = 'begins-anew';
    const first = await host.send({ model: 'reply', groupFolder, prompt: 'one' });
    const second = await host.send({ model: 'reply', groupFolder, prompt: 'two', noContinue: true });
    const third = await host.send({ model: 'reply', groupFolder, prompt: 'three' });

    expect([first, second, third].map(userTextsOf)).toEqual([['one'], ['two'], ['two', 'three']]);
    expect(second.output.sessionId).not.toBe(first.output.sessionId);
    expect(third.output.sessionId).toBe(second.output.sessionId);
  });

  test('goes on with another model', async () => {
    const groupFolder = 'other-model';
    await host.send({ model: 'reply', groupFolder, prompt: 'one' });
    const second = await host.send({ model: 'echo', groupFolder, prompt: 'two' });

    expect(second.output.result).toBe('two');
    expect(userTextsOf(second)).toEqual(['one', 'two']);
  });

  test('is apart from the chats of other groups', async () => {
    await host.send({ model: 'reply', groupFolder: 'group-a', prompt: 'one' });
    const other = await host.send({ model: 'reply', groupFolder: 'group-b', prompt: 'two' });

    expect(userTextsOf(other)).toEqual(['two']);
  });

  test('is apart from scheduled runs, which go on by themselves and bear their mark', async () => {
    const groupFolder = 'lanes';
    const sent = [];
    for (const [prompt, isScheduledTask] of [
      ['chat one', false],
      ['task one', true],
      ['chat two', false],
      ['task two', true],
    ] as const) {
      sent.push(await host.send({ model: 'reply', groupFolder, prompt, isScheduledTask }));
    }

    expect(sent.map(userTextsOf)).toEqual([
      ['chat one'],
      ['[SCHEDULED TASK]\ntask one'],
      ['chat one', 'chat two'],
      ['[SCHEDULED TASK]\ntask one', '[SCHEDULED TASK]\ntask two'],
    ]);
    const ids = sent.map(({ output }) => output.sessionId);
    expect([ids[2], ids[3]]).toEqual([ids[0], ids[1]]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test('goes on behind a failed run', async () => {
    const groupFolder = 'behind-failure';
    await host.send({ model: 'reply', groupFolder, prompt: 'one' });
    await host.send({ model: 'error-401', groupFolder, prompt: 'two' });
    const third = await host.send({ model: 'reply', groupFolder, prompt: 'three' });

    expect(third.output.status).toBe('success');
    expect(userTextsOf(third)).toEqual(['one', 'two', 'three']);
  });

  test.each([
    ['garbage', '\u0000\u0001 not a session\n'],
    ['nothing', ''],
    ['a session without a header', '{"type":"message","id":"1"}\n'],
    ['JSON of another kind', '[1, 2, 3]\n'],
  ])('begins anew where the newest session file holds %s', async (_, text) => {
    const groupFolder = `unreadable-${text.length}`;
    const path = `agent-home/${groupFolder}/pi-offline/sessions/chat/2099_unreadable.jsonl`;
    await host.write(path, text);
    await utimes(join(host.dataDir, path), FAR_FUTURE, FAR_FUTURE);

    const run = await host.send({ model: 'reply', groupFolder, prompt: 'one' });

    expect(run.output).toMatchObject({ status: 'success', result: 'Hello from the offline model.' });
    expect(userTextsOf(run)).toEqual(['one']);
  });

  test('begins anew and says so where pi fails over its newest session', async () => {
    const groupFolder = 'stubborn-session';
    // A pi that refuses to continue, as one does that cannot read its session.
    const refusing = join(host.dataDir, 'refusing-pi');
    await host.write(
      'refusing-pi',
      '#!/bin/sh\ncase " $* " in *" -c "*) echo "bad session" >&2; exit 1;; esac\nexec "$REAL_PI" "$@"\n',
    );
    await chmod(refusing, 0o700);
    await host.send({ model: 'reply', groupFolder, prompt: 'one' });

    const secrets = { REAL_PI: join(import.meta.dirname, '../../../node_modules/.bin/pi') };
    const run = await host.send(
      { model: 'reply', groupFolder, prompt: 'two', secrets },
      { config: { piProgram: refusing } },
    );

    expect(run.output.status).toBe('success');
    expect(userTextsOf(run)).toEqual(['two']);
    expect(eventsOf(run, 'notice').map(({ text }) => text)).toContain(
      'pi failed at its start, which its last session may be the reason for: it is started once more without',
    );
  });

  test('keeps its history where the last line of its session is torn', async () => {
    const groupFolder = 'torn';
    await host.send({ model: 'reply', groupFolder, prompt: 'one' });
    const [name = ''] = await readdir(laneOf(groupFolder, 'chat'));
    const path = join(laneOf(groupFolder, 'chat'), name);
    await appendFile(path, '{"type":"message","id":"torn","mess');
    const second = await host.send({ model: 'reply', groupFolder, prompt: 'two' });
    const third = await host.send({ model: 'reply', groupFolder, prompt: 'three' });

    expect(userTextsOf(second)).toEqual(['one', 'two']);
    expect(userTextsOf(third)).toEqual(['one', 'two', 'three']);
    expect((await readFile(path, 'utf8')).endsWith('\n')).toBe(true);
  });
});
