import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import type { CliIo, OutputSink } from '../../../host/cli/cli-io.ts';
import { pickGlyphs } from '../../../host/cli/glyphs.ts';
import { describeNoGroup } from '../../../host/cli/memory/find-data-dir.ts';
import { getCommand } from '../../../host/cli/memory/get-command.ts';
import { searchMemory } from '../../../host/cli/memory/search-memory.ts';
import { pickStyle } from '../../../host/cli/style.ts';
import { openMemory } from '../../../host/memory/open-memory.ts';
import { ensureBundle, environment, startTurnbox, temporaryDirectory } from './run-turnbox.ts';

beforeAll(ensureBundle, 60_000);

const DOCUMENT = '# Home\n\nThe door code is 4711.\n\u001b[31mThe key is red.\u001b[0m\n';

async function writeDocument(dataDir: string, group: string, text: string): Promise<void> {
  await mkdir(join(dataDir, 'groups', group), { recursive: true });
  await writeFile(join(dataDir, 'groups', group, 'MEMORY.md'), text);
}

/** A data directory in which main has a document and bot, which has no directory, has a message. */
async function openDataDir(): Promise<{ path: string } & AsyncDisposable> {
  const directory = await temporaryDirectory();
  await writeDocument(directory.path, 'main', DOCUMENT);
  await using memory = await openMemory({ dataDir: directory.path });
  await memory.recordMessage({
    groupFolder: 'bot',
    chatJid: 'tg:1',
    senderName: 'Anna',
    role: 'user',
    text: 'The garden door sticks.',
    timestamp: '2025-05-01T18:03:00Z',
  });
  return directory;
}

async function memory(dataDir: string, args: readonly string[], env: Record<string, string> = {}) {
  const { stdout, stderr, exitCode } = await startTurnbox(['memory', ...args], {
    env: { ...environment(dataDir), ...env },
  });
  return { stdout: String(stdout), stderr: String(stderr), exitCode };
}

function sink(isTerminal: boolean): OutputSink & { text: () => string } {
  let text = '';
  return {
    isTerminal,
    canRedraw: false,
    columns: 80,
    style: pickStyle(false, {}),
    closed: new AbortController().signal,
    write: (piece) => {
      text += piece;
      return Promise.resolve();
    },
    text: () => text,
  };
}

