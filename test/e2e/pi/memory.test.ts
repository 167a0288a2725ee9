import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openServices, type OutgoingMessage } from '../../../host/index.ts';
import { type PiHost, startPiHost } from './pi-host.ts';

let host: PiHost;

beforeAll(async () => {
  host = await startPiHost();
});

afterAll(() => host[Symbol.asyncDispose]());

describe('an agent with memory', () => {
  test('finds with memory-tool what the group wrote down, and uses it', async () => {
    await host.write('groups/finder/MEMORY.md', '# People\n\nThe cat of Mira is called Pixel.\n');

    const { output, events } = await host.send({
      model: 'memory-search',
      groupFolder: 'finder',
      prompt: 'What is the name of the cat of Mira?',
    });

    expect(output).toMatchObject({
      status: 'success',
      result: 'Memory says (MEMORY.md): The cat of Mira is called Pixel.',
    });
    const [call] = events.filter((event) => event.type === 'tool_start');
    expect(call?.input).toEqual({
      command: "memory-tool search --query 'What is the name of the cat of Mira?' --top-k 3",
    });
  });

  test('reads MEMORY.md of its own group only', async () => {
    await host.write('groups/own/MEMORY.md', 'Own fact.\n');
    await host.write('groups/other/MEMORY.md', 'Secret of the others: heliotrope.\n');

    const got = await host.send({ model: 'memory-get', groupFolder: 'own' });
    const searched = await host.send({ model: 'memory-search', groupFolder: 'own', prompt: 'heliotrope' });

    expect(got.output.result).toBe('MEMORY.md says: Own fact.\n');
    expect(searched.output.result).not.toContain('Secret of the others');
  });

  test('is told in its prompt how to use the tool', async () => {
    const { requests } = await host.send({ model: 'reply', groupFolder: 'told' });

    expect(JSON.stringify(requests[0])).toContain('memory-tool search --query');
  });

  test('gets what memory holds for a message without asking', async () => {
    await host.write('groups/given/memory/2026-01-05.md', '# Garden\n\nThe gooseberries ripen in July.\n');

    const { requests } = await host.send({
      model: 'reply',
      groupFolder: 'given',
      prompt: 'When do the gooseberries ripen?',
    });

    const prompt = JSON.stringify(requests[0]);
    expect(prompt).toContain('## Retrieved memory');
    expect(prompt).toContain('The gooseberries ripen in July.');
  });

  test('finds in a fresh session what was said in an earlier one', async () => {
    await host.send({ model: 'reply', groupFolder: 'chatty', prompt: 'My bicycle is turquoise.' });

    const { output } = await host.send({
      model: 'memory-search',
      groupFolder: 'chatty',
      noContinue: true,
      prompt: 'bicycle turquoise',
    });

    expect(output.result).toContain('My bicycle is turquoise.');
  });
});

describe('a message that an agent sends during its run', () => {
  test('reaches the host before the output does', async () => {
    const sent: OutgoingMessage[] = [];
    await using services = await openServices({
      dataDir: host.dataDir,
      onMessage: (message) => {
        sent.push(message);
        return Promise.resolve();
      },
    });

    const { output } = await host.send({ model: 'message-first', groupFolder: 'sender' }, { services });

    expect(output.result).toBe('All the way.');
    expect(sent).toEqual([
      {
        kind: 'message',
        chatJid: 'cli:sender',
        text: 'half way',
        idempotencyKey: expect.stringMatching(/^[0-9A-Z]{26}\/half-way$/) as string,
      },
    ]);
  });

  test('is a notice among the events where nobody takes messages', async () => {
    const { events } = await host.send({ model: 'message-first', groupFolder: 'unheard' });

    expect(events).toContainEqual(
      expect.objectContaining({ type: 'notice', text: 'message to cli:unheard: half way' }),
    );
  });
});
