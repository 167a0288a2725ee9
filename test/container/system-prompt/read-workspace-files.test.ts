import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readWorkspaceFiles } from '../../../container/agent-runner/system-prompt/read-workspace-files.ts';

const REQUESTS = [{ root: 'group', names: ['MEMORY.md', 'memory.md'] }] as const;

let root = '';
let dirs = { groupDir: '', globalDir: '' };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'turnbox-prompt-'));
  dirs = { groupDir: join(root, 'group'), globalDir: join(root, 'global') };
  mkdirSync(dirs.groupDir);
  mkdirSync(dirs.globalDir);
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('readWorkspaceFiles', () => {
  it('reads files of both roots in the order of the requests', async () => {
    mkdirSync(join(dirs.groupDir, 'memory'));
    writeFileSync(join(dirs.groupDir, 'memory/2026-01-01.md'), 'today\n');
    writeFileSync(join(dirs.globalDir, 'SOUL.md'), 'soul');
    const requests = [
      { root: 'group', names: ['memory/2026-01-01.md'] },
      { root: 'group', names: ['memory/2025-12-31.md'] },
      { root: 'global', names: ['SOUL.md'] },
    ] as const;

    expect(await readWorkspaceFiles(requests, dirs, 100)).toEqual({
      files: [
        { label: 'group/memory/2026-01-01.md', text: 'today\n', isCut: false },
        { label: 'global/SOUL.md', text: 'soul', isCut: false },
      ],
      notices: [],
    });
  });

  it('takes the second name where the first is missing', async () => {
    writeFileSync(join(dirs.groupDir, 'memory.md'), 'small');

    expect(await readWorkspaceFiles(REQUESTS, dirs, 100)).toEqual({
      files: [{ label: 'group/memory.md', text: 'small', isCut: false }],
      notices: [],
    });
  });

  it('prefers the first name', async () => {
    writeFileSync(join(dirs.groupDir, 'memory.md'), 'small');
    writeFileSync(join(dirs.groupDir, 'MEMORY.md'), 'large');

    expect((await readWorkspaceFiles(REQUESTS, dirs, 100)).files.map((file) => file.text)).toEqual(['large']);
  });

  it('leaves out missing and blank files silently, and missing directories too', async () => {
    writeFileSync(join(dirs.groupDir, 'MEMORY.md'), '\ufeff \n\t');
    const requests = [...REQUESTS, { root: 'global', names: ['SOUL.md'] }] as const;
    const given = await readWorkspaceFiles(requests, { ...dirs, globalDir: join(root, 'none') }, 100);

    expect(given).toEqual({ files: [], notices: [] });
  });

  it.each<[string, (path: string) => void, string]>([
    ['a FIFO', (path) => execFileSync('mkfifo', [path]), 'it is not a regular file'],
    ['a directory', (path) => mkdirSync(path), 'it is not a regular file'],
    ['a symbolic link', (path) => symlinkSync('/etc/passwd', path), 'it is a symbolic link'],
    ['a dangling link', (path) => symlinkSync('/nowhere/at/all', path), 'it is a symbolic link'],
    [
      'a hard link',
      (path) => {
        writeFileSync(`${path}.other`, 'x');
        linkSync(`${path}.other`, path);
      },
      'it has 2 links',
    ],
  ])('refuses %s with a notice', async (_what, make, reason) => {
    make(join(dirs.groupDir, 'MEMORY.md'));
    writeFileSync(join(dirs.groupDir, 'memory.md'), 'not asked for');

    expect(await readWorkspaceFiles(REQUESTS, dirs, 100)).toEqual({
      files: [],
      notices: [`group/MEMORY.md is left out of the prompt: ${reason}`],
    });
  });

  it('does not follow a link that stands for the memory directory', async () => {
    const elsewhere = join(root, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, '2026-01-01.md'), 'secret');
    symlinkSync(elsewhere, join(dirs.groupDir, 'memory'));
    const requests = [{ root: 'group', names: ['memory/2026-01-01.md'] }] as const;

    expect(await readWorkspaceFiles(requests, dirs, 100)).toEqual({
      files: [],
      notices: ['group/memory/2026-01-01.md is left out of the prompt: memory is a symbolic link'],
    });
  });

  it('answers a path that no system can open', async () => {
    const given = await readWorkspaceFiles(REQUESTS, { ...dirs, groupDir: 'a\0b' }, 100);

    expect(given.files).toEqual([]);
    expect(given.notices).toHaveLength(1);
  });

  it('drops a BOM and replaces bytes that are not UTF-8', async () => {
    writeFileSync(join(dirs.groupDir, 'MEMORY.md'), Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xff, 0x62, 0xc3]));
    const { files } = await readWorkspaceFiles(REQUESTS, dirs, 100);

    expect(files).toEqual([{ label: 'group/MEMORY.md', text: 'a\ufffdb\ufffd', isCut: false }]);
  });

  it('reads four bytes for each allowed character and stops before a split one', async () => {
    writeFileSync(join(dirs.groupDir, 'MEMORY.md'), `x${'😀'.repeat(10)}`);

    expect((await readWorkspaceFiles(REQUESTS, dirs, 2)).files).toEqual([
      { label: 'group/MEMORY.md', text: 'x😀', isCut: true },
    ]);
  });
});
