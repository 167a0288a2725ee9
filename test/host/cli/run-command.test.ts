import { once } from 'node:events';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import { type ContainerOutput, readLines } from '../../../ipc-schemas/index.ts';
import { ensureBundle, environment, startTurnbox, temporaryDirectory } from './run-turnbox.ts';

beforeAll(ensureBundle, 60_000);

async function run(args: string[], options: { agent?: string; input?: string; env?: object } = {}) {
  await using directory = await temporaryDirectory();
  const env = { ...environment(directory.path, options.agent), ...options.env };
  const input = options.input === undefined ? {} : { stdin: 'pipe' as const, input: options.input };
  const { stdout, stderr, exitCode } = await startTurnbox(['run', ...args], { env, ...input });
  return { stdout: String(stdout), stderr: String(stderr), exitCode, dataDir: directory.path };
}

describe('turnbox run, piped', { timeout: 60_000 }, () => {
  test('prints the answer alone, exactly and with a final newline', async () => {
    const { stdout, stderr, exitCode } = await run(['hello']);

    expect(stdout).toBe('prompt: hello; keys: OPENAI_API_KEY; \u001b[31mred\u001b[0m\n');
    expect(stderr).toMatch(/^turnbox: warning: the local runtime does not isolate[^\n]*\n$/);
    expect(exitCode).toBe(0);
  });

  test('takes the prompt from stdin, without its last line end', async () => {
    const { stdout } = await run([], { input: 'two\nlines\n' });

    expect(stdout).toContain('prompt: two\nlines; keys');
  });

  test('takes the prompt from a file', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'prompt.txt');
    await writeFile(path, 'from a file\n');

    expect((await run(['--file', path])).stdout).toContain('prompt: from a file; keys');
  });

  test('hands on only the keys of the provider that is named', async () => {
    const env = { ANTHROPIC_API_KEY: 'another-key-of-the-fixture' };
    const all = await run(['hello'], { env });
    const one = await run(['hello', '--provider', 'anthropic'], { env });

    expect(all.stdout).toContain('keys: ANTHROPIC_API_KEY OPENAI_API_KEY;');
    expect(one.stdout).toContain('keys: ANTHROPIC_API_KEY;');
  });

  test('gives with --json one document and nothing else on stdout', async () => {
    const { stdout, exitCode } = await run(['hello', '--json']);

    expect(JSON.parse(stdout)).toMatchObject({ status: 'success', sessionId: 'session-1' });
    expect(stdout.trimEnd()).not.toContain('\n');
    expect(exitCode).toBe(0);
  });

  test('gives with --events a line for each event and the output last', async () => {
    const { stdout } = await run(['hello', '--events']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });

    expect(lines.map((line) => line.type)).toEqual([
      'notice',
      'run_start',
      'tool_start',
      'tool_end',
      'text_delta',
      'text_end',
      'usage',
      'run_end',
      'output',
    ]);
    expect(lines.at(-1)).toMatchObject({ output: { status: 'success' } });
  });

  test('tells of a failed run on stderr, with what was written before it', async () => {
    const { stdout, stderr, exitCode } = await run(['hello'], { agent: 'failing-pi' });

    expect(stdout).toBe('');
    expect(stderr).toContain('turnbox: AGENT_FAILED: pi ended with exit code 3');
    expect(stderr).toContain('--- partial answer, the run did not finish ---\nhalf an ans\n');
    expect(exitCode).toBe(1);
  });

  test('names the way to install an agent that is missing', async () => {
    const { stderr, exitCode } = await run(['hello'], { env: { TURNBOX_PI_BIN: '/nonexistent/pi' } });

    expect(stderr).toMatch(/turnbox: AGENT_NOT_FOUND: .*\n {2}try: install pi with "npm install -g /);
    expect(exitCode).toBe(1);
  });

  test('tells a full disk from a reader that has enough', async () => {
    await using directory = await temporaryDirectory();
    await using full = await open('/dev/full', 'w');
    const { stderr, exitCode } = await startTurnbox(['run', 'hello'], {
      env: environment(directory.path),
      // The types of execa end at 9.
      stdout: full.fd as 9,
    });

    expect(String(stderr)).toContain('turnbox: the output could not be written');
    expect(exitCode).toBe(1);
  });
});

