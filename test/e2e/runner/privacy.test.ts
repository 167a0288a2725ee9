import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { messageEnd, SETTLED, type Step, textDelta, toolEnd, toolStart } from './pi-lines.ts';
import { runRunner, startRunner } from './run-runner.ts';

const KEY = 'sk-live-0123456789';
const MULTILINE = '-----BEGIN KEY-----\n"AbC\\dEf"\n-----END KEY-----\n';

interface Report {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly args: readonly string[];
  readonly systemPromptFile: string;
  readonly systemPromptMode: number;
  readonly systemPrompt: string;
}

describe('a secret', () => {
  test('is in the environment of the agent and nowhere else', async () => {
    await using runner = await startRunner({
      agent: 'reports',
      fields: {
        events: 'all',
        verboseMode: 'verbose',
        secrets: { API_KEY: KEY, CERT: MULTILINE, SHORT: 'short' },
      },
    });

    const { output, stdout, stderr } = await runner.read().give().result();

    const { env } = JSON.parse(output.result ?? '') as Report;
    expect(env).toMatchObject({ API_KEY: '[redacted]', CERT: '[redacted]', SHORT: 'short' });
    expect(stdout + stderr).not.toContain(KEY);
    expect(stdout + stderr).not.toContain('AbC');
  });

  test('is nowhere in what the runner writes of what the agent says', async () => {
    const half = KEY.slice(0, 9);
    const steps: Step[] = [
      { text: `noise ${KEY}\n` },
      { text: `error ${KEY}\n`, fd: 2 },
      { event: { type: 'session', id: `s-${KEY}` } },
      {
        event: {
          type: 'message_update',
          assistantMessageEvent: { type: 'thinking_delta', delta: `hm ${half}` },
        },
      },
      {
        event: {
          type: 'message_update',
          assistantMessageEvent: { type: 'thinking_delta', delta: KEY.slice(9) },
        },
      },
      toolStart(`c-${KEY}`, `tool-${KEY}`, { [KEY]: KEY, cert: MULTILINE }),
      toolEnd(`c-${KEY}`, `tool-${KEY}`, `${MULTILINE}${KEY}`),
      { event: { type: 'auto_retry_start', attempt: 1, delayMs: 1, errorMessage: `529 ${KEY}` } },
      textDelta(`the key is ${half}`),
      textDelta(`${KEY.slice(9)}, not sk-`),
      textDelta('live-01'),
      messageEnd(`the key is ${KEY}, not sk-live-01`, { provider: KEY, model: KEY }),
      SETTLED,
    ];
    const fields = {
      events: 'all',
      reasoningLevel: 'stream',
      verboseMode: 'verbose',
      model: `m-${KEY}`,
      secrets: { A: KEY, B: MULTILINE },
    };
    await using runner = await startRunner({ steps, fields });

    const { output, events, stdout, stderr } = await runner.read().give().result();

    const deltas = events.flatMap((event) => (event.type === 'text_delta' ? [event.text] : [])).join('');
    expect(deltas).toBe('the key is [redacted], not sk-live-01');
    expect(output.result).toMatch(/^the key is \[redacted\], not sk-live-01\n\nTools:\n/);
    expect(stdout + stderr).not.toContain(KEY);
    expect(stdout + stderr).not.toContain('AbC');
    const messagesDir = join(runner.workspace, 'ipc/messages');
    const [name = ''] = await readdir(messagesDir);
    expect(JSON.parse(await readFile(join(messagesDir, name), 'utf8'))).toEqual({
      type: 'message',
      chatJid: 'cli:test',
      requestId: runner.requestId,
      text: 'hm [redacted]',
    });
  });

  test('is not in the error of an agent that failed over it', async () => {
    const steps: Step[] = [{ text: `bad key ${KEY}\n`, fd: 2 }, { exitCode: 1 }];

    const { output, stderr } = await runRunner({ steps, fields: { secrets: { A: KEY } } });

    expect(output.error).toBe('pi ended with exit code 1 before it had finished: bad key [redacted]');
    expect(stderr).not.toContain(KEY);
  });

  test('may be as long as an environment can hold, and be the name of a field of the output', async () => {
    const secrets = { LONG: `${'x'.repeat(100_000)}y`, FIELD: 'requestId', OTHER: 'schemaVersion' };

    const { output } = await runRunner({
      steps: [messageEnd(`a ${'x'.repeat(100_000)}y b requestId`), SETTLED],
      fields: { secrets },
    });

    expect(output).toMatchObject({ status: 'success', result: 'a [redacted] b [redacted]' });
  });

  test('with a reserved name is left out, with a warning that names it and not its value', async () => {
    const secrets = {
      PATH: '/stolen/bin',
      TURNBOX_IPC_DIR: '/stolen/ipc',
      LD_PRELOAD: '/stolen.so',
      FINE: 'fine',
    };

    const { output, stderr } = await runRunner({ agent: 'reports', fields: { secrets } });

    const { env } = JSON.parse(output.result ?? '') as Report;
    expect(JSON.stringify(env)).not.toContain('stolen');
    expect(env['FINE']).toBe('fine');
    expect(stderr).toContain('secrets with reserved names are left out: PATH, TURNBOX_IPC_DIR, LD_PRELOAD');
    expect(stderr).not.toContain('stolen');
  });
});

describe('the agent', () => {
  test('gets this environment and directory, and nothing of the host’s', async () => {
    await using runner = await startRunner({
      agent: 'reports',
      env: { AWS_SECRET_ACCESS_KEY: 'of the host', NODE_OPTIONS: '--no-warnings', TZ: 'Europe/Vienna' },
      fields: { isMain: true, codingHint: 'auto', assistantName: 'Ada', secrets: { EXTRA: 'extra' } },
    });
    const { workspace, requestId } = runner;

    const { output } = await runner.read().give().result();

    const { env, cwd } = JSON.parse(output.result ?? '') as Report;
    expect(env).toEqual({
      PATH: expect.any(String),
      HOME: workspace,
      LANG: 'C.UTF-8',
      TERM: 'dumb',
      TZ: 'Europe/Vienna',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'turnbox@localhost',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'turnbox@localhost',
      TURNBOX_REQUEST_ID: requestId,
      TURNBOX_CHAT_JID: 'cli:test',
      TURNBOX_CODING_HINT: 'auto',
      TURNBOX_IS_MAIN: '1',
      TURNBOX_IPC_DIR: join(workspace, 'ipc'),
      PI_CODING_AGENT_DIR: join(workspace, 'agent'),
      PI_OFFLINE: '1',
      PI_TELEMETRY: '0',
      PI_SKIP_VERSION_CHECK: '1',
      EXTRA: 'extra',
      SCRIPT: '[redacted]',
    });
    expect(cwd).toBe(join(workspace, 'group'));
  });

  test('can read its system prompt while it runs, nobody else can, and then it is gone', async () => {
    const fields = { assistantName: 'Ada', chatJid: 'telegram:PRIVATE' };

    const { output } = await runRunner({ agent: 'reports', fields });

    const report = JSON.parse(output.result ?? '') as Report;
    expect(report.systemPromptMode).toBe(0o600);
    expect(report.systemPrompt).toContain('Ada');
    await expect(access(dirname(report.systemPromptFile))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(report.args.join(' ')).not.toMatch(/PRIVATE|hello|Ada/);
  });
});
