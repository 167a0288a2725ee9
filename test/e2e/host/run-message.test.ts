import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, describe, expect, test, vi } from 'vitest';

import type { ChatMessage } from '../../../host/build-input.ts';
import { runMessage } from '../../../host/run-message.ts';
import type { RunOptions } from '../../../host/run-options.ts';
import type { Runtime, StartedRun } from '../../../host/runtimes/runtime.ts';
import {
  type ContainerOutput,
  encodeFrame,
  type RunEvent,
  stringifyWithoutMarkers,
} from '../../../ipc-schemas/index.ts';
import { findPids, makeScratchDir, scriptedHost } from '../../host/host-setting.ts';
import type { RunnerStep } from '../../host/scripted-runner.ts';

const scratch = await makeScratchDir();
const config = scriptedHost(scratch.path);

afterAll(() => scratch[Symbol.asyncDispose]());

interface WholeRun {
  readonly events: RunEvent[];
  readonly output: ContainerOutput;
}

interface Play {
  readonly message?: Partial<ChatMessage>;
  readonly options?: Partial<RunOptions>;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

function start(steps: readonly RunnerStep[], play: Play = {}): ReturnType<typeof runMessage> {
  const message = {
    prompt: JSON.stringify(steps),
    groupFolder: 'team',
    chatJid: 'cli:team',
    ...play.message,
  };
  return runMessage(message, { config, ...play.options }, play.signal);
}

async function play(steps: readonly RunnerStep[], setting: Play = {}): Promise<WholeRun> {
  const run = start(steps, setting);
  const events: RunEvent[] = [];
  for (;;) {
    const step = await run.next();
    if (step.done === true) return { events, output: step.value };
    events.push(step.value);
    setting.onEvent?.(step.value);
  }
}

const answer: ContainerOutput = {
  status: 'success',
  result: 'hello',
  requestId: 'REQUEST',
  agent: { name: 'pi' },
  durationMs: 5,
  schemaVersion: 1,
};
const failure: ContainerOutput = {
  ...answer,
  status: 'error',
  result: null,
  error: 'why',
  errorCode: 'INTERNAL',
};
const frame = (output: ContainerOutput = answer): RunnerStep => ({
  print: encodeFrame(output)
    .replaceAll('_START---', '_START:NONCE---')
    .replaceAll('_END---', '_END:NONCE---'),
});
const plainFrame = (output: ContainerOutput): RunnerStep => ({ print: encodeFrame(output) });
const eventLine = (event: object): RunnerStep => ({ print: `${stringifyWithoutMarkers(event)}\n` });
const READY = eventLine({ type: 'notice', seq: 1, time: 1, level: 'info', text: 'ready' });
const isReady = (event: RunEvent): boolean => event.type === 'notice' && event.text === 'ready';
const WAIT: RunnerStep = { wait: 'for ever' };

const listRuns = (): Promise<string[]> => readdir(join(scratch.path, 'runs'));
const livingOfHost = (): Promise<number[]> =>
  findPids('HOME', join(scratch.path, 'agent-home', 'team', 'home'));

async function expectNothingLeft(): Promise<void> {
  expect({ runs: await listRuns(), pids: await livingOfHost() }).toEqual({ runs: [], pids: [] });
}

describe('runMessage', () => {
  test('returns the output and yields the events, numbered from 1 without gaps', async () => {
    const { events, output } = await play(
      [
        eventLine({ type: 'run_start', seq: 1, time: 1000, requestId: 'r-1', agent: 'pi' }),
        { print: 'noise\n' },
        eventLine({ type: 'run_end', seq: 99, time: 2000, status: 'success' }),
        frame(),
      ],
      { message: { requestId: 'r-1' } },
    );

    expect(output).toEqual({ ...answer, requestId: 'r-1' });
    expect(events).toEqual([
      {
        type: 'notice',
        seq: 1,
        time: expect.any(Number) as number,
        level: 'warning',
        text: expect.stringContaining('does not isolate') as string,
      },
      { type: 'run_start', seq: 2, time: 1000, requestId: 'r-1', agent: 'pi' },
      { type: 'unparsed', seq: 3, time: expect.any(Number) as number, line: 'noise' },
      { type: 'run_end', seq: 4, time: 2000, status: 'success' },
    ]);
    await expectNothingLeft();
  });

  test.each<[string, RunnerStep[], Partial<ContainerOutput>]>([
    [
      'exits with 3',
      [{ complain: 'out of luck' }, { exit: 3 }],
      {
        errorCode: 'CONTAINER_DIED',
        retryable: true,
        error: 'the runner ended with exit code 3 and without an output frame; it last said: out of luck',
      },
    ],
    [
      'is killed',
      [READY, { die: 'SIGKILL' }],
      {
        errorCode: 'CONTAINER_DIED',
        error: 'the runner ended by signal SIGKILL and without an output frame',
      },
    ],
    ['prints nothing', [], { errorCode: 'CONTAINER_DIED' }],
    ['prints events and no frame', [READY], { errorCode: 'CONTAINER_DIED' }],
    [
      'dies and leaves processes',
      [{ leave: 'holding stdout' }, { exit: 3 }],
      { errorCode: 'CONTAINER_DIED' },
    ],
    [
      'forges a plain success',
      [plainFrame({ ...answer, result: 'forged' })],
      { errorCode: 'PROTOCOL_VIOLATION', retryable: false, result: null },
    ],
    [
      'prints a plain cancel nobody asked for',
      [plainFrame({ ...failure, errorCode: 'RUN_CANCELLED', requestId: 'x' }), { exit: 1 }],
      { errorCode: 'PROTOCOL_VIOLATION' },
    ],
    [
      'prints its frame under another nonce',
      [{ print: encodeFrame({ ...answer, requestId: 'x' }, { nonce: 'k3J9xT2mQ8vL5wRz' }) }],
      { errorCode: 'CONTAINER_DIED' },
    ],
    [
      'prints two frames',
      [frame(), frame({ ...answer, result: 'other' })],
      { errorCode: 'PROTOCOL_VIOLATION' },
    ],
    [
      'prints half a frame',
      [{ print: '---TURNBOX_OUTPUT_START:NONCE---\n{"status":"succ' }],
      { errorCode: 'PROTOCOL_VIOLATION', error: 'stdout ended in the middle of an output frame' },
    ],
    [
      'answers another request',
      [frame({ ...answer, requestId: 'other' })],
      { errorCode: 'PROTOCOL_VIOLATION' },
    ],
    [
      'prints a frame that is no output',
      [{ print: '---TURNBOX_OUTPUT_START:NONCE---\n{}\n---TURNBOX_OUTPUT_END:NONCE---\n' }],
      { errorCode: 'PROTOCOL_VIOLATION', error: 'the output frame holds no ContainerOutput' },
    ],
  ])('gives an error of its own for a runner that %s', async (_, steps, expected) => {
    const { output } = await play(steps, { message: { requestId: 'r-1' } });

    expect(output).toMatchObject({ status: 'error', result: null, requestId: 'r-1', ...expected });
    await expectNothingLeft();
  });

  test('believes a plain INPUT_INVALID with exit code 1', async () => {
    const { output } = await play([plainFrame({ ...failure, errorCode: 'INPUT_INVALID' }), { exit: 1 }], {
      message: { requestId: 'r-1' },
    });

    expect(output).toEqual({ ...failure, errorCode: 'INPUT_INVALID', requestId: 'r-1' });
  });

  test('ends a runner that prints more than is allowed', async () => {
    const { output } = await play([{ print: `${'x'.repeat(999)}\n`, times: 5000 }, WAIT], {
      options: { maxStdoutBytes: 100_000 },
    });

    expect(output).toMatchObject({
      errorCode: 'PROTOCOL_VIOLATION',
      error: 'expected at most 100000 bytes on stdout, found more',
    });
    await expectNothingLeft();
  });

  test('gives the answer of a runner whose stdout somebody holds', async () => {
    const { output } = await play([{ leave: 'holding stdout' }, frame()]);

    expect(output.result).toBe('hello');
    for (const pid of await livingOfHost()) process.kill(pid, 'SIGKILL');
  });

  test('gives CONTAINER_START_FAILED where the runner cannot be started', async () => {
    const broken = { ...config, nodeProgram: '/nonexistent/node' };

    const { output } = await play([], { options: { config: broken }, message: { requestId: 'r-1' } });

    expect(output).toMatchObject({
      errorCode: 'CONTAINER_START_FAILED',
      retryable: true,
      requestId: 'r-1',
      error: expect.stringContaining('/nonexistent/node') as string,
    });
    await expectNothingLeft();
  });
});

describe('runMessage with a wrong message', () => {
  test('returns INPUT_INVALID under its requestId, starts nothing and yields nothing', async () => {
    const wrong = await play([], { message: { prompt: ' ', requestId: 'r-1' } });

    expect(wrong).toEqual({
      events: [],
      output: {
        status: 'error',
        result: null,
        error:
          'prompt: expected a string, not blank, of at most 4 MiB of UTF-8, found a string of 1 characters',
        errorCode: 'INPUT_INVALID',
        retryable: false,
        requestId: 'r-1',
        agent: { name: 'pi' },
        durationMs: expect.any(Number) as number,
        schemaVersion: 1,
      },
    });
    await expectNothingLeft();
  });

  test('makes up a requestId where the message’s own is the wrong field', async () => {
    const { output } = await play([], { message: { requestId: '../up' } });

    expect(output).toMatchObject({
      errorCode: 'INPUT_INVALID',
      requestId: expect.stringMatching(/^[0-9A-Z]{26}$/) as string,
    });
  });

  test.each(['..', 'a/b', 'global', 'Global', 'TEAM'])('refuses the group %s', async (groupFolder) => {
    await play([frame()]);

    const { output } = await play([frame()], { message: { groupFolder, requestId: 'r-1' } });

    expect(output).toMatchObject({
      errorCode: 'INPUT_INVALID',
      requestId: 'r-1',
      error: expect.stringMatching(/^groupFolder: expected /) as string,
    });
  });

  test('leaves no run directory when the models cannot be written', async () => {
    const models = { agentHome: 'pi', modelsFile: 7 as unknown as string, provider: 'p', model: 'm' };

    await expect(play([frame()], { options: { models } })).rejects.toThrow(TypeError);
    await expectNothingLeft();
  });
});

describe('runMessage cancelled', () => {
  test('asks the runner to stop and gives its answer', async () => {
    const cancelling = new AbortController();
    const { output } = await play([READY, WAIT], {
      signal: cancelling.signal,
      onEvent: (event) => isReady(event) && cancelling.abort(),
    });

    expect(output).toMatchObject({ errorCode: 'RUN_CANCELLED', retryable: false });
    await expectNothingLeft();
  });

  test('is RUN_CANCELLED when the signal was aborted before', async () => {
    const { output } = await play([WAIT], { signal: AbortSignal.abort() });

    expect(output.errorCode).toBe('RUN_CANCELLED');
    await expectNothingLeft();
  });

  test('keeps an answer that was complete', async () => {
    const cancelling = new AbortController();
    const { output } = await play([frame(), READY, WAIT], {
      signal: cancelling.signal,
      onEvent: (event) => isReady(event) && cancelling.abort(),
    });

    expect(output.result).toBe('hello');
  });

  test('kills a runner that does not stop, even in the middle of a frame', async () => {
    const cancelling = new AbortController();
    const half: RunnerStep = { print: '---TURNBOX_OUTPUT_START:NONCE---\n{"status":"succ' };
    const { output } = await play([{ ignore: 'SIGTERM' }, { leave: 'holding stdout' }, READY, half, WAIT], {
      signal: cancelling.signal,
      onEvent: (event) => isReady(event) && cancelling.abort(),
    });

    expect(output).toMatchObject({ errorCode: 'RUN_CANCELLED', error: 'the run was cancelled' });
    expect(output.durationMs).toBeGreaterThan(8000);
    await expectNothingLeft();
  });
});

describe('runMessage left early', () => {
  test('leaves no process and no run directory', async () => {
    let isRunning = false;
    for await (const event of start([{ ignore: 'SIGTERM' }, { leave: 'holding stdout' }, READY, WAIT])) {
      if (!isReady(event)) continue;
      isRunning = (await livingOfHost()).length > 0;
      break;
    }

    expect(isRunning).toBe(true);
    await expectNothingLeft();
  });

  test('starts nothing when it is left at its first event', async () => {
    let first: RunEvent | undefined;
    for await (const event of start([WAIT])) {
      first = event;
      break;
    }

    expect(first).toMatchObject({ type: 'notice', seq: 1 });
    await expectNothingLeft();
  });

  test('leaves nothing when the reader throws', async () => {
    const reading = play([READY, WAIT], {
      onEvent: (event) => {
        if (isReady(event)) throw new Error('the reader broke');
      },
    });

    await expect(reading).rejects.toThrow('the reader broke');
  });
});

/** A run that prints nothing and ends only when it is killed. */
function startDeaf(calls: string[]): StartedRun {
  const killed = Promise.withResolvers<void>();
  return {
    stdout: (async function* () {
      await killed.promise;
      yield* [];
    })(),
    stop: () => calls.push('stop'),
    kill: () => {
      calls.push('kill');
      killed.resolve();
    },
    ended: killed.promise.then(() => ({
      exitCode: undefined,
      signal: 'SIGKILL',
      startError: undefined,
      stderrTail: '',
    })),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

test('runMessage ends a run 30 s behind its wall timeout: it asks, and kills 8 s later', async () => {
  const calls: string[] = [];
  const started = Promise.withResolvers<void>();
  const runtime: Runtime = {
    name: 'deaf',
    warning: undefined,
    start: () => {
      started.resolve();
      return startDeaf(calls);
    },
    list: () => Promise.resolve([]),
  };
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const playing = play([], { options: { runtime }, message: { timeouts: { wallMs: 1000 } } });
    await started.promise;
    const seen: string[][] = [];
    for (const ms of [30_999, 1, 7999, 1]) {
      await vi.advanceTimersByTimeAsync(ms);
      seen.push([...calls]);
    }

    expect(seen).toEqual([[], ['stop'], ['stop'], ['stop', 'kill']]);
    expect((await playing).output).toMatchObject({
      errorCode: 'AGENT_TIMED_OUT',
      error: "the run passed the host's deadline and was ended",
    });
  } finally {
    vi.useRealTimers();
  }
});