describe('turnbox run, without a provider', { timeout: 60_000 }, () => {
  test('starts nothing and names the ways out', async () => {
    const { stdout, stderr, exitCode, dataDir } = await run(['hello'], { env: { OPENAI_API_KEY: '' } });

    expect(stdout).toBe('');
    expect(stderr).toContain('turnbox run --offline "What can you do?"');
    expect(stderr).toContain('export ANTHROPIC_API_KEY=');
    expect(stderr).toContain(`PI_CODING_AGENT_DIR=${dataDir}/agent-home/main/pi `);
    expect(exitCode).toBe(1);
  });

  test('needs no key with --offline', async () => {
    const { stdout, exitCode } = await run(['hello', '--offline'], { env: { OPENAI_API_KEY: '' } });

    expect(stdout).toContain('prompt: hello; keys: ;');
    expect(exitCode).toBe(0);
  });
});

describe('turnbox run, used wrongly', { timeout: 60_000 }, () => {
  test.each([
    [['hello', '--file', 'x.txt'], 'expected one prompt, found the argument and --file'],
    [['--file', '/nonexistent/x.txt'], '--file: expected a readable file, found Error: ENOENT'],
    [['  '], 'prompt: expected a string, not blank'],
    [['hello', '--group', '../up'], '--group: expected a name of 1 to 64 letters'],
    [['hello', '--timeout', 'soon'], 'Expected a time such as 90, 90s, 5m or 1h'],
    [['hello', '--think', 'deeply'], 'Allowed choices are off, minimal, low'],
    [['hello', '--json', '--events'], "option '--json' cannot be used with option '--events'"],
    [['hello', '--no-such-flag'], "unknown option '--no-such-flag'"],
    [['hello', '--agent', 'codex'], 'turnbox: INPUT_INVALID: --agent: expected'],
  ])('%j ends with exit code 64 and says what was expected', async (args, expected) => {
    const { stdout, stderr, exitCode } = await run(args);

    expect(stderr).toContain(expected);
    expect(stdout).toBe('');
    expect(exitCode).toBe(64);
  });

  test('a file redirected to stdin beside an argument is a second prompt', async () => {
    await using file = await open(import.meta.filename);
    const { stderr, exitCode } = await startTurnbox(['run', 'hello'], {
      env: environment('/dev/null/none'),
      // The types of execa end at 9.
      stdin: file.fd as 9,
    });

    expect(String(stderr)).toContain('expected one prompt, found the argument and stdin');
    expect(exitCode).toBe(64);
  });

  test('the docker runtime ends with exit code 69', async () => {
    const { stderr, exitCode } = await run(['hello', '--runtime', 'docker']);

    expect(stderr).toContain('turnbox: the docker runtime is not available yet');
    expect(exitCode).toBe(69);
  });
});

/** Starts a run with all events and waits until its agent has said something. */
async function startTalking(dataDir: string, agent: string) {
  const child = startTurnbox(['run', '--events', 'hello'], {
    env: environment(dataDir, agent),
    buffer: { stdout: false, stderr: true },
  });
  const { stdout } = child;
  if (stdout === null) throw new Error('stdout is no pipe');
  const lines = readLines(stdout as AsyncIterable<Uint8Array>);
  for (let text = ''; !text.includes('"text_delta"'); text = (await lines.next()).value ?? '');
  return { child, stdout, lines };
}

describe('turnbox run, ended from outside', { timeout: 60_000 }, () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s cancels the run, still gives its output, and ends with exit code 130',
    async (signal) => {
      await using directory = await temporaryDirectory();
      const { child, lines } = await startTalking(directory.path, 'talking-pi');
      child.kill(signal);
      let last = '';
      for await (const line of lines) last = line;
      const { exitCode } = await child;

      expect(JSON.parse(last)).toMatchObject({ type: 'output', output: { errorCode: 'RUN_CANCELLED' } });
      expect(exitCode).toBe(130);
    },
  );

  test('a second signal does not wait for an agent that will not stop', async () => {
    await using directory = await temporaryDirectory();
    const { child, lines } = await startTalking(directory.path, 'deaf-pi');
    // Two of a kind may arrive as one.
    child.kill('SIGINT');
    child.kill('SIGTERM');
    let last = '';
    for await (const line of lines) last = line;
    const { exitCode } = await child;
    const { output } = JSON.parse(last) as { output: ContainerOutput };

    // The runner would have told the usage: this output is the host's, which did not wait for it.
    expect(output).toMatchObject({ errorCode: 'RUN_CANCELLED' });
    expect(output.usage).toBeUndefined();
    expect(exitCode).toBe(130);
  });

  test('a reader that goes away ends the run quietly', async () => {
    await using directory = await temporaryDirectory();
    const { child, stdout } = await startTalking(directory.path, 'talking-pi');
    stdout.destroy();
    await once(stdout, 'close');
    const { exitCode, stderr } = await child;

    expect(String(stderr)).toMatch(/^turnbox: warning: [^\n]*\n$/);
    expect(exitCode).toBe(0);
  });
});
