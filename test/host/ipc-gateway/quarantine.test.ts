import { readFileSync } from 'node:fs';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { LeafDirectory } from '../../../host/ipc-gateway/leaf-directory.ts';
import { listQuarantine } from '../../../host/ipc-gateway/list-quarantine.ts';
import { Quarantine } from '../../../host/ipc-gateway/quarantine.ts';
import { makeScratchDir } from '../host-setting.ts';
import { makeRunDirs } from './gateway-setting.ts';

const about = { runId: 'run-1', groupFolder: 'family', reason: 'for the test' };

test('what is set aside is listed with what is known of it', async () => {
  await using scratch = await makeScratchDir();
  await using leaf = new LeafDirectory(await makeRunDirs(scratch.path, 'run-1'), 'messages');
  await writeFile(join(leaf.path, 'bad name'), 'content');

  const outcome = new Quarantine(scratch.path).setAside({ ...about, leaf, name: 'bad name' });
  const [entry, ...others] = listQuarantine(scratch.path);

  expect(outcome).toBe('moved');
  expect(others).toEqual([]);
  expect(entry).toMatchObject({ ...about, leaf: 'messages', name: 'bad name', kind: 'file', bytes: 7 });
  expect(readFileSync(entry?.path ?? '', 'utf8')).toBe('content');
});

test('the oldest goes when there is no more room, by count or by bytes', async () => {
  await using scratch = await makeScratchDir();
  await using leaf = new LeafDirectory(await makeRunDirs(scratch.path, 'run-1'), 'messages');
  const quarantine = new Quarantine(scratch.path, { maxEntries: 3, maxBytes: 10 });

  for (const name of ['a', 'b', 'c', 'd']) {
    await writeFile(join(leaf.path, name), '12');
    quarantine.setAside({ ...about, leaf, name });
  }
  const names = (): string[] => listQuarantine(scratch.path).map(({ name }) => name);
  const byCount = names();
  await writeFile(join(leaf.path, 'e'), '12345678');
  quarantine.setAside({ ...about, leaf, name: 'e' });

  // Within a millisecond they have no order.
  expect(byCount.sort()).toEqual(['b', 'c', 'd']);
  expect(names()).toHaveLength(2);
  expect(names()).toContain('e');
});

test('a link is moved and what it points to is not', async () => {
  await using scratch = await makeScratchDir();
  await using leaf = new LeafDirectory(await makeRunDirs(scratch.path, 'run-1'), 'actions');
  const target = join(scratch.path, 'target');
  await writeFile(target, 'untouched');
  await symlink(target, join(leaf.path, 'link'));

  new Quarantine(scratch.path).setAside({ ...about, leaf, name: 'link' });

  expect(readFileSync(target, 'utf8')).toBe('untouched');
  expect(listQuarantine(scratch.path)).toMatchObject([{ name: 'link', kind: 'other', bytes: 0 }]);
});

test('the tree of a directory goes when its run has ended, what is known of it stays', async () => {
  await using scratch = await makeScratchDir();
  await using leaf = new LeafDirectory(await makeRunDirs(scratch.path, 'run-1'), 'actions');
  await mkdir(join(leaf.path, 'tree', 'deep'), { recursive: true });
  const quarantine = new Quarantine(scratch.path);
  quarantine.setAside({ ...about, leaf, name: 'tree' });

  await quarantine.dropTrees('run-1');

  const [entry] = listQuarantine(scratch.path);
  expect(entry).toMatchObject({ name: 'tree', kind: 'directory' });
  expect(await readdir(join(entry?.path ?? '', '..'))).toEqual(['facts.json']);
});

test('nothing was ever set aside in a new data directory', () => {
  expect(listQuarantine('/nonexistent')).toEqual([]);
});
