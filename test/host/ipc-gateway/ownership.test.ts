import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { ActionLedger } from '../../../host/ipc-gateway/action-ledger.ts';
import { holdOwner, isOwnerAlive } from '../../../host/ipc-gateway/gateway-owner.ts';
import type { OutgoingMessage } from '../../../host/ipc-gateway/parse-message.ts';
import { writeRunFile } from '../../../host/ipc-gateway/run-file.ts';
import { makeRunDirs, searchRequest, startTestGateway } from './gateway-setting.ts';

let dataDir = '';

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'turnbox-owner-'));
});

afterEach(async () => {
  await rm(dataDir, { recursive: true });
});

/** Takes what it is given and is content. */
function collect<T>(into: T[]): (item: T) => Promise<void> {
  return (item) => {
    into.push(item);
    return Promise.resolve();
  };
}

/** A run whose gateway died, with a message and a request left. */
async function makeDeadRun(runId: string, chatJids: string[] = ['cli:family']): Promise<string> {
  const ipcDir = await makeRunDirs(dataDir, runId);
  const owner = { id: 'DEAD', pid: 1, hostName: 'gone', since: '2026-01-01T00:00:00.000Z' };
  const run = { runId, groupFolder: 'family', isMain: false, chatJids, owner };
  writeRunFile(join(dataDir, 'runs', runId), run);
  await writeFile(join(ipcDir, 'actions', 'q.json'), JSON.stringify(searchRequest('q')));
  for (const name of ['2', '1']) {
    const message = { type: 'message', chatJid: 'cli:family', text: `message ${name}` };
    await writeFile(join(ipcDir, 'messages', `${name}.json`), JSON.stringify(message));
  }
  return ipcDir;
}

describe('an owner', () => {
  test('is alive until it is disposed', () => {
    const held = holdOwner(dataDir);
    const whileHeld = isOwnerAlive(dataDir, held.owner.id);
    held[Symbol.dispose]();

    expect([whileHeld, isOwnerAlive(dataDir, held.owner.id)]).toEqual([true, false]);
  });

  test('whose process died is dead though its lock file is still there', async () => {
    await mkdir(join(dataDir, 'gateways'), { recursive: true });
    await writeFile(join(dataDir, 'gateways', 'DEAD.lock'), '');

    expect(isOwnerAlive(dataDir, 'DEAD')).toBe(false);
  });
});

describe('two gateways', () => {
  test('share a data directory, each with its own runs', async () => {
    const handlers = { memory_search: () => Promise.resolve({ hits: [] }) };
    await using one = await startTestGateway({ handlers }, dataDir);
    await using two = await startTestGateway({ handlers }, dataDir);
    await using first = await one.attach({ runId: 'run-1' });
    await using second = await two.attach({ runId: 'run-2' });

    const answers = [await first.ask('q'), await second.ask('q')];

    expect(answers).toMatchObject([{ status: 'success' }, { status: 'success' }]);
  });

  test('do not serve the same run: the second names the first', async () => {
    await using one = await startTestGateway({}, dataDir);
    await using two = await startTestGateway({}, dataDir);
    await using _run = await one.attach();

    await expect(two.attach()).rejects.toMatchObject({
      code: 'CONTAINER_START_FAILED',
      message: expect.stringMatching(
        new RegExp(
          `run run-1 to be nobody's, found it served by process ${process.pid} on \\S+ since \\d{4}-`,
        ),
      ) as string,
    });
  });

  test('may serve the same run one after the other', async () => {
    const one = await startTestGateway({}, dataDir);
    const ipcDir = await makeRunDirs(dataDir, 'run-1');
    one.gateway.attach({ runId: 'run-1', ipcDir, groupFolder: 'family', isMain: false, chatJids: [] });
    await one.gateway.close();
    await using two = await startTestGateway({ mayRecover: () => false }, dataDir);

    await using run = await two.attach();

    expect(run.attached.violation).toBeUndefined();
  });
});

