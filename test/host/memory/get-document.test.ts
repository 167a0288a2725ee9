import { execFileSync } from 'node:child_process';
import { link, mkdir, symlink } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';

import { openSetting } from './memory-setting.ts';

const absent = (path: string) => ({
  code: 'INPUT_INVALID',
  message: `path: expected a memory document such as MEMORY.md or memory/notes.md, found none at ${JSON.stringify(path)}`,
});

describe('get', () => {
  test('gives a document as it is', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'memory/a/notes.md', 'one\ntwo\nthree\n');

    expect(await setting.memory.get({ groupFolder: 'team', path: 'memory/a/notes.md' })).toEqual({
      document: {
        groupFolder: 'team',
        path: 'memory/a/notes.md',
        content: 'one\ntwo\nthree\n',
        totalLines: 3,
      },
    });
  });

  test.each([
    [{ startLine: 2 }, 'two\nthree'],
    [{ endLine: 2 }, 'one\ntwo'],
    [{ startLine: 2, endLine: 2 }, 'two'],
    [{ startLine: 1, endLine: 99 }, 'one\ntwo\nthree'],
  ])('gives the lines %j', async (lines, content) => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', 'one\ntwo\nthree');

    const { document } = await setting.memory.get({ groupFolder: 'team', path: 'MEMORY.md', ...lines });

    expect(document).toEqual({ groupFolder: 'team', path: 'MEMORY.md', content, totalLines: 3 });
  });

  test('says that a document has no such line', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', 'one');

    expect(await setting.memory.get({ groupFolder: 'team', path: 'MEMORY.md', startLine: 5 })).toEqual({
      document: { groupFolder: 'team', path: 'MEMORY.md', content: '', totalLines: 1 },
      notice: 'The document ends at line 1.',
    });
  });

  test.each([{ startLine: 3, endLine: 2 }, { startLine: 0 }, { endLine: -1 }, { startLine: 1.5 }])(
    'refuses the lines %j',
    async (lines) => {
      await using setting = await openSetting();
      await setting.write('team', 'MEMORY.md', 'one\ntwo\nthree');

      await expect(
        setting.memory.get({ groupFolder: 'team', path: 'MEMORY.md', ...lines }),
      ).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    },
  );

  test('cuts above 1 MiB at a line and says where', async () => {
    await using setting = await openSetting();
    const line = 'é'.repeat(50_000);
    await setting.write('team', 'MEMORY.md', Array.from({ length: 20 }, () => line).join('\n'));

    const { document, notice } = await setting.memory.get({
      groupFolder: 'team',
      path: 'MEMORY.md',
      startLine: 3,
    });

    expect(document.content).toBe(Array.from({ length: 10 }, () => line).join('\n'));
    expect(document.totalLines).toBe(20);
    expect(notice).toBe('The content is cut at 1 MiB and ends with line 12; ask for the lines after it.');
  });

  test('finds a name in either spelling of its accents', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'memory/caf\u00e9.md', 'composed');
    await setting.write('team', 'memory/tu\u0308r.md', 'decomposed');

    const contentOf = async (path: string) =>
      (await setting.memory.get({ groupFolder: 'team', path })).document.content;
    expect(await contentOf('memory/cafe\u0301.md')).toBe('composed');
    expect(await contentOf('memory/t\u00fcr.md')).toBe('decomposed');
  });

  test.each([
    'memory/absent.md',
    '../other/MEMORY.md',
    'memory/../../other/MEMORY.md',
    'memory/../SOUL.md',
    'memory/./good.md',
    'memory//good.md',
    'memory/.hidden.md',
    './MEMORY.md',
    '/etc/passwd',
    '/etc/passwd.md',
    'SOUL.md',
    'memory/note.txt',
    'memory',
    'memory/dir.md',
    'memory/link.md',
    'memory/linked/MEMORY.md',
    'memory/hard.md',
    'memory/fifo.md',
    'memory/binary.md',
    'memory/latin.md',
    'memory/good.md\0',
    'memory\\good.md',
    '',
  ])('answers %j as it answers for an absent document', async (path) => {
    await using setting = await openSetting();
    await setting.write('other', 'MEMORY.md', 'secret');
    await setting.write('other', 'hard.md', 'secret');
    await setting.write('team', 'SOUL.md', 'soul');
    await setting.write('team', 'memory/good.md', 'good');
    await setting.write('team', 'memory/.hidden.md', 'hidden');
    await setting.write('team', 'memory/note.txt', 'text');
    await setting.write('team', 'memory/binary.md', 'a\0b');
    await setting.write('team', 'memory/latin.md', new Uint8Array([0xe9]));
    await mkdir(setting.pathOf('team', 'memory/dir.md'));
    await symlink('/etc/passwd', setting.pathOf('team', 'memory/link.md'));
    await symlink(setting.pathOf('other', '.'), setting.pathOf('team', 'memory/linked'));
    await link(setting.pathOf('other', 'hard.md'), setting.pathOf('team', 'memory/hard.md'));
    execFileSync('mkfifo', [setting.pathOf('team', 'memory/fifo.md')]);

    await expect(setting.memory.get({ groupFolder: 'team', path })).rejects.toMatchObject(absent(path));
  });

  test('answers a path of 4 KB likewise', async () => {
    await using setting = await openSetting();
    const path = `memory/${'x'.repeat(4096)}.md`;

    await expect(setting.memory.get({ groupFolder: 'team', path })).rejects.toMatchObject(
      absent(path.slice(0, 100)),
    );
  });

  test.each(['MEMORY.md', 'memory/a.md'])('answers a linked %s likewise', async (path) => {
    await using setting = await openSetting();
    await setting.write('other', 'MEMORY.md', 'secret');
    await setting.write('other', 'memory/a.md', 'secret');
    await mkdir(setting.pathOf('team', '.'));
    await symlink(setting.pathOf('other', 'MEMORY.md'), setting.pathOf('team', 'MEMORY.md'));
    await symlink(setting.pathOf('other', 'memory'), setting.pathOf('team', 'memory'));

    await expect(setting.memory.get({ groupFolder: 'team', path })).rejects.toMatchObject(absent(path));
  });
});