describe('turnbox memory search', { timeout: 60_000 }, () => {
  test('shows what is found in documents, of main where no group is named', async () => {
    await using directory = await openDataDir();

    expect(await memory(directory.path, ['search', 'door'])).toEqual({
      stdout: expect.stringMatching(
        /^1\. MEMORY\.md:3-4 \| Home \| score \d+\.\d{3}\n {3}The door code is 4711\.\n {3}\[31mThe key is red\.\[0m\n$/,
      ) as string,
      stderr: '',
      exitCode: 0,
    });
  });

  test('shows what was said in the chats of a group without a directory', async () => {
    await using directory = await openDataDir();
    const { stdout } = await memory(directory.path, ['search', 'door', '--group', 'bot']);

    expect(stdout).toMatch(
      /^1\. 2025-05-01 18:03 UTC \| Anna \| tg:1 \| score \d+\.\d{3}\n {3}Anna: The garden door sticks\.\n$/,
    );
  });

  test('prints with --json the hits and nothing else on one line, with --top-k and --sources obeyed', async () => {
    await using directory = await openDataDir();
    const all = await memory(directory.path, ['search', 'door', '--json', '--top-k', '1']);
    const said = await memory(directory.path, ['search', 'door', '--json', '--sources', 'sessions']);

    expect(JSON.parse(all.stdout)).toEqual({
      hits: [
        {
          source: 'memory_doc',
          score: expect.any(Number) as number,
          groupFolder: 'main',
          title: 'Home',
          snippet: 'The door code is 4711.\n\u001b[31mThe key is red.\u001b[0m',
          path: 'MEMORY.md',
          startLine: 3,
          endLine: 4,
        },
      ],
    });
    expect(all.stdout.indexOf('\n')).toBe(all.stdout.length - 1);
    expect(said).toEqual({ stdout: '{"hits":[]}\n', stderr: '', exitCode: 0 });
  });

  test('says on stderr that nothing is found, which is no failure', async () => {
    await using directory = await openDataDir();

    expect(await memory(directory.path, ['search', 'umbrella'])).toEqual({
      stdout: '',
      stderr: 'turnbox: nothing found in the memory of "main"\n',
      exitCode: 0,
    });
  });

  test('tells on stderr what is not searched', async () => {
    await using directory = await openDataDir();
    await writeFile(join(directory.path, 'groups', 'main', 'MEMORY.md'), new Uint8Array([0xff, 0, 1]));
    const { stdout, stderr, exitCode } = await memory(directory.path, ['search', 'door', '--json']);

    expect(stdout).toBe('{"hits":[]}\n');
    expect(stderr).toMatch(/^turnbox: warning: "MEMORY\.md" is not searched: [^\n]+\n$/);
    expect(exitCode).toBe(0);
  });

  test('finds without a database too, makes none, and leaves nothing of its own', async () => {
    await using directory = await temporaryDirectory();
    const scratch = join(directory.path, 'scratch');
    await mkdir(scratch);
    const dataDir = join(directory.path, 'data');
    await writeDocument(dataDir, 'main', DOCUMENT);
    const { stdout } = await memory(dataDir, ['search', 'door'], { TMPDIR: scratch });

    expect(stdout).toContain('The door code is 4711.');
    expect([await readdir(dataDir), await readdir(scratch)]).toEqual([['groups'], []]);
  });

  test('an interrupt of a search without a database is told as one', async () => {
    await using directory = await temporaryDirectory();
    await writeDocument(directory.path, 'main', DOCUMENT);
    const signal = AbortSignal.abort();
    const watchInterrupts: CliIo['watchInterrupts'] = () => ({
      first: signal,
      second: signal,
      [Symbol.dispose]: () => undefined,
    });

    await expect(
      searchMemory(directory.path, { groupFolder: 'main', query: 'door' }, { watchInterrupts }),
    ).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
  });

  test('a reader that has gone is no failure, a full disk is', async () => {
    await using directory = await openDataDir();
    await using full = await open('/dev/full', 'w');
    const { stderr, exitCode } = await startTurnbox(['memory', 'search', 'door'], {
      env: environment(directory.path),
      // The types of execa end at 9.
      stdout: full.fd as 9,
    });
    const leaving = startTurnbox(['memory', 'search', 'door'], { env: environment(directory.path) });
    // Gone before the command has anything to say.
    leaving.stdout?.destroy();
    const left = await leaving;

    expect(String(stderr)).toMatch(/^turnbox: the output could not be written: [^\n]*\n$/);
    expect([exitCode, left.exitCode, left.stderr]).toEqual([1, 0, '']);
  });
});

describe('turnbox memory get', { timeout: 60_000 }, () => {
  test('prints a document exactly where it is piped, or the lines that are asked for', async () => {
    await using directory = await openDataDir();
    const some = await memory(directory.path, ['get', 'MEMORY.md', '--lines', '2:3']);

    expect(await memory(directory.path, ['get', 'MEMORY.md'])).toEqual({
      stdout: DOCUMENT,
      stderr: '',
      exitCode: 0,
    });
    expect(some.stdout).toBe('\nThe door code is 4711.\n');
  });

  test('prints with --json the document and nothing else', async () => {
    await using directory = await openDataDir();
    const { stdout } = await memory(directory.path, ['get', 'MEMORY.md', '--json', '--lines', '1:1']);

    expect(stdout).toBe(
      '{"document":{"groupFolder":"main","path":"MEMORY.md","content":"# Home","totalLines":4}}\n',
    );
  });

  test('shows a terminal nothing that it would obey', async () => {
    await using directory = await openDataDir();
    const stdout = sink(true);
    const io: CliIo = {
      env: environment(directory.path),
      nodeVersion: '24.0.0',
      stdin: { isTerminal: true, isFile: false, open: () => new ReadableStream() },
      stdout,
      stderr: sink(true),
      glyphs: pickGlyphs({}),
      watchInterrupts: () => {
        throw new Error('it watches for signals');
      },
    };

    expect(await getCommand('MEMORY.md', { group: 'main' }, io)).toBe(0);
    expect(stdout.text()).toBe('# Home\n\nThe door code is 4711.\n[31mThe key is red.[0m\n');
  });

  test('tells on stderr of lines that are not there', async () => {
    await using directory = await openDataDir();

    expect(await memory(directory.path, ['get', 'MEMORY.md', '--lines', '8:9'])).toEqual({
      stdout: '',
      stderr: 'turnbox: warning: The document ends at line 4.\n',
      exitCode: 0,
    });
  });

  test('fails the same way for a document that is absent and for one that is none of its business', async () => {
    await using directory = await openDataDir();
    const answers = await Promise.all(
      ['memory/none.md', '../../turnbox.db', '/etc/passwd'].map((path) =>
        memory(directory.path, ['get', path]),
      ),
    );
    const expected = 'expected a memory document such as MEMORY.md or memory/notes.md';

    expect(answers).toEqual(
      ['memory/none.md', '../../turnbox.db', '/etc/passwd'].map((path) => ({
        stdout: '',
        stderr: `turnbox: path: ${expected}, found none at "${path}"\n`,
        exitCode: 1,
      })),
    );
  });

  test('makes no database', async () => {
    await using directory = await temporaryDirectory();
    await writeDocument(directory.path, 'main', DOCUMENT);

    expect((await memory(directory.path, ['get', 'MEMORY.md'])).stdout).toBe(DOCUMENT);
    expect(await readdir(directory.path)).toEqual(['groups']);
  });
});

describe('turnbox memory reindex', { timeout: 60_000 }, () => {
  test('makes the index anew of all groups, or of one', async () => {
    await using directory = await openDataDir();
    const all = await memory(directory.path, ['reindex']);
    const one = await memory(directory.path, ['reindex', '--group', 'bot']);

    expect(all).toEqual({
      stdout: 'The index is made anew: 2 passages of 2 groups.\n',
      stderr: '',
      exitCode: 0,
    });
    expect(one.stdout).toBe('The index is made anew: 1 passage of 1 group.\n');
    expect((await memory(directory.path, ['search', 'garden', '--group', 'bot'])).stdout).toContain('Anna');
  });

  test('makes no database where there is none', async () => {
    await using directory = await temporaryDirectory();
    await writeDocument(directory.path, 'main', DOCUMENT);
    const { stdout, stderr, exitCode } = await memory(directory.path, ['reindex']);

    expect(stderr).toMatch(/^turnbox: there is no memory index in [^\n]* to make anew: [^\n]*\n$/);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(await readdir(directory.path)).toEqual(['groups']);
  });
});

describe('turnbox memory', { timeout: 60_000 }, () => {
  test.each([
    [['search', 'door', '--group', 'bott']],
    [['get', 'MEMORY.md', '--group', 'bott']],
    [['reindex', '--group', 'bott']],
  ])('%j names the groups that there are, and makes none', async (args) => {
    await using directory = await openDataDir();

    expect(await memory(directory.path, args)).toEqual({
      stdout: '',
      stderr: `turnbox: there is no group "bott" in ${directory.path}; its groups are: bot, main\n`,
      exitCode: 1,
    });
    expect(await readdir(join(directory.path, 'groups'))).toEqual(['main']);
  });

  test.each([[['search', 'door']], [['get', 'MEMORY.md']], [['reindex']]])(
    '%j makes no data directory',
    async (args) => {
      await using directory = await temporaryDirectory();
      const dataDir = join(directory.path, 'none');

      expect(await memory(directory.path, [...args, '--data-dir', dataDir])).toEqual({
        stdout: '',
        stderr: `turnbox: there is no group in ${dataDir} yet\n`,
        exitCode: 1,
      });
      expect(await readdir(directory.path)).toEqual([]);
    },
  );

  test.each([
    [[]],
    [['find', 'door']],
    [['search']],
    [['search', '  ']],
    [['search', 'door', '--top-k', '0']],
    [['search', 'door', '--top-k', '101']],
    [['search', 'door', '--sources', 'web']],
    [['search', 'door', '--group', '../main']],
    [['get']],
    [['get', 'MEMORY.md', '--lines', '3:2']],
    [['get', 'MEMORY.md', '--lines', '3']],
    [['reindex', 'main']],
  ])('%j is wrong usage', async (args) => {
    await using directory = await temporaryDirectory();
    const { stdout, stderr, exitCode } = await memory(directory.path, args);

    expect(stderr).not.toBe('');
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 64 });
  });

  test.each([
    [['--help']],
    [['search', '--help']],
    [['help', 'search']],
    [['get', '--help']],
    [['reindex', '--help']],
  ])('%j prints help with an example on stdout', async (args) => {
    const { stdout, stderr, exitCode } = await memory('/dev/null/none', args);

    expect(stdout).toMatch(/^Usage: turnbox memory /);
    expect(stdout).toMatch(/Example:\n {2}\$ turnbox memory /);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  });

  test('names fifty groups at most', () => {
    const groups = Array.from({ length: 60 }, (_, index) => `group${index}`);

    expect(describeNoGroup('main', groups, '/data')).toMatch(
      /^there is no group "main" in \/data; its groups are: group0, .*group49 and 10 more$/,
    );
  });
});
