import { execFile } from 'node:child_process';
import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  IPC_FILE_MODE,
  listSpool,
  MAX_JSON_DEPTH,
  parseSpoolJson,
  publishFile,
  readSpoolFile,
} from '../../ipc-schemas/index.ts';

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'turnbox-spool-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('readSpoolFile', () => {
  test.each([
    ['that is empty', ''],
    ['of exactly the limit', 'hello!'],
  ])('reads a file %s', async (_, content) => {
    const path = join(directory, 'a.json');
    await writeFile(path, content);
    const facts = await stat(path);

    expect(readSpoolFile(path, 6)).toEqual({
      kind: 'read',
      bytes: bytesOf(content),
      inode: facts.ino,
      changedMs: facts.mtimeMs,
    });
  });

  test('refuses a larger file and does not cut it', async () => {
    await writeFile(join(directory, 'a.json'), 'hello!?');

    expect(readSpoolFile(join(directory, 'a.json'), 6)).toEqual({
      kind: 'refused',
      reason: 'it has 7 bytes, at most 6 are read',
    });
  });

  test.each<[string, (path: string) => Promise<unknown>, string]>([
    ['a symbolic link', (path) => symlink('/etc/passwd', path), 'it is a symbolic link'],
    ['a FIFO', (path) => promisify(execFile)('mkfifo', [path]), 'it is not a regular file'],
    ['a directory', (path) => mkdir(path), 'it is not a regular file'],
    [
      'a file with two links',
      async (path) => {
        await writeFile(path, '{}');
        await link(path, `${path}.other`);
      },
      'it has 2 links',
    ],
  ])('refuses %s', async (_, make, reason) => {
    const path = join(directory, 'a.json');
    await make(path);

    expect(readSpoolFile(path, 100)).toEqual({ kind: 'refused', reason });
  });

  test('calls a file absent that is not there', () => {
    expect(readSpoolFile(join(directory, 'none.json'), 100)).toEqual({ kind: 'absent' });
  });
});

describe('parseSpoolJson', () => {
  test.each([
    ['an object', '{"text":"é \\" ] }"}', { text: 'é " ] }' }],
    ['a byte order mark before it', '\uFEFF{"a":1}', { a: 1 }],
    ['brackets in strings', `["${'['.repeat(200)}"]`, ['['.repeat(200)]],
  ])('reads %s', (_, text, value) => {
    expect(parseSpoolJson(bytesOf(text))).toEqual({ kind: 'parsed', value });
  });

  test('reads what is nested as deep as allowed', () => {
    expect(parseSpoolJson(bytesOf(nested(MAX_JSON_DEPTH)))).toMatchObject({ kind: 'parsed' });
  });

  test.each([
    ['nested deeper', bytesOf(nested(MAX_JSON_DEPTH + 1)), 'it is nested more than 64 deep'],
    ['a million deep', bytesOf('{"a":'.repeat(1e6)), 'it is nested more than 64 deep'],
    ['half of it', bytesOf('{"a":'), 'it is not JSON'],
    ['nothing', bytesOf(''), 'it is not JSON'],
    ['an unclosed string', bytesOf('"a\\'), 'it is not JSON'],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'it is not UTF-8'],
    ['half a character', new Uint8Array([0x22, 0xc3, 0x22]), 'it is not UTF-8'],
  ])('refuses what is %s', (_, bytes, reason) => {
    expect(parseSpoolJson(bytes)).toEqual({ kind: 'malformed', reason });
  });
});

describe('listSpool', () => {
  test('yields every entry of a large directory once', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `${index}.json`);
    await Promise.all(names.map((name) => writeFile(join(directory, name), '')));

    const listed = [...listSpool(directory)];

    expect(listed.map(({ name }) => name).sort()).toEqual(names.sort());
    expect(new Set(listed.map(({ isFile }) => isFile))).toEqual(new Set([true]));
  });

  test('says what is no file, and gives names byte by byte', async () => {
    await symlink('/etc/passwd', join(directory, 'link'));
    await writeFile(Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xff, 0xe9])]), '');

    const listed = [...listSpool(directory)].sort((a, b) => (a.name < b.name ? -1 : 1));

    expect(listed).toEqual([
      { name: 'link', isFile: false },
      { name: '\xff\xe9', isFile: true },
    ]);
  });

  test('throws where there is no directory', () => {
    expect(() => [...listSpool(join(directory, 'none'))]).toThrow(/ENOENT/);
  });
});

describe('publishFile', () => {
  test.each(['before', 'after', 'never'] as const)('leaves one whole file when synced %s', async (synced) => {
    await publishFile(directory, 'a.json', 'text', { synced });

    expect(await readdir(directory)).toEqual(['a.json']);
    expect(await readFile(join(directory, 'a.json'), 'utf8')).toBe('text');
  });

  test('gives the mode it is told, whatever the umask', async () => {
    const umask = process.umask(0o077);
    await publishFile(directory, 'a.json', 'text', { mode: IPC_FILE_MODE });
    process.umask(umask);

    expect((await stat(join(directory, 'a.json'))).mode & 0o777).toBe(0o644);
  });
});
