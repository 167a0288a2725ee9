import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { ReasoningDelivery } from '../../container/agent-runner/deliver.ts';
import { createLog } from '../../container/agent-runner/log.ts';
import { createRedactor } from '../../container/agent-runner/redact.ts';
import { IPC_FILE_NAME_PATTERN, MAX_MESSAGE_BYTES, type RunFact } from '../../ipc-schemas/index.ts';
import { sampleInput } from './sample-input.ts';

let ipcDir: string;
let logged: string[];

beforeEach(async () => {
  ipcDir = await mkdtemp(join(tmpdir(), 'turnbox-ipc-'));
  logged = [];
});

afterEach(() => rm(ipcDir, { recursive: true }));

const thought = (text: string): RunFact => ({ type: 'reasoning_delta', text });
const said: RunFact = { type: 'text_delta', text: 'x', messageId: 'm1' };

async function deliver(facts: readonly RunFact[], requestId = 'r1'): Promise<void> {
  const log = createLog((text) => logged.push(text), createRedactor([]));
  const delivery = new ReasoningDelivery(sampleInput({ chatJid: 'telegram:1' }), requestId, ipcDir, log);
  for (const fact of facts) await delivery.take(fact);
  await delivery.end();
}

async function readMessages(): Promise<{ names: string[]; texts: string[] }> {
  const names = (await readdir(join(ipcDir, 'messages'))).sort();
  return {
    names,
    texts: await Promise.all(names.map((name) => readFile(join(ipcDir, 'messages', name), 'utf8'))),
  };
}

describe('reasoning', () => {
  test('becomes a message a stretch, in name order', async () => {
    await mkdir(join(ipcDir, 'messages'));

    await deliver([thought('I '), thought('think. '), said, thought(' \n'), said, thought('So I am.')]);

    const { names, texts } = await readMessages();
    expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual([
      { type: 'message', chatJid: 'telegram:1', requestId: 'r1', text: 'I think.' },
      { type: 'message', chatJid: 'telegram:1', requestId: 'r1', text: 'So I am.' },
    ]);
    expect(names.map((name) => name.replace(/^\d+/, 'T'))).toEqual(['T-000001-r1.json', 'T-000002-r1.json']);
  });

  test('fits into a message whatever is in it and whoever asked for it', async () => {
    await mkdir(join(ipcDir, 'messages'));

    await deliver([thought('a\0'.repeat(500_000))], 'r'.repeat(128));

    const { names, texts } = await readMessages();
    expect(names.map((name) => IPC_FILE_NAME_PATTERN.test(name))).toEqual([true]);
    expect(Buffer.byteLength(texts[0] ?? '')).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
  });

  test('that cannot be sent is said in the log once, and changes nothing else', async () => {
    await deliver([thought('one'), said, thought('two'), said]);

    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('reasoning cannot be sent as messages');
  });
});
