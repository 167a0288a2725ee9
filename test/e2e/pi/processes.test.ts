import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { findProcessesWith } from '../../../host/runtimes/local-processes.ts';
import { findPids } from '../../host/host-setting.ts';
import { eventsOf, startPiHost } from './pi-host.ts';

const host = await startPiHost();
const REAL_PI = join(import.meta.dirname, '../../../node_modules/.bin/pi');
const SECRET = 'correct-horse-battery-staple';

/** A pi that notes its arguments and its environment in its home before it is pi. */
const NOTING_PI = `#!/bin/sh
printf '%s\\0' "$@" > "$HOME/arguments"
env -0 > "$HOME/environment"
exec '${REAL_PI}' "$@"
`;

beforeAll(async () => {
  await host.write('noting-pi', NOTING_PI);
  await chmod(join(host.dataDir, 'noting-pi'), 0o700);
});

afterAll(() => host[Symbol.asyncDispose]());

const notingPi = { config: { piProgram: join(host.dataDir, 'noting-pi') } };

async function noted(group: string, name: 'arguments' | 'environment'): Promise<string[]> {
  const text = await readFile(join(host.pathsOf(group).homeDir, name), 'utf8');
  return text.split('\0').filter((entry) => entry !== '');
}

describe('a run that is cancelled in the middle of a tool', () => {
  test('is RUN_CANCELLED with what was said, and leaves no process', async () => {
    const cancelling = new AbortController();
    let during: number[] = [];

    const { output, events } = await host.send(
      { model: 'tool-sleep', groupFolder: 'cancelled', requestId: 'cancelled-1' },
      {
        signal: cancelling.signal,
        onEvent: async ({ type }) => {
          if (type !== 'tool_start') return;
          during = await findPids('TURNBOX_REQUEST_ID', 'cancelled-1');
          cancelling.abort();
        },
      },
    );

    expect(output).toMatchObject({
      status: 'error',
      result: null,
      errorCode: 'RUN_CANCELLED',
      retryable: false,
      stopReason: 'aborted',
      requestId: 'cancelled-1',
      sessionId: expect.any(String) as string,
    });
    expect(events.at(-1)).toMatchObject({ type: 'run_end', status: 'error' });
    expect(during.length).toBeGreaterThan(0);
    expect(await findPids('TURNBOX_REQUEST_ID', 'cancelled-1')).toEqual([]);
    expect(await host.livingOf('cancelled')).toEqual([]);
    expect(await readdir(join(host.dataDir, 'runs'))).toEqual([]);
  });

  test('has what was said as partial', async () => {
    const cancelling = new AbortController();

    const { output } = await host.send(
      { model: 'slow' },
      {
        signal: cancelling.signal,
        onEvent: (event) => event.type === 'text_delta' && event.text === 'word-3 ' && cancelling.abort(),
      },
    );

    expect(output.errorCode).toBe('RUN_CANCELLED');
    expect(output.partial).toMatch(/^word-1 word-2 word-3 /);
  });
});

