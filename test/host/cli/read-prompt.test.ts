import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { hasOwnProviders, listGroupsWithProviders } from '../../../host/cli/agent-logins.ts';
import type { InputSource } from '../../../host/cli/cli-io.ts';
import { describeNoProvider } from '../../../host/cli/no-provider.ts';
import { readPrompt } from '../../../host/cli/read-prompt.ts';
import { MAX_PROMPT_BYTES } from '../../../ipc-schemas/index.ts';
import { temporaryDirectory } from './run-turnbox.ts';

const NOWHERE = { argument: undefined, file: undefined };

function source(chunks: readonly Uint8Array[], facts: Partial<InputSource> = {}): InputSource {
  return {
    isTerminal: false,
    isFile: false,
    open: () => Readable.from(chunks),
    ...facts,
  };
}

test('a pipe is left alone where there is an argument', async () => {
  const untouchable = source([], {
    open: () => {
      throw new Error('stdin was opened');
    },
  });

  expect(await readPrompt({ argument: 'hello', file: undefined }, untouchable)).toBe('hello');
});

test('characters that are split between two chunks stay whole', async () => {
  const bytes = new TextEncoder().encode('é\r\n');

  expect(await readPrompt(NOWHERE, source([bytes.subarray(0, 1), bytes.subarray(1)]))).toBe('é');
});

test('no prompt on a terminal is refused with an example', async () => {
  await expect(readPrompt(NOWHERE, source([], { isTerminal: true }))).rejects.toThrow(
    'expected a prompt, found none; for example: turnbox run "',
  );
});

function* mebibytes(): Generator<Uint8Array> {
  for (;;) yield new Uint8Array(1024 * 1024);
}

test('an endless stdin is refused', async () => {
  const endless = source([], {
    open: () => Readable.from(mebibytes()),
  });

  await expect(readPrompt(NOWHERE, endless)).rejects.toThrow('stdin: expected a prompt of at most');
});

const readFrom = (file: string): Promise<string> =>
  readPrompt({ argument: undefined, file }, source([], { isTerminal: true }));

test.each([
  ['named pipe', 'a named pipe'],
  ['device', 'a device'],
  ['directory', 'a directory'],
])('a file that is a %s is refused and not waited for', async (kind, found) => {
  await using directory = await temporaryDirectory();
  const pipe = join(directory.path, 'pipe');
  await promisify(execFile)('mkfifo', [pipe]);
  const path = { 'named pipe': pipe, device: '/dev/zero', directory: directory.path }[kind] ?? '';

  await expect(readFrom(path)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: `--file: expected a regular file, found ${found}`,
  });
});

test('a file may be reached through a link and may be as large as a prompt with its line end', async () => {
  await using directory = await temporaryDirectory();
  const [path, link] = [join(directory.path, 'prompt.txt'), join(directory.path, 'link')];
  await writeFile(path, `${'x'.repeat(MAX_PROMPT_BYTES)}\n`);
  await symlink(path, link);

  expect((await readFrom(link)).length).toBe(MAX_PROMPT_BYTES);
});

test('a file that is larger than a prompt is refused', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'prompt.txt');
  await writeFile(path, 'x'.repeat(MAX_PROMPT_BYTES + 3));

  await expect(readFrom(path)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: `--file: expected a prompt of at most ${MAX_PROMPT_BYTES} bytes, found more`,
  });
});

test('a login counts, and what pi writes where there is none does not', async () => {
  await using directory = await temporaryDirectory();
  const write = async (group: string, name: string, text: string): Promise<void> => {
    const stateDir = join(directory.path, 'agent-home', group, 'pi');
    await mkdir(stateDir, { recursive: true });
    await writeFile(join(stateDir, name), text);
  };
  await write('empty', 'auth.json', '{}\n');
  await write('login', 'auth.json', '{"anthropic":{"type":"oauth"}}');
  await write('models', 'models.json', '{"providers":{"mine":{}}}');

  expect(await hasOwnProviders(directory.path, 'empty')).toBe(false);
  expect(await hasOwnProviders(directory.path, 'absent')).toBe(false);
  expect(await listGroupsWithProviders(directory.path)).toEqual(['login', 'models']);
  expect(await listGroupsWithProviders('/nonexistent')).toEqual([]);
});

test('the way to log in is a command that a shell takes as it is', () => {
  const config = { dataDir: "/my data/o'clock", piProgram: '/opt/pi/bin/pi', searchPath: '/usr/bin' };
  const onPath = { ...config, dataDir: '/data', searchPath: '/usr/bin:/opt/pi/bin' };

  expect(describeNoProvider(config, 'main', undefined)).toContain(
    String.raw`PI_CODING_AGENT_DIR='/my data/o'\''clock/agent-home/main/pi' /opt/pi/bin/pi `,
  );
  expect(describeNoProvider(onPath, 'main', undefined)).toContain(
    'PI_CODING_AGENT_DIR=/data/agent-home/main/pi pi ',
  );
  expect(describeNoProvider(onPath, 'main', 'groq')).toContain('export GROQ_API_KEY=...\n');
});
