import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { publishFile, waitForFile } from '../../ipc-schemas/index.ts';

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'turnbox-wait-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const NEVER_RESCAN = { timeoutMs: 10_000, rescanMs: 1_000_000 };

describe('waitForFile', () => {
  test('ends at once where the file is there', async () => {
    await publishFile(directory, 'a.json', '');

    expect(await waitForFile(directory, 'a.json', NEVER_RESCAN)).toBe(true);
  });

  test('ends by an event when the file comes', async () => {
    const waiting = waitForFile(directory, 'a.json', NEVER_RESCAN);

    await publishFile(directory, 'a.json', '');

    expect(await waiting).toBe(true);
  });

  test('ends by looking again where there is nothing to watch yet', async () => {
    const later = join(directory, 'later');
    const waiting = waitForFile(later, 'a.json', { timeoutMs: 10_000, rescanMs: 5 });

    await mkdir(later);
    await publishFile(later, 'a.json', '');

    expect(await waiting).toBe(true);
  });

  test('survives that its directory goes and comes again', async () => {
    const waiting = waitForFile(directory, 'a.json', { timeoutMs: 10_000, rescanMs: 5 });

    await rm(directory, { recursive: true });
    await mkdir(directory);
    await publishFile(directory, 'a.json', '');

    expect(await waiting).toBe(true);
  });

  test('is not misled by other files', async () => {
    const waiting = waitForFile(directory, 'a.json', { timeoutMs: 30 });

    await publishFile(directory, 'b.json', '');

    expect(await waiting).toBe(false);
  });

  test('rejects with the reason of the signal, before or while it waits', async () => {
    const cancelling = new AbortController();
    const waiting = waitForFile(directory, 'a.json', NEVER_RESCAN, cancelling.signal);
    cancelling.abort(new Error('enough'));

    await expect(waiting).rejects.toThrow('enough');
    await expect(waitForFile(directory, 'a.json', NEVER_RESCAN, cancelling.signal)).rejects.toThrow('enough');
  });
});
