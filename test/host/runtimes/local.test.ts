import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, describe, expect, test } from 'vitest';

import type { HostConfig } from '../../../host/config.ts';
import { openGroup, openRun } from '../../../host/data-dir.ts';
import { createLocalRuntime } from '../../../host/runtimes/local.ts';
import type { RunSpec, StartedRun } from '../../../host/runtimes/runtime.ts';
import { findPids, makeScratchDir, scriptedHost } from '../host-setting.ts';
import type { RunnerStep } from '../scripted-runner.ts';

const scratch = await makeScratchDir();
const config = scriptedHost(scratch.path);
const READY: RunnerStep = { print: 'ready\n' };
const WAIT: RunnerStep = { wait: 'for ever' };
let runs = 0;

afterAll(() => scratch[Symbol.asyncDispose]());

async function specOf(steps: readonly RunnerStep[], fields: Partial<RunSpec> = {}): Promise<RunSpec> {
  runs += 1;
  const dirs = await openGroup(config.dataDir, 'team', 'pi');
  const { runId, runDir, ipcDir, scratchDir } = await openRun(config.dataDir, `run-${runs}`);
  return {
    label: { install: config.dataDir, runId, group: 'team' },
    stdin: JSON.stringify({ prompt: JSON.stringify(steps), outputNonce: 'n', requestId: 'r' }),
    timeZone: 'UTC',
    ...dirs,
    projectDir: undefined,
    runDir,
    ipcDir,
    scratchDir,
    modelsFile: undefined,
    ...fields,
  };
}

async function start(
  steps: readonly RunnerStep[],
  fields: { spec?: Partial<RunSpec>; config?: Partial<HostConfig> } = {},
): Promise<StartedRun & { ipcDir: string }> {
  const spec = await specOf(steps, fields.spec);
  const run = createLocalRuntime({ ...config, ...fields.config }).start(spec);
  return Object.assign(run, { ipcDir: spec.ipcDir });
}

/** Reads the first bytes of stdout, and no more. */
async function firstOutput(run: StartedRun): Promise<string> {
  const chunks = run.stdout[Symbol.asyncIterator]();
  const first = await chunks.next();
  return Buffer.from((first.value ?? []) as Uint8Array).toString();
}

const livingOf = (run: { ipcDir: string }): Promise<number[]> => findPids('TURNBOX_IPC_DIR', run.ipcDir);

describe('start', () => {
  test('gives what the runner prints and how it ended', async () => {
    await using run = await start([
      { print: 'one\n' },
      { print: 'two\n' },
      { complain: 'oops' },
      { exit: 3 },
    ]);

    const printed = await text(run.stdout);

    expect(printed).toBe('one\ntwo\n');
    expect(await run.ended).toEqual({
      exitCode: 3,
      signal: undefined,
      startError: undefined,
      stderrTail: 'oops',
    });
  });

  test('tells the signal that ended the runner', async () => {
    await using run = await start([{ die: 'SIGKILL' }]);

    expect(await text(run.stdout)).toBe('');
    expect(await run.ended).toMatchObject({ exitCode: undefined, signal: 'SIGKILL', startError: undefined });
  });

  test('keeps the last 4 KiB of stderr', async () => {
    await using run = await start([{ complain: 'a'.repeat(100_000) }, { complain: 'b'.repeat(4000) }]);

    await text(run.stdout);

    expect((await run.ended).stderrTail).toBe('a'.repeat(96) + 'b'.repeat(4000));
  });

  test('hands over all of a slow reader’s output, however late it is read', async () => {
    const line = `${'x'.repeat(1023)}\n`;
    const total = 4096 * 1024;
    await using run = await start([{ print: line, times: 4096 }]);
    let byteLength = 0;
    let hasPaused = false;

    for await (const chunk of run.stdout) {
      byteLength += chunk.length;
      if (hasPaused || byteLength < total - 100 * 1024) continue;
      // Its rest fits into the pipe, so that the runner ends: longer than silent pipes are then read for.
      hasPaused = true;
      await delay(1500);
    }

    expect(byteLength).toBe(total);
  });

  test('keeps what is printed before it is read', async () => {
    await using run = await start([READY, { wait: 'for ever' }]);
    await using other = await start([READY, { wait: 'for ever' }]);
    await firstOutput(other);

    expect(await firstOutput(run)).toBe('ready\n');
  });

  test.each<[string, Partial<HostConfig>, Partial<RunSpec>, RegExp]>([
    [
      'node is missing',
      { nodeProgram: '/nonexistent/node' },
      {},
      /^\/nonexistent\/node could not be started/,
    ],
    ['node may not be run', { nodeProgram: '/etc/passwd' }, {}, /^\/etc\/passwd could not be started/],
    ['the working directory is gone', {}, { groupDir: '/nonexistent' }, /could not be started/],
  ])('is an ending with startError where %s', async (_, hostFields, spec, expected) => {
    await using run = await start([], { config: hostFields, spec });

    expect(await text(run.stdout)).toBe('');
    expect(await run.ended).toEqual({
      exitCode: undefined,
      signal: undefined,
      startError: expect.stringMatching(expected) as string,
      stderrTail: '',
    });
  });

  test('is an ending by exit code where the runner file is missing', async () => {
    await using run = await start([], { config: { runnerFile: '/nonexistent/runner.mjs' } });

    await text(run.stdout);

    expect(await run.ended).toMatchObject({
      exitCode: 1,
      stderrTail: expect.stringContaining('runner.mjs') as string,
    });
  });

  test('survives a runner that ends without reading a large input', async () => {
    const runnerFile = '/dev/null';
    await using run = await start([], {
      config: { runnerFile },
      spec: { stdin: 'x'.repeat(8 * 1024 * 1024) },
    });

    expect(await text(run.stdout)).toBe('');
    expect(await run.ended).toMatchObject({ exitCode: 0, startError: undefined });
  });

  test('waits a second, not for ever, for a process that holds the stdout of a runner that ended', async () => {
    await using run = await start([{ leave: 'holding stdout' }, { print: 'done\n' }]);

    const printed = await text(run.stdout);
    await run.ended;

    expect(printed).toBe('done\n');
    for (const pid of await livingOf(run)) process.kill(pid, 'SIGKILL');
  });

  test('gives the runner a clean environment with its paths and its label', async () => {
    const spec = await specOf([READY, WAIT], {
      projectDir: '/project',
      modelsFile: '/models.json',
      timeZone: 'Asia/Tokyo',
    });
    const passedOn = { LANG: 'C.UTF-8' };
    await using run = createLocalRuntime({ ...config, piProgram: '/opt/pi', passedOn }).start(spec);
    await firstOutput(run);

    const [pid = 0] = await findPids('TURNBOX_IPC_DIR', spec.ipcDir);
    const entries = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter(Boolean);

    expect(entries.sort()).toEqual(
      [
        'LANG=C.UTF-8',
        `PATH=${config.searchPath}`,
        `HOME=${spec.homeDir}`,
        'TZ=Asia/Tokyo',
        `NODE_COMPILE_CACHE=${join(config.dataDir, 'cache', 'node')}`,
        `TURNBOX_WORKSPACE_DIR=${spec.runDir}`,
        `TURNBOX_GROUP_DIR=${spec.groupDir}`,
        `TURNBOX_GLOBAL_DIR=${spec.globalDir}`,
        'TURNBOX_PROJECT_DIR=/project',
        `TURNBOX_IPC_DIR=${spec.ipcDir}`,
        `TMPDIR=${spec.scratchDir}`,
        `TURNBOX_PI_AGENT_DIR=${spec.agentDir}`,
        'TURNBOX_PI_BIN=/opt/pi',
        'TURNBOX_PI_MODELS_FILE=/models.json',
        `TURNBOX_RUN_LABEL=${JSON.stringify(spec.label)}`,
      ].sort(),
    );
  });
});

