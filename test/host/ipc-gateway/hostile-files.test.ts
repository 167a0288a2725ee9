import { execFile } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, test } from 'vitest';

import { isTamperingCode } from '../../../host/ipc-gateway/leaf-directory.ts';
import { listQuarantine } from '../../../host/ipc-gateway/list-quarantine.ts';
import { waitForFile } from '../../../ipc-schemas/index.ts';
import { searchRequest, startTestGateway, type TestRun } from './gateway-setting.ts';

const run$ = promisify(execFile);
const handlers = { memory_search: () => Promise.resolve({ hits: [] }) };

/** Makes an entry of some kind outside and moves it in, whole at once. */
async function plant(run: TestRun, name: string, make: (path: string) => Promise<unknown>): Promise<void> {
  const outside = join(run.ipcDir, '..', 'outside');
  await make(outside);
  await rename(outside, join(run.actionsDir, name));
}

describe('what is no readable file', () => {
  const target = '/etc/passwd';
  test.each<[string, (path: string) => Promise<unknown>, RegExp]>([
    ['a symbolic link', (path) => symlink(target, path), /not a regular file/],
    ['a link to itself', (path) => symlink(path, path), /not a regular file/],
    ['a FIFO', (path) => run$('mkfifo', [path]), /not a regular file/],
    ['a directory', (path) => mkdir(path), /not a regular file/],
    [
      'a directory with files',
      (path) => mkdir(join(path, 'deep'), { recursive: true }),
      /not a regular file/,
    ],
    ['a device', (path) => run$('mknod', [path, 'c', '1', '3']), /not a regular file/],
    [
      'a hard link',
      async (path) => {
        await writeFile(`${path}.other`, '{}');
        await link(`${path}.other`, path);
      },
      /it has 2 links/,
    ],
    ['a file of 2 MB', (path) => writeFile(path, 'x'.repeat(2_000_000)), /2000000 bytes, at most 1048576/],
  ])('is answered with an error and goes to quarantine: %s', async (_, make, reason) => {
    await using setting = await startTestGateway({ handlers });
    await using run = await setting.attach();

    await plant(run, 'q.json', make);
    const answer = await run.answerTo('q');

    expect(answer).toMatchObject({ status: 'error', errorCode: 'INPUT_INVALID' });
    expect(answer.error).toMatch(reason);
    expect(await readdir(run.actionsDir)).toEqual([]);
    expect(listQuarantine(setting.dataDir)).toMatchObject([
      { runId: 'run-1', groupFolder: 'family', leaf: 'actions', name: 'q.json' },
    ]);
    expect(setting.notices).toHaveLength(1);
    expect(await run.ask('after')).toMatchObject({ status: 'success' });
  });

  test('is answered and set aside: a socket', async () => {
    await using setting = await startTestGateway({ handlers });
    await using run = await setting.attach();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(run.actionsDir, 'q.json'), resolve));

    const answer = await run.answerTo('q');

    server.close();
    expect(answer.error).toBe('it is not a regular file');
  });
});

