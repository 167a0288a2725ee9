import { execFile } from 'node:child_process';
import {
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { publishFile, readRegularFile } from '../../ipc-schemas/index.ts';

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'turnbox-spool-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('readRegularFile', () => {
  test.each([
    { which: 'shorter than the limit', content: 'héll', expected: 'héll', isCut: false },
    { which: 'of exactly the limit', content: 'hello!', expected: 'hello!', isCut: false },
    { which: 'longer than the limit', content: 'hello!?', expected: 'hello!', isCut: true },
    { which: 'that is empty', content: '', expected: '', isCut: false },
  ])('reads a file $which', async ({ content, expected, isCut }) => {
    const path = join(directory, 'a.json');
    await writeFile(path, content);

    const read = await readRegularFile(path, 6);

    expect(read).toEqual({ kind: 'read', bytes: bytesOf(expected), isCut });
  });

  test('holds no more than the limit of a huge file', async () => {
    const path = join(directory, 'a.json');
    await writeFile(path, 'head');
    await truncate(path, 2 ** 33);

    const read = await readRegularFile(path, 4);

    expect(read).toEqual({ kind: 'read', bytes: bytesOf('head'), isCut: true });
  });

  test.each([
    ['has no name', 'none.json'],
    ['stands below a file', 'a.json/b.json'],
  ])('calls a file absent that %s', async (_, name) => {
    await writeFile(join(directory, 'a.json'), '{}');

    expect(await readRegularFile(join(directory, name), 10)).toEqual({ kind: 'absent' });
  });

  test.each([
    ['a file', 'target.json'],
    ['nothing', 'none.json'],
    ['itself', 'a.json'],
  ])('refuses a symbolic link to %s', async (_, target) => {
    await writeFile(join(directory, 'target.json'), '{}');
    await symlink(join(directory, target), join(directory, 'a.json'));

    const read = await readRegularFile(join(directory, 'a.json'), 10);

    expect(read).toEqual({ kind: 'refused', reason: 'it is a symbolic link' });
  });

  test('refuses a file with a second link, by either name', async () => {
    await writeFile(join(directory, 'a.json'), '{}');
    await link(join(directory, 'a.json'), join(directory, 'b.json'));

    const reads = await Promise.all(
      ['a.json', 'b.json'].map((name) => readRegularFile(join(directory, name), 10)),
    );

    const refused = { kind: 'refused', reason: 'it has 2 links' };
    expect(reads).toEqual([refused, refused]);
  });

  test('refuses a FIFO that nobody writes to, without waiting', async () => {
    const path = join(directory, 'a.json');
    await promisify(execFile)('mkfifo', [path]);

    expect(await readRegularFile(path, 10)).toEqual({ kind: 'refused', reason: 'it is not a regular file' });
  });

  test('refuses a directory and a device', async () => {
    await mkdir(join(directory, 'a.json'));

    const reads = [
      await readRegularFile(join(directory, 'a.json'), 10),
      await readRegularFile('/dev/zero', 10),
    ];

    const refused = { kind: 'refused', reason: 'it is not a regular file' };
    expect(reads).toEqual([refused, refused]);
  });

  test('refuses a socket', async () => {
    const path = join(directory, 'a.json');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));

    const read = await readRegularFile(path, 10);

    server.close();
    expect(read).toEqual({ kind: 'refused', reason: 'it cannot be opened (ENXIO)' });
  });

  test.each([
    ['is too long', 'a'.repeat(300), 'ENAMETOOLONG'],
    ['holds NUL', 'a\0b', 'ERR_INVALID_ARG_VALUE'],
  ])('refuses a name that %s instead of throwing', async (_, name, code) => {
    const read = await readRegularFile(join(directory, name), 10);

    expect(read).toEqual({ kind: 'refused', reason: `it cannot be opened (${code})` });
  });
});

describe('publishFile', () => {
  test('leaves the file alone in its directory, for its owner only', async () => {
    await publishFile(directory, 'a.json', '{"text":"é"}');

    expect(await readdir(directory)).toEqual(['a.json']);
    expect(await readRegularFile(join(directory, 'a.json'), 100)).toEqual({
      kind: 'read',
      bytes: bytesOf('{"text":"é"}'),
      isCut: false,
    });
    expect((await stat(join(directory, 'a.json'))).mode & 0o777).toBe(0o600);
  });

  test('replaces a file of the same name', async () => {
    await publishFile(directory, 'a.json', 'old and long');
    await publishFile(directory, 'a.json', 'new');

    expect(await readFile(join(directory, 'a.json'), 'utf8')).toBe('new');
  });

  test('replaces a symbolic link of the same name and leaves its target as it was', async () => {
    await writeFile(join(directory, 'target'), 'untouched');
    await symlink(join(directory, 'target'), join(directory, 'a.json'));

    await publishFile(directory, 'a.json', 'new');

    expect(await readFile(join(directory, 'target'), 'utf8')).toBe('untouched');
    expect(await readRegularFile(join(directory, 'a.json'), 100)).toEqual({
      kind: 'read',
      bytes: bytesOf('new'),
      isCut: false,
    });
  });

  test('fails beside the unfinished file of another writer and does not touch it', async () => {
    await writeFile(join(directory, 'a.json.tmp'), 'somebody else');

    const publishing = publishFile(directory, 'a.json', '{}');

    await expect(publishing).rejects.toMatchObject({ code: 'EEXIST', path: join(directory, 'a.json.tmp') });
    expect(await readdir(directory)).toEqual(['a.json.tmp']);
    expect(await readFile(join(directory, 'a.json.tmp'), 'utf8')).toBe('somebody else');
  });

  test('does not write through a link that stands where its unfinished file goes', async () => {
    await symlink(join(directory, 'target'), join(directory, 'a.json.tmp'));

    await expect(publishFile(directory, 'a.json', '{}')).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readdir(directory)).toEqual(['a.json.tmp']);
  });

  test('removes its unfinished file when the name cannot be taken', async () => {
    await mkdir(join(directory, 'a.json'));

    await expect(publishFile(directory, 'a.json', '{}')).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readdir(directory)).toEqual(['a.json']);
  });

  test('fails in a directory that is not there', async () => {
    await expect(publishFile(join(directory, 'none'), 'a.json', '{}')).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  test('shows a reader the whole file or none, under its own name or one that ends in .tmp', async () => {
    const text = 'x'.repeat(8 * 1024 * 1024);
    const seenNames = new Set<string>();
    const ending = new AbortController();
    const publishing = publishFile(directory, 'a.json', text).finally(() => ending.abort());

    const sizes = new Set<number>();
    while (!ending.signal.aborted) {
      for (const name of await readdir(directory)) seenNames.add(name);
      const read = await readRegularFile(join(directory, 'a.json'), text.length + 1);
      if (read.kind === 'read') sizes.add(read.bytes.length);
    }
    await publishing;
    const last = await readRegularFile(join(directory, 'a.json'), text.length + 1);

    expect(last).toMatchObject({ kind: 'read', isCut: false, bytes: { length: text.length } });
    expect([...sizes].filter((size) => size !== text.length)).toEqual([]);
    expect([...seenNames].filter((name) => !['a.json', 'a.json.tmp'].includes(name))).toEqual([]);
  });
});
