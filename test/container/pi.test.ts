import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { AgentJob } from '../../container/agent-runner/agents/agent.ts';
import { piAdapter, piArguments } from '../../container/agent-runner/agents/pi.ts';
import { sampleInput } from './sample-input.ts';

function job(fields: Parameters<typeof sampleInput>[0] = {}, rest: Partial<AgentJob> = {}): AgentJob {
  return {
    input: sampleInput(fields),
    agentDir: '/agent',
    scratchDir: '/tmp/p',
    systemPromptFile: '/tmp/p/system-prompt.md',
    tools: ['read', 'bash'],
    extensions: [],
    continues: true,
    modelsFile: undefined,
    ...rest,
  };
}

describe('piArguments', () => {
  test('of a plain run are these', () => {
    expect(piArguments(job()).join(' ')).toBe(
      '--mode json -c -ne -ns -np -nc --append-system-prompt /tmp/p/system-prompt.md --tools read,bash --session-dir /agent/sessions/chat',
    );
  });

  test('of a run with everything are these', () => {
    const fields = { provider: 'acme', model: 'm/1', thinkLevel: 'xhigh', isScheduledTask: true } as const;

    const args = piArguments(job(fields, { continues: false, extensions: ['/a.ts', '/b.ts'], tools: [] }));

    expect(args.join(' ')).toBe(
      '--mode json -ne -ns -np -nc --provider acme --model m/1 --thinking xhigh --extension /a.ts --extension /b.ts --append-system-prompt /tmp/p/system-prompt.md --no-tools --session-dir /agent/sessions/scheduled',
    );
  });

  test('have nothing private in them', () => {
    const args = piArguments(
      job({
        prompt: 'PRIVATE prompt',
        chatJid: 'telegram:PRIVATE',
        secrets: { KEY: 'PRIVATE-key' },
        memoryContext: 'PRIVATE memory',
        extraSystemPrompt: 'PRIVATE section',
        assistantName: 'PRIVATE name',
        groupFolder: 'PRIVATE-group',
      }),
    );

    expect(args.join(' ')).not.toContain('PRIVATE');
  });
});

describe('an over-long line that begins with', () => {
  test.each([
    ['{"type":"message_update","message":{', true],
    ['{"type":"turn_end","message":{', true],
    ['{"type":"tool_execution_end","toolCallId":"', true],
    ['{"type":"agent_end","messages":[', true],
    ['{"type":"message_end","message":{"role":"toolResult"', true],
    ['{"type":"message_end","message":{"role":"user"', true],
    ['xxxxxxxxxxx', true],
    ['{"type":"message_end","message":{"role":"assistant"', false],
    ['{"type":"message_end","message":{"content":[', false],
    ['{"message":{"role":"assistant"', false],
  ])('%s is disposable: %s', (head, expected) => {
    expect(piAdapter.isDisposable(head)).toBe(expected);
  });
});