describe('names', () => {
  test.each([
    ['with a space', Buffer.from('a b.json')],
    ['without .json', Buffer.from('a.txt')],
    ['that begin with a dash', Buffer.from('-rf.json')],
    ['of 250 characters', Buffer.from(`${'a'.repeat(245)}.json`)],
    ['with a line end', Buffer.from('a\nb.json')],
    ['that are not UTF-8', Buffer.from([0xff, 0xfe, 0x2e])],
    ['that are not ASCII', Buffer.from('é.json')],
  ])('%s go to quarantine and are reported', async (_, name) => {
    await using setting = await startTestGateway({ handlers });
    await using run = await setting.attach();
    const outside = join(run.ipcDir, '..', 'outside');
    await writeFile(outside, '{}');
    await rename(outside, Buffer.concat([Buffer.from(`${run.actionsDir}/`), name]));

    await run.attached.drain();

    expect(await readdir(run.actionsDir)).toEqual([]);
    const [entry, ...others] = listQuarantine(setting.dataDir);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ name: name.toString('utf8'), kind: 'file', bytes: 2 });
    expect(await readFile(entry?.path ?? '', 'utf8')).toBe('{}');
    expect(setting.notices).toHaveLength(1);
  });

  test('of unfinished work are left alone, whatever is behind them', async () => {
    await using setting = await startTestGateway({ handlers });
    await using run = await setting.attach();
    await writeFile(join(run.actionsDir, 'q.json.tmp'), '{"type":"memory_');
    await symlink('/etc/passwd', join(run.actionsDir, '.hidden'));

    await run.attached.drain();

    expect((await readdir(run.actionsDir)).sort()).toEqual(['.hidden', 'q.json.tmp']);
    expect(setting.notices).toEqual([]);
  });

  test('of files that are written in place make requests once they are whole', async () => {
    await using setting = await startTestGateway({ handlers });
    await using run = await setting.attach();
    const text = JSON.stringify(searchRequest('q'));
    const file = await open(join(run.actionsDir, 'q.json'), 'w');
    await file.write(text.slice(0, 20));
    await run.ask('other');
    await file.write(text.slice(20));
    await file.close();

    expect(await run.answerTo('q')).toMatchObject({ status: 'success' });
  });

  test('of the half-written become requests when they are renamed', async () => {
    await using setting = await startTestGateway({ handlers });
    await using run = await setting.attach();
    const path = join(run.actionsDir, 'q.json');
    await writeFile(`${path}.tmp`, JSON.stringify(searchRequest('q')));
    await run.attached.drain();

    await rename(`${path}.tmp`, path);

    expect(await run.answerTo('q')).toMatchObject({ status: 'success' });
  });
});

describe('a leaf directory', () => {
  test.each([
    ['was replaced by a link', (path: string) => symlinkSync('/etc', path)],
    ['was replaced by another', (path: string) => mkdirSync(path)],
    ['was removed', () => undefined],
  ])('that %s stops the run and is never followed', async (what, replace) => {
    await using setting = await startTestGateway({ handlers });
    await using run = await setting.attach();
    const stopped = new Promise((resolve) =>
      run.attached.violated.addEventListener('abort', resolve, { once: true }),
    );

    renameSync(run.actionsDir, join(run.ipcDir, 'old'));
    replace(run.actionsDir);
    await stopped;

    expect(run.attached.violation).toBe(`the directory actions ${what}`);
    expect(setting.notices.map(({ text }) => text)).toEqual([
      `run run-1: the directory actions ${what}; the run must be stopped`,
    ]);
    expect(listQuarantine(setting.dataDir)).toEqual([]);
  });

  test('for results that is no longer there stops the run, too', async () => {
    await using setting = await startTestGateway({ handlers });
    await using run = await setting.attach();

    await rm(join(run.ipcDir, 'action_results'), { recursive: true });
    await writeFile(join(run.actionsDir, 'q.json'), JSON.stringify(searchRequest('q')));
    await run.attached.drain();

    expect(run.attached.violation).toBe('the directory action_results was removed');
  });

  test('that is missing from the start is refused', async () => {
    await using setting = await startTestGateway({ handlers });
    const ipcDir = join(setting.dataDir, 'runs', 'run-1', 'ipc');
    await mkdir(ipcDir, { recursive: true });
    const run = { runId: 'run-1', ipcDir, groupFolder: 'family', isMain: false, chatJids: [] };

    expect(() => setting.gateway.attach(run)).toThrow(/expected a directory at .*actions/);
  });

  test.each([
    ['EACCES', true],
    ['ENOENT', true],
    ['ENOTDIR', true],
    ['ENOSPC', false],
    ['EMFILE', false],
  ])('whose reading fails with %s was tampered with: %s', (code, expected) => {
    expect(isTamperingCode(code)).toBe(expected);
  });

  test('with something in the way of an answer still gets it', async () => {
    await using setting = await startTestGateway({ handlers });
    await using run = await setting.attach();
    await symlink('/etc/passwd', join(run.ipcDir, 'action_results', 'q.json'));
    await symlink('/tmp/turnbox-never', join(run.ipcDir, 'action_results', 'q.json.tmp'));

    await writeFile(join(run.actionsDir, 'q.json'), JSON.stringify(searchRequest('q')));
    await run.attached.drain();

    expect(await run.answerTo('q')).toMatchObject({ status: 'success' });
    expect(await waitForFile('/tmp', 'turnbox-never', { timeoutMs: 0 })).toBe(false);
  });
});
