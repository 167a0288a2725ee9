import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { listQuarantine } from '../../../host/ipc-gateway/list-quarantine.ts';
import { RateLimit } from '../../../host/ipc-gateway/quotas.ts';
import { Turnstile } from '../../../host/ipc-gateway/turnstile.ts';
import { makeRunDirs, searchRequest, startTestGateway } from './gateway-setting.ts';

const handlers = { memory_search: () => Promise.resolve({ hits: [] }) };

describe('a rate limit', () => {
  test('lets two seconds of it through at once and then as much as time gives', () => {
    let nowMs = 0;
    const limit = new RateLimit(2, () => nowMs);

    const burst = [1, 2, 3, 4, 5].map(() => limit.take());
    nowMs = 500;
    const later = [limit.take(), limit.take()];
    nowMs = 100_000;
    const muchLater = [1, 2, 3, 4, 5].map(() => limit.take());

    expect(burst).toEqual([true, true, true, true, false]);
    expect(later).toEqual([true, false]);
    expect(muchLater).toEqual([true, true, true, true, false]);
  });
});

describe('a turnstile', () => {
  test('lets runs through in rotation, however much one has waiting', async () => {
    const turnstile = new Turnstile();
    const order: string[] = [];
    const enter = (run: string): Promise<void> => turnstile.enter(run).then(() => void order.push(run));

    const all = [enter('a'), enter('a'), enter('a'), enter('a'), enter('b'), enter('c'), enter('b')];
    await Promise.all(all);

    expect(order).toEqual(['a', 'a', 'b', 'c', 'a', 'b', 'a']);
  });
});

describe('above a quota', () => {
  test.each([
    [
      'pending requests',
      { maxPendingRequests: 3, maxConcurrentRequests: 1 },
      /at most 3 requests to be pending/,
    ],
    ['pending bytes', { maxPendingRequestBytes: 300, maxConcurrentRequests: 1 }, /at most 300 bytes/],
    ['requests a second', { maxRequestsPerSecond: 1 }, /at most 1 requests a second/],
  ])('of %s every request has an answer all the same', async (_, quotas, message) => {
    await using setting = await startTestGateway({ handlers, quotas });
    const ipcDir = await makeRunDirs(setting.dataDir, 'run-1');
    const ids = Array.from({ length: 30 }, (_unused, index) => `q-${index}`);
    for (const id of ids) {
      await writeFile(join(ipcDir, 'actions', `${id}.json`), JSON.stringify(searchRequest(id)));
    }

    await using run = await setting.attach();
    const answers = await Promise.all(ids.map((id) => run.answerTo(id)));
    await run.attached.drain();

    const refused = answers.filter(({ status }) => status === 'error');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(30);
    for (const { errorCode, error } of refused) {
      expect(errorCode).toBe('LIMIT_EXCEEDED');
      expect(error).toMatch(message);
    }
    expect(await readdir(run.actionsDir)).toEqual([]);
  });

  test('answers that are too many or too old go', async () => {
    await using setting = await startTestGateway({ handlers, quotas: { maxResults: 3 } });
    await using run = await setting.attach();

    for (const id of ['a', 'b', 'c', 'd', 'e']) await run.ask(id);
    await run.attached.drain();

    expect((await readdir(join(run.ipcDir, 'action_results'))).sort()).toEqual([
      'c.json',
      'd.json',
      'e.json',
    ]);
  });

  test('unfinished files are removed, and hostile ones no longer kept', async () => {
    const quotas = { maxUnfinishedFiles: 5, maxQuarantinedFiles: 4 };
    await using setting = await startTestGateway({ handlers, quotas });
    const ipcDir = await makeRunDirs(setting.dataDir, 'run-1');
    for (let index = 0; index < 20; index += 1) {
      await writeFile(join(ipcDir, 'actions', `${index}.json.tmp`), '');
      await mkdir(join(ipcDir, 'actions', `${index}.json`));
    }

    await using run = await setting.attach();
    await run.attached.drain();

    const left = await readdir(run.actionsDir);
    expect(left).toHaveLength(5);
    expect(left.filter((name) => !name.endsWith('.tmp'))).toEqual([]);
    expect(listQuarantine(setting.dataDir)).toHaveLength(4);
  });

  test('one run does not keep another from being served', async () => {
    await using setting = await startTestGateway({ handlers });
    const ipcDir = await makeRunDirs(setting.dataDir, 'run-bad');
    for (let index = 0; index < 3000; index += 1) {
      await writeFile(join(ipcDir, 'actions', `${index}.json`), '');
    }
    await using bad = await setting.attach({ runId: 'run-bad' });
    await using good = await setting.attach({ runId: 'run-good' });

    const answer = await good.ask('q');
    const leftOfBad = await readdir(bad.actionsDir);

    expect(answer).toMatchObject({ status: 'success' });
    expect(leftOfBad.length).toBeGreaterThan(0);
  });

  test('a run that is stuffed with what cannot be moved is stopped', async () => {
    await using setting = await startTestGateway({ handlers });
    // A file where the quarantine would be: nothing can be moved there.
    await writeFile(join(setting.dataDir, 'quarantine'), '');
    const ipcDir = await makeRunDirs(setting.dataDir, 'run-1');
    for (let index = 0; index <= 101; index += 1) {
      await mkdir(join(ipcDir, 'actions', `${index}.json`, 'full'), { recursive: true });
    }

    await using run = await setting.attach();
    await run.attached.drain();

    expect(run.attached.violation).toMatch(/holds more than 100 entries that cannot be moved away/);
  });
});
