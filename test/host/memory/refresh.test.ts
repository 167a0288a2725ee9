import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { link, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import { listMemoryFiles } from '../../../host/memory/list-memory-files.ts';
import { openMemory } from '../../../host/memory/open-memory.ts';
import { openSetting, said } from './memory-setting.ts';

describe('a search after files have changed', () => {
  test('finds new, changed and renamed files and forgets removed ones', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', 'one heron');
    await setting.write('team', 'memory/a/b/deep.md', 'two heron');
    await setting.write('team', 'memory/old.md', 'three heron');
    expect((await setting.find('team', 'heron')).sort()).toEqual(['one heron', 'three heron', 'two heron']);

    await setting.write('team', 'MEMORY.md', 'four heron');
    await rm(setting.pathOf('team', 'memory/a/b/deep.md'));
    await rename(setting.pathOf('team', 'memory/old.md'), setting.pathOf('team', 'memory/new.md'));

    const { hits } = await setting.memory.search({ groupFolder: 'team', query: 'heron' });
    expect(hits.map(({ path, snippet }) => `${path} ${snippet}`).sort()).toEqual([
      'MEMORY.md four heron',
      'memory/new.md three heron',
    ]);
  });

  test('finds a change that keeps size and time', async () => {
    await using setting = await openSetting();
    const path = setting.pathOf('team', 'MEMORY.md');
    await setting.write('team', 'MEMORY.md', 'a heron');
    await utimes(path, 1000, 1000);
    await setting.find('team', 'heron');
    await writeFile(path, 'a goat!');
    await utimes(path, 1000, 1000);

    expect([await setting.find('team', 'heron'), await setting.find('team', 'goat')]).toEqual([
      [],
      ['a goat!'],
    ]);
  });

  test('has a file that changes while it is indexed as read, and then as it became', async () => {
    await using setting = await openSetting();
    const long = 'The heron waits.\n\n'.repeat(3000);
    await setting.write('team', 'MEMORY.md', long);
    const searching = setting.find('team', 'heron');
    await setImmediate();
    await setting.write('team', 'MEMORY.md', 'A goat.');
    await searching;

    expect([await setting.find('team', 'heron'), await setting.find('team', 'goat')]).toEqual([
      [],
      ['A goat.'],
    ]);
  });

  test('forgets a group whose directory is gone', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', 'heron');
    await setting.find('team', 'heron');
    await rm(setting.pathOf('team', '.'), { recursive: true });

    expect(await setting.find('team', 'heron')).toEqual([]);
  });

  test('reads memory.md where there is no MEMORY.md', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'memory.md', 'small heron');
    expect(await setting.find('team', 'heron')).toEqual(['small heron']);

    await setting.write('team', 'MEMORY.md', 'great heron');
    expect(await setting.find('team', 'heron')).toEqual(['great heron']);
  });

  test('leaves out what is no memory document, and says so where it looks like one', async () => {
    await using setting = await openSetting();
    const outside = join(setting.dataDir, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret.md'), 'secret heron');
    await setting.write('team', 'memory/good.md', 'good heron');
    await setting.write('team', 'memory/note.txt', 'text heron');
    await setting.write('team', 'memory/.hidden.md', 'hidden heron');
    await setting.write('team', 'SOUL.md', 'soul heron');
    await setting.write('team', 'memory/nul.md', 'heron \0');
    await setting.write('team', 'memory/latin.md', new Uint8Array([0x68, 0xe9, 0x72]));
    await setting.write('team', 'memory/big.md', `heron ${' '.repeat(5 * 1024 * 1024)}`);
    await symlink(join(outside, 'secret.md'), setting.pathOf('team', 'memory/link.md'));
    await symlink(outside, setting.pathOf('team', 'memory/linked'));
    await link(join(outside, 'secret.md'), setting.pathOf('team', 'memory/hard.md'));
    execFileSync('mkfifo', [setting.pathOf('team', 'MEMORY.md'), setting.pathOf('team', 'memory/fifo.md')]);

    const found = await setting.memory.search({ groupFolder: 'team', query: 'heron' });
    const again = await setting.memory.search({ groupFolder: 'team', query: 'heron' });

    expect(found.hits.map(({ path }) => path)).toEqual(['memory/good.md']);
    expect(found.notices).toEqual([
      '"MEMORY.md" is not searched: it is not a regular file.',
      '"memory/big.md" is not searched: it has 5242886 bytes, above 5 MiB.',
      '"memory/fifo.md" is not searched: it is not a regular file.',
      '"memory/hard.md" is not searched: it has 2 links.',
      '"memory/link.md" is not searched: it is a symbolic link.',
      '"memory/linked" is not searched: it is a symbolic link.',
      '"memory/latin.md" is not searched: it is no UTF-8 text.',
      '"memory/nul.md" is not searched: it is binary.',
    ]);
    expect(again).toEqual(found);
  });

  test('follows no link in place of the memory directory or of the group', async () => {
    await using setting = await openSetting();
    await setting.write('other', 'MEMORY.md', 'secret heron');
    await setting.write('other', 'memory/a.md', 'secret heron too');
    await mkdir(setting.pathOf('team', '.'));
    await symlink(setting.pathOf('other', 'memory'), setting.pathOf('team', 'memory'));
    await symlink(setting.pathOf('other', '.'), setting.pathOf('linked', '.').replace(/\/$/u, ''));

    expect([await setting.find('team', 'heron'), await setting.find('linked', 'heron')]).toEqual([[], []]);
  });

  test('gives a directory with a socket in it no trouble', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'memory/good.md', 'good heron');
    const server = createServer().listen(setting.pathOf('team', 'memory/s.md'));
    try {
      expect(await setting.find('team', 'heron')).toEqual(['good heron']);
    } finally {
      server.close();
    }
  });

  test('stops at 10,000 files and at a depth of 16, and says so', async () => {
    await using setting = await openSetting();
    await mkdir(setting.pathOf('team', 'memory/many'), { recursive: true });
    const names = Array.from({ length: 10_001 }, (_, index) => `many/${index}.md`);
    for (const name of names) writeFileSync(setting.pathOf('team', `memory/${name}`), '');
    await mkdir(setting.pathOf('team', `memory/${'d/'.repeat(20)}`), { recursive: true });

    const { files, notices } = listMemoryFiles(setting.pathOf('team', '.').replace(/\/$/u, ''));

    expect(files).toHaveLength(10_000);
    expect(notices).toEqual([
      `"memory/${'d/'.repeat(15)}d" is not searched: it lies deeper than 16 directories.`,
      'Memory documents above 10000 files, 40000 names or 128 MiB are not searched.',
    ]);
  }, 30_000);

  test('sees what another connection has recorded and indexed', async () => {
    await using setting = await openSetting();
    await using second = await openMemory({ dataDir: setting.dataDir });
    await setting.write('team', 'MEMORY.md', 'The heron waits.');
    await second.recordMessage(said('team', 'I saw a heron.'));

    const found = await Promise.all([setting.find('team', 'heron'), setting.find('team', 'heron')]);
    const { hits } = await second.search({ groupFolder: 'team', query: 'heron' });

    expect(found).toEqual([hits.map(({ snippet }) => snippet), hits.map(({ snippet }) => snippet)]);
    expect(hits).toHaveLength(2);
  });

  test('indexes a long file once where two do it at the same time', async () => {
    await using setting = await openSetting();
    await using second = await openMemory({ dataDir: setting.dataDir });
    await setting.write(
      'team',
      'MEMORY.md',
      Array.from({ length: 900 }, (_, n) => `heron ${n}`).join('\n\n'),
    );

    await Promise.all([
      setting.find('team', 'heron'),
      second.search({ groupFolder: 'team', query: 'heron' }),
    ]);
    await setting.find('team', 'heron');

    const { passages } = await setting.memory.reindex('team');
    expect(passages).toBe(900);
    expect(
      (await setting.find('team', '"heron 17"')).filter((text) => text.includes('heron 17\n')),
    ).toHaveLength(1);
  });
});