describe('nothing is left', () => {
  test('of a run that is left early', async () => {
    const run = host.start({ model: 'tool-sleep', groupFolder: 'left', requestId: 'left-1' });
    let during: number[] = [];
    for await (const { type } of run) {
      if (type !== 'tool_start') continue;
      during = await findPids('TURNBOX_REQUEST_ID', 'left-1');
      break;
    }

    expect(during.length).toBeGreaterThan(0);
    expect(await findPids('TURNBOX_REQUEST_ID', 'left-1')).toEqual([]);
    expect(await host.livingOf('left')).toEqual([]);
    expect(await readdir(join(host.dataDir, 'runs'))).toEqual([]);
  });

  test('of a run whose runner is killed, which is CONTAINER_DIED', async () => {
    const { output } = await host.send(
      { model: 'tool-sleep', groupFolder: 'killed', requestId: 'killed-1' },
      {
        onEvent: async ({ type }) => {
          if (type !== 'tool_start') return;
          const { homeDir } = host.pathsOf('killed');
          const runners = (await findProcessesWith('TURNBOX_RUN_LABEL')).filter(
            ({ env }) => env.get('HOME') === homeDir,
          );
          for (const { pid } of runners) process.kill(pid, 'SIGKILL');
        },
      },
    );

    expect(output).toMatchObject({ errorCode: 'CONTAINER_DIED', retryable: true, requestId: 'killed-1' });
    expect(output.error).toContain('SIGKILL');
    expect(await host.livingOf('killed')).toEqual([]);
  });

  test('of a run whose agent is killed, which is AGENT_FAILED', async () => {
    const { output } = await host.send(
      { model: 'tool-sleep', groupFolder: 'agent-killed', requestId: 'agent-killed-1' },
      {
        onEvent: async ({ type }) => {
          if (type !== 'tool_start') return;
          const pids = await findPids('TURNBOX_REQUEST_ID', 'agent-killed-1');
          process.kill(Math.min(...pids), 'SIGKILL');
        },
      },
    );

    expect(output).toMatchObject({ errorCode: 'AGENT_FAILED', retryable: false });
    expect(output.error).toContain('SIGKILL');
    expect(await host.livingOf('agent-killed')).toEqual([]);
  });
});

describe('a secret', () => {
  test('is in the environment of tools, and redacted in all that comes out', async () => {
    await host.write('groups/secret/tell.sh', 'echo "it is $SPOKEN_SECRET"\n');
    const tellScript = join(host.pathsOf('secret').groupDir, 'tell.sh');

    const run = await host.send({
      model: 'tool',
      groupFolder: 'secret',
      secrets: { SPOKEN_SECRET: SECRET, BASH_ENV: tellScript },
    });

    expect(eventsOf(run, 'tool_end').map(({ output }) => output)).toEqual(['it is [redacted]\none\n']);
    expect(run.output.result).toBe('The tool said: it is [redacted]\none');
    expect(JSON.stringify([run.output, run.events])).not.toContain(SECRET);
  });

  test('is in the environment of the agent and in no argument; reserved names are left out', async () => {
    const secrets = {
      OPENAI_API_KEY: SECRET,
      PATH: '/evil',
      TURNBOX_IS_MAIN: '1',
      NODE_OPTIONS: '--inspect',
    };

    const { output } = await host.send(
      { model: 'reply', groupFolder: 'private', prompt: 'a private question', secrets },
      notingPi,
    );

    expect(output.status).toBe('success');
    const environment = await noted('private', 'environment');
    expect(environment).toContain(`OPENAI_API_KEY=${SECRET}`);
    expect(environment).toContain('TURNBOX_IS_MAIN=0');
    expect(environment.filter((entry) => /^NODE_OPTIONS=|\/evil/.test(entry))).toEqual([]);
    const args = (await noted('private', 'arguments')).join('\n');
    expect(args).toContain('--mode');
    for (const text of [SECRET, 'a private question', 'offline-needs-no-key', 'http://']) {
      expect(args).not.toContain(text);
    }
  });

  test('of the host’s environment does not reach the agent', async () => {
    process.env['TURNBOX_TEST_HOST_ONLY'] = SECRET;
    try {
      await host.send({ model: 'reply', groupFolder: 'clean' }, notingPi);
    } finally {
      delete process.env['TURNBOX_TEST_HOST_ONLY'];
    }

    const environment = await noted('clean', 'environment');
    expect(environment.filter((entry) => entry.includes(SECRET))).toEqual([]);
    const names = environment.map((entry) => entry.split('=', 1)[0] ?? '');
    expect(names.filter((name) => name.startsWith('TURNBOX_')).sort()).toEqual([
      'TURNBOX_CHAT_JID',
      'TURNBOX_CODING_HINT',
      'TURNBOX_IPC_DIR',
      'TURNBOX_IS_MAIN',
      'TURNBOX_REQUEST_ID',
    ]);
  });
});
