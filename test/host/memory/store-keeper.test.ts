import { open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { describe, expect, test } from 'vitest';

import { openMemory } from '../../../host/memory/open-memory.ts';
import { createRefresh } from '../../../host/memory/refresh-memory.ts';
import { createTermSplitter } from '../../../host/memory/split-terms.ts';
import { StoreKeeper } from '../../../host/memory/store-keeper.ts';
import { type MemorySetting, openSetting, said } from './memory-setting.ts';

const databaseOf = (setting: MemorySetting): string => join(setting.dataDir, 'turnbox.db');

/** Writes something of both sources, makes the index and puts all of it into the one file. */
async function fill(setting: MemorySetting, messages = 3): Promise<void> {
  await setting.write('team', 'MEMORY.md', 'The heron waits.');
  for (let count = 0; count < messages; count += 1)
    await setting.memory.recordMessage(said('team', `message ${count} about a goat ${'x'.repeat(200)}`));
  await setting.find('team', 'heron');
  await setting.memory.close();
}

const countMessages = (setting: MemorySetting): number => {
  using database = new DatabaseSync(databaseOf(setting));
  return Number(database.prepare('SELECT count(*) AS count FROM memory_messages').get()?.['count']);
};

/** Puts nonsense on the first page of a table. */
async function overwriteTable(setting: MemorySetting, table: string): Promise<void> {
  let page = 0;
  let size = 0;
  {
    using database = new DatabaseSync(databaseOf(setting));
    page = Number(
      database.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(table)?.['rootpage'],
    );
    size = Number(database.prepare('PRAGMA page_size').get()?.['page_size']);
  }
  await using file = await open(databaseOf(setting), 'r+');
  await file.write(new Uint8Array(size).fill(0xff), 0, size, (page - 1) * size);
}

describe('the memory database', () => {
  test('is made anew from the files when it is missing', async () => {
    await using setting = await openSetting();
    await fill(setting);
    await rm(databaseOf(setting));

    await using memory = await openMemory(setting);
    const { hits, notices } = await memory.search({ groupFolder: 'team', query: 'heron' });

    expect([hits.length, notices]).toEqual([1, []]);
  });

  test('is made anew when it is removed while it is open', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', 'The heron waits.');
    await setting.find('team', 'heron');
    for (const suffix of ['', '-wal', '-shm']) await rm(databaseOf(setting) + suffix);

    const { hits, notices } = await setting.memory.search({ groupFolder: 'team', query: 'heron' });

    expect(hits).toHaveLength(1);
    expect(notices).toEqual([
      'The memory database was removed or replaced while it was open, and is opened anew.',
    ]);
  });

  test.each([
    ['is no database', (path: string) => writeFile(path, 'nonsense '.repeat(1000))],
    ['is cut off', (path: string) => truncate(path, 20_000)],
  ])('is moved aside and made anew when it %s', async (_, damage) => {
    await using setting = await openSetting();
    await fill(setting, 400);
    await damage(databaseOf(setting));

    await using memory = await openMemory(setting);
    const first = await memory.search({ groupFolder: 'team', query: 'heron' });
    const second = await memory.search({ groupFolder: 'team', query: 'heron' });

    expect(first.hits).toEqual(second.hits);
    expect(first.hits.map(({ snippet }) => snippet)).toEqual(['The heron waits.']);
    expect(first.notices).toEqual([
      expect.stringMatching(
        /^The memory database was damaged and is made anew\. The old file is .*turnbox\.db\.damaged-/u,
      ),
    ]);
    expect(second.notices).toEqual([]);
    expect((await readdir(setting.dataDir)).some((name) => /^turnbox\.db\.damaged-[^/]*Z$/u.test(name))).toBe(
      true,
    );
  });

  test('keeps the messages when its index is damaged', async () => {
    await using setting = await openSetting();
    await fill(setting, 20);
    await overwriteTable(setting, 'memory_terms_data');

    await using memory = await openMemory(setting);
    const { hits, notices } = await memory.search({ groupFolder: 'team', query: 'heron goat' });

    expect(new Set(hits.map(({ source }) => source))).toEqual(new Set(['memory_doc', 'session_transcript']));
    expect(notices).toEqual([expect.stringContaining('Recorded messages saved from it: 20.')]);
    expect(countMessages(setting)).toBe(20);
  });

  test('is indexed anew and keeps its messages when it is of another version', async () => {
    await using setting = await openSetting();
    await fill(setting);
    {
      using database = new DatabaseSync(databaseOf(setting));
      database.exec('UPDATE memory_version SET version = 999; DROP TABLE memory_scopes');
    }

    await using memory = await openMemory(setting);
    const { hits, notices } = await memory.search({ groupFolder: 'team', query: 'heron goat' });

    expect(new Set(hits.map(({ source }) => source))).toEqual(new Set(['memory_doc', 'session_transcript']));
    expect(notices).toEqual([]);
  });

  test('answers from what it has while another process writes, and says so', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', 'The heron waits.');
    await setting.find('team', 'heron');
    using writer = new DatabaseSync(databaseOf(setting));
    writer.exec('BEGIN IMMEDIATE');
    await setting.write('team', 'MEMORY.md', 'The goat does not.');

    const { hits, notices } = await setting.memory.search({ groupFolder: 'team', query: 'heron goat' });
    writer.exec('ROLLBACK');

    expect(hits.map(({ snippet }) => snippet)).toEqual(['The heron waits.']);
    expect(notices).toEqual([
      'Another process is writing the memory index; this answer is from what it had before.',
    ]);
    expect(await setting.find('team', 'heron goat')).toEqual(['The goat does not.']);
  });

  test('leaves the index as it was where the disk is full, and says so', async () => {
    await using setting = await openSetting();
    await fill(setting);
    const keeper = new StoreKeeper(setting.dataDir);
    const refresh = createRefresh({ keeper, splitTerms: createTermSplitter() }, setting.dataDir);
    await setting.write('team', 'memory/big.md', 'The heron waits.\n\n'.repeat(20_000));
    keeper.use((store) => store.exec('PRAGMA max_page_count = 1'));

    const notices = await refresh([{ groupFolder: 'team', source: 'memory' }]);
    keeper.close();

    expect(notices).toEqual([expect.stringMatching(/^The memory index cannot be written \(.*full.*\)/u)]);
  });

  test('is done without where it cannot be made: documents are found, messages refused', async () => {
    await using setting = await openSetting();
    await fill(setting);
    const file = join(setting.dataDir, 'file');
    await writeFile(file, '');

    await using memory = await openMemory({ dataDir: file });
    const { hits, notices } = await memory.search({ groupFolder: 'team', query: 'heron' });

    expect(hits).toEqual([]);
    expect(notices).toEqual([expect.stringMatching(/^The memory database cannot be opened/u)]);
    await expect(memory.recordMessage(said('team', 'x'))).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test('lets nobody else read it', async () => {
    await using setting = await openSetting();
    await fill(setting);

    expect(((await stat(databaseOf(setting))).mode & 0o777).toString(8)).toBe('600');
  });
});

describe('reindex', () => {
  test('makes the index of all groups anew', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', 'one heron\n\ntwo heron');
    await setting.write('global', 'MEMORY.md', 'three heron');
    await setting.memory.recordMessage(said('gone', 'four heron'));
    const before = await setting.memory.search({ groupFolder: 'team', query: 'heron' });

    expect(await setting.memory.reindex()).toEqual({ groups: 3, passages: 4, notices: [] });
    expect(await setting.memory.search({ groupFolder: 'team', query: 'heron' })).toEqual(before);
    expect(await setting.find('gone', 'four')).toEqual(['Ana: four heron']);
  });

  test('makes the index of one group anew and leaves the others', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', 'one heron');
    await setting.memory.recordMessage(said('team', 'two heron'));
    await setting.memory.recordMessage(said('other', 'three heron'));
    await setting.find('other', 'heron');

    expect(await setting.memory.reindex('team')).toEqual({ groups: 1, passages: 2, notices: [] });
    expect(await setting.find('other', 'heron')).toEqual(['Ana: three heron']);
  });
});