describe('a started run', () => {
  test('ends by SIGTERM when it is stopped', async () => {
    await using run = await start([READY, WAIT]);
    const first = await firstOutput(run);

    run.stop();

    expect(first).toBe('ready\n');
    expect(await run.ended).toMatchObject({ exitCode: undefined, signal: 'SIGTERM' });
  });

  test('ends by SIGKILL when it is killed, and its stdout ends in good order', async () => {
    await using run = await start([{ ignore: 'SIGTERM' }, READY, WAIT]);
    let printed = '';

    for await (const chunk of run.stdout) {
      printed += Buffer.from(chunk).toString();
      run.stop();
      run.kill();
    }

    expect(printed).toBe('ready\n');
    expect(await run.ended).toMatchObject({ exitCode: undefined, signal: 'SIGKILL' });
  });

  test('may be stopped and killed again when it has ended', async () => {
    await using run = await start([]);
    await text(run.stdout);
    const before = await run.ended;

    run.stop();
    run.kill();

    expect(await run.ended).toBe(before);
  });

  test.each<[string, RunnerStep[]]>([
    ['is killed', [WAIT]],
    ['kills itself', [{ die: 'SIGKILL' }]],
    ['breaks down', [{ exit: 3 }]],
  ])('leaves no process behind when the runner %s', async (_, steps) => {
    await using run = await start([
      { ignore: 'SIGTERM' },
      { leave: 'holding stdout' },
      { leave: 'holding nothing' },
      READY,
      ...steps,
    ]);
    await firstOutput(run);

    run.kill();
    await run.ended;

    expect(await livingOf(run)).toEqual([]);
  });

  test('leaves no process behind when it is disposed unread', async () => {
    const run = await start([READY, WAIT]);

    await run[Symbol.asyncDispose]();

    expect(await livingOf(run)).toEqual([]);
  });

  test('ends no process of another run', async () => {
    await using other = await start([READY, WAIT]);
    await firstOutput(other);
    await using run = await start([WAIT]);

    run.kill();
    await run.ended;

    expect(await livingOf(other)).toHaveLength(1);
  });
});

describe('list', () => {
  test('gives the labels of what runs of an install, and of no other', async () => {
    const runtime = createLocalRuntime(config);
    const one = await specOf([READY, WAIT]);
    const two = await specOf([READY, WAIT]);
    const foreign = await specOf([READY, WAIT], {
      label: { install: '/elsewhere', runId: 'x', group: 'team' },
    });
    await using runOne = runtime.start(one);
    await using runTwo = runtime.start(two);
    await using runForeign = runtime.start(foreign);
    for (const run of [runOne, runTwo, runForeign]) await firstOutput(run);

    const labels = await runtime.list(config.dataDir);

    expect([...labels].sort((a, b) => a.runId.localeCompare(b.runId))).toEqual([one.label, two.label]);
  });

  test('gives nothing when all have ended', async () => {
    await using run = await start([]);
    await text(run.stdout);
    await run.ended;

    expect(await createLocalRuntime(config).list(config.dataDir)).toEqual([]);
  });
});

test('the local runtime warns that it does not isolate', () => {
  expect(createLocalRuntime(config).warning).toMatch(/does not isolate/);
});