describe('prepare', () => {
  let agentDir: string;

  beforeEach(async () => {
    agentDir = await mkdtemp(join(tmpdir(), 'turnbox-pi-'));
  });

  afterEach(() => rm(agentDir, { recursive: true }));

  const lane = (name: 'chat' | 'scheduled'): string => join(agentDir, 'sessions', name);

  /** A session file of the chat lane, so many seconds old. */
  async function addSession(name: string, text: string, ageSeconds: number): Promise<string> {
    await mkdir(lane('chat'), { recursive: true });
    const path = join(lane('chat'), name);
    await writeFile(path, text);
    const at = Date.now() / 1000 - ageSeconds;
    await utimes(path, at, at);
    return path;
  }

  test('gives pi its environment, its prompt on stdin and a session directory', async () => {
    const prepared = await piAdapter.prepare(job({ prompt: '--help' }, { agentDir }));

    expect(prepared).toMatchObject({
      env: {
        PI_CODING_AGENT_DIR: agentDir,
        PI_OFFLINE: '1',
        PI_TELEMETRY: '0',
        PI_SKIP_VERSION_CHECK: '1',
      },
      stdin: '--help',
      resumes: false,
    });
    expect(Object.keys(prepared.env).sort()).toEqual([...piAdapter.ownVariables].sort());
    expect(await readdir(lane('chat'))).toEqual([]);
  });

  test('keeps chat and scheduled sessions apart', async () => {
    await addSession('a.jsonl', '{}\n', 1);

    const chat = await piAdapter.prepare(job({}, { agentDir }));
    const scheduled = await piAdapter.prepare(job({ isScheduledTask: true }, { agentDir }));

    expect([chat.resumes, scheduled.resumes]).toEqual([true, false]);
    expect(scheduled.args).toContain(lane('scheduled'));
  });

  test('leaves sessions alone where the run does not continue one', async () => {
    const path = await addSession('a.jsonl', 'torn', 1);

    const prepared = await piAdapter.prepare(job({}, { agentDir, continues: false }));

    expect(prepared.resumes).toBe(false);
    expect(await readFile(path, 'utf8')).toBe('torn');
  });

  test('ends the newest session in LF where it was torn, and no other', async () => {
    const old = await addSession('old.jsonl', '{"a":1}\n{"b"', 60);
    const newest = await addSession('new.jsonl', '{"a":1}\n{"b"', 1);

    await piAdapter.prepare(job({}, { agentDir }));

    expect(await readFile(newest, 'utf8')).toBe('{"a":1}\n{"b"\n');
    expect(await readFile(old, 'utf8')).toBe('{"a":1}\n{"b"');
  });

  test.each([
    ['ends in LF', '{"a":1}\n'],
    ['is empty', ''],
  ])('leaves a session that %s as it is', async (_, text) => {
    const path = await addSession('a.jsonl', text, 1);

    await piAdapter.prepare(job({}, { agentDir }));

    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test('mends a torn session beside a FIFO, a directory and links', async () => {
    const torn = await addSession('torn.jsonl', '{"b"', 60);
    const outside = join(agentDir, 'outside');
    await writeFile(outside, 'no session');
    execFileSync('mkfifo', [join(lane('chat'), 'fifo.jsonl')]);
    await mkdir(join(lane('chat'), 'directory.jsonl'));
    await symlink(outside, join(lane('chat'), 'link.jsonl'));
    await symlink('nowhere', join(lane('chat'), 'dangling.jsonl'));

    const prepared = await piAdapter.prepare(job({}, { agentDir }));

    expect(prepared.resumes).toBe(true);
    expect(await readFile(torn, 'utf8')).toBe('{"b"\n');
    expect(await readFile(outside, 'utf8')).toBe('no session');
  });

  test('gives a run with a models file a configuration of its own, with the settings of the group', async () => {
    const modelsFile = join(agentDir, 'mounted.json');
    const scratchDir = join(agentDir, 'scratch');
    await writeFile(modelsFile, '{"providers":{}}', { mode: 0o444 });
    await writeFile(join(agentDir, 'models.json'), 'of the group');
    await writeFile(join(agentDir, 'settings.json'), '{"retry":{}}');

    const { env } = await piAdapter.prepare(job({}, { agentDir, scratchDir, modelsFile }));

    const ownDir = join(scratchDir, 'pi');
    expect(env['PI_CODING_AGENT_DIR']).toBe(ownDir);
    expect(await readFile(join(ownDir, 'models.json'), 'utf8')).toBe('{"providers":{}}');
    expect((await stat(join(ownDir, 'models.json'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(ownDir, 'settings.json'), 'utf8')).toBe('{"retry":{}}');
    expect(await readFile(join(agentDir, 'models.json'), 'utf8')).toBe('of the group');
  });

  test.each([
    ['missing', (): void => undefined, 'found nothing'],
    ['a FIFO', (path: string): void => void execFileSync('mkfifo', [path]), 'found it is not a regular file'],
    [
      'above 1 MiB',
      (path: string): void => writeFileSync(path, Buffer.alloc(1024 * 1024 + 1)),
      'found more than 1 MiB',
    ],
  ])('rejects with what was found where the models file is %s', async (_, make, problem) => {
    const modelsFile = join(agentDir, 'mounted.json');
    make(modelsFile);

    await expect(piAdapter.prepare(job({}, { agentDir, modelsFile }))).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining(problem),
    });
  });
});