describe('after a crash', () => {
  test('messages are delivered in order, requests are not carried out, and the directory goes', async () => {
    const ipcDir = await makeDeadRun('run-dead');
    const got: OutgoingMessage[] = [];
    const calls: unknown[] = [];

    await using setting = await startTestGateway(
      {
        handlers: { memory_search: collect(calls) },
        onMessage: collect(got),
      },
      dataDir,
    );
    await setting.gateway.recovered();

    expect(got.map(({ idempotencyKey, text }) => [idempotencyKey, text])).toEqual([
      ['run-dead/1', 'message 1'],
      ['run-dead/2', 'message 2'],
    ]);
    expect(calls).toEqual([]);
    expect(existsSync(join(ipcDir, '..'))).toBe(false);
  });

  test('a run is left alone that is alive, is not to be taken, or is no gateway’s', async () => {
    await makeDeadRun('run-other', ['telegram:1']);
    await makeRunDirs(dataDir, 'run-unknown');
    await using one = await startTestGateway({ mayRecover: () => false }, dataDir);
    await using _run = await one.attach({ runId: 'run-alive' });
    const got: OutgoingMessage[] = [];

    await using two = await startTestGateway(
      {
        onMessage: collect(got),
        mayRecover: ({ chatJids }) => chatJids.includes('cli:family'),
      },
      dataDir,
    );
    await two.gateway.recovered();

    expect((await readdir(join(dataDir, 'runs'))).sort()).toEqual(['run-alive', 'run-other', 'run-unknown']);
    expect(got).toEqual([]);
  });

  test('messages wait for a gateway that takes messages', async () => {
    await makeDeadRun('run-dead');
    const silent = await startTestGateway({}, dataDir);
    await silent.gateway.recovered();
    const leftBySilent = existsSync(join(dataDir, 'runs', 'run-dead'));
    await silent.gateway.close();
    const got: OutgoingMessage[] = [];

    await using setting = await startTestGateway({ onMessage: collect(got) }, dataDir);
    await setting.gateway.recovered();

    expect(leftBySilent).toBe(true);
    expect(got).toHaveLength(2);
  });

  test('the ledger holds a request that was begun and never finished', async () => {
    const begun = Promise.withResolvers<void>();
    const memorySearch = (): Promise<unknown> => {
      begun.resolve();
      return new Promise<never>(() => undefined);
    };
    await using setting = await startTestGateway({ handlers: { memory_search: memorySearch } }, dataDir);
    await using run = await setting.attach();
    await writeFile(join(run.actionsDir, 'q.json'), JSON.stringify(searchRequest('q')));
    await begun.promise;

    using ledger = ActionLedger.open(dataDir, () => undefined);

    expect(ledger.begin('run-1', 'q', 'another body')).toEqual({ kind: 'conflict' });
  });
});

describe('the ledger', () => {
  test('tells new, unfinished, answered and conflicting requests apart', () => {
    using ledger = ActionLedger.open(dataDir, () => undefined);

    const first = ledger.begin('r', 'q', 'hash');
    const second = ledger.begin('r', 'q', 'hash');
    ledger.finish('r', 'q', '{"answer":1}');
    const third = ledger.begin('r', 'q', 'hash');
    const other = ledger.begin('r', 'q', 'another');
    ledger.forget('r');
    const forgotten = ledger.begin('r', 'q', 'another');

    expect([first, second, third, other, forgotten]).toEqual([
      { kind: 'new' },
      { kind: 'unfinished' },
      { kind: 'answered', answer: '{"answer":1}' },
      { kind: 'conflict' },
      { kind: 'new' },
    ]);
  });

  test('that is damaged is set aside and begun anew', async () => {
    await writeFile(join(dataDir, 'ipc-ledger.db'), 'x'.repeat(5000));
    const told: string[] = [];

    using ledger = ActionLedger.open(dataDir, (path) => void told.push(path));

    expect(ledger.begin('r', 'q', 'hash')).toEqual({ kind: 'new' });
    expect(told).toHaveLength(1);
    expect(await readFile(told[0] ?? '', 'utf8')).toMatch(/^x+$/);
  });
});