describe('a hostile document', () => {
  test('of very many paragraphs is searched in part, and says so', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', `heron\n\n${'a\n\n'.repeat(50_000)}goat`);

    const search = () => setting.memory.search({ groupFolder: 'team', query: 'heron goat', topK: 1 });
    const notices = ['"MEMORY.md" is searched up to its paragraph 50000.'];
    expect((await search()).notices).toEqual(notices);
    expect((await search()).notices).toEqual(notices);
  });

  test.each([
    ['one long line', `${'x'.repeat(2_000_000)} heron`],
    [
      'a long heading above short paragraphs',
      `# ${'x'.repeat(2_000_000)}\n## heron\n${'a\n\n'.repeat(2000)}`,
    ],
    ['marks of headings and lists', `${'# '.repeat(500_000)}\n${'- '.repeat(500_000)}\n\nheron`],
    ['brackets and stars', `${'['.repeat(500_000)}\n${'**'.repeat(500_000)}\n\nheron`],
    ['quotes', `a${"'a".repeat(500_000)} heron`],
  ])('of %s is searched', async (_, text) => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', text);

    expect(await setting.find('team', 'heron')).not.toEqual([]);
  });
});

describe('recordMessage', () => {
  test('keeps days and chats apart within hits', async () => {
    await using setting = await openSetting();
    await setting.memory.recordMessage(said('team', 'heron on Monday', '2024-05-06T10:00:00Z'));
    await setting.memory.recordMessage(said('team', 'heron on Tuesday', '2024-05-07T10:00:00+02:00'));
    await setting.memory.recordMessage({ ...said('team', 'heron elsewhere'), chatJid: 'test:2' });

    expect((await setting.find('team', 'heron')).sort()).toEqual([
      'Ana: heron elsewhere',
      'Ana: heron on Monday',
      'Ana: heron on Tuesday',
    ]);
  });

  test('shows long messages of long-named senders within 800 characters', async () => {
    await using setting = await openSetting();
    const senderName = 'Ana '.repeat(100);
    await setting.memory.recordMessage({ ...said('team', `heron ${'word '.repeat(158)}`), senderName });

    const [snippet = ''] = await setting.find('team', 'heron');

    expect(snippet.length).toBeLessThanOrEqual(800);
  });

  test('refuses a time that is none and leaves out blank text', async () => {
    await using setting = await openSetting();

    await expect(setting.memory.recordMessage(said('team', 'x', 'yesterday'))).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    await setting.memory.recordMessage(said('team', ' \0 '));
    expect(await setting.memory.reindex('team')).toEqual({ groups: 1, passages: 0, notices: [] });
  });
});
